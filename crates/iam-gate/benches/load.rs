//! Measures the gate: requests a second and added latency, against an emulator that answers
//! at once: `cargo bench -p iam-gate --bench load -- [REQUESTS] [CONNECTIONS]`

use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use iam_gate::{AccessKey, Clock, Gate, GateConfig, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const BODY: &str = "Action=DescribeInstances&Version=2016-11-15";
const DETAILS: &str = "<GetAccountAuthorizationDetailsResponse>\
    <GetAccountAuthorizationDetailsResult><UserDetailList><member><Path>/</Path>\
    <UserName>u</UserName><UserId>id</UserId><Arn>arn:aws:iam::278805249149:user/u</Arn>\
    <UserPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>\
    {\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ec2:*\",\
    \"Resource\":\"*\"}]}</PolicyDocument></member></UserPolicyList></member></UserDetailList>\
    <IsTruncated>false</IsTruncated></GetAccountAuthorizationDetailsResult>\
    </GetAccountAuthorizationDetailsResponse>";
const KEY: &str = "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>u</UserName>\
    <AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
    </AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>";
const OTHER: &str = "<Response/>";

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let requests: usize = arguments.next().unwrap_or(100_000);
    let connections: usize = arguments.next().unwrap_or(16);
    tokio::runtime::Runtime::new()?.block_on(measure(requests, connections))
}

async fn measure(requests: usize, connections: usize) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let upstream = listener.local_addr()?.to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(emulate(stream));
        }
    });
    let gate = Gate::start(GateConfig {
        upstream: format!("http://{upstream}").parse()?,
        port: None,
        region: "us-east-1".to_owned(),
        issuers: Vec::new(),
        clock: Clock::new(SystemTime::now),
        limits: Limits::standard(),
    })
    .await?;
    let root = gate.open_account(&"278805249149".parse()?)?;
    let host = gate.url().trim_start_matches("http://").to_owned();
    let create = signed(
        &host,
        &root.access_key_id,
        root.secret_access_key.expose(),
        "iam",
        "Action=CreateAccessKey&UserName=u&Version=2010-05-08",
    )?;
    run(&host, &create, 1, 1).await?;
    let key = AccessKey {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "s".to_owned().into(),
    };
    let describe = signed(&host, &key.access_key_id, key.secret_access_key.expose(), "ec2", BODY)?;
    run(&host, &describe, 1000, connections).await?;
    for (name, address) in [("emulator alone", &upstream), ("through the gate", &host)] {
        let alone = run(address, &describe, 2000, 1).await?;
        let start = Instant::now();
        let mut together = run(address, &describe, requests, connections).await?;
        let rate = requests as f64 / start.elapsed().as_secs_f64();
        together.sort_unstable();
        println!(
            "{name}: {rate:.0} requests/s with {connections} connections, median {:?}, 99% {:?}; \
             median with one connection {:?}",
            percentile(&together, 50),
            percentile(&together, 99),
            median(alone),
        );
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line} (gate, emulator and clients together)");
    }
    gate.stop().await;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    percentile(&times, 50)
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

fn signed(
    host: &str,
    id: &str,
    secret: &str,
    service: &str,
    body: &str,
) -> Result<String, Failure> {
    let identity = Credentials::new(id, secret, None, None, "load").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("http://{host}/");
    let request =
        SignableRequest::new("POST", url, form.into_iter(), SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(request, &parameters)?.into_parts();
    let mut text = format!("POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: {}\r\n", form[0].1);
    for (name, value) in instructions.headers() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    Ok(text)
}

/// Sends the same request again and again over some connections; how long each took.
async fn run(
    address: &str,
    request: &str,
    requests: usize,
    connections: usize,
) -> Result<Vec<Duration>, Failure> {
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (address, request) = (address.to_owned(), request.to_owned());
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut times = Vec::new();
            let mut buffer = Vec::new();
            for _ in 0..requests.div_ceil(connections) {
                let start = Instant::now();
                stream.write_all(request.as_bytes()).await?;
                let head = read_message(&mut stream, &mut buffer).await?;
                times.push(start.elapsed());
                if !head.starts_with("HTTP/1.1 200") {
                    return Err(head.into());
                }
            }
            Ok::<_, Failure>(times)
        });
    }
    let mut all = Vec::new();
    while let Some(client) = clients.join_next().await {
        all.extend(client??);
    }
    Ok(all)
}

/// Reads one message with a `content-length`; its head, and after a blank line its body.
async fn read_message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<String, Failure> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end + 4]).into_owned();
            let length: usize = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
                })
                .unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                let message = String::from_utf8_lossy(&buffer[..end + 4 + length]).into_owned();
                buffer.drain(..end + 4 + length);
                return Ok(message);
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
    }
}

async fn emulate(mut stream: TcpStream) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let request = read_message(&mut stream, &mut buffer).await?;
        let body = match () {
            () if request.contains("Action=GetAccountAuthorizationDetails") => DETAILS,
            () if request.contains("Action=GetUser") => "<GetUserResponse/>",
            () if request.contains("Action=CreateAccessKey") => KEY,
            () => OTHER,
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
    }
}
