//! Documents point at what is there.

use crate::tree::Tree;

/// Complains of a relative link in a Markdown file that leads nowhere.
pub(crate) fn lead_somewhere(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = file.path.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
        for (number, line) in file.lines() {
            for target in targets(line) {
                let path = resolve(folder, target);
                let inside = format!("{path}/");
                let leads = |known: &str| known == path || known.starts_with(&inside);
                if !tree.files.iter().any(|known| leads(&known.path)) {
                    complaints.push(format!("{}:{number}: `{target}` is not there", file.path));
                }
            }
        }
    }
    complaints
}

/// The relative link targets of a line, without their fragments.
fn targets(line: &str) -> Vec<&str> {
    let after = line.split("](").skip(1);
    let targets = after.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let paths = targets.map(|target| target.split('#').next().unwrap_or_default());
    paths.filter(|path| !path.is_empty() && !path.contains(':')).collect()
}

fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let tree = |link: &'static str| [("docs/a.md", link), ("docs/b.md", ""), ("c/d.rs", "")];
        for link in ["[b](b.md)", "[b](./b.md#part)", "[d](../c/d.rs)", "[c](../c/)", "[x](#here)"]
        {
            complains(lead_somewhere, &tree(link), &[]);
        }
        complains(lead_somewhere, &tree("<https://x.example> [x](https://x.example/y)"), &[]);
        for (link, target) in
            [("[b](c.md)", "c.md"), ("see [d](c/d.rs)", "c/d.rs"), ("[c](../d)", "../d")]
        {
            let expected = format!("docs/a.md:1: `{target}` is not there");
            complains(lead_somewhere, &tree(link), &[&expected]);
        }
    }
}
