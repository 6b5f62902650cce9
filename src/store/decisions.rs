//! What two people decided and what the rules found, as `verify` reads it: `proposals`, `exclusions`, `erasures`,
//! `flags`. Only reads.

use super::Tx;
use super::seal::{Read, read};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[STEPS, NAMED, ERASURES, FLAGS];

/// A step of a proposal as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table, described in its migration")]
pub struct KeptStep {
    pub n: i64,
    pub proposal: Option<i64>,
    pub step: String,
    pub what: String,
    pub unit_id: i64,
    pub account_id: i64,
    pub at: i64,
    pub reason: String,
    pub body: String,
    pub criterion: String,
}

const STEPS: &str = "
    SELECT n, proposal, step, what, unit_id, account_id, at, reason, body, criterion
    FROM proposals
    WHERE n >= $1
    ORDER BY n
    LIMIT $2";

/// The next steps of proposals from a number on; each as far as it can be read.
///
/// # Errors
/// When the store does not answer.
pub async fn steps(tx: &mut Tx<'_>, from: i64, limit: i64) -> Result<Vec<Read<KeptStep>>> {
    match tx {
        Tx::Sqlite(c) => {
            sqlx::query(STEPS).bind(from).bind(limit).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
        Tx::Postgres(c) => {
            sqlx::query(STEPS).bind(from).bind(limit).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
    }
}

const NAMED: &str = "SELECT DISTINCT proposal FROM exclusions ORDER BY proposal";

/// The proposals that name answers.
///
/// # Errors
/// When the store does not answer.
pub async fn named(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(NAMED).fetch_all(c))?)
}

/// An erasure as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table, described in its migration")]
pub struct KeptErasure {
    pub n: i64,
    pub response_n: i64,
    pub proposal: Option<i64>,
    pub at: i64,
}

const ERASURES: &str = "
    SELECT n, response_n, proposal, at
    FROM erasures
    WHERE n >= $1
    ORDER BY n
    LIMIT $2";

/// The next erasures from a number on.
///
/// # Errors
/// When the store does not answer.
pub async fn erasures(tx: &mut Tx<'_>, from: i64, limit: i64) -> Result<Vec<KeptErasure>> {
    Ok(on!(tx, c => sqlx::query_as(ERASURES).bind(from).bind(limit).fetch_all(c))?)
}

const FLAGS: &str = "SELECT at, n, rule FROM flags ORDER BY at, n";

/// Every mark: when it was made, of which answer, by which rule; in the order of their making.
///
/// # Errors
/// When the store does not answer.
pub async fn flags(tx: &mut Tx<'_>) -> Result<Vec<(i64, i64, String)>> {
    Ok(on!(tx, c => sqlx::query_as(FLAGS).fetch_all(c))?)
}
