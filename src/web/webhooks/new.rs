//! Registering an address, and the one page that shows its secret.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{page, path, topic_words};
use crate::domain::topic::Topic;
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::endpoints::{self, OLD_DAYS};
use crate::web::fields::Entry;
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, ui};
use crate::words::Lang;

/// What was chosen of the topics.
pub(super) fn chosen(fields: &Fields) -> Vec<&str> {
    fields.0.iter().filter(|(name, _)| name == "topic").map(|(_, value)| value.as_str()).collect()
}

/// The field of topics.
pub(super) fn topics(entry: &Entry<'_>, is_chosen: impl Fn(Topic) -> bool) -> Markup {
    html! {
        fieldset.field {
            legend { (entry.lang.text("webhook-topics")) }
            (entry.fault("topic-invitation-used"))
            @for topic in Topic::ALL {
                label.plain {
                    input type="checkbox" id=(format!("topic-{}", topic.key())) name="topic" value=(topic.name())
                        checked[is_chosen(topic)];
                    " " (topic_words(entry.lang, topic)) " " code { (topic.name()) }
                }
            }
        }
    }
}

/// `GET /admin/webhooks/new`.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    form(&app, visitor.lang, &permit, &Fields::default(), &[], StatusCode::OK)
}

/// `POST /admin/webhooks/new`: registers an address and shows its secret.
///
/// # Errors
/// When the store does not answer.
pub async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let topics = chosen(&fields);
    let wanted = (fields.text("label"), fields.text("url"), topics.as_slice());
    match endpoints::add(&app.db, &app.keys, &app.settings.post, app.clock.now_ms(), by, wanted).await {
        Ok((id, secret)) => Ok(given(&app, visitor.lang, &permit, id, &secret, None)),
        Err(Error::Invalid(faults)) => {
            Ok(form(&app, visitor.lang, &permit, &fields, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

/// The one page that shows a secret. It has no address: loading it again would make another.
pub(super) fn given(app: &App, lang: Lang, permit: &Permit, id: i64, secret: &str, until: Option<&str>) -> Response {
    let title = lang.text("webhook-given");
    let body = html! {
        h1 { (title) }
        div.notice role="status" {
            p { (lang.text("webhook-given-say")) }
            p.given { code id="webhook-secret" { (secret) } }
        }
        @if let Some(until) = until { p { (lang.text_with("webhook-both", &[("time", until)])) } }
        p { a href=(path(lang, id, "")) { (lang.text("webhook-given-next")) } }
    };
    page(app, lang, permit, StatusCode::OK, &title, &body)
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "webhook-label-needed" => "label",
        "webhook-topics-needed" => "topic-invitation-used",
        _ => "url",
    }
}

fn form(app: &App, lang: Lang, permit: &Permit, entered: &Fields, faults: &[Fault], status: StatusCode) -> Response {
    let (title, entry) = (lang.text("webhook-new"), Entry { lang, faults, field_of });
    let before = chosen(entered);
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text_with("webhook-new-say", &[("n", &OLD_DAYS.to_string())])) }
        form.narrow method="post" action=(format!("/admin/webhooks/new?lang={}#loi", lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            (entry.line("label", "webhook-label", entered.text("label")))
            div.field {
                label for="url" { (lang.text("webhook-url")) }
                p.hint id="url-hint" { (lang.text("webhook-url-hint")) }
                (entry.fault("url"))
                input type="text" inputmode="url" id="url" name="url" value=(entered.text("url")) aria-describedby="url-hint"
                    autocomplete="off";
            }
            (topics(&entry, |topic| before.contains(&topic.name())))
            button.main type="submit" { (lang.text("webhook-new-go")) }
        }
        p { a href=(format!("/admin/webhooks?lang={}", lang.code())) { (lang.text("webhook-back")) } }
    };
    page(app, lang, permit, status, &entry.titled(&title), &body)
}
