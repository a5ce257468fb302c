//! Uploads in parts, and which object each is of: an emulator may go by the upload's id where
//! S3 goes by bucket and key as well.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use fed_types::AccountId;
use roxmltree::Document;

use crate::call::{Call, Input, S3Request};
use crate::error_response::ErrorResponse;
use crate::protocol::Protocol;
use crate::upstream::Upstream;

/// Uploads remembered; the oldest are asked for again.
const KEPT: usize = 4096;

/// An upload, as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) id: String,
}

/// Uploads that the emulator has said there are. Ids are not given out twice, so one that was
/// found once is right for good.
pub(crate) struct Uploads {
    upstream: Arc<Upstream>,
    found: Mutex<VecDeque<Upload>>,
}

impl Uploads {
    pub(crate) fn new(upstream: Arc<Upstream>) -> Self {
        Self { upstream, found: Mutex::default() }
    }

    /// Makes sure that the upload is one of that key in that bucket.
    ///
    /// # Errors
    /// `NoSuchUpload`; [`ErrorResponse::Upstream`] when the emulator cannot be asked, and
    /// [`ErrorResponse::Undecidable`] when its answer is none.
    pub(crate) async fn find(
        &self,
        account: &AccountId,
        upload: &Upload,
    ) -> Result<(), ErrorResponse> {
        let found = |uploads: &VecDeque<Upload>| uploads.iter().rev().any(|it| it == upload);
        if found(&self.found.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        if !self.is_listed(account, upload).await? {
            // Source: S3 API reference, "List of error codes".
            return Err(ErrorResponse::answered(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload \
                 may have been aborted or completed.",
            ));
        }
        let mut uploads = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if uploads.len() >= KEPT {
            uploads.pop_front();
        }
        uploads.push_back(upload.clone());
        Ok(())
    }

    /// Whether ListMultipartUploads has it. Uploads beyond its first page count as none.
    async fn is_listed(&self, account: &AccountId, upload: &Upload) -> Result<bool, ErrorResponse> {
        let call = Call {
            service: "s3".to_owned(),
            operation: "ListMultipartUploads".to_owned(),
            protocol: Protocol::RestXml,
            region: "us-east-1".to_owned(),
            input: Input::S3(S3Request::uploads_of(&upload.bucket, &upload.key)?),
        };
        let answer = self.upstream.ask(account, &call).await?;
        if answer.status == 404 {
            return Ok(false);
        }
        let unclear = || {
            ErrorResponse::Undecidable(
                "the gate cannot tell which object the upload is of: the emulator behind it did \
                 not answer `ListMultipartUploads` as AWS does"
                    .to_owned(),
            )
        };
        let text = std::str::from_utf8(&answer.body).map_err(|_| unclear())?;
        let document = Document::parse(text).map_err(|_| unclear())?;
        if !answer.is_success() {
            return Err(unclear());
        }
        let uploads = document.descendants().filter(|node| node.tag_name().name() == "Upload");
        let is = |node: roxmltree::Node<'_, '_>, name: &str, expected: &str| {
            let part = node.children().find(|part| part.tag_name().name() == name);
            part.and_then(|part| part.text()) == Some(expected)
        };
        Ok(uploads
            .into_iter()
            .any(|node| is(node, "Key", &upload.key) && is(node, "UploadId", &upload.id)))
    }
}
