//! The options of a command, checked before anything is built: a typing error
//! should not cost a cold build.

use crate::failure::Failure;

/// Whether the command's help is asked for.
pub(crate) fn asks_help(arguments: &[String]) -> bool {
    let own = arguments.iter().take_while(|argument| *argument != "--");
    own.into_iter().any(|argument| matches!(argument.as_str(), "--help" | "-h"))
}

/// Checks that `arguments` are options of `known`, each with a value as
/// `--name VALUE` or `--name=VALUE`, and returns them as pairs.
pub(crate) fn options(
    arguments: &[String],
    known: &[&'static str],
    usage: &str,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let mut pairs = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (name, joined) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let Some(known) = known.iter().find(|known| **known == name) else {
            return Err(Failure::usage(format!("there is no option `{argument}`"), usage));
        };
        let value = joined.or_else(|| rest.next().cloned());
        match value {
            Some(value) => pairs.push((*known, value)),
            None => return Err(Failure::usage(format!("`{known}` needs a value"), usage)),
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arguments: &[&str]) -> Result<Vec<(&'static str, String)>, String> {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.into()).collect();
        options(&arguments, &["--backend", "--tags"], "u").map_err(|failure| failure.to_string())
    }

    #[test]
    fn takes_both_ways_of_writing_a_value() {
        let pairs = given(&["--backend", "host", "--tags=@a and @b"]).unwrap();
        assert_eq!(pairs, [("--backend", "host".into()), ("--tags", "@a and @b".into())]);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert_eq!(given(&["--bakend", "host"]).unwrap_err(), "there is no option `--bakend`");
        assert_eq!(given(&["host"]).unwrap_err(), "there is no option `host`");
        assert_eq!(given(&["--backend"]).unwrap_err(), "`--backend` needs a value");
    }

    #[test]
    fn help_after_two_hyphens_is_the_commands() {
        let asks = |words: &[&str]| {
            asks_help(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
        };
        assert!(asks(&["--backend", "host", "-h"]));
        assert!(!asks(&["exec", "--", "aws", "--help"]));
    }
}
