//! Every code of a finding is explained by a text that yields it, and `docs/lint.md` says what
//! the codes mean. `cargo xtask codegen` writes that page (with `LINT_PAGE=write` in the
//! environment), the test compares.

use std::fmt::Write as _;
use std::path::Path;

use iam_policy::Policy;
use iam_policy::lint::{Code, Severity, lint};

/// The codes that are found in a code's example.
fn found(code: Code) -> Vec<Code> {
    let contents = code.example().contents();
    match std::str::from_utf8(&contents) {
        Ok(text) => lint(text, code.example().kind()).into_iter().map(|it| it.code).collect(),
        Err(_) => {
            let error = Policy::parse_bytes(&contents, code.example().kind()).unwrap_err();
            vec![error.finding().code]
        }
    }
}

#[test]
fn every_example_yields_its_code() {
    let all = Code::ALL.iter().map(|code| (code, found(*code)));
    let others: Vec<_> = all.filter(|(code, found)| !found.contains(code)).collect();
    assert_eq!(others, []);
}

#[test]
fn every_code_is_told_of_in_its_place() {
    assert!(Code::ALL.is_sorted_by_key(|code| code.name()));
    for code in Code::ALL {
        assert_eq!(Code::named(code.name()), Some(*code));
        for text in [code.means(), code.instead()] {
            assert!(text.ends_with('.') && !text.contains("  "), "`{code}`: {text}");
        }
        assert!(code.example().shown().len() < 1000, "`{code}`");
    }
    assert_eq!(Code::named("missing-brackets"), None);
}

fn page() -> String {
    let mut page = "# What the linter says\n\n\
         <!-- Written by `cargo xtask codegen` from the linter's own codes; do not edit. -->\n\n\
         `fed-cli policy lint FILE` ends each finding with a code in brackets, and \
         `--output json` has it as `code`. A code stays the same between releases; \
         `fed-cli policy lint --explain CODE` prints what stands here. Each example is a text in \
         which the code is found, which a test sees.\n\n\
         An error is what IAM rejects, a warning what IAM takes and a careful person would not \
         write, a suggestion what could be said better. Exit status 3 says that there is an error, \
         or with `--deny-warnings` a warning.\n\n\
         | severity | codes |\n| --- | --- |\n"
        .to_owned();
    for severity in [Severity::Error, Severity::Warning, Severity::Suggestion] {
        let codes = Code::ALL.iter().filter(|code| code.severity() == severity);
        let links: Vec<_> = codes.map(|code| format!("[{code}](#{code})")).collect();
        writeln!(page, "| {} | {} |", severity.name(), links.join(", ")).unwrap();
    }
    for code in Code::ALL {
        write!(
            page,
            "\n## {code}\n\n*{}:* {} {}\n\nAs in this {}:\n\n```text\n{}\n```\n",
            code.severity().name(),
            code.means(),
            code.instead(),
            code.example().what(),
            code.example().shown()
        )
        .unwrap();
    }
    page
}

#[test]
fn the_page_says_what_the_codes_mean() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lint.md");
    let page = page();
    if std::env::var_os("LINT_PAGE").is_some_and(|what| what == "write") {
        std::fs::write(&path, page).unwrap();
    } else {
        let current = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(current == page, "docs/lint.md is not up to date: run `cargo xtask codegen`");
    }
}
