//! Cases as systems of one-stop shops tell of them: each is counted once, however often it is told, and who was served is
//! invited. Of a record only what [`Record`] names is read, and its code is kept as a keyed hash alone.

mod count;
pub mod file;
mod place;

use serde_json::json;

use super::system::{Codes, Made};
use super::{INVITATION_DAYS, NewInvitation, PROCEDURE_FORM, invite, opened};
use crate::domain::account::Scope;
use crate::domain::case::Event;
use crate::domain::keys::Keys;
use crate::domain::record::{Fields, Mapping, Meaning, Record};
use crate::domain::{Day, UnitId};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::Catalogue;
use crate::store::cases::{self, Row};
use crate::store::{Db, Tx};

use count::{Changes, count};
use place::{Ready, is_ours, place_of};

pub use count::settle;

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
