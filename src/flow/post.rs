//! Handing out what waits: mail by SMTP, webhooks by https. A message keeps its id at every try, so that whoever gets it
//! twice can tell; each try is noted. Receivers do not wait for each other.

use std::time::{Duration, UNIX_EPOCH};

use ipnet::IpNet;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Mailboxes};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::Deserialize;

use crate::clock;
use crate::domain::keys::Keys;
use crate::error::{Error, Result};
use crate::flow::endpoints::{self, Switched};
use crate::flow::webhook::{Hook, Names};
use crate::store::outbox::Row;
use crate::store::{Db, alerts};

mod rounds;

pub use rounds::{Rounds, deliver};

/// A mail server answers within so long.
const ANSWER_TIME: Duration = Duration::from_secs(20);

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
