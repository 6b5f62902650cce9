//! Webhooks: what happened here goes to an address that the operator set, signed so that its receiver can tell that it is
//! ours. The name is resolved once and the connection made to what was checked; nobody is followed anywhere else.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
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
    /// The same in a word, with the status if there was one: `answered 500`.
    pub short: String,
    /// Whether it may be otherwise in a moment.
    passes: bool,
}

/// Why no webhook goes to an address as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no address.
    NoAddress,
    /// It names no host.
    NoHost,
    /// It holds a name or password.
    Password,
    /// It is not of the public network, and not listed.
    Inner(IpAddr),
    /// It is not by TLS.
    Clear,
    /// It is neither https nor http.
    Scheme,
}

impl Unfit {
    fn said(self) -> String {
        match self {
            Self::NoAddress => "it is no address".to_owned(),
            Self::NoHost => "it names no host".to_owned(),
            Self::Password => "it holds a name or password; the signature shows who sends it".to_owned(),
            Self::Inner(address) => {
                format!("{address} is not a public address; list its network in webhook_networks")
            }
            Self::Clear => "it must be https; http goes only to this machine, listed by its address".to_owned(),
            Self::Scheme => "it must begin with https://".to_owned(),
        }
    }
}

/// Says where a name leads.
pub type Telling = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// Tells where a name leads: the machine's resolver, or what a test tells.
#[derive(Clone, Default)]
pub enum Names {
    /// As this machine finds it.
    #[default]
    System,
    /// As somebody says who is asked each time.
    Told(Arc<Telling>),
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Told(_) => "Told",
        })
    }
}

impl Names {
    async fn find(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((host, port)).await?.collect()),
            Self::Told(tell) => Ok(tell(host).into_iter().map(|address| SocketAddr::new(address, port)).collect()),
        }
    }
}

impl Hook {
    /// A receiver at an address. `listed` are the networks that webhooks may go to although they are not public.
    ///
    /// # Errors
    /// Conflict when the address is none that a webhook may go to.
    pub fn new(url: &str, secrets: Secrets, listed: &[IpNet]) -> Result<Self> {
        Self::fit(url, secrets, listed)
            .map_err(|unfit| Error::Conflict(format!("no webhook goes to «{url}»: {}", unfit.said())))
    }

    /// The same.
    ///
    /// # Errors
    /// Why the address is none that a webhook may go to.
    pub fn fit(url: &str, secrets: Secrets, listed: &[IpNet]) -> std::result::Result<Self, Unfit> {
        let uri: Uri = url.parse().map_err(|_| Unfit::NoAddress)?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(Unfit::NoHost)?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(Unfit::Password);
        }
        let address = literal(host);
        if let Some(address) = address.filter(|address| !may_go_to(*address, listed)) {
            return Err(Unfit::Inner(address));
        }
        let own = address.is_some_and(|address| address.is_loopback() && is_listed(address, listed));
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if own => {}
            Some("http") => return Err(Unfit::Clear),
            _ => return Err(Unfit::Scheme),
        }
        Ok(Self { url: uri, secrets, listed: listed.to_vec() })
    }

    /// Whether its name leads somewhere today where a webhook may go.
    ///
    /// # Errors
    /// Why not.
    pub async fn leads_out(&self, names: &Names) -> std::result::Result<(), Missed> {
        match tokio::time::timeout(ANSWER_TIME, self.resolve(names)).await {
            Ok(found) => found.map(drop),
            Err(_) => Err(self.silent()),
        }
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
            let missed = match self.send(&Names::System, id, at_ms / 1000, body).await {
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
    pub async fn once(&self, names: &Names, id: &str, now_ms: i64, body: &str) -> std::result::Result<(), Missed> {
        self.send(names, id, now_ms / 1000, body).await
    }

    /// One try.
    async fn send(&self, names: &Names, id: &str, seconds: i64, body: &str) -> std::result::Result<(), Missed> {
        let watch = Stopwatch::start();
        let answer = match tokio::time::timeout(ANSWER_TIME, self.ask(names, id, seconds, body)).await {
            Ok(answer) => answer?,
            Err(_) => return Err(self.silent()),
        };
        let status = answer.status();
        // What it says further is read so that it can end well, and thrown away.
        let rest = Limited::new(answer.into_body(), ANSWER_BYTES).collect();
        let _ = tokio::time::timeout(ANSWER_TIME.saturating_sub(watch.elapsed()), rest).await;
        let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        let number = status.as_u16();
        match status {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => {
                let why = format!("answered {number}: redirects are not followed");
                Err(self.missed(false, &format!("redirected {number}"), &why))
            }
            _ => Err(self.missed(passes, &format!("answered {number}"), &format!("answered {number}"))),
        }
    }

    async fn ask(
        &self,
        names: &Names,
        id: &str,
        seconds: i64,
        body: &str,
    ) -> std::result::Result<Response<Incoming>, Missed> {
        let addresses = self.resolve(names).await?;
        let resolver = service_fn(move |_: Name| ready(Ok::<_, Infallible>(addresses.clone().into_iter())));
        let mut connector = HttpConnector::new_with_resolver(resolver);
        connector.enforce_http(false);
        let roots = HttpsConnectorBuilder::new().with_native_roots();
        let roots =
            roots.map_err(|error| self.missed(false, "unreachable", &format!("cannot be asked by TLS: {error}")))?;
        let connector = roots.https_or_http().enable_http1().wrap_connector(connector);
        let request = Request::post(self.url.clone())
            .header("content-type", "application/json")
            .header("user-agent", "hailong")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", self.secrets.sign(id, seconds, body))
            .body(Full::new(Bytes::from(body.to_owned())))
            .map_err(|error| self.missed(false, "unreachable", &error.to_string()))?;
        let client = Client::builder(TokioExecutor::new()).build(connector);
        client.request(request).await.map_err(|error| {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            self.missed(true, "unreachable", &format!("cannot be reached: {cause}"))
        })
    }

    /// Where the connection goes. One address of a name that no webhook may go to is enough to refuse them all.
    async fn resolve(&self, names: &Names) -> std::result::Result<Vec<SocketAddr>, Missed> {
        let host = self.url.host().unwrap_or_default();
        let port = self.url.port_u16().unwrap_or(if self.is_clear() { 80 } else { 443 });
        let addresses: Vec<SocketAddr> = match literal(host) {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => {
                let none = |error: io::Error| self.missed(true, "nowhere", &format!("has no address: {error}"));
                names.find(host, port).await.map_err(none)?
            }
        };
        let may = |address: IpAddr| may_go_to(address, &self.listed) && (!self.is_clear() || address.is_loopback());
        match addresses.iter().find(|address| !may(address.ip())) {
            Some(address) => {
                let why = format!("is at {}, which is not a public address; list it in webhook_networks", address.ip());
                Err(self.missed(false, "inner", &why))
            }
            None => Ok(addresses),
        }
    }

    fn is_clear(&self) -> bool {
        self.url.scheme_str() == Some("http")
    }

    fn silent(&self) -> Missed {
        self.missed(false, "silent", &format!("did not answer within {} s", ANSWER_TIME.as_secs()))
    }

    fn missed(&self, passes: bool, short: &str, why: &str) -> Missed {
        let host = self.url.authority().map_or("", |authority| authority.as_str());
        Missed { why: format!("the receiver {host} {why}"), short: short.to_owned(), passes }
    }
}
