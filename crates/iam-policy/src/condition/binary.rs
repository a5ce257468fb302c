//! Base64, as `BinaryEquals` compares it: byte for byte after decoding.

/// Decodes RFC 4648 base64 with padding. `None` for anything else.
pub(super) fn decode(text: &str) -> Option<impl Iterator<Item = u8> + Clone> {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    let (data, _) = text.as_bytes().split_at_checked(text.len() - padding)?;
    let whole = text.len().is_multiple_of(4) && padding <= 2;
    if !whole || data.iter().any(|byte| six_bits(*byte).is_none()) {
        return None;
    }
    let bytes = data.chunks(4).flat_map(|four| {
        let bits = four.iter().fold(0, |bits, byte| bits << 6 | six_bits(*byte).unwrap_or(0));
        let [_, bytes @ ..] = (bits << (6 * (4 - four.len()))).to_be_bytes();
        bytes.into_iter().take(four.len() - 1)
    });
    Some(bytes)
}

fn six_bits(byte: u8) -> Option<u32> {
    let six = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(six))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_alphabet_has_its_six_bits() {
        let text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let decoded: Vec<u8> = decode(text).unwrap().collect();
        let sixes = decoded.chunks(3).flat_map(|three| {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            [18, 12, 6, 0].map(|shift| bits >> shift & 0x3f)
        });
        assert_eq!(sixes.collect::<Vec<_>>(), (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn padding_ends_what_is_no_multiple_of_three() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo")] {
            assert!(decode(text).unwrap().eq(bytes.bytes()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_base64() {
        for text in
            ["Zg", "Zg=", "Z===", "====", "Zm9v=", "Zg==Zg==", "Zm-v", "Zm_v", "Zm 9", "Zmé"]
        {
            assert!(decode(text).is_none(), "{text}");
        }
    }
}
