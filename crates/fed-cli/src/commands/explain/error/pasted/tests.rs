//! The same errors as terminals, tools and logs show them.

use iam_policy::aws_error::{PolicyType, Reason, Topic};

use super::*;

const DENIED: &str = "An error occurred (AccessDenied) when calling the GetObject operation: User: \
    arn:aws:sts::278805249149:assumed-role/deploy/session-of-the-pipeline is not authorized to \
    perform: s3:GetObject on resource: \"arn:aws:s3:::bucket-of-the-reports/2026/november.csv\" \
    because no identity-based policy allows the s3:GetObject action";

/// The one error of a text, whole.
#[track_caller]
fn is_the_denial(text: &str) {
    let found = read(text);
    assert_eq!((found.errors.len(), found.unknown), (1, 0), "{text}\n{:?}", found.errors);
    let error = &found.errors[0];
    let refused = error.refused.as_ref().unwrap_or_else(|| panic!("{text}\n{error:?}"));
    assert_eq!(error.code.as_deref(), Some("AccessDenied"), "{text}");
    assert_eq!(
        refused.principal.as_deref(),
        Some("arn:aws:sts::278805249149:assumed-role/deploy/session-of-the-pipeline"),
        "{text}"
    );
    assert_eq!(refused.action, "s3:GetObject", "{text}");
    let resource = "arn:aws:s3:::bucket-of-the-reports/2026/november.csv";
    assert_eq!(refused.resource.as_deref(), Some(resource), "{text}");
    assert_eq!(refused.reason, Reason::NoAllow(PolicyType::Identity), "{text}");
}

/// Broken after every so many characters, as a terminal does that knows nothing of words.
fn broken(text: &str, width: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let lines: Vec<String> = letters.chunks(width).map(|line| line.iter().collect()).collect();
    lines.join("\n")
}

#[test]
fn lines_that_a_terminal_broke_are_one() {
    is_the_denial(DENIED);
    for width in [40, 60, 72, 79, 80, 100, 132] {
        is_the_denial(&broken(DENIED, width));
    }
}

#[test]
fn terraforms_box_is_taken_off() {
    let of_go = DENIED.replace(
        "An error occurred (AccessDenied) when calling the GetObject operation: ",
        "reading S3 Object: operation error S3: GetObject, https response error StatusCode: 403, \
         RequestID: r, api error AccessDenied: ",
    );
    let lines = format!(
        "╷\n│ Error: {of_go}\n│ \n│   with data.aws_s3_object.report,\n│   on main.tf line 3, in \
         data \"aws_s3_object\" \"report\":\n│    3: data \"aws_s3_object\" \"report\" {{\n│ \n╵\n"
    );
    is_the_denial(&lines);
    let coloured = lines
        .replace('│', "\u{1b}[31m│\u{1b}[0m\u{1b}[0m")
        .replace("Error: ", "\u{1b}[0m\u{1b}[1m\u{1b}[31mError: \u{1b}[0m\u{1b}[0m\u{1b}[1m");
    is_the_denial(&coloured);
    // The terminal is narrow: what it breaks off stands without the border.
    for width in [60, 80, 100] {
        let narrow: Vec<String> = lines.lines().map(|line| broken(line, width)).collect();
        is_the_denial(&narrow.join("\n"));
    }
}

#[test]
fn logs_of_pipelines_and_programs_are_read() {
    let time = "2026-11-28T18:30:00.1234567Z";
    is_the_denial(&format!(
        "\u{feff}{time} ##[group]Run aws\n{time} {DENIED}\n{time} ##[error]Process \
                            completed with exit code 254."
    ));
    is_the_denial(&format!("deploy\tUpload the report\t{time} {DENIED}"));
    let in_json = serde_json::json!({"level": "error", "msg": DENIED}).to_string();
    is_the_denial(&in_json);
    is_the_denial(&format!("{time} {in_json}"));
    let twice = serde_json::json!({"log": in_json, "stream": "stderr"}).to_string();
    is_the_denial(&twice);
    is_the_denial(&format!("msg=\"{}\\n\" level=error", DENIED.replace('"', "\\\"")));
}

#[test]
fn several_errors_are_told_each_once() {
    let expired = "An error occurred (ExpiredToken) when calling the PutObject operation: The \
                   security token included in the request is expired";
    let found = read(&format!("$ make\n{DENIED}\n{expired}\n{DENIED}\nError: the disk is full\n"));
    let topics: Vec<Topic> = found.errors.iter().map(|error| error.topic).collect();
    assert_eq!((topics, found.unknown), (vec![Topic::Denied, Topic::SessionExpired], 1));
    let boxes = format!("╷\n│ Error: {DENIED}\n│ \n╵\n╷\n│ Error: {expired}\n╵\n");
    assert_eq!(read(&boxes).errors.len(), 2);
}

#[test]
fn what_is_none_is_none_in_pieces_too() {
    for text in
        ["", "the printer is on fire", "Error: no\nError: nothing\n{}", "{\"a\": [1, \"b\"]}"]
    {
        assert_eq!(read(text).errors, [], "{text}");
    }
    // Words that only look so when they are joined.
    assert_eq!(read("not authorized to per\nform: s3:Get\nObject").errors.len(), 1);
    assert_eq!(read("not authorized to per form: s3:Get Object").errors, []);
}

#[test]
fn an_encoded_message_is_found_in_a_box_and_whole() {
    let encoded = "aB-_".repeat(40);
    let text = format!(
        "Error: creating EC2 Instance: operation error EC2: RunInstances, https response error \
         StatusCode: 403, RequestID: r, api error UnauthorizedOperation: You are not authorized to \
         perform this operation. Encoded authorization failure message: {encoded}"
    );
    for width in [50, 80, 97] {
        let boxed: Vec<String> =
            broken(&text, width).lines().map(|line| format!("│ {line}")).collect();
        for text in [broken(&text, width), boxed.join("\n")] {
            let found = read(&text);
            assert_eq!(found.errors.len(), 1, "{text}");
            assert_eq!(found.errors[0].encoded.as_deref(), Some(encoded.as_str()), "{text}");
        }
    }
}

#[test]
fn a_sequence_that_is_no_colour_is_left_to_whoever_shows_it() {
    let text = lines::without_colours("a\u{1b}[1;31mb\u{1b}[0mc\u{1b}]8;;https://x\u{7}d\u{1b}Ze");
    assert_eq!(text, "abcd\u{1b}Ze");
    assert_eq!(lines::without_colours("a\u{1b}[31"), "a");
}
