//! AWS's signing test suite, as the crate `aws-sigv4` carries it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use fed_types::{Secret, UnixTime};
use serde_json::Value;

use crate::signature::{Content, PathStyle, SignatureError, read, verify};
use crate::wire::WireRequest;

/// Cases that come without a context: there, only the canonical request can be compared.
pub(super) const CANONICAL_ONLY: [&str; 2] = ["double-encode-path", "double-url-encode"];

/// What this cargo prints.
fn cargo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Where cargo has unpacked the suite; asked once. Only this platform's packages are sure to
/// have been fetched.
fn suite() -> &'static Path {
    static SUITE: OnceLock<PathBuf> = OnceLock::new();
    SUITE.get_or_init(|| {
        let version = String::from_utf8(cargo(&["-vV"])).unwrap();
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let form = ["metadata", "--format-version", "1", "--offline", "--filter-platform", host];
        let output = cargo(&form);
        let metadata: Value = serde_json::from_slice(&output).unwrap();
        let package = metadata["packages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|package| package["name"] == "aws-sigv4")
            .unwrap();
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        manifest.with_file_name("aws-signing-test-suite").join("v4")
    })
}

pub(super) fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> =
        fs::read_dir(suite()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert_eq!(cases.len(), 40);
    cases
}

pub(super) fn name(case: &Path) -> &str {
    case.file_name().unwrap().to_str().unwrap()
}

/// Reads a request as it stands in the suite, header values continued on further lines.
pub(super) fn request(text: &str) -> WireRequest {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let mut lines = head.lines();
    let target = lines.next().unwrap();
    let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
    let (method, target) = target.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }
    WireRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: body.to_owned().into(),
    }
}

pub(super) struct Case {
    pub(super) name: String,
    pub(super) request: WireRequest,
    pub(super) secret: Secret,
    pub(super) now: UnixTime,
    pub(super) style: PathStyle,
}

impl Case {
    pub(super) fn verify(&self, request: &WireRequest) -> Result<(), SignatureError> {
        let presented = read(request)?.ok_or(SignatureError::Mismatch)?;
        verify(request, &presented, &self.secret, self.now, self.style, Content::Signed).map(drop)
    }
}

/// The 38 cases that come with a context, in both forms.
pub(super) fn signed_cases() -> Vec<Case> {
    let mut signed = Vec::new();
    for case in cases() {
        if CANONICAL_ONLY.contains(&name(&case)) {
            continue;
        }
        let context = fs::read_to_string(case.join("context.json")).unwrap();
        let context: Value = serde_json::from_str(&context).unwrap();
        for form in ["header", "query"] {
            let text = fs::read_to_string(case.join(format!("{form}-signed-request.txt"))).unwrap();
            signed.push(Case {
                name: format!("{} ({form})", name(&case)),
                request: request(&text),
                secret: Secret::new(context["credentials"]["secret_access_key"].as_str().unwrap()),
                now: UnixTime::parse_rfc3339(context["timestamp"].as_str().unwrap()).unwrap(),
                style: PathStyle {
                    normalized: context["normalize"].as_bool().unwrap(),
                    encoded_again: true,
                },
            });
        }
    }
    assert_eq!(signed.len(), 76);
    signed
}
