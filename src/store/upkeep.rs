//! What is forgotten by itself: comments and hashes of case codes whose time is over; and `nights`, which lets one
//! process of several do a night's work.

use super::{Db, Engine, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[DONE, CLAIM, GIVE_BACK, FORGET_NIGHTS, LAST_OF_STEP, OLD_COMMENTS, NOTE_OLD_COMMENTS, FORGET_OLD_COMMENTS];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_FORGET_CASES];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_FORGET_CASES];

const DONE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM nights WHERE job = $1 AND day = $2";

/// Whether a job was done on a day.
///
/// # Errors
/// When the store does not answer.
pub async fn done(db: &Db, job: &str, day: i64) -> Result<bool> {
    let rows: i64 = on!(db, c => sqlx::query_scalar(DONE).bind(job).bind(day).fetch_one(c))?;
    Ok(rows > 0)
}

const CLAIM: &str = "INSERT INTO nights (job, day) VALUES ($1, $2) ON CONFLICT (job, day) DO NOTHING";
const FORGET_NIGHTS: &str = "DELETE FROM nights WHERE job = $1 AND day < $2";

/// Takes a job of a day for the transaction; false when another process did it or is doing it.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(tx: &mut Tx<'_>, job: &str, day: i64) -> Result<bool> {
    let claimed = on!(tx, c => sqlx::query(CLAIM).bind(job).bind(day).execute(c), rows)? > 0;
    on!(tx, c => sqlx::query(FORGET_NIGHTS).bind(job).bind(day).execute(c), rows)?;
    Ok(claimed)
}

const GIVE_BACK: &str = "DELETE FROM nights WHERE job = $1 AND day = $2";

/// Gives a job of a day back in the transaction that claimed it: there is more of it to do.
///
/// # Errors
/// When the store does not answer.
pub async fn give_back(tx: &mut Tx<'_>, job: &str, day: i64) -> Result<()> {
    on!(tx, c => sqlx::query(GIVE_BACK).bind(job).bind(day).execute(c), rows)?;
    Ok(())
}

const LAST_OF_STEP: &str = "
    SELECT day, response_n
    FROM comments
    WHERE day < $1
    ORDER BY day, response_n
    LIMIT 1 OFFSET $2";

/// Of the comments before a day, in order, where the one with this number behind the first belongs; none when there
/// are not so many.
///
/// # Errors
/// When the store does not answer.
pub async fn last_of_step(tx: &mut Tx<'_>, before: i64, number: i64) -> Result<Option<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(LAST_OF_STEP).bind(before).bind(number).fetch_optional(c))?)
}

const OLD_COMMENTS: &str = "
    SELECT DISTINCT response_n
    FROM comments
    WHERE (day, response_n) <= ($1, $2)
    ORDER BY response_n";

/// The responses up to one, by day and number, that still have a text.
///
/// # Errors
/// When the store does not answer.
pub async fn old_comments(tx: &mut Tx<'_>, (day, response): (i64, i64)) -> Result<Vec<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(OLD_COMMENTS).bind(day).bind(response).fetch_all(c))?)
}

const NOTE_OLD_COMMENTS: &str = "
    INSERT INTO erasures (response_n, question_id, at)
    SELECT response_n, question_id, $3
    FROM comments
    WHERE (day, response_n) <= ($1, $2)";
const FORGET_OLD_COMMENTS: &str = "DELETE FROM comments WHERE (day, response_n) <= ($1, $2)";

/// Removes the comments, text and salt, of the responses up to one, by day and number, and notes that they are gone;
/// gives how many.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_comments(tx: &mut Tx<'_>, (day, response): (i64, i64), now_ms: i64) -> Result<u64> {
    on!(tx, c => sqlx::query(NOTE_OLD_COMMENTS).bind(day).bind(response).bind(now_ms).execute(c), rows)?;
    Ok(on!(tx, c => sqlx::query(FORGET_OLD_COMMENTS).bind(day).bind(response).execute(c), rows)?)
}

// The number of the row takes the place of the hash: the column is unique and never empty.
const SQLITE_FORGET_CASES: &str = "
    UPDATE invitations
    SET case_mac = unhex(printf('%032x', id))
    WHERE (expires_at <= $1 OR used_day <= $2) AND case_mac <> unhex(printf('%032x', id))";
const POSTGRES_FORGET_CASES: &str = "
    UPDATE invitations
    SET case_mac = decode(lpad(to_hex(id), 32, '0'), 'hex')
    WHERE (expires_at <= $1 OR used_day <= $2) AND case_mac <> decode(lpad(to_hex(id), 32, '0'), 'hex')";

/// Removes the hash of the case code from invitations that expired by an instant or were used by a day; gives how
/// many.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_cases(tx: &mut Tx<'_>, expired_ms: i64, used_day: i64) -> Result<u64> {
    Ok(match tx.engine() {
        Engine::Sqlite(c) => {
            sqlx::query(SQLITE_FORGET_CASES).bind(expired_ms).bind(used_day).execute(c).await?.rows_affected()
        }
        Engine::Postgres(c) => {
            sqlx::query(POSTGRES_FORGET_CASES).bind(expired_ms).bind(used_day).execute(c).await?.rows_affected()
        }
    })
}
