//! From typed sheets to responses: what is due goes through the one storing function, under a key made of batch and
//! sheet, so that it is stored once however often it is tried.

use super::{Batch, State, progress, read};
use crate::domain::Channel;
use crate::domain::account::Scope;
use crate::domain::keys::Keys;
use crate::domain::questionnaire::Questionnaire;
use crate::error::{Error, Result};
use crate::flow::collect::append::append;
use crate::flow::collect::writer::Writer;
use crate::flow::collect::{Outcome, Submission};
use crate::store::paper::{self, EntryRow};
use crate::store::{Db, questionnaires};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// The way to the one storing function.
#[derive(Debug, Clone, Copy)]
pub enum Door<'a> {
    /// The writer of a process that serves.
    Writer(&'a Writer),
    /// Straight, for a command.
    Alone,
}

impl Door<'_> {
    async fn accept(self, db: &Db, keys: &Keys, now_ms: i64, due: Vec<Submission>) -> Result<Vec<Outcome>> {
        let writer = match self {
            Self::Writer(writer) => writer,
            Self::Alone => return append(db, keys, now_ms, &due).await,
        };
        let mut outcomes = Vec::with_capacity(due.len());
        for submission in due {
            outcomes.push(writer.accept(submission).await?);
        }
        Ok(outcomes)
    }
}

/// Stores every sheet of a batch that is due; then what was typed of it is forgotten. Gives how many.
///
/// # Errors
/// Busy when the store does not take them; they stay due and are stored at the next try.
pub async fn store(db: &Db, keys: &Keys, now_ms: i64, door: Door<'_>, batch: &Batch) -> Result<usize> {
    let due: Vec<i64> =
        progress(db, batch).await?.into_iter().filter(|p| p.state == State::Due).map(|p| p.sheet).collect();
    if due.is_empty() {
        return Ok(0);
    }
    let form = questionnaires::by_id(db, batch.questionnaire).await?.ok_or(Error::NotFound("questionnaire"))?;
    let entries = paper::entries(db, batch.id).await?;
    // The last turn counts: the only one, the second of two that agree, or the settling one. What another process has
    // stored in the meantime is forgotten already.
    let last =
        |sheet: &i64| entries.iter().rfind(|entry| entry.sheet == *sheet).filter(|entry| entry.content.is_some());
    let submissions: Result<Vec<Submission>> =
        due.iter().filter_map(last).map(|entry| submission(keys, now_ms, batch, &form, entry)).collect();
    let outcomes = door.accept(db, keys, now_ms, submissions?).await?;
    if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Used | Outcome::Expired)) {
        return Err(Error::internal("a sheet of paper was refused as an invitation"));
    }
    let mut tx = db.begin().await?;
    for sheet in &due {
        paper::mark_stored(&mut tx, batch.id, *sheet, now_ms).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

/// Stores what is due in every batch: what a process that ended between typing and storing left behind.
///
/// # Errors
/// Busy when the store does not take it.
pub async fn store_all(db: &Db, keys: &Keys, now_ms: i64, door: Door<'_>) -> Result<()> {
    for id in paper::unfinished(db).await? {
        let batch = super::one(db, &Scope::All, id).await?;
        store(db, keys, now_ms, door, &batch).await?;
    }
    Ok(())
}

fn submission(keys: &Keys, now_ms: i64, batch: &Batch, form: &Questionnaire, entry: &EntryRow) -> Result<Submission> {
    let sheet = read(entry)?;
    Ok(Submission {
        key: keys.lasting_mac("paper", format!("{}|{}", batch.id, entry.sheet).as_bytes()),
        first: None,
        invitation: None,
        unit: batch.unit,
        procedure: batch.procedure,
        point: None,
        channel: Channel::Paper,
        questionnaire: form.id,
        language: form.default_language.clone(),
        day: sheet.day,
        received_at: now_ms - now_ms.rem_euclid(HOUR_MS),
        answers: sheet.answers,
        texts: sheet.texts,
        trace: None,
    })
}
