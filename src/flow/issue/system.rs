//! Invitations that another system asks for, one or many in a call. Each has a result of its own; the same call made
//! again gets the same results. What a system learns of an invitation is whether it still stands, never when it was
//! answered or what was said.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{NewInvitation, PROCEDURE_FORM, case_mac, in_force, invite, opened};
use crate::domain::account::Scope;
use crate::domain::case::{self, Event};
use crate::domain::code::{Code, TypedCode};
use crate::domain::keys::{Keys, Mac16};
use crate::domain::procedure::Procedure;
use crate::domain::unit::Unit;
use crate::domain::{ApiKeyId, Channel, Day, UnitId};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::api_key;
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::Catalogue;
use crate::store::invitations::{self, Row};
use crate::store::{Db, api_calls};

/// Most invitations in one call.
pub const MOST: usize = 1_000;
/// How many days the same call gets the same answer.
pub const CALL_DAYS: i64 = 30;
/// The ways an invitation may come to people; the other channels have places of their own.
pub const CHANNELS: [Channel; 3] = [Channel::Case, Channel::Online, Channel::Postal];

/// Another system that asks for something.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// Rows.
    pub db: &'a Db,
    /// Subkeys.
    pub keys: &'a Keys,
    /// The organisation.
    pub catalogue: &'a Catalogue,
    /// Now, in unix ms.
    pub now_ms: i64,
    /// Its key.
    pub key: ApiKeyId,
    /// The units in which the key works.
    pub scope: &'a Scope,
    /// Number of the request, for the audit log.
    pub request: &'a str,
}

/// An invitation as it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Code of the case.
    pub case: &'a str,
    /// Code of the procedure.
    pub procedure: &'a str,
    /// Code of the unit.
    pub unit: &'a str,
    /// Name of the channel.
    pub channel: &'a str,
    /// Name of what happened to the case.
    pub event: &'a str,
}

/// What became of one that was asked for; kept, so it holds neither a code nor a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// There is one.
    #[serde(rename = "i")]
    Made(Made),
    /// There is none, for these reasons.
    #[serde(rename = "f")]
    Refused(Vec<Said>),
}

/// An invitation as it was when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What the system calls it.
    pub reference: String,
    /// End of its life in unix ms.
    pub expires_at: i64,
    /// Whether it is new: the same case and event have the same one.
    pub new: bool,
}

/// A fault that can be kept: the key of its message, and the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Key of the message.
    pub key: String,
    /// Arguments by name.
    pub args: Vec<(String, String)>,
}

impl From<&Fault> for Said {
    fn from(fault: &Fault) -> Self {
        let args = fault.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { key: fault.key.to_owned(), args }
    }
}

/// Codes by reference.
pub type Codes = BTreeMap<String, (Code, TypedCode)>;

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// A result for each one asked for, in their order, and the codes of those that there are.
    Results(Vec<Outcome>, Codes),
    /// The same call was made before with something else.
    OtherBody,
}

/// One that can be made.
struct Ready<'a> {
    place: usize,
    unit: &'a Unit,
    procedure: &'a Procedure,
    channel: Channel,
    event: Event,
    case: String,
    mac: Mac16,
}

/// Makes what is asked for, or finds what the same case and event have; nothing else than what is in order, and all of
/// that or nothing. `call` is what names the call, `body` all that was sent with it.
///
/// # Errors
/// When the store does not answer: then nothing was made.
pub async fn make(
    door: Door<'_>,
    (call, body): (&str, &[u8]),
    asked: &[Result<Asked<'_>, Vec<Fault>>],
) -> Result<Came> {
    let call = door.keys.lasting_mac("api call", call.as_bytes());
    let body = door.keys.lasting_mac("api body", body);
    let mut results: Vec<Option<Outcome>> = vec![None; asked.len()];
    let mut ready = Vec::with_capacity(asked.len());
    for (place, each) in asked.iter().enumerate() {
        let checked = each.as_ref().map_err(Clone::clone).and_then(|asked| check(door, place, *asked));
        match checked {
            Ok(one) => ready.push(one),
            Err(faults) => results[place] = Some(Outcome::Refused(faults.iter().map(Said::from).collect())),
        }
    }
    // Two calls about the same cases at once meet in the same order, so that neither waits for the other for ever.
    ready.sort_by_key(|one| (one.mac, one.event.name()));
    let mut tx = door.db.begin().await?;
    let today = Day::at(door.now_ms);
    if !api_calls::claim(&mut tx, door.key.0, call, body, today.number()).await.context("take a call")? {
        let (before, outcome) = api_calls::one(&mut tx, door.key.0, call).await?;
        tx.rollback().await?;
        return if before == body { again(door, serde_json::from_str(&outcome)?).await } else { Ok(Came::OtherBody) };
    }
    let mut codes = Codes::new();
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for one in &ready {
        let new = NewInvitation {
            unit: &one.unit.code,
            procedure: Some(&one.procedure.code),
            channel: one.channel,
            form: PROCEDURE_FORM,
            case: &one.case,
            event: one.event.name(),
        };
        let (row, inserted) = invite(&mut tx, door.keys, door.catalogue, door.now_ms, &new).await?;
        results[one.place] = Some(if door.scope.covers(Some(UnitId(row.unit_id))) {
            let count = counts.entry(&one.unit.code).or_default();
            *(if inserted { &mut count.0 } else { &mut count.1 }) += 1;
            codes.insert(row.reference.clone(), opened(door.keys, &row)?);
            Outcome::Made(Made { reference: row.reference, expires_at: row.expires_at, new: inserted })
        } else {
            // Its code is for another office to hand out.
            Outcome::Refused(vec![Said::from(&Fault::new("api-case-elsewhere"))])
        });
    }
    let results: Vec<Outcome> = results.into_iter().flatten().collect();
    if counts.is_empty() {
        // Nothing was made: what was wrong may be mended and sent again.
        tx.rollback().await?;
        return Ok(Came::Results(results, codes));
    }
    api_calls::set(&mut tx, door.key.0, call, &serde_json::to_string(&results)?).await?;
    let units: Vec<String> = counts.iter().map(|(unit, (new, again))| format!("{unit} {}", new + again)).collect();
    let (made, again) = counts.values().fold((0, 0), |(made, again), (n, m)| (made + n, again + m));
    // The units and no more: a procedure and a time would lead from here to an answer.
    let detail = json!({ "made": made, "again": again, "units": units.join(", ") });
    let (by, subject) = (By { account: None, request: door.request }, api_key::subject(door.key));
    audit::note(&mut tx, door.keys, door.now_ms, by, Act::InvitationsMade, subject, detail).await?;
    tx.commit().await?;
    Ok(Came::Results(results, codes))
}

/// The results of a call made before, with the codes as they open now.
async fn again(door: Door<'_>, results: Vec<Outcome>) -> Result<Came> {
    let mut codes = Codes::new();
    for made in results.iter().filter_map(|result| if let Outcome::Made(made) = result { Some(made) } else { None }) {
        if let Some(row) = invitations::by_reference(door.db, door.scope, &made.reference).await? {
            codes.insert(row.reference.clone(), opened(door.keys, &row)?);
        }
    }
    Ok(Came::Results(results, codes))
}

fn check<'a>(door: Door<'a>, place: usize, asked: Asked<'_>) -> Result<Ready<'a>, Vec<Fault>> {
    let mut faults = Vec::new();
    let unit = unit_of(door, asked.unit).map_err(|fault| faults.push(fault)).ok();
    let procedure = procedure_of(door, asked.procedure).map_err(|fault| faults.push(fault)).ok();
    if let (Some(unit), Some(procedure)) = (unit, procedure)
        && !procedure.offered_by(&unit.kind)
    {
        let fault = Fault::new("api-procedure-elsewhere").with("code", &procedure.code).with("unit", &unit.code);
        faults.push(fault);
    }
    let channel = CHANNELS.into_iter().find(|channel| channel.name() == asked.channel);
    if channel.is_none() {
        faults.push(Fault::new("api-channel-unknown"));
    }
    let event = Event::by_name(asked.event);
    if event.is_none() {
        faults.push(Fault::new("api-event-unknown"));
    }
    let case = case::parse(asked.case).map_err(|fault| faults.push(fault)).ok();
    match (unit, procedure, channel, event, case) {
        (Some(unit), Some(procedure), Some(channel), Some(event), Some(case)) if faults.is_empty() => {
            let mac = case_mac(door.keys, &case);
            Ok(Ready { place, unit, procedure, channel, event, case, mac })
        }
        _ => Err(faults),
    }
}

/// As much of what was sent as a fault tells back.
fn shown(code: &str) -> String {
    code.chars().take(60).collect()
}

/// The unit of a code, or the one that stands in its place today; outside the scope it is as if there were none.
fn unit_of<'a>(door: Door<'a>, code: &str) -> Result<&'a Arc<Unit>, Fault> {
    let fault = |key| Fault::new(key).with("code", shown(code));
    let (catalogue, today) = (door.catalogue, Day::at(door.now_ms));
    let covers = |unit: &Unit| door.scope.covers(Some(unit.id));
    let unit = catalogue.unit_by_code(code).ok_or_else(|| fault("issue-unknown-unit"))?;
    match in_force(catalogue, unit, today) {
        Some(standing) if covers(standing) => Ok(standing),
        None if covers(unit) => Err(fault("api-unit-over")),
        _ => Err(fault("issue-unknown-unit")),
    }
}

/// The procedure of a code, or the one that is in force in its place today.
fn procedure_of<'a>(door: Door<'a>, code: &str) -> Result<&'a Arc<Procedure>, Fault> {
    let fault = |key| Fault::new(key).with("code", shown(code));
    let (catalogue, today) = (door.catalogue, Day::at(door.now_ms));
    let procedure = catalogue.procedure_by_code(code).ok_or_else(|| fault("issue-unknown-procedure"))?;
    let next = |one: &&'a Arc<Procedure>| one.successor.and_then(|successor| catalogue.procedures.get(&successor));
    let standing = std::iter::successors(Some(procedure), next).find(|procedure| procedure.valid_on(today));
    standing.ok_or_else(|| fault("api-procedure-over"))
}

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It can be answered.
    Open,
    /// It was answered.
    Used,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl Status {
    /// The name that other systems read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// How a stored invitation stands at an instant.
#[must_use]
pub fn status(row: &Row, now_ms: i64) -> Status {
    match row.used {
        invitations::REVOKED => Status::Revoked,
        0 if row.expires_at <= now_ms => Status::Expired,
        0 => Status::Open,
        _ => Status::Used,
    }
}

/// One invitation of the scope.
///
/// # Errors
/// Not found for what is not there, or not in the scope.
pub async fn one(door: Door<'_>, reference: &str) -> Result<Row> {
    invitations::by_reference(door.db, door.scope, reference).await?.ok_or(Error::NotFound("invitation"))
}

/// Both codes of an invitation that can be answered.
///
/// # Errors
/// Gone when it cannot be answered any more.
pub fn codes_of(door: Door<'_>, row: &Row) -> Result<(Code, TypedCode)> {
    match status(row, door.now_ms) {
        Status::Open => opened(door.keys, row),
        Status::Used | Status::Expired | Status::Revoked => Err(Error::Gone("invitation")),
    }
}

/// Revokes an invitation: its codes lead to a page that says so. One that is revoked stays so.
///
/// # Errors
/// Not found outside the scope; conflict when it was answered or its time is over.
pub async fn revoke(door: Door<'_>, reference: &str) -> Result<Row> {
    let row = one(door, reference).await?;
    let mut tx = door.db.begin().await?;
    if invitations::revoke(&mut tx, row.id, door.now_ms).await? {
        let unit = door.catalogue.units.get(&UnitId(row.unit_id)).map(|unit| unit.code.as_str());
        let detail = json!({ "units": unit });
        let (by, subject) = (By { account: None, request: door.request }, api_key::subject(door.key));
        audit::note(&mut tx, door.keys, door.now_ms, by, Act::InvitationRevoked, subject, detail).await?;
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    let row = one(door, reference).await?;
    match status(&row, door.now_ms) {
        Status::Revoked => Ok(row),
        _ => Err(Error::Conflict("an invitation that was answered or is over cannot be revoked".into())),
    }
}
