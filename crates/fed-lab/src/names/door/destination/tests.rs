//! Where requests go, row by row.

use hyper::Request;

use super::*;

const KEY: &str = "0123456789abcdef";

fn at(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn places() -> Places {
    Places {
        names: vec!["fed-lab".to_owned(), "192.0.2.7".to_owned()],
        routes: Routes {
            gate: at(1),
            issuers: vec![
                ("accounts.google.com".to_owned(), at(2)),
                ("token.actions.githubusercontent.com".to_owned(), at(3)),
            ],
            allowed: vec!["pypi.org".parse().unwrap()],
        },
        control: at(4),
        issuer: "accounts.google.com".to_owned(),
        key: Secret::new(KEY),
    }
}

fn parts(target: &str, headers: &[(&str, &str)]) -> Parts {
    let request = headers
        .iter()
        .fold(Request::get(target), |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

fn tls(name: &str) -> Entrance {
    Entrance::Tls(Some(name.to_owned()))
}

/// Where it goes with the key, by TLS.
fn led(host: &str, target: &str) -> Result<Destination, Refusal> {
    let bearer = format!("Bearer {KEY}");
    let headers = [("host", host), ("authorization", bearer.as_str())];
    places().of(&parts(target, &headers), &tls(&name_of(host)))
}

#[test]
fn names_lead_to_whose_they_are() {
    let as_it_came = |port| Ok(Destination { to: at(port), host: None, target: None });
    assert_eq!(led("fed-lab", "/"), as_it_came(1));
    assert_eq!(led("FED-LAB.:8443", "/bucket/key?x=/_gate"), as_it_came(1));
    assert_eq!(led("192.0.2.7:8443", "/"), as_it_came(1));
    assert_eq!(led("sts.eu-west-1.amazonaws.com", "/"), as_it_came(1));
    assert_eq!(led("bucket.s3.amazonaws.com", "/key"), as_it_came(1));
    assert_eq!(led("accounts.google.com", "/o/oauth2/v2/auth"), as_it_came(2));
    let below = Destination {
        to: at(3),
        host: Some("token.actions.githubusercontent.com".to_owned()),
        target: Some("/.well-known/jwks?x=1".to_owned()),
    };
    let path = "/_issuers/token.actions.githubusercontent.com/.well-known/jwks?x=1";
    assert_eq!(led("fed-lab", path), Ok(below));
}

#[test]
fn what_steers_is_led_to_the_parts_own_addresses() {
    for (target, port, there) in [
        ("/_gate/decisions?follow=1", 1, "/_gate/decisions?follow=1"),
        ("/_lab", 4, "/_lab"),
        ("/_lab/accounts", 4, "/_lab/accounts"),
        ("/_control/token", 2, "/_control/token"),
        ("/_issuers/accounts.google.com/_control/clock", 2, "/_control/clock"),
        ("/_issuers/token.actions.githubusercontent.com/_control/token", 3, "/_control/token"),
    ] {
        let expected = Destination {
            to: at(port),
            host: Some(format!("127.0.0.1:{port}")),
            target: Some(there.to_owned()),
        };
        assert_eq!(led("fed-lab", target), Ok(expected), "{target}");
    }
}

#[test]
fn nobody_steers_without_the_key_by_tls_and_no_page_does() {
    let bearer = format!("Bearer {KEY}");
    let right = ("authorization", bearer.as_str());
    let own = ("host", "fed-lab");
    for target in [
        "/_gate/health",
        "/_gate/decisions",
        "/_gatex",
        "/_lab",
        "/_lab/stop",
        "/_control/token",
        "/_issuers/accounts.google.com/_control/token",
        "/_issuers/token.actions.githubusercontent.com/_control/faults",
    ] {
        let status = |headers: &[(&str, &str)], entrance: &Entrance| {
            places()
                .of(&parts(target, headers), entrance)
                .map(drop)
                .map_err(|refusal| refusal.status.as_u16())
        };
        let inside = tls("fed-lab");
        assert_eq!(status(&[own, right], &inside), Ok(()), "{target}");
        assert_eq!(status(&[own], &inside), Err(401), "{target}");
        for wrong in
            ["Bearer ", "Bearer 0123456789abcdeF", "bearer 0123456789abcdef", KEY, "Bearer 0"]
        {
            assert_eq!(status(&[own, ("authorization", wrong)], &inside), Err(401), "{target}");
        }
        assert_eq!(status(&[own, right, right], &inside), Err(401), "{target}: twice");
        assert_eq!(
            status(&[own, right, ("origin", "https://fed-lab")], &inside),
            Err(403),
            "{target}"
        );
        assert_eq!(status(&[own, right], &Entrance::Plain), Err(403), "{target}");
    }
    for name in ["sts.amazonaws.com", "accounts.google.com"] {
        for target in ["/_gate/health", "/_lab", "/_control/token"] {
            assert_eq!(led(name, target).unwrap_err().status, 403, "{name}{target}");
        }
    }
}

#[test]
fn a_name_that_is_not_the_labs_leads_nowhere() {
    for host in [
        "example.com",
        "localhost",
        "127.0.0.1:1",
        "pypi.org",
        "gitlab.com",
        "",
        "fed-lab.example.com",
        "signin.aws.amazon.com",
    ] {
        assert_eq!(led(host, "/").unwrap_err().status, 421, "{host}");
    }
    let told = "expected a name of the lab's (fed-lab, 192.0.2.7), of AWS's or of an issuer's, \
                found `example.com`; fed-lab up --known-as gives the lab another";
    assert_eq!(led("example.com", "/").unwrap_err().why, told);
    let unknown = led("fed-lab", "/_issuers/gitlab.com/_control/token").unwrap_err();
    let told = "expected an issuer of the lab (accounts.google.com, \
                token.actions.githubusercontent.com), found `gitlab.com`";
    assert_eq!((unknown.status.as_u16(), unknown.why.as_str()), (404, told));
}

#[test]
fn a_connection_to_one_name_is_not_asked_for_another() {
    let mixed = |inside: &str, host: &str| {
        places()
            .of(&parts("/", &[("host", host)]), &tls(inside))
            .map(drop)
            .map_err(|it| it.status.as_u16())
    };
    assert_eq!(mixed("fed-lab", "Fed-Lab:443"), Ok(()));
    assert_eq!(mixed("sts.amazonaws.com", "fed-lab"), Err(421));
    assert_eq!(mixed("fed-lab", "accounts.google.com"), Err(421));
    let headless = |headers: &[(&str, &str)]| {
        places()
            .of(&parts("/", headers), &Entrance::Plain)
            .map(drop)
            .map_err(|it| it.status.as_u16())
    };
    assert_eq!(headless(&[]), Err(400));
    assert_eq!(headless(&[("host", "fed-lab"), ("host", "fed-lab")]), Err(400));
}
