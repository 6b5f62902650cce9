//! What a release reads and writes: response rows, `waiting`, and between which numbers the answers of a point lie.

use super::{Db, Engine, Tx};
use crate::domain::{Channel, Day};
use crate::error::{Error, Result};

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[AFTER, WAITING, QUESTIONS, NOTE_POINTS];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_EARLIER, SQLITE_WAIT, SQLITE_UNWAIT];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_EARLIER, POSTGRES_LOCK, POSTGRES_WAIT, POSTGRES_UNWAIT];

/// Rows one upsert carries; keeps a document near a megabyte and a statement well under its time limit.
pub(super) const BATCH: usize = 20_000;

/// One part of a person's answers, as a release needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Number of the response.
    pub n: i64,
    /// Number of the first part, when this is a later one.
    pub first: Option<i64>,
    /// Unit answered about.
    pub unit: i64,
    /// Procedure, 0 for none.
    pub procedure: i64,
    /// Point, 0 for none.
    pub point: i64,
    /// The way it came.
    pub channel: Channel,
    /// Local day.
    pub day: Day,
    /// JSON `[[question, choice], …]`.
    pub answers: String,
}

impl Part {
    /// The person: number of the first part.
    #[must_use]
    pub fn person(&self) -> i64 {
        self.first.unwrap_or(self.n)
    }
}

type PartRow = (i64, Option<i64>, i64, i64, i64, String, i64, String);

fn part((n, first, unit, procedure, point, channel, day, answers): PartRow) -> Result<Part> {
    let channel = known_channel(&channel)?;
    Ok(Part { n, first, unit, procedure, point, channel, day: known_day(day)?, answers })
}

pub(super) fn known_channel(name: &str) -> Result<Channel> {
    Channel::by_name(name).ok_or_else(|| Error::internal(format!("a stored channel is «{name}», which is none")))
}

pub(super) fn known_day(number: i64) -> Result<Day> {
    Day::from_number(number).ok_or_else(|| Error::internal(format!("a stored day is {number}, which is none")))
}

const AFTER: &str = "\
SELECT n, first, unit_id, COALESCE(procedure_id, 0), COALESCE(point_id, 0), channel, day, answers
FROM responses
WHERE n > $1 AND n <= $2
ORDER BY n
LIMIT $3";

/// Responses after one number and up to another, in order, at most so many.
///
/// # Errors
/// When the store does not answer.
pub async fn after(db: &Db, n: i64, through: i64, most: i64) -> Result<Vec<Part>> {
    let rows: Vec<PartRow> = on!(db, c => sqlx::query_as(AFTER).bind(n).bind(through).bind(most).fetch_all(c))?;
    rows.into_iter().map(part).collect()
}

const WAITING: &str = "\
SELECT r.n, r.first, r.unit_id, COALESCE(r.procedure_id, 0), COALESCE(r.point_id, 0), r.channel, r.day, r.answers
FROM waiting w
JOIN responses r ON r.n = w.n
ORDER BY r.n";

/// Responses seen but not counted yet, in order.
///
/// # Errors
/// When the store does not answer.
pub async fn waiting(db: &Db) -> Result<Vec<Part>> {
    let rows: Vec<PartRow> = on!(db, c => sqlx::query_as(WAITING).fetch_all(c))?;
    rows.into_iter().map(part).collect()
}

const SQLITE_EARLIER: &str = "\
SELECT n, first, unit_id, COALESCE(procedure_id, 0), COALESCE(point_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND n IN (SELECT value FROM json_each($2))
UNION ALL
SELECT n, first, unit_id, COALESCE(procedure_id, 0), COALESCE(point_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND first IS NOT NULL AND first IN (SELECT value FROM json_each($2))";

const POSTGRES_EARLIER: &str = "\
SELECT n, first, unit_id, COALESCE(procedure_id, 0), COALESCE(point_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND n = ANY($2)
UNION ALL
SELECT n, first, unit_id, COALESCE(procedure_id, 0), COALESCE(point_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND first IS NOT NULL AND first = ANY($2)";

/// All parts, up to a number, of the persons whose first parts have these numbers.
///
/// # Errors
/// When the store does not answer.
pub async fn earlier(db: &Db, through: i64, persons: &[i64]) -> Result<Vec<Part>> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<PartRow> = match db.engine() {
        Engine::Sqlite(c) => {
            sqlx::query_as(SQLITE_EARLIER).bind(through).bind(serde_json::to_string(persons)?).fetch_all(c).await?
        }
        Engine::Postgres(c) => sqlx::query_as(POSTGRES_EARLIER).bind(through).bind(persons).fetch_all(c).await?,
    };
    rows.into_iter().map(part).collect()
}

/// A question, as a release needs it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Asked {
    /// Row number.
    pub id: i64,
    /// Row number of its form.
    pub questionnaire_id: i64,
    /// Name of its kind.
    pub kind: String,
    /// Name of the indicator it feeds.
    pub indicator: Option<String>,
    /// Its factor.
    pub factor: Option<String>,
}

const QUESTIONS: &str = "\
SELECT id, questionnaire_id, kind, indicator, factor
FROM questions
ORDER BY questionnaire_id, position";

/// Every question, form by form in its order.
///
/// # Errors
/// When the store does not answer.
pub async fn questions(db: &Db) -> Result<Vec<Asked>> {
    Ok(on!(db, c => sqlx::query_as(QUESTIONS).fetch_all(c))?)
}

const POSTGRES_LOCK: &str = "SELECT n FROM marks WHERE name = 'released_through' FOR UPDATE";

/// Keeps other releases out until the transaction ends. On SQLite the transaction itself does.
///
/// # Errors
/// Busy when another release holds it too long.
pub async fn lock(tx: &mut Tx<'_>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite(_) => Ok(()),
        Engine::Postgres(c) => {
            sqlx::query(POSTGRES_LOCK).fetch_one(c).await?;
            Ok(())
        }
    }
}

const SQLITE_WAIT: &str = "\
INSERT INTO waiting (n, unit_id, day)
SELECT value ->> 0, value ->> 1, value ->> 2
FROM json_each($1)";

const POSTGRES_WAIT: &str = "\
INSERT INTO waiting (n, unit_id, day)
SELECT n, unit_id, day
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[]) AS t (n, unit_id, day)";

/// Lets responses wait.
///
/// # Errors
/// When the store does not answer.
pub async fn wait(tx: &mut Tx<'_>, parts: &[&Part]) -> Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&Part) -> i64| parts.iter().map(|part| of(part)).collect::<Vec<i64>>();
    let (n, unit, day) = (column(|p| p.n), column(|p| p.unit), column(|p| p.day.number()));
    match tx.engine() {
        Engine::Sqlite(c) => {
            let rows: Vec<[i64; 3]> = parts.iter().map(|p| [p.n, p.unit, p.day.number()]).collect();
            sqlx::query(SQLITE_WAIT).bind(serde_json::to_string(&rows)?).execute(c).await?;
        }
        Engine::Postgres(c) => {
            sqlx::query(POSTGRES_WAIT).bind(n).bind(unit).bind(day).execute(c).await?;
        }
    }
    Ok(())
}

const SQLITE_UNWAIT: &str = "DELETE FROM waiting WHERE n IN (SELECT value FROM json_each($1))";
const POSTGRES_UNWAIT: &str = "DELETE FROM waiting WHERE n = ANY($1)";

/// Ends the waiting of responses; says how many of them did wait.
///
/// # Errors
/// When the store does not answer.
pub async fn unwait(tx: &mut Tx<'_>, numbers: &[i64]) -> Result<u64> {
    if numbers.is_empty() {
        return Ok(0);
    }
    Ok(match tx.engine() {
        Engine::Sqlite(c) => {
            sqlx::query(SQLITE_UNWAIT).bind(serde_json::to_string(numbers)?).execute(c).await?.rows_affected()
        }
        Engine::Postgres(c) => sqlx::query(POSTGRES_UNWAIT).bind(numbers).execute(c).await?.rows_affected(),
    })
}

const NOTE_POINTS: &str = "
    INSERT INTO point_days (point_id, day, first_n, last_n)
    SELECT point_id, day, MIN(n), MAX(n)
    FROM responses
    WHERE n > $1 AND n <= $2 AND point_id IS NOT NULL AND first IS NULL
    GROUP BY point_id, day
    ON CONFLICT (point_id, day) DO UPDATE SET last_n = excluded.last_n";

/// Notes between which numbers the answers of a point and day lie, for those behind one number and up to another.
///
/// # Errors
/// When the store does not answer.
pub async fn note_points(tx: &mut Tx<'_>, after: i64, to: i64) -> Result<()> {
    on!(tx, c => sqlx::query(NOTE_POINTS).bind(after).bind(to).execute(c), rows)?;
    Ok(())
}
