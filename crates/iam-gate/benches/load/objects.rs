//! Objects of 1 GB, to an emulator that throws them away and from one that has them at hand,
//! directly and through the gate.

use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_lc_rs::digest::{Context, SHA256};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;
use crate::client::{Key, content_length, read_head};
use crate::gate::GateProcess;

/// The content of an object, in bytes.
const LENGTH: usize = 1 << 30;
/// What is written and read at once.
const PART: usize = 256 * 1024;
/// Each row is the median of so many.
const TIMES: usize = 5;
/// The CRC-32 of 1 GiB of zeros, in Base64.
const CRC32: &str = "W2TCsA==";

/// How a body is bound to its signature.
#[derive(Clone, Copy)]
enum Form {
    Unsigned,
    Hash,
    Trailer,
}

/// Serves until the process ends; where.
async fn emulator() -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    Ok(address)
}

async fn serve(mut stream: TcpStream) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let (mut buffer, zeros) = (Vec::with_capacity(PART), vec![0; PART]);
    loop {
        let head = read_head(&mut stream, &mut buffer).await?;
        let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let mut left = content_length(&buffer[..head]);
        let begun = (buffer.len() - head).min(left);
        left -= begun;
        buffer.clear();
        while left > 0 {
            left -= stream.read_buf(&mut buffer).await?.min(left);
            buffer.clear();
        }
        let target = text.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match (text.starts_with("PUT"), target.split_once('?')) {
            (true, _) => ("200 OK", ""),
            (_, Some((_, "policy"))) => {
                ("404 Not Found", "<Error><Code>NoSuchBucketPolicy</Code></Error>")
            }
            (_, Some((_, "prefix=bucket"))) => (
                "200 OK",
                "<ListAllMyBucketsResult><Buckets><Bucket><Name>bucket</Name></Bucket></Buckets>\
                 </ListAllMyBucketsResult>",
            ),
            (_, Some((_, "location"))) => ("200 OK", "<LocationConstraint/>"),
            _ => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n");
                stream.write_all(head.as_bytes()).await?;
                send(&mut stream, &zeros).await?;
                continue;
            }
        };
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await?;
    }
}

async fn send(stream: &mut TcpStream, zeros: &[u8]) -> Result<(), Failure> {
    for _ in 0..LENGTH / PART {
        stream.write_all(zeros).await?;
    }
    Ok(())
}

/// The head of a request, signed by AWS's own signer, and what is before and behind the content.
fn request(
    host: &str,
    key: &Key,
    method: &str,
    form: Form,
) -> Result<(String, String, String), Failure> {
    let (before, behind) = match form {
        Form::Trailer => {
            (format!("{LENGTH:x}\r\n"), format!("\r\n0\r\nx-amz-checksum-crc32:{CRC32}\r\n\r\n"))
        }
        Form::Unsigned | Form::Hash => (String::new(), String::new()),
    };
    let body = match form {
        Form::Unsigned => SignableBody::UnsignedPayload,
        Form::Hash => SignableBody::Precomputed(hash()),
        Form::Trailer => SignableBody::StreamingUnsignedPayloadTrailer,
    };
    let decoded = LENGTH.to_string();
    let headers: &[(&str, &str)] = match form {
        Form::Trailer => &[
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", &decoded),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
        ],
        Form::Unsigned | Form::Hash => &[],
    };
    let identity = Credentials::new(&key.id, &key.secret, None, None, "load").into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(SystemTime::now())
        .settings(settings)
        .build()?
        .into();
    let url = format!("http://{host}/bucket/key");
    let signable = SignableRequest::new(method, url, headers.iter().copied(), body)?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let mut head = format!("{method} /bucket/key HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in headers.iter().copied().chain(instructions.headers()) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = match method {
        "PUT" => before.len() + LENGTH + behind.len(),
        _ => 0,
    };
    head.push_str(&format!("content-length: {length}\r\n\r\n"));
    Ok((head, before, behind))
}

fn hash() -> String {
    let (mut context, zeros) = (Context::new(&SHA256), vec![0; PART]);
    for _ in 0..LENGTH / PART {
        context.update(&zeros);
    }
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sends an object; how long it took.
async fn upload(address: &str, key: &Key, form: Form) -> Result<Duration, Failure> {
    let (head, before, behind) = request(address, key, "PUT", form)?;
    let mut stream = TcpStream::connect(address).await?;
    let zeros = vec![0; PART];
    let start = Instant::now();
    stream.write_all(format!("{head}{before}").as_bytes()).await?;
    send(&mut stream, &zeros).await?;
    stream.write_all(behind.as_bytes()).await?;
    let mut answer = Vec::new();
    read_head(&mut stream, &mut answer).await?;
    let took = start.elapsed();
    match answer.starts_with(b"HTTP/1.1 200 ") {
        true => Ok(took),
        false => Err(String::from_utf8_lossy(&answer).into()),
    }
}

/// Fetches an object; how long it took.
async fn download(address: &str, key: &Key) -> Result<Duration, Failure> {
    let (head, ..) = request(address, key, "GET", Form::Unsigned)?;
    let mut stream = TcpStream::connect(address).await?;
    let start = Instant::now();
    stream.write_all(head.as_bytes()).await?;
    let mut buffer = Vec::with_capacity(PART);
    let head = read_head(&mut stream, &mut buffer).await?;
    if content_length(&buffer[..head]) != LENGTH {
        return Err(String::from_utf8_lossy(&buffer).into());
    }
    let mut left = LENGTH - (buffer.len() - head);
    while left > 0 {
        buffer.clear();
        match stream.read_buf(&mut buffer).await? {
            0 => return Err("the object broke off".into()),
            read => left -= read,
        }
    }
    Ok(start.elapsed())
}

/// A row for each way: the rates, and what the gate held.
pub(crate) async fn rows() -> Result<(), Failure> {
    let emulator = emulator().await?;
    let mut gate = GateProcess::start(&emulator)?;
    let key = gate.administrator()?;
    println!(
        "\nObjects of 1 GiB, one at a time; the emulator throws them away, or sends zeros.\n\n\
         | what | directly | through the gate | of it | gate's RSS |\n\
         | --- | ---: | ---: | ---: | ---: |"
    );
    for (what, form) in [
        ("upload, unsigned", Some(Form::Unsigned)),
        ("upload, by its SHA-256", Some(Form::Hash)),
        ("upload, CRC-32 behind it", Some(Form::Trailer)),
        ("download", None),
    ] {
        let mut rates = Vec::new();
        for address in [emulator.as_str(), gate.address()] {
            let mut times = Vec::new();
            for _ in 0..TIMES {
                times.push(match form {
                    Some(form) => upload(address, &key, form).await?,
                    None => download(address, &key).await?,
                });
            }
            times.sort_unstable();
            rates.push(LENGTH as f64 / 1e6 / times[TIMES / 2].as_secs_f64());
        }
        println!(
            "| {what} | {:.0} MB/s | {:.0} MB/s | {:.0} % | {} |",
            rates[0],
            rates[1],
            100.0 * rates[1] / rates[0],
            gate.memory().unwrap_or("–".to_owned()),
        );
    }
    gate.stop()
}
