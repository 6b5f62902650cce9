//! Issue: points and invitations with their codes.

use std::sync::Arc;

use serde_json::json;

use crate::clock;
use crate::domain::code::{Code, TypedCode};
use crate::domain::keys::{Keys, Mac16};
use crate::domain::unit::Unit;
use crate::domain::{Channel, Day, case};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::{Catalogue, Point, code_mac, open_codes, seal_codes, typed_mac};
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, invitations, points, schools};

pub mod desk;
pub mod feed;
pub mod sums;
pub mod system;
pub mod wake;

/// The form about a procedure just handled.
pub const PROCEDURE_FORM: &str = "procedure";
/// How long an invitation lives.
pub const INVITATION_DAYS: i64 = 14;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The codes of a point or invitation, as handed out.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Row number of a point; none for an invitation.
    pub id: Option<i64>,
    /// For the QR.
    pub code: Code,
    /// For typing.
    pub typed: TypedCode,
}

/// What a new point stands for.
#[derive(Debug, Clone)]
pub struct NewPoint<'a> {
    /// Code of the unit.
    pub unit: &'a str,
    /// Code of the procedure; none when the citizen chooses.
    pub procedure: Option<&'a str>,
    /// Channel.
    pub channel: Channel,
    /// Name of the form.
    pub form: &'a str,
    /// What people call the place.
    pub label: &'a str,
}

/// What a new invitation is for.
#[derive(Debug, Clone)]
pub struct NewInvitation<'a> {
    /// Code of the unit.
    pub unit: &'a str,
    /// Code of the procedure.
    pub procedure: Option<&'a str>,
    /// Channel.
    pub channel: Channel,
    /// Name of the form.
    pub form: &'a str,
    /// Code of the case; kept only as a keyed hash.
    pub case: &'a str,
    /// What happened to the case: received, finished, returned, refused or late.
    pub event: &'a str,
}

/// Makes points with codes of their own, all or none.
///
/// # Errors
/// Invalid, naming the unit, procedure or form that is not there.
pub async fn points(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    by: By<'_>,
    new: &[NewPoint<'_>],
) -> Result<Vec<Issued>> {
    let mut tx = db.begin().await?;
    let mut issued = Vec::with_capacity(new.len());
    for point in new {
        issued.push(add_point(&mut tx, keys, catalogue, now_ms, by, point).await?);
    }
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(issued)
}

/// Stores a point with codes of its own, and who made it.
async fn add_point(
    tx: &mut Tx<'_>,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    by: By<'_>,
    point: &NewPoint<'_>,
) -> Result<Issued> {
    let (unit_id, procedure_id) = resolve(catalogue, point.unit, point.procedure, point.form)?;
    let (code, typed) = draw();
    let new = points::New {
        code_mac: code_mac(keys, &code),
        typed_mac: typed_mac(keys, &typed),
        sealed: seal_codes(keys, clock::random(), &code, &typed),
        unit_id,
        procedure_id,
        channel: point.channel.name(),
        form: point.form.to_owned(),
        label: point.label.to_owned(),
        created_at: now_ms,
    };
    let id = points::insert(tx, &new).await.context("store a point")?;
    let detail =
        json!({ "unit": point.unit, "procedure": point.procedure, "channel": new.channel, "form": point.form });
    audit::note(tx, keys, now_ms, by, Act::PointIssued, format!("point {id}"), detail).await?;
    Ok(Issued { id: Some(id), code, typed })
}

/// Makes invitations, all or none. The same case and event give the same codes again.
///
/// # Errors
/// Invalid, naming the unit, procedure or form that is not there.
pub async fn invitations(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    new: &[NewInvitation<'_>],
) -> Result<Vec<Issued>> {
    let mut tx = db.begin().await?;
    let mut issued = Vec::with_capacity(new.len());
    for invitation in new {
        let (row, _) = invite(&mut tx, keys, catalogue, now_ms, invitation).await?;
        let (code, typed) = opened(keys, &row)?;
        issued.push(Issued { id: None, code, typed });
    }
    tx.commit().await?;
    Ok(issued)
}

/// The invitation of a case and event, and whether it is new.
async fn invite(
    tx: &mut Tx<'_>,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    invitation: &NewInvitation<'_>,
) -> Result<(invitations::Row, bool)> {
    let (unit_id, procedure_id) = resolve(catalogue, invitation.unit, invitation.procedure, invitation.form)?;
    let (code, typed) = draw();
    let case_mac = case_mac(keys, invitation.case);
    let new = invitations::New {
        code_mac: code_mac(keys, &code),
        typed_mac: typed_mac(keys, &typed),
        sealed: seal_codes(keys, clock::random(), &code, &typed),
        unit_id,
        procedure_id,
        channel: invitation.channel.name(),
        form: invitation.form.to_owned(),
        case_mac,
        event: invitation.event.to_owned(),
        issued_day: Day::at(now_ms).number(),
        expires_at: now_ms + INVITATION_DAYS * DAY_MS,
        reference: data_encoding::HEXLOWER.encode(&clock::random::<16>()),
    };
    let inserted = invitations::insert(tx, &new).await.context("store an invitation")?;
    Ok((invitations::by_case(tx, case_mac, invitation.event).await?, inserted))
}

/// The keyed hash by which a case is known again.
fn case_mac(keys: &Keys, case: &str) -> Mac16 {
    keys.lasting_mac("case", case::normal(case).as_bytes())
}

/// Both codes of an invitation.
fn opened(keys: &Keys, row: &invitations::Row) -> Result<(Code, TypedCode)> {
    open_codes(keys, &row.sealed).ok_or_else(|| Error::internal("a sealed code does not open"))
}

/// What a new point asks when nobody says: the form of a school's level at a school that is surveyed, else the form
/// about procedures.
///
/// # Errors
/// When the store does not answer.
pub async fn usual_form(db: &Db, catalogue: &Catalogue, unit: &str, procedure: Option<&str>) -> Result<&'static str> {
    let unit = catalogue.unit_by_code(unit).filter(|_| procedure.is_none());
    let Some(unit) = unit else { return Ok(PROCEDURE_FORM) };
    let school = schools::all(db).await?.into_iter().find(|school| school.unit_id == unit.id);
    Ok(school.map_or(PROCEDURE_FORM, |school| school.form()))
}

/// What was handed over, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// Code of the unit that took over.
    pub to: String,
    /// How many codes.
    pub points: u64,
}

/// Lets the successor of a unit that has ended take over its printed codes. What was answered before stays with the
/// unit it was about.
///
/// # Errors
/// Invalid when there is no such unit, it has not ended, or no successor is there to take over.
pub async fn hand_over(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    by: By<'_>,
    unit: &str,
) -> Result<HandedOver> {
    let today = Day::at(now_ms);
    let fault = |key| Error::invalid(Fault::new(key).with("code", unit));
    let from = catalogue.unit_by_code(unit).ok_or_else(|| fault("issue-unknown-unit"))?;
    if from.valid_to.is_none_or(|end| end >= today) {
        return Err(fault("issue-unit-not-ended"));
    }
    let to = in_force(catalogue, from, today).ok_or_else(|| fault("issue-no-successor"))?;
    let mut tx = db.begin().await?;
    let points = points::hand_over(&mut tx, from.id.0, to.id.0).await?;
    let (subject, detail) = (format!("unit {}", from.code), json!({ "to": to.code, "points": points }));
    audit::note(&mut tx, keys, now_ms, by, Act::CodesHandedOver, subject, detail).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(HandedOver { to: to.code.clone(), points })
}

/// The unit itself while it stands, else the one that stands in its place today, as far as successors are named. One
/// may itself have been succeeded; imports allow no circle.
fn in_force<'a>(catalogue: &'a Catalogue, unit: &'a Arc<Unit>, today: Day) -> Option<&'a Arc<Unit>> {
    let next = |unit: &&'a Arc<Unit>| unit.successor.and_then(|successor| catalogue.units.get(&successor));
    std::iter::successors(Some(unit), next).find(|unit| unit.valid_on(today))
}

/// Revokes a point: its printed codes lead to a page that says so.
///
/// # Errors
/// Not found when no such point is in use.
pub async fn revoke_point(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    put_out_of_use(&mut tx, keys, now_ms, by, id).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await
}

/// Gives a place new codes: a point like the old one takes over, and the old codes lead to a page that says so.
///
/// # Errors
/// Not found when the old point is not in use; invalid when what it stood for is no longer there.
pub async fn renew_point(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    by: By<'_>,
    old: &Point,
) -> Result<Issued> {
    let new = NewPoint {
        unit: &old.unit.code,
        procedure: old.procedure.as_ref().map(|procedure| procedure.code.as_str()),
        channel: old.channel,
        form: &old.questionnaire.form,
        label: &old.label,
    };
    let mut tx = db.begin().await?;
    put_out_of_use(&mut tx, keys, now_ms, by, old.id.0).await?;
    let issued = add_point(&mut tx, keys, catalogue, now_ms, by, &new).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(issued)
}

async fn put_out_of_use(tx: &mut Tx<'_>, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<()> {
    if !points::revoke(tx, id, now_ms).await? {
        return Err(Error::NotFound("point"));
    }
    audit::note(tx, keys, now_ms, by, Act::PointRevoked, format!("point {id}"), json!({})).await
}

fn draw() -> (Code, TypedCode) {
    (Code::from_random(clock::random()), TypedCode::from_random(clock::random()))
}

fn resolve(catalogue: &Catalogue, unit: &str, procedure: Option<&str>, form: &str) -> Result<(i64, Option<i64>)> {
    let mut faults = Vec::new();
    let unit_id = catalogue.unit_by_code(unit).map(|unit| unit.id.0);
    if unit_id.is_none() {
        faults.push(Fault::new("issue-unknown-unit").with("code", unit));
    }
    let procedure_id = procedure.map(|code| (code, catalogue.procedure_by_code(code).map(|p| p.id.0)));
    if let Some((code, None)) = procedure_id {
        faults.push(Fault::new("issue-unknown-procedure").with("code", code));
    }
    if catalogue.latest(form).is_none() {
        faults.push(Fault::new("issue-unknown-form").with("form", form));
    }
    match unit_id {
        Some(unit_id) if faults.is_empty() => Ok((unit_id, procedure_id.and_then(|(_, id)| id))),
        _ => Err(Error::Invalid(faults)),
    }
}
