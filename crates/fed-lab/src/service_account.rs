//! The service account of a pod in the lab's EKS cluster, and the file in which the cluster
//! keeps its token: what a pod finds mounted, at the path that `AWS_WEB_IDENTITY_TOKEN_FILE`
//! names.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use fake_issuer::{Signer, TokenRequest};
use fed_types::{Arn, RoleArn};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::LabError;

/// How long a projected token lives, in seconds (amazon-eks-pod-identity-webhook,
/// `--token-expiration`).
const LIFETIME_SECONDS: u64 = 86_400;

const POD_UID: &str = "5c7a6b2e-91d4-4f0c-8e36-0d2b9a417f58";
const ACCOUNT_UID: &str = "b8f1d3a6-2c4e-4a7b-9d05-6e1f8c3b7a92";

/// `NAMESPACE/NAME`, or `NAMESPACE/NAME=ROLE_ARN` where the service account is annotated with
/// a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    namespace: String,
    name: String,
    /// What becomes `AWS_ROLE_ARN`.
    pub role_arn: Option<RoleArn>,
}

impl ServiceAccount {
    /// What a token of it says, beside the usual.
    pub fn claims(&self) -> Value {
        let Self { namespace, name, .. } = self;
        json!({
            "sub": format!("system:serviceaccount:{namespace}:{name}"),
            "kubernetes.io": {
                "namespace": namespace,
                "pod": { "name": format!("{name}-0"), "uid": POD_UID },
                "serviceaccount": { "name": name, "uid": ACCOUNT_UID },
            },
        })
    }
}

impl FromStr for ServiceAccount {
    type Err = LabError;

    fn from_str(text: &str) -> Result<Self, LabError> {
        let (account, role_arn) = match text.split_once('=') {
            Some((account, role_arn)) => (account, Some(role_arn)),
            None => (text, None),
        };
        // RFC 1123 labels, as Kubernetes has them.
        let label = |text: &str| {
            let inner = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
            };
            !text.is_empty() && text.bytes().all(inner)
        };
        let invalid = || LabError::InvalidServiceAccount(text.to_owned());
        let (namespace, name) = account.split_once('/').ok_or_else(invalid)?;
        if !label(namespace) || !label(name) {
            return Err(invalid());
        }
        let role_arn = role_arn.map(|arn| role(arn).ok_or_else(invalid)).transpose()?;
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned(), role_arn })
    }
}

/// A role of the partition that a lab is.
fn role(arn: &str) -> Option<RoleArn> {
    let is_here = Arn::parse(arn).is_ok_and(|arn| arn.partition == "aws");
    is_here.then(|| arn.parse().ok()).flatten()
}

/// A token in a file, always a fresh one as long as this lives.
pub(crate) struct ProjectedToken {
    path: PathBuf,
    rotation: JoinHandle<()>,
}

impl ProjectedToken {
    /// Writes the file, which only this user can read, and replaces it before the token in it
    /// expires, as the kubelet does: when it is older than four fifths of its life. What could
    /// not be replaced is tried again every tenth of it.
    pub(crate) fn keep(
        signer: Signer,
        account: &ServiceAccount,
        path: PathBuf,
    ) -> Result<Self, LabError> {
        Self::living(signer, account, path, Duration::from_secs(LIFETIME_SECONDS))
    }

    fn living(
        signer: Signer,
        account: &ServiceAccount,
        path: PathBuf,
        lifetime: Duration,
    ) -> Result<Self, LabError> {
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let mut request = TokenRequest::default().expires_in(seconds);
        if let Value::Object(claims) = account.claims() {
            request.claims = claims;
        }
        project(&signer, &request, &path)?;
        let rotated = path.clone();
        let rotation = tokio::spawn(async move {
            let mut outcome = Ok(());
            loop {
                tokio::time::sleep(pause_after(&outcome, lifetime)).await;
                outcome = project(&signer, &request, &rotated);
                if let Err(error) = &outcome {
                    tracing::error!(%error, "a projected token could not be replaced");
                }
            }
        });
        Ok(Self { path, rotation })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ProjectedToken {
    fn drop(&mut self) {
        self.rotation.abort();
    }
}

/// How long to wait before the next replacement: a token that was not replaced has a fifth of
/// its life left.
fn pause_after(outcome: &Result<(), LabError>, lifetime: Duration) -> Duration {
    match outcome {
        Ok(()) => lifetime * 4 / 5,
        Err(_) => lifetime / 10,
    }
}

fn project(signer: &Signer, request: &TokenRequest, path: &Path) -> Result<(), LabError> {
    let token = signer.sign(request).map_err(LabError::Issuer)?;
    replace(path, token.as_bytes()).map_err(|source| LabError::File {
        what: "write",
        path: path.to_owned(),
        source,
    })
}

/// Written aside and moved into place: whoever reads it reads a whole token.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&aside)?.write_all(content)?;
    fs::rename(aside, path)
}

#[cfg(test)]
mod tests {
    use fake_issuer::{Clock, Issuer, IssuerConfig, Preset};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_service_account_is_namespace_and_name_and_perhaps_a_role() {
        let role = "arn:aws:iam::278805249149:role/cart";
        let read: ServiceAccount = format!("shop/cart={role}").parse().unwrap();
        assert_eq!(read.role_arn.as_ref().map(RoleArn::as_str), Some(role));
        assert_eq!(read.claims()["sub"], "system:serviceaccount:shop:cart");
        assert_eq!("shop/cart".parse::<ServiceAccount>().unwrap().role_arn, None);
        for text in
            ["", "cart", "shop/", "/cart", "Shop/cart", "a/b/c", "shop/cart=role/x", "a b/c"]
        {
            let told = text.parse::<ServiceAccount>().unwrap_err().to_string();
            assert_eq!(
                told,
                format!("expected a service account like `shop/cart`, found `{text}`")
            );
        }
    }

    #[test]
    fn an_annotated_role_is_a_role_of_the_lab() {
        for arn in [
            "",
            "arn:aws:iam::",
            "arn:aws:iam::278805249149:user/cart",
            "arn:aws:iam::278805249149:role/",
            "arn:aws:iam::27880524914:role/cart",
            "arn:aws:iam::aws:role/cart",
            "arn:aws:iam:us-east-1:278805249149:role/cart",
            "arn:aws:sts::278805249149:assumed-role/cart/a",
            "arn:aws-cn:iam::278805249149:role/cart",
        ] {
            let text = format!("shop/cart={arn}");
            let told = text.parse::<ServiceAccount>().unwrap_err().to_string();
            assert_eq!(
                told,
                format!("expected a service account like `shop/cart`, found `{text}`")
            );
        }
    }

    #[test]
    fn what_could_not_be_replaced_is_tried_again_before_it_expires() {
        let life = Duration::from_secs(LIFETIME_SECONDS);
        let after_success = pause_after(&Ok(()), life);
        assert_eq!(after_success, Duration::from_secs(69_120));
        let after_failure = pause_after(&Err(LabError::Randomness), life);
        assert_eq!(after_failure, Duration::from_secs(8_640));
        assert!(after_success + after_failure < life);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_projected_token_is_replaced_before_it_expires() {
        use std::os::unix::fs::PermissionsExt;

        let config = IssuerConfig::new(Preset::Eks, Clock::system());
        let issuer = Issuer::start(config).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let account = "shop/cart".parse().unwrap();
        let kept = ProjectedToken::living(issuer.signer(), &account, path.clone(), SECOND).unwrap();
        let first = fs::read_to_string(kept.path()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let replaced = tokio::time::timeout(Duration::from_secs(20), async {
            while fs::read_to_string(&path).unwrap() == first {
                tokio::task::yield_now().await;
            }
        });
        replaced.await.expect("it is never replaced");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap().split('.').count(), 3);
    }
}
