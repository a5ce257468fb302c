//! In which order features begin: first those with the longest scenarios, so that a run does not
//! end in waiting for one of them, and those whose pages tell more the later they are looked at.

use std::path::Path;

use cucumber::gherkin::Feature;
use cucumber::parser::{self, Parser};
use futures::stream::{self, LocalBoxStream, StreamExt as _};

/// Their files, the longest first. All others follow in the order of their names.
const FIRST: [&str; 9] =
    ["names", "pages", "tutorial", "bootstrap", "objects", "sealed", "explain", "worlds", "learn"];

/// Reads the features of a folder, and puts the longest first.
pub(super) struct LongestFirst;

impl<I: AsRef<Path>> Parser<I> for LongestFirst {
    type Cli = <parser::Basic as Parser<I>>::Cli;
    type Output = LocalBoxStream<'static, parser::Result<Feature>>;

    fn parse(self, folder: I, options: Self::Cli) -> Self::Output {
        let read = parser::Basic::new().parse(folder, options);
        let sorted = async {
            let mut all: Vec<_> = read.collect().await;
            all.sort_by_key(|feature| feature.as_ref().map_or(FIRST.len(), place));
            stream::iter(all)
        };
        stream::once(sorted).flatten().boxed_local()
    }
}

fn place(feature: &Feature) -> usize {
    let file = feature.path.as_deref().and_then(Path::file_stem);
    let found = FIRST.iter().position(|name| file.is_some_and(|file| file == *name));
    found.unwrap_or(FIRST.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_begin_and_the_others_stay_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../features");
        let read: Vec<_> = LongestFirst.parse(folder, Default::default()).collect().await;
        let files: Vec<_> = read
            .into_iter()
            .map(|feature| feature.unwrap().path.unwrap())
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        let (first, others) = files.split_at(FIRST.len());
        assert_eq!(first, FIRST);
        assert_eq!(others[..2], ["1_environment", "2_google_client"]);
        let of_basic = parser::Basic::new().parse(folder, Default::default());
        assert_eq!(files.len(), of_basic.count().await);
    }
}
