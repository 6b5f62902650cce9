//! Answers: pages, redirects, and what an error looks like to a person.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::ui;
use crate::error::{Error, Result};
use crate::words::{self, Lang};

/// Marks an answer as made by us, whole and readable.
#[derive(Debug, Clone, Copy)]
pub struct Ours;

/// A page not yet packed: the frame packs it the way the browser takes.
#[derive(Debug, Clone)]
pub struct Unpacked(pub String);

/// A page.
#[must_use]
pub fn page(status: StatusCode, markup: Markup) -> Response {
    with_type(status, "text/html; charset=utf-8", markup.into_string())
}

/// A page that anyone may see, packed on its way. Pages of people who signed in are not: the length of a packed page
/// can tell the secret in it to whoever chooses another part of it.
#[must_use]
pub fn public(status: StatusCode, markup: Markup) -> Response {
    let mut response = with_type(status, "text/html; charset=utf-8", Body::empty());
    response.extensions_mut().insert(Unpacked(markup.into_string()));
    response
}

/// A page that carries its own style.
#[must_use]
pub fn citizen(status: StatusCode, markup: Markup) -> Response {
    let mut response = public(status, markup);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, ui::CITIZEN_CSP.clone());
    response
}

/// Marks a page that sites on the list may show in a frame.
#[derive(Debug, Clone, Copy)]
pub struct Framed;

/// A page for a frame, with a policy that says whose.
#[must_use]
pub fn framed(markup: Markup, policy: HeaderValue) -> Response {
    let mut response = public(StatusCode::OK, markup);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.extensions_mut().insert(Framed);
    response
}

/// A page with a heading and a sentence or two; light, for it may be all that a citizen gets to see.
#[must_use]
pub fn message(status: StatusCode, lang: Lang, title: &str, say: &[String], simulated: bool) -> Response {
    citizen(status, ui::message(lang, title, say, simulated))
}

/// Any other text.
#[must_use]
pub fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.extensions_mut().insert(Ours);
    response
}

/// "See other": where a browser goes after it sent something.
///
/// # Errors
/// Internal when the address has characters that no header may hold.
pub fn see_other(location: &str) -> Result<Response> {
    let mut response = with_type(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Body::empty());
    let location = HeaderValue::from_str(location).map_err(Error::internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// The answer of last resort for an address that leads nowhere.
pub async fn nothing_here() -> Error {
    Error::NotFound("page")
}

/// A panic in a handler: the log has the place, the person a page.
pub fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let said =
        cause.downcast_ref::<&str>().map(ToString::to_string).or_else(|| cause.downcast_ref::<String>().cloned());
    Error::internal(said.unwrap_or_else(|| "a handler panicked".to_owned())).into_response()
}

impl IntoResponse for Error {
    /// Only the status; the frame makes the page, for it knows the language and the request.
    fn into_response(self) -> Response {
        let status = match &self {
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::Gone(_) => StatusCode::GONE,
            Error::Conflict(_) => StatusCode::CONFLICT,
            Error::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The page of an error.
#[must_use]
pub fn problem_page(status: StatusCode, lang: Lang, error: &Error, request: &str, simulated: bool) -> Response {
    let (title, say) = match error {
        Error::Invalid(faults) => (lang.text("problem-input"), faults.iter().map(|f| fault_text(lang, f)).collect()),
        Error::NotFound(_) => (lang.text("problem-not-found"), vec![lang.text("problem-not-found-say")]),
        Error::Forbidden(_) => (lang.text("problem-forbidden"), vec![lang.text("problem-forbidden-say")]),
        Error::Gone(_) => (lang.text("problem-gone"), vec![lang.text("problem-gone-say")]),
        Error::Conflict(_) => (lang.text("problem-input"), vec![lang.text("problem-conflict-say")]),
        Error::Busy(_) => (lang.text("problem-busy"), vec![lang.text("problem-busy-say")]),
        Error::Internal(_) => (
            lang.text("problem-internal"),
            vec![lang.text("problem-busy-say"), lang.text_with("problem-reference", &[("id", request)])],
        ),
    };
    let mut response = message(status, lang, &title, &say, simulated);
    if let Some(seconds) = retry_after(error) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// When something that was busy may be asked again.
#[must_use]
pub fn retry_after(error: &Error) -> Option<HeaderValue> {
    match error {
        Error::Busy("requests") => Some(HeaderValue::from_static("2")),
        Error::Busy(_) => Some(HeaderValue::from_static("5")),
        _ => None,
    }
}

/// A page for an answer that a library made without one.
#[must_use]
pub fn status_page(bare: &Response, lang: Lang, simulated: bool) -> Response {
    let status = bare.status();
    let key = match status {
        StatusCode::METHOD_NOT_ALLOWED => "problem-method",
        StatusCode::FORBIDDEN => "problem-other-site",
        StatusCode::NOT_FOUND => "problem-not-found-say",
        _ if status.is_server_error() => "problem-busy-say",
        _ => "problem-request",
    };
    let title = if status.is_server_error() { "problem-busy" } else { "problem-input" };
    let mut response = message(status, lang, &lang.text(title), &[lang.text(key)], simulated);
    if let Some(allow) = bare.headers().get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allow.clone());
    }
    response
}

/// The sentence of a fault.
#[must_use]
pub fn fault_text(lang: Lang, fault: &crate::error::Fault) -> String {
    let args: Vec<(&str, &str)> = fault.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    lang.text_with(fault.key, &args)
}

/// A refusal with a status of its own and one sentence.
#[must_use]
pub fn refusal(status: StatusCode, lang: Lang, key: &str, simulated: bool) -> Response {
    message(status, lang, &lang.text("problem-input"), &[lang.text(key)], simulated)
}

/// The first language, for the few places that cannot know the visitor's.
#[must_use]
pub fn fallback_lang() -> Lang {
    words::FIRST
}
