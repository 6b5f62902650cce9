//! Permission of other systems: the key that a request shows is looked up in the database each time, before the
//! handler; what it opens comes in as [`System`]. Cookies count for nothing here, and keys for nothing elsewhere.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem;
use crate::domain::account::Scope;
use crate::domain::api_key::Access;
use crate::domain::{ApiKeyId, Day};
use crate::error::{Error, Result};
use crate::flow::api_key;
use crate::web::App;
use crate::web::frame::RequestId;
use crate::words::Lang;

/// Another system whose key opens what it asks for.
#[derive(Debug, Clone)]
pub struct System {
    /// Its key.
    pub key: ApiKeyId,
    /// In which units.
    pub scope: Scope,
    /// Number of the request, for the audit log.
    pub request: String,
    /// The language it asks for.
    pub lang: Lang,
}

/// The gate before one route.
#[derive(Debug)]
pub struct Gate {
    /// The state.
    pub app: Arc<App>,
    /// What the key must be for.
    pub access: Access,
    /// The route, for the audit log.
    pub path: &'static str,
}

/// Lets a request through to its route, or tells why not.
pub async fn enforce(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let number = request.extensions().get::<RequestId>().map(RequestId::hex).unwrap_or_default();
    let head = request.headers().clone();
    match admit(&gate, &head, number).await {
        Ok(system) => {
            request.extensions_mut().insert(system);
            next.run(request).await
        }
        Err(refusal) => *refusal,
    }
}

async fn admit(gate: &Gate, head: &HeaderMap, number: String) -> Result<System, Box<Response>> {
    let (app, lang) = (&gate.app, problem::lang_of(head));
    let told = |error: Error| Box::new(error.into_response());
    let now_ms = app.clock.now_ms();
    let found = match shown(head) {
        Some(shown) => api_key::who(&app.db, &app.keys, now_ms, shown).await.map_err(told)?,
        None => None,
    };
    let Some(key) = found else { return Err(Box::new(problem::plain(StatusCode::UNAUTHORIZED, lang))) };
    if let Err(seconds) = app.limits.key(key.id) {
        let mut response = problem::plain(StatusCode::TOO_MANY_REQUESTS, lang);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Err(Box::new(response));
    }
    if !key.access.contains(&gate.access) {
        let noted = api_key::refused(&app.db, &app.keys, now_ms, &number, key.id, gate.path).await;
        return Err(told(noted.err().unwrap_or(Error::Forbidden("access"))));
    }
    let scope = key.scope(&app.catalogue(), Day::at(now_ms));
    Ok(System { key: key.id, scope, request: number, lang })
}

/// The one bearer token of a request.
fn shown(head: &HeaderMap) -> Option<&str> {
    let mut fields = head.get_all(header::AUTHORIZATION).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else { return None };
    let (scheme, token) = field.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl<S: Sync> FromRequestParts<S> for System {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a route without a key asked for one"))
    }
}
