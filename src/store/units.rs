//! `units`: the organisation tree.

use super::{Db, Tx};
use crate::domain::unit::{Draft, Unit};
use crate::domain::{Day, UnitId};
use crate::error::Result;

/// Statements of this file that run on both engines, prepared on both by a test.
pub const STATEMENTS: &[&str] = &[ALL, BY_CODE];
/// Statements that only SQLite understands.
pub const SQLITE_STATEMENTS: &[&str] = &[UPSERT_SQLITE, LINK_SQLITE];
/// Statements that only PostgreSQL understands.
pub const POSTGRES_STATEMENTS: &[&str] = &[UPSERT_POSTGRES, LINK_POSTGRES];

type Row = (i64, String, String, String, String, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

const ALL: &str = "
SELECT id, code, name, short_name, kind, parent_id, valid_from, valid_to, successor_id
FROM units
ORDER BY code";

/// Every unit, of all times, by code.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Unit>> {
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(unit).collect())
}

/// Every unit, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn all_in(tx: &mut Tx<'_>) -> Result<Vec<Unit>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL).fetch_all(c))?;
    Ok(rows.into_iter().map(unit).collect())
}

const BY_CODE: &str = "
SELECT id, code, name, short_name, kind, parent_id, valid_from, valid_to, successor_id
FROM units
WHERE code = $1";

/// The unit of a code.
///
/// # Errors
/// When the store does not answer.
pub async fn by_code(db: &Db, code: &str) -> Result<Option<Unit>> {
    let row: Option<Row> = on!(db, c => sqlx::query_as(BY_CODE).bind(code).fetch_optional(c))?;
    Ok(row.map(unit))
}

const UPSERT_SQLITE: &str = "
INSERT INTO units (code, name, short_name, kind, valid_from, valid_to)
SELECT r.value ->> 'code', r.value ->> 'name', r.value ->> 'short_name', r.value ->> 'kind',
    r.value ->> 'valid_from', r.value ->> 'valid_to'
FROM json_each($1) AS r
WHERE true
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, short_name = excluded.short_name, kind = excluded.kind,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to";

const UPSERT_POSTGRES: &str = "
INSERT INTO units (code, name, short_name, kind, valid_from, valid_to)
SELECT r.code, r.name, r.short_name, r.kind, r.valid_from, r.valid_to
FROM jsonb_to_recordset(CAST($1 AS JSONB))
    AS r (code TEXT, name TEXT, short_name TEXT, kind TEXT, valid_from BIGINT, valid_to BIGINT)
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, short_name = excluded.short_name, kind = excluded.kind,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to";

const LINK_SQLITE: &str = "
UPDATE units
SET parent_id = (SELECT p.id FROM units AS p WHERE p.code = r.value ->> 'parent'),
    successor_id = (SELECT s.id FROM units AS s WHERE s.code = r.value ->> 'successor')
FROM json_each($1) AS r
WHERE units.code = r.value ->> 'code'";

const LINK_POSTGRES: &str = "
UPDATE units
SET parent_id = (SELECT p.id FROM units AS p WHERE p.code = r.parent),
    successor_id = (SELECT s.id FROM units AS s WHERE s.code = r.successor)
FROM jsonb_to_recordset(CAST($1 AS JSONB)) AS r (code TEXT, parent TEXT, successor TEXT)
WHERE units.code = r.code";

/// Adds units, or brings those of the same code to what is given; then ties them to the units above and after them,
/// which must be among them or stored. Give them sorted by code, so that two writers cannot wait for each other.
///
/// # Errors
/// When the store does not answer.
pub async fn upsert(tx: &mut Tx<'_>, units: &[Draft]) -> Result<()> {
    let batch = serde_json::to_string(units)?;
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

fn unit((id, code, name, short_name, kind, parent, from, to, successor): Row) -> Unit {
    Unit {
        id: UnitId(id),
        code,
        name,
        short_name,
        kind,
        parent: parent.map(UnitId),
        valid_from: from.and_then(Day::from_number),
        valid_to: to.and_then(Day::from_number),
        successor: successor.map(UnitId),
    }
}
