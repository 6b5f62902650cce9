//! A procedure (thủ tục hành chính): an entry of the catalogue, with validity and an explicit successor.

use serde::Serialize;

use super::{Day, ProcedureId};

/// The levels at which a procedure is handled.
pub const LEVELS: [&str; 4] = ["province", "school", "commune", "shared"];

/// A procedure as a file describes it; the one that replaced it is named by its code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Opaque code such as `1.005092`.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Field (lĩnh vực).
    pub field: String,
    /// One of [`LEVELS`].
    pub level: String,
    /// First day; unknown means always.
    pub valid_from: Option<Day>,
    /// Last day; unknown means still.
    pub valid_to: Option<Day>,
    /// Code of the procedure that replaced it.
    pub successor: Option<String>,
}

/// A procedure as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// Row number.
    pub id: ProcedureId,
    /// Opaque code such as `1.005092`.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Field (lĩnh vực).
    pub field: String,
    /// Who handles it: `province`, `school`, `commune` or `shared`.
    pub level: String,
    /// First day; unknown means always.
    pub valid_from: Option<Day>,
    /// Last day; unknown means still.
    pub valid_to: Option<Day>,
    /// The procedure that replaced it.
    pub successor: Option<ProcedureId>,
}

impl Procedure {
    /// Whether it was in force on that day.
    #[must_use]
    pub fn valid_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether a unit of that kind offers it.
    #[must_use]
    pub fn offered_by(&self, unit_kind: &str) -> bool {
        let at_school = matches!(unit_kind, "school" | "centre" | "district_office");
        match self.level.as_str() {
            "province" => !at_school,
            "school" | "commune" => at_school,
            _ => true,
        }
    }
}

/// The code that a text stands for when a spreadsheet took it for a number: `1.00528` and `1,005280` were `1.005280`.
/// None when the text is a whole code, or no national code at all.
#[must_use]
pub fn meant_by(text: &str) -> Option<String> {
    let (digit, decimals) = text.split_once(['.', ','])?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if digit.len() != 1 || !(1..=6).contains(&decimals.len()) || !digits(digit) || !digits(decimals) {
        return None;
    }
    let whole = format!("{digit}.{decimals:0<6}");
    (whole != text).then_some(whole)
}

/// The code that a number cell stands for, and whether zeros at its end had to be put back. None when the number is
/// not of the form d.dddddd.
#[must_use]
pub fn from_number(number: f64) -> Option<(String, bool)> {
    let whole = format!("{number:.6}");
    let same = whole.parse().is_ok_and(|read: f64| (read - number).abs() < 1e-9);
    if !(0.0..10.0).contains(&number) || number.fract() == 0.0 || !same {
        return None;
    }
    let restored = whole.ends_with('0');
    Some((whole, restored))
}
