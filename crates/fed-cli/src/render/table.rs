//! Columns of text, aligned with spaces: easy to read, easy to cut.

use unicode_width::UnicodeWidthStr as _;

use fed_types::printable_line;

/// A header and rows; a cell that is empty shows as `-`. Columns that are empty in
/// every row are left out.
pub(crate) fn table<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    aligned(header, rows, None)
}

/// The same in lines of at most so many columns of the terminal: the widest cells are cut.
pub(crate) fn narrow_table<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
    width: usize,
) -> String {
    aligned(header, rows, Some(width))
}

/// No column is cut to less.
const NARROWEST: usize = 6;

fn aligned<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
    limit: Option<usize>,
) -> String {
    let used: Vec<usize> = (0..COLUMNS)
        .filter(|column| rows.iter().any(|row| row.get(*column).is_some_and(|c| !c.is_empty())))
        .collect();
    let shown = |cell: &str| {
        if cell.is_empty() { "-".to_owned() } else { printable_line(cell).into_owned() }
    };
    let line = |cells: &[String]| -> Vec<String> {
        used.iter().filter_map(|column| cells.get(*column)).map(|cell| shown(cell)).collect()
    };
    let mut lines = vec![line(&header.map(str::to_owned))];
    lines.extend(rows.iter().map(|row| line(row)));
    let mut widths: Vec<usize> = (0..used.len())
        .map(|column| {
            lines.iter().filter_map(|l| l.get(column)).map(|c| c.width()).max().unwrap_or(0)
        })
        .collect();
    let gaps = 2 * widths.len().saturating_sub(1);
    while limit.is_some_and(|limit| widths.iter().sum::<usize>() + gaps > limit) {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => break,
        }
    }
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| padded(&cut(cell, *width), *width))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// The beginning and an ellipsis, where it is wider than so many columns of the terminal.
fn cut(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut kept = String::new();
    for character in cell.chars() {
        let longer = format!("{kept}{character}");
        if longer.width() + 1 > width {
            break;
        }
        kept = longer;
    }
    format!("{kept}…")
}

/// With spaces up to this many columns of the terminal.
fn padded(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let row = |a: &str, b: &str, c: &str| [a.to_owned(), b.to_owned(), c.to_owned()];
        assert_eq!(
            table(["A", "B", "LONG"], &[row("1", "", "x"), row("22", "", "")]),
            "A   LONG\n1   x\n22  -\n"
        );
    }

    #[test]
    fn a_narrow_one_cuts_the_widest_cells_alone() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let rows = [row("ada.lovelace@example.com", "short"), row("서울서울서울서울서울", "x")];
        let text = narrow_table(["WHO", "X"], &rows, 20);
        assert_eq!(text, "WHO            X\nada.lovelace…  short\n서울서울서울…  x\n");
        assert!(text.lines().all(|line| line.width() <= 20));
        assert_eq!(narrow_table(["WHO", "X"], &rows, 80), table(["WHO", "X"], &rows));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = table(["A"], &[["\u{1b}[31m".to_owned()]]);
        assert_eq!(text, "A\n\u{fffd}[31m\n");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        assert_eq!(
            table(["WHO", "X"], &[row("서울", "1"), row("abcde", "2"), row("e\u{301}", "3")]),
            "WHO    X\n서울   1\nabcde  2\ne\u{301}      3\n"
        );
    }
}
