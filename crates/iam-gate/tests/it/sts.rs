//! What an encoded authorization message tells.

use crate::lab::Lab;

#[tokio::test]
async fn a_denial_is_explained_to_who_may_read_it() {
    let lab = Lab::start().await;
    let user = lab.key_of("no-policy-user").await;
    let stop = "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
    let message = lab.query(&user, "ec2", stop).send().await.text("Message");
    let encoded = message.rsplit(' ').next().unwrap();
    let decode =
        format!("Action=DecodeAuthorizationMessage&Version=2011-06-15&EncodedMessage={encoded}");
    let decoded = lab.query(&lab.as_root(), "sts", &decode).send().await;
    let decoded: serde_json::Value =
        serde_json::from_str(&decoded.allowed().text("DecodedMessage")).unwrap();
    assert_eq!(decoded["allowed"], false);
    assert_eq!(decoded["explicitDeny"], false);
    assert_eq!(decoded["context"]["action"], "ec2:StopInstances");
    assert_eq!(
        decoded["context"]["resource"],
        "arn:aws:ec2:ap-northeast-2:278805249149:instance/i-0123456789abcdef0"
    );
    let arn = "arn:aws:iam::278805249149:user/no-policy-user";
    assert_eq!(decoded["context"]["principal"]["arn"], arn);
}
