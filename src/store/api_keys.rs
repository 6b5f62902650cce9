//! `api_keys`, `api_key_units`: the keys of other systems.

use super::{Db, Tx};
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ALL, ALL_UNITS, BY_PUBLIC, UNITS, INSERT, INSERT_UNIT, REVOKE, USED];

/// A key as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// The characters that name it.
    pub public: String,
    /// Keyed hash of the whole key.
    pub secret_mac: Vec<u8>,
    /// What people call it.
    pub label: String,
    /// What it may be used for, as `|name|name|`.
    pub scopes: String,
    /// 1 when it is for all units.
    pub every_unit: i64,
    /// When it was made, in unix ms.
    pub created_at: i64,
    /// End of its life in unix ms.
    pub expires_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The last local day it was used, yyyymmdd.
    pub used_day: Option<i64>,
}

/// A key to store.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// The characters that name it.
    pub public: &'a str,
    /// Keyed hash of the whole key.
    pub secret_mac: Mac16,
    /// What people call it.
    pub label: &'a str,
    /// What it may be used for, as `|name|name|`.
    pub scopes: &'a str,
    /// The units; none for all.
    pub units: Option<&'a [i64]>,
    /// Now, in unix ms.
    pub created_at: i64,
    /// End of its life in unix ms.
    pub expires_at: i64,
}

const ALL: &str = "
    SELECT id, public, secret_mac, label, scopes, every_unit, created_at, expires_at, revoked_at, used_day
    FROM api_keys
    ORDER BY id";

/// Every key, in the order in which they were made.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(ALL).fetch_all(c))?)
}

const ALL_UNITS: &str = "SELECT key_id, unit_id FROM api_key_units ORDER BY key_id, unit_id";

/// The units that each key names: (key, unit).
///
/// # Errors
/// When the store does not answer.
pub async fn all_units(db: &Db) -> Result<Vec<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(ALL_UNITS).fetch_all(c))?)
}

const BY_PUBLIC: &str = "
    SELECT id, public, secret_mac, label, scopes, every_unit, created_at, expires_at, revoked_at, used_day
    FROM api_keys
    WHERE public = $1";

/// The key that is named so.
///
/// # Errors
/// When the store does not answer.
pub async fn by_public(db: &Db, public: &str) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_PUBLIC).bind(public).fetch_optional(c))?)
}

const UNITS: &str = "SELECT unit_id FROM api_key_units WHERE key_id = $1 ORDER BY unit_id";

/// The units that a key names.
///
/// # Errors
/// When the store does not answer.
pub async fn units(db: &Db, id: i64) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(UNITS).bind(id).fetch_all(c))?)
}

const INSERT: &str = "
    INSERT INTO api_keys (public, secret_mac, label, scopes, every_unit, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING id";
const INSERT_UNIT: &str = "INSERT INTO api_key_units (key_id, unit_id) VALUES ($1, $2)";

/// Stores a key; gives its row number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<i64> {
    let id: i64 = on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(new.public)
        .bind(new.secret_mac.to_vec())
        .bind(new.label)
        .bind(new.scopes)
        .bind(i64::from(new.units.is_none()))
        .bind(new.created_at)
        .bind(new.expires_at)
        .fetch_one(c))?;
    for unit in new.units.unwrap_or_default() {
        on!(tx, c => sqlx::query(INSERT_UNIT).bind(id).bind(unit).execute(c), rows)?;
    }
    Ok(id)
}

const REVOKE: &str = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

/// Revokes a key; false when it was, or is not there.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REVOKE).bind(id).bind(now_ms).execute(c), rows)? > 0)
}

const USED: &str = "UPDATE api_keys SET used_day = $2 WHERE id = $1";

/// Notes the day on which a key was used.
///
/// # Errors
/// When the store does not answer.
pub async fn used(tx: &mut Tx<'_>, id: i64, day: i64) -> Result<()> {
    on!(tx, c => sqlx::query(USED).bind(id).bind(day).execute(c), rows)?;
    Ok(())
}
