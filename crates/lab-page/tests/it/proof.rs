//! What was learned of a command, as a file.

use lab_page::{LearnedStatement, Lesson, ProofFacts, ProofPage, Template, WithoutPart};

use crate::records::MARKUP;

fn part(left_out: &str, needed: bool) -> WithoutPart {
    WithoutPart {
        left_out: left_out.to_owned(),
        needed,
        why: if needed { "fails: denied" } else { "passes: denied once, it went on" }.to_owned(),
    }
}

fn lesson(proof: Option<ProofFacts>) -> Lesson {
    let statement =
        |document: &str, without| LearnedStatement { document: document.to_owned(), without };
    Lesson {
        calls: 3,
        permissions: 3,
        characters: 223,
        statements: vec![
            statement("{ \"first\" }", vec![part("ec2:DescribeInstances", false)]),
            statement("{ \"second\" }", vec![part("iam:CreateRole", true)]),
        ],
        proof,
        ..Lesson::default()
    }
}

fn page(lesson: &Lesson) -> String {
    ProofPage::new(lesson).render().unwrap_or_else(|error| error.to_string())
}

#[test]
fn each_statement_stands_with_what_happened_without_it() {
    let html = page(&lesson(Some(ProofFacts { passes: true, ..ProofFacts::default() })));
    assert!(html.contains("The command passes under the policies."), "{html}");
    assert!(html.contains("1 of 2 parts are shown to be needed."), "{html}");
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("no {text}: {html}"));
    let order = [
        "<h3>Statement 1</h3>",
        "not shown needed</span>: without <span class=\"arn\">ec2:DescribeInstances</span> it passes",
        "{ &#34;first&#34; }",
        "<h3>Statement 2</h3>",
        "\"verdict\">needed</span>: without <span class=\"arn\">iam:CreateRole</span> it fails: denied",
        "{ &#34;second&#34; }",
    ];
    assert!(order.map(at).is_sorted(), "{html}");
}

#[test]
fn a_proof_that_fails_and_one_that_was_not_asked_for_are_told_apart() {
    let denied = vec![("s3:GetObject on a".to_owned(), "because of that".to_owned())];
    let failed = ProofFacts { passes: false, denied, added: vec!["sqs:SendMessage".to_owned()] };
    let html = page(&lesson(Some(failed)));
    for text in
        ["fails under the policies", "s3:GetObject on a", "because of that", "sqs:SendMessage"]
    {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("and it went on</th>") && !html.contains("passes under"), "{html}");
    let html = page(&lesson(None));
    assert!(html.contains("None was asked for"), "{html}");
    assert!(!html.contains("under the policies."), "{html}");
}

#[test]
fn it_is_one_file_that_runs_nothing_and_takes_no_text_for_markup() {
    let text = || MARKUP.to_owned();
    let hostile = Lesson {
        backend: text(),
        time: text(),
        documents: vec![text()],
        statements: vec![LearnedStatement { document: text(), without: vec![part(MARKUP, true)] }],
        notes: vec![text()],
        proof: Some(ProofFacts {
            passes: true,
            denied: vec![(text(), text())],
            added: vec![text()],
        }),
        ..Lesson::default()
    };
    let html = page(&hostile);
    assert!(!html.contains("<script") && !html.contains("<link rel=\"stylesheet\""), "{html}");
    assert_eq!(html.matches("&#60;script&#62;alert(1)").count(), 9, "{html}");
}
