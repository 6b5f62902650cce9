//! `accounts` and `grants`: who may sign in, in which roles over which units.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    ANY,
    BY_LOGIN,
    BY_ID,
    WITHIN,
    INSERT,
    SET_PASSWORD,
    SET_DISABLED,
    SET_SIGNED_IN,
    GRANTS,
    ALL_GRANTS,
    CLEAR_GRANTS,
    INSERT_GRANT,
    ABLE,
    BELOW,
];

/// An account as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// Login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The password's hash; none before one was chosen.
    pub password: Option<String>,
    /// When it was disabled, in unix ms.
    pub disabled_at: Option<i64>,
    /// When the person last signed in, in unix ms.
    pub signed_in_at: Option<i64>,
}

/// A grant as stored: role and unit, 0 for every unit.
pub type GrantRow = (String, i64);

const ANY: &str = "SELECT id FROM accounts LIMIT 1";

/// Whether there is any account.
///
/// # Errors
/// When the store does not answer.
pub async fn any(db: &Db) -> Result<bool> {
    let found: Option<i64> = on!(db, c => sqlx::query_scalar(ANY).fetch_optional(c))?;
    Ok(found.is_some())
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn any_in(tx: &mut Tx<'_>) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(ANY).fetch_optional(c))?;
    Ok(found.is_some())
}

const BY_LOGIN: &str = "
    SELECT id, login, name, password, disabled_at, signed_in_at
    FROM accounts
    WHERE login = $1";

/// The account of a login name.
///
/// # Errors
/// When the store does not answer.
pub async fn by_login(db: &Db, login: &str) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_LOGIN).bind(login).fetch_optional(c))?)
}

const BY_ID: &str = "
    SELECT id, login, name, password, disabled_at, signed_in_at
    FROM accounts
    WHERE id = $1";

/// The account of a row number.
///
/// # Errors
/// When the store does not answer.
pub async fn by_id(db: &Db, id: i64) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(BY_ID).bind(id).fetch_optional(c))?)
}

const WITHIN: &str = "
    SELECT id, login, name, password, disabled_at, signed_in_at
    FROM accounts AS a
    WHERE (CAST($2 AS BIGINT) IS NULL OR a.id = $2)
        AND (CAST($1 AS TEXT) IS NULL
            OR (EXISTS (SELECT 1 FROM grants AS g WHERE g.account_id = a.id)
                AND NOT EXISTS (
                    SELECT 1 FROM grants AS g
                    WHERE g.account_id = a.id AND $1 NOT LIKE '%|' || CAST(g.unit_id AS TEXT) || '|%'
                )))
    ORDER BY a.login";

/// The accounts all of whose roles lie inside a scope; those without a role are only inside everything.
///
/// # Errors
/// When the store does not answer.
pub async fn within(db: &Db, scope: &Scope) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(None::<i64>).fetch_all(c))?)
}

/// One of them, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn one_within(tx: &mut Tx<'_>, scope: &Scope, id: i64) -> Result<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(Some(id)).fetch_optional(c))?)
}

const INSERT: &str = "
    INSERT INTO accounts (login, name, created_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (login) DO NOTHING
    RETURNING id";

/// Stores an account without a password; none when the login name is taken.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, login: &str, name: &str, now_ms: i64) -> Result<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT).bind(login).bind(name).bind(now_ms).fetch_optional(c))?)
}

const SET_PASSWORD: &str = "UPDATE accounts SET password = $2 WHERE id = $1";

/// Sets the password's hash.
///
/// # Errors
/// When the store does not answer.
pub async fn set_password(tx: &mut Tx<'_>, id: i64, hash: &str) -> Result<()> {
    on!(tx, c => sqlx::query(SET_PASSWORD).bind(id).bind(hash).execute(c), rows)?;
    Ok(())
}

const SET_DISABLED: &str = "UPDATE accounts SET disabled_at = $2 WHERE id = $1";

/// Disables an account, or takes that back.
///
/// # Errors
/// When the store does not answer.
pub async fn set_disabled(tx: &mut Tx<'_>, id: i64, at_ms: Option<i64>) -> Result<()> {
    on!(tx, c => sqlx::query(SET_DISABLED).bind(id).bind(at_ms).execute(c), rows)?;
    Ok(())
}

const SET_SIGNED_IN: &str = "UPDATE accounts SET signed_in_at = $2 WHERE id = $1";

/// Notes that the person signed in.
///
/// # Errors
/// When the store does not answer.
pub async fn set_signed_in(tx: &mut Tx<'_>, id: i64, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(SET_SIGNED_IN).bind(id).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const GRANTS: &str = "SELECT role, unit_id FROM grants WHERE account_id = $1 ORDER BY role, unit_id";

/// The grants of an account.
///
/// # Errors
/// When the store does not answer.
pub async fn grants(db: &Db, id: i64) -> Result<Vec<GrantRow>> {
    Ok(on!(db, c => sqlx::query_as(GRANTS).bind(id).fetch_all(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn grants_in(tx: &mut Tx<'_>, id: i64) -> Result<Vec<GrantRow>> {
    Ok(on!(tx, c => sqlx::query_as(GRANTS).bind(id).fetch_all(c))?)
}

const ALL_GRANTS: &str = "SELECT account_id, role, unit_id FROM grants ORDER BY account_id, role, unit_id";

/// The grants of every account: (account, role, unit).
///
/// # Errors
/// When the store does not answer.
pub async fn all_grants(db: &Db) -> Result<Vec<(i64, String, i64)>> {
    Ok(on!(db, c => sqlx::query_as(ALL_GRANTS).fetch_all(c))?)
}

const CLEAR_GRANTS: &str = "DELETE FROM grants WHERE account_id = $1";
const INSERT_GRANT: &str = "INSERT INTO grants (account_id, role, unit_id) VALUES ($1, $2, $3)";

/// Puts these grants in the place of those an account has.
///
/// # Errors
/// When the store does not answer.
pub async fn replace_grants(tx: &mut Tx<'_>, id: i64, grants: &[GrantRow]) -> Result<()> {
    on!(tx, c => sqlx::query(CLEAR_GRANTS).bind(id).execute(c), rows)?;
    for (role, unit) in grants {
        on!(tx, c => sqlx::query(INSERT_GRANT).bind(id).bind(role).bind(unit).execute(c), rows)?;
    }
    Ok(())
}

const ABLE: &str = "
    SELECT COUNT(*)
    FROM grants AS g
    JOIN accounts AS a ON a.id = g.account_id
    WHERE g.role = $1 AND g.unit_id = 0 AND a.disabled_at IS NULL AND a.password IS NOT NULL";

/// How many accounts can sign in with a role over every unit.
///
/// # Errors
/// When the store does not answer.
pub async fn able(tx: &mut Tx<'_>, role: &str) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(ABLE).bind(role).fetch_one(c))?)
}

const BELOW: &str = "
    WITH RECURSIVE below (id) AS (
        SELECT u.id
        FROM grants AS g
        JOIN units AS u ON u.id = g.unit_id
        WHERE g.account_id = $1 AND $2 LIKE '%|' || g.role || '|%'
        UNION
        SELECT u.id
        FROM units AS u
        JOIN below AS b ON b.id = u.parent_id
        WHERE (u.valid_from IS NULL OR u.valid_from <= $3) AND (u.valid_to IS NULL OR u.valid_to >= $3)
    )
    SELECT id FROM below";

/// The units that an account's grants in some roles (`|role|role|`) reach: those named, whatever their days, and their
/// descendants as of a day.
///
/// # Errors
/// When the store does not answer.
pub async fn below(db: &Db, id: i64, roles: &str, day: i64) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(BELOW).bind(id).bind(roles).bind(day).fetch_all(c))?)
}
