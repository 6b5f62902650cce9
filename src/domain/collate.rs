//! Vietnamese order of names: letters first (a ă â b c d đ e ê …), then tone marks, then everything else.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What names are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    letters: Vec<u64>,
    tones: Vec<u8>,
    text: String,
}

/// Letters start here; digits, read as whole numbers, and punctuation come before.
const LETTERS: u64 = 1 << 40;
const NUMBERS: u64 = 1 << 32;

/// The sorting key of a name. Case counts last; runs of digits compare as numbers, so that 2 comes before 10.
#[must_use]
pub fn key(text: &str) -> Key {
    let mut letters: Vec<u64> = Vec::new();
    let mut tones: Vec<u8> = Vec::new();
    let mut in_number = false;
    for c in text.nfd().flat_map(char::to_lowercase) {
        if let (Some(shape), Some(last)) = (shape(c), letters.last_mut()) {
            *last += shape;
            continue;
        }
        if let (Some(tone), Some(last)) = (tone(c), tones.last_mut()) {
            *last = tone;
            continue;
        }
        match (c.to_digit(10), letters.last_mut().filter(|_| in_number)) {
            // Nobody counts schools beyond nine digits; longer runs start a new number.
            (Some(digit), Some(number)) if *number < NUMBERS + 99_999_999 => {
                *number = (*number - NUMBERS) * 10 + u64::from(digit) + NUMBERS;
                continue;
            }
            (Some(digit), _) => letters.push(NUMBERS + u64::from(digit)),
            (None, _) if c == 'đ' => letters.push(LETTERS + u64::from('d') * 4 + 1),
            (None, _) if c.is_alphabetic() => letters.push(LETTERS + u64::from(c) * 4),
            (None, _) => letters.push(u64::from(c)),
        }
        tones.push(0);
        in_number = c.is_ascii_digit();
    }
    Key { letters, tones, text: text.to_owned() }
}

/// Marks that make another letter: ă, â ê ô, ơ ư.
fn shape(c: char) -> Option<u64> {
    match c {
        '\u{306}' => Some(1),
        '\u{302}' => Some(2),
        '\u{31b}' => Some(3),
        _ => None,
    }
}

/// Tone marks, in the order of the dictionary: huyền, hỏi, ngã, sắc, nặng.
fn tone(c: char) -> Option<u8> {
    ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'].iter().position(|mark| *mark == c).map(|at| at as u8 + 1)
}

/// Small letters without marks, for a search that ignores both: `Thanh Hóa` and `thanh hoa` are the same.
#[must_use]
pub fn fold(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    bare.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{fold, key};

    #[test]
    fn a_search_ignores_marks_and_capitals_in_any_way_of_writing_them() {
        assert_eq!(fold("ĐÃ GHI NHẬN — Ẩn, Ặng, Ễ, Ỗ, Ữ; quỹ, khuỷu"), "da ghi nhan — an, ang, e, o, u; quy, khuyu");
        let composed = "Thanh Hóa";
        let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(composed).collect();
        assert_eq!(fold(composed), fold(&decomposed));
    }

    #[test]
    fn names_stand_as_in_a_vietnamese_dictionary() {
        let ordered =
            ["Số 2", "Số 10", "An", "ăn", "Ân", "Dung", "Đà", "Đức", "E", "Ê", "Ma", "Mà", "Mả", "Mã", "Má", "Mạ"];
        let ordered = ordered[2..].iter().chain(&ordered[..2]).chain(&["Ư", "Y"]);
        let ordered: Vec<&str> = ordered.copied().collect();
        let mut sorted = ordered.clone();
        sorted.reverse();
        sorted.sort_by_key(|name| key(name));
        assert_eq!(sorted, ordered);
    }
}
