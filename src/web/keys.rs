//! `/admin/keys`: keys of other systems. A key is on one page only: that which answers to its making.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::Entry;
use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::{Fields, Visitor};
use super::{App, respond, ui};
use crate::domain::account::Function;
use crate::domain::api_key::{Access, ApiKey, LONGEST_DAYS};
use crate::domain::{Day, UnitId};
use crate::error::{Error, Fault, Result};
use crate::flow::api_key::{self, Listed, Wanted};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::words::Lang;

/// What stands for every unit in the field of units.
const EVERY_UNIT: &str = "*";

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::SettingsRead);
    const CHANGE: Need = Need::May(Function::Settings);
    routes
        .get("/admin/keys", SEE, list)
        .get("/admin/keys/new", CHANGE, show_new)
        .post("/admin/keys/new", CHANGE, add)
        .get("/admin/keys/{id}/revoke", CHANGE, ask)
        .post("/admin/keys/{id}/revoke", CHANGE, revoke)
}

/// `GET /admin/keys`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue, now_ms) = (visitor.lang, app.catalogue(), app.clock.now_ms());
    let keys = api_key::all(&app.db).await?;
    let (title, may) = (lang.text("api-keys-title"), permit.who.may(Function::Settings));
    let body = html! {
        h1 { (title) }
        p { (lang.text("api-keys-say")) " " a href=(format!("/api/v1/docs?lang={}", lang.code())) { (lang.text("api-docs-title")) } }
        @if may { p { a href=(format!("/admin/keys/new?lang={}", lang.code())) { (lang.text("api-key-new")) } } }
        @if keys.is_empty() { p { (lang.text("api-keys-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("api-key-label")) }
                        th scope="col" { (lang.text("api-key-public")) }
                        th scope="col" { (lang.text("api-key-access")) }
                        th scope="col" { (lang.text("api-key-units")) }
                        th scope="col" { (lang.text("api-key-until")) }
                        th scope="col" { (lang.text("api-key-used")) }
                        th scope="col" { (lang.text("api-key-state")) }
                    } }
                    tbody { @for key in keys.iter().rev() { (row(lang, &catalogue, key, now_ms, may)) } }
                }
            }
        }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &body))
}

fn page(app: &App, lang: Lang, permit: &Permit, status: StatusCode, title: &str, body: &Markup) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(status, ui::staff(lang, title, &signed, "", app.catalogue().simulated, body))
}

fn row(lang: Lang, catalogue: &Catalogue, key: &Listed, now_ms: i64, may: bool) -> Markup {
    let access: Vec<String> = key.access.iter().map(|access| lang.text(access_key(*access))).collect();
    html! {
        tr {
            th scope="row" { (key.label) }
            td { code { "hla_" (key.public) "…" } }
            td { (access.join(", ")) }
            td { (units(lang, catalogue, key.units.as_ref())) }
            td { (Day::at(key.expires_at)) }
            td { (key.used.map_or_else(|| lang.text("api-key-used-never"), |day| day.to_string())) }
            td {
                (state(lang, key, now_ms))
                @if may && key.is_live(now_ms) {
                    " " a href=(format!("/admin/keys/{}/revoke?lang={}", key.id.0, lang.code())) {
                        (lang.text_with("api-key-revoke-one", &[("label", &key.label)]))
                    }
                }
            }
        }
    }
}

fn state(lang: Lang, key: &Listed, now_ms: i64) -> String {
    match key.revoked_at {
        Some(at) => lang.text_with("api-key-state-revoked", &[("day", &Day::at(at).to_string())]),
        None if key.is_live(now_ms) => lang.text("api-key-state-live"),
        None => lang.text("api-key-state-over"),
    }
}

fn access_key(access: Access) -> &'static str {
    match access {
        Access::Invitations => "api-access-invitations",
        Access::Figures => "api-access-figures",
        Access::Catalogue => "api-access-catalogue",
        Access::Cases => "api-access-cases",
    }
}

fn units(lang: Lang, catalogue: &Catalogue, units: Option<&BTreeSet<UnitId>>) -> String {
    let Some(units) = units else { return lang.text("api-key-units-all") };
    let names = units.iter().filter_map(|id| catalogue.units.get(id)).map(|unit| unit.name.clone());
    names.collect::<Vec<_>>().join("; ")
}

/// `GET /admin/keys/new`.
pub async fn show_new(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    form(&app, visitor.lang, &permit, &Fields::default(), &[], StatusCode::OK)
}

/// `POST /admin/keys/new`: makes a key and shows it.
///
/// # Errors
/// When the store does not answer.
pub async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let codes: Vec<&str> = fields.text("units").split([',', ';', ' ']).filter(|code| !code.is_empty()).collect();
    let access: Vec<&str> =
        fields.0.iter().filter(|(name, _)| name == "access").map(|(_, value)| value.as_str()).collect();
    let wanted = Wanted {
        label: fields.text("label"),
        access: &access,
        units: (codes != [EVERY_UNIT]).then_some(codes.as_slice()),
        days: fields.text("days").trim().parse().unwrap_or(0),
    };
    let by = By { account: Some(permit.who.account), request: &permit.request };
    match api_key::add(&app.db, &app.keys, &app.catalogue(), app.clock.now_ms(), by, wanted).await {
        Ok(key) => Ok(given(&app, visitor.lang, &permit, &key)),
        Err(Error::Invalid(faults)) => {
            Ok(form(&app, visitor.lang, &permit, &fields, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

/// The one page that shows a key. It has no address: loading it again would make another.
fn given(app: &App, lang: Lang, permit: &Permit, key: &ApiKey) -> Response {
    let title = lang.text("api-key-given");
    let body = html! {
        h1 { (title) }
        div.notice role="status" {
            p { (lang.text("api-key-given-say")) }
            p.given { code id="api-key" { (key.as_str()) } }
        }
        p { (lang.text("api-key-given-next")) " " a href=(format!("/api/v1/docs?lang={}", lang.code())) { (lang.text("api-docs-title")) } }
        p { a href=(format!("/admin/keys?lang={}", lang.code())) { (lang.text("api-key-back")) } }
    };
    page(app, lang, permit, StatusCode::OK, &title, &body)
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "api-key-label-needed" => "label",
        "api-key-access-needed" => "access-invitations",
        "api-key-days-needed" => "days",
        _ => "units",
    }
}

fn form(app: &App, lang: Lang, permit: &Permit, entered: &Fields, faults: &[Fault], status: StatusCode) -> Response {
    let (title, entry) = (lang.text("api-key-new"), Entry { lang, faults, field_of });
    let chosen = |access: Access| entered.0.iter().any(|(name, value)| name == "access" && value == access.name());
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("api-key-new-say")) }
        form.narrow method="post" action=(format!("/admin/keys/new?lang={}#loi", lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            (entry.line("label", "api-key-label", entered.text("label")))
            fieldset.field {
                legend { (lang.text("api-key-access")) }
                (entry.fault("access-invitations"))
                @for access in Access::ALL {
                    label.plain {
                        input type="checkbox" id=(format!("access-{}", access.name())) name="access"
                            value=(access.name()) checked[chosen(access)];
                        " " (lang.text(access_key(access)))
                    }
                }
            }
            div.field {
                label for="units" { (lang.text("api-key-units")) }
                p.hint id="units-hint" { (lang.text("api-key-units-hint")) }
                (entry.fault("units"))
                input type="text" id="units" name="units" value=(entered.text("units")) aria-describedby="units-hint"
                    autocomplete="off";
            }
            (entry.line("days", "api-key-days", entered.text("days")))
            p.hint { (lang.text_with("api-key-days-hint", &[("most", &LONGEST_DAYS.to_string())])) }
            button.main type="submit" { (lang.text("api-key-new-go")) }
        }
        p { a href=(format!("/admin/keys?lang={}", lang.code())) { (lang.text("api-key-back")) } }
    };
    page(app, lang, permit, status, &entry.titled(&title), &body)
}

async fn find(app: &App, id: &str) -> Result<Listed> {
    let keys = api_key::all(&app.db).await?;
    keys.into_iter().find(|key| key.id.0.to_string() == id).ok_or(Error::NotFound("API key"))
}

/// `GET /admin/keys/{id}/revoke`: says what will happen.
///
/// # Errors
/// Not found when there is no such key.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, key) = (visitor.lang, find(&app, &id).await?);
    let title = lang.text_with("api-key-revoke-one", &[("label", &key.label)]);
    let body = html! {
        h1 { (title) }
        p { (lang.text("api-key-revoke-say")) }
        form.narrow method="post" action=(format!("/admin/keys/{}/revoke?lang={}", key.id.0, lang.code())) {
            (ui::Signed::of(&permit.who, &app.keys).token())
            button.main type="submit" { (lang.text("api-key-revoke")) }
        }
        p { a href=(format!("/admin/keys?lang={}", lang.code())) { (lang.text("api-key-back")) } }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &body))
}

/// `POST /admin/keys/{id}/revoke`.
///
/// # Errors
/// Not found when there is no such key, or it was revoked before.
pub async fn revoke(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(_): Sent,
) -> Result<Response> {
    let key = find(&app, &id).await?;
    let by = By { account: Some(permit.who.account), request: &permit.request };
    api_key::revoke(&app.db, &app.keys, app.clock.now_ms(), by, key.id).await?;
    respond::see_other(&format!("/admin/keys?lang={}", visitor.lang.code()))
}
