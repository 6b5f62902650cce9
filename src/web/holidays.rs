//! `/admin/holidays`: days that are off although the week says otherwise, and days worked instead.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::fields::Entry;
use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::{Fields, Visitor};
use super::{App, respond, ui};
use crate::domain::Day;
use crate::domain::account::Function;
use crate::domain::holiday::{self, Kind, Run};
use crate::error::{Error, Fault, Result};
use crate::flow;
use crate::flow::audit::By;
use crate::store::holidays;
use crate::words::Lang;

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::SettingsRead);
    const CHANGE: Need = Need::May(Function::Settings);
    routes
        .get("/admin/holidays", SEE, list)
        .post("/admin/holidays", CHANGE, add)
        .get("/admin/holidays/{id}/remove", CHANGE, ask)
        .post("/admin/holidays/{id}/remove", CHANGE, remove)
}

/// Which year is looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    year: String,
}

/// `GET /admin/holidays`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let year = wanted.year.parse().ok().filter(|year| (1900..2200).contains(year));
    let year = year.unwrap_or_else(|| year_of(app.today()));
    whole(&app, visitor.lang, &permit, year, &Fields::default(), &[]).await
}

/// `POST /admin/holidays`: lists days.
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
    let text = |name| fields.text(name);
    let wanted =
        flow::holiday::Wanted { kind: text("kind"), first: text("first"), last: text("last"), name: text("name") };
    match flow::holiday::add(&app.db, &app.keys, app.clock.now_ms(), by, wanted).await {
        Ok(first) => changed(&app, visitor.lang, first).await,
        Err(Error::Invalid(faults)) => whole(&app, visitor.lang, &permit, year_of(app.today()), &fields, &faults).await,
        Err(error) => Err(error),
    }
}

fn year_of(day: Day) -> i64 {
    day.number() / 10_000
}

/// This process works by the change at once; the others notice it by themselves.
async fn changed(app: &App, lang: Lang, first: Day) -> Result<Response> {
    app.refresh().await?;
    respond::see_other(&format!("/admin/holidays?year={}&lang={}", year_of(first), lang.code()))
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "holiday-kind-needed" => "kind",
        "holiday-last-wrong" => "last",
        "holiday-name-needed" => "name",
        _ => "first",
    }
}

async fn whole(
    app: &App,
    lang: Lang,
    permit: &Permit,
    year: i64,
    entered: &Fields,
    faults: &[Fault],
) -> Result<Response> {
    let (runs, may) = (holiday::runs(&holidays::all(&app.db).await?), permit.who.may(Function::Settings));
    let (title, entry) = (lang.text("holidays-title"), Entry { lang, faults, field_of });
    let this = year_of(app.today());
    let listed = runs.iter().flat_map(|run| [year_of(run.first), year_of(run.last)]);
    let years: BTreeSet<i64> = listed.chain([this, this + 1, year]).collect();
    let of_year: Vec<&Run> =
        runs.iter().filter(|run| (year_of(run.first)..=year_of(run.last)).contains(&year)).collect();
    let heading = lang.text_with("holidays-year", &[("year", &year.to_string())]);
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("holidays-say")) }
        p { (lang.text("holidays-law")) }
        nav.pages aria-label=(lang.text("holidays-years")) {
            @for one in &years {
                a href=(format!("/admin/holidays?year={one}&lang={}", lang.code()))
                    aria-current=[(*one == year).then_some("page")] { (one) }
                " "
            }
        }
        h2 { (heading) }
        @if of_year.is_empty() { p { (lang.text_with("holidays-none", &[("year", &year.to_string())])) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(heading) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("holiday-name")) }
                        th scope="col" { (lang.text("holiday-days")) }
                        th scope="col" { (lang.text("holiday-kind")) }
                        @if may { th scope="col" { (lang.text("holiday-change")) } }
                    } }
                    tbody { @for run in &of_year { (row(lang, run, may)) } }
                }
            }
        }
        @if may { (form(app, lang, permit, &entry, entered)) }
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(app, lang, permit, status, &entry.titled(&title), &body))
}

fn form(app: &App, lang: Lang, permit: &Permit, entry: &Entry<'_>, entered: &Fields) -> Markup {
    let kinds = Kind::ALL.map(|kind| (kind.name().to_owned(), kind_words(lang, kind)));
    let day = |name: &str, label: &str, hint: Option<&str>| {
        let described = hint.map(|_| format!("{name}-hint"));
        html! {
            div.field {
                label for=(name) { (lang.text(label)) }
                @if let Some(hint) = hint { p.hint id=(format!("{name}-hint")) { (lang.text(hint)) } }
                (entry.fault(name))
                input type="date" id=(name) name=(name) value=(entered.text(name)) aria-describedby=[described];
            }
        }
    };
    html! {
        h2 { (lang.text("holiday-new")) }
        form.narrow method="post" action=(format!("/admin/holidays?lang={}#loi", lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            (entry.choice("kind", "holiday-kind", "holiday-kind-choose", &kinds, entered.text("kind")))
            (day("first", "holiday-first", None))
            (day("last", "holiday-last", Some("holiday-last-hint")))
            div.field {
                label for="name" { (lang.text("holiday-name")) }
                p.hint id="name-hint" { (lang.text("holiday-name-hint")) }
                (entry.fault("name"))
                input type="text" id="name" name="name" value=(entered.text("name")) aria-describedby="name-hint"
                    autocomplete="off";
            }
            button.main type="submit" { (lang.text("holiday-new-go")) }
        }
    }
}

fn kind_words(lang: Lang, kind: Kind) -> String {
    lang.text(&format!("holiday-kind-{}", kind.name()))
}

fn days(run: &Run) -> String {
    if run.first == run.last { run.first.to_string() } else { format!("{} – {}", run.first, run.last) }
}

fn row(lang: Lang, run: &Run, may: bool) -> Markup {
    html! {
        tr {
            th scope="row" lang=[ui::named(lang)] { (run.name) }
            td { (days(run)) }
            td { (kind_words(lang, run.kind)) }
            @if may {
                td { a href=(format!("/admin/holidays/{}/remove?lang={}", run.first.number(), lang.code())) {
                    (removal(lang, run))
                } }
            }
        }
    }
}

fn removal(lang: Lang, run: &Run) -> String {
    lang.text_with("holiday-remove-one", &[("name", &run.name), ("days", &days(run))])
}

fn page(app: &App, lang: Lang, permit: &Permit, status: StatusCode, title: &str, body: &Markup) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(status, ui::staff(lang, title, &signed, "", app.catalogue().simulated, body))
}

/// The first day in an address.
fn first_of(id: &str) -> Result<Day> {
    id.parse().ok().and_then(Day::from_number).ok_or(Error::NotFound("holiday"))
}

/// `GET /admin/holidays/{id}/remove`: says what will happen.
///
/// # Errors
/// Not found when none begin on that day.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, first) = (visitor.lang, first_of(&id)?);
    let runs = holiday::runs(&holidays::all(&app.db).await?);
    let run = runs.into_iter().find(|run| run.first == first).ok_or(Error::NotFound("holiday"))?;
    let title = removal(lang, &run);
    let body = html! {
        h1 { (title) }
        p { (lang.text("holiday-remove-say")) }
        form.narrow method="post" action=(format!("/admin/holidays/{}/remove?lang={}", first.number(), lang.code())) {
            (ui::Signed::of(&permit.who, &app.keys).token())
            button.main type="submit" { (lang.text("holiday-remove")) }
        }
        p { a href=(format!("/admin/holidays?year={}&lang={}", year_of(first), lang.code())) {
            (lang.text("holidays-title"))
        } }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &body))
}

/// `POST /admin/holidays/{id}/remove`.
///
/// # Errors
/// Not found when none begin on that day.
pub async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(_): Sent,
) -> Result<Response> {
    let first = first_of(&id)?;
    let by = By { account: Some(permit.who.account), request: &permit.request };
    flow::holiday::remove(&app.db, &app.keys, app.clock.now_ms(), by, first).await?;
    changed(&app, visitor.lang, first).await
}
