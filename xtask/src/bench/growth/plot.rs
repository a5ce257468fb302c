//! A drawing of times by sizes, both axes by powers of ten, as SVG.

use std::fmt::Write as _;

use super::Series;

/// Of the drawing, and of what is left free around its axes.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 40.0;

/// The powers of ten from the one below the least to the one above the most.
struct Axis {
    from: i32,
    to: i32,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64> + Clone) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let most = values.fold(f64::NEG_INFINITY, f64::max).log10().ceil() as i32;
        Self { from: least, to: most.max(least + 1) }
    }

    /// How far along it a value is, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.from)) / f64::from(self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|power| 10_f64.powi(power))
    }
}

/// The drawing. Its colours are the page's own, so that it is readable in the dark.
pub(super) fn svg(series: &Series) -> String {
    let sizes = Axis::over(series.points.iter().map(|(size, _)| *size as f64));
    let times = Axis::over(series.points.iter().map(|(_, time)| *time));
    let across = |size: f64| LEFT + sizes.place(size) * (WIDTH - LEFT - RIGHT);
    let down = |time: f64| HEIGHT - BOTTOM - times.place(time) * (HEIGHT - TOP - BOTTOM);
    let exponent = series.exponent().unwrap_or_default();
    let title = format!("{}: time grows by the size to the {exponent:.2}", series.name);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>{title}</title>\n<style>\
         svg {{ color: #222; background: #fff }} @media (prefers-color-scheme: dark) \
         {{ svg {{ color: #ddd; background: #111 }} }}</style>\n\
         <g fill=\"currentColor\" stroke=\"none\">\n<text x=\"{LEFT}\" y=\"20\">{title}</text>\n"
    );
    for tick in sizes.ticks() {
        let (x, y) = (across(tick), HEIGHT - BOTTOM + 20.0);
        let _ = writeln!(text, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{tick}</text>");
    }
    for tick in times.ticks() {
        let (x, y, label) = (LEFT - 8.0, down(tick) + 4.0, time(tick));
        let _ = writeln!(text, "<text x=\"{x}\" y=\"{y:.1}\" text-anchor=\"end\">{label}</text>");
    }
    text.push_str("</g>\n<g fill=\"none\" stroke=\"currentColor\">\n");
    for tick in times.ticks() {
        let (y, end) = (down(tick), WIDTH - RIGHT);
        let _ = writeln!(text, "<path opacity=\"0.3\" d=\"M{LEFT} {y:.1}H{end}\"/>");
    }
    let places = series.points.iter().map(|(size, time)| (across(*size as f64), down(*time)));
    let line: Vec<String> = places.clone().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(text, "<polyline stroke-width=\"2\" points=\"{}\"/>", line.join(" "));
    for (x, y) in places {
        let _ =
            writeln!(text, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"currentColor\"/>");
    }
    text.push_str("</g>\n</svg>\n");
    text
}

/// Microseconds in the unit that suits them.
pub(super) fn time(microseconds: f64) -> String {
    match microseconds {
        0.0..1e3 => format!("{microseconds:.2} us"),
        1e3..1e6 => format!("{:.2} ms", microseconds / 1e3),
        _ => format!("{:.2} s", microseconds / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linear_goes_from_corner_to_corner() {
        let points = vec![(1, 10.0), (10, 100.0), (100, 1000.0)];
        let drawn = svg(&Series { name: "roles".to_owned(), points });
        assert!(drawn.contains("<title>roles: time grows by the size to the 1.00</title>"));
        assert!(drawn.contains("points=\"80.0,260.0 270.0,150.0 460.0,40.0\""), "{drawn}");
        assert_eq!(drawn.matches("<circle").count(), 3);
    }

    #[test]
    fn what_is_flat_has_an_axis_all_the_same() {
        let drawn = svg(&Series { name: "a".to_owned(), points: vec![(1, 10.0), (10, 10.0)] });
        assert!(drawn.contains("points=\"80.0,260.0 460.0,260.0\""), "{drawn}");
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }

    #[test]
    fn times_are_told_in_their_unit() {
        let told = [0.5, 999.0, 1000.0, 2.5e6].map(time);
        assert_eq!(told, ["0.50 us", "999.00 us", "1.00 ms", "2.50 s"]);
    }
}
