//! A procedure (thủ tục hành chính): an entry of the catalogue, with validity and an explicit successor.

use super::{Day, ProcedureId};

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
