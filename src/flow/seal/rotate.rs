//! Rotate: another master key from now on. What can be made anew is; what cannot stays with the key it was made with.

use serde_json::json;

use crate::clock;
use crate::domain::keys::Keys;
use crate::error::{Error, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::{code_mac, open_codes, seal_codes, typed_mac};
use crate::flow::endpoints;
use crate::flow::people::factor;
use crate::flow::seal::fit;
use crate::store::invitations::Codes;
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, audit as log, invitations, points, responses, seal};

/// What was sealed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Points.
    pub points: usize,
    /// Invitations.
    pub invitations: usize,
}

/// Seals all codes, second factors and secrets of webhooks with the newest master key, hashes the codes anew, and lets both chains go on with it; all in one
/// transaction, its entry in the audit log the first row under the new key.
///
/// # Errors
/// Conflict when a code cannot be opened with the old key or the database is not of that key; nothing is changed then.
pub async fn run(db: &Db, old: &Keys, new: &Keys, now_ms: i64) -> Result<Rotated> {
    let mut tx = db.begin().await?;
    fit::note(&mut tx, old).await?;
    let rotated = Rotated { points: points(&mut tx, old, new).await?, invitations: invites(&mut tx, old, new).await? };
    factor::seal_anew(&mut tx, old, new).await?;
    endpoints::seal_anew(&mut tx, old, new).await?;
    let (responses, _) = responses::head(&mut tx).await?;
    let (log, _) = log::head(&mut tx).await?;
    let epoch = new.epochs() as i64;
    seal::add_epoch(&mut tx, epoch, responses + 1, log + 1, now_ms).await?;
    fit::note(&mut tx, new).await?;
    let detail =
        json!({ "points": rotated.points, "invitations": rotated.invitations, "responses_from": responses + 1 });
    audit::note(&mut tx, new, now_ms, By::OPERATOR, Act::KeyRotated, format!("key {epoch}"), detail).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(rotated)
}

async fn points(tx: &mut Tx<'_>, old: &Keys, new: &Keys) -> Result<usize> {
    let all = points::codes(tx).await?;
    for (id, sealed) in &all {
        points::set_codes(tx, *id, &anew(old, new, "point", *id, sealed)?).await?;
    }
    Ok(all.len())
}

async fn invites(tx: &mut Tx<'_>, old: &Keys, new: &Keys) -> Result<usize> {
    let all = invitations::codes(tx).await?;
    for (id, sealed) in &all {
        invitations::set_codes(tx, *id, &anew(old, new, "invitation", *id, sealed)?).await?;
    }
    Ok(all.len())
}

fn anew(old: &Keys, new: &Keys, what: &str, id: i64, sealed: &[u8]) -> Result<Codes> {
    let (code, typed) = open_codes(old, sealed).ok_or_else(|| {
        Error::Conflict(format!("the codes of {what} {id} do not open with this key file: is it that of the database?"))
    })?;
    Ok(Codes {
        code_mac: code_mac(new, &code),
        typed_mac: typed_mac(new, &typed),
        sealed: seal_codes(new, clock::random(), &code, &typed),
    })
}
