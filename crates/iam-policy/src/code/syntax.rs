//! Texts that are not JSON as a policy needs it.

use super::entry::Form::{Bytes, Repeated, Text};
use super::entry::{Entry, syntax};

pub(super) const BAD_ESCAPE: Entry = syntax(
    (
        "A backslash in a string begins no escape that JSON has.",
        "Write `\\\\` for a backslash itself. JSON's escapes are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, \
         `\\n`, `\\r`, `\\t` and `\\u` with four hexadecimal digits; half of a surrogate pair is none.",
    ),
    Text(r#"{"Version": "2012-10-17", "Id": "team\data", "Statement": []}"#),
);

pub(super) const BAD_NUMBER: Entry = syntax(
    (
        "Something that begins like a number is not one in JSON.",
        "Put it in double quotes: IAM takes numbers as strings, too.",
    ),
    Text(r#"{"Version": "2012-10-17", "Id": 007, "Statement": []}"#),
);

pub(super) const BYTE_ORDER_MARK: Entry = syntax(
    (
        "The file begins with a byte order mark, which some editors write.",
        "Save the file as UTF-8 without BOM.",
    ),
    Text("\u{feff}{\"Version\": \"2012-10-17\", \"Statement\": []}"),
);

pub(super) const COMMENT: Entry = syntax(
    ("JSON has no comments.", "Remove it; a statement's `Sid` can say what it is for."),
    Text("{\"Version\": \"2012-10-17\", // the language's version\n \"Statement\": []}"),
);

pub(super) const CONTROL_CHARACTER: Entry = syntax(
    (
        "A string holds a control character, such as a tab.",
        "Write it as an escape: `\\t`, or `\\u` with four hexadecimal digits.",
    ),
    Text("{\"Version\": \"2012-10-17\", \"Id\": \"a\tb\", \"Statement\": []}"),
);

pub(super) const DUPLICATE_KEY: Entry = syntax(
    (
        "An object has the same key twice. Many readers would silently drop one of the two.",
        "Merge the two values under one key: as a list, or as one object of conditions.",
    ),
    Text(
        r#"{"Version": "2012-10-17", "Statement": {
  "Effect": "Deny", "Action": "s3:GetObject", "Action": "s3:PutObject", "Resource": "*"
}}"#,
    ),
);

pub(super) const EMPTY: Entry = syntax(
    (
        "The file is empty, or white space alone.",
        "Write a policy: an object with `Version` and `Statement`.",
    ),
    Text(""),
);

pub(super) const HUGE_NUMBER: Entry = syntax(
    (
        "A number has more than 64 characters.",
        "Put it in double quotes, if it is meant; no number of a policy is as long.",
    ),
    Repeated {
        before: "{\"Version\": \"2012-10-17\", \"Id\": ",
        part: "9",
        times: 65,
        after: ", \"Statement\": []}",
    },
);

pub(super) const LINE_BREAK: Entry = syntax(
    (
        "A string goes on in the next line.",
        "Close the string on its own line, or write the line break as `\\n`.",
    ),
    Text("{\"Version\": \"2012-10-17\", \"Id\": \"two\nlines\", \"Statement\": []}"),
);

pub(super) const MISSING_BRACKET: Entry = syntax(
    ("A list is closed, or goes on, that was never opened.", "Put `[` before its first value."),
    Text(
        r#"{"Version": "2012-10-17", "Statement":
  {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
]}"#,
    ),
);

pub(super) const MISSING_COLON: Entry = syntax(
    ("No colon stands behind a key.", "Put `:` between key and value."),
    Text(r#"{"Version" "2012-10-17", "Statement": []}"#),
);

pub(super) const MISSING_COMMA: Entry = syntax(
    ("No comma stands between two values.", "Put a comma between the two."),
    Text("{\"Version\": \"2012-10-17\"\n \"Statement\": []}"),
);

pub(super) const NOT_UTF_8: Entry = syntax(
    (
        "A byte is not UTF-8. `Policy::parse_bytes` says so; `lint`, which takes text, never does.",
        "Save the file as UTF-8.",
    ),
    Bytes(b"{\"Version\": \"2012-10-17\", \"Id\": \"caf\xe9\", \"Statement\": []}"),
);

pub(super) const SINGLE_QUOTES: Entry = syntax(
    ("A string or a key stands in single quotes.", "Use double quotes."),
    Text("{'Version': '2012-10-17', 'Statement': []}"),
);

pub(super) const TOO_DEEP: Entry = syntax(
    (
        "Brackets are nested more than 24 deep. A policy nests six deep.",
        "Look for a bracket that is not closed, or for documents inside of one another.",
    ),
    Repeated { before: "", part: "[", times: 25, after: "" },
);

pub(super) const TOO_LARGE: Entry = syntax(
    (
        "The text has more than 512 KiB (524,288 bytes), the most that is read.",
        "Split it. The largest policy of a customer, a KMS key's, has 32 KiB.",
    ),
    Repeated { before: "{", part: " ", times: 524_287, after: "}" },
);

pub(super) const TRAILING_COMMA: Entry = syntax(
    ("A comma stands before a closing bracket.", "Remove the comma."),
    Text(r#"{"Version": "2012-10-17", "Statement": [],}"#),
);

pub(super) const TRAILING_TEXT: Entry = syntax(
    (
        "Something stands behind the end of the document.",
        "Remove it; often it is one bracket too many.",
    ),
    Text(r#"{"Version": "2012-10-17", "Statement": []}}"#),
);

pub(super) const UNCLOSED: Entry = syntax(
    (
        "A bracket is not closed.",
        "Close it where it ends; the message names the line at which it was opened.",
    ),
    Text(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#,
    ),
);

pub(super) const UNCLOSED_STRING: Entry = syntax(
    ("A string has no closing quote.", "Put `\"` where it ends."),
    Text(r#"{"Version": "2012-10-17", "Statement": "}"#),
);

pub(super) const UNEXPECTED: Entry = syntax(
    (
        "Where a value, a key, a comma or a bracket has to be, something else stands.",
        "Write what the message says was expected; strings stand in double quotes.",
    ),
    Text(r#"{"Version": 2012/10/17, "Statement": []}"#),
);

pub(super) const UNQUOTED_KEY: Entry = syntax(
    ("A key has no quotes.", "Put double quotes around every key."),
    Text("{Version: \"2012-10-17\", Statement: []}"),
);
