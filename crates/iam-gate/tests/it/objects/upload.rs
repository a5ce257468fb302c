//! Uploads as clients send them: whole or in chunks, signed or not, with checksums before or
//! behind the content.

use aws_lc_rs::digest::{SHA256, digest};
use aws_sigv4::http_request::SignableBody;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ObjectLab;
use crate::client::{Answer, Signed};

pub(crate) const PATH: &str = "/bucket/key";
pub(crate) const CRC32: &str = "x-amz-checksum-crc32";
const SCOPE: &str = "20261123T100000Z\n20261123/ap-northeast-2/s3/aws4_request";

/// How the body is bound to the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Unsigned,
    Hash,
    Chunks,
    ChunksTrailer,
    UnsignedTrailer,
}

/// An upload, before it is signed and written.
pub(crate) struct Upload<'a> {
    pub(crate) form: Form,
    pub(crate) content: &'a [u8],
    pub(crate) headers: Vec<(&'a str, String)>,
    /// The line behind the content, without its end; signed where chunks are.
    pub(crate) trailer: Option<String>,
    pub(crate) chunk: usize,
}

impl<'a> Upload<'a> {
    /// One as it should be: forms with a trailer have one with the CRC32.
    pub(crate) fn of(form: Form, content: &'a [u8]) -> Self {
        let mut headers = Vec::new();
        let in_chunks = !matches!(form, Form::Unsigned | Form::Hash);
        if in_chunks {
            headers.push(("content-encoding", "aws-chunked".to_owned()));
            headers.push(("x-amz-decoded-content-length", content.len().to_string()));
        }
        let has_trailer = matches!(form, Form::ChunksTrailer | Form::UnsignedTrailer);
        if has_trailer {
            headers.push(("x-amz-trailer", CRC32.to_owned()));
            headers.push(("x-amz-sdk-checksum-algorithm", "CRC32".to_owned()));
        }
        let trailer = has_trailer.then(|| format!("{CRC32}:{}", crc32(content)));
        Self { form, content, headers, trailer, chunk: 65_536 }
    }

    /// The same with a header, instead of another of this name.
    pub(crate) fn with(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The same without a header.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// The request, signed, its body written.
    pub(crate) fn sign(&self, lab: &ObjectLab, target: &str) -> Signed {
        let hash = hex(digest(&SHA256, self.content).as_ref());
        let signable = match self.form {
            Form::Unsigned => SignableBody::UnsignedPayload,
            Form::Hash => SignableBody::Precomputed(hash),
            Form::Chunks => stated("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            Form::ChunksTrailer => stated("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            Form::UnsignedTrailer => SignableBody::StreamingUnsignedPayloadTrailer,
        };
        let headers: Vec<_> = self.headers.iter().map(|(n, value)| (*n, value.as_str())).collect();
        let mut signed = lab.root.s3_with(lab.gate.url(), "PUT", target, &headers, signable, "");
        signed.bytes = Some(match self.form {
            Form::Unsigned | Form::Hash => self.content.to_vec(),
            _ => self.chunks(lab, &signed),
        });
        signed
    }

    fn chunks(&self, lab: &ObjectLab, signed: &Signed) -> Vec<u8> {
        let authorization = signed.headers.iter().find(|(name, _)| name == "authorization");
        let mut previous = authorization.unwrap().1.rsplit('=').next().unwrap().to_owned();
        let root = &lab.root;
        let key = generate_signing_key(&root.secret_access_key, root.time, &root.region, "s3");
        let mut sign = |kind: &str, what: &str| {
            let text = format!("AWS4-HMAC-SHA256-{kind}\n{SCOPE}\n{previous}\n{what}");
            previous = calculate_signature(&key, text.as_bytes());
            previous.clone()
        };
        let is_signed = self.form != Form::UnsignedTrailer;
        let empty = hex(digest(&SHA256, b"").as_ref());
        let mut body = Vec::new();
        for chunk in self.content.chunks(self.chunk).chain([&[][..]]) {
            let what = format!("{empty}\n{}", hex(digest(&SHA256, chunk).as_ref()));
            let signature = match is_signed {
                true => format!(";chunk-signature={}", sign("PAYLOAD", &what)),
                false => String::new(),
            };
            body.extend(format!("{:x}{signature}\r\n", chunk.len()).bytes());
            body.extend(chunk);
            if !chunk.is_empty() {
                body.extend(b"\r\n");
            }
        }
        if let Some(trailer) = &self.trailer {
            body.extend(format!("{trailer}\r\n").bytes());
            if is_signed {
                let hash = hex(digest(&SHA256, format!("{trailer}\n").as_bytes()).as_ref());
                let signature = sign("TRAILER", &hash);
                body.extend(format!("x-amz-trailer-signature:{signature}\r\n").bytes());
            }
        }
        body.extend(b"\r\n");
        body
    }

    pub(crate) async fn send(&self, lab: &ObjectLab) -> Answer {
        self.sign(lab, PATH).send().await
    }
}

fn stated(form: &str) -> SignableBody<'static> {
    SignableBody::Precomputed(form.to_owned())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The CRC32 in Base64, bit by bit as in RFC 1952.
pub(crate) fn crc32(bytes: &[u8]) -> String {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            1 => crc >> 1 ^ 0xedb8_8320,
            _ => crc >> 1,
        })
    };
    STANDARD.encode((!bytes.iter().fold(u32::MAX, step)).to_be_bytes())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, bytes))
}
