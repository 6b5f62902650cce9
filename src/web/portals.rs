//! `/admin/portals`: other sites that citizens come from and may go back to.

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
use crate::domain::portal::Portal;
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::portal;
use crate::store::portals;
use crate::words::Lang;

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::SettingsRead);
    const CHANGE: Need = Need::May(Function::Settings);
    routes
        .get("/admin/portals", SEE, list)
        .post("/admin/portals", CHANGE, add)
        .get("/admin/portals/{id}/remove", CHANGE, ask)
        .post("/admin/portals/{id}/remove", CHANGE, remove)
}

/// `GET /admin/portals`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    whole(&app, visitor.lang, &permit, &Fields::default(), &[]).await
}

/// `POST /admin/portals`: puts one on the list.
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
    let (label, address) = (fields.text("label"), fields.text("address"));
    match portal::add(&app.db, &app.keys, app.clock.now_ms(), by, label, address).await {
        Ok(_) => changed(&app, visitor.lang).await,
        Err(Error::Invalid(faults)) => whole(&app, visitor.lang, &permit, &fields, &faults).await,
        Err(error) => Err(error),
    }
}

/// This process shows the change at once; the others notice it by themselves.
async fn changed(app: &App, lang: Lang) -> Result<Response> {
    app.refresh().await?;
    respond::see_other(&format!("/admin/portals?lang={}", lang.code()))
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    if fault.key == "portal-label-needed" { "label" } else { "address" }
}

async fn whole(app: &App, lang: Lang, permit: &Permit, entered: &Fields, faults: &[Fault]) -> Result<Response> {
    let (listed, may) = (portals::all(&app.db).await?, permit.who.may(Function::Settings));
    let (title, entry) = (lang.text("portals-title"), Entry { lang, faults, field_of });
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("portals-say")) " " a href=(format!("/api/v1/docs?lang={}#show-question", lang.code())) { (lang.text("api-docs-title")) } }
        @if listed.is_empty() { p { (lang.text("portals-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("portal-label")) }
                        th scope="col" { (lang.text("portal-address")) }
                        @if may { th scope="col" { (lang.text("portal-change")) } }
                    } }
                    tbody { @for portal in &listed { (row(lang, portal, may)) } }
                }
            }
        }
        @if may {
            h2 { (lang.text("portal-new")) }
            form.narrow method="post" action=(format!("/admin/portals?lang={}#loi", lang.code())) novalidate {
                (ui::Signed::of(&permit.who, &app.keys).token())
                (entry.line("label", "portal-label", entered.text("label")))
                div.field {
                    label for="address" { (lang.text("portal-address")) }
                    p.hint id="address-hint" { (lang.text("portal-address-hint")) }
                    (entry.fault("address"))
                    input type="text" id="address" name="address" value=(entered.text("address"))
                        aria-describedby="address-hint" inputmode="url" autocomplete="off" spellcheck="false";
                }
                button.main type="submit" { (lang.text("portal-new-go")) }
            }
        }
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(app, lang, permit, status, &entry.titled(&title), &body))
}

fn row(lang: Lang, portal: &Portal, may: bool) -> Markup {
    html! {
        tr {
            th scope="row" { (portal.label) }
            td { code { (portal.address.origin) (portal.address.path) } }
            @if may {
                td { a href=(format!("/admin/portals/{}/remove?lang={}", portal.id, lang.code())) {
                    (lang.text_with("portal-remove-one", &[("name", &portal.label)]))
                } }
            }
        }
    }
}

fn page(app: &App, lang: Lang, permit: &Permit, status: StatusCode, title: &str, body: &Markup) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(status, ui::staff(lang, title, &signed, "", app.catalogue().simulated, body))
}

async fn find(app: &App, id: &str) -> Result<Portal> {
    let listed = portals::all(&app.db).await?;
    listed.into_iter().find(|portal| portal.id.to_string() == id).ok_or(Error::NotFound("portal"))
}

/// `GET /admin/portals/{id}/remove`: says what will happen.
///
/// # Errors
/// Not found when it is not on the list.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, portal) = (visitor.lang, find(&app, &id).await?);
    let title = lang.text_with("portal-remove-one", &[("name", &portal.label)]);
    let body = html! {
        h1 { (title) }
        p { code { (portal.address.origin) (portal.address.path) } }
        p { (lang.text("portal-remove-say")) }
        form.narrow method="post" action=(format!("/admin/portals/{}/remove?lang={}", portal.id, lang.code())) {
            (ui::Signed::of(&permit.who, &app.keys).token())
            button.main type="submit" { (lang.text("portal-remove")) }
        }
        p { a href=(format!("/admin/portals?lang={}", lang.code())) { (lang.text("portals-title")) } }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &body))
}

/// `POST /admin/portals/{id}/remove`.
///
/// # Errors
/// Not found when it is not on the list.
pub async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(_): Sent,
) -> Result<Response> {
    let portal = find(&app, &id).await?;
    let by = By { account: Some(permit.who.account), request: &permit.request };
    portal::remove(&app.db, &app.keys, app.clock.now_ms(), by, portal.id).await?;
    changed(&app, visitor.lang).await
}
