//! Source `gcp-metadata`: the ID token of a Google Cloud machine's service account.

use reqwest::Method;
use url::Url;

use super::patience::patiently;
use super::presented::{self, Origin, PresentedError};
use fed_types::{Hint, Step};

use crate::clock::Clock;
use crate::http_client::{HttpClient, HttpError};
use crate::id_token::UnverifiedIdToken;

/// The metadata server (aws-truth.md, "Google as an OpenID provider").
#[derive(Clone, Debug)]
pub struct GcpMetadataSource {
    /// [`GcpMetadataSource::STANDARD`], unless `GCE_METADATA_HOST` says otherwise.
    pub base_url: Url,
    /// The audience wanted: `aud` of the token. Its `azp` is the service account's numeric id.
    pub audience: String,
}

/// Why there is no ID token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GcpMetadataError {
    /// Nobody there.
    #[error("this is no Google Cloud machine: the metadata server does not answer")]
    NoServer(#[source] HttpError),
    /// Somebody else there.
    #[error("what answers is not Google's metadata server: `Metadata-Flavor: Google` is missing")]
    NotGoogle,
    /// The machine has no service account.
    #[error("the machine has no service account")]
    NoServiceAccount,
    /// Any other refusal.
    #[error("the metadata server answered with status {0}, expected 200")]
    Status(u16),
    /// What it gave is no ID token.
    #[error(transparent)]
    Presented(#[from] PresentedError),
}

impl GcpMetadataError {
    fn passes(&self) -> bool {
        matches!(self, Self::Status(429 | 500..))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NoServer(_) | Self::NotGoogle => Some(Hint::to(
                "in a container check that it may reach `metadata.google.internal`; on your own machine",
                Step::Source("browser"),
            )),
            Self::NoServiceAccount => Some(
                "attach one: `gcloud compute instances set-service-account INSTANCE --service-account=NAME@PROJECT.iam.gserviceaccount.com`".into(),
            ),
            Self::Status(_) => None,
            Self::Presented(error) => error.hint(),
        }
    }
}

impl GcpMetadataSource {
    /// Where the metadata server is on Google Cloud; plain http, link-local.
    pub const STANDARD: &str = "http://metadata.google.internal/";

    pub(super) async fn fetch(
        &self,
        http: &HttpClient,
        clock: &dyn Clock,
    ) -> Result<UnverifiedIdToken, GcpMetadataError> {
        let mut url = self.base_url.clone();
        url.set_path("/computeMetadata/v1/instance/service-accounts/default/identity");
        url.query_pairs_mut()
            .clear()
            .append_pair("audience", &self.audience)
            .append_pair("format", "full");
        // A machine without a metadata server is not waited for.
        let answer = patiently(clock, GcpMetadataError::passes, async || ask(http, &url).await);
        let body = answer.await?;
        let text = String::from_utf8_lossy(&body);
        let origin = Origin::MetadataServer;
        Ok(presented::accept(&text, &origin, Some(&self.audience), clock.now())?)
    }
}

async fn ask(http: &HttpClient, url: &Url) -> Result<Vec<u8>, GcpMetadataError> {
    let request =
        http.insecure_link_local_request(Method::GET, url).header("Metadata-Flavor", "Google");
    let answer = http.send(url, request).await.map_err(GcpMetadataError::NoServer)?;
    let flavor = answer.headers.get("Metadata-Flavor");
    if flavor.is_none_or(|flavor| flavor != "Google") {
        return Err(GcpMetadataError::NotGoogle);
    }
    match answer.status {
        200 => Ok(answer.body),
        404 => Err(GcpMetadataError::NoServiceAccount),
        status => Err(GcpMetadataError::Status(status)),
    }
}
