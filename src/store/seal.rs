//! What sealing and verifying read, beside the rows themselves: chains from end to end, heads, anchors, key epochs, and
//! the guards of the schema. Everything but the last two functions only reads.

use std::collections::BTreeMap;

use sqlx::{FromRow, Row};

use super::{Db, Tx};
use crate::error::{Error, Result};

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    RESPONSES, AUDIT, COMMENTS, HEADS, UNITS, COUNTS, ANCHORS, LAST, INSERT, EPOCHS, ADD_EPOCH, USED, INVITED, STARTED,
    CHECKSUMS,
];
/// Statements in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&str] = &[TRIGGERS_SQLITE];
/// Statements in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&str] = &[TRIGGERS_POSTGRES];

/// A response as stored, with all that its link covers.
#[derive(Debug, Clone, FromRow)]
#[expect(missing_docs, reason = "the columns of the table, described in its migration")]
pub struct ResponseRow {
    pub n: i64,
    pub key: Vec<u8>,
    pub first: Option<i64>,
    pub unit_id: i64,
    pub procedure_id: Option<i64>,
    pub point_id: Option<i64>,
    pub channel: String,
    pub questionnaire_id: i64,
    pub language: String,
    pub scale_order: String,
    pub day: i64,
    pub received_at: i64,
    pub answers: String,
    pub commitment: Option<Vec<u8>>,
    pub hash: Vec<u8>,
}

/// An audit row as stored.
#[derive(Debug, Clone, FromRow)]
#[expect(missing_docs, reason = "the columns of the table, described in its migration")]
pub struct AuditRow {
    pub n: i64,
    pub at: i64,
    pub account_id: Option<i64>,
    pub act: String,
    pub subject: String,
    pub detail: String,
    pub request: String,
    pub hash: Vec<u8>,
}

/// A piece of free text as stored.
#[derive(Debug, Clone, FromRow)]
#[expect(missing_docs, reason = "the columns of the table, described in its migration")]
pub struct CommentRow {
    pub response_n: i64,
    pub question_id: i64,
    pub body: String,
    pub salt: Vec<u8>,
    pub day: i64,
}

/// An anchor as stored.
#[derive(Debug, Clone, FromRow)]
pub struct AnchorRow {
    /// When it was made, in unix ms.
    pub at: i64,
    /// How many places outside took it.
    pub receivers: i64,
    /// The whole anchor as JSON.
    pub body: String,
}

/// A row, or only its number where a column holds what it never should.
pub type Read<T> = std::result::Result<T, i64>;

/// Reads a row; one that cannot be understood is told by its number, which is in the first column.
pub(super) fn read<'r, T, R>(row: &'r R) -> Result<Read<T>>
where
    R: Row,
    T: FromRow<'r, R>,
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
{
    match T::from_row(row) {
        Ok(row) => Ok(Ok(row)),
        Err(_) => Ok(Err(row.try_get(0)?)),
    }
}

const RESPONSES: &str = "
    SELECT n, key, first, unit_id, procedure_id, point_id, channel, questionnaire_id, language, scale_order, day,
           received_at, answers, commitment, hash
    FROM responses
    WHERE n >= $1
    ORDER BY n
    LIMIT $2";

/// The next responses from a number on.
///
/// # Errors
/// When the store does not answer.
pub async fn responses(tx: &mut Tx<'_>, from: i64, limit: i64) -> Result<Vec<Read<ResponseRow>>> {
    match tx {
        Tx::Sqlite(c) => {
            sqlx::query(RESPONSES).bind(from).bind(limit).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
        Tx::Postgres(c) => {
            sqlx::query(RESPONSES).bind(from).bind(limit).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
    }
}

const AUDIT: &str = "
    SELECT n, at, account_id, act, subject, detail, request, hash
    FROM audit
    WHERE n >= $1
    ORDER BY n
    LIMIT $2";

/// The next audit rows from a number on.
///
/// # Errors
/// When the store does not answer.
pub async fn audit(tx: &mut Tx<'_>, from: i64, limit: i64) -> Result<Vec<Read<AuditRow>>> {
    match tx {
        Tx::Sqlite(c) => {
            sqlx::query(AUDIT).bind(from).bind(limit).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
        Tx::Postgres(c) => {
            sqlx::query(AUDIT).bind(from).bind(limit).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
    }
}

const COMMENTS: &str = "
    SELECT response_n, question_id, body, salt, day
    FROM comments
    WHERE response_n >= $1 AND response_n <= $2
    ORDER BY response_n, question_id";

/// The free texts of responses from one number to another; each as far as it can be read.
///
/// # Errors
/// When the store does not answer.
pub async fn comments(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<Read<CommentRow>>> {
    match tx {
        Tx::Sqlite(c) => {
            sqlx::query(COMMENTS).bind(from).bind(to).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
        Tx::Postgres(c) => {
            sqlx::query(COMMENTS).bind(from).bind(to).fetch_all(&mut **c).await?.iter().map(read).collect()
        }
    }
}

const HEADS: &str = "SELECT name, n, hash FROM chain";

/// The heads of the chains by name: number and hash of the last row.
///
/// # Errors
/// When the store does not answer.
pub async fn heads(tx: &mut Tx<'_>) -> Result<BTreeMap<String, (i64, Vec<u8>)>> {
    let rows: Vec<(String, i64, Vec<u8>)> = on!(tx, c => sqlx::query_as(HEADS).fetch_all(c))?;
    Ok(rows.into_iter().map(|(name, n, hash)| (name, (n, hash))).collect())
}

const UNITS: &str = "SELECT id, code FROM units";

/// Codes of units by row number.
///
/// # Errors
/// When the store does not answer.
pub async fn units(tx: &mut Tx<'_>) -> Result<BTreeMap<i64, String>> {
    let rows: Vec<(i64, String)> = on!(tx, c => sqlx::query_as(UNITS).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

const COUNTS: &str = "
    SELECT unit_id, CAST(COUNT(*) AS BIGINT)
    FROM responses
    WHERE n > $1 AND n <= $2
    GROUP BY unit_id";

/// Responses of each unit behind one number and up to another.
///
/// # Errors
/// When the store does not answer.
pub async fn counts(tx: &mut Tx<'_>, after: i64, to: i64) -> Result<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(COUNTS).bind(after).bind(to).fetch_all(c))?)
}

const USED: &str = "
    SELECT unit_id, channel, CAST(COUNT(*) AS BIGINT)
    FROM invitations
    WHERE used = 1
    GROUP BY unit_id, channel";

/// Invitations used by their own form, by unit and channel.
///
/// # Errors
/// When the store does not answer.
pub async fn used(tx: &mut Tx<'_>) -> Result<Vec<(i64, String, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(USED).fetch_all(c))?)
}

const INVITED: &str = "
    SELECT unit_id, channel, CAST(COUNT(*) AS BIGINT)
    FROM responses
    WHERE first IS NULL AND point_id IS NULL AND channel <> 'paper'
    GROUP BY unit_id, channel";

/// First parts that came neither from a point nor on paper, so by invitation, by unit and channel.
///
/// # Errors
/// When the store does not answer.
pub async fn invited(tx: &mut Tx<'_>) -> Result<Vec<(i64, String, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(INVITED).fetch_all(c))?)
}

const ANCHORS: &str = "SELECT id, at, receivers, body FROM anchors ORDER BY id";

/// Every anchor that was made, oldest first.
///
/// # Errors
/// When the store does not answer.
pub async fn anchors(tx: &mut Tx<'_>) -> Result<Vec<AnchorRow>> {
    Ok(on!(tx, c => sqlx::query_as(ANCHORS).fetch_all(c))?)
}

const LAST: &str = "SELECT at, receivers, body FROM anchors WHERE receivers >= $1 ORDER BY id DESC LIMIT $2";

/// The last anchors that at least so many places outside took, newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn last_anchors(db: &Db, receivers: i64, limit: i64) -> Result<Vec<AnchorRow>> {
    Ok(on!(db, c => sqlx::query_as(LAST).bind(receivers).bind(limit).fetch_all(c))?)
}

const STARTED: &str = "SELECT at FROM audit WHERE n = 1";

/// When the audit log begins, in unix ms; none when it is empty.
///
/// # Errors
/// When the store does not answer.
pub async fn started(db: &Db) -> Result<Option<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(STARTED).fetch_optional(c))?)
}

const EPOCHS: &str = "SELECT responses_from, audit_from FROM key_epochs ORDER BY epoch";

/// From which row of each chain on each later master key links: (responses, audit), oldest first.
///
/// # Errors
/// When the store does not answer.
pub async fn epochs(db: &Db) -> Result<Vec<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(EPOCHS).fetch_all(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn epochs_in(tx: &mut Tx<'_>) -> Result<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(EPOCHS).fetch_all(c))?)
}

const TRIGGERS_SQLITE: &str = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'";
const TRIGGERS_POSTGRES: &str = "
    SELECT t.tgname::text, c.relname::text,
           concat_ws(' ', t.tgtype, t.tgenabled, COALESCE(pg_get_expr(t.tgqual, t.tgrelid), '-'), p.prosrc)
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace";
const CHECKSUMS: &str = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";

/// What stands in the way of changes, and which migrations ran.
#[derive(Debug, Clone)]
pub struct Guards {
    /// Triggers that the migrations make and that are not there, are other than made, or are switched off.
    pub triggers: Vec<String>,
    /// Versions whose recorded text is not the one that this program holds.
    pub edited: Vec<i64>,
}

/// Looks at the guards.
///
/// # Errors
/// Conflict when the schema is older or newer than this program: then nothing can be said of it.
pub async fn guards(tx: &mut Tx<'_>) -> Result<Guards> {
    let (migrator, query) = match tx {
        Tx::Sqlite(_) => (sqlx::migrate!("migrations/sqlite"), TRIGGERS_SQLITE),
        Tx::Postgres(_) => (sqlx::migrate!("migrations/postgres"), TRIGGERS_POSTGRES),
    };
    let ran: Vec<(i64, Vec<u8>)> = on!(tx, c => sqlx::query_as(CHECKSUMS).fetch_all(c))?;
    let known: BTreeMap<i64, &[u8]> = migrator.iter().map(|step| (step.version, &*step.checksum)).collect();
    if ran.iter().map(|(version, _)| version).ne(known.keys()) {
        return Err(Error::Conflict(
            "the database belongs to another version of this program: migrate it first".into(),
        ));
    }
    let edited = ran.iter().filter(|(version, sum)| known.get(version).is_none_or(|known| *known != sum.as_slice()));
    let edited = edited.map(|(version, _)| *version).collect();
    let found: Vec<(String, String, Option<String>)> = on!(tx, c => sqlx::query_as(query).fetch_all(c))?;
    let texts: Vec<&str> = migrator.iter().map(|step| step.sql.as_str()).collect();
    let wanted = match tx {
        Tx::Sqlite(_) => triggers_of_sqlite(&texts),
        Tx::Postgres(_) => triggers_of_postgres(&texts),
    };
    let stands = |trigger: &(String, String, String)| {
        found.iter().any(|(name, table, how)| {
            (name, table, how.as_deref()) == (&trigger.0, &trigger.1, Some(trigger.2.as_str()))
        })
    };
    let missing = wanted.iter().filter(|trigger| !stands(trigger));
    Ok(Guards { triggers: missing.map(|(name, ..)| name.clone()).collect(), edited })
}

/// Each trigger that the migrations make on SQLite: name, table, and its text, which SQLite keeps as it was.
fn triggers_of_sqlite(texts: &[&str]) -> Vec<(String, String, String)> {
    let pieces = texts.iter().flat_map(|text| text.split("CREATE TRIGGER ").skip(1));
    let trigger = |piece: &str| {
        let body = piece.split("\nEND").next()?;
        let (name, rest) = body.split_once(' ')?;
        let table = rest.split_once(" ON ")?.1.split_whitespace().next()?;
        Some((name.to_owned(), table.to_owned(), format!("CREATE TRIGGER {body}\nEND")))
    };
    pieces.filter_map(trigger).collect()
}

/// The same on PostgreSQL: kind, on, without condition, and the body of the function that it calls.
fn triggers_of_postgres(texts: &[&str]) -> Vec<(String, String, String)> {
    let body = |function: &str| {
        let start = format!("CREATE FUNCTION {function}()");
        texts.iter().find_map(|text| text.split_once(&start)?.1.split("$$").nth(1))
    };
    let pieces = texts.iter().flat_map(|text| text.split("CREATE TRIGGER ").skip(1));
    let trigger = |piece: &str| {
        let words: Vec<&str> = piece.split(';').next()?.split_whitespace().collect();
        let [name, "BEFORE", event, "ON", table, "FOR", "EACH", level, "EXECUTE", "FUNCTION", function] = words[..]
        else {
            return None;
        };
        // The bits of pg_trigger.tgtype: for each row, before, delete, update, truncate.
        let kind = 2
            + i32::from(level == "ROW")
            + match event {
                "DELETE" => 8,
                "UPDATE" => 16,
                _ => 32,
            };
        let body = body(function.trim_end_matches("()"))?;
        Some((name.to_owned(), table.to_owned(), format!("{kind} O - {body}")))
    };
    pieces.filter_map(trigger).collect()
}

const INSERT: &str = "INSERT INTO anchors (at, receivers, body) VALUES ($1, $2, $3)";

/// Keeps an anchor.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, anchor: &AnchorRow) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(anchor.at).bind(anchor.receivers).bind(anchor.body.clone()).execute(c), rows)?;
    Ok(())
}

const ADD_EPOCH: &str = "INSERT INTO key_epochs (epoch, responses_from, audit_from, at) VALUES ($1, $2, $3, $4)";

/// Notes that another master key links from these rows on.
///
/// # Errors
/// When the store does not answer.
pub async fn add_epoch(tx: &mut Tx<'_>, epoch: i64, responses_from: i64, audit_from: i64, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(ADD_EPOCH)
        .bind(epoch)
        .bind(responses_from)
        .bind(audit_from)
        .bind(now_ms)
        .execute(c), rows)?;
    Ok(())
}
