//! `endpoints`: addresses that are told of what happened here.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    ALL, ONE, COUNT, WANTING, INSERT, SET_TOPICS, ROTATE, TAKEN, FAIL, OFF, ON_AGAIN, REMOVE, FORGET_OLD, SEALED,
    SET_SEALED,
];

/// An address as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// What people call it.
    pub label: String,
    /// Where to.
    pub url: String,
    /// What it is told of, as `|name|name|`.
    pub topics: String,
    /// Its secret, sealed.
    pub sealed: Vec<u8>,
    /// The secret before, sealed.
    pub old_sealed: Option<Vec<u8>>,
    /// Until when that one signs too, in unix ms.
    pub old_until: Option<i64>,
    /// When it was registered.
    pub created_at: i64,
    /// When it last took something.
    pub taken_at: Option<i64>,
    /// When it was switched off.
    pub off_at: Option<i64>,
    /// `failed` or `person`.
    pub off_why: Option<String>,
}

const ALL: &str = "
    SELECT id, label, url, topics, sealed, old_sealed, old_until, created_at, taken_at, off_at, off_why
    FROM endpoints
    WHERE removed_at IS NULL
    ORDER BY id";

/// Every address, in the order in which they were registered.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(ALL).fetch_all(c))?)
}

const ONE: &str = "
    SELECT id, label, url, topics, sealed, old_sealed, old_until, created_at, taken_at, off_at, off_why
    FROM endpoints
    WHERE id = $1 AND removed_at IS NULL";

/// One address; none when it is not there or was removed.
///
/// # Errors
/// When the store does not answer.
pub async fn one(db: &Db, id: i64) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(ONE).bind(id).fetch_optional(c))?)
}

const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM endpoints WHERE removed_at IS NULL";

/// How many there are.
///
/// # Errors
/// When the store does not answer.
pub async fn count(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c))?)
}

const WANTING: &str = "
    SELECT id, off_at
    FROM endpoints
    WHERE removed_at IS NULL AND topics LIKE '%|' || $1 || '|%'
    ORDER BY id";

/// Those that are told of something, with when each was switched off.
///
/// # Errors
/// When the store does not answer.
pub async fn wanting(tx: &mut Tx<'_>, topic: &str) -> Result<Vec<(i64, Option<i64>)>> {
    Ok(on!(tx, c => sqlx::query_as(WANTING).bind(topic).fetch_all(c))?)
}

const INSERT: &str = "
    INSERT INTO endpoints (label, url, topics, sealed, created_at)
    VALUES ($1, $2, $3, $4, $5)
    RETURNING id";

/// Stores an address; gives its row number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, label: &str, url: &str, topics: &str, sealed: &[u8], at: i64) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(label)
        .bind(url)
        .bind(topics)
        .bind(sealed)
        .bind(at)
        .fetch_one(c))?)
}

const SET_TOPICS: &str = "UPDATE endpoints SET topics = $2 WHERE id = $1 AND removed_at IS NULL";

/// Notes what an address is told of.
///
/// # Errors
/// When the store does not answer.
pub async fn set_topics(tx: &mut Tx<'_>, id: i64, topics: &str) -> Result<()> {
    on!(tx, c => sqlx::query(SET_TOPICS).bind(id).bind(topics).execute(c), rows)?;
    Ok(())
}

const ROTATE: &str = "
    UPDATE endpoints SET old_sealed = sealed, old_until = $3, sealed = $2
    WHERE id = $1 AND removed_at IS NULL";

/// Gives an address another secret; the one it had signs too until an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn rotate(tx: &mut Tx<'_>, id: i64, sealed: &[u8], old_until: i64) -> Result<()> {
    on!(tx, c => sqlx::query(ROTATE).bind(id).bind(sealed).bind(old_until).execute(c), rows)?;
    Ok(())
}

const TAKEN: &str = "UPDATE endpoints SET taken_at = $2 WHERE id = $1";

/// Notes that an address took something.
///
/// # Errors
/// When the store does not answer.
pub async fn taken(tx: &mut Tx<'_>, id: i64, at: i64) -> Result<()> {
    on!(tx, c => sqlx::query(TAKEN).bind(id).bind(at).execute(c), rows)?;
    Ok(())
}

const FAIL: &str = "
    UPDATE endpoints SET off_at = $2, off_why = 'failed'
    WHERE id = $1 AND off_at IS NULL AND removed_at IS NULL AND (taken_at IS NULL OR taken_at < $3)";

/// Switches an address off because it took nothing since an instant; false when it did, or is off.
///
/// # Errors
/// When the store does not answer.
pub async fn fail(tx: &mut Tx<'_>, id: i64, at: i64, since: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(FAIL).bind(id).bind(at).bind(since).execute(c), rows)? == 1)
}

const OFF: &str = "
    UPDATE endpoints SET off_at = $2, off_why = 'person'
    WHERE id = $1 AND off_at IS NULL AND removed_at IS NULL";

/// Switches an address off; false when it is off.
///
/// # Errors
/// When the store does not answer.
pub async fn off(tx: &mut Tx<'_>, id: i64, at: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(OFF).bind(id).bind(at).execute(c), rows)? == 1)
}

const ON_AGAIN: &str = "
    UPDATE endpoints SET off_at = NULL, off_why = NULL
    WHERE id = $1 AND off_at IS NOT NULL AND removed_at IS NULL";

/// Switches an address on; false when it is on.
///
/// # Errors
/// When the store does not answer.
pub async fn on_again(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(ON_AGAIN).bind(id).execute(c), rows)? == 1)
}

const REMOVE: &str = "
    UPDATE endpoints SET removed_at = $2, sealed = $3, old_sealed = NULL, old_until = NULL
    WHERE id = $1 AND removed_at IS NULL";

/// Removes an address, its secrets with it; false when it was.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx<'_>, id: i64, at: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REMOVE).bind(id).bind(at).bind(Vec::<u8>::new()).execute(c), rows)? == 1)
}

const FORGET_OLD: &str = "UPDATE endpoints SET old_sealed = NULL, old_until = NULL WHERE old_until <= $1";

/// Forgets secrets whose time is over.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_old(tx: &mut Tx<'_>, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(FORGET_OLD).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const SEALED: &str = "SELECT id, sealed, old_sealed FROM endpoints WHERE removed_at IS NULL ORDER BY id";

/// A row number with the secrets of that address.
pub type Sealed = (i64, Vec<u8>, Option<Vec<u8>>);

/// The sealed secrets of every address.
///
/// # Errors
/// When the store does not answer.
pub async fn sealed(tx: &mut Tx<'_>) -> Result<Vec<Sealed>> {
    Ok(on!(tx, c => sqlx::query_as(SEALED).fetch_all(c))?)
}

const SET_SEALED: &str = "UPDATE endpoints SET sealed = $2, old_sealed = $3 WHERE id = $1";

/// Keeps the secrets of an address under another key.
///
/// # Errors
/// When the store does not answer.
pub async fn set_sealed(tx: &mut Tx<'_>, id: i64, sealed: &[u8], old: Option<&[u8]>) -> Result<()> {
    on!(tx, c => sqlx::query(SET_SEALED).bind(id).bind(sealed).bind(old).execute(c), rows)?;
    Ok(())
}
