//! `/admin/webhooks`: addresses that are told of what happens here. A secret is on one page only: that which answers to its
//! making.

mod change;
mod new;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::Entry;
use super::permit::{Need, Permit};
use super::routes::Routes;
use super::visitor::Visitor;
use super::{App, respond, ui};
use crate::domain::account::Function;
use crate::domain::topic::Topic;
use crate::domain::{Day, moment};
use crate::error::{Error, Fault, Result};
use crate::flow::endpoints::{self, Listed, Why};
use crate::store::outbox::Delivery;
use crate::words::Lang;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::SettingsRead);
    const CHANGE: Need = Need::May(Function::Settings);
    routes
        .get("/admin/webhooks", SEE, list)
        .get("/admin/webhooks/new", CHANGE, new::show)
        .post("/admin/webhooks/new", CHANGE, new::add)
        .get("/admin/webhooks/{id}", SEE, show)
        .get("/admin/webhooks/{id}/{act}", CHANGE, change::ask)
        .post("/admin/webhooks/{id}/{act}", CHANGE, change::act)
}

fn page(app: &App, lang: Lang, permit: &Permit, status: StatusCode, title: &str, body: &Markup) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(status, ui::staff(lang, title, &signed, "", app.catalogue().simulated, body))
}

/// Where the page of an endpoint is, or one below it.
fn path(lang: Lang, id: i64, below: &str) -> String {
    format!("/admin/webhooks/{id}{below}?lang={}", lang.code())
}

/// The number of an endpoint in an address.
fn number(id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::NotFound("webhook"))
}

fn topic_words(lang: Lang, topic: Topic) -> String {
    lang.text(&format!("webhook-topic-{}", topic.key()))
}

/// `GET /admin/webhooks`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let lang = visitor.lang;
    let all = endpoints::all(&app.db).await?;
    let (title, may) = (lang.text("webhooks-title"), permit.who.may(Function::Settings));
    let body = html! {
        h1 { (title) }
        p { (lang.text("webhooks-say")) " " a href=(format!("/api/v1/docs?lang={}#webhooks", lang.code())) { (lang.text("api-docs-title")) } }
        @if may { p { a href=(format!("/admin/webhooks/new?lang={}", lang.code())) { (lang.text("webhook-new")) } } }
        @if all.is_empty() { p { (lang.text("webhooks-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        @for head in ["webhook-label", "webhook-host", "webhook-topics", "webhook-state", "webhook-taken"] {
                            th scope="col" { (lang.text(head)) }
                        }
                    } }
                    tbody { @for one in &all { tr {
                        th scope="row" { a href=(path(lang, one.id, "")) { (one.label) } }
                        td { code { (one.host()) } }
                        td { (one.topics.iter().map(|topic| topic_words(lang, *topic)).collect::<Vec<_>>().join("; ")) }
                        td { (state(lang, one)) }
                        td { (taken(lang, one)) }
                    } } }
                }
            }
        }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &body))
}

fn state(lang: Lang, one: &Listed) -> String {
    let since = |key, at| lang.text_with(key, &[("day", &Day::at(at).to_string())]);
    match one.off {
        None => lang.text("webhook-on"),
        Some((at, Why::Failed)) => since("webhook-off-failed", at),
        Some((at, Why::Person)) => since("webhook-off-person", at),
    }
}

fn taken(lang: Lang, one: &Listed) -> String {
    one.taken_at.map_or_else(|| lang.text("webhook-taken-never"), moment)
}

/// `GET /admin/webhooks/{id}`.
///
/// # Errors
/// Not found when there is no such endpoint.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (note, n) = (visitor.param("xong").unwrap_or_default(), visitor.param("n").unwrap_or_default());
    let note = match note {
        "saved" | "on" | "off" | "again" => Some(visitor.lang.text(&format!("webhook-done-{note}"))),
        "since" if n.len() < 10 && n.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(visitor.lang.text_with("webhook-done-since", &[("n", n)]))
        }
        _ => None,
    };
    of_one(&app, visitor.lang, &permit, number(&id)?, (note, &[]), StatusCode::OK).await
}

/// The page of an endpoint, perhaps with what was done or what is wrong.
async fn of_one(
    app: &App,
    lang: Lang,
    permit: &Permit,
    id: i64,
    (note, faults): (Option<String>, &[Fault]),
    status: StatusCode,
) -> Result<Response> {
    let one = endpoints::one(&app.db, id).await?;
    let deliveries = endpoints::deliveries(&app.db, id).await?;
    let may = permit.who.may(Function::Settings);
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let entry = Entry {
        lang,
        faults,
        field_of: |fault| if fault.key == "webhook-since-needed" { "since" } else { "topic-invitation-used" },
    };
    let body = html! {
        (entry.errors())
        h1 { (one.label) }
        @if let Some(note) = &note { p.notice role="status" { (note) } }
        @if let Some((at, Why::Failed)) = one.off {
            p.notice { (lang.text_with("webhook-off-failed-say", &[("day", &Day::at(at).to_string())])) }
        }
        dl.answers {
            // An address may hold what only its receiver should know.
            dt { (lang.text("webhook-url")) } dd { code { (if may { &one.url } else { one.host() }) } }
            dt { (lang.text("webhook-state")) } dd { (state(lang, &one)) }
            dt { (lang.text("webhook-taken")) } dd { (taken(lang, &one)) }
            @if let Some(until) = one.old_until.filter(|until| app.clock.now_ms() < *until) {
                dt { (lang.text("webhook-secrets")) } dd { (lang.text_with("webhook-both", &[("time", &moment(until))])) }
            }
            @if !may {
                dt { (lang.text("webhook-topics")) }
                dd { (one.topics.iter().map(|topic| topic_words(lang, *topic)).collect::<Vec<_>>().join("; ")) }
            }
        }
        @if may {
            form.narrow method="post" action=(path(lang, id, "/topics")) novalidate {
                (signed.token())
                (new::topics(&entry, |topic| one.topics.contains(&topic)))
                button.main type="submit" { (lang.text("webhook-topics-go")) }
            }
            ul {
                @for act in change::ACTS.iter().filter(|act| act.fits(&one)) {
                    li { a href=(path(lang, id, &format!("/{}", act.name()))) { (lang.text(act.key())) } }
                }
            }
        }
        (log(lang, &signed, id, may, &deliveries, &entry))
        p { a href=(format!("/admin/webhooks?lang={}", lang.code())) { (lang.text("webhook-back")) } }
    };
    Ok(page(app, lang, permit, status, &entry.titled(&one.label), &body))
}

/// What went to an endpoint lately, and the ways to send it again.
fn log(lang: Lang, signed: &ui::Signed<'_>, id: i64, may: bool, all: &[Delivery], entry: &Entry<'_>) -> Markup {
    html! {
        section aria-labelledby="h-log" {
            h2 id="h-log" { (lang.text("webhook-log")) }
            @if all.is_empty() { p { (lang.text("webhook-log-none")) } } @else {
                @if may { (since_form(lang, signed, id, entry)) }
                div.scroll tabindex="0" role="region" aria-labelledby="h-log" {
                    table {
                        thead { tr {
                            @for head in ["webhook-at", "webhook-about", "webhook-message", "webhook-stands", "webhook-tries", "webhook-outcome"] {
                                th scope="col" { (lang.text(head)) }
                            }
                            @if may { th scope="col" { (lang.text("webhook-again-head")) } }
                        } }
                        tbody { @for one in all { tr {
                            td { (moment(one.created_at)) }
                            td { (about(lang, one)) }
                            th scope="row" { code { (one.id) } }
                            td {
                                (lang.text(&format!("webhook-stands-{}", one.state.replace('_', "-"))))
                                @if one.state == "waiting" { " " (lang.text_with("webhook-next", &[("time", &moment(one.next_at))])) }
                            }
                            td.number { (one.tries) }
                            td { (one.outcome.as_deref().map(|said| outcome(lang, said)).unwrap_or_default()) }
                            @if may { td { @if one.state != "waiting" { (again_form(lang, signed, id, &one.id)) } } }
                        } } }
                    }
                }
            }
        }
    }
}

fn about(lang: Lang, one: &Delivery) -> String {
    let topic = one.about.as_deref().and_then(|about| Topic::by_name(about.split(' ').next()?));
    topic.map(|topic| topic_words(lang, topic)).unwrap_or_default()
}

/// How a try ended, in words: a word, and the status of an answer behind it.
pub(super) fn outcome(lang: Lang, said: &str) -> String {
    let (word, status) = said.split_once(' ').unwrap_or((said, ""));
    match word {
        "ok" | "silent" | "inner" | "unreachable" | "nowhere" | "removed" | "off" => {
            lang.text(&format!("webhook-outcome-{word}"))
        }
        "answered" | "redirected" => lang.text_with(&format!("webhook-outcome-{word}"), &[("status", status)]),
        _ => said.to_owned(),
    }
}

fn again_form(lang: Lang, signed: &ui::Signed<'_>, id: i64, message: &str) -> Markup {
    html! {
        form method="post" action=(path(lang, id, "/again")) {
            (signed.token())
            button.second type="submit" name="message" value=(message)
                aria-label=(lang.text_with("webhook-again-one", &[("id", message)])) { (lang.text("webhook-again")) }
        }
    }
}

fn since_form(lang: Lang, signed: &ui::Signed<'_>, id: i64, entry: &Entry<'_>) -> Markup {
    html! {
        form.narrow method="post" action=(path(lang, id, "/since")) novalidate {
            (signed.token())
            div.field {
                label for="since" { (lang.text("webhook-since")) }
                p.hint id="since-hint" { (lang.text("webhook-since-hint")) }
                (entry.fault("since"))
                input type="text" id="since" name="since" autocomplete="off" aria-describedby="since-hint";
            }
            button.second type="submit" { (lang.text("webhook-since-go")) }
        }
    }
}
