//! Where the statements of a policy stand in its text, as the simulator counts.
//!
//! Source: aws-truth.md, "The policy simulator".

/// A place between two characters: line and column of what follows it, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A statement, from behind what stands before it to behind its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Place,
    pub(super) end: Place,
}

/// The spans of all statements of a policy, in order. The text is one that was compiled as
/// a policy, so its JSON is sound.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let mut scan = Scan { at: Place { line: 1, column: 1 }, depth: 0, spans: Vec::new() };
    let mut characters = text.chars();
    let (mut name, mut of_statements) = (String::new(), false);
    // Where a statement may begin, and how deep it is when it has ended.
    let mut open: Option<(Place, u32)> = None;
    while let Some(character) = characters.next() {
        scan.pass(character);
        match character {
            '"' => {
                let text = scan.string(&mut characters);
                if scan.depth == 1 {
                    name = text;
                }
            }
            ':' if scan.depth == 1 => of_statements = name == "Statement",
            ',' if scan.depth == 1 => of_statements = false,
            '{' | '[' => {
                scan.depth += 1;
                // A list's bracket, or the brace of the only statement.
                if of_statements && scan.depth == 2 {
                    open = Some((scan.at, if character == '[' { 2 } else { 1 }));
                }
            }
            '}' | ']' => {
                scan.depth = scan.depth.saturating_sub(1);
                if let Some((start, floor)) = open
                    && character == '}'
                    && scan.depth == floor
                {
                    scan.spans.push(Span { start, end: scan.at });
                    open = Some((scan.at, floor));
                }
                if scan.depth < 2 {
                    open = None;
                }
            }
            _ => {}
        }
    }
    scan.spans
}

struct Scan {
    at: Place,
    depth: u32,
    spans: Vec<Span>,
}

impl Scan {
    fn pass(&mut self, character: char) {
        match character {
            '\n' => self.at = Place { line: self.at.line + 1, column: 1 },
            _ => self.at.column += 1,
        }
    }

    /// The rest of a string as it is written, its closing quote passed.
    fn string(&mut self, characters: &mut std::str::Chars<'_>) -> String {
        let mut text = String::new();
        while let Some(character) = characters.next() {
            self.pass(character);
            match character {
                '"' => break,
                '\\' => {
                    text.push(character);
                    if let Some(escaped) = characters.next() {
                        self.pass(escaped);
                        text.push(escaped);
                    }
                }
                other => text.push(other),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<[u32; 4]> {
        let flat =
            |span: &Span| [span.start.line, span.start.column, span.end.line, span.end.column];
        spans(text).iter().map(flat).collect()
    }

    #[test]
    fn the_examples_of_the_command_line_reference() {
        let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
        assert_eq!(of(one), [[1, 38, 1, 167]]);
        let administrator = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \"Action\": \"*\",\n            \"Resource\": \"*\"\n        }\n    ]\n}";
        assert_eq!(of(administrator), [[3, 19, 8, 10]]);
        let narrow = administrator.replace("    ", "  ");
        assert_eq!(of(&narrow), [[3, 17, 8, 6]]);
    }

    #[test]
    fn a_statement_begins_behind_the_one_before() {
        let text =
            "{\"Statement\":[{\"Effect\":\"Deny\"},\n {\"Effect\":\"}\\\"{\"}],\"Id\":\"x\"}";
        assert_eq!(of(text), [[1, 15, 1, 32], [1, 32, 2, 19]]);
    }

    #[test]
    fn what_only_looks_like_statements_is_none() {
        let text =
            r#"{"Id":"Statement","Version":{"Statement":[{}]},"Statement":[{"a":{"b":[{}]}}]}"#;
        assert_eq!(of(text).len(), 1);
        for text in ["", "{}", "[{}]", "{\"Statement\":[]}"] {
            assert!(of(text).is_empty(), "{text}");
        }
    }
}
