//! Yes, no, and cannot tell: the logic of conditions whose context is partly unknown.

/// A three-valued truth (Kleene's logic).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Hangs on a condition key whose value is not known.
    Unknown,
}

impl Truth {
    /// Both hold.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// At least one holds.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }

    /// The opposite.
    pub(crate) fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// True when `items` has one for which `test` is.
    pub(crate) fn any<T>(
        items: impl IntoIterator<Item = T>,
        mut test: impl FnMut(T) -> Self,
    ) -> Self {
        let mut truth = Self::False;
        for item in items {
            truth = truth.or(test(item));
            if truth == Self::True {
                break;
            }
        }
        truth
    }

    /// True when `test` is for all of `items`.
    pub(crate) fn all<T>(
        items: impl IntoIterator<Item = T>,
        mut test: impl FnMut(T) -> Self,
    ) -> Self {
        let mut truth = Self::True;
        for item in items {
            truth = truth.and(test(item));
            if truth == Self::False {
                break;
            }
        }
        truth
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}
