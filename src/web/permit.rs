//! Permission: each route says what it needs, and whoever asks is looked up in the database for every request. The
//! gate stands before the handler, so that no handler can forget it; what it found out comes in as [`Permit`].

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::accounts::factor;
use super::accounts::sign_in::{self, Kept};
use super::frame::RequestId;
use super::visitor::{self, Fields, lang_of};
use super::{App, respond};
use crate::domain::account::{Function, Scope};
use crate::domain::api_key::Access;
use crate::domain::{Day, password};
use crate::error::{Error, Result};
use crate::flow::people::session::{self, Cookie, Stage, Who};

/// What a route needs of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: citizens, probes, files, and signing in itself.
    Public,
    /// Somebody who gave a password and has come at least so far; what is left to do to come in is done there.
    Came(Stage),
    /// Any account.
    SignedIn,
    /// A role that gives this function.
    May(Function),
    /// Another system with a key that may be used for this; cookies count for nothing.
    Key(Access),
}

/// Whoever asks has what the route needs.
#[derive(Debug, Clone)]
pub struct Permit {
    /// Who.
    pub who: Who,
    /// In which units; in none for routes that need no role.
    pub scope: Scope,
    /// Number of the request, for the audit log.
    pub request: String,
}

/// What a signed-in person sent, its token already checked.
#[derive(Debug, Clone)]
pub struct Sent(pub Fields);

/// The gate before one route.
#[derive(Debug)]
pub struct Gate {
    /// The state.
    pub app: Arc<App>,
    /// What the route needs.
    pub need: Need,
    /// The route, for the audit log.
    pub path: &'static str,
}

/// Lets a request through to its route, or tells why not.
pub async fn enforce(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    match admit(&gate, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => *refusal,
    }
}

async fn admit(gate: &Gate, request: Request) -> Result<Request, Box<Response>> {
    let app = &gate.app;
    let told = |error: Error| Box::new(error.into_response());
    let (mut parts, body) = request.into_parts();
    let mut sent = match parts.method {
        Method::GET | Method::HEAD => None,
        _ => Some(Fields::from_request(Request::from_parts(parts.clone(), body), &()).await.map_err(Box::new)?),
    };
    let now_ms = app.clock.now_ms();
    let cookie = session_cookie(app, &parts.headers);
    let who = match &cookie {
        Some(cookie) => session::who(&app.db, now_ms, cookie, &app.settings.mfa_roles).await.map_err(told)?,
        None => None,
    };
    let lang = lang_of(parts.uri.query());
    let kept = || Kept::of(&parts.uri, sent.as_ref());
    let Some(mut who) = who else {
        return Err(Box::new(sign_in::instead(app, lang, kept(), cookie.is_some())));
    };
    who.seal_late = app.seal_late.load(Ordering::Relaxed);
    let least = if let Need::Came(stage) = gate.need { stage } else { Stage::Inside };
    if who.stage < least {
        return Err(Box::new(match who.stage {
            Stage::Code => factor::code_instead(app, lang, &who, kept()),
            _ => factor::enrol_instead(app, lang, &who, kept()).await.map_err(told)?,
        }));
    }
    let request = parts.extensions.get::<RequestId>().map(RequestId::hex).unwrap_or_default();
    let scope = match gate.need {
        // Without a function there is nothing of any unit to see.
        Need::Public | Need::Came(_) | Need::SignedIn | Need::Key(_) => Scope::Units(BTreeSet::new()),
        Need::May(function) => {
            let today = Day::at(now_ms);
            match session::scope(&app.db, who.account, &who.grants, function, today).await.map_err(told)? {
                Some(scope) => scope,
                None => {
                    let noted = session::refused(&app.db, &app.keys, now_ms, &request, &who, gate.path).await;
                    return Err(told(noted.err().unwrap_or(Error::Forbidden("function"))));
                }
            }
        }
    };
    if matches!(gate.need, Need::May(function) if function.is_weighty()) && !who.confirmed {
        return Err(Box::new(sign_in::again_instead(app, lang, &who, kept())));
    }
    if let Some(fields) = &mut sent {
        let token = fields.take("csrf").unwrap_or_default();
        if !password::same(token.as_bytes(), who.csrf(&app.keys).as_bytes()) {
            let simulated = app.catalogue().simulated;
            return Err(Box::new(respond::refusal(StatusCode::FORBIDDEN, lang, "problem-other-site", simulated)));
        }
    }
    parts.extensions.insert(Permit { who, scope, request });
    if let Some(fields) = sent {
        parts.extensions.insert(Sent(fields));
    }
    Ok(Request::from_parts(parts, axum::body::Body::empty()))
}

impl<S: Sync> FromRequestParts<S> for Permit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a public route asked who is there"))
    }
}

impl<S: Sync> FromRequestParts<S> for Sent {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.remove::<Self>().ok_or_else(|| Error::internal("a public route asked what was sent"))
    }
}

/// Name of the session's cookie; browsers hold `__Host-` to TLS, this host and every path.
#[must_use]
pub fn session_name(app: &App) -> &'static str {
    if app.settings.secure() { "__Host-sid" } else { "sid" }
}

/// The session that a browser sends.
#[must_use]
pub fn session_cookie(app: &App, headers: &HeaderMap) -> Option<Cookie> {
    visitor::cookie_value(headers, session_name(app)).and_then(Cookie::parse)
}

/// Sets a cookie for the whole site; `life` in seconds, none for as long as the browser runs.
///
/// # Errors
/// Internal when the value has characters that no header may hold.
pub fn set_cookie(app: &App, response: &mut Response, name: &str, value: &str, life: Option<u64>) -> Result<()> {
    let life = life.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let secure = if app.settings.secure() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/{life}{secure}; HttpOnly; SameSite=Lax");
    let cookie = header::HeaderValue::from_str(&cookie).map_err(Error::internal)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}
