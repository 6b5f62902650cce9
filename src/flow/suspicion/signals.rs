//! Signals of section 23: what the answers of a unit and month look like beside the rest of the service. Found anew each
//! night for this month and the one before, by one process of however many; kept, and without a say in any figure.

use std::collections::{BTreeMap, BTreeSet};

use super::month::{self, Found, Month, WEEKS};
use crate::domain::account::Scope;
use crate::domain::period::Period;
use crate::domain::{Day, UnitId};
use crate::error::{Context, Error, Result};
use crate::stats::compare::benjamini_hochberg;
use crate::stats::signals::ALPHA;
use crate::store::marks::{self, Mark};
use crate::store::signals::{self, SignalRow};
use crate::store::{Db, Tx, caseload, release, upkeep};

/// Name of the night's work.
const JOB: &str = "signals";
/// Parts read at once.
const CHUNK: i64 = 20_000;
/// Of the findings of a month, this share at most is to be named wrongly (section 17).
const FALSE_DISCOVERIES: f64 = 0.05;

/// A test of a unit and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Many answers in an hour.
    Burst,
    /// Many forms with the same level throughout.
    Straight,
    /// Many answers for the files finished.
    Cases,
    /// The same answers many times in a row.
    Run,
    /// Many answers under one mark in a day.
    Device,
}

impl Signal {
    /// Every test.
    pub const ALL: [Self; 5] = [Self::Burst, Self::Straight, Self::Cases, Self::Run, Self::Device];

    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Burst => "burst",
            Self::Straight => "straight",
            Self::Cases => "cases",
            Self::Run => "run",
            Self::Device => "device",
        }
    }

    /// The test of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.name() == name)
    }
}

/// Finds the signals of this month and the one before, up to yesterday, unless a process did so today.
///
/// # Errors
/// When the store does not answer; then it is done at the next call.
pub async fn nightly(db: &Db, now_ms: i64) -> Result<()> {
    let today = Day::at(now_ms);
    if upkeep::done(db, JOB, today.number()).await? {
        return Ok(());
    }
    let yesterday = today.plus(-1);
    let months = [yesterday.months_before(1).month(), yesterday.month()];
    let marks = signals::marks(db, (yesterday.begins_ms(), today.begins_ms())).await.context("read marks of a day")?;
    let usual = signals::usual(db, months[1] * 100).await?;
    let of_marks = month::devices(&marks, usual)?;
    let mut found = Vec::new();
    for month in months {
        found.push((month, judge(db, month).await.context("look for signals")?));
    }
    let mut tx = db.begin().await?;
    if !upkeep::claim(&mut tx, JOB, today.number()).await? {
        return tx.rollback().await;
    }
    let answers = marks.iter().map(|(_, answers)| answers).sum();
    signals::insert_mark_day(&mut tx, yesterday.number(), (answers, marks.len() as i64)).await?;
    for (unit, p_value) in of_marks {
        signals::insert_mark_signal(&mut tx, yesterday.number(), unit, p_value).await?;
    }
    for (month, found) in found {
        let rows = [rows(month, &found), of_days(&mut tx, month).await?].concat();
        signals::replace(&mut tx, month, &rows).await?;
    }
    tx.commit().await
}

/// What the tests make of the released answers of a month.
///
/// # Errors
/// When the store does not answer.
pub async fn judge(db: &Db, month: i64) -> Result<Vec<Found>> {
    let through = marks::get(db, Mark::ReleasedThrough).await?;
    let (first, next) = month::bounds(month)?;
    let mut after = arrived_before(db, first.plus(-7 * WEEKS).begins_ms(), through).await?;
    // A later part comes within the hour after its first; both carry the day of the first.
    let through = arrived_before(db, next.plus(1).begins_ms(), through).await?;
    let questions = release::questions(db).await?;
    let levels = questions.into_iter().filter(|asked| asked.kind == "level").map(|asked| asked.id).collect();
    let mut answers = Month::new(month, levels);
    loop {
        let parts = signals::released(db, after, through, CHUNK).await?;
        let Some(last) = parts.last() else { break };
        after = last.n;
        for part in &parts {
            answers.add(part)?;
        }
    }
    let mut cases: BTreeMap<i64, u64> = BTreeMap::new();
    for files in caseload::between(db, month, month).await? {
        *cases.entry(files.unit_id.0).or_default() += u64::try_from(files.finished).unwrap_or_default();
    }
    answers.judge(&cases)
}

/// The number of the last response that came before an instant. Numbers have no gaps and follow the order of arrival,
/// so a few looks find it among however many.
async fn arrived_before(db: &Db, at_ms: i64, through: i64) -> Result<i64> {
    let (mut before, mut from) = (0, through + 1);
    while from - before > 1 {
        let middle = before + (from - before) / 2;
        let arrived = signals::arrived(db, middle).await?.ok_or_else(|| Error::internal("a number has no response"))?;
        if arrived < at_ms {
            before = middle;
        } else {
            from = middle;
        }
    }
    Ok(before)
}

fn rows(month: i64, found: &[Found]) -> Vec<SignalRow> {
    let number = |n: u64| i64::try_from(n).ok();
    let row = |found: &Found| SignalRow {
        month,
        unit_id: found.unit,
        signal: found.signal.name().to_owned(),
        p_value: found.p_value,
        seen: number(found.seen),
        total: number(found.total),
    };
    found.iter().map(row).collect()
}

/// A month of marks is as unlikely as its most unlikely day, for as many days as there were.
async fn of_days(tx: &mut Tx<'_>, month: i64) -> Result<Vec<SignalRow>> {
    let days = signals::mark_signals(tx, (month * 100, month * 100 + 99)).await?;
    let row = |(unit_id, days, least): (i64, i64, f64)| SignalRow {
        month,
        unit_id,
        signal: Signal::Device.name().to_owned(),
        p_value: (days as f64 * least).min(1.0),
        seen: None,
        total: None,
    };
    Ok(days.into_iter().map(row).collect())
}

/// A signal that asks a person to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Raised {
    /// Month as yyyymm.
    pub month: i64,
    /// Unit.
    pub unit: UnitId,
    /// Test.
    pub signal: Signal,
    /// How likely it is by chance, once adjusted for how many tests the month had.
    pub adjusted: f64,
    /// What was seen; none where marks are gone.
    pub seen: Option<u64>,
    /// Among how much, or against what.
    pub total: Option<u64>,
}

/// The signals of a period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listed {
    /// Those raised, the least likely first.
    pub raised: Vec<Raised>,
    /// Units with a test.
    pub units: u64,
    /// Months with a test.
    pub months: u64,
}

impl Listed {
    /// How many signals are to be expected by chance alone: units × months × tests × α.
    #[must_use]
    pub fn expected(&self) -> f64 {
        (self.units * self.months) as f64 * Signal::ALL.len() as f64 * ALPHA
    }

    /// How many were raised of each unit.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<UnitId, u64> {
        let mut counts = BTreeMap::new();
        self.raised.iter().for_each(|raised| *counts.entry(raised.unit).or_default() += 1);
        counts
    }
}

/// The signals of the units of a scope in the months that a period touches. Each month is judged over all units, of
/// whatever scope.
///
/// # Errors
/// When the store does not answer.
pub async fn within(db: &Db, scope: &Scope, period: &Period) -> Result<Listed> {
    let rows = signals::between(db, (period.from().month(), period.last().month())).await?;
    let (mut units, mut months) = (BTreeSet::new(), BTreeSet::new());
    let mut raised = Vec::new();
    for of_month in rows.chunk_by(|one, next| one.month == next.month) {
        let values: Vec<Option<f64>> = of_month.iter().map(|row| Some(row.p_value)).collect();
        let adjusted = benjamini_hochberg(&values, FALSE_DISCOVERIES).map_err(Error::internal)?;
        for (row, adjusted) in of_month.iter().zip(adjusted).filter(|(row, _)| scope.covers(Some(UnitId(row.unit_id))))
        {
            units.insert(row.unit_id);
            months.insert(row.month);
            let Some(adjusted) = adjusted.filter(|_| row.p_value <= ALPHA) else { continue };
            let signal =
                Signal::by_name(&row.signal).ok_or_else(|| Error::internal("a stored signal is of no test"))?;
            let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
            let (seen, total) = (number(row.seen), number(row.total));
            let (month, unit) = (row.month, UnitId(row.unit_id));
            raised.push(Raised { month, unit, signal, adjusted: adjusted.p, seen, total });
        }
    }
    raised.sort_by(|one, other| one.adjusted.total_cmp(&other.adjusted));
    Ok(Listed { raised, units: units.len() as u64, months: months.len() as u64 })
}
