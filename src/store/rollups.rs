//! `rollups`: the tallies that figures are read from, summed beforehand over what most pages do not tell apart. Kept in
//! step with the daily tallies by every release and decision.

use std::fmt::Write;

use super::release::BATCH;
use super::{Db, Engine, Tx};
use crate::domain::{Channel, Indicator};
use crate::error::{Error, Result};

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[CLEAR, ALL];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_ADD, SQLITE_EVERY, SQLITE_SOME];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_ADD, POSTGRES_EVERY, POSTGRES_SOME];

/// What a row is about, and in which order `one` and `two` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// All units, by channel.
    Whole,
    /// A unit.
    Unit,
    /// A unit, by channel.
    UnitChannel,
    /// A procedure, by channel.
    Procedure,
    /// A unit and one of its procedures.
    UnitProcedure,
    /// A procedure and one of its units.
    ProcedureUnit,
    /// A unit and one of its points.
    Point,
    /// All units, of those who rated low.
    LowWhole,
    /// A unit, of those who rated low.
    LowUnit,
    /// A procedure, of those who rated low.
    LowProcedure,
    /// All units, of those who rated high.
    HighWhole,
    /// A unit, of those who rated high.
    HighUnit,
    /// A procedure, of those who rated high.
    HighProcedure,
    /// All units, of those who answered a closing question and every factor: see [`FACTOR`].
    FactorsWhole,
    /// A unit, of the same.
    FactorsUnit,
    /// A procedure, of the same.
    FactorsProcedure,
}

/// At the levels of factors `what` is a closing question. Block `FACTOR·j + x` counts persons at overall level 1 to 5 of
/// whom factor `j`, counted from 0 in the order of the form, has sum `x` over its questions. Blocks −1, −2, … hold the
/// sums of products of each two factors, seven a block.
pub const FACTOR: i64 = 1000;

impl Level {
    const ALL: [Self; 16] = [
        Self::Whole,
        Self::Unit,
        Self::UnitChannel,
        Self::Procedure,
        Self::UnitProcedure,
        Self::ProcedureUnit,
        Self::Point,
        Self::LowWhole,
        Self::LowUnit,
        Self::LowProcedure,
        Self::HighWhole,
        Self::HighUnit,
        Self::HighProcedure,
        Self::FactorsWhole,
        Self::FactorsUnit,
        Self::FactorsProcedure,
    ];

    fn number(self) -> i64 {
        self as i64 + 1
    }

    fn by_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }
}

/// Which of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pile {
    /// What counts.
    Counted,
    /// What two people left out.
    Excluded,
    /// What of the counted is marked as suspicious.
    Marked,
}

impl Pile {
    /// Every pile.
    pub const ALL: [Self; 3] = [Self::Counted, Self::Excluded, Self::Marked];

    fn number(self) -> i64 {
        self as i64
    }

    pub(super) fn by_number(number: i64) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|pile| pile.number() == number);
        found.ok_or_else(|| Error::internal(format!("a stored pile is {number}, which is none")))
    }
}

/// Indicators that have criteria, and so respondent moments.
pub const POOLED: [Indicator; 3] = [Indicator::Procedures, Indicator::Service, Indicator::Education];

/// What stands in place of a question for the moments of an indicator; none where it has no criteria.
#[must_use]
pub fn moments_of(indicator: Indicator) -> Option<i64> {
    POOLED.iter().position(|pooled| *pooled == indicator).map(|place| -1 - place as i64)
}

/// What a row is summed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is about.
    pub level: Level,
    /// A question, or the moments of an indicator ([`moments_of`]).
    pub what: i64,
    /// A day, yyyymmdd, a month, yyyymm, or a year.
    pub time: i64,
    /// First of the place, 0 for all units or no procedure.
    pub one: i64,
    /// Second of the place, 0 where there is none.
    pub two: i64,
    /// Channel, at the levels that tell them apart.
    pub channel: Option<Channel>,
    /// Which of the answers.
    pub pile: Pile,
    /// Place of the first choice counted, by fives.
    pub block: i64,
}

/// Five choices, left blank, not applicable; or n, Σs, Σm, Σs², Σsm, Σm² and 0.
pub type Values = [i64; 7];

/// The block of a choice, and its place among the values.
#[must_use]
pub fn placed(choice: i64) -> (i64, usize) {
    match choice {
        1.. => ((choice - 1) / 5, ((choice - 1) % 5) as usize),
        0 => (0, 5),
        _ => (0, 6),
    }
}

const SQLITE_ADD: &str = "\
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14
FROM json_each($1)
WHERE true
ON CONFLICT (level, what, time, one_id, two_id, channel, pile, block) DO UPDATE SET
    v1 = rollups.v1 + excluded.v1, v2 = rollups.v2 + excluded.v2, v3 = rollups.v3 + excluded.v3,
    v4 = rollups.v4 + excluded.v4, v5 = rollups.v5 + excluded.v5, v6 = rollups.v6 + excluded.v6,
    v7 = rollups.v7 + excluded.v7";

const POSTGRES_ADD: &str = "\
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT level, what, t.time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7
FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::BIGINT[], $6::TEXT[], $7::BIGINT[],
    $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[], $12::BIGINT[], $13::BIGINT[], $14::BIGINT[], $15::BIGINT[])
    AS t (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
ON CONFLICT (level, what, time, one_id, two_id, channel, pile, block) DO UPDATE SET
    v1 = rollups.v1 + excluded.v1, v2 = rollups.v2 + excluded.v2, v3 = rollups.v3 + excluded.v3,
    v4 = rollups.v4 + excluded.v4, v5 = rollups.v5 + excluded.v5, v6 = rollups.v6 + excluded.v6,
    v7 = rollups.v7 + excluded.v7";

/// Adds to rows, which must be sorted by key: unsorted batches of two processes would wait for each other.
///
/// # Errors
/// When the store does not answer.
pub async fn add(tx: &mut Tx<'_>, rows: &[(Key, Values)]) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        match tx.engine() {
            Engine::Sqlite(c) => {
                sqlx::query(SQLITE_ADD).bind(document(batch)).execute(c).await?;
            }
            Engine::Postgres(c) => {
                let column = |of: fn(&Key) -> i64| batch.iter().map(|(key, _)| of(key)).collect::<Vec<i64>>();
                let mut query = sqlx::query(POSTGRES_ADD)
                    .bind(column(|key| key.level.number()))
                    .bind(column(|key| key.what))
                    .bind(column(|key| key.time))
                    .bind(column(|key| key.one))
                    .bind(column(|key| key.two))
                    .bind(batch.iter().map(|(key, _)| name(key.channel)).collect::<Vec<&str>>())
                    .bind(column(|key| key.pile.number()))
                    .bind(column(|key| key.block));
                for place in 0..7 {
                    query = query.bind(batch.iter().map(|(_, values)| values[place]).collect::<Vec<i64>>());
                }
                query.execute(c).await?;
            }
        }
    }
    Ok(())
}

fn name(channel: Option<Channel>) -> &'static str {
    channel.map_or("", Channel::name)
}

fn document(rows: &[(Key, Values)]) -> String {
    let mut document = String::with_capacity(rows.len() * 72 + 2);
    for (Key { level, what, time, one, two, channel, pile, block }, [a, b, c, d, e, f, g]) in rows {
        let comma = if document.is_empty() { '[' } else { ',' };
        let (level, channel, pile) = (level.number(), name(*channel), pile.number());
        write!(
            document,
            "{comma}[{level},{what},{time},{one},{two},\"{channel}\",{pile},{block},{a},{b},{c},{d},{e},{f},{g}]"
        )
        .expect("writing to a string cannot fail");
    }
    document.push_str(if rows.is_empty() { "[]" } else { "]" });
    document
}

const CLEAR: &str = "DELETE FROM rollups";

/// Empties the table.
///
/// # Errors
/// When the store does not answer.
pub async fn clear(tx: &mut Tx<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(CLEAR).execute(c), rows)?;
    Ok(())
}

const ALL: &str = "\
SELECT level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7
FROM rollups";

/// Every stored row.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<(Key, Values)>> {
    type Row = (i64, i64, i64, i64, i64, String, i64, i64, i64, i64, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    rows.into_iter()
        .map(|(level, what, time, one, two, channel, pile, block, a, b, c, d, e, f, g)| {
            let unknown = || Error::internal(format!("a stored level is {level}, which is none"));
            let level = Level::by_number(level).ok_or_else(unknown)?;
            let (channel, pile) = (Channel::by_name(&channel), Pile::by_number(pile)?);
            Ok((Key { level, what, time, one, two, channel, pile, block }, [a, b, c, d, e, f, g]))
        })
        .collect()
}

/// Values of one line: of which place, what, which pile and block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The place: `one` of all places, or `two` of one.
    pub place: i64,
    /// A question, or the moments of an indicator.
    pub what: i64,
    /// Which of the answers.
    pub pile: Pile,
    /// Place of the first choice counted, by fives.
    pub block: i64,
    /// The sums.
    pub values: Values,
}

/// Values of one place at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// A day, month or year.
    pub time: i64,
    /// The second of the place.
    pub two: i64,
    /// Channel, at the levels that tell them apart.
    pub channel: Option<Channel>,
    /// What, which pile and block, and the sums.
    pub line: Line,
}

/// Rows to read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What they are about.
    pub level: Level,
    /// Questions, or moments of indicators.
    pub whats: &'a [i64],
    /// Years, months or days.
    pub times: &'a [i64],
    /// First of their places; none for every place of the level.
    pub ones: Option<&'a [i64]>,
    /// Second of their places; none for every one.
    pub two: Option<i64>,
    /// By which channel, where rows tell them apart; none for every one.
    pub channel: Option<Channel>,
}

impl<'a> Wanted<'a> {
    /// Every row of a level at some times.
    #[must_use]
    pub fn of(level: Level, whats: &'a [i64], times: &'a [i64]) -> Self {
        Self { level, whats, times, ones: None, two: None, channel: None }
    }
}

// All rows come as one text: taking a row from the database costs many times more than reading it from there.

const SQLITE_EVERY: &str = "\
SELECT group_concat(printf('%d %d %d %d %s %d %d %d %d %d %d %d %d %d', r.what, r.time, r.one_id, r.two_id, r.channel, r.pile, r.block,
    r.v1, r.v2, r.v3, r.v4, r.v5, r.v6, r.v7))
FROM json_each($1) AS w CROSS JOIN json_each($2) AS t CROSS JOIN rollups AS r
WHERE r.level = $3 AND r.what = w.value AND r.time = t.value
    AND (CAST($4 AS BIGINT) IS NULL OR r.two_id = $4) AND (CAST($5 AS TEXT) IS NULL OR r.channel IN ('', $5))";

const SQLITE_SOME: &str = "\
SELECT group_concat(printf('%d %d %d %d %s %d %d %d %d %d %d %d %d %d', r.what, r.time, r.one_id, r.two_id, r.channel, r.pile, r.block,
    r.v1, r.v2, r.v3, r.v4, r.v5, r.v6, r.v7))
FROM json_each($1) AS w CROSS JOIN json_each($2) AS t CROSS JOIN json_each($6) AS o CROSS JOIN rollups AS r
WHERE r.level = $3 AND r.what = w.value AND r.time = t.value AND r.one_id = o.value
    AND (CAST($4 AS BIGINT) IS NULL OR r.two_id = $4) AND (CAST($5 AS TEXT) IS NULL OR r.channel IN ('', $5))";

const POSTGRES_EVERY: &str = "\
SELECT string_agg(concat_ws(' ', r.what, r.time, r.one_id, r.two_id, r.channel, r.pile, r.block,
    r.v1, r.v2, r.v3, r.v4, r.v5, r.v6, r.v7), ',')
FROM rollups AS r
WHERE r.level = $3 AND r.what = ANY($1) AND r.time = ANY($2)
    AND (CAST($4 AS BIGINT) IS NULL OR r.two_id = $4) AND (CAST($5 AS TEXT) IS NULL OR r.channel IN ('', $5))";

const POSTGRES_SOME: &str = "\
SELECT string_agg(concat_ws(' ', r.what, r.time, r.one_id, r.two_id, r.channel, r.pile, r.block,
    r.v1, r.v2, r.v3, r.v4, r.v5, r.v6, r.v7), ',')
FROM rollups AS r
WHERE r.level = $3 AND r.what = ANY($1) AND r.time = ANY($2) AND r.one_id = ANY($6)
    AND (CAST($4 AS BIGINT) IS NULL OR r.two_id = $4) AND (CAST($5 AS TEXT) IS NULL OR r.channel IN ('', $5))";

/// The rows of some places at some times, in no order.
///
/// # Errors
/// When the store does not answer.
pub async fn read(db: &Db, wanted: Wanted<'_>) -> Result<Vec<Moment>> {
    let Wanted { level, whats, times, ones, two, channel } = wanted;
    if whats.is_empty() || times.is_empty() || ones.is_some_and(<[i64]>::is_empty) {
        return Ok(Vec::new());
    }
    let channel = channel.map(Channel::name);
    let text: Option<String> = match db.engine() {
        Engine::Sqlite(c) => {
            let [whats, times] = [whats, times].map(serde_json::to_string);
            let query = sqlx::query_scalar(if ones.is_some() { SQLITE_SOME } else { SQLITE_EVERY });
            let query = query.bind(whats?).bind(times?).bind(level.number()).bind(two).bind(channel);
            match ones {
                Some(ones) => query.bind(serde_json::to_string(ones)?).fetch_one(c).await?,
                None => query.fetch_one(c).await?,
            }
        }
        Engine::Postgres(c) => {
            let query = sqlx::query_scalar(if ones.is_some() { POSTGRES_SOME } else { POSTGRES_EVERY });
            let query = query.bind(whats).bind(times).bind(level.number()).bind(two).bind(channel);
            match ones {
                Some(ones) => query.bind(ones).fetch_one(c).await?,
                None => query.fetch_one(c).await?,
            }
        }
    };
    let rows = text.iter().flat_map(|text| text.split(','));
    rows.map(|row| moment(row).ok_or_else(|| Error::internal(format!("a stored sum reads {row:?}")))).collect()
}

fn moment(row: &str) -> Option<Moment> {
    let mut words = row.split(' ');
    let mut number = || words.next()?.parse::<i64>().ok();
    let (what, time, place, two) = (number()?, number()?, number()?, number()?);
    let channel = Channel::by_name(words.next()?);
    let mut number = || words.next()?.parse::<i64>().ok();
    let (pile, block) = (Pile::by_number(number()?).ok()?, number()?);
    let mut values = Values::default();
    for value in &mut values {
        *value = number()?;
    }
    Some(Moment { time, two, channel, line: Line { place, what, pile, block, values } })
}
