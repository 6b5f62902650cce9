//! Endpoints: addresses that an administrator registers, and that are told of what happened here. Each is told once of each
//! thing, under one id, from the outbox; the same transaction keeps the thing and the message.

mod act;
mod used;

use std::collections::BTreeSet;

use serde_json::{Value, json};

pub use act::{MOST, OLD_DAYS, add, again, again_since, choose, remove, rotate, switch_off, switch_on};
pub use used::tell_used;

use crate::clock;
use crate::domain::instant;
use crate::domain::keys::Keys;
use crate::domain::topic::Topic;
use crate::domain::webhook::Secrets;
use crate::error::{Context, Error, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::post::new_id;
use crate::store::endpoints::{self, Row};
use crate::store::outbox::{self, Delivery, New};
use crate::store::{Db, Tx};

/// The kind of these messages in the outbox.
pub const KIND: &str = "webhook";
/// What secrets are sealed for.
const ABOUT: &str = "webhook secret";
/// So many deliveries are shown.
const SHOWN: i64 = 100;

/// Why an endpoint is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It took nothing for days.
    Failed,
    /// Somebody did it.
    Person,
}

/// An endpoint as those see it who look after it; its secrets are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Row number.
    pub id: i64,
    /// What people call it.
    pub label: String,
    /// Where to.
    pub url: String,
    /// What it is told of.
    pub topics: BTreeSet<Topic>,
    /// Until when the secret before signs too, in unix ms.
    pub old_until: Option<i64>,
    /// When it last took something.
    pub taken_at: Option<i64>,
    /// Since when it is switched off, and why.
    pub off: Option<(i64, Why)>,
}

impl Listed {
    fn of(row: Row) -> Self {
        let why = if row.off_why.as_deref() == Some("failed") { Why::Failed } else { Why::Person };
        Self {
            id: row.id,
            label: row.label,
            url: row.url,
            topics: Topic::ALL.into_iter().filter(|topic| row.topics.contains(&marked(*topic))).collect(),
            old_until: row.old_until,
            taken_at: row.taken_at,
            off: row.off_at.map(|at| (at, why)),
        }
    }

    /// The host of its address: what may be shown to whoever may not change it, and stand in logs.
    #[must_use]
    pub fn host(&self) -> &str {
        host(&self.url)
    }
}

/// The host of an address, with its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn marked(topic: Topic) -> String {
    format!("|{}|", topic.name())
}

/// What the audit log calls an endpoint.
#[must_use]
pub fn subject(id: i64) -> String {
    format!("webhook {id}")
}

/// Every endpoint, in the order in which they were registered.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Listed>> {
    Ok(endpoints::all(db).await?.into_iter().map(Listed::of).collect())
}

/// One endpoint.
///
/// # Errors
/// Not found when there is no such endpoint.
pub async fn one(db: &Db, id: i64) -> Result<Listed> {
    endpoints::one(db, id).await?.map(Listed::of).ok_or(Error::NotFound("webhook"))
}

/// The last deliveries to an endpoint.
///
/// # Errors
/// When the store does not answer.
pub async fn deliveries(db: &Db, id: i64) -> Result<Vec<Delivery>> {
    outbox::of(db, KIND, &id.to_string(), SHOWN).await
}

/// Tells every endpoint that wants to hear of it, in the transaction of what happened. `about` names it among its kind. For
/// those switched off it is held.
///
/// # Errors
/// When the store does not answer; then what happened must not be kept either.
pub async fn tell(tx: &mut Tx<'_>, topic: Topic, about: &str, data: Value, now_ms: i64) -> Result<()> {
    let about = format!("{} {about}", topic.name());
    let body = json!({ "type": topic.name(), "timestamp": instant(now_ms), "data": data }).to_string();
    for (id, off_at) in endpoints::wanting(tx, topic.name()).await.context("ask who is to be told")? {
        let state = if off_at.is_some() { "held" } else { "waiting" };
        let (id, target) = (&*new_id(), &*id.to_string());
        let new = New { id, kind: KIND, target, about: Some(&about), body: &body, state, at: now_ms };
        outbox::put(tx, new).await?;
    }
    Ok(())
}

/// What is known of the receiver of a message.
#[derive(Debug)]
pub(super) enum Switched {
    /// Its address, and the secrets that sign for it now.
    On(String, Secrets),
    /// It is switched off.
    Off,
    /// It was removed.
    Removed,
}

/// The receiver of a message at an instant.
///
/// # Errors
/// Internal when its secret does not open.
pub(super) async fn receiver(db: &Db, keys: &Keys, target: &str, now_ms: i64) -> Result<Switched> {
    let Some(row) = endpoints::one(db, target.parse().map_err(Error::internal)?).await? else {
        return Ok(Switched::Removed);
    };
    if row.off_at.is_some() {
        return Ok(Switched::Off);
    }
    let open =
        |sealed: &[u8]| opened(keys, sealed).ok_or_else(|| Error::internal("the secret of a webhook does not open"));
    let old = row.old_sealed.filter(|_| row.old_until.is_some_and(|until| now_ms < until));
    let old = old.as_deref().map(open).transpose()?;
    Ok(Switched::On(row.url, Secrets::of(open(&row.sealed)?, old)))
}

fn opened(keys: &Keys, sealed: &[u8]) -> Option<[u8; 32]> {
    keys.open(ABOUT, sealed)?.try_into().ok()
}

fn sealed(keys: &Keys, secret: &[u8; 32]) -> Vec<u8> {
    keys.seal(ABOUT, clock::fresh(), secret)
}

/// Notes what the end of a try means for its endpoint: when a message was given up and nothing was taken since it was
/// written, the endpoint is switched off, and what waits for it is held.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn ended(tx: &mut Tx<'_>, keys: &Keys, row: &outbox::Row, state: &str, now_ms: i64) -> Result<()> {
    let id: i64 = row.target.parse().map_err(Error::internal)?;
    endpoints::forget_old(tx, now_ms).await?;
    match state {
        "done" => endpoints::taken(tx, id, now_ms).await,
        "given_up" if endpoints::fail(tx, id, now_ms, row.created_at).await? => {
            let held = outbox::hold(tx, KIND, &row.target).await?;
            let detail = json!({ "why": "failed", "held": held });
            audit::note(tx, keys, now_ms, By::OPERATOR, Act::WebhookOff, subject(id), detail).await
        }
        _ => Ok(()),
    }
}

/// Seals every secret with another key.
///
/// # Errors
/// Conflict when one does not open with the old key.
pub async fn seal_anew(tx: &mut Tx<'_>, old: &Keys, new: &Keys) -> Result<()> {
    let anew = |id: i64, secret: &[u8]| {
        let secret = opened(old, secret).ok_or_else(|| {
            Error::Conflict(format!(
                "the secret of webhook {id} does not open with this key file: is it that of the database?"
            ))
        });
        secret.map(|secret| sealed(new, &secret))
    };
    for (id, today, before) in endpoints::sealed(tx).await? {
        let before = before.map(|before| anew(id, &before)).transpose()?;
        endpoints::set_sealed(tx, id, &anew(id, &today)?, before.as_deref()).await?;
    }
    Ok(())
}
