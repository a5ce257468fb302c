//! The examples of the S3 API reference, and what becomes of them when they are changed.

use fed_types::{Secret, UnixTime};

use super::super::integrity::Integrity;
use super::super::passage::Passage;
use super::super::payload_fault::PayloadFault;
use super::super::sign::SigningKey;
use super::super::{
    Content, PathStyle, SignatureError, read as read_signature, sha256_hex, verify,
};
use super::*;
use crate::wire::WireRequest;

const CREDENTIAL: &str = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
/// 2013-05-24T00:00:00Z
const NOW: i64 = 1_369_353_600;

const SEED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const CHUNKS: [&str; 3] = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];
const TRAILER_SEED: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
const TRAILER_CHUNKS: [&str; 3] = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
];
const TRAILER_SIGNATURE: &str = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";

fn framed(signatures: [&str; 3], end: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (size, signature) in [65_536, 1024].into_iter().zip(signatures) {
        body.extend(format!("{size:x};chunk-signature={signature}\r\n").bytes());
        body.extend(std::iter::repeat_n(b'a', size));
        body.extend(b"\r\n");
    }
    body.extend(format!("0;chunk-signature={}\r\n{end}\r\n", signatures[2]).bytes());
    body
}

fn put(stated: &str, signature: &str, further: &[(&str, &str)], body: Vec<u8>) -> WireRequest {
    let mut headers = vec![
        ("content-encoding", "aws-chunked"),
        ("host", "s3.amazonaws.com"),
        ("x-amz-content-sha256", stated),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-decoded-content-length", "66560"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ];
    headers.extend(further);
    headers.sort_unstable();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={CREDENTIAL},SignedHeaders={},Signature={signature}",
        names.join(";")
    );
    headers.push(("authorization", &authorization));
    WireRequest {
        method: "PUT".to_owned(),
        path: "/examplebucket/chunkObject.txt".to_owned(),
        query: String::new(),
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: body.into(),
    }
}

fn chunked() -> WireRequest {
    put(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        SEED,
        &[("content-length", "66824")],
        framed(CHUNKS, ""),
    )
}

fn with_trailer() -> WireRequest {
    let end = format!(
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:{TRAILER_SIGNATURE}\r\n"
    );
    put(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        TRAILER_SEED,
        &[("x-amz-trailer", "x-amz-checksum-crc32c")],
        framed(TRAILER_CHUNKS, &end),
    )
}

/// What comes of a request, its body in parts of so many bytes.
fn check_in_parts(request: &WireRequest, size: usize) -> Result<Vec<u8>, SignatureError> {
    let presented = read_signature(request).unwrap().unwrap();
    let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let now = UnixTime::from_seconds(NOW);
    let mut passage =
        verify(request, &presented, &secret, now, PathStyle::of("s3"), Content::Signed)?.unwrap();
    let mut content = Vec::new();
    for part in request.body.chunks(size) {
        content.extend(passage.take(Bytes::copy_from_slice(part))?.concat());
    }
    passage.end()?;
    Ok(content)
}

fn check(request: &WireRequest) -> Result<WireRequest, SignatureError> {
    let presented = read_signature(request).unwrap().unwrap();
    let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let now = UnixTime::from_seconds(NOW);
    let passage =
        verify(request, &presented, &secret, now, PathStyle::of("s3"), Content::Signed)?.unwrap();
    let mut whole = request.clone();
    passage.check_whole(&mut whole)?;
    Ok(whole)
}

#[test]
fn the_examples_of_the_reference_are_accepted_and_put_together() {
    for request in [chunked(), with_trailer()] {
        for size in [1, 2, 87, 1000, usize::MAX] {
            assert_eq!(check_in_parts(&request, size), Ok(vec![b'a'; 66_560]), "{size}");
        }
        let has_trailer = request.header("x-amz-trailer").is_some();
        let request = check(&request).unwrap();
        assert_eq!(request.body, vec![b'a'; 66_560]);
        assert_eq!(request.header("content-length"), Some("66560"));
        assert_eq!(request.header("content-encoding"), None);
        assert_eq!(request.header("x-amz-content-sha256"), Some(&*sha256_hex(&request.body)));
        assert_eq!(request.header("x-amz-checksum-crc32c").is_some(), has_trailer);
        assert_eq!(request.header("x-amz-trailer"), None);
    }
}

#[test]
fn a_changed_byte_is_refused_wherever_it_stands() {
    let mut refused = 0;
    for request in [chunked(), with_trailer()] {
        let body = request.body.to_vec();
        // The heads, some of the data, the end.
        for at in
            (0..120).chain((120..body.len() - 300).step_by(997)).chain(body.len() - 300..body.len())
        {
            let mut other = body.clone();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            let changed = WireRequest { body: other.into(), ..request.clone() };
            let whole = check(&changed).expect_err(&format!("byte {at}"));
            assert_eq!(check_in_parts(&changed, 1013), Err(whole), "byte {at}");
            refused += 1;
        }
        for length in [0, 1, 80, 1000, body.len() - 3, body.len() - 1] {
            let cut = WireRequest { body: body[..length].to_vec().into(), ..request.clone() };
            check(&cut).expect_err(&format!("cut to {length}"));
        }
        let longer = WireRequest { body: [&*body, b"0"].concat().into(), ..request.clone() };
        check(&longer).expect_err("longer");
    }
    println!("chunked bodies: {refused} changes of one byte refused");
}

#[test]
fn chunks_are_not_exchanged() {
    let mut swapped = CHUNKS;
    swapped.swap(0, 1);
    let body = framed(swapped, "");
    let request = WireRequest { body: body.into(), ..chunked() };
    assert_eq!(check(&request).unwrap_err(), SignatureError::Mismatch);
}

/// A body of unsigned chunks with this trailer, in one part and byte by byte.
fn unsigned(body: &str, trailer: &str) -> Result<Vec<u8>, SignatureError> {
    let announced = WireRequest {
        headers: vec![("x-amz-trailer".to_owned(), trailer.to_owned())],
        ..WireRequest::default()
    };
    let read = |size: usize| {
        let integrity = Integrity::of(&announced, true, &[trailer.to_owned()])?;
        let chunks = Some(Chunks::new(9, None, true));
        let mut passage = Passage { chunks, length: Some(9), passed: 0, hash: None, integrity };
        let mut content = Vec::new();
        for part in body.as_bytes().chunks(size) {
            content.extend(passage.take(Bytes::copy_from_slice(part))?.concat());
        }
        passage.end()?;
        Ok(content)
    };
    let whole = read(usize::MAX);
    assert_eq!(read(1), whole, "{body}");
    whole
}

#[test]
fn unsigned_chunks_are_held_to_their_checksum() {
    let name = "x-amz-checksum-crc32";
    let good = "4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
    assert_eq!(unsigned(good, name), Ok(b"123456789".to_vec()));
    for (body, fault) in [
        (good.replace("1234", "1235"), PayloadFault::OtherChecksum("CRC32")),
        (good.replace("y/Q5Jg==", "y/Q5"), PayloadFault::TrailerForm(name.to_owned())),
        (good.replace("crc32:", "crc16:"), PayloadFault::Trailer),
        (good.replace(':', ""), PayloadFault::Trailer),
        (good.replace("0\r\nx", "0\r\n\r\nx"), PayloadFault::Trailer),
        (good.replace("\r\n\r\n", "\r\n"), PayloadFault::Trailer),
        (good.replace("\r\n\r\n", "\r\nx-amz-trailer-signature:0\r\n\r\n"), PayloadFault::Trailer),
        (good.replace("5\r\n5", "6\r\n5"), PayloadFault::Incomplete),
        (good.replace("4\r\n1", "+4\r\n1"), PayloadFault::Incomplete),
        (good.replace("4\r\n1", "g\r\n1"), PayloadFault::Incomplete),
        (good.replace("4\r\n1", "ffffffffffffffff\r\n1"), PayloadFault::Incomplete),
        (good.replace("4\r\n1", "4;chunk-signature=0\r\n1"), PayloadFault::Incomplete),
        (String::new(), PayloadFault::Incomplete),
    ] {
        assert_eq!(unsigned(&body, name), Err(fault.into()), "{body}");
    }
}

#[test]
fn nothing_is_read_beyond_what_was_announced() {
    let name = "x-amz-checksum-crc32";
    let good = "4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
    let long = "x".repeat(600);
    for (body, fault) in [
        // More content, less, and something behind the end.
        (good.replace("5\r\n56789", "6\r\n567890"), PayloadFault::Incomplete),
        (good.replace("5\r\n56789\r\n", ""), PayloadFault::Incomplete),
        (format!("{good}0\r\n\r\n"), PayloadFault::Trailer),
        (format!("{good}\n"), PayloadFault::Trailer),
        // Lines without end, heads and trailers.
        (format!("{}4\r\n1234", "0".repeat(600)), PayloadFault::Incomplete),
        (good.replace("crc32:", &format!("{long}:")), PayloadFault::Trailer),
        (good.replace("\r\n\r\n", "\r\na:b\r\n\r\n"), PayloadFault::Trailer),
        (
            good.replace("\r\n\r\n", "\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"),
            PayloadFault::Trailer,
        ),
        (good.replace("\r\n\r\n", &"\r\na:b".repeat(100)), PayloadFault::Trailer),
        (good.replace("1234\r\n", "1234\n"), PayloadFault::Incomplete),
        (good.replace("1234\r\n", "1234"), PayloadFault::Incomplete),
    ] {
        assert_eq!(unsigned(&body, name), Err(fault.into()), "{body}");
    }
    // Some clients have a line feed of their own behind the value.
    assert_eq!(unsigned(&good.replace("==\r\n", "==\n\r\n"), name), Ok(b"123456789".to_vec()));
}

#[test]
fn a_small_chunk_is_the_last() {
    let presented = read_signature(&chunked()).unwrap().unwrap();
    let key = || SigningKey::derive(&Secret::new("s"), &presented.scope);
    let body = |sizes: &[usize]| -> Bytes {
        let mut previous = presented.signature.clone();
        let mut body = String::new();
        for size in sizes {
            let data = "x".repeat(*size);
            previous = key().sign(&format!(
                "AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{previous}\n{}\n{}",
                presented.timestamp,
                presented.scope.text(),
                sha256_hex(b""),
                sha256_hex(data.as_bytes())
            ));
            body.push_str(&format!("{size:x};chunk-signature={previous}\r\n{data}\r\n"));
        }
        body.into()
    };
    let read = |sizes: &[usize]| -> Result<(), SignatureError> {
        let signatures = ChunkSignatures::after(&presented, key());
        let mut chunks = Chunks::new(20_000, Some(signatures), false);
        let mut body = body(sizes);
        while chunks.next(&mut body)?.is_some() {}
        Ok(())
    };
    assert_eq!(read(&[1, 1]), Err(PayloadFault::ChunkTooSmall.into()));
    assert_eq!(read(&[8191, 1]), Err(PayloadFault::ChunkTooSmall.into()));
    assert_eq!(read(&[8192, 1]), Ok(()));
    assert_eq!(read(&[1]), Ok(()));
}
