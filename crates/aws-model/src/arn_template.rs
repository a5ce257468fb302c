//! Templates of ARNs: what of an ARN stands for which variable, and whether a policy's
//! pattern can name such an ARN at all.

mod overlap;

use std::slice::Iter;

/// A template, or several for one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArnTemplate {
    alternatives: Vec<Vec<Piece>>,
}

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Literal(&'static str),
    /// One character or more; of `/` and `:` only those that are listed.
    Variable {
        name: &'static str,
        separators: &'static str,
    },
    /// Anything, also nothing: `*`.
    Run,
}

/// What stands for a template's variables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArnParts<'a> {
    parts: Vec<(&'static str, &'a str)>,
}

impl<'a> ArnParts<'a> {
    /// What stands for the variable of this name (`BucketName`).
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Variables and what stands for them, in the template's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.parts.iter().copied()
    }
}

impl ArnTemplate {
    /// Compiles templates between `, `, with the separators (`Name=/:,Other=none`) that some
    /// variables are known to hold.
    pub(crate) fn new(templates: &'static str, separators: &'static str) -> Self {
        let one = |template| pieces(template, separators);
        Self { alternatives: templates.split(", ").map(one).collect() }
    }

    pub(crate) fn matches<'a>(&self, arn: &'a str) -> Option<ArnParts<'a>> {
        self.alternatives.iter().find_map(|pieces| fill(pieces.iter(), arn))
    }

    pub(crate) fn may_match(&self, pattern: &str) -> bool {
        self.alternatives.iter().any(|pieces| overlap::overlap(pieces, pattern))
    }
}

impl Piece {
    fn takes(self, letter: char) -> bool {
        match self {
            Self::Literal(text) => text.starts_with(letter),
            Self::Variable { separators, .. } => {
                !matches!(letter, '/' | ':') || separators.contains(letter)
            }
            Self::Run => true,
        }
    }
}

fn pieces(mut template: &'static str, separators: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    while !template.is_empty() {
        let variable = template.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        if let Some((name, rest)) = variable {
            pieces.push(if name == "*" {
                Piece::Literal("*")
            } else {
                Piece::Variable { name, separators: separators_of(name, separators) }
            });
            template = rest;
        } else if let Some(rest) = template.strip_prefix('*') {
            pieces.push(Piece::Run);
            template = rest;
        } else {
            let end = template.find(['$', '*']).unwrap_or(template.len()).max(1);
            let (literal, rest) = template.split_at(end);
            pieces.push(Piece::Literal(literal));
            template = rest;
        }
    }
    pieces
}

fn separators_of(name: &str, separators: &'static str) -> &'static str {
    let mut listed = separators.split(',').filter_map(|one| one.split_once('='));
    listed.find(|(known, _)| *known == name).map_or("", |(_, characters)| characters)
}

/// Each variable takes the shortest text behind which the next literal stands, and the last
/// one all that is left: separators are literals and mostly not in names, so there is no
/// other way to fill a template.
fn fill<'a>(mut pieces: Iter<'_, Piece>, arn: &'a str) -> Option<ArnParts<'a>> {
    let mut parts = Vec::new();
    let mut rest = arn;
    while let Some(piece) = pieces.next() {
        if let Piece::Literal(text) = piece {
            rest = rest.strip_prefix(text)?;
            continue;
        }
        let least = usize::from(*piece != Piece::Run);
        let end = match pieces.clone().next() {
            Some(Piece::Literal(next)) => {
                let from = rest.char_indices().nth(least).map_or(rest.len(), |(at, _)| at);
                from + rest.get(from..)?.find(next)?
            }
            // Two variables side by side: the first has one character.
            Some(_) => rest.chars().next()?.len_utf8(),
            None => rest.len(),
        };
        let (value, behind) = rest.split_at(end);
        if value.chars().count() < least || !value.chars().all(|letter| piece.takes(letter)) {
            return None;
        }
        if let Piece::Variable { name, .. } = piece {
            parts.push((*name, value));
        }
        rest = behind;
    }
    rest.is_empty().then_some(ArnParts { parts })
}
