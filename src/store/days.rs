//! `tallies_day`, `moments_day` and their siblings of excluded and marked answers, read for some days, units and
//! procedures: what `rollups` does not tell apart.

use super::release::known_channel;
use super::rollups::{self, Line, POOLED, Pile, Values};
use super::{Db, Engine};
use crate::domain::{Channel, Indicator};
use crate::error::{Error, Result};

/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_TALLIES, SQLITE_MOMENTS];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_TALLIES, POSTGRES_MOMENTS];

/// What was tallied on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Day.
    pub day: i64,
    /// Procedure, 0 for none.
    pub procedure: i64,
    /// Channel.
    pub channel: Channel,
    /// The unit as the place, what, which pile and block, and the sums.
    pub line: Line,
}

// All rows come as one text: taking a row from the database costs many times more than reading it from there.

const SQLITE_TALLIES: &str = "\
SELECT group_concat(printf('%d %d %d %s %d %s %d %d', day, unit_id, procedure_id, channel, pile, what, a, b))
FROM (
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 0 AS pile, t.question_id AS what, t.choice AS a, t.n AS b
    FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN tallies_day AS t
    WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id BETWEEN p.value ->> 0 AND p.value ->> 1
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.question_id IN (SELECT value FROM json_each($5))
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 1 AS pile, t.question_id AS what, t.choice AS a, t.n AS b
    FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN excluded_tallies AS t
    WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id BETWEEN p.value ->> 0 AND p.value ->> 1
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.question_id IN (SELECT value FROM json_each($5))
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 2 AS pile, t.question_id AS what, t.choice AS a, t.n AS b
    FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN marked_tallies AS t
    WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id BETWEEN p.value ->> 0 AND p.value ->> 1
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.question_id IN (SELECT value FROM json_each($5))
) AS found";

const POSTGRES_TALLIES: &str = "\
SELECT string_agg(concat_ws(' ', day, unit_id, procedure_id, channel, pile, what, a, b), ',')
FROM (
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 0 AS pile, t.question_id AS what, t.choice AS a, t.n AS b
    FROM UNNEST($3::BIGINT[], $6::BIGINT[]) AS p (low, high) JOIN tallies_day AS t ON t.procedure_id BETWEEN p.low AND p.high
    WHERE t.day = ANY($1) AND t.unit_id = ANY($2)
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.question_id = ANY($5)
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 1 AS pile, t.question_id AS what, t.choice AS a, t.n AS b
    FROM UNNEST($3::BIGINT[], $6::BIGINT[]) AS p (low, high) JOIN excluded_tallies AS t ON t.procedure_id BETWEEN p.low AND p.high
    WHERE t.day = ANY($1) AND t.unit_id = ANY($2)
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.question_id = ANY($5)
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 2 AS pile, t.question_id AS what, t.choice AS a, t.n AS b
    FROM UNNEST($3::BIGINT[], $6::BIGINT[]) AS p (low, high) JOIN marked_tallies AS t ON t.procedure_id BETWEEN p.low AND p.high
    WHERE t.day = ANY($1) AND t.unit_id = ANY($2)
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.question_id = ANY($5)
) AS found";

const SQLITE_MOMENTS: &str = "\
SELECT group_concat(printf('%d %d %d %s %d %s %d %d %d %d %d %d', day, unit_id, procedure_id, channel, pile, what, a, b, c, d, e, f))
FROM (
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 0 AS pile, t.indicator AS what, t.n AS a, t.s AS b, t.m AS c,
        t.ss AS d, t.sm AS e, t.mm AS f
    FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN moments_day AS t
    WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id BETWEEN p.value ->> 0 AND p.value ->> 1
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.indicator IN (SELECT value FROM json_each($5))
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 1 AS pile, t.indicator AS what, t.n AS a, t.s AS b, t.m AS c,
        t.ss AS d, t.sm AS e, t.mm AS f
    FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN excluded_moments AS t
    WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id BETWEEN p.value ->> 0 AND p.value ->> 1
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.indicator IN (SELECT value FROM json_each($5))
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 2 AS pile, t.indicator AS what, t.n AS a, t.s AS b, t.m AS c,
        t.ss AS d, t.sm AS e, t.mm AS f
    FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN marked_moments AS t
    WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id BETWEEN p.value ->> 0 AND p.value ->> 1
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.indicator IN (SELECT value FROM json_each($5))
) AS found";

const POSTGRES_MOMENTS: &str = "\
SELECT string_agg(concat_ws(' ', day, unit_id, procedure_id, channel, pile, what, a, b, c, d, e, f), ',')
FROM (
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 0 AS pile, t.indicator AS what, t.n AS a, t.s AS b, t.m AS c,
        t.ss AS d, t.sm AS e, t.mm AS f
    FROM UNNEST($3::BIGINT[], $6::BIGINT[]) AS p (low, high) JOIN moments_day AS t ON t.procedure_id BETWEEN p.low AND p.high
    WHERE t.day = ANY($1) AND t.unit_id = ANY($2)
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.indicator = ANY($5)
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 1 AS pile, t.indicator AS what, t.n AS a, t.s AS b, t.m AS c,
        t.ss AS d, t.sm AS e, t.mm AS f
    FROM UNNEST($3::BIGINT[], $6::BIGINT[]) AS p (low, high) JOIN excluded_moments AS t ON t.procedure_id BETWEEN p.low AND p.high
    WHERE t.day = ANY($1) AND t.unit_id = ANY($2)
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.indicator = ANY($5)
    UNION ALL
    SELECT t.day, t.unit_id, t.procedure_id, t.channel, 2 AS pile, t.indicator AS what, t.n AS a, t.s AS b, t.m AS c,
        t.ss AS d, t.sm AS e, t.mm AS f
    FROM UNNEST($3::BIGINT[], $6::BIGINT[]) AS p (low, high) JOIN marked_moments AS t ON t.procedure_id BETWEEN p.low AND p.high
    WHERE t.day = ANY($1) AND t.unit_id = ANY($2)
        AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4) AND t.indicator = ANY($5)
) AS found";

/// Days to read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The days.
    pub days: &'a [i64],
    /// Units.
    pub units: &'a [i64],
    /// Procedures, 0 for none; none for every one.
    pub procedures: Option<&'a [i64]>,
    /// By which channel; none for every one.
    pub channel: Option<Channel>,
    /// Questions, or moments of indicators.
    pub whats: &'a [i64],
}

/// What was tallied on some days.
///
/// # Errors
/// When the store does not answer.
pub async fn rows(db: &Db, wanted: Wanted<'_>) -> Result<Vec<Row>> {
    let Wanted { days, units, procedures, channel, whats } = wanted;
    if days.is_empty() || units.is_empty() || procedures.is_some_and(<[i64]>::is_empty) {
        return Ok(Vec::new());
    }
    let channel = channel.map(Channel::name);
    // First and last of each stretch of procedures.
    let (low, high): (Vec<i64>, Vec<i64>) = match procedures {
        Some(procedures) => (procedures.to_vec(), procedures.to_vec()),
        None => (vec![0], vec![i64::MAX]),
    };
    let indicators = POOLED.iter().filter(|of| rollups::moments_of(**of).is_some_and(|what| whats.contains(&what)));
    let indicators: Vec<&str> = indicators.map(|indicator| indicator.name()).collect();
    let texts: [Option<String>; 2] = match db.engine() {
        Engine::Sqlite(c) => {
            let (days, units) = (serde_json::to_string(days)?, serde_json::to_string(units)?);
            let stretches: Vec<(i64, i64)> = low.into_iter().zip(high).collect();
            let (stretches, whats) = (serde_json::to_string(&stretches)?, serde_json::to_string(whats)?);
            let tallies = sqlx::query_scalar(SQLITE_TALLIES).bind(&days).bind(&units).bind(&stretches);
            let moments = sqlx::query_scalar(SQLITE_MOMENTS).bind(&days).bind(&units).bind(&stretches);
            [
                tallies.bind(channel).bind(whats).fetch_one(c).await?,
                moments.bind(channel).bind(serde_json::to_string(&indicators)?).fetch_one(c).await?,
            ]
        }
        Engine::Postgres(c) => {
            let tallies = sqlx::query_scalar(POSTGRES_TALLIES).bind(days).bind(units).bind(&low);
            let moments = sqlx::query_scalar(POSTGRES_MOMENTS).bind(days).bind(units).bind(&low);
            [
                tallies.bind(channel).bind(whats).bind(&high).fetch_one(c).await?,
                moments.bind(channel).bind(&indicators).bind(&high).fetch_one(c).await?,
            ]
        }
    };
    let rows = texts.iter().flatten().flat_map(|text| text.split(','));
    rows.map(|text| row(text).ok_or_else(|| Error::internal(format!("a stored sum reads {text:?}")))).collect()
}

fn row(text: &str) -> Option<Row> {
    let mut words = text.split(' ');
    let mut number = || words.next()?.parse::<i64>().ok();
    let (day, place, procedure) = (number()?, number()?, number()?);
    let channel = known_channel(words.next()?).ok()?;
    let pile = Pile::by_number(words.next()?.parse().ok()?).ok()?;
    let what = words.next()?;
    let mut number = || words.next()?.parse::<i64>().ok();
    let (mut block, mut values) = (0, Values::default());
    let what = match Indicator::by_name(what) {
        Some(indicator) => {
            for value in &mut values[..6] {
                *value = number()?;
            }
            rollups::moments_of(indicator)?
        }
        None => {
            let at;
            (block, at) = rollups::placed(number()?);
            values[at] = number()?;
            what.parse().ok()?
        }
    };
    Some(Row { day, procedure, channel, line: Line { place, what, pile, block, values } })
}
