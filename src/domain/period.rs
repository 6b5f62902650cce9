//! A reporting period (kỳ báo cáo): a half-open stretch of local days in Asia/Ho_Chi_Minh, by the calendar or by the
//! cut-off from the 15th to the 14th.

mod stored;

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use super::Day;
use crate::error::{Error, Fault, Result};
use crate::words::Lang;

/// Where periods are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CutOff {
    /// From the first day of the first month to the last day of the last.
    #[default]
    Calendar,
    /// From the 15th of the month before to the 14th of the last month, as government reports are closed.
    FifteenToFourteen,
}

impl CutOff {
    /// Both, the usual one first.
    pub const ALL: [Self; 2] = [Self::Calendar, Self::FifteenToFourteen];

    /// The name used in addresses and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::FifteenToFourteen => "15-14",
        }
    }

    /// The cut-off of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cut_off| cut_off.name() == name)
    }
}

/// What kind of period; the number is the place within the year, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A month, 1 to 12.
    Month(i8),
    /// A quarter, 1 to 4.
    Quarter(i8),
    /// Six months, 1 or 2.
    HalfYear(i8),
    /// A year.
    Year,
    /// Any days.
    Range,
}

impl Kind {
    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Month(_) => "month",
            Self::Quarter(_) => "quarter",
            Self::HalfYear(_) => "half_year",
            Self::Year => "year",
            Self::Range => "range",
        }
    }

    /// Number of months, and which one of them in the year; nothing for free days.
    fn months(self) -> Option<(i8, i8)> {
        match self {
            Self::Month(place) => Some((1, place)),
            Self::Quarter(place) => Some((3, place)),
            Self::HalfYear(place) => Some((6, place)),
            Self::Year => Some((12, 1)),
            Self::Range => None,
        }
    }
}

/// A reporting period, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    kind: Kind,
    year: i16,
    cut_off: CutOff,
    from: Day,
    to: Day,
}

/// The days of a period that make whole calendar months, and those at its edges that do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// First and last whole calendar month, yyyymm, both included.
    pub months: Option<(i64, i64)>,
    /// Stretches of days outside these months, first and last day included.
    pub edges: Vec<(Day, Day)>,
}

/// Years we have reports for; outside it is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

impl Period {
    /// The period written `2026-10`, `2026-Q3`, `2026-H1`, `2026` or `2026-01-05..2026-02-03` (last day included).
    ///
    /// # Errors
    /// When the text is none of these, or the last day lies before the first.
    pub fn parse(text: &str, cut_off: CutOff) -> Result<Self> {
        let text = text.trim();
        let unknown = || Error::invalid(Fault::new("period-not-understood").with("value", text));
        if let Some((first, last)) = text.split_once("..") {
            let day = |part: &str| part.trim().parse::<Date>().ok().filter(|date| YEARS.contains(&date.year()));
            let (first, last) = (day(first).ok_or_else(unknown)?, day(last).ok_or_else(unknown)?);
            return Self::range(Day::of(first), Day::of(last));
        }
        let (year, place) = text.split_once('-').map_or((text, None), |(year, place)| (year, Some(place)));
        let year = number(year, 4).filter(|year| YEARS.contains(year)).ok_or_else(unknown)?;
        let kind = match place {
            None => Some(Kind::Year),
            Some(place) => match place.as_bytes().first() {
                Some(b'Q' | b'q') => place_in(&place[1..], 1, 4).map(Kind::Quarter),
                Some(b'H' | b'h') => place_in(&place[1..], 1, 2).map(Kind::HalfYear),
                _ => place_in(place, 2, 12).map(Kind::Month),
            },
        };
        Ok(Self::of(kind.ok_or_else(unknown)?, year, cut_off))
    }

    /// The days from the first to the last, both included.
    ///
    /// # Errors
    /// When the last lies before the first.
    pub fn range(first: Day, last: Day) -> Result<Self> {
        if last < first {
            let fault = Fault::new("period-ends-before-it-starts").with("from", first).with("to", last);
            return Err(Error::invalid(fault));
        }
        let year = first.date().year();
        Ok(Self { kind: Kind::Range, year, cut_off: CutOff::Calendar, from: first, to: last.plus(1) })
    }

    /// The year that a day belongs to under a cut-off.
    #[must_use]
    pub fn year_of(day: Day, cut_off: CutOff) -> Self {
        let year = day.date().year();
        let this = Self::of(Kind::Year, year, cut_off);
        if day < this.to { this } else { Self::of(Kind::Year, year + 1, cut_off) }
    }

    fn of(kind: Kind, year: i16, cut_off: CutOff) -> Self {
        let (length, place) = kind.months().unwrap_or((12, 1));
        let starts = jiff::civil::date(year, 1, 1).saturating_add((i32::from(length) * i32::from(place - 1)).months());
        let ends = starts.saturating_add(i32::from(length).months());
        let cut = |first_of_month: Date| match cut_off {
            CutOff::Calendar => Day::of(first_of_month),
            // The 15th of the month before.
            CutOff::FifteenToFourteen => Day::of(first_of_month.saturating_sub(1.month()).saturating_add(14.days())),
        };
        Self { kind, year, cut_off, from: cut(starts), to: cut(ends) }
    }

    /// What kind of period it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The year it is named after; of free days, the year of the first.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.year
    }

    /// Where it is cut.
    #[must_use]
    pub fn cut_off(&self) -> CutOff {
        self.cut_off
    }

    /// First day.
    #[must_use]
    pub fn from(&self) -> Day {
        self.from
    }

    /// The day after the last.
    #[must_use]
    pub fn to(&self) -> Day {
        self.to
    }

    /// Last day.
    #[must_use]
    pub fn last(&self) -> Day {
        self.to.plus(-1)
    }

    /// Whether the day lies in it.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day < self.to
    }

    /// The period of the same kind just before; of free days, as many days just before.
    #[must_use]
    pub fn previous(&self) -> Self {
        let step = |place: i8, most: i8| if place > 1 { (self.year, place - 1) } else { (self.year - 1, most) };
        let (kind, year) = match self.kind {
            Kind::Month(place) => map_place(step(place, 12), Kind::Month),
            Kind::Quarter(place) => map_place(step(place, 4), Kind::Quarter),
            Kind::HalfYear(place) => map_place(step(place, 2), Kind::HalfYear),
            Kind::Year => (Kind::Year, self.year - 1),
            Kind::Range => {
                let days = self.from.date().until(self.to.date()).map_or(1, |span| i64::from(span.get_days()));
                let from = self.from.plus(-days);
                return Self { from, to: self.from, year: from.date().year(), ..*self };
            }
        };
        Self::of(kind, year, self.cut_off)
    }

    /// Whole calendar months inside, and the days left over at the edges.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let first_of = |day: Day| Day::of(day.date().first_of_month());
        let starts = if self.from == first_of(self.from) { self.from } else { Day::of(next_month(self.from.date())) };
        let ends = first_of(self.to);
        if ends <= starts {
            return Parts { months: None, edges: vec![(self.from, self.last())] };
        }
        let edges = [(self.from, starts), (ends, self.to)];
        Parts {
            months: Some((starts.month(), ends.plus(-1).month())),
            edges: edges.into_iter().filter(|(from, to)| from < to).map(|(from, to)| (from, to.plus(-1))).collect(),
        }
    }

    /// Every calendar month of the period, yyyymm, when it is made of whole months.
    #[must_use]
    pub fn whole_months(&self) -> Option<Vec<i64>> {
        let parts = self.parts();
        let (first, last) = parts.months.filter(|_| parts.edges.is_empty())?;
        let next = |month: i64| if month % 100 == 12 { month + 89 } else { month + 1 };
        Some(
            std::iter::successors(Some(first), |month| Some(next(*month))).take_while(|month| *month <= last).collect(),
        )
    }

    /// Its name for people.
    #[must_use]
    pub fn label(&self, lang: Lang) -> String {
        let year = self.year.to_string();
        let from_to = [("from", written(lang, self.from)), ("to", written(lang, self.last()))];
        let from_to = from_to.each_ref().map(|(name, day)| (*name, day.as_str()));
        let name = match self.kind {
            Kind::Month(place) => lang.text_with("period-month", &[("month", &place.to_string()), ("year", &year)]),
            Kind::Quarter(place) => lang.text_with(QUARTERS[usize::from(place.unsigned_abs()) - 1], &[("year", &year)]),
            Kind::HalfYear(1) => lang.text_with("period-half-1", &[("year", &year)]),
            Kind::HalfYear(_) => lang.text_with("period-half-2", &[("year", &year)]),
            Kind::Year => lang.text_with("period-year", &[("year", &year)]),
            Kind::Range => return lang.text_with("period-range", &from_to),
        };
        match self.cut_off {
            CutOff::Calendar => name,
            CutOff::FifteenToFourteen => lang.text_with("period-with-days", &[("name", &name), from_to[0], from_to[1]]),
        }
    }
}

const QUARTERS: [&str; 4] = ["period-quarter-1", "period-quarter-2", "period-quarter-3", "period-quarter-4"];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];

/// A day as people write it in that language: 24/11/2026, 24 Nov 2026.
#[must_use]
pub fn written(lang: Lang, day: Day) -> String {
    let date = day.date();
    let month = lang.text(MONTHS[usize::from(date.month().unsigned_abs()) - 1]);
    let (day, padded) = (date.day().to_string(), format!("{:02}", date.day()));
    lang.text_with(
        "day-written",
        &[("day", &day), ("padded", &padded), ("month", &month), ("year", &date.year().to_string())],
    )
}

fn map_place((year, place): (i16, i8), kind: fn(i8) -> Kind) -> (Kind, i16) {
    (kind(place), year)
}

fn next_month(date: Date) -> Date {
    date.first_of_month().saturating_add(1.month())
}

/// A number written with exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn place_in(text: &str, digits: usize, most: i16) -> Option<i8> {
    number(text, digits).filter(|place| (1..=most).contains(place)).and_then(|place| i8::try_from(place).ok())
}

impl fmt::Display for Period {
    /// Writes what [`Period::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Month(place) => write!(f, "{}-{place:02}", self.year),
            Kind::Quarter(place) => write!(f, "{}-Q{place}", self.year),
            Kind::HalfYear(place) => write!(f, "{}-H{place}", self.year),
            Kind::Year => write!(f, "{}", self.year),
            Kind::Range => write!(f, "{}..{}", self.from.date(), self.last().date()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str, cut_off: CutOff) -> (i64, i64) {
        let period = Period::parse(text, cut_off).unwrap();
        assert_eq!(Period::parse(&period.to_string(), cut_off).unwrap(), period);
        (period.from().number(), period.last().number())
    }

    #[test]
    fn calendar_periods_start_on_the_first_and_end_on_the_last_day() {
        let calendar = |text| days(text, CutOff::Calendar);
        assert_eq!(calendar("2026-10"), (20261001, 20261031));
        assert_eq!(calendar("2028-02"), (20280201, 20280229));
        assert_eq!(calendar("2100-02"), (21000201, 21000228));
        assert_eq!(calendar("2026-Q3"), (20260701, 20260930));
        assert_eq!(calendar("2026-q4"), (20261001, 20261231));
        assert_eq!(calendar("2026-H1"), (20260101, 20260630));
        assert_eq!(calendar("2026-H2"), (20260701, 20261231));
        assert_eq!(calendar("2026"), (20260101, 20261231));
        assert_eq!(calendar("2028-02-28..2028-03-01"), (20280228, 20280301));
    }

    #[test]
    fn the_cut_off_runs_from_the_15th_to_the_14th() {
        let cut = |text| days(text, CutOff::FifteenToFourteen);
        assert_eq!(cut("2026-10"), (20260915, 20261014));
        assert_eq!(cut("2026-01"), (20251215, 20260114));
        assert_eq!(cut("2028-03"), (20280215, 20280314));
        assert_eq!(cut("2026-Q1"), (20251215, 20260314));
        assert_eq!(cut("2026-Q3"), (20260615, 20260914));
        assert_eq!(cut("2026-H1"), (20251215, 20260614));
        assert_eq!(cut("2026-H2"), (20260615, 20261214));
        assert_eq!(cut("2026"), (20251215, 20261214));
    }

    #[test]
    fn a_period_changes_at_local_midnight() {
        let october = Period::parse("2026-10", CutOff::Calendar).unwrap();
        let midnight: jiff::Timestamp = "2026-10-01T00:00:00+07:00".parse().unwrap();
        let start = midnight.as_millisecond();
        assert!(!october.contains(Day::at(start - 1)) && october.contains(Day::at(start)));
        let midnight: jiff::Timestamp = "2026-11-01T00:00:00+07:00".parse().unwrap();
        let end = midnight.as_millisecond();
        assert!(october.contains(Day::at(end - 1)) && !october.contains(Day::at(end)));
    }

    #[test]
    fn what_is_not_a_period_is_refused_with_its_text() {
        for text in [
            "", "26", "2026-13", "2026-00", "2026-1", "2026-Q5", "2026-Q", "2026-H3", "1999", "+026", "2026-+1",
            "2026-Qé",
        ]
        .into_iter()
        .chain(["2026-02-30..2026-03-01", "2026-01-05..", "..", "2026-01-05..2026-01-04"])
        {
            assert!(matches!(Period::parse(text, CutOff::Calendar), Err(Error::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn the_previous_period_touches_this_one() {
        for text in ["2026-01", "2026-10", "2028-03", "2026-Q1", "2026-Q3", "2026-H1", "2026-H2", "2026"] {
            for cut_off in CutOff::ALL {
                let period = Period::parse(text, cut_off).unwrap();
                assert_eq!(period.previous().to(), period.from(), "{text}");
            }
        }
        let leap = Period::parse("2028-03-01..2028-03-10", CutOff::Calendar).unwrap().previous();
        assert_eq!((leap.from().number(), leap.last().number()), (20280220, 20280229));
    }

    #[test]
    fn months_and_edges_cover_every_day_once() {
        let month_days = |month: i64| Day::from_number(month * 100 + 1).unwrap().date().days_in_month();
        for text in
            ["2026-01-01..2026-03-31", "2026-01-02..2026-03-30", "2026-01-31..2026-02-01", "2026-02-03..2026-02-03"]
                .into_iter()
                .chain([
                    "2026-01-15..2026-03-14",
                    "2026-02-01..2026-02-28",
                    "2026-01-05..2026-02-28",
                    "2025-12-01..2026-01-02",
                ])
        {
            let period = Period::parse(text, CutOff::Calendar).unwrap();
            let parts = period.parts();
            let (first, last) = parts.months.unwrap_or((1, 0));
            let in_months: i64 = (first..=last)
                .filter(|month| (1..=12).contains(&(month % 100)))
                .map(|month| i64::from(month_days(month)))
                .sum();
            let length = |from: Day, to: Day| i64::from(from.date().until(to.date()).unwrap().get_days()) + 1;
            let in_edges: i64 = parts.edges.iter().map(|(from, to)| length(*from, *to)).sum();
            assert_eq!(in_months + in_edges, length(period.from(), period.last()), "{text}: {parts:?}");
        }
        let year = Period::parse("2026", CutOff::Calendar).unwrap();
        assert_eq!(year.whole_months().unwrap().len(), 12);
        assert_eq!(Period::parse("2026", CutOff::FifteenToFourteen).unwrap().whole_months(), None);
    }

    #[test]
    fn a_day_belongs_to_the_year_of_its_cut_off() {
        let day = Day::from_number(20261215).unwrap();
        assert_eq!(Period::year_of(day, CutOff::Calendar).year(), 2026);
        assert_eq!(Period::year_of(day, CutOff::FifteenToFourteen).year(), 2027);
    }

    #[test]
    fn people_read_its_name_in_their_language() {
        let [vi, en] = ["vi", "en"].map(|code| Lang::by_code(code).unwrap());
        let period = |text| Period::parse(text, CutOff::Calendar).unwrap();
        assert_eq!(period("2026-Q3").label(vi), "Quý III năm 2026");
        assert_eq!(period("2026-10").label(vi), "Tháng 10 năm 2026");
        assert_eq!(period("2026-01-05..2026-02-03").label(vi), "Từ 05/01/2026 đến 03/02/2026");
        assert_eq!(period("2026-01-05..2026-02-03").label(en), "5 Jan 2026 to 3 Feb 2026");
        let cut = Period::parse("2026", CutOff::FifteenToFourteen).unwrap();
        assert_eq!(cut.label(vi), "Năm 2026 (từ 15/12/2025 đến 14/12/2026)");
    }
}
