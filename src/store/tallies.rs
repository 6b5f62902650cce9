//! The names and caseload that figures need beside the sums of answers. Reads only.

use super::{Db, Engine};
use crate::error::{Error, Result};

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[UNITS, PROCEDURES];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_CASELOAD, SQLITE_CASELOAD_OF, SQLITE_CASELOAD_AT];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_CASELOAD, POSTGRES_CASELOAD_OF, POSTGRES_CASELOAD_AT];

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

const SQLITE_CASELOAD: &str = "\
SELECT group_concat(printf('%d %d %d %d %d', s.unit_id, s.procedure_id, s.month, s.finished, s.late))
FROM json_each($1) AS m CROSS JOIN caseload_sums AS s
WHERE s.month = m.value AND s.rows > 0";

const POSTGRES_CASELOAD: &str = "\
SELECT string_agg(concat_ws(' ', s.unit_id, s.procedure_id, s.month, s.finished, s.late), ',')
FROM caseload_sums AS s
WHERE s.month = ANY($1) AND s.rows > 0";

/// Files finished in some calendar months: of each unit, and of each procedure.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload(db: &Db, months: &[i64]) -> Result<Vec<Files>> {
    let text: Option<String> = match db.engine() {
        Engine::Sqlite(c) => {
            sqlx::query_scalar(SQLITE_CASELOAD).bind(serde_json::to_string(months)?).fetch_one(c).await?
        }
        Engine::Postgres(c) => sqlx::query_scalar(POSTGRES_CASELOAD).bind(months).fetch_one(c).await?,
    };
    files(text)
}

const SQLITE_CASELOAD_OF: &str = "\
SELECT group_concat(printf('%d %d %d %d %d', s.unit_id, s.procedure_id, s.month, s.finished, s.late))
FROM json_each($1) AS m CROSS JOIN json_each($2) AS p CROSS JOIN caseload_sums AS s
WHERE s.month = m.value AND s.unit_id = 0 AND s.procedure_id = p.value AND s.rows > 0";

const POSTGRES_CASELOAD_OF: &str = "\
SELECT string_agg(concat_ws(' ', s.unit_id, s.procedure_id, s.month, s.finished, s.late), ',')
FROM caseload_sums AS s
WHERE s.month = ANY($1) AND s.unit_id = 0 AND s.procedure_id = ANY($2) AND s.rows > 0";

/// Files of some procedures finished in some calendar months at all units.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_of(db: &Db, months: &[i64], procedures: &[i64]) -> Result<Vec<Files>> {
    let text: Option<String> = match db.engine() {
        Engine::Sqlite(c) => {
            let (months, procedures) = (serde_json::to_string(months)?, serde_json::to_string(procedures)?);
            sqlx::query_scalar(SQLITE_CASELOAD_OF).bind(months).bind(procedures).fetch_one(c).await?
        }
        Engine::Postgres(c) => {
            sqlx::query_scalar(POSTGRES_CASELOAD_OF).bind(months).bind(procedures).fetch_one(c).await?
        }
    };
    files(text)
}

const SQLITE_CASELOAD_AT: &str = "\
SELECT group_concat(printf('%d %d %d %d %d', c.unit_id, c.procedure_id, c.month, c.finished, c.late))
FROM json_each($1) AS m CROSS JOIN json_each($2) AS u CROSS JOIN caseload AS c
WHERE c.month = m.value AND c.unit_id = u.value";

const POSTGRES_CASELOAD_AT: &str = "\
SELECT string_agg(concat_ws(' ', c.unit_id, c.procedure_id, c.month, c.finished, c.late), ',')
FROM caseload AS c
WHERE c.month = ANY($1) AND c.unit_id = ANY($2)";

/// Files finished at some units, by procedure and calendar month; of each channel that tells them apart.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_at(db: &Db, months: &[i64], units: &[i64]) -> Result<Vec<Files>> {
    let text: Option<String> = match db.engine() {
        Engine::Sqlite(c) => {
            let (months, units) = (serde_json::to_string(months)?, serde_json::to_string(units)?);
            sqlx::query_scalar(SQLITE_CASELOAD_AT).bind(months).bind(units).fetch_one(c).await?
        }
        Engine::Postgres(c) => sqlx::query_scalar(POSTGRES_CASELOAD_AT).bind(months).bind(units).fetch_one(c).await?,
    };
    files(text)
}

/// Rows that came as one text: taking a row from the database costs many times more than reading it from there.
fn files(text: Option<String>) -> Result<Vec<Files>> {
    let row = |row: &str| -> Result<Files> {
        let numbers: Option<Vec<i64>> = row.split(' ').map(|number| number.parse().ok()).collect();
        match numbers.as_deref() {
            Some([unit, procedure, month, finished, late]) => Ok((*unit, *procedure, *month, *finished, *late)),
            _ => Err(Error::internal(format!("a stored sum of files reads {row:?}"))),
        }
    };
    text.iter().flat_map(|text| text.split(',')).map(row).collect()
}
