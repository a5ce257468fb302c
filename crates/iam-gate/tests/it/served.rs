//! The table of services in `docs/lab.md` is what the gate really serves. `cargo xtask codegen`
//! writes it (with `SERVED_TABLE=write` in the environment), the test compares.

use std::fmt::Write as _;
use std::path::Path;

use iam_gate::{Served, served};

const START: &str = "<!-- Written by `cargo xtask codegen`; do not edit. -->\n";
const END: &str = "<!-- Until here. -->\n";

fn row(served: &Served, text: &mut String) {
    let mark = |is: bool| if is { "yes" } else { "" };
    let known = match served.mapped.len() {
        all if all == served.operations => "all".to_owned(),
        some => some.to_string(),
    };
    let protocols = match served.protocols.is_empty() {
        true => "none: refused to everybody".to_owned(),
        false => served.protocols.join(", "),
    };
    writeln!(
        text,
        "| {} | {} | {} | {protocols} | {} | {known} |",
        served.name,
        mark(served.in_localstack),
        mark(served.in_moto),
        served.operations,
    )
    .unwrap();
}

#[test]
fn the_table_says_what_is_served() {
    let mut table = "| service | LocalStack (host, container) | moto | protocols | operations | known to the gate |\n\
                     | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    served().iter().for_each(|served| row(served, &mut table));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lab.md");
    let document = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = document.split_once(START).unwrap();
    let (current, after) = rest.split_once(END).unwrap();
    if std::env::var_os("SERVED_TABLE").is_some_and(|what| what == "write") {
        std::fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
    } else {
        assert!(current == table, "docs/lab.md is not up to date: run `cargo xtask codegen`");
    }
}

#[test]
fn what_is_known_is_counted_by_operation() {
    let all = served();
    let of = |name: &str| all.iter().find(|served| served.name == name).unwrap();
    assert!(of("iam").in_localstack && of("iam").in_moto);
    assert_eq!(of("ec2").operations, 830);
    assert!(of("lambda").mapped.contains(&"GetFunction"));
    // Of these, something is left open.
    for (service, operation) in [
        ("lambda", "Invoke"),
        ("secretsmanager", "ReplicateSecret"),
        ("ecr", "DescribeRepositories"),
        ("efs", "DescribeFileSystems"),
        ("apigateway", "GetRestApi"),
    ] {
        assert!(!of(service).mapped.contains(&operation), "{service} {operation}");
    }
}
