//! What of a comment is not shown: telephone numbers, numbers of papers and e-mail addresses always, names once a person
//! has confirmed that they are names. Places are counted in characters. The text itself is never changed.

mod names;
mod numbers;

use std::ops::Range;

use super::collate;

pub use names::names;
pub use numbers::numbers;

/// A piece of a text as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it was written.
    Text(String),
    /// A number or an address stands here.
    Number,
    /// A name stands here.
    Name,
}

/// A text in pieces: its numbers and addresses hidden, and the names at the given places.
#[must_use]
pub fn pieces(text: &str, names: &[Range<usize>]) -> Vec<Piece> {
    let numbers = numbers(text);
    if numbers.is_empty() && names.is_empty() {
        return if text.is_empty() { Vec::new() } else { vec![Piece::Text(text.to_owned())] };
    }
    let chars: Vec<char> = text.chars().collect();
    let hides = |ranges: &[Range<usize>], at: usize| ranges.iter().any(|range| range.contains(&at));
    let (mut pieces, mut written) = (Vec::new(), String::new());
    for (at, c) in chars.iter().enumerate() {
        let piece = match (hides(&numbers, at), hides(names, at)) {
            (true, _) => Piece::Number,
            (false, true) => Piece::Name,
            (false, false) => {
                written.push(*c);
                continue;
            }
        };
        if !written.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut written)));
        }
        // Two numbers side by side are two marks, a number of many characters is one.
        let begins = numbers.iter().chain(names).any(|range| range.start == at);
        if begins || pieces.last() != Some(&piece) {
            pieces.push(piece);
        }
    }
    if !written.is_empty() {
        pieces.push(Piece::Text(written));
    }
    pieces
}

/// What may be searched of a text: small letters without marks, one space between words, and nothing of what is hidden,
/// so that nobody finds out by searching whose number stands there.
#[must_use]
pub fn searchable(text: &str, names: &[Range<usize>]) -> String {
    let shown = pieces(text, names).into_iter().map(|piece| match piece {
        Piece::Text(text) => text,
        Piece::Number | Piece::Name => " ".to_owned(),
    });
    words(&shown.collect::<String>())
}

/// The words of a text in small letters without marks, one space between them.
#[must_use]
pub fn words(text: &str) -> String {
    let folded = collate::fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_marked_once_and_the_rest_is_as_it_was_written() {
        let text = "Gọi chị Hằng số 0905 123 456, hoặc 0914.567.890 nhé.";
        let found = names(text);
        let shown = pieces(text, &found);
        let said = |text: &str| Piece::Text(text.into());
        let expected =
            [said("Gọi chị "), Piece::Name, said(" số "), Piece::Number, said(", hoặc "), Piece::Number, said(" nhé.")];
        assert_eq!(shown, expected);
        assert_eq!(searchable(text, &found), "goi chi so hoac nhe");
        assert_eq!(searchable(text, &[]), "goi chi hang so hoac nhe");
        assert_eq!(words("  «Thái độ»: chưa TỐT… "), "thai do chua tot");
    }
}
