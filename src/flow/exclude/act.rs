//! The steps: proposing, deciding, proposing to undo. Each is one transaction with its entry of the audit log.

use serde_json::{Value, json};

use super::{Criterion, Decision, MOST, Proposal, Reason, Step, What, one};
use crate::domain::account::Role;
use crate::domain::{AccountId, Day, UnitId, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act};
use crate::flow::people::change::Changer;
use crate::flow::people::session;
use crate::flow::release::{self, Shift};
use crate::flow::seal::row;
use crate::store::proposals::{self, NewStep};
use crate::store::{Tx, release as released};

/// The reason in words is at least and at most so long.
const WORDS: std::ops::RangeInclusive<usize> = 10..=500;

/// A proposal, as asked for.
#[derive(Debug, Clone)]
pub struct NewProposal<'a> {
    /// What is proposed; none when nothing was chosen.
    pub what: Option<What>,
    /// Which answers; none when it could not be read.
    pub criterion: Option<Criterion>,
    /// Why, from the list; none when nothing was chosen.
    pub reason: Option<Reason>,
    /// Why, in words.
    pub body: &'a str,
}

/// Proposes to leave answers out, or to erase what somebody wrote; gives the number of the proposal.
///
/// # Errors
/// Invalid, with everything that is wrong; not found for an answer outside the scope.
pub async fn propose(by: &Changer<'_>, new: &NewProposal<'_>) -> Result<i64> {
    let account = somebody(by)?;
    let mut faults = Vec::new();
    let body = words(new.body, &mut faults);
    if new.reason.is_none() {
        faults.push(Fault::new("exclude-reason-needed"));
    }
    let span_wrong = match &new.criterion {
        Some(Criterion::Point { first, last, .. }) => last < first || *last > Day::at(by.now_ms),
        _ => false,
    };
    if span_wrong {
        faults.push(Fault::new("exclude-days-needed"));
    }
    if new.what.is_none() {
        faults.push(Fault::new("exclude-what-needed"));
    }
    if new.criterion.is_none() {
        faults.push(Fault::new("exclude-answers-needed"));
    }
    let (Some(what), Some(criterion), Some(reason), true) =
        (new.what, new.criterion.clone(), new.reason, faults.is_empty())
    else {
        return Err(Error::Invalid(faults));
    };
    let named = resolve(by, what, criterion).await?;
    let step = NewStep {
        proposal: None,
        step: Step::Proposed.name(),
        what: what.name(),
        unit_id: named.unit,
        account_id: account.0,
        at: by.now_ms,
        reason: reason.name(),
        body: &body,
        criterion: &serde_json::to_string(&named.criterion)?,
    };
    let mut tx = by.db.begin().await?;
    let n = proposals::insert(&mut tx, &step).await?;
    let mut detail = json!({
        "what": what.name(),
        "reason": reason.name(),
        "answers": named.answers.len(),
        "row": row::step(&step),
    });
    if let Criterion::Comment { day, .. } = &named.criterion {
        // The digest of the row proves which one, and only that.
        detail["comment"] = json!(day.to_string());
    } else {
        proposals::name(&mut tx, n, &named.answers).await?;
        detail["criterion"] = json!(named.criterion);
        // So that the log proves which ones, without holding thousands of numbers.
        detail["digest"] = json!(row::numbers(&named.answers));
    }
    note(&mut tx, by, Act::Proposed, n, detail).await?;
    tx.commit().await?;
    Ok(n)
}

/// The answers that a criterion means.
struct Named {
    unit: i64,
    answers: Vec<i64>,
    criterion: Criterion,
}

async fn resolve(by: &Changer<'_>, what: What, criterion: Criterion) -> Result<Named> {
    match criterion {
        Criterion::Answer(n) => {
            let unknown = || Error::invalid(Fault::new("exclude-unknown-answer").with("n", n));
            let (person, unit) = proposals::person(by.db, by.scope, n).await?.ok_or_else(unknown)?;
            if what == What::Erase && proposals::written(by.db, person).await?.is_empty() {
                return Err(Error::invalid(Fault::new("exclude-nothing-written").with("n", n)));
            }
            Ok(Named { unit, answers: vec![person], criterion: Criterion::Answer(person) })
        }
        Criterion::Comment { answer, day, token, salt } => {
            let (person, unit) = proposals::person(by.db, by.scope, answer).await?.ok_or(Error::NotFound("comment"))?;
            if proposals::written(by.db, person).await?.is_empty() {
                return Err(Error::NotFound("comment"));
            }
            let criterion = Criterion::Comment { answer: person, day, token, salt };
            Ok(Named { unit, answers: vec![person], criterion })
        }
        Criterion::Point { .. } if what == What::Erase => Err(Error::invalid(Fault::new("exclude-erase-one"))),
        Criterion::Point { point, first, last } => {
            let days = (first.number(), last.number());
            let found = proposals::of_point(by.db, by.scope, point.0, days, MOST + 1).await?;
            let Some(&(_, unit)) = found.first() else {
                return Err(Error::invalid(Fault::new("exclude-no-answers")));
            };
            if found.len() as i64 > MOST {
                return Err(Error::invalid(Fault::new("exclude-too-many").with("most", MOST)));
            }
            // A point handed over answers for one unit until then and for another since.
            if found.iter().any(|(_, other)| *other != unit) {
                return Err(Error::invalid(Fault::new("exclude-several-units")));
            }
            Ok(Named { unit, answers: found.into_iter().map(|(n, _)| n).collect(), criterion })
        }
    }
}

/// Approves or refuses what waits for a decision. Only somebody else than who asked, and nobody who is judged by the
/// unit's answers or has a hand in them.
///
/// # Errors
/// Not found outside the scope; forbidden for who asked and for who is judged; conflict when nothing waits any more.
pub async fn decide(by: &Changer<'_>, n: i64, decision: Decision, body: &str) -> Result<()> {
    let account = somebody(by)?;
    let proposal = one(by.db, by.scope, n).await?;
    if proposal.asked_by() == Some(account) {
        return Err(Error::Forbidden("one's own proposal"));
    }
    let own = session::units_of(by.db, account, |role: &Role| role.is_judged(), Day::at(by.now_ms)).await?;
    if own.covers(Some(proposal.unit)) {
        return Err(Error::Forbidden("one's own unit"));
    }
    let mut faults = Vec::new();
    let body = match decision {
        Decision::Refuse => words(body, &mut faults),
        Decision::Approve => sheet::clean(body).chars().take(*WORDS.end()).collect(),
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let step = match (proposal.state(), decision) {
        (Step::Proposed, Decision::Approve) => Step::Approved,
        (Step::Proposed, Decision::Refuse) => Step::Refused,
        (Step::UndoProposed, Decision::Approve) => Step::UndoApproved,
        (Step::UndoProposed, Decision::Refuse) => Step::UndoRefused,
        _ => return Err(decided()),
    };
    let mut tx = hold(by, &proposal).await?;
    let before = proposals::excluded_in(&mut tx).await?;
    let row = take(&mut tx, by, &proposal, account, step, &body).await?;
    let after = proposals::excluded_in(&mut tx).await?;
    let mut detail = json!({ "what": proposal.what.name(), "row": row });
    match (proposal.what, step) {
        (What::Exclude, Step::Approved | Step::UndoApproved) => {
            let way = if step == Step::Approved { Shift::Out } else { Shift::Back };
            // Another proposal may leave out some of the same answers: only those that change sides are moved.
            let (more, less) = if way == Shift::Out { (&after, &before) } else { (&before, &after) };
            let moved: Vec<i64> = more.iter().filter(|n| less.binary_search(n).is_err()).copied().collect();
            release::shift(&mut tx, by.db, &moved, way).await?;
            detail["answers"] = json!(moved.len());
            detail["digest"] = json!(row::numbers(&proposals::members(&mut tx, n).await?));
        }
        (What::Erase, Step::Approved) => {
            detail["erased"] = json!(erase(&mut tx, by.now_ms, &proposal).await?);
        }
        _ => {}
    }
    let act = match decision {
        Decision::Approve => Act::Approved,
        Decision::Refuse => Act::ProposalRefused,
    };
    detail["step"] = json!(step.name());
    note(&mut tx, by, act, n, detail).await?;
    tx.commit().await?;
    if proposal.what == What::Erase && step == Step::Approved {
        // What the log of the database still holds of the text goes now, not at the next quiet moment.
        by.db.flush().await;
    }
    Ok(())
}

/// Removes what a person wrote, in all parts of their answer: they share one salt and one commitment, so that one text
/// cannot go without the others. Gives the parts that lost a text, which the audit log tells to whoever verifies the seal.
async fn erase(tx: &mut Tx<'_>, now_ms: i64, proposal: &Proposal) -> Result<Vec<i64>> {
    let person = proposal.criterion.answer().ok_or_else(|| Error::internal("an erasure that names no answer"))?;
    let written = proposals::written_in(tx, person).await?;
    for place in &written {
        proposals::erase(tx, *place, Some(proposal.n), now_ms).await?;
    }
    let mut parts: Vec<i64> = written.into_iter().map(|(part, _)| part).collect();
    parts.dedup();
    Ok(parts)
}

/// Proposes that an exclusion be undone.
///
/// # Errors
/// Not found outside the scope; invalid without a reason; conflict when it does not hold.
pub async fn propose_undo(by: &Changer<'_>, n: i64, body: &str) -> Result<()> {
    let account = somebody(by)?;
    let proposal = one(by.db, by.scope, n).await?;
    let mut faults = Vec::new();
    let body = words(body, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if !proposal.can_be_undone() {
        return Err(decided());
    }
    let mut tx = hold(by, &proposal).await?;
    let row = take(&mut tx, by, &proposal, account, Step::UndoProposed, &body).await?;
    note(&mut tx, by, Act::UndoProposed, n, json!({ "what": proposal.what.name(), "row": row })).await?;
    tx.commit().await
}

/// A transaction in which no release and no other decision comes between, and the proposal stands where it was read.
async fn hold(by: &Changer<'_>, proposal: &Proposal) -> Result<Tx<'static>> {
    let mut tx = by.db.begin().await?;
    released::lock(&mut tx).await?;
    audit::hold(&mut tx).await?;
    if proposals::steps(&mut tx, proposal.n).await?.len() != proposal.steps.len() {
        return Err(decided());
    }
    Ok(tx)
}

/// Stores a step; gives its digest for the audit log.
async fn take(
    tx: &mut Tx<'_>,
    by: &Changer<'_>,
    proposal: &Proposal,
    account: AccountId,
    step: Step,
    body: &str,
) -> Result<String> {
    let UnitId(unit_id) = proposal.unit;
    let row = NewStep {
        proposal: Some(proposal.n),
        step: step.name(),
        what: proposal.what.name(),
        unit_id,
        account_id: account.0,
        at: by.now_ms,
        reason: proposal.reason.name(),
        body,
        criterion: &serde_json::to_string(&proposal.criterion)?,
    };
    proposals::insert(tx, &row).await?;
    Ok(row::step(&row))
}

fn decided() -> Error {
    Error::invalid(Fault::new("exclude-decided"))
}

/// Whoever acts; the operator at the server proposes and decides nothing.
fn somebody(by: &Changer<'_>) -> Result<AccountId> {
    by.by.account.ok_or(Error::Forbidden("nobody"))
}

/// A reason in words, cleaned.
fn words(body: &str, faults: &mut Vec<Fault>) -> String {
    let body = sheet::clean(body);
    if !WORDS.contains(&body.chars().count()) {
        faults.push(Fault::new("exclude-body-needed").with("least", WORDS.start()).with("most", WORDS.end()));
    }
    body
}

async fn note(tx: &mut Tx<'_>, by: &Changer<'_>, act: Act, n: i64, detail: Value) -> Result<()> {
    audit::note(tx, by.keys, by.now_ms, by.by, act, format!("proposal {n}"), detail).await
}
