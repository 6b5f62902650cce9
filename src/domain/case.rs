//! The code of a case file (mã hồ sơ) and what happened to the case. The code is personal data: it is checked here, and
//! kept nowhere but as a keyed hash.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::Day;
use crate::error::Fault;

/// Longest code that is believed, in characters.
const LONGEST: usize = 60;

/// What happened to a case, so that people are asked about it. Each asks alike: whoever was refused is asked as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The result was handed over.
    Finished,
    /// The case was refused.
    Refused,
    /// It was given back to be completed.
    Returned,
    /// Its day has passed.
    Late,
    /// It was taken in.
    Received,
}

impl Event {
    /// Every event, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Finished, Self::Refused, Self::Returned, Self::Late, Self::Received];

    /// The name used in tables and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Refused => "refused",
            Self::Returned => "returned",
            Self::Late => "late",
            Self::Received => "received",
        }
    }

    /// The event of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// The code of a case as it is hashed: no spaces or marks of any kind, short hyphens, capital letters.
#[must_use]
pub fn normal(text: &str) -> String {
    let bare: String = text.nfkc().filter_map(plain).flat_map(char::to_uppercase).collect();
    // Scanners may be set to say first which kind of symbol they read, and Code 39 has stars at both ends.
    let kind = bare.strip_prefix(']').and_then(|rest| rest.get(2..));
    kind.unwrap_or(&bare).trim_matches('*').to_owned()
}

fn plain(character: char) -> Option<char> {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => None,
        other if other.is_whitespace() || other.is_control() => None,
        other => Some(other),
    }
}

/// Reads the code of a case as an officer types or scans it: unit, day received, running number, such as
/// `000.00.12.H21-261124-0004`.
///
/// # Errors
/// What is wrong with it and what was expected.
pub fn parse(text: &str) -> Result<String, Fault> {
    let code = normal(text);
    if code.is_empty() {
        return Err(Fault::new("desk-case-needed"));
    }
    if let Some(marked) = code.chars().find(|character| character.is_alphabetic() && !character.is_ascii()) {
        return Err(Fault::new("desk-case-marks").with("letter", marked));
    }
    if code.chars().count() > LONGEST {
        return Err(Fault::new("desk-case-long").with("most", LONGEST));
    }
    let form = || Fault::new("desk-case-form");
    let mut parts = code.split('-');
    let (Some(unit), Some(day), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(form());
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let named = unit.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if !named || day.len() != 6 || !digits(day) || number.len() < 4 || !digits(number) {
        return Err(form());
    }
    let real = day.parse::<i64>().ok().and_then(|day| Day::from_number(20_000_000 + day));
    real.map(|_| code.clone()).ok_or_else(|| Fault::new("desk-case-day").with("day", day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_a_scanner_or_a_keyboard_writes_a_code_is_the_same_code() {
        let code = "000.00.BD.H08-230411-0004";
        for spelling in [
            code,
            " 000.00.bd.h08-230411-0004\r\n",
            "000.00.BD.H08–230411—0004",
            "000.00.BD.H08 - 230411 - 0004",
            "]C1000.00.BD.H08-230411-0004",
            "*000.00.BD.H08-230411-0004*",
            "０００.00.BD.H08-230411-0004",
            "\u{feff}000.00.BD.H08-230411-0004\u{1d}",
        ] {
            assert_eq!(parse(spelling).as_deref(), Ok(code), "{spelling:?}");
        }
        assert!(parse("G22.99.3-261124-12345").is_ok());
    }

    #[test]
    fn a_mistyped_code_is_told_what_is_wrong() {
        for (typed, key) in [
            ("", "desk-case-needed"),
            (" \r\n", "desk-case-needed"),
            ("000.00.BĐ.H08-230411-0004", "desk-case-marks"),
            ("000.00.BD.H08-230431-0004", "desk-case-day"),
            ("000.00.BD.H08-230411-004", "desk-case-form"),
            ("000.00.BD.H08-23041-0004", "desk-case-form"),
            ("000.00.BD.H08-230411", "desk-case-form"),
            ("000.00.BD.H08-230411-0004-1", "desk-case-form"),
            ("000..BD.H08-230411-0004", "desk-case-form"),
            ("000.00.BD.H08-230411-00O4", "desk-case-form"),
            ("000.00.BD.H08-٢٣٠٤١١-0004", "desk-case-form"),
            (&"9".repeat(61), "desk-case-long"),
        ] {
            assert_eq!(parse(typed).unwrap_err().key, key, "{typed}");
        }
    }
}
