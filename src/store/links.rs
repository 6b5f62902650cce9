//! `links`: one-time links to set up the service or to choose a password, known by the keyed hash of their token alone.

use super::{Db, Tx};
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[INSERT, OPEN, USE_UP, VOID, VOID_SETUP, PURGE];

const INSERT: &str = "
    INSERT INTO links (token_mac, kind, account_id, expires_at)
    VALUES ($1, $2, $3, $4)";

/// Stores a link.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, token: Mac16, kind: &str, account: Option<i64>, expires_at: i64) -> Result<()> {
    let token = token.to_vec();
    on!(tx, c => sqlx::query(INSERT).bind(token).bind(kind).bind(account).bind(expires_at).execute(c), rows)?;
    Ok(())
}

const OPEN: &str = "
    SELECT kind, account_id
    FROM links
    WHERE token_mac = $1 AND used_at IS NULL AND expires_at > $2";

/// Kind and account of a link that can still be used.
///
/// # Errors
/// When the store does not answer.
pub async fn open(db: &Db, token: Mac16, now_ms: i64) -> Result<Option<(String, Option<i64>)>> {
    Ok(on!(db, c => sqlx::query_as(OPEN).bind(token.to_vec()).bind(now_ms).fetch_optional(c))?)
}

const USE_UP: &str = "UPDATE links SET used_at = $2 WHERE token_mac = $1 AND used_at IS NULL AND expires_at > $2";

/// Uses a link up; false when it cannot be used any more.
///
/// # Errors
/// When the store does not answer.
pub async fn use_up(tx: &mut Tx<'_>, token: Mac16, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(USE_UP).bind(token.to_vec()).bind(now_ms).execute(c), rows)? > 0)
}

const VOID: &str = "UPDATE links SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL";

/// Makes the earlier links of an account useless.
///
/// # Errors
/// When the store does not answer.
pub async fn void(tx: &mut Tx<'_>, account: i64, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(VOID).bind(account).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const VOID_SETUP: &str = "UPDATE links SET used_at = $1 WHERE kind = 'setup' AND used_at IS NULL";

/// Makes the earlier links for setting up useless.
///
/// # Errors
/// When the store does not answer.
pub async fn void_setup(tx: &mut Tx<'_>, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(VOID_SETUP).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const PURGE: &str = "DELETE FROM links WHERE expires_at <= $1";

/// Forgets links that have expired.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx<'_>, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(PURGE).bind(now_ms).execute(c), rows)?;
    Ok(())
}
