//! Keys that open what only this user may open.

use fed_types::Secret;

use crate::LabError;

/// 256 bits in hexadecimal.
pub(crate) fn random_key() -> Result<Secret, LabError> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| LabError::Randomness)?;
    Ok(Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}
