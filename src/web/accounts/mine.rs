//! `/account`: one's own roles, sessions and password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::{Field, errors, sign_in, titled, users};
use crate::domain::{SessionId, moment};
use crate::error::{Error, Fault, Result};
use crate::flow::people::session::{self, Which};
use crate::flow::people::shortest;
use crate::flow::people::tries::Tries;
use crate::web::limit::Client;
use crate::web::permit::{self, Permit, Sent};
use crate::web::visitor::Visitor;
use crate::web::{App, respond, throttle, ui};

/// `GET /account`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, who, catalogue) = (visitor.lang, &permit.who, app.catalogue());
    let sessions = session::open(&app.db, app.clock.now_ms(), who.account).await?;
    let signed = ui::Signed::of(who, &app.keys);
    let title = lang.text("mine-title");
    let action = format!("/account/sessions?lang={}", lang.code());
    let body = html! {
        h1 { (title) }
        @if visitor.param("doi").is_some() { p.notice role="status" { (lang.text("mine-password-changed")) } }
        dl {
            dt { (lang.text("account-name")) } dd { (who.name) }
            dt { (lang.text("account-login")) } dd { (who.login) }
            dt { (lang.text("account-roles")) } dd { (users::roles(lang, &catalogue, &who.grants)) }
        }
        p { a href=(format!("/account/password?lang={}", lang.code())) { (lang.text("mine-change-password")) } }
        p { a href=(format!("/account/second-factor?lang={}", lang.code())) { (lang.text("factor-title")) } }
        p { a href=(format!("/account/mail?lang={}", lang.code())) { (lang.text("mail-title")) } }
        h2 { (lang.text("mine-sessions")) }
        p { (lang.text("mine-sessions-say")) }
        div.scroll tabindex="0" role="region" aria-label=(lang.text("mine-sessions")) {
            table {
                thead { tr {
                    th scope="col" { (lang.text("mine-since")) }
                    th scope="col" { (lang.text("mine-seen")) }
                    th scope="col" { (lang.text("mine-end")) }
                } }
                tbody {
                    @for session in &sessions {
                        tr {
                            td { (moment(session.since)) }
                            td { (moment(session.seen)) }
                            td {
                                @if session.id == who.session { (lang.text("mine-this")) } @else {
                                    form method="post" action=(action) {
                                        (signed.token())
                                        input type="hidden" name="session" value=(session.id.0);
                                        button.second type="submit"
                                            aria-label=(lang.text_with("mine-end-one", &[("time", &moment(session.since))])) {
                                            (lang.text("mine-end"))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if sessions.len() > 1 {
            form method="post" action=(action) {
                (signed.token())
                button.second type="submit" { (lang.text("mine-end-others")) }
            }
        }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body)))
}

/// `POST /account/sessions`: ends one session of one's own, or all others.
///
/// # Errors
/// Invalid when the session is not named by its number.
pub async fn end(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let which = match fields.take("session") {
        None => Which::Others,
        Some(id) => {
            let id = id.parse().map_err(|_| Error::invalid(Fault::new("problem-fields")))?;
            Which::One(SessionId(id))
        }
    };
    session::end(&app.db, &app.keys, app.clock.now_ms(), &permit.request, &permit.who, which).await?;
    respond::see_other(&format!("/account?lang={}", visitor.lang.code()))
}

/// `GET /account/password`.
pub async fn show_password(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    password_page(&app, &visitor, &permit, &[], StatusCode::OK)
}

/// `POST /account/password`.
///
/// # Errors
/// Busy when too many passwords wait to be hashed.
pub async fn password(
    State(app): State<Arc<App>>,
    Client(client): Client,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let mut field = |name| fields.take(name).unwrap_or_default();
    let (present, new) = (field("present-password"), field("password"));
    let tries = Tries::Browser(&permit.who.login, "own page");
    let now_ms = app.clock.now_ms();
    if let Some(wait) = throttle::begin(&app, tries, client).await? {
        let page = password_page(&app, &visitor, &permit, &[sign_in::wait_fault(wait)], StatusCode::TOO_MANY_REQUESTS);
        return Ok(sign_in::wait_page(page, wait));
    }
    let (who, request) = (&permit.who, &permit.request);
    let changed =
        session::change_password(&app.db, &app.keys, &app.hashing, now_ms, request, who, (&present, &new)).await;
    let faults = match changed {
        Ok(Some(cookie)) => {
            throttle::forgive(&app, tries, client).await?;
            let mut response = respond::see_other(&format!("/account?lang={}&doi=1", visitor.lang.code()))?;
            permit::set_cookie(&app, &mut response, permit::session_name(&app), cookie.as_str(), None)?;
            return Ok(response);
        }
        Ok(None) => vec![Fault::new("sign-in-present-wrong")],
        Err(Error::Invalid(faults)) => faults,
        Err(error) => return Err(error),
    };
    Ok(password_page(&app, &visitor, &permit, &faults, StatusCode::UNPROCESSABLE_ENTITY))
}

fn password_page(app: &App, visitor: &Visitor, permit: &Permit, faults: &[Fault], status: StatusCode) -> Response {
    let (lang, who) = (visitor.lang, &permit.who);
    let signed = ui::Signed::of(who, &app.keys);
    let title = lang.text("mine-change-password");
    let hint = lang.text_with("password-hint", &[("least", &shortest(&who.grants).to_string())]);
    let field = |name, label, complete| Field { lang, name, label, hint: None, value: "", complete, faults };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text("mine-change-say")) }
        form.narrow method="post" action=(format!("/account/password?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            input type="hidden" name="username" value=(who.login) autocomplete="username";
            (field("present-password", "password-present", "current-password").password())
            (Field { hint: Some(&hint), ..field("password", "password-new", "new-password") }.password())
            button.main type="submit" { (lang.text("link-go")) }
        }
    };
    respond::page(status, ui::staff(lang, &titled(lang, &title, faults), &signed, "", app.catalogue().simulated, &body))
}
