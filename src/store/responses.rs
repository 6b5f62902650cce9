//! `responses`, `comments` and their chain head: append-only rows of answers.

use super::traces::{Arrived, NewTrace};
use super::{Db, Line, Tx};
use crate::domain::keys::Mac16;
use crate::error::Result;
use serde::Serialize;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[HEAD, BY_KEY];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[INSERT_SQLITE, ALONE_SQLITE, GIVE_UP_SQLITE, INSERT_COMMENTS_SQLITE];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[HEAD_POSTGRES, INSERT_POSTGRES, ALONE_POSTGRES, INSERT_COMMENTS_POSTGRES];

/// A response row to append.
#[derive(Debug, Clone)]
pub struct NewRow {
    /// Its number in the chain.
    pub n: i64,
    /// Keyed hash of the idempotency key.
    pub key: Mac16,
    /// Number of the first part, for a later part.
    pub first: Option<i64>,
    /// Unit.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Point.
    pub point_id: Option<i64>,
    /// Name of the channel.
    pub channel: &'static str,
    /// Questionnaire version.
    pub questionnaire_id: i64,
    /// Language code.
    pub language: String,
    /// Local day, yyyymmdd.
    pub day: i64,
    /// Arrival in unix ms, cut to the hour.
    pub received_at: i64,
    /// JSON `[[question_id, choice], …]`.
    pub answers: String,
    /// Salted commitment to the free text.
    pub commitment: Option<[u8; 32]>,
    /// Link of the chain.
    pub hash: [u8; 32],
}

/// A piece of free text to store beside a response.
#[derive(Debug, Clone, Serialize)]
pub struct NewComment {
    /// Number of the response.
    pub n: i64,
    /// Question.
    pub question_id: i64,
    /// The text.
    pub body: String,
    /// Hex of the salt of the commitment.
    pub salt: String,
    /// Local day of the response, yyyymmdd.
    pub day: i64,
}

/// The order of the scale in every form today: worst first.
const SCALE_ORDER: &str = "asc";

const HEAD: &str = "SELECT n, hash FROM chain WHERE name = 'responses'";
const HEAD_POSTGRES: &str = "SELECT n, hash FROM chain WHERE name = 'responses' FOR UPDATE";

/// Number and hash of the last response, held against other writers until the transaction ends.
///
/// # Errors
/// When the store does not answer.
pub async fn head(tx: &mut Tx<'_>) -> Result<(i64, Vec<u8>)> {
    Ok(match tx {
        Tx::Sqlite(c) => sqlx::query_as(HEAD).fetch_one(&mut **c).await?,
        Tx::Postgres(c) => sqlx::query_as(HEAD_POSTGRES).fetch_one(&mut **c).await?,
    })
}

/// Number and hash of the last response now; others may append meanwhile.
///
/// # Errors
/// When the store does not answer.
pub async fn head_now(line: &mut Line) -> Result<(i64, Vec<u8>)> {
    Ok(match line {
        Line::Sqlite(c) => sqlx::query_as(HEAD).fetch_one(&mut **c).await?,
        Line::Postgres(c) => sqlx::query_as(HEAD).fetch_one(&mut **c).await?,
    })
}

const BY_KEY: &str = "SELECT n FROM responses WHERE key = $1";

/// Number of the response stored under a key.
///
/// # Errors
/// When the store does not answer.
pub async fn by_key(db: &Db, key: Mac16) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(BY_KEY).bind(key.to_vec()).fetch_optional(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn by_key_in(tx: &mut Tx<'_>, key: Mac16) -> Result<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(BY_KEY).bind(key.to_vec()).fetch_optional(c))?)
}

/// Binds the columns of rows and the order of the scale, for PostgreSQL's UNNEST: $1 to $15.
macro_rules! bind_columns {
    ($query:expr, $rows:expr) => {
        $query
            .bind(column($rows, |r| r.n))
            .bind(column($rows, |r| &r.key[..]))
            .bind(column($rows, |r| r.first))
            .bind(column($rows, |r| r.unit_id))
            .bind(column($rows, |r| r.procedure_id))
            .bind(column($rows, |r| r.point_id))
            .bind(column($rows, |r| r.channel))
            .bind(column($rows, |r| r.questionnaire_id))
            .bind(column($rows, |r| r.language.as_str()))
            .bind(column($rows, |r| r.day))
            .bind(column($rows, |r| r.received_at))
            .bind(column($rows, |r| r.answers.as_str()))
            .bind(column($rows, |r| r.commitment.as_ref().map(|c| &c[..])))
            .bind(column($rows, |r| &r.hash[..]))
            .bind(SCALE_ORDER)
    };
}

const INSERT_SQLITE: &str = "
    INSERT INTO responses (n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language,
                           scale_order, day, received_at, answers, commitment, hash)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, $2, value ->> 9, value ->> 10, value ->> 11, unhex(value ->> 12),
           unhex(value ->> 13)
    FROM json_each($1)
    WHERE true
    ON CONFLICT (key) DO NOTHING
    RETURNING n;
    UPDATE chain SET n = $3, hash = $4 WHERE name = 'responses'";
const INSERT_POSTGRES: &str = "
    WITH moved AS (
        UPDATE chain SET n = $16, hash = $17 WHERE name = 'responses'
    )
    INSERT INTO responses (n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language,
                           scale_order, day, received_at, answers, commitment, hash)
    SELECT n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language,
           $15, day, received_at, answers, commitment, hash
    FROM UNNEST($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                $8::bigint[], $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::bytea[], $14::bytea[])
         AS row (n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language, day,
                 received_at, answers, commitment, hash)
    ON CONFLICT (key) DO NOTHING
    RETURNING n";

/// Appends rows and moves the head of the chain to the last of them, in one trip; gives the numbers of those whose key
/// was new. When they are not all, the transaction must be given up: the chain would have gaps.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, rows: &[NewRow]) -> Result<Vec<i64>> {
    let Some(last) = rows.last() else { return Ok(Vec::new()) };
    Ok(match tx {
        Tx::Sqlite(c) => {
            let query = sqlx::query_scalar(INSERT_SQLITE).bind(document(rows)?).bind(SCALE_ORDER);
            query.bind(last.n).bind(&last.hash[..]).fetch_all(&mut **c).await?
        }
        Tx::Postgres(c) => {
            let query = bind_columns!(sqlx::query_scalar(INSERT_POSTGRES), rows);
            query.bind(last.n).bind(&last.hash[..]).fetch_all(&mut **c).await?
        }
    })
}

/// Rows as a JSON document, for SQLite.
fn document(rows: &[NewRow]) -> Result<String> {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let rows = rows.iter().map(|r| {
        (
            r.n,
            hex(&r.key),
            r.first,
            r.unit_id,
            r.procedure_id,
            r.point_id,
            r.channel,
            r.questionnaire_id,
            &r.language,
            r.day,
            r.received_at,
            &r.answers,
            r.commitment.map(|c| hex(&c)),
            hex(&r.hash),
        )
    });
    Ok(serde_json::to_string(&rows.collect::<Vec<_>>())?)
}

fn column<'r, V>(rows: &'r [NewRow], value: impl Fn(&'r NewRow) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

const ALONE_SQLITE: &str = "
    BEGIN IMMEDIATE;
    INSERT INTO responses (n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language,
                           scale_order, day, received_at, answers, commitment, hash)
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, $2, value ->> 9, value ->> 10, value ->> 11, unhex(value ->> 12),
           unhex(value ->> 13)
    FROM json_each($1);
    INSERT INTO arrivals (first_n, last_at, arrived) SELECT $5, $6, $7 WHERE $7 IS NOT NULL;
    UPDATE chain SET n = $3, hash = $4 WHERE name = 'responses';
    COMMIT";
const GIVE_UP_SQLITE: &str = "ROLLBACK";
const ALONE_POSTGRES: &str = "
    WITH head AS (
        UPDATE chain SET n = $16, hash = $17 WHERE name = 'responses' AND n = $18
        RETURNING 1
    ), traced AS (
        INSERT INTO arrivals (first_n, last_at, arrived)
        SELECT CAST($19 AS BIGINT), CAST($20 AS BIGINT), $21 FROM head WHERE CAST($21 AS TEXT) IS NOT NULL
    )
    INSERT INTO responses (n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language,
                           scale_order, day, received_at, answers, commitment, hash)
    SELECT n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language,
           $15, day, received_at, answers, commitment, hash
    FROM head, UNNEST($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                $8::bigint[], $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::bytea[], $14::bytea[])
         AS row (n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language, day,
                 received_at, answers, commitment, hash)";

/// What became of rows that were to follow a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// They do, and are on disk.
    Stored,
    /// Nothing is stored: the head is elsewhere.
    Moved,
    /// Nothing is stored: a key or a number was there before, or the answers came in different minutes.
    Refused,
}

/// Appends rows that follow the head `before`, with how they came, moves the head to the last of them and commits, all
/// in one trip to the engine.
///
/// # Errors
/// When the store does not answer.
pub async fn insert_alone(line: &mut Line, before: i64, rows: &[NewRow], traces: &[NewTrace]) -> Result<Alone> {
    let Some(last) = rows.last() else { return Ok(Alone::Stored) };
    let mut arrived = Arrived::of(traces)?;
    if arrived.len() > 1 {
        return Ok(Alone::Refused);
    }
    let arrived = arrived.pop();
    let result = match line {
        Line::Sqlite(connection) => {
            // A head that moved shows by the first number: it is taken.
            let done = sqlx::query(ALONE_SQLITE)
                .bind(document(rows)?)
                .bind(SCALE_ORDER)
                .bind(last.n)
                .bind(&last.hash[..])
                .bind(arrived.as_ref().map(|row| row.first_n))
                .bind(arrived.as_ref().map(|row| row.last_at))
                .bind(arrived.map(|row| row.document))
                .execute(&mut **connection)
                .await
                .map(|_| rows.len() as u64);
            if done.is_err() {
                // Whatever failed, the connection must not keep its transaction; it has none when BEGIN failed.
                let _ = sqlx::query(GIVE_UP_SQLITE).execute(&mut **connection).await;
            }
            done
        }
        Line::Postgres(connection) => bind_columns!(sqlx::query(ALONE_POSTGRES), rows)
            .bind(last.n)
            .bind(&last.hash[..])
            .bind(before)
            .bind(arrived.as_ref().map(|row| row.first_n))
            .bind(arrived.as_ref().map(|row| row.last_at))
            .bind(arrived.map(|row| row.document))
            .execute(&mut **connection)
            .await
            .map(|done| done.rows_affected()),
    };
    match result {
        Ok(0) => Ok(Alone::Moved),
        Ok(_) => Ok(Alone::Stored),
        Err(error) if error.as_database_error().is_some_and(|error| error.is_unique_violation()) => Ok(Alone::Refused),
        Err(error) => Err(error.into()),
    }
}

const INSERT_COMMENTS_SQLITE: &str = "
    INSERT INTO comments (response_n, question_id, body, salt, day)
    SELECT value ->> 'n', value ->> 'question_id', value ->> 'body', unhex(value ->> 'salt'), value ->> 'day'
    FROM json_each($1)";
const INSERT_COMMENTS_POSTGRES: &str = "
    INSERT INTO comments (response_n, question_id, body, salt, day)
    SELECT n, question_id, body, decode(salt, 'hex'), day
    FROM jsonb_to_recordset(CAST($1 AS jsonb))
        AS row (n bigint, question_id bigint, body text, salt text, day bigint)";

/// Stores free text beside its responses.
///
/// # Errors
/// When the store does not answer.
pub async fn insert_comments(tx: &mut Tx<'_>, comments: &[NewComment]) -> Result<()> {
    let document = serde_json::to_string(comments)?;
    match tx {
        Tx::Sqlite(c) => sqlx::query(INSERT_COMMENTS_SQLITE).bind(document).execute(&mut **c).await.map(drop)?,
        Tx::Postgres(c) => sqlx::query(INSERT_COMMENTS_POSTGRES).bind(document).execute(&mut **c).await.map(drop)?,
    }
    Ok(())
}
