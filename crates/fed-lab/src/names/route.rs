//! Where a host leads: to the gate, to an issuer, out of the lab, or nowhere.

use std::net::SocketAddr;

use fed_types::shell_line;

use super::amazon::{SERVICES, is_below, is_of_aws, is_of_cluster};
use super::host::AllowedHost;
use crate::NamesError;

/// Names that Google's issuer has, beside that in its URL.
///
/// Source: Google's discovery document and client libraries, "OAuth 2.0 for TV and Limited-Input
/// Devices", "VM metadata".
pub(crate) const GOOGLE: [&str; 6] = [
    "accounts.google.com",
    "oauth2.googleapis.com",
    "www.googleapis.com",
    "openidconnect.googleapis.com",
    "www.google.com",
    "metadata.google.internal",
];

/// What there is in the lab, and what may be reached beside it.
#[derive(Clone, Debug)]
pub(crate) struct Routes {
    pub(crate) gate: SocketAddr,
    /// Hosts in lower case.
    pub(crate) issuers: Vec<(String, SocketAddr)>,
    pub(crate) allowed: Vec<AllowedHost>,
}

/// Where a connection goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// Into the lab: what it is there, and where it listens.
    Lab(&'static str, SocketAddr),
    /// Out of it.
    Outside,
    /// Nowhere, and why.
    Refused(String),
}

impl Routes {
    /// Whether an issuer has this name; `host` in lower case.
    pub(super) fn is_issuers(&self, host: &str) -> bool {
        self.issuers.iter().any(|(name, _)| name == host)
    }

    /// Where the host leads, however it is spelled.
    pub(super) fn of(&self, host: &str) -> Route {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if let Some((_, address)) = self.issuers.iter().find(|(name, _)| *name == host) {
            return Route::Lab("issuer", *address);
        }
        if is_of_cluster(&host) {
            return Route::Refused(format!(
                "the lab has no cluster at {host}; fed-lab --issuer eks has one in its region"
            ));
        }
        if SERVICES.iter().any(|name| is_below(&host, name)) {
            return Route::Lab("gate", self.gate);
        }
        if is_of_aws(&host) {
            let why = match host.contains("signin") || host.contains("console") {
                true => "the lab has no console, and keys of the lab have no business at AWS's",
                false => "the lab is no such part of AWS",
            };
            return Route::Refused(format!("{host}: {why}"));
        }
        if self.allowed.iter().any(|allowed| allowed.is(&host)) {
            return Route::Outside;
        }
        Route::Refused(match host.as_str() {
            "token.actions.githubusercontent.com" => {
                "the lab has no GitHub issuer; fed-lab --issuer github-actions has".to_owned()
            }
            "gitlab.com" => "the lab has no GitLab issuer; fed-lab --issuer gitlab has".to_owned(),
            _ => match host.parse::<AllowedHost>() {
                Ok(_) => format!(
                    "{host} is not in the lab; {} lets it be reached",
                    shell_line(["fed-lab", "--allow-host", &host])
                ),
                Err(NamesError::AllowedAddress(_)) => {
                    format!("{host} is not in the lab, and no such address is let out of it")
                }
                Err(_) => format!("{host} is not in the lab"),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Routes {
            gate: at(1),
            issuers: vec![
                ("accounts.google.com".to_owned(), at(2)),
                ("oidc.eks.eu-west-1.amazonaws.com".to_owned(), at(3)),
            ],
            allowed: vec!["pypi.org".parse().unwrap(), "*.example.com".parse().unwrap()],
        }
    }

    #[test]
    fn the_names_of_aws_are_the_gates() {
        for host in [
            "sts.amazonaws.com",
            "sts.ap-northeast-2.amazonaws.com",
            "STS.AMAZONAWS.COM.",
            "bucket.s3.amazonaws.com",
            "my.bucket.s3.eu-west-1.amazonaws.com",
            "s3.dualstack.us-east-1.amazonaws.com",
            "123456789012.ddb.us-east-1.amazonaws.com",
            "ec2.us-east-1.api.aws",
            "queue.amazonaws.com",
            "execute-api.us-east-1.amazonaws.com",
        ] {
            let gate = Route::Lab("gate", SocketAddr::from(([127, 0, 0, 1], 1)));
            assert_eq!(routes().of(host), gate, "{host}");
        }
    }

    #[test]
    fn issuers_have_their_names_alone() {
        let issuer = |port| Route::Lab("issuer", SocketAddr::from(([127, 0, 0, 1], port)));
        assert_eq!(routes().of("accounts.google.com"), issuer(2));
        assert_eq!(routes().of("oidc.eks.eu-west-1.amazonaws.com"), issuer(3));
        let of_another_region = Route::Refused(
            "the lab has no cluster at oidc.eks.us-east-1.amazonaws.com; fed-lab --issuer eks has \
             one in its region"
                .to_owned(),
        );
        assert_eq!(routes().of("oidc.eks.us-east-1.amazonaws.com"), of_another_region);
        for host in ["gitlab.com", "token.actions.githubusercontent.com"] {
            let Route::Refused(why) = routes().of(host) else { panic!("{host} leads somewhere") };
            assert!(why.contains("; fed-lab --issuer "), "{why}");
        }
    }

    #[test]
    fn all_else_is_refused_unless_it_is_let_out() {
        assert_eq!(routes().of("PyPI.org"), Route::Outside);
        assert_eq!(routes().of("www.example.com"), Route::Outside);
        for host in [
            "example.com",
            "files.pythonhosted.org",
            "amazonaws.com",
            "amazonaws.com.attacker.org",
            "fakeamazonaws.com",
            "signin.aws.amazon.com",
            "eu-west-1.signin.aws.amazon.com",
            "console.aws.amazon.com",
            "sts.cn-north-1.amazonaws.com.cn",
            "x.lambda-url.us-east-1.on.aws",
            "169.254.169.254",
            "localhost",
            "127.0.0.1",
            "",
        ] {
            assert!(matches!(routes().of(host), Route::Refused(_)), "{host}");
        }
        let console = "signin.aws.amazon.com: the lab has no console, and keys of the lab have no \
                       business at AWS's";
        assert_eq!(routes().of("signin.aws.amazon.com"), Route::Refused(console.to_owned()));
        let other = "example.com is not in the lab; fed-lab --allow-host example.com lets it be \
                     reached";
        assert_eq!(routes().of("example.com"), Route::Refused(other.to_owned()));
    }

    #[test]
    fn nothing_is_proposed_that_is_not_let_out() {
        for host in ["169.254.169.254", "52.94.133.131", "2852039166"] {
            let address = format!("{host} is not in the lab, and no such address is let out of it");
            assert_eq!(routes().of(host), Route::Refused(address));
        }
        let nothing = Route::Refused("a..b is not in the lab".to_owned());
        assert_eq!(routes().of("a..b"), nothing);
        let loopback = "127.0.0.1 is not in the lab; fed-lab --allow-host 127.0.0.1 lets it be \
                        reached";
        assert_eq!(routes().of("127.0.0.1"), Route::Refused(loopback.to_owned()));
    }
}
