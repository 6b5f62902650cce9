//! Anchor: the signed heads of both chains go to receivers outside, and a copy of each stays in the database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::JoinSet;

use super::row::Chain;
use super::verify::head_of;
use super::walk::named;
use crate::domain::anchor::{Anchor, Head, Statement};
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::webhook::Hook;
use crate::store::seal::AnchorRow;
use crate::store::{Db, seal};

/// How often the service makes one by itself.
pub const EVERY_MS: i64 = 24 * 3_600_000;
/// How long a receiver may take.
const GIVE_TIME: Duration = Duration::from_secs(20);
/// Without one that somebody outside took for so long, all staff are told.
pub const LATE_MS: i64 = 48 * 3_600_000;

/// An anchor that was made and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The anchor.
    pub anchor: Anchor,
    /// Why receivers did not take it, one sentence each.
    pub missed: Vec<String>,
}

/// Makes an anchor of everything up to now, gives it to the receivers, all at once, and keeps it. A receiver that fails
/// is told in the log; when all of them fail the anchor is not made.
///
/// # Errors
/// When the store does not answer; conflict when no receiver took it.
pub async fn make(db: &Db, keys: &Keys, now_ms: i64, service: &str, receivers: &[Receiver]) -> Result<Made> {
    let anchor = Anchor::sign(keys, statement(db, now_ms, service).await?);
    let mut giving = JoinSet::new();
    for receiver in receivers.iter().cloned() {
        let anchor = anchor.clone();
        giving.spawn(async move { receiver.give(anchor, now_ms).await });
    }
    let mut missed = Vec::new();
    while let Some(given) = giving.join_next().await {
        if let Err(error) = given.map_err(Error::internal)? {
            tracing::error!(cause = %error, "a receiver did not take the anchor");
            missed.push(error.to_string());
        }
    }
    let took = receivers.len() - missed.len();
    if took == 0 && !missed.is_empty() {
        return Err(Error::Conflict(format!("nobody took the anchor: {}", missed.join("; "))));
    }
    let mut tx = db.begin().await?;
    seal::insert(&mut tx, &AnchorRow { at: now_ms, receivers: took as i64, body: anchor.text() }).await?;
    tx.commit().await?;
    Ok(Made { anchor, missed })
}

/// Makes an anchor when the last one that a receiver took is a day old.
///
/// # Errors
/// As [`make`].
pub async fn daily(db: &Db, keys: &Keys, now_ms: i64, service: &str, receivers: &[Receiver]) -> Result<Option<Made>> {
    let last = seal::last_anchors(db, i64::from(!receivers.is_empty()), 1).await?;
    if last.first().is_some_and(|last| now_ms - last.at < EVERY_MS) {
        return Ok(None);
    }
    make(db, keys, now_ms, service, receivers).await.map(Some)
}

/// Whether no anchor went outside for too long. Before the first one, time counts from the first act in the audit log.
///
/// # Errors
/// When the store does not answer.
pub async fn is_late(db: &Db, now_ms: i64) -> Result<bool> {
    let last = seal::last_anchors(db, 1, 1).await?;
    let since = match last.first() {
        Some(last) => Some(last.at),
        None => seal::started(db).await?,
    };
    Ok(since.is_some_and(|since| now_ms - since > LATE_MS))
}

/// The last anchors, newest first, with how many receivers took each. What cannot be read is left to `verify`.
///
/// # Errors
/// When the store does not answer.
pub async fn last(db: &Db, limit: i64) -> Result<Vec<(Anchor, i64)>> {
    let rows = seal::last_anchors(db, 0, limit).await?;
    Ok(rows.iter().filter_map(|row| Some((Anchor::parse(&row.body)?, row.receivers))).collect())
}

/// The short code of the last anchor, for paper.
///
/// # Errors
/// When the store does not answer.
pub async fn last_code(db: &Db) -> Result<Option<String>> {
    Ok(last(db, 1).await?.into_iter().next().map(|(anchor, _)| anchor.code))
}

async fn statement(db: &Db, now_ms: i64, service: &str) -> Result<Statement> {
    let before = last(db, 1).await?.into_iter().next().map(|(anchor, _)| anchor.statement);
    let mut tx = db.snapshot().await?;
    let heads = seal::heads(&mut tx).await?;
    let (responses, audit) = (head_of(&heads, Chain::Responses), head_of(&heads, Chain::Audit));
    // Only what came since the last anchor is counted: responses are never fewer.
    let (mut units, after) = before.map_or_else(Default::default, |before| (before.units, before.responses.n));
    let counts = seal::counts(&mut tx, after, responses.n).await?;
    for (unit, n) in named(counts.into_iter(), &seal::units(&mut tx).await?) {
        *units.entry(unit).or_default() += n;
    }
    tx.rollback().await?;
    let reports = Head::default();
    Ok(Statement { service: service.to_owned(), at: now_ms, responses, audit, reports, units })
}

/// Somebody who keeps anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A folder, best on a machine that the operator does not control; each anchor is a file of its own in it.
    Folder(PathBuf),
    /// One file, written over.
    File(PathBuf),
    /// An address; its answer 2xx says that it has it.
    Hook(Hook),
}

impl Receiver {
    /// A folder on another machine may hang: nobody waits for it longer than [`GIVE_TIME`].
    async fn give(self, anchor: Anchor, now_ms: i64) -> Result<()> {
        let file = match self {
            Self::File(file) => file,
            Self::Folder(folder) => folder.join(format!("hailong-anchor-{}-{}.json", anchor.statement.at, anchor.code)),
            Self::Hook(hook) => {
                let id = format!("anchor-{}", anchor.code);
                let delivered = hook.deliver(&id, now_ms, &anchor.text()).await;
                return delivered.map_err(|missed| Error::Conflict(missed.why));
            }
        };
        let giving = tokio::task::spawn_blocking(move || write(&file, &anchor.text()));
        match tokio::time::timeout(GIVE_TIME, giving).await {
            Ok(given) => given.map_err(Error::internal)?,
            Err(_) => Err(Error::Busy("anchor")),
        }
    }
}

/// Writes a file whole or not at all.
fn write(file: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = std::fs::File::create(&part)
        .and_then(|mut out| {
            out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.sync_all())
        })
        .and_then(|()| std::fs::rename(&part, file));
    written.map_err(|error| Error::Conflict(format!("{} cannot be written: {error}", file.display()))).context("anchor")
}
