//! Webhooks: what happened here goes to an address that the operator set, signed so that its receiver can tell that it is
//! ours. The name is resolved once and the connection made to what was checked; nobody is followed anywhere else.

use std::convert::Infallible;
use std::future::ready;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use ipnet::IpNet;
use tower::service_fn;

use crate::clock::Stopwatch;
use crate::domain::webhook::{Secrets, is_listed, literal, may_go_to};
use crate::error::{Error, Result};

/// How long one try may take, from the question for the address to the answer.
const ANSWER_TIME: Duration = Duration::from_secs(15);
/// As much of the answer is read, and thrown away.
const ANSWER_BYTES: usize = 64 * 1024;
/// A receiver that was not there or cannot take it now is tried again after so long, with the same id.
const AGAIN: [Duration; 1] = [Duration::from_secs(5)];

/// An address that takes webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    url: Uri,
    secrets: Secrets,
    listed: Vec<IpNet>,
}

/// Why a receiver did not take something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// A sentence for the operator, naming the receiver by its host.
    pub why: String,
    /// Whether it may be otherwise in a moment.
    passes: bool,
}

impl Hook {
    /// A receiver at an address. `listed` are the networks that webhooks may go to although they are not public.
    ///
    /// # Errors
    /// Conflict when the address is none that a webhook may go to.
    pub fn new(url: &str, secrets: Secrets, listed: &[IpNet]) -> Result<Self> {
        let wrong = |why: &str| Error::Conflict(format!("no webhook goes to «{url}»: {why}"));
        let uri: Uri = url.parse().map_err(|_| wrong("it is no address"))?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| wrong("it names no host"))?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong("it holds a name or password; the signature shows who sends it"));
        }
        let address = literal(host);
        if let Some(address) = address.filter(|address| !may_go_to(*address, listed)) {
            return Err(wrong(&format!("{address} is not a public address; list its network in webhook_networks")));
        }
        let own = address.is_some_and(|address| address.is_loopback() && is_listed(address, listed));
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if own => {}
            Some("http") => {
                return Err(wrong("it must be https; http goes only to this machine, listed by its address"));
            }
            _ => return Err(wrong("it must begin with https://")),
        }
        Ok(Self { url: uri, secrets, listed: listed.to_vec() })
    }

    /// Sends a JSON document; tries again when nobody was there. The id is the same at each try, so that who gets it
    /// twice can tell.
    ///
    /// # Errors
    /// Why the receiver did not take it.
    pub async fn deliver(&self, id: &str, now_ms: i64, body: &str) -> std::result::Result<(), Missed> {
        let watch = Stopwatch::start();
        let mut waits = AGAIN.iter();
        loop {
            let at_ms = now_ms + watch.elapsed().as_millis() as i64;
            let missed = match self.send(id, at_ms / 1000, body).await {
                Ok(()) => return Ok(()),
                Err(missed) => missed,
            };
            match waits.next().filter(|_| missed.passes) {
                Some(wait) => tokio::time::sleep(*wait).await,
                None => return Err(missed),
            }
        }
    }

    /// Sends a JSON document once, for whoever tries again by themselves.
    ///
    /// # Errors
    /// Why the receiver did not take it.
    pub async fn once(&self, id: &str, now_ms: i64, body: &str) -> std::result::Result<(), Missed> {
        self.send(id, now_ms / 1000, body).await
    }

    /// One try.
    async fn send(&self, id: &str, seconds: i64, body: &str) -> std::result::Result<(), Missed> {
        let watch = Stopwatch::start();
        let answer = match tokio::time::timeout(ANSWER_TIME, self.ask(id, seconds, body)).await {
            Ok(answer) => answer?,
            Err(_) => return Err(self.missed(false, &format!("did not answer within {} s", ANSWER_TIME.as_secs()))),
        };
        let status = answer.status();
        // What it says further is read so that it can end well, and thrown away.
        let rest = Limited::new(answer.into_body(), ANSWER_BYTES).collect();
        let _ = tokio::time::timeout(ANSWER_TIME.saturating_sub(watch.elapsed()), rest).await;
        let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        match status {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => {
                Err(self.missed(false, &format!("answered {}: redirects are not followed", status.as_u16())))
            }
            status => Err(self.missed(passes, &format!("answered {}", status.as_u16()))),
        }
    }

    async fn ask(&self, id: &str, seconds: i64, body: &str) -> std::result::Result<Response<Incoming>, Missed> {
        let addresses = self.resolve().await?;
        let resolver = service_fn(move |_: Name| ready(Ok::<_, Infallible>(addresses.clone().into_iter())));
        let mut connector = HttpConnector::new_with_resolver(resolver);
        connector.enforce_http(false);
        let roots = HttpsConnectorBuilder::new().with_native_roots();
        let roots = roots.map_err(|error| self.missed(false, &format!("cannot be asked by TLS: {error}")))?;
        let connector = roots.https_or_http().enable_http1().wrap_connector(connector);
        let request = Request::post(self.url.clone())
            .header("content-type", "application/json")
            .header("user-agent", "hailong")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", self.secrets.sign(id, seconds, body))
            .body(Full::new(Bytes::from(body.to_owned())))
            .map_err(|error| self.missed(false, &error.to_string()))?;
        let client = Client::builder(TokioExecutor::new()).build(connector);
        client.request(request).await.map_err(|error| {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            self.missed(true, &format!("cannot be reached: {cause}"))
        })
    }

    /// Where the connection goes. One address of a name that no webhook may go to is enough to refuse them all.
    async fn resolve(&self) -> std::result::Result<Vec<SocketAddr>, Missed> {
        let host = self.url.host().unwrap_or_default();
        let port = self.url.port_u16().unwrap_or(if self.is_clear() { 80 } else { 443 });
        let addresses: Vec<SocketAddr> = match literal(host) {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => tokio::net::lookup_host((host, port))
                .await
                .map_err(|error| self.missed(true, &format!("has no address: {error}")))?
                .collect(),
        };
        let may = |address: IpAddr| may_go_to(address, &self.listed) && (!self.is_clear() || address.is_loopback());
        match addresses.iter().find(|address| !may(address.ip())) {
            Some(address) => {
                let why = format!("is at {}, which is not a public address; list it in webhook_networks", address.ip());
                Err(self.missed(false, &why))
            }
            None => Ok(addresses),
        }
    }

    fn is_clear(&self) -> bool {
        self.url.scheme_str() == Some("http")
    }

    fn missed(&self, passes: bool, why: &str) -> Missed {
        let host = self.url.authority().map_or("", |authority| authority.as_str());
        Missed { why: format!("the receiver {host} {why}"), passes }
    }
}
