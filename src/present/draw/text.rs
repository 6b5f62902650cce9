//! Text set into a space: as large as it may be, smaller where it must be, and cut at a word where even that is too
//! long. Whatever is set, nothing else moves.

use super::font::{ASCENT, DESCENT, Face, Run};
use super::{Area, Ink, Item, POINT};

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Weight.
    pub face: Face,
    /// Size in points when there is room.
    pub largest: f32,
    /// Smallest size in points; what is longer is cut.
    pub smallest: f32,
    /// Distance of baselines in ems; under 1.3 two marks above meet what hangs from the line before.
    pub leading: f32,
    /// Where lines stand between left and right.
    pub align: Align,
    /// Colour.
    pub ink: Ink,
}

/// Where lines stand in their space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle, with lines of about one length.
    Centre,
}

/// Where a block stands in its space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// At the upper edge.
    Top,
    /// Halfway.
    Middle,
    /// At the lower edge.
    Bottom,
}

/// A text broken into lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    style: Style,
    width: f32,
    /// Size of an em in millimetres.
    size: f32,
    lines: Vec<Run>,
}

/// A text without what shows nothing: control characters, which part words, and marks that turn or hide letters.
#[must_use]
pub fn plain(text: &str) -> String {
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    text.chars().filter(|c| !hidden(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Steps in which text gets smaller, in points.
const STEP: f32 = 0.5;

impl Style {
    /// A style of one size.
    #[must_use]
    pub const fn of(face: Face, points: f32, align: Align) -> Self {
        Self { face, largest: points, smallest: points, leading: 1.35, align, ink: Ink::BLACK }
    }

    /// The style with a smallest size below its own.
    #[must_use]
    pub const fn down_to(self, smallest: f32) -> Self {
        Self { smallest, ..self }
    }

    /// The style with another distance of lines.
    #[must_use]
    pub const fn leading(self, leading: f32) -> Self {
        Self { leading, ..self }
    }

    /// The style in another colour.
    #[must_use]
    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// Sets a text into an area.
    #[must_use]
    pub fn set(&self, text: &str, area: Area, stand: Stand) -> Vec<Item> {
        self.fit(text, area.width, area.height).place(area, stand)
    }

    /// Breaks a text into lines that fit a width and a height.
    #[must_use]
    pub fn fit(&self, text: &str, width: f32, height: f32) -> Block {
        let words: Vec<Word> = plain(text)
            .split(|c: char| c != '\u{a0}' && c.is_whitespace())
            .filter(|word| !word.is_empty())
            .map(|word| Word { text: word.to_owned(), width: Run::new(self.face, word).width, glued: false })
            .collect();
        let space = Run::new(self.face, " ").width;
        let mut points = self.largest;
        loop {
            let size = points * POINT;
            let most = (height / (size * self.leading) + 1e-3).floor().max(1.0) as usize;
            let whole = words.iter().all(|word| word.width * size <= width);
            let lines = if whole { wrap(&words, space, width / size) } else { Vec::new() };
            if whole && lines.len() <= most {
                let lines = match self.align {
                    Align::Centre => even(&words, space, width / size, lines),
                    Align::Left => lines,
                };
                return self.block(width, size, &lines);
            }
            if points <= self.smallest {
                return self.block(width, size, &cut(self.face, words, space, width / size, most));
            }
            points = (points - STEP).max(self.smallest);
        }
    }

    fn block(&self, width: f32, size: f32, lines: &[Vec<Word>]) -> Block {
        Block {
            style: *self,
            width,
            size,
            lines: lines.iter().map(|line| Run::new(self.face, &joined(line))).collect(),
        }
    }
}

impl Block {
    /// Height of all lines.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.lines.len() as f32 * self.size * self.style.leading
    }

    /// The lines in an area.
    #[must_use]
    pub fn place(self, area: Area, stand: Stand) -> Vec<Item> {
        let pitch = self.size * self.style.leading;
        let top = match stand {
            Stand::Top => area.y,
            Stand::Middle => area.y + (area.height - self.height()) / 2.0,
            Stand::Bottom => area.bottom() - self.height(),
        };
        // The letters stand in the middle of their line, from two marks above to what hangs below.
        let first = top + (pitch - self.size * (ASCENT + DESCENT)) / 2.0 + self.size * ASCENT;
        let (size, Style { align, ink, .. }) = (self.size, self.style);
        let place = |(i, run): (usize, Run)| {
            let free = self.width - run.width * size;
            let x = area.x + if align == Align::Centre { free / 2.0 } else { 0.0 };
            Item::Text { run, size, x, baseline: first + i as f32 * pitch, ink }
        };
        self.lines.into_iter().enumerate().map(place).collect()
    }
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    width: f32,
    /// True for the rest of a word that was broken: no space before it.
    glued: bool,
}

/// Lines as full as they can be, in ems.
fn wrap(words: &[Word], space: f32, width: f32) -> Vec<Vec<Word>> {
    let mut lines: Vec<Vec<Word>> = Vec::new();
    let mut used = 0.0;
    for word in words {
        let gap = if word.glued { 0.0 } else { space };
        match lines.last_mut() {
            Some(line) if used + gap + word.width <= width => {
                used += gap + word.width;
                line.push(word.clone());
            }
            _ => {
                used = word.width;
                lines.push(vec![word.clone()]);
            }
        }
    }
    lines
}

/// As many lines, as narrow as they can be: of about one length.
fn even(words: &[Word], space: f32, width: f32, lines: Vec<Vec<Word>>) -> Vec<Vec<Word>> {
    let (mut narrow, mut wide) = (words.iter().map(|word| word.width).fold(0.0, f32::max), width);
    let mut best = lines;
    for _ in 0..10 {
        let middle = (narrow + wide) / 2.0;
        let tried = wrap(words, space, middle);
        if tried.len() <= best.len() {
            (best, wide) = (tried, middle);
        } else {
            narrow = middle;
        }
    }
    best
}

/// The first so many lines, the last ending in «…» when something is left out. Words wider than a line are broken.
fn cut(face: Face, words: Vec<Word>, space: f32, width: f32, most: usize) -> Vec<Vec<Word>> {
    let pieces: Vec<Word> = words.into_iter().flat_map(|word| broken(face, word, width)).collect();
    let mut lines = wrap(&pieces, space, width);
    if lines.len() <= most {
        return lines;
    }
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        while last.len() > 1 && Run::new(face, &(joined(last) + "…")).width > width {
            last.pop();
        }
        if let Some(word) = last.last_mut() {
            word.text = word.text.trim_end_matches([',', ';', '-', '–', '(']).to_owned() + "…";
            while Run::new(face, &joined(last)).width > width && shorten(last) {}
        }
    }
    lines
}

/// Takes the letter before the «…» of a line's only word; false when there is none.
fn shorten(line: &mut [Word]) -> bool {
    let Some(word) = line.last_mut() else { return false };
    let mut text = word.text.trim_end_matches('…').to_owned();
    let shorter = text.pop().is_some();
    word.text = text + "…";
    shorter
}

/// A word in pieces that fit a line.
fn broken(face: Face, word: Word, width: f32) -> Vec<Word> {
    if word.width <= width {
        return vec![word];
    }
    let mut pieces: Vec<Word> = Vec::new();
    for letter in word.text.chars() {
        let longer = pieces.last().map(|piece| format!("{}{letter}", piece.text));
        let measured = longer.map(|text| (Run::new(face, &text).width, text));
        match (measured, pieces.last_mut()) {
            (Some((longer, text)), Some(piece)) if longer <= width => {
                (piece.text, piece.width) = (text, longer);
            }
            _ => {
                let text = letter.to_string();
                let width = Run::new(face, &text).width;
                pieces.push(Word { text, width, glued: !pieces.is_empty() });
            }
        }
    }
    pieces
}

fn joined(line: &[Word]) -> String {
    line.iter().enumerate().fold(String::new(), |text, (i, word)| {
        let gap = if i == 0 || word.glued { "" } else { " " };
        text + gap + &word.text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style::of(Face::Regular, 12.0, Align::Centre).down_to(8.0);

    fn lines(text: &str, width: f32, height: f32) -> Vec<String> {
        STYLE.fit(text, width, height).lines.into_iter().map(|run| run.text).collect()
    }

    #[test]
    fn a_short_text_keeps_its_size_and_a_longer_one_shrinks_first() {
        let short = STYLE.fit("Văn phòng Sở", 60.0, 6.0);
        assert_eq!((short.size, short.lines.len()), (12.0 * POINT, 1));
        let longer = STYLE.fit("Phòng Quản lý chất lượng giáo dục", 60.0, 6.0);
        assert_eq!(longer.lines.len(), 1);
        assert!(longer.size < 12.0 * POINT && longer.size > 8.0 * POINT, "{}", longer.size);
    }

    #[test]
    fn lines_are_of_about_one_length() {
        assert_eq!(lines("Quý vị hài lòng ở mức nào?", 50.0, 20.0), ["Quý vị hài lòng", "ở mức nào?"]);
    }

    #[test]
    fn what_is_too_long_is_cut_at_a_word() {
        let name = "Thành lập hoặc cho phép thành lập trường trung học phổ thông, trường phổ thông có nhiều cấp học";
        let cut = lines(name, 60.0, 8.0);
        assert_eq!(cut.len(), 2);
        let kept = cut.join(" ");
        let kept = kept.strip_suffix('…').unwrap();
        assert!(name.strip_prefix(kept).unwrap().starts_with([' ', ',']), "{kept}");
    }

    #[test]
    fn a_word_that_no_line_holds_is_broken() {
        let lines = lines(&"ưỡng".repeat(30), 40.0, 12.0);
        assert!(lines.iter().all(|line| Run::new(Face::Regular, line).width * 8.0 * POINT <= 40.0), "{lines:?}");
        assert!(lines.last().unwrap().ends_with('…'));
        assert_eq!(STYLE.fit("", 40.0, 12.0).height(), 0.0);
    }
}
