//! Every connection written down: what was asked for, and where it was led.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::route::Route;
use crate::LabError;

/// A host and port that were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The host, as it was asked for.
    pub host: String,
    /// The port; `None` where its address was asked for, and no connection made.
    pub port: Option<u16>,
    /// How often.
    pub times: u64,
    /// Why, and what would change it.
    pub reason: String,
}

/// Different hosts and ports that are remembered as refused; the file has all.
const REMEMBERED: usize = 1000;

/// A host, and a port where there is one.
type Place = (String, Option<u16>);

/// The file, and what was refused.
pub(super) struct Journal {
    file: Mutex<File>,
    refused: Mutex<BTreeMap<Place, (u64, String)>>,
}

impl Journal {
    pub(super) fn open(path: &Path) -> Result<Self, LabError> {
        let file = OpenOptions::new().append(true).open(path);
        let file =
            file.map_err(|source| LabError::File { what: "write", path: path.to_owned(), source })?;
        Ok(Self { file: Mutex::new(file), refused: Mutex::default() })
    }

    /// Writes down one connection, or without a port a question for the host's address.
    pub(super) fn note(&self, host: &str, port: Option<u16>, route: &Route) {
        let (led, reason) = match route {
            Route::Lab(what, _) => (*what, None),
            Route::Outside => ("outside", None),
            Route::Refused(reason) => ("refused", Some(reason)),
        };
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut line = json!({ "time": since.as_secs(), "host": host, "led": led });
        if let Some(port) = port {
            line["port"] = port.into();
        }
        if let Some(reason) = reason {
            line["reason"] = reason.as_str().into();
            self.remember(host, port, reason);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            tracing::error!(%error, "a connection could not be written down");
        }
    }

    fn remember(&self, host: &str, port: Option<u16>, reason: &str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), port);
        if refused.len() < REMEMBERED || refused.contains_key(&key) {
            refused.entry(key).or_insert_with(|| (0, reason.to_owned())).0 += 1;
        }
    }

    /// What was refused, by host and port.
    pub(super) fn refused(&self) -> Vec<Refused> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let each = refused.iter().map(|((host, port), (times, reason))| Refused {
            host: host.clone(),
            port: *port,
            times: *times,
            reason: reason.clone(),
        });
        each.collect()
    }
}
