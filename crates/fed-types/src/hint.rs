//! What to do about an error: sentences, and the step that each ends in.
//!
//! A library knows what a person has to do; how the program that they use is told to do it, and
//! how its settings are called, that program knows.

use std::fmt;

/// What a person can do, in the program that they use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Sign in anew.
    SignIn,
    /// Sign in with this account, or with one of this form.
    SignInAs(String),
    /// Sign in, and choose the account anew.
    ChooseAccount,
    /// Sign in by pasting the address that the browser ends up at.
    Paste,
    /// Look at the token.
    LookAtToken,
    /// Have the policy looked through.
    LintPolicy,
    /// Act as the administrator of the lab that the shell is in.
    LabAdministrator,
    /// Keep refresh tokens in files, and sign in anew.
    KeepInFile,
    /// Keep everything in another directory.
    OtherDirectory,
    /// Trust the certificate authority of one's own network.
    TrustAuthority,
    /// Have tokens come from the source of this name.
    Source(&'static str),
}

/// What to do about an error: one way, or several to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    ways: Vec<(String, Option<Step>)>,
}

impl Hint {
    /// One way: do `text`, which is this step.
    pub fn to(text: impl Into<String>, step: Step) -> Self {
        Self { ways: vec![(text.into(), Some(step))] }
    }

    /// Sign in again.
    pub fn sign_in_again() -> Self {
        Self::to("sign in again", Step::SignIn)
    }

    /// Another way beside.
    #[must_use]
    pub fn or(mut self, text: impl Into<String>, step: Step) -> Self {
        self.ways.push((text.into(), Some(step)));
        self
    }

    /// The hint in one line, each step as `told` says it.
    pub fn with_steps(&self, told: impl Fn(&Step) -> String) -> String {
        let way = |(text, step): &(String, Option<Step>)| match step {
            Some(step) => format!("{text}: {}", told(step)),
            None => text.clone(),
        };
        self.ways.iter().map(way).collect::<Vec<_>>().join("; or ")
    }
}

impl<T: Into<String>> From<T> for Hint {
    /// A sentence that says it all.
    fn from(text: T) -> Self {
        Self { ways: vec![(text.into(), None)] }
    }
}

impl fmt::Display for Hint {
    /// The sentences alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.ways.iter().map(|(text, _)| text.as_str()).collect();
        f.write_str(&texts.join("; or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_ends_in_its_step() {
        let hint = Hint::to("choose `ada`", Step::ChooseAccount)
            .or("take the other", Step::SignInAs("eve".to_owned()));
        assert_eq!(hint.to_string(), "choose `ada`; or take the other");
        let told = hint.with_steps(|step| match step {
            Step::SignInAs(account) => format!("`login {account}`"),
            step => format!("{step:?}"),
        });
        assert_eq!(told, "choose `ada`: ChooseAccount; or take the other: `login eve`");
        let sentence = Hint::from("try again in a moment");
        assert_eq!(sentence.with_steps(|step| format!("{step:?}")), sentence.to_string());
    }
}
