//! An AWS that answers what a test tells it to, on a loopback port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// Answers every request with the same status and body, and remembers the requests.
pub(crate) struct Aws {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Answers>>,
    date: Arc<Mutex<Option<String>>>,
}

/// What is answered to whom: the action or the token, the status, the body.
pub(crate) type Answers = Vec<(&'static str, u16, String)>;

impl Aws {
    pub(crate) fn answering(status: u16, body: &str) -> Self {
        Self::answering_by_action(&[("", status, body.to_owned())])
    }

    /// Another answer for each action, or for each token, named by its `.SIGNATURE`; an action that is not listed ends the test.
    pub(crate) fn answering_by_action(answers: &[(&'static str, u16, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers.to_vec()));
        let date = Arc::new(Mutex::new(None));
        let (known, seen, time) = (answers.clone(), requests.clone(), date.clone());
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &known, &time, &seen);
            }
        });
        Self { url, requests, answers, date }
    }

    /// Answers otherwise from the next request on.
    pub(crate) fn answers_from_now_on(&self, answers: &[(&'static str, u16, String)]) {
        *self.answers.lock().unwrap() = answers.to_vec();
    }

    /// Answers nobody for as long as this is held; what it answers then can be changed in it.
    pub(crate) fn hold(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap()
    }

    /// What it answers now.
    pub(crate) fn answers(&self) -> Vec<(&'static str, u16, String)> {
        self.answers.lock().unwrap().clone()
    }

    /// Tells the time in its answers, as an `HTTP-date`.
    pub(crate) fn tells(&self, date: &str) {
        *self.date.lock().unwrap() = Some(date.to_owned());
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The bodies of the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(
    mut stream: TcpStream,
    answers: &Mutex<Answers>,
    date: &Mutex<Option<String>>,
    seen: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut length, mut target) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.starts_with("GET ") && line.contains("?policy") {
            target = Some("GetBucketPolicy".to_owned());
        }
        if let Some(value) = line.strip_prefix("x-amz-target:") {
            target = value.trim().rsplit('.').next().map(str::to_owned);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request).ok()?;
    let request = String::from_utf8(request).ok()?;
    let action = request.split('&').find_map(|part| part.strip_prefix("Action="));
    let action = target.as_deref().or(action).unwrap_or_default();
    let is_for = |name: &str| name.is_empty() || name == action || of_token(&request, name);
    let answers = answers.lock().ok()?.clone();
    let (_, status, body) = answers.iter().find(|(name, ..)| is_for(name))?;
    let date =
        date.lock().ok()?.clone().map_or_else(String::new, |date| format!("date: {date}\r\n"));
    // Before the answer: whoever gets that may ask for this at once.
    let shown = if request.is_empty() { target.clone().unwrap_or_default() } else { request };
    seen.lock().ok()?.push(shown);
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\
         {date}connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()
}

/// Whether the request presents a token with this signature, written `.SIGNATURE`.
fn of_token(request: &str, signature: &str) -> bool {
    signature.starts_with('.')
        && request
            .split('&')
            .any(|part| part.starts_with("WebIdentityToken=") && part.ends_with(signature))
}

/// A good answer to AssumeRoleWithWebIdentity, with canaries for secrets.
pub(crate) const ASSUMED: &str = "<AssumeRoleWithWebIdentityResponse \
xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult><Credentials>\
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>canary-key</SecretAccessKey>\
<SessionToken>canary-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
</Credentials><SubjectFromWebIdentityToken>113632458324056836621</SubjectFromWebIdentityToken>\
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:ada@example.com</AssumedRoleId><Arn>arn:aws:sts::\
278805249149:assumed-role/google-oidc-role/ada@example.com</Arn></AssumedRoleUser><Provider>\
accounts.google.com</Provider><Audience>client</Audience></AssumeRoleWithWebIdentityResult>\
<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>";

/// An error as the Query services answer it.
pub(crate) fn query_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>\
         </Error><RequestId>r</RequestId></ErrorResponse>"
    )
}

/// An error as EC2 answers it.
pub(crate) fn ec2_error(code: &str, message: &str) -> String {
    format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
         <RequestID>r</RequestID></Response>"
    )
}

/// One instance, as DescribeInstances answers.
pub(crate) const INSTANCES: &str = "<DescribeInstancesResponse \
xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><reservationSet><item>\
<instancesSet><item><instanceId>i-0123456789abcdef0</instanceId><instanceState><code>16</code><name>\
running</name></instanceState><keyName>ssup2</keyName><instanceType>t2.micro</instanceType>\
<placement><availabilityZone>ap-northeast-2a</availabilityZone></placement><tagSet/></item>\
</instancesSet></item></reservationSet></DescribeInstancesResponse>";
