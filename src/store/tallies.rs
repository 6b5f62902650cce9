//! The names and caseload that figures need beside the sums of answers. Reads only.

use super::{Db, Engine};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[UNITS, PROCEDURES, CASELOAD_OF_UNITS, CASELOAD_OF_PROCEDURES];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_CASELOAD_AT];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_CASELOAD_AT];

/// A unit or procedure as a line of a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Row number.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Full name, as it was.
    pub name: String,
    /// Kind of unit; level of a procedure.
    pub kind: String,
    /// First day; unknown means always.
    pub valid_from: Option<i64>,
    /// Last day; unknown means still.
    pub valid_to: Option<i64>,
}

type NamedRow = (i64, String, String, String, Option<i64>, Option<i64>);

fn named((id, code, name, kind, valid_from, valid_to): NamedRow) -> Named {
    Named { id, code, name, kind, valid_from, valid_to }
}

const UNITS: &str = "\
SELECT id, code, name, kind, valid_from, valid_to
FROM units";

/// Every unit.
///
/// # Errors
/// When the store does not answer.
pub async fn units(db: &Db) -> Result<Vec<Named>> {
    let rows: Vec<NamedRow> = on!(db, c => sqlx::query_as(UNITS).fetch_all(c))?;
    Ok(rows.into_iter().map(named).collect())
}

const PROCEDURES: &str = "\
SELECT id, code, name, level, valid_from, valid_to
FROM procedures";

/// Every procedure.
///
/// # Errors
/// When the store does not answer.
pub async fn procedures(db: &Db) -> Result<Vec<Named>> {
    let rows: Vec<NamedRow> = on!(db, c => sqlx::query_as(PROCEDURES).fetch_all(c))?;
    Ok(rows.into_iter().map(named).collect())
}

/// Files of a unit (or 0) and procedure (or 0) in a month: (unit, procedure, month, finished, of them late).
pub type Files = (i64, i64, i64, i64, i64);

const CASELOAD_OF_UNITS: &str = "\
SELECT unit_id, CAST(0 AS BIGINT), month, CAST(SUM(finished) AS BIGINT), CAST(SUM(late) AS BIGINT)
FROM caseload
WHERE month BETWEEN $1 AND $2
GROUP BY unit_id, month";

/// Files finished by unit and calendar month, first and last month included.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_of_units(db: &Db, first: i64, last: i64) -> Result<Vec<Files>> {
    Ok(on!(db, c => sqlx::query_as(CASELOAD_OF_UNITS).bind(first).bind(last).fetch_all(c))?)
}

const CASELOAD_OF_PROCEDURES: &str = "\
SELECT CAST(0 AS BIGINT), procedure_id, month, CAST(SUM(finished) AS BIGINT), CAST(SUM(late) AS BIGINT)
FROM caseload
WHERE month BETWEEN $1 AND $2
GROUP BY procedure_id, month";

/// Files finished by procedure and calendar month, first and last month included.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_of_procedures(db: &Db, first: i64, last: i64) -> Result<Vec<Files>> {
    Ok(on!(db, c => sqlx::query_as(CASELOAD_OF_PROCEDURES).bind(first).bind(last).fetch_all(c))?)
}

const SQLITE_CASELOAD_AT: &str = "\
SELECT c.unit_id, c.procedure_id, c.month, SUM(c.finished), SUM(c.late)
FROM json_each($1) AS m CROSS JOIN json_each($2) AS u CROSS JOIN caseload AS c
WHERE c.month = m.value AND c.unit_id = u.value
GROUP BY c.unit_id, c.procedure_id, c.month";

const POSTGRES_CASELOAD_AT: &str = "\
SELECT c.unit_id, c.procedure_id, c.month, CAST(SUM(c.finished) AS BIGINT), CAST(SUM(c.late) AS BIGINT)
FROM caseload AS c
WHERE c.month = ANY($1) AND c.unit_id = ANY($2)
GROUP BY c.unit_id, c.procedure_id, c.month";

/// Files finished at some units, by procedure and calendar month.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_at(db: &Db, months: &[i64], units: &[i64]) -> Result<Vec<Files>> {
    Ok(match db.engine() {
        Engine::Sqlite(c) => {
            let (months, units) = (serde_json::to_string(months)?, serde_json::to_string(units)?);
            sqlx::query_as(SQLITE_CASELOAD_AT).bind(months).bind(units).fetch_all(c).await?
        }
        Engine::Postgres(c) => sqlx::query_as(POSTGRES_CASELOAD_AT).bind(months).bind(units).fetch_all(c).await?,
    })
}
