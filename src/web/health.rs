//! For the operator: alive, ready, and the metrics.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::limit::Peer;
use super::{App, respond};
use crate::error::{Error, Result};
use crate::store::marks::{self, Mark};

const TEXT: &str = "text/plain; charset=utf-8";

/// The process runs.
pub async fn alive() -> Response {
    respond::with_type(StatusCode::OK, TEXT, "ok\n")
}

/// The process can take answers: it is not stopping, and its database answers.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let (status, body) = match marks::get(&app.db, Mark::Revision).await {
        _ if app.stopping.is_cancelled() => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    };
    let mut response = respond::with_type(status, TEXT, body);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// Prometheus' text format; only for this machine or the bearer of the token.
///
/// # Errors
/// Not found for everyone else.
pub async fn metrics(State(app): State<Arc<App>>, peer: Extension<Peer>, headers: HeaderMap) -> Result<Response> {
    let local = peer.0.0.ip().to_canonical().is_loopback() && !headers.contains_key("x-forwarded-for");
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = bearer.zip(app.settings.metrics_token.as_deref());
    if !local && !known.is_some_and(|(given, token)| given.as_bytes().ct_eq(token.as_bytes()).into()) {
        return Err(Error::NotFound("page"));
    }
    if let Ok(released_at) = marks::get(&app.db, Mark::ReleasedAt).await {
        let lag = if released_at == 0 { 0 } else { app.clock.now_ms() - released_at };
        metrics::gauge!("hailong_release_lag_seconds").set(lag as f64 / 1000.0);
    }
    Ok(respond::with_type(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", app.metrics.render())
        .into_response())
}
