//! Links what people download to a fixed address: see `docs/decisions`, 14.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    // `PROFILE` is `release` for all profiles that inherit it.
    let is_shipped = set("PROFILE", "release");
    if is_shipped && set("CARGO_CFG_TARGET_OS", "linux") && set("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
