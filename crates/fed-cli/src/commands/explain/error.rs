//! `explain error`: an error of AWS taken apart.

mod decode;
mod look;
mod pasted;
mod show;

use std::path::{Path, PathBuf};

use clap::Args;
use iam_policy::aws_error::{AwsError, Decoded, MAX_ERROR_BYTES};

use crate::arguments::{AwsArguments, Options, OutputArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::{Exit, Failure, render};

/// Take an error of AWS apart: who, what, on what, by which policy; and what to run next.
///
/// Takes what a tool printed, a service's answer in XML or JSON, an event of CloudTrail, or an
/// encoded authorization message. The latter is decoded by STS, with the credentials that the
/// AWS SDK finds, where they allow it. Says what the error means and which command looks
/// further. Several errors may be in the text, in colours, in boxes, in a log in JSON, and with
/// lines that a terminal broke.
///
/// The exit status is 0 for an error that is known, 6 for a text that is none.
#[derive(Debug, Args)]
pub struct ErrorArguments {
    /// The error's text; standard input where neither it nor --file is given
    #[arg(value_name = "TEXT", conflicts_with = "file")]
    pub text: Option<String>,
    /// File with the error's text, - for standard input
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// What there is to tell.
struct Told {
    error: AwsError,
    /// What stood behind it, where that could be decoded.
    decoded: Option<Decoded>,
    /// Commands that look further.
    further: Vec<String>,
    notes: Vec<String>,
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, arguments: &ErrorArguments) -> Outcome {
    let pasted = pasted::read(&text(context, arguments)?);
    if pasted.errors.is_empty() {
        let message = "the text is none of AWS's errors of access that are known here";
        return Err(Failure::new(Exit::CannotTell, message)
            .hint("paste it whole, from its code (such as `AccessDenied`) to its end"));
    }
    let mut told = Vec::with_capacity(pasted.errors.len());
    for error in pasted.errors {
        told.push(take_apart(context, arguments, error)?);
    }
    context.data(&match arguments.output.output {
        OutputFormat::Text => show::texts(&told),
        OutputFormat::Json => render::json(&show::all_json(&told)),
    })?;
    if pasted.unknown > 0 {
        let (are, none) = if pasted.unknown == 1 { ("is", "is none") } else { ("are", "are none") };
        context.say(&format!(
            "note: there {are} {} more in the text, which {none} of AWS's errors of access that are \
             known here",
            pasted.unknown
        ));
    }
    Ok(Exit::Done)
}

fn take_apart(
    context: Context<'_>,
    arguments: &ErrorArguments,
    error: AwsError,
) -> Result<Told, Failure> {
    let mut notes = Vec::new();
    let mut decoded = error.decoded.clone();
    if let Some(encoded) = &error.encoded {
        let options = Options { aws: Some(&arguments.aws), ..Options::default() };
        let settings = context.settings(options)?;
        match decode::decode(context, &settings, encoded) {
            Ok(found) => decoded = Some(found),
            Err(failure) => notes.push(failure.in_one_line()),
        }
    }
    let profile = context.global.profile.as_deref();
    let further = look::further(&error, decoded.as_ref(), profile);
    Ok(Told { error, decoded, further, notes })
}

fn text(context: Context<'_>, arguments: &ErrorArguments) -> Result<String, Failure> {
    let text = match (&arguments.text, &arguments.file) {
        (Some(text), _) => text.clone(),
        (None, file) => {
            let path = file.as_deref().unwrap_or(Path::new("-"));
            if file.is_none() && context.host.terminal.is_interactive() {
                context.say("paste the error, then end the input (Ctrl-D)");
            }
            context.host.files.read(path).map_err(|error| {
                let message = format!("could not read `{}`", path.display());
                Failure::new(Exit::InvalidConfiguration, message).caused_by(&error)
            })?
        }
    };
    if text.len() > MAX_ERROR_BYTES {
        let message =
            format!("expected an error of at most {MAX_ERROR_BYTES} bytes, found {}", text.len());
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(text)
}
