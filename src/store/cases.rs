//! `cases`, `case_counts`, `mappings`: what systems of one-stop shops tell of their cases.

use super::{Db, Tx};
use crate::domain::caseload::Caseload;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[ONE, PUT, FORGET, ADD, DROP_EMPTY, MONTHS, MAPPING, SET_MAPPING];

/// A case as it was last told of.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Unit in which it is counted.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: i64,
    /// Channel of the caseload.
    pub channel: String,
    /// Month in which it was received, yyyymm; 0 when it is not counted as received.
    pub received_month: i64,
    /// Month in which it was finished.
    pub finished_month: Option<i64>,
    /// 1 when it was finished late.
    pub late: i64,
    /// What last happened to it.
    pub step: String,
    /// The local day on which that was first told, yyyymmdd; 0 when nothing else was told before.
    pub step_day: i64,
    /// The day of the record: handed over, else received, yyyymmdd.
    pub record_day: i64,
}

const ONE: &str = "
    SELECT unit_id, procedure_id, channel, received_month, finished_month, late, step, step_day, record_day
    FROM cases
    WHERE case_mac = $1";

/// The case of a keyed hash.
///
/// # Errors
/// When the store does not answer.
pub async fn one(tx: &mut Tx<'_>, mac: &[u8]) -> Result<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(ONE).bind(mac).fetch_optional(c))?)
}

const PUT: &str = "
    INSERT INTO cases (case_mac, unit_id, procedure_id, channel, received_month, finished_month, late, step, step_day,
                       record_day)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (case_mac) DO UPDATE
    SET unit_id = excluded.unit_id, procedure_id = excluded.procedure_id, channel = excluded.channel,
        received_month = excluded.received_month, finished_month = excluded.finished_month, late = excluded.late,
        step = excluded.step, step_day = excluded.step_day, record_day = excluded.record_day";

/// Keeps a case as it was told of.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx<'_>, mac: &[u8], row: &Row) -> Result<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(mac)
        .bind(row.unit_id)
        .bind(row.procedure_id)
        .bind(row.channel.clone())
        .bind(row.received_month)
        .bind(row.finished_month)
        .bind(row.late)
        .bind(row.step.clone())
        .bind(row.step_day)
        .bind(row.record_day)
        .execute(c), rows)?;
    Ok(())
}

const FORGET: &str = "
    DELETE FROM cases
    WHERE record_day < $2 OR (finished_month IS NOT NULL AND record_day < $1)";

/// Forgets cases that were finished before a day, and any received before an earlier one; what they add up to stays. Gives how many that were.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx<'_>, finished_before: i64, any_before: i64) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(FORGET).bind(finished_before).bind(any_before).execute(c), rows)?)
}

const ADD: &str = "
    INSERT INTO case_counts (month, unit_id, procedure_id, channel, received, finished, late)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (month, unit_id, procedure_id, channel) DO UPDATE
    SET received = case_counts.received + excluded.received, finished = case_counts.finished + excluded.finished,
        late = case_counts.late + excluded.late";
const DROP_EMPTY: &str = "DELETE FROM case_counts WHERE received = 0 AND finished = 0 AND late = 0";

/// Adds to what cases add up to, or takes away from it.
///
/// # Errors
/// When the store does not answer.
pub async fn add(tx: &mut Tx<'_>, change: &Caseload) -> Result<()> {
    on!(tx, c => sqlx::query(ADD)
        .bind(change.month)
        .bind(change.unit_id.0)
        .bind(change.procedure_id.0)
        .bind(change.channel.clone())
        .bind(change.received)
        .bind(change.finished)
        .bind(change.late)
        .execute(c), rows)?;
    Ok(())
}

/// Removes what adds up to nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn drop_empty(tx: &mut Tx<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(DROP_EMPTY).execute(c), rows)?;
    Ok(())
}

/// What was told of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Month {
    /// As yyyymm.
    pub month: i64,
    /// Units that were told of.
    pub units: i64,
    /// Cases received.
    pub received: i64,
    /// Cases finished.
    pub finished: i64,
    /// Rows of it that stand in the caseload.
    pub standing: i64,
}

const MONTHS: &str = "
    SELECT k.month AS month, COUNT(DISTINCT k.unit_id) AS units, CAST(SUM(k.received) AS BIGINT) AS received,
        CAST(SUM(k.finished) AS BIGINT) AS finished,
        (SELECT COUNT(*) FROM caseload AS c WHERE c.month = k.month AND c.fed = 1) AS standing
    FROM case_counts AS k
    GROUP BY k.month
    ORDER BY k.month DESC
    LIMIT 24";

/// What was told of the last months, newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn months(db: &Db) -> Result<Vec<Month>> {
    Ok(on!(db, c => sqlx::query_as(MONTHS).fetch_all(c))?)
}

const MAPPING: &str = "SELECT body FROM mappings WHERE name = $1";

/// A mapping as stored; none while nobody changed it.
///
/// # Errors
/// When the store does not answer.
pub async fn mapping(db: &Db, name: &str) -> Result<Option<String>> {
    Ok(on!(db, c => sqlx::query_scalar(MAPPING).bind(name).fetch_optional(c))?)
}

const SET_MAPPING: &str = "
    INSERT INTO mappings (name, body)
    VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET body = excluded.body";

/// Keeps a mapping.
///
/// # Errors
/// When the store does not answer.
pub async fn set_mapping(tx: &mut Tx<'_>, name: &str, body: &str) -> Result<()> {
    on!(tx, c => sqlx::query(SET_MAPPING).bind(name).bind(body).execute(c), rows)?;
    Ok(())
}
