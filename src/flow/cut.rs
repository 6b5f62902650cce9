//! Cut: the figures as other systems see them, taken once a day at half past midnight. Between two cuts they do not
//! change, whatever is released: nobody who asks after each case can see what it changed.
//!
//! The calendar periods of this year and the last are cut beforehand. Any other, and any part, can be asked for: at once
//! while nothing was released since the cut, else from the next cut on. What would tell on a few persons beside other
//! periods is hidden, as in the pictures of those who manage.

mod part;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

use crate::domain::Day;
use crate::domain::period::{CutOff, Period};
use crate::domain::topic::Topic;
use crate::error::{Context, Error, Result};
use crate::flow::assess::{self, Audience, Excluded, Gallery};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::endpoints;
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, api_figures};

pub use part::{At, Part};

/// Half an hour after midnight.
const AFTER_MIDNIGHT_MS: i64 = 30 * 60 * 1000;
/// The first cut is made when a process starts, and tried again as often as this where releases came between.
const FIRST_MS: i64 = 10 * 60 * 1000;
/// What nobody asked for during so many days is not cut any more.
const ASKED_DAYS: i64 = 30;
/// So much can be kept at once.
const MOST: i64 = 500;
/// How often the figures are read again when a release came between.
const ATTEMPTS: u32 = 5;

/// Figures that are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Of which period.
    pub period: Period,
    /// With or without what two people left out.
    pub excluded: Excluded,
    /// A part; none for the figures of every unit and procedure as they are published.
    pub part: Option<Part>,
}

impl Wanted {
    fn name(&self) -> String {
        let part = self.part.map_or_else(String::new, |part| format!(" {}", part.name()));
        format!("{} {} {}{part}", self.period, self.period.cut_off().name(), self.excluded.name())
    }

    fn by_name(name: &str) -> Option<Self> {
        let mut parts = name.split(' ');
        let (period, cut_off, excluded) = (parts.next()?, CutOff::by_name(parts.next()?)?, parts.next()?);
        let excluded = [Excluded::LeftOut, Excluded::Included].into_iter().find(|each| each.name() == excluded)?;
        Some(Self { period: Period::parse(period, cut_off).ok()?, excluded, part: Part::by_name(parts)? })
    }
}

/// What there is of figures that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Findings as JSON, of the cut of that day.
    Cut(Day, Vec<u8>),
    /// The figures have changed since the cut; they are there from this instant on, in unix ms.
    Later(i64),
    /// Nothing was ever cut; the first cut is there by this instant, in unix ms.
    Never(i64),
    /// Too much is kept or waits already.
    Full,
}

/// The day of the cut that holds at an instant.
fn day_at(now_ms: i64) -> Day {
    Day::at(now_ms - AFTER_MIDNIGHT_MS)
}

/// The instant of the cut of a day.
fn instant_of(day: Day) -> i64 {
    day.begins_ms() + AFTER_MIDNIGHT_MS
}

/// Makes the cut of the day when it is time and no process made it; true when this one did.
///
/// # Errors
/// When the store does not answer, or releases keep coming between; the last cut then stays.
pub async fn daily(db: &Db, now_ms: i64) -> Result<bool> {
    let day = day_at(now_ms);
    if marks::get(db, Mark::CutDay).await? >= day.number() {
        return Ok(false);
    }
    let wanted = wanted(db, day).await?;
    let (catalogue, gallery) = (Catalogue::read(db, day).await?, Gallery::default());
    let from = Origin { db, catalogue: &catalogue, gallery: &gallery, now_ms: instant_of(day) };
    for _ in 0..ATTEMPTS {
        let tallied = marks::get(db, Mark::Tallied).await?;
        let mut bodies = Vec::with_capacity(wanted.len());
        for (name, asked) in &wanted {
            if let Some(wanted) = Wanted::by_name(name) {
                bodies.push((name, *asked, body(&from, &wanted).await?));
            }
        }
        let news = News::read(db, day, &bodies).await?;
        let mut tx = db.begin().await?;
        if marks::get_in(&mut tx, Mark::Tallied).await? != tallied {
            tx.rollback().await?;
            continue;
        }
        if marks::get_in(&mut tx, Mark::CutDay).await? >= day.number() {
            tx.rollback().await?;
            return Ok(false);
        }
        api_figures::clear(&mut tx).await?;
        for (name, asked, body) in &bodies {
            api_figures::put(&mut tx, name, *asked, body).await?;
        }
        if marks::get_in(&mut tx, Mark::CutTallied).await? != tallied {
            news.tell(&mut tx, day, tallied, now_ms).await?;
        }
        marks::set(&mut tx, Mark::CutDay, day.number()).await?;
        marks::set(&mut tx, Mark::CutTallied, tallied).await?;
        tx.commit().await.context("cut figures")?;
        return Ok(true);
    }
    Err(Error::Busy("release"))
}

/// What a cut changes for those who are told of it.
struct News(Vec<Turned>);

impl News {
    /// Holds the figures of this year against those of the cut before.
    async fn read(db: &Db, day: Day, bodies: &[(&String, i64, Vec<u8>)]) -> Result<Self> {
        let year = usually(Period::year_of(day, CutOff::Calendar)).name();
        let before = api_figures::one(db, &year).await?.and_then(|(_, body)| body);
        let after = bodies.iter().find(|(name, ..)| **name == year);
        let (Some(before), Some((_, _, after))) = (before, after) else { return Ok(Self(Vec::new())) };
        let (before, after) = (unpacked(&before)?, unpacked(after)?);
        Ok(Self(turned(&serde_json::from_slice(&before)?, &serde_json::from_slice(&after)?)))
    }

    async fn tell(&self, tx: &mut Tx<'_>, day: Day, tallied: i64, now_ms: i64) -> Result<()> {
        let cut = day.date().to_string();
        let data = json!({ "cut": cut, "release": tallied });
        endpoints::tell(tx, Topic::FigureReleased, &cut, data, now_ms).await?;
        for one in &self.0 {
            let Turned { indicator, unit, from, to } = one;
            let about = format!("{cut} {indicator} {}", unit.as_deref().unwrap_or_default());
            let data = json!({ "cut": cut, "period": (day.number() / 10_000).to_string(), "indicator": indicator,
                "unit": unit, "from": from, "to": to });
            endpoints::tell(tx, Topic::VerdictChanged, &about, data, now_ms).await?;
        }
        Ok(())
    }
}

/// What is to be cut, with the last day each was asked for: the periods of two years that have begun, and what was
/// asked for lately.
async fn wanted(db: &Db, day: Day) -> Result<BTreeMap<String, i64>> {
    let asked = api_figures::asked(db, day.plus(-ASKED_DAYS).number()).await?;
    let mut wanted: BTreeMap<String, i64> = asked.into_iter().collect();
    let Some(first) = api_figures::first_day(db).await?.and_then(Day::from_number) else { return Ok(wanted) };
    for name in usual(first, day) {
        wanted.entry(name).or_insert(0);
    }
    Ok(wanted)
}

/// The names of the calendar periods of this year and the last that have begun and can hold answers.
fn usual(first: Day, day: Day) -> BTreeSet<String> {
    let year = day.number() / 10_000;
    let parts = ["", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4"].map(str::to_owned).into_iter();
    let parts: Vec<String> = parts.chain((1..=12).map(|month| format!("-{month:02}"))).collect();
    let named = [year - 1, year].into_iter().flat_map(|year| parts.iter().map(move |part| format!("{year}{part}")));
    let periods = named.filter_map(|name| Period::parse(&name, CutOff::Calendar).ok());
    let held = periods.filter(|period| period.from() <= day && first < period.to());
    held.map(|period| usually(period).name()).collect()
}

/// What is cut of a period without being asked for.
fn usually(period: Period) -> Wanted {
    Wanted { period, excluded: Excluded::LeftOut, part: None }
}

/// What a cut is made from: its pictures share what they read of all units and procedures, and nothing that managers
/// look at is pushed out by them.
struct Origin<'a> {
    db: &'a Db,
    catalogue: &'a Catalogue,
    gallery: &'a Gallery,
    now_ms: i64,
}

/// The findings, packed.
async fn body(from: &Origin<'_>, wanted: &Wanted) -> Result<Vec<u8>> {
    let found = match wanted.part {
        Some(part) => part::findings(from, wanted, part).await?,
        None => {
            let Wanted { period, excluded, .. } = wanted;
            let Origin { db, catalogue, gallery, now_ms } = *from;
            let asked = (Audience::Public, *excluded);
            let found = assess::findings_in(gallery, db, catalogue, period, asked, now_ms).await?;
            serde_json::to_value(found)?
        }
    };
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&serde_json::to_vec(&found)?)?;
    Ok(packed.finish()?)
}

fn unpacked(body: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(body).read_to_end(&mut bytes).context("unpack figures")?;
    Ok(bytes)
}

/// What is wanted, as it was at the last cut.
///
/// # Errors
/// When the store does not answer.
pub async fn find(db: &Db, wanted: &Wanted, now_ms: i64) -> Result<Found> {
    let (name, today) = (wanted.name(), Day::at(now_ms).number());
    let Some(day) = Day::from_number(marks::get(db, Mark::CutDay).await?) else {
        return Ok(Found::Never(now_ms + FIRST_MS));
    };
    let kept = api_figures::one(db, &name).await?;
    if let Some((asked, Some(body))) = &kept {
        if *asked < today {
            note(db, &name, today).await?;
        }
        return Ok(Found::Cut(day, unpacked(body)?));
    }
    if kept.is_none() && api_figures::count(db).await? >= MOST {
        return Ok(Found::Full);
    }
    let then = marks::get(db, Mark::CutTallied).await?;
    if marks::get(db, Mark::Tallied).await? == then {
        let (catalogue, gallery) = (Catalogue::read(db, day).await?, Gallery::default());
        let from = Origin { db, catalogue: &catalogue, gallery: &gallery, now_ms: instant_of(day) };
        let body = body(&from, wanted).await?;
        let mut tx = db.begin().await?;
        api_figures::put(&mut tx, &name, today, &body).await?;
        // What was read is of the cut only when nothing was released before the last of it was.
        let same = marks::get_in(&mut tx, Mark::Tallied).await? == then;
        if same && marks::get_in(&mut tx, Mark::CutDay).await? == day.number() {
            tx.commit().await?;
            return Ok(Found::Cut(day, unpacked(&body)?));
        }
        tx.rollback().await?;
    }
    note(db, &name, today).await?;
    Ok(Found::Later(instant_of(day_at(now_ms).plus(1))))
}

async fn note(db: &Db, name: &str, today: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    api_figures::ask(&mut tx, name, today).await?;
    tx.commit().await
}

/// A verdict that is another one than before.
#[derive(Debug, PartialEq, Eq)]
struct Turned {
    indicator: String,
    /// Code of the unit; none for all of them together.
    unit: Option<String>,
    from: String,
    to: String,
}

/// The verdicts that are told at both cuts, and differ.
fn turned(before: &Value, after: &Value) -> Vec<Turned> {
    let earlier = verdicts(before);
    let mut turned = Vec::new();
    for (place, to) in verdicts(after) {
        if let Some(from) = earlier.get(&place).filter(|from| **from != to) {
            let (indicator, unit) = place;
            turned.push(Turned { indicator, unit, from: from.clone(), to });
        }
    }
    turned
}

/// The verdict of each indicator and unit, where one is told.
fn verdicts(findings: &Value) -> BTreeMap<(String, Option<String>), String> {
    let mut found = BTreeMap::new();
    for finding in findings["indicators"].as_array().into_iter().flatten() {
        let indicator = finding["indicator"].as_str().unwrap_or_default();
        let department = std::iter::once((None, &finding["department"]));
        let units = finding["units"].as_array().into_iter().flatten();
        for (unit, line) in department.chain(units.map(|line| (line["code"].as_str(), line))) {
            if let Some(verdict) = line["figure"]["verdict"].as_str() {
                found.insert((indicator.to_owned(), unit.map(str::to_owned)), verdict.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Channel, ProcedureId, UnitId};
    use crate::flow::assess::Organisation;

    #[test]
    fn a_name_leads_back_to_what_is_wanted() {
        for text in ["2026", "2026-H1", "2026-Q3", "2026-09", "2026-01-05..2026-02-03"] {
            for (cut_off, excluded) in
                [(CutOff::Calendar, Excluded::LeftOut), (CutOff::FifteenToFourteen, Excluded::Included)]
            {
                let part =
                    Part { at: At::Unit(UnitId(7)), channel: Some(Channel::Kiosk), organisation: Organisation::AsItIs };
                let others = [At::All, At::Procedure(ProcedureId(3))].map(|at| Part { at, channel: None, ..part });
                for part in [None, Some(part), Some(others[0]), Some(others[1])] {
                    let wanted = Wanted { period: Period::parse(text, cut_off).unwrap(), excluded, part };
                    assert_eq!(Wanted::by_name(&wanted.name()), Some(wanted), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_usual_periods_have_begun_and_can_hold_answers() {
        let day = |n| Day::from_number(n).unwrap();
        let names = usual(day(20_260_910), day(20_261_001));
        assert!(names.contains("2026-09 calendar left_out") && names.contains("2026-10 calendar left_out"));
        assert!(names.contains("2026 calendar left_out") && names.contains("2026-Q3 calendar left_out"));
        for never in ["2026-08 calendar left_out", "2026-11 calendar left_out", "2026-H1 calendar left_out"] {
            assert!(!names.contains(never), "{never}: {names:?}");
        }
    }

    #[test]
    fn until_half_past_midnight_the_cut_of_the_day_before_holds() {
        let midnight = Day::from_number(20_261_124).unwrap().begins_ms();
        assert_eq!(day_at(midnight + 29 * 60_000).number(), 20_261_123);
        assert_eq!(day_at(midnight + 30 * 60_000).number(), 20_261_124);
    }
}
