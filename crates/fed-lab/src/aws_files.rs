//! What AWS clients read of a person's home folder, and what stands in its place: files of the
//! lab, empty at first but for the profiles of a world. `credential_process`, keys and
//! `ignore_configured_endpoint_urls` of a person's profile have no say there.

use std::path::Path;

use crate::LabError;
use crate::run_directory::write_private_file;

/// The file with profiles: those of a world's accounts and users.
pub(crate) const CREDENTIALS: &str = "aws_credentials";

/// The variables that name such files, and the files.
const FILES: [(&str, &str); 4] = [
    ("AWS_CONFIG_FILE", "aws_config"),
    ("AWS_SHARED_CREDENTIALS_FILE", CREDENTIALS),
    // The AWS SDK for Java 1.x, `AwsProfileFileLocationProvider`.
    ("AWS_CREDENTIAL_PROFILES_FILE", CREDENTIALS),
    // botocore, `BotoProvider`: keys in `~/.boto` and `/etc/boto.cfg`.
    ("BOTO_CONFIG", "boto.cfg"),
];

/// Makes them in a folder, empty and closed to other users.
///
/// # Errors
/// [`LabError::File`].
pub(crate) fn write(folder: &Path) -> Result<(), LabError> {
    FILES.iter().try_for_each(|(_, file)| write_private_file(&folder.join(file), b""))
}

/// The variables for those in a folder.
pub(crate) fn variables(folder: &Path) -> Vec<(String, String)> {
    let path = |file: &str| folder.join(file).to_string_lossy().into_owned();
    FILES.map(|(name, file)| (name.to_owned(), path(file))).to_vec()
}
