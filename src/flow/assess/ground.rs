//! Of what and when: the places of a view under the names it asks for, and the stretches of days it needs.

use std::collections::{BTreeSet, HashMap};

use super::view::{Organisation, Place, View};
use crate::domain::period::{CutOff, Period};
use crate::domain::{Day, ProcedureId, UnitId};
use crate::error::Result;
use crate::flow::collect::catalogue::Catalogue;

/// Months of a course at most.
const MONTHS: usize = 36;

/// The places of a view, by row number.
pub(super) struct Ground {
    units: HashMap<i64, i64>,
    procedures: HashMap<i64, i64>,
    /// Units whose answers are asked for; none for all.
    pub(super) of_units: Option<Vec<i64>>,
    /// Procedures whose answers are asked for; none for all.
    pub(super) of_procedures: Option<Vec<i64>>,
    /// The point whose answers are asked for.
    pub(super) point: Option<i64>,
}

impl Ground {
    pub(super) fn of(catalogue: &Catalogue, view: &View) -> Self {
        let last = view.period.last();
        let (mut units, mut procedures) = (HashMap::new(), HashMap::new());
        if view.organisation == Organisation::AsItIs {
            let next = |id: i64| {
                let unit = catalogue.units.get(&UnitId(id))?;
                unit.successor.filter(|_| unit.valid_to.is_some_and(|to| to < last)).map(|id| id.0)
            };
            units = catalogue.units.keys().map(|id| (id.0, follow(id.0, next))).collect();
            let next = |id: i64| {
                let procedure = catalogue.procedures.get(&ProcedureId(id))?;
                procedure.successor.filter(|_| procedure.valid_to.is_some_and(|to| to < last)).map(|id| id.0)
            };
            procedures = catalogue.procedures.keys().map(|id| (id.0, follow(id.0, next))).collect();
        }
        let mut ground = Self { units, procedures, of_units: None, of_procedures: None, point: None };
        match &view.place {
            Place::Department => {}
            Place::Units(ids) => ground.of_units = Some(ground.units_of(ids.iter().map(|id| id.0))),
            Place::Procedure(id) => ground.of_procedures = Some(ground.procedures_of(id.0)),
            Place::UnitProcedure(unit, procedure) => {
                ground.of_units = Some(ground.units_of([unit.0].into_iter()));
                ground.of_procedures = Some(ground.procedures_of(procedure.0));
            }
            Place::Point(unit, point) => {
                ground.of_units = Some(ground.units_of([unit.0].into_iter()));
                ground.point = Some(point.0);
            }
        }
        ground
    }

    /// The unit that a unit's answers are counted under.
    pub(super) fn unit(&self, id: i64) -> i64 {
        self.units.get(&id).copied().unwrap_or(id)
    }

    /// The procedure that a procedure's answers are counted under.
    pub(super) fn procedure(&self, id: i64) -> i64 {
        self.procedures.get(&id).copied().unwrap_or(id)
    }

    /// The one unit that the answers asked for are counted under.
    pub(super) fn one_unit(&self) -> Option<i64> {
        let units: BTreeSet<i64> = self.of_units.iter().flatten().map(|id| self.unit(*id)).collect();
        units.first().copied().filter(|_| units.len() == 1)
    }

    /// All units that are counted under the same ones as these.
    fn units_of(&self, ids: impl Iterator<Item = i64>) -> Vec<i64> {
        let wanted: BTreeSet<i64> = ids.map(|id| self.unit(id)).collect();
        let others = self.units.iter().filter(|(_, to)| wanted.contains(to)).map(|(id, _)| *id);
        others.chain(wanted.iter().copied()).collect::<BTreeSet<i64>>().into_iter().collect()
    }

    fn procedures_of(&self, id: i64) -> Vec<i64> {
        let wanted = self.procedure(id);
        let others = self.procedures.iter().filter(|(_, to)| **to == wanted).map(|(id, _)| *id);
        others.chain([wanted]).collect::<BTreeSet<i64>>().into_iter().collect()
    }
}

/// Where a chain of successors ends; a circle ends where it began.
fn follow(id: i64, next: impl Fn(i64) -> Option<i64>) -> i64 {
    let mut seen = BTreeSet::from([id]);
    let mut here = id;
    while let Some(there) = next(here) {
        if !seen.insert(there) {
            return id;
        }
        here = there;
    }
    here
}

/// The stretches of days of a view. They are half-open.
pub(super) struct Time {
    /// Months of the course; the last ends where the period does.
    pub(super) months: Vec<Period>,
    /// This year so far, and the same part of the year before.
    pub(super) year: Option<[Period; 2]>,
    /// What all of these and the period are made of: no stretch begins or ends inside one.
    pub(super) pieces: Vec<(Day, Day)>,
}

impl Time {
    pub(super) fn of(period: &Period, released: Option<Day>) -> Result<Self> {
        let months = months(period)?;
        let year = released.map(|released| year(period, released)).transpose()?.flatten();
        let mut bounds: BTreeSet<Day> = BTreeSet::new();
        let compared = year.iter().flatten();
        for stretch in months.iter().chain(compared).chain([period]) {
            bounds.extend([stretch.from(), stretch.to()]);
        }
        let bounds: Vec<Day> = bounds.into_iter().collect();
        Ok(Self { months, year, pieces: bounds.windows(2).map(|pair| (pair[0], pair[1])).collect() })
    }

    /// The pieces that make up a stretch.
    pub(super) fn inside(&self, stretch: &Period) -> impl Iterator<Item = usize> + '_ {
        let (from, to) = (stretch.from(), stretch.to());
        self.pieces.iter().enumerate().filter(move |(_, piece)| from <= piece.0 && piece.1 <= to).map(|(at, _)| at)
    }

    /// Whether a piece lies in the period, in this year so far, and in the part of the year before: pieces that lie in
    /// the same of them make up a stretch whose total can be worked out.
    pub(super) fn covered(&self, period: &Period, piece: (Day, Day)) -> Vec<bool> {
        let stretches = std::iter::once(period).chain(self.year.iter().flatten());
        stretches.map(|stretch| stretch.from() <= piece.0 && piece.1 <= stretch.to()).collect()
    }
}

/// The longest times that there are rows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    Years,
    Months,
    Days,
}

/// Days from here on.
pub(super) const FIRST_DAY: i64 = 1_000_000;
/// Months from here on; what is smaller is a year.
pub(super) const FIRST_MONTH: i64 = 10_000;

/// First and last year, months and days of the rows that make up a stretch, as few rows as can be.
pub(super) fn spans((from, to): (Day, Day)) -> Result<Vec<(i64, i64)>> {
    let parts = Period::range(from, to.plus(-1))?.parts();
    let mut spans: Vec<(i64, i64)> = parts.edges.iter().map(|(first, last)| (first.number(), last.number())).collect();
    let Some((first, last)) = parts.months else { return Ok(spans) };
    // The years of which all months are inside.
    let first_year = first / 100 + i64::from(first % 100 != 1);
    let last_year = last / 100 - i64::from(last % 100 != 12);
    if first_year > last_year {
        spans.push((first, last));
        return Ok(spans);
    }
    let (before, after) = ((first_year - 1) * 100 + 12, (last_year + 1) * 100 + 1);
    spans.push((first_year, last_year));
    spans.extend((first <= before).then_some((first, before)));
    spans.extend((after <= last).then_some((after, last)));
    Ok(spans)
}

/// Every time whose rows make up a stretch.
pub(super) fn times(stretch: (Day, Day), grain: Grain) -> Result<Vec<i64>> {
    if grain == Grain::Days {
        return Ok(days(stretch.0, stretch.1));
    }
    let mut times = Vec::new();
    for (first, last) in spans(stretch)? {
        times.extend(match first {
            FIRST_DAY.. => days(day_of(first), day_of(last).plus(1)),
            FIRST_MONTH.. => months_of(first, last),
            _ if grain == Grain::Years => (first..=last).collect(),
            _ => months_of(first * 100 + 1, last * 100 + 12),
        });
    }
    Ok(times)
}

fn months_of(first: i64, last: i64) -> Vec<i64> {
    let next = |month: &i64| Some(if month % 100 == 12 { month + 89 } else { month + 1 });
    std::iter::successors(Some(first), next).take_while(|month| *month <= last).collect()
}

fn day_of(number: i64) -> Day {
    Day::from_number(number).expect("the days of a stretch are days")
}

fn days(from: Day, to: Day) -> Vec<i64> {
    std::iter::successors(Some(from), |day| Some(day.plus(1))).take_while(|day| *day < to).map(Day::number).collect()
}

fn months(period: &Period) -> Result<Vec<Period>> {
    let mut month = month_of(period.last(), period.cut_off())?;
    let mut months = Vec::with_capacity(MONTHS);
    if period.to() < month.to() {
        months.push(Period::range(month.from(), period.last())?);
        month = month.previous();
    }
    while months.len() < MONTHS {
        months.push(month);
        month = month.previous();
    }
    months.reverse();
    Ok(months)
}

/// The month that a day is in.
fn month_of(day: Day, cut_off: CutOff) -> Result<Period> {
    let date = day.date();
    let ahead = cut_off == CutOff::FifteenToFourteen && date.day() >= 15;
    let named = if ahead { Day::of(date.first_of_month()).plus(31).date() } else { date };
    Period::parse(&format!("{:04}-{:02}", named.year(), named.month()), cut_off)
}

/// The whole months of the year so far at the end of the period, and the same months of the year before; none before the
/// first month of the year was released. Days of a month are not set apart from it: of a small place they would be those
/// of a few persons.
fn year(period: &Period, released: Day) -> Result<Option<[Period; 2]>> {
    let from = Period::year_of(period.last(), period.cut_off()).from();
    let last = period.last().min(released);
    let month = month_of(last, period.cut_off())?;
    let end = if month.last() == last { last } else { month.from().plus(-1) };
    if end < from {
        return Ok(None);
    }
    let before = Period::range(from.months_before(12), end.plus(1).months_before(12).plus(-1))?;
    Ok(Some([Period::range(from, end)?, before]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Day {
        Day::from_number(n).unwrap()
    }

    #[test]
    fn pieces_fit_every_stretch() {
        for (name, cut_off) in [
            ("2026", CutOff::Calendar),
            ("2026-10", CutOff::FifteenToFourteen),
            ("2026-H1", CutOff::FifteenToFourteen),
            ("2024-11-20..2026-02-03", CutOff::Calendar),
        ] {
            let period = Period::parse(name, cut_off).unwrap();
            let time = Time::of(&period, Some(day(20_261_124))).unwrap();
            assert_eq!(time.months.len(), MONTHS);
            let year = time.year.unwrap();
            for stretch in time.months.iter().chain(&year).chain([&period]) {
                let inside: Vec<usize> = time.inside(stretch).collect();
                let first = time.pieces[inside[0]].0;
                let last = time.pieces[inside[inside.len() - 1]].1;
                assert_eq!((first, last), (stretch.from(), stretch.to()), "{name}: {stretch}");
            }
        }
    }

    #[test]
    fn years_are_compared_by_the_whole_months_that_are_released() {
        let period = Period::parse("2026", CutOff::Calendar).unwrap();
        let [now, before] = year(&period, day(20_261_124)).unwrap().unwrap();
        assert_eq!((now.from(), now.to()), (day(20_260_101), day(20_261_101)));
        assert_eq!((before.from(), before.to()), (day(20_250_101), day(20_251_101)));
        let [now, _] = year(&period, day(20_261_130)).unwrap().unwrap();
        assert_eq!(now.to(), day(20_261_201));
        assert!(year(&period, day(20_260_130)).unwrap().is_none(), "no month of the year is whole yet");
        assert!(year(&period, day(20_251_231)).unwrap().is_none());
        let period = Period::parse("2026-06", CutOff::FifteenToFourteen).unwrap();
        let [now, before] = year(&period, day(20_261_124)).unwrap().unwrap();
        assert_eq!((now.from(), now.to()), (day(20_251_215), day(20_260_615)));
        assert_eq!((before.from(), before.to()), (day(20_241_215), day(20_250_615)));
    }

    #[test]
    fn times_of_a_stretch_are_years_months_and_single_days() {
        let stretch = (day(20_251_130), day(20_260_203));
        let mut found = times(stretch, Grain::Years).unwrap();
        found.sort_unstable();
        assert_eq!(found, [202_512, 202_601, 20_251_130, 20_260_201, 20_260_202]);
        assert_eq!(times(stretch, Grain::Days).unwrap().len(), 65);
        let stretch = (day(20_231_201), day(20_260_201));
        assert_eq!(spans(stretch).unwrap(), [(2024, 2025), (202_312, 202_312), (202_601, 202_601)]);
        assert_eq!(times(stretch, Grain::Years).unwrap(), [2024, 2025, 202_312, 202_601]);
        assert_eq!(times(stretch, Grain::Months).unwrap().len(), 26);
        assert_eq!(spans((day(20_260_101), day(20_270_101))).unwrap(), [(2026, 2026)]);
    }

    #[test]
    fn a_chain_ends_at_its_last_and_a_circle_where_it_began() {
        assert_eq!(follow(1, |id| (id < 4).then_some(id + 1)), 4);
        assert_eq!(follow(2, |id| Some(if id == 3 { 1 } else { id + 1 })), 2);
    }
}
