//! `/kiosk`: the tablet at a counter. Its page and files are the same for everybody, so that a service worker can keep
//! them; who the device is, and what it asks, comes from `/kiosk/setup`. Beside the office's pages about kiosks.

use axum::http::HeaderMap;
use axum::response::Response;

use super::permit::Need;
use super::routes::Routes;
use super::visitor::cookie_value;
use super::{App, respond};
use crate::domain::account::Function;
use crate::error::{Error, Result};
use crate::flow::kiosk::Secret;

pub mod admin;
pub mod change;
pub mod device;
pub mod files;
pub mod wake;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::OrganisationRead);
    const CHANGE: Need = Need::May(Function::Organisation);
    routes
        .get("/kiosk", Need::Public, files::page)
        .get("/kiosk/{name}", Need::Public, files::file)
        .get("/kiosk/setup", Need::Public, device::setup)
        .get("/kiosk/events", Need::Public, wake::events)
        .get("/kiosk/wake", Need::Public, wake::now)
        .post("/kiosk/pair", Need::Public, device::pair)
        .post("/kiosk/start", Need::Public, device::start)
        .post("/kiosk/decline", Need::Public, device::decline)
        .post("/kiosk/leave", Need::Public, device::leave)
        .post("/kiosk/batch", Need::Public, device::batch)
        .get("/admin/kiosks", SEE, admin::list)
        .get("/admin/kiosks/new", CHANGE, change::show_new)
        .post("/admin/kiosks/new", CHANGE, change::add)
        .get("/admin/kiosks/{id}", SEE, admin::show)
        .get("/admin/kiosks/{id}/{act}", CHANGE, change::ask)
        .post("/admin/kiosks/{id}/{act}", CHANGE, change::act)
}

/// Name of the cookie that holds the device's key.
const KEY: &str = "kiosk";
/// Name of the cookie that holds the ticket of a device that waits to be confirmed.
const TICKET: &str = "kiosk-ticket";

fn name_of(app: &App, name: &str) -> String {
    if app.settings.secure() { format!("__Secure-{name}") } else { name.to_owned() }
}

fn secret(app: &App, headers: &HeaderMap, name: &str) -> Option<Secret> {
    cookie_value(headers, &name_of(app, name)).and_then(Secret::parse)
}

/// Sets a cookie of the tablet; only its own pages get it, and only from one another.
fn set(app: &App, response: &mut Response, name: &str, value: &str, life: u64) -> Result<()> {
    let secure = if app.settings.secure() { "; Secure" } else { "" };
    let cookie =
        format!("{}={value}; Path=/kiosk; Max-Age={life}{secure}; HttpOnly; SameSite=Strict", name_of(app, name));
    let cookie = axum::http::HeaderValue::from_str(&cookie).map_err(Error::internal)?;
    response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    Ok(())
}

/// An answer to the tablet's program.
fn json(status: axum::http::StatusCode, value: &serde_json::Value) -> Response {
    respond::with_type(status, "application/json", value.to_string())
}
