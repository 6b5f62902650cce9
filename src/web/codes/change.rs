//! A new place to answer from; new codes for one; one out of use.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::{CHANNELS, about, place};
use crate::domain::sheet;
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Point;
use crate::flow::issue::{self, NewPoint};
use crate::web::fields::{Entry, options};
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};

/// Longest name of a place: what fits on a poster.
const LONGEST_LABEL: usize = 60;

/// `GET /admin/codes/new`.
pub async fn show_new(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    new_page(&app, &visitor, &permit, &Fields::default(), &[], StatusCode::OK)
}

/// `POST /admin/codes/new`.
///
/// # Errors
/// When the store does not answer.
pub async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    match made(&app, &permit, &fields).await {
        Ok(id) => respond::see_other(&format!("/admin/codes/print?point={id}&lang={}", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            Ok(new_page(&app, &visitor, &permit, &fields, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

async fn made(app: &App, permit: &Permit, fields: &Fields) -> Result<i64> {
    let catalogue = app.catalogue();
    let (unit, procedure) = (fields.text("unit"), Some(fields.text("procedure")).filter(|code| !code.is_empty()));
    let label = sheet::clean(fields.text("label"));
    let channel = CHANNELS.into_iter().find(|channel| channel.name() == fields.text("channel"));
    let mut faults = Vec::new();
    let known = catalogue.unit_by_code(unit).filter(|unit| permit.scope.covers(Some(unit.id)));
    if known.is_none_or(|unit| !unit.valid_on(app.today())) {
        faults.push(Fault::new("codes-unit-needed"));
    }
    if !(1..=LONGEST_LABEL).contains(&label.chars().count()) {
        faults.push(Fault::new("codes-label-needed").with("most", LONGEST_LABEL));
    }
    let (true, Some(channel)) = (faults.is_empty(), channel) else {
        faults.extend(channel.is_none().then(|| Fault::new("codes-channel-needed")));
        return Err(Error::Invalid(faults));
    };
    let form = issue::usual_form(&app.db, &catalogue, unit, procedure).await?;
    let new = NewPoint { unit, procedure, channel, form, label: &label };
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let issued = issue::points(&app.db, &app.keys, &catalogue, app.clock.now_ms(), by, &[new]).await?;
    app.refresh().await?;
    issued.first().and_then(|issued| issued.id).ok_or_else(|| Error::internal("a point without a number"))
}

/// The field that a fault of a new place is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "codes-label-needed" => "label",
        "codes-channel-needed" => "channel",
        "issue-unknown-procedure" => "procedure",
        _ => "unit",
    }
}

fn new_page(
    app: &App,
    visitor: &Visitor,
    permit: &Permit,
    entered: &Fields,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let (lang, catalogue, today) = (visitor.lang, app.catalogue(), app.today());
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("codes-new");
    let units = catalogue.units.values();
    let units = units.filter(|unit| unit.valid_on(today) && permit.scope.covers(Some(unit.id)));
    let units = options(units.map(|unit| (unit.code.clone(), unit.name.clone())));
    let procedures = catalogue.procedures.values().filter(|procedure| procedure.valid_on(today));
    let procedures = options(procedures.map(|procedure| (procedure.code.clone(), procedure.name.clone())));
    let channels =
        CHANNELS.map(|channel| (channel.name().to_owned(), lang.text(&format!("channel-{}", channel.name()))));
    let entry = Entry { lang, faults, field_of };
    let choice = |name, label, none, options: &[_]| entry.choice(name, label, none, options, entered.text(name));
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("codes-new-say")) }
        form.narrow method="post" action=(format!("/admin/codes/new?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (choice("unit", "codes-unit", "codes-choose", &units))
            (entry.line("label", "codes-label", entered.text("label")))
            (choice("procedure", "codes-procedure", "codes-citizen-chooses", &procedures))
            (choice("channel", "codes-channel", "codes-choose", &channels))
            button.main type="submit" { (lang.text("codes-new-go")) }
        }
        p { a href=(format!("/admin/codes?lang={}", lang.code())) { (lang.text("codes-back")) } }
    };
    respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, "", catalogue.simulated, &body))
}

/// What can be done to the codes of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Renew,
    Revoke,
}

impl What {
    fn by_name(name: &str) -> Result<Self> {
        match name {
            "renew" => Ok(Self::Renew),
            "revoke" => Ok(Self::Revoke),
            _ => Err(Error::NotFound("page")),
        }
    }

    /// The key of what the page is called; with `-say` of what will happen.
    fn key(self) -> &'static str {
        match self {
            Self::Renew => "codes-renew",
            Self::Revoke => "codes-revoke",
        }
    }
}

/// The open point that an address names, inside the scope.
fn find(app: &App, permit: &Permit, id: &str) -> Result<Arc<Point>> {
    let today = app.today();
    let named = |point: &Arc<Point>| {
        point.id.0.to_string() == id && point.is_for_paper(today) && permit.scope.covers(Some(point.unit.id))
    };
    app.catalogue().all_points().into_iter().find(named).ok_or(Error::NotFound("point"))
}

/// `GET /admin/codes/{id}/{act}`: says what will happen.
///
/// # Errors
/// Not found outside the scope.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, what, point) = (visitor.lang, What::by_name(&act)?, find(&app, &permit, &id)?);
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = format!("{}: {}", lang.text(what.key()), place(lang, &point));
    let body = html! {
        h1 { (title) }
        dl {
            dt { (lang.text("codes-unit")) } dd { (point.unit.name) }
            dt { (lang.text("codes-about")) } dd { (about(lang, &point)) }
        }
        p { (lang.text(&format!("{}-say", what.key()))) }
        form method="post" action=(format!("/admin/codes/{id}/{act}?lang={}", lang.code())) {
            (signed.token())
            button.main type="submit" { (lang.text(what.key())) }
        }
        p { a href=(format!("/admin/codes?lang={}", lang.code())) { (lang.text("users-cancel")) } }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", app.catalogue().simulated, &body)))
}

/// `POST /admin/codes/{id}/{act}`: does it.
///
/// # Errors
/// Not found outside the scope.
pub async fn act(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(_): Sent,
) -> Result<Response> {
    let (what, point) = (What::by_name(&act)?, find(&app, &permit, &id)?);
    let (catalogue, now_ms) = (app.catalogue(), app.clock.now_ms());
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let lang = visitor.lang.code();
    let next = match what {
        What::Renew => {
            let issued = issue::renew_point(&app.db, &app.keys, &catalogue, now_ms, by, &point).await?;
            format!("/admin/codes/print?point={}&lang={lang}", issued.id.unwrap_or_default())
        }
        What::Revoke => {
            issue::revoke_point(&app.db, &app.keys, now_ms, by, point.id.0).await?;
            format!("/admin/codes?lang={lang}")
        }
    };
    app.refresh().await?;
    respond::see_other(&next)
}
