//! What is wrong in itself, told as S3 tells it; whatever it is, there is no object, and one that
//! was there stays.

use super::upload::{CRC32, Form, PATH, Upload, crc32, sha256};
use super::{ObjectLab, content};
use crate::client::Signed;

const INCOMPLETE: (u16, &str, &str) = (
    400,
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header.",
);
const TRAILER: (u16, &str, &str) = (
    400,
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our \
     published schema.",
);
const MISMATCH: (u16, &str, &str) = (
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your \
     key and signing method.",
);
const BAD_CRC32: (u16, &str, &str) =
    (400, "BadDigest", "The CRC32 you specified did not match the calculated checksum.");

fn invalid(message: &str) -> (u16, &'static str, &str) {
    (400, "InvalidRequest", message)
}

/// Each is sent of both sizes: read whole, and passed on as it comes.
const SIZES: [usize; 2] = [40_000, 200_000];

/// The request with something else in its body.
fn replaced(signed: Signed, from: &str, to: &str) -> Signed {
    let bytes = signed.bytes.unwrap();
    let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    let bytes = [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat();
    Signed { bytes: Some(bytes), ..signed }
}

/// The request with the byte at this place changed.
fn changed(mut signed: Signed, at: usize) -> Signed {
    if let Some(bytes) = &mut signed.bytes {
        bytes[at] ^= 1;
    }
    signed
}

struct Forged {
    what: &'static str,
    signed: Signed,
    expected: (u16, &'static str, String),
}

fn forged(what: &'static str, signed: Signed, expected: (u16, &'static str, &str)) -> Forged {
    Forged { what, signed, expected: (expected.0, expected.1, expected.2.to_owned()) }
}

// Long: a table of cases.
/// What is wrong in headers or content, chunks or not.
fn of_content(lab: &ObjectLab, object: &[u8]) -> Vec<Forged> {
    let sign = |upload: Upload<'_>| upload.sign(lab, PATH);
    let plain = || Upload::of(Form::Unsigned, object);
    let hash = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    let md5 = "The Content-MD5 you specified did not match what we received.";
    let named = "x-amz-sdk-checksum-algorithm";
    let missing = "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* \
                   or x-amz-trailer headers were found.";
    let last = object.len() - 1;
    vec![
        forged(
            "the last byte, under its hash",
            changed(sign(Upload::of(Form::Hash, object)), last),
            (400, "XAmzContentSHA256Mismatch", hash),
        ),
        forged(
            "another MD5",
            sign(plain().with("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")),
            (400, "BadDigest", md5),
        ),
        forged(
            "no MD5",
            sign(plain().with("content-md5", "XUFAKrxLKna5cZ2REBfF")),
            (400, "InvalidDigest", "The Content-MD5 you specified was invalid."),
        ),
        forged("another CRC32", changed(sign(plain().with(CRC32, crc32(object))), 0), BAD_CRC32),
        forged(
            "a checksum of another algorithm's length",
            sign(plain().with(CRC32, sha256(object))),
            invalid("Value for x-amz-checksum-crc32 header is invalid."),
        ),
        forged(
            "two checksums, both right",
            sign(plain().with(CRC32, crc32(object)).with("x-amz-checksum-sha256", sha256(object))),
            invalid(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not \
                 allowed.",
            ),
        ),
        forged(
            "a checksum that is not computed here",
            sign(plain().with("x-amz-checksum-xxhash64", "AAAAAAAAAAA=")),
            (
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            ),
        ),
        forged(
            "another algorithm than named",
            sign(plain().with(CRC32, crc32(object)).with(named, "SHA256")),
            invalid("Value for x-amz-sdk-checksum-algorithm header is invalid."),
        ),
        forged(
            "an algorithm without checksum",
            sign(plain().with(named, "CRC32")),
            invalid(missing),
        ),
        forged(
            "a trailer announced that cannot come",
            sign(plain().with("x-amz-trailer", CRC32)),
            TRAILER,
        ),
    ]
}

// Long: a table of cases.
/// What is wrong in signed chunks.
fn of_signed_chunks(lab: &ObjectLab, object: &[u8]) -> Vec<Forged> {
    let chunked = || Upload { chunk: 16_384, ..Upload::of(Form::Chunks, object) };
    let with_trailer = || Upload::of(Form::ChunksTrailer, object);
    let sign = |upload: Upload<'_>| upload.sign(lab, PATH);
    let long = sign(chunked()).bytes.unwrap().len();
    let small = Upload { chunk: 8191, ..Upload::of(Form::Chunks, object) };
    let decoded = "x-amz-decoded-content-length";
    vec![
        forged("the first byte of data", changed(sign(chunked()), 100), MISMATCH),
        forged("the last byte of data", changed(sign(chunked()), long - 95), MISMATCH),
        forged("the signature of the first chunk", changed(sign(chunked()), 60), MISMATCH),
        forged("the signature of the last chunk", changed(sign(chunked()), long - 6), MISMATCH),
        forged(
            "the signature of the trailer",
            {
                let signed = sign(with_trailer());
                let end = signed.bytes.as_ref().unwrap().len();
                changed(signed, end - 6)
            },
            MISMATCH,
        ),
        forged(
            "the trailer, under its signature",
            replaced(sign(with_trailer()), &crc32(object), &crc32(b"")),
            MISMATCH,
        ),
        forged(
            "no signature of the trailer",
            replaced(sign(with_trailer()), "x-amz-trailer-signature", "x-amz-meta-a"),
            TRAILER,
        ),
        forged(
            "chunks that are too small",
            sign(small),
            (
                403,
                "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than 8192 bytes",
            ),
        ),
        forged(
            "more than announced",
            sign(chunked().with(decoded, (object.len() - 1).to_string())),
            INCOMPLETE,
        ),
        forged(
            "less than announced",
            sign(chunked().with(decoded, (object.len() + 1).to_string())),
            INCOMPLETE,
        ),
        forged(
            "no length",
            sign(chunked().without(decoded)),
            (411, "MissingContentLength", "You must provide the Content-Length HTTP header."),
        ),
        forged(
            "no number",
            sign(chunked().with(decoded, "+5")),
            (411, "MissingContentLength", "You must provide the Content-Length HTTP header."),
        ),
        forged(
            "something behind the end",
            replaced(sign(chunked()), "\r\n\r\n", "\r\n\r\n0"),
            INCOMPLETE,
        ),
        forged("no end", replaced(sign(chunked()), "\r\n\r\n", "\r\n"), INCOMPLETE),
    ]
}

// Long: a table of cases.
/// What is wrong in chunks that are not signed.
fn of_unsigned_chunks(lab: &ObjectLab, object: &[u8]) -> Vec<Forged> {
    let upload = || Upload::of(Form::UnsignedTrailer, object);
    let sign = |upload: Upload<'_>| upload.sign(lab, PATH);
    let right = crc32(object);
    let unsupported = "The value specified in the x-amz-trailer header is not supported";
    vec![
        forged("a byte of data", changed(sign(upload()), 100), BAD_CRC32),
        forged("another checksum", replaced(sign(upload()), &right, &crc32(b"")), BAD_CRC32),
        forged(
            "no checksum in the trailer",
            replaced(sign(upload()), &right, "?"),
            invalid("Value for x-amz-checksum-crc32 trailing header is invalid."),
        ),
        forged(
            "no trailer, though announced",
            replaced(sign(upload()), &format!("{CRC32}:{right}\r\n"), ""),
            TRAILER,
        ),
        forged(
            "a trailer of another algorithm than announced",
            replaced(sign(upload()), CRC32, "x-amz-checksum-crc32c"),
            TRAILER,
        ),
        forged(
            "a trailer that was not announced",
            replaced(sign(upload()), CRC32, &format!("x-amz-meta-a:b\r\n{CRC32}")),
            TRAILER,
        ),
        forged("nothing announced", sign(upload().without("x-amz-trailer")), TRAILER),
        forged(
            "something else announced",
            sign(upload().with("x-amz-trailer", "x-amz-meta-a")),
            invalid(unsupported),
        ),
        forged(
            "two announced",
            sign(upload().with("x-amz-trailer", format!("{CRC32},x-amz-checksum-sha1"))),
            invalid("Expecting a single x-amz-checksum- header"),
        ),
        forged(
            "in the header and behind",
            sign(upload().with(CRC32, right.clone())),
            invalid("Expecting a single x-amz-checksum- header"),
        ),
        forged(
            "another algorithm than announced",
            sign(upload().with("x-amz-sdk-checksum-algorithm", "SHA1")),
            invalid("Value for x-amz-sdk-checksum-algorithm header is invalid."),
        ),
        forged(
            "a second body behind the end",
            replaced(sign(upload()), "\r\n\r\n", "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            TRAILER,
        ),
        forged(
            "a signature where none belongs",
            replaced(sign(upload()), "\r\n0\r\n", "\r\n0;chunk-signature=a\r\n"),
            INCOMPLETE,
        ),
    ]
}

#[tokio::test]
async fn what_is_wrong_never_becomes_an_object() {
    let lab = ObjectLab::start().await;
    lab.store.has(PATH, b"as it was");
    let (mut refused, mut begun) = (0, 0);
    for size in SIZES {
        let object = content(size);
        let all = [of_content, of_signed_chunks, of_unsigned_chunks];
        for case in all.into_iter().flat_map(|some| some(&lab, &object)) {
            let before = lab.store.requests();
            let answer = case.signed.send().await;
            let found = (answer.status, answer.text("Code"), answer.text("Message"));
            let (status, code, message) = case.expected;
            assert_eq!(found, (status, code.to_owned(), message), "{size}: {}", case.what);
            assert_eq!(lab.store.object(PATH).as_deref(), Some(&b"as it was"[..]), "{}", case.what);
            let reached = lab.store.requests() > before;
            begun += usize::from(reached && size > 65_536);
            refused += 1;
        }
    }
    println!("objects: {refused} wrong uploads refused, {begun} of them on their way");
    assert_eq!(refused, 74);
    // And what is right still passes.
    Upload::of(Form::Hash, &content(200_000)).send(&lab).await.allowed();
}
