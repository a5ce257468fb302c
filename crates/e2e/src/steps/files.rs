//! Files in the scenario's folder.

use std::path::Path;

use anyhow::Context as _;
use cucumber::gherkin::Step;
use cucumber::{given, then};

use super::{Outcome, doc_string};
use crate::world::World;

#[given(regex = r#"^the file "([^"]+)":$"#)]
async fn write_file(world: &mut World, name: String, step: &Step) -> Outcome {
    let text = world.bindings.fill(&world.localized(&doc_string(step)?));
    world.write(&name, &format!("{text}\n"))?;
    Ok(())
}

/// A folder of `examples/`, its accounts and buckets called otherwise: other scenarios have it
/// before the same emulator.
#[given(regex = r#"^the example "([^"]+)"$"#)]
async fn copy_example(world: &mut World, name: String) -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(&name);
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path);
        text.with_context(|| format!("reading `{}`", path.display()))
    };
    let own = world.stage.clone();
    let text = read(&folder.join("world.toml"))?;
    for (before, line) in text.lines().zip(text.lines().skip(1)) {
        let value = |key: &str| line.strip_prefix(key)?.strip_suffix('"').map(str::to_owned);
        match (before, value("id = \""), value("name = \"")) {
            ("[[account]]", Some(id), _) => world.replaced.push((id, own.next_account())),
            ("[[account.bucket]]", _, Some(name)) => {
                let other = format!("{name}-{}", own.next_account());
                world.replaced.push((name, other));
            }
            _ => {}
        }
    }
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = world.localized(&read(&path)?);
        world.write(&format!("{name}/{file}"), &text)?;
    }
    Ok(())
}

#[then(regex = r#"^the file "([^"]+)" holds:$"#)]
async fn file_holds(world: &mut World, name: String, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let path = world.file(&name);
    let found = std::fs::read_to_string(&path).with_context(|| format!("reading `{name}`"))?;
    world.bindings.text(&expected, found.trim_end_matches('\n'), (0, 0))?;
    Ok(())
}

#[then(regex = r#"^the file "([^"]+)" is readable by nobody else$"#)]
async fn is_private(world: &mut World, name: String) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(world.file(&name));
    let mode = metadata.with_context(|| format!("reading `{name}`"))?.permissions().mode();
    ensure!(mode & 0o777 == 0o600, "expected mode 600 of `{name}`, found {:o}", mode & 0o777);
    Ok(())
}
