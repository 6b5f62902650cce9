//! What is done about a comment. Each act is one transaction: a row that stays, where the comment stands from then on,
//! and an entry of the audit log, which names the comment by its address and never holds a text.

use std::ops::Range;

use serde_json::json;

use super::{Comment, HideReason, Reader, Status, handled_by};
use crate::domain::account::Scope;
use crate::domain::working::WorkingDays;
use crate::domain::{AccountId, Day, UnitId, mask, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act as Audited};
use crate::flow::people::change::Changer;
use crate::store::Tx;
use crate::store::comments::{self, State};
use crate::store::handlings::{self, New};

/// A note, an answer or a reason has at least and at most so many characters.
const NOTE: std::ops::RangeInclusive<usize> = 2..=1_000;
const ANSWER: std::ops::RangeInclusive<usize> = 10..=1_000;
const REASON: std::ops::RangeInclusive<usize> = 10..=500;
/// A day by which something is to be done lies at most so many days ahead.
const FARTHEST: i64 = 366;

/// Something that was done about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It was given to a unit, with a day, or taken back.
    Assigned,
    /// A note was written.
    Noted,
    /// It was written what was done, for everybody or not yet.
    Answered,
    /// It was moved on or back.
    Moved,
    /// It was hidden.
    Hidden,
    /// That was taken back.
    Shown,
    /// A name was confirmed to be one, and is hidden.
    Masked,
    /// That was taken back.
    Unmasked,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 8] = [
        Self::Assigned,
        Self::Noted,
        Self::Answered,
        Self::Moved,
        Self::Hidden,
        Self::Shown,
        Self::Masked,
        Self::Unmasked,
    ];

    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Noted => "noted",
            Self::Answered => "answered",
            Self::Moved => "moved",
            Self::Hidden => "hidden",
            Self::Shown => "shown",
            Self::Masked => "masked",
            Self::Unmasked => "unmasked",
        }
    }

    fn audited(self) -> Audited {
        match self {
            Self::Assigned => Audited::CommentAssigned,
            Self::Noted => Audited::CommentNoted,
            Self::Answered => Audited::CommentAnswered,
            Self::Moved => Audited::CommentMoved,
            Self::Hidden => Audited::CommentHidden,
            Self::Shown => Audited::CommentShown,
            Self::Masked => Audited::NameMasked,
            Self::Unmasked => Audited::NameUnmasked,
        }
    }
}

/// Gives a comment to a unit, with a day by which it is to be done; either may be none. The unit's head may read it from
/// then on.
///
/// # Errors
/// Invalid when the day is past or too far; not found for a unit outside one's own.
pub async fn assign(
    by: &Changer<'_>,
    working: &WorkingDays,
    token: &str,
    (unit, due): (Option<UnitId>, Option<Day>),
) -> Result<()> {
    let mut step = Step::begin(by, working, token, Over::Own).await?;
    let today = Day::at(by.now_ms);
    if unit.is_some_and(|unit| !step.own.covers(Some(unit))) {
        return Err(Error::NotFound("unit"));
    }
    let comment = &mut step.comment;
    if comment.status == Status::Hidden {
        return Err(hidden());
    }
    if due.is_some_and(|due| due != comment.due.unwrap_or(today) && !(today..=today.plus(FARTHEST)).contains(&due)) {
        return Err(Error::invalid(Fault::new("comments-due-wrong")));
    }
    (comment.assigned, comment.due) = (unit, due);
    if unit.is_some() && comment.status == Status::New {
        comment.status = Status::Open;
    }
    let status = comment.status.name();
    step.take(by, Act::Assigned, &Told { unit, due, status: Some(status), ..Told::default() }).await
}

/// Writes a note, which stays with whoever handles the comment.
///
/// # Errors
/// Invalid when there is none, or it is too long.
pub async fn note(by: &Changer<'_>, working: &WorkingDays, token: &str, body: &str) -> Result<()> {
    let body = words(body, NOTE, "comments-note-needed")?;
    let step = Step::begin(by, working, token, Over::Given).await?;
    step.take(by, Act::Noted, &Told { body: &body, ..Told::default() }).await
}

/// Writes what was done, to be shown to everybody or not yet. The last one written stands.
///
/// # Errors
/// Invalid when there is none or it is too long, or to publish one about a comment that is hidden.
pub async fn answer(by: &Changer<'_>, working: &WorkingDays, token: &str, body: &str, published: bool) -> Result<()> {
    let body = words(body, ANSWER, "comments-answer-needed")?;
    let step = Step::begin(by, working, token, Over::Given).await?;
    if published && step.comment.status == Status::Hidden {
        return Err(hidden());
    }
    step.take(by, Act::Answered, &Told { body: &body, published: Some(published), ..Told::default() }).await
}

/// Moves a comment on or back; hiding is another act.
///
/// # Errors
/// Invalid for a comment that is hidden.
pub async fn move_to(by: &Changer<'_>, working: &WorkingDays, token: &str, status: Status) -> Result<()> {
    let mut step = Step::begin(by, working, token, Over::Given).await?;
    if status == Status::Hidden || step.comment.status == Status::Hidden {
        return Err(hidden());
    }
    if step.comment.status == status {
        return step.tx.rollback().await;
    }
    step.comment.status = status;
    step.take(by, Act::Moved, &Told { status: Some(status.name()), ..Told::default() }).await
}

/// Hides a comment. It stays listed among the hidden ones, with the reason, for everybody who could read it before.
///
/// # Errors
/// Invalid without a reason from the list and in words, or when it is hidden already.
pub async fn hide(
    by: &Changer<'_>,
    working: &WorkingDays,
    token: &str,
    reason: Option<HideReason>,
    body: &str,
) -> Result<()> {
    let body = words(body, REASON, "comments-reason-words-needed");
    let (reason, body) = match (reason, body) {
        (Some(reason), Ok(body)) => (reason, body),
        (None, Err(Error::Invalid(mut faults))) => {
            faults.insert(0, Fault::new("comments-reason-needed"));
            return Err(Error::Invalid(faults));
        }
        (None, _) => return Err(Error::invalid(Fault::new("comments-reason-needed"))),
        (_, Err(error)) => return Err(error),
    };
    let mut step = Step::begin(by, working, token, Over::Own).await?;
    if step.comment.status == Status::Hidden {
        return Err(Error::invalid(Fault::new("comments-changed")));
    }
    (step.comment.status, step.comment.hidden_for) = (Status::Hidden, Some(reason));
    let told = Told { status: Some("hidden"), reason: Some(reason.name()), body: &body, ..Told::default() };
    step.take(by, Act::Hidden, &told).await
}

/// Shows a comment again, where it stood before it was hidden.
///
/// # Errors
/// Invalid without a reason in words, or when it is not hidden.
pub async fn show(by: &Changer<'_>, working: &WorkingDays, token: &str, body: &str) -> Result<()> {
    let body = words(body, REASON, "comments-reason-words-needed")?;
    let mut step = Step::begin(by, working, token, Over::Own).await?;
    if step.comment.status != Status::Hidden {
        return Err(Error::invalid(Fault::new("comments-changed")));
    }
    let before = handlings::of_in(&mut step.tx, step.comment.place).await?;
    let stood = before.iter().rev().filter_map(|row| Status::by_name(row.status.as_deref()?));
    let status = stood.into_iter().find(|status| *status != Status::Hidden).unwrap_or(Status::New);
    (step.comment.status, step.comment.hidden_for) = (status, None);
    step.take(by, Act::Shown, &Told { status: Some(status.name()), body: &body, ..Told::default() }).await
}

/// Hides names: of those that seem to be one the chosen ones, and every place where `name` stands word for word.
///
/// # Errors
/// Invalid when nothing is chosen, or `name` stands nowhere in the comment.
pub async fn mask_names(
    by: &Changer<'_>,
    working: &WorkingDays,
    token: &str,
    chosen: &[Range<usize>],
    name: &str,
) -> Result<()> {
    let mut step = Step::begin(by, working, token, Over::Own).await?;
    let suggested = step.comment.suggested();
    let mut new: Vec<Range<usize>> =
        suggested.into_iter().map(|(range, _)| range).filter(|range| chosen.contains(range)).collect();
    let name = sheet::clean(name);
    if !name.is_empty() {
        let found = places(&step.comment.body, &name);
        if found.is_empty() {
            return Err(Error::invalid(Fault::new("comments-name-not-there")));
        }
        new.extend(found);
    }
    new.retain(|range| !step.comment.masks.contains(range));
    new.sort_by_key(|range| (range.start, range.end));
    new.dedup();
    if new.is_empty() {
        return Err(Error::invalid(Fault::new("comments-name-needed")));
    }
    step.comment.masks.extend(new.iter().cloned());
    step.comment.masks.sort_by_key(|range| (range.start, range.end));
    let Some(last) = new.pop() else { return Err(Error::internal("a list that was not empty is")) };
    for range in &new {
        step.row(by, Act::Masked, &Told { chars: Some(range.clone()), ..Told::default() }).await?;
    }
    step.take(by, Act::Masked, &Told { chars: Some(last), ..Told::default() }).await
}

/// Shows a name again.
///
/// # Errors
/// Invalid when it is not hidden.
pub async fn unmask(by: &Changer<'_>, working: &WorkingDays, token: &str, range: &Range<usize>) -> Result<()> {
    let mut step = Step::begin(by, working, token, Over::Own).await?;
    let before = step.comment.masks.len();
    step.comment.masks.retain(|mask| mask != range);
    if step.comment.masks.len() == before {
        return Err(Error::invalid(Fault::new("comments-changed")));
    }
    step.take(by, Act::Unmasked, &Told { chars: Some(range.clone()), ..Told::default() }).await
}

/// Where a name stands in a text, in characters.
fn places(text: &str, name: &str) -> Vec<Range<usize>> {
    let long = name.chars().count();
    let starts = text.match_indices(name).map(|(at, _)| text[..at].chars().count());
    starts.map(|start| start..start + long).collect()
}

fn hidden() -> Error {
    Error::invalid(Fault::new("comments-is-hidden"))
}

/// Words cleaned, when there are as many as there must be; lines stay lines.
fn words(body: &str, most: std::ops::RangeInclusive<usize>, fault: &'static str) -> Result<String> {
    let lines: Vec<String> = body.lines().map(sheet::clean).collect();
    let body = lines.join("\n").trim().to_owned();
    if most.contains(&body.chars().count()) {
        return Ok(body);
    }
    Err(Error::invalid(Fault::new(fault).with("least", most.start()).with("most", most.end())))
}

/// Whose comments an act is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    /// Those of one's own units.
    Own,
    /// Those given to one's own units as well.
    Given,
}

/// What is kept of an act.
#[derive(Debug, Clone, Default)]
struct Told<'a> {
    unit: Option<UnitId>,
    due: Option<Day>,
    status: Option<&'a str>,
    reason: Option<&'a str>,
    published: Option<bool>,
    chars: Option<Range<usize>>,
    body: &'a str,
}

/// An act on its way: nobody else changes the comment until its transaction ends.
struct Step {
    tx: Tx<'static>,
    comment: Comment,
    account: AccountId,
    /// The units whose comments the person may handle.
    own: Scope,
}

impl Step {
    async fn begin(by: &Changer<'_>, working: &WorkingDays, token: &str, over: Over) -> Result<Self> {
        let account = by.by.account.ok_or(Error::Forbidden("nobody"))?;
        let own = handled_by(by.db, account, Day::at(by.now_ms)).await?;
        let reader = Reader { db: by.db, scope: by.scope, now_ms: by.now_ms, working: working.clone() };
        let mut tx = by.db.begin().await?;
        audit::hold(&mut tx).await?;
        let row = comments::one_in(&mut tx, by.scope, token, reader.last().number()).await?;
        let comment = row.map(Comment::of).transpose()?.ok_or(Error::NotFound("comment"))?;
        let given = comment.assigned.is_some_and(|unit| own.covers(Some(unit)));
        if own.covers(Some(comment.unit)) || (over == Over::Given && given) {
            return Ok(Self { tx, comment, account, own });
        }
        Err(Error::Forbidden("a comment of others"))
    }

    /// Stores a row about it and notes it in the audit log.
    async fn row(&mut self, by: &Changer<'_>, act: Act, told: &Told<'_>) -> Result<()> {
        let place = |at: usize| i64::try_from(at).map_err(Error::internal);
        let chars = match &told.chars {
            Some(range) => Some((place(range.start)?, place(range.end)?)),
            None => None,
        };
        let new = New {
            comment: self.comment.place,
            act: act.name(),
            unit: told.unit.map(|unit| unit.0),
            due: told.due.map(Day::number),
            status: told.status,
            reason: told.reason,
            published: told.published.map(i64::from),
            chars,
            body: told.body,
            account: self.account.0,
            at: by.now_ms,
        };
        handlings::insert(&mut self.tx, &new).await?;
        let mut detail = serde_json::Map::new();
        for (name, value) in [
            ("unit", told.unit.map(|unit| json!(unit.0))),
            ("due", told.due.map(|due| json!(due.to_string()))),
            ("status", told.status.map(|status| json!(status))),
            ("reason", told.reason.map(|reason| json!(reason))),
            ("published", told.published.map(|published| json!(published))),
        ] {
            detail.extend(value.map(|value| (name.to_owned(), value)));
        }
        let subject = format!("comment {}", self.comment.token);
        audit::note(&mut self.tx, by.keys, by.now_ms, by.by, act.audited(), subject, detail.into()).await
    }

    /// The same, and where the comment stands now; then it is done.
    async fn take(mut self, by: &Changer<'_>, act: Act, told: &Told<'_>) -> Result<()> {
        self.row(by, act, told).await?;
        let comment = &self.comment;
        let masks: Vec<(usize, usize)> = comment.masks.iter().map(|range| (range.start, range.end)).collect();
        let state = State {
            status: comment.status.name(),
            assigned: comment.assigned.map(|unit| unit.0),
            due: comment.due.map(Day::number),
            hidden_for: comment.hidden_for.map(HideReason::name),
            masks: &serde_json::to_string(&masks)?,
            folded: &mask::searchable(&comment.body, &comment.masks),
        };
        comments::set(&mut self.tx, &comment.token, &state).await?;
        self.tx.commit().await
    }
}
