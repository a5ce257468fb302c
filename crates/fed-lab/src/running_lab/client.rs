//! How a lab is spoken with: on this machine in plain HTTP; through its door by TLS, as which it is
//! known by its own authority, and with its key.

use std::fs;
use std::path::PathBuf;

use reqwest::{Certificate, Client, Method, RequestBuilder};

use crate::LabError;
use crate::lab_client::lab_client;

/// Names the file with the lab's authority.
pub(super) const AUTHORITY: &str = "FED_LAB_CA_FILE";

/// A request to a part of a running lab that its variables name: what steers it wants its key at
/// the door. The key goes nowhere but into TLS.
///
/// # Errors
/// [`LabError::File`] where a file cannot be read that the variables name, [`LabError::Http`].
pub fn request_to_lab(
    method: Method,
    url: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<RequestBuilder, LabError> {
    let request = client(url, &variable)?.request(method, url);
    match variable("FED_LAB_CONTROL_KEY_FILE").filter(|_| is_door(url)) {
        None => Ok(request),
        Some(file) => {
            let key = fs::read_to_string(&file);
            Ok(request.bearer_auth(key.map_err(|source| unreadable(file, source))?))
        }
    }
}

/// A client that trusts the lab at this URL.
pub(super) fn client(
    url: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Client, LabError> {
    let mut client = lab_client();
    if let Some(file) = variable(AUTHORITY).filter(|_| is_door(url)) {
        let pem = fs::read(&file).map_err(|source| unreadable(file, source))?;
        client = client.tls_certs_only(Certificate::from_pem_bundle(&pem).map_err(LabError::Http)?);
    }
    client.build().map_err(LabError::Http)
}

fn is_door(url: &str) -> bool {
    url.starts_with("https://")
}

fn unreadable(file: String, source: std::io::Error) -> LabError {
    LabError::File { what: "read", path: PathBuf::from(file), source }
}
