//! Cases as systems of one-stop shops tell of them: each is counted once, however often it is told, and who was served is
//! invited. Of a record only what [`Record`] names is read, and its code is kept as a keyed hash alone.

pub mod file;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::system::{Codes, Made};
use super::{INVITATION_DAYS, NewInvitation, PROCEDURE_FORM, invite, opened};
use crate::domain::account::Scope;
use crate::domain::case::{self, Event};
use crate::domain::caseload::Caseload;
use crate::domain::keys::{Keys, Mac16};
use crate::domain::procedure::Procedure;
use crate::domain::record::{Fields, Mapping, Meaning, Part, Record, fold};
use crate::domain::unit::Unit;
use crate::domain::{Day, ProcedureId, UnitId};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::Catalogue;
use crate::store::cases::{self, Row};
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, caseload};

/// A case that was finished longer ago is not counted when it was never told of before: it may have been forgotten.
pub const OLD_DAYS: i64 = 45;
/// A case that was received longer ago is not counted as received when it was never told of before, and is invited only
/// when a day says what happened when.
pub const RECEIVED_DAYS: i64 = 60;
/// A case is forgotten so many days after it was finished, however often it is told of.
pub const FINISHED_DAYS: i64 = 60;
/// Any other case, so many days after it was received.
pub const ANY_DAYS: i64 = 400;
/// The name of the one mapping.
const MAPPING: &str = "cases";

/// Whoever tells of cases.
#[derive(Debug, Clone)]
pub struct Door<'a> {
    /// Rows.
    pub db: &'a Db,
    /// Subkeys.
    pub keys: &'a Keys,
    /// The organisation.
    pub catalogue: &'a Catalogue,
    /// Now, in unix ms.
    pub now_ms: i64,
    /// The units it may tell of.
    pub scope: &'a Scope,
    /// Who, for the audit log.
    pub by: By<'a>,
    /// What the audit log calls it.
    pub subject: String,
}

/// What becomes of the good records among bad ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// They are taken.
    Each,
    /// Nothing is taken.
    All,
}

/// What a record did to the count of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// It is a new case.
    New,
    /// What was known of the case changed.
    Changed,
    /// Nothing changed.
    Same,
    /// It was finished, or received and is not finished, too long ago to be sure that it was not counted before.
    Old,
}

impl Counted {
    /// The name that other systems read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "same",
            Self::Old => "old",
        }
    }
}

/// What came of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    /// What it did to the count of cases.
    pub counted: Counted,
    /// The invitation of its case and event, when there is one.
    pub invited: Option<(Event, Made)>,
}

/// What came of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Each, in their order, or what is wrong with it.
    pub each: Vec<Result<One, Vec<Fault>>>,
    /// The codes of the invitations.
    pub codes: Codes,
}

/// A record whose unit and procedure are known.
struct Ready<'a> {
    place: usize,
    record: Record,
    mac: Mac16,
    /// Where it counts: what stood on the day that counts.
    unit: &'a Unit,
    procedure: &'a Procedure,
    /// Who asks today.
    asking: Option<(&'a Unit, &'a Procedure)>,
}

/// Takes records: counts what is new or changed, and invites to answer, in one transaction.
///
/// # Errors
/// When the store does not answer: then nothing was taken.
pub async fn take(door: &Door<'_>, records: &[Fields], rule: Rule) -> Result<Taken> {
    let mapping = mapping(door.db).await?;
    let mut each: Vec<Result<One, Vec<Fault>>> = vec![Err(Vec::new()); records.len()];
    let mut ready = Vec::with_capacity(records.len());
    for (place, fields) in records.iter().enumerate() {
        match Record::read(&mapping, fields).and_then(|record| place_of(door, &mapping, place, record)) {
            Ok(one) => ready.push(one),
            Err(faults) => each[place] = Err(faults),
        }
    }
    let mut taken = Taken { each, codes: Codes::new() };
    if ready.is_empty() || (rule == Rule::All && ready.len() < records.len()) {
        return Ok(taken);
    }
    let mut tx = door.db.begin().await?;
    // Whoever else tells of cases waits: what is counted here is not counted there.
    audit::hold(&mut tx).await?;
    let (mut changes, mut made, mut again) = (Changes::default(), 0, 0);
    for one in &ready {
        let before = cases::one(&mut tx, &one.mac).await.context("look a case up")?;
        if before.as_ref().is_some_and(|before| !is_ours(door, before)) {
            // Its unit and how it stands are nobody's business here.
            taken.each[one.place] = Err(vec![Fault::new("api-case-elsewhere")]);
            continue;
        }
        let (counted, before) = count(&mut tx, door, one, before, &mut changes).await?;
        let invited = invite_one(&mut tx, door, one, before.as_ref(), &mut taken.codes).await?;
        match &invited {
            Some((_, Made { new: true, .. })) => made += 1,
            Some(_) => again += 1,
            None => {}
        }
        taken.each[one.place] = Ok(One { counted, invited });
    }
    changes.write(&mut tx).await?;
    let detail = json!({ "records": ready.len(), "made": made, "again": again });
    audit::note(&mut tx, door.keys, door.now_ms, door.by, Act::CasesTaken, door.subject.clone(), detail).await?;
    tx.commit().await.context("take cases")?;
    Ok(taken)
}

/// Finds the unit and procedure of a record: those that stood on the day that counts, and those of today, each as far as
/// successors are named.
fn place_of<'a>(door: &Door<'a>, mapping: &Mapping, place: usize, record: Record) -> Result<Ready<'a>, Vec<Fault>> {
    let catalogue = door.catalogue;
    let fault = |key, part, value: &str| {
        let shown: String = value.chars().take(60).collect();
        Fault::new(key).with("field", mapping.field(part)).with("value", shown)
    };
    let covers = |unit: &Unit| door.scope.covers(Some(unit.id));
    let day = record.finished.unwrap_or(record.received);
    let named = unit_named(catalogue, &record.unit);
    let unit = named.and_then(|unit| unit_on(catalogue, unit, day)).filter(|unit| covers(unit));
    let known = catalogue.procedure_by_code(&record.procedure);
    let procedure = known.and_then(|procedure| procedure_on(catalogue, procedure, day));
    let mut faults = Vec::new();
    if let Some(ahead) = record.finished.filter(|finished| Day::at(door.now_ms) < *finished) {
        faults.push(fault("record-day-ahead", Part::Finished, &ahead.to_string()));
    }
    if unit.is_none() {
        faults.push(fault("record-unit", Part::Unit, &record.unit));
    }
    if procedure.is_none() {
        faults.push(fault("record-procedure", Part::Procedure, &record.procedure));
    }
    let (Some(unit), Some(procedure), true) = (unit, procedure, faults.is_empty()) else { return Err(faults) };
    if !procedure.offered_by(&unit.kind) {
        return Err(vec![fault("record-elsewhere", Part::Procedure, &record.procedure)]);
    }
    let today = Day::at(door.now_ms);
    let asking =
        unit_on(catalogue, unit, today).filter(|unit| covers(unit)).zip(procedure_on(catalogue, procedure, today));
    let asking = asking.map(|(unit, procedure)| (&**unit, &**procedure));
    // Another hash than that of invitations: nothing leads from a row of the one to a row of the other.
    let mac = door.keys.lasting_mac("told-case", case::normal(&record.case).as_bytes());
    Ok(Ready { place, record, mac, unit, procedure, asking })
}

/// The unit of a code, else the one unit of a name.
fn unit_named<'a>(catalogue: &'a Catalogue, said: &str) -> Option<&'a Arc<Unit>> {
    catalogue.unit_by_code(said).or_else(|| {
        let folded = fold(said);
        let mut named = catalogue.units.values().filter(|unit| fold(&unit.name) == folded);
        named.next().filter(|_| named.next().is_none())
    })
}

/// The unit itself also on a day before it began: a case may be older than the organisation that handles it now.
fn unit_on<'a>(catalogue: &'a Catalogue, unit: &Unit, day: Day) -> Option<&'a Arc<Unit>> {
    let named = catalogue.units.get(&unit.id)?;
    super::in_force(catalogue, named, day)
        .or(Some(named).filter(|named| named.valid_from.is_some_and(|from| day < from)))
}

fn procedure_on<'a>(catalogue: &'a Catalogue, procedure: &Procedure, day: Day) -> Option<&'a Arc<Procedure>> {
    let named = catalogue.procedures.get(&procedure.id)?;
    let next = |one: &&'a Arc<Procedure>| one.successor.and_then(|successor| catalogue.procedures.get(&successor));
    let standing = std::iter::successors(Some(named), next).find(|procedure| procedure.valid_on(day));
    standing.or(Some(named).filter(|named| named.valid_from.is_some_and(|from| day < from)))
}

/// Whether a case that was told of before belongs to a unit that may be told of here, or to one whose place such a unit
/// has taken.
fn is_ours(door: &Door<'_>, before: &Row) -> bool {
    let covers = |unit: &Unit| door.scope.covers(Some(unit.id));
    let standing =
        |unit: &Arc<Unit>| unit_on(door.catalogue, unit, Day::at(door.now_ms)).is_some_and(|unit| covers(unit));
    door.catalogue
        .units
        .get(&UnitId(before.unit_id))
        .map_or(*door.scope == Scope::All, |unit| covers(unit) || standing(unit))
}

/// Holds a record against what is known of its case, and keeps it.
async fn count(
    tx: &mut Tx<'_>,
    door: &Door<'_>,
    one: &Ready<'_>,
    before: Option<Row>,
    changes: &mut Changes,
) -> Result<(Counted, Option<Row>)> {
    let (today, record) = (Day::at(door.now_ms), &one.record);
    let is_old = match record.finished {
        Some(day) => day < today.plus(-OLD_DAYS),
        None => record.received < today.plus(-ANY_DAYS),
    };
    if before.is_none() && is_old {
        return Ok((Counted::Old, None));
    }
    let record_day = record.finished.unwrap_or(record.received).number();
    if let Some(before) = &before
        && before.finished_month.is_some()
        && record.finished.is_none()
        && record_day <= before.record_day
    {
        // Older than what is known: a case stays finished.
        return Ok((Counted::Same, None));
    }
    let was_counted =
        before.as_ref().map_or(record.received >= today.plus(-RECEIVED_DAYS), |row| row.received_month > 0);
    let step_day = match &before {
        Some(before) if before.step == record.step.name() => before.step_day,
        Some(_) => today.number(),
        None => 0,
    };
    let after = Row {
        unit_id: one.unit.id.0,
        procedure_id: one.procedure.id.0,
        channel: record.channel.name().to_owned(),
        received_month: if was_counted { record.received.month() } else { 0 },
        finished_month: record.finished.map(Day::month),
        late: i64::from(record.is_late()),
        step: record.step.name().to_owned(),
        step_day,
        record_day,
    };
    let counted = match &before {
        None if adds(&after).is_empty() => Counted::Old,
        None => Counted::New,
        Some(before) if adds(before) == adds(&after) => Counted::Same,
        Some(_) => Counted::Changed,
    };
    if counted != Counted::Same {
        before.as_ref().into_iter().for_each(|before| changes.add(before, -1));
        changes.add(&after, 1);
    }
    if before.as_ref() != Some(&after) {
        cases::put(tx, &one.mac, &after).await?;
    }
    Ok((counted, Some(after)))
}

/// Invites whoever a case is about, once for each thing that happened to it, while that is not long ago.
async fn invite_one(
    tx: &mut Tx<'_>,
    door: &Door<'_>,
    one: &Ready<'_>,
    known: Option<&Row>,
    codes: &mut Codes,
) -> Result<Option<(Event, Made)>> {
    let (Some(event), Some((unit, procedure)), Some(known)) = (one.record.step.event(), one.asking, known) else {
        return Ok(None);
    };
    let today = Day::at(door.now_ms);
    let first = today.plus(-INVITATION_DAYS);
    let received = one.record.received;
    // Without a day, what happened is as old as when it was first told, if it had been told otherwise before; else it is
    // only known to be no older than the case.
    let seen = Day::from_number(known.step_day).filter(|_| received >= today.plus(-RECEIVED_DAYS));
    let since = one.record.finished.or(seen).or(Some(received));
    if since.is_none_or(|day| day < first) {
        return Ok(None);
    }
    let new = NewInvitation {
        unit: &unit.code,
        procedure: Some(&procedure.code),
        channel: one.record.channel.invited_by(),
        form: PROCEDURE_FORM,
        case: &one.record.case,
        event: event.name(),
    };
    let (row, inserted) = invite(tx, door.keys, door.catalogue, door.now_ms, &new).await?;
    if !door.scope.covers(Some(UnitId(row.unit_id))) {
        // Its code is for another office to hand out.
        return Ok(None);
    }
    codes.insert(row.reference.clone(), opened(door.keys, &row)?);
    Ok(Some((event, Made { reference: row.reference, expires_at: row.expires_at, new: inserted })))
}

/// What a month, unit, procedure and channel is counted by.
type Key = (i64, i64, i64, String);

/// What a case adds: received, finished and late, each in its month.
fn adds(row: &Row) -> Vec<(Key, [i64; 3])> {
    let key = |month| (month, row.unit_id, row.procedure_id, row.channel.clone());
    let mut adds = Vec::new();
    if row.received_month > 0 {
        adds.push((key(row.received_month), [1, 0, 0]));
    }
    adds.extend(row.finished_month.map(|month| (key(month), [0, 1, row.late])));
    adds
}

/// How the counts change.
#[derive(Default)]
struct Changes(BTreeMap<Key, [i64; 3]>);

impl Changes {
    fn add(&mut self, row: &Row, times: i64) {
        for (key, values) in adds(row) {
            let sum = self.0.entry(key).or_default();
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value * times);
        }
    }

    /// Writes them, sorted by key.
    async fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        for ((month, unit, procedure, channel), [received, finished, late]) in self.0 {
            let (unit_id, procedure_id) = (UnitId(unit), ProcedureId(procedure));
            cases::add(tx, &Caseload { month, unit_id, procedure_id, channel, received, finished, late }).await?;
        }
        cases::drop_empty(tx).await
    }
}

/// Lets what was told stand as caseload: months that are over, from the one on from which an administrator said that every
/// case of every unit is told of. Nothing else that was told is a population: nobody knows what is missing of it.
///
/// # Errors
/// When the store does not answer.
pub async fn settle(tx: &mut Tx<'_>, whole_since: Option<i64>, today: Day) -> Result<()> {
    if caseload::settle(tx, whole_since.unwrap_or(i64::MAX), today.month()).await? > 0 {
        marks::raise(tx, Mark::Caseload).await?;
    }
    Ok(())
}

/// How another system calls fields and words.
///
/// # Errors
/// Internal when what is stored is no mapping.
pub async fn mapping(db: &Db) -> Result<Mapping> {
    match cases::mapping(db, MAPPING).await? {
        Some(body) => serde_json::from_str(&body).context("read the mapping of cases"),
        None => Ok(Mapping::default()),
    }
}

/// Keeps another mapping.
///
/// # Errors
/// Invalid, with everything that is wrong with it.
pub async fn set_mapping(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, mapping: &Mapping) -> Result<()> {
    let faults = mapping.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    cases::set_mapping(&mut tx, MAPPING, &serde_json::to_string(mapping)?).await?;
    settle(&mut tx, mapping.whole_since, Day::at(now_ms)).await?;
    let fields: Vec<&str> = mapping.fields.values().map(String::as_str).collect();
    let finished = mapping.said(Meaning::Finished).join(", ");
    let detail = json!({ "fields": fields.join(", "), "finished": finished, "whole_since": mapping.whole_since });
    audit::note(&mut tx, keys, now_ms, by, Act::CasesMapped, "cases".to_owned(), detail).await?;
    tx.commit().await
}
