//! What the seal covers of a row, in the one form that its writer links and its verifier links again: they cannot
//! differ.

use sha2::{Digest, Sha256};

use crate::domain::keys::Keys;
use crate::error::Result;
use crate::store::proposals::NewStep;
use crate::store::responses::NewRow;
use crate::store::seal::{AuditRow, ResponseRow};

/// Label of the chain of responses.
const RESPONSES: &[u8] = b"r1";
/// Label of the chain of the audit log.
const AUDIT: &[u8] = b"a1";

/// A chain, as far as a link names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// Responses.
    Responses,
    /// The audit log.
    Audit,
}

impl Chain {
    /// Both, in the order in which they are verified.
    pub const ALL: [Self; 2] = [Self::Responses, Self::Audit];

    /// Name of its head in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Audit => "audit",
        }
    }

    /// The link of a row that is written now.
    #[must_use]
    pub fn link(self, keys: &Keys, n: i64, previous: &[u8], row: &str) -> [u8; 32] {
        keys.link(self.label(), n, previous, row.as_bytes())
    }

    /// The link of a row that was written in an epoch; `None` when we have no key of it.
    #[must_use]
    pub fn link_in(self, keys: &Keys, epoch: usize, n: i64, previous: &[u8], row: &str) -> Option<[u8; 32]> {
        keys.link_in(epoch, self.label(), n, previous, row.as_bytes())
    }

    fn label(self) -> &'static [u8] {
        match self {
            Self::Responses => RESPONSES,
            Self::Audit => AUDIT,
        }
    }
}

/// A response, borrowed from whoever writes or verifies it.
struct Response<'a> {
    n: i64,
    key: &'a [u8],
    first: Option<i64>,
    unit_id: i64,
    procedure_id: Option<i64>,
    point_id: Option<i64>,
    channel: &'a str,
    questionnaire_id: i64,
    language: &'a str,
    day: i64,
    received_at: i64,
    answers: &'a str,
    commitment: Option<&'a [u8]>,
}

/// What is sealed of a response about to be stored.
#[must_use]
pub fn new_response(row: &NewRow) -> String {
    response(&Response {
        n: row.n,
        key: &row.key,
        first: row.first,
        unit_id: row.unit_id,
        procedure_id: row.procedure_id,
        point_id: row.point_id,
        channel: row.channel,
        questionnaire_id: row.questionnaire_id,
        language: &row.language,
        day: row.day,
        received_at: row.received_at,
        answers: &row.answers,
        commitment: row.commitment.as_ref().map(|commitment| &commitment[..]),
    })
}

/// What is sealed of a response that is stored.
#[must_use]
pub fn stored_response(row: &ResponseRow) -> String {
    response(&Response {
        n: row.n,
        key: &row.key,
        first: row.first,
        unit_id: row.unit_id,
        procedure_id: row.procedure_id,
        point_id: row.point_id,
        channel: &row.channel,
        questionnaire_id: row.questionnaire_id,
        language: &row.language,
        day: row.day,
        received_at: row.received_at,
        answers: &row.answers,
        commitment: row.commitment.as_deref(),
    })
}

/// One line: numbers, hex and names. Its writer puts no `|` into any of them, so a row with other fields is another
/// line.
fn response(row: &Response<'_>) -> String {
    let number = |value: Option<i64>| value.map_or(String::new(), |value| value.to_string());
    format!(
        "response|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
        row.n,
        hex(row.key),
        number(row.first),
        row.unit_id,
        number(row.procedure_id),
        number(row.point_id),
        row.channel,
        row.questionnaire_id,
        row.language,
        row.day,
        row.received_at,
        row.answers,
        row.commitment.map_or(String::new(), hex),
    )
}

/// What is sealed of an audit row: its fields as a JSON list.
///
/// # Errors
/// Internal, when memory for it cannot be had.
pub fn audit(row: &AuditRow) -> Result<String> {
    Ok(serde_json::to_string(&(row.n, row.at, row.account_id, &row.act, &row.subject, &row.detail, &row.request))?)
}

/// The digest of a step of a proposal, which the entry of the audit log holds.
#[must_use]
pub fn step(step: &NewStep<'_>) -> String {
    let NewStep { step, what, unit_id, account_id, at, reason, body, criterion, .. } = step;
    let row = serde_json::json!([step, what, unit_id, account_id, at, reason, body, criterion]);
    hex(&Sha256::digest(row.to_string()))
}

/// The digest of the numbers of answers, in their order: so the log proves which ones without holding thousands.
#[must_use]
pub fn numbers(answers: &[i64]) -> String {
    let text: Vec<String> = answers.iter().map(i64::to_string).collect();
    hex(&Sha256::digest(text.join(",")))
}

/// The digest of a text that is not in the log itself.
#[must_use]
pub fn digest(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

/// The digest of what a publication shows, and of the persons that it tells.
#[must_use]
pub fn publication(body: &[u8], persons: &[u8]) -> String {
    let both = [Sha256::digest(body), Sha256::digest(persons)].concat();
    hex(&Sha256::digest(both))
}

/// The digest of marks, answer and rule, in whatever order they come.
#[must_use]
pub fn marks(marks: &[(i64, String)]) -> String {
    let mut sorted: Vec<_> = marks.iter().collect();
    sorted.sort_unstable();
    let text: Vec<String> = sorted.into_iter().map(|(n, rule)| format!("{n} {rule}")).collect();
    hex(&Sha256::digest(text.join(",")))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The commitment of a response to its free texts, given in the order of their questions.
#[must_use]
pub fn commitment<'a>(salt: &[u8], texts: impl IntoIterator<Item = (i64, &'a str)>) -> [u8; 32] {
    let mut commitment = Sha256::new_with_prefix(salt);
    for (question, body) in texts {
        commitment.update(question.to_be_bytes());
        commitment.update((body.len() as u64).to_be_bytes());
        commitment.update(body);
    }
    commitment.finalize().into()
}
