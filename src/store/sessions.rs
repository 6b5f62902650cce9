//! `sessions`: browsers that are signed in, known by the hash of their cookie alone.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[BY_HASH, INSERT, SEEN, OF_ACCOUNT, END, END_ALL, TRIM, PURGE];

/// The hash of a session's cookie.
pub type Hash = [u8; 32];

/// A session with the account it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// Account.
    pub account_id: i64,
    /// When it began, in unix ms.
    pub created_at: i64,
    /// When it was last used, in unix ms, to the minute.
    pub seen_at: i64,
    /// When the password was last given, in unix ms.
    pub confirmed_at: i64,
    /// Login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// 1 once a second factor was given in it.
    pub factor: i64,
    /// 1 when the account has a second factor of ours.
    pub factors: i64,
}

const BY_HASH: &str = "
    SELECT s.id, s.account_id, s.created_at, s.seen_at, s.confirmed_at, a.login, a.name, s.factor,
        (SELECT COUNT(*) FROM second_factors AS f WHERE f.account_id = a.id) AS factors
    FROM sessions AS s
    JOIN accounts AS a ON a.id = s.account_id
    WHERE s.hash = $1 AND s.seen_at > $2 AND s.created_at > $3 AND a.disabled_at IS NULL";

/// The session of a cookie, unless it was idle since one instant or began before the other.
///
/// # Errors
/// When the store does not answer.
pub async fn by_hash(db: &Db, hash: &Hash, idle_ms: i64, begun_ms: i64) -> Result<Option<Row>> {
    let hash = hash.to_vec();
    Ok(on!(db, c => sqlx::query_as(BY_HASH).bind(hash).bind(idle_ms).bind(begun_ms).fetch_optional(c))?)
}

const INSERT: &str = "
    INSERT INTO sessions (hash, account_id, created_at, seen_at, confirmed_at, factor)
    VALUES ($1, $2, $3, $3, $4, $5)";

/// Stores a session that begins now: `confirmed` is when the password was given, `factor` 1 when a second factor was.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(
    tx: &mut Tx<'_>,
    hash: &Hash,
    account: i64,
    now_ms: i64,
    (confirmed, factor): (i64, i64),
) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(hash.to_vec())
        .bind(account)
        .bind(now_ms)
        .bind(confirmed)
        .bind(factor)
        .execute(c), rows)?;
    Ok(())
}

const SEEN: &str = "UPDATE sessions SET seen_at = $2 WHERE id = $1";

/// Notes that a session was used.
///
/// # Errors
/// When the store does not answer.
pub async fn seen(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(SEEN).bind(id).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const OF_ACCOUNT: &str = "
    SELECT s.id, s.account_id, s.created_at, s.seen_at, s.confirmed_at, a.login, a.name, s.factor,
        (SELECT COUNT(*) FROM second_factors AS f WHERE f.account_id = a.id) AS factors
    FROM sessions AS s
    JOIN accounts AS a ON a.id = s.account_id
    WHERE s.account_id = $1 AND s.seen_at > $2 AND s.created_at > $3
    ORDER BY s.seen_at DESC, s.id DESC";

/// The sessions of an account, the last used first.
///
/// # Errors
/// When the store does not answer.
pub async fn of_account(db: &Db, account: i64, idle_ms: i64, begun_ms: i64) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(OF_ACCOUNT).bind(account).bind(idle_ms).bind(begun_ms).fetch_all(c))?)
}

const END: &str = "DELETE FROM sessions WHERE id = $1 AND account_id = $2";

/// Ends one session of an account; false when it has no such session.
///
/// # Errors
/// When the store does not answer.
pub async fn end(tx: &mut Tx<'_>, id: i64, account: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(END).bind(id).bind(account).execute(c), rows)? > 0)
}

const END_ALL: &str = "DELETE FROM sessions WHERE account_id = $1 AND id <> $2";

/// Ends the sessions of an account but one (0 for none); gives how many.
///
/// # Errors
/// When the store does not answer.
pub async fn end_all(tx: &mut Tx<'_>, account: i64, but: i64) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(END_ALL).bind(account).bind(but).execute(c), rows)?)
}

const TRIM: &str = "
    DELETE FROM sessions
    WHERE account_id = $1
        AND factor = $2
        AND id NOT IN (SELECT id FROM sessions WHERE account_id = $1 AND factor = $2 ORDER BY id DESC LIMIT $3)";

/// Ends all but the newest sessions of an account, of those with a second factor (1) or of those without (0): who has
/// only the password cannot push out whoever has both.
///
/// # Errors
/// When the store does not answer.
pub async fn trim(tx: &mut Tx<'_>, account: i64, factor: i64, keep: i64) -> Result<()> {
    on!(tx, c => sqlx::query(TRIM).bind(account).bind(factor).bind(keep).execute(c), rows)?;
    Ok(())
}

const PURGE: &str = "DELETE FROM sessions WHERE seen_at <= $1 OR created_at <= $2";

/// Forgets sessions that have ended by themselves.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx<'_>, idle_ms: i64, begun_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(PURGE).bind(idle_ms).bind(begun_ms).execute(c), rows)?;
    Ok(())
}
