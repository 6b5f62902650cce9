//! What a release reads and writes: response rows, `waiting`, and the four tables of tallies and moments.

use std::fmt::Write;

use super::{Db, Engine, Tx};
use crate::domain::{Channel, Day, Indicator};
use crate::error::{Error, Result};

/// Statements of this file that both engines understand.
pub const STATEMENTS: &[&str] = &[
    AFTER,
    WAITING,
    QUESTIONS,
    CLEAR_TALLIES_DAY,
    CLEAR_TALLIES_MONTH,
    CLEAR_MOMENTS_DAY,
    CLEAR_MOMENTS_MONTH,
    ALL_TALLIES_DAY,
    ALL_TALLIES_MONTH,
    ALL_MOMENTS_DAY,
    ALL_MOMENTS_MONTH,
];

/// Statements of this file for SQLite alone: batches come as one JSON document.
pub const SQLITE_STATEMENTS: &[&str] = &[
    SQLITE_EARLIER,
    SQLITE_WAIT,
    SQLITE_UNWAIT,
    SQLITE_TALLIES_DAY,
    SQLITE_TALLIES_MONTH,
    SQLITE_MOMENTS_DAY,
    SQLITE_MOMENTS_MONTH,
];

/// Statements of this file for PostgreSQL alone: batches come as one array a column, and a row can be locked.
pub const POSTGRES_STATEMENTS: &[&str] = &[
    POSTGRES_LOCK,
    POSTGRES_EARLIER,
    POSTGRES_WAIT,
    POSTGRES_UNWAIT,
    POSTGRES_TALLIES_DAY,
    POSTGRES_TALLIES_MONTH,
    POSTGRES_MOMENTS_DAY,
    POSTGRES_MOMENTS_MONTH,
];

/// Rows one upsert carries; keeps a document near a megabyte and a statement well under its time limit.
const BATCH: usize = 20_000;

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

type PartRow = (i64, Option<i64>, i64, i64, String, i64, String);

fn part((n, first, unit, procedure, channel, day, answers): PartRow) -> Result<Part> {
    let channel = known_channel(&channel)?;
    Ok(Part { n, first, unit, procedure, channel, day: known_day(day)?, answers })
}

fn known_channel(name: &str) -> Result<Channel> {
    Channel::by_name(name).ok_or_else(|| Error::internal(format!("a stored channel is «{name}», which is none")))
}

fn known_day(number: i64) -> Result<Day> {
    Day::from_number(number).ok_or_else(|| Error::internal(format!("a stored day is {number}, which is none")))
}

const AFTER: &str = "\
SELECT n, first, unit_id, COALESCE(procedure_id, 0), channel, day, answers
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
SELECT r.n, r.first, r.unit_id, COALESCE(r.procedure_id, 0), r.channel, r.day, r.answers
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
SELECT n, first, unit_id, COALESCE(procedure_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND n IN (SELECT value FROM json_each($2))
UNION ALL
SELECT n, first, unit_id, COALESCE(procedure_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND first IS NOT NULL AND first IN (SELECT value FROM json_each($2))";

const POSTGRES_EARLIER: &str = "\
SELECT n, first, unit_id, COALESCE(procedure_id, 0), channel, day, answers
FROM responses
WHERE n <= $1 AND n = ANY($2)
UNION ALL
SELECT n, first, unit_id, COALESCE(procedure_id, 0), channel, day, answers
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

const QUESTIONS: &str = "\
SELECT id, kind, indicator, factor
FROM questions";

/// Every question: number, kind, indicator, factor.
///
/// # Errors
/// When the store does not answer.
pub async fn questions(db: &Db) -> Result<Vec<(i64, String, Option<String>, Option<String>)>> {
    Ok(on!(db, c => sqlx::query_as(QUESTIONS).fetch_all(c))?)
}

const POSTGRES_LOCK: &str = "SELECT n FROM marks WHERE name = 'released_through' FOR UPDATE";

/// Keeps other releases out until the transaction ends. On SQLite the transaction itself does.
///
/// # Errors
/// Busy when another release holds it too long.
pub async fn lock(tx: &mut Tx) -> Result<()> {
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
pub async fn wait(tx: &mut Tx, parts: &[&Part]) -> Result<()> {
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
pub async fn unwait(tx: &mut Tx, numbers: &[i64]) -> Result<u64> {
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

/// What a tally counts. `time` is a day, yyyymmdd, or a month, yyyymm, which knows no procedure (0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TallyKey {
    /// Day or month.
    pub time: i64,
    /// Unit.
    pub unit: i64,
    /// Procedure, 0 for none.
    pub procedure: i64,
    /// Channel.
    pub channel: Channel,
    /// Question.
    pub question: i64,
    /// Value of the choice, 0 for blank, −1 for not applicable.
    pub choice: i64,
}

/// What moments are summed over; `time` as in [`TallyKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MomentKey {
    /// Day or month.
    pub time: i64,
    /// Unit.
    pub unit: i64,
    /// Procedure, 0 for none.
    pub procedure: i64,
    /// Channel.
    pub channel: Channel,
    /// Indicator.
    pub indicator: Indicator,
}

/// n, Σs, Σm, Σs², Σsm, Σm².
pub type Moments = [i64; 6];

/// Whether rows count days or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// `tallies_day`, `moments_day`.
    Day,
    /// `tallies_month`, `moments_month`.
    Month,
}

const SQLITE_TALLIES_DAY: &str = "\
INSERT INTO tallies_day (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = tallies_day.n + excluded.n";

const SQLITE_TALLIES_MONTH: &str = "\
INSERT INTO tallies_month (month, unit_id, channel, question_id, choice, n)
SELECT value ->> 0, value ->> 1, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each($1)
WHERE true
ON CONFLICT (month, unit_id, channel, question_id, choice) DO UPDATE SET n = tallies_month.n + excluded.n";

const POSTGRES_TALLIES_DAY: &str = "\
INSERT INTO tallies_day (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT t.time, unit_id, procedure_id, channel, question_id, choice, n
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[])
    AS t (time, unit_id, procedure_id, channel, question_id, choice, n)
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = tallies_day.n + excluded.n";

const POSTGRES_TALLIES_MONTH: &str = "\
INSERT INTO tallies_month (month, unit_id, channel, question_id, choice, n)
SELECT t.time, unit_id, channel, question_id, choice, n
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[])
    AS t (time, unit_id, procedure_id, channel, question_id, choice, n)
ON CONFLICT (month, unit_id, channel, question_id, choice) DO UPDATE SET n = tallies_month.n + excluded.n";

/// Adds to tallies. The rows must be sorted by key: unsorted batches of two processes would wait for each other.
///
/// # Errors
/// When the store does not answer.
pub async fn add_tallies(tx: &mut Tx, grain: Grain, rows: &[(TallyKey, i64)]) -> Result<()> {
    let (sqlite, postgres) = match grain {
        Grain::Day => (SQLITE_TALLIES_DAY, POSTGRES_TALLIES_DAY),
        Grain::Month => (SQLITE_TALLIES_MONTH, POSTGRES_TALLIES_MONTH),
    };
    for batch in rows.chunks(BATCH) {
        match tx.engine() {
            Engine::Sqlite(c) => {
                sqlx::query(sqlite).bind(tally_document(batch)).execute(c).await?;
            }
            Engine::Postgres(c) => {
                let column = |of: fn(&TallyKey) -> i64| batch.iter().map(|(key, _)| of(key)).collect::<Vec<i64>>();
                sqlx::query(postgres)
                    .bind(column(|key| key.time))
                    .bind(column(|key| key.unit))
                    .bind(column(|key| key.procedure))
                    .bind(batch.iter().map(|(key, _)| key.channel.name()).collect::<Vec<&str>>())
                    .bind(column(|key| key.question))
                    .bind(column(|key| key.choice))
                    .bind(batch.iter().map(|(_, n)| *n).collect::<Vec<i64>>())
                    .execute(c)
                    .await?;
            }
        }
    }
    Ok(())
}

fn tally_document(rows: &[(TallyKey, i64)]) -> String {
    let mut document = String::with_capacity(rows.len() * 48 + 2);
    for (TallyKey { time, unit, procedure, channel, question, choice }, n) in rows {
        let comma = if document.is_empty() { '[' } else { ',' };
        let channel = channel.name();
        write!(document, "{comma}[{time},{unit},{procedure},\"{channel}\",{question},{choice},{n}]")
            .expect("writing to a string cannot fail");
    }
    document.push_str(if rows.is_empty() { "[]" } else { "]" });
    document
}

const SQLITE_MOMENTS_DAY: &str = "\
INSERT INTO moments_day (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = moments_day.n + excluded.n, s = moments_day.s + excluded.s, m = moments_day.m + excluded.m,
    ss = moments_day.ss + excluded.ss, sm = moments_day.sm + excluded.sm, mm = moments_day.mm + excluded.mm";

const SQLITE_MOMENTS_MONTH: &str = "\
INSERT INTO moments_month (month, unit_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT value ->> 0, value ->> 1, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10
FROM json_each($1)
WHERE true
ON CONFLICT (month, unit_id, channel, indicator) DO UPDATE SET
    n = moments_month.n + excluded.n, s = moments_month.s + excluded.s, m = moments_month.m + excluded.m,
    ss = moments_month.ss + excluded.ss, sm = moments_month.sm + excluded.sm, mm = moments_month.mm + excluded.mm";

const POSTGRES_MOMENTS_DAY: &str = "\
INSERT INTO moments_day (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT t.time, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[],
    $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[])
    AS t (time, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = moments_day.n + excluded.n, s = moments_day.s + excluded.s, m = moments_day.m + excluded.m,
    ss = moments_day.ss + excluded.ss, sm = moments_day.sm + excluded.sm, mm = moments_day.mm + excluded.mm";

const POSTGRES_MOMENTS_MONTH: &str = "\
INSERT INTO moments_month (month, unit_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT t.time, unit_id, channel, indicator, n, s, m, ss, sm, mm
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[],
    $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[])
    AS t (time, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
ON CONFLICT (month, unit_id, channel, indicator) DO UPDATE SET
    n = moments_month.n + excluded.n, s = moments_month.s + excluded.s, m = moments_month.m + excluded.m,
    ss = moments_month.ss + excluded.ss, sm = moments_month.sm + excluded.sm, mm = moments_month.mm + excluded.mm";

/// Adds to moments, sorted by key as in [`add_tallies`]; differences may be negative.
///
/// # Errors
/// When the store does not answer.
pub async fn add_moments(tx: &mut Tx, grain: Grain, rows: &[(MomentKey, Moments)]) -> Result<()> {
    let (sqlite, postgres) = match grain {
        Grain::Day => (SQLITE_MOMENTS_DAY, POSTGRES_MOMENTS_DAY),
        Grain::Month => (SQLITE_MOMENTS_MONTH, POSTGRES_MOMENTS_MONTH),
    };
    for batch in rows.chunks(BATCH) {
        match tx.engine() {
            Engine::Sqlite(c) => {
                sqlx::query(sqlite).bind(moment_document(batch)).execute(c).await?;
            }
            Engine::Postgres(c) => {
                let column = |of: fn(&MomentKey) -> i64| batch.iter().map(|(key, _)| of(key)).collect::<Vec<i64>>();
                let mut query = sqlx::query(postgres)
                    .bind(column(|key| key.time))
                    .bind(column(|key| key.unit))
                    .bind(column(|key| key.procedure))
                    .bind(batch.iter().map(|(key, _)| key.channel.name()).collect::<Vec<&str>>())
                    .bind(batch.iter().map(|(key, _)| key.indicator.name()).collect::<Vec<&str>>());
                for place in 0..6 {
                    query = query.bind(batch.iter().map(|(_, moments)| moments[place]).collect::<Vec<i64>>());
                }
                query.execute(c).await?;
            }
        }
    }
    Ok(())
}

fn moment_document(rows: &[(MomentKey, Moments)]) -> String {
    let mut document = String::with_capacity(rows.len() * 80 + 2);
    for (MomentKey { time, unit, procedure, channel, indicator }, [n, s, m, ss, sm, mm]) in rows {
        let comma = if document.is_empty() { '[' } else { ',' };
        let (channel, indicator) = (channel.name(), indicator.name());
        write!(document, "{comma}[{time},{unit},{procedure},\"{channel}\",\"{indicator}\",{n},{s},{m},{ss},{sm},{mm}]")
            .expect("writing to a string cannot fail");
    }
    document.push_str(if rows.is_empty() { "[]" } else { "]" });
    document
}

const CLEAR_TALLIES_DAY: &str = "DELETE FROM tallies_day";
const CLEAR_TALLIES_MONTH: &str = "DELETE FROM tallies_month";
const CLEAR_MOMENTS_DAY: &str = "DELETE FROM moments_day";
const CLEAR_MOMENTS_MONTH: &str = "DELETE FROM moments_month";

/// Empties all four tables.
///
/// # Errors
/// When the store does not answer.
pub async fn clear(tx: &mut Tx) -> Result<()> {
    for statement in [CLEAR_TALLIES_DAY, CLEAR_TALLIES_MONTH, CLEAR_MOMENTS_DAY, CLEAR_MOMENTS_MONTH] {
        on!(tx, c => sqlx::query(statement).execute(c), rows)?;
    }
    Ok(())
}

const ALL_TALLIES_DAY: &str = "\
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM tallies_day";

const ALL_TALLIES_MONTH: &str = "\
SELECT month, unit_id, CAST(0 AS BIGINT), channel, question_id, choice, n
FROM tallies_month";

/// Every stored tally.
///
/// # Errors
/// When the store does not answer.
pub async fn all_tallies(db: &Db, grain: Grain) -> Result<Vec<(TallyKey, i64)>> {
    let statement = match grain {
        Grain::Day => ALL_TALLIES_DAY,
        Grain::Month => ALL_TALLIES_MONTH,
    };
    let rows: Vec<(i64, i64, i64, String, i64, i64, i64)> = on!(db, c => sqlx::query_as(statement).fetch_all(c))?;
    rows.into_iter()
        .map(|(time, unit, procedure, channel, question, choice, n)| {
            let channel = known_channel(&channel)?;
            Ok((TallyKey { time, unit, procedure, channel, question, choice }, n))
        })
        .collect()
}

const ALL_MOMENTS_DAY: &str = "\
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM moments_day";

const ALL_MOMENTS_MONTH: &str = "\
SELECT month, unit_id, CAST(0 AS BIGINT), channel, indicator, n, s, m, ss, sm, mm
FROM moments_month";

/// Every stored row of moments.
///
/// # Errors
/// When the store does not answer.
pub async fn all_moments(db: &Db, grain: Grain) -> Result<Vec<(MomentKey, Moments)>> {
    type Row = (i64, i64, i64, String, String, i64, i64, i64, i64, i64, i64);
    let statement = match grain {
        Grain::Day => ALL_MOMENTS_DAY,
        Grain::Month => ALL_MOMENTS_MONTH,
    };
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(statement).fetch_all(c))?;
    rows.into_iter()
        .map(|(time, unit, procedure, channel, indicator, n, s, m, ss, sm, mm)| {
            let indicator = Indicator::by_name(&indicator)
                .ok_or_else(|| Error::internal(format!("a stored indicator is «{indicator}», which is none")))?;
            let channel = known_channel(&channel)?;
            Ok((MomentKey { time, unit, procedure, channel, indicator }, [n, s, m, ss, sm, mm]))
        })
        .collect()
}
