//! Templates of path and query (`/{Bucket}/{Key+}?acl`), and what a path fills in.

/// A template, compiled.
#[derive(Debug, Clone, Default)]
pub(crate) struct UriTemplate {
    pub(crate) segments: Vec<Segment>,
    /// Query parameters that must be there, with their value where the template has one.
    pub(crate) query: Vec<(&'static str, Option<&'static str>)>,
}

/// A segment between slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    Literal(&'static str),
    /// Exactly one segment that is not empty.
    Label(&'static str),
    /// All that is left, slashes and all, but not nothing.
    Greedy(&'static str),
}

impl UriTemplate {
    pub(crate) fn new(uri: &'static str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
        Self {
            segments: path.split('/').filter(|part| !part.is_empty()).map(segment).collect(),
            query: parameters
                .map(|parameter| match parameter.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (parameter, None),
                })
                .collect(),
        }
    }

    /// What the labels stand for, as the path writes it. One slash more at the end is no
    /// other path, except for a greedy label.
    pub(crate) fn labels<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
        let mut rest = path.strip_prefix('/')?;
        let mut labels = Vec::new();
        for (index, segment) in self.segments.iter().enumerate() {
            if let Segment::Greedy(name) = segment {
                let behind: usize =
                    self.segments[index + 1..].iter().map(|s| s.literal().len() + 1).sum();
                let (value, end) = rest.split_at_checked(rest.len().checked_sub(behind)?)?;
                labels.push((*name, Some(value).filter(|value| !value.is_empty())?));
                let literals = self.segments[index + 1..].iter();
                return end.split('/').skip(1).eq(literals.map(|s| s.literal())).then_some(labels);
            }
            let (part, behind) = rest.split_once('/').unwrap_or((rest, ""));
            match segment {
                Segment::Literal(literal) if part != *literal => return None,
                Segment::Label(_) if part.is_empty() => return None,
                Segment::Label(name) => labels.push((*name, part)),
                _ => {}
            }
            rest = behind;
        }
        rest.is_empty().then_some(labels)
    }
}

impl Segment {
    fn literal(self) -> &'static str {
        match self {
            Self::Literal(text) => text,
            Self::Label(_) | Self::Greedy(_) => "",
        }
    }

    /// How much it says: a literal more than a label, that more than a greedy one.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Literal(_) => 2,
            Self::Label(_) => 1,
            Self::Greedy(_) => 0,
        }
    }
}

fn segment(part: &'static str) -> Segment {
    let Some(name) = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return Segment::Literal(part);
    };
    match name.strip_suffix('+') {
        Some(name) => Segment::Greedy(name),
        None => Segment::Label(name),
    }
}
