//! Verify: reads both chains from end to end, all that hangs on them and all that guards them, and tells each place
//! that is not as it was sealed. Only reads; whatever it reads, it goes on to the end.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions;
use super::fit::{self, other_keys};
use super::row::Chain;
use super::walk::{self, Anchored};
use crate::domain::anchor::{Anchor, Head};
use crate::domain::keys::Keys;
use crate::domain::moment;
use crate::error::{Fault, Result};
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, seal};

/// Findings beyond this many are counted and not told: whoever reads them knows enough.
const TOLD: usize = 1_000;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// The first findings, each naming its place.
    pub findings: Vec<Fault>,
    /// How many there are.
    pub found: u64,
    /// Responses read.
    pub responses: u64,
    /// Audit rows read.
    pub audit: u64,
    /// Responses whose free text was erased, as the audit log says.
    pub erased: u64,
    /// Anchors compared.
    pub anchors: u64,
}

impl Verified {
    /// Whether everything is as it was sealed.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.found == 0
    }

    pub(super) fn tell(&mut self, finding: Fault) {
        self.found += 1;
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }
}

/// What is held against the database from outside.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Texts of anchors that receivers kept, each with its name.
    pub anchors: Vec<(String, String)>,
    /// Short codes that stand on paper.
    pub codes: Vec<String>,
}

/// Verifies everything as it is at this moment.
///
/// # Errors
/// Conflict when the schema is of another version or the keys are not those of the database; busy or internal when
/// the store cannot be read.
pub async fn run(db: &Db, keys: &Keys, outside: &Outside) -> Result<Verified> {
    let simulated = marks::get(db, Mark::Simulated).await? == 1;
    let mut tx = db.snapshot().await?;
    let mut verified = Verified::default();
    guards(&mut tx, &mut verified).await?;
    let epochs = seal::epochs_in(&mut tx).await?;
    if epochs.len() + 1 != keys.epochs() {
        return Err(other_keys(keys.epochs(), epochs.len() + 1));
    }
    for epoch in fit::others(&mut tx, keys).await? {
        verified.tell(Fault::new("verify-key").with("n", epoch));
    }
    let units = seal::units(&mut tx).await?;
    let anchored = anchors(&mut tx, keys, outside, &mut verified).await?;
    let noted = walk::audit(&mut tx, keys, &epochs, &anchored, &mut verified).await?;
    walk::responses(&mut tx, keys, &epochs, &anchored, &units, &noted, &mut verified).await?;
    decisions::compare(&mut tx, &noted, &mut verified).await?;
    if !simulated {
        invitations(&mut tx, &units, &mut verified).await?;
    }
    tx.rollback().await?;
    Ok(verified)
}

async fn guards(tx: &mut Tx<'_>, verified: &mut Verified) -> Result<()> {
    let guards = seal::guards(tx).await?;
    for name in guards.triggers {
        verified.tell(Fault::new("verify-trigger").with("name", name));
    }
    for version in guards.edited {
        verified.tell(Fault::new("verify-migration").with("n", version));
    }
    Ok(())
}

/// Reads the anchors kept inside and outside; gives what each says of the rows.
async fn anchors(tx: &mut Tx<'_>, keys: &Keys, outside: &Outside, verified: &mut Verified) -> Result<Anchored> {
    let mut anchored = Anchored::default();
    let mut codes = BTreeSet::new();
    let kept = seal::anchors(tx).await?.into_iter().map(|row| (moment(row.at), row.body)).collect::<Vec<_>>();
    for (name, text) in kept.iter().chain(&outside.anchors) {
        verified.anchors += 1;
        let Some(anchor) = Anchor::parse(text) else {
            verified.tell(Fault::new("verify-anchor-unreadable").with("name", name));
            continue;
        };
        if !anchor.is_signed_by(&keys.public()) {
            verified.tell(Fault::new("verify-anchor-signature").with("name", name));
            continue;
        }
        codes.insert(anchor.code);
        let statement = anchor.statement;
        anchored.add(Chain::Responses, name, statement.responses, statement.units);
        anchored.add(Chain::Audit, name, statement.audit, BTreeMap::new());
    }
    let plain = |code: &str| code.replace([' ', '-'], "").to_uppercase();
    let known: BTreeSet<String> = codes.iter().map(|code| plain(code)).collect();
    for code in outside.codes.iter().filter(|code| !known.contains(&plain(code))) {
        verified.tell(Fault::new("verify-code").with("code", code));
    }
    Ok(anchored)
}

/// Used invitations against the answers that came by one.
async fn invitations(tx: &mut Tx<'_>, units: &BTreeMap<i64, String>, verified: &mut Verified) -> Result<()> {
    let mut counts: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
    for (unit, channel, n) in seal::used(tx).await? {
        counts.entry((unit, channel)).or_default().0 = n;
    }
    for (unit, channel, n) in seal::invited(tx).await? {
        counts.entry((unit, channel)).or_default().1 = n;
    }
    for ((unit, channel), (used, answers)) in counts.into_iter().filter(|(_, (used, answers))| used != answers) {
        let unit = units.get(&unit).cloned().unwrap_or_else(|| unit.to_string());
        let finding = Fault::new("verify-invitations").with("unit", unit).with("channel", channel);
        verified.tell(finding.with("used", used).with("n", answers));
    }
    Ok(())
}

/// The last row of a chain as its head says it, for an anchor.
pub(super) fn head_of(heads: &BTreeMap<String, (i64, Vec<u8>)>, chain: Chain) -> Head {
    heads.get(chain.name()).map_or_else(Head::default, |(n, hash)| Head::new(*n, hash))
}
