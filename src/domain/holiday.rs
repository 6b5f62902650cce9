//! Days on which the offices do not work although the week says so, and days worked instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Day;

/// The holidays of fixed solar days, month and day: Labour Code 2019, article 112. Tết and the day of the Hùng Kings move
/// with the lunar calendar, and the second day of the National Day is chosen each year.
pub const FIXED: [(i8, i8); 4] = [(1, 1), (4, 30), (5, 1), (9, 2)];

/// What a day is, whatever the week says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nobody works.
    Off,
    /// The offices work, for a day that is off instead.
    Worked,
}

impl Kind {
    /// Both, the usual one first.
    pub const ALL: [Self; 2] = [Self::Off, Self::Worked];

    /// The name in tables and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Worked => "worked",
        }
    }

    /// That of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A day that the office has listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: Day,
    /// Off, or worked instead.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
}

/// Days side by side that were listed as the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Off, or worked instead.
    pub kind: Kind,
    /// What they are called.
    pub name: String,
}

/// Whether a day is off by law in every year.
#[must_use]
pub fn is_fixed(day: Day) -> bool {
    FIXED.contains(&(day.date().month(), day.date().day()))
}

/// Listed days, in order, put together where they lie side by side and are the same.
#[must_use]
pub fn runs(listed: &[Holiday]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for Holiday { day, kind, name } in listed {
        match runs.last_mut() {
            Some(run) if run.last.plus(1) == *day && run.kind == *kind && run.name == *name => run.last = *day,
            _ => runs.push(Run { first: *day, last: *day, kind: *kind, name: name.clone() }),
        }
    }
    runs
}

/// What the office has listed, by day; cheap to hand on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays(Arc<BTreeMap<Day, Kind>>);

impl Holidays {
    /// Those of a list.
    #[must_use]
    pub fn of(listed: &[Holiday]) -> Self {
        Self(Arc::new(listed.iter().map(|one| (one.day, one.kind)).collect()))
    }

    /// What a day is, when it is not as the week says.
    #[must_use]
    pub fn kind(&self, day: Day) -> Option<Kind> {
        if is_fixed(day) { Some(Kind::Off) } else { self.0.get(&day).copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_side_by_side_are_one_line_across_the_end_of_a_year_too() {
        let day = |number| Day::from_number(number).unwrap();
        let one = |number, kind, name: &str| Holiday { day: day(number), kind, name: name.into() };
        let listed = [
            one(20261231, Kind::Off, "Nghỉ"),
            one(20270101, Kind::Off, "Nghỉ"),
            one(20270102, Kind::Off, "Khác"),
            one(20270103, Kind::Worked, "Khác"),
            one(20270105, Kind::Worked, "Khác"),
        ];
        let ends: Vec<(i64, i64)> = runs(&listed).iter().map(|run| (run.first.number(), run.last.number())).collect();
        assert_eq!(ends, [(20261231, 20270101), (20270102, 20270102), (20270103, 20270103), (20270105, 20270105)]);
    }
}
