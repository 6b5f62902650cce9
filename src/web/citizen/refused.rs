//! Codes that do not open a form: never a red page, never an error number, always a next step.

use std::net::IpAddr;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::citizen_page;
use crate::flow::collect::open::Opened;
use crate::web::visitor::Visitor;
use crate::web::{App, home, limit, ui};

/// The page of a code that led somewhere, but not to a form.
pub fn page(app: &App, visitor: &Visitor, opened: &Opened) -> Response {
    let lang = visitor.lang;
    match opened {
        Opened::Used => said(app, visitor, StatusCode::OK, "code-used", &lang.text("code-used-say")),
        Opened::Expired(day) => {
            let title = lang.text_with("code-expired", &[("day", &day.to_string())]);
            titled(app, visitor, StatusCode::GONE, &title, &html! { p { (lang.text("code-expired-say")) } })
        }
        Opened::Closed(Some(day)) => {
            let title = lang.text_with("code-closed", &[("day", &day.to_string())]);
            titled(
                app,
                visitor,
                StatusCode::SERVICE_UNAVAILABLE,
                &title,
                &html! { p { (lang.text("code-closed-say")) } },
            )
        }
        Opened::Closed(None) => {
            said(app, visitor, StatusCode::SERVICE_UNAVAILABLE, "code-revoked", &lang.text("code-closed-say"))
        }
        Opened::Form(_) | Opened::Unknown => said(app, visitor, StatusCode::NOT_FOUND, "code-unknown", ""),
    }
}

/// An answer for a slip that another answer has used.
pub fn used_by_another(app: &App, visitor: &Visitor) -> Response {
    said(app, visitor, StatusCode::GONE, "code-used", &visitor.lang.text("code-used-say"))
}

/// The same phone came back to the same code.
pub fn again(app: &App, visitor: &Visitor, slip: bool) -> Response {
    let lang = visitor.lang;
    let body = html! {
        @if slip { p { (lang.text("code-used-say")) } }
        @else { p { a href=(format!("?{}moi=1", super::carried(visitor))) { (lang.text("code-again-new")) } } }
    };
    titled(app, visitor, StatusCode::OK, &lang.text("code-again"), &body)
}

/// A code that leads nowhere: counted, and a field to type it in.
pub fn unknown(app: &App, visitor: &Visitor, client: IpAddr) -> Response {
    let simulated = app.catalogue().simulated;
    if let Err(wait) = app.limits.miss(client, false) {
        return limit::too_many(visitor.lang, wait, simulated);
    }
    let lang = visitor.lang;
    let body = html! {
        p { (lang.text("code-unknown-say")) }
        (home::code_entry(lang, "", None))
    };
    titled(app, visitor, StatusCode::NOT_FOUND, &lang.text("code-unknown"), &body)
}

fn said(app: &App, visitor: &Visitor, status: StatusCode, title: &str, say: &str) -> Response {
    titled(app, visitor, status, &visitor.lang.text(title), &html! { @if !say.is_empty() { p { (say) } } })
}

fn titled(app: &App, visitor: &Visitor, status: StatusCode, title: &str, body: &Markup) -> Response {
    let body = html! { h1 { (title) } (body) };
    citizen_page(status, ui::citizen(visitor.lang, title, "", Some(""), app.catalogue().simulated, &body))
}
