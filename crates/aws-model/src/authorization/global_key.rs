//! The condition keys that are no service's own.

use std::sync::OnceLock;

use super::{ConditionKey, KeyType};

const KEYS: &str = include_str!("../../data/global-condition-keys.txt");

/// The global condition keys (`aws:…`), in the order of their names.
pub fn global_condition_keys() -> &'static [ConditionKey] {
    static KEYS_READ: OnceLock<Vec<ConditionKey>> = OnceLock::new();
    KEYS_READ.get_or_init(|| {
        let lines = KEYS.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once(' '));
        pairs.map(|(name, kind)| ConditionKey { name, key_type: KeyType::of_name(kind) }).collect()
    })
}
