//! `sounds`: questions read aloud, by a name made of what is in them.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[BY_NAME, INSERT];

const BY_NAME: &str = "SELECT body FROM sounds WHERE name = $1";

/// The sound of that name.
///
/// # Errors
/// When the store does not answer.
pub async fn by_name(db: &Db, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(on!(db, c => sqlx::query_scalar(BY_NAME).bind(name).fetch_optional(c))?)
}

const INSERT: &str = "
    INSERT INTO sounds (name, body)
    VALUES ($1, $2)
    ON CONFLICT (name) DO NOTHING";

/// Stores a sound; one that is there already is the same.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, name: &str, body: &[u8]) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(name).bind(body.to_vec()).execute(c), rows)?;
    Ok(())
}
