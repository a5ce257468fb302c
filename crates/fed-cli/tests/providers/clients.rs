//! Clients of AWS as they are: the aws CLI of both kinds, boto3, the SDK for Go. Each is given
//! credentials in three ways, and says which it found and where.

use std::path::Path;
use std::process::Command;

use super::aws::{ASSUMED, Aws};
use super::sealed::{BINARY, Sealed};
use super::{HERE, python};

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

/// A home whose profile gets its credentials from us, with nobody to ask.
fn sealed(aws: &Aws) -> Sealed {
    let sealed = Sealed::with_config(&format!(
        "[profile.p]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ));
    sealed.file(
        ".aws/config",
        &format!(
            "[profile p]\nregion = us-east-1\ncredential_process = {BINARY} credential-process\n"
        ),
    );
    sealed
        .env("TOK", TOKEN)
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_PAGER", "")
        // The SDK for Go reads `~/.aws/config` where it is told to.
        .env("AWS_SDK_LOAD_CONFIG", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

/// What the client says, with credentials of `~/.aws/config`, in its environment, and served.
fn finds(client: &[&str], names: [&str; 3]) {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws).env("AWS_PROFILE", "p");
    let mut alone = Command::new(client[0]);
    alone.args(&client[1..]).env_clear().envs(sealed.variables()).current_dir(sealed.home());
    let exec = sealed.command(&[&["exec", "--"], client].concat());
    let serve = sealed.command(&[&["exec", "--serve", "--"], client].concat());
    for (name, mut command) in names.into_iter().zip([alone, exec, serve]) {
        let output = command.output().unwrap();
        let (said, told) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{name}: {said}{told}");
        let line = said.lines().find(|line| line.contains("MPLE")).unwrap_or(&said);
        assert!(line.contains(name), "{name}: {line}");
    }
}

/// What the SDKs for Python call the three.
const OF_PYTHON: [&str; 3] = ["custom-process", "env", "container-role"];

#[test]
fn boto3() {
    let program = "import boto3; found = boto3.Session().get_credentials(); \
                   print(found.method, found.get_frozen_credentials().access_key)";
    finds(&[&python(), "-I", "-c", program], OF_PYTHON);
}

#[test]
fn aws_cli_1() {
    let program = Path::new(&python()).with_file_name("aws").display().to_string();
    let version = Command::new(&program).arg("--version").output().unwrap();
    assert!(version.stdout.starts_with(b"aws-cli/1."), "{version:?}");
    finds(&[&program, "configure", "list"], OF_PYTHON);
}

#[test]
fn aws_cli_2() {
    let version = Command::new("/usr/bin/aws").arg("--version").output().unwrap();
    assert!(version.stdout.starts_with(b"aws-cli/2."), "{version:?}");
    finds(&["/usr/bin/aws", "configure", "list"], OF_PYTHON);
}

#[test]
fn sdk_for_go() {
    let folder = tempfile::tempdir().unwrap();
    let client = folder.path().join("client").display().to_string();
    let built = Command::new("go")
        .args(["build", "-o", &client, &format!("{HERE}/client.go")])
        // As Debian's packages have it.
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .env("GOFLAGS", "")
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    finds(
        &[&client],
        [
            "ProcessProvider ASIAEXAMPLE true",
            "EnvConfigCredentials ASIAEXAMPLE",
            "CredentialsEndpointProvider ASIAEXAMPLE true",
        ],
    );
}
