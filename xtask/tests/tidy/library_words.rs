//! Libraries know what a person has to do, and not how the program is called that they do it with.

use crate::tree::Tree;

/// Crates that programs of others could use.
const LIBRARIES: [&str; 7] = [
    "credential-store",
    "ec2-probe",
    "fed-types",
    "iam-bootstrap",
    "iam-policy",
    "oidc-client",
    "sts-exchange",
];

/// Words of the program: its commands, its options, its variables.
const OF_PROGRAM: [&str; 3] = ["`fed-cli", "`--", "FED_"];

/// Words that the crate of OpenID Connect has no business with.
const OF_AWS: [&str; 3] = ["AWS", "STS", "amazon"];

/// Complains of texts of libraries that name what only the program has.
pub(crate) fn of_programs(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let library = LIBRARIES.iter().find(|name| {
            file.path.strip_prefix("crates/").is_some_and(|path| {
                path.strip_prefix(**name).is_some_and(|path| path.starts_with("/src/"))
            })
        });
        let Some(library) = library else { continue };
        let tests = file.unit_tests_from().unwrap_or(usize::MAX);
        let code = file
            .lines()
            .filter(|(number, line)| *number < tests && !line.trim_start().starts_with("//"));
        for (number, line) in code {
            let of_aws = OF_AWS.iter().filter(|_| *library == "oidc-client");
            for word in OF_PROGRAM.iter().chain(of_aws).filter(|word| line.contains(**word)) {
                complaints
                    .push(format!("{}:{number}: `{word}` is no word of a library", file.path));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn a_library_names_neither_commands_nor_options() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            complains(of_programs, &[(path, text)], expected);
        };
        let source = "let a = \"`fed-cli login`\";\nlet b = \"`--role x`, FED_STORE\";\n";
        check(
            "crates/sts-exchange/src/a.rs",
            source,
            &[
                "crates/sts-exchange/src/a.rs:1: ``fed-cli` is no word of a library",
                "crates/sts-exchange/src/a.rs:2: ``--` is no word of a library",
                "crates/sts-exchange/src/a.rs:2: `FED_` is no word of a library",
            ],
        );
        check("crates/fed-cli/src/a.rs", source, &[]);
        check("crates/sts-exchange/tests/it/a.rs", source, &[]);
        check("crates/sts-exchange/src/a.rs", "/// See `fed-cli login`.\n", &[]);
        let aws = "let a = \"AWS\";\n#[cfg(test)]\nmod tests {\nlet b = \"STS\";\n}\n";
        check(
            "crates/oidc-client/src/a.rs",
            aws,
            &["crates/oidc-client/src/a.rs:1: `AWS` is no word of a library"],
        );
        check("crates/sts-exchange/src/a.rs", aws, &[]);
    }
}
