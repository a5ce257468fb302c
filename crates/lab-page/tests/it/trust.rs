//! What the page of a denied token proposes.

use iam_gate::TrustRemedy;
use iam_policy::mend::{Mend, Remedy};
use lab_page::{DecisionPage, Template};

use crate::records::{MARKUP, denied, lab};

const BEFORE: &str = r#"{"Statement": {"Condition": {"sub": "42"}}}"#;
const AFTER: &str =
    "{\n  \"Statement\": {\n    \"Condition\": {\n      \"sub\": \"43\"\n    }\n  }\n}\n";

fn mend(lets_in: &[&str]) -> Mend {
    Mend {
        changes: vec![format!("ask `sub` for {MARKUP}")],
        document: AFTER.to_owned(),
        patch: Vec::new(),
        lets_in: lets_in.iter().map(|stranger| (*stranger).to_owned()).collect(),
    }
}

fn page(remedy: Result<&TrustRemedy, &str>) -> String {
    let (lab, record) = (lab(), denied("a", "sts:AssumeRoleWithWebIdentity", "ada"));
    let page = DecisionPage::new(&lab, &record).trust(Some(remedy), Some("aws iam put <it>"));
    page.render().unwrap_or_else(|error| error.to_string())
}

fn kept_out(remedy: Remedy) -> String {
    page(Ok(&TrustRemedy::KeptOut { document: BEFORE.to_owned(), remedy }))
}

#[test]
fn a_mend_is_shown_as_what_changes_and_as_a_whole() {
    let html = kept_out(Remedy::Mends(vec![mend(&[]), mend(&["everybody"])]));
    for text in [
        "<h2>What would let it in</h2>",
        "<del>-       &#34;sub&#34;: &#34;42&#34;</del>",
        "<ins>+       &#34;sub&#34;: &#34;43&#34;</ins>",
        "it admits this token, and no token like it of others",
        "aws iam put &#60;it&#62;",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("everybody") && !html.contains("<script>alert"), "{html}");
}

#[test]
fn a_mend_that_lets_in_others_is_none() {
    let strangers = ["a", "b", "c", "d"];
    let html = kept_out(Remedy::Mends(vec![mend(&strangers)]));
    let said = "No change of the trust policy was found that admits this token and nobody else. \
                The least one that was found would let in a, b, c and 1 more as well.";
    assert!(html.contains(said), "{html}");
    assert!(!html.contains("<ins>") && !html.contains("aws iam put"), "{html}");
}

#[test]
fn where_there_is_none_the_page_says_so() {
    let nobody = "No change of the trust policy was found that admits this token and nobody else.";
    let forbidden = Remedy::Forbidden { line: 9, sid: Some("NotThem".to_owned()) };
    for (html, said) in [
        (kept_out(Remedy::NoneProved), nobody),
        (kept_out(forbidden), "the Deny NotThem in line 9 of the trust policy"),
        (page(Ok(&TrustRemedy::LetInNow)), "as it is now lets this token in."),
        (page(Err("The role cannot be read: x.")), "The role cannot be read: x."),
    ] {
        assert!(html.contains(said), "{said}: {html}");
        assert!(!html.contains("<ins>") && !html.contains("aws iam put"), "{html}");
    }
    let record = denied("a", "s3:GetObject", "ada");
    let html = DecisionPage::new(&lab(), &record).trust(None, Some("put")).render().unwrap();
    assert!(!html.contains("What would let it in"));
}
