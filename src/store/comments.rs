//! `inbox`: comments as they are read by those who answer for a unit. A row goes with its comment, and with it the words
//! in the index that is searched.

use serde::Serialize;

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::domain::{Day, UnitId};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[UNLISTED, MARK_LISTED, ONE, HIDDEN, LATE, WAITING, SET];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[LIST_SQLITE, COUNT_SQLITE, TEXTS_SQLITE, INSERT_SQLITE];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[LIST_POSTGRES, COUNT_POSTGRES, TEXTS_POSTGRES, INSERT_POSTGRES];

/// A released comment that is not in the inbox yet.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UnlistedRow {
    /// Number of the response.
    pub response_n: i64,
    /// Question.
    pub question_id: i64,
    /// Number of the first part of the same person.
    pub person: i64,
    /// Local day, yyyymmdd.
    pub day: i64,
    /// Unit.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// The text.
    pub body: String,
}

const UNLISTED: &str = "
    SELECT c.response_n, c.question_id, COALESCE(r.first, r.n) AS person, c.day, r.unit_id, r.procedure_id, c.body
    FROM comments AS c
    JOIN responses AS r ON r.n = c.response_n
    WHERE c.listed = 0
        AND c.response_n <= (SELECT n FROM marks WHERE name = 'released_through')
        AND r.n NOT IN (SELECT n FROM waiting)
        AND (r.first IS NULL OR r.first NOT IN (SELECT n FROM waiting))
    ORDER BY c.response_n, c.question_id
    LIMIT $1";

/// Comments whose answer is released and that are not in the inbox yet, at most so many.
///
/// # Errors
/// When the store does not answer.
pub async fn unlisted(db: &Db, most: i64) -> Result<Vec<UnlistedRow>> {
    Ok(on!(db, c => sqlx::query_as(UNLISTED).bind(most).fetch_all(c))?)
}

/// A row of the inbox to store.
#[derive(Debug, Clone, Serialize)]
pub struct NewRow {
    /// Its address: drawn by chance.
    pub token: String,
    /// Number of the response.
    pub response_n: i64,
    /// Question.
    pub question_id: i64,
    /// Local day, yyyymmdd.
    pub day: i64,
    /// Unit.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Closing level of the same person.
    pub rating: Option<i64>,
    /// What mattered to the same person: `|time|place|`.
    pub aspects: String,
    /// What may be searched.
    pub folded: String,
}

const INSERT_SQLITE: &str = "
    INSERT INTO inbox (token, response_n, question_id, day, unit_id, procedure_id, rating, aspects, folded)
    SELECT value ->> 'token', value ->> 'response_n', value ->> 'question_id', value ->> 'day', value ->> 'unit_id',
           value ->> 'procedure_id', value ->> 'rating', value ->> 'aspects', value ->> 'folded'
    FROM json_each($1)
    WHERE EXISTS (SELECT 1 FROM comments AS c
                  WHERE c.response_n = value ->> 'response_n' AND c.question_id = value ->> 'question_id')
    ON CONFLICT (response_n, question_id) DO NOTHING";
const INSERT_POSTGRES: &str = "
    INSERT INTO inbox (token, response_n, question_id, day, unit_id, procedure_id, rating, aspects, folded)
    SELECT token, response_n, question_id, day, unit_id, procedure_id, rating, aspects, folded
    FROM jsonb_to_recordset(CAST($1 AS jsonb))
        AS row (token text, response_n bigint, question_id bigint, day bigint, unit_id bigint, procedure_id bigint,
                rating bigint, aspects text, folded text)
    WHERE EXISTS (SELECT 1 FROM comments AS c
                  WHERE c.response_n = row.response_n AND c.question_id = row.question_id)
    ON CONFLICT (response_n, question_id) DO NOTHING";
const MARK_LISTED: &str = "
    UPDATE comments
    SET listed = 1
    WHERE listed = 0
        AND EXISTS (SELECT 1 FROM inbox AS i
                    WHERE i.response_n = comments.response_n AND i.question_id = comments.question_id)";

/// Puts comments into the inbox; those that another process put there meanwhile stay as they are, those that were
/// erased meanwhile do not come in.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, rows: &[NewRow]) -> Result<()> {
    let document = serde_json::to_string(rows)?;
    match tx {
        Tx::Sqlite(c) => sqlx::query(INSERT_SQLITE).bind(document).execute(&mut **c).await.map(drop)?,
        Tx::Postgres(c) => sqlx::query(INSERT_POSTGRES).bind(document).execute(&mut **c).await.map(drop)?,
    }
    on!(tx, c => sqlx::query(MARK_LISTED).execute(c), rows)?;
    Ok(())
}

/// A comment in the inbox, with its text.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Its address.
    pub token: String,
    /// Number of the response.
    pub response_n: i64,
    /// Question.
    pub question_id: i64,
    /// Local day, yyyymmdd.
    pub day: i64,
    /// Unit.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Closing level of the same person.
    pub rating: Option<i64>,
    /// What mattered to the same person: `|time|place|`.
    pub aspects: String,
    /// Name of where it stands.
    pub status: String,
    /// Unit it is assigned to.
    pub assigned_unit_id: Option<i64>,
    /// Day by which it is to be done.
    pub due: Option<i64>,
    /// Name of the reason it is hidden for.
    pub hidden_for: Option<String>,
    /// Confirmed names: JSON `[[first, behind], …]`, in characters.
    pub masks: String,
    /// The text as it was written.
    pub body: String,
}

/// Whose and which comments: what is bound to every statement that lists them.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// The scope: units as `|3|17|`, none for all. A comment assigned to one of them is inside too.
    pub scope: Option<String>,
    /// First day.
    pub from: i64,
    /// Last day.
    pub last: i64,
    /// Units as `|3|17|`.
    pub units: Option<String>,
    /// Procedure.
    pub procedure: Option<i64>,
    /// Levels as `|1|2|`.
    pub ratings: Option<String>,
    /// Name of an aspect.
    pub aspect: Option<String>,
    /// Name of the status; without any, all but the hidden ones.
    pub status: Option<String>,
    /// Unit it is assigned to.
    pub assigned: Option<i64>,
    /// Only what was to be done before this day and is not.
    pub late_on: Option<i64>,
    /// Words, each list of them side by side: `[["thai", "do"], ["cham"]]`; letters and digits only.
    pub words: Vec<Vec<String>>,
}

impl Which {
    /// The words as SQLite's index understands them.
    fn for_sqlite(&self) -> Option<String> {
        let phrase = |words: &Vec<String>| format!("\"{}\"", words.join(" "));
        (!self.words.is_empty()).then(|| self.words.iter().map(phrase).collect::<Vec<_>>().join(" AND "))
    }

    /// The words as PostgreSQL's index understands them.
    fn for_postgres(&self) -> Option<String> {
        let phrase = |words: &Vec<String>| {
            let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
            format!("({})", quoted.join(" <-> "))
        };
        (!self.words.is_empty()).then(|| self.words.iter().map(phrase).collect::<Vec<_>>().join(" & "))
    }
}

/// Which comments, from $1 to $11; the engines differ in how they look for words.
macro_rules! which {
    ($before:literal, $words:literal, $behind:literal) => {
        concat!(
            $before,
            "
    WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(i.unit_id AS TEXT) || '|%'
           OR $1 LIKE '%|' || CAST(i.assigned_unit_id AS TEXT) || '|%')
        AND i.day BETWEEN $2 AND $3
        AND (CAST($4 AS TEXT) IS NULL OR $4 LIKE '%|' || CAST(i.unit_id AS TEXT) || '|%')
        AND (CAST($5 AS BIGINT) IS NULL OR i.procedure_id = $5)
        AND (CAST($6 AS TEXT) IS NULL OR $6 LIKE '%|' || CAST(i.rating AS TEXT) || '|%')
        AND (CAST($7 AS TEXT) IS NULL OR i.aspects LIKE '%|' || $7 || '|%')
        AND ((CAST($8 AS TEXT) IS NULL AND i.status <> 'hidden') OR i.status = $8)
        AND (CAST($9 AS BIGINT) IS NULL OR i.assigned_unit_id = $9)
        AND (CAST($10 AS BIGINT) IS NULL OR (i.due < $10 AND i.status IN ('new', 'open')))
        AND (CAST($11 AS TEXT) IS NULL OR ",
            $words,
            ")",
            $behind
        )
    };
}

macro_rules! in_sqlite {
    ($before:literal, $behind:literal) => {
        which!($before, "i.id IN (SELECT rowid FROM inbox_words WHERE inbox_words MATCH $11)", $behind)
    };
}

macro_rules! in_postgres {
    ($before:literal, $behind:literal) => {
        which!($before, "to_tsvector('simple', i.folded) @@ to_tsquery('simple', $11)", $behind)
    };
}

macro_rules! list {
    ($engine:ident) => {
        $engine!(
            "
    SELECT i.token, i.response_n, i.question_id, i.day, i.unit_id, i.procedure_id, i.rating, i.aspects, i.status,
           i.assigned_unit_id, i.due, i.hidden_for, i.masks, c.body
    FROM inbox AS i
    JOIN comments AS c ON c.response_n = i.response_n AND c.question_id = i.question_id",
            "
    ORDER BY i.day DESC, i.token DESC
    LIMIT $12 OFFSET $13"
        )
    };
}

macro_rules! texts {
    ($engine:ident) => {
        $engine!(
            "
    SELECT i.rating, i.masks, c.body
    FROM inbox AS i
    JOIN comments AS c ON c.response_n = i.response_n AND c.question_id = i.question_id",
            "
    ORDER BY i.day DESC, i.token DESC
    LIMIT $12"
        )
    };
}

macro_rules! count {
    ($engine:ident) => {
        $engine!(
            "
    SELECT CAST(COUNT(*) AS BIGINT)
    FROM inbox AS i",
            ""
        )
    };
}

/// Binds $1 to $11.
macro_rules! bind_which {
    ($query:expr, $which:expr, $words:expr) => {
        $query
            .bind($which.scope.as_deref())
            .bind($which.from)
            .bind($which.last)
            .bind($which.units.as_deref())
            .bind($which.procedure)
            .bind($which.ratings.as_deref())
            .bind($which.aspect.as_deref())
            .bind($which.status.as_deref())
            .bind($which.assigned)
            .bind($which.late_on)
            .bind($words)
    };
}

const LIST_SQLITE: &str = list!(in_sqlite);
const LIST_POSTGRES: &str = list!(in_postgres);

/// Comments, the newest day first, in an order within the day that says nothing; at most so many, after so many.
///
/// # Errors
/// When the store does not answer.
pub async fn list(db: &Db, which: &Which, most: i64, after: i64) -> Result<Vec<Row>> {
    Ok(match db {
        Db::Sqlite { read, .. } => {
            let query = bind_which!(sqlx::query_as(LIST_SQLITE), which, which.for_sqlite());
            query.bind(most).bind(after).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            let query = bind_which!(sqlx::query_as(LIST_POSTGRES), which, which.for_postgres());
            query.bind(most).bind(after).fetch_all(pool).await?
        }
    })
}

const COUNT_SQLITE: &str = count!(in_sqlite);
const COUNT_POSTGRES: &str = count!(in_postgres);

/// How many they are.
///
/// # Errors
/// When the store does not answer.
pub async fn count(db: &Db, which: &Which) -> Result<i64> {
    Ok(match db {
        Db::Sqlite { read, .. } => {
            bind_which!(sqlx::query_scalar(COUNT_SQLITE), which, which.for_sqlite()).fetch_one(read).await?
        }
        Db::Postgres(pool) => {
            bind_which!(sqlx::query_scalar(COUNT_POSTGRES), which, which.for_postgres()).fetch_one(pool).await?
        }
    })
}

const TEXTS_SQLITE: &str = texts!(in_sqlite);
const TEXTS_POSTGRES: &str = texts!(in_postgres);

/// Rating, confirmed names and text of the newest of them, at most so many.
///
/// # Errors
/// When the store does not answer.
pub async fn texts(db: &Db, which: &Which, most: i64) -> Result<Vec<(Option<i64>, String, String)>> {
    Ok(match db {
        Db::Sqlite { read, .. } => {
            bind_which!(sqlx::query_as(TEXTS_SQLITE), which, which.for_sqlite()).bind(most).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            bind_which!(sqlx::query_as(TEXTS_POSTGRES), which, which.for_postgres()).bind(most).fetch_all(pool).await?
        }
    })
}

const ONE: &str = "
    SELECT i.token, i.response_n, i.question_id, i.day, i.unit_id, i.procedure_id, i.rating, i.aspects, i.status,
           i.assigned_unit_id, i.due, i.hidden_for, i.masks, c.body
    FROM inbox AS i
    JOIN comments AS c ON c.response_n = i.response_n AND c.question_id = i.question_id
    WHERE i.token = $1
        AND (CAST($2 AS TEXT) IS NULL OR $2 LIKE '%|' || CAST(i.unit_id AS TEXT) || '|%'
             OR $2 LIKE '%|' || CAST(i.assigned_unit_id AS TEXT) || '|%')
        AND i.day <= $3";

/// The comment of an address, when it is inside a scope and of a day up to one.
///
/// # Errors
/// When the store does not answer.
pub async fn one(db: &Db, scope: &Scope, token: &str, last: i64) -> Result<Option<Row>> {
    Ok(on!(db, c => sqlx::query_as(ONE).bind(token).bind(scope.bound()).bind(last).fetch_optional(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn one_in(tx: &mut Tx<'_>, scope: &Scope, token: &str, last: i64) -> Result<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(ONE).bind(token).bind(scope.bound()).bind(last).fetch_optional(c))?)
}

const HIDDEN: &str = "
    SELECT i.hidden_for, CAST(COUNT(*) AS BIGINT)
    FROM inbox AS i
    WHERE i.status = 'hidden'
        AND i.day <= $2
        AND (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(i.unit_id AS TEXT) || '|%'
             OR $1 LIKE '%|' || CAST(i.assigned_unit_id AS TEXT) || '|%')
    GROUP BY i.hidden_for
    ORDER BY i.hidden_for";

/// How many comments of a scope, of days up to one, are hidden for each reason.
///
/// # Errors
/// When the store does not answer.
pub async fn hidden(db: &Db, scope: &Scope, last: i64) -> Result<Vec<(Option<String>, i64)>> {
    Ok(on!(db, c => sqlx::query_as(HIDDEN).bind(scope.bound()).bind(last).fetch_all(c))?)
}

const LATE: &str = "
    SELECT CAST(COUNT(*) AS BIGINT)
    FROM inbox AS i
    WHERE i.due < $2
        AND i.status IN ('new', 'open')
        AND i.day <= $3
        AND (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(i.unit_id AS TEXT) || '|%'
             OR $1 LIKE '%|' || CAST(i.assigned_unit_id AS TEXT) || '|%')";

/// How many comments of a scope, of days up to one, were to be done before a day and are not.
///
/// # Errors
/// When the store does not answer.
pub async fn late(db: &Db, scope: &Scope, today: i64, last: i64) -> Result<i64> {
    Ok(on!(db, c => sqlx::query_scalar(LATE).bind(scope.bound()).bind(today).bind(last).fetch_one(c))?)
}

const WAITING: &str = "
    SELECT COALESCE(i.assigned_unit_id, i.unit_id), CAST(COUNT(*) AS BIGINT), CAST(MIN(i.day) AS BIGINT)
    FROM inbox AS i
    WHERE i.status = 'new' AND i.day < $1
    GROUP BY COALESCE(i.assigned_unit_id, i.unit_id)";

/// How many comments of days before one nobody has taken up, by the unit that is to answer them, and their first day.
///
/// # Errors
/// When the store does not answer.
pub async fn waiting(db: &Db, before: Day) -> Result<Vec<(UnitId, i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> = on!(db, c => sqlx::query_as(WAITING).bind(before.number()).fetch_all(c))?;
    Ok(rows.into_iter().map(|(unit, n, first)| (UnitId(unit), n, first)).collect())
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// Name of the status.
    pub status: &'a str,
    /// Unit it is assigned to.
    pub assigned: Option<i64>,
    /// Day by which it is to be done.
    pub due: Option<i64>,
    /// Name of the reason it is hidden for.
    pub hidden_for: Option<&'a str>,
    /// Confirmed names, as JSON.
    pub masks: &'a str,
    /// What may be searched.
    pub folded: &'a str,
}

const SET: &str = "
    UPDATE inbox
    SET status = $2, assigned_unit_id = $3, due = $4, hidden_for = $5, masks = $6, folded = $7
    WHERE token = $1";

/// Sets where a comment stands.
///
/// # Errors
/// When the store does not answer.
pub async fn set(tx: &mut Tx<'_>, token: &str, state: &State<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(SET)
        .bind(token)
        .bind(state.status)
        .bind(state.assigned)
        .bind(state.due)
        .bind(state.hidden_for)
        .bind(state.masks)
        .bind(state.folded)
        .execute(c), rows)?;
    Ok(())
}
