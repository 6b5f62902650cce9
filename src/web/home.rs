//! `/`: type the code of a slip, or read the published results; and the privacy notice. As light as the form itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::citizen::more;
use super::fields::errors;
use super::limit::{self, Client};
use super::visitor::{Fields, Visitor};
use super::{App, respond, ui};
use crate::domain::code::TypedCode;
use crate::error::Result;
use crate::flow::collect::open;
use crate::words::Lang;

/// `GET /`.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    page(&app, visitor.lang, "", None, StatusCode::OK)
}

/// `POST /`: a typed code leads to its form.
pub async fn typed(
    State(app): State<Arc<App>>,
    Client(client): Client,
    visitor: Visitor,
    mut fields: Fields,
) -> Result<Response> {
    let lang = visitor.lang;
    let entered = fields.take("code").unwrap_or_default();
    let Some(code) = TypedCode::parse(&entered) else {
        return Ok(page(&app, lang, &entered, Some("code-format"), StatusCode::UNPROCESSABLE_ENTITY));
    };
    match open::code_of_typed(&app.db, &app.keys, &app.catalogue(), &code).await? {
        // The very address that is in the QR: cookies keep to one spelling.
        Some(code) => respond::see_other(&format!("/Q/{}{}", code.as_str(), ui::in_language(lang))),
        None => match app.limits.miss(client, true) {
            Ok(()) => Ok(page(&app, lang, &entered, Some("code-unknown-check"), StatusCode::NOT_FOUND)),
            Err(wait) => Ok(limit::too_many(lang, wait, app.catalogue().simulated)),
        },
    }
}

fn page(app: &App, lang: Lang, entered: &str, fault: Option<&str>, status: StatusCode) -> Response {
    let title = lang.text("home-title");
    let body = html! {
        (errors(lang, fault.map(|fault| ("code".to_owned(), lang.text(fault))).into_iter()))
        h1 { (title) }
        p { (lang.text("home-say")) }
        (code_entry(lang, entered, fault))
        ul.links {
            li { a href=(format!("/results{}", ui::in_language(lang))) { (lang.text("home-results-link")) } }
            li { a href=(format!("/privacy{}", ui::in_language(lang))) { (lang.text("q-anon-more")) } }
        }
    };
    let title = if fault.is_some() { format!("{}{title}", lang.text("err-prefix")) } else { title };
    respond::citizen(
        status,
        ui::citizen(lang, &title, &lang.text("product"), Some(""), app.catalogue().simulated, &body),
    )
}

/// The field for a typed code.
#[must_use]
pub fn code_entry(lang: Lang, entered: &str, fault: Option<&str>) -> Markup {
    html! {
        form method="post" action=(format!("/{}#loi", ui::in_language(lang))) novalidate {
            label.ask for="code" { (lang.text("code-label")) }
            @if let Some(fault) = fault { p.fault id="code-loi" { strong { (lang.text("err-word")) } " " (lang.text(fault)) } }
            input.code type="text" id="code" name="code" value=(entered) inputmode="text" autocapitalize="characters"
                autocomplete="off" spellcheck="false" aria-describedby=[fault.map(|_| "code-loi")]
                aria-invalid=[fault.map(|_| "true")];
            button type="submit" { (lang.text("code-go")) }
        }
    }
}

/// `GET /privacy`: what is kept, how long, who sees it, whom to ask.
pub async fn privacy(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let lang = visitor.lang;
    let title = lang.text("privacy-title");
    let body = html! {
        h1 { (title) }
        @for part in ["what", "not", "why", "who", "how-long", "rights", "ask"] {
            h2 { (lang.text(&format!("privacy-{part}"))) }
            p { (lang.text(&format!("privacy-{part}-say"))) }
        }
        (more::contact(&app, lang))
        p { a.next href=(format!("/{}", ui::in_language(lang))) { (lang.text("to-home")) } }
    };
    let page = ui::citizen(lang, &title, &lang.text("product"), Some(""), app.catalogue().simulated, &body);
    respond::citizen(StatusCode::OK, page)
}
