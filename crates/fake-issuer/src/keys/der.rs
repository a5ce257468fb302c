//! Just enough DER to take an RSA public key apart.

/// Modulus and exponent, big-endian without leading zeros, of an
/// `RSAPublicKey` (RFC 8017 appendix A.1.1); `None` if `der` is none.
pub(super) fn rsa_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let (body, rest) = value(der, SEQUENCE)?;
    let (modulus, body) = value(body, INTEGER)?;
    let (exponent, end) = value(body, INTEGER)?;
    (rest.is_empty() && end.is_empty()).then(|| (unsigned(modulus), unsigned(exponent)))
}

/// The value tagged `tag` at the front of `der`, and what follows it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, der) = der.split_first()?;
    if found != tag {
        return None;
    }
    let (&first, der) = der.split_first()?;
    let (length, der) = if first < 0x80 {
        (usize::from(first), der)
    } else {
        let (digits, der) = der.split_at_checked(usize::from(first & 0x7f))?;
        let fold =
            |length: usize, digit: &u8| length.checked_mul(256)?.checked_add((*digit).into());
        (digits.iter().try_fold(0usize, fold)?, der)
    };
    der.split_at_checked(length)
}

fn unsigned(integer: &[u8]) -> &[u8] {
    let zeros = integer.iter().take_while(|byte| **byte == 0).count();
    &integer[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_key_apart_and_nothing_else() {
        let der = [0x30, 0x08, 0x02, 0x02, 0x00, 0xc1, 0x02, 0x02, 0x00, 0x03];
        assert_eq!(rsa_public_key(&der), Some((&[0xc1][..], &[0x03][..])));
        for cut in 0..der.len() {
            assert_eq!(rsa_public_key(&der[..cut]), None, "cut at {cut}");
        }
        let longer: Vec<u8> = der.iter().copied().chain([0]).collect();
        assert_eq!(rsa_public_key(&longer), None);
        assert_eq!(rsa_public_key(&[0x30, 0x81, 0xff]), None);
        assert_eq!(rsa_public_key(&[0x30, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
