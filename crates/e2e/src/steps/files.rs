//! Files in the scenario's folder.

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
