//! Desk: an officer hands out the code of one case. What an officer sees of an invitation never depends on whether it
//! was answered: nothing here reads that.

use std::sync::Arc;

use serde_json::json;

use super::wake::Wake;
use super::{NewInvitation, PROCEDURE_FORM, invite, opened, wake};
use crate::clock;
use crate::domain::account::Scope;
use crate::domain::case::{self, Event};
use crate::domain::code::{Code, TypedCode};
use crate::domain::keys::Keys;
use crate::domain::procedure::Procedure;
use crate::domain::unit::Unit;
use crate::domain::{AccountId, Channel, Day, UnitId, collate};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::collect::open::{self, Place};
use crate::flow::kiosk::SILENT_MS;
use crate::store::{Db, invitations, slips, wakes};

pub use crate::store::slips::Counts;
pub use crate::store::wakes::Tablet;

/// How long an officer may come back to a code: a working day.
const SHOWN_MS: i64 = 12 * 60 * 60 * 1000;

/// An officer who asks for something.
#[derive(Debug, Clone, Copy)]
pub struct Officer<'a> {
    /// Account.
    pub account: AccountId,
    /// Units whose cases they handle.
    pub scope: &'a Scope,
    /// Number of the request, for the audit log.
    pub request: &'a str,
}

/// A case as an officer enters it.
#[derive(Debug, Clone, Copy)]
pub struct Entered<'a> {
    /// Code of the unit.
    pub unit: &'a str,
    /// Code, name, or some words of the procedure.
    pub procedure: &'a str,
    /// Name of the event.
    pub event: &'a str,
    /// Code of the case, as typed or scanned.
    pub case: &'a str,
}

/// The code of a case, as an officer sees it.
#[derive(Debug, Clone)]
pub struct Slip {
    /// What it is about.
    pub place: Place,
    /// For the QR, and for typing.
    pub codes: (Code, TypedCode),
    /// Whether its last day has passed.
    pub over: bool,
}

/// What was done on a day.
#[derive(Debug, Clone, Copy)]
pub struct Today {
    /// By this officer.
    pub own: Counts,
    /// By everybody, in the officer's units.
    pub all: Counts,
}

/// Makes the code of a case, or finds the one it has; gives the row number of the invitation.
///
/// # Errors
/// Invalid, with everything that is wrong, or when the case is another office's; not found for a unit outside the scope.
pub async fn issue(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    officer: Officer<'_>,
    entered: Entered<'_>,
) -> Result<i64> {
    let today = Day::at(now_ms);
    let mut faults = Vec::new();
    let unit = catalogue.unit_by_code(entered.unit);
    if unit.is_some_and(|unit| !officer.scope.covers(Some(unit.id))) {
        return Err(Error::NotFound("unit"));
    }
    let unit = unit.filter(|unit| unit.valid_on(today));
    let procedure = match unit {
        Some(unit) => meant(catalogue, unit, today, entered.procedure).map_err(|fault| faults.push(fault)).ok(),
        None => {
            faults.push(Fault::new("desk-unit-needed"));
            None
        }
    };
    let event = Event::by_name(entered.event);
    if event.is_none() {
        faults.push(Fault::new("desk-event-needed"));
    }
    let case = case::parse(entered.case).map_err(|fault| faults.push(fault)).ok();
    let (Some(unit), Some(procedure), Some(event), Some(case)) = (unit, procedure, event, case) else {
        return Err(Error::Invalid(faults));
    };
    let new = NewInvitation {
        unit: &unit.code,
        procedure: Some(&procedure.code),
        channel: Channel::Case,
        form: PROCEDURE_FORM,
        case: &case,
        event: event.name(),
    };
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    let (row, inserted) = invite(&mut tx, keys, catalogue, now_ms, &new).await?;
    if !officer.scope.covers(Some(UnitId(row.unit_id))) {
        // Its code is for another office to hand out, and a case has one, whoever asks.
        tx.rollback().await?;
        return Err(Error::invalid(Fault::new("desk-case-elsewhere")));
    }
    let counts = Counts { entered: 1, issued: i64::from(inserted), woken: 0 };
    slips::add(&mut tx, today.number(), officer.account.0, row.unit_id, counts).await.context("count a slip")?;
    let by = By { account: Some(officer.account), request: officer.request };
    // The unit and no more: a procedure and a time would lead from here to an answer.
    let subject = format!("unit {}", unit.code);
    audit::note(&mut tx, keys, now_ms, by, Act::SlipIssued, subject, json!({ "again": !inserted })).await?;
    tx.commit().await?;
    Ok(row.id)
}

/// The procedures of a unit that have all the words, most used first.
#[must_use]
pub fn found(catalogue: &Catalogue, unit: &Unit, today: Day, text: &str) -> Vec<Arc<Procedure>> {
    let folded = collate::fold(text);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let has = |procedure: &Arc<Procedure>| {
        let name = collate::fold(&procedure.name);
        words.iter().all(|word| name.contains(word))
    };
    catalogue.offered(unit, today).into_iter().filter(has).collect()
}

/// The procedure that an officer means: by its code, its name, or words that only its name has.
///
/// # Errors
/// The fault that says what to write, when it is none or several.
pub fn meant(catalogue: &Catalogue, unit: &Unit, today: Day, text: &str) -> Result<Arc<Procedure>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::new("desk-procedure-needed"));
    }
    let exact = |p: &Arc<Procedure>| p.code == text || collate::fold(&p.name) == collate::fold(text);
    if let Some(procedure) = catalogue.offered(unit, today).into_iter().find(exact) {
        return Ok(procedure);
    }
    let mut found = found(catalogue, unit, today, text);
    match (found.len(), found.pop()) {
        (1, Some(procedure)) => Ok(procedure),
        (0, _) => Err(Fault::new("desk-procedure-none").with("unit", &unit.name)),
        (n, _) => Err(Fault::new("desk-procedure-several").with("n", n)),
    }
}

/// What stands in an address for an invitation: sealed for one account, so that nobody can walk through the codes of
/// others, and for a day.
#[must_use]
pub fn seal(keys: &Keys, now_ms: i64, account: AccountId, invitation: i64) -> String {
    let plain = [invitation.to_be_bytes(), now_ms.to_be_bytes()].concat();
    data_encoding::BASE64URL_NOPAD.encode(&keys.seal(&about(account), clock::fresh(), &plain))
}

fn about(account: AccountId) -> String {
    format!("slip of {}", account.0)
}

/// Shows a code again, in the units of the officer's scope.
///
/// # Errors
/// Not found when the address was not made for this officer, or too long ago.
pub async fn slip(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    officer: Officer<'_>,
    sealed: &str,
) -> Result<Slip> {
    let absent = || Error::NotFound("slip");
    let bytes = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).map_err(|_| absent())?;
    let plain = keys.open(&about(officer.account), &bytes).ok_or_else(absent)?;
    let number = |at: usize| plain.get(at..at + 8)?.try_into().ok().map(i64::from_be_bytes);
    let (Some(id), Some(since)) = (number(0), number(8)) else { return Err(absent()) };
    if !(0..SHOWN_MS).contains(&(now_ms - since)) {
        return Err(absent());
    }
    let row = invitations::one_within(db, officer.scope, id).await?.ok_or_else(absent)?;
    let place = open::place_of(catalogue, &row).ok_or_else(absent)?;
    Ok(Slip { place, codes: opened(keys, &row)?, over: row.expires_at <= now_ms })
}

/// What was done today, by this officer and in all the officer's units.
///
/// # Errors
/// When the store does not answer.
pub async fn today(db: &Db, now_ms: i64, officer: Officer<'_>) -> Result<Today> {
    let day = Day::at(now_ms).number();
    Ok(Today {
        own: slips::on_day(db, officer.scope, day, Some(officer.account.0)).await?,
        all: slips::on_day(db, officer.scope, day, None).await?,
    })
}

/// The tablets that this officer can wake: those in use that are not missing.
///
/// # Errors
/// When the store does not answer.
pub async fn tablets(db: &Db, now_ms: i64, officer: Officer<'_>) -> Result<Vec<Tablet>> {
    wakes::tablets(db, officer.scope, now_ms - SILENT_MS).await
}

/// Wakes a tablet with the case of a slip; it asks about this case for a minute. Whoever wakes learns nothing more, and
/// no row keeps that this officer woke that tablet: beside the time of an answer it would point to it.
///
/// # Errors
/// Not found for a tablet outside the scope or not in use, gone for a slip whose last day has passed.
pub async fn wake(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    officer: Officer<'_>,
    slip: &Slip,
    (tablet, lang): (i64, &str),
) -> Result<()> {
    let tablet =
        wakes::tablet(db, officer.scope, tablet, now_ms - SILENT_MS).await?.ok_or(Error::NotFound("tablet"))?;
    if slip.over {
        return Err(Error::Gone("slip"));
    }
    let wake = Wake {
        code: slip.codes.0.as_str().to_owned(),
        form: slip.place.questionnaire.form.clone(),
        procedure: slip.place.procedure.as_ref().map(|procedure| procedure.id),
        lang: lang.to_owned(),
    };
    let counts = Counts { woken: 1, ..Counts::default() };
    let mut tx = db.begin().await?;
    wake::put(&mut tx, keys, now_ms, tablet.point, &wake).await?;
    slips::add(&mut tx, Day::at(now_ms).number(), officer.account.0, slip.place.unit.id.0, counts).await?;
    tx.commit().await
}
