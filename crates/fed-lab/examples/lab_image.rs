//! Runs a command with a lab in a container: `lab_image IMAGE TAG COMMAND…`. The command has the
//! lab's endpoint, its administrator's key, and a file with the token of a run on GitHub.

use std::process::{Command, ExitCode};

use fed_lab::LabImage;
use testcontainers::runners::AsyncRunner as _;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, tag, program, rest @ ..] = arguments.as_slice() else {
        return Err("expected an image, its tag and a command".into());
    };
    let lab = LabImage::named(name, tag).argument("--issuer=github-actions").start().await?;
    let environment = LabImage::environment(&lab).await?;
    let token = LabImage::token(&lab, ["github", "--repository", "acme/app"]).await?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), token.expose())?;
    let key = |name: &str| environment.get(name).cloned().unwrap_or_default();
    let status = Command::new(program)
        .args(rest)
        .envs(&environment)
        .env("AWS_ACCESS_KEY_ID", key("FED_LAB_ADMIN_ACCESS_KEY_ID"))
        .env("AWS_SECRET_ACCESS_KEY", key("FED_LAB_ADMIN_SECRET_ACCESS_KEY"))
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", file.path())
        .status()?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1))?))
}
