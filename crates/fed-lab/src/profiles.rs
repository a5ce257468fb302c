//! The lab's own file of AWS profiles: a world's administrators and users, by their names.

use std::path::Path;

use iam_gate::AccessKey;

use crate::LabError;
use crate::run_directory::write_private_file;

/// A profile and its key.
pub(crate) struct Profile {
    /// `ACCOUNT`, or `ACCOUNT/USER`.
    pub(crate) name: String,
    pub(crate) key: AccessKey,
}

/// Puts them into the file, in the place of those of the same names; what else is in it stays.
pub(crate) fn put(file: &Path, profiles: &[Profile]) -> Result<(), LabError> {
    if profiles.is_empty() {
        return Ok(());
    }
    let path = || file.to_owned();
    let known = std::fs::read_to_string(file).map_err(|source| LabError::File {
        what: "read",
        path: path(),
        source,
    })?;
    write_private_file(file, with(&known, profiles).as_bytes())
}

fn with(known: &str, profiles: &[Profile]) -> String {
    let mut text = String::new();
    let mut is_ours = false;
    for line in known.lines() {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            is_ours = profiles.iter().any(|profile| profile.name == name);
        }
        if !is_ours {
            text.push_str(line);
            text.push('\n');
        }
    }
    for Profile { name, key } in profiles {
        let (id, secret) = (&key.access_key_id, key.secret_access_key.expose());
        text.push_str(&format!(
            "[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use fed_types::Secret;

    use super::*;

    fn profile(name: &str, secret: &str) -> Profile {
        let secret_access_key = Secret::new(secret.to_owned());
        let key = AccessKey { access_key_id: format!("AKIA-{name}"), secret_access_key };
        Profile { name: name.to_owned(), key }
    }

    #[test]
    fn profiles_take_the_place_of_their_namesakes_alone() {
        let first = with("", &[profile("shop", "one"), profile("shop/ada", "two")]);
        let with_own = format!("[default]\nregion = x\n{first}[mine]\naws_access_key_id = y\n");
        let second = with(&with_own, &[profile("shop", "three")]);
        insta::assert_snapshot!(second, @r"
        [default]
        region = x
        [shop/ada]
        aws_access_key_id = AKIA-shop/ada
        aws_secret_access_key = two
        [mine]
        aws_access_key_id = y
        [shop]
        aws_access_key_id = AKIA-shop
        aws_secret_access_key = three
        ");
    }
}
