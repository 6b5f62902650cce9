//! `slips`: how many cases each officer entered and how many codes came of it, by day and unit. Sums only: nothing here
//! leads to an invitation, and no invitation says who handed it out.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ADD, ON_DAY];

/// What was done at a desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Times a case was entered.
    pub entered: i64,
    /// Codes made: cases entered for the first time for their event.
    pub issued: i64,
    /// Times a tablet was woken.
    pub woken: i64,
}

const ADD: &str = "
    INSERT INTO slips (day, account_id, unit_id, entered, issued, woken)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (day, account_id, unit_id) DO UPDATE
    SET entered = slips.entered + excluded.entered,
        issued = slips.issued + excluded.issued,
        woken = slips.woken + excluded.woken";

/// Adds to the counts of an officer, day and unit.
///
/// # Errors
/// When the store does not answer.
pub async fn add(tx: &mut Tx<'_>, day: i64, account: i64, unit: i64, more: Counts) -> Result<()> {
    on!(tx, c => sqlx::query(ADD)
        .bind(day)
        .bind(account)
        .bind(unit)
        .bind(more.entered)
        .bind(more.issued)
        .bind(more.woken)
        .execute(c), rows)?;
    Ok(())
}

const ON_DAY: &str = "
    SELECT CAST(COALESCE(SUM(entered), 0) AS BIGINT) AS entered,
        CAST(COALESCE(SUM(issued), 0) AS BIGINT) AS issued,
        CAST(COALESCE(SUM(woken), 0) AS BIGINT) AS woken
    FROM slips
    WHERE day = $1
        AND (CAST($2 AS TEXT) IS NULL OR $2 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')
        AND (CAST($3 AS BIGINT) IS NULL OR account_id = $3)";

/// The counts of a day in the units of a scope, of one officer or of all.
///
/// # Errors
/// When the store does not answer.
pub async fn on_day(db: &Db, scope: &Scope, day: i64, account: Option<i64>) -> Result<Counts> {
    Ok(on!(db, c => sqlx::query_as(ON_DAY).bind(day).bind(scope.bound()).bind(account).fetch_one(c))?)
}
