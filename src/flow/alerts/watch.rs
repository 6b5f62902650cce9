//! Keeping what is found, once for however many processes, and writing of it.

use std::collections::BTreeMap;

use serde_json::json;

use super::find::{Limits, found};
use super::{Alert, Rule, grants_of, of};
use crate::domain::topic::Topic;
use crate::domain::{AccountId, Day, instant};
use crate::error::{Context, Result};
use crate::flow::audit;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::endpoints;
use crate::flow::post::new_id;
use crate::store::alerts::{self, Row};
use crate::store::marks::{self, Mark};
use crate::store::outbox::{self, New};
use crate::store::{Db, Tx};

/// How often it is looked again.
const EVERY_MS: i64 = 5 * 60 * 1000;
/// At most one message at once in so long.
const AT_ONCE_MS: i64 = 60 * 60 * 1000;
/// From this hour of the local day on there is a digest.
const DIGEST_HOUR: i64 = 7;

/// Looks for what needs attention, unless a process did so just now; true when this one did. What is new and what is gone
/// goes to the webhooks `hooks`, in the same transaction.
///
/// # Errors
/// When the store does not answer, or releases keep coming between.
pub async fn watch(db: &Db, catalogue: &Catalogue, limits: &Limits, hooks: &[String], now_ms: i64) -> Result<bool> {
    let before = marks::get(db, Mark::AlertedAt).await?;
    if now_ms - before < EVERY_MS {
        return Ok(false);
    }
    let found = found(db, catalogue, limits, now_ms).await.context("look for what needs attention")?;
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    if marks::get_in(&mut tx, Mark::AlertedAt).await? != before {
        tx.rollback().await?;
        return Ok(false);
    }
    let key = |row: &Row| (row.rule.clone(), row.unit_id, row.subject.clone());
    let mut open: BTreeMap<_, Row> = alerts::open(&mut tx).await?.into_iter().map(|row| (key(&row), row)).collect();
    let code = |unit: i64| catalogue.units.values().find(|each| each.id.0 == unit).map(|unit| unit.code.clone());
    for one in found {
        let (rule, unit) = (one.rule.name(), one.unit.map_or(0, |unit| unit.0));
        let detail = serde_json::to_string(&one.detail)?;
        if let Some(row) = open.remove(&(rule.to_owned(), unit, one.subject.clone())) {
            alerts::seen(&mut tx, row.id, now_ms, &detail).await?;
        } else {
            let id = alerts::insert(&mut tx, rule, unit, &one.subject, &detail, now_ms).await?;
            let event = Event { what: "alert.opened", id, rule, unit: code(unit), subject: &one.subject };
            event.put(&mut tx, hooks, now_ms).await?;
            if one.rule == Rule::Kiosk {
                let day = one.detail.day.map(|day| day.date().to_string());
                let kiosk: Option<i64> = one.subject.parse().ok();
                let data = json!({ "alert": id, "kiosk": kiosk, "unit": code(unit), "last_day": day });
                endpoints::tell(&mut tx, Topic::KioskSilent, &id.to_string(), data, now_ms).await?;
            }
        }
    }
    for row in open.values() {
        alerts::close(&mut tx, row.id, now_ms).await?;
        let (what, unit) = ("alert.closed", code(row.unit_id));
        let event = Event { what, id: row.id, rule: &row.rule, unit, subject: &row.subject };
        event.put(&mut tx, hooks, now_ms).await?;
    }
    marks::set(&mut tx, Mark::AlertedAt, now_ms).await?;
    tx.commit().await.context("keep what needs attention")?;
    Ok(true)
}

/// What is told to other systems: names and numbers of things, never a figure or a comment.
struct Event<'a> {
    what: &'a str,
    id: i64,
    rule: &'a str,
    unit: Option<String>,
    subject: &'a str,
}

impl Event<'_> {
    async fn put(&self, tx: &mut Tx<'_>, hooks: &[String], now_ms: i64) -> Result<()> {
        let Self { what, id, rule, unit, subject } = self;
        let data = json!({ "alert": id, "rule": rule, "unit": unit, "subject": subject });
        let body = json!({ "type": what, "timestamp": instant(now_ms), "data": data }).to_string();
        for hook in hooks {
            let about = format!("{what} {id}");
            let (id, about) = (&*new_id(), Some(&*about));
            let new = New { id, kind: "hook", target: hook, about, body: &body, state: "waiting", at: now_ms };
            outbox::put(tx, new).await?;
        }
        Ok(())
    }
}

/// Writes to those who want mail of what they were not written of before: once a day, and of a figure that fell below its
/// target at once, though not more than once an hour. `say` puts alerts into words: a subject and a text. Gives the number
/// of letters written.
///
/// # Errors
/// When the store does not answer.
pub async fn write_mail(db: &Db, say: impl Fn(&[&Alert], usize) -> (String, String), now_ms: i64) -> Result<usize> {
    let today = Day::at(now_ms);
    let hour = (now_ms - today.begins_ms()) / (60 * 60 * 1000);
    let mut written = 0;
    for wish in alerts::wishes(db).await? {
        let account = AccountId(wish.account_id);
        let seen = of(db, account, &grants_of(db, &wish).await?, now_ms).await?;
        let open: Vec<&Alert> =
            seen.iter().filter(|alert| alert.closed_at.is_none() && !alert.is_muted(now_ms)).collect();
        let told = alerts::told(db, wish.account_id).await?;
        let news: Vec<&Alert> = open.iter().filter(|alert| !told.contains(&alert.id)).copied().collect();
        let digest = hour >= DIGEST_HOUR && wish.digest_day < today.number();
        let news: Vec<&Alert> = news.into_iter().filter(|alert| digest || alert.rule == Rule::Below).collect();
        if news.is_empty() || (!digest && now_ms - wish.urgent_at < AT_ONCE_MS) {
            continue;
        }
        let (subject, text) = say(&news, open.len());
        let body = json!({ "subject": subject, "text": text }).to_string();
        let mut tx = db.begin().await?;
        // Whoever comes second finds it done.
        let first = if digest {
            alerts::digested(&mut tx, wish.account_id, today.number()).await?
        } else {
            alerts::hurried(&mut tx, wish.account_id, now_ms, now_ms - AT_ONCE_MS).await?
        };
        if !first {
            tx.rollback().await?;
            continue;
        }
        for alert in &news {
            alerts::tell(&mut tx, alert.id, wish.account_id).await?;
        }
        let (id, target) = (&*new_id(), &*wish.account_id.to_string());
        let new = New { id, kind: "mail", target, about: None, body: &body, state: "waiting", at: now_ms };
        outbox::put(&mut tx, new).await?;
        tx.commit().await.context("write to somebody")?;
        written += 1;
    }
    Ok(written)
}
