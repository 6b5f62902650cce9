//! The one storing function: a batch of submissions, each exactly once, sealed, in one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Outcome, Submission};
use crate::clock;
use crate::domain::Day;
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::seal::row::{self as seal, Chain};
use crate::store::responses::{Alone, NewComment, NewRow};
use crate::store::traces::NewTrace;
use crate::store::{self, Db, Line, Tx, invitations, responses};

/// Times that a head which another process moved is read anew before the lock is taken.
const RUNS: u32 = 8;

/// Stores a batch in one transaction; outcomes come in the order of the batch, after the commit is on disk.
///
/// # Errors
/// Busy or internal; then nothing of the batch is stored.
pub async fn append(db: &Db, keys: &Keys, now_ms: i64, batch: &[Submission]) -> Result<Vec<Outcome>> {
    Appender::new(db.clone(), Arc::new(keys.clone())).append(now_ms, batch).await
}

/// Appends batch after batch. A key is stored once for ever, and an invitation is used by one answer; both are decided
/// by the store, so several processes may append at once.
///
/// Between batches it keeps its connection, until told to rest, and remembers the head of the chain. While nobody else
/// appends, a plain batch then needs one trip to the engine. Where another process has moved the head it is read and
/// the trip made again: nobody holds the lock while an answer is on its way to a process, or two processes on a busy
/// machine would together be slower than one. A batch with a repeat, an invitation or free text reads the head under
/// lock.
#[derive(Debug)]
pub struct Appender {
    db: Db,
    keys: Arc<Keys>,
    line: Option<Line>,
    head: Option<Head>,
}

/// The last link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    n: i64,
    hash: Vec<u8>,
}

/// Rows that follow a head, how they came, and what is told of them.
struct Following {
    rows: Vec<NewRow>,
    traces: Vec<NewTrace>,
    outcomes: Vec<(usize, Outcome)>,
}

impl Head {
    fn of(row: &NewRow) -> Self {
        Self { n: row.n, hash: row.hash.to_vec() }
    }
}

impl Appender {
    /// One that has yet to learn the head.
    #[must_use]
    pub fn new(db: Db, keys: Arc<Keys>) -> Self {
        Self { db, keys, line: None, head: None }
    }

    /// Gives the connection back until the next batch: on SQLite nobody else writes while it is kept.
    pub fn rest(&mut self) {
        self.line = None;
    }

    /// Stores a batch in one transaction; outcomes come in the order of the batch, after the commit is on disk.
    ///
    /// # Errors
    /// Busy or internal; then nothing of the batch is stored, or its keys will be found stored.
    pub async fn append(&mut self, now_ms: i64, batch: &[Submission]) -> Result<Vec<Outcome>> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => self.db.line().await.context("take a connection to append")?,
        };
        // After a failure the pool takes the connection back and asks it whether it still lives.
        let outcomes = self.append_on(&mut line, now_ms, batch).await?;
        self.line = Some(line);
        Ok(outcomes)
    }

    async fn append_on(&mut self, line: &mut Line, now_ms: i64, batch: &[Submission]) -> Result<Vec<Outcome>> {
        let mut leader_of_key = HashMap::with_capacity(batch.len());
        let leaders: Vec<usize> = (0..batch.len()).map(|i| *leader_of_key.entry(batch[i].key).or_insert(i)).collect();
        let mut outcomes: Vec<Option<Outcome>> = vec![None; batch.len()];
        loop {
            let open = |i: &usize| leaders[*i] == *i && outcomes[*i].is_none();
            let open: Vec<usize> = (0..batch.len()).filter(open).collect();
            if open.is_empty() {
                break;
            }
            let told = match self.at_once(line, batch, &open).await.context("append responses at once")? {
                Some(stored) => stored,
                // A repeat shows itself by its key only when the rows are inserted; the numbers given to the others
                // would then have gaps, so the attempt is given up and made again without it.
                None => self.under_lock(line, now_ms, batch, &open).await.context("append responses")?,
            };
            for (i, outcome) in told {
                outcomes[i] = Some(outcome);
            }
        }
        let outcome_of = |i: usize| match outcomes[leaders[i]]? {
            Outcome::Stored(n) if leaders[i] != i => Some(Outcome::Duplicate(n)),
            outcome => Some(outcome),
        };
        (0..batch.len())
            .map(outcome_of)
            .collect::<Option<_>>()
            .ok_or_else(|| Error::internal("an answer without outcome"))
    }

    /// Stores plain submissions after the remembered head in one trip; `None`, and nothing stored, when they are not
    /// plain, the head is not known or keeps moving, or a key was there before.
    async fn at_once(
        &mut self,
        line: &mut Line,
        batch: &[Submission],
        open: &[usize],
    ) -> Result<Option<Vec<(usize, Outcome)>>> {
        let plain = |s: &Submission| s.invitation.is_none() && s.texts.is_empty();
        if !open.iter().all(|i| plain(&batch[*i])) {
            return Ok(None);
        }
        for _ in 0..RUNS {
            let Some(before) = self.head.clone() else { return Ok(None) };
            let following = self.follow(&before, batch, open)?;
            match responses::insert_alone(line, before.n, &following.rows, &following.traces).await? {
                Alone::Stored => {
                    self.head = following.rows.last().map(Head::of);
                    return Ok(Some(following.outcomes));
                }
                Alone::Moved => {
                    let (n, hash) = responses::head_now(line).await?;
                    self.head = Some(Head { n, hash });
                }
                Alone::Refused => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Plain submissions as the rows that follow a head.
    fn follow(&self, before: &Head, batch: &[Submission], open: &[usize]) -> Result<Following> {
        let mut head = before.clone();
        let mut following =
            Following { rows: Vec::with_capacity(open.len()), traces: Vec::new(), outcomes: Vec::new() };
        for &i in open {
            let row = row(&self.keys, head.n + 1, &head.hash, &batch[i], &mut Vec::new())?;
            head = Head::of(&row);
            following.outcomes.push((i, Outcome::Stored(row.n)));
            following.traces.extend(trace(row.n, &batch[i]));
            following.rows.push(row);
        }
        Ok(following)
    }

    /// Tries to store the open submissions while it holds the head: either all that may be stored are, or nothing is
    /// and the repeats are told.
    async fn under_lock(
        &mut self,
        line: &mut Line,
        now_ms: i64,
        batch: &[Submission],
        open: &[usize],
    ) -> Result<Vec<(usize, Outcome)>> {
        let mut tx = line.begin().await?;
        let (n, hash) = responses::head(&mut tx).await?;
        let mut head = Head { n, hash };
        self.head = Some(head.clone());
        let mut outcomes = Vec::with_capacity(open.len());
        let mut rows: Vec<NewRow> = Vec::with_capacity(open.len());
        let (mut comments, mut traces) = (Vec::new(), Vec::new());
        for &i in open {
            if let Some(refusal) = refuse(&mut tx, &batch[i], now_ms).await? {
                outcomes.push((i, refusal));
                continue;
            }
            let row = row(&self.keys, head.n + 1, &head.hash, &batch[i], &mut comments)?;
            head = Head::of(&row);
            outcomes.push((i, Outcome::Stored(row.n)));
            traces.extend(trace(row.n, &batch[i]));
            rows.push(row);
        }
        if rows.is_empty() {
            tx.rollback().await?;
            return Ok(outcomes);
        }
        let inserted = responses::insert(&mut tx, &rows).await?;
        if inserted.len() < rows.len() {
            tx.rollback().await?;
            let known = outcomes.into_iter().filter(|(_, o)| matches!(o, Outcome::Stored(n) if !inserted.contains(n)));
            return repeats(&self.db, batch, known.map(|(i, _)| i).collect()).await;
        }
        if !comments.is_empty() {
            responses::insert_comments(&mut tx, &comments).await?;
        }
        if !traces.is_empty() {
            store::traces::insert(&mut tx, &traces).await?;
        }
        tx.commit().await?;
        self.head = Some(head);
        Ok(outcomes)
    }
}

/// Uses up the invitation of a submission, if it has one; tells why it cannot be stored, if so.
async fn refuse(tx: &mut Tx<'_>, submission: &Submission, now_ms: i64) -> Result<Option<Outcome>> {
    let Some(invitation) = submission.invitation else { return Ok(None) };
    // What waits on a tablet without a line may come days later: it counts when it was tapped.
    let answered = submission.trace.map_or(now_ms, |trace| trace.at.min(now_ms));
    if invitations::use_up(tx, invitation.0, Day::at(now_ms).number(), answered, submission.point.is_some()).await? {
        return Ok(None);
    }
    if let Some(n) = responses::by_key_in(tx, submission.key).await? {
        return Ok(Some(Outcome::Duplicate(n)));
    }
    Ok(Some(if invitations::is_used(tx, invitation.0).await? { Outcome::Used } else { Outcome::Expired }))
}

async fn repeats(db: &Db, batch: &[Submission], known: Vec<usize>) -> Result<Vec<(usize, Outcome)>> {
    let mut outcomes = Vec::with_capacity(known.len());
    for i in known {
        if let Some(n) = responses::by_key(db, batch[i].key).await? {
            outcomes.push((i, Outcome::Duplicate(n)));
        }
    }
    Ok(outcomes)
}

fn row(keys: &Keys, n: i64, previous: &[u8], s: &Submission, comments: &mut Vec<NewComment>) -> Result<NewRow> {
    let mut row = NewRow {
        n,
        key: s.key,
        first: s.first,
        unit_id: s.unit.0,
        procedure_id: s.procedure.map(|p| p.0),
        point_id: s.point.map(|p| p.0),
        channel: s.channel.name(),
        questionnaire_id: s.questionnaire.0,
        language: s.language.clone(),
        day: s.day.number(),
        received_at: s.received_at,
        answers: serde_json::to_string(&s.answers)?,
        commitment: None,
        hash: [0; 32],
    };
    if !s.texts.is_empty() {
        let salt: [u8; 32] = clock::random();
        let mut texts: Vec<(i64, &str)> = s.texts.iter().map(|(question, body)| (question.0, body.as_str())).collect();
        texts.sort_by_key(|(question, _)| *question);
        row.commitment = Some(seal::commitment(&salt, texts.iter().copied()));
        let salt = data_encoding::HEXLOWER.encode(&salt);
        let day = row.day;
        let comment = |(question_id, body): (i64, &str)| {
            let (body, salt) = (body.to_owned(), salt.clone());
            NewComment { n, question_id, body, salt, day }
        };
        comments.extend(texts.into_iter().map(comment));
    }
    row.hash = Chain::Responses.link(keys, n, previous, &seal::new_response(&row));
    Ok(row)
}

/// How a submission came. Not of an invitation: the instant would lead from the answer to the slip that was used then.
fn trace(n: i64, s: &Submission) -> Option<NewTrace> {
    let (trace, point) = s.trace.filter(|_| s.invitation.is_none()).zip(s.point)?;
    let (staff, hasty) = (i64::from(trace.staff), i64::from(trace.hasty));
    Some(NewTrace { n, point_id: point.0, mark: trace.mark, staff, hasty, at: trace.at })
}
