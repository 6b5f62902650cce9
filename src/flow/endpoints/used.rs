//! Which units had invitations answered: told once a day is over, as a number that is told only when it hides each of them.

use serde_json::json;

use super::tell;
use crate::domain::topic::Topic;
use crate::domain::{Day, UnitId};
use crate::error::{Context, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::store::marks::{self, Mark};
use crate::store::{Db, invitations};

/// Fewer of a unit on a day are never told of.
const LEAST: i64 = 5;
/// At most so many days are caught up with after a pause.
const CAUGHT_UP: i64 = 30;

/// Tells of every day that is over and was not told of. A day is told of once: what a tablet brings later of it is not, for
/// the difference would be of few.
///
/// # Errors
/// When the store does not answer.
pub async fn tell_used(db: &Db, catalogue: &Catalogue, now_ms: i64) -> Result<()> {
    let yesterday = Day::at(now_ms).plus(-1);
    let told = marks::get(db, Mark::UsedTold).await?;
    if told >= yesterday.number() {
        return Ok(());
    }
    let first = Day::from_number(told).map_or(yesterday, |day| day.plus(1)).max(yesterday.plus(-CAUGHT_UP));
    let mut tx = db.begin().await?;
    let mut day = first;
    while day <= yesterday {
        for (unit, used) in invitations::used_on(&mut tx, day.number(), LEAST).await? {
            let Some(unit) = catalogue.units.get(&UnitId(unit)) else { continue };
            let date = day.date().to_string();
            let data = json!({ "day": date, "unit": unit.code, "used": used });
            tell(&mut tx, Topic::InvitationUsed, &format!("{date} {}", unit.code), data, now_ms).await?;
        }
        day = day.plus(1);
    }
    marks::set(&mut tx, Mark::UsedTold, yesterday.number()).await?;
    tx.commit().await.context("tell of invitations that were answered")
}
