//! What was measured at several sizes, as the benchmark prints it and as it is kept.

use crate::failure::Failure;

/// The median at each size, in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<(u64, f64)>,
}

impl Series {
    /// Whether it was measured at more than one size.
    pub(super) fn grows(&self) -> bool {
        self.points.len() > 1
    }

    /// By which power of the size the time grows among its three largest sizes: 0 is flat, 1
    /// linear. What a call costs however small everything is hides it at smaller ones.
    pub(super) fn exponent(&self) -> Option<f64> {
        let last = &self.points[self.points.len().saturating_sub(3)..];
        if last.len() < 2 {
            return None;
        }
        let points = last.iter().map(|(size, time)| ((*size as f64).ln(), time.ln()));
        let count = last.len() as f64;
        let (x, y) = points.clone().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
        let (x, y) = (x / count, y / count);
        let along: f64 = points.clone().map(|point| (point.0 - x) * (point.1 - y)).sum();
        Some(along / points.map(|point| (point.0 - x).powi(2)).sum::<f64>())
    }
}

/// Reads lines of a name, a size and a number of microseconds, tabs between them.
pub(super) fn read_lines(printed: &str) -> Result<Vec<Series>, Failure> {
    let mut all: Vec<Series> = Vec::new();
    for line in printed.lines().filter(|line| line.contains('\t')) {
        let mut fields = line.split('\t');
        let (name, size, time) = (fields.next(), fields.next(), fields.next());
        let point = size.and_then(|size| size.parse().ok()).zip(time.and_then(microseconds));
        let (Some(name), Some(point)) = (name, point) else {
            return Err(Failure::new(format!("expected a name, size and time, found `{line}`")));
        };
        add(&mut all, name, point);
    }
    match all.is_empty() {
        true => Err(Failure::new("the benchmark printed no figures")),
        false => Ok(all),
    }
}

/// A time that was measured is more than nought.
fn microseconds(text: &str) -> Option<f64> {
    text.parse().ok().filter(|time: &f64| time.is_finite() && *time > 0.0)
}

fn add(all: &mut Vec<Series>, name: &str, point: (u64, f64)) {
    match all.iter_mut().find(|one| one.name == name) {
        Some(one) => one.points.push(point),
        None => all.push(Series { name: name.to_owned(), points: vec![point] }),
    }
}

/// A list of objects, one a line: [`read_json`] reads no other JSON.
pub(super) fn to_json(all: &[Series]) -> String {
    let objects = all.iter().flat_map(|one| {
        one.points.iter().map(move |(size, time)| {
            let name = &one.name;
            format!("{{\"name\": \"{name}\", \"size\": {size}, \"microseconds\": {time:.2}}}")
        })
    });
    format!("[\n{}\n]\n", objects.collect::<Vec<_>>().join(",\n"))
}

/// Reads what [`to_json`] wrote.
pub(super) fn read_json(text: &str) -> Result<Vec<Series>, Failure> {
    let mut all = Vec::new();
    for line in text.lines().filter(|line| !matches!(*line, "[" | "]")) {
        let Some((name, point)) = read_object(line) else {
            let expected = "{\"name\": …, \"size\": …, \"microseconds\": …}";
            return Err(Failure::new(format!("expected `{expected}`, found `{line}`")));
        };
        add(&mut all, name, point);
    }
    Ok(all)
}

fn read_object(line: &str) -> Option<(&str, (u64, f64))> {
    let rest = line.trim_end_matches(',').strip_prefix("{\"name\": \"")?.strip_suffix('}')?;
    let (name, rest) = rest.split_once("\", \"size\": ")?;
    let (size, time) = rest.split_once(", \"microseconds\": ")?;
    Some((name, (size.parse().ok()?, microseconds(time)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(u64, f64)]) -> Series {
        Series { name: "roles".to_owned(), points: points.to_vec() }
    }

    #[test]
    fn the_exponent_is_that_of_the_largest_sizes() {
        let exponent = |points: &[(u64, f64)]| series(points).exponent().unwrap();
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
        near(exponent(&[(1, 5.0), (10, 5.0)]), 0.0);
        near(exponent(&[(1, 7.0), (10, 10.0), (100, 100.0), (1000, 1000.0)]), 1.0);
        near(exponent(&[(10, 2.0), (100, 200.0), (1000, 20_000.0)]), 2.0);
        assert_eq!(series(&[(10, 2.0)]).exponent(), None);
        assert_eq!(series(&[]).exponent(), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let all =
            read_lines("noise\nroles\t1\t2.50\nroles\t10\t3\nstart of moto\t9\t1e6\n").unwrap();
        assert_eq!(all[0], series(&[(1, 2.5), (10, 3.0)]));
        assert!(all[0].grows() && !all[1].grows());
        assert_eq!(read_json(&to_json(&all)).unwrap(), all);
    }

    #[test]
    fn what_is_no_figure_is_told() {
        for line in ["roles\t1", "roles\tone\t2", "roles\t1\t0", "roles\t1\tNaN", "roles\t1\t-1"] {
            let failure = read_lines(line).unwrap_err().to_string();
            assert_eq!(failure, format!("expected a name, size and time, found `{line}`"));
        }
        let failure = read_lines("nothing\n").unwrap_err().to_string();
        assert_eq!(failure, "the benchmark printed no figures");
        let failure = read_json("[\n{\"name\": \"roles\"}\n]\n").unwrap_err().to_string();
        assert!(failure.ends_with("found `{\"name\": \"roles\"}`"), "{failure}");
    }
}
