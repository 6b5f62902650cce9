//! A school (trường, trung tâm) of an education survey: a unit with its level, area and enrolment.

use serde::Serialize;

use super::UnitId;

/// A school as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct School {
    /// The unit that it is.
    pub unit_id: UnitId,
    /// Level (cấp học), such as `thpt`, `gdtx`; opaque text in small letters.
    pub level: String,
    /// Area (địa bàn); opaque text.
    pub area: String,
    /// Learners.
    pub enrolment: i64,
}
