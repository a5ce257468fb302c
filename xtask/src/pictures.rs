//! `cargo xtask pictures`: the pictures of the documents, made anew.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::own_folder::OwnFolder;
use crate::{arguments, build, e2e, process};

const USAGE: &str = "\
Usage: cargo xtask pictures [--backend NAME] [--endpoint URL] [--image NAME:TAG]

Runs the tutorial and the scenarios that look at pages in Chromium, and puts what they
keep of the pages into docs/pictures. Needs Chromium, and axe-core, which `cargo xtask
clients` installs.
";

/// Where they lie.
const FOLDER: &str = "docs/pictures";

/// The pages, each at a width in pixels, by day or at night.
const PICTURES: [&str; 16] = [
    "all-1280",
    "all-1280-dark",
    "all-320",
    "decisions-1280",
    "decisions-1280-dark",
    "decisions-320-dark",
    "mend-1280",
    "mend-320",
    "learned-1280",
    "run-1280",
    "run-1280-dark",
    "run-320",
    "exchange-1280",
    "sign-in-768",
    "sign-in-320-dark",
    "claims-768",
];

/// Of one, and of all together, in bytes.
const MOST_OF_ONE: u64 = 100 * 1024;
const MOST: u64 = 800 * 1024;

/// Makes them.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let known = ["--backend", "--endpoint", "--image"];
    let mut options = arguments::options(arguments, &known, USAGE)?;
    eprintln!("pictures: builds three programs, then runs features/ ({})", build::forecast());
    build::programs()?;
    let report = OwnFolder::new("pictures")?;
    options.push(("--browser", "require".to_owned()));
    options.push(("--tags", "@tutorial or @browser".to_owned()));
    options.push(("--report", report.path().display().to_string()));
    process::run(&mut e2e::runner(&options)?)?;
    let folder = process::root().join(FOLDER);
    let sizes = copy(&report.path().join("pages"), &folder)?;
    println!("pictures: {} in {FOLDER}, {} KiB in all", sizes.len(), sum(&sizes) / 1024);
    check(&sizes)?;
    Ok(ExitCode::SUCCESS)
}

/// Puts them into the folder, and nothing else, once all of them are there; the name and the size
/// of each, in bytes.
fn copy(from: &Path, to: &Path) -> Result<Vec<(&'static str, u64)>, Failure> {
    let read = |name: &'static str| {
        let picture = fs::read(from.join(format!("{name}.webp"))).map_err(|error| {
            Failure::new(format!("the run kept no picture `{name}.webp`: {error}"))
                .hint("cargo xtask clients, which installs axe-core")
        })?;
        Ok((name, picture))
    };
    let pictures: Vec<_> = PICTURES.into_iter().map(read).collect::<Result<_, Failure>>()?;
    let unwritable = |error| Failure::new(format!("could not write `{}`: {error}", to.display()));
    if to.exists() {
        fs::remove_dir_all(to).map_err(unwritable)?;
    }
    fs::create_dir_all(to).map_err(unwritable)?;
    let write = |(name, picture): (&'static str, Vec<u8>)| {
        fs::write(to.join(format!("{name}.webp")), &picture).map_err(unwritable)?;
        Ok((name, picture.len() as u64))
    };
    pictures.into_iter().map(write).collect()
}

fn check(sizes: &[(&str, u64)]) -> Result<(), Failure> {
    if let Some((name, size)) = sizes.iter().find(|(_, size)| *size > MOST_OF_ONE) {
        return Err(Failure::new(format!(
            "`{name}` has {size} bytes, and {MOST_OF_ONE} is the most of a picture"
        )));
    }
    match sum(sizes) {
        all if all > MOST => Err(Failure::new(format!(
            "the pictures have {all} bytes together, and {MOST} is the most"
        ))),
        _ => Ok(()),
    }
}

fn sum(sizes: &[(&str, u64)]) -> u64 {
    sizes.iter().map(|(_, size)| size).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of them are shown, and what is shown is there and small.
    #[test]
    fn the_pictures_are_those_of_the_documents() {
        let root = process::root();
        let text = fs::read_to_string(root.join("docs/pictures.md")).unwrap();
        let shown: Vec<&str> = text
            .split("](pictures/")
            .skip(1)
            .filter_map(|rest| rest.split_once(".webp)"))
            .map(|it| it.0)
            .collect();
        let mut sizes = Vec::new();
        for name in PICTURES {
            assert!(shown.contains(&name), "docs/pictures.md does not show `{name}`");
            let file = root.join(FOLDER).join(format!("{name}.webp"));
            sizes.push((name, fs::metadata(file).unwrap().len()));
        }
        assert_eq!(fs::read_dir(root.join(FOLDER)).unwrap().count(), PICTURES.len());
        check(&sizes).unwrap();
    }

    #[test]
    fn a_large_picture_is_refused_and_so_are_many() {
        let told = |sizes: &[(&str, u64)]| check(sizes).unwrap_err().to_string();
        assert_eq!(
            told(&[("a", 1), ("b", 102_401)]),
            "`b` has 102401 bytes, and 102400 is the most of a picture"
        );
        assert_eq!(
            told(&[("a", 102_400); 9]),
            "the pictures have 921600 bytes together, and 819200 is the most"
        );
        check(&[("a", 102_400); 8]).unwrap();
    }

    #[test]
    fn where_one_is_missing_those_of_before_stay() {
        let folder = OwnFolder::new("pictures-test").unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for made in [&from, &to] {
            fs::create_dir(made).unwrap();
        }
        fs::write(to.join("before.webp"), "old").unwrap();
        for name in &PICTURES[1..] {
            fs::write(from.join(format!("{name}.webp")), "new").unwrap();
        }
        let told = copy(&from, &to).unwrap_err().to_string();
        assert!(told.starts_with("the run kept no picture `all-1280.webp`: "), "{told}");
        assert_eq!(fs::read(to.join("before.webp")).unwrap(), b"old");
        fs::write(from.join("all-1280.webp"), "new").unwrap();
        assert_eq!(sum(&copy(&from, &to).unwrap()), 3 * PICTURES.len() as u64);
        assert!(!to.join("before.webp").exists());
    }
}
