//! `tallies_day`, `moments_day`, and the same of excluded and of marked answers: the daily counts that a release adds to
//! and a rebuild makes anew.

use std::fmt::Write;

use super::release::{BATCH, known_channel};
use super::{Db, Engine, Tx};
use crate::domain::{Channel, Indicator};
use crate::error::{Error, Result};

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    CLEAR_TALLIES_DAY,
    CLEAR_MOMENTS_DAY,
    CLEAR_EXCLUDED_TALLIES,
    CLEAR_MARKED_TALLIES,
    CLEAR_EXCLUDED_MOMENTS,
    CLEAR_MARKED_MOMENTS,
    ALL_TALLIES_DAY,
    ALL_EXCLUDED_TALLIES,
    ALL_MARKED_TALLIES,
    ALL_MOMENTS_DAY,
    ALL_EXCLUDED_MOMENTS,
    ALL_MARKED_MOMENTS,
];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[
    SQLITE_TALLIES_DAY,
    SQLITE_EXCLUDED_TALLIES,
    SQLITE_MARKED_TALLIES,
    SQLITE_MOMENTS_DAY,
    SQLITE_EXCLUDED_MOMENTS,
    SQLITE_MARKED_MOMENTS,
];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[
    POSTGRES_TALLIES_DAY,
    POSTGRES_EXCLUDED_TALLIES,
    POSTGRES_MARKED_TALLIES,
    POSTGRES_MOMENTS_DAY,
    POSTGRES_EXCLUDED_MOMENTS,
    POSTGRES_MARKED_MOMENTS,
];

/// What a tally counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TallyKey {
    /// Day, yyyymmdd.
    pub day: i64,
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

/// What moments are summed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MomentKey {
    /// Day, yyyymmdd.
    pub day: i64,
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

/// Which tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// `tallies_day`, `moments_day`.
    Day,
    /// `excluded_tallies`, `excluded_moments`.
    Excluded,
    /// `marked_tallies`, `marked_moments`: a part of the first.
    Marked,
}

const SQLITE_TALLIES_DAY: &str = "\
INSERT INTO tallies_day (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = tallies_day.n + excluded.n";

const SQLITE_EXCLUDED_TALLIES: &str = "\
INSERT INTO excluded_tallies (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = excluded_tallies.n + excluded.n";

const SQLITE_MARKED_TALLIES: &str = "\
INSERT INTO marked_tallies (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = marked_tallies.n + excluded.n";

const POSTGRES_TALLIES_DAY: &str = "\
INSERT INTO tallies_day (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[])
    AS t (day, unit_id, procedure_id, channel, question_id, choice, n)
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = tallies_day.n + excluded.n";

const POSTGRES_EXCLUDED_TALLIES: &str = "\
INSERT INTO excluded_tallies (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[])
    AS t (day, unit_id, procedure_id, channel, question_id, choice, n)
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = excluded_tallies.n + excluded.n";

const POSTGRES_MARKED_TALLIES: &str = "\
INSERT INTO marked_tallies (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[])
    AS t (day, unit_id, procedure_id, channel, question_id, choice, n)
ON CONFLICT (day, unit_id, procedure_id, channel, question_id, choice) DO UPDATE SET n = marked_tallies.n + excluded.n";

/// Adds to tallies. The rows must be sorted by key: unsorted batches of two processes would wait for each other.
///
/// # Errors
/// When the store does not answer.
pub async fn add_tallies(tx: &mut Tx<'_>, grain: Grain, rows: &[(TallyKey, i64)]) -> Result<()> {
    let (sqlite, postgres) = match grain {
        Grain::Day => (SQLITE_TALLIES_DAY, POSTGRES_TALLIES_DAY),
        Grain::Excluded => (SQLITE_EXCLUDED_TALLIES, POSTGRES_EXCLUDED_TALLIES),
        Grain::Marked => (SQLITE_MARKED_TALLIES, POSTGRES_MARKED_TALLIES),
    };
    for batch in rows.chunks(BATCH) {
        match tx.engine() {
            Engine::Sqlite(c) => {
                sqlx::query(sqlite).bind(tally_document(batch)).execute(c).await?;
            }
            Engine::Postgres(c) => {
                let column = |of: fn(&TallyKey) -> i64| batch.iter().map(|(key, _)| of(key)).collect::<Vec<i64>>();
                sqlx::query(postgres)
                    .bind(column(|key| key.day))
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
    for (TallyKey { day, unit, procedure, channel, question, choice }, n) in rows {
        let comma = if document.is_empty() { '[' } else { ',' };
        let channel = channel.name();
        write!(document, "{comma}[{day},{unit},{procedure},\"{channel}\",{question},{choice},{n}]")
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

const SQLITE_EXCLUDED_MOMENTS: &str = "\
INSERT INTO excluded_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = excluded_moments.n + excluded.n, s = excluded_moments.s + excluded.s, m = excluded_moments.m + excluded.m,
    ss = excluded_moments.ss + excluded.ss, sm = excluded_moments.sm + excluded.sm, mm = excluded_moments.mm + excluded.mm";

const SQLITE_MARKED_MOMENTS: &str = "\
INSERT INTO marked_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10
FROM json_each($1)
WHERE true
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = marked_moments.n + excluded.n, s = marked_moments.s + excluded.s, m = marked_moments.m + excluded.m,
    ss = marked_moments.ss + excluded.ss, sm = marked_moments.sm + excluded.sm, mm = marked_moments.mm + excluded.mm";

const POSTGRES_MOMENTS_DAY: &str = "\
INSERT INTO moments_day (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[],
    $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[])
    AS t (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = moments_day.n + excluded.n, s = moments_day.s + excluded.s, m = moments_day.m + excluded.m,
    ss = moments_day.ss + excluded.ss, sm = moments_day.sm + excluded.sm, mm = moments_day.mm + excluded.mm";

const POSTGRES_EXCLUDED_MOMENTS: &str = "\
INSERT INTO excluded_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[],
    $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[])
    AS t (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = excluded_moments.n + excluded.n, s = excluded_moments.s + excluded.s, m = excluded_moments.m + excluded.m,
    ss = excluded_moments.ss + excluded.ss, sm = excluded_moments.sm + excluded.sm, mm = excluded_moments.mm + excluded.mm";

const POSTGRES_MARKED_MOMENTS: &str = "\
INSERT INTO marked_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[],
    $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[])
    AS t (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
ON CONFLICT (day, unit_id, procedure_id, channel, indicator) DO UPDATE SET
    n = marked_moments.n + excluded.n, s = marked_moments.s + excluded.s, m = marked_moments.m + excluded.m,
    ss = marked_moments.ss + excluded.ss, sm = marked_moments.sm + excluded.sm, mm = marked_moments.mm + excluded.mm";

/// Adds to moments, sorted by key as in [`add_tallies`]; differences may be negative.
///
/// # Errors
/// When the store does not answer.
pub async fn add_moments(tx: &mut Tx<'_>, grain: Grain, rows: &[(MomentKey, Moments)]) -> Result<()> {
    let (sqlite, postgres) = match grain {
        Grain::Day => (SQLITE_MOMENTS_DAY, POSTGRES_MOMENTS_DAY),
        Grain::Excluded => (SQLITE_EXCLUDED_MOMENTS, POSTGRES_EXCLUDED_MOMENTS),
        Grain::Marked => (SQLITE_MARKED_MOMENTS, POSTGRES_MARKED_MOMENTS),
    };
    for batch in rows.chunks(BATCH) {
        match tx.engine() {
            Engine::Sqlite(c) => {
                sqlx::query(sqlite).bind(moment_document(batch)).execute(c).await?;
            }
            Engine::Postgres(c) => {
                let column = |of: fn(&MomentKey) -> i64| batch.iter().map(|(key, _)| of(key)).collect::<Vec<i64>>();
                let mut query = sqlx::query(postgres)
                    .bind(column(|key| key.day))
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
    for (MomentKey { day, unit, procedure, channel, indicator }, [n, s, m, ss, sm, mm]) in rows {
        let comma = if document.is_empty() { '[' } else { ',' };
        let (channel, indicator) = (channel.name(), indicator.name());
        write!(document, "{comma}[{day},{unit},{procedure},\"{channel}\",\"{indicator}\",{n},{s},{m},{ss},{sm},{mm}]")
            .expect("writing to a string cannot fail");
    }
    document.push_str(if rows.is_empty() { "[]" } else { "]" });
    document
}

const CLEAR_TALLIES_DAY: &str = "DELETE FROM tallies_day";
const CLEAR_MOMENTS_DAY: &str = "DELETE FROM moments_day";
const CLEAR_EXCLUDED_TALLIES: &str = "DELETE FROM excluded_tallies";
const CLEAR_EXCLUDED_MOMENTS: &str = "DELETE FROM excluded_moments";
const CLEAR_MARKED_TALLIES: &str = "DELETE FROM marked_tallies";
const CLEAR_MARKED_MOMENTS: &str = "DELETE FROM marked_moments";

/// Empties all six tables.
///
/// # Errors
/// When the store does not answer.
pub async fn clear(tx: &mut Tx<'_>) -> Result<()> {
    for statement in [
        CLEAR_TALLIES_DAY,
        CLEAR_MOMENTS_DAY,
        CLEAR_EXCLUDED_TALLIES,
        CLEAR_EXCLUDED_MOMENTS,
        CLEAR_MARKED_TALLIES,
        CLEAR_MARKED_MOMENTS,
    ] {
        on!(tx, c => sqlx::query(statement).execute(c), rows)?;
    }
    Ok(())
}

const ALL_TALLIES_DAY: &str = "\
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM tallies_day";

const ALL_EXCLUDED_TALLIES: &str = "\
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM excluded_tallies";

const ALL_MARKED_TALLIES: &str = "\
SELECT day, unit_id, procedure_id, channel, question_id, choice, n
FROM marked_tallies";

/// Every stored tally.
///
/// # Errors
/// When the store does not answer.
pub async fn all_tallies(db: &Db, grain: Grain) -> Result<Vec<(TallyKey, i64)>> {
    let statement = match grain {
        Grain::Day => ALL_TALLIES_DAY,
        Grain::Excluded => ALL_EXCLUDED_TALLIES,
        Grain::Marked => ALL_MARKED_TALLIES,
    };
    let rows: Vec<(i64, i64, i64, String, i64, i64, i64)> = on!(db, c => sqlx::query_as(statement).fetch_all(c))?;
    rows.into_iter()
        .map(|(day, unit, procedure, channel, question, choice, n)| {
            let channel = known_channel(&channel)?;
            Ok((TallyKey { day, unit, procedure, channel, question, choice }, n))
        })
        .collect()
}

const ALL_MOMENTS_DAY: &str = "\
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM moments_day";

const ALL_EXCLUDED_MOMENTS: &str = "\
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM excluded_moments";

const ALL_MARKED_MOMENTS: &str = "\
SELECT day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm
FROM marked_moments";

/// Every stored row of moments.
///
/// # Errors
/// When the store does not answer.
pub async fn all_moments(db: &Db, grain: Grain) -> Result<Vec<(MomentKey, Moments)>> {
    type Row = (i64, i64, i64, String, String, i64, i64, i64, i64, i64, i64);
    let statement = match grain {
        Grain::Day => ALL_MOMENTS_DAY,
        Grain::Excluded => ALL_EXCLUDED_MOMENTS,
        Grain::Marked => ALL_MARKED_MOMENTS,
    };
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(statement).fetch_all(c))?;
    rows.into_iter()
        .map(|(day, unit, procedure, channel, indicator, n, s, m, ss, sm, mm)| {
            let indicator = Indicator::by_name(&indicator)
                .ok_or_else(|| Error::internal(format!("a stored indicator is «{indicator}», which is none")))?;
            let channel = known_channel(&channel)?;
            Ok((MomentKey { day, unit, procedure, channel, indicator }, [n, s, m, ss, sm, mm]))
        })
        .collect()
}
