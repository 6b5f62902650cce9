//! `key_checks`: a keyed value of each master key that this database was written with. Append-only.

use super::Tx;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ALL, INSERT];

const ALL: &str = "SELECT epoch, value FROM key_checks ORDER BY epoch";

/// The value of each epoch, counted from 1.
///
/// # Errors
/// When the store does not answer.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?)
}

const INSERT: &str = "INSERT INTO key_checks (epoch, value) VALUES ($1, $2) ON CONFLICT (epoch) DO NOTHING";

/// Notes the value of an epoch, unless there is one.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, epoch: i64, value: &[u8]) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(epoch).bind(value.to_vec()).execute(c), rows)?;
    Ok(())
}
