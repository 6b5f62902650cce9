//! `caseload`: case files per month, unit, procedure and channel.

use super::{Db, Tx};
use crate::domain::caseload::Caseload;
use crate::domain::{ProcedureId, UnitId};
use crate::error::Result;

/// Statements of this file that run on both engines, prepared on both by a test.
pub const STATEMENTS: &[&str] = &[ALL, BETWEEN, STALE, SETTLE];
/// Statements that only SQLite understands.
pub const SQLITE_STATEMENTS: &[&str] = &[UPSERT_SQLITE, REMOVE_SQLITE, UNFEED_SQLITE];
/// Statements that only PostgreSQL understands.
pub const POSTGRES_STATEMENTS: &[&str] = &[UPSERT_POSTGRES, REMOVE_POSTGRES, UNFEED_POSTGRES];

type Row = (i64, i64, i64, String, i64, i64, i64);

const ALL: &str = "
SELECT month, unit_id, procedure_id, channel, received, finished, late
FROM caseload
ORDER BY month, unit_id, procedure_id, channel";

/// Every row, by its key.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Caseload>> {
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(caseload).collect())
}

const BETWEEN: &str = "
SELECT month, unit_id, procedure_id, channel, received, finished, late
FROM caseload
WHERE month >= $1 AND month <= $2
ORDER BY month, unit_id, procedure_id, channel";

/// The rows of the months from the first to the last, both yyyymm and both included.
///
/// # Errors
/// When the store does not answer.
pub async fn between(db: &Db, first: i64, last: i64) -> Result<Vec<Caseload>> {
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(BETWEEN).bind(first).bind(last).fetch_all(c))?;
    Ok(rows.into_iter().map(caseload).collect())
}

/// The rows of the months from the first to the last, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn between_in(tx: &mut Tx<'_>, first: i64, last: i64) -> Result<Vec<Caseload>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(BETWEEN).bind(first).bind(last).fetch_all(c))?;
    Ok(rows.into_iter().map(caseload).collect())
}

const UPSERT_SQLITE: &str = "
INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late)
SELECT r.value ->> 'month', r.value ->> 'unit_id', r.value ->> 'procedure_id', r.value ->> 'channel',
    r.value ->> 'received', r.value ->> 'finished', r.value ->> 'late'
FROM json_each($1) AS r
WHERE true
ON CONFLICT (month, unit_id, procedure_id, channel) DO UPDATE
SET received = excluded.received, finished = excluded.finished, late = excluded.late";

const UPSERT_POSTGRES: &str = "
INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late)
SELECT r.month, r.unit_id, r.procedure_id, r.channel, r.received, r.finished, r.late
FROM jsonb_to_recordset(CAST($1 AS JSONB))
    AS r (month BIGINT, unit_id BIGINT, procedure_id BIGINT, channel TEXT, received BIGINT, finished BIGINT, late BIGINT)
ON CONFLICT (month, unit_id, procedure_id, channel) DO UPDATE
SET received = excluded.received, finished = excluded.finished, late = excluded.late";

/// Adds rows, or replaces those of the same key. Give them sorted by key, so that two writers cannot wait for each
/// other.
///
/// # Errors
/// When the store does not answer.
pub async fn upsert(tx: &mut Tx<'_>, rows: &[Caseload]) -> Result<()> {
    let batch = serde_json::to_string(rows)?;
    match tx {
        Tx::Sqlite(c) => sqlx::query(UPSERT_SQLITE).bind(&batch).execute(&mut **c).await.map(drop)?,
        Tx::Postgres(c) => sqlx::query(UPSERT_POSTGRES).bind(&batch).execute(&mut **c).await.map(drop)?,
    }
    Ok(())
}

const REMOVE_SQLITE: &str = "
DELETE FROM caseload
WHERE (month, unit_id, procedure_id, channel) IN (
    SELECT r.value ->> 'month', r.value ->> 'unit_id', r.value ->> 'procedure_id', r.value ->> 'channel'
    FROM json_each($1) AS r
)";

const REMOVE_POSTGRES: &str = "
DELETE FROM caseload
USING jsonb_to_recordset(CAST($1 AS JSONB)) AS r (month BIGINT, unit_id BIGINT, procedure_id BIGINT, channel TEXT)
WHERE caseload.month = r.month AND caseload.unit_id = r.unit_id AND caseload.procedure_id = r.procedure_id
    AND caseload.channel = r.channel";

/// Removes the rows of these keys: a total that channels take the place of, or the reverse.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx<'_>, rows: &[Caseload]) -> Result<()> {
    let batch = serde_json::to_string(rows)?;
    match tx {
        Tx::Sqlite(c) => sqlx::query(REMOVE_SQLITE).bind(&batch).execute(&mut **c).await.map(drop)?,
        Tx::Postgres(c) => sqlx::query(REMOVE_POSTGRES).bind(&batch).execute(&mut **c).await.map(drop)?,
    }
    Ok(())
}

const UNFEED_SQLITE: &str = "
DELETE FROM caseload
WHERE fed = 1 AND (month, unit_id, procedure_id) IN (
    SELECT r.value ->> 'month', r.value ->> 'unit_id', r.value ->> 'procedure_id'
    FROM json_each($1) AS r
)";

const UNFEED_POSTGRES: &str = "
DELETE FROM caseload
USING jsonb_to_recordset(CAST($1 AS JSONB)) AS r (month BIGINT, unit_id BIGINT, procedure_id BIGINT)
WHERE caseload.fed = 1 AND caseload.month = r.month AND caseload.unit_id = r.unit_id
    AND caseload.procedure_id = r.procedure_id";

/// Removes what systems told of the months, units and procedures of these rows, whatever the channel.
///
/// # Errors
/// When the store does not answer.
pub async fn unfeed(tx: &mut Tx<'_>, rows: &[&Caseload]) -> Result<()> {
    let batch = serde_json::to_string(rows)?;
    match tx {
        Tx::Sqlite(c) => sqlx::query(UNFEED_SQLITE).bind(&batch).execute(&mut **c).await.map(drop)?,
        Tx::Postgres(c) => sqlx::query(UNFEED_POSTGRES).bind(&batch).execute(&mut **c).await.map(drop)?,
    }
    Ok(())
}

const STALE: &str = "
DELETE FROM caseload
WHERE fed = 1 AND (month < $1 OR month >= $2 OR NOT EXISTS (
    SELECT 1
    FROM case_counts AS k
    WHERE k.month = caseload.month AND k.unit_id = caseload.unit_id AND k.procedure_id = caseload.procedure_id
        AND k.channel = caseload.channel AND k.received = caseload.received AND k.finished = caseload.finished
        AND k.late = caseload.late
))";
const SETTLE: &str = "
INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late, fed)
SELECT k.month, k.unit_id, k.procedure_id, k.channel, k.received, k.finished, k.late, 1
FROM case_counts AS k
WHERE k.month >= $1 AND k.month < $2 AND k.finished > 0 AND NOT EXISTS (
    SELECT 1
    FROM caseload AS c
    WHERE c.month = k.month AND c.unit_id = k.unit_id AND c.procedure_id = k.procedure_id AND c.fed = 0
)
ON CONFLICT (month, unit_id, procedure_id, channel) DO NOTHING";

/// Lets what systems told of the months from one until before another stand as caseload, where no file said it, and
/// nothing that they told of other months; gives how many rows that changed. A row without a finished case is left out:
/// it would make a month known of which nothing is.
///
/// # Errors
/// When the store does not answer.
pub async fn settle(tx: &mut Tx<'_>, first: i64, end: i64) -> Result<u64> {
    let gone = on!(tx, c => sqlx::query(STALE).bind(first).bind(end).execute(c), rows)?;
    Ok(gone + on!(tx, c => sqlx::query(SETTLE).bind(first).bind(end).execute(c), rows)?)
}

fn caseload((month, unit, procedure, channel, received, finished, late): Row) -> Caseload {
    Caseload { month, unit_id: UnitId(unit), procedure_id: ProcedureId(procedure), channel, received, finished, late }
}
