//! What passes.

use super::upload::{CRC32, Form, PATH, Upload, crc32, sha256};
use super::{ObjectLab, content};

const FORMS: [Form; 5] =
    [Form::Unsigned, Form::Hash, Form::Chunks, Form::ChunksTrailer, Form::UnsignedTrailer];

/// What the emulator was sent, without the one chunk that it may have come in.
fn arrived(lab: &ObjectLab, trailer: &str) -> Vec<u8> {
    let whole = lab.store.object(PATH).unwrap();
    if trailer.is_empty() {
        return whole;
    }
    let head = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let end = format!("\r\n0\r\n{trailer}\r\n\r\n");
    let content = whole.strip_suffix(end.as_bytes()).unwrap()[head..].to_vec();
    assert_eq!(whole[..head], *format!("{:x}\r\n", content.len()).as_bytes());
    content
}

#[tokio::test]
async fn an_object_passes_in_every_form() {
    let lab = ObjectLab::start().await;
    // About the bound to which bodies are read whole, and beyond what is buffered anywhere.
    for length in [0, 1, 65_535, 65_536, 65_537, 3_000_000] {
        let object = content(length);
        for form in FORMS {
            let upload = Upload::of(form, &object).with("x-amz-meta-length", length.to_string());
            upload.send(&lab).await.allowed();
            let has_trailer = matches!(form, Form::ChunksTrailer | Form::UnsignedTrailer);
            let streams = length > 65_536;
            let trailer = match has_trailer && streams {
                true => format!("{CRC32}:{}", crc32(&object)),
                false => String::new(),
            };
            assert_eq!(arrived(&lab, &trailer), object, "{form:?} {length}");
            let header = |name: &str| lab.store.header(name);
            assert_eq!(header("x-amz-meta-length"), Some(length.to_string()));
            let written = if trailer.is_empty() { None } else { Some("aws-chunked".to_owned()) };
            assert_eq!(header("content-encoding"), written, "{form:?} {length}");
            let in_header = (has_trailer && !streams).then(|| crc32(&object));
            assert_eq!(header(CRC32), in_header, "{form:?} {length}");
        }
    }
    assert_eq!(lab.store.broken_off(), 0);
}

#[tokio::test]
async fn a_checksum_in_the_header_is_passed_on() {
    let lab = ObjectLab::start().await;
    let object = content(100_000);
    for (name, value) in [(CRC32, crc32(&object)), ("x-amz-checksum-sha256", sha256(&object))] {
        for form in [Form::Unsigned, Form::Hash, Form::Chunks] {
            Upload::of(form, &object).with(name, value.clone()).send(&lab).await.allowed();
            assert_eq!(lab.store.header(name), Some(value.clone()), "{form:?}");
        }
    }
}

#[tokio::test]
async fn an_encoding_is_kept_and_chunks_are_none() {
    let lab = ObjectLab::start().await;
    for (length, encoding, expected) in [
        (10, "gzip,aws-chunked", Some("gzip")),
        (100_000, "gzip,aws-chunked", Some("gzip")),
        (10, "aws-chunked", None),
        // Not in chunks: an emulator that believed this would see other content.
        (100_000, "aws-chunked", None),
    ] {
        let object = content(length);
        let upload = Upload::of(Form::Unsigned, &object).with("content-encoding", encoding);
        upload.send(&lab).await.allowed();
        assert_eq!(lab.store.header("content-encoding").as_deref(), expected, "{encoding}");
        assert_eq!(lab.store.object(PATH), Some(object));
    }
    let object = content(100_000);
    let upload = Upload::of(Form::UnsignedTrailer, &object);
    upload.with("content-encoding", "gzip,aws-chunked").send(&lab).await.allowed();
    assert_eq!(lab.store.header("content-encoding").as_deref(), Some("aws-chunked,gzip"));
}

#[tokio::test]
async fn a_small_chunk_may_be_unsigned() {
    let lab = ObjectLab::start().await;
    let object = content(70_000);
    let small = Upload { chunk: 100, ..Upload::of(Form::UnsignedTrailer, &object) };
    small.send(&lab).await.allowed();
    let trailer = format!("{CRC32}:{}", crc32(&object));
    assert_eq!(arrived(&lab, &trailer), object);
}
