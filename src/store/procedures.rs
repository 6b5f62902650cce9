//! `procedures`: the catalogue.

use super::{Db, Tx};
use crate::domain::procedure::{Draft, Procedure};
use crate::domain::{Day, ProcedureId};
use crate::error::Result;

/// Statements of this file that run on both engines, prepared on both by a test.
pub const STATEMENTS: &[&str] = &[ALL, BY_CODE];
/// Statements that only SQLite understands.
pub const SQLITE_STATEMENTS: &[&str] = &[UPSERT_SQLITE, LINK_SQLITE];
/// Statements that only PostgreSQL understands.
pub const POSTGRES_STATEMENTS: &[&str] = &[UPSERT_POSTGRES, LINK_POSTGRES];

type Row = (i64, String, String, String, String, Option<i64>, Option<i64>, Option<i64>);

const ALL: &str = "
SELECT id, code, name, field, level, valid_from, valid_to, successor_id
FROM procedures
ORDER BY code";

/// Every procedure, of all times, by code.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Procedure>> {
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(procedure).collect())
}

/// Every procedure, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn all_in(tx: &mut Tx<'_>) -> Result<Vec<Procedure>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(procedure).collect())
}

const BY_CODE: &str = "
SELECT id, code, name, field, level, valid_from, valid_to, successor_id
FROM procedures
WHERE code = $1";

/// The procedure of a code.
///
/// # Errors
/// When the store does not answer.
pub async fn by_code(db: &Db, code: &str) -> Result<Option<Procedure>> {
    let row: Option<Row> = on!(db, c => sqlx::query_as(BY_CODE).bind(code).fetch_optional(c))?;
    Ok(row.map(procedure))
}

const UPSERT_SQLITE: &str = "
INSERT INTO procedures (code, name, field, level, valid_from, valid_to)
SELECT r.value ->> 'code', r.value ->> 'name', r.value ->> 'field', r.value ->> 'level',
    r.value ->> 'valid_from', r.value ->> 'valid_to'
FROM json_each($1) AS r
WHERE true
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, field = excluded.field, level = excluded.level,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to";

const UPSERT_POSTGRES: &str = "
INSERT INTO procedures (code, name, field, level, valid_from, valid_to)
SELECT r.code, r.name, r.field, r.level, r.valid_from, r.valid_to
FROM jsonb_to_recordset(CAST($1 AS JSONB))
    AS r (code TEXT, name TEXT, field TEXT, level TEXT, valid_from BIGINT, valid_to BIGINT)
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, field = excluded.field, level = excluded.level,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to";

const LINK_SQLITE: &str = "
UPDATE procedures
SET successor_id = (SELECT s.id FROM procedures AS s WHERE s.code = r.value ->> 'successor')
FROM json_each($1) AS r
WHERE procedures.code = r.value ->> 'code'";

const LINK_POSTGRES: &str = "
UPDATE procedures
SET successor_id = (SELECT s.id FROM procedures AS s WHERE s.code = r.successor)
FROM jsonb_to_recordset(CAST($1 AS JSONB)) AS r (code TEXT, successor TEXT)
WHERE procedures.code = r.code";

/// Adds procedures, or brings those of the same code to what is given; then ties them to their successors, which must
/// be among them or stored. Give them sorted by code, so that two writers cannot wait for each other.
///
/// # Errors
/// When the store does not answer.
pub async fn upsert(tx: &mut Tx<'_>, procedures: &[Draft]) -> Result<()> {
    let batch = serde_json::to_string(procedures)?;
    match tx {
        Tx::Sqlite(c) => {
            sqlx::query(UPSERT_SQLITE).bind(&batch).execute(&mut **c).await?;
            sqlx::query(LINK_SQLITE).bind(&batch).execute(&mut **c).await?;
        }
        Tx::Postgres(c) => {
            sqlx::query(UPSERT_POSTGRES).bind(&batch).execute(&mut **c).await?;
            sqlx::query(LINK_POSTGRES).bind(&batch).execute(&mut **c).await?;
        }
    }
    Ok(())
}

fn procedure((id, code, name, field, level, from, to, successor): Row) -> Procedure {
    Procedure {
        id: ProcedureId(id),
        code,
        name,
        field,
        level,
        valid_from: from.and_then(Day::from_number),
        valid_to: to.and_then(Day::from_number),
        successor: successor.map(ProcedureId),
    }
}
