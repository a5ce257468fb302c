//! How long something took, for people.

use std::time::Duration;

/// Such as `2 min 5 s`, `3.4 s` or `40 ms`.
pub(crate) fn told(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if seconds >= 60.0 {
        let whole = took.as_secs();
        format!("{} min {} s", whole / 60, whole % 60)
    } else if seconds >= 0.1 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} ms", seconds * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_people_do() {
        let cases = [
            (Duration::ZERO, "0 ms"),
            (Duration::from_millis(40), "40 ms"),
            (Duration::from_millis(3449), "3.4 s"),
            (Duration::from_millis(59_940), "59.9 s"),
            (Duration::from_secs(125), "2 min 5 s"),
        ];
        for (took, expected) in cases {
            assert_eq!(told(took), expected);
        }
    }
}
