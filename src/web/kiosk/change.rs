//! Making a kiosk, and what can be done to one: each on a page that first says what will happen.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::admin::{Given, find, office, place};
use crate::domain::{KioskId, PointId};
use crate::error::{Error, Fault, Result};
use crate::flow::kiosk::{self, State as Doing};
use crate::store::kiosks::Row;
use crate::web::fields::{Entry, options};
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /admin/kiosks/new`.
pub async fn show_new(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    new_page(&app, visitor.lang, &permit, ("", ""), &[], StatusCode::OK)
}

/// `POST /admin/kiosks/new`.
///
/// # Errors
/// When the store does not answer.
pub async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let (label, counter) = (fields.text("label"), fields.text("counter"));
    let point = PointId(counter.parse().unwrap_or(0));
    match office(&app, &permit).add(&app.catalogue(), point, label, false).await {
        Ok((kiosk, code)) => given(&app, visitor.lang, &permit, kiosk, code),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(new_page(&app, visitor.lang, &permit, (label, counter), &faults, status))
        }
        Err(error) => Err(error),
    }
}

fn given(app: &App, lang: Lang, permit: &Permit, kiosk: KioskId, code: String) -> Result<Response> {
    let sealed = Given { kiosk, session: permit.who.session, code }.seal(&app.keys)?;
    respond::see_other(&format!("/admin/kiosks/{}?lang={}&ma={sealed}", kiosk.0, lang.code()))
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "kiosk-label-needed" => "label",
        "kiosk-counter-needed" => "counter",
        _ => "main",
    }
}

fn new_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    (label, counter): (&str, &str),
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("kiosk-new");
    let entry = Entry { lang, faults, field_of };
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("kiosk-new-say")) }
        form.narrow method="post" action=(format!("/admin/kiosks/new?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (entry.line("label", "kiosk-label", label))
            (counters(app, permit, counter, &entry))
            button.main type="submit" { (lang.text("kiosk-new-go")) }
        }
    };
    let simulated = app.catalogue().simulated;
    respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, "", simulated, &body))
}

fn counters(app: &App, permit: &Permit, chosen: &str, entry: &Entry<'_>) -> Markup {
    let (lang, points) = (entry.lang, kiosk::counters(&app.catalogue(), &permit.scope));
    let options = options(points.iter().map(|point| (point.id.0.to_string(), place(point))));
    html! {
        div.field {
            label for="counter" { (lang.text("kiosk-counter")) }
            p.hint id="counter-hint" { (lang.text("kiosk-counter-hint")) }
            (entry.fault("counter"))
            select id="counter" name="counter" aria-describedby="counter-hint" {
                option value="" { (lang.text("kiosk-choose")) }
                @for (id, name) in &options { option value=(id) selected[id == chosen] { (name) } }
            }
        }
    }
}

/// What can be done to a kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Confirm,
    Code,
    Move,
    Revoke,
}

impl What {
    fn by_name(name: &str) -> Result<Self> {
        match name {
            "confirm" => Ok(Self::Confirm),
            "code" => Ok(Self::Code),
            "move" => Ok(Self::Move),
            "revoke" => Ok(Self::Revoke),
            _ => Err(Error::NotFound("page")),
        }
    }

    /// The key of what the page is called; with `-say` of what will happen.
    fn key(self) -> &'static str {
        match self {
            Self::Confirm => "kiosk-confirm",
            Self::Code => "kiosk-code",
            Self::Move => "kiosk-move",
            Self::Revoke => "kiosk-revoke",
        }
    }
}

/// `GET /admin/kiosks/{id}/{act}`: says what will happen.
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
    let row = find(&app, &permit, &id).await?;
    Ok(ask_page(&app, visitor.lang, &permit, &row, (what, &act), &[], StatusCode::OK))
}

/// `POST /admin/kiosks/{id}/{act}`: does it.
///
/// # Errors
/// Not found outside the scope.
pub async fn act(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let (lang, what) = (visitor.lang, What::by_name(&act)?);
    let row = find(&app, &permit, &id).await?;
    let (office, kiosk) = (office(&app, &permit), KioskId(row.id));
    let number = |name| fields.text(name).parse().unwrap_or(0);
    let done = match what {
        What::Confirm => office.confirm(kiosk, number("check")).await.map(|()| None),
        What::Code => office.code(kiosk).await.map(Some),
        What::Move => office.put_at(&app.catalogue(), &row, PointId(number("counter"))).await.map(|()| None),
        What::Revoke => office.revoke(kiosk).await.map(|()| None),
    };
    match done {
        Ok(Some(code)) => given(&app, lang, &permit, kiosk, code),
        Ok(None) => respond::see_other(&format!("/admin/kiosks/{}?lang={}", row.id, lang.code())),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(ask_page(&app, lang, &permit, &row, (what, &act), &faults, status))
        }
        Err(error) => Err(error),
    }
}

fn ask_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    row: &Row,
    (what, act): (What, &str),
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = format!("{}: {}", lang.text(what.key()), row.label);
    let waiting = match kiosk::state(row, app.clock.now_ms()) {
        Doing::Waiting(number) if what == What::Confirm => Some(number.to_string()),
        _ => None,
    };
    let entry = Entry { lang, faults, field_of };
    let body = html! {
        (entry.errors())
        h1 id="main-title" { (title) }
        p { (lang.text(&format!("{}-say", what.key()))) }
        @if let Some(number) = &waiting { p.given id="check-number" { (number) } }
        form.narrow method="post" action=(format!("/admin/kiosks/{}/{act}?lang={}#loi", row.id, lang.code())) {
            (signed.token())
            // What is confirmed is the device with the number on this page, whichever waits by then.
            @if let Some(number) = &waiting { input type="hidden" name="check" value=(number); }
            @if what == What::Move { (counters(app, permit, &row.point_id.to_string(), &entry)) }
            button.main type="submit" { (lang.text(what.key())) }
        }
        p { a href=(format!("/admin/kiosks/{}?lang={}", row.id, lang.code())) { (lang.text("kiosk-cancel")) } }
    };
    let simulated = app.catalogue().simulated;
    respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, "", simulated, &body))
}
