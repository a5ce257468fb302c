//! Links of the site that lead nowhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::pages::resolved;
use crate::failure::Failure;

/// Every link to a page or a part of a page that is not there, as `PAGE: LINK`.
pub(super) fn broken(site: &Path) -> Result<Vec<String>, Failure> {
    let mut files = BTreeMap::new();
    collect(site, site, &mut files)
        .map_err(|error| Failure::new(format!("could not read `{}`: {error}", site.display())))?;
    Ok(in_files(&files))
}

/// The files by their paths; the text of those that are pages.
fn collect(
    site: &Path,
    folder: &Path,
    files: &mut BTreeMap<String, String>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(site, &path, files)?;
        } else {
            let name = path.strip_prefix(site).unwrap_or(&path).display().to_string();
            let page = path.extension().is_some_and(|extension| extension == "html");
            let text = if page { fs::read_to_string(&path)? } else { String::new() };
            files.insert(name.replace('\\', "/"), text);
        }
    }
    Ok(())
}

fn in_files(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, text) in files {
        let folder = name.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
        let all = values(text, "href").chain(values(text, "src"));
        for link in all.filter(|link| !is_elsewhere(link)) {
            let (target, part) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { name.clone() } else { resolved(folder, target) };
            let leads = files
                .get(&target)
                .is_some_and(|text| part.is_empty() || values(text, "id").any(|id| id == part));
            // The page for what is not found and the one that is printed stand for others.
            if !leads && !matches!(name.as_str(), "404.html" | "print.html" | "toc.html") {
                broken.push(format!("{name}: `{link}` leads nowhere"));
            }
        }
    }
    broken
}

/// Whether the link begins with a scheme, or names another host (RFC 3986 §3.1, §4.2).
fn is_elsewhere(link: &str) -> bool {
    let scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    link.starts_with("//") || link.split_once(':').is_some_and(|(before, _)| scheme(before))
}

/// The values of an attribute, in their order.
fn values<'a>(text: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let opening = format!(" {attribute}=\"");
    let parts: Vec<&str> = text.split(opening.as_str()).skip(1).collect();
    parts.into_iter().filter_map(|rest| rest.split_once('"')).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let page = |text: &str| text.to_owned();
        let files = BTreeMap::from([
            (
                "a.html".to_owned(),
                page(r##"<h1 id="x"></h1><a href="b/c.html#y"></a><a href="#x">"##),
            ),
            (
                "b/c.html".to_owned(),
                page(r##"<h2 id="y"><a href="../a.html#z"><a href="d.html"><img src="f.webp">"##),
            ),
            (
                "e.html".to_owned(),
                page(
                    r##"<a href="https://example.com/"><a href="mailto:a@b"><a href="#w"><a
                    href="#a:b"><a href="./x:y.html"><a href="//cdn/a.js"><h3 id="c:d"><a href="#c:d">"##,
                ),
            ),
        ]);
        let expected = [
            "b/c.html: `../a.html#z` leads nowhere",
            "b/c.html: `d.html` leads nowhere",
            "b/c.html: `f.webp` leads nowhere",
            "e.html: `#w` leads nowhere",
            "e.html: `#a:b` leads nowhere",
            "e.html: `./x:y.html` leads nowhere",
        ];
        assert_eq!(in_files(&files), expected);
    }
}
