//! `cargo xtask book`: the documents as a site, every link followed.

mod links;
mod pages;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask book

Puts the pages that docs/SUMMARY.md lists together in target/book/src, has mdBook make a site of
them in target/book/book, and follows every link in it. Needs `mdbook` on the PATH:

  cargo install mdbook --locked --no-default-features
";

/// Makes the site.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.is_empty() {
        return Err(Failure::usage("book takes no arguments", USAGE));
    }
    let root = process::root();
    let folder = root.join("target/book");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    }
    let pages = pages::gather(root)?;
    for (path, text) in &pages {
        let file = folder.join("src").join(path);
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| unwritable(&file, &error))?;
    }
    for path in pages::pictures(root)? {
        let (from, to) = (root.join(&path), folder.join("src").join(&path));
        fs::create_dir_all(to.parent().unwrap_or(&folder))
            .and_then(|()| fs::copy(&from, &to))
            .map_err(|error| unwritable(&to, &error))?;
    }
    fs::copy(root.join("docs/book.toml"), folder.join("book.toml"))
        .map_err(|error| unwritable(&folder, &error))?;
    process::run(Command::new("mdbook").arg("build").arg(&folder))
        .map_err(|failure| failure.hint("cargo install mdbook --locked --no-default-features"))?;
    let broken = links::broken(&folder.join("book"))?;
    for link in &broken {
        eprintln!("{link}");
    }
    println!("book: {} files in target/book/book, {} broken links", pages.len(), broken.len());
    Ok(ExitCode::from(u8::from(!broken.is_empty())))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("could not write `{}`: {error}", path.display()))
}
