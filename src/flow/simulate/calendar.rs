//! When people come: the week, the year, the holidays and the hours of the day, precomputed for the window of two
//! years so that drawing a day costs one search.

use rand::{Rng, RngExt};

use crate::domain::{Day, holiday};

/// How a way of answering spreads over the week and the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// At a counter: office hours, Monday fullest, closed on Sunday.
    Desk,
    /// On one's own phone or computer: evenings and Sundays too.
    Phone,
    /// In a class during lessons.
    Class,
}

/// How a procedure spreads over the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    /// All year.
    Flat,
    /// Copies of degrees and transcripts: before and after the admissions of summer.
    Copies,
    /// Admission to upper-secondary schools.
    Admission,
    /// Results of the graduation examination and their review.
    Results,
    /// Registration for that examination, in spring.
    Registration,
    /// Changes of school, around the start of the year in September.
    Transfer,
    /// Grants and fee reductions, at the start of either half of the school year.
    Grants,
    /// The two education surveys: April to May, and November.
    Survey,
}

const RHYTHMS: usize = 3;
const SEASONS: usize = 8;

/// Monday to Sunday. Counters fill up over the weekend; Saturday morning is open at a few; phones do not rest.
const WEEK: [[f64; 7]; RHYTHMS] = [
    [1.40, 1.12, 1.00, 0.98, 0.90, 0.14, 0.0],
    [1.15, 1.05, 1.00, 1.00, 0.95, 0.55, 0.35],
    [0.90, 1.00, 1.10, 1.00, 0.90, 0.40, 0.0],
];

/// January to December, an average month being about 1.
const YEAR: [[f64; 12]; SEASONS] = [
    [0.95, 0.80, 1.05, 1.05, 1.05, 1.05, 1.00, 1.05, 1.05, 1.00, 1.00, 0.95],
    [0.60, 0.45, 0.70, 0.85, 1.25, 1.75, 2.20, 1.90, 0.90, 0.55, 0.45, 0.40],
    [0.05, 0.05, 0.20, 0.60, 2.60, 3.80, 3.20, 1.20, 0.20, 0.05, 0.03, 0.02],
    [0.02, 0.02, 0.02, 0.05, 0.20, 1.60, 6.20, 3.40, 0.30, 0.10, 0.05, 0.04],
    [0.05, 0.10, 0.60, 4.60, 5.20, 0.90, 0.20, 0.05, 0.05, 0.05, 0.10, 0.10],
    [0.80, 0.35, 0.30, 0.30, 0.50, 0.90, 1.20, 1.70, 2.90, 2.10, 0.55, 0.40],
    [0.70, 1.30, 0.80, 0.50, 0.40, 0.40, 0.40, 0.90, 2.60, 2.20, 1.00, 0.80],
    [0.0, 0.0, 0.0, 5.00, 3.50, 0.0, 0.0, 0.0, 0.0, 0.0, 3.50, 0.0],
];

/// First day of Tết by year. Offices close around it and people put off what can wait.
const TET: [(i16, i8, i8); 14] = [
    (2023, 1, 22),
    (2024, 2, 10),
    (2025, 1, 29),
    (2026, 2, 17),
    (2027, 2, 6),
    (2028, 1, 26),
    (2029, 2, 13),
    (2030, 2, 3),
    (2031, 1, 23),
    (2032, 2, 11),
    (2033, 1, 31),
    (2034, 2, 19),
    (2035, 2, 8),
    (2036, 1, 28),
];

/// First and last day of the holiday, counted from the first of Tết.
const TET_DAYS: (i32, i32) = (-2, 5);
/// The second day of the National Day, month and day.
const NATIONAL_DAY: (i8, i8) = (9, 1);
/// Share of the usual traffic in the two weeks around the Tết holiday.
const TET_LULL: f64 = 0.35;
/// Share of the usual traffic that phones keep on a closed day.
const HOLIDAY_PHONE: f64 = 0.12;

/// Office hours with the weight of each: mid-morning and mid-afternoon are fullest.
const OFFICE_HOURS: [(u8, f64); 9] =
    [(7, 0.6), (8, 1.4), (9, 1.7), (10, 1.3), (11, 0.3), (13, 0.6), (14, 1.3), (15, 1.2), (16, 0.6)];
/// Hours of answers from phones: the same, and the evening.
const PHONE_HOURS: [(u8, f64); 14] = [
    (7, 0.3),
    (8, 0.9),
    (9, 1.3),
    (10, 1.2),
    (11, 0.8),
    (12, 0.5),
    (13, 0.5),
    (14, 0.9),
    (15, 0.9),
    (16, 0.7),
    (18, 0.3),
    (19, 0.8),
    (20, 0.9),
    (21, 0.5),
];

/// The window of days with the weight of each under every rhythm and season.
#[derive(Debug)]
pub(super) struct Calendar {
    days: Vec<Day>,
    midnight_ms: i64,
    /// For each rhythm and season, the sum of weights before each day; one entry more than days.
    sums: Vec<Vec<f64>>,
}

/// Milliseconds of a day; local days here are never longer or shorter.
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

impl Calendar {
    /// The days from `from` to `to`, both included.
    pub(super) fn new(from: Day, to: Day) -> Self {
        let days: Vec<Day> =
            std::iter::successors(Some(from), |day| Some(day.plus(1))).take_while(|day| *day <= to).collect();
        let local = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
        let midnight_ms =
            local.to_timestamp(from.date().at(0, 0, 0, 0)).map_or(0, |midnight| midnight.as_millisecond());
        let mut sums = Vec::with_capacity(RHYTHMS * SEASONS);
        for week in 0..RHYTHMS {
            let open: Vec<f64> = days.iter().map(|day| openness(week, *day)).collect();
            for year in &YEAR {
                let mut sum = 0.0;
                let mut before = vec![0.0];
                for (day, open) in days.iter().zip(&open) {
                    sum += open * year[month_index(*day)];
                    before.push(sum);
                }
                sums.push(before);
            }
        }
        Self { days, midnight_ms, sums }
    }

    /// Number of days.
    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    /// The day at a place of the window.
    pub(super) fn day(&self, index: usize) -> Day {
        self.days[index]
    }

    /// The instant at which an hour of that day starts.
    pub(super) fn instant(&self, index: usize, hour: u8) -> i64 {
        self.midnight_ms + index as i64 * DAY_MS + i64::from(hour) * HOUR_MS
    }

    /// The stretches of the window that lie in one month each, cut to the validity given.
    pub(super) fn months(&self, from: Option<Day>, to: Option<Day>) -> Vec<std::ops::Range<usize>> {
        let start = from.map_or(0, |from| self.days.partition_point(|day| *day < from));
        let end = to.map_or(self.days.len(), |to| self.days.partition_point(|day| *day <= to));
        let days = self.days.get(start..end).unwrap_or_default();
        let mut first = start;
        days.chunk_by(|a, b| a.month() == b.month())
            .map(|month| {
                let range = first..first + month.len();
                first = range.end;
                range
            })
            .collect()
    }

    /// How much of a year's traffic falls into a stretch; an ordinary year of the flat season sums up to about 1.
    pub(super) fn share(&self, rhythm: Rhythm, season: Season, range: &std::ops::Range<usize>) -> f64 {
        let sums = self.sums(rhythm, season);
        (sums[range.end] - sums[range.start]) / ORDINARY_YEAR[rhythm as usize]
    }

    /// A day of a stretch, drawn by weight.
    pub(super) fn draw_day<R: Rng>(
        &self,
        rng: &mut R,
        rhythm: Rhythm,
        season: Season,
        range: &std::ops::Range<usize>,
    ) -> usize {
        let sums = self.sums(rhythm, season);
        let wanted = sums[range.start] + rng.random::<f64>() * (sums[range.end] - sums[range.start]);
        let at = sums[range.start..=range.end].partition_point(|sum| *sum <= wanted);
        (range.start + at.saturating_sub(1)).min(range.end - 1)
    }

    /// How busy the season makes that day's month, an average month being 1.
    pub(super) fn crowd(&self, season: Season, index: usize) -> f64 {
        YEAR[season as usize][month_index(self.days[index])]
    }

    fn sums(&self, rhythm: Rhythm, season: Season) -> &[f64] {
        &self.sums[rhythm as usize * SEASONS + season as usize]
    }
}

/// Sum of the week's weights over a year of 52.18 weeks, less what holidays take, per rhythm.
const ORDINARY_YEAR: [f64; RHYTHMS] = [270.0, 298.0, 260.0];

/// An hour of the day, drawn by weight.
pub(super) fn draw_hour<R: Rng>(rng: &mut R, rhythm: Rhythm) -> u8 {
    let hours: &[(u8, f64)] = match rhythm {
        Rhythm::Desk | Rhythm::Class => &OFFICE_HOURS,
        Rhythm::Phone => &PHONE_HOURS,
    };
    hours[super::draw(rng, hours.iter().map(|(_, weight)| *weight))].0
}

/// The holidays of a year on which the offices are closed and that no law fixes, with what they are called: first day and
/// last day.
pub(super) fn moving(year: i16) -> Vec<(Day, Day, &'static str)> {
    let tet = TET.iter().find(|(of, ..)| *of == year);
    let day = |(year, month, day): (i16, i8, i8)| jiff::civil::Date::new(year, month, day).ok().map(Day::of);
    let tet = tet
        .and_then(|tet| day(*tet))
        .map(|first| (first.plus(i64::from(TET_DAYS.0)), first.plus(i64::from(TET_DAYS.1)), "Tết Nguyên đán"));
    let national = day((year, NATIONAL_DAY.0, NATIONAL_DAY.1)).map(|day| (day, day, "Quốc khánh"));
    tet.into_iter().chain(national).collect()
}

/// Weight of a day by its place in the week and the holidays.
fn openness(rhythm: usize, day: Day) -> f64 {
    let date = day.date();
    let weekday = WEEK[rhythm][date.weekday().to_monday_zero_offset() as usize];
    let to_tet = TET
        .iter()
        .filter_map(|(year, month, day)| jiff::civil::Date::new(*year, *month, *day).ok())
        .filter_map(|tet| date.since(tet).ok())
        .map(|span| span.get_days())
        .min_by_key(|days| days.abs());
    let closed = holiday::is_fixed(day)
        || (date.month(), date.day()) == NATIONAL_DAY
        || to_tet.is_some_and(|days| (TET_DAYS.0..=TET_DAYS.1).contains(&days));
    let kept = match (closed, rhythm == Rhythm::Phone as usize) {
        (true, true) => HOLIDAY_PHONE,
        (true, false) => 0.0,
        (false, _) => 1.0,
    };
    let lull = if to_tet.is_some_and(|days| (-9..=10).contains(&days)) { TET_LULL } else { 1.0 };
    weekday * kept * lull
}

fn month_index(day: Day) -> usize {
    (day.month() % 100 - 1) as usize
}
