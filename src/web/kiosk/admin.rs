//! `/admin/kiosks`: the list of tablets, and one of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::domain::account::Function;
use crate::domain::keys::Keys;
use crate::domain::period::written;
use crate::domain::{Day, KioskId, PointId, SessionId, moment};
use crate::error::{Error, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::{Catalogue, Point};
use crate::flow::kiosk::{self, Office, State as Doing};
use crate::present::number;
use crate::store::kiosks::Row;
use crate::store::taps;
use crate::web::permit::Permit;
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// What whoever asks can do with kiosks.
pub(super) fn office<'a>(app: &'a App, permit: &'a Permit) -> Office<'a> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    Office { db: &app.db, keys: &app.keys, now_ms: app.clock.now_ms(), by, scope: &permit.scope }
}

/// The kiosk that an address names, inside the scope.
pub(super) async fn find(app: &App, permit: &Permit, id: &str) -> Result<Row> {
    let id = id.parse().map_err(|_| Error::NotFound("kiosk"))?;
    office(app, permit).one(KioskId(id)).await
}

/// `GET /admin/kiosks`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let rows = office(&app, &permit).all().await?;
    let quarantined = taps::quarantined(&app.db, &permit.scope).await?;
    let aside = |id: i64| quarantined.iter().find(|(kiosk, _)| *kiosk == id).map_or(0, |(_, n)| *n);
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let (title, now_ms) = (lang.text("kiosk-title"), app.clock.now_ms());
    let body = html! {
        h1 { (title) }
        @if permit.who.may(Function::Organisation) {
            p { a href=(format!("/admin/kiosks/new?lang={}", lang.code())) { (lang.text("kiosk-new")) } }
        }
        @if rows.is_empty() { p { (lang.text("kiosk-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("kiosk-label")) }
                        th scope="col" { (lang.text("kiosk-counter")) }
                        th scope="col" { (lang.text("kiosk-state")) }
                        th scope="col" { (lang.text("kiosk-seen")) }
                        th.number scope="col" { (lang.text("kiosk-waiting")) }
                        th.number scope="col" { (lang.text("kiosk-kept")) }
                        th.number scope="col" { (lang.text("kiosk-quarantined")) }
                        th scope="col" { (lang.text("kiosk-version")) }
                        th scope="col" { (lang.text("kiosk-clock")) }
                    } }
                    tbody {
                        @for row in &rows {
                            tr {
                                th scope="row" { a href=(format!("/admin/kiosks/{}?lang={}", row.id, lang.code())) { (row.label) } }
                                td { (counter(&catalogue, row)) }
                                td { (state(lang, row, now_ms)) }
                                td { (seen(lang, row)) }
                                td.number { (count(lang, row.waiting)) }
                                td.number { (count(lang, row.aside)) }
                                td.number { (count(lang, aside(row.id))) }
                                td { (row.version) }
                                td { (clock(lang, row)) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body)))
}

/// `GET /admin/kiosks/{id}`.
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
    let row = find(&app, &permit, &id).await?;
    let arrived = taps::arrived(&app.db, row.id).await?;
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let may = permit.who.may(Function::Organisation);
    let doing = kiosk::state(&row, app.clock.now_ms());
    let given = visitor.param("ma").and_then(|sealed| Given::open(&app.keys, sealed));
    let given = given.filter(|given| given.session == permit.who.session && given.kiosk.0 == row.id);
    let to = |act: &str| format!("/admin/kiosks/{}/{act}?lang={}", row.id, lang.code());
    let body = html! {
        h1 { (row.label) }
        @if let (Some(given), Doing::Code(_)) = (&given, doing) { (given.markup(&app, lang)) }
        dl {
            dt { (lang.text("kiosk-counter")) } dd { (counter(&catalogue, &row)) }
            dt { (lang.text("kiosk-state")) } dd { (state(lang, &row, app.clock.now_ms())) }
            dt { (lang.text("kiosk-seen")) } dd { (seen(lang, &row)) }
            dt { (lang.text("kiosk-waiting")) } dd { (count(lang, row.waiting)) }
            @if !row.version.is_empty() { dt { (lang.text("kiosk-version")) } dd { (row.version) } }
            @if row.seen_at.is_some() { dt { (lang.text("kiosk-clock")) } dd { (clock(lang, &row)) } }
            @if row.aside > 0 { dt { (lang.text("kiosk-kept")) } dd { (count(lang, row.aside)) } }
            @if !arrived.is_empty() { dt { (lang.text("kiosk-aside")) } dd { (number::count(lang, arrived.len() as u64)) (by_day(lang, &arrived)) } }
            @if may { dt { (lang.text("kiosk-pin")) } dd { (kiosk::pin(&app.keys, KioskId(row.id))) } }
        }
        @if may && row.revoked_at.is_none() {
            ul.ways {
                @if matches!(doing, Doing::Waiting(_)) {
                    li { a href=(to("confirm")) { (lang.text("kiosk-confirm")) } }
                }
                @if row.paired_at.is_none() { li { a href=(to("code")) { (lang.text("kiosk-code")) } } }
                li { a href=(to("move")) { (lang.text("kiosk-move")) } }
                li { a href=(to("revoke")) { (lang.text("kiosk-revoke")) } }
            }
        }
        p { a href=(format!("/admin/kiosks?lang={}", lang.code())) { (lang.text("kiosk-back")) } }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &row.label, &signed, "", catalogue.simulated, &body)))
}

fn count(lang: Lang, n: i64) -> String {
    number::count(lang, n.unsigned_abs())
}

/// How much was put aside on which day: how many, and never what.
fn by_day(lang: Lang, arrived: &[i64]) -> Markup {
    let days: Vec<Day> = arrived.iter().map(|at| Day::at(*at)).collect();
    html! {
        ul {
            @for same in days.chunk_by(|one, next| one == next) {
                li { (written(lang, same[0])) ": " (number::count(lang, same.len() as u64)) }
            }
        }
    }
}

/// The counter of a kiosk in words: its unit and its place.
fn counter(catalogue: &Catalogue, row: &Row) -> String {
    let point = catalogue.point_of(PointId(row.point_id));
    point.map_or_else(String::new, |point| place(&point))
}

/// A counter in words.
pub(super) fn place(point: &Point) -> String {
    if point.label.is_empty() { point.unit.name.clone() } else { format!("{} · {}", point.unit.name, point.label) }
}

fn state(lang: Lang, row: &Row, now_ms: i64) -> String {
    let at = |key: &str, at_ms: i64| lang.text_with(key, &[("time", &moment(at_ms))]);
    match kiosk::state(row, now_ms) {
        Doing::New => lang.text("kiosk-state-new"),
        Doing::Code(until) => at("kiosk-state-code", until),
        Doing::Waiting(number) => lang.text_with("kiosk-state-waiting", &[("n", &number.to_string())]),
        Doing::Confirmed => lang.text("kiosk-state-confirmed"),
        Doing::Paired => lang.text("kiosk-state-paired"),
        Doing::Silent(since) => at("kiosk-state-silent", since),
        Doing::Revoked(since) => at("kiosk-state-revoked", since),
    }
}

fn seen(lang: Lang, row: &Row) -> String {
    row.seen_at.map_or_else(|| lang.text("kiosk-seen-never"), moment)
}

/// How wrong the clock of a device is, in words, when it is worth a word.
fn clock(lang: Lang, row: &Row) -> String {
    let minutes = row.clock_offset.unsigned_abs() / 60_000;
    let key = match row.clock_offset {
        _ if row.seen_at.is_none() => return String::new(),
        offset if offset.abs() <= kiosk::CLOCK_MS => return lang.text("kiosk-clock-right"),
        offset if offset > 0 => "kiosk-clock-slow",
        _ => "kiosk-clock-fast",
    };
    lang.text_with(key, &[("n", &minutes.to_string())])
}

/// A pairing code that was just made, shown once to whoever made it: sealed in the address, so that sending the form
/// leads to a page that can be loaded again.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Given {
    pub(super) kiosk: KioskId,
    pub(super) session: SessionId,
    pub(super) code: String,
}

const ABOUT: &str = "given kiosk code";

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
        let address = format!("{}/kiosk", app.settings.own_url);
        html! {
            div.notice role="status" {
                p { (lang.text_with("kiosk-given", &[("address", &address)])) }
                p.given id="pairing-code" { (self.code) }
            }
        }
    }
}
