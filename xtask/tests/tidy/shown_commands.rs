//! What the README and the guides show to be copied is run somewhere: `console` blocks by `cargo xtask
//! snippets`, and of `sh` blocks each says by what.

use crate::tree::Tree;

/// Before a block: the file that runs it, and what stands there of it.
const MARK: &str = "<!-- run by ";

/// Complains of blocks that nothing runs.
pub(crate) fn are_run(tree: &Tree) -> Vec<String> {
    let is_shown = |path: &str| {
        ["README.md", "docs/start.md"].contains(&path) || path.starts_with("docs/guides/")
    };
    let mut complaints = Vec::new();
    for file in tree.files.iter().filter(|file| is_shown(&file.path)) {
        let mut before = "";
        for (number, line) in file.text.lines().enumerate() {
            if line == "```sh" {
                let complaint = runner(tree, before);
                let at = format!("{}:{}", file.path, number + 1);
                complaints.extend(complaint.err().map(|why| format!("{at}: {why}")));
            }
            before = line;
        }
    }
    complaints
}

/// Whether the line names a file that runs the block.
fn runner(tree: &Tree, line: &str) -> Result<(), String> {
    let told = line.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->"));
    let Some((path, text)) = told.and_then(|told| told.split_once(": ")) else {
        return Err(format!("expected `{MARK}FILE: TEXT -->` above the block"));
    };
    match tree.files.iter().find(|file| file.path == path) {
        Some(file) if file.text.contains(text) => Ok(()),
        Some(_) => Err(format!("`{text}` is not in {path}")),
        None => Err(format!("{path} is not there")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn a_block_says_what_runs_it() {
        let runs = ("walk.sh", "curl --header @-\n");
        let check = |text: &str, expected: &[&str]| {
            complains(are_run, &[("docs/guides/a.md", text), runs], expected);
        };
        check("<!-- run by walk.sh: curl -->\n```sh\ncurl a\n```\n```console\n$ b\n```\n", &[]);
        let lacking = "docs/guides/a.md:1: expected `<!-- run by FILE: TEXT -->` above the block";
        check("```sh\ncurl a\n```\n", &[lacking]);
        let other = "<!-- run by walk.sh: wget -->\n```sh\nwget a\n```\n";
        check(other, &["docs/guides/a.md:2: `wget` is not in walk.sh"]);
        let gone = "<!-- run by talk.sh: curl -->\n```sh\ncurl a\n```\n";
        check(gone, &["docs/guides/a.md:2: talk.sh is not there"]);
        complains(are_run, &[("docs/lab.md", "```sh\na\n```\n")], &[]);
    }
}
