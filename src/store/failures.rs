//! `sign_in_tries` and `sign_in_failures`: how often signing in failed, to slow guessing and to tell of it.

use super::{Db, Tx};
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[TRIES, SET_TRIES, FORGET_TRIES, PURGE_TRIES, COUNT, DUE, NOTED, PURGE];

const TRIES: &str = "SELECT failures, last_at FROM sign_in_tries WHERE who = $1";

/// Failures so far and when the last one was, in unix ms.
///
/// # Errors
/// When the store does not answer.
pub async fn tries(db: &Db, who: Mac16) -> Result<Option<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(TRIES).bind(who.to_vec()).fetch_optional(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn tries_in(tx: &mut Tx<'_>, who: Mac16) -> Result<Option<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(TRIES).bind(who.to_vec()).fetch_optional(c))?)
}

const SET_TRIES: &str = "
    INSERT INTO sign_in_tries (who, failures, last_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (who) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at";

/// Sets them.
///
/// # Errors
/// When the store does not answer.
pub async fn set_tries(tx: &mut Tx<'_>, who: Mac16, failures: i64, last_at: i64) -> Result<()> {
    let who = who.to_vec();
    on!(tx, c => sqlx::query(SET_TRIES).bind(who).bind(failures).bind(last_at).execute(c), rows)?;
    Ok(())
}

const FORGET_TRIES: &str = "DELETE FROM sign_in_tries WHERE who = $1";

/// Forgets them.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_tries(tx: &mut Tx<'_>, who: Mac16) -> Result<()> {
    on!(tx, c => sqlx::query(FORGET_TRIES).bind(who.to_vec()).execute(c), rows)?;
    Ok(())
}

const PURGE_TRIES: &str = "DELETE FROM sign_in_tries WHERE last_at <= $1";

/// Forgets those who have been quiet since an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn purge_tries(tx: &mut Tx<'_>, quiet_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(PURGE_TRIES).bind(quiet_ms).execute(c), rows)?;
    Ok(())
}

const COUNT: &str = "
    INSERT INTO sign_in_failures (account_id, hour, n, noted)
    VALUES ($1, $2, 1, 0)
    ON CONFLICT (account_id, hour) DO UPDATE SET n = sign_in_failures.n + 1, noted = 0";

/// Counts a failure of an account, 0 when it is nobody's, in an hour.
///
/// # Errors
/// When the store does not answer.
pub async fn count(tx: &mut Tx<'_>, account: i64, hour: i64) -> Result<()> {
    on!(tx, c => sqlx::query(COUNT).bind(account).bind(hour).execute(c), rows)?;
    Ok(())
}

const DUE: &str = "
    SELECT account_id, hour, n
    FROM sign_in_failures
    WHERE noted = 0 AND hour < $1
    ORDER BY hour, account_id";

/// Account, hour and count of what the audit log does not have yet, of the hours that began before an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn due(tx: &mut Tx<'_>, before: i64) -> Result<Vec<(i64, i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(DUE).bind(before).fetch_all(c))?)
}

const NOTED: &str = "UPDATE sign_in_failures SET noted = 1 WHERE account_id = $1 AND hour = $2 AND n = $3";

/// The audit log has a count of an account and hour. One more that came meanwhile stays to be noted.
///
/// # Errors
/// When the store does not answer.
pub async fn noted(tx: &mut Tx<'_>, (account, hour): (i64, i64), n: i64) -> Result<()> {
    on!(tx, c => sqlx::query(NOTED).bind(account).bind(hour).bind(n).execute(c), rows)?;
    Ok(())
}

const PURGE: &str = "DELETE FROM sign_in_failures WHERE noted = 1 AND hour <= $1";

/// Forgets what the audit log has, of the hours that began no later than an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx<'_>, until: i64) -> Result<()> {
    on!(tx, c => sqlx::query(PURGE).bind(until).execute(c), rows)?;
    Ok(())
}
