//! Limits: how much of us anyone may take. Sized so that a whole office behind one address is never refused.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Semaphore;

use super::{App, respond, visitor};
use crate::domain::ApiKeyId;
use crate::domain::keys::Mac16;
use crate::error::Error;
use crate::words::Lang;

/// Requests inside at once: the citizen's and the probes may fill the house, all others only half of it.
const INSIDE: usize = 256;
/// Longest address of a request.
const LONGEST_URI: usize = 2048;
/// Longest time a handler may take.
const HANDLER_TIME: Duration = Duration::from_secs(20);

/// The address of the connection, put into each request by the server.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Rate limits, per process; marks of addresses are keyed with a secret of this process and never leave it.
#[derive(Debug)]
pub struct Limits {
    rates: Option<Rates>,
    marks: RandomState,
    citizens: Semaphore,
    others: Semaphore,
}

#[derive(Debug)]
struct Rates {
    submit_address: DefaultKeyedRateLimiter<u64>,
    submit_code: DefaultKeyedRateLimiter<Mac16>,
    misses: DefaultKeyedRateLimiter<u64>,
    typed_misses: DefaultDirectRateLimiter,
    keys: DefaultKeyedRateLimiter<ApiKeyId>,
}

impl Limits {
    /// The limits of the trust guide; `rated` false lifts the rates, for measuring.
    #[must_use]
    pub fn new(rated: bool) -> Self {
        let n = |n| NonZeroU32::new(n).expect("the numbers below are not zero");
        let rates = rated.then(|| Rates {
            submit_address: RateLimiter::keyed(Quota::per_second(n(5)).allow_burst(n(300))),
            submit_code: RateLimiter::keyed(Quota::per_second(n(10)).allow_burst(n(600))),
            misses: RateLimiter::keyed(Quota::per_minute(n(6)).allow_burst(n(30))),
            typed_misses: RateLimiter::direct(Quota::per_hour(n(600))),
            keys: RateLimiter::keyed(Quota::per_second(n(20)).allow_burst(n(100))),
        });
        Self { rates, marks: RandomState::new(), citizens: Semaphore::new(INSIDE), others: Semaphore::new(INSIDE / 2) }
    }

    /// Counts a submission; the seconds to wait when there were too many.
    ///
    /// # Errors
    /// The number of seconds after which the next one is taken.
    pub fn submit(&self, client: IpAddr, code: Mac16) -> Result<(), u64> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let wait = |not_until: governor::NotUntil<_>| seconds(not_until.wait_time_from(DefaultClock::default().now()));
        rates.submit_address.check_key(&self.mark(client)).map_err(wait)?;
        rates.submit_code.check_key(&code).map_err(wait)
    }

    /// Counts a code that leads nowhere.
    ///
    /// # Errors
    /// The number of seconds after which the next miss is answered.
    pub fn miss(&self, client: IpAddr, typed: bool) -> Result<(), u64> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let wait = |not_until: governor::NotUntil<_>| seconds(not_until.wait_time_from(DefaultClock::default().now()));
        rates.misses.check_key(&self.mark(client)).map_err(wait)?;
        if typed { rates.typed_misses.check().map_err(wait) } else { Ok(()) }
    }

    /// Counts a request of another system.
    ///
    /// # Errors
    /// The number of seconds after which the next one is taken.
    pub fn key(&self, key: ApiKeyId) -> Result<(), u64> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let wait = |not_until: governor::NotUntil<_>| seconds(not_until.wait_time_from(DefaultClock::default().now()));
        rates.keys.check_key(&key).map_err(wait)
    }

    /// Forgets those who have been quiet, so that memory stays bounded.
    pub fn forget_quiet(&self) {
        if let Some(rates) = &self.rates {
            rates.submit_address.retain_recent();
            rates.submit_code.retain_recent();
            rates.misses.retain_recent();
            rates.keys.retain_recent();
        }
    }

    fn mark(&self, client: IpAddr) -> u64 {
        mark(&self.marks, client)
    }
}

/// A mark of an address: of the whole of IPv4, of the network half of IPv6.
pub(super) fn mark(marks: &RandomState, client: IpAddr) -> u64 {
    match client.to_canonical() {
        IpAddr::V4(address) => marks.hash_one(address),
        IpAddr::V6(address) => marks.hash_one(&address.segments()[..4]),
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

/// The client's address: the connection's, or, when that is a trusted proxy's, the right-most one it names that is not.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let Some(Peer(peer)) = parts.extensions.get().copied() else {
            return Err(Error::internal("a request without the address of its connection"));
        };
        let trusted =
            |address: &IpAddr| app.settings.trusted_proxies.iter().any(|net| net.contains(&address.to_canonical()));
        if !trusted(&peer.ip()) {
            return Ok(Self(peer.ip()));
        }
        let named = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let named: Vec<IpAddr> = named.flat_map(|line| line.split(',')).filter_map(|a| a.trim().parse().ok()).collect();
        Ok(Self(named.into_iter().rev().find(|address| !trusted(address)).unwrap_or(peer.ip())))
    }
}

/// The page for too many wrong codes.
#[must_use]
pub fn too_many(lang: Lang, seconds: u64, simulated: bool) -> Response {
    let minutes = seconds.div_ceil(60).to_string();
    let say = [lang.text_with("code-many-say", &[("n", &minutes)])];
    let mut response = respond::message(StatusCode::TOO_MANY_REQUESTS, lang, &lang.text("code-many"), &say, simulated);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Lets a request in while there is room, when its head is in order, for as long as a handler may take.
pub async fn admit(app: &App, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let citizen = path.starts_with("/q/")
        || path.starts_with("/Q/")
        || path.starts_with("/kiosk")
        || path == "/healthz"
        || path == "/readyz";
    let share = if citizen { &app.limits.citizens } else { &app.limits.others };
    let Ok(_inside) = share.try_acquire() else {
        metrics::counter!("hailong_shed_total").increment(1);
        return Error::Busy("requests").into_response();
    };
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_URI) {
        let lang = visitor::lang_of(request.uri().query());
        return respond::refusal(StatusCode::URI_TOO_LONG, lang, "problem-address", false);
    }
    // A character that no address of ours has and that PostgreSQL takes in no text.
    if request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00")) {
        let lang = visitor::lang_of(request.uri().query());
        return respond::refusal(StatusCode::BAD_REQUEST, lang, "problem-request", false);
    }
    if [Method::TRACE, Method::CONNECT].contains(request.method()) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Err(status) = check_host(app, path, request.headers()) {
        return status.into_response();
    }
    match tokio::time::timeout(HANDLER_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::Busy("handler").into_response(),
    }
}

/// One host, one that can be, and the public one where that is set: links and cookies of ours belong to it alone.
fn check_host(app: &App, path: &str, headers: &HeaderMap) -> Result<(), StatusCode> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) => host.parse::<axum::http::uri::Authority>().map_err(|_| StatusCode::BAD_REQUEST)?,
        _ => return Err(StatusCode::BAD_REQUEST),
    };
    let probe = matches!(path, "/healthz" | "/readyz" | "/metrics");
    match app.settings.public_url.as_ref().and_then(|url| url.split("://").nth(1)) {
        Some(ours) if !probe && !ours.eq_ignore_ascii_case(host.as_str()) => Err(StatusCode::MISDIRECTED_REQUEST),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s16_a_key_has_a_hundred_at_once_and_others_are_not_held_back_by_it() {
        let limits = Limits::new(true);
        let taken = (0..200).filter(|_| limits.key(ApiKeyId(1)).is_ok()).count();
        // A few more than a hundred when this takes so long that some are given back.
        assert!((100..150).contains(&taken), "{taken}");
        assert_eq!(limits.key(ApiKeyId(1)), Err(1));
        assert_eq!(limits.key(ApiKeyId(2)), Ok(()));
    }
}
