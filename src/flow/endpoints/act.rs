//! What an administrator does to endpoints. Each is one transaction with its entry in the audit log, which names the host
//! of an address and never a secret.

use std::collections::BTreeSet;

use serde_json::json;

use super::{KIND, host, marked, sealed, subject};
use crate::clock;
use crate::domain::keys::Keys;
use crate::domain::topic::Topic;
use crate::domain::webhook::Secrets;
use crate::domain::{Day, sheet};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::post::Post;
use crate::flow::webhook::{Hook, Unfit};
use crate::store::{Db, endpoints, outbox};

/// Most endpoints at once.
pub const MOST: i64 = 20;
/// How many days the secret before signs too.
pub const OLD_DAYS: i64 = 3;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Longest address.
const LONGEST: usize = 500;

/// Registers an address; gives its number and its secret, which is given here and never again.
///
/// # Errors
/// Invalid, with everything that is wrong: also an address whose name leads where no webhook may go.
pub async fn add(
    db: &Db,
    keys: &Keys,
    post: &Post,
    now_ms: i64,
    by: By<'_>,
    (label, url, topics): (&str, &str, &[&str]),
) -> Result<(i64, String)> {
    let (label, url) = (sheet::clean(label), url.trim());
    let mut faults = Vec::new();
    if !(1..=60).contains(&label.chars().count()) {
        faults.push(Fault::new("webhook-label-needed"));
    }
    let topics = chosen(topics).map_err(|fault| faults.push(fault)).unwrap_or_default();
    let secret = clock::random();
    let secrets = Secrets::of(secret, None);
    if let Err(fault) = fit(post, url, &secrets).await {
        faults.push(fault);
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    if endpoints::count(&mut tx).await? >= MOST {
        return Err(Error::invalid(Fault::new("webhook-too-many").with("most", MOST)));
    }
    let id = endpoints::insert(&mut tx, &label, url, &topics, &sealed(keys, &secret), now_ms).await;
    let id = id.context("store a webhook")?;
    let detail = json!({ "label": label, "host": host(url), "topics": topics.trim_matches('|').replace("||", ", ") });
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookAdded, subject(id), detail).await?;
    tx.commit().await?;
    Ok((id, secrets.written()))
}

/// Names of topics as they are stored.
fn chosen(names: &[&str]) -> Result<String, Fault> {
    let topics: BTreeSet<Topic> = names.iter().filter_map(|name| Topic::by_name(name)).collect();
    if topics.is_empty() || topics.len() != names.len() {
        return Err(Fault::new("webhook-topics-needed"));
    }
    Ok(topics.into_iter().map(marked).collect())
}

/// Whether webhooks may go to an address, as it is written and where its name leads today.
async fn fit(post: &Post, url: &str, secrets: &Secrets) -> Result<(), Fault> {
    if url.len() > LONGEST {
        return Err(Fault::new("webhook-url-long").with("most", LONGEST));
    }
    let unfit = |unfit: Unfit| match unfit {
        Unfit::NoAddress | Unfit::NoHost | Unfit::Scheme | Unfit::Clear => Fault::new("webhook-url-needed"),
        Unfit::Password => Fault::new("webhook-url-password"),
        Unfit::Inner(_) => Fault::new("webhook-url-inner"),
    };
    let hook = Hook::fit(url, secrets.clone(), post.networks()).map_err(unfit)?;
    hook.leads_out(post.names()).await.map_err(|missed| match missed.short.as_str() {
        "inner" => Fault::new("webhook-url-inner"),
        _ => Fault::new("webhook-url-nowhere"),
    })
}

/// Chooses what an endpoint is told of from now on.
///
/// # Errors
/// Not found when there is no such endpoint; invalid when nothing is chosen.
pub async fn choose(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64, topics: &[&str]) -> Result<()> {
    super::one(db, id).await?;
    let topics = chosen(topics).map_err(Error::invalid)?;
    let mut tx = db.begin().await?;
    endpoints::set_topics(&mut tx, id, &topics).await?;
    let detail = json!({ "topics": topics.trim_matches('|').replace("||", ", ") });
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookChosen, subject(id), detail).await?;
    tx.commit().await
}

/// Gives an endpoint another secret, which is given here and never again. The one it had signs too for [`OLD_DAYS`]; one
/// before that ends at once, so that no more than two are live.
///
/// # Errors
/// Not found when there is no such endpoint.
pub async fn rotate(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<String> {
    super::one(db, id).await?;
    let (secret, until) = (clock::random(), now_ms + OLD_DAYS * DAY_MS);
    let mut tx = db.begin().await?;
    endpoints::rotate(&mut tx, id, &sealed(keys, &secret), until).await?;
    let detail = json!({ "old_until": Day::at(until).to_string() });
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookRotated, subject(id), detail).await?;
    tx.commit().await?;
    Ok(Secrets::of(secret, None).written())
}

/// Switches an endpoint off: what waits for it and what happens from now on is held.
///
/// # Errors
/// Not found when there is no such endpoint, or it is off.
pub async fn switch_off(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    if !endpoints::off(&mut tx, id, now_ms).await? {
        return Err(Error::NotFound("webhook"));
    }
    let held = outbox::hold(&mut tx, KIND, &id.to_string()).await?;
    let detail = json!({ "why": "person", "held": held });
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookOff, subject(id), detail).await?;
    tx.commit().await
}

/// Switches an endpoint on. What was held stays so until somebody sends it again.
///
/// # Errors
/// Not found when there is no such endpoint, or it is on.
pub async fn switch_on(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    if !endpoints::on_again(&mut tx, id).await? {
        return Err(Error::NotFound("webhook"));
    }
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookOn, subject(id), json!({})).await?;
    tx.commit().await
}

/// Removes an endpoint with its secrets; nothing more goes to it.
///
/// # Errors
/// Not found when there is no such endpoint.
pub async fn remove(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    if !endpoints::remove(&mut tx, id, now_ms).await? {
        return Err(Error::NotFound("webhook"));
    }
    outbox::hold(&mut tx, KIND, &id.to_string()).await?;
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookRemoved, subject(id), json!({})).await?;
    tx.commit().await
}

/// Sends one delivery again, with its id, whether it was taken or not.
///
/// # Errors
/// Not found when there is no such endpoint or delivery, or it waits to be sent anyway.
pub async fn again(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64, message: &str) -> Result<()> {
    super::one(db, id).await?;
    let mut tx = db.begin().await?;
    if !outbox::again(&mut tx, message, KIND, &id.to_string(), now_ms).await? {
        return Err(Error::NotFound("delivery"));
    }
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookReplayed, subject(id), json!({ "message": message })).await?;
    tx.commit().await
}

/// Sends everything again that an endpoint did not take since the beginning of a day, each with its id; gives how much.
///
/// # Errors
/// Not found when there is no such endpoint.
pub async fn again_since(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: i64, since: Day) -> Result<u64> {
    super::one(db, id).await?;
    let mut tx = db.begin().await?;
    let sent = outbox::again_since(&mut tx, KIND, &id.to_string(), since.begins_ms(), now_ms).await?;
    let detail = json!({ "since": since.to_string(), "messages": sent });
    audit::note(&mut tx, keys, now_ms, by, Act::WebhookReplayed, subject(id), detail).await?;
    tx.commit().await?;
    Ok(sent)
}
