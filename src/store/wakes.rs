//! `wakes`: what each tablet is to ask next, sealed, one row a tablet. Only while its minute lasts.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[PUT, SINCE, OVER, FORGET, TABLETS];

/// A wake as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Point of the tablet.
    pub point_id: i64,
    /// Its number: later wakes have higher ones.
    pub n: i64,
    /// What to ask, sealed.
    pub sealed: Vec<u8>,
    /// When it is over, in unix ms.
    pub expires_at: i64,
}

/// A tablet that can be woken.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Tablet {
    /// Row number of its point.
    pub point: i64,
    /// Unit.
    pub unit_id: i64,
    /// What people call the place.
    pub label: String,
}

const PUT: &str = "
    INSERT INTO wakes (point_id, n, sealed, expires_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (point_id) DO UPDATE
    SET n = excluded.n, sealed = excluded.sealed, expires_at = excluded.expires_at";

/// Stores a wake in place of the tablet's earlier one.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(row.point_id)
        .bind(row.n)
        .bind(row.sealed.clone())
        .bind(row.expires_at)
        .execute(c), rows)?;
    Ok(())
}

const SINCE: &str = "
    SELECT point_id, n, sealed, expires_at
    FROM wakes
    WHERE n > $1 AND expires_at > $2 AND (CAST($3 AS BIGINT) IS NULL OR point_id = $3)
    ORDER BY n";

/// The wakes after a number that are not over, of one tablet or of all.
///
/// # Errors
/// When the store does not answer.
pub async fn since(db: &Db, n: i64, now_ms: i64, point: Option<i64>) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(SINCE).bind(n).bind(now_ms).bind(point).fetch_all(c))?)
}

const OVER: &str = "SELECT COUNT(*) FROM wakes WHERE expires_at <= $1";

/// Whether there are wakes that are over.
///
/// # Errors
/// When the store does not answer.
pub async fn any_over(db: &Db, now_ms: i64) -> Result<bool> {
    let over: i64 = on!(db, c => sqlx::query_scalar(OVER).bind(now_ms).fetch_one(c))?;
    Ok(over > 0)
}

const FORGET: &str = "DELETE FROM wakes WHERE expires_at <= $1";

/// Removes the wakes that are over.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx<'_>, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(FORGET).bind(now_ms).execute(c), rows)?;
    Ok(())
}

const TABLETS: &str = "
    SELECT id AS point, unit_id, label
    FROM points
    WHERE channel = 'kiosk' AND revoked_at IS NULL
        AND (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')
        AND (CAST($2 AS BIGINT) IS NULL OR id = $2)
        AND EXISTS (SELECT 1 FROM kiosks k WHERE k.point_id = points.id AND k.paired_at IS NOT NULL
            AND k.revoked_at IS NULL AND COALESCE(k.seen_at, k.paired_at) >= $3)
    ORDER BY label, id";

/// The places in the units of a scope where a tablet stands that has spoken since an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn tablets(db: &Db, scope: &Scope, since: i64) -> Result<Vec<Tablet>> {
    Ok(on!(db, c => sqlx::query_as(TABLETS).bind(scope.bound()).bind(None::<i64>).bind(since).fetch_all(c))?)
}

/// One of them.
///
/// # Errors
/// When the store does not answer.
pub async fn tablet(db: &Db, scope: &Scope, point: i64, since: i64) -> Result<Option<Tablet>> {
    Ok(on!(db, c => sqlx::query_as(TABLETS).bind(scope.bound()).bind(Some(point)).bind(since).fetch_optional(c))?)
}
