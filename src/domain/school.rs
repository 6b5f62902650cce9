//! A school (trường, trung tâm) of an education survey: a unit with its level, area and enrolment.

use serde::Serialize;

use super::UnitId;

/// Levels at which parents answer for their children, in the spellings that files use.
const PARENTS_ANSWER: [&str; 8] = ["mn", "mam_non", "mầm non", "th", "tieu_hoc", "tiểu học", "thcs", "trung học cơ sở"];

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

impl School {
    /// The education form of its level: learners answer for themselves from upper secondary school on.
    #[must_use]
    pub fn form(&self) -> &'static str {
        if PARENTS_ANSWER.contains(&self.level.as_str()) { "education-parents" } else { "education-learners" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_answer_for_the_young_and_learners_for_themselves() {
        let at =
            |level: &str| School { unit_id: UnitId(1), level: level.into(), area: String::new(), enrolment: 1 }.form();
        assert_eq!(["mn", "tiểu học", "thcs"].map(at), ["education-parents"; 3]);
        assert_eq!(["thpt", "gdtx"].map(at), ["education-learners"; 2]);
    }
}
