//! A table of a world file, read key by key; what is no key of it, and what is of another kind
//! than its key holds, is told before anything is read.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Key, Kind, Same, Section};
use super::source::{Place, Source, WorldError};
use fed_types::did_you_mean;

/// A text and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) place: Place,
}

/// One table of the file.
pub(super) struct Table<'t> {
    section: &'static Section,
    table: &'t DeTable<'t>,
    source: &'t Arc<Source>,
    /// Where it is headed.
    pub(super) place: Place,
}

impl<'t> Table<'t> {
    /// Takes a table for one of that section.
    pub(super) fn new(
        section: &'static Section,
        table: &'t DeTable<'t>,
        source: &'t Arc<Source>,
        at: Range<usize>,
    ) -> Result<Self, WorldError> {
        let this = Self { section, table, source, place: Place::new(source, at) };
        let mut faults = Vec::new();
        for (name, value) in table {
            if let Err(error) = this.check(name, value) {
                faults.push((name.span().start, error));
            }
        }
        // The first in the file, not by name.
        if let Some((_, first)) = faults.into_iter().min_by_key(|(at, _)| *at) {
            return Err(first);
        }
        for key in section.keys.iter().filter(|key| key.required) {
            if this.value(key.name).is_none() {
                return Err(this.missing(key));
            }
        }
        Ok(this)
    }

    fn missing(&self, key: &Key) -> WorldError {
        match (self.section.name, key.kind) {
            ("", _) => self.place.error_with(
                format!("expected at least one `[[{}]]`, found none", key.name),
                Some("add [[account]], and below it id = \"111122223333\"".to_owned()),
            ),
            (section, _) => {
                self.place.error(format!("expected `{}` in `{section}`, found none", key.name))
            }
        }
    }

    fn check(
        &self,
        name: &Spanned<std::borrow::Cow<'t, str>>,
        value: &Spanned<DeValue<'t>>,
    ) -> Result<(), WorldError> {
        let place = Place::new(self.source, name.span());
        let Some(key) = self.section.key(name.get_ref()) else {
            let known = self.section.keys.iter().map(|key| key.name);
            let of = match self.section.name {
                "" => String::new(),
                section => format!(" of `{section}`"),
            };
            let message = format!("unknown key `{}`{of}", name.get_ref());
            return Err(place.error_with(message, did_you_mean(name.get_ref(), known)));
        };
        let wrong = |value: &Spanned<DeValue<'_>>, expected: &str| {
            let found = value.get_ref().type_str();
            let message = format!("expected {expected} for `{}`, found {found}", key.name);
            Place::new(self.source, value.span()).error(message)
        };
        let inner = value.get_ref();
        let all = |is: fn(&DeValue<'_>) -> bool, expected: &str| match inner.as_array() {
            None => Err(wrong(value, expected)),
            Some(items) => match items.iter().find(|item| !is(item.get_ref())) {
                Some(item) => Err(wrong(item, expected)),
                None => Ok(()),
            },
        };
        match key.kind {
            Kind::Text | Kind::Document if !inner.is_str() => Err(wrong(value, "text")),
            Kind::Choice(words) => match inner.as_str() {
                Some(word) if words.contains(&word) => Ok(()),
                Some(word) => {
                    let place = Place::new(self.source, value.span());
                    let expected = words.join("`, `");
                    let message =
                        format!("expected one of `{expected}` for `{}`, found `{word}`", key.name);
                    Err(place.error_with(message, did_you_mean(word, words.iter().copied())))
                }
                None => Err(wrong(value, "text")),
            },
            Kind::Texts => all(|item| item.is_str(), "a list of texts"),
            Kind::Number if !inner.is_integer() => Err(wrong(value, "a number")),
            Kind::Flag if !inner.is_bool() => Err(wrong(value, "true or false")),
            Kind::Table | Kind::Documents => match inner.as_table() {
                None => Err(wrong(value, "a table of texts")),
                Some(table) => match table.values().find(|item| !item.get_ref().is_str()) {
                    Some(item) => Err(wrong(item, "a table of texts")),
                    None => Ok(()),
                },
            },
            Kind::Section(section) if !inner.is_table() => {
                Err(wrong(value, &format!("a section `[{}]`", section.name)))
            }
            Kind::Sections(section) => {
                all(|item| item.is_table(), &format!("sections `[[{}]]`", section.name))
            }
            _ => Ok(()),
        }
    }

    fn value(&self, name: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        debug_assert!(self.section.key(name).is_some(), "`{name}` is not documented");
        self.table.get(name)
    }

    fn place_of(&self, value: &Spanned<DeValue<'_>>) -> Place {
        Place::new(self.source, value.span())
    }

    fn as_text(&self, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        let text = value.get_ref().as_str()?.to_owned();
        Some(Text { text, place: self.place_of(value) })
    }

    pub(super) fn text(&self, name: &str) -> Option<Text> {
        self.as_text(self.value(name)?)
    }

    /// A text that the section cannot be without; `new` has seen that it is there.
    pub(super) fn needed(&self, name: &str) -> Result<Text, WorldError> {
        self.text(name).ok_or_else(|| self.place.error(format!("expected `{name}`, found none")))
    }

    pub(super) fn texts(&self, name: &str) -> Vec<Text> {
        let items = self.value(name).and_then(|value| value.get_ref().as_array());
        items.into_iter().flatten().filter_map(|item| self.as_text(item)).collect()
    }

    /// Whether the key is there at all.
    pub(super) fn says(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)?.get_ref().as_bool()
    }

    /// A whole number from 1 to `most`.
    pub(super) fn number(&self, name: &str, most: u32) -> Result<Option<u32>, WorldError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let written = value.get_ref().as_integer();
        let number = written
            .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
            .and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| (1..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                let message = format!("expected a number from 1 to {most} for `{name}`");
                Err(self.place_of(value).error(message))
            }
        }
    }

    /// Names and texts, in the order of the file.
    pub(super) fn table(&self, name: &str) -> Vec<(String, Text)> {
        let table = self.value(name).and_then(|value| value.get_ref().as_table());
        let mut entries: Vec<_> = table.into_iter().flatten().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let read = entries.into_iter();
        read.filter_map(|(name, value)| Some((name.get_ref().to_string(), self.as_text(value)?)))
            .collect()
    }

    pub(super) fn section(&self, name: &str) -> Result<Option<Table<'t>>, WorldError> {
        let Some(Kind::Section(section)) = self.section.key(name).map(|key| key.kind) else {
            return Ok(None);
        };
        let Some(value) = self.value(name) else { return Ok(None) };
        let Some(table) = value.get_ref().as_table() else { return Ok(None) };
        Table::new(section, table, self.source, value.span()).map(Some)
    }

    pub(super) fn sections(&self, name: &str) -> Result<Vec<Table<'t>>, WorldError> {
        let Some(Kind::Sections(section)) = self.section.key(name).map(|key| key.kind) else {
            return Ok(Vec::new());
        };
        let items = self.value(name).and_then(|value| value.get_ref().as_array());
        let tables = items.into_iter().flatten();
        let tables: Vec<Table<'t>> = tables
            .filter_map(|item| Some((item.get_ref().as_table()?, item.span())))
            .map(|(table, at)| Table::new(section, table, self.source, at))
            .collect::<Result<_, _>>()?;
        for key in section.keys.iter().filter(|key| key.once.is_some()) {
            once(section, key.name, tables.iter().filter_map(|table| table.text(key.name)))?;
        }
        Ok(tables)
    }
}

/// Refuses the first that is the same as one before it.
pub(super) fn once(
    section: &Section,
    key: &str,
    texts: impl Iterator<Item = Text>,
) -> Result<(), WorldError> {
    let same = section.key(key).and_then(|key| key.once).unwrap_or(Same::Exactly);
    let mut known: Vec<Text> = Vec::new();
    for text in texts {
        if let Some(first) = known.iter().find(|first| same.is(&first.text, &text.text)) {
            let case = match first.text == text.text {
                true => String::new(),
                false => format!(" as `{}`: the case does not count", first.text),
            };
            return Err(text.place.error(format!(
                "`{}` with the `{key}` `{}` is there already, in line {}{case}",
                section.name,
                text.text,
                first.place.line()
            )));
        }
        known.push(text);
    }
    Ok(())
}
