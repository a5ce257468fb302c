//! Whether some text is both a pattern's of a policy and a template's.

use super::Piece;

/// One place of a pattern or template.
#[derive(Clone, Copy)]
enum Cell {
    /// This character.
    Letter(char),
    /// One of those that the piece takes.
    One(Piece),
    /// Any number of them.
    Many(Piece),
}

impl Cell {
    fn repeats(self) -> bool {
        matches!(self, Self::Many(_))
    }

    /// Whether one character can stand for both.
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Letter(one), Self::Letter(other)) => one == other,
            (Self::Letter(letter), Self::One(piece) | Self::Many(piece))
            | (Self::One(piece) | Self::Many(piece), Self::Letter(letter)) => piece.takes(letter),
            // A letter that is no separator is taken by all of these.
            _ => true,
        }
    }
}

/// Whether a pattern, in which `*`, `?` and policy variables stand for anything, has a text in
/// common with a template. Every pair of places is looked at once.
pub(super) fn overlap(pieces: &[Piece], pattern: &str) -> bool {
    let template = template_cells(pieces);
    let pattern = pattern_cells(pattern);
    // reached[j]: this place of the pattern together with place j of the template.
    let mut reached = vec![false; template.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_repeats(&mut reached, &template);
    for cell in &pattern {
        let mut next = if cell.repeats() { reached.clone() } else { vec![false; reached.len()] };
        for (place, other) in template.iter().enumerate() {
            let from = reached[place] || (cell.repeats() && next[place]);
            if !from || !cell.meets(*other) {
                continue;
            }
            next[place + 1] = true;
            // A repeated cell of the template stays, and so may what follows it.
            next[place] |= other.repeats();
        }
        skip_repeats(&mut next, &template);
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

/// A repeated cell may stand for nothing.
fn skip_repeats(reached: &mut [bool], template: &[Cell]) {
    for (place, cell) in template.iter().enumerate() {
        if reached[place] && cell.repeats() {
            reached[place + 1] = true;
        }
    }
}

fn template_cells(pieces: &[Piece]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            // Whether a name that ends a path may hold separators is not written down for all
            // services: what cannot be ruled out is possible.
            Piece::Variable { separators: "", .. }
                if index + 1 == pieces.len() && is_path(&pieces[..index]) =>
            {
                cells.extend([Cell::One(Piece::Run), Cell::Many(Piece::Run)]);
            }
            Piece::Literal(text) => cells.extend(text.chars().map(Cell::Letter)),
            Piece::Variable { .. } => cells.extend([Cell::One(*piece), Cell::Many(*piece)]),
            Piece::Run => cells.push(Cell::Many(*piece)),
        }
    }
    cells
}

/// Whether the last of the pieces is text that ends with a slash.
fn is_path(pieces: &[Piece]) -> bool {
    matches!(pieces.last(), Some(Piece::Literal(text)) if text.ends_with('/'))
}

fn pattern_cells(mut pattern: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    while let Some(letter) = pattern.chars().next() {
        let variable = pattern.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        if let Some((name, rest)) = variable {
            let mut letters = name.chars();
            cells.push(match (letters.next(), letters.next()) {
                (Some(letter @ ('*' | '?' | '$')), None) => Cell::Letter(letter),
                _ => Cell::Many(Piece::Run),
            });
            pattern = rest;
            continue;
        }
        cells.push(match letter {
            '*' => Cell::Many(Piece::Run),
            '?' => Cell::One(Piece::Run),
            letter => Cell::Letter(letter),
        });
        pattern = &pattern[letter.len_utf8()..];
    }
    cells
}
