//! `docs/usage.md` says what the command line says.

use crate::sealed::Sealed;

#[test]
fn the_usage_document_lists_every_command_and_no_hidden_one() {
    let outcome = Sealed::new().run(&["usage-document"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    for heading in ["## `fed-cli assume`", "## `fed-cli policy lint`", "## Environment variables"] {
        assert!(outcome.stdout.contains(heading), "{heading}");
    }
    assert!(!outcome.stdout.contains("usage-document"));
}
