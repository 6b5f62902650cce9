//! Where names of people seem to stand: behind a word of address, or begun by a family name. Only a suggestion: what is
//! a name is for a person to say.

use std::ops::Range;

/// Words of address before a name, in small letters.
const ADDRESS: [&str; 22] = [
    "anh",
    "chị",
    "cô",
    "chú",
    "bác",
    "ông",
    "bà",
    "em",
    "thầy",
    "cậu",
    "dì",
    "mợ",
    "cháu",
    "bạn",
    "thím",
    "o",
    "tên",
    "đồng chí",
    "cán bộ",
    "nhân viên",
    "giáo viên",
    "con",
];
/// Family names that by themselves begin a full name, even where everything is in capitals.
const FAMILY: [&str; 15] = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Ngô", "Đinh", "Trịnh",
    "Trương",
];
/// Family names that are words too: in capitals they may be meant as words.
const WORD: [&str; 17] = [
    "Đỗ", "Hồ", "Dương", "Lý", "Mai", "Đoàn", "Lâm", "Tạ", "Cao", "Châu", "Tô", "Thái", "Lương", "Rơ", "Siu", "Rah",
    "Ksor",
];
/// Before a name they say that it is one of a place or a school.
const PLACE: [&str; 14] =
    ["trường", "thpt", "thcs", "đường", "phường", "xã", "phố", "quận", "huyện", "tỉnh", "thôn", "làng", "chợ", "học"];
/// Capitals behind a word of address that begin an office, not a name.
const OFFICE: [&str; 22] = [
    "Hiệu",
    "Giám",
    "Phó",
    "Trưởng",
    "Giáo",
    "Chủ",
    "Tổ",
    "Anh",
    "Chị",
    "Em",
    "Cô",
    "Bác",
    "Thầy",
    "Ông",
    "Bà",
    "Sở",
    "Phòng",
    "Trường",
    "Quầy",
    "Ban",
    "Học",
    "Một",
];
/// A name has at most so many words.
const LONGEST: usize = 4;

struct Word {
    text: String,
    range: Range<usize>,
}

/// Where names seem to stand, in characters, in order; the word of address is left out.
#[must_use]
pub fn names(text: &str) -> Vec<Range<usize>> {
    if !text.contains(char::is_uppercase) {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let words = words(&chars);
    let mixed = chars.iter().any(|c| c.is_lowercase());
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let length = name_at(&chars, &words, at, mixed);
        if length > 0 {
            found.push(words[at].range.start..words[at + length - 1].range.end);
        }
        at += length.max(1);
    }
    found
}

fn words(chars: &[char]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let end = (at..chars.len()).find(|i| !chars[*i].is_alphabetic()).unwrap_or(chars.len());
        if end > at {
            words.push(Word { text: chars[at..end].iter().collect(), range: at..end });
        }
        at = end.max(at + 1);
    }
    words
}

/// How many words a name has that begins at a word; 0 when none does.
fn name_at(chars: &[char], words: &[Word], at: usize, mixed: bool) -> usize {
    let beside = |one: usize, next: usize| chars[words[one].range.end..words[next].range.start] == [' '];
    let before = |back: usize| {
        let from = at.checked_sub(back)?;
        let joined = (from..at).all(|i| beside(i, i + 1));
        joined.then(|| words[from..at].iter().map(|word| word.text.to_lowercase()).collect::<Vec<_>>().join(" "))
    };
    let capital = |word: &Word| is_capital(&word.text, mixed);
    let mut length = 0;
    while length < LONGEST
        && words.get(at + length).is_some_and(capital)
        && (length == 0 || beside(at + length - 1, at + length))
    {
        length += 1;
    }
    let is = |list: &[&str], back: usize| before(back).is_some_and(|said| list.contains(&said.as_str()));
    if length == 0 {
        return 0;
    }
    let addressed = is(&ADDRESS, 1) || is(&ADDRESS, 2);
    if addressed && !OFFICE.contains(&titled(&words[at].text).as_str()) {
        return length;
    }
    // A school and a street are called after people too.
    let place = is(&PLACE, 1) || is(&PLACE, 2);
    let first = &words[at].text;
    let family = FAMILY.contains(&titled(first).as_str()) || WORD.contains(&first.as_str());
    if length > 1 && !place && family { length } else { 0 }
}

/// Whether a word is written like a name; in a text of capitals only, capitals say nothing.
fn is_capital(word: &str, mixed: bool) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && (letters.clone().all(char::is_lowercase) || (mixed && letters.all(char::is_uppercase)))
}

/// A word with only its first letter a capital.
fn titled(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().chain(letters.flat_map(char::to_lowercase)).collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    fn found(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        names(text).into_iter().map(|range| chars[range].iter().collect()).collect()
    }

    #[test]
    fn names_behind_a_word_of_address_or_a_family_name_are_suggested() {
        assert_eq!(found("Tôi gặp anh Nguyễn Văn A ở quầy 2."), ["Nguyễn Văn A"]);
        assert_eq!(found("Cô Lan rất nhiệt tình, chị Hằng thì không."), ["Lan", "Hằng"]);
        assert_eq!(found("Nhờ đồng chí Trần Thị Thu Hà xem lại"), ["Trần Thị Thu Hà"]);
        assert_eq!(found("Hồ sơ do Lê Thị Bình ký"), ["Lê Thị Bình"]);
        assert_eq!(found("Chị HẰNG trả lời cộc lốc"), ["HẰNG"]);
        assert_eq!(found("Gặp NGUYỄN VĂN A và Thái Thị Mơ"), ["NGUYỄN VĂN A", "Thái Thị Mơ"]);
    }

    #[test]
    fn places_offices_and_ordinary_sentences_are_not() {
        for text in [
            "Trường THPT Nguyễn Du đông quá",
            "Nhà tôi ở đường Lê Lợi, phường Trần Phú",
            "Thầy Hiệu trưởng và cô Giáo viên đều tốt",
            "Anh Chị ở quầy niềm nở",
            "anh chị cán bộ hướng dẫn tận tình",
            "TÔI CHỜ QUÁ LÂU Ở SỞ",
            "Chờ lâu, THÁI ĐỘ khó chịu, HỒ SƠ thất lạc",
            "",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
