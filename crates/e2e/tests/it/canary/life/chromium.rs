//! A sign-in in Chromium itself, and what it keeps of it.

use std::path::PathBuf;

use regex::bytes::Regex;

use super::{Stdout, command, told, walk};
use crate::canary::journal::{Journal, Kind};
use crate::stand::{CLIENT, CLIENT_SECRET, Stand};

/// Signs in with `BROWSER` set to Chromium without a window. Where there is none, that is
/// said, and the pages that others are shown are all that is looked at.
pub(super) fn login(stand: &Stand, journal: &mut Journal) {
    let Some(chromium) = find() else {
        println!("no Chromium here: its history is not looked at");
        return;
    };
    let (folder, record) = (stand.path("chromium"), stand.path("browser.record"));
    let (shown, ended) = (stand.path("page.html"), stand.path("ended"));
    std::process::Command::new("mkfifo").arg(&ended).status().unwrap();
    let browser = stand.script(
        "browser",
        &format!(
            "{{ tr '\\0' ' ' < /proc/$$/cmdline; env; }} > '{}'\n\
             HOME='{folder}' timeout 60 '{}' --headless=new --no-sandbox --disable-gpu \
             --disable-dev-shm-usage --no-first-run --no-proxy-server \
             --disable-background-networking --disable-component-update \
             --user-data-dir='{folder}' --dump-dom \"$1\" > '{}'\n\
             echo ended > '{}'",
            record.display(),
            chromium.display(),
            shown.display(),
            ended.display(),
            folder = folder.display(),
        ),
    );
    std::fs::create_dir(&folder).unwrap();
    let output = command(stand, &["login"]).env("BROWSER", browser).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Blocks until the browser's script opens its end.
    assert_eq!(std::fs::read_to_string(&ended).unwrap(), "ended\n");
    told(stand, journal, "login, in Chromium", &output, Stdout::Public);
    let page = std::fs::read(shown).unwrap();
    assert!(String::from_utf8_lossy(&page).contains("ada@example.com"), "{page:?}");
    journal.look(Kind::Page, "page in Chromium", &page);
    journal.look(Kind::Environ, "environment of `BROWSER`", &std::fs::read(record).unwrap());
    let history = std::fs::read(folder.join("Default/History")).unwrap();
    assert!(contains(&history, b"/o/oauth2/"), "the history was written");
    walk(&folder, &mut |path| {
        if path.is_file() {
            let bytes = std::fs::read(path).unwrap();
            let name = path.strip_prefix(stand.home.path()).unwrap().display();
            journal.look(Kind::Browser, format!("`{name}`"), &bytes);
        }
    });
    spent(stand, journal, &history);
}

/// The history names the redirect URI with its code, as every browser's does: the page takes
/// it out of the address bar, not out of what was visited. The code must be worth nothing.
fn spent(stand: &Stand, journal: &mut Journal, history: &[u8]) {
    let code = Regex::new(r"[?&]code=([A-Za-z0-9%/_-]+)").unwrap();
    let codes: Vec<String> = code
        .captures_iter(history)
        .map(|found| String::from_utf8_lossy(&found[1]).replace("%2F", "/"))
        .collect();
    for code in &codes {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", CLIENT),
            ("client_secret", CLIENT_SECRET),
            ("redirect_uri", "http://127.0.0.1:1/"),
            ("code_verifier", "0123456789012345678901234567890123456789012345"),
        ];
        let answer = stand.runtime.block_on(async {
            let url = format!("{}/token", stand.issuer.url());
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            http.post(url).form(&form).send().await.unwrap().text().await.unwrap()
        });
        if !answer.contains("invalid_grant") {
            journal.wrong(format!("a code in Chromium's history is answered with {answer}"));
        }
    }
    println!("Chromium's history names {} spent authorization codes, worth nothing", codes.len());
}

fn find() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = ["/usr/local/bin", "/usr/bin"];
    let paths = folders
        .iter()
        .flat_map(|folder| names.iter().map(move |name| std::path::Path::new(folder).join(name)));
    paths.into_iter().find(|path| path.is_file())
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
