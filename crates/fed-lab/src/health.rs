//! Asking an emulator whether it is there.

use std::time::Duration;

/// How often an emulator that does not answer yet is asked.
const POLL: Duration = Duration::from_millis(5);
/// How long one question may take: a server that loads answers late.
const QUESTION: Duration = Duration::from_secs(10);

/// How long one that runs already may be busy with others.
const BUSY: Duration = Duration::from_secs(60);

/// Whether the emulator has that page, which holds JSON. One that listens and says nothing is
/// waited for: it may be at work for others.
pub(crate) async fn answers(
    http: &reqwest::Client,
    url: &str,
    page: &str,
) -> reqwest::Result<bool> {
    let answer = http.get(format!("{url}{page}")).timeout(BUSY).send().await?;
    let kind = answer.headers().get(reqwest::header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    Ok(answer.status().is_success() && is_json)
}

/// Returns once that page answers. Never, if it never does.
pub(crate) async fn wait_until_healthy(http: &reqwest::Client, page: &str) {
    loop {
        let answer = http.get(page).timeout(QUESTION).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(POLL).await;
    }
}
