//! Open: from a scanned or typed code to the form it leads to, or to the reason why it leads to none.

use std::sync::Arc;

use super::catalogue::{Catalogue, Point, code_mac, open_codes, typed_mac};
use crate::domain::code::{Code, TypedCode};
use crate::domain::keys::{Keys, Mac16};
use crate::domain::procedure::Procedure;
use crate::domain::questionnaire::Questionnaire;
use crate::domain::unit::Unit;
use crate::domain::{Channel, Day, InvitationId, PointId, ProcedureId, UnitId};
use crate::error::Result;
use crate::store::{Db, invitations};

/// What one can answer, and about what.
#[derive(Debug, Clone)]
pub struct Place {
    /// Unit that is answered about.
    pub unit: Arc<Unit>,
    /// Procedure, when known.
    pub procedure: Option<Arc<Procedure>>,
    /// True when the citizen must first say which procedure it was.
    pub ask_procedure: bool,
    /// What people call the place.
    pub label: Arc<str>,
    /// Channel.
    pub channel: Channel,
    /// Version of the form.
    pub questionnaire: Arc<Questionnaire>,
    /// The point; none for an invitation.
    pub point: Option<PointId>,
    /// The invitation; none for a point.
    pub invitation: Option<InvitationId>,
    /// Day of the slip.
    pub issued: Option<Day>,
    /// The revision of the organisation and forms that all this was read from.
    pub revision: i64,
    /// Last day on which the slip works.
    pub expires: Option<Day>,
}

/// Where a code leads.
#[derive(Debug, Clone)]
pub enum Opened {
    /// To a form.
    Form(Place),
    /// To an invitation that was answered, and what it was for.
    Used(Place),
    /// To an invitation that expired that day.
    Expired(Day),
    /// To a point whose unit ended that day.
    Closed(Day),
    /// To a point or invitation that was revoked, or a point whose unit has not begun.
    Revoked,
    /// Nowhere.
    Unknown,
}

/// Opens a code, given its keyed hash.
///
/// # Errors
/// When the store does not answer (points open without it).
pub async fn open(db: &Db, catalogue: &Catalogue, now_ms: i64, code_mac: Mac16) -> Result<Opened> {
    match catalogue.point(code_mac) {
        Some(point) => Ok(open_point(catalogue, &point, now_ms)),
        // On the heap: the many who scan a point do not carry its state about.
        None => Box::pin(open_invitation(db, catalogue, now_ms, code_mac)).await,
    }
}

fn open_point(catalogue: &Catalogue, point: &Point, now_ms: i64) -> Opened {
    let today = Day::at(now_ms);
    if point.revoked || !point.unit.valid_on(today) {
        let ended = point.unit.valid_to.filter(|end| *end < today && !point.revoked);
        return ended.map_or(Opened::Revoked, Opened::Closed);
    }
    // A form about procedures needs to know which one; a form about the office or the school does not.
    let about_procedures =
        point.questionnaire.questions.iter().any(|q| q.indicator == Some(crate::domain::Indicator::Procedures));
    Opened::Form(Place {
        unit: point.unit.clone(),
        procedure: point.procedure.clone(),
        ask_procedure: point.procedure.is_none() && about_procedures,
        label: point.label.clone(),
        // Whoever scans the code that a kiosk shows answers on a telephone, like at any counter.
        channel: if point.channel == Channel::Kiosk { Channel::Counter } else { point.channel },
        questionnaire: point.questionnaire.clone(),
        point: Some(point.id),
        invitation: None,
        issued: None,
        expires: None,
        revision: catalogue.revision,
    })
}

async fn open_invitation(db: &Db, catalogue: &Catalogue, now_ms: i64, code_mac: Mac16) -> Result<Opened> {
    let Some(row) = invitations::by_code(db, code_mac).await? else { return Ok(Opened::Unknown) };
    if row.used == invitations::REVOKED {
        return Ok(Opened::Revoked);
    }
    if row.used == 0 && row.expires_at <= now_ms {
        return Ok(Opened::Expired(Day::at(row.expires_at - 1)));
    }
    let Some(place) = place_of(catalogue, &row) else { return Ok(Opened::Unknown) };
    Ok(if row.used != 0 { Opened::Used(place) } else { Opened::Form(place) })
}

/// What an invitation is about, whatever became of it; none when its unit or form is not there.
#[must_use]
pub fn place_of(catalogue: &Catalogue, row: &invitations::Row) -> Option<Place> {
    Some(Place {
        unit: catalogue.units.get(&UnitId(row.unit_id)).cloned()?,
        procedure: row.procedure_id.and_then(|id| catalogue.procedures.get(&ProcedureId(id)).cloned()),
        ask_procedure: false,
        label: "".into(),
        channel: Channel::by_name(&row.channel)?,
        questionnaire: catalogue.latest(&row.form)?,
        point: None,
        invitation: Some(InvitationId(row.id)),
        issued: Day::from_number(row.issued_day),
        expires: Some(Day::at(row.expires_at - 1)),
        revision: catalogue.revision,
    })
}

/// The code in the QR that a typed code stands beside.
///
/// # Errors
/// When the store does not answer.
pub async fn code_of_typed(db: &Db, keys: &Keys, catalogue: &Catalogue, typed: &TypedCode) -> Result<Option<Code>> {
    let mac = typed_mac(keys, typed);
    let sealed = match catalogue.point_typed(mac) {
        Some(point) => Some(point.sealed.clone()),
        None => invitations::by_typed(db, mac).await?.map(|row| row.sealed),
    };
    Ok(sealed.and_then(|sealed| open_codes(keys, &sealed)).map(|(code, _)| code))
}

/// Both codes of what a code opens, for printing them beside each other.
///
/// # Errors
/// When the store does not answer.
pub async fn both_codes(db: &Db, keys: &Keys, catalogue: &Catalogue, code: &Code) -> Result<Option<(Code, TypedCode)>> {
    let mac = code_mac(keys, code);
    let sealed = match catalogue.point(mac) {
        Some(point) => Some(point.sealed.clone()),
        None => invitations::by_code(db, mac).await?.map(|row| row.sealed),
    };
    Ok(sealed.and_then(|sealed| open_codes(keys, &sealed)))
}
