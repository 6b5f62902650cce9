//! Which words a text is made of. Vietnamese puts a space between syllables, not between words: `thái độ` is one word.
//!
//! Three sources say what belongs together: a list of words of several syllables, of which the longest match wins; pairs
//! of syllables that the texts themselves put together far more often than chance would (pointwise mutual information);
//! and words of denial, which stay with what they deny: `chưa rõ ràng` is the opposite of `rõ ràng`. What is left are
//! single syllables; those that say nothing by themselves are left out.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::collate;

const COMPOUNDS: &str = include_str!("../../static/vocabulary/compounds.txt");
const COMMON: &str = include_str!("../../static/vocabulary/common.txt");
/// No word of the list has more syllables.
const LONGEST: usize = 4;
/// A pair of syllables is a word when so many texts have it…
const PAIR_TEXTS: u32 = 5;
/// …and its normalised pointwise mutual information is so high: 0 is chance, 1 is never apart.
const PAIR_TOGETHER: f64 = 0.55;
/// Words of denial.
const DENIALS: [&str; 3] = ["không", "chưa", "chẳng"];
/// What may stand between a denial and what it denies.
const BETWEEN: [&str; 7] = ["được", "phải", "bị", "có", "hề", "thật", "còn"];
/// Short forms of messages.
const SHORT: [(&str, &str); 11] = [
    ("ko", "không"),
    ("k", "không"),
    ("kg", "không"),
    ("hok", "không"),
    ("đc", "được"),
    ("dc", "được"),
    ("vs", "với"),
    ("trc", "trước"),
    ("r", "rồi"),
    ("ng", "người"),
    ("cb", "cán bộ"),
];

/// Stands between stretches of a text that a sign divides, and fills up short keys.
const NONE: u32 = u32::MAX;

/// The sound of up to four syllables.
type Key = [u32; LONGEST];

/// A syllable as it was written, with everything about it that is looked at again and again.
#[derive(Debug)]
struct Syllable {
    written: String,
    /// Its letters and tone.
    sound: u32,
    /// Its letters without marks.
    bare: u32,
    /// Whether it says nothing by itself.
    common: bool,
    /// The denial that it is, and the one that it would be with marks.
    denial: Option<&'static str>,
    bare_denial: Option<&'static str>,
}

/// Some texts in syllables, and which of these belong together.
#[derive(Debug, Default)]
pub struct Vocabulary {
    numbers: HashMap<String, u32>,
    syllables: Vec<Syllable>,
    sounds: HashMap<String, u32>,
    /// The list, by sound and by letters without marks.
    known: HashMap<Key, &'static str>,
    bare_known: HashMap<Key, &'static str>,
    common: HashSet<&'static str>,
    common_sounds: HashSet<u32>,
    /// The texts: syllables, and whether any mark is in them.
    texts: Vec<(Vec<u32>, bool)>,
    /// Sounds that the texts put together.
    pairs: HashSet<(u32, u32)>,
}

static LISTED: LazyLock<[Vec<&str>; 2]> = LazyLock::new(|| {
    let lines = |file: &'static str| file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    [lines(COMPOUNDS), lines(COMMON)]
});

/// A syllable as it is compared: its letters and then its tone, wherever the tone mark was put: `hoà` is `hòa`.
fn sound(syllable: &str) -> String {
    let tone = |c: char| ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'].iter().position(|mark| *mark == c);
    let found = syllable.nfd().find_map(tone);
    let letters: String = syllable.nfd().filter(|c| tone(*c).is_none()).nfc().collect();
    match found {
        Some(mark) => format!("{letters}{mark}"),
        None => letters,
    }
}

impl Vocabulary {
    /// Reads texts and learns which of their syllables belong together.
    pub fn read<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut read = Self::default();
        let [compounds, common] = &*LISTED;
        for word in compounds.iter().chain(common.iter().filter(|word| word.contains(' '))) {
            let (key, bare) = (read.key(word, sound), read.key(word, collate::fold));
            read.known.insert(key, word);
            read.bare_known.entry(bare).or_insert(word);
        }
        for word in common.iter().filter(|word| !word.contains(' ')) {
            let sound = read.sound(sound(word));
            read.common_sounds.insert(sound);
        }
        read.common = common.iter().copied().collect();
        for text in texts {
            let text = read.split(text);
            read.texts.push(text);
        }
        read.learn();
        read
    }

    fn sound(&mut self, sound: String) -> u32 {
        let next = self.sounds.len() as u32;
        *self.sounds.entry(sound).or_insert(next)
    }

    fn key(&mut self, word: &str, heard: fn(&str) -> String) -> Key {
        let mut key = [NONE; LONGEST];
        for (place, syllable) in key.iter_mut().zip(word.split(' ')) {
            *place = self.sound(heard(syllable));
        }
        key
    }

    /// The syllables of a text, and whether it is typed without any marks.
    fn split(&mut self, text: &str) -> (Vec<u32>, bool) {
        let (mut syllables, mut bare) = (Vec::new(), true);
        let text = if is_nfc(text) { text.to_lowercase() } else { text.nfc().collect::<String>().to_lowercase() };
        for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
            bare = bare && word.is_ascii();
            let long = SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long);
            for syllable in long.split(' ').filter(|syllable| !syllable.is_empty()) {
                syllables.push(self.number(syllable));
            }
            if part.ends_with(|c: char| !c.is_alphanumeric() && c != ' ') {
                syllables.push(NONE);
            }
        }
        (syllables, bare)
    }

    fn number(&mut self, written: &str) -> u32 {
        if let Some(number) = self.numbers.get(written) {
            return *number;
        }
        let (heard, bare) = (sound(written), collate::fold(written));
        let denial = |denies: fn(&str, &str) -> bool| DENIALS.into_iter().find(|word| denies(word, written));
        let (sound, bare) = (self.sound(heard), self.sound(bare));
        let short = written.chars().count() < 2 || written.chars().any(char::is_numeric);
        let syllable = Syllable {
            written: written.to_owned(),
            sound,
            bare,
            common: short || self.common_sounds.contains(&sound),
            denial: denial(|word, written| word == written),
            bare_denial: denial(|word, written| collate::fold(word) == written),
        };
        let number = self.syllables.len() as u32;
        self.syllables.push(syllable);
        self.numbers.insert(written.to_owned(), number);
        number
    }

    /// Finds the pairs that stand together far more often than chance would put them.
    fn learn(&mut self) {
        let mut single: HashMap<u32, u32> = HashMap::new();
        let mut pairs: HashMap<(u32, u32), (u32, u32)> = HashMap::new();
        let mut silent: HashSet<u32> = HashSet::new();
        let mut all = 0_u32;
        for (place, (text, _)) in self.texts.iter().enumerate().filter(|(_, (_, bare))| !bare) {
            let mut before = NONE;
            for number in text {
                let Some(syllable) = self.syllables.get(*number as usize) else {
                    before = NONE;
                    continue;
                };
                if syllable.common || syllable.denial.is_some() {
                    silent.insert(syllable.sound);
                }
                *single.entry(syllable.sound).or_default() += 1;
                all += 1;
                if before != NONE {
                    // How often, and in how many texts: the place of the last one is kept in the upper half.
                    let (times, texts) = pairs.entry((before, syllable.sound)).or_insert((0, 0));
                    *times += 1;
                    let seen = place as u32 + 1;
                    *texts = if *texts >> 8 == seen & 0xff_ffff {
                        *texts
                    } else {
                        (seen << 8) | ((*texts & 0xff) + 1).min(0xff)
                    };
                }
                before = syllable.sound;
            }
        }
        let share = |n: u32| f64::from(n) / f64::from(all);
        let together = |(one, next): (u32, u32), times: u32| {
            let both = share(times);
            (both / (share(single[&one]) * share(single[&next]))).ln() / -both.ln()
        };
        let belong = pairs.into_iter().filter(|((one, next), (times, texts))| {
            *texts & 0xff >= PAIR_TEXTS
                && !silent.contains(one)
                && !silent.contains(next)
                && together((*one, *next), *times) >= PAIR_TOGETHER
        });
        self.pairs = belong.map(|(pair, _)| pair).collect();
    }

    /// The words of a text, by its place among those that were read; each once, as they are written in the list or
    /// there. Of a text typed without marks only words of the list are known.
    #[must_use]
    pub fn words(&self, text: usize) -> HashSet<String> {
        let mut found = HashSet::new();
        let Some((syllables, bare)) = self.texts.get(text) else { return found };
        for stretch in syllables.split(|number| *number == NONE) {
            let mut denied = Denied::default();
            let mut at = 0;
            while at < stretch.len() {
                let (word, length) = self.word_at(stretch, at, *bare);
                at += length;
                if let Some(word) = denied.take(word, length) {
                    found.insert(word);
                }
            }
        }
        found
    }

    /// The word of the list that begins at a syllable, the longest, and how many syllables it has.
    fn listed(&self, stretch: &[u32], at: usize, bare: bool) -> Option<(&'static str, usize)> {
        let known = if bare { &self.bare_known } else { &self.known };
        let mut key = [NONE; LONGEST];
        let most = LONGEST.min(stretch.len() - at);
        for (place, number) in key.iter_mut().zip(&stretch[at..at + most]) {
            let syllable = &self.syllables[*number as usize];
            *place = if bare { syllable.bare } else { syllable.sound };
        }
        (2..=most).rev().find_map(|length| {
            let mut key = key;
            key[length..].fill(NONE);
            known.get(&key).map(|word| (*word, length))
        })
    }

    /// The word that begins at a syllable, if it says anything, and how many syllables it has.
    fn word_at(&self, stretch: &[u32], at: usize, bare: bool) -> (Word, usize) {
        if let Some((word, length)) = self.listed(stretch, at, bare) {
            return (Word::of(word.to_owned(), self.common.contains(word)), length);
        }
        let one = &self.syllables[stretch[at] as usize];
        if bare {
            // One syllable without marks may be any of many words.
            return (Word::Common(one.bare_denial.unwrap_or_default().to_owned()), 1);
        }
        if let Some(next) = stretch.get(at + 1).map(|number| &self.syllables[*number as usize])
            && self.pairs.contains(&(one.sound, next.sound))
            && self.listed(stretch, at + 1, bare).is_none()
        {
            return (Word::Says(format!("{} {}", one.written, next.written)), 2);
        }
        (Word::of(one.written.clone(), one.common), 1)
    }
}

/// A word of a text.
enum Word {
    /// It says something.
    Says(String),
    /// It only ties others together.
    Common(String),
}

impl Word {
    fn of(word: String, common: bool) -> Self {
        if common { Self::Common(word) } else { Self::Says(word) }
    }
}

/// A denial on its way to what it denies.
#[derive(Default)]
struct Denied(String);

impl Denied {
    /// Takes the next word; gives it, with the denial before it, when it says something.
    fn take(&mut self, word: Word, syllables: usize) -> Option<String> {
        let before = std::mem::take(&mut self.0);
        match word {
            Word::Says(word) if DENIALS.contains(&word.as_str()) => {
                self.0 = word;
                None
            }
            Word::Says(word) if before.is_empty() => Some(word),
            Word::Says(word) => Some(format!("{before} {word}")),
            Word::Common(word) if DENIALS.contains(&word.as_str()) => {
                self.0 = word;
                None
            }
            Word::Common(word) => {
                if !before.is_empty() && syllables == 1 && BETWEEN.contains(&word.as_str()) && !before.contains(' ') {
                    self.0 = format!("{before} {word}");
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words: Vec<String> = Vocabulary::read([text].into_iter()).words(0).into_iter().collect();
        words.sort_by_key(|word| collate::key(word));
        words
    }

    #[test]
    fn natural_sentences_fall_into_their_words() {
        assert_eq!(
            words("Cán bộ hướng dẫn rõ ràng, ghi sẵn những giấy tờ cần chuẩn bị."),
            ["cán bộ", "chuẩn bị", "giấy tờ", "hướng dẫn", "rõ ràng", "sẵn"]
        );
        assert_eq!(words("Thái độ phục vụ lịch sự, vui vẻ."), ["lịch sự", "phục vụ", "thái độ", "vui vẻ"]);
        assert_eq!(words("Phòng chờ nóng, quạt hỏng, thiếu ghế."), ["nóng", "phòng chờ", "quạt hỏng", "thiếu ghế"]);
        assert_eq!(words("Bộ phận một cửa làm việc rất chuyên nghiệp"), ["bộ phận một cửa", "chuyên nghiệp"]);
    }

    #[test]
    fn a_denial_stays_with_what_it_denies() {
        assert_eq!(words("Tôi chưa hài lòng"), ["chưa hài lòng"]);
        assert_eq!(words("Lý do ghi không rõ ràng"), ["không rõ ràng", "lý do"]);
        assert_eq!(words("Không được thông báo trước"), ["không được thông báo"]);
        assert_eq!(words("hồ sơ ko đc giải quyết"), ["hồ sơ", "không được giải quyết"]);
        assert_eq!(words("Không, cán bộ lịch sự"), ["cán bộ", "lịch sự"]);
    }

    #[test]
    fn tone_marks_capitals_and_missing_marks_make_no_other_word() {
        assert_eq!(words("HOÀ NHÃ"), words("hòa nhã"));
        assert_eq!(words("thai do chua hoa nha, thu tuc cham tre"), ["chậm trễ", "chưa hòa nhã", "thái độ", "thủ tục"]);
        let decomposed: String = "thủ tục".nfd().collect();
        assert_eq!(words(&decomposed), ["thủ tục"]);
    }

    #[test]
    fn syllables_that_the_texts_always_put_together_become_a_word() {
        let texts: Vec<String> = ["nhanh", "chậm", "mới", "hỏng", "nặng", "đẹp", "cũ"]
            .iter()
            .flat_map(|how| [format!("Phần mềm {how} quá"), format!("Quầy {how} thì nên sửa {how}")])
            .collect();
        let with = |texts: &[String]| {
            let texts = texts.iter().map(String::as_str).chain(["phần mềm hay treo"]);
            let read = Vocabulary::read(texts);
            read.words(read.texts.len() - 1)
        };
        assert!(with(&texts).contains("phần mềm"));
        // Three texts, with this one four, are too few.
        assert!(with(&texts[..6]).contains("phần") && !with(&texts[..6]).contains("phần mềm"));
    }
}
