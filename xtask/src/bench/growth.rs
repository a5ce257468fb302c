//! `cargo xtask bench growth`: what fed-lab's benchmark of that name prints, kept and drawn, and
//! held against what was kept before.

mod plot;
mod series;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::process;
use series::Series;

/// How it is told to [`run`].
pub(super) const NAME: &str = "growth";
/// Where everything goes, below the root; what was kept there is what is compared with.
const FOLDER: &str = "reports/growth";
/// The file with all figures.
const KEPT: &str = "growth.json";
/// A figure has moved when it is so many times the one before, or that part of it.
const MOVED: f64 = 1.25;

/// Measures, compares, prints and keeps.
pub(super) fn run(package: &str) -> Result<(), Failure> {
    process::run(&mut process::cargo(["build", "--release", "-p", "fed-cli"]))?;
    let printed = process::output(&mut process::cargo(["bench", "-p", package, "--bench", NAME]))?;
    let folder = process::root().join(FOLDER);
    let told = keep(&printed, &folder)?;
    print!("{told}");
    println!("\nThe figures and their drawings are in `{FOLDER}`.");
    Ok(())
}

/// Writes figures and drawings; the table, and what has moved since the figures that were there.
fn keep(printed: &str, folder: &Path) -> Result<String, Failure> {
    let all = series::read_lines(printed)?;
    let could_not = |what: &str, path: &Path, error: std::io::Error| {
        Failure::new(format!("could not {what} `{}`: {error}", path.display()))
    };
    let kept = folder.join(KEPT);
    let before = match fs::read_to_string(&kept) {
        Ok(text) => Some(series::read_json(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(could_not("read", &kept, error)),
    };
    fs::create_dir_all(folder).map_err(|error| could_not("create", folder, error))?;
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| could_not("write", &path, error))
    };
    write(KEPT, series::to_json(&all))?;
    for one in all.iter().filter(|one| one.grows()) {
        write(&format!("{}.svg", one.name), plot::svg(one))?;
    }
    let mut told = table(&all);
    if let Some(before) = before {
        told.push_str(&moved(&before, &all));
    }
    write("growth.md", told.clone())?;
    Ok(told)
}

/// A row each; those that grow with the exponent.
fn table(all: &[Series]) -> String {
    let mut text = "| what | size: median | exponent |\n| --- | --- | ---: |\n".to_owned();
    for one in all {
        let points: Vec<String> = one.points.iter().map(|point| told(one, *point)).collect();
        let exponent = one.exponent().map_or("–".to_owned(), |exponent| format!("{exponent:.2}"));
        let _ = writeln!(text, "| {} | {} | {exponent} |", one.name, points.join(", "));
    }
    text
}

fn told(one: &Series, (size, microseconds): (u64, f64)) -> String {
    let time = plot::time(microseconds);
    if one.grows() { format!("{size}: {time}") } else { time }
}

/// A sentence for each figure that has moved.
fn moved(before: &[Series], now: &[Series]) -> String {
    let mut text = String::from("\n");
    for one in now {
        let Some(earlier) = before.iter().find(|earlier| earlier.name == one.name) else {
            continue;
        };
        for &(size, microseconds) in &one.points {
            let same_size = |point: &&(u64, f64)| point.0 == size;
            let Some(&(_, was)) = earlier.points.iter().find(same_size) else { continue };
            let times = microseconds / was;
            if !(1.0 / MOVED..=MOVED).contains(&times) {
                let (was, is) = (plot::time(was), plot::time(microseconds));
                let name = &one.name;
                let _ = writeln!(
                    text,
                    "moved: {name} at {size}, from {was} to {is} ({times:.2} times)"
                );
            }
        }
    }
    if text.trim().is_empty() {
        text.push_str("nothing has moved by a quarter\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own_folder::OwnFolder;

    #[test]
    fn what_is_measured_is_kept_drawn_and_compared_with_the_last() {
        let own = OwnFolder::new("growth").unwrap();
        let folder = own.path().join("kept");
        let first =
            "roles\t1\t1000\nroles\t10\t1000\nroles\t100\t1000\nstart of moto\t9\t2000000\n";
        let told = keep(first, &folder).unwrap();
        assert_eq!(
            told,
            "| what | size: median | exponent |\n| --- | --- | ---: |\n\
             | roles | 1: 1.00 ms, 10: 1.00 ms, 100: 1.00 ms | 0.00 |\n\
             | start of moto | 2.00 s | – |\n"
        );
        assert!(folder.join("roles.svg").is_file() && !folder.join("start of moto.svg").exists());

        let second =
            "roles\t1\t1200\nroles\t10\t1000\nroles\t100\t700\nstart of moto\t9\t2600000\n";
        let told = keep(second, &folder).unwrap();
        let (_, moved) = told.split_once("\n\n").unwrap();
        assert_eq!(
            moved,
            "moved: roles at 100, from 1.00 ms to 700.00 us (0.70 times)\n\
             moved: start of moto at 9, from 2.00 s to 2.60 s (1.30 times)\n"
        );
        assert!(keep(second, &folder).unwrap().ends_with("\nnothing has moved by a quarter\n"));
    }

    #[test]
    fn what_cannot_be_read_is_not_overwritten() {
        let own = OwnFolder::new("growth").unwrap();
        fs::write(own.path().join(KEPT), "{}").unwrap();
        let failure = keep("roles\t1\t1\n", own.path()).unwrap_err().to_string();
        assert!(failure.starts_with("expected `{\"name\": …"), "{failure}");
        assert_eq!(fs::read_to_string(own.path().join(KEPT)).unwrap(), "{}");
    }
}
