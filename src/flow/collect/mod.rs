//! Collect: from an opened code to an answer on disk. The single door for form, kiosk, paper and API.

pub mod append;
pub mod catalogue;
pub mod open;
pub mod part;
pub mod writer;

use super::suspicion::Trace;
use crate::domain::keys::Mac16;
use crate::domain::{Channel, Day, InvitationId, PointId, ProcedureId, QuestionId, QuestionnaireId, UnitId};

/// One part of one person's answers, checked, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Keyed hash of the idempotency key: the same key is stored once, for ever.
    pub key: Mac16,
    /// Number of the first part, when this is a later part of the same answer.
    pub first: Option<i64>,
    /// The invitation to use up, in the same transaction; not kept with the answer.
    pub invitation: Option<InvitationId>,
    /// Unit that is answered about.
    pub unit: UnitId,
    /// Procedure, when known.
    pub procedure: Option<ProcedureId>,
    /// Point answered at: none for an invitation, but for one that a tablet was woken with, the tablet's own.
    pub point: Option<PointId>,
    /// The way it came.
    pub channel: Channel,
    /// Version of the form.
    pub questionnaire: QuestionnaireId,
    /// Language code of the page.
    pub language: String,
    /// Local day of the answer; a later part carries the day of the first.
    pub day: Day,
    /// Time of arrival in unix ms, cut to the hour.
    pub received_at: i64,
    /// What was chosen: the choice's value, [`BLANK`](crate::domain::questionnaire::BLANK) or
    /// [`NOT_APPLICABLE`](crate::domain::questionnaire::NOT_APPLICABLE); several for a question with many choices.
    pub answers: Vec<(QuestionId, i64)>,
    /// Free text, by question.
    pub texts: Vec<(QuestionId, String)>,
    /// How it came, kept for 48 hours and apart; only of answers given at a point.
    pub trace: Option<Trace>,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Stored under this number.
    Stored(i64),
    /// The key was stored before, under this number.
    Duplicate(i64),
    /// The invitation was used by another answer.
    Used,
    /// The invitation was no longer valid.
    Expired,
}
