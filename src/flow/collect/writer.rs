//! The one writer of a process: a bounded queue and a task that commits whatever waits, then answers each.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::append::Appender;
use super::{Outcome, Submission};
use crate::clock::{Clock, Stopwatch};
use crate::domain::keys::Keys;
use crate::error::{Error, Result};
use crate::store::Db;

/// How many submissions may wait, and the most that one commit takes.
const QUEUE: usize = 512;
/// How long the connection is kept while no answer comes, and how long at most: others write too.
const IDLE: Duration = Duration::from_millis(10);
const KEPT: Duration = Duration::from_millis(200);
/// How long a commit waits at most for more than a few early answers.
const LINGER: Duration = Duration::from_millis(1);
/// A failure that came sooner than this was a broken connection, not a store that is held or away.
const AGAIN_WITHIN: Duration = Duration::from_secs(1);

/// The door to the writer; clones lead to the same one.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

#[derive(Debug)]
struct Job {
    submission: Submission,
    reply: oneshot::Sender<Result<Outcome>>,
}

impl Writer {
    /// Starts the writer. Its task ends when the last door is dropped and the queue is empty.
    #[must_use]
    pub fn start(db: Db, keys: Arc<Keys>, clock: Clock) -> (Self, JoinHandle<()>) {
        let (queue, jobs) = mpsc::channel(QUEUE);
        (Self { queue }, tokio::spawn(run(db, keys, clock, jobs)))
    }

    /// Stores a submission; returns only after the commit is on disk.
    ///
    /// # Errors
    /// Busy when the queue is full or the store does not take it; then nothing is stored, or the same key will be
    /// found stored when it is sent again.
    pub async fn accept(&self, submission: Submission) -> Result<Outcome> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Job { submission, reply }).map_err(|_| {
            metrics::counter!("hailong_answers_total", "outcome" => "refused").increment(1);
            Error::Busy("queue")
        })?;
        metrics::gauge!("hailong_queue_waiting").set((QUEUE - self.queue.capacity()) as f64);
        answer.await.unwrap_or(Err(Error::Busy("writer")))
    }
}

/// Takes whatever waits: batches grow with load by themselves. Under load, answers come in two groups that take turns,
/// one on its way in while the other goes to disk; the first few of a group that was just answered are not taken alone,
/// or every second commit would be a small one.
async fn run(db: Db, keys: Arc<Keys>, clock: Clock, mut jobs: mpsc::Receiver<Job>) {
    let mut appender = Appender::new(db, keys);
    let mut waiting = Vec::with_capacity(QUEUE);
    let mut kept = Stopwatch::start();
    let mut last = 0;
    loop {
        if kept.elapsed() > KEPT {
            appender.rest();
            kept = Stopwatch::start();
        }
        let taken = match tokio::time::timeout(IDLE, jobs.recv_many(&mut waiting, QUEUE)).await {
            Ok(taken) => taken,
            Err(_) => {
                appender.rest();
                jobs.recv_many(&mut waiting, QUEUE).await
            }
        };
        if taken == 0 {
            return;
        }
        let enough = last / 2;
        if waiting.len() < enough {
            let more = async {
                while waiting.len() < enough {
                    let room = QUEUE - waiting.len();
                    if jobs.recv_many(&mut waiting, room).await == 0 {
                        break;
                    }
                }
            };
            // Those that came in time are taken; when there are no more, so be it.
            let _ = tokio::time::timeout(LINGER, more).await;
        }
        last = waiting.len();
        commit(&mut appender, &clock, &mut waiting).await;
    }
}

/// Stores a batch and answers each, after it is on disk.
async fn commit(appender: &mut Appender, clock: &Clock, waiting: &mut Vec<Job>) {
    let (batch, replies): (Vec<Submission>, Vec<_>) = waiting.drain(..).map(|job| (job.submission, job.reply)).unzip();
    let watch = Stopwatch::start();
    let mut result = appender.append(clock.now_ms(), &batch).await;
    if result.as_ref().is_err_and(Error::is_busy) && watch.elapsed() < AGAIN_WITHIN {
        // A connection may have broken before or at the commit: the keys decide which, so once more is safe.
        // A store that was waited for in vain is not asked again: people are told to come back.
        result = appender.append(clock.now_ms(), &batch).await;
    }
    metrics::histogram!("hailong_commit_seconds").record(watch.elapsed().as_secs_f64());
    metrics::histogram!("hailong_batch_size").record(batch.len() as f64);
    answer(result, replies);
}

fn answer(result: Result<Vec<Outcome>>, replies: Vec<oneshot::Sender<Result<Outcome>>>) {
    match result {
        Ok(outcomes) => {
            let (mut stored, mut duplicate, mut refused) = (0, 0, 0);
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                match outcome {
                    Outcome::Stored(_) => stored += 1,
                    Outcome::Duplicate(_) => duplicate += 1,
                    Outcome::Used | Outcome::Expired => refused += 1,
                }
                // A client that has gone away misses its reply; its answer is stored all the same.
                let _ = reply.send(Ok(outcome));
            }
            for (label, n) in [("stored", stored), ("duplicate", duplicate), ("refused", refused)] {
                metrics::counter!("hailong_answers_total", "outcome" => label).increment(n);
            }
        }
        Err(error) => {
            tracing::error!(cause = %error, answers = replies.len(), "a batch of answers could not be stored");
            metrics::counter!("hailong_answers_total", "outcome" => "failed").increment(replies.len() as u64);
            let busy = error.is_busy();
            for reply in replies {
                let told = if busy { Error::Busy("database") } else { Error::internal("the batch was not stored") };
                let _ = reply.send(Err(told));
            }
        }
    }
}
