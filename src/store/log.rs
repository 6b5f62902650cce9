//! `audit`, read: who did what, newest first.

use super::Db;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[PAGE, COUNT];

/// Which rows are asked for. Lists of accounts are written `|3|17|`, those of subjects `|account 3|`.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only of these accounts; the operator and nobody known are among none.
    pub accounts: Option<String>,
    /// Only this act.
    pub act: Option<String>,
    /// Only from this instant on, in unix ms.
    pub from: Option<i64>,
    /// Only before this one.
    pub until: Option<i64>,
    /// Only about these subjects, or those that hold the text.
    pub subjects: Option<String>,
    /// A text that a subject holds, in small letters.
    pub text: String,
    /// Only rows before this number.
    pub before: Option<i64>,
    /// At most so many.
    pub most: i64,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Its number.
    pub n: i64,
    /// When, in unix ms.
    pub at: i64,
    /// Who; none for the operator at the server, and for nobody known.
    pub account_id: Option<i64>,
    /// What.
    pub act: String,
    /// To what.
    pub subject: String,
    /// Before and after, as JSON.
    pub detail: String,
    /// In which request.
    pub request: String,
}

const PAGE: &str = "
    SELECT n, at, account_id, act, subject, detail, request
    FROM audit
    WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(account_id AS TEXT) || '|%')
        AND (CAST($2 AS TEXT) IS NULL OR act = $2)
        AND (CAST($3 AS BIGINT) IS NULL OR at >= $3)
        AND (CAST($4 AS BIGINT) IS NULL OR at < $4)
        AND (CAST($5 AS TEXT) IS NULL OR $5 LIKE '%|' || subject || '|%'
            OR LOWER(subject) LIKE '%' || CAST($6 AS TEXT) || '%')
        AND (CAST($7 AS BIGINT) IS NULL OR n < $7)
    ORDER BY n DESC
    LIMIT $8";

/// The rows asked for, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn page(db: &Db, wanted: &Wanted) -> Result<Vec<Row>> {
    let wanted = wanted.clone();
    Ok(on!(db, c => sqlx::query_as(PAGE)
        .bind(wanted.accounts)
        .bind(wanted.act)
        .bind(wanted.from)
        .bind(wanted.until)
        .bind(wanted.subjects)
        .bind(wanted.text)
        .bind(wanted.before)
        .bind(wanted.most)
        .fetch_all(c))?)
}

const COUNT: &str = "
    SELECT CAST(COUNT(*) AS BIGINT)
    FROM (
        SELECT n
        FROM audit
        WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(account_id AS TEXT) || '|%')
            AND (CAST($2 AS TEXT) IS NULL OR act = $2)
            AND (CAST($3 AS BIGINT) IS NULL OR at >= $3)
            AND (CAST($4 AS BIGINT) IS NULL OR at < $4)
            AND (CAST($5 AS TEXT) IS NULL OR $5 LIKE '%|' || subject || '|%'
                OR LOWER(subject) LIKE '%' || CAST($6 AS TEXT) || '%')
            AND (CAST($7 AS BIGINT) IS NULL OR n < $7)
        LIMIT $8
    ) AS rows";

/// How many rows are asked for, however many there are beyond the most.
///
/// # Errors
/// When the store does not answer.
pub async fn count(db: &Db, wanted: &Wanted) -> Result<i64> {
    let wanted = wanted.clone();
    Ok(on!(db, c => sqlx::query_scalar(COUNT)
        .bind(wanted.accounts)
        .bind(wanted.act)
        .bind(wanted.from)
        .bind(wanted.until)
        .bind(wanted.subjects)
        .bind(wanted.text)
        .bind(wanted.before)
        .bind(wanted.most)
        .fetch_one(c))?)
}
