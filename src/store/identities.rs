//! `identities`: which account somebody is who comes from a provider of single sign-on.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ACCOUNT, OF_ACCOUNT, REMOVE, INSERT];

const ACCOUNT: &str = "SELECT account_id FROM identities WHERE issuer = $1 AND subject = $2";

/// The account that a provider's subject is linked to.
///
/// # Errors
/// When the store does not answer.
pub async fn account(db: &Db, issuer: &str, subject: &str) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(ACCOUNT).bind(issuer).bind(subject).fetch_optional(c))?)
}

const OF_ACCOUNT: &str = "SELECT subject FROM identities WHERE account_id = $1 AND issuer = $2";

/// Who an account is to a provider.
///
/// # Errors
/// When the store does not answer.
pub async fn of_account(db: &Db, account: i64, issuer: &str) -> Result<Option<String>> {
    Ok(on!(db, c => sqlx::query_scalar(OF_ACCOUNT).bind(account).bind(issuer).fetch_optional(c))?)
}

const REMOVE: &str = "DELETE FROM identities WHERE account_id = $1 AND issuer = $2";

/// Unlinks an account from a provider; false when it was not linked.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx<'_>, issuer: &str, account: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(REMOVE).bind(account).bind(issuer).execute(c), rows)? > 0)
}

const INSERT: &str = "
    INSERT INTO identities (issuer, subject, account_id)
    VALUES ($1, $2, $3)
    ON CONFLICT (issuer, subject) DO NOTHING";

/// Links a provider's subject to an account; false when it is linked to one already.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, issuer: &str, subject: &str, account: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(INSERT).bind(issuer).bind(subject).bind(account).execute(c), rows)? > 0)
}
