//! `invitations`: one-time codes for one case. Nothing here names an answer, and no answer names one of these.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[BY_CODE, BY_TYPED, BY_CASE, WITHIN, BY_REFERENCE, INSERT, USE_UP, REVOKE, IS_USED, USED_ON, CODES, SET_CODES];

/// What stands in `used` of an invitation that was revoked.
pub const REVOKED: i64 = 3;

/// An invitation as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// Both codes, sealed, so that the same case gets the same code.
    pub sealed: Vec<u8>,
    /// Unit.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Name of the channel.
    pub channel: String,
    /// Form; its latest version is asked.
    pub form: String,
    /// Local day it was issued, yyyymmdd.
    pub issued_day: i64,
    /// End of its life in unix ms.
    pub expires_at: i64,
    /// 1 or 2 once it was answered, [`REVOKED`] once it was revoked.
    pub used: i64,
    /// What other systems call it.
    pub reference: String,
}

/// An invitation to store.
#[derive(Debug, Clone)]
pub struct New {
    /// Keyed hash of the code.
    pub code_mac: Mac16,
    /// Keyed hash of the typed code.
    pub typed_mac: Mac16,
    /// Both codes, sealed.
    pub sealed: Vec<u8>,
    /// Unit.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Name of the channel.
    pub channel: &'static str,
    /// Form.
    pub form: String,
    /// Keyed hash of the case code.
    pub case_mac: Mac16,
    /// What happened to the case, such as `finished`.
    pub event: String,
    /// Local day, yyyymmdd.
    pub issued_day: i64,
    /// End of its life in unix ms.
    pub expires_at: i64,
    /// What other systems are to call it.
    pub reference: String,
}

const BY_CODE: &str = "
    SELECT id, sealed, unit_id, procedure_id, channel, form, issued_day, expires_at, used, reference
    FROM invitations
    WHERE code_mac = $1";

/// The invitation of a code.
///
/// # Errors
/// When the store does not answer.
pub async fn by_code(db: &Db, code_mac: Mac16) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_CODE).bind(code_mac.to_vec()).fetch_optional(c))?)
}

const BY_TYPED: &str = "
    SELECT id, sealed, unit_id, procedure_id, channel, form, issued_day, expires_at, used, reference
    FROM invitations
    WHERE typed_mac = $1";

/// The invitation of a typed code.
///
/// # Errors
/// When the store does not answer.
pub async fn by_typed(db: &Db, typed_mac: Mac16) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_TYPED).bind(typed_mac.to_vec()).fetch_optional(c))?)
}

const BY_CASE: &str = "
    SELECT id, sealed, unit_id, procedure_id, channel, form, issued_day, expires_at, used, reference
    FROM invitations
    WHERE case_mac = $1 AND event = $2";

/// The invitation of a case and event.
///
/// # Errors
/// When the store does not answer.
pub async fn by_case(tx: &mut Tx<'_>, case_mac: Mac16, event: &str) -> Result<Row> {
    Ok(on!(tx, c => sqlx::query_as(BY_CASE).bind(case_mac.to_vec()).bind(event).fetch_one(c))?)
}

const WITHIN: &str = "
    SELECT id, sealed, unit_id, procedure_id, channel, form, issued_day, expires_at, used, reference
    FROM invitations
    WHERE id = $2 AND (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')";

/// An invitation of the units of a scope.
///
/// # Errors
/// When the store does not answer.
pub async fn one_within(db: &Db, scope: &Scope, id: i64) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(id).fetch_optional(c))?)
}

const BY_REFERENCE: &str = "
    SELECT id, sealed, unit_id, procedure_id, channel, form, issued_day, expires_at, used, reference
    FROM invitations
    WHERE reference = $2 AND (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')";

/// The invitation that other systems call so, in the units of a scope.
///
/// # Errors
/// When the store does not answer.
pub async fn by_reference(db: &Db, scope: &Scope, reference: &str) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_REFERENCE).bind(scope.bound()).bind(reference).fetch_optional(c))?)
}

const INSERT: &str = "
    INSERT INTO invitations (code_mac, typed_mac, sealed, unit_id, procedure_id, channel, form, case_mac, event,
                             issued_day, expires_at, reference)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (case_mac, event) DO NOTHING";

/// Stores an invitation; false when the case and event have one already.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, new: &New) -> Result<bool> {
    let inserted = on!(tx, c => sqlx::query(INSERT)
        .bind(new.code_mac.to_vec())
        .bind(new.typed_mac.to_vec())
        .bind(new.sealed.clone())
        .bind(new.unit_id)
        .bind(new.procedure_id)
        .bind(new.channel)
        .bind(new.form.clone())
        .bind(new.case_mac.to_vec())
        .bind(new.event.clone())
        .bind(new.issued_day)
        .bind(new.expires_at)
        .bind(new.reference.clone())
        .execute(c), rows)?;
    Ok(inserted > 0)
}

// used is 1 when the answer came by the invitation itself, 2 when it came from the tablet that was woken for its case and
// is therefore counted under the tablet's channel.
const USE_UP: &str = "
    UPDATE invitations SET used = $4, used_day = $2
    WHERE id = $1 AND used = 0 AND expires_at > $3";

/// Uses an invitation up, by its own form or at a tablet; false when it was used or had expired when it was answered.
///
/// # Errors
/// When the store does not answer.
pub async fn use_up(tx: &mut Tx<'_>, id: i64, day: i64, answered: i64, at_tablet: bool) -> Result<bool> {
    let used = if at_tablet { 2_i64 } else { 1 };
    Ok(on!(tx, c => sqlx::query(USE_UP).bind(id).bind(day).bind(answered).bind(used).execute(c), rows)? > 0)
}

// It expires at that instant, so that wherever codes are handed out it is over.
const REVOKE: &str = "
    UPDATE invitations SET used = 3, expires_at = $2
    WHERE id = $1 AND used = 0 AND expires_at > $2";

/// Revokes an invitation; false when it was used, revoked, or has expired.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REVOKE).bind(id).bind(now_ms).execute(c), rows)? > 0)
}

const IS_USED: &str = "SELECT used FROM invitations WHERE id = $1";

/// Whether an invitation was answered.
///
/// # Errors
/// When the store does not answer.
pub async fn is_used(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    let used: i64 = on!(tx, c => sqlx::query_scalar(IS_USED).bind(id).fetch_one(c))?;
    Ok(used != 0 && used != REVOKED)
}

const USED_ON: &str = "
    SELECT unit_id, CAST(COUNT(*) AS BIGINT)
    FROM invitations
    WHERE used_day = $1 AND used IN (1, 2)
    GROUP BY unit_id
    HAVING COUNT(*) >= $2
    ORDER BY unit_id";

/// How many invitations of each unit were answered on a local day, where they were at least so many.
///
/// # Errors
/// When the store does not answer.
pub async fn used_on(tx: &mut Tx<'_>, day: i64, least: i64) -> Result<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(USED_ON).bind(day).bind(least).fetch_all(c))?)
}

/// Both codes of a place under a key.
#[derive(Debug, Clone)]
pub struct Codes {
    /// Keyed hash of the code.
    pub code_mac: Mac16,
    /// Keyed hash of the typed code.
    pub typed_mac: Mac16,
    /// Both codes, sealed.
    pub sealed: Vec<u8>,
}

const CODES: &str = "SELECT id, sealed FROM invitations ORDER BY id";

/// The sealed codes of every invitation, by row number.
///
/// # Errors
/// When the store does not answer.
pub async fn codes(tx: &mut Tx<'_>) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(on!(tx, c => sqlx::query_as(CODES).fetch_all(c))?)
}

const SET_CODES: &str = "UPDATE invitations SET code_mac = $2, typed_mac = $3, sealed = $4 WHERE id = $1";

/// Keeps the codes of an invitation under another key.
///
/// # Errors
/// When the store does not answer.
pub async fn set_codes(tx: &mut Tx<'_>, id: i64, codes: &Codes) -> Result<()> {
    on!(tx, c => sqlx::query(SET_CODES)
        .bind(id)
        .bind(codes.code_mac.to_vec())
        .bind(codes.typed_mac.to_vec())
        .bind(codes.sealed.clone())
        .execute(c), rows)?;
    Ok(())
}
