//! `proposals`, `exclusions`, `erasures`: what was proposed to be left out of the figures or erased, who decided, and
//! the answers concerned. Append-only.

use super::{Db, Engine, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    WITHIN,
    STEPS,
    INSERT,
    EXCLUDED,
    PERSON,
    POINT_DAYS,
    OF_POINT,
    MEMBERS,
    SPREAD,
    WRITTEN,
    COMMENTS,
    ERASE,
    INSERT_ERASURE,
];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_NAME];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_NAME];

/// A step of a proposal as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StepRow {
    /// Row number.
    pub n: i64,
    /// Number of the first step; none in that step itself.
    pub proposal: Option<i64>,
    /// Name of the step.
    pub step: String,
    /// `exclude` or `erase`.
    pub what: String,
    /// Unit whose answers are meant.
    pub unit_id: i64,
    /// Who took the step.
    pub account_id: i64,
    /// Their name.
    pub account_name: String,
    /// When, in unix ms.
    pub at: i64,
    /// Name of the reason.
    pub reason: String,
    /// The reason in words.
    pub body: String,
    /// Which answers, as JSON.
    pub criterion: String,
}

/// A step to store.
#[derive(Debug, Clone, Copy)]
pub struct NewStep<'a> {
    /// Number of the first step; none for that step itself.
    pub proposal: Option<i64>,
    /// Name of the step.
    pub step: &'a str,
    /// `exclude` or `erase`.
    pub what: &'a str,
    /// Unit whose answers are meant.
    pub unit_id: i64,
    /// Who takes the step.
    pub account_id: i64,
    /// Now, in unix ms.
    pub at: i64,
    /// Name of the reason.
    pub reason: &'a str,
    /// The reason in words.
    pub body: &'a str,
    /// Which answers, as JSON.
    pub criterion: &'a str,
}

const WITHIN: &str = "
    SELECT p.n, p.proposal, p.step, p.what, p.unit_id, p.account_id, a.name AS account_name, p.at, p.reason, p.body,
           p.criterion
    FROM proposals AS p
    JOIN accounts AS a ON a.id = p.account_id
    WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(p.unit_id AS TEXT) || '|%')
        AND (CAST($2 AS BIGINT) IS NULL OR p.n = $2 OR p.proposal = $2)
    ORDER BY p.n";

/// All steps of the proposals of the units of a scope, or of one of these proposals, in order.
///
/// # Errors
/// When the store does not answer.
pub async fn within(db: &Db, scope: &Scope, proposal: Option<i64>) -> Result<Vec<StepRow>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(proposal).fetch_all(c))?)
}

const STEPS: &str = "SELECT step FROM proposals WHERE n = $1 OR proposal = $1 ORDER BY n";

/// Names of the steps that a proposal has taken, in order, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn steps(tx: &mut Tx<'_>, proposal: i64) -> Result<Vec<String>> {
    Ok(on!(tx, c => sqlx::query_scalar(STEPS).bind(proposal).fetch_all(c))?)
}

const INSERT: &str = "
    INSERT INTO proposals (proposal, step, what, unit_id, account_id, at, reason, body, criterion)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    RETURNING n";

/// Stores a step; gives its number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, step: &NewStep<'_>) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(step.proposal)
        .bind(step.step)
        .bind(step.what)
        .bind(step.unit_id)
        .bind(step.account_id)
        .bind(step.at)
        .bind(step.reason)
        .bind(step.body)
        .bind(step.criterion)
        .fetch_one(c))?)
}

const EXCLUDED: &str = "
    SELECT DISTINCT e.response_n
    FROM exclusions AS e
    JOIN proposals AS first ON first.n = e.proposal AND first.what = 'exclude'
    WHERE EXISTS (SELECT 1 FROM proposals AS p WHERE p.proposal = e.proposal AND p.step = 'approved')
        AND NOT EXISTS (SELECT 1 FROM proposals AS p WHERE p.proposal = e.proposal AND p.step = 'undo-approved')
    ORDER BY e.response_n";

/// The answers that are left out of the figures, by the number of their first part.
///
/// # Errors
/// When the store does not answer.
pub async fn excluded(db: &Db) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(EXCLUDED).fetch_all(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn excluded_in(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(EXCLUDED).fetch_all(c))?)
}

const PERSON: &str = "
    SELECT COALESCE(first, n), unit_id
    FROM responses
    WHERE n = $1
        AND (CAST($2 AS TEXT) IS NULL OR $2 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')
        AND n <= (SELECT n FROM marks WHERE name = 'released_through')
        AND n NOT IN (SELECT n FROM waiting)";

/// The first part of the answer that a response belongs to, and its unit; none outside the scope, and none before it is
/// released: otherwise whoever asks could watch answers come in one by one.
///
/// # Errors
/// When the store does not answer.
pub async fn person(db: &Db, scope: &Scope, n: i64) -> Result<Option<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(PERSON).bind(n).bind(scope.bound()).fetch_optional(c))?)
}

const POINT_DAYS: &str = "
    SELECT day, first_n, last_n
    FROM point_days
    WHERE point_id = $1 AND day BETWEEN $2 AND $3
    ORDER BY day";
const OF_POINT: &str = "
    SELECT n, unit_id
    FROM responses
    WHERE n BETWEEN $1 AND $2
        AND point_id = $3
        AND day = $4
        AND first IS NULL
        AND (CAST($5 AS TEXT) IS NULL OR $5 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')
        AND n NOT IN (SELECT n FROM waiting)
    ORDER BY n
    LIMIT $6";

/// Released answers given at a point on some days, with their unit; those of a scope, at most so many. Only what lies
/// between the numbers that a release noted of each day is read, never all answers.
///
/// # Errors
/// When the store does not answer.
pub async fn of_point(
    db: &Db,
    scope: &Scope,
    point: i64,
    (first, last): (i64, i64),
    most: i64,
) -> Result<Vec<(i64, i64)>> {
    let days: Vec<(i64, i64, i64)> =
        on!(db, c => sqlx::query_as(POINT_DAYS).bind(point).bind(first).bind(last).fetch_all(c))?;
    let mut found: Vec<(i64, i64)> = Vec::new();
    for (day, from, to) in days {
        let left = most - found.len() as i64;
        if left == 0 {
            break;
        }
        let of_day: Vec<(i64, i64)> = on!(db, c => sqlx::query_as(OF_POINT)
            .bind(from)
            .bind(to)
            .bind(point)
            .bind(day)
            .bind(scope.bound())
            .bind(left)
            .fetch_all(c))?;
        found.extend(of_day);
    }
    found.sort_unstable();
    Ok(found)
}

const SQLITE_NAME: &str = "INSERT INTO exclusions (proposal, response_n) SELECT $1, value FROM json_each($2)";
const POSTGRES_NAME: &str = "INSERT INTO exclusions (proposal, response_n) SELECT $1, UNNEST($2::BIGINT[])";

/// Stores which answers a proposal names.
///
/// # Errors
/// When the store does not answer.
pub async fn name(tx: &mut Tx<'_>, proposal: i64, answers: &[i64]) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite(c) => {
            sqlx::query(SQLITE_NAME).bind(proposal).bind(serde_json::to_string(answers)?).execute(c).await.map(drop)?;
        }
        Engine::Postgres(c) => {
            sqlx::query(POSTGRES_NAME).bind(proposal).bind(answers).execute(c).await.map(drop)?;
        }
    }
    Ok(())
}

const MEMBERS: &str = "SELECT response_n FROM exclusions WHERE proposal = $1 ORDER BY response_n";

/// The answers that a proposal names, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn members(tx: &mut Tx<'_>, proposal: i64) -> Result<Vec<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(MEMBERS).bind(proposal).fetch_all(c))?)
}

const SPREAD: &str = "
    SELECT r.day, r.channel, CAST(COUNT(*) AS BIGINT)
    FROM exclusions AS e
    JOIN responses AS r ON r.n = e.response_n
    WHERE e.proposal = $1
    GROUP BY r.day, r.channel
    ORDER BY r.day, r.channel";

/// How many answers a proposal names of each day and channel.
///
/// # Errors
/// When the store does not answer.
pub async fn spread(db: &Db, proposal: i64) -> Result<Vec<(i64, String, i64)>> {
    Ok(on!(db, c => sqlx::query_as(SPREAD).bind(proposal).fetch_all(c))?)
}

const WRITTEN: &str = "
    SELECT c.response_n, c.question_id
    FROM comments AS c
    WHERE c.response_n IN (SELECT n FROM responses WHERE n = $1 OR first = $1)
    ORDER BY c.response_n, c.question_id";

/// Where somebody wrote something: response and question, in all parts of their answer.
///
/// # Errors
/// When the store does not answer.
pub async fn written(db: &Db, person: i64) -> Result<Vec<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(WRITTEN).bind(person).fetch_all(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn written_in(tx: &mut Tx<'_>, person: i64) -> Result<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(WRITTEN).bind(person).fetch_all(c))?)
}

const COMMENTS: &str = "
    SELECT body
    FROM comments
    WHERE response_n IN (SELECT n FROM responses WHERE n = $1 OR first = $1)
    ORDER BY response_n, question_id";

/// What somebody wrote, in all parts of their answer.
///
/// # Errors
/// When the store does not answer.
pub async fn comments(db: &Db, person: i64) -> Result<Vec<String>> {
    Ok(on!(db, c => sqlx::query_scalar(COMMENTS).bind(person).fetch_all(c))?)
}

const ERASE: &str = "DELETE FROM comments WHERE response_n = $1 AND question_id = $2";
const INSERT_ERASURE: &str = "
    INSERT INTO erasures (response_n, question_id, proposal, at)
    VALUES ($1, $2, $3, $4)";

/// Removes a comment, text and salt, and notes that it is gone.
///
/// # Errors
/// When the store does not answer.
pub async fn erase(
    tx: &mut Tx<'_>,
    (response, question): (i64, i64),
    proposal: Option<i64>,
    now_ms: i64,
) -> Result<()> {
    on!(tx, c => sqlx::query(ERASE).bind(response).bind(question).execute(c), rows)?;
    on!(tx, c => sqlx::query(INSERT_ERASURE)
        .bind(response)
        .bind(question)
        .bind(proposal)
        .bind(now_ms)
        .execute(c), rows)?;
    Ok(())
}
