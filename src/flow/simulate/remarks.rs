//! What people write: sentences from the sample file, put together and typed as people type, with and without
//! capitals, marks and full stops. Always NFC.

use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use unicode_normalization::UnicodeNormalization;

/// Where a remark is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    /// About an office or counter.
    Office,
    /// About a procedure handled at a school or centre.
    School,
    /// By parents, about a school's teaching.
    Parents,
    /// By its learners.
    Learners,
}

/// What it is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    /// Praise.
    Good,
    /// A complaint.
    Bad,
    /// A wish, from somebody neither pleased nor angry.
    Wish,
}

/// The sentences, by where, how and about what.
#[derive(Debug)]
pub(super) struct Remarks(BTreeMap<(Setting, Tone), Vec<(String, String)>>);

/// Share of remarks with a second sentence, and of those that close with thanks or a request.
const SECOND: f64 = 0.24;
/// See [`SECOND`].
const CLOSING: f64 = 0.18;
/// Share of remarks typed as they stand in the sample file; the rest in haste, in one of the ways below.
const TIDY: f64 = 0.58;
/// Share typed without any marks, as on an old telephone.
const BARE: f64 = 0.06;
/// Share typed with the short forms of messages.
const SHORT: f64 = 0.14;

/// Short forms of messages. Whole words only.
const SHORT_FORMS: [(&str, &str); 6] =
    [("không", "ko"), ("được", "đc"), ("với", "vs"), ("trước", "trc"), ("rồi", "r"), ("người", "ng")];

const THANKS: [&str; 5] = [
    "Xin cảm ơn.",
    "Cảm ơn các anh chị.",
    "Chúc cơ quan ngày càng phục vụ tốt hơn.",
    "Trân trọng cảm ơn.",
    "Mong tiếp tục giữ vững.",
];
const REQUESTS: [&str; 5] = [
    "Đề nghị xem xét lại.",
    "Mong sớm khắc phục.",
    "Rất mong được cải thiện.",
    "Kính mong lãnh đạo quan tâm.",
    "Mong rút kinh nghiệm.",
];
const THANKS_AT_SCHOOL: [&str; 3] = ["Cảm ơn thầy cô.", "Xin cảm ơn nhà trường.", "Chúc thầy cô nhiều sức khỏe."];
const REQUESTS_AT_SCHOOL: [&str; 3] = ["Mong nhà trường quan tâm.", "Mong nhà trường xem xét.", "Mong sớm khắc phục."];

impl Remarks {
    /// Reads the sample file; a row that is not understood is left out.
    pub(super) fn read(file: &[u8]) -> Self {
        let mut all: BTreeMap<(Setting, Tone), Vec<(String, String)>> = BTreeMap::new();
        for row in csv::Reader::from_reader(file).records().flatten() {
            let field = |at: usize| row.get(at).unwrap_or_default();
            for setting in settings(field(0)) {
                if let Some(tone) = tone(field(1)) {
                    all.entry((*setting, tone)).or_default().push((field(2).to_owned(), field(3).nfc().collect()));
                }
            }
        }
        Self(all)
    }

    /// A remark about a theme; about anything when the theme has no sentence of that tone.
    pub(super) fn write<R: Rng>(&self, rng: &mut R, setting: Setting, tone: Tone, theme: &str) -> Option<String> {
        let all = self.0.get(&(setting, tone))?;
        let about: Vec<&str> = all.iter().filter(|(of, _)| of == theme).map(|(_, text)| text.as_str()).collect();
        let (other_theme, any) = &all[rng.random_range(0..all.len())];
        let first = if about.is_empty() { any.as_str() } else { about[rng.random_range(0..about.len())] };
        let mut text = first.to_owned();
        // A sentence about everything does not go well after one about something.
        if any != first && other_theme != "other" && rng.random_bool(SECOND) {
            text = format!("{text} {any}");
        }
        if tone != Tone::Wish && rng.random_bool(CLOSING) {
            let closings: &[&str] = match (setting == Setting::Office, tone == Tone::Good) {
                (true, true) => &THANKS,
                (true, false) => &REQUESTS,
                (false, true) => &THANKS_AT_SCHOOL,
                (false, false) => &REQUESTS_AT_SCHOOL,
            };
            text = format!("{text} {}", closings[rng.random_range(0..closings.len())]);
        }
        Some(typed(rng, text))
    }
}

/// Who may have written a sentence of the sample file.
fn settings(name: &str) -> &'static [Setting] {
    match name {
        "office" => &[Setting::Office],
        "school" => &[Setting::School],
        "parents" => &[Setting::Parents],
        "learners" => &[Setting::Learners],
        "education" => &[Setting::Parents, Setting::Learners],
        _ => &[],
    }
}

fn tone(name: &str) -> Option<Tone> {
    [("good", Tone::Good), ("bad", Tone::Bad), ("wish", Tone::Wish)]
        .into_iter()
        .find_map(|(known, tone)| (known == name).then_some(tone))
}

/// The way it is typed.
fn typed<R: Rng>(rng: &mut R, text: String) -> String {
    let way = rng.random::<f64>();
    if way < TIDY {
        return text;
    }
    let hasty = text.trim_end_matches('.').to_lowercase();
    if way < TIDY + BARE {
        without_marks(&hasty)
    } else if way < TIDY + BARE + SHORT {
        shortened(&hasty)
    } else if rng.random_bool(0.5) {
        hasty
    } else {
        text.trim_end_matches('.').to_owned()
    }
}

fn without_marks(text: &str) -> String {
    let marked = |c: &char| unicode_normalization::char::is_combining_mark(*c);
    text.nfd().filter(|c| !marked(c)).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

fn shortened(text: &str) -> String {
    let short =
        |word| SHORT_FORMS.into_iter().find_map(|(long, short)| (long == word).then_some(short)).unwrap_or(word);
    text.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_short_forms_are_those_of_hasty_typing() {
        assert_eq!(without_marks("đúng hẹn, không phải chờ"), "dung hen, khong phai cho");
        assert_eq!(shortened("tôi không được báo trước"), "tôi ko đc báo trc");
    }
}
