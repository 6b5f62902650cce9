//! `second_factors` and `recovery_codes`: what an account gives besides its password.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[OF, SET, SEALED, SET_SEALED, TAKE_STEP, REMOVE, CODES, INSERT_CODE, USE_CODE, REMOVE_CODES];

/// A second factor as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// The sealed seed.
    pub sealed: Vec<u8>,
    /// Time step of the last code taken.
    pub last_step: i64,
    /// When it was set up, in unix ms.
    pub made_at: i64,
}

const OF: &str = "SELECT sealed, last_step, made_at FROM second_factors WHERE account_id = $1";

/// The second factor of an account.
///
/// # Errors
/// When the store does not answer.
pub async fn of(db: &Db, account: i64) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(OF).bind(account).fetch_optional(c))?)
}

const SET: &str = "
    INSERT INTO second_factors (account_id, sealed, last_step, made_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id) DO UPDATE
    SET sealed = excluded.sealed, last_step = excluded.last_step, made_at = excluded.made_at";

/// Sets the second factor of an account, in the place of one it may have.
///
/// # Errors
/// When the store does not answer.
pub async fn set(tx: &mut Tx<'_>, account: i64, sealed: &[u8], last_step: i64, now_ms: i64) -> Result<()> {
    let sealed = sealed.to_vec();
    on!(tx, c => sqlx::query(SET).bind(account).bind(sealed).bind(last_step).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const SEALED: &str = "SELECT account_id, sealed FROM second_factors ORDER BY account_id";

/// The sealed seeds of all accounts.
///
/// # Errors
/// When the store does not answer.
pub async fn sealed(tx: &mut Tx<'_>) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(on!(tx, c => sqlx::query_as(SEALED).fetch_all(c))?)
}

const SET_SEALED: &str = "UPDATE second_factors SET sealed = $2 WHERE account_id = $1";

/// Puts the same seed, sealed otherwise, in the place of what there is.
///
/// # Errors
/// When the store does not answer.
pub async fn set_sealed(tx: &mut Tx<'_>, account: i64, sealed: &[u8]) -> Result<()> {
    on!(tx, c => sqlx::query(SET_SEALED).bind(account).bind(sealed.to_vec()).execute(c), rows)?;
    Ok(())
}

const TAKE_STEP: &str = "UPDATE second_factors SET last_step = $2 WHERE account_id = $1 AND last_step < $2";

/// Takes the code of a time step; false when that or a later one was taken before.
///
/// # Errors
/// When the store does not answer.
pub async fn take_step(tx: &mut Tx<'_>, account: i64, step: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(TAKE_STEP).bind(account).bind(step).execute(c), rows)? > 0)
}

const REMOVE: &str = "DELETE FROM second_factors WHERE account_id = $1";

/// Takes the second factor of an account off; false when it has none.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx<'_>, account: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REMOVE).bind(account).execute(c), rows)? > 0)
}

const CODES: &str = "SELECT id, hash FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL ORDER BY id";

/// The recovery codes of an account that are still good: row number and hash.
///
/// # Errors
/// When the store does not answer.
pub async fn codes(db: &Db, account: i64) -> Result<Vec<(i64, String)>> {
    Ok(on!(db, c => sqlx::query_as(CODES).bind(account).fetch_all(c))?)
}

const INSERT_CODE: &str = "INSERT INTO recovery_codes (account_id, hash) VALUES ($1, $2)";
const REMOVE_CODES: &str = "DELETE FROM recovery_codes WHERE account_id = $1";

/// Puts these recovery codes in the place of those an account has.
///
/// # Errors
/// When the store does not answer.
pub async fn replace_codes(tx: &mut Tx<'_>, account: i64, hashes: &[String]) -> Result<()> {
    on!(tx, c => sqlx::query(REMOVE_CODES).bind(account).execute(c), rows)?;
    for hash in hashes {
        on!(tx, c => sqlx::query(INSERT_CODE).bind(account).bind(hash).execute(c), rows)?;
    }
    Ok(())
}

const USE_CODE: &str = "UPDATE recovery_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL";

/// Uses a recovery code up; false when it was used before.
///
/// # Errors
/// When the store does not answer.
pub async fn use_code(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(USE_CODE).bind(id).bind(now_ms).execute(c), rows)? > 0)
}
