//! `outbox`, `deliveries`: what is to be handed out, and how each try ended.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[PUT, RECEIVERS, DUE, CLAIM, END, PUT_OFF, LOG, LATELY, OF, AGAIN, AGAIN_SINCE, HOLD, FORGET_LOG, FORGET];

/// A message to hand out.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// The same at every try.
    pub id: String,
    /// `mail`, `hook`, or `webhook`.
    pub kind: String,
    /// Number of the account, the address, or number of the endpoint.
    pub target: String,
    /// JSON.
    pub body: String,
    /// When it was written, in unix ms.
    pub created_at: i64,
    /// When it is to be tried next.
    pub next_at: i64,
    /// How often it was tried.
    pub tries: i64,
    /// How often it had been tried when somebody sent it again.
    pub base: i64,
}

/// A message to put in.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The same at every try.
    pub id: &'a str,
    /// `mail`, `hook`, or `webhook`.
    pub kind: &'a str,
    /// Number of the account, the address, or number of the endpoint.
    pub target: &'a str,
    /// What it tells of: one receiver is told once. None when that is seen to elsewhere.
    pub about: Option<&'a str>,
    /// JSON.
    pub body: &'a str,
    /// `waiting`, or `held` for a receiver that is switched off.
    pub state: &'a str,
    /// Now, in unix ms.
    pub at: i64,
}

const PUT: &str = "
    INSERT INTO outbox (id, kind, target, about, body, created_at, next_at, tries, state)
    VALUES ($1, $2, $3, $4, $5, $6, $6, 0, $7)
    ON CONFLICT (kind, target, about) DO NOTHING";

/// Puts a message in, to be handed out at once, unless its receiver has one about the same.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx<'_>, new: New<'_>) -> Result<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(new.id)
        .bind(new.kind)
        .bind(new.target)
        .bind(new.about)
        .bind(new.body)
        .bind(new.at)
        .bind(new.state)
        .execute(c), rows)?;
    Ok(())
}

const RECEIVERS: &str = "
    SELECT DISTINCT kind, target
    FROM outbox
    WHERE state = 'waiting' AND next_at <= $1
    ORDER BY kind, target";

/// Kind and target of everybody for whom something is to be tried by now.
///
/// # Errors
/// When the store does not answer.
pub async fn receivers(db: &Db, now_ms: i64) -> Result<Vec<(String, String)>> {
    Ok(on!(db, c => sqlx::query_as(RECEIVERS).bind(now_ms).fetch_all(c))?)
}

const DUE: &str = "
    SELECT id, kind, target, body, created_at, next_at, tries, base
    FROM outbox
    WHERE kind = $1 AND target = $2 AND state = 'waiting' AND next_at <= $3
    ORDER BY next_at, tries DESC, id
    LIMIT $4";

/// What is to be tried by now at one receiver, at most so many; of those that waited for the same instant the most tried
/// comes first.
///
/// # Errors
/// When the store does not answer.
pub async fn due(db: &Db, (kind, target): (&str, &str), now_ms: i64, most: i64) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(DUE).bind(kind).bind(target).bind(now_ms).bind(most).fetch_all(c))?)
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

const END: &str = "
    UPDATE outbox SET state = $2, next_at = $3
    WHERE id = $1 AND (state = 'waiting' OR (state = 'held' AND $2 = 'done'))";

/// Notes how a try left a message: done, given up, held, or waiting until an instant. One that was held while somebody had
/// it in hand stays so unless it was taken.
///
/// # Errors
/// When the store does not answer.
pub async fn end(tx: &mut Tx<'_>, id: &str, state: &str, next_at: i64) -> Result<()> {
    on!(tx, c => sqlx::query(END).bind(id).bind(state).bind(next_at).execute(c), rows)?;
    Ok(())
}

const PUT_OFF: &str = "
    UPDATE outbox SET next_at = $3
    WHERE kind = $1 AND target = $2 AND state = 'waiting' AND next_at < $3";

/// Lets everything that waits for a receiver wait until an instant at least.
///
/// # Errors
/// When the store does not answer.
pub async fn put_off(tx: &mut Tx<'_>, kind: &str, target: &str, until: i64) -> Result<()> {
    on!(tx, c => sqlx::query(PUT_OFF).bind(kind).bind(target).bind(until).execute(c), rows)?;
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
    /// `mail`, `hook`, or `webhook`.
    pub kind: String,
    /// Number of the account, the address, or number of the endpoint.
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

/// A message to one receiver, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Delivery {
    /// The same at every try.
    pub id: String,
    /// What it tells of.
    pub about: Option<String>,
    /// `waiting`, `done`, `given_up` or `held`.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next, while it waits.
    pub next_at: i64,
    /// When it was written, in unix ms.
    pub created_at: i64,
    /// When the last try ended.
    pub tried_at: Option<i64>,
    /// How it ended.
    pub outcome: Option<String>,
}

const OF: &str = "
    SELECT o.id, o.about, o.state, o.tries, o.next_at, o.created_at, d.at AS tried_at, d.outcome
    FROM outbox AS o
    LEFT JOIN deliveries AS d ON d.outbox_id = o.id AND d.try = o.tries
    WHERE o.kind = $1 AND o.target = $2
    ORDER BY o.created_at DESC, o.id
    LIMIT $3";

/// The last messages to a receiver.
///
/// # Errors
/// When the store does not answer.
pub async fn of(db: &Db, kind: &str, target: &str, most: i64) -> Result<Vec<Delivery>> {
    Ok(on!(db, c => sqlx::query_as(OF).bind(kind).bind(target).bind(most).fetch_all(c))?)
}

const AGAIN: &str = "
    UPDATE outbox SET state = 'waiting', next_at = $4, base = tries
    WHERE id = $1 AND kind = $2 AND target = $3 AND state <> 'waiting'";

/// Has a message to a receiver handed out again, with its id; false when it waits already or is not there.
///
/// # Errors
/// When the store does not answer.
pub async fn again(tx: &mut Tx<'_>, id: &str, kind: &str, target: &str, at: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(AGAIN).bind(id).bind(kind).bind(target).bind(at).execute(c), rows)? == 1)
}

const AGAIN_SINCE: &str = "
    UPDATE outbox SET state = 'waiting', next_at = $4, base = tries
    WHERE kind = $1 AND target = $2 AND created_at >= $3 AND state IN ('given_up', 'held')";

/// Has everything since an instant that a receiver did not take handed out again; gives how much that is.
///
/// # Errors
/// When the store does not answer.
pub async fn again_since(tx: &mut Tx<'_>, kind: &str, target: &str, since: i64, at: i64) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(AGAIN_SINCE).bind(kind).bind(target).bind(since).bind(at).execute(c), rows)?)
}

const HOLD: &str = "UPDATE outbox SET state = 'held' WHERE kind = $1 AND target = $2 AND state = 'waiting'";

/// Holds what waits for a receiver.
///
/// # Errors
/// When the store does not answer.
pub async fn hold(tx: &mut Tx<'_>, kind: &str, target: &str) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(HOLD).bind(kind).bind(target).execute(c), rows)?)
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
