//! A place over the calendar years that some stretches of time touch, and which stretches may be told of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Day;
use crate::error::{Error, Result};
use crate::stats::disclosure::{DEFAULT_THRESHOLD, cuts, is_sensitive};

/// Boundaries of a year: its middle, its quarters, its months. A boundary lies before the month of that number, from 0.
const YEAR: [usize; 11] = [6, 3, 9, 1, 2, 4, 5, 7, 8, 10, 11];
/// Boundaries of a month: before the 15th, where months of reports end, then the other days.
const MIDDLE: usize = 14;

/// Half-open stretches of days, with what has to be known around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Around {
    /// Months of the years that are touched, yyyymm.
    pub(super) months: Vec<i64>,
    /// Days of the months that a stretch begins or ends in the midst of, yyyymmdd.
    pub(super) days: Vec<i64>,
}

impl Around {
    pub(super) fn of(stretches: impl Iterator<Item = (Day, Day)>) -> Self {
        let (mut years, mut cut) = (BTreeSet::new(), BTreeSet::new());
        for (from, to) in stretches.filter(|(from, to)| from < to) {
            years.extend(from.month() / 100..=to.plus(-1).month() / 100);
            cut.extend([from, to].into_iter().filter(|day| day.number() % 100 != 1).map(Day::month));
        }
        let months = years.into_iter().flat_map(|year| (1..=12).map(move |month| year * 100 + month)).collect();
        Self { months, days: cut.into_iter().flat_map(days_of).collect() }
    }

    /// The months and those days.
    pub(super) fn times(&self) -> Vec<i64> {
        self.months.iter().chain(&self.days).copied().collect()
    }

    /// The years.
    pub(super) fn years(&self) -> BTreeSet<i64> {
        self.months.iter().map(|month| month / 100).collect()
    }

    /// The months that a stretch begins or ends in the midst of.
    pub(super) fn cut_months(&self) -> BTreeSet<i64> {
        self.days.iter().map(|day| day / 100).collect()
    }

    /// Every day, where rows tell only days.
    pub(super) fn all_days(&self) -> Vec<i64> {
        self.months.iter().copied().flat_map(days_of).collect()
    }
}

fn days_of(month: i64) -> impl Iterator<Item = i64> {
    (1..=31).map(move |day| month * 100 + day).filter(|day| Day::from_number(*day).is_some())
}

/// Persons by month, and by day in the months that are known by day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Timeline {
    months: BTreeMap<i64, i64>,
    days: BTreeMap<i64, i64>,
    /// Boundaries of years between their months, and of months between their days, at which the lists that it stands in
    /// leave it to be cut: a bit for each.
    cuts: BTreeMap<i64, u32>,
    /// Whether these are all there are: what it might be cut at by itself is among them.
    settled: bool,
}

impl Timeline {
    /// Persons of a month or of a day; fewer than none where they are taken away from those that are added elsewhere.
    pub(super) fn add(&mut self, time: i64, persons: i64) {
        let of = if time < 1_000_000 { &mut self.months } else { &mut self.days };
        *of.entry(time).or_default() += persons;
    }

    /// The same with the months of which only days are known.
    pub(super) fn whole(mut self) -> Self {
        let mut months: BTreeMap<i64, i64> = BTreeMap::new();
        for (day, persons) in &self.days {
            *months.entry(day / 100).or_default() += persons;
        }
        months.append(&mut self.months);
        self.months = months;
        self
    }

    /// Leaves only some boundaries of a year or month for cuts.
    pub(super) fn narrow(&mut self, time: i64, cuts: u32) {
        *self.cuts.entry(time).or_insert(u32::MAX) &= cuts;
    }

    /// Leaves only these boundaries of these years and months for cuts, among which is what it might be cut at by itself.
    pub(super) fn settle(&mut self, cuts: &[(i64, u32)]) {
        cuts.iter().for_each(|(time, cuts)| self.narrow(*time, *cuts));
        self.settled = true;
    }

    /// The same for whoever asks for many stretches: where it might be cut by itself is worked out once.
    ///
    /// # Errors
    /// Never; the threshold is a constant.
    pub(super) fn settled(mut self) -> Result<Self> {
        let years = self.months.keys().map(|month| month / 100);
        let times: BTreeSet<i64> = years.chain(self.days.keys().map(|day| day / 100)).collect();
        for time in times {
            let cuts = by_itself(time, &self.counts(time))?;
            self.narrow(time, bits(&cuts));
        }
        self.settled = true;
        Ok(self)
    }

    /// Persons of the months of a year, or of the days of a month.
    pub(super) fn counts(&self, time: i64) -> Vec<u64> {
        let (of, last) = if time < 10_000 { (&self.months, 12) } else { (&self.days, days_of(time).count() as i64) };
        (1..=last).map(|part| known(of.get(&(time * 100 + part)).copied().unwrap_or(0))).collect()
    }

    /// Adds the persons of another line.
    pub(super) fn join(&mut self, other: &Self) {
        other.months.iter().chain(&other.days).for_each(|(time, persons)| self.add(*time, *persons));
    }

    /// Those of this line who are not of another that is a part of it.
    pub(super) fn minus(&self, part: &Self) -> Self {
        let less = |all: &BTreeMap<i64, i64>, part: &BTreeMap<i64, i64>| {
            all.iter().map(|(time, n)| (*time, (n - part.get(time).copied().unwrap_or(0)).max(0))).collect()
        };
        Self { months: less(&self.months, &part.months), days: less(&self.days, &part.days), ..Self::default() }
    }

    /// Persons of a half-open stretch: of its whole months, and of the days of the others.
    pub(super) fn over(&self, from: Day, to: Day) -> u64 {
        let (from, to) = (from.number(), to.number());
        let whole = |month: i64| from <= month * 100 + 1 && after(month) * 100 < to;
        let months = self.months.range(from / 100..=to / 100).filter(|(month, _)| whole(**month));
        let inside: i64 = months.map(|(_, persons)| persons).sum();
        let counted = |month: i64| whole(month) && self.months.contains_key(&month);
        let days = self.days.range(from..to).filter(|(day, _)| !counted(*day / 100));
        known(inside + days.map(|(_, persons)| persons).sum::<i64>())
    }

    /// Whether a figure of this stretch tells nothing of a few persons beside the figures of other stretches: it begins
    /// and ends where the years may be cut, and has nobody or enough in each year.
    ///
    /// # Errors
    /// Never; the threshold is a constant.
    pub(super) fn tells(&self, from: Day, to: Day) -> Result<bool> {
        for year in from.month() / 100..=to.plus(-1).month() / 100 {
            let first = Day::from_number(year * 10_000 + 101).map_or(from, |day| day.max(from));
            let end = Day::from_number((year + 1) * 10_000 + 101).map_or(to, |day| day.min(to));
            let few = is_sensitive(self.over(first, end), DEFAULT_THRESHOLD);
            if few || !self.is_cut(year, first)? || !self.is_cut(year, end)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the days of a year may be told apart before this one.
    fn is_cut(&self, year: i64, day: Day) -> Result<bool> {
        let month = day.month();
        // The first of January also ends the year before.
        let before = if month / 100 > year { 12 } else { (month % 100 - 1) as usize };
        let of_month = (day.number() % 100 - 1) as usize;
        let of_year = self.cuts_of(year)?;
        let told = |boundary: usize| of_year >> boundary & 1 == 1;
        if of_month == 0 || !told(before) || !told(before + 1) {
            return Ok(of_month == 0 && told(before));
        }
        Ok(self.cuts_of(month)? >> of_month & 1 == 1)
    }

    /// Where a year or month may be cut: a bit for each boundary.
    fn cuts_of(&self, time: i64) -> Result<u32> {
        let left = self.cuts.get(&time).copied().unwrap_or(u32::MAX);
        Ok(if self.settled { left } else { left & bits(&by_itself(time, &self.counts(time))?) })
    }
}

/// A bit for each yes.
pub(super) fn bits(cuts: &[bool]) -> u32 {
    cuts.iter().enumerate().fold(0, |bits, (at, cut)| bits | u32::from(*cut) << at)
}

fn by_itself(time: i64, counts: &[u64]) -> Result<Vec<bool>> {
    let order = if time < 10_000 { YEAR.to_vec() } else { order_of(counts.len()) };
    cuts(counts, &order, DEFAULT_THRESHOLD).map_err(Error::internal)
}

/// Where a year or month may be cut that stands in no list; of a few persons nothing is told.
///
/// # Errors
/// Never; the threshold is a constant.
pub(super) fn alone(time: i64, counts: &[u64]) -> Result<Vec<bool>> {
    let told = !is_sensitive(counts.iter().sum(), DEFAULT_THRESHOLD);
    Ok(by_itself(time, counts)?.into_iter().map(|cut| cut && told).collect())
}

/// The boundaries of a month of so many days.
fn order_of(days: usize) -> Vec<usize> {
    std::iter::once(MIDDLE).chain((1..days).filter(|at| *at != MIDDLE)).collect()
}

/// Nobody where more were taken away than there are.
fn known(persons: i64) -> u64 {
    u64::try_from(persons).unwrap_or(0)
}

fn after(month: i64) -> i64 {
    if month % 100 == 12 { month + 89 } else { month + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::period::{CutOff, Period};
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        Day::from_number(n).unwrap()
    }

    #[test]
    fn a_month_of_few_takes_its_neighbour_with_it_and_leaves_the_quarter() {
        let mut line = Timeline::default();
        for (month, persons) in [(1, 9), (2, 3), (3, 8), (4, 20), (7, 30)] {
            line.add(202_600 + month, persons);
        }
        let tells = |from, to| line.tells(day(from), day(to)).unwrap();
        assert!(tells(20_260_101, 20_270_101) && tells(20_260_101, 20_260_401) && tells(20_260_401, 20_260_701));
        assert!(tells(20_260_101, 20_260_201), "what is left of the quarter is eleven");
        assert!(!tells(20_260_201, 20_260_301) && !tells(20_260_301, 20_260_401) && !tells(20_260_101, 20_260_301));
        assert!(tells(20_260_201, 20_260_401), "few and many together are many");
        assert_eq!(line.over(day(20_260_115), day(20_260_801)), 61);
    }

    #[test]
    fn the_15th_is_tried_before_other_days() {
        let mut line = Timeline::default();
        line.add(202_603, 16);
        for (at, persons) in [(2, 6), (20, 5), (21, 5)] {
            line.add(20_260_300 + at, persons);
        }
        let tells = |line: &Timeline, from, to| line.tells(day(from), day(to)).unwrap();
        assert!(tells(&line, 20_260_301, 20_260_315) && tells(&line, 20_260_315, 20_260_401));
        assert!(tells(&line, 20_260_321, 20_260_401));
        line.add(20_260_316, 2);
        line.add(202_603, 2);
        assert!(!tells(&line, 20_260_315, 20_260_318), "two persons stand alone");
    }

    #[test]
    fn what_has_to_be_known_around_a_stretch() {
        let around = Around::of([(day(20_251_215), day(20_260_315))].into_iter());
        assert_eq!((around.months.len(), around.months[0], around.months[23]), (24, 202_501, 202_612));
        assert_eq!((around.days.len(), around.days[0], around.days[61]), (62, 20_251_201, 20_260_331));
        let whole = Period::parse("2026-Q1", CutOff::Calendar).unwrap();
        assert!(Around::of([(whole.from(), whole.to())].into_iter()).days.is_empty());
    }

    proptest! {
        /// Every two stretches that are told, whichever they are: if one holds the other, what is between is nobody or
        /// enough.
        #[test]
        fn no_two_stretches_differ_by_a_few(
            daily in proptest::collection::vec((0_i64..720, 1_i64..4), 0..160),
            stretches in proptest::collection::vec((0_i64..24, 0_i64..24, 0_i64..60), 2..40),
        ) {
            let first = day(20_250_101);
            let mut line = Timeline::default();
            for (ahead, persons) in &daily {
                let at = first.plus(*ahead);
                line.add(at.number(), *persons);
                line.add(at.month(), *persons);
            }
            let end = |month: i64, of: i64| {
                let first = day(20_250_001 + (month / 12) * 10_000 + (month % 12 + 1) * 100);
                // Mostly where months begin or are cut, now and then anywhere.
                first.plus(match of { 0..30 => 0, 30..50 => 14, _ => of % 27 })
            };
            let mut told = Vec::new();
            for (a, b, of) in stretches {
                let (from, to) = (end(a.min(b), of), end(a.max(b) + 1, of));
                if line.tells(from, to).unwrap() {
                    told.push((from, to));
                }
            }
            for outer in &told {
                for inner in told.iter().filter(|inner| outer.0 <= inner.0 && inner.1 <= outer.1) {
                    let between = line.over(outer.0, outer.1) - line.over(inner.0, inner.1);
                    prop_assert!(!is_sensitive(between, 5), "{outer:?} without {inner:?} is {between}");
                }
            }
        }
    }
}
