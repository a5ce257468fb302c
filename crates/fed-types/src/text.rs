//! Text as people's tools write it into files: UTF-8, or UTF-16 as PowerShell's `>` does it.

/// The bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Neither UTF-8 nor, by its first bytes, UTF-16.
    #[error("not valid UTF-8")]
    NotUtf8,
    /// UTF-16 by its first bytes, and then no more.
    #[error("not valid UTF-16")]
    NotUtf16,
}

/// The text of a file that a person or their tools wrote. A byte-order mark is left out. What
/// begins with the mark of UTF-16, or with a letter and a zero byte, is read as UTF-16.
///
/// # Errors
/// [`NotText`].
///
/// ```
/// assert_eq!(fed_types::text_of(b"\xef\xbb\xbfa".to_vec()).unwrap(), "a");
/// assert_eq!(fed_types::text_of(b"\xff\xfea\0".to_vec()).unwrap(), "a");
/// ```
pub fn text_of(bytes: Vec<u8>) -> Result<String, NotText> {
    match bytes[..] {
        [0xff, 0xfe, ref rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, ref rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ref rest @ ..] => {
            String::from_utf8(rest.to_vec()).map_err(|_| NotText::NotUtf8)
        }
        [1..=0x7f, 0, ..] => utf16(&bytes, u16::from_le_bytes),
        [0, 1..=0x7f, ..] => utf16(&bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|_| NotText::NotUtf8),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let text = String::from_utf16(&units).map_err(|_| NotText::NotUtf16)?;
    if rest.is_empty() { Ok(text) } else { Err(NotText::NotUtf16) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn little(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn big(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn every_way_of_writing_it_is_the_same_text() {
        let text = "issuer = \"https://ä.example/𝄞\"\r\n";
        for bytes in [
            text.as_bytes().to_vec(),
            ["\u{feff}", text].concat().into_bytes(),
            little(&format!("\u{feff}{text}")),
            big(&format!("\u{feff}{text}")),
            little(text),
            big(text),
        ] {
            assert_eq!(text_of(bytes), Ok(text.to_owned()));
        }
        assert_eq!(text_of(Vec::new()), Ok(String::new()));
        assert_eq!(text_of(b"a".to_vec()), Ok("a".to_owned()));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for (bytes, error) in [
            (vec![0xff], NotText::NotUtf8),
            (vec![0xef, 0xbb, 0xbf, 0xff], NotText::NotUtf8),
            (vec![0xff, 0xfe, b'a'], NotText::NotUtf16),
            (vec![0xff, 0xfe, 0x00, 0xd8], NotText::NotUtf16),
            (vec![b'a', 0, b'b'], NotText::NotUtf16),
            (vec![0, b'a', 0xd8, 0x00], NotText::NotUtf16),
        ] {
            assert_eq!(text_of(bytes.clone()), Err(error), "{bytes:?}");
        }
    }
}
