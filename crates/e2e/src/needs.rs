//! What some scenarios need and not every run has: by tag, with the reason that is told
//! when they are left out.

use fed_lab::EmulatorKind;

use crate::options::BrowserChoice;

/// A tag, without its `@`, and why scenarios with it are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unmet {
    /// The tag.
    pub(crate) tag: &'static str,
    /// The reason.
    pub(crate) reason: &'static str,
}

/// What moto's server cannot carry. Each is known by a request that it answers otherwise
/// than LocalStack does.
const NOT_IN_MOTO: [Unmet; 1] = [Unmet {
    tag: "needs-user-boundaries",
    // `PutUserPermissionsBoundary` is answered with HTTP 404.
    reason: "moto keeps no user boundaries",
}];

/// What LocalStack cannot carry as the package index has it.
const NOT_IN_LOCALSTACK: [Unmet; 1] = [Unmet {
    tag: "needs-cloudformation",
    // Its modules are in LocalStack's own image.
    reason: "CloudFormation is moto's here",
}];

/// What ministack cannot carry.
const NOT_IN_MINISTACK: [Unmet; 2] = [
    Unmet {
        tag: "needs-cloudformation",
        // It has a part of it, which the lab does not offer.
        reason: "CloudFormation is moto's here",
    },
    Unmet {
        tag: "needs-ec2-offerings",
        // It has a handful of instance types.
        reason: "ministack has no data of what EC2 offers",
    },
];

/// What this machine has, beside the emulator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here {
    /// Chromium.
    pub(crate) browser: bool,
    /// The aws CLI of Debian 12.
    pub(crate) debians_aws: bool,
    /// Google's libraries for Python.
    pub(crate) google_auth: bool,
    /// What looks at pages for people who see little or nothing.
    pub(crate) axe: bool,
    /// The lab's list of AWS's managed policies in the emulator.
    pub(crate) aws_policies: bool,
}

/// What this run has not.
pub(crate) fn unmet(choice: BrowserChoice, here: Here, emulator: EmulatorKind) -> Vec<Unmet> {
    let reason = match choice {
        BrowserChoice::Skip => "no browser was wanted",
        BrowserChoice::Auto | BrowserChoice::Require => "no Chromium here",
    };
    let needs = [
        (here.browser, "browser", reason),
        (here.debians_aws, "debian-aws", "no aws CLI 2.9.19 in /usr/bin, as Debian 12 has it"),
        (here.google_auth, "google-auth", "no google-auth-oauthlib: `cargo xtask clients` has it"),
        (here.axe, "axe", "no axe-core: `cargo xtask clients` has it"),
        (
            here.aws_policies,
            "needs-aws-policies",
            "this emulator has its own list of AWS's policies",
        ),
        (cfg!(target_os = "linux"), "sealed", "network namespaces are Linux's"),
    ];
    let missing = needs.into_iter().filter(|(is_here, ..)| !is_here);
    let missing = missing.map(|(_, tag, reason)| Unmet { tag, reason });
    let not_in_it = match emulator {
        EmulatorKind::Localstack => NOT_IN_LOCALSTACK.to_vec(),
        EmulatorKind::Moto => NOT_IN_MOTO.to_vec(),
        EmulatorKind::Ministack => NOT_IN_MINISTACK.to_vec(),
    };
    missing.chain(not_in_it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Here =
        Here { browser: true, debians_aws: true, google_auth: true, axe: true, aws_policies: true };
    const NONE: Here = Here {
        browser: false,
        debians_aws: false,
        google_auth: false,
        axe: false,
        aws_policies: false,
    };

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_there_is_not_left_out() {
        for (emulator, not_in_it) in [
            (EmulatorKind::Localstack, &NOT_IN_LOCALSTACK[..]),
            (EmulatorKind::Moto, &NOT_IN_MOTO[..]),
            (EmulatorKind::Ministack, &NOT_IN_MINISTACK[..]),
        ] {
            assert_eq!(unmet(BrowserChoice::Auto, ALL, emulator), not_in_it);
        }
        let unmet = unmet(BrowserChoice::Skip, NONE, EmulatorKind::Moto);
        let tags: Vec<_> = unmet.iter().map(|unmet| unmet.tag).collect();
        let of_this_machine = ["browser", "debian-aws", "google-auth", "axe"];
        assert_eq!(tags[..4], of_this_machine);
        assert_eq!(tags[4..], ["needs-aws-policies", "needs-user-boundaries"]);
    }

    #[test]
    fn every_need_is_one_of_a_scenario() {
        let features = concat!(env!("CARGO_MANIFEST_DIR"), "/../../features");
        let mut text = String::new();
        for folder in [features.to_owned(), format!("{features}/refusals")] {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().extension().is_some_and(|end| end == "feature") {
                    text.push_str(&std::fs::read_to_string(entry.path()).unwrap());
                }
            }
        }
        let all = unmet(BrowserChoice::Skip, NONE, EmulatorKind::Moto).into_iter();
        for Unmet { tag, .. } in all.chain(NOT_IN_LOCALSTACK).chain(NOT_IN_MINISTACK) {
            let tag = format!("@{tag}");
            let mut words = text
                .lines()
                .filter(|line| line.trim().starts_with('@'))
                .flat_map(str::split_whitespace);
            assert!(words.any(|word| word == tag), "no scenario has {tag}");
        }
    }
}
