//! What is next to a permission: nothing of it may be allowed unless it was used, too.

use learned_policy::Permission;

/// Changed action, account, region, partition or name, one at a time.
pub(crate) fn neighbours(permission: &Permission, other_actions: &[String]) -> Vec<Permission> {
    let Permission { action, resource, keys } = permission;
    let with = |action: &str, resource: String| Permission {
        action: action.to_owned(),
        resource,
        keys: keys.clone(),
    };
    let mut found: Vec<Permission> =
        other_actions.iter().map(|other| with(other, resource.clone())).collect();
    let segments: Vec<&str> = resource.splitn(6, ':').collect();
    let [arn, partition, service, region, account, name] = segments.as_slice() else {
        // Whoever may do it on everything may do it on anything.
        return found;
    };
    // `instance/*` means any instance.
    if *service != "s3" && name.split(['/', ':']).any(|part| part == "*") {
        return found;
    }
    let mut names = vec![format!("{name}x"), format!("x{name}"), format!("{name}/x")];
    names.extend([name.replace('*', "any"), name.replace('*', ""), name.replace('?', "z")]);
    names.push(name.replace("${", "$"));
    names.push(swapped(name));
    let mut shorter = (*name).to_owned();
    shorter.pop();
    names.push(shorter);
    let renamed = names.into_iter().filter(|other| other != name);
    found.extend(renamed.map(|name| {
        with(action, format!("{arn}:{partition}:{service}:{region}:{account}:{name}"))
    }));
    for (place, value) in [(1, "aws-cn"), (3, "xx-other-9"), (4, "999999999999")] {
        let mut changed = segments.clone();
        if changed[place].is_empty() {
            continue;
        }
        changed[place] = value;
        found.push(with(action, changed.join(":")));
    }
    found
}

/// The first letter in the other case.
fn swapped(name: &str) -> String {
    let at = name.find(|letter: char| letter.is_ascii_alphabetic());
    let mut bytes: Vec<char> = name.chars().collect();
    if let Some(letter) = at.and_then(|at| bytes.get_mut(name[..at].chars().count())) {
        *letter = match letter.is_ascii_uppercase() {
            true => letter.to_ascii_lowercase(),
            false => letter.to_ascii_uppercase(),
        };
    }
    bytes.into_iter().collect()
}
