//! A unit (đơn vị): a node of the organisation tree, with validity and an explicit successor.

use serde::Serialize;

use super::{Day, UnitId};

/// The kinds of unit.
pub const KINDS: [&str; 6] = ["department", "office", "counter", "district_office", "school", "centre"];

/// A unit as a file describes it; units above and after it are named by their codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Opaque code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name for tables.
    pub short_name: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Code of the unit above.
    pub parent: Option<String>,
    /// First day; unknown means always.
    pub valid_from: Option<Day>,
    /// Last day; unknown means still.
    pub valid_to: Option<Day>,
    /// Code of the unit that took over.
    pub successor: Option<String>,
}

/// A unit as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Row number.
    pub id: UnitId,
    /// Opaque code; no hierarchy is read out of it.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name for tables.
    pub short_name: String,
    /// Kind of unit: `department`, `office`, `counter`, `district_office`, `school`, `centre`.
    pub kind: String,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// First day; unknown means always.
    pub valid_from: Option<Day>,
    /// Last day; unknown means still.
    pub valid_to: Option<Day>,
    /// The unit that took over.
    pub successor: Option<UnitId>,
}

impl Unit {
    /// Whether it existed on that day.
    #[must_use]
    pub fn valid_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// Whether a text can be a unit's code: up to 64 characters without spaces, whatever they mean.
#[must_use]
pub fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && !text.contains(char::is_whitespace)
}
