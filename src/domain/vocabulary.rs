//! Which words a text is made of. Vietnamese puts a space between syllables, not between words: `thái độ` is one word.
//!
//! Three sources say what belongs together: a list of words of several syllables, of which the longest match wins; pairs
//! of syllables that the texts themselves put together far more often than chance would (pointwise mutual information);
//! and words of denial, which stay with what they deny: `chưa rõ ràng` is the opposite of `rõ ràng`. What is left are
//! single syllables; those that say nothing by themselves are left out.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

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

/// The list, and the words that say nothing.
struct Known {
    /// Syllables of each word, as they are compared.
    words: HashMap<Vec<String>, &'static str>,
    /// The same without marks, for texts typed without any.
    bare: HashMap<Vec<String>, &'static str>,
    /// What says nothing, by its words.
    common: HashSet<&'static str>,
    /// What says nothing, by one syllable as it is compared.
    syllables: HashSet<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let lines = |file: &'static str| file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let common: HashSet<&str> = lines(COMMON).collect();
    let several = lines(COMPOUNDS).chain(lines(COMMON).filter(|word| word.contains(' ')));
    let (mut words, mut bare) = (HashMap::new(), HashMap::new());
    for word in several {
        words.insert(word.split(' ').map(sound).collect(), word);
        bare.entry(word.split(' ').map(collate::fold).collect()).or_insert(word);
    }
    let syllables = lines(COMMON).filter(|word| !word.contains(' ')).map(sound).collect();
    Known { words, bare, common, syllables }
});

/// A syllable as it is compared: its letters and then its tone, wherever the tone mark was put: `hoà` is `hòa`.
fn sound(syllable: &str) -> String {
    let tone = |c: char| ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'].iter().position(|mark| *mark == c);
    let mut found = None;
    let letters: String = syllable
        .nfd()
        .filter(|c| match tone(*c) {
            Some(mark) => {
                found = Some(mark);
                false
            }
            None => true,
        })
        .nfc()
        .collect();
    match found {
        Some(mark) => format!("{letters}{mark}"),
        None => letters,
    }
}

/// A stretch of text that no sign divides: syllables in small letters, and as they are compared.
type Stretch = Vec<(String, String)>;

/// The stretches of a text.
fn stretches(text: &str) -> Vec<Stretch> {
    let mut all = vec![Stretch::new()];
    let text: String = text.nfc().flat_map(char::to_lowercase).collect();
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let long = SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long);
        for syllable in long.split(' ').filter(|syllable| !syllable.is_empty()) {
            if let Some(last) = all.last_mut() {
                last.push((syllable.to_owned(), sound(syllable)));
            }
        }
        let divides = part.chars().last().is_some_and(|c| !c.is_alphanumeric() && c != ' ');
        if divides {
            all.push(Stretch::new());
        }
    }
    all.retain(|stretch| !stretch.is_empty());
    all
}

/// Whether a text is typed without any marks.
fn is_bare(stretches: &[Stretch]) -> bool {
    stretches.iter().flatten().all(|(written, _)| written.is_ascii())
}

/// The words of some texts, learnt from the texts themselves beside the list.
#[derive(Debug, Default)]
pub struct Vocabulary {
    pairs: HashSet<(String, String)>,
}

impl Vocabulary {
    /// Learns which syllables belong together.
    pub fn learn<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut single: Vec<u32> = Vec::new();
        let mut pairs: HashMap<(u32, u32), (u32, u32)> = HashMap::new();
        let (mut all, mut seen) = (0_u32, HashSet::new());
        for text in texts {
            let stretches = stretches(text);
            if is_bare(&stretches) {
                continue;
            }
            seen.clear();
            for stretch in stretches {
                let mut before = None;
                for (_, sound) in stretch {
                    let next = numbers.len() as u32;
                    let number = *numbers.entry(sound).or_insert(next);
                    if number == next {
                        single.push(0);
                    }
                    single[number as usize] += 1;
                    all += 1;
                    if let Some(before) = before {
                        let (times, texts) = pairs.entry((before, number)).or_default();
                        *times += 1;
                        *texts += u32::from(seen.insert((before, number)));
                    }
                    before = Some(number);
                }
            }
        }
        let mut names = vec![String::new(); numbers.len()];
        for (sound, number) in numbers {
            names[number as usize] = sound;
        }
        let share = |n: u32| f64::from(n) / f64::from(all);
        let together = |one: u32, next: u32, times: u32| {
            let both = share(times);
            (both / (share(single[one as usize]) * share(single[next as usize]))).ln() / -both.ln()
        };
        let says = |number: u32| {
            let name = &names[number as usize];
            !KNOWN.syllables.contains(name) && !name.chars().all(char::is_numeric)
        };
        let denies: HashSet<String> = DENIALS.iter().map(|word| sound(word)).collect();
        let pairs = pairs.into_iter().filter(|((one, next), (times, texts))| {
            *texts >= PAIR_TEXTS
                && says(*one)
                && says(*next)
                && !denies.contains(&names[*one as usize])
                && together(*one, *next, *times) >= PAIR_TOGETHER
        });
        let named = |((one, next), _): ((u32, u32), _)| (names[one as usize].clone(), names[next as usize].clone());
        Self { pairs: pairs.map(named).collect() }
    }

    /// The words of a text, each once, as they are written in the list or here. Of a text typed without marks only words
    /// of the list are known.
    #[must_use]
    pub fn words(&self, text: &str) -> HashSet<String> {
        let stretches = stretches(text);
        let bare = is_bare(&stretches);
        let mut found = HashSet::new();
        for stretch in &stretches {
            let mut denied = Denied::default();
            let mut at = 0;
            while at < stretch.len() {
                let (word, length) = self.word_at(stretch, at, bare);
                at += length;
                if let Some(word) = denied.take(word, length) {
                    found.insert(word);
                }
            }
        }
        found
    }

    /// The word that begins at a syllable, if it says anything, and how many syllables it has.
    fn word_at(&self, stretch: &Stretch, at: usize, bare: bool) -> (Word, usize) {
        let known = if bare { &KNOWN.bare } else { &KNOWN.words };
        let listed = |from: usize| {
            let most = LONGEST.min(stretch.len() - from);
            (2..=most).rev().find_map(|length| {
                let syllables: Vec<String> = stretch[from..from + length]
                    .iter()
                    .map(|(written, sound)| if bare { written } else { sound }.clone())
                    .collect();
                known.get(&syllables).map(|word| (*word, length))
            })
        };
        if let Some((word, length)) = listed(at) {
            return (Word::of(word.to_owned(), KNOWN.common.contains(word)), length);
        }
        let (written, one) = &stretch[at];
        if bare {
            // One syllable without marks may be any of many words.
            let deny = DENIALS.iter().find(|word| collate::fold(word) == *written);
            return (deny.map_or(Word::Common(String::new()), |word| Word::Common((*word).to_owned())), 1);
        }
        if let Some((next_written, next)) = stretch.get(at + 1)
            && self.pairs.contains(&(one.clone(), next.clone()))
            && listed(at + 1).is_none()
        {
            return (Word::Says(format!("{written} {next_written}")), 2);
        }
        let short = written.chars().count() < 2 || written.chars().any(char::is_numeric);
        (Word::of(written.clone(), short || KNOWN.syllables.contains(one)), 1)
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
        let mut words: Vec<String> = Vocabulary::default().words(text).into_iter().collect();
        words.sort_by_key(|word| collate::key(word));
        words
    }

    #[test]
    fn natural_sentences_fall_into_their_words() {
        assert_eq!(
            words("Cán bộ hướng dẫn rõ ràng, ghi sẵn những giấy tờ cần chuẩn bị."),
            ["cán bộ", "chuẩn bị", "ghi", "giấy tờ", "hướng dẫn", "rõ ràng", "sẵn"]
        );
        assert_eq!(words("Thái độ phục vụ lịch sự, vui vẻ."), ["lịch sự", "phục vụ", "thái độ", "vui vẻ"]);
        assert_eq!(words("Phòng chờ nóng, quạt hỏng, thiếu ghế."), ["nóng", "phòng chờ", "quạt hỏng", "thiếu ghế"]);
        assert_eq!(words("Bộ phận một cửa làm việc rất chuyên nghiệp"), ["bộ phận một cửa", "chuyên nghiệp"]);
    }

    #[test]
    fn a_denial_stays_with_what_it_denies() {
        assert_eq!(words("Tôi chưa hài lòng"), ["chưa hài lòng"]);
        assert_eq!(words("Lý do ghi không rõ ràng"), ["ghi", "không rõ ràng", "lý do"]);
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
        let vocabulary = Vocabulary::learn(texts.iter().map(String::as_str));
        assert!(vocabulary.words("phần mềm hay treo").contains("phần mềm"));
        assert!(!Vocabulary::default().words("phần mềm hay treo").contains("phần mềm"));
        // Four texts are too few.
        let few = Vocabulary::learn(texts.iter().take(8).map(String::as_str));
        assert!(few.words("phần mềm hay treo").contains("phần"));
    }
}
