//! When the offices are open.

use std::str::FromStr;

use super::Day;

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MINUTES: i64 = 24 * 60;

/// Weekdays and minutes of the local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// First and last weekday, Monday being 1.
    weekdays: (i64, i64),
    /// First minute of the day that is open, and first that is not.
    minutes: (i64, i64),
}

impl Default for Hours {
    /// Monday to Friday, 7:00 to 17:30.
    fn default() -> Self {
        Self { weekdays: (1, 5), minutes: (7 * 60, 17 * 60 + 30) }
    }
}

impl Hours {
    /// Whether an instant, in unix ms, is inside.
    #[must_use]
    pub fn are_open(&self, at_ms: i64) -> bool {
        let minute = (at_ms.div_euclid(MINUTE_MS) + 7 * 60).rem_euclid(DAY_MINUTES);
        let weekday = i64::from(Day::at(at_ms).date().weekday().to_monday_one_offset());
        (self.weekdays.0..=self.weekdays.1).contains(&weekday) && (self.minutes.0..self.minutes.1).contains(&minute)
    }

    /// How long the offices were open between two instants, in ms; a month at most is looked at.
    #[must_use]
    pub fn open_ms(&self, from_ms: i64, to_ms: i64) -> i64 {
        let (first, last) = (Day::at(from_ms), Day::at(to_ms));
        let days = std::iter::successors(Some(first), |day| Some(day.plus(1))).take_while(|day| *day <= last).take(31);
        let open = |day: Day| {
            let weekday = i64::from(day.date().weekday().to_monday_one_offset());
            if !(self.weekdays.0..=self.weekdays.1).contains(&weekday) {
                return 0;
            }
            let at = |minute: i64| day.begins_ms() + minute * MINUTE_MS;
            (to_ms.min(at(self.minutes.1)) - from_ms.max(at(self.minutes.0))).max(0)
        };
        days.map(open).sum()
    }
}

impl Hours {
    /// A day, or the last before it on which the offices work. Public holidays are not known here.
    #[must_use]
    pub fn last_working_day(&self, day: Day) -> Day {
        let works = |day: &Day| {
            let weekday = i64::from(day.date().weekday().to_monday_one_offset());
            (self.weekdays.0..=self.weekdays.1).contains(&weekday)
        };
        (0..7).map(|back| day.plus(-back)).find(works).unwrap_or(day)
    }
}

impl FromStr for Hours {
    type Err = &'static str;

    /// Reads `1-5 7:00-17:30`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected weekdays and times, such as «1-5 7:00-17:30» for Monday to Friday";
        let read = || {
            let (weekdays, times) = text.trim().split_once(' ')?;
            let (first, last) = weekdays.split_once('-')?;
            let weekdays = (first.parse().ok()?, last.parse().ok()?);
            let time = |text: &str| {
                let (hour, minute) = text.trim().split_once(':')?;
                let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
                ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
            };
            let (from, to) = times.split_once('-')?;
            let minutes = (time(from)?, time(to)?);
            let right = 1 <= weekdays.0 && weekdays.0 <= weekdays.1 && weekdays.1 <= 7 && minutes.0 < minutes.1;
            right.then_some(Self { weekdays, minutes })
        };
        read().ok_or(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_weekend_the_last_working_day_is_friday() {
        let last = |number: i64| Day::from_number(number).map(|day| Hours::default().last_working_day(day).number());
        assert_eq!(
            [last(20261127), last(20261128), last(20261129), last(20261130)].map(Option::unwrap),
            [20261127, 20261127, 20261127, 20261130]
        );
        let six: Hours = "1-6 7:00-17:00".parse().unwrap();
        assert_eq!(six.last_working_day(Day::from_number(20261129).unwrap()).number(), 20261128);
    }

    #[test]
    fn nights_and_weekends_are_not_open() {
        let (hours, hour) = (Hours::default(), 60 * MINUTE_MS);
        // Friday 20 November 2026.
        let friday = Day::from_number(20_261_120).unwrap().begins_ms();
        assert_eq!(hours.open_ms(friday + 16 * hour, friday + 17 * hour), hour);
        let monday = friday + 3 * 24 * hour;
        assert_eq!(hours.open_ms(friday + 17 * hour, monday + 8 * hour), hour / 2 + hour);
        assert_eq!(hours.open_ms(friday + 18 * hour, monday + 6 * hour), 0);
        assert_eq!(hours.open_ms(monday + 9 * hour, monday + 8 * hour), 0);
    }

    #[test]
    fn hours_are_read_as_they_are_written() {
        assert_eq!("1-5 7:00-17:30".parse(), Ok(Hours::default()));
        assert_eq!("1-6 07:30-11:30".parse(), Ok(Hours { weekdays: (1, 6), minutes: (450, 690) }));
        for wrong in ["", "1-5", "5-1 7:00-17:30", "1-8 7:00-17:30", "1-5 17:30-7:00", "1-5 7-17"] {
            assert!(wrong.parse::<Hours>().is_err(), "{wrong}");
        }
    }
}
