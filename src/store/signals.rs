//! `mark_days`, `mark_signals`, `signals`: what the tests of each unit and month found; and the reading of released
//! answers and of the marks of a day that they look at.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[ARRIVED, RELEASED, MARKS, USUAL, INSERT_MARK_DAY, INSERT_MARK_SIGNAL, MARK_SIGNALS, CLEAR, INSERT, BETWEEN];

const ARRIVED: &str = "SELECT received_at FROM responses WHERE n = $1";

/// The hour in which a response came, in unix ms; none when there is no such response.
///
/// # Errors
/// When the store does not answer.
pub async fn arrived(db: &Db, n: i64) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(ARRIVED).bind(n).fetch_optional(c))?)
}

/// One part of an answer, as the tests need it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PartRow {
    /// Number of the response.
    pub n: i64,
    /// Number of the first part, when this is a later one.
    pub first: Option<i64>,
    /// Unit answered about.
    pub unit_id: i64,
    /// Name of the channel.
    pub channel: String,
    /// Local day.
    pub day: i64,
    /// The hour in which it came, in unix ms.
    pub received_at: i64,
    /// JSON `[[question, choice], …]`.
    pub answers: String,
}

const RELEASED: &str = "
    SELECT n, first, unit_id, channel, day, received_at, answers
    FROM responses
    WHERE n > $1 AND n <= $2 AND n NOT IN (SELECT n FROM waiting)
    ORDER BY n
    LIMIT $3";

/// Parts after one number and up to another that do not wait for their release, in order, at most so many.
///
/// # Errors
/// When the store does not answer.
pub async fn released(db: &Db, after: i64, through: i64, most: i64) -> Result<Vec<PartRow>> {
    Ok(on!(db, c => sqlx::query_as(RELEASED).bind(after).bind(through).bind(most).fetch_all(c))?)
}

const MARKS: &str = "
    SELECT r.unit_id, CAST(COUNT(*) AS BIGINT)
    FROM traces AS t
    JOIN responses AS r ON r.n = t.n
    WHERE t.at >= $1 AND t.at < $2 AND t.mark IS NOT NULL
        AND r.n <= (SELECT n FROM marks WHERE name = 'released_through')
        AND r.n NOT IN (SELECT n FROM waiting)
    GROUP BY r.unit_id, t.mark
    ORDER BY r.unit_id";

/// How many released answers each mark sent between two instants, the second left out: unit and number, a row a mark.
///
/// # Errors
/// When the store does not answer.
pub async fn marks(db: &Db, (from_ms, before_ms): (i64, i64)) -> Result<Vec<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(MARKS).bind(from_ms).bind(before_ms).fetch_all(c))?)
}

const USUAL: &str = "
    SELECT CAST(COALESCE(SUM(responses), 0) AS BIGINT), CAST(COALESCE(SUM(marks), 0) AS BIGINT)
    FROM mark_days
    WHERE day < $1";

/// Answers and marks of all days before one.
///
/// # Errors
/// When the store does not answer.
pub async fn usual(db: &Db, before_day: i64) -> Result<(i64, i64)> {
    Ok(on!(db, c => sqlx::query_as(USUAL).bind(before_day).fetch_one(c))?)
}

const INSERT_MARK_DAY: &str = "INSERT INTO mark_days (day, responses, marks) VALUES ($1, $2, $3)";

/// Stores how many answers and marks a day had.
///
/// # Errors
/// When the store does not answer.
pub async fn insert_mark_day(tx: &mut Tx<'_>, day: i64, (responses, marks): (i64, i64)) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT_MARK_DAY).bind(day).bind(responses).bind(marks).execute(c), rows)?;
    Ok(())
}

const INSERT_MARK_SIGNAL: &str = "INSERT INTO mark_signals (day, unit_id, p_value) VALUES ($1, $2, $3)";

/// Stores what the marks of a unit came to on a day.
///
/// # Errors
/// When the store does not answer.
pub async fn insert_mark_signal(tx: &mut Tx<'_>, day: i64, unit: i64, p_value: f64) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT_MARK_SIGNAL).bind(day).bind(unit).bind(p_value).execute(c), rows)?;
    Ok(())
}

const MARK_SIGNALS: &str = "
    SELECT unit_id, CAST(COUNT(*) AS BIGINT), MIN(p_value)
    FROM mark_signals
    WHERE day BETWEEN $1 AND $2
    GROUP BY unit_id
    ORDER BY unit_id";

/// Of each unit, on how many days from the first to the last its marks were tested, and the smallest of those values.
///
/// # Errors
/// When the store does not answer.
pub async fn mark_signals(tx: &mut Tx<'_>, (first, last): (i64, i64)) -> Result<Vec<(i64, i64, f64)>> {
    Ok(on!(tx, c => sqlx::query_as(MARK_SIGNALS).bind(first).bind(last).fetch_all(c))?)
}

/// What a test of a unit and month found.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct SignalRow {
    /// Month as yyyymm.
    pub month: i64,
    /// Unit.
    pub unit_id: i64,
    /// Name of the test.
    pub signal: String,
    /// How likely it is under the model of the test.
    pub p_value: f64,
    /// What was seen.
    pub seen: Option<i64>,
    /// Among how much, or against what.
    pub total: Option<i64>,
}

const CLEAR: &str = "DELETE FROM signals WHERE month = $1";
const INSERT: &str = "
    INSERT INTO signals (month, unit_id, signal, p_value, seen, total)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// Puts what was found of a month in the place of what was found of it before.
///
/// # Errors
/// When the store does not answer.
pub async fn replace(tx: &mut Tx<'_>, month: i64, rows: &[SignalRow]) -> Result<()> {
    on!(tx, c => sqlx::query(CLEAR).bind(month).execute(c), rows)?;
    for row in rows {
        on!(tx, c => sqlx::query(INSERT)
            .bind(row.month)
            .bind(row.unit_id)
            .bind(&row.signal)
            .bind(row.p_value)
            .bind(row.seen)
            .bind(row.total)
            .execute(c), rows)?;
    }
    Ok(())
}

const BETWEEN: &str = "
    SELECT month, unit_id, signal, p_value, seen, total
    FROM signals
    WHERE month BETWEEN $1 AND $2
    ORDER BY month, unit_id, signal";

/// What was found of the months from the first to the last, of every unit.
///
/// # Errors
/// When the store does not answer.
pub async fn between(db: &Db, (first, last): (i64, i64)) -> Result<Vec<SignalRow>> {
    Ok(on!(db, c => sqlx::query_as(BETWEEN).bind(first).bind(last).fetch_all(c))?)
}
