//! What was decided and marked, against the audit log: each step of a proposal, the answers it names, each comment that
//! is gone, each mark of suspicion, and each publication has an entry there that proves it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::verify::Verified;
use super::{published, row};
use crate::domain::moment;
use crate::error::{Fault, Result};
use crate::flow::audit::Act;
use crate::store::Tx;
use crate::store::decisions::{self, KeptStep};
use crate::store::proposals::{self, NewStep};
use crate::store::seal::AuditRow;

/// Rows read at once.
const CHUNK: i64 = 2_000;

/// What the sound rows of the audit log say was decided and marked.
#[derive(Debug, Default)]
pub struct Noted {
    /// By proposal, in order.
    steps: BTreeMap<i64, Vec<NotedStep>>,
    /// Responses whose free text was erased: by which proposal, none when its time was over; and when.
    erased: BTreeMap<i64, (Option<i64>, i64)>,
    /// By the instant at which marks were made.
    flags: BTreeMap<i64, NotedFlags>,
    published: published::Noted,
}

#[derive(Debug)]
struct NotedStep {
    at: i64,
    account: Option<i64>,
    step: String,
    /// Digest of the stored row.
    row: Option<String>,
    /// Digest of the answers that it names.
    answers: Option<String>,
}

#[derive(Debug, Default)]
struct NotedFlags {
    /// How many, as all rows of that instant say.
    count: u64,
    /// Digest of all of them, as the last row says.
    digest: Option<String>,
}

impl Noted {
    /// Takes what a row says.
    pub fn add(&mut self, row: &AuditRow) {
        let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
        let act = |acts: &[Act]| acts.iter().any(|act| act.name() == row.act);
        self.published.add(row, &detail);
        let proposal = row.subject.strip_prefix("proposal ").and_then(|n| n.parse::<i64>().ok());
        if let Some(proposal) = proposal.filter(|_| act(&DECIDED)) {
            let step = match text("step") {
                Some(step) => step,
                None if act(&[Act::UndoProposed]) => "undo-proposed".to_owned(),
                None => "proposed".to_owned(),
            };
            let (row_digest, answers) = (text("row"), text("digest"));
            let noted = NotedStep { at: row.at, account: row.account_id, step, row: row_digest, answers };
            self.steps.entry(proposal).or_default().push(noted);
        }
        if act(&[Act::Approved, Act::Forgotten]) {
            let list = detail.get("erased").and_then(Value::as_array);
            let erased = list.into_iter().flatten().filter_map(Value::as_i64);
            self.erased.extend(erased.map(|n| (n, (proposal, row.at))));
        }
        if act(&[Act::Flagged]) {
            let noted = self.flags.entry(row.at).or_default();
            let counts = detail.as_object().into_iter().flat_map(|detail| detail.values());
            noted.count += counts.filter_map(Value::as_u64).sum::<u64>();
            noted.digest = text("digest");
        }
    }

    /// Whether the free text of a response was erased by the rules.
    #[must_use]
    pub fn is_erased(&self, response: i64) -> bool {
        self.erased.contains_key(&response)
    }
}

/// Acts that are a step of a proposal.
const DECIDED: [Act; 4] = [Act::Proposed, Act::UndoProposed, Act::Approved, Act::ProposalRefused];

/// Compares all of it with what is stored.
///
/// # Errors
/// When the store cannot be read.
pub async fn compare(tx: &mut Tx<'_>, noted: &Noted, verified: &mut Verified) -> Result<()> {
    steps(tx, noted, verified).await?;
    named(tx, noted, verified).await?;
    erasures(tx, noted, verified).await?;
    flags(tx, noted, verified).await?;
    published::compare(tx, &noted.published, verified).await
}

async fn steps(tx: &mut Tx<'_>, noted: &Noted, verified: &mut Verified) -> Result<()> {
    let mut taken: BTreeMap<i64, usize> = BTreeMap::new();
    let mut next = Some(i64::MIN);
    while let Some(from) = next {
        let rows = decisions::steps(tx, from, CHUNK).await?;
        next = rows.last().and_then(|row| row.as_ref().map_or_else(|n| *n, |row| row.n).checked_add(1));
        for read in rows {
            let Ok(row) = read else {
                verified.tell(Fault::new("verify-proposal").with("n", read.err().unwrap_or_default()));
                continue;
            };
            let place = taken.entry(row.proposal.unwrap_or(row.n)).or_default();
            let said = noted.steps.get(&row.proposal.unwrap_or(row.n)).and_then(|steps| steps.get(*place));
            *place += 1;
            if !said.is_some_and(|said| is_of(said, &row)) {
                verified.tell(Fault::new("verify-proposal").with("n", row.n));
            }
        }
    }
    for (proposal, steps) in &noted.steps {
        let stored = taken.get(proposal).copied().unwrap_or(0);
        if stored < steps.len() {
            let finding = Fault::new("verify-proposal-missing").with("n", proposal);
            verified.tell(finding.with("then", steps.len()).with("now", stored));
        }
    }
    Ok(())
}

/// Whether a stored step is the one that the audit log speaks of.
fn is_of(said: &NotedStep, row: &KeptStep) -> bool {
    let new = NewStep {
        proposal: row.proposal,
        step: &row.step,
        what: &row.what,
        unit_id: row.unit_id,
        account_id: row.account_id,
        at: row.at,
        reason: &row.reason,
        body: &row.body,
        criterion: &row.criterion,
    };
    let same_row = said.row.as_ref().is_none_or(|digest| *digest == row::step(&new));
    same_row && said.step == row.step && said.at == row.at && said.account == Some(row.account_id)
}

async fn named(tx: &mut Tx<'_>, noted: &Noted, verified: &mut Verified) -> Result<()> {
    let said = noted.steps.iter().filter_map(|(proposal, steps)| Some((*proposal, steps.first()?.answers.as_ref()?)));
    let said: BTreeMap<i64, &String> = said.collect();
    let mut proposals: BTreeSet<i64> = decisions::named(tx).await?.into_iter().collect();
    proposals.extend(said.keys());
    for proposal in proposals {
        let members = proposals::members(tx, proposal).await?;
        if said.get(&proposal).is_none_or(|digest| **digest != row::numbers(&members)) {
            verified.tell(Fault::new("verify-exclusions").with("n", proposal).with("now", members.len()));
        }
    }
    Ok(())
}

async fn erasures(tx: &mut Tx<'_>, noted: &Noted, verified: &mut Verified) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut next = Some(i64::MIN);
    while let Some(from) = next {
        let rows = decisions::erasures(tx, from, CHUNK).await?;
        next = rows.last().and_then(|row| row.n.checked_add(1));
        for row in rows {
            seen.insert(row.response_n);
            if noted.erased.get(&row.response_n) != Some(&(row.proposal, row.at)) {
                verified.tell(Fault::new("verify-erasure").with("n", row.response_n));
            }
        }
    }
    for n in noted.erased.keys().filter(|n| !seen.contains(n)) {
        verified.tell(Fault::new("verify-erasure-missing").with("n", n));
    }
    Ok(())
}

async fn flags(tx: &mut Tx<'_>, noted: &Noted, verified: &mut Verified) -> Result<()> {
    let mut stored: BTreeMap<i64, Vec<(i64, String)>> = BTreeMap::new();
    for (at, n, rule) in decisions::flags(tx).await? {
        stored.entry(at).or_default().push((n, rule));
    }
    let instants: BTreeSet<i64> = stored.keys().chain(noted.flags.keys()).copied().collect();
    for at in instants {
        let (marks, said) = (stored.remove(&at).unwrap_or_default(), noted.flags.get(&at));
        let same = said.is_some_and(|said| {
            let digest = said.digest.as_ref().is_none_or(|digest| *digest == row::marks(&marks));
            digest && said.count == marks.len() as u64
        });
        if !same {
            let finding = Fault::new("verify-flags").with("at", moment(at)).with("now", marks.len());
            verified.tell(finding.with("then", said.map_or(0, |said| said.count)));
        }
    }
    Ok(())
}
