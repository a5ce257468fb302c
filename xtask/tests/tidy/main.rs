//! The repository's own rules, as an ordinary test. Each rule reads the tree and
//! returns its complaints; each has tests that it can fail, on made-up trees.

#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a tree that cannot be read fails the test")
)]

mod codes;
mod crate_table;
mod functions;
mod library_words;
mod links;
mod manifests;
mod modules;
mod names;
mod package_names;
mod rust_files;
mod secrets;
mod shown_commands;
mod threat_model;
mod told_commands;
mod transcripts;
mod tree;
mod workflows;

use crate::tree::Tree;

/// A rule: every complaint begins with the path it is about.
type Rule = fn(&Tree) -> Vec<String>;

const RULES: [(&str, Rule); 27] = [
    ("crates depend on each other as ARCHITECTURE.md says", crate_table::edges),
    ("only ec2-probe and what sits above it know the EC2 SDK", crate_table::ec2_sdk),
    ("manifests take versions and lints from the workspace", manifests::inherit),
    ("anyhow stays in programs", manifests::anyhow),
    ("what is depended on is used", manifests::unused),
    ("files begin with what they are for", rust_files::header),
    ("files stay short", rust_files::length),
    ("functions can be held in mind, or say why not", functions::length),
    ("nothing is switched off or left undone", rust_files::leftovers),
    ("tests do not sleep", rust_files::sleeps),
    ("tests expect one error, not any", rust_files::bare),
    ("libraries read neither environment nor clock", rust_files::surroundings),
    ("libraries know no words of the program", library_words::of_programs),
    ("commands that are told are made word by word", told_commands::made_word_by_word),
    ("files of a crate use each other one way only", modules::circles),
    ("modules are named after concepts", names::modules),
    ("no path of one machine is written down", names::machine_paths),
    ("no token, private key or access key is in the tree", secrets::found),
    ("documents point at what is there", links::lead_somewhere),
    ("the threat model names its tests", threat_model::names_tests),
    ("packages are called as packaging/names says", package_names::are_one),
    ("commands that people copy are run", shown_commands::are_run),
    ("transcripts are what features expect", transcripts::are_run),
    ("exit statuses and error codes are on their page", codes::on_the_page),
    ("actions are pinned", workflows::pinned),
    ("every crate is broken on purpose", workflows::break_every_crate),
    ("workflows ask for few rights and end in time", workflows::restrained),
];

#[test]
fn the_repository_keeps_its_rules() {
    let tree = Tree::of_repository();
    assert!(tree.files.len() > 50, "found only {} files", tree.files.len());
    let mut told = String::new();
    for (rule, check) in RULES {
        for complaint in check(&tree) {
            told.push_str(&format!("{complaint}\n    ({rule})\n"));
        }
    }
    assert!(told.is_empty(), "\n{told}");
}
