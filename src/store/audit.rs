//! `audit` and its chain head: append-only rows of who did what.

use super::Tx;
use super::seal::AuditRow;
use crate::error::Result;

/// Statements of this file that run on both engines, prepared on both by a test.
pub const STATEMENTS: &[&str] = &[INSERT, SET_HEAD];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[HEAD_SQLITE];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[HEAD_POSTGRES];

const HEAD_SQLITE: &str = "SELECT n, hash FROM chain WHERE name = 'audit'";
const HEAD_POSTGRES: &str = "SELECT n, hash FROM chain WHERE name = 'audit' FOR UPDATE";

/// Number and hash of the last row, held against other writers until the transaction ends.
///
/// # Errors
/// When the store does not answer.
pub async fn head(tx: &mut Tx<'_>) -> Result<(i64, Vec<u8>)> {
    Ok(match tx {
        Tx::Sqlite(c) => sqlx::query_as(HEAD_SQLITE).fetch_one(&mut **c).await?,
        Tx::Postgres(c) => sqlx::query_as(HEAD_POSTGRES).fetch_one(&mut **c).await?,
    })
}

const INSERT: &str = "
    INSERT INTO audit (n, at, account_id, act, subject, detail, request, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SET_HEAD: &str = "UPDATE chain SET n = $1, hash = $2 WHERE name = 'audit'";

/// Appends a row and moves the head of the chain to it.
///
/// # Errors
/// When the store does not answer.
pub async fn append(tx: &mut Tx<'_>, row: &AuditRow) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(row.n)
        .bind(row.at)
        .bind(row.account_id)
        .bind(row.act.clone())
        .bind(row.subject.clone())
        .bind(row.detail.clone())
        .bind(row.request.clone())
        .bind(row.hash.clone())
        .execute(c), rows)?;
    on!(tx, c => sqlx::query(SET_HEAD).bind(row.n).bind(row.hash.clone()).execute(c), rows)?;
    Ok(())
}
