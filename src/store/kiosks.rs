//! `kiosks`, `kiosk_misses`: tablets at counters, from pairing to revocation.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    WITHIN,
    BY_KEY,
    BY_PENDING,
    INSERT,
    NEW_CODE,
    ENTER,
    MISS,
    COUNT_MISSES,
    FORGET_MISSES,
    MISS_CODES,
    CONFIRM,
    GIVE_KEY,
    PROMOTE,
    RENEW,
    DECLINE,
    REVOKE,
    MOVE,
    SEEN,
];

/// A kiosk as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// The counter it stands at.
    pub point_id: i64,
    /// What people call the device.
    pub label: String,
    /// Until when its pairing code works, in unix ms.
    pub code_expires_at: i64,
    /// How often a code was missed while this one was out.
    pub code_misses: i64,
    /// Whether a code is out.
    pub has_code: i64,
    /// Until when a device that entered the code may wait.
    pub pending_until: Option<i64>,
    /// What that device and the administrator both see.
    pub check_number: Option<i64>,
    /// When an administrator confirmed the device.
    pub confirmed_at: Option<i64>,
    /// When its key was given.
    pub key_at: Option<i64>,
    /// When it was paired.
    pub paired_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// When it last spoke.
    pub seen_at: Option<i64>,
    /// Answers that waited on it then.
    pub waiting: i64,
    /// Records that it could not hand in and keeps.
    pub aside: i64,
    /// The version of its program then.
    pub version: String,
    /// How far its clock was behind ours then, in ms.
    pub clock_offset: i64,
    /// 1 when it was found by the key that is to take the place of the present one.
    pub by_next: i64,
}

const WITHIN: &str = "
    SELECT k.id, k.point_id, k.label, k.code_expires_at, k.code_misses,
           CAST(CASE WHEN k.code_mac IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_code, k.pending_until, k.check_number, k.confirmed_at,
           k.key_at, k.paired_at, k.revoked_at, k.seen_at, k.waiting, k.aside, k.version, k.clock_offset, CAST(0 AS BIGINT) AS by_next
    FROM kiosks k JOIN points p ON p.id = k.point_id
    WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(p.unit_id AS TEXT) || '|%')
        AND (CAST($2 AS BIGINT) IS NULL OR k.id = $2)
    ORDER BY k.id";

/// The kiosks of the units of a scope.
///
/// # Errors
/// When the store does not answer.
pub async fn within(db: &Db, scope: &Scope) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(None::<i64>).fetch_all(c))?)
}

/// One of them.
///
/// # Errors
/// When the store does not answer.
pub async fn one_within(db: &Db, scope: &Scope, id: i64) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(Some(id)).fetch_optional(c))?)
}

const BY_KEY: &str = "
    SELECT id, point_id, label, code_expires_at, code_misses,
           CAST(CASE WHEN code_mac IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_code, pending_until, check_number, confirmed_at,
           key_at, paired_at, revoked_at, seen_at, waiting, aside, version, clock_offset,
           CAST(CASE WHEN next_key_mac = $1 THEN 1 ELSE 0 END AS BIGINT) AS by_next
    FROM kiosks
    WHERE key_mac = $1 OR next_key_mac = $1";

/// The kiosk of a device key, the present or the next one.
///
/// # Errors
/// When the store does not answer.
pub async fn by_key(db: &Db, key: Mac16) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_KEY).bind(key.to_vec()).fetch_optional(c))?)
}

const BY_PENDING: &str = "
    SELECT id, point_id, label, code_expires_at, code_misses,
           CAST(CASE WHEN code_mac IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_code, pending_until, check_number, confirmed_at,
           key_at, paired_at, revoked_at, seen_at, waiting, aside, version, clock_offset, CAST(0 AS BIGINT) AS by_next
    FROM kiosks
    WHERE pending_mac = $1 AND pending_until > $2 AND revoked_at IS NULL";

/// The kiosk that a device with this ticket waits to become.
///
/// # Errors
/// When the store does not answer.
pub async fn by_pending(tx: &mut Tx<'_>, ticket: Mac16, now_ms: i64) -> Result<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_PENDING).bind(ticket.to_vec()).bind(now_ms).fetch_optional(c))?)
}

const INSERT: &str = "
    INSERT INTO kiosks (point_id, label, created_at, code_mac, code_expires_at, code_misses, confirmed_at, waiting,
                        version, clock_offset)
    VALUES ($1, $2, $3, $4, $5, 0, $6, 0, '', 0)
    RETURNING id";

/// Stores a kiosk with its pairing code; gives its row number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(
    tx: &mut Tx<'_>,
    (point, label): (i64, &str),
    now_ms: i64,
    (code, expires_at): (Mac16, i64),
    confirmed_at: Option<i64>,
) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(point)
        .bind(label)
        .bind(now_ms)
        .bind(code.to_vec())
        .bind(expires_at)
        .bind(confirmed_at)
        .fetch_one(c))?)
}

const NEW_CODE: &str = "
    UPDATE kiosks
    SET code_mac = $2, code_expires_at = $3, code_misses = 0, pending_mac = NULL, pending_until = NULL,
        check_number = NULL, confirmed_at = NULL
    WHERE id = $1 AND paired_at IS NULL AND revoked_at IS NULL";

/// Gives another code to a kiosk that no device has become yet; false when one has.
///
/// # Errors
/// When the store does not answer.
pub async fn new_code(tx: &mut Tx<'_>, id: i64, code: Mac16, expires_at: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(NEW_CODE).bind(id).bind(code.to_vec()).bind(expires_at).execute(c), rows)? > 0)
}

const ENTER: &str = "
    UPDATE kiosks
    SET code_mac = NULL, pending_mac = $3, pending_until = $4, check_number = $5
    WHERE code_mac = $1 AND code_expires_at > $2 AND code_misses < $6 AND revoked_at IS NULL
    RETURNING id";

/// A code that was entered.
#[derive(Debug, Clone, Copy)]
pub struct Entered {
    /// Keyed hash of the code.
    pub code: Mac16,
    /// Now, in unix ms.
    pub now_ms: i64,
    /// Keyed hash of the ticket the device gets.
    pub ticket: Mac16,
    /// Until when it may wait.
    pub until: i64,
    /// What the device and the administrator see.
    pub check_number: i64,
    /// So many misses make a code useless.
    pub most_misses: i64,
}

/// Uses up a code; gives the kiosk it was for.
///
/// # Errors
/// When the store does not answer.
pub async fn enter(tx: &mut Tx<'_>, e: Entered) -> Result<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(ENTER)
        .bind(e.code.to_vec())
        .bind(e.now_ms)
        .bind(e.ticket.to_vec())
        .bind(e.until)
        .bind(e.check_number)
        .bind(e.most_misses)
        .fetch_optional(c))?)
}

const MISS: &str = "INSERT INTO kiosk_misses (at) VALUES ($1)";
const MISS_CODES: &str =
    "UPDATE kiosks SET code_misses = code_misses + 1 WHERE code_mac IS NOT NULL AND code_expires_at > $1";
const FORGET_MISSES: &str = "DELETE FROM kiosk_misses WHERE at <= $1";

/// Notes a miss, against every code that is out: whoever guesses may have meant any of them.
///
/// # Errors
/// When the store does not answer.
pub async fn miss(tx: &mut Tx<'_>, now_ms: i64, forget_through: i64) -> Result<()> {
    on!(tx, c => sqlx::query(FORGET_MISSES).bind(forget_through).execute(c), rows)?;
    on!(tx, c => sqlx::query(MISS).bind(now_ms).execute(c), rows)?;
    on!(tx, c => sqlx::query(MISS_CODES).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const COUNT_MISSES: &str = "SELECT COUNT(*) FROM kiosk_misses WHERE at > $1";

/// How many misses there were since.
///
/// # Errors
/// When the store does not answer.
pub async fn misses_since(tx: &mut Tx<'_>, since: i64) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT_MISSES).bind(since).fetch_one(c))?)
}

const CONFIRM: &str = "
    UPDATE kiosks SET confirmed_at = $2
    WHERE id = $1 AND check_number = $3 AND pending_until > $2 AND confirmed_at IS NULL AND revoked_at IS NULL";

/// Confirms the device that waits with this number; false when none does.
///
/// # Errors
/// When the store does not answer.
pub async fn confirm(tx: &mut Tx<'_>, id: i64, now_ms: i64, check_number: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(CONFIRM).bind(id).bind(now_ms).bind(check_number).execute(c), rows)? > 0)
}

const GIVE_KEY: &str = "
    UPDATE kiosks SET key_mac = $2, key_at = $3, paired_at = $3 WHERE id = $1 AND confirmed_at IS NOT NULL";

/// Pairs a device with its key.
///
/// # Errors
/// When the store does not answer.
pub async fn give_key(tx: &mut Tx<'_>, id: i64, key: Mac16, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(GIVE_KEY).bind(id).bind(key.to_vec()).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const PROMOTE: &str = "
    UPDATE kiosks
    SET key_mac = $2, next_key_mac = NULL, pending_mac = NULL, pending_until = NULL, check_number = NULL
    WHERE id = $1 AND (key_mac = $2 OR next_key_mac = $2)";

/// A device showed that it has this key: what came before it is no longer needed.
///
/// # Errors
/// When the store does not answer.
pub async fn promote(tx: &mut Tx<'_>, id: i64, key: Mac16) -> Result<()> {
    on!(tx, c => sqlx::query(PROMOTE).bind(id).bind(key.to_vec()).execute(c), rows)?;
    Ok(())
}

const RENEW: &str = "
    UPDATE kiosks SET next_key_mac = $2, key_at = $3
    WHERE id = $1 AND revoked_at IS NULL AND key_at = $4";

/// Keeps the key that is to take the place of the one given at an instant; false when another request did so first.
///
/// # Errors
/// When the store does not answer.
pub async fn renew(tx: &mut Tx<'_>, id: i64, next: Mac16, now_ms: i64, given_at: Option<i64>) -> Result<bool> {
    let next = next.to_vec();
    Ok(on!(tx, c => sqlx::query(RENEW).bind(id).bind(next).bind(now_ms).bind(given_at).execute(c), rows)? > 0)
}

const DECLINE: &str = "
    UPDATE kiosks
    SET pending_mac = NULL, pending_until = NULL, check_number = NULL, confirmed_at = NULL,
        key_mac = NULL, key_at = NULL, paired_at = NULL
    WHERE id = $1 AND pending_mac IS NOT NULL";

/// Whoever holds the device says that it does not belong here; a key that it has not shown yet is worth nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn decline(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    on!(tx, c => sqlx::query(DECLINE).bind(id).execute(c), rows)?;
    Ok(())
}

const REVOKE: &str = "
    UPDATE kiosks
    SET revoked_at = $2, code_mac = NULL, pending_mac = NULL, pending_until = NULL, check_number = NULL
    WHERE id = $1 AND revoked_at IS NULL";

/// Revokes a kiosk; false when it was.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REVOKE).bind(id).bind(now_ms).execute(c), rows)? > 0)
}

const MOVE: &str = "UPDATE kiosks SET point_id = $2 WHERE id = $1 AND revoked_at IS NULL";

/// Puts a kiosk at another counter; false when it is revoked.
///
/// # Errors
/// When the store does not answer.
pub async fn put_at(tx: &mut Tx<'_>, id: i64, point: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(MOVE).bind(id).bind(point).execute(c), rows)? > 0)
}

const SEEN: &str = "
    UPDATE kiosks SET seen_at = $2, waiting = $3, aside = $4, version = $5, clock_offset = $6
    WHERE id = $1";

/// What a device says of itself.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Answers that wait on it.
    pub waiting: i64,
    /// Records that it could not hand in and keeps.
    pub aside: i64,
    /// The version of its program.
    pub version: String,
    /// How far its clock is behind ours, in ms.
    pub clock_offset: i64,
}

/// Keeps it. Until the transaction ends nobody else changes the kiosk.
///
/// # Errors
/// When the store does not answer.
pub async fn seen(tx: &mut Tx<'_>, id: i64, now_ms: i64, seen: &Seen) -> Result<()> {
    on!(tx, c => sqlx::query(SEEN)
        .bind(id)
        .bind(now_ms)
        .bind(seen.waiting)
        .bind(seen.aside)
        .bind(seen.version.clone())
        .bind(seen.clock_offset)
        .execute(c), rows)?;
    Ok(())
}
