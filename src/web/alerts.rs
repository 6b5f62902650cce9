//! `/manage/alerts`: what needs attention, of the units and functions of whoever looks; not to hear of it for a while; and
//! `/account/mail`: whether and where one is written of it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::Entry;
use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::Visitor;
use super::{App, respond, ui, webhooks};
use crate::domain::account::Function;
use crate::domain::period::written;
use crate::domain::{Day, moment};
use crate::error::{Error, Fault, Result};
use crate::flow::alerts::{self, Alert, MUTE_DAYS};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::endpoints;
use crate::present::alerts::sentence;
use crate::store::outbox::Try;
use crate::words::{FIRST, Lang};

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::OrganisationRead);
    routes
        .get("/manage/alerts", SEE, list)
        .post("/manage/alerts/{id}/mute", SEE, mute)
        .get("/account/mail", Need::SignedIn, show_mail)
        .post("/account/mail", Need::SignedIn, mail)
}

/// A letter about what is new: its subject and its text, in the first language, for an account has none.
#[must_use]
pub fn letter(app: &App, catalogue: &Catalogue, news: &[&Alert], open: usize) -> (String, String) {
    let n = news.len().to_string();
    let subject = FIRST.text_with("mail-subject", &[("n", &n)]);
    let lines: Vec<String> = news.iter().map(|alert| format!("- {}", said(FIRST, catalogue, alert))).collect();
    let link = format!("{}/manage/alerts", app.settings.own_url);
    let rest = FIRST.text_with("mail-open", &[("n", &open.to_string())]);
    let simulated = if catalogue.simulated { format!("{}\n\n", FIRST.text("simulated")) } else { String::new() };
    let text = format!(
        "{simulated}{}\n\n{}\n\n{rest} {link}\n\n{}\n",
        FIRST.text("mail-begin"),
        lines.join("\n"),
        FIRST.text("mail-end")
    );
    (subject, text)
}

fn said(lang: Lang, catalogue: &Catalogue, alert: &Alert) -> String {
    let unit = alert.unit.and_then(|id| catalogue.units.get(&id)).map(|unit| &*unit.name);
    sentence(lang, unit, alert)
}

/// `GET /manage/alerts`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue, now_ms) = (visitor.lang, app.catalogue(), app.clock.now_ms());
    let all = alerts::of(&app.db, permit.who.account, &permit.who.grants, now_ms).await?;
    let (closed, open): (Vec<&Alert>, Vec<&Alert>) = all.iter().partition(|alert| alert.closed_at.is_some());
    let (muted, open): (Vec<&Alert>, Vec<&Alert>) = open.into_iter().partition(|alert| alert.is_muted(now_ms));
    let title = lang.text("alerts-title");
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let body = html! {
        h1 { (title) }
        p { (lang.text("alerts-say")) " " a href=(format!("/account/mail?lang={}", lang.code())) { (lang.text("mail-title")) } }
        @if open.is_empty() { p { (lang.text("alerts-none")) } } @else {
            ul.alerts { @for alert in &open { li {
                p { (said(lang, &catalogue, alert)) }
                p.hint { (lang.text_with("alert-since", &[("day", &written(lang, Day::at(alert.opened_at)))])) }
                (mute_form(lang, &signed, &catalogue, alert))
            } } }
        }
        (folded(lang, &catalogue, "alerts-muted", &muted, |alert| alert.muted_until, "alert-muted-until"))
        (folded(lang, &catalogue, "alerts-closed", &closed, |alert| alert.closed_at, "alert-closed-on"))
        @if permit.who.may(Function::SettingsRead) { (deliveries(lang, &alerts::lately(&app.db).await?)) }
    };
    Ok(respond::page(
        StatusCode::OK,
        ui::managed(lang, &title, &signed, ("/manage/alerts", ""), catalogue.simulated, &body),
    ))
}

fn mute_form(lang: Lang, signed: &ui::Signed<'_>, catalogue: &Catalogue, alert: &Alert) -> Markup {
    html! {
        form.mute method="post" action=(format!("/manage/alerts/{}/mute?lang={}", alert.id, lang.code())) {
            (signed.token())
            @for days in MUTE_DAYS {
                @let words = lang.text_with("alert-mute", &[("n", &days.to_string())]);
                button.second type="submit" name="days" value=(days)
                    aria-label=(format!("{words}: {}", said(lang, catalogue, alert))) { (words) }
            }
        }
    }
}

/// Those that are not in front, under a line that opens.
fn folded(
    lang: Lang,
    catalogue: &Catalogue,
    title: &str,
    alerts: &[&Alert],
    day: impl Fn(&Alert) -> Option<i64>,
    words: &str,
) -> Markup {
    html! {
        @if !alerts.is_empty() {
            details {
                summary { (lang.text_with(title, &[("n", &alerts.len().to_string())])) }
                ul { @for alert in alerts { li {
                    (said(lang, catalogue, alert)) " "
                    (lang.text_with(words, &[("day", &written(lang, Day::at(day(alert).unwrap_or_default())))]))
                } } }
            }
        }
    }
}

fn deliveries(lang: Lang, tries: &[Try]) -> Markup {
    html! {
        section aria-labelledby="h-tries" {
            h2 id="h-tries" { (lang.text("tries-title")) }
            @if tries.is_empty() { p { (lang.text("tries-none")) } } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="h-tries" {
                    table {
                        thead { tr {
                            @for head in ["tries-at", "tries-to", "tries-number", "tries-outcome", "tries-state"] {
                                th scope="col" { (lang.text(head)) }
                            }
                        } }
                        tbody { @for one in tries { tr {
                            td { (moment(one.at)) }
                            td { (recipient(lang, one)) }
                            td.number { (one.number) }
                            td { (webhooks::outcome(lang, &one.outcome)) }
                            td { (lang.text(&format!("tries-{}", one.state.replace('_', "-")))) }
                        } } }
                    }
                }
            }
        }
    }
}

/// A person by number, a system by its address or by number.
fn recipient(lang: Lang, one: &Try) -> String {
    match one.kind.as_str() {
        "mail" => lang.text_with("tries-person", &[("n", &one.target)]),
        endpoints::KIND => lang.text_with("tries-webhook", &[("n", &one.target)]),
        _ => one.target.clone(),
    }
}

/// `POST /manage/alerts/{id}/mute`.
///
/// # Errors
/// Not found when whoever asks sees no such alert; invalid for another number of days.
pub async fn mute(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let id = id.parse().map_err(|_| Error::NotFound("alert"))?;
    let days = fields.text("days").parse().unwrap_or_default();
    let by = By { account: Some(permit.who.account), request: &permit.request };
    alerts::mute(&app.db, &app.keys, app.clock.now_ms(), by, &permit.who.grants, id, days).await?;
    respond::see_other(&format!("/manage/alerts?lang={}", visitor.lang.code()))
}

/// `GET /account/mail`.
///
/// # Errors
/// When the store does not answer.
pub async fn show_mail(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let address = alerts::address(&app.db, permit.who.account).await?.unwrap_or_default();
    let saved = visitor.param("luu").is_some();
    Ok(mail_page(&app, visitor.lang, &permit, &address, saved, &[], StatusCode::OK))
}

/// `POST /account/mail`.
///
/// # Errors
/// When the store does not answer.
pub async fn mail(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    match alerts::want_mail(&app.db, &app.keys, app.clock.now_ms(), by, fields.text("address")).await {
        Ok(()) => respond::see_other(&format!("/account/mail?lang={}&luu=1", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(mail_page(&app, visitor.lang, &permit, fields.text("address"), false, &faults, status))
        }
        Err(error) => Err(error),
    }
}

fn mail_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    address: &str,
    saved: bool,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let entry = Entry { lang, faults, field_of: |_| "address" };
    let (title, signed) = (lang.text("mail-title"), ui::Signed::of(&permit.who, &app.keys));
    let body = html! {
        (entry.errors())
        h1 { (title) }
        @if saved { p.notice role="status" { (lang.text("mail-saved")) } }
        p { (lang.text("mail-say")) }
        @if !app.settings.post.has_mail() { p.notice { (lang.text("mail-no-server")) } }
        form.narrow method="post" action=(format!("/account/mail?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            div.field {
                label for="address" { (lang.text("mail-address")) }
                p.hint id="address-hint" { (lang.text("mail-address-hint")) }
                (entry.fault("address"))
                input type="email" id="address" name="address" value=(address) autocomplete="email"
                    aria-describedby="address-hint";
            }
            button.main type="submit" { (lang.text("mail-go")) }
        }
        p { a href=(format!("/account?lang={}", lang.code())) { (lang.text("mine-title")) } }
    };
    respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, "", app.catalogue().simulated, &body))
}
