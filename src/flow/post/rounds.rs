//! Rounds of handing out: each receiver gets its messages in turn, beside all others and as slowly as it likes. One that is
//! still at it when the next round begins is left alone.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;

use super::{Outcome, Post};
use crate::clock::Clock;
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::endpoints;
use crate::store::outbox::{self, Row};
use crate::store::{Db, Tx};

/// A message in hand belongs to whoever took it for so long: longer than a try may take.
const IN_HAND_MS: i64 = 60 * 1000;
/// So many messages to one receiver are read at once.
const AT_ONCE: i64 = 10;
/// A receiver that does not take so many one after the other is left alone until the next time. One is not enough: it
/// may be that message alone which it does not take.
const MISSES: usize = 2;
/// So many letters are under way at once: they all go through one mail server.
const LETTERS: usize = 10;
/// What was done with is forgotten after so long.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;
/// How long to wait after each try in seconds; after the last one it is given up.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Who is being handed something. When it is dropped, whatever is under way ends, and is tried again later.
#[derive(Debug)]
pub struct Rounds {
    under_way: BTreeMap<(String, String), AbortOnDropHandle<Result<usize>>>,
    letters: Arc<Semaphore>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { under_way: BTreeMap::new(), letters: Arc::new(Semaphore::new(LETTERS)) }
    }
}

impl Rounds {
    /// Begins to hand out what waits to everybody who is not being handed something already, and waits for nobody.
    ///
    /// # Errors
    /// When the store does not answer, or did not in what ended since the round before; what was tried and not noted is
    /// tried again, with the same id.
    pub async fn begin(&mut self, db: &Db, keys: &Arc<Keys>, post: &Post, clock: &Clock) -> Result<()> {
        let (ended, going): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.under_way).into_iter().partition(|(_, hand)| hand.is_finished());
        self.under_way = going;
        for (kind, target) in outbox::receivers(db, clock.now_ms()).await? {
            let whom = (kind, target);
            if self.under_way.contains_key(&whom) {
                continue;
            }
            let hand = Hand {
                db: db.clone(),
                keys: keys.clone(),
                post: post.clone(),
                clock: clock.clone(),
                letters: self.letters.clone(),
            };
            let (kind, target) = whom.clone();
            let hand = tokio::spawn(async move { hand.to_one(&kind, &target).await });
            self.under_way.insert(whom, AbortOnDropHandle::new(hand));
        }
        tried(ended).await.map(drop)
    }

    /// Waits for everything that is under way; gives how many messages were tried.
    ///
    /// # Errors
    /// When the store did not answer; what was tried and not noted is tried again, with the same id.
    pub async fn end(self) -> Result<usize> {
        tried(self.under_way).await
    }
}

/// Hands out what waits and waits for every receiver; gives how many messages were tried.
///
/// # Errors
/// When the store does not answer; what was tried and not noted is tried again, with the same id.
pub async fn deliver(db: &Db, keys: &Arc<Keys>, post: &Post, clock: &Clock) -> Result<usize> {
    let mut rounds = Rounds::default();
    rounds.begin(db, keys, post, clock).await?;
    rounds.end().await
}

/// How many messages were tried in all.
async fn tried(hands: BTreeMap<(String, String), AbortOnDropHandle<Result<usize>>>) -> Result<usize> {
    let mut sum = Ok(0);
    for hand in hands.into_values() {
        match hand.await.map_err(Error::internal).flatten() {
            Ok(n) => sum = sum.map(|before: usize| before + n),
            Err(error) => sum = Err(error),
        }
    }
    sum
}

/// What handing out needs.
struct Hand {
    db: Db,
    keys: Arc<Keys>,
    post: Post,
    clock: Clock,
    letters: Arc<Semaphore>,
}

impl Hand {
    /// Hands one receiver what waits for it, until nothing does or it takes no more; gives how many messages were tried.
    async fn to_one(&self, kind: &str, target: &str) -> Result<usize> {
        let (mut tried, mut missed) = (0, Vec::new());
        loop {
            let due = outbox::due(&self.db, (kind, target), self.clock.now_ms(), AT_ONCE).await?;
            let (mut rows, before) = (VecDeque::from(due), tried);
            // After one that was not taken comes the one that was tried least, which shows whose fault it is.
            while let Some(row) = if missed.is_empty() { rows.pop_front() } else { rows.pop_back() } {
                let _place = match kind {
                    "mail" => Some(self.letters.acquire().await.map_err(Error::internal)?),
                    _ => None,
                };
                let now_ms = self.clock.now_ms();
                let mut tx = self.db.begin().await?;
                if !outbox::claim(&mut tx, &row.id, row.next_at, now_ms + IN_HAND_MS).await? {
                    tx.rollback().await?;
                    continue;
                }
                tx.commit().await.context("take a message in hand")?;
                tried += 1;
                let outcome = self.post.hand_out(&self.db, &self.keys, &row, now_ms).await?;
                let mut tx = self.db.begin().await?;
                match note(&mut tx, &self.keys, &row, outcome, self.clock.now_ms()).await? {
                    Some(next_at) => missed.push(next_at),
                    None => missed.clear(),
                }
                let until = missed.iter().max().filter(|_| missed.len() >= MISSES);
                if let Some(until) = until {
                    outbox::put_off(&mut tx, kind, target, *until).await?;
                }
                tx.commit().await.context("note how a message was taken")?;
                if until.is_some() {
                    return Ok(tried);
                }
            }
            if tried == before {
                return Ok(tried);
            }
        }
    }
}

/// Notes how a try ended; when the receiver did not take it now, gives until when the message waits.
async fn note(tx: &mut Tx<'_>, keys: &Keys, row: &Row, outcome: Outcome, now_ms: i64) -> Result<Option<i64>> {
    let is_missed = matches!(outcome, Outcome::Later(_));
    let (state, next_at, said) = match outcome {
        Outcome::Done => ("done", now_ms, "ok".to_owned()),
        Outcome::Never(why) => ("given_up", now_ms, why),
        Outcome::Held => ("held", now_ms, "off".to_owned()),
        Outcome::Later(why) => match usize::try_from(row.tries - row.base).ok().and_then(|tries| WAITS.get(tries)) {
            Some(wait) => ("waiting", now_ms + wait * 1000 + jitter(&row.id, *wait), why),
            None => ("given_up", now_ms, why),
        },
    };
    if state != "done" {
        tracing::warn!(message = row.id, kind = row.kind, state, "a message was not taken");
    }
    outbox::end(tx, &row.id, state, next_at).await?;
    outbox::log(tx, &row.id, row.tries + 1, now_ms, &said).await?;
    if row.kind == endpoints::KIND {
        endpoints::ended(tx, keys, row, state, now_ms).await?;
    }
    outbox::forget(tx, now_ms - KEPT_MS).await?;
    Ok(is_missed.then_some(next_at))
}

/// Up to a tenth of the wait more, so that not all come again at once; in ms.
fn jitter(id: &str, wait: i64) -> i64 {
    let sum: i64 = id.bytes().map(i64::from).sum();
    wait * 100 * (sum % 100) / 100
}
