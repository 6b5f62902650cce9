//! Where numbers stand that lead to a person: nine digits or more, however they are set apart, and e-mail addresses.
//! Telephone numbers have ten digits (eleven with 84, or by a landline), cards twelve or nine, codes of cases and
//! accounts more; fewer are prices, dates and rooms.

use std::ops::Range;

/// So many digits are a number that leads to a person.
const LEAST: usize = 9;
/// So many characters may stand between two digits of a number.
const APART: usize = 3;
/// Behind a number they make it an amount of money.
const MONEY: [&str; 10] = ["đồng", "đ", "vnđ", "vnd", "triệu", "tr", "tỷ", "tỉ", "nghìn", "ngàn"];

/// Where such numbers and addresses stand, in characters, in order.
#[must_use]
pub fn numbers(text: &str) -> Vec<Range<usize>> {
    // Most texts have none; an o may stand for a digit.
    let digit = |c: &char| c.is_ascii_digit() || matches!(c, 'o' | 'O') || (!c.is_ascii() && c.is_numeric());
    if !text.contains(['@', '＠']) && text.chars().filter(digit).nth(LEAST - 1).is_none() {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut found = addresses(&chars);
    let digits = digits(&chars);
    let mut at = 0;
    while at < chars.len() {
        if !digits[at] {
            at += 1;
            continue;
        }
        let run = run(&chars, &digits, at);
        at = run.end;
        let count = digits[run.clone()].iter().filter(|digit| **digit).count();
        if count >= LEAST && !is_money(&chars, &run) && !is_years(&chars, &run) {
            let plus = run.start.checked_sub(1).filter(|before| matches!(chars[*before], '+' | '＋'));
            found.push(plus.unwrap_or(run.start)..run.end);
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// Which characters are digits of any script, or an o in their place; those of dates are not.
fn digits(chars: &[char]) -> Vec<bool> {
    let is = |c: char| c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric());
    let mut digits: Vec<bool> = chars.iter().map(|c| is(*c)).collect();
    for at in 0..chars.len() {
        let beside = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied();
        let (before, behind) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !matches!(c, 'o' | 'O'));
        let near = before.is_some_and(is) || behind.is_some_and(is);
        if matches!(chars[at], 'o' | 'O') && near && !letter(before) && !letter(behind) {
            digits[at] = true;
        }
    }
    for date in dates(chars) {
        digits[date].fill(false);
    }
    digits
}

/// From one digit to the last that belongs to it.
fn run(chars: &[char], digits: &[bool], start: usize) -> Range<usize> {
    let mut last = start;
    loop {
        let next = (last + 1..(last + 2 + APART).min(chars.len())).find(|at| digits[*at]);
        match next.filter(|next| joins(&chars[last + 1..*next])) {
            Some(next) => last = next,
            None => return start..last + 1,
        }
    }
}

/// Whether what stands between two digits leaves them one number.
fn joins(between: &[char]) -> bool {
    // A comma and a stroke set numbers apart, unless they stand alone between digits.
    if let [',' | '/' | '，' | '／'] = between {
        return true;
    }
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
    };
    between.iter().all(|c| {
        unseen(*c)
            || matches!(c, '.' | '-' | '‐'..='―' | '−' | '_' | '(' | ')' | '·' | '•' | '*' | '+' | '．' | '－' | '~')
    })
}

/// Days such as 24/11/2026.
fn dates(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match date(chars, at) {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of a date that begins at a character; none when none does.
fn date(chars: &[char], start: usize) -> Option<usize> {
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let before = |back: usize| start.checked_sub(back).is_some_and(digit);
    let part = |from: usize, most: usize| {
        let end = (from..from + most).find(|at| !digit(*at)).unwrap_or(from + most);
        let text: String = chars.get(from..end)?.iter().collect();
        Some((text.parse::<u32>().ok()?, end))
    };
    let set = |at: usize| chars.get(at).copied().filter(|c| matches!(c, '/' | '-' | '.'));
    if before(1) || (before(2) && set(start.checked_sub(1)?).is_some()) {
        return None;
    }
    let (day, end) = part(start, 2)?;
    let sign = set(end)?;
    let (month, end) = part(end + 1, 2)?;
    if set(end)? != sign {
        return None;
    }
    let (year, end) = part(end + 1, 4)?;
    let goes_on = digit(end) || (set(end).is_some() && digit(end + 1));
    let is = (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..2200).contains(&year);
    (is && !goes_on).then_some(end)
}

/// Whether a run is an amount: no 0 in front, nothing but dots and commas in it, and a word for money behind it.
fn is_money(chars: &[char], run: &Range<usize>) -> bool {
    let plain = chars[run.clone()].iter().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let behind: String = chars[run.end..].iter().take(8).collect::<String>().to_lowercase();
    let word: String = behind.trim_start_matches(' ').chars().take_while(|c| c.is_alphabetic()).collect();
    plain && chars[run.start] != '0' && MONEY.contains(&word.as_str())
}

/// Whether a run is nothing but years: school years stand side by side.
fn is_years(chars: &[char], run: &Range<usize>) -> bool {
    let text: String = chars[run.clone()].iter().collect();
    let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    groups.clone().count() > 1
        && groups.into_iter().all(|group| group.len() == 4 && (group.starts_with("19") || group.starts_with("20")))
}

/// E-mail addresses.
fn addresses(chars: &[char]) -> Vec<Range<usize>> {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let space = |at: usize| chars.get(at) == Some(&' ');
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in (0..chars.len()).filter(|at| matches!(chars[*at], '@' | '＠')) {
        let left = if at > 0 && space(at - 1) { at - 1 } else { at };
        let right = if space(at + 1) { at + 2 } else { at + 1 };
        let start = (0..left).rev().take_while(|i| local(chars[*i])).last();
        let end = (right..chars.len()).take_while(|i| host(chars[*i])).last().map(|last| last + 1);
        let (Some(start), Some(end)) = (start, end) else { continue };
        let name: String = chars[right..end].iter().collect();
        let name = name.trim_end_matches(['.', '-']);
        let end = right + name.len();
        let whole = name.contains('.') && name.rsplit('.').next().is_some_and(|top| top.len() >= 2);
        if whole && found.last().is_none_or(|last| last.end <= start) {
            found.push(start..end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hidden(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        numbers(text).into_iter().map(|range| chars[range].iter().collect()).collect()
    }

    #[test]
    fn numbers_that_lead_to_a_person_are_found_however_they_are_typed() {
        for number in [
            "0905123456",
            "0905 123 456",
            "0905.123.456",
            "0905-123-456",
            "(090) 512 3456",
            "+84905123456",
            "+84 905 123 456",
            "84-905-123-456",
            "0256 3822 222",
            "(0256) 3.822.222",
            "０９０５１２３４５６",
            "０９０５ 123 ４５６",
            "09O5 123 456",
            "O905123456",
            "0905\u{200b}123\u{200b}456",
            "0905\n123\n456",
            "0 9 0 5 1 2 3 4 5 6",
            "0905,123,456",
            "052090001234",
            "052 090 001 234",
            "211234567",
            "211 234 567",
            "nguyen.van.a@gmail.com",
            "lan-2k @ yahoo.com.vn",
            "a＠so.gov.vn",
        ] {
            let text = format!("Xin gọi {number} nhé");
            let found = hidden(&text);
            let whole = number.trim_start_matches('(');
            assert_eq!(found, [whole], "{text}");
        }
        assert_eq!(hidden("0905123456, 0914567890"), ["0905123456", "0914567890"]);
        assert_eq!(hidden("Gửi về lan@so.vn."), ["lan@so.vn"]);
    }

    #[test]
    fn prices_dates_years_and_rooms_are_left() {
        for text in [
            "Nộp ngày 24/11/2026, hẹn 08/12/2026 lúc 10 giờ 30",
            "Từ 24-11-2026 đến 01.12.2026",
            "Thu 1.500.000.000 đồng, rồi 150000000đ",
            "Học phí 12.500.000 đồng",
            "Năm học 2024-2025, 2025-2026",
            "Phòng 101, 102, 103 và 104 đều nóng",
            "Chờ 3 tiếng, quầy số 5, lần thứ 2",
            "Thủ tục 1.005092 chậm",
            "a @ b, @hang, cuối cùng @",
            "",
        ] {
            assert!(hidden(text).is_empty(), "{text}: {:?}", hidden(text));
        }
    }

    fn written() -> impl Strategy<Value = String> {
        let number = prop_oneof!["0[35789][0-9]{8}", "02[0-9]{9}", "84[35789][0-9]{8}", "0[0-9]{11}", "[1-3][0-9]{8}"];
        let between = prop::sample::select(vec!["", " ", ".", "-", "\u{a0}", "\u{200b}", " - ", "–"]);
        let wide = any::<bool>();
        (number, prop::collection::vec(between, 12), wide).prop_map(|(number, between, wide)| {
            let digit = |c: char| if wide { char::from_u32(c as u32 - 0x30 + 0xff10).unwrap_or(c) } else { c };
            number.chars().zip(between).map(|(c, between)| format!("{}{between}", digit(c))).collect()
        })
    }

    proptest! {
        #[test]
        fn no_number_comes_through(
            before in "[a-zA-ZàáảãạĂăđĐêơư .,:;!?\n]{0,40}",
            number in written(),
            behind in "[a-zàảãáạăâđêôơưọệứ]{1,8}[ .,]",
        ) {
            let text = format!("{before} {number} {behind}");
            let ranges = numbers(&text);
            let left = text.chars().enumerate().filter(|(at, _)| !ranges.iter().any(|range| range.contains(at)));
            // Digits may be left only by a word for money behind a number without a 0 in front.
            let money = is_money_word(&behind);
            let digits = left.filter(|(_, c)| c.is_numeric()).count();
            prop_assert!(digits == 0 || money, "{text:?}: {digits} digits left");
        }

        #[test]
        fn whatever_is_written_places_are_inside_it_and_apart(text in "\\PC{0,80}") {
            let length = text.chars().count();
            let mut last = 0;
            for range in numbers(&text) {
                prop_assert!(range.start < range.end && range.end <= length);
                last = last.max(range.end);
            }
            prop_assert!(last <= length);
        }

        #[test]
        fn a_text_with_fewer_than_nine_digits_and_no_address_is_left(text in "[a-zA-Zàảãáạđêôơư .,/-]{0,40}[0-9]{0,8}[ a-zàảãáạđêôơư]{0,20}") {
            prop_assert!(numbers(&text).is_empty() || text.contains('o') || text.contains('O'));
        }
    }

    fn is_money_word(text: &str) -> bool {
        let word: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
        MONEY.contains(&word.as_str())
    }
}
