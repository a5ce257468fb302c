//! The access key of the user without policies: its secret is shown once, and goes into a file
//! that only its owner reads.

use super::quoted;
use crate::tags::{ACCESS_KEY, PENDING};

/// Begins with no dash, whatever the user is called.
fn file(user: &str) -> String {
    quoted(&format!("./{user}.access-key.json"))
}

/// A file that is there already stops everything before anything is made.
pub(super) fn check(user: &str) -> String {
    let file = file(user);
    format!(
        "if [ -e {file} ]; then\n  \
           printf 'nothing was done: %s is there already\\n' {file} >&2\n  \
           exit 1\n\
         fi\n"
    )
}

/// The user is marked before the key is made, and again once its secret is kept.
pub(super) fn make(user: &str) -> String {
    let (file, user) = (file(user), quoted(user));
    format!(
        "aws iam tag-user --user-name {user} --tags \"Key={ACCESS_KEY},Value={PENDING}:$(date \
         +%s)\"\n\
         (umask 077 && set -C && aws iam create-access-key --user-name {user} --output json \
         >{file})\n\
         key=$(sed -n 's/.*\"AccessKeyId\": *\"\\([A-Z0-9]*\\)\".*/\\1/p' {file})\n\
         aws iam tag-user --user-name {user} --tags \"Key={ACCESS_KEY},Value=$key\"\n\
         printf 'the access key %s is in %s\\n' \"$key\" {file} >&2\n"
    )
}
