//! `points`: standing places one can answer from.

use super::invitations::Codes;
use super::{Db, Tx};
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ALL, INSERT, REVOKE, HAND_OVER, USE_OF_PROCEDURES, CODES, SET_CODES];

/// A point as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// Keyed hash of the code.
    pub code_mac: Vec<u8>,
    /// Keyed hash of the typed code.
    pub typed_mac: Vec<u8>,
    /// Both codes, sealed for reprinting.
    pub sealed: Vec<u8>,
    /// Unit.
    pub unit_id: i64,
    /// Procedure; none when the citizen chooses.
    pub procedure_id: Option<i64>,
    /// Name of the channel.
    pub channel: String,
    /// Form; its latest version is asked.
    pub form: String,
    /// What people call the place, such as "Quầy 1".
    pub label: String,
    /// When it was revoked, in unix ms.
    pub revoked_at: Option<i64>,
}

/// A point to store.
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
    /// What people call the place.
    pub label: String,
    /// Now, in unix ms.
    pub created_at: i64,
}

const ALL: &str = "
    SELECT id, code_mac, typed_mac, sealed, unit_id, procedure_id, channel, form, label, revoked_at
    FROM points
    ORDER BY id";

/// Every point, revoked ones too.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(ALL).fetch_all(c))?)
}

const INSERT: &str = "
    INSERT INTO points (code_mac, typed_mac, sealed, unit_id, procedure_id, channel, form, label, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    RETURNING id";

/// Stores a point; gives its row number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, new: &New) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(new.code_mac.to_vec())
        .bind(new.typed_mac.to_vec())
        .bind(new.sealed.clone())
        .bind(new.unit_id)
        .bind(new.procedure_id)
        .bind(new.channel)
        .bind(new.form.clone())
        .bind(new.label.clone())
        .bind(new.created_at)
        .fetch_one(c))?)
}

const REVOKE: &str = "UPDATE points SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

/// Revokes a point; false when there is none that is still in use.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REVOKE).bind(id).bind(now_ms).execute(c), rows)? > 0)
}

const HAND_OVER: &str = "UPDATE points SET unit_id = $2 WHERE unit_id = $1 AND revoked_at IS NULL";

/// Puts the points of a unit that are in use under another; gives how many. Answers keep the unit they were about.
///
/// # Errors
/// When the store does not answer.
pub async fn hand_over(tx: &mut Tx<'_>, from_unit: i64, to_unit: i64) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(HAND_OVER).bind(from_unit).bind(to_unit).execute(c), rows)?)
}

const USE_OF_PROCEDURES: &str = "
    SELECT unit_id, procedure_id, CAST(SUM(n) AS BIGINT)
    FROM tallies_day
    WHERE day >= $1 AND procedure_id <> 0
    GROUP BY unit_id, procedure_id";

/// How often each procedure was answered about at each unit since a day: (unit, procedure, answers).
///
/// # Errors
/// When the store does not answer.
pub async fn use_of_procedures(db: &Db, since_day: i64) -> Result<Vec<(i64, i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(USE_OF_PROCEDURES).bind(since_day).fetch_all(c))?)
}

const CODES: &str = "SELECT id, sealed FROM points ORDER BY id";

/// The sealed codes of every point, by row number.
///
/// # Errors
/// When the store does not answer.
pub async fn codes(tx: &mut Tx<'_>) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(on!(tx, c => sqlx::query_as(CODES).fetch_all(c))?)
}

const SET_CODES: &str = "UPDATE points SET code_mac = $2, typed_mac = $3, sealed = $4 WHERE id = $1";

/// Keeps the codes of a point under another key.
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
