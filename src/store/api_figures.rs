//! `api_figures`: figures as they were at the last cut for other systems.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ONE, ASKED, PUT, ASK, COUNT, CLEAR, FIRST_DAY];

const ONE: &str = "SELECT asked_day, body FROM api_figures WHERE wanted = $1";

/// The day on which something was last asked for, and what it is; none when it was never.
///
/// # Errors
/// When the store does not answer.
pub async fn one(db: &Db, wanted: &str) -> Result<Option<(i64, Option<Vec<u8>>)>> {
    Ok(on!(db, c => sqlx::query_as(ONE).bind(wanted).fetch_optional(c))?)
}

const ASKED: &str = "SELECT wanted, asked_day FROM api_figures WHERE asked_day >= $1 ORDER BY wanted";

/// What was asked for since a day, with the last day of each.
///
/// # Errors
/// When the store does not answer.
pub async fn asked(db: &Db, since: i64) -> Result<Vec<(String, i64)>> {
    Ok(on!(db, c => sqlx::query_as(ASKED).bind(since).fetch_all(c))?)
}

const PUT: &str = "
    INSERT INTO api_figures (wanted, asked_day, body)
    VALUES ($1, $2, $3)
    ON CONFLICT (wanted) DO UPDATE SET body = excluded.body, asked_day = excluded.asked_day";

/// Keeps figures.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx<'_>, wanted: &str, asked_day: i64, body: &[u8]) -> Result<()> {
    on!(tx, c => sqlx::query(PUT).bind(wanted).bind(asked_day).bind(body).execute(c), rows)?;
    Ok(())
}

const ASK: &str = "
    INSERT INTO api_figures (wanted, asked_day)
    VALUES ($1, $2)
    ON CONFLICT (wanted) DO UPDATE SET asked_day = excluded.asked_day";

/// Notes that something was asked for.
///
/// # Errors
/// When the store does not answer.
pub async fn ask(tx: &mut Tx<'_>, wanted: &str, day: i64) -> Result<()> {
    on!(tx, c => sqlx::query(ASK).bind(wanted).bind(day).execute(c), rows)?;
    Ok(())
}

const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM api_figures";

/// How many there are, with those that wait for the next cut.
///
/// # Errors
/// When the store does not answer.
pub async fn count(db: &Db) -> Result<i64> {
    Ok(on!(db, c => sqlx::query_scalar(COUNT).fetch_one(c))?)
}

const CLEAR: &str = "DELETE FROM api_figures";

/// Forgets all, before others take their place.
///
/// # Errors
/// When the store does not answer.
pub async fn clear(tx: &mut Tx<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(CLEAR).execute(c), rows)?;
    Ok(())
}

const FIRST_DAY: &str = "SELECT MIN(day) FROM tallies_day";

/// The first day that has answers; none while none has.
///
/// # Errors
/// When the store does not answer.
pub async fn first_day(db: &Db) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(FIRST_DAY).fetch_one(c))?)
}
