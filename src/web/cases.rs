//! `/admin/cases`: how a one-stop system calls the fields and words of its records.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::Entry;
use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::{Fields, Visitor};
use super::{App, respond, ui};
use crate::domain::account::Function;
use crate::domain::record::{Mapping, Meaning, Part};
use crate::domain::sheet;
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::issue::feed;
use crate::store::cases::{self, Month};
use crate::words::Lang;

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/cases", Need::May(Function::SettingsRead), show).post(
        "/admin/cases",
        Need::May(Function::Settings),
        save,
    )
}

/// `GET /admin/cases`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let saved = visitor.param("luu").is_some();
    let (mapping, months) = (feed::mapping(&app.db).await?, cases::months(&app.db).await?);
    let shown = Shown { mapping: &mapping, months: &months, saved, faults: &[] };
    Ok(page(&app, visitor.lang, &permit, &shown, StatusCode::OK))
}

/// `POST /admin/cases`.
///
/// # Errors
/// When the store does not answer.
pub async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let mapping = if fields.text("act") == "default" { Mapping::default() } else { entered(&fields) };
    let by = By { account: Some(permit.who.account), request: &permit.request };
    match feed::set_mapping(&app.db, &app.keys, app.clock.now_ms(), by, &mapping).await {
        Ok(()) => respond::see_other(&format!("/admin/cases?lang={}&luu=1", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let months = cases::months(&app.db).await?;
            let shown = Shown { mapping: &mapping, months: &months, saved: false, faults: &faults };
            Ok(page(&app, visitor.lang, &permit, &shown, status))
        }
        Err(error) => Err(error),
    }
}

/// What was entered: a field of each part, and words of each meaning between semicolons.
fn entered(fields: &Fields) -> Mapping {
    let words = |meaning: Meaning| {
        let words = fields.text(meaning.name()).split(';').map(sheet::clean).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>()
    };
    Mapping {
        fields: Part::ALL.into_iter().map(|part| (part, sheet::clean(fields.text(&field_id(part))))).collect(),
        words: meanings().map(|meaning| (meaning, words(meaning))).collect::<BTreeMap<_, _>>(),
        // What is no month is told by the mapping.
        whole_since: Some(sheet::clean(fields.text("whole")))
            .filter(|said| !said.is_empty())
            .map(|said| sheet::month(&said).unwrap_or(0)),
    }
}

fn meanings() -> impl Iterator<Item = Meaning> {
    Meaning::STATUS.into_iter().chain(Meaning::CHANNEL)
}

fn field_id(part: Part) -> String {
    format!("field-{}", part.name())
}

/// The field of the page that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    let part = fault.args.iter().find(|(name, _)| *name == "part").map(|(_, value)| value.as_str());
    let part = part.unwrap_or_default();
    if fault.key.starts_with("mapping-field") {
        return match Part::ALL.into_iter().find(|each| each.name() == part) {
            Some(Part::Procedure) => "field-procedure",
            Some(Part::Unit) => "field-unit",
            Some(Part::Received) => "field-received",
            Some(Part::Due) => "field-due",
            Some(Part::Finished) => "field-finished",
            Some(Part::Status) => "field-status",
            Some(Part::Channel) => "field-channel",
            Some(Part::Case) | None => "field-case",
        };
    }
    if fault.key == "mapping-whole-month" {
        return "whole";
    }
    meanings().find(|meaning| meaning.name() == part).map_or("finished", Meaning::name)
}

/// What the page shows.
struct Shown<'a> {
    mapping: &'a Mapping,
    months: &'a [Month],
    saved: bool,
    faults: &'a [Fault],
}

/// A month as people write it: 11/2026.
fn written(month: i64) -> String {
    format!("{:02}/{:04}", month % 100, month / 100)
}

/// The month from which on every case is told of, as people write it; nothing while some may be missing.
fn since(mapping: &Mapping) -> String {
    mapping.whole_since.filter(|month| *month > 0).map(written).unwrap_or_default()
}

fn page(app: &App, lang: Lang, permit: &Permit, shown: &Shown<'_>, status: StatusCode) -> Response {
    let Shown { mapping, months, saved, faults } = *shown;
    let entry = Entry { lang, faults, field_of };
    let (title, signed) = (lang.text("cases-title"), ui::Signed::of(&permit.who, &app.keys));
    let body = html! {
        (entry.errors())
        h1 { (title) }
        @if saved { p.notice role="status" { (lang.text("cases-saved")) } }
        p { (lang.text("cases-say")) " " a href=(format!("/api/v1/docs?lang={}#send-cases", lang.code())) { (lang.text("api-docs-title")) } }
        @if permit.who.may(Function::Settings) {
            form.narrow method="post" action=(format!("/admin/cases?lang={}#loi", lang.code())) novalidate {
                (signed.token())
                h2 { (lang.text("cases-fields")) }
                p { (lang.text("cases-fields-say")) }
                @for part in Part::ALL {
                    (entry.line(&field_id(part), &format!("cases-part-{}", part.name()), mapping.field(part)))
                }
                h2 { (lang.text("cases-words")) }
                p { (lang.text("cases-words-say")) }
                @for meaning in meanings() {
                    (entry.line(meaning.name(), &format!("cases-meaning-{}", meaning.name()), &mapping.said(meaning).join("; ")))
                }
                h2 { (lang.text("cases-whole-title")) }
                p { (lang.text("cases-whole-say")) }
                (entry.line("whole", "cases-whole", &since(mapping)))
                button.main type="submit" { (lang.text("cases-go")) }
                " " button.second type="submit" name="act" value="default" { (lang.text("cases-default")) }
            }
        } @else { (read_only(lang, mapping)) }
        (told(lang, months))
    };
    respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, "", app.catalogue().simulated, &body))
}

fn read_only(lang: Lang, mapping: &Mapping) -> Markup {
    html! {
        dl.answers {
            @for part in Part::ALL {
                dt { (lang.text(&format!("cases-part-{}", part.name()))) } dd { code { (mapping.field(part)) } }
            }
            @for meaning in meanings() {
                dt { (lang.text(&format!("cases-meaning-{}", meaning.name()))) }
                dd { (mapping.said(meaning).join("; ")) }
            }
            dt { (lang.text("cases-whole")) } dd { (since(mapping)) }
        }
    }
}

/// What was told of each month, and whether it is the population of figures.
fn told(lang: Lang, months: &[Month]) -> Markup {
    html! {
        @if !months.is_empty() {
            h2 { (lang.text("cases-told")) }
            p { (lang.text("cases-told-say")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.text("cases-told")) {
                table {
                    thead {
                        tr {
                            @for column in ["month", "units", "received", "finished", "stands"] {
                                th scope="col" { (lang.text(&format!("cases-told-{column}"))) }
                            }
                        }
                    }
                    tbody {
                        @for month in months {
                            tr {
                                th scope="row" { (written(month.month)) }
                                td { (month.units) }
                                td { (month.received) }
                                td { (month.finished) }
                                td { (lang.text(if month.standing > 0 { "cases-stands" } else { "cases-stands-not" })) }
                            }
                        }
                    }
                }
            }
        }
    }
}
