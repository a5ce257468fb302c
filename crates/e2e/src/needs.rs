//! What some scenarios need and not every run has: by tag, with the reason that is told
//! when they are left out.

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

/// What this run has not.
pub(crate) fn unmet(
    browser: BrowserChoice,
    has_browser: bool,
    is_moto: bool,
    has_debians_aws: bool,
) -> Vec<Unmet> {
    let reason = match browser {
        BrowserChoice::Skip => "no browser was wanted",
        BrowserChoice::Auto | BrowserChoice::Require => "no Chromium with its driver here",
    };
    let browser = (!has_browser).then_some(Unmet { tag: "browser", reason });
    let reason = "no aws CLI 2.9.19 in /usr/bin, as Debian 12 has it";
    let debians_aws = (!has_debians_aws).then_some(Unmet { tag: "debian-aws", reason });
    let emulator = is_moto.then_some(NOT_IN_MOTO);
    browser.into_iter().chain(debians_aws).chain(emulator.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_left_out() {
        assert_eq!(unmet(BrowserChoice::Auto, true, false, true), []);
        let moto = unmet(BrowserChoice::Auto, true, true, true);
        assert_eq!(moto, NOT_IN_MOTO);
        let tags: Vec<_> =
            unmet(BrowserChoice::Skip, false, true, false).iter().map(|unmet| unmet.tag).collect();
        assert_eq!(tags, ["browser", "debian-aws", "needs-user-boundaries"]);
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
        for Unmet { tag, .. } in unmet(BrowserChoice::Skip, false, true, false) {
            let line = format!("@{tag}");
            assert!(text.lines().any(|found| found.trim() == line), "no scenario has {line}");
        }
    }
}
