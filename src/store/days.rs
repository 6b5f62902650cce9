//! `tallies_day`, `moments_day` and their siblings of excluded and marked answers, read for some days, units and
//! procedures: what `rollups` does not tell apart.

use super::release::known_channel;
use super::rollups::{self, Line, Pile, Values};
use super::{Db, Engine};
use crate::domain::{Channel, Indicator};
use crate::error::Result;

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

const SQLITE_TALLIES: &str = "\
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.question_id, CAST(0 AS BIGINT), t.choice, t.n
FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN tallies_day AS t
WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id = p.value
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.question_id, CAST(1 AS BIGINT), t.choice, t.n
FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN excluded_tallies AS t
WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id = p.value
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.question_id, CAST(2 AS BIGINT), t.choice, t.n
FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN marked_tallies AS t
WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id = p.value
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)";

const POSTGRES_TALLIES: &str = "\
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.question_id, CAST(0 AS BIGINT), t.choice, t.n
FROM tallies_day AS t
WHERE t.day = ANY($1) AND t.unit_id = ANY($2) AND t.procedure_id = ANY($3)
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.question_id, CAST(1 AS BIGINT), t.choice, t.n
FROM excluded_tallies AS t
WHERE t.day = ANY($1) AND t.unit_id = ANY($2) AND t.procedure_id = ANY($3)
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.question_id, CAST(2 AS BIGINT), t.choice, t.n
FROM marked_tallies AS t
WHERE t.day = ANY($1) AND t.unit_id = ANY($2) AND t.procedure_id = ANY($3)
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)";

const SQLITE_MOMENTS: &str = "\
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.indicator, CAST(0 AS BIGINT), t.n, t.s, t.m, t.ss, t.sm, t.mm
FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN moments_day AS t
WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id = p.value
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.indicator, CAST(1 AS BIGINT), t.n, t.s, t.m, t.ss, t.sm, t.mm
FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN excluded_moments AS t
WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id = p.value
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.indicator, CAST(2 AS BIGINT), t.n, t.s, t.m, t.ss, t.sm, t.mm
FROM json_each($1) AS d CROSS JOIN json_each($2) AS u CROSS JOIN json_each($3) AS p CROSS JOIN marked_moments AS t
WHERE t.day = d.value AND t.unit_id = u.value AND t.procedure_id = p.value
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)";

const POSTGRES_MOMENTS: &str = "\
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.indicator, CAST(0 AS BIGINT), t.n, t.s, t.m, t.ss, t.sm, t.mm
FROM moments_day AS t
WHERE t.day = ANY($1) AND t.unit_id = ANY($2) AND t.procedure_id = ANY($3)
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.indicator, CAST(1 AS BIGINT), t.n, t.s, t.m, t.ss, t.sm, t.mm
FROM excluded_moments AS t
WHERE t.day = ANY($1) AND t.unit_id = ANY($2) AND t.procedure_id = ANY($3)
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)
UNION ALL
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.indicator, CAST(2 AS BIGINT), t.n, t.s, t.m, t.ss, t.sm, t.mm
FROM marked_moments AS t
WHERE t.day = ANY($1) AND t.unit_id = ANY($2) AND t.procedure_id = ANY($3)
    AND (CAST($4 AS TEXT) IS NULL OR t.channel = $4)";

type Tally = (i64, i64, i64, String, i64, i64, i64, i64);
type Moments = (i64, i64, i64, String, String, i64, i64, i64, i64, i64, i64, i64);

/// What was tallied on these days of these units and procedures (0 for none), by one channel or all.
///
/// # Errors
/// When the store does not answer.
pub async fn rows(
    db: &Db,
    days: &[i64],
    units: &[i64],
    procedures: &[i64],
    channel: Option<Channel>,
) -> Result<Vec<Row>> {
    if days.is_empty() || units.is_empty() || procedures.is_empty() {
        return Ok(Vec::new());
    }
    let channel = channel.map(Channel::name);
    let (tallies, moments): (Vec<Tally>, Vec<Moments>) = match db.engine() {
        Engine::Sqlite(c) => {
            let (days, units) = (serde_json::to_string(days)?, serde_json::to_string(units)?);
            let procedures = serde_json::to_string(procedures)?;
            let tallies = sqlx::query_as(SQLITE_TALLIES).bind(&days).bind(&units).bind(&procedures).bind(channel);
            let moments = sqlx::query_as(SQLITE_MOMENTS).bind(&days).bind(&units).bind(&procedures).bind(channel);
            (tallies.fetch_all(c).await?, moments.fetch_all(c).await?)
        }
        Engine::Postgres(c) => {
            let tallies = sqlx::query_as(POSTGRES_TALLIES).bind(days).bind(units).bind(procedures).bind(channel);
            let moments = sqlx::query_as(POSTGRES_MOMENTS).bind(days).bind(units).bind(procedures).bind(channel);
            (tallies.fetch_all(c).await?, moments.fetch_all(c).await?)
        }
    };
    let mut rows = Vec::with_capacity(tallies.len() + moments.len());
    for (day, place, procedure, channel, what, pile, choice, n) in tallies {
        let (block, at) = rollups::placed(choice);
        let mut values = Values::default();
        values[at] = n;
        let line = Line { place, what, pile: Pile::by_number(pile)?, block, values };
        rows.push(Row { day, procedure, channel: known_channel(&channel)?, line });
    }
    for (day, place, procedure, channel, indicator, pile, n, s, m, ss, sm, mm) in moments {
        let Some(what) = Indicator::by_name(&indicator).and_then(rollups::moments_of) else { continue };
        let line = Line { place, what, pile: Pile::by_number(pile)?, block: 0, values: [n, s, m, ss, sm, mm, 0] };
        rows.push(Row { day, procedure, channel: known_channel(&channel)?, line });
    }
    Ok(rows)
}
