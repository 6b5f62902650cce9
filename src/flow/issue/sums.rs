//! Invitations summed by the month in which they were issued, so that pages read no single one of them: a day is summed
//! once none of its invitations can be answered any more.

use crate::domain::Day;
use crate::error::{Context, Error, Result};
use crate::store::Db;
use crate::store::invitation_sums::{self, Differing};
use crate::store::marks::{self, Mark};

/// Sums the days of which no invitation could be answered any more when this local day began. A day is a transaction of
/// its own, in one process of however many serve the database.
///
/// # Errors
/// When the store does not answer; what was not summed is summed at the next call.
pub async fn keep(db: &Db, now_ms: i64) -> Result<()> {
    let today = Day::at(now_ms);
    while let Some(day) = invitation_sums::next(db, today.number()).await? {
        if invitation_sums::can_be_answered(db, day, today.begins_ms()).await? {
            break;
        }
        let mut tx = db.begin().await?;
        invitation_sums::lock(&mut tx).await?;
        if marks::get_in(&mut tx, Mark::InvitedThrough).await? >= day {
            tx.rollback().await?;
            continue;
        }
        invitation_sums::add(&mut tx, day).await?;
        marks::set(&mut tx, Mark::InvitedThrough, day).await?;
        tx.commit().await.context("sum invitations up")?;
    }
    Ok(())
}

/// Sums all such days anew. Until a day is summed again its invitations are read one by one.
///
/// # Errors
/// When the store does not answer.
pub async fn rebuild(db: &Db, now_ms: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    invitation_sums::lock(&mut tx).await?;
    invitation_sums::clear(&mut tx).await?;
    marks::set(&mut tx, Mark::InvitedThrough, 0).await?;
    tx.commit().await.context("forget sums of invitations")?;
    keep(db, now_ms).await
}

/// Every sum that a count of the invitations does not confirm, month by month.
///
/// # Errors
/// When the store does not answer.
pub async fn differences(db: &Db) -> Result<Vec<Differing>> {
    let mut differences = Vec::new();
    let Some((mut month, last)) = invitation_sums::span(db).await? else { return Ok(differences) };
    while month <= last {
        differences.extend(invitation_sums::differences(db, month).await?);
        let first = Day::from_number(month * 100 + 1).ok_or_else(|| Error::internal("a month has a first"))?;
        month = first.plus(31).month();
    }
    Ok(differences)
}
