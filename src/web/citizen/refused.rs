//! Codes that do not open a form, and answers that could not be taken now: never a red page, never an error number,
//! always a next step.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::{back, carried};
use crate::domain::period::written;
use crate::error::Error;
use crate::flow::collect::open::Opened;
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, home, limit, respond, ui};
use crate::words::Lang;

/// The page of a code that led somewhere, but not to a form.
pub fn page(app: &App, visitor: &Visitor, opened: &Opened) -> Response {
    let lang = visitor.lang;
    let page = |status, title: &str, say: &[String]| {
        titled(app, visitor, status, title, &html! { @for sentence in say { p { (sentence) } } })
    };
    match opened {
        Opened::Used(_) => used(app, visitor, StatusCode::OK),
        Opened::Expired(_) => {
            let say = match &app.settings.contact_phone {
                Some(phone) => lang.text_with("code-expired-call", &[("phone", phone)]),
                None => lang.text("code-expired-say"),
            };
            page(StatusCode::GONE, &title(lang, opened), &[say])
        }
        Opened::Closed(_) => {
            let say = [lang.text("code-closed-say"), lang.text("code-closed-next")];
            page(StatusCode::SERVICE_UNAVAILABLE, &title(lang, opened), &say)
        }
        Opened::Revoked => page(StatusCode::GONE, &title(lang, opened), &[lang.text("code-closed-next")]),
        Opened::Form(_) | Opened::Unknown => page(StatusCode::NOT_FOUND, &title(lang, opened), &[]),
    }
}

/// What is said of a code that led somewhere, but not to a form.
pub fn title(lang: Lang, opened: &Opened) -> String {
    match opened {
        Opened::Used(_) => lang.text("code-used"),
        Opened::Expired(day) => lang.text_with("code-expired", &[("day", &written(lang, *day))]),
        Opened::Closed(day) => lang.text_with("code-closed", &[("day", &written(lang, *day))]),
        Opened::Revoked => lang.text("code-revoked"),
        Opened::Form(_) | Opened::Unknown => lang.text("code-unknown"),
    }
}

/// An answer for a slip that another answer has used.
pub fn used_by_another(app: &App, visitor: &Visitor) -> Response {
    used(app, visitor, StatusCode::GONE)
}

fn used(app: &App, visitor: &Visitor, status: StatusCode) -> Response {
    let body = html! { p { (visitor.lang.text("code-used-say")) } };
    saved(app, visitor, status, &visitor.lang.text("code-used"), &body)
}

/// The same phone came back to the same code.
pub fn again(app: &App, visitor: &Visitor, slip: bool) -> Response {
    let lang = visitor.lang;
    let body = html! {
        @if slip { p { (lang.text("code-used-say")) } }
        @else { p { a.next href=(format!("?{}moi=1", carried(visitor))) { (lang.text("code-again-new")) } } }
    };
    saved(app, visitor, StatusCode::OK, &lang.text("code-again"), &body)
}

/// A code that leads nowhere: counted, and a field to type it in.
pub fn unknown(app: &App, visitor: &Visitor, client: IpAddr) -> Response {
    if let Err(wait) = app.limits.miss(client, false) {
        return limit::too_many(visitor.lang, wait, app.catalogue().simulated);
    }
    let lang = visitor.lang;
    let body = html! {
        p { (lang.text("code-unknown-say")) }
        (home::code_entry(lang, "", None))
    };
    titled(app, visitor, StatusCode::NOT_FOUND, &lang.text("code-unknown"), &body)
}

/// What was sent could not be stored now: said plainly, with all of it in a form that sends it again.
pub fn not_now(app: &App, visitor: &Visitor, error: Error, sent: &Fields) -> Response {
    let lang = visitor.lang;
    let body = html! {
        p { (lang.text("problem-busy-say")) }
        (send_again(visitor, sent))
    };
    let mut response = titled(app, visitor, StatusCode::SERVICE_UNAVAILABLE, &lang.text("problem-busy"), &body);
    if let Some(seconds) = respond::retry_after(&error) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    // For the log; the page is this one.
    response.extensions_mut().insert(Arc::new(error));
    response
}

/// More was sent from one place than is taken at once; what was sent is kept likewise.
pub fn too_many(app: &App, visitor: &Visitor, wait_s: u64, sent: &Fields) -> Response {
    let lang = visitor.lang;
    let body = html! {
        p { (lang.text_with("send-many-say", &[("n", &wait_s.div_ceil(60).to_string())])) }
        (send_again(visitor, sent))
    };
    let mut response = titled(app, visitor, StatusCode::TOO_MANY_REQUESTS, &lang.text("send-many"), &body);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    response
}

fn send_again(visitor: &Visitor, sent: &Fields) -> Markup {
    html! {
        form method="post" action="#loi" novalidate {
            @for (name, value) in &sent.0 { input type="hidden" name=(name) value=(value); }
            button type="submit" { (visitor.lang.text("send-again")) }
        }
    }
}

fn saved(app: &App, visitor: &Visitor, status: StatusCode, title: &str, body: &Markup) -> Response {
    let body = html! {
        h1.saved { (ui::tick()) (title) }
        (body)
    };
    shown(app, visitor, status, title, &body)
}

fn titled(app: &App, visitor: &Visitor, status: StatusCode, title: &str, body: &Markup) -> Response {
    let body = html! { h1 { (title) } (body) };
    shown(app, visitor, status, title, &body)
}

fn shown(app: &App, visitor: &Visitor, status: StatusCode, title: &str, body: &Markup) -> Response {
    let body = html! { (body) (back::link(app, visitor, Some("next"))) };
    let switch = back::kept(visitor);
    respond::citizen(status, ui::citizen(visitor.lang, title, "", Some(&switch), app.catalogue().simulated, &body))
}
