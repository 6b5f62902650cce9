//! Upkeep: what is forgotten by itself when its time is over. Each job runs once a local day, in one process of
//! however many serve the database, and reports to the audit log how much it forgot.
//!
//! Answers are not among it: each is sealed into the chain with what was chosen, so that none can be taken out without
//! breaking the proof of all that follow.

use serde_json::json;

use crate::domain::Day;
use crate::domain::keys::Keys;
use crate::error::{Context, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::issue::feed::{self, ANY_DAYS, FINISHED_DAYS};
use crate::flow::issue::sums;
use crate::flow::issue::system::CALL_DAYS;
use crate::flow::people::session;
use crate::store::{Db, Tx, api_calls, cases, upkeep};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Comments are kept for so many months after the day of their answer.
const COMMENT_MONTHS: i64 = 24;
/// The keyed hash of a case code is kept for so many days after its invitation was used or expired.
const CASE_DAYS: i64 = 30;

/// A job of the night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Comments, text and salt.
    Comments,
    /// Keyed hashes of case codes: of invitations, and of cases that systems told of.
    Cases,
    /// What the creating calls of other systems came to.
    Calls,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 3] = [Self::Comments, Self::Cases, Self::Calls];

    /// The name in tables and the audit log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Cases => "cases",
            Self::Calls => "api-calls",
        }
    }

    async fn run(self, tx: &mut Tx<'_>, now_ms: i64) -> Result<Forgotten> {
        let today = Day::at(now_ms);
        match self {
            Self::Comments => {
                let before = today.months_before(COMMENT_MONTHS).number();
                let last = upkeep::last_of_step(tx, before, COMMENTS_IN_A_STEP - 1).await?;
                // All texts of a response go in one step: one commitment is over them.
                let end = last.unwrap_or((before - 1, i64::MAX));
                let erased = upkeep::old_comments(tx, end).await?;
                let count = upkeep::forget_comments(tx, end, now_ms).await?;
                Ok(Forgotten { count, erased, more: last.is_some() })
            }
            Self::Cases => {
                let used = today.plus(-CASE_DAYS).number();
                let mut count = upkeep::forget_cases(tx, now_ms - CASE_DAYS * DAY_MS, used).await?;
                count += cases::forget(tx, today.plus(-FINISHED_DAYS).number(), today.plus(-ANY_DAYS).number()).await?;
                Ok(Forgotten { count, erased: Vec::new(), more: false })
            }
            Self::Calls => {
                let count = api_calls::forget(tx, today.plus(-CALL_DAYS).number()).await?;
                Ok(Forgotten { count, erased: Vec::new(), more: false })
            }
        }
    }
}

/// What a job forgot.
struct Forgotten {
    count: u64,
    /// Responses that lost their text: whoever verifies the seal learns it from the audit log.
    erased: Vec<i64>,
    /// Whether there is more to forget, in a transaction of its own.
    more: bool,
}

/// Numbers in one row of the audit log.
const NUMBERS_IN_A_ROW: usize = 5_000;
/// Comments forgotten in one transaction: nobody who stores an answer waits longer for it.
const COMMENTS_IN_A_STEP: i64 = 5_000;

/// Does what is left to do of this local day, ends sessions and links whose time is over, and sums invitations that can
/// move no more.
///
/// # Errors
/// When the store does not answer; what was not done is done at the next call.
pub async fn nightly(db: &Db, keys: &Keys, now_ms: i64) -> Result<()> {
    session::forget(db, now_ms).await.context("forget sessions")?;
    settle(db, now_ms).await.context("settle what was told of cases")?;
    for job in Job::ALL {
        if upkeep::done(db, job.name(), Day::at(now_ms).number()).await? {
            continue;
        }
        let forgotten = once(db, keys, now_ms, job).await.context("forget what is old")?;
        if job == Job::Comments && forgotten.is_some_and(|n| n > 0) {
            db.flush().await;
        }
    }
    sums::keep(db, now_ms).await
}

/// Lets what systems told of months that are over stand as caseload, once a local day: records of a month may come late.
async fn settle(db: &Db, now_ms: i64) -> Result<()> {
    let (today, mapping) = (Day::at(now_ms), feed::mapping(db).await?);
    if upkeep::done(db, "caseload", today.number()).await? {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    if !upkeep::claim(&mut tx, "caseload", today.number()).await? {
        return tx.rollback().await;
    }
    feed::settle(&mut tx, mapping.whole_since, today).await?;
    tx.commit().await
}

/// Does a job in steps, unless another process did or does; gives how much was forgotten.
async fn once(db: &Db, keys: &Keys, now_ms: i64, job: Job) -> Result<Option<u64>> {
    let mut all = None;
    while let Some(forgotten) = step(db, keys, now_ms, job).await? {
        all = Some(all.unwrap_or(0) + forgotten.count);
        if !forgotten.more {
            break;
        }
    }
    Ok(all)
}

async fn step(db: &Db, keys: &Keys, now_ms: i64, job: Job) -> Result<Option<Forgotten>> {
    let (mut tx, today) = (db.begin().await?, Day::at(now_ms).number());
    if !upkeep::claim(&mut tx, job.name(), today).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let forgotten = job.run(&mut tx, now_ms).await?;
    if forgotten.more {
        upkeep::give_back(&mut tx, job.name(), today).await?;
    }
    let subject = format!("retention {}", job.name());
    for erased in forgotten.erased.chunks(NUMBERS_IN_A_ROW) {
        let detail = json!({ "erased": erased });
        audit::note(&mut tx, keys, now_ms, By::OPERATOR, Act::Forgotten, subject.clone(), detail).await?;
    }
    let detail = json!({ "forgotten": forgotten.count });
    audit::note(&mut tx, keys, now_ms, By::OPERATOR, Act::Forgotten, subject, detail).await?;
    tx.commit().await?;
    Ok(Some(forgotten))
}
