//! The list of portals: put on it, taken off it.

use serde_json::json;

use crate::domain::keys::Keys;
use crate::domain::portal::Address;
use crate::domain::sheet;
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::marks::{self, Mark};
use crate::store::{Db, portals};

/// More than this nobody looks through; all origins stand in one header.
pub const MOST: usize = 20;

/// Puts a portal on the list; gives its row number.
///
/// # Errors
/// Invalid, with everything that is wrong.
pub async fn add(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, label: &str, address: &str) -> Result<i64> {
    let label = sheet::clean(label);
    let mut faults = Vec::new();
    if !(1..=60).contains(&label.chars().count()) {
        faults.push(Fault::new("portal-label-needed"));
    }
    let address = Address::parse(address).map_err(|fault| faults.push(fault)).ok();
    let Some(address) = address.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let mut tx = db.begin().await?;
    // Two who put the same on the list at once meet here.
    audit::hold(&mut tx).await?;
    let listed = portals::all_in(&mut tx).await?;
    if listed.iter().any(|portal| portal.address == address) {
        return Err(Error::invalid(Fault::new("portal-listed")));
    }
    if listed.len() >= MOST {
        return Err(Error::invalid(Fault::new("portal-too-many").with("most", MOST)));
    }
    let id = portals::insert(&mut tx, &label, &address, now_ms).await.context("store a portal")?;
    let detail = json!({ "label": label, "address": format!("{}{}", address.origin, address.path) });
    audit::note(&mut tx, keys, now_ms, by, Act::PortalAdded, format!("portal {id}"), detail).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a portal off the list: nobody is led back to it any more, and it may show no question in a frame.
///
/// # Errors
/// Not found when it is not on the list.
pub async fn remove(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    if !portals::remove(&mut tx, id, now_ms).await? {
        return Err(Error::NotFound("portal"));
    }
    audit::note(&mut tx, keys, now_ms, by, Act::PortalRemoved, format!("portal {id}"), json!({})).await?;
    marks::raise(&mut tx, Mark::Revision).await?;
    tx.commit().await
}
