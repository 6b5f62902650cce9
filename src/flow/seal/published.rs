//! What was published, against the audit log: each publication, its frozen figures and its withdrawal has an entry there
//! that proves it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::row;
use super::verify::Verified;
use crate::error::{Fault, Result};
use crate::flow::audit::Act;
use crate::store::seal::AuditRow;
use crate::store::{Tx, publications};

/// What the sound rows of the audit log say was published.
#[derive(Debug, Default)]
pub struct Noted {
    published: BTreeMap<i64, Said>,
    /// Digests of frozen figures.
    frozen: BTreeMap<i64, String>,
    /// Digests of reasons.
    withdrawn: BTreeMap<i64, String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Said {
    at: i64,
    period: String,
    cut_off: String,
    replaces: Option<i64>,
    did: String,
}

impl Noted {
    /// Takes what a row says.
    pub fn add(&mut self, row: &AuditRow, detail: &Value) {
        let Some(id) = row.subject.strip_prefix("publication ").and_then(|n| n.parse::<i64>().ok()) else { return };
        let text = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if row.act == Act::Published.name() {
            let replaces = detail.get("replaces").and_then(Value::as_i64);
            let (period, cut_off, did) = (text("period"), text("cut_off"), text("did"));
            self.published.insert(id, Said { at: row.at, period, cut_off, replaces, did });
        } else if row.act == Act::PublicationFrozen.name() {
            self.frozen.insert(id, text("digest"));
        } else if row.act == Act::PublicationWithdrawn.name() {
            self.withdrawn.insert(id, text("reason"));
        }
    }
}

/// Compares it with what is stored.
///
/// # Errors
/// When the store cannot be read.
pub async fn compare(tx: &mut Tx<'_>, noted: &Noted, verified: &mut Verified) -> Result<()> {
    let rows = publications::all_in(tx).await?;
    let frozen = publications::frozen(tx).await?;
    let frozen: BTreeMap<i64, String> =
        frozen.iter().map(|(id, body, persons)| (*id, row::publication(body, persons))).collect();
    let mut wrong: Vec<i64> = Vec::new();
    for row in &rows {
        let stored = Said {
            at: row.at,
            period: row.period.clone(),
            cut_off: row.cut_off.clone(),
            replaces: row.replaces,
            did: row::digest(row.did.as_bytes()),
        };
        let reason = row.reason.as_ref().map(|reason| row::digest(reason.as_bytes()));
        let same = noted.published.get(&row.id) == Some(&stored)
            && noted.frozen.get(&row.id) == frozen.get(&row.id)
            && noted.withdrawn.get(&row.id) == reason.as_ref();
        if !same {
            wrong.push(row.id);
        }
    }
    for id in wrong {
        verified.tell(Fault::new("verify-publication").with("n", id));
    }
    for id in noted.published.keys().filter(|id| !rows.iter().any(|row| row.id == **id)) {
        verified.tell(Fault::new("verify-publication-missing").with("n", id));
    }
    Ok(())
}
