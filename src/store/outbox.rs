//! `outbox`, `deliveries`: what is to be handed out, and how each try ended.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[PUT, DUE, CLAIM, END, LOG, LATELY, FORGET_LOG, FORGET];

/// A message to hand out.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// The same at every try.
    pub id: String,
    /// `mail` or `hook`.
    pub kind: String,
    /// Number of the account, or the address.
    pub target: String,
    /// JSON.
    pub body: String,
    /// When it was written, in unix ms.
    pub created_at: i64,
    /// When it is to be tried next.
    pub next_at: i64,
    /// How often it was tried.
    pub tries: i64,
}

const PUT: &str = "
    INSERT INTO outbox (id, kind, target, body, created_at, next_at, tries, state)
    VALUES ($1, $2, $3, $4, $5, $5, 0, 'waiting')";

/// Puts a message in, to be handed out at once.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx<'_>, id: &str, kind: &str, target: &str, body: &str, at: i64) -> Result<()> {
    on!(tx, c => sqlx::query(PUT).bind(id).bind(kind).bind(target).bind(body).bind(at).execute(c), rows)?;
    Ok(())
}

const DUE: &str = "
    SELECT id, kind, target, body, created_at, next_at, tries
    FROM outbox
    WHERE state = 'waiting' AND next_at <= $1
    ORDER BY next_at, id
    LIMIT $2";

/// What is to be tried by now, at most so many.
///
/// # Errors
/// When the store does not answer.
pub async fn due(db: &Db, now_ms: i64, most: i64) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(DUE).bind(now_ms).bind(most).fetch_all(c))?)
}

const CLAIM: &str = "
    UPDATE outbox
    SET next_at = $3, tries = tries + 1
    WHERE id = $1 AND state = 'waiting' AND next_at = $2";

/// Takes a message in hand: until an instant nobody else tries it. False when another process was first.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(tx: &mut Tx<'_>, id: &str, next_at: i64, until: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(CLAIM).bind(id).bind(next_at).bind(until).execute(c), rows)? == 1)
}

const END: &str = "UPDATE outbox SET state = $2, next_at = $3 WHERE id = $1 AND state = 'waiting'";

/// Notes how a try left a message: done, given up, or waiting until an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn end(tx: &mut Tx<'_>, id: &str, state: &str, next_at: i64) -> Result<()> {
    on!(tx, c => sqlx::query(END).bind(id).bind(state).bind(next_at).execute(c), rows)?;
    Ok(())
}

const LOG: &str = "
    INSERT INTO deliveries (outbox_id, try, at, outcome)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (outbox_id, try) DO NOTHING";

/// Notes how a try ended.
///
/// # Errors
/// When the store does not answer.
pub async fn log(tx: &mut Tx<'_>, id: &str, number: i64, at: i64, outcome: &str) -> Result<()> {
    on!(tx, c => sqlx::query(LOG).bind(id).bind(number).bind(at).bind(outcome).execute(c), rows)?;
    Ok(())
}

/// A try as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Try {
    /// The message.
    pub outbox_id: String,
    /// `mail` or `hook`.
    pub kind: String,
    /// Number of the account, or the address.
    pub target: String,
    /// Which try it was.
    pub number: i64,
    /// When, in unix ms.
    pub at: i64,
    /// How it ended.
    pub outcome: String,
    /// What is the matter with the message now.
    pub state: String,
}

const LATELY: &str = "
    SELECT d.outbox_id, o.kind, o.target, d.try AS number, d.at, d.outcome, o.state
    FROM deliveries AS d
    JOIN outbox AS o ON o.id = d.outbox_id
    ORDER BY d.at DESC, d.outbox_id, d.try DESC
    LIMIT $1";

/// The last tries.
///
/// # Errors
/// When the store does not answer.
pub async fn lately(db: &Db, most: i64) -> Result<Vec<Try>> {
    Ok(on!(db, c => sqlx::query_as(LATELY).bind(most).fetch_all(c))?)
}

const FORGET_LOG: &str = "
    DELETE FROM deliveries
    WHERE outbox_id IN (SELECT id FROM outbox WHERE state <> 'waiting' AND created_at < $1)";
const FORGET: &str = "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < $1";

/// Forgets what was done with before an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx<'_>, before: i64) -> Result<()> {
    on!(tx, c => sqlx::query(FORGET_LOG).bind(before).execute(c), rows)?;
    on!(tx, c => sqlx::query(FORGET).bind(before).execute(c), rows)?;
    Ok(())
}
