//! Fit: whether the key file that somebody holds is the one that the database was written with. Whatever was written
//! with another would break the chain and lead no printed code anywhere, so nothing may begin with it.

use super::row::{self, Chain};
use crate::domain::keys::Keys;
use crate::domain::password::same;
use crate::error::{Error, Result};
use crate::store::{Db, Tx, key_checks, seal};

/// Refuses other keys than the database was written with; notes those of a database that was not written to yet.
///
/// # Errors
/// Conflict when the key file is an older, a newer or another one.
pub async fn refuse_other_keys(db: &Db, keys: &Keys) -> Result<()> {
    let mut tx = db.snapshot().await?;
    let known = judge(&mut tx, keys).await?;
    tx.rollback().await?;
    if known == Known::All {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    note(&mut tx, keys).await?;
    tx.commit().await
}

/// The same inside a transaction, with what is to be noted.
///
/// # Errors
/// As [`refuse_other_keys`].
pub async fn note(tx: &mut Tx<'_>, keys: &Keys) -> Result<()> {
    if judge(tx, keys).await? == Known::All {
        return Ok(());
    }
    for (epoch, check) in (1..).zip(keys.checks()) {
        key_checks::insert(tx, epoch, check).await?;
    }
    // Another process that began at the same time may have been first, with another file.
    judge(tx, keys).await.map(drop)
}

/// Whether something was written with a master key.
///
/// # Errors
/// When the store does not answer.
pub async fn is_written(db: &Db) -> Result<bool> {
    let mut tx = db.snapshot().await?;
    let sealed = seal::heads(&mut tx).await?.values().any(|(n, _)| *n != 0);
    let written = sealed || !key_checks::all(&mut tx).await?.is_empty();
    tx.rollback().await?;
    Ok(written)
}

/// Epochs, counted from 1, whose master key in the file is another than the one noted in the database.
///
/// # Errors
/// When the store does not answer.
pub async fn others(tx: &mut Tx<'_>, keys: &Keys) -> Result<Vec<i64>> {
    let kept = key_checks::all(tx).await?;
    let is_ours = |(epoch, value): &(i64, Vec<u8>)| {
        let mine = usize::try_from(epoch - 1).ok().and_then(|place| keys.checks().nth(place));
        mine.is_some_and(|mine| same(mine, value))
    };
    Ok(kept.iter().filter(|check| !is_ours(check)).map(|(epoch, _)| *epoch).collect())
}

/// The key file does not hold as many master keys as the database was written with.
#[must_use]
pub fn other_keys(held: usize, needed: usize) -> Error {
    Error::Conflict(format!(
        "the key file holds {held} master keys and the database was written with {needed}; use the key file that belongs to it"
    ))
}

#[derive(PartialEq, Eq)]
enum Known {
    /// Of each epoch there is a value, and it is ours.
    All,
    /// Of some there is none yet, and nothing speaks against ours.
    Some,
}

async fn judge(tx: &mut Tx<'_>, keys: &Keys) -> Result<Known> {
    let epochs = seal::epochs_in(tx).await?;
    let needed = epochs.len() + 1;
    if keys.epochs() != needed {
        return Err(other_keys(keys.epochs(), needed));
    }
    if let Some(epoch) = others(tx, keys).await?.first() {
        return Err(another(*epoch));
    }
    if key_checks::all(tx).await?.len() == needed {
        return Ok(Known::All);
    }
    if links(tx, keys, &epochs).await? { Ok(Known::Some) } else { Err(another(needed as i64)) }
}

fn another(epoch: i64) -> Error {
    Error::Conflict(format!(
        "the key file is not that of this database: master key {epoch} in it is another; use the key file that belongs to it"
    ))
}

/// Whether our keys make the link of the last row of a chain: what a database says that has no values noted yet. True
/// when it has no rows.
async fn links(tx: &mut Tx<'_>, keys: &Keys, epochs: &[(i64, i64)]) -> Result<bool> {
    let heads = seal::heads(tx).await?;
    let mut linked = Vec::new();
    for chain in Chain::ALL {
        let Some((n, _)) = heads.get(chain.name()).filter(|(n, _)| *n > 0) else { continue };
        let mut rows: Vec<(i64, Vec<u8>, String)> = Vec::new();
        match chain {
            Chain::Responses => {
                for row in seal::responses(tx, n - 1, 2).await?.into_iter().flatten() {
                    rows.push((row.n, row.hash.clone(), row::stored_response(&row)));
                }
            }
            Chain::Audit => {
                for row in seal::audit(tx, n - 1, 2).await?.into_iter().flatten() {
                    rows.push((row.n, row.hash.clone(), row::audit(&row)?));
                }
            }
        }
        let from = |(responses, audit): &(i64, i64)| if chain == Chain::Responses { *responses } else { *audit };
        let epoch = epochs.iter().filter(|epoch| from(epoch) <= *n).count();
        let nothing = vec![0; 32];
        let before = rows.iter().find(|(number, ..)| *number == n - 1).map_or(&nothing, |(_, hash, _)| hash);
        let Some((_, hash, sealed)) = rows.iter().find(|(number, ..)| number == n) else { continue };
        linked.push(chain.link_in(keys, epoch, *n, before, sealed).is_some_and(|link| link[..] == hash[..]));
    }
    // A row that somebody changed since is told by `verify`; it must not keep the service from starting.
    Ok(linked.is_empty() || linked.contains(&true))
}
