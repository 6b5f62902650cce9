//! What every answer gets: a request id, the security headers, a page in the visitor's language when something went
//! wrong, a line in the log when we failed, and its place in the metrics.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::api::problem;
use super::splice::Encoding;
use super::{App, limit, pack, respond, visitor};
use crate::clock::{self, Stopwatch};
use crate::error::Error;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request, in its answer, in logs and in the audit log.
#[derive(Debug, Clone, Copy)]
pub struct RequestId([u8; 8]);

impl RequestId {
    /// As logs have it.
    #[must_use]
    pub fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

/// Sent with every answer.
const HEADERS: [(HeaderName, &str); 8] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];
/// Sent with a page for a frame.
const FRAMED: (HeaderName, &str) = (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
/// Pages that use files of ours; the citizen's pages carry their own with the hash of their inline style.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; object-src 'none'",
);

/// The outermost layer.
pub async fn frame(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let number = RequestId(clock::fresh());
    let id = number.hex();
    request.extensions_mut().insert(number);
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| template(path.as_str()));
    let method = method_name(request.method());
    let lang = visitor::lang_of(request.uri().query());
    let home = request.uri().path() == "/";
    // Other systems choose the language by the head of their request.
    let system = problem::is_api(request.uri().path()).then(|| problem::lang_of(request.headers()));
    if request.method() == Method::POST {
        visitor::note_hidden_origin(&mut request);
    }
    let accepts = request.headers().get(header::ACCEPT_ENCODING).cloned();

    let mut response = limit::admit(&app, request, next).await;
    if let Some(error) = response.extensions_mut().remove::<Arc<Error>>() {
        if response.status().is_server_error() {
            tracing::error!(request = %id, route, status = response.status().as_u16(), cause = %error, "a request failed");
        }
        // Whoever made a page for its error knows better what the person wanted.
        if let Some(lang) = system {
            response = problem::of(response.status(), lang, &error, &id);
        } else if response.extensions().get::<respond::Ours>().is_none() {
            response = respond::problem_page(response.status(), lang, &error, &id, app.catalogue().simulated);
        }
    } else if let Some(lang) = system.filter(|_| problem::is_missing(&response)) {
        response = problem::in_place_of(&response, lang);
    } else if is_bare(&response) {
        response = respond::status_page(&response, lang, app.catalogue().simulated);
    }
    if let Some(respond::Unpacked(page)) = response.extensions_mut().remove() {
        let accepts = accepts.as_ref().and_then(|accepts| accepts.to_str().ok());
        pack::page(&mut response, Encoding::accepted(accepts), page);
    }
    let framed = response.extensions_mut().remove::<respond::Framed>().is_some();
    set_headers(response.headers_mut(), app.settings.secure(), home);
    if framed {
        // The policy names who may; the older header cannot, and the other one would keep it out of careful sites.
        response.headers_mut().remove(header::X_FRAME_OPTIONS);
        response.headers_mut().insert(FRAMED.0, HeaderValue::from_static(FRAMED.1));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let took = watch.elapsed();
    let status = response.status().as_u16();
    tracing::debug!(request = %id, route, status, took_ms = took.as_millis() as u64, "answered");
    metrics::histogram!("hailong_http_seconds", "route" => route, "method" => method, "status" => status_label(status))
        .record(took.as_secs_f64());
    response
}

/// The name of a route in logs and metrics, both spellings of a code's as one.
#[must_use]
pub fn template(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/q/{code}" | "/Q/{code}" => "/q/{code}",
        "/q/{code}/thanks" | "/Q/{code}/thanks" => "/q/{code}/thanks",
        "/q/{code}/embed" => "/q/{code}/embed",
        "/admin/holidays" => "/admin/holidays",
        "/admin/holidays/{id}/remove" => "/admin/holidays/{id}/remove",
        "/admin/portals" => "/admin/portals",
        "/admin/portals/{id}/remove" => "/admin/portals/{id}/remove",
        "/api/v1/invitations/{id}/question" => "/api/v1/invitations/{id}/question",
        "/results" => "/results",
        "/results.json" => "/results.json",
        "/results.csv" => "/results.csv",
        "/results.xlsx" => "/results.xlsx",
        "/results/open" => "/results/open",
        "/results/open/{name}" => "/results/open/{name}",
        "/manage/publish" => "/manage/publish",
        "/manage/alerts" => "/manage/alerts",
        "/manage/alerts/{id}/mute" => "/manage/alerts/{id}/mute",
        "/account/mail" => "/account/mail",
        "/manage/publish/new" => "/manage/publish/new",
        "/manage/publish/confirm" => "/manage/publish/confirm",
        "/manage/publish/{id}/withdraw" => "/manage/publish/{id}/withdraw",
        "/privacy" => "/privacy",
        "/static/{name}" => "/static/{name}",
        "/sound/{name}" => "/sound/{name}",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        "/sign-in" => "/sign-in",
        "/sign-in/sso" => "/sign-in/sso",
        "/sign-in/sso/back" => "/sign-in/sso/back",
        "/sign-in/code" => "/sign-in/code",
        "/sign-in/again" => "/sign-in/again",
        "/sign-out" => "/sign-out",
        "/link/{token}" => "/link/{token}",
        "/account" => "/account",
        "/account/sessions" => "/account/sessions",
        "/account/password" => "/account/password",
        "/desk" => "/desk",
        "/desk/slip/{token}" => "/desk/slip/{token}",
        "/desk/slip/{token}/wake" => "/desk/slip/{token}/wake",
        "/desk/slip/{token}/{name}" => "/desk/slip/{token}/{name}",
        "/account/second-factor" => "/account/second-factor",
        "/account/second-factor/codes" => "/account/second-factor/codes",
        "/desk/paper" => "/desk/paper",
        "/desk/paper/new" => "/desk/paper/new",
        "/desk/paper/{id}" => "/desk/paper/{id}",
        "/desk/paper/{id}/{n}" => "/desk/paper/{id}/{n}",
        "/desk/paper/{id}/{n}/settle" => "/desk/paper/{id}/{n}/settle",
        "/admin/codes" => "/admin/codes",
        "/admin/codes/print" => "/admin/codes/print",
        "/admin/codes/file" => "/admin/codes/file",
        "/admin/codes/new" => "/admin/codes/new",
        "/admin/codes/{id}/{act}" => "/admin/codes/{id}/{act}",
        "/admin/seal" => "/admin/seal",
        "/account/acts" => "/account/acts",
        "/admin/audit" => "/admin/audit",
        "/admin/audit.csv" => "/admin/audit.csv",
        "/admin/users" => "/admin/users",
        "/admin/users/new" => "/admin/users/new",
        "/admin/users/{id}" => "/admin/users/{id}",
        "/admin/users/{id}/roles" => "/admin/users/{id}/roles",
        "/admin/users/{id}/identity" => "/admin/users/{id}/identity",
        "/admin/users/{id}/{act}" => "/admin/users/{id}/{act}",
        "/admin/exclusions" => "/admin/exclusions",
        "/admin/exclusions/new" => "/admin/exclusions/new",
        "/admin/exclusions/{id}" => "/admin/exclusions/{id}",
        "/admin/exclusions/{id}/decide" => "/admin/exclusions/{id}/decide",
        "/admin/exclusions/{id}/undo" => "/admin/exclusions/{id}/undo",
        "/admin/suspicion" => "/admin/suspicion",
        "/admin/suspicion/{id}" => "/admin/suspicion/{id}",
        "/manage/comments" => "/manage/comments",
        "/manage/comments/words" => "/manage/comments/words",
        "/manage/comments/{id}" => "/manage/comments/{id}",
        "/manage/comments/{id}/{act}" => "/manage/comments/{id}/{act}",
        "/api/v1/invitations" => "/api/v1/invitations",
        "/api/v1/invitations/{id}" => "/api/v1/invitations/{id}",
        "/api/v1/invitations/{id}/revoke" => "/api/v1/invitations/{id}/revoke",
        "/api/v1/invitations/{id}/qr" => "/api/v1/invitations/{id}/qr",
        "/api/v1/figures" => "/api/v1/figures",
        "/api/v1/targets" => "/api/v1/targets",
        "/api/v1/catalogue/units" => "/api/v1/catalogue/units",
        "/api/v1/catalogue/procedures" => "/api/v1/catalogue/procedures",
        "/api/v1/openapi.json" => "/api/v1/openapi.json",
        "/api/v1/docs" => "/api/v1/docs",
        "/kiosk" => "/kiosk",
        "/kiosk/{name}" => "/kiosk/{name}",
        "/kiosk/events" => "/kiosk/events",
        "/kiosk/wake" => "/kiosk/wake",
        "/kiosk/setup" => "/kiosk/setup",
        "/kiosk/pair" => "/kiosk/pair",
        "/kiosk/start" => "/kiosk/start",
        "/kiosk/decline" => "/kiosk/decline",
        "/kiosk/leave" => "/kiosk/leave",
        "/kiosk/batch" => "/kiosk/batch",
        "/admin/keys" => "/admin/keys",
        "/admin/keys/new" => "/admin/keys/new",
        "/admin/keys/{id}/revoke" => "/admin/keys/{id}/revoke",
        "/admin/cases" => "/admin/cases",
        "/api/v1/cases" => "/api/v1/cases",
        "/api/v1/indicators" => "/api/v1/indicators",
        "/admin/webhooks" => "/admin/webhooks",
        "/admin/webhooks/new" => "/admin/webhooks/new",
        "/admin/webhooks/{id}" => "/admin/webhooks/{id}",
        "/admin/webhooks/{id}/{act}" => "/admin/webhooks/{id}/{act}",
        "/admin/kiosks" => "/admin/kiosks",
        "/admin/kiosks/new" => "/admin/kiosks/new",
        "/admin/kiosks/{id}" => "/admin/kiosks/{id}",
        "/admin/kiosks/{id}/{act}" => "/admin/kiosks/{id}/{act}",
        "/manage" => "/manage",
        "/manage.csv" => "/manage.csv",
        "/manage.json" => "/manage.json",
        "/manage.xlsx" => "/manage.xlsx",
        "/manage/units" => "/manage/units",
        "/manage/units.csv" => "/manage/units.csv",
        "/manage/units.json" => "/manage/units.json",
        "/manage/units.xlsx" => "/manage/units.xlsx",
        "/manage/units/{code}" => "/manage/units/{code}",
        "/manage/units/{code}/points/{id}" => "/manage/units/{code}/points/{id}",
        "/manage/units/{code}/procedures/{name}" => "/manage/units/{code}/procedures/{name}",
        "/manage/procedures" => "/manage/procedures",
        "/manage/procedures.csv" => "/manage/procedures.csv",
        "/manage/procedures.json" => "/manage/procedures.json",
        "/manage/procedures.xlsx" => "/manage/procedures.xlsx",
        "/manage/procedures/{code}" => "/manage/procedures/{code}",
        "/manage/questions/{code}/{name}" => "/manage/questions/{code}/{name}",
        _ => "other",
    }
}

/// An answer that a library made: a status and nothing that a person could read.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && response.extensions().get::<respond::Ours>().is_none()
}

fn set_headers(headers: &mut HeaderMap, secure: bool, home: bool) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CSP);
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if home {
        headers.remove("x-robots-tag");
    }
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}

fn status_label(status: u16) -> &'static str {
    match StatusCode::from_u16(status) {
        Ok(StatusCode::TOO_MANY_REQUESTS) => "429",
        Ok(StatusCode::SERVICE_UNAVAILABLE) => "503",
        Ok(code) if code.is_success() => "2xx",
        Ok(code) if code.is_redirection() => "3xx",
        Ok(code) if code.is_client_error() => "4xx",
        _ => "5xx",
    }
}
