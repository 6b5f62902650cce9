//! Publishing, freezing and taking back. Each is one transaction with its entry in the audit log.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::{Publication, Shown, figures, guard, packed, preview, read};
use crate::domain::keys::Keys;
use crate::domain::period::Period;
use crate::domain::topic::Topic;
use crate::domain::{Day, PublicationId, sheet};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::endpoints;
use crate::flow::seal::row;
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx, publications};

/// Most characters of what was done.
pub const LONGEST_DID: usize = 3_000;
/// How many characters the reason of a withdrawal has.
pub const REASON: RangeInclusive<usize> = 10..=500;
/// How often a publication is made again when a release or another publication came between.
const ATTEMPTS: u32 = 5;

/// A publication that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Of which period.
    pub period: Period,
    /// It may follow the releases while the period is not over.
    pub live: bool,
    /// What was done about the results before.
    pub did: &'a str,
}

/// Publishes a period as it is now. What is in force for the period stays readable and is named as corrected.
///
/// # Errors
/// Invalid when the period has not begun, is not over although its figures are to be frozen, or the text is too long.
pub async fn publish(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, wanted: Wanted<'_>) -> Result<PublicationId> {
    let did = words(wanted.did);
    if did.chars().count() > LONGEST_DID {
        return Err(Error::invalid(Fault::new("publish-did-long").with("most", LONGEST_DID)));
    }
    if Day::at(now_ms) < wanted.period.from() {
        return Err(Error::invalid(Fault::new("publish-not-begun")));
    }
    for _ in 0..ATTEMPTS {
        let moment = Moment::now(db).await?;
        let shown = preview(db, &wanted.period, now_ms).await?;
        if shown.without.provisional && !wanted.live {
            return Err(Error::invalid(Fault::new("publish-not-over")));
        }
        let current = in_force(&read(publications::all(db).await?)?, &wanted.period).cloned();
        let thawed = match &current {
            Some(one) if one.frozen_at.is_none() => Some((one.id, figures(db, one.id, now_ms).await?)),
            _ => None,
        };
        let mut tx = db.begin().await?;
        audit::hold(&mut tx).await?;
        if !moment.lasts(&mut tx).await? {
            tx.rollback().await?;
            continue;
        }
        // Whoever reads a copy of it later finds what it showed last.
        if let Some((id, shown)) = thawed {
            freeze(&mut tx, keys, now_ms, by, id, &shown).await?;
        }
        let (name, cut_off) = (wanted.period.to_string(), wanted.period.cut_off().name());
        let replaces = current.map(|one| one.id.0);
        let account = by.account.map(|account| account.0);
        let new = publications::New { period: &name, cut_off, replaces, did: &did, account, at: now_ms };
        let id = PublicationId(publications::insert(&mut tx, new).await?);
        let detail = json!({
            "period": name,
            "cut_off": cut_off,
            "replaces": replaces,
            "live": shown.without.provisional,
            "did": row::digest(did.as_bytes()),
        });
        audit::note(&mut tx, keys, now_ms, by, Act::Published, subject(id), detail).await?;
        let (data, about) = (told(id, &wanted.period, replaces, shown.without.provisional), id.0.to_string());
        endpoints::tell(&mut tx, Topic::ReportPublished, &about, data, now_ms).await?;
        if !shown.without.provisional {
            freeze(&mut tx, keys, now_ms, by, id, &shown).await?;
        }
        marks::raise(&mut tx, Mark::Published).await?;
        tx.commit().await.context("publish a period")?;
        return Ok(id);
    }
    Err(Error::Busy("release"))
}

/// Takes a publication back. That it was there, and why it is gone, stays.
///
/// # Errors
/// Not found when there is none in force with this number; invalid without a reason.
pub async fn withdraw(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: PublicationId, reason: &str) -> Result<()> {
    let reason = sheet::clean(reason);
    if !REASON.contains(&reason.chars().count()) {
        let fault = Fault::new("publish-reason-needed").with("least", REASON.start()).with("most", REASON.end());
        return Err(Error::invalid(fault));
    }
    for _ in 0..ATTEMPTS {
        let moment = Moment::now(db).await?;
        let all = read(publications::all(db).await?)?;
        let found = all.iter().find(|one| one.id == id && one.is_in_force());
        let publication = found.ok_or(Error::NotFound("publication"))?;
        let shown = match publication.frozen_at {
            None => Some(figures(db, id, now_ms).await?),
            Some(_) => None,
        };
        let mut tx = db.begin().await?;
        audit::hold(&mut tx).await?;
        if !moment.lasts(&mut tx).await? {
            tx.rollback().await?;
            continue;
        }
        if let Some(shown) = shown {
            freeze(&mut tx, keys, now_ms, by, id, &shown).await?;
        }
        publications::withdraw(&mut tx, id.0, by.account.map(|account| account.0), now_ms, &reason).await?;
        let detail = json!({ "reason": row::digest(reason.as_bytes()) });
        audit::note(&mut tx, keys, now_ms, by, Act::PublicationWithdrawn, subject(id), detail).await?;
        marks::raise(&mut tx, Mark::Published).await?;
        return tx.commit().await.context("take a publication back");
    }
    Err(Error::Busy("release"))
}

/// Freezes what follows the releases and has come to its end; gives how many that were.
///
/// # Errors
/// When the store does not answer.
pub async fn freeze_due(db: &Db, keys: &Keys, now_ms: i64) -> Result<usize> {
    let all = read(publications::all(db).await?)?;
    let mut frozen = 0;
    for publication in all.iter().filter(|one| one.frozen_at.is_none() && one.period.to() <= Day::at(now_ms)) {
        let moment = Moment::now(db).await?;
        let shown = figures(db, publication.id, now_ms).await?;
        if shown.without.provisional {
            continue;
        }
        let mut tx = db.begin().await?;
        audit::hold(&mut tx).await?;
        // Another process was first, or it is done at the next round.
        if !moment.lasts(&mut tx).await? {
            tx.rollback().await?;
            continue;
        }
        freeze(&mut tx, keys, now_ms, By::OPERATOR, publication.id, &shown).await?;
        marks::raise(&mut tx, Mark::Published).await?;
        tx.commit().await.context("freeze a publication")?;
        frozen += 1;
    }
    Ok(frozen)
}

async fn freeze(tx: &mut Tx<'_>, keys: &Keys, now_ms: i64, by: By<'_>, id: PublicationId, shown: &Shown) -> Result<()> {
    let (body, persons) = (packed(shown)?, packed(&guard::persons_of(shown))?);
    publications::freeze(tx, id.0, now_ms, &body, &persons).await?;
    let detail = json!({ "digest": row::publication(&body, &persons) });
    audit::note(tx, keys, now_ms, by, Act::PublicationFrozen, subject(id), detail).await
}

/// What other systems are told of a publication: where it is, not what it says.
fn told(id: PublicationId, period: &Period, replaces: Option<i64>, live: bool) -> Value {
    json!({
        "publication": id.0,
        "period": period.to_string(),
        "cut_off": period.cut_off().name(),
        "replaces": replaces,
        "live": live,
        "path": format!("/results/open/{}.json", id.0),
    })
}

fn subject(id: PublicationId) -> String {
    format!("publication {}", id.0)
}

/// What the office says of a period.
fn in_force<'a>(all: &'a [Publication], period: &Period) -> Option<&'a Publication> {
    all.iter().rev().find(|one| one.period == *period && one.is_in_force())
}

/// What figures were computed from: neither a release nor a publication may come before they are kept.
struct Moment {
    tallied: i64,
    published: i64,
}

impl Moment {
    async fn now(db: &Db) -> Result<Self> {
        Ok(Self { published: marks::get(db, Mark::Published).await?, tallied: marks::get(db, Mark::Tallied).await? })
    }

    async fn lasts(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let now = (marks::get_in(tx, Mark::Published).await?, marks::get_in(tx, Mark::Tallied).await?);
        Ok(now == (self.published, self.tallied))
    }
}

/// A text in paragraphs, cleaned: one line each, none empty.
fn words(text: &str) -> String {
    let lines = text.lines().map(sheet::clean).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
