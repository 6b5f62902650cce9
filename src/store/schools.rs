//! `schools`: level, area and enrolment of units that are schools.

use super::{Db, Tx};
use crate::domain::UnitId;
use crate::domain::school::School;
use crate::error::Result;

/// Statements of this file that run on both engines, prepared on both by a test.
pub const STATEMENTS: &[&str] = &[ALL];
/// Statements that only SQLite understands.
pub const SQLITE_STATEMENTS: &[&str] = &[UPSERT_SQLITE];
/// Statements that only PostgreSQL understands.
pub const POSTGRES_STATEMENTS: &[&str] = &[UPSERT_POSTGRES];

const ALL: &str = "
SELECT unit_id, level, area, enrolment
FROM schools
ORDER BY unit_id";

/// Every school.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<School>> {
    let rows: Vec<(i64, String, String, i64)> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(school).collect())
}

/// Every school, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn all_in(tx: &mut Tx<'_>) -> Result<Vec<School>> {
    let rows: Vec<(i64, String, String, i64)> = on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(school).collect())
}

const UPSERT_SQLITE: &str = "
INSERT INTO schools (unit_id, level, area, enrolment)
SELECT r.value ->> 'unit_id', r.value ->> 'level', r.value ->> 'area', r.value ->> 'enrolment'
FROM json_each($1) AS r
WHERE true
ON CONFLICT (unit_id) DO UPDATE
SET level = excluded.level, area = excluded.area, enrolment = excluded.enrolment";

const UPSERT_POSTGRES: &str = "
INSERT INTO schools (unit_id, level, area, enrolment)
SELECT r.unit_id, r.level, r.area, r.enrolment
FROM jsonb_to_recordset(CAST($1 AS JSONB)) AS r (unit_id BIGINT, level TEXT, area TEXT, enrolment BIGINT)
ON CONFLICT (unit_id) DO UPDATE
SET level = excluded.level, area = excluded.area, enrolment = excluded.enrolment";

/// Adds schools, or replaces what is known of them. Give them sorted by unit, so that two writers cannot wait for each
/// other.
///
/// # Errors
/// When the store does not answer.
pub async fn upsert(tx: &mut Tx<'_>, schools: &[School]) -> Result<()> {
    let batch = serde_json::to_string(schools)?;
    match tx {
        Tx::Sqlite(c) => sqlx::query(UPSERT_SQLITE).bind(&batch).execute(&mut **c).await.map(drop)?,
        Tx::Postgres(c) => sqlx::query(UPSERT_POSTGRES).bind(&batch).execute(&mut **c).await.map(drop)?,
    }
    Ok(())
}

fn school((unit, level, area, enrolment): (i64, String, String, i64)) -> School {
    School { unit_id: UnitId(unit), level, area, enrolment }
}
