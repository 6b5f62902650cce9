//! The rules: what needs attention now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detail, Rule};
use crate::domain::account::Scope;
use crate::domain::hours::Hours;
use crate::domain::period::{CutOff, Period};
use crate::domain::working::WorkingDays;
use crate::domain::{Day, Indicator, UnitId};
use crate::error::{Error, Result};
use crate::flow::assess::{self, Audience, Line, Scope as Of, State};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::suspicion::signals;
use crate::stats::Responses;
use crate::stats::trend::control_chart;
use crate::store::{Db, comments, kiosks};

/// Months on the chart.
const MONTHS: i64 = 24;
/// Below so many finished cases a share of answers says nothing.
const FEWEST_FILES: u64 = 30;

/// A comment that nobody has taken up after so many working days is waiting too long.
const COMMENT_DAYS: u32 = 5;

/// From where on something needs attention.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// When the offices are open.
    pub opening_hours: Hours,
    /// A tablet may be silent for so many open hours.
    pub kiosk_hours: u32,
    /// So much of those whose case was finished should answer, in per cent.
    pub coverage_percent: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { opening_hours: Hours::default(), kiosk_hours: 4, coverage_percent: 5.0 }
    }
}

/// Something found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) rule: Rule,
    pub(super) unit: Option<UnitId>,
    pub(super) subject: String,
    pub(super) detail: Detail,
}

/// Everything that needs attention now.
///
/// # Errors
/// When the store does not answer, or releases keep coming between.
pub(super) async fn found(db: &Db, catalogue: &Catalogue, limits: &Limits, now_ms: i64) -> Result<Vec<Found>> {
    let today = Day::at(now_ms);
    let working = WorkingDays { hours: limits.opening_hours, holidays: catalogue.holidays.clone() };
    let mut found = below(db, catalogue, today, now_ms).await?;
    found.extend(chart(db, catalogue, today, now_ms).await?);
    found.extend(coverage(db, catalogue, limits, today, now_ms).await?);
    found.extend(silent(db, catalogue, (limits.kiosk_hours, &working), now_ms).await?);
    found.extend(suspicious(db, today).await?);
    found.extend(waiting(db, working.before(today, COMMENT_DAYS)).await?);
    Ok(found)
}

/// The unit of a line; the department is none of them.
fn unit_of(catalogue: &Catalogue, line: &Line) -> Option<Option<UnitId>> {
    match line.scope {
        Of::Department => Some(None),
        Of::Unit => catalogue.unit_by_code(&line.code).map(|unit| Some(unit.id)),
        Of::Procedure | Of::NoProcedure | Of::Units | Of::UnitProcedure | Of::Point => None,
    }
}

async fn below(db: &Db, catalogue: &Catalogue, today: Day, now_ms: i64) -> Result<Vec<Found>> {
    let year = Period::year_of(today, CutOff::Calendar);
    let findings = assess::findings(db, &year, Audience::Management, now_ms).await?;
    let mut found = Vec::new();
    for finding in &findings.indicators {
        for line in std::iter::once(&finding.department).chain(&finding.units) {
            let figure = &line.figure;
            let (State::Below, Some(unit)) = (figure.state, unit_of(catalogue, line)) else { continue };
            let detail = Detail { share: figure.share, target: figure.target, n: figure.n, ..Detail::default() };
            found.push(Found { rule: Rule::Below, unit, subject: finding.indicator.name().to_owned(), detail });
        }
    }
    Ok(found)
}

/// The last whole month beyond the limits, or at the end of a run on one side; only where pages show that month.
async fn chart(db: &Db, catalogue: &Catalogue, today: Day, now_ms: i64) -> Result<Vec<Found>> {
    let last = today.months_before(1).month();
    let first = today.months_before(MONTHS).month();
    let months: Vec<i64> =
        std::iter::successors(Some(first), |month| Some(if month % 100 == 12 { month + 89 } else { month + 1 }))
            .take_while(|month| *month <= last)
            .collect();
    let mut courses: BTreeMap<(Indicator, Option<UnitId>), Vec<Responses>> = BTreeMap::new();
    for (at, month) in months.iter().enumerate() {
        for ((indicator, code), responses) in assess::month(db, *month).await? {
            let Some(unit) = catalogue.unit_by_code(&code).map(|unit| unit.id) else { continue };
            for unit in [Some(unit), None] {
                let course = courses.entry((indicator, unit)).or_default();
                course.resize(at + 1, Responses { x: 0, n: 0 });
                course[at].x += responses.x;
                course[at].n += responses.n;
            }
        }
    }
    let mut found = Vec::new();
    for ((indicator, unit), course) in courses.into_iter().filter(|(_, course)| course.len() == months.len()) {
        let Some(chart) = control_chart(&course, None).map_err(Error::internal)? else { continue };
        let Some(Some(point)) = chart.points.last() else { continue };
        let enough = course.last().is_some_and(|last| last.n >= assess::FEWEST);
        if chart.limits_are_drawn() && enough && (point.beyond || point.run) {
            let detail = Detail {
                share: Some(point.share),
                n: course.last().map(|last| last.n),
                month: Some(last),
                ..Detail::default()
            };
            let subject = format!("{} {last}", indicator.name());
            found.push((indicator, Found { rule: Rule::Signal, unit, subject, detail }));
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let findings = assess::findings(db, &calendar_month(last)?, Audience::Management, now_ms).await?;
    let shown: BTreeSet<(Indicator, Option<UnitId>)> = findings
        .indicators
        .iter()
        .flat_map(|finding| std::iter::once(&finding.department).chain(&finding.units).map(move |line| (finding, line)))
        .filter(|(_, line)| line.figure.state != State::Hidden)
        .filter_map(|(finding, line)| Some((finding.indicator, unit_of(catalogue, line)?)))
        .collect();
    found.retain(|(indicator, found)| shown.contains(&(*indicator, found.unit)));
    Ok(found.into_iter().map(|(_, found)| found).collect())
}

fn calendar_month(month: i64) -> Result<Period> {
    Period::parse(&format!("{}-{:02}", month / 100, month % 100), CutOff::Calendar)
}

/// The last whole month, where the number of finished cases is known.
async fn coverage(db: &Db, catalogue: &Catalogue, limits: &Limits, today: Day, now_ms: i64) -> Result<Vec<Found>> {
    let month = today.months_before(1).month();
    let period = calendar_month(month)?;
    let findings = assess::findings(db, &period, Audience::Management, now_ms).await?;
    let mut found = Vec::new();
    for finding in findings.indicators.iter().filter(|finding| finding.indicator == Indicator::Procedures) {
        for line in &finding.units {
            let figure = &line.figure;
            let (Some(share), Some(files), Some(unit)) = (figure.coverage, figure.population, unit_of(catalogue, line))
            else {
                continue;
            };
            if files >= FEWEST_FILES && share * 100.0 < limits.coverage_percent {
                let detail = Detail { share: Some(share), n: Some(files), month: Some(month), ..Detail::default() };
                found.push(Found { rule: Rule::Coverage, unit, subject: month.to_string(), detail });
            }
        }
    }
    Ok(found)
}

async fn silent(
    db: &Db,
    catalogue: &Catalogue,
    (hours, working): (u32, &WorkingDays),
    now_ms: i64,
) -> Result<Vec<Found>> {
    let points = catalogue.all_points();
    let most = i64::from(hours) * 60 * 60 * 1000;
    let mut found = Vec::new();
    for kiosk in kiosks::within(db, &Scope::All).await? {
        let (Some(seen), None, Some(_)) = (kiosk.seen_at, kiosk.revoked_at, kiosk.paired_at) else { continue };
        let Some(point) = points.iter().find(|point| point.id.0 == kiosk.point_id) else { continue };
        if working.open_ms(seen, now_ms) >= most {
            let detail = Detail { label: Some(kiosk.label), day: Some(Day::at(seen)), ..Detail::default() };
            let (rule, unit, subject) = (Rule::Kiosk, Some(point.unit.id), kiosk.id.to_string());
            found.push(Found { rule, unit, subject, detail });
        }
    }
    Ok(found)
}

/// Signals of this month and the one before, a unit and month at a time.
async fn suspicious(db: &Db, today: Day) -> Result<Vec<Found>> {
    let period = Period::range(today.months_before(1), today)?;
    let mut counts: BTreeMap<(UnitId, i64), u64> = BTreeMap::new();
    for raised in signals::within(db, &Scope::All, &period).await?.raised {
        *counts.entry((raised.unit, raised.month)).or_default() += 1;
    }
    let one = |((unit, month), n)| {
        let detail = Detail { n: Some(n), month: Some(month), ..Detail::default() };
        Found { rule: Rule::Suspicious, unit: Some(unit), subject: month.to_string(), detail }
    };
    Ok(counts.into_iter().map(one).collect())
}

/// Comments of days before one that nobody has taken up, by the unit that is to answer them.
async fn waiting(db: &Db, before: Day) -> Result<Vec<Found>> {
    let rows = comments::waiting(db, before).await?;
    let one = |(unit, n, first): (UnitId, i64, i64)| {
        let detail = Detail { n: u64::try_from(n).ok(), day: Day::from_number(first), ..Detail::default() };
        Found { rule: Rule::Comments, unit: Some(unit), subject: String::new(), detail }
    };
    Ok(rows.into_iter().map(one).collect())
}
