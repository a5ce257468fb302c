//! What a write can have changed of an account.

/// One part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A user itself: id, ARN, tags, boundary.
    User,
    /// A user's policies and groups.
    UserPolicies,
    Group,
    GroupPolicies,
    /// A role itself: id, ARN, trust policy, tags, boundary, the length of its sessions.
    Role,
    RolePolicies,
    /// A managed policy's default version, under its ARN.
    ManagedPolicy,
    /// Which role an instance profile holds.
    InstanceProfile,
    /// All OIDC providers together.
    Providers,
    /// Which id is whose.
    UserNames,
}

impl Part {
    /// All that is kept of a user, group or role.
    pub(crate) const OF_HOLDERS: [Self; 6] = [
        Self::User,
        Self::UserPolicies,
        Self::Group,
        Self::GroupPolicies,
        Self::Role,
        Self::RolePolicies,
    ];
}

/// What a write can have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// Nobody can tell what: all of it.
    Whole,
    /// These parts, of whoever has this name, or of all where there is none. Upper and
    /// lower case are the same: they are in AWS.
    Parts(Vec<(Part, Option<String>)>),
}

impl Touched {
    /// Nothing that is kept of an account.
    pub(crate) fn nothing() -> Self {
        Self::Parts(Vec::new())
    }

    /// These parts of whoever has this name. Without one it cannot be told what is meant.
    pub(crate) fn of(parts: &[Part], name: Option<&str>) -> Self {
        match name {
            Some(name) => {
                Self::Parts(parts.iter().map(|part| (*part, Some(name.to_owned()))).collect())
            }
            None => Self::Whole,
        }
    }

    /// And these parts, of everybody.
    pub(crate) fn and_all(self, parts: &[Part]) -> Self {
        match self {
            Self::Whole => Self::Whole,
            Self::Parts(mut touched) => {
                touched.extend(parts.iter().map(|part| (*part, None)));
                Self::Parts(touched)
            }
        }
    }

    /// And this.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Parts(mut touched), Self::Parts(more)) => {
                touched.extend(more);
                Self::Parts(touched)
            }
            _ => Self::Whole,
        }
    }

    /// Whether it is of this part at all.
    pub(super) fn is_about(&self, part: Part) -> bool {
        match self {
            Self::Whole => true,
            Self::Parts(touched) => touched.iter().any(|(touched, _)| *touched == part),
        }
    }

    /// Whether a part of this name is among it.
    pub(super) fn includes(&self, part: Part, name: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Parts(touched) => touched.iter().any(|(touched, of)| {
                *touched == part && of.as_deref().is_none_or(|of| of.eq_ignore_ascii_case(name))
            }),
        }
    }
}
