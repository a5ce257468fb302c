//! Lines longer than a terminal hands over. A terminal that edits lines itself cuts them at
//! 4,095 bytes (macOS: 1,023), and addresses that end in a sign-in's code can be longer. So it
//! gives each byte as it comes, and the line is put together here.

use std::io::{self, BufRead, Write};

use super::raw_terminal::{RawTerminal, Signal};

/// What a byte does to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// More may come.
    Goes,
    /// The line is whole.
    Ends,
    /// The end of input.
    EndsInput,
    /// The person wants the program to end, or to stop.
    Sends(Signal),
}

/// A line that is being typed or pasted.
#[derive(Debug)]
struct Line {
    bytes: Vec<u8>,
    escape: bool,
    longest: usize,
    is_too_long: bool,
}

/// Reads a line of at most `longest` bytes; `None` at the end of input. A longer one is taken to
/// its end all the same: what was left of it, the next program would take for its own.
///
/// # Errors
/// What the system says; `InvalidData` for a line that is longer.
pub(super) fn read(
    input: &mut impl BufRead,
    echo: &mut impl Write,
    terminal: &RawTerminal,
    longest: usize,
) -> io::Result<Option<String>> {
    let mut line = Line::of_at_most(longest);
    loop {
        let given = input.fill_buf()?.to_vec();
        if given.is_empty() {
            return line.text_unless_empty();
        }
        let mut shown = Vec::new();
        let mut taken = 0;
        let mut effect = Effect::Goes;
        while effect == Effect::Goes && taken < given.len() {
            effect = line.take(given[taken], &mut shown);
            taken += 1;
        }
        input.consume(taken);
        echo.write_all(&shown)?;
        echo.flush()?;
        match effect {
            Effect::Ends => return line.text().map(Some),
            Effect::EndsInput => return Ok(None),
            Effect::Sends(signal) => terminal.send(signal)?,
            Effect::Goes => {}
        }
    }
}

impl Line {
    fn of_at_most(longest: usize) -> Self {
        Self { bytes: Vec::new(), escape: false, longest, is_too_long: false }
    }

    /// Takes a byte in; what the person is to see of it goes to `shown`.
    fn take(&mut self, byte: u8, shown: &mut Vec<u8>) -> Effect {
        if self.escape {
            // `ESC [ 2 0 0 ~` and the like: up to the first letter or `~`.
            self.escape = !(byte.is_ascii_alphabetic() || byte == b'~');
            return Effect::Goes;
        }
        match byte {
            b'\r' | b'\n' => {
                shown.push(b'\n');
                return Effect::Ends;
            }
            0x03 => return Effect::Sends(Signal::Interrupt),
            0x1a => return Effect::Sends(Signal::Stop),
            0x1c => return Effect::Sends(Signal::Quit),
            0x04 if self.bytes.is_empty() => return Effect::EndsInput,
            0x08 | 0x7f => self.rub_out(shown),
            0x15 => {
                while !self.bytes.is_empty() {
                    self.rub_out(shown);
                }
            }
            0x1b => self.escape = true,
            0x00..=0x1f => {}
            _ if self.bytes.len() >= self.longest => self.is_too_long = true,
            _ => {
                self.bytes.push(byte);
                shown.push(byte);
            }
        }
        Effect::Goes
    }

    /// Takes the last letter back, of whatever length.
    fn rub_out(&mut self, shown: &mut Vec<u8>) {
        while let Some(byte) = self.bytes.pop() {
            if !(0x80..0xc0).contains(&byte) {
                shown.extend_from_slice(b"\x08 \x08");
                break;
            }
        }
    }

    fn text(&self) -> io::Result<String> {
        if self.is_too_long {
            return Err(too_long(self.longest));
        }
        Ok(String::from_utf8_lossy(&self.bytes).into_owned())
    }

    fn text_unless_empty(&self) -> io::Result<Option<String>> {
        if self.bytes.is_empty() { Ok(None) } else { self.text().map(Some) }
    }
}

/// Why a line is not taken.
pub(super) fn too_long(longest: usize) -> io::Error {
    let why = format!("the line is longer than {longest} bytes");
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: usize = 64 * 1024;

    fn read_all(typed: &str) -> (Option<String>, String, String) {
        let (mut input, mut echo) = (typed.as_bytes(), Vec::new());
        let line = read(&mut input, &mut echo, &RawTerminal::of_nothing(), LONGEST).unwrap();
        let rest = String::from_utf8(input.to_vec()).unwrap();
        (line, String::from_utf8(echo).unwrap(), rest)
    }

    #[test]
    fn a_line_of_any_length_comes_whole_and_what_follows_stays() {
        let long = "x".repeat(20_000);
        assert_eq!(
            read_all(&format!("{long}\nrest")),
            (Some(long.clone()), format!("{long}\n"), "rest".into())
        );
        let longest = "y".repeat(LONGEST);
        assert_eq!(read_all(&format!("{longest}\n")).0, Some(longest));
    }

    #[test]
    fn a_line_that_is_too_long_is_told_and_nothing_of_it_is_left() {
        for end in ["", "\n", "\nrest"] {
            let typed = "y".repeat(LONGEST + 1) + end;
            let (mut input, mut echo) = (typed.as_bytes(), Vec::new());
            let error = read(&mut input, &mut echo, &RawTerminal::of_nothing(), LONGEST);
            assert_eq!(error.unwrap_err().to_string(), "the line is longer than 65536 bytes");
            assert_eq!(input, end.trim_start().as_bytes());
        }
    }

    #[test]
    fn it_can_be_edited_as_a_terminals_line() {
        for (typed, line, seen) in [
            ("ab\x7fc\r", Some("ac"), "ab\x08 \x08c\n"),
            ("aä\x08\x08\x08b\n", Some("b"), "aä\x08 \x08\x08 \x08b\n"),
            ("ab\x15c\n", Some("c"), "ab\x08 \x08\x08 \x08c\n"),
            ("\x1b[200~pasted\x1b[201~\n", Some("pasted"), "pasted\n"),
            ("a\x1b[Ab\x01\x00\n", Some("ab"), "ab\n"),
            ("a\x04b\n", Some("ab"), "ab\n"),
            ("\x04", None, ""),
            ("", None, ""),
            ("cut off", Some("cut off"), "cut off"),
            ("\n", Some(""), "\n"),
        ] {
            let (found, echo, _) = read_all(typed);
            assert_eq!((found.as_deref(), echo.as_str()), (line, seen), "{typed:?}");
        }
    }

    #[test]
    fn keys_that_end_or_stop_a_program_are_told_from_text() {
        for (byte, signal) in
            [(0x03, Signal::Interrupt), (0x1a, Signal::Stop), (0x1c, Signal::Quit)]
        {
            assert_eq!(Line::of_at_most(1).take(byte, &mut Vec::new()), Effect::Sends(signal));
        }
    }
}
