//! Where a request goes that has come through the door, and whether it may.

use std::net::SocketAddr;

use fed_types::Secret;
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode, header};
use subtle::ConstantTimeEq;

use super::super::route::{Route, Routes};

/// Below which every issuer is found by its host, at the lab's own names.
pub(super) const ISSUERS: &str = "/_issuers/";
/// Below which the gate, the lab and the issuers are steered.
const STEERING: [&str; 3] = ["/_gate", "/_lab", "/_control"];

/// Who is where, and what has to be shown.
pub(super) struct Places {
    /// What the lab is called, in lower case.
    pub(super) names: Vec<String>,
    pub(super) routes: Routes,
    pub(super) control: SocketAddr,
    pub(super) issuer: String,
    pub(super) key: Secret,
}

/// How a connection has come in.
pub(super) enum Entrance {
    Plain,
    /// By TLS, to this name, if the client said one.
    Tls(Option<String>),
}

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) to: SocketAddr,
    /// The `Host` there; `None`: as it came.
    pub(super) host: Option<String>,
    /// The path and query there; `None`: as they came.
    pub(super) target: Option<String>,
}

/// Why it goes nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) why: String,
}

impl Places {
    /// Where a request goes.
    ///
    /// # Errors
    /// A [`Refusal`] for a name that is not in the lab, and for whoever may not steer it.
    pub(super) fn of(&self, request: &Parts, entrance: &Entrance) -> Result<Destination, Refusal> {
        let host = one(&request.headers, header::HOST)
            .ok_or_else(|| refused(StatusCode::BAD_REQUEST, "expected one Host header"))?;
        let name = name_of(host);
        if let Entrance::Tls(Some(asked)) = entrance
            && name_of(asked) != name
        {
            let why = "expected the Host header to name whom the connection was made to";
            return Err(refused(StatusCode::MISDIRECTED_REQUEST, why));
        }
        let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
        if self.names.contains(&name) {
            return self.of_own(target, request, entrance);
        }
        match self.routes.of(&name) {
            Route::Lab(..) if is_steering(target) => {
                let why = format!(
                    "expected what steers the lab to be asked of a name of its own: {}",
                    self.names.join(", ")
                );
                Err(refused(StatusCode::FORBIDDEN, why))
            }
            Route::Lab(_, to) => Ok(Destination { to, host: None, target: None }),
            Route::Outside | Route::Refused(_) => {
                let why = format!(
                    "expected a name of the lab's ({}), of AWS's or of an issuer's, found `{name}`; \
                     fed-lab up --known-as gives the lab another",
                    self.names.join(", ")
                );
                Err(refused(StatusCode::MISDIRECTED_REQUEST, why))
            }
        }
    }

    fn of_own(
        &self,
        target: &str,
        request: &Parts,
        entrance: &Entrance,
    ) -> Result<Destination, Refusal> {
        let steering = |to: SocketAddr, target: &str| {
            self.admit(&request.headers, entrance)?;
            let (host, target) = (Some(to.to_string()), Some(target.to_owned()));
            Ok(Destination { to, host, target })
        };
        if target.starts_with("/_gate") {
            return steering(self.routes.gate, target);
        }
        if target.starts_with("/_lab") {
            return steering(self.control, target);
        }
        if target.starts_with("/_control") {
            return steering(self.issuer(&self.issuer)?, target);
        }
        let Some(below) = target.strip_prefix(ISSUERS) else {
            return Ok(Destination { to: self.routes.gate, host: None, target: None });
        };
        let (host, target) = below.split_at(below.find(['/', '?']).unwrap_or(below.len()));
        let to = self.issuer(host)?;
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        match is_steering(&target) {
            true => steering(to, &target),
            false => Ok(Destination { to, host: Some(host.to_owned()), target: Some(target) }),
        }
    }

    fn issuer(&self, host: &str) -> Result<SocketAddr, Refusal> {
        let found = self.routes.issuers.iter().find(|(name, _)| name == host);
        found.map(|(_, address)| *address).ok_or_else(|| {
            let hosts = self.routes.issuers.iter().map(|(name, _)| name.as_str());
            let why = format!(
                "expected an issuer of the lab ({}), found `{host}`",
                hosts.collect::<Vec<_>>().join(", ")
            );
            refused(StatusCode::NOT_FOUND, why)
        })
    }

    /// Lets nobody steer who does not show the key, by TLS, and no web page.
    fn admit(&self, headers: &HeaderMap, entrance: &Entrance) -> Result<(), Refusal> {
        if matches!(entrance, Entrance::Plain) {
            let why = "expected TLS: the key could be read on its way";
            return Err(refused(StatusCode::FORBIDDEN, why));
        }
        if headers.contains_key(header::ORIGIN) {
            let why = "expected no Origin header: web pages may not ask";
            return Err(refused(StatusCode::FORBIDDEN, why));
        }
        let shown = one(headers, header::AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer "));
        let expected = self.key.expose().as_bytes();
        match shown.is_some_and(|key| bool::from(key.as_bytes().ct_eq(expected))) {
            true => Ok(()),
            false => Err(refused(
                StatusCode::UNAUTHORIZED,
                "expected `Authorization: Bearer KEY` with the key in FED_LAB_CONTROL_KEY_FILE",
            )),
        }
    }
}

fn is_steering(target: &str) -> bool {
    STEERING.iter().any(|path| target.starts_with(path))
}

fn refused(status: StatusCode, why: impl Into<String>) -> Refusal {
    Refusal { status, why: why.into() }
}

/// The value of a header that is there once.
fn one(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// A host as names are compared: in lower case, without a port, brackets and a dot at its end.
pub(super) fn name_of(host: &str) -> String {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) && (!name.contains(':') || name.ends_with(']')) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
