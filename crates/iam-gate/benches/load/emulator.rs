//! An emulator that answers at once: one user who may do everything in EC2.

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;
use crate::client::read_message;

/// The user's key, as the emulator hands it out.
pub(crate) const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET: &str = "of-the-user";

const USER: &str = "<GetUserResponse><GetUserResult><User><Path>/</Path><UserName>u</UserName>\
    <UserId>id</UserId><Arn>arn:aws:iam::278805249149:user/u</Arn></User></GetUserResult>\
    </GetUserResponse>";
const POLICIES: &str = "<ListUserPoliciesResponse><ListUserPoliciesResult><PolicyNames>\
    <member>p</member></PolicyNames></ListUserPoliciesResult></ListUserPoliciesResponse>";
const POLICY: &str = "<GetUserPolicyResponse><GetUserPolicyResult><PolicyName>p</PolicyName>\
    <PolicyDocument>{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\
    \"Action\":\"ec2:*\",\"Resource\":\"*\"}]}</PolicyDocument></GetUserPolicyResult>\
    </GetUserPolicyResponse>";
const ATTACHED: &str = "<ListAttachedUserPoliciesResponse><ListAttachedUserPoliciesResult>\
    <AttachedPolicies/></ListAttachedUserPoliciesResult></ListAttachedUserPoliciesResponse>";
const GROUPS: &str = "<ListGroupsForUserResponse><ListGroupsForUserResult><Groups/>\
    </ListGroupsForUserResult></ListGroupsForUserResponse>";
const KEY: &str = "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>u</UserName>\
    <AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>of-the-user</SecretAccessKey>\
    </AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>";
const KEYS: &str = "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata/>\
    </ListAccessKeysResult></ListAccessKeysResponse>";
const INSTANCES: &str = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>";

/// Serves until the process ends; where.
pub(crate) async fn start() -> Result<String, Failure> {
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
    let answers = [
        // Whether it is there, and what it is.
        ("GET /", message("{}")),
        ("Action=DescribeInstances", message(INSTANCES)),
        ("Action=ListUserPolicies", message(POLICIES)),
        ("Action=ListAttachedUserPolicies", message(ATTACHED)),
        ("Action=ListGroupsForUser", message(GROUPS)),
        // Before the action whose name it begins with.
        ("Action=GetUserPolicy", message(POLICY)),
        ("Action=GetUser", message(USER)),
        ("Action=CreateAccessKey", message(KEY)),
        ("Action=ListAccessKeys", message(KEYS)),
    ];
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let length = read_message(&mut stream, &mut buffer).await?;
        let request = &buffer[..length];
        let asked = |action: &str| request.windows(action.len()).any(|at| at == action.as_bytes());
        let Some((_, answer)) = answers.iter().find(|(action, _)| asked(action)) else {
            eprintln!("the emulator knows no answer to:\n{}", request.escape_ascii());
            return Err("asked for something else".into());
        };
        stream.write_all(answer.as_bytes()).await?;
        buffer.drain(..length);
    }
}

fn message(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {length}\r\n\r\n{body}")
}
