//! `invitation_sums`: how many invitations were issued and answered, by month of issue. The rows hold all days up to the
//! mark `invited_through`; later days are read from `invitations`. Triggers keep what is summed true to those.

use super::{Db, Engine, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[MOVING, BY_MONTH, NEXT, CAN_BE_ANSWERED, ADD, CLEAR, SPAN, DIFFERENCES];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_LOCK];

/// Invitations of one month about one unit or procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfMonth {
    /// Month in which they were issued, yyyymm.
    pub month: i64,
    /// Unit, or procedure, 0 for none.
    pub id: i64,
    /// Not revoked.
    pub valid: i64,
    /// Of these answered, at their own form or at a tablet.
    pub answered: i64,
}

/// The invitations of some months, once by unit and once by procedure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// By unit.
    pub of_units: Vec<OfMonth>,
    /// By procedure.
    pub of_procedures: Vec<OfMonth>,
}

// The lower bound is one number, or SQLite would begin its search at the wrong one of two.
const MOVING: &str = "
    SELECT issued_day / 100
    FROM invitations
    WHERE issued_day > (SELECT CASE WHEN n > $1 * 100 THEN n ELSE $1 * 100 END FROM marks WHERE name = 'invited_through')
        AND issued_day < $2 * 100 + 100
        AND expires_at > $3
    ORDER BY issued_day
    LIMIT 1";

/// The first of some months, from one to another, of which an invitation could still be answered at an instant had
/// nobody done so.
///
/// # Errors
/// When the store does not answer.
pub async fn moving(db: &Db, (first, last): (i64, i64), at_ms: i64) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(MOVING).bind(first).bind(last).bind(at_ms).fetch_optional(c))?)
}

const BY_MONTH: &str = "
    SELECT level, month, id, CAST(SUM(valid) AS BIGINT), CAST(SUM(answered) AS BIGINT)
    FROM (
        SELECT level, month, id, valid, answered
        FROM invitation_sums
        WHERE level IN (1, 2) AND month >= $1 AND month < $2
        UNION ALL
        SELECT 1, issued_day / 100, unit_id, CASE WHEN used = 3 THEN 0 ELSE 1 END,
            CASE WHEN used IN (1, 2) THEN 1 ELSE 0 END
        FROM invitations
        WHERE issued_day > (SELECT CASE WHEN n > $1 * 100 THEN n ELSE $1 * 100 END FROM marks WHERE name = 'invited_through')
            AND issued_day < $2 * 100
        UNION ALL
        SELECT 2, issued_day / 100, COALESCE(procedure_id, 0), CASE WHEN used = 3 THEN 0 ELSE 1 END,
            CASE WHEN used IN (1, 2) THEN 1 ELSE 0 END
        FROM invitations
        WHERE issued_day > (SELECT CASE WHEN n > $1 * 100 THEN n ELSE $1 * 100 END FROM marks WHERE name = 'invited_through')
            AND issued_day < $2 * 100
    ) AS every
    GROUP BY level, month, id";

/// The invitations issued in months from one to before another.
///
/// # Errors
/// When the store does not answer.
pub async fn by_month(db: &Db, first: i64, end: i64) -> Result<Sums> {
    let rows: Vec<(i64, i64, i64, i64, i64)> =
        on!(db, c => sqlx::query_as(BY_MONTH).bind(first).bind(end).fetch_all(c))?;
    let mut sums = Sums::default();
    for (level, month, id, valid, answered) in rows {
        let of = if level == 1 { &mut sums.of_units } else { &mut sums.of_procedures };
        of.push(OfMonth { month, id, valid, answered });
    }
    Ok(sums)
}

const NEXT: &str = "
    SELECT issued_day
    FROM invitations
    WHERE issued_day > (SELECT n FROM marks WHERE name = 'invited_through') AND issued_day < $1
    ORDER BY issued_day
    LIMIT 1";

/// The first day before another that is not summed and on which an invitation was issued.
///
/// # Errors
/// When the store does not answer.
pub async fn next(db: &Db, before: i64) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(NEXT).bind(before).fetch_optional(c))?)
}

const CAN_BE_ANSWERED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT)
    FROM (SELECT 1 AS one FROM invitations WHERE issued_day = $1 AND expires_at > $2 LIMIT 1) AS any_of_them";

/// Whether an invitation of a day could still be answered at an instant had nobody done so.
///
/// # Errors
/// When the store does not answer.
pub async fn can_be_answered(db: &Db, day: i64, at_ms: i64) -> Result<bool> {
    let rows: i64 = on!(db, c => sqlx::query_scalar(CAN_BE_ANSWERED).bind(day).bind(at_ms).fetch_one(c))?;
    Ok(rows > 0)
}

const POSTGRES_LOCK: &str = "LOCK TABLE invitations IN SHARE ROW EXCLUSIVE MODE";

/// Keeps others from writing invitations until the transaction ends. On SQLite the transaction itself does.
///
/// # Errors
/// Busy when another holds them too long.
pub async fn lock(tx: &mut Tx<'_>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite(_) => Ok(()),
        Engine::Postgres(c) => {
            sqlx::query(POSTGRES_LOCK).execute(c).await?;
            Ok(())
        }
    }
}

const ADD: &str = "
    INSERT INTO invitation_sums (level, month, id, valid, answered)
    SELECT 1, issued_day / 100, unit_id, CAST(SUM(CASE WHEN used = 3 THEN 0 ELSE 1 END) AS BIGINT),
        CAST(SUM(CASE WHEN used IN (1, 2) THEN 1 ELSE 0 END) AS BIGINT)
    FROM invitations
    WHERE issued_day > (SELECT n FROM marks WHERE name = 'invited_through') AND issued_day <= $1
    GROUP BY issued_day / 100, unit_id
    UNION ALL
    SELECT 2, issued_day / 100, COALESCE(procedure_id, 0), CAST(SUM(CASE WHEN used = 3 THEN 0 ELSE 1 END) AS BIGINT),
        CAST(SUM(CASE WHEN used IN (1, 2) THEN 1 ELSE 0 END) AS BIGINT)
    FROM invitations
    WHERE issued_day > (SELECT n FROM marks WHERE name = 'invited_through') AND issued_day <= $1
    GROUP BY issued_day / 100, COALESCE(procedure_id, 0)
    ON CONFLICT (level, month, id) DO UPDATE SET
        valid = invitation_sums.valid + excluded.valid, answered = invitation_sums.answered + excluded.answered";

/// Sums the days after the mark up to one; the mark is the caller's to set.
///
/// # Errors
/// When the store does not answer.
pub async fn add(tx: &mut Tx<'_>, through: i64) -> Result<()> {
    on!(tx, c => sqlx::query(ADD).bind(through).execute(c), rows)?;
    Ok(())
}

const CLEAR: &str = "DELETE FROM invitation_sums";

/// Forgets every sum; the mark is the caller's to set.
///
/// # Errors
/// When the store does not answer.
pub async fn clear(tx: &mut Tx<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(CLEAR).execute(c), rows)?;
    Ok(())
}

const SPAN: &str = "
    SELECT MIN(month), MAX(month)
    FROM (
        SELECT MIN(month) AS month FROM invitation_sums
        UNION ALL
        SELECT MAX(month) FROM invitation_sums
        UNION ALL
        SELECT MIN(issued_day) / 100 FROM invitations
        UNION ALL
        SELECT n / 100 FROM marks WHERE name = 'invited_through' AND n > 0
    ) AS ends";

/// The first and the last month of which there are sums, or ought to be.
///
/// # Errors
/// When the store does not answer.
pub async fn span(db: &Db) -> Result<Option<(i64, i64)>> {
    let (first, last): (Option<i64>, Option<i64>) = on!(db, c => sqlx::query_as(SPAN).fetch_one(c))?;
    Ok(first.zip(last))
}

const DIFFERENCES: &str = "
    SELECT level, month, id, CAST(SUM(valid) AS BIGINT), CAST(SUM(answered) AS BIGINT), CAST(SUM(n_valid) AS BIGINT),
        CAST(SUM(n_answered) AS BIGINT)
    FROM (
        SELECT level, month, id, valid, answered, 0 AS n_valid, 0 AS n_answered
        FROM invitation_sums
        WHERE level IN (1, 2) AND month = $1
        UNION ALL
        SELECT 1, issued_day / 100, unit_id, 0, 0, CASE WHEN used = 3 THEN 0 ELSE 1 END,
            CASE WHEN used IN (1, 2) THEN 1 ELSE 0 END
        FROM invitations
        WHERE issued_day BETWEEN $1 * 100 AND $1 * 100 + 99
            AND issued_day <= (SELECT n FROM marks WHERE name = 'invited_through')
        UNION ALL
        SELECT 2, issued_day / 100, COALESCE(procedure_id, 0), 0, 0, CASE WHEN used = 3 THEN 0 ELSE 1 END,
            CASE WHEN used IN (1, 2) THEN 1 ELSE 0 END
        FROM invitations
        WHERE issued_day BETWEEN $1 * 100 AND $1 * 100 + 99
            AND issued_day <= (SELECT n FROM marks WHERE name = 'invited_through')
    ) AS every
    GROUP BY level, month, id
    HAVING SUM(valid) <> SUM(n_valid) OR SUM(answered) <> SUM(n_answered)
    ORDER BY level, month, id";

/// A sum that a count of the invitations does not confirm: its level, month and unit or procedure, valid and answered as
/// stored, and both as counted.
pub type Differing = (i64, i64, i64, i64, i64, i64, i64);

/// Every sum of a month that a count of the invitations does not confirm.
///
/// # Errors
/// When the store does not answer.
pub async fn differences(db: &Db, month: i64) -> Result<Vec<Differing>> {
    Ok(on!(db, c => sqlx::query_as(DIFFERENCES).bind(month).fetch_all(c))?)
}
