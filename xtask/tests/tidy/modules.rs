//! Within a crate or a Python package, use goes one way: no file uses one that uses it, by whatever way round.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{File, Tree};

/// Who uses whom in one crate, by the modules' paths (`a::b`); the root is empty.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Complains of modules that use each other.
pub(crate) fn circles(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (folder, graph) in graphs(tree).into_iter().chain(python_graphs(tree)) {
        complaints.extend(strongly_connected(&graph).into_iter().map(|circle| {
            let uses = circle.iter().map(|module| {
                let used = graph[module].iter().filter(|used| circle.contains(used));
                format!("{module} -> {}", used.cloned().collect::<Vec<_>>().join(", "))
            });
            format!("{folder}: a circle: {}", uses.collect::<Vec<_>>().join("; "))
        }));
    }
    complaints
}

/// The graph of each crate, by its folder.
fn graphs(tree: &Tree) -> BTreeMap<String, Graph> {
    let mut crates: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let Some((folder, inside)) = file.path.split_once("/src/") else { continue };
        let stem = inside.trim_end_matches(".rs");
        let is_root = matches!(stem, "lib" | "main");
        // A package's program and its library are one tree here: no name is in both.
        let module = if is_root { String::new() } else { stem.replace('/', "::") };
        let modules = crates.entry(folder.to_owned()).or_default();
        modules.entry(module).or_default().push_str(&code(file));
    }
    let graph = |(folder, modules)| (folder, Modules::of(modules).graph());
    crates.into_iter().map(graph).collect()
}

/// The graph of each Python package, by its folder; an import within a function counts.
fn python_graphs(tree: &Tree) -> BTreeMap<String, Graph> {
    let mut packages: BTreeMap<String, Graph> = BTreeMap::new();
    for file in tree.files.iter().filter(|file| file.path.contains("/src/")) {
        let Some((folder, name)) = file.path.rsplit_once('/') else { continue };
        let Some(module) = name.strip_suffix(".py") else { continue };
        let used = file.lines().filter_map(|(_, line)| {
            let (used, _) = line.trim().strip_prefix("from .")?.split_once(" import ")?;
            Some(used.to_owned())
        });
        packages.entry(folder.to_owned()).or_default().insert(module.to_owned(), used.collect());
    }
    packages
}

/// The modules of a crate, their text, and what each gives out under its own name though it
/// is another's.
struct Modules {
    text: BTreeMap<String, String>,
    reexports: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Modules {
    fn of(text: BTreeMap<String, String>) -> Self {
        let mut modules = Self { text, reexports: BTreeMap::new() };
        for (module, text) in &modules.text {
            let mut given = BTreeMap::new();
            for line in text.split_inclusive(';').filter_map(reexport) {
                for path in modules.absolute(module, line) {
                    given.extend(path.last().cloned().map(|name| (name, path)));
                }
            }
            modules.reexports.insert(module.clone(), given);
        }
        modules
    }

    fn graph(&self) -> Graph {
        self.text.keys().map(|module| (module.clone(), self.uses(module))).collect()
    }

    /// What the module uses: those it names, and those below it. A file below another is a
    /// part of it: what it takes of those above it counts for nothing.
    fn uses(&self, module: &str) -> BTreeSet<String> {
        let text = self.text[module].as_str();
        let mut found = BTreeSet::new();
        let starts = ["crate::", "super::"].map(|from| text.match_indices(from)).into_iter();
        for (at, _) in starts.flatten() {
            let before = text[..at].chars().next_back();
            // The middle of a path.
            if before.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '_' | ':' | '$'))
            {
                continue;
            }
            let paths = self.absolute(module, &text[at..]);
            found.extend(paths.iter().filter_map(|path| self.owner(path)));
        }
        found.retain(|used| !is_in(module, used));
        let below = self.text.keys().filter(|other| is_in(other, module) && *other != module);
        found.extend(below.cloned());
        found
    }

    /// The paths that the text begins with, from the crate's root.
    fn absolute(&self, module: &str, mut text: &str) -> Vec<Vec<String>> {
        let own = || module.split("::").filter(|part| !part.is_empty()).map(str::to_owned);
        let mut base: Vec<String> = Vec::new();
        if let Some(after) = text.strip_prefix("crate::") {
            text = after;
        } else {
            base.extend(own());
            text = text.strip_prefix("self::").unwrap_or(text);
            while let Some(after) = text.strip_prefix("super::") {
                base.pop();
                text = after;
            }
        }
        paths(text).into_iter().map(|path| [base.clone(), path].concat()).collect()
    }

    /// Where the thing of that path is: in the module that its longest beginning names, or in
    /// the one that this has it from. None for what is of another crate.
    fn owner(&self, path: &[String]) -> Option<String> {
        let mut path = path.to_vec();
        // Names are passed on a few times at most.
        for _ in 0..8 {
            let lengths = (0..=path.len()).rev();
            let names = lengths.map(|length| (length, path[..length].join("::")));
            let (length, module) =
                names.into_iter().find(|(_, name)| self.text.contains_key(name))?;
            let given = path.get(length).and_then(|name| self.reexports[&module].get(name));
            match given {
                Some(further) if *further != path => {
                    path = [&further[..], &path[length + 1..]].concat();
                }
                _ => return Some(module).filter(|module| !module.is_empty()),
            }
        }
        None
    }
}

/// Whether the module is that other, or below it.
fn is_in(module: &str, other: &str) -> bool {
    let rest = module.strip_prefix(other);
    other.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What stands behind `pub use` or `pub(crate) use`, at the end of the text.
fn reexport(statement: &str) -> Option<&str> {
    let starts = ["pub use ", "pub(crate) use ", "pub(super) use "].into_iter();
    let found = starts.filter_map(|start| statement.rsplit_once(start));
    found.map(|(_, path)| path).next()
}

/// The paths that begin here: one, or those of the braces at its end, nested as they are.
fn paths(text: &str) -> Vec<Vec<String>> {
    let name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let text = text.trim_start();
    if let Some(inside) = text.strip_prefix('{') {
        return split_braces(inside).iter().flat_map(|part| paths(part)).collect();
    }
    let end = text.find(|letter| !name(letter)).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    if first.is_empty() {
        return Vec::new();
    }
    match rest.strip_prefix("::") {
        None => vec![vec![first.to_owned()]],
        Some(rest) => {
            let mut tails = paths(rest);
            if tails.is_empty() {
                tails.push(Vec::new());
            }
            tails.into_iter().map(|tail| [vec![first.to_owned()], tail].concat()).collect()
        }
    }
}

/// What stands between the commas up to the brace that closes.
fn split_braces(inside: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, sign) in inside.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&inside[from..at]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts
}

/// The file without comments, and without what `#[cfg(test)]` stands before: the tests at
/// its end, or one item.
fn code(file: &File) -> String {
    let tests = file.unit_tests_from().unwrap_or(usize::MAX);
    let lines = file.lines().take_while(|(number, _)| *number < tests);
    let told = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    told.map(|(_, line)| format!("{line}\n")).collect()
}

/// The sets of modules that reach each other, each sorted.
fn strongly_connected(graph: &Graph) -> Vec<Vec<String>> {
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        graph.keys().map(|module| (module, reachable(graph, module))).collect();
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for module in graph.keys() {
        if told.contains(module) || !reach[module].contains(module) {
            continue;
        }
        let circle: Vec<String> = reach[module]
            .iter()
            .filter(|other| reach[*other].contains(module))
            .map(|name| (*name).clone())
            .collect();
        told.extend(circle.iter().cloned());
        circles.push(circle);
    }
    circles
}

fn reachable<'a>(graph: &'a Graph, from: &'a String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = graph[from].iter().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(graph.get(next).into_iter().flatten());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        circles(&Tree::of(files))
    }

    #[test]
    fn one_way_is_fine_and_round_is_not() {
        let (a, b, c) = ("crates/x/src/a.rs", "crates/x/src/b.rs", "crates/x/src/c.rs");
        let one_way = [(a, "use crate::b::B;"), (b, "use crate::c::{self, C};"), (c, "")];
        assert_eq!(told(&one_way), Vec::<String>::new());
        let round =
            [(a, "use crate::b::B;"), (b, "use crate::c::{self, C};"), (c, "super::a::f()")];
        assert_eq!(told(&round), ["crates/x: a circle: a -> b; b -> c; c -> a"]);
    }

    #[test]
    fn what_is_given_out_by_others_is_followed() {
        let files = [
            ("crates/x/src/lib.rs", "//! X.\npub use b::{B, Other};\n"),
            ("crates/x/src/a.rs", "//! A.\nuse crate::{B as Bee, std_name};\n"),
            ("crates/x/src/b.rs", "//! B.\nuse std::{x, y};\nuse crate::p::Thing;\n"),
            ("crates/x/src/p.rs", "//! P.\nmod child;\npub(crate) use child::Thing;\n"),
            ("crates/x/src/p/child.rs", "//! C.\nuse crate::a;\n"),
        ];
        assert_eq!(told(&files), ["crates/x: a circle: a -> b; b -> p::child; p::child -> a"]);
    }

    #[test]
    fn a_file_is_part_of_the_one_above_it() {
        let (a, below) = ("crates/x/src/a.rs", "crates/x/src/a/below.rs");
        assert_eq!(told(&[(a, "mod below;"), (below, "use super::A;")]), Vec::<String>::new());
        let b = ("crates/x/src/b.rs", "use crate::a::A;");
        let round = [(a, "mod below;"), (below, "use crate::b;"), b];
        assert_eq!(
            told(&round),
            ["crates/x: a circle: a -> a::below; a::below -> b; b -> a"],
            "by the file below"
        );
    }

    #[test]
    fn tests_and_comments_close_no_circle() {
        let b = ("crates/x/src/b.rs", "use crate::a;");
        let a = "// crate::b\n#[cfg(test)]\nmod tests {\n    use crate::b;\n}\n";
        assert_eq!(told(&[("crates/x/src/a.rs", a), b]), Vec::<String>::new());
        assert_eq!(told(&[("crates/x/src/a/tests.rs", "use crate::b;"), b]), Vec::<String>::new());
    }

    #[test]
    fn a_circle_of_python_is_found_though_an_import_is_deferred() {
        let (a, b) = ("python/x/src/x/a.py", "python/x/src/x/b.py");
        let deferred = "def f():\n    from .a import A\n";
        let round = [(a, "from .b import B\n"), (b, deferred)];
        assert_eq!(told(&round), ["python/x/src/x: a circle: a -> b; b -> a"]);
        assert_eq!(told(&[(a, "from .b import B\n"), (b, "import a\n")]), Vec::<String>::new());
    }
}
