//! `/link/{token}`: set the service up, take up an invitation, choose another password. Once, within half an hour.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::{Field, errors, titled};
use crate::error::{Error, Fault, Result};
use crate::flow::people::links::{self, Opened};
use crate::web::frame::RequestId;
use crate::web::limit::{self, Client};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};

/// What was entered so far; never a password.
#[derive(Debug, Default)]
struct Entered {
    login: String,
    name: String,
}

/// `GET /link/{token}`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response> {
    match links::open(&app.db, &app.keys, app.clock.now_ms(), &token).await? {
        Some(opened) => Ok(page(&app, &visitor, &opened, &Entered::default(), &[], StatusCode::OK)),
        None => match app.limits.miss(client, false) {
            Ok(()) => Ok(useless(&app, &visitor)),
            Err(wait) => Ok(limit::too_many(visitor.lang, wait, app.catalogue().simulated)),
        },
    }
}

/// `POST /link/{token}`.
///
/// # Errors
/// Busy when too many passwords wait to be hashed.
pub async fn take(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Extension(request): Extension<RequestId>,
    Path(token): Path<String>,
    visitor: Visitor,
    mut fields: Fields,
) -> Result<Response> {
    let now_ms = app.clock.now_ms();
    let Some(opened) = links::open(&app.db, &app.keys, now_ms, &token).await? else {
        return match app.limits.miss(client, false) {
            Ok(()) => Ok(useless(&app, &visitor)),
            Err(wait) => Ok(limit::too_many(visitor.lang, wait, app.catalogue().simulated)),
        };
    };
    let password = fields.take("password").unwrap_or_default();
    let mut field = |name| fields.take(name).unwrap_or_default();
    let entered = Entered { login: field("login"), name: field("name") };
    let (db, keys, hashing, request) = (&app.db, &app.keys, &app.hashing, request.hex());
    let taken = match &opened {
        Opened::Setup => {
            let names = (&*entered.login, &*entered.name, &*password);
            links::set_up(db, keys, hashing, now_ms, &request, &token, names).await
        }
        Opened::Choose(_) => links::choose(db, keys, hashing, now_ms, &request, &token, &password).await,
    };
    match taken {
        Ok(()) => respond::see_other(&format!("/sign-in?lang={}&moi=1", visitor.lang.code())),
        Err(Error::Gone(_)) => Ok(useless(&app, &visitor)),
        Err(Error::Invalid(faults)) => {
            Ok(page(&app, &visitor, &opened, &entered, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

/// The same page for a link that was used, has expired or never was.
fn useless(app: &App, visitor: &Visitor) -> Response {
    let lang = visitor.lang;
    let say = [lang.text("link-useless-say")];
    respond::message(StatusCode::GONE, lang, &lang.text("link-useless"), &say, app.catalogue().simulated)
}

fn page(
    app: &App,
    visitor: &Visitor,
    opened: &Opened,
    entered: &Entered,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let lang = visitor.lang;
    let (title, least) = match opened {
        Opened::Setup => (lang.text("link-setup"), 15),
        Opened::Choose(account) => (lang.text("link-choose"), crate::flow::people::shortest(&account.grants)),
    };
    let hint = lang.text_with("password-hint", &[("least", &least.to_string())]);
    let field = |name, label, value, complete| Field { lang, name, label, hint: None, value, complete, faults };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        @if visitor.param("ngan").is_some() {
            p.notice { (lang.text_with("link-too-short", &[("least", &least.to_string())])) }
        }
        form.narrow method="post" action=(format!("?lang={}#loi", lang.code())) novalidate {
            @match opened {
                Opened::Setup => {
                    p { (lang.text("link-setup-say")) }
                    (field("name", "account-name", &entered.name, "name").text())
                    (field("login", "sign-in-login", &entered.login, "username").text())
                }
                Opened::Choose(account) => {
                    p { (lang.text_with("link-choose-say", &[("name", &account.name), ("login", &account.login)])) }
                    input type="hidden" name="username" value=(account.login) autocomplete="username";
                }
            }
            (Field { hint: Some(&hint), ..field("password", "password-new", "", "new-password") }.password())
            button.main type="submit" { (lang.text("link-go")) }
        }
    };
    respond::page(status, ui::office(lang, &titled(lang, &title, faults), "", app.catalogue().simulated, &body))
}
