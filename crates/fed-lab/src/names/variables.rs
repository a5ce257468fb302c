//! The variables by which clients find the proxy and trust the authority.

use std::path::Path;

use super::java::PASSWORD;
use super::trust::{OF_JAVA, TrustFiles};

/// What names a proxy: read by curl, OpenSSL's programs, Python, Go, Node and the AWS tools; the
/// lower case is what some of them read alone.
pub const PROXY: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// What `NO_PROXY` holds in a lab: its own addresses, which no proxy reaches.
pub const NO_PROXY: &str = "127.0.0.1,localhost,::1";

/// Everything a command is given for its clients to be in the world of the proxy.
pub(super) fn of_proxy(port: u16, files: &TrustFiles, log: &Path) -> Vec<(String, String)> {
    let url = format!("http://127.0.0.1:{port}");
    let proxy = PROXY.map(|name| (name.to_owned(), url.clone()));
    // A person's list has no say: it could lead around the proxy.
    let without = ["NO_PROXY", "no_proxy"].map(|name| (name.to_owned(), NO_PROXY.to_owned()));
    let java = [
        format!("-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={port}"),
        format!("-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort={port}"),
    ]
    .join(" ");
    let mut variables = vec![
        // Node reads the others only then (Node.js, "Command-line API").
        ("NODE_USE_ENV_PROXY".to_owned(), "1".to_owned()),
        ("FED_LAB_PROXY_URL".to_owned(), url.clone()),
    ];
    variables.extend(proxy);
    variables.extend(without);
    variables.extend(of_trust(files, Some(&java)));
    variables.push(of_log(log));
    variables
}

/// Where connections are written down.
pub(super) fn of_log(log: &Path) -> (String, String) {
    ("FED_LAB_CONNECTIONS_FILE".to_owned(), log.to_string_lossy().into_owned())
}

/// The part of them that is about trust.
pub(super) fn of_trust(files: &TrustFiles, java: Option<&str>) -> Vec<(String, String)> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let store = format!(
        "\"-Djavax.net.ssl.trustStore={}\" -Djavax.net.ssl.trustStorePassword={PASSWORD}",
        text(&files.java)
    );
    let java = [files.java_options.as_deref(), Some(&store), java];
    let java = java.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let bundles = files.variables.iter().map(|(name, path)| ((*name).to_owned(), text(path)));
    let own = [(OF_JAVA.to_owned(), java), ("FED_LAB_CA_FILE".to_owned(), text(&files.authority))];
    bundles.chain(own).collect()
}
