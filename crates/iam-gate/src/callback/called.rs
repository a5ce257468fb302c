//! What is an address that is called, by its name and its beginning.

/// What names end in, in whatever case, of what holds an address that is called.
const ENDS: [&str; 3] = ["endpoint", "uri", "url"];

/// Of those a queue's name, which is an address and is not called.
const QUEUE: &str = "queueurl";

/// Whether a text begins as an address does, without what some readers take out of it.
pub(super) fn starts_as_address(text: &str) -> bool {
    let plain = text.chars().filter(|it| !it.is_control() && !it.is_whitespace());
    plain.take(4).collect::<String>().eq_ignore_ascii_case("http")
}

/// Whether what is called so holds an address that is called.
pub(super) fn is_called(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end)) && !name.ends_with(QUEUE)
}
