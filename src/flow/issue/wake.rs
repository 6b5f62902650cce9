//! Wake: a tablet is told, by whichever process it listens to, to ask about one case for a minute. Every process looks
//! at one number of the store; whoever wakes in the same process nudges it, so that it need not wait.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::clock::{self, Clock};
use crate::domain::keys::Keys;
use crate::domain::{PointId, ProcedureId};
use crate::error::{Error, Result};
use crate::store::marks::{self, Mark};
use crate::store::wakes::{self, Row};
use crate::store::{Db, Tx};

/// How long a tablet asks about one case when nobody touches it.
pub const LIFE_MS: i64 = 60_000;
/// How often a process looks whether another one woke a tablet.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Wakes that a slow listener may be behind before it must look for itself.
const BEHIND: usize = 256;
const ABOUT: &str = "wake";

/// What a tablet is to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// Code of the invitation, which the answer carries back.
    pub code: String,
    /// Name of the form; its latest version is asked.
    pub form: String,
    /// Procedure of the case.
    pub procedure: Option<ProcedureId>,
    /// Code of the language to ask in.
    pub lang: String,
}

/// A wake on its way to a tablet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Woken {
    /// Its number: later wakes have higher ones.
    pub n: i64,
    /// Point of the tablet.
    pub point: PointId,
    /// When it is over, in unix ms.
    pub expires_at: i64,
    /// What to ask.
    pub wake: Wake,
}

/// Stores a wake in place of the tablet's earlier one.
pub(super) async fn put(tx: &mut Tx<'_>, keys: &Keys, now_ms: i64, point: i64, wake: &Wake) -> Result<()> {
    // Raised first: whoever wakes after us waits for it, so that numbers appear in their order.
    marks::raise(tx, Mark::Woken).await?;
    let n = marks::get_in(tx, Mark::Woken).await?;
    wakes::forget(tx, now_ms).await?;
    let sealed = keys.seal(ABOUT, clock::fresh(), &serde_json::to_vec(wake)?);
    wakes::put(tx, &Row { point_id: point, n, sealed, expires_at: now_ms + LIFE_MS }).await
}

/// The wake of a tablet that is not over.
///
/// # Errors
/// When the store does not answer.
pub async fn of(db: &Db, keys: &Keys, now_ms: i64, point: PointId) -> Result<Option<Woken>> {
    wakes::since(db, 0, now_ms, Some(point.0)).await?.pop().map(|row| woken(keys, row)).transpose()
}

/// Removes wakes that are over: they say what was asked where.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(db: &Db, now_ms: i64) -> Result<()> {
    if !wakes::any_over(db, now_ms).await? {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    wakes::forget(&mut tx, now_ms).await?;
    tx.commit().await
}

fn woken(keys: &Keys, row: Row) -> Result<Woken> {
    let plain = keys.open(ABOUT, &row.sealed).ok_or_else(|| Error::internal("a sealed wake does not open"))?;
    let wake = serde_json::from_slice(&plain)?;
    Ok(Woken { n: row.n, point: PointId(row.point_id), expires_at: row.expires_at, wake })
}

/// The tablets that listen to this process.
#[derive(Debug)]
pub struct Tablets {
    told: broadcast::Sender<Woken>,
    nudged: Notify,
}

impl Default for Tablets {
    fn default() -> Self {
        Self { told: broadcast::channel(BEHIND).0, nudged: Notify::new() }
    }
}

impl Tablets {
    /// Hears of every wake from now on. What was before, [`of`] tells.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Woken> {
        self.told.subscribe()
    }

    /// Says that a tablet was woken in this process.
    pub fn nudge(&self) {
        self.nudged.notify_one();
    }

    /// Tells the tablets until the process stops: one cheap look for all of them, and none while nobody listens.
    pub async fn tell(&self, db: &Db, keys: &Keys, clock: &Clock, stopping: &CancellationToken) {
        let mut last = 0;
        let mut failing = false;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.nudged.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if self.told.receiver_count() == 0 {
                continue;
            }
            match self.look(db, keys, clock.now_ms(), last).await {
                Ok(seen) => (last, failing) = (seen, false),
                // Said once, not four times a second.
                Err(error) if !std::mem::replace(&mut failing, true) => {
                    tracing::warn!(cause = %error, "wakes of tablets cannot be seen");
                }
                Err(_) => {}
            }
        }
    }

    async fn look(&self, db: &Db, keys: &Keys, now_ms: i64, last: i64) -> Result<i64> {
        let mark = marks::get(db, Mark::Woken).await?;
        if mark == last {
            return Ok(last);
        }
        for row in wakes::since(db, last, now_ms, None).await? {
            // Nobody listening is no failure: the tablet asks for itself when it connects.
            let _ = self.told.send(woken(keys, row)?);
        }
        Ok(mark)
    }
}
