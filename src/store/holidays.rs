//! `holidays`: days that are off although the week says otherwise, and days worked instead.

use super::{Db, Tx};
use crate::domain::Day;
use crate::domain::holiday::{Holiday, Kind};
use crate::error::{Error, Result};

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ALL, INSERT, REMOVE];

const ALL: &str = "
    SELECT day, kind, name
    FROM holidays
    ORDER BY day";

type Row = (i64, String, String);

fn holiday((day, kind, name): Row) -> Result<Holiday> {
    let known = Day::from_number(day).zip(Kind::by_name(&kind));
    let (day, kind) = known.ok_or_else(|| Error::internal(format!("a stored holiday is {day} {kind}")))?;
    Ok(Holiday { day, kind, name })
}

/// Every listed day, in order.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Holiday>> {
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    rows.into_iter().map(holiday).collect()
}

/// The same, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn all_in(tx: &mut Tx<'_>) -> Result<Vec<Holiday>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?;
    rows.into_iter().map(holiday).collect()
}

const INSERT: &str = "
    INSERT INTO holidays (day, kind, name)
    VALUES ($1, $2, $3)";

/// Lists a day.
///
/// # Errors
/// When it is listed already, or the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, day: Day, kind: Kind, name: &str) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(day.number()).bind(kind.name()).bind(name).execute(c), rows)?;
    Ok(())
}

const REMOVE: &str = "DELETE FROM holidays WHERE day >= $1 AND day <= $2";

/// Takes the days from one to another off the list.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx<'_>, first: Day, last: Day) -> Result<()> {
    on!(tx, c => sqlx::query(REMOVE).bind(first.number()).bind(last.number()).execute(c), rows)?;
    Ok(())
}
