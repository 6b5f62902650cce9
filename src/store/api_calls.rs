//! `api_calls`: what the creating calls of other systems came to, so that a repeat gets the same answer.

use super::Tx;
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[CLAIM, ONE, SET, FORGET];

const CLAIM: &str = "
    INSERT INTO api_calls (key_id, call, body, day, outcome)
    VALUES ($1, $2, $3, $4, '')
    ON CONFLICT (key_id, call) DO NOTHING";

/// Takes a call for the transaction; false when it was made before. Whoever makes the same at once waits here.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(tx: &mut Tx<'_>, key: i64, call: Mac16, body: Mac16, day: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(CLAIM)
        .bind(key)
        .bind(call.to_vec())
        .bind(body.to_vec())
        .bind(day)
        .execute(c), rows)?
        > 0)
}

const ONE: &str = "SELECT body, outcome FROM api_calls WHERE key_id = $1 AND call = $2";

/// The keyed hash of what was sent with a call made before, and what it came to.
///
/// # Errors
/// When the store does not answer.
pub async fn one(tx: &mut Tx<'_>, key: i64, call: Mac16) -> Result<(Vec<u8>, String)> {
    Ok(on!(tx, c => sqlx::query_as(ONE).bind(key).bind(call.to_vec()).fetch_one(c))?)
}

const SET: &str = "UPDATE api_calls SET outcome = $3 WHERE key_id = $1 AND call = $2";

/// Keeps what a call came to.
///
/// # Errors
/// When the store does not answer.
pub async fn set(tx: &mut Tx<'_>, key: i64, call: Mac16, outcome: &str) -> Result<()> {
    on!(tx, c => sqlx::query(SET).bind(key).bind(call.to_vec()).bind(outcome).execute(c), rows)?;
    Ok(())
}

const FORGET: &str = "DELETE FROM api_calls WHERE day < $1";

/// Forgets the calls before a day; gives how many.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx<'_>, before: i64) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(FORGET).bind(before).execute(c), rows)?)
}
