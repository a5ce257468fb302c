//! The errors in what somebody pasted: of a terminal, of a log, several at once.

mod lines;
mod readings;

use iam_policy::aws_error::AwsError;

/// The errors in a text, each once, and how many pieces of it look like one and are not known.
pub(super) struct Pasted {
    pub(super) errors: Vec<AwsError>,
    pub(super) unknown: usize,
}

/// Reads a text: as it is where it is one error, else piece by piece.
pub(super) fn read(text: &str) -> Pasted {
    let clean = lines::without_colours(text);
    let pieces = lines::pieces(&clean);
    let mut errors: Vec<AwsError> = Vec::new();
    let mut unknown = 0;
    for piece in &pieces {
        match readings::best(piece) {
            Some(error) if !errors.contains(&error) => errors.push(error),
            Some(_) => {}
            None => unknown += 1,
        }
    }
    if errors.is_empty() {
        errors.extend(readings::best(&clean));
    }
    Pasted { errors, unknown }
}

#[cfg(test)]
mod tests;
