//! `arrivals` (read as `traces`), `day_keys`, `flags`: what is kept of how an answer came, for 48 hours and apart from
//! the answer; and what was found suspicious in it, which stays.

use std::collections::{BTreeMap, HashSet};

use super::{Db, Engine, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[INSERT, OFFER_KEY, KEY, FORGET_KEYS, FORGET_TRACES, SINCE, WORDS, ANY_FLAG, FLAGS_AT, COUNTS, FLAGGED];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[SQLITE_FLAG, SQLITE_PERSONS, SQLITE_MARKED];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[POSTGRES_FLAG, POSTGRES_PERSONS, POSTGRES_MARKED];

/// How an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTrace {
    /// Number of the response.
    pub n: i64,
    /// Point answered at.
    pub point_id: i64,
    /// Mark of the address; none for kiosks.
    pub mark: Option<i64>,
    /// 1 when it came from a network of the staff.
    pub staff: i64,
    /// 1 when its form was sent within two seconds after the page was made.
    pub hasty: i64,
    /// When exactly, in unix ms.
    pub at: i64,
}

const OFFER_KEY: &str = "INSERT INTO day_keys (day, key) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING";
const KEY: &str = "SELECT key FROM day_keys WHERE day = $1";

/// The key of a day that all processes share: the one offered, unless another was there before.
///
/// # Errors
/// When the store does not answer.
pub async fn day_key(tx: &mut Tx<'_>, day: i64, offered: &[u8; 32]) -> Result<Vec<u8>> {
    on!(tx, c => sqlx::query(OFFER_KEY).bind(day).bind(offered.to_vec()).execute(c), rows)?;
    Ok(on!(tx, c => sqlx::query_scalar(KEY).bind(day).fetch_one(c))?)
}

const FORGET_KEYS: &str = "DELETE FROM day_keys WHERE day < $1";
const FORGET_TRACES: &str = "DELETE FROM arrivals WHERE last_at <= $1";

/// Destroys the keys of the days before one, and what was kept of answers that came up to an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx<'_>, before_day: i64, until_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(FORGET_KEYS).bind(before_day).execute(c), rows)?;
    on!(tx, c => sqlx::query(FORGET_TRACES).bind(until_ms).execute(c), rows)?;
    Ok(())
}

/// Traces whose instants lie in the same minute are kept and forgotten together.
const MINUTE_MS: i64 = 60_000;

const INSERT: &str = "INSERT INTO arrivals (first_n, last_at, arrived) VALUES ($1, $2, $3)";

/// Stores how answers came, in the transaction that stores them.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, traces: &[NewTrace]) -> Result<()> {
    for Arrived { first_n, last_at, document } in Arrived::of(traces)? {
        on!(tx, c => sqlx::query(INSERT).bind(first_n).bind(last_at).bind(document).execute(c), rows)?;
    }
    Ok(())
}

/// The one row of what was stored together and came in the same minute.
#[derive(Debug)]
pub(super) struct Arrived {
    /// Number of the first response.
    pub first_n: i64,
    /// The latest instant.
    pub last_at: i64,
    /// JSON `[[n, point_id, mark, staff, hasty, at], …]`.
    pub document: String,
}

impl Arrived {
    /// Puts traces into rows. A row is forgotten as a whole, and a tablet may hand in what is old together with what is
    /// new: so those of another minute have a row of their own.
    pub fn of(traces: &[NewTrace]) -> Result<Vec<Self>> {
        let mut minutes: BTreeMap<i64, Vec<&NewTrace>> = BTreeMap::new();
        traces.iter().for_each(|trace| minutes.entry(trace.at.div_euclid(MINUTE_MS)).or_default().push(trace));
        let row = |together: Vec<&NewTrace>| {
            let rows: Vec<_> = together.iter().map(|t| (t.n, t.point_id, t.mark, t.staff, t.hasty, t.at)).collect();
            let (first_n, last_at) =
                together.iter().fold((i64::MAX, i64::MIN), |(n, at), t| (n.min(t.n), at.max(t.at)));
            Ok(Self { first_n, last_at, document: serde_json::to_string(&rows)? })
        };
        minutes.into_values().map(row).collect()
    }
}

/// A trace with the channel of its answer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TraceRow {
    /// Number of the response.
    pub n: i64,
    /// Point answered at.
    pub point_id: i64,
    /// Name of the channel.
    pub channel: String,
    /// Mark of the address.
    pub mark: Option<i64>,
    /// 1 when it came from a network of the staff.
    pub staff: i64,
    /// 1 when its form was sent within two seconds after the page was made.
    pub hasty: i64,
    /// When exactly, in unix ms.
    pub at: i64,
}

const SINCE: &str = "
    SELECT t.n, t.point_id, r.channel, t.mark, t.staff, t.hasty, t.at
    FROM traces AS t
    JOIN responses AS r ON r.n = t.n
    WHERE t.at > $1
    ORDER BY t.at, t.n";

/// The traces after an instant, in the order of their arrival.
///
/// # Errors
/// When the store does not answer.
pub async fn since(db: &Db, at_ms: i64) -> Result<Vec<TraceRow>> {
    Ok(on!(db, c => sqlx::query_as(SINCE).bind(at_ms).fetch_all(c))?)
}

const WORDS: &str = "
    SELECT COALESCE(r.first, r.n), r.unit_id, c.body
    FROM comments AS c
    JOIN responses AS r ON r.n = c.response_n
    WHERE c.day >= $1";

/// What was written since a day: answer, unit, text.
///
/// # Errors
/// When the store does not answer.
pub async fn words(db: &Db, since_day: i64) -> Result<Vec<(i64, i64, String)>> {
    Ok(on!(db, c => sqlx::query_as(WORDS).bind(since_day).fetch_all(c))?)
}

const SQLITE_FLAG: &str = "
    INSERT INTO flags (n, rule, at)
    SELECT value ->> 0, value ->> 1, $2
    FROM json_each($1)
    WHERE true
    ON CONFLICT (n, rule) DO NOTHING
    RETURNING rule";
const POSTGRES_FLAG: &str = "
    INSERT INTO flags (n, rule, at)
    SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, $2
    FROM jsonb_array_elements(CAST($1 AS jsonb)) AS t (value)
    ON CONFLICT (n, rule) DO NOTHING
    RETURNING rule";

/// Marks answers by rules; gives the rule of each mark that is new.
///
/// # Errors
/// When the store does not answer.
pub async fn flag(tx: &mut Tx<'_>, flags: &[(i64, &'static str)], now_ms: i64) -> Result<Vec<String>> {
    let document = serde_json::to_string(flags)?;
    Ok(match tx {
        Tx::Sqlite(c) => sqlx::query_scalar(SQLITE_FLAG).bind(document).bind(now_ms).fetch_all(&mut **c).await?,
        Tx::Postgres(c) => sqlx::query_scalar(POSTGRES_FLAG).bind(document).bind(now_ms).fetch_all(&mut **c).await?,
    })
}

const SQLITE_PERSONS: &str = "
    SELECT DISTINCT COALESCE(first, n) FROM responses WHERE n IN (SELECT value FROM json_each($1))";
const POSTGRES_PERSONS: &str = "
    SELECT DISTINCT COALESCE(first, n) FROM responses WHERE n = ANY($1)";

/// The persons, by the number of their first part, that answers belong to.
///
/// # Errors
/// When the store does not answer.
pub async fn persons(tx: &mut Tx<'_>, answers: &[i64]) -> Result<Vec<i64>> {
    Ok(match tx {
        Tx::Sqlite(c) => {
            sqlx::query_scalar(SQLITE_PERSONS).bind(serde_json::to_string(answers)?).fetch_all(&mut **c).await?
        }
        Tx::Postgres(c) => sqlx::query_scalar(POSTGRES_PERSONS).bind(answers).fetch_all(&mut **c).await?,
    })
}

const SQLITE_MARKED: &str = "
    SELECT p.value
    FROM json_each($1) AS p
    WHERE EXISTS (SELECT 1 FROM flags AS f WHERE f.n = p.value)
        OR EXISTS (SELECT 1 FROM responses AS r JOIN flags AS f ON f.n = r.n WHERE r.first = p.value)";
const POSTGRES_MARKED: &str = "
    SELECT p.n
    FROM UNNEST($1::BIGINT[]) AS p (n)
    WHERE EXISTS (SELECT 1 FROM flags AS f WHERE f.n = p.n)
        OR EXISTS (SELECT 1 FROM responses AS r JOIN flags AS f ON f.n = r.n WHERE r.first = p.n)";

/// Which of these persons are marked, in any part of their answers.
///
/// # Errors
/// When the store does not answer.
pub async fn marked(db: &Db, persons: &[i64]) -> Result<HashSet<i64>> {
    let found: Vec<i64> = match db.engine() {
        Engine::Sqlite(c) => {
            sqlx::query_scalar(SQLITE_MARKED).bind(serde_json::to_string(persons)?).fetch_all(c).await?
        }
        Engine::Postgres(c) => sqlx::query_scalar(POSTGRES_MARKED).bind(persons).fetch_all(c).await?,
    };
    Ok(found.into_iter().collect())
}

const ANY_FLAG: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM flags LIMIT 1) AS f";

/// Whether anything is marked at all.
///
/// # Errors
/// When the store does not answer.
pub async fn any_marked(db: &Db) -> Result<bool> {
    Ok(on!(db, c => sqlx::query_scalar::<_, i64>(ANY_FLAG).fetch_one(c))? > 0)
}

const FLAGS_AT: &str = "SELECT n, rule FROM flags WHERE at = $1";

/// The marks that were made at an instant: answer and rule.
///
/// # Errors
/// When the store does not answer.
pub async fn flags_at(tx: &mut Tx<'_>, at_ms: i64) -> Result<Vec<(i64, String)>> {
    Ok(on!(tx, c => sqlx::query_as(FLAGS_AT).bind(at_ms).fetch_all(c))?)
}

const COUNTS: &str = "
    SELECT r.unit_id, f.rule, CAST(COUNT(*) AS BIGINT)
    FROM flags AS f
    JOIN responses AS r ON r.n = f.n
    WHERE r.day BETWEEN $1 AND $2
        AND (CAST($3 AS TEXT) IS NULL OR $3 LIKE '%|' || CAST(r.unit_id AS TEXT) || '|%')
        AND r.n <= (SELECT n FROM marks WHERE name = 'released_through')
        AND r.n NOT IN (SELECT n FROM waiting)
    GROUP BY r.unit_id, f.rule
    ORDER BY r.unit_id, f.rule";

/// Released answers of a scope that are marked, by unit and rule, in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn counts(db: &Db, scope: &Scope, (first, last): (i64, i64)) -> Result<Vec<(i64, String, i64)>> {
    Ok(on!(db, c => sqlx::query_as(COUNTS).bind(first).bind(last).bind(scope.bound()).fetch_all(c))?)
}

const FLAGGED: &str = "
    SELECT r.n, f.rule, r.answers
    FROM flags AS f
    JOIN responses AS r ON r.n = f.n
    WHERE r.day BETWEEN $1 AND $2
        AND r.unit_id = $3
        AND r.n <= (SELECT n FROM marks WHERE name = 'released_through')
        AND r.n NOT IN (SELECT n FROM waiting)";

/// Released answers of a unit that are marked, each with the rule and what was chosen.
///
/// # Errors
/// When the store does not answer.
pub async fn flagged(db: &Db, unit: i64, (first, last): (i64, i64)) -> Result<Vec<(i64, String, String)>> {
    Ok(on!(db, c => sqlx::query_as(FLAGGED).bind(first).bind(last).bind(unit).fetch_all(c))?)
}
