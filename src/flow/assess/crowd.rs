//! Some persons of a place over months, and whether their number may be told beside all that other pictures tell.

use std::collections::BTreeMap;

use super::timeline::Timeline;
use crate::domain::Day;
use crate::error::Result;
use crate::stats::disclosure::{DEFAULT_THRESHOLD, is_sensitive};

/// Some persons, such as those who rated low and answered a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Crowd {
    /// Those of the place, by unit or procedure as it was.
    parts: BTreeMap<i64, Timeline>,
    /// Those of all units; none where the place is all units.
    everywhere: Option<Timeline>,
}

impl Crowd {
    /// Nobody yet, at a place that is a part of all units, or is all of them.
    pub(super) fn new(is_part: bool) -> Self {
        Self { parts: BTreeMap::new(), everywhere: is_part.then(Timeline::default) }
    }

    /// Persons of the place in a month.
    pub(super) fn here(&mut self, part: i64, month: i64, persons: u64) {
        self.parts.entry(part).or_default().add(month, persons.cast_signed());
    }

    /// Persons of all units in a month.
    pub(super) fn everywhere(&mut self, month: i64, persons: u64) {
        if let Some(line) = &mut self.everywhere {
            line.add(month, persons.cast_signed());
        }
    }

    /// Takes in the persons of another crowd.
    pub(super) fn join(&mut self, other: &Self) {
        other.parts.iter().for_each(|(id, line)| self.parts.entry(*id).or_default().join(line));
        if let Some((all, more)) = self.everywhere.as_mut().zip(other.everywhere.as_ref()) {
            all.join(more);
        }
    }

    /// Those who are not of another crowd, which is a part of this one.
    pub(super) fn minus(&self, other: &Self) -> Self {
        let nobody = Timeline::default();
        let parts = self.parts.iter().map(|(id, line)| (*id, line.minus(other.parts.get(id).unwrap_or(&nobody))));
        let everywhere = self.everywhere.as_ref().map(|line| line.minus(other.everywhere.as_ref().unwrap_or(&nobody)));
        Self { parts: parts.collect(), everywhere }
    }

    /// How many of the place there are in a half-open stretch.
    pub(super) fn over(&self, (from, to): (Day, Day)) -> u64 {
        self.parts.values().map(|line| line.over(from, to)).sum()
    }

    /// Whether their number in a stretch tells nothing of a few persons: nobody or enough, beside other stretches, all
    /// units, and the units or procedures that the place was made of.
    pub(super) fn told(&self, stretch: (Day, Day)) -> Result<bool> {
        let few = |n: u64| is_sensitive(n, DEFAULT_THRESHOLD);
        let ((from, to), n) = (stretch, self.over(stretch));
        if n == 0 {
            return Ok(true);
        }
        let parts: Vec<u64> = self.parts.values().map(|line| line.over(from, to)).collect();
        if few(n) || parts.iter().any(|part| few(*part) || few(n - part)) || !self.together().tells(from, to)? {
            return Ok(false);
        }
        let Some(everywhere) = &self.everywhere else { return Ok(true) };
        let others = everywhere.over(from, to).saturating_sub(n);
        Ok(!few(others) && (others > 0 || everywhere.tells(from, to)?))
    }

    fn together(&self) -> Timeline {
        let mut all = Timeline::default();
        for line in self.parts.values() {
            all.join(line);
        }
        all
    }
}

/// Whether those who rated low and high may be told apart among all who answered something, whose number is told elsewhere:
/// both, and those who are left. Never one of them alone: what is left beside it would hold the other, which another
/// stretch of time may tell.
pub(super) fn may_be_apart(all: &Crowd, low: &Crowd, high: &Crowd, stretch: (Day, Day)) -> Result<bool> {
    Ok(low.told(stretch)? && high.told(stretch)? && all.minus(high).minus(low).told(stretch)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Day {
        Day::from_number(n).unwrap()
    }

    fn year() -> (Day, Day) {
        (day(20_260_101), day(20_270_101))
    }

    fn crowd(here: &[(i64, i64, u64)], everywhere: &[(i64, u64)]) -> Crowd {
        let mut crowd = Crowd::new(!everywhere.is_empty());
        here.iter().for_each(|(part, month, n)| crowd.here(*part, *month, *n));
        everywhere.iter().for_each(|(month, n)| crowd.everywhere(*month, *n));
        crowd
    }

    #[test]
    fn a_few_are_told_neither_by_themselves_nor_by_what_is_left_of_a_larger_crowd() {
        let told = |crowd: &Crowd| crowd.told(year()).unwrap();
        assert!(told(&crowd(&[(1, 202_601, 5)], &[])) && told(&crowd(&[], &[])));
        assert!(!told(&crowd(&[(1, 202_601, 4)], &[])));
        assert!(!told(&crowd(&[(1, 202_601, 30)], &[(202_601, 33)])), "three elsewhere");
        assert!(told(&crowd(&[(1, 202_601, 30)], &[(202_601, 35)])));
        assert!(!told(&crowd(&[(1, 202_601, 30), (2, 202_601, 2)], &[])), "two came from the unit that ended");
        let ten_months = (day(20_260_101), day(20_261_101));
        let line = crowd(&[(1, 202_601, 30), (1, 202_612, 2)], &[]);
        assert!(told(&line) && !line.told(ten_months).unwrap(), "the year without the ten months is two persons");
    }

    #[test]
    fn the_rest_between_low_and_high_is_not_to_be_worked_out() {
        let of = |n: u64| crowd(&[(1, 202_601, n)], &[]);
        let shown = |all, low, high| may_be_apart(&of(all), &of(low), &of(high), year()).unwrap();
        assert!(shown(60, 10, 45) && shown(60, 10, 50) && shown(60, 0, 45));
        assert!(!shown(60, 10, 47), "three are left");
        assert!(!shown(60, 3, 45) && !shown(60, 20, 4));
    }
}
