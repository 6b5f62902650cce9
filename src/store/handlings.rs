//! `handlings`: what was done about each comment. Append-only as long as the comment is there, and gone with it.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[HANDLED, INSERT, ANSWERED];

/// Something that was done about a comment, as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Name of the act.
    pub act: String,
    /// Unit it was assigned to.
    pub unit_id: Option<i64>,
    /// Day by which it is to be done.
    pub due: Option<i64>,
    /// Name of the status from then on.
    pub status: Option<String>,
    /// Name of the reason.
    pub reason: Option<String>,
    /// 1 when the answer may be shown to everybody.
    pub published: Option<i64>,
    /// The note, the answer or the reason in words.
    pub body: String,
    /// Name of who did it.
    pub account_name: String,
    /// When, in unix ms.
    pub at: i64,
}

const HANDLED: &str = "
    SELECT h.act, h.unit_id, h.due, h.status, h.reason, h.published, h.body, a.name AS account_name, h.at
    FROM handlings AS h
    JOIN accounts AS a ON a.id = h.account_id
    WHERE h.response_n = $1 AND h.question_id = $2
    ORDER BY h.n";

/// Everything that was done about a comment, in order.
///
/// # Errors
/// When the store does not answer.
pub async fn of(db: &Db, (response, question): (i64, i64)) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(HANDLED).bind(response).bind(question).fetch_all(c))?)
}

/// The same inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn of_in(tx: &mut Tx<'_>, (response, question): (i64, i64)) -> Result<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(HANDLED).bind(response).bind(question).fetch_all(c))?)
}

/// Something that is done about a comment, to store.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Response and question.
    pub comment: (i64, i64),
    /// Name of the act.
    pub act: &'a str,
    /// Unit it is assigned to.
    pub unit: Option<i64>,
    /// Day by which it is to be done.
    pub due: Option<i64>,
    /// Name of the status from now on.
    pub status: Option<&'a str>,
    /// Name of the reason.
    pub reason: Option<&'a str>,
    /// 1 when the answer may be shown to everybody.
    pub published: Option<i64>,
    /// Which characters.
    pub chars: Option<(i64, i64)>,
    /// The note, the answer or the reason in words.
    pub body: &'a str,
    /// Who does it.
    pub account: i64,
    /// Now, in unix ms.
    pub at: i64,
}

const INSERT: &str = "
    INSERT INTO handlings (response_n, question_id, act, unit_id, due, status, reason, published, from_char, to_char,
                           body, account_id, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// Stores what is done about a comment.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(new.comment.0)
        .bind(new.comment.1)
        .bind(new.act)
        .bind(new.unit)
        .bind(new.due)
        .bind(new.status)
        .bind(new.reason)
        .bind(new.published)
        .bind(new.chars.map(|(from, _)| from))
        .bind(new.chars.map(|(_, to)| to))
        .bind(new.body)
        .bind(new.account)
        .bind(new.at)
        .execute(c), rows)?;
    Ok(())
}

/// The last word of a unit on what it did about a comment, which everybody may read.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Answered {
    /// Unit that was commented on.
    pub unit_id: i64,
    /// The text.
    pub body: String,
}

const ANSWERED: &str = "
    SELECT i.unit_id, h.body
    FROM handlings AS h
    JOIN inbox AS i ON i.response_n = h.response_n AND i.question_id = h.question_id
    WHERE h.act = 'answered'
        AND h.published = 1
        AND i.day BETWEEN $1 AND $2
        AND NOT EXISTS (SELECT 1 FROM handlings AS later
                        WHERE later.response_n = h.response_n AND later.question_id = h.question_id
                            AND later.act = h.act AND later.n > h.n)
    ORDER BY h.n DESC
    LIMIT $3";

/// What units let everybody read of what they did about the comments of some days, the first and the last included; the
/// newest words first, at most so many. Never the comment itself.
///
/// # Errors
/// When the store does not answer.
pub async fn answered(db: &Db, (first, last): (i64, i64), most: i64) -> Result<Vec<Answered>> {
    Ok(on!(db, c => sqlx::query_as(ANSWERED).bind(first).bind(last).bind(most).fetch_all(c))?)
}
