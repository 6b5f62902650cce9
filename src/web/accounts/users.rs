//! `/admin/users`: the list of accounts, and one of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::domain::account::{Function, Grant};
use crate::domain::keys::Keys;
use crate::domain::{AccountId, SessionId, collate, moment};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::people::{Account, change, factor};
use crate::web::permit::Permit;
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /admin/users`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let mut accounts = change::all(&app.db, &permit.scope).await?;
    accounts.sort_by_key(|account| collate::key(&account.name));
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("users-title");
    let body = html! {
        h1 { (title) }
        @if permit.who.may(Function::People) {
            p { a href=(format!("/admin/users/new?lang={}", lang.code())) { (lang.text("users-new")) } }
        }
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (lang.text("account-name")) }
                    th scope="col" { (lang.text("account-login")) }
                    th scope="col" { (lang.text("account-roles")) }
                    th scope="col" { (lang.text("users-last")) }
                    th scope="col" { (lang.text("users-state")) }
                } }
                tbody {
                    @for account in &accounts {
                        tr {
                            th scope="row" { a href=(format!("/admin/users/{}?lang={}", account.id.0, lang.code())) { (account.name) } }
                            td { (account.login) }
                            td { (roles(lang, &catalogue, &account.grants)) }
                            td { (last(lang, account)) }
                            td { (state(lang, account)) }
                        }
                    }
                }
            }
        }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body)))
}

/// `GET /admin/users/{id}`.
///
/// # Errors
/// Not found outside the scope.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let account = find(&app, &permit, &id).await?;
    let factor = factor::state(&app.db, account.id).await?;
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let link = visitor.param("link").and_then(|sealed| Given::open(&app.keys, sealed));
    let link = link.filter(|given| given.session == permit.who.session && given.account == account.id);
    let to = |act: &str| format!("/admin/users/{}/{act}?lang={}", account.id.0, lang.code());
    let may = permit.who.may(Function::People) && permit.who.account != account.id;
    let body = html! {
        h1 { (account.name) }
        @if let Some(given) = link { (given.markup(&app, lang)) }
        dl {
            dt { (lang.text("account-login")) } dd { (account.login) }
            dt { (lang.text("account-roles")) } dd { (roles(lang, &catalogue, &account.grants)) }
            dt { (lang.text("users-last")) } dd { (last(lang, &account)) }
            dt { (lang.text("users-state")) } dd { (state(lang, &account)) }
            dt { (lang.text("factor-title")) } dd { (second_factor(lang, factor)) }
        }
        @if may {
            ul.ways {
                @if app.provider.is_some() { li { a href=(to("identity")) { (lang.text("users-identity")) } } }
                li { a href=(to("roles")) { (lang.text("users-roles")) } }
                @if account.disabled_at.is_some() {
                    li { a href=(to("enable")) { (lang.text("users-enable")) } }
                } @else {
                    li { a href=(to("link")) { (lang.text("users-link")) } }
                    li { a href=(to("sessions")) { (lang.text("users-sessions")) } }
                    @if factor.is_some() { li { a href=(to("second-factor")) { (lang.text("users-factor")) } } }
                    li { a href=(to("disable")) { (lang.text("users-disable")) } }
                }
            }
        } @else if permit.who.account == account.id { p { (lang.text("users-self")) } }
        p { a href=(format!("/admin/users?lang={}", lang.code())) { (lang.text("users-back")) } }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &account.name, &signed, "", catalogue.simulated, &body)))
}

/// The account that an address names, inside the scope.
pub(super) async fn find(app: &App, permit: &Permit, id: &str) -> Result<Account> {
    let id = id.parse().map_err(|_| Error::NotFound("account"))?;
    change::one(&app.db, &permit.scope, AccountId(id)).await
}

/// A link that was just made, shown once to whoever made it: sealed in the address, so that sending the form leads to
/// a page that can be loaded again.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Given {
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) token: String,
}

const ABOUT: &str = "given link";

impl Given {
    pub(super) fn seal(&self, keys: &Keys) -> Result<String> {
        let sealed = keys.seal(ABOUT, crate::clock::fresh(), &serde_json::to_vec(self)?);
        Ok(data_encoding::BASE64URL_NOPAD.encode(&sealed))
    }

    fn open(keys: &Keys, sealed: &str) -> Option<Self> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        serde_json::from_slice(&keys.open(ABOUT, &bytes)?).ok()
    }

    fn markup(&self, app: &App, lang: Lang) -> Markup {
        let base = app.settings.own_url.as_str();
        html! {
            div.notice role="status" {
                p { (lang.text("users-given")) }
                p.given id="given-link" { (base) "/link/" (self.token) }
            }
        }
    }
}

/// Roles in words, each with its unit.
pub(super) fn roles(lang: Lang, catalogue: &Catalogue, grants: &[Grant]) -> Markup {
    html! {
        @if grants.is_empty() { (lang.text("account-no-role")) }
        @for (i, grant) in grants.iter().enumerate() { @if i > 0 { br; } (role(lang, catalogue, grant)) }
    }
}

/// One role in words.
pub(super) fn role(lang: Lang, catalogue: &Catalogue, grant: &Grant) -> String {
    let unit = match grant.unit {
        None => lang.text("account-everywhere"),
        Some(unit) => catalogue.units.get(&unit).map_or_else(String::new, |unit| unit.name.clone()),
    };
    format!("{}: {unit}", lang.text(&format!("role-{}", grant.role.name())))
}

fn last(lang: Lang, account: &Account) -> String {
    account.signed_in_at.map_or_else(|| lang.text("users-never"), moment)
}

fn second_factor(lang: Lang, factor: Option<factor::State>) -> String {
    factor.map_or_else(
        || lang.text("factor-none"),
        |state| lang.text_with("factor-since", &[("time", &moment(state.made_at)), ("n", &state.codes.to_string())]),
    )
}

fn state(lang: Lang, account: &Account) -> String {
    match (account.disabled_at, account.has_password) {
        (Some(at), _) => lang.text_with("users-disabled", &[("time", &moment(at))]),
        (None, false) => lang.text("users-invited"),
        (None, true) => lang.text("users-active"),
    }
}
