//! When the offices are open in an ordinary week.

use std::ops::Range;
use std::str::FromStr;

use super::Day;

const MINUTE_MS: i64 = 60 * 1000;

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
    /// Whether a day is one of the weekdays.
    #[must_use]
    pub fn are_on(&self, day: Day) -> bool {
        let weekday = i64::from(day.date().weekday().to_monday_one_offset());
        (self.weekdays.0..=self.weekdays.1).contains(&weekday)
    }

    /// From when to when the offices are open on a day on which they work, in unix ms.
    #[must_use]
    pub fn of(&self, day: Day) -> Range<i64> {
        let at = |minute: i64| day.begins_ms() + minute * MINUTE_MS;
        at(self.minutes.0)..at(self.minutes.1)
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
    fn hours_are_read_as_they_are_written() {
        assert_eq!("1-5 7:00-17:30".parse(), Ok(Hours::default()));
        assert_eq!("1-6 07:30-11:30".parse(), Ok(Hours { weekdays: (1, 6), minutes: (450, 690) }));
        for wrong in ["", "1-5", "5-1 7:00-17:30", "1-8 7:00-17:30", "1-5 17:30-7:00", "1-5 7-17"] {
            assert!(wrong.parse::<Hours>().is_err(), "{wrong}");
        }
    }
}
