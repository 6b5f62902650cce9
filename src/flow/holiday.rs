//! The list of holidays: days put on it, taken off it.

use serde_json::json;

use crate::domain::Day;
use crate::domain::holiday::{self, Kind, Run};
use crate::domain::keys::Keys;
use crate::domain::sheet;
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, holidays};

/// No holiday is longer.
const LONGEST: i64 = 31;
/// A day lies at most so many years from today, before or after.
const YEARS: i64 = 10;

/// What is to be listed, as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Name of the kind.
    pub kind: &'a str,
    /// First day.
    pub first: &'a str,
    /// Last day; empty for one day.
    pub last: &'a str,
    /// What the days are called.
    pub name: &'a str,
}

/// Puts a day, or days side by side, on the list; gives the first.
///
/// # Errors
/// Invalid, with everything that is wrong.
pub async fn add(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, wanted: Wanted<'_>) -> Result<Day> {
    let run = read(wanted, Day::at(now_ms))?;
    let mut tx = db.begin().await?;
    // Two who list the same day at once meet here.
    audit::hold(&mut tx).await?;
    let listed = holidays::all_in(&mut tx).await?;
    if let Some(one) = listed.iter().find(|one| (run.first..=run.last).contains(&one.day)) {
        let fault = Fault::new("holiday-listed").with("day", one.day).with("name", &one.name);
        return Err(Error::invalid(fault));
    }
    for day in days(&run) {
        holidays::insert(&mut tx, day, run.kind, &run.name).await.context("list a holiday")?;
    }
    note(&mut tx, keys, now_ms, by, Act::HolidayAdded, &run).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(run.first)
}

/// Takes days off the list that stand on it side by side, as the same, from a first one on; gives them.
///
/// # Errors
/// Not found when none begin on that day.
pub async fn remove(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, first: Day) -> Result<Run> {
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    let runs = holiday::runs(&holidays::all_in(&mut tx).await?);
    let run = runs.into_iter().find(|run| run.first == first).ok_or(Error::NotFound("holiday"))?;
    holidays::remove(&mut tx, run.first, run.last).await.context("take a holiday off the list")?;
    note(&mut tx, keys, now_ms, by, Act::HolidayRemoved, &run).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(run)
}

async fn note(tx: &mut Tx<'_>, keys: &Keys, now_ms: i64, by: By<'_>, act: Act, run: &Run) -> Result<()> {
    let detail = json!({ "last": run.last.to_string(), "kind": run.kind.name(), "name": run.name });
    audit::note(tx, keys, now_ms, by, act, format!("holiday {}", run.first), detail).await
}

fn days(run: &Run) -> impl Iterator<Item = Day> {
    let last = run.last;
    std::iter::successors(Some(run.first), |day| Some(day.plus(1))).take_while(move |day| *day <= last)
}

/// Reads what was typed, with everything that is wrong.
fn read(wanted: Wanted<'_>, today: Day) -> Result<Run> {
    let mut faults = Vec::new();
    let kind = Kind::by_name(wanted.kind);
    if kind.is_none() {
        faults.push(Fault::new("holiday-kind-needed"));
    }
    let near = |day: &Day| (day.number() / 10_000 - today.number() / 10_000).abs() <= YEARS;
    let first = sheet::day(wanted.first.trim()).filter(near);
    if first.is_none() {
        faults.push(Fault::new("holiday-first-needed").with("years", YEARS));
    }
    let last = match wanted.last.trim() {
        "" => first,
        text => sheet::day(text).filter(|last| first.is_none_or(|first| (first..first.plus(LONGEST)).contains(last))),
    };
    if last.is_none() && (first.is_some() || !wanted.last.trim().is_empty()) {
        faults.push(Fault::new("holiday-last-wrong").with("most", LONGEST));
    }
    let name = sheet::clean(wanted.name);
    if !(1..=60).contains(&name.chars().count()) {
        faults.push(Fault::new("holiday-name-needed"));
    }
    let (Some(kind), Some(first), Some(last), true) = (kind, first, last, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    let run = Run { first, last, kind, name };
    if let Some(fixed) = days(&run).find(|day| kind == Kind::Worked && holiday::is_fixed(*day)) {
        return Err(Error::invalid(Fault::new("holiday-fixed").with("day", fixed)));
    }
    Ok(run)
}
