//! The value that ties a later part of an answer to the first: sealed, so that it says nothing to anyone but us.

use serde::{Deserialize, Serialize};

use crate::clock;
use crate::domain::keys::{Keys, Mac16};
use crate::domain::{Channel, Day, PointId, ProcedureId, QuestionId, QuestionnaireId, UnitId};

/// How long a later part may follow the first.
pub const LIFE_MS: i64 = 30 * 60 * 1000;
const ABOUT: &str = "part";

/// What a later part carries on from the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Number of the first part.
    pub first: i64,
    /// Unit.
    pub unit: UnitId,
    /// Procedure.
    pub procedure: Option<ProcedureId>,
    /// Point; none for an invitation.
    pub point: Option<PointId>,
    /// Channel.
    pub channel: Channel,
    /// Version of the form.
    pub questionnaire: QuestionnaireId,
    /// Day of the first part.
    pub day: Day,
    /// Index of the page to show next.
    pub page: usize,
    /// What was chosen so far.
    pub answers: Vec<(QuestionId, i64)>,
    /// When the first part was stored, in unix ms.
    pub since: i64,
}

impl Part {
    /// Seals it for an address or a form field.
    #[must_use]
    pub fn seal(&self, keys: &Keys) -> String {
        let plain = serde_json::to_vec(self).expect("numbers and names are always JSON");
        data_encoding::BASE64URL_NOPAD.encode(&keys.seal(ABOUT, clock::fresh(), &plain))
    }

    /// Opens it; `None` when it is not ours or too old.
    #[must_use]
    pub fn open(keys: &Keys, sealed: &str, now_ms: i64) -> Option<Self> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let part: Self = serde_json::from_slice(&keys.open(ABOUT, &bytes)?).ok()?;
        (0..LIFE_MS).contains(&(now_ms - part.since)).then_some(part)
    }

    /// The idempotency key of this part: each page is added to a first part once, however often it is sent.
    #[must_use]
    pub fn key(&self, keys: &Keys) -> Mac16 {
        keys.lasting_mac(ABOUT, format!("{}|{}", self.first, self.page).as_bytes())
    }
}
