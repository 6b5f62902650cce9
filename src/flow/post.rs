//! Handing out what waits: mail by SMTP, webhooks by https. A message keeps its id at every try, so that whoever gets it
//! twice can tell; each try is noted. Receivers do not wait for each other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use ipnet::IpNet;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Mailboxes};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::clock::{self, Clock};
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::endpoints::{self, Switched};
use crate::flow::webhook::{Hook, Names};
use crate::store::outbox::{self, Row};
use crate::store::{Db, Tx, alerts};

/// A message in hand belongs to whoever took it for so long: longer than a try may take.
const IN_HAND_MS: i64 = 60 * 1000;
/// So many are handed out in one go.
const AT_ONCE: i64 = 50;
/// What was done with is forgotten after so long.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;
/// A mail server answers within so long.
const ANSWER_TIME: Duration = Duration::from_secs(20);
/// How long to wait after each try in seconds; after the last one it is given up.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Who takes messages.
#[derive(Debug, Clone, Default)]
pub struct Post {
    mail: Option<Mail>,
    hooks: Vec<(String, Hook)>,
    networks: Vec<IpNet>,
    names: Names,
}

#[derive(Debug, Clone)]
struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// What stands behind the @ of message ids.
    host: String,
}

/// What a letter says.
#[derive(Debug, Deserialize)]
struct Letter {
    subject: String,
    text: String,
}

/// How a try ended.
enum Outcome {
    Done,
    /// It may go better another time.
    Later(String),
    /// It never will.
    Never(String),
    /// Its receiver is switched off.
    Held,
}

impl Post {
    /// Nobody yet, but these webhooks.
    #[must_use]
    pub fn to(hooks: Vec<(String, Hook)>) -> Self {
        Self { hooks, ..Self::default() }
    }

    /// With networks that webhooks may go to although they are not public.
    #[must_use]
    pub fn with_networks(self, networks: Vec<IpNet>) -> Self {
        Self { networks, ..self }
    }

    /// With somebody else than this machine to tell where names lead.
    #[must_use]
    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// Networks that webhooks may go to although they are not public.
    #[must_use]
    pub fn networks(&self) -> &[IpNet] {
        &self.networks
    }

    /// Who tells where names lead.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// With a mail server: `smtps://user:password@host`, `smtp://host?tls=required`, or this machine without TLS.
    ///
    /// # Errors
    /// Conflict when the address of the server or of the sender is none, or mail would go in the clear to another machine.
    pub fn with_mail(mut self, url: &str, from: &str) -> Result<Self> {
        let wrong = |why: String| Error::Conflict(why);
        if !is_guarded(url) {
            return Err(wrong("mail goes to other machines by TLS alone: smtps://… or smtp://…?tls=required".into()));
        }
        let from: Mailbox = from.parse().map_err(|_| wrong(format!("«{from}» is no mail address")))?;
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
            wrong("the address of the mail server is not understood; expected smtps://user@host".into())
        })?;
        let host = from.email.domain().to_owned();
        self.mail = Some(Mail { server: server.timeout(Some(ANSWER_TIME)).build(), from, host });
        Ok(self)
    }

    /// Whether there is a mail server.
    #[must_use]
    pub fn has_mail(&self) -> bool {
        self.mail.is_some()
    }

    /// The addresses of webhooks.
    #[must_use]
    pub fn hooks(&self) -> Vec<String> {
        self.hooks.iter().map(|(url, _)| url.clone()).collect()
    }

    async fn hand_out(&self, db: &Db, keys: &Keys, row: &Row, now_ms: i64) -> Result<Outcome> {
        if row.kind == endpoints::KIND {
            return self.tell(db, keys, row, now_ms).await;
        }
        if row.kind == "hook" {
            let Some((_, hook)) = self.hooks.iter().find(|(url, _)| *url == row.target) else {
                return Ok(Outcome::Never("no longer an address of the settings".to_owned()));
            };
            return Ok(match hook.once(&self.names, &row.id, now_ms, &row.body).await {
                Ok(()) => Outcome::Done,
                Err(missed) => Outcome::Later(missed.why),
            });
        }
        let Some(mail) = &self.mail else { return Ok(Outcome::Later("there is no mail server".to_owned())) };
        let account = row.target.parse().map_err(Error::internal)?;
        let Some(wish) = alerts::wish(db, account).await? else {
            return Ok(Outcome::Never("no mail is wanted any more".to_owned()));
        };
        let letter: Letter = serde_json::from_str(&row.body)?;
        mail.send(&row.id, &wish.address, letter, now_ms).await
    }
}

impl Post {
    /// Tells an address that an administrator registered.
    async fn tell(&self, db: &Db, keys: &Keys, row: &Row, now_ms: i64) -> Result<Outcome> {
        let (url, secrets) = match endpoints::receiver(db, keys, &row.target, now_ms).await? {
            Switched::On(url, secrets) => (url, secrets),
            Switched::Off => return Ok(Outcome::Held),
            Switched::Removed => return Ok(Outcome::Never("removed".to_owned())),
        };
        let Ok(hook) = Hook::fit(&url, secrets, &self.networks) else {
            return Ok(Outcome::Later("inner".to_owned()));
        };
        Ok(match hook.once(&self.names, &row.id, now_ms, &row.body).await {
            Ok(()) => Outcome::Done,
            Err(missed) => Outcome::Later(missed.short),
        })
    }
}

impl Mail {
    async fn send(&self, id: &str, to: &str, letter: Letter, now_ms: i64) -> Result<Outcome> {
        let Ok(to) = to.parse::<Mailboxes>() else { return Ok(Outcome::Never("no mail address".to_owned())) };
        let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(now_ms).unwrap_or_default());
        let message = Message::builder()
            .from(self.from.clone())
            .mailbox(lettre::message::header::To::from(to))
            .subject(letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .date(at)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(Error::internal)?;
        Ok(match self.server.send(message).await {
            Ok(_) => Outcome::Done,
            // What the server says may name the address: only what kind of thing it was is kept.
            Err(error) => {
                let code = error.status().map_or_else(|| "no answer".to_owned(), |code| format!("answered {code}"));
                if error.is_permanent() { Outcome::Never(code) } else { Outcome::Later(code) }
            }
        })
    }
}

/// Whether mail cannot be read on its way: by TLS, or on this machine.
fn is_guarded(url: &str) -> bool {
    let rest = url.strip_prefix("smtp://").unwrap_or_default();
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = host.strip_prefix('[').map_or_else(|| host.split(':').next(), |rest| rest.split(']').next());
    url.starts_with("smtps://")
        || url.contains("tls=required")
        || matches!(name, Some("127.0.0.1" | "localhost" | "::1"))
}

/// Whether a text is one mail address.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<lettre::Address>().is_ok()
}

/// An id that no other message has.
#[must_use]
pub fn new_id() -> String {
    format!("msg_{}", data_encoding::HEXLOWER.encode(&clock::fresh::<16>()))
}

/// Hands out what waits, to all receivers at once and to each in turn; gives how many messages were tried. A receiver that
/// does not take one is not asked for the next one before the next time.
///
/// # Errors
/// When the store does not answer; what was tried and not noted is tried again, with the same id.
pub async fn deliver(db: &Db, keys: &Arc<Keys>, post: &Post, clock: &Clock) -> Result<usize> {
    let mut receivers: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for row in outbox::due(db, clock.now_ms(), AT_ONCE).await? {
        receivers.entry((row.kind.clone(), row.target.clone())).or_default().push(row);
    }
    let mut under_way = JoinSet::new();
    for rows in receivers.into_values() {
        let (db, keys, post, clock) = (db.clone(), keys.clone(), post.clone(), clock.clone());
        under_way.spawn(async move { to_one(&db, &keys, &post, &clock, rows).await });
    }
    let mut tried = Ok(0);
    while let Some(ended) = under_way.join_next().await {
        match ended.map_err(Error::internal).flatten() {
            Ok(n) => tried = tried.map(|before: usize| before + n),
            Err(error) => tried = Err(error),
        }
    }
    tried
}

async fn to_one(db: &Db, keys: &Keys, post: &Post, clock: &Clock, rows: Vec<Row>) -> Result<usize> {
    let mut tried = 0;
    for row in rows {
        let now_ms = clock.now_ms();
        let mut tx = db.begin().await?;
        if !outbox::claim(&mut tx, &row.id, row.next_at, now_ms + IN_HAND_MS).await? {
            tx.rollback().await?;
            continue;
        }
        tx.commit().await.context("take a message in hand")?;
        tried += 1;
        let outcome = post.hand_out(db, keys, &row, now_ms).await?;
        let taken = matches!(outcome, Outcome::Done);
        let mut tx = db.begin().await?;
        note(&mut tx, keys, &row, outcome, clock.now_ms()).await?;
        tx.commit().await.context("note how a message was taken")?;
        if !taken {
            break;
        }
    }
    Ok(tried)
}

async fn note(tx: &mut Tx<'_>, keys: &Keys, row: &Row, outcome: Outcome, now_ms: i64) -> Result<()> {
    let (state, next_at, said) = match outcome {
        Outcome::Done => ("done", now_ms, "ok".to_owned()),
        Outcome::Never(why) => ("given_up", now_ms, why),
        Outcome::Held => ("held", now_ms, "off".to_owned()),
        Outcome::Later(why) => match usize::try_from(row.tries - row.base).ok().and_then(|tries| WAITS.get(tries)) {
            Some(wait) => ("waiting", now_ms + wait * 1000 + jitter(&row.id, *wait), why),
            None => ("given_up", now_ms, why),
        },
    };
    if state != "done" {
        tracing::warn!(message = row.id, kind = row.kind, state, "a message was not taken");
    }
    outbox::end(tx, &row.id, state, next_at).await?;
    outbox::log(tx, &row.id, row.tries + 1, now_ms, &said).await?;
    if row.kind == endpoints::KIND {
        endpoints::ended(tx, keys, row, state, now_ms).await?;
    }
    outbox::forget(tx, now_ms - KEPT_MS).await
}

/// Up to a tenth of the wait more, so that not all come again at once; in ms.
fn jitter(id: &str, wait: i64) -> i64 {
    let sum: i64 = id.bytes().map(i64::from).sum();
    wait * 100 * (sum % 100) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_in_the_clear_to_this_machine_alone() {
        for url in [
            "smtps://so.vn",
            "smtp://so.vn?tls=required",
            "smtp://127.0.0.1:25",
            "smtp://[::1]:25",
            "smtp://a:b@localhost",
        ] {
            assert!(is_guarded(url), "{url}");
        }
        for url in [
            "smtp://so.vn",
            "smtp://127.0.0.1.so.vn",
            "smtp://so.vn:25/?x=127.0.0.1",
            "smtp://127.0.0.1@so.vn",
            "http://127.0.0.1",
        ] {
            assert!(!is_guarded(url), "{url}");
        }
    }

    #[test]
    fn an_address_is_one_address() {
        assert!(is_address("an@so.vn"));
        for text in ["", "an", "an@so.vn, b@so.vn", "An <an@so.vn>", "an@so.vn\r\nBcc: x@y.z"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
