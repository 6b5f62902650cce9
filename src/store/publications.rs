//! `publications`, `publication_figures`, `withdrawals`: what the office published, as readers see it, and what was taken
//! back. Append-only.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ALL, BODY, PERSONS, FROZEN, INSERT, FREEZE, WITHDRAW];

/// A publication as stored, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Row number, which is the number of the publication.
    pub id: i64,
    /// The period, as files name it.
    pub period: String,
    /// Name of the cut-off.
    pub cut_off: String,
    /// The publication that it corrects.
    pub replaces: Option<i64>,
    /// What was done about the results before.
    pub did: String,
    /// When it was published, in unix ms.
    pub at: i64,
    /// When its figures were frozen; none while they follow the releases.
    pub frozen_at: Option<i64>,
    /// When it was taken back.
    pub withdrawn_at: Option<i64>,
    /// Why.
    pub reason: Option<String>,
}

/// A publication to store.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The period, as files name it.
    pub period: &'a str,
    /// Name of the cut-off.
    pub cut_off: &'a str,
    /// The publication that it corrects.
    pub replaces: Option<i64>,
    /// What was done about the results before.
    pub did: &'a str,
    /// Who published it; none for the operator.
    pub account: Option<i64>,
    /// Now, in unix ms.
    pub at: i64,
}

const ALL: &str = "
    SELECT p.id, p.period, p.cut_off, p.replaces, p.did, p.at,
           f.at AS frozen_at, w.at AS withdrawn_at, w.reason
    FROM publications AS p
    LEFT JOIN publication_figures AS f ON f.publication_id = p.id
    LEFT JOIN withdrawals AS w ON w.publication_id = p.id
    ORDER BY p.id";

/// Every publication, in the order in which they were made.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(ALL).fetch_all(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn all_in(tx: &mut Tx<'_>) -> Result<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?)
}

const BODY: &str = "SELECT body FROM publication_figures WHERE publication_id = $1";

/// The frozen figures of a publication.
///
/// # Errors
/// When the store does not answer.
pub async fn body(db: &Db, id: i64) -> Result<Option<Vec<u8>>> {
    Ok(on!(db, c => sqlx::query_scalar(BODY).bind(id).fetch_optional(c))?)
}

const PERSONS: &str = "SELECT persons FROM publication_figures WHERE publication_id = $1";

/// The persons that a frozen publication tells.
///
/// # Errors
/// When the store does not answer.
pub async fn persons(db: &Db, id: i64) -> Result<Option<Vec<u8>>> {
    Ok(on!(db, c => sqlx::query_scalar(PERSONS).bind(id).fetch_optional(c))?)
}

const FROZEN: &str = "
    SELECT publication_id, body, persons
    FROM publication_figures
    ORDER BY publication_id";

/// What was frozen: number, figures, persons.
///
/// # Errors
/// When the store does not answer.
pub async fn frozen(tx: &mut Tx<'_>) -> Result<Vec<(i64, Vec<u8>, Vec<u8>)>> {
    Ok(on!(tx, c => sqlx::query_as(FROZEN).fetch_all(c))?)
}

const INSERT: &str = "
    INSERT INTO publications (period, cut_off, replaces, did, account_id, at)
    VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING id";

/// Stores a publication; gives its number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, new: New<'_>) -> Result<i64> {
    let New { period, cut_off, replaces, did, account, at } = new;
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(period)
        .bind(cut_off)
        .bind(replaces)
        .bind(did)
        .bind(account)
        .bind(at)
        .fetch_one(c))?)
}

const FREEZE: &str = "
    INSERT INTO publication_figures (publication_id, at, body, persons)
    VALUES ($1, $2, $3, $4)";

/// Keeps what everybody sees of a publication from now on.
///
/// # Errors
/// When the store does not answer, or it was frozen before.
pub async fn freeze(tx: &mut Tx<'_>, id: i64, at: i64, body: &[u8], persons: &[u8]) -> Result<()> {
    on!(tx, c => sqlx::query(FREEZE).bind(id).bind(at).bind(body).bind(persons).execute(c), rows)?;
    Ok(())
}

const WITHDRAW: &str = "
    INSERT INTO withdrawals (publication_id, account_id, at, reason)
    VALUES ($1, $2, $3, $4)";

/// Takes a publication back.
///
/// # Errors
/// When the store does not answer, or it was taken back before.
pub async fn withdraw(tx: &mut Tx<'_>, id: i64, account: Option<i64>, at: i64, reason: &str) -> Result<()> {
    on!(tx, c => sqlx::query(WITHDRAW).bind(id).bind(account).bind(at).bind(reason).execute(c), rows)?;
    Ok(())
}
