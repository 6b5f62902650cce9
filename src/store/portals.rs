//! `portals`: other sites that citizens come from and may go back to.

use super::{Db, Tx};
use crate::domain::portal::{Address, Portal};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ALL, INSERT, REMOVE];

const ALL: &str = "
    SELECT id, label, origin, path
    FROM portals
    WHERE removed_at IS NULL
    ORDER BY id";

type Row = (i64, String, String, String);

fn portal((id, label, origin, path): Row) -> Portal {
    Portal { id, label, address: Address { origin, path } }
}

/// Every portal on the list.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Portal>> {
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(portal).collect())
}

/// The same, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn all_in(tx: &mut Tx<'_>) -> Result<Vec<Portal>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(portal).collect())
}

const INSERT: &str = "
    INSERT INTO portals (label, origin, path, added_at)
    VALUES ($1, $2, $3, $4)
    RETURNING id";

/// Puts a portal on the list; gives its row number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, label: &str, address: &Address, now_ms: i64) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(label)
        .bind(&address.origin)
        .bind(&address.path)
        .bind(now_ms)
        .fetch_one(c))?)
}

const REMOVE: &str = "UPDATE portals SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";

/// Takes a portal off the list; false when it was not on it.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REMOVE).bind(id).bind(now_ms).execute(c), rows)? > 0)
}
