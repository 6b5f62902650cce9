//! Exclude and erase: answers are left out of the figures, and comments erased, only when one person proposes it and
//! another, outside the judged units, approves. Every step is a row of its own and an entry of the audit log; an
//! exclusion can be undone the same way.

mod act;

use serde::{Deserialize, Serialize};

pub use act::{NewProposal, decide, propose, propose_undo};

use crate::clock;
use crate::domain::account::Scope;
use crate::domain::{AccountId, Channel, Day, PointId, UnitId};
use crate::error::{Context, Error, Result};
use crate::flow::comments::Comment;
use crate::store::proposals::{self, StepRow};
use crate::store::{Db, points};

/// A proposal names at most so many answers.
pub const MOST: i64 = 20_000;

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Leave answers out of the figures.
    Exclude,
    /// Erase what somebody wrote.
    Erase,
}

impl What {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Exclude, Self::Erase];

    /// The name in tables and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Erase => "erase",
        }
    }

    /// That of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }
}

/// Why, from the list; the proposer's own words stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Somebody tried the form or the device.
    Trial,
    /// Staff answered in the place of citizens.
    Staff,
    /// One person sent many.
    Repeated,
    /// The device or the form did not work.
    Fault,
    /// The code hung at another place than it stands for.
    WrongPlace,
    /// A comment names or insults somebody.
    Personal,
    /// Something else.
    Other,
}

impl Reason {
    /// The whole list.
    pub const ALL: [Self; 7] =
        [Self::Trial, Self::Staff, Self::Repeated, Self::Fault, Self::WrongPlace, Self::Personal, Self::Other];

    /// The name in tables and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Staff => "staff",
            Self::Repeated => "repeated",
            Self::Fault => "fault",
            Self::WrongPlace => "wrong-place",
            Self::Personal => "personal",
            Self::Other => "other",
        }
    }

    /// That of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Which answers are meant. It is resolved to numbers when it is proposed: what arrives later is not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// One, by its number.
    Answer(i64),
    /// One, by what was written with it. Whoever reads a comment never learns the number of its answer: numbers are given
    /// in the order of coming, so that two of them tell how many came between.
    Comment {
        /// Number of the answer, which no page and no log shows.
        answer: i64,
        /// Its day.
        day: Day,
        /// Address of the comment.
        token: String,
        /// So that nobody finds the number by trying which one fits the digest in the audit log.
        salt: String,
    },
    /// Those given at a point, a kiosk's too, from one day to another.
    Point {
        /// The point.
        point: PointId,
        /// First day.
        first: Day,
        /// Last day.
        last: Day,
    },
}

impl Criterion {
    /// The answer that a comment belongs to.
    #[must_use]
    pub fn of_comment(comment: &Comment) -> Self {
        let salt = data_encoding::HEXLOWER.encode(&clock::fresh::<16>());
        Self::Comment { answer: comment.answer(), day: comment.day, token: comment.token.clone(), salt }
    }

    /// The one answer that is meant; none when it is those of a point.
    fn answer(&self) -> Option<i64> {
        match self {
            Self::Answer(answer) | Self::Comment { answer, .. } => Some(*answer),
            Self::Point { .. } => None,
        }
    }
}

/// What somebody decides about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Let it be so.
    Approve,
    /// Let it not.
    Refuse,
}

/// One step of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It was made.
    Proposed,
    /// Another person approved.
    Approved,
    /// Another person refused.
    Refused,
    /// It was proposed to undo it.
    UndoProposed,
    /// Another person approved that.
    UndoApproved,
    /// Another person refused that.
    UndoRefused,
}

impl Step {
    const ALL: [Self; 6] =
        [Self::Proposed, Self::Approved, Self::Refused, Self::UndoProposed, Self::UndoApproved, Self::UndoRefused];

    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::UndoProposed => "undo-proposed",
            Self::UndoApproved => "undo-approved",
            Self::UndoRefused => "undo-refused",
        }
    }

    fn by_name(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|step| step.name() == name);
        found.ok_or_else(|| Error::internal(format!("a stored step of a proposal is «{name}», which is none")))
    }

    /// Whether another person must decide next.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::UndoProposed)
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub step: Step,
    /// By whom.
    pub by: AccountId,
    /// Their name.
    pub name: String,
    /// When, in unix ms.
    pub at: i64,
    /// Why, in their words.
    pub body: String,
}

/// A proposal with everything that became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub n: i64,
    /// What is proposed.
    pub what: What,
    /// Unit whose answers are meant.
    pub unit: UnitId,
    /// Why, from the list.
    pub reason: Reason,
    /// Which answers.
    pub criterion: Criterion,
    /// Its steps, the first being the proposal itself.
    pub steps: Vec<Taken>,
}

impl Proposal {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> Step {
        self.steps.last().map_or(Step::Proposed, |taken| taken.step)
    }

    /// Who took the step that waits for a decision; nobody when none does.
    #[must_use]
    pub fn asked_by(&self) -> Option<AccountId> {
        self.steps.last().filter(|taken| taken.step.is_open()).map(|taken| taken.by)
    }

    /// Whether its undoing can be proposed: an exclusion that holds; what is erased cannot come back.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        self.what == What::Exclude && matches!(self.state(), Step::Approved | Step::UndoRefused)
    }
}

/// The proposals about the units of a scope, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db, scope: &Scope) -> Result<Vec<Proposal>> {
    let mut found = gather(proposals::within(db, scope, None).await?)?;
    found.reverse();
    Ok(found)
}

/// One of them.
///
/// # Errors
/// Not found outside the scope.
pub async fn one(db: &Db, scope: &Scope, n: i64) -> Result<Proposal> {
    let found = gather(proposals::within(db, scope, Some(n)).await?)?;
    found.into_iter().find(|proposal| proposal.n == n).ok_or(Error::NotFound("proposal"))
}

/// Proposals from their steps, which come in order.
fn gather(rows: Vec<StepRow>) -> Result<Vec<Proposal>> {
    let mut found: Vec<Proposal> = Vec::new();
    for row in rows {
        let taken = Taken {
            step: Step::by_name(&row.step)?,
            by: AccountId(row.account_id),
            name: row.account_name,
            at: row.at,
            body: row.body,
        };
        let first = row.proposal.unwrap_or(row.n);
        if let Some(proposal) = found.iter_mut().find(|proposal| proposal.n == first) {
            proposal.steps.push(taken);
            continue;
        }
        found.push(Proposal {
            n: first,
            what: What::by_name(&row.what).ok_or_else(|| Error::internal("a stored proposal proposes nothing"))?,
            unit: UnitId(row.unit_id),
            reason: Reason::by_name(&row.reason).ok_or_else(|| Error::internal("a stored proposal has no reason"))?,
            criterion: serde_json::from_str(&row.criterion).context("read which answers a proposal means")?,
            steps: vec![taken],
        });
    }
    Ok(found)
}

/// How many answers a proposal names of each day and channel: all that is told of them before the decision, and after.
///
/// # Errors
/// When the store does not answer.
pub async fn spread(db: &Db, proposal: &Proposal) -> Result<Vec<(Day, Channel, u64)>> {
    let rows = proposals::spread(db, proposal.n).await?;
    let known = |(day, channel, n): (i64, String, i64)| {
        Some((Day::from_number(day)?, Channel::by_name(&channel)?, u64::try_from(n).ok()?))
    };
    rows.into_iter().map(|row| known(row).ok_or_else(|| Error::internal("a stored answer has no day"))).collect()
}

/// What was written, for whoever may read comments and decides whether it is erased.
///
/// # Errors
/// When the store does not answer.
pub async fn comments(db: &Db, proposal: &Proposal) -> Result<Vec<String>> {
    match (proposal.what, proposal.criterion.answer()) {
        (What::Erase, Some(person)) => proposals::comments(db, person).await,
        _ => Ok(Vec::new()),
    }
}

/// A point as a list to choose from shows it: number, unit, name of the place.
///
/// # Errors
/// When the store does not answer.
pub async fn points(db: &Db, scope: &Scope) -> Result<Vec<(PointId, UnitId, String)>> {
    let rows = points::all(db).await?.into_iter().filter(|row| scope.covers(Some(UnitId(row.unit_id))));
    Ok(rows.map(|row| (PointId(row.id), UnitId(row.unit_id), row.label)).collect())
}
