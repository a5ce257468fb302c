//! Questions that an emulator does not know.

use crate::lab::Lab;

#[tokio::test]
async fn a_question_that_an_emulator_does_not_know_is_answered_for_users_that_there_are() {
    let lab = Lab::start().await;
    for (operation, list) in [
        ("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
        ("ListSigningCertificates", "Certificates"),
        ("ListSSHPublicKeys", "SSHPublicKeys"),
    ] {
        for status in [500, 400] {
            let unknown =
                "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>";
            match status {
                500 => lab.emulator.fails_at(operation, 2),
                _ => lab.emulator.refuses(operation, status, unknown),
            }
            let of = |name: &str| {
                let call = format!("Action={operation}&UserName={name}&Version=2010-05-08");
                lab.query(&lab.as_root(), "iam", &call).send()
            };
            let answer = of("ec2-user").await;
            answer.allowed();
            assert!(answer.body.contains(&format!("<{list}/>")), "{}", answer.body);
            let message = "The user with name nobody cannot be found.";
            of("nobody").await.refused(404, "NoSuchEntity", message);
        }
    }
    // Of what is changed nothing is made up.
    let unknown = "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>";
    lab.emulator.refuses("DeleteSSHPublicKey", 400, unknown);
    let call = "Action=DeleteSSHPublicKey&UserName=ec2-user&SSHPublicKeyId=APKAEIBAERJR2EXAMPLE";
    let call = format!("{call}&Version=2010-05-08");
    let answer = lab.query(&lab.as_root(), "iam", &call).send().await;
    assert_eq!((answer.status, answer.text("Code")), (400, "InvalidAction".to_owned()));
}
