//! What tools and logs put around the lines of an error.

/// Without the sequences with which a terminal is told colours and links (ECMA-48).
pub(super) fn without_colours(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\u{1b}') {
        kept.push_str(before);
        rest = match behind.chars().next() {
            Some('[') => after(behind, |c| ('\u{40}'..='\u{7e}').contains(&c) && c != '['),
            Some(']') => after(behind, |c| c == '\u{7}' || c == '\\'),
            // What is no such sequence stays, for whoever shows it to make harmless.
            _ => {
                kept.push('\u{1b}');
                behind
            }
        };
    }
    kept.push_str(rest);
    kept
}

/// What follows the first character that ends it; all of it where none does.
fn after(text: &str, ends: impl Fn(char) -> bool) -> &str {
    match text.char_indices().find(|(_, c)| ends(*c)) {
        Some((at, c)) => text.get(at + c.len_utf8()..).unwrap_or_default(),
        None => "",
    }
}

/// The text in pieces of one error each; what comes before the first belongs to it.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<Vec<&str>> = Vec::new();
    let mut has_begun = false;
    for line in text.lines() {
        let begins = begins(line);
        if pieces.is_empty() || (begins && has_begun) {
            pieces.push(Vec::new());
        }
        has_begun |= begins;
        if let Some(piece) = pieces.last_mut() {
            piece.push(line);
        }
    }
    pieces.iter().map(|lines| lines.join("\n")).collect()
}

/// Whether a line is the first of an error.
fn begins(line: &str) -> bool {
    const FIRST: [&str; 3] = ["Error: ", "error: ", "fatal error: "];
    let line = bare(line);
    line.contains("An error occurred (")
        || FIRST.iter().any(|first| line.starts_with(first))
        || (line.starts_with('{') && line.ends_with('}'))
}

/// A line without what stands before it in a log of GitHub Actions and in a box of Terraform.
pub(super) fn bare(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}');
    // `gh run view --log` puts job and step before it.
    let behind_tabs = line.rsplit('\t').next().unwrap_or(line);
    let line = match without_time(behind_tabs) {
        Some(line) => line,
        None => without_time(line).unwrap_or(line),
    };
    let line = ["##[error]", "::error::"]
        .iter()
        .fold(line, |line, mark| line.strip_prefix(mark).unwrap_or(line));
    let inner = line.trim_start().trim_start_matches(['│', '╷', '╵']);
    if inner.len() == line.trim_start().len() {
        line
    } else {
        inner.strip_prefix(' ').unwrap_or(inner)
    }
}

/// `2026-11-28T18:30:00.1234567Z ` and what follows.
fn without_time(line: &str) -> Option<&str> {
    let (time, rest) = line.split_once(' ').unwrap_or((line, ""));
    let is_time = time.len() >= 20
        && time.ends_with('Z')
        && time.get(4..5) == Some("-")
        && time.get(10..11) == Some("T")
        && time.chars().all(|c| c.is_ascii_digit() || "-:.TZ".contains(c));
    is_time.then_some(rest)
}
