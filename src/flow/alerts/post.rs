//! Handing out what waits: mail by SMTP, webhooks by https. A message keeps its id at every try, so that whoever gets it
//! twice can tell; each try is noted.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Mailboxes};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::Deserialize;

use crate::clock::Clock;
use crate::error::{Context, Error, Result};
use crate::flow::webhook::Hook;
use crate::store::Db;
use crate::store::alerts;
use crate::store::outbox::{self, Row};

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
}

impl Post {
    /// Nobody yet, but these webhooks.
    #[must_use]
    pub fn to(hooks: Vec<(String, Hook)>) -> Self {
        Self { mail: None, hooks }
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

    async fn hand_out(&self, db: &Db, row: &Row, now_ms: i64) -> Result<Outcome> {
        if row.kind == "hook" {
            let Some((_, hook)) = self.hooks.iter().find(|(url, _)| *url == row.target) else {
                return Ok(Outcome::Never("no longer an address of the settings".to_owned()));
            };
            return Ok(match hook.once(&row.id, now_ms, &row.body).await {
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
pub(super) fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<lettre::Address>().is_ok()
}

/// Hands out what waits; gives how many messages were tried.
///
/// # Errors
/// When the store does not answer; what was tried and not noted is tried again, with the same id.
pub async fn deliver(db: &Db, post: &Post, clock: &Clock) -> Result<usize> {
    let mut tried = 0;
    for row in outbox::due(db, clock.now_ms(), AT_ONCE).await? {
        let now_ms = clock.now_ms();
        let mut tx = db.begin().await?;
        if !outbox::claim(&mut tx, &row.id, row.next_at, now_ms + IN_HAND_MS).await? {
            tx.rollback().await?;
            continue;
        }
        tx.commit().await.context("take a message in hand")?;
        tried += 1;
        let outcome = post.hand_out(db, &row, now_ms).await?;
        let now_ms = clock.now_ms();
        let (state, next_at, said) = match outcome {
            Outcome::Done => ("done", now_ms, "ok".to_owned()),
            Outcome::Never(why) => ("given_up", now_ms, why),
            Outcome::Later(why) => match usize::try_from(row.tries).ok().and_then(|tries| WAITS.get(tries)) {
                Some(wait) => ("waiting", now_ms + wait * 1000 + jitter(&row.id, *wait), why),
                None => ("given_up", now_ms, why),
            },
        };
        if state != "done" {
            tracing::warn!(message = row.id, kind = row.kind, state, "a message was not taken");
        }
        let mut tx = db.begin().await?;
        outbox::end(&mut tx, &row.id, state, next_at).await?;
        outbox::log(&mut tx, &row.id, row.tries + 1, now_ms, &said).await?;
        outbox::forget(&mut tx, now_ms - KEPT_MS).await?;
        tx.commit().await.context("note how a message was taken")?;
    }
    Ok(tried)
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
