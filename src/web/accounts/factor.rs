//! The second factor: its code on a page of its own while signing in, and setting it up.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::sign_in::{self, Kept};
use super::{Field, errors, titled};
use crate::domain::moment;
use crate::domain::totp::Seed;
use crate::error::{Fault, Result};
use crate::flow::people::factor::{self, Given};
use crate::flow::people::session::{Stage, Who};
use crate::flow::people::tries::Tries;
use crate::present::qr;
use crate::web::limit::Client;
use crate::web::permit::{self, Permit, Sent};
use crate::web::visitor::{Visitor, encode};
use crate::web::{App, respond, throttle, ui};
use crate::words::Lang;

/// Instead of any page before the code was given: to its page; what was sent is kept there.
#[must_use]
pub fn code_instead(app: &App, lang: Lang, who: &Who, kept: Kept) -> Response {
    if kept.fields.is_some() {
        return code_page(app, lang, who, &kept, false, &[], StatusCode::UNAUTHORIZED);
    }
    to(&format!("/sign-in/code?lang={}", lang.code()), &kept)
}

/// Instead of any page before a second factor was set up: to setting it up; what was sent is kept there.
///
/// # Errors
/// When the store does not answer.
pub async fn enrol_instead(app: &App, lang: Lang, who: &Who, kept: Kept) -> Result<Response> {
    if kept.fields.as_ref().is_none_or(Vec::is_empty) {
        return Ok(to(&format!("/account/second-factor?lang={}", lang.code()), &kept));
    }
    if !who.confirmed {
        return Ok(sign_in::again_instead(app, lang, who, kept));
    }
    let (seed, sealed) = factor::offer(&app.keys, who);
    enrol_page(app, lang, who, &kept, (&seed, &sealed), &[], StatusCode::UNAUTHORIZED).await
}

fn to(path: &str, kept: &Kept) -> Response {
    let to = if kept.to.is_empty() { String::new() } else { format!("&to={}", encode(&kept.to)) };
    respond::see_other(&format!("{path}{to}")).unwrap_or_else(axum::response::IntoResponse::into_response)
}

fn kept_in(visitor: &Visitor) -> Kept {
    let to = visitor.param("to").filter(|to| sign_in::is_ours(to)).unwrap_or_default().to_owned();
    Kept { to, fields: None }
}

/// `GET /sign-in/code`.
///
/// # Errors
/// When the address cannot be told.
pub async fn show_code(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, who) = (visitor.lang, &permit.who);
    if who.stage != Stage::Code {
        return respond::see_other(&format!("/account?lang={}", lang.code()));
    }
    let recovery = visitor.param("recovery").is_some();
    Ok(code_page(&app, lang, who, &kept_in(&visitor), recovery, &[], StatusCode::OK))
}

/// `POST /sign-in/code`: six digits, or a recovery code.
///
/// # Errors
/// Busy when too many hashes wait.
pub async fn code(
    State(app): State<Arc<App>>,
    Client(client): Client,
    visitor: Visitor,
    headers: HeaderMap,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let (lang, who) = (visitor.lang, &permit.who);
    if who.stage != Stage::Code {
        return respond::see_other(&format!("/account?lang={}", lang.code()));
    }
    let (typed, spare) = (fields.take("code").unwrap_or_default(), fields.take("recovery"));
    let kept = Kept::back(&mut fields);
    let known = sign_in::known_browser(&app, &headers, &who.login);
    let tries = known.as_deref().map_or(Tries::Code(who.account), |known| Tries::KnownCode(who.account, known));
    if let Some(wait) = throttle::begin(&app, tries, client).await? {
        let (faults, status) = ([sign_in::wait_fault(wait)], StatusCode::TOO_MANY_REQUESTS);
        let page = code_page(&app, lang, who, &kept, spare.is_some(), &faults, status);
        return Ok(sign_in::wait_page(page, wait));
    }
    let (given, wrong) = match &spare {
        Some(spare) => (Given::Recovery(spare), Fault::new("factor-recovery-wrong")),
        None => (Given::Code(&typed), Fault::new("factor-code-wrong")),
    };
    let now_ms = app.clock.now_ms();
    match factor::enter(&app.db, &app.keys, &app.hashing, now_ms, &permit.request, who, given).await? {
        None => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(code_page(&app, lang, who, &kept, spare.is_some(), &[wrong], status))
        }
        Some(cookie) => {
            throttle::forgive(&app, tries, client).await?;
            sign_in::entered_page(&app, lang, &kept, &cookie, known).await
        }
    }
}

fn code_page(
    app: &App,
    lang: Lang,
    who: &Who,
    kept: &Kept,
    recovery: bool,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let title = lang.text("factor-code-title");
    let signed = ui::Signed::of(who, &app.keys);
    let field = if recovery { recovery_field(lang, faults) } else { code_field(lang, faults) };
    let other = match (recovery, kept.to.is_empty()) {
        (true, _) => format!("/sign-in/code?lang={}&to={}", lang.code(), encode(&kept.to)),
        (false, _) => format!("/sign-in/code?lang={}&recovery=1&to={}", lang.code(), encode(&kept.to)),
    };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text(if recovery { "factor-recovery-say" } else { "factor-code-say" })) }
        form.narrow id="main-form" method="post" action=(format!("/sign-in/code?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (kept.hidden())
            (field)
            button.main type="submit" { (lang.text("factor-code-go")) }
        }
        // What was being sent is on this page alone: a link away would lose it.
        @if kept.fields.is_none() {
            p { a href=(other) { (lang.text(if recovery { "factor-to-code" } else { "factor-to-recovery" })) } }
        }
        form method="post" action=(format!("/sign-out?lang={}", lang.code())) {
            (signed.token())
            button.second type="submit" { (lang.text("nav-out")) }
        }
    };
    respond::page(status, ui::office(lang, &titled(lang, &title, faults), "", app.catalogue().simulated, &body))
}

fn code_field(lang: Lang, faults: &[Fault]) -> Markup {
    let field =
        Field { lang, name: "code", label: "factor-code", hint: None, value: "", complete: "one-time-code", faults };
    field.text()
}

fn recovery_field(lang: Lang, faults: &[Fault]) -> Markup {
    let field =
        Field { lang, name: "recovery", label: "factor-recovery", hint: None, value: "", complete: "off", faults };
    field.text()
}

/// `GET /account/second-factor`: to set one up; for those who have one, after the password, to set up another.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, who) = (visitor.lang, &permit.who);
    if !who.confirmed {
        let to = format!("/account/second-factor?lang={}", lang.code());
        return Ok(sign_in::again_instead(&app, lang, who, Kept { to, fields: None }));
    }
    let (seed, sealed) = factor::offer(&app.keys, who);
    enrol_page(&app, lang, who, &kept_in(&visitor), (&seed, &sealed), &[], StatusCode::OK).await
}

/// `POST /account/second-factor`: the first code shows that the authenticator has the seed.
///
/// # Errors
/// Busy when too many hashes wait.
pub async fn enrol(
    State(app): State<Arc<App>>,
    Client(client): Client,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let (lang, who) = (visitor.lang, &permit.who);
    let (typed, sealed) = (fields.take("code").unwrap_or_default(), fields.take("offer").unwrap_or_default());
    let kept = Kept::back(&mut fields);
    let Some(seed) = factor::offered(&app.keys, who, &sealed).filter(|_| who.confirmed) else {
        return enrol_instead(&app, lang, who, kept).await;
    };
    let tries = Tries::Code(who.account);
    if let Some(wait) = throttle::begin(&app, tries, client).await? {
        let (faults, status) = ([sign_in::wait_fault(wait)], StatusCode::TOO_MANY_REQUESTS);
        let page = enrol_page(&app, lang, who, &kept, (&seed, &sealed), &faults, status).await?;
        return Ok(sign_in::wait_page(page, wait));
    }
    let (now_ms, request) = (app.clock.now_ms(), &permit.request);
    let enrolled = factor::enrol(&app.db, &app.keys, &app.hashing, now_ms, request, who, (&seed, &typed)).await?;
    let Some(enrolled) = enrolled else {
        let (faults, status) = ([Fault::new("factor-code-wrong")], StatusCode::UNPROCESSABLE_ENTITY);
        return enrol_page(&app, lang, who, &kept, (&seed, &sealed), &faults, status).await;
    };
    throttle::forgive(&app, tries, client).await?;
    let on = match &kept.fields {
        // The session is another now, and so is what its forms carry.
        Some(fields) => {
            let who = sign_in::behind(&app, &enrolled.cookie).await?;
            sign_in::sending(&app, lang, &who, &kept.to, fields)
        }
        None => on_to(lang, &kept.to),
    };
    let mut response = codes_page(&app, lang, &on, &enrolled.codes);
    permit::set_cookie(&app, &mut response, permit::session_name(&app), enrolled.cookie.as_str(), None)?;
    Ok(response)
}

async fn enrol_page(
    app: &App,
    lang: Lang,
    who: &Who,
    kept: &Kept,
    (seed, sealed): (&Seed, &str),
    faults: &[Fault],
    status: StatusCode,
) -> Result<Response> {
    let (title, product) = (lang.text("factor-title"), lang.text("product"));
    let state = factor::state(&app.db, who.account).await?;
    let signed = ui::Signed::of(who, &app.keys);
    let drawn = drawing(lang, &qr::text(&seed.address(&product, &who.login))?);
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        @match state {
            None if who.stage == Stage::Enrol => p.notice { (lang.text("factor-needed")) },
            None => p { (lang.text("factor-say")) },
            Some(state) => {
                p { (lang.text_with("factor-since", &[("time", &moment(state.made_at)), ("n", &state.codes.to_string())])) }
                form method="post" action=(format!("/account/second-factor/codes?lang={}", lang.code())) {
                    (signed.token())
                    button.second type="submit" { (lang.text("factor-new-codes")) }
                }
                h2 { (lang.text("factor-another")) }
            }
        }
        p { (lang.text("factor-scan")) }
        (drawn)
        p { (lang.text("factor-type")) }
        p.given id="secret" { (factor::in_groups(&seed.base32(), " ")) }
        form.narrow id="main-form" method="post" action=(format!("/account/second-factor?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (kept.hidden())
            input type="hidden" name="offer" value=(sealed);
            (code_field(lang, faults))
            button.main type="submit" { (lang.text("factor-go")) }
        }
        @if who.stage == Stage::Enrol {
            form method="post" action=(format!("/sign-out?lang={}", lang.code())) {
                (signed.token())
                button.second type="submit" { (lang.text("nav-out")) }
            }
        }
    };
    let (title, simulated) = (titled(lang, &title, faults), app.catalogue().simulated);
    let page = match who.stage {
        Stage::Inside => ui::staff(lang, &title, &signed, "", simulated, &body),
        _ => ui::office(lang, &title, "", simulated, &body),
    };
    Ok(respond::page(status, page))
}

/// The symbol as a drawing in the page, black on white in whatever colours the page has.
fn drawing(lang: Lang, symbol: &qr::Symbol) -> Markup {
    let side = symbol.size() + 2 * qr::QUIET;
    let run = |(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + qr::QUIET, y + qr::QUIET);
    let path: String = symbol.runs().map(run).collect();
    html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) width=(side * 5) height=(side * 5) role="img"
            shape-rendering="crispEdges" aria-label=(lang.text("factor-qr")) {
            path fill="#fff" d=(format!("M0 0h{side}v{side}H0z")) {}
            path fill="#000" d=(path) {}
        }
    }
}

/// `POST /account/second-factor/codes`: recovery codes anew.
///
/// # Errors
/// Busy when too many hashes wait.
pub async fn codes(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit, Sent(_): Sent) -> Result<Response> {
    let (lang, who) = (visitor.lang, &permit.who);
    if !who.confirmed || factor::state(&app.db, who.account).await?.is_none() {
        return enrol_instead(&app, lang, who, Kept::default()).await;
    }
    let now_ms = app.clock.now_ms();
    let codes = factor::new_codes(&app.db, &app.keys, &app.hashing, now_ms, &permit.request, who).await?;
    Ok(codes_page(&app, lang, &on_to(lang, ""), &codes))
}

/// The way on from the recovery codes.
fn on_to(lang: Lang, to: &str) -> Markup {
    let to = if to.is_empty() { "/account" } else { to };
    html! { p { a.next href=(sign_in::in_language(to, lang)) { (lang.text("factor-codes-on")) } } }
}

/// The recovery codes, on this answer and never again; and the way on.
fn codes_page(app: &App, lang: Lang, on: &Markup, codes: &[String]) -> Response {
    let title = lang.text("factor-codes-title");
    let body = html! {
        h1 { (title) }
        p.notice role="status" { (lang.text("factor-codes-say")) }
        ul.codes { @for code in codes { li { code { (code) } } } }
        (on)
    };
    respond::page(StatusCode::OK, ui::office(lang, &title, "", app.catalogue().simulated, &body))
}
