//! The page of one decision.

use lab_page::{DecisionPage, Document, Template};

use crate::records::{MARKUP, denied, hostile, lab};

fn document(name: &str, text: &str) -> Document {
    Document {
        name: name.to_owned(),
        kind: "identity-based policy".to_owned(),
        text: text.to_owned(),
    }
}

/// The lines that are marked.
fn marked(html: &str) -> Vec<String> {
    let marks = html.split("<mark>").skip(1);
    let texts = marks.filter_map(|rest| rest.split("</mark>").next());
    texts.map(|text| text.replace("&#34;", "\"")).collect()
}

/// The page of a decision that these statements of these documents made.
fn page(deciding: &[&str], documents: &[Document]) -> String {
    let record = iam_gate::DecisionRecord {
        deciding_statement: deciding.iter().map(|name| (*name).to_owned()).collect(),
        ..denied("a", "s3:GetObject", "ada")
    };
    DecisionPage::new(&lab(), &record)
        .documents(Ok(documents))
        .render()
        .unwrap_or_else(|error| error.to_string())
}

const TWO: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Look","Effect":"Allow","Action":"ec2:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;

#[test]
fn the_statement_that_decided_is_marked_and_no_other() {
    let html = page(&["p#statement 2"], &[document("p", TWO), document("other", TWO)]);
    let lines = marked(&html);
    assert_eq!(lines.first().map(String::as_str), Some("    {"), "{html}");
    assert_eq!(lines.last().map(String::as_str), Some("    }"), "{html}");
    assert!(lines.contains(&"      \"Effect\": \"Deny\",".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("Look") || line.contains("ec2:*")), "{lines:?}");
    assert_eq!(html.matches("<details open>").count(), 1, "{html}");
}

#[test]
fn a_statement_is_known_by_its_sid_too() {
    let lines = marked(&page(&["p#Look"], &[document("p", TWO)]));
    assert!(lines.iter().any(|line| line.contains("\"Sid\": \"Look\"")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("Deny")), "{lines:?}");
    assert!(marked(&page(&["p#look", "q#Look", "p"], &[document("p", TWO)])).is_empty());
}

#[test]
fn a_policy_of_one_statement_is_marked_as_well() {
    let one = r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}, "Version": "2012-10-17"}"#;
    let lines = marked(&page(&["p#statement 1"], &[document("p", one)]));
    assert_eq!(lines.first().map(String::as_str), Some("  \"Statement\": {"), "{lines:?}");
    assert_eq!(lines.last().map(String::as_str), Some("  },"), "{lines:?}");
}

#[test]
fn what_no_policy_is_stays_text() {
    let html = page(&["p#statement 1"], &[document("p", "no JSON <b>")]);
    assert!(html.contains("no JSON &#60;b&#62;"), "{html}");
}

#[test]
fn everything_of_the_decision_is_there() {
    let documents = [document("p", TWO)];
    let record = hostile();
    let html = DecisionPage::new(&lab(), &record)
        .mend(Some("the mend"))
        .command(Some("fed-cli explain"))
        .documents(Ok(&documents))
        .render()
        .unwrap();
    for text in ["the mend", "fed-cli explain", "and 2 more", "403", "2026-11-23T10:00:00Z"] {
        assert!(html.contains(text), "{text}: {html}");
    }
    // Each text of it, and none as markup.
    let encoded = "&#34;&#39;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#38;";
    assert_eq!(encoded.matches("&#").count(), 8);
    assert!(html.matches(encoded).count() > 18, "{html}");
    assert!(!html.contains(MARKUP) && !html.contains("<script>alert"), "{html}");
}

#[test]
fn why_there_are_no_policies_is_said() {
    let record = denied("a", "s3:GetObject", "ada");
    let html =
        DecisionPage::new(&lab(), &record).documents(Err("They cannot be read: x.")).render();
    assert!(html.unwrap().contains("They cannot be read: x."));
}
