//! `/admin/users/…`: add an account, change its roles, disable it, make a link, end its sessions. What takes something
//! away asks first, on a page of its own.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::users::{Given, find, role};
use super::{Field, errors, titled};
use crate::domain::account::{Grant, Role, Scope};
use crate::domain::{UnitId, collate};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::people::Account;
use crate::flow::people::change::Changer;
use crate::flow::people::identity;
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};
use crate::words::Lang;

fn changer<'a>(app: &'a App, permit: &'a Permit) -> Changer<'a> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    Changer { db: &app.db, keys: &app.keys, now_ms: app.clock.now_ms(), by, scope: &permit.scope }
}

/// `GET /admin/users/new`.
pub async fn show_new(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    new_page(&app, visitor.lang, &permit, &Fields::default(), &[], StatusCode::OK)
}

/// `POST /admin/users/new`.
///
/// # Errors
/// Forbidden when the role is outside the scope.
pub async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let entered = fields.clone();
    let (login, name) = (fields.take("login").unwrap_or_default(), fields.take("name").unwrap_or_default());
    let outcome = match wanted(&mut fields, &app.catalogue()) {
        Ok(grants) => changer(&app, &permit).add(&login, &name, &grants).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((account, token)) => given(&app, visitor.lang, &Given { account, session: permit.who.session, token }),
        Err(Error::Invalid(faults)) => {
            Ok(new_page(&app, visitor.lang, &permit, &entered, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

fn given(app: &App, lang: Lang, given: &Given) -> Result<Response> {
    let sealed = given.seal(&app.keys)?;
    respond::see_other(&format!("/admin/users/{}?lang={}&link={sealed}", given.account.0, lang.code()))
}

/// The role that a form adds, if it names one, over the unit that it names.
fn wanted(fields: &mut Fields, catalogue: &Catalogue) -> Result<Vec<Grant>> {
    let (role, unit) = (fields.take("role").unwrap_or_default(), fields.take("unit").unwrap_or_default());
    if role.is_empty() {
        return Ok(Vec::new());
    }
    grant(&role, &unit, catalogue).map(|grant| vec![grant])
}

/// A role by its name over a unit by its code, empty for all.
fn grant(role: &str, unit: &str, catalogue: &Catalogue) -> Result<Grant> {
    let role = Role::by_name(role).ok_or_else(|| Error::invalid(Fault::new("account-role-unknown")))?;
    let unit = match unit {
        "" => None,
        code => match catalogue.unit_by_code(code) {
            Some(unit) => Some(unit.id),
            None => return Err(Error::invalid(Fault::new("issue-unknown-unit").with("code", code))),
        },
    };
    Ok(Grant { role, unit })
}

fn new_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    entered: &Fields,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("users-new");
    let field = |name, label, value| Field { lang, name, label, hint: None, value, complete: "off", faults };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text("users-new-say")) }
        form.narrow method="post" action=(format!("/admin/users/new?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (field("name", "account-name", entered.text("name")).text())
            (field("login", "sign-in-login", entered.text("login")).text())
            (role_fields(lang, &app.catalogue(), &permit.scope, (entered.text("role"), entered.text("unit")), faults))
            button.main type="submit" { (lang.text("users-new-go")) }
        }
    };
    respond::page(status, ui::staff(lang, &titled(lang, &title, faults), &signed, "", app.catalogue().simulated, &body))
}

/// The fields that name a role and its unit.
fn role_fields(
    lang: Lang,
    catalogue: &Catalogue,
    scope: &Scope,
    (role, unit): (&str, &str),
    faults: &[Fault],
) -> Markup {
    let mut units: Vec<_> = catalogue.units.values().filter(|unit| scope.covers(Some(unit.id))).collect();
    units.sort_by_key(|unit| collate::key(&unit.name));
    let wrong: Vec<&Fault> = faults.iter().filter(|fault| super::field_of(fault) == "role").collect();
    html! {
        div.field {
            label for="role" { (lang.text("account-role")) }
            @for fault in &wrong { p.fault { strong { (lang.text("err-word")) } " " (respond::fault_text(lang, fault)) } }
            select id="role" name="role" {
                option value="" { (lang.text("account-no-role")) }
                @for each in Role::ALL.into_iter().filter(|each| *scope == Scope::All || !each.is_for_all()) {
                    option value=(each.name()) selected[each.name() == role] { (lang.text(&format!("role-{}", each.name()))) }
                }
            }
        }
        div.field {
            label for="unit" { (lang.text("account-unit")) }
            select id="unit" name="unit" {
                @if *scope == Scope::All { option value="" { (lang.text("account-everywhere")) } }
                @for each in units { option value=(each.code) selected[each.code == unit] { (each.name) " (" (each.code) ")" } }
            }
        }
    }
}

/// `GET /admin/users/{id}/roles`.
///
/// # Errors
/// Not found outside the scope.
pub async fn show_roles(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let account = find(&app, &permit, &id).await?;
    Ok(roles_page(&app, visitor.lang, &permit, &account, &[], StatusCode::OK))
}

/// `POST /admin/users/{id}/roles`: those kept, and perhaps one more.
///
/// # Errors
/// Not found outside the scope; forbidden for oneself.
pub async fn roles(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let lang = visitor.lang;
    let account = find(&app, &permit, &id).await?;
    let kept: Vec<String> =
        fields.0.iter().filter(|(name, _)| name == "keep").map(|(_, value)| value.clone()).collect();
    let kept = account.grants.iter().copied().filter(|grant| kept.contains(&spelled(grant)));
    let outcome = match wanted(&mut fields, &app.catalogue()) {
        Ok(more) => {
            let grants: Vec<Grant> = kept.chain(more).collect();
            changer(&app, &permit).set_grants(account.id, &grants).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => respond::see_other(&format!("/admin/users/{}?lang={}", account.id.0, lang.code())),
        Err(Error::Invalid(faults)) => {
            Ok(roles_page(&app, lang, &permit, &account, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

/// A grant as a form names it.
fn spelled(grant: &Grant) -> String {
    format!("{}:{}", grant.role.name(), grant.unit.map_or(0, |UnitId(unit)| unit))
}

fn roles_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    account: &Account,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let (signed, catalogue) = (ui::Signed::of(&permit.who, &app.keys), app.catalogue());
    let title = lang.text_with("users-roles-of", &[("name", &account.name)]);
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text("users-roles-say")) }
        form.narrow method="post" action=(format!("/admin/users/{}/roles?lang={}#loi", account.id.0, lang.code())) novalidate {
            (signed.token())
            @if !account.grants.is_empty() {
                fieldset.field {
                    legend { (lang.text("users-roles-kept")) }
                    @for grant in &account.grants {
                        label.plain { input type="checkbox" name="keep" value=(spelled(grant)) checked; " " (role(lang, &catalogue, grant)) }
                    }
                }
            }
            h2 { (lang.text("users-roles-more")) }
            (role_fields(lang, &catalogue, &permit.scope, ("", ""), faults))
            button.main type="submit" { (lang.text("users-roles-go")) }
        }
    };
    respond::page(status, ui::staff(lang, &titled(lang, &title, faults), &signed, "", catalogue.simulated, &body))
}

/// `GET /admin/users/{id}/identity`: who the account is to the provider of single sign-on.
///
/// # Errors
/// Not found outside the scope, or when there is no provider.
pub async fn show_identity(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let provider = app.provider.as_ref().ok_or(Error::NotFound("page"))?;
    let account = find(&app, &permit, &id).await?;
    let subject = identity::of(&app.db, account.id, provider.issuer()).await?.unwrap_or_default();
    Ok(identity_page(&app, visitor.lang, &permit, &account, (provider.name(), &subject), &[], StatusCode::OK))
}

/// `POST /admin/users/{id}/identity`.
///
/// # Errors
/// Not found outside the scope, or when there is no provider; forbidden for oneself.
pub async fn identity(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let (lang, provider) = (visitor.lang, app.provider.as_ref().ok_or(Error::NotFound("page"))?);
    let account = find(&app, &permit, &id).await?;
    let subject = fields.take("subject").unwrap_or_default();
    match changer(&app, &permit).set_identity(account.id, provider.issuer(), &subject).await {
        Ok(()) => respond::see_other(&format!("/admin/users/{}?lang={}", account.id.0, lang.code())),
        Err(Error::Invalid(faults)) => {
            let (about, status) = ((provider.name(), &*subject), StatusCode::UNPROCESSABLE_ENTITY);
            Ok(identity_page(&app, lang, &permit, &account, about, &faults, status))
        }
        Err(error) => Err(error),
    }
}

fn identity_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    account: &Account,
    (provider, subject): (&str, &str),
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = format!("{}: {}", lang.text("users-identity"), account.name);
    let field =
        Field { lang, name: "subject", label: "users-subject", hint: None, value: subject, complete: "off", faults };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text_with("users-identity-say", &[("name", provider)])) }
        form.narrow method="post" action=(format!("/admin/users/{}/identity?lang={}#loi", account.id.0, lang.code())) novalidate {
            (signed.token())
            (field.text())
            button.main type="submit" { (lang.text("users-identity-go")) }
        }
        p { a href=(format!("/admin/users/{}?lang={}", account.id.0, lang.code())) { (lang.text("users-cancel")) } }
    };
    respond::page(status, ui::staff(lang, &titled(lang, &title, faults), &signed, "", app.catalogue().simulated, &body))
}

/// What can be done to an account besides its roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Disable,
    Enable,
    Link,
    Sessions,
    Factor,
}

impl What {
    fn by_name(name: &str) -> Result<Self> {
        match name {
            "disable" => Ok(Self::Disable),
            "enable" => Ok(Self::Enable),
            "link" => Ok(Self::Link),
            "sessions" => Ok(Self::Sessions),
            "second-factor" => Ok(Self::Factor),
            _ => Err(Error::NotFound("page")),
        }
    }

    /// The key of what the page is called; with `-say` of what will happen.
    fn key(self) -> &'static str {
        match self {
            Self::Disable => "users-disable",
            Self::Enable => "users-enable",
            Self::Link => "users-link",
            Self::Sessions => "users-sessions",
            Self::Factor => "users-factor",
        }
    }
}

/// `GET /admin/users/{id}/{act}`: says what will happen.
///
/// # Errors
/// Not found outside the scope.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let what = What::by_name(&act)?;
    let account = find(&app, &permit, &id).await?;
    Ok(ask_page(&app, visitor.lang, &permit, &account, (what, &act), &[], StatusCode::OK))
}

/// `POST /admin/users/{id}/{act}`: does it.
///
/// # Errors
/// Not found outside the scope; forbidden for oneself.
pub async fn act(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(_): Sent,
) -> Result<Response> {
    let (lang, what) = (visitor.lang, What::by_name(&act)?);
    let account = find(&app, &permit, &id).await?;
    let changer = changer(&app, &permit);
    let outcome = match what {
        What::Disable => changer.disable(account.id).await.map(|()| None),
        What::Enable => changer.enable(account.id).await.map(|()| None),
        What::Sessions => changer.end_sessions(account.id).await.map(|()| None),
        What::Factor => changer.remove_factor(account.id).await.map(|()| None),
        What::Link => changer.link(account.id).await.map(Some),
    };
    match outcome {
        Ok(Some(token)) => given(&app, lang, &Given { account: account.id, session: permit.who.session, token }),
        Ok(None) => respond::see_other(&format!("/admin/users/{}?lang={}", account.id.0, lang.code())),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(ask_page(&app, lang, &permit, &account, (what, &act), &faults, status))
        }
        Err(error) => Err(error),
    }
}

fn ask_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    account: &Account,
    (what, act): (What, &str),
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = format!("{}: {}", lang.text(what.key()), account.name);
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text(&format!("{}-say", what.key()))) }
        form method="post" action=(format!("/admin/users/{}/{act}?lang={}#loi", account.id.0, lang.code())) {
            (signed.token())
            button.main type="submit" { (lang.text(what.key())) }
        }
        p { a href=(format!("/admin/users/{}?lang={}", account.id.0, lang.code())) { (lang.text("users-cancel")) } }
    };
    respond::page(status, ui::staff(lang, &titled(lang, &title, faults), &signed, "", app.catalogue().simulated, &body))
}
