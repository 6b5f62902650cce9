//! Working days: the ordinary week, less the holidays, and the days worked instead.

use super::Day;
use super::holiday::{Holidays, Kind};
use super::hours::Hours;

/// So many days are looked at in either direction for one on which the offices work.
const FARTHEST: i64 = 366;

/// When the offices work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingDays {
    /// The ordinary week.
    pub hours: Hours,
    /// The days that are otherwise.
    pub holidays: Holidays,
}

impl WorkingDays {
    /// Whether the offices work on a day.
    #[must_use]
    pub fn has(&self, day: Day) -> bool {
        self.holidays.kind(day).map_or_else(|| self.hours.are_on(day), |kind| kind == Kind::Worked)
    }

    /// Whether the offices are open at an instant, in unix ms.
    #[must_use]
    pub fn are_open(&self, at_ms: i64) -> bool {
        let day = Day::at(at_ms);
        self.has(day) && self.hours.of(day).contains(&at_ms)
    }

    /// How long the offices were open between two instants, in ms; a month at most is looked at.
    #[must_use]
    pub fn open_ms(&self, from_ms: i64, to_ms: i64) -> i64 {
        let (first, last) = (Day::at(from_ms), Day::at(to_ms));
        let days = std::iter::successors(Some(first), |day| Some(day.plus(1))).take_while(|day| *day <= last).take(31);
        let open = |day: Day| {
            let hours = self.hours.of(day);
            (to_ms.min(hours.end) - from_ms.max(hours.start)).max(0)
        };
        days.filter(|day| self.has(*day)).map(open).sum()
    }

    /// A day, or the last before it on which the offices work.
    #[must_use]
    pub fn last(&self, day: Day) -> Day {
        (0..FARTHEST).map(|back| day.plus(-back)).find(|day| self.has(*day)).unwrap_or(day)
    }

    /// A day, or the first after it on which the offices work: when the last day of a time limit is off, the limit ends
    /// with the next working day (Civil Code 2015, article 148, clause 5).
    #[must_use]
    pub fn next(&self, day: Day) -> Day {
        (0..FARTHEST).map(|ahead| day.plus(ahead)).find(|day| self.has(*day)).unwrap_or(day)
    }

    /// The so many-th working day after a day.
    #[must_use]
    pub fn after(&self, day: Day, count: u32) -> Day {
        (0..count).fold(day, |day, _| self.next(day.plus(1)))
    }

    /// The so many-th working day before a day.
    #[must_use]
    pub fn before(&self, day: Day, count: u32) -> Day {
        (0..count).fold(day, |day, _| self.last(day.plus(-1)))
    }

    /// What was due before this day is late on a day: a working day that was not over when it fell due is.
    #[must_use]
    pub fn late_before(&self, today: Day) -> Day {
        self.last(today.plus(-1)).plus(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::holiday::Holiday;

    const HOUR: i64 = 60 * 60 * 1000;

    fn day(number: i64) -> Day {
        Day::from_number(number).unwrap()
    }

    fn with(listed: &[(i64, i64, Kind)]) -> WorkingDays {
        let days = |(from, to, kind): &(i64, i64, Kind)| {
            let (to, kind) = (day(*to), *kind);
            std::iter::successors(Some(day(*from)), |day| Some(day.plus(1)))
                .take_while(move |day| *day <= to)
                .map(move |day| Holiday { day, kind, name: String::new() })
        };
        let listed: Vec<Holiday> = listed.iter().flat_map(days).collect();
        WorkingDays { hours: Hours::default(), holidays: Holidays::of(&listed) }
    }

    #[test]
    fn at_a_weekend_the_last_working_day_is_friday() {
        let week = WorkingDays::default();
        assert_eq!(
            [20261127, 20261128, 20261129, 20261130].map(|number| week.last(day(number)).number()),
            [20261127, 20261127, 20261127, 20261130]
        );
        let six = WorkingDays { hours: "1-6 7:00-17:00".parse().unwrap(), ..WorkingDays::default() };
        assert_eq!(six.last(day(20261129)).number(), 20261128);
    }

    #[test]
    fn nights_and_weekends_are_not_open() {
        let week = WorkingDays::default();
        // Friday 20 November 2026.
        let friday = day(20261120).begins_ms();
        assert_eq!(week.open_ms(friday + 16 * HOUR, friday + 17 * HOUR), HOUR);
        let monday = friday + 3 * 24 * HOUR;
        assert_eq!(week.open_ms(friday + 17 * HOUR, monday + 8 * HOUR), HOUR / 2 + HOUR);
        assert_eq!(week.open_ms(friday + 18 * HOUR, monday + 6 * HOUR), 0);
        assert_eq!(week.open_ms(monday + 9 * HOUR, monday + 8 * HOUR), 0);
    }

    #[test]
    fn five_working_days_across_tet_end_after_it() {
        // Saturday 14 to Sunday 22 February 2026: nine days, of which five would be worked.
        let tet = with(&[(20260214, 20260222, Kind::Off)]);
        assert_eq!(WorkingDays::default().after(day(20260212), 5).number(), 20260219);
        assert_eq!(tet.after(day(20260212), 5).number(), 20260226);
        assert_eq!(tet.before(day(20260226), 5).number(), 20260212);
        assert_eq!([tet.last(day(20260220)), tet.next(day(20260216))].map(Day::number), [20260213, 20260223]);
    }

    #[test]
    fn what_falls_due_on_a_day_off_is_late_only_after_the_next_working_day() {
        let tet = with(&[(20260214, 20260222, Kind::Off)]);
        let is_late = |due: i64, today: i64| day(due) < tet.late_before(day(today));
        assert!(!is_late(20260216, 20260222) && !is_late(20260216, 20260223) && is_late(20260216, 20260224));
        assert!(!is_late(20260213, 20260213) && is_late(20260213, 20260214), "a working day ends by itself");
    }

    #[test]
    fn a_saturday_worked_for_a_monday_off_is_open_and_the_monday_is_not() {
        // The Hùng Kings' day, 10/3 of the lunar year, is Sunday 26 April 2026.
        let swapped = with(&[(20260502, 20260502, Kind::Worked), (20260427, 20260427, Kind::Off)]);
        assert_eq!(swapped.after(day(20260424), 1).number(), 20260428);
        // Thursday 30 April and Friday 1 May are off by law.
        assert_eq!(swapped.after(day(20260429), 1).number(), 20260502);
        let at = |number: i64| day(number).begins_ms() + 9 * HOUR;
        assert!(swapped.are_open(at(20260502)) && !swapped.are_open(at(20260427)));
        assert_eq!(swapped.open_ms(at(20260429), at(20260504)), (8 * 2 + 1) * HOUR / 2 + 21 * HOUR / 2 + 2 * HOUR);
    }

    #[test]
    fn fixed_days_are_off_in_every_year_whatever_is_listed_and_a_range_may_span_years() {
        let listed = with(&[(20261228, 20270103, Kind::Off), (20270901, 20270902, Kind::Worked)]);
        for number in [20240101, 20250430, 20300501, 20270902] {
            assert!(!listed.has(day(number)), "{number}");
        }
        assert!(listed.has(day(20270901)));
        assert_eq!(listed.after(day(20261225), 1).number(), 20270104);
        assert_eq!(WorkingDays::default().after(day(20261225), 5).number(), 20270104);
    }
}
