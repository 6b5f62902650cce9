//! `/results/open`: what is published as open data, a file for each publication, and what its fields mean.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use super::{cache, leaf};
use crate::error::{Error, Result};
use crate::flow::assess::Excluded;
use crate::flow::publish::{self, Publication, Standing};
use crate::present::{csv, fields, open};
use crate::web::visitor::Visitor;
use crate::web::{App, kept, ui};
use crate::words::Lang;

const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// `GET /results/open`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, head: HeaderMap) -> Result<Response> {
    let lang = visitor.lang;
    let all = publish::all(&app.db).await?;
    let there: Vec<&Publication> = all.iter().filter(|one| is_there(one)).collect();
    let title = lang.text("open-title");
    let body = html! {
        div class="results" {
            h1 { (title) }
            p { (lang.text("open-say")) }
            p { (lang.text("open-licence")) " " a href=(fields::LICENCE_URL) rel="license" { (fields::LICENCE) } }
            h2 { (lang.text("open-files")) }
            @if there.is_empty() { p { (lang.text("published-nothing")) } } @else { (files(lang, &there)) }
            h2 id="h-fields" { (lang.text("open-fields")) }
            ul class="downloads" {
                li { a href="/results/open/fields.csv" { (lang.text("open-fields-csv")) } }
                li { a href="/results/open/fields.json" { (lang.text("open-fields-json")) } }
            }
            (dictionary(lang))
            p { a href=(format!("/results?lang={}", lang.code())) { (lang.text("results-title")) } }
        }
    };
    let changed = all.iter().map(Publication::changed_at).max().unwrap_or(0);
    kept::page(&head, Some(changed), ui::office(lang, &title, "", app.catalogue().simulated, &body))
}

/// Those corrected are there too, those taken back are not.
fn is_there(publication: &Publication) -> bool {
    !matches!(publication.standing, Standing::Withdrawn { .. })
}

fn files(lang: Lang, there: &[&Publication]) -> Markup {
    html! {
        ul class="downloads" {
            @for one in there {
                @let name = format!("{} · {}", one.period.label(lang), leaf::standing(lang, one));
                li {
                    (name) ": "
                    @for ending in ["csv", "json"] {
                        a href={ "/results/open/" (one.id.0) "." (ending) } aria-label={ (ending.to_uppercase()) " " (name) } {
                            (ending.to_uppercase())
                        }
                        " "
                    }
                }
            }
        }
    }
}

fn dictionary(lang: Lang) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-labelledby="h-fields" {
            table {
                caption { (lang.text("open-fields-caption")) }
                thead { tr { @for head in ["open-field", "open-unit", "open-allowed", "open-meaning"] { th scope="col" { (lang.text(head)) } } } }
                tbody {
                    @for field in fields::FINDINGS.iter().chain(&fields::OPEN) {
                        tr {
                            th scope="row" { code { (field.name) } }
                            td { (lang.text(&format!("unit-of-{}", field.unit))) }
                            td { @for (at, value) in field.allowed.iter().enumerate() { @if at > 0 { ", " } code { (value) } } }
                            td { (field.meaning(lang)) }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /results/open/{name}`: `3.csv` and `3.json` of publication 3, `fields.csv` and `fields.json` of the dictionary.
///
/// # Errors
/// Not found when there is no such file, gone when the publication was taken back.
pub async fn file(State(app): State<Arc<App>>, Path(name): Path<String>, head: HeaderMap) -> Result<Response> {
    let (stem, ending) = name.rsplit_once('.').ok_or(Error::NotFound("file"))?;
    match (stem, ending) {
        ("fields", "csv") => {
            return kept::file(&head, None, CSV, Some("hai-long-fields.csv"), csv::write(&fields::dictionary())?);
        }
        ("fields", "json") => return kept::file(&head, None, JSON, None, fields::json().to_string().into_bytes()),
        (_, "csv" | "json") => {}
        _ => return Err(Error::NotFound("file")),
    }
    let all = publish::all(&app.db).await?;
    let publication = all.iter().find(|one| one.id.0.to_string() == stem).ok_or(Error::NotFound("publication"))?;
    if !is_there(publication) {
        return Err(Error::Gone("publication"));
    }
    let shown = cache::shown(&app, publication).await?;
    let changed = publication.changed_at().max(shown.findings(Excluded::LeftOut).released_at);
    if ending == "json" {
        return kept::file(&head, Some(changed), JSON, None, open::json(publication, &shown).to_string().into_bytes());
    }
    let name = format!("hai-long-{}-{stem}.csv", publication.period);
    kept::file(&head, Some(changed), CSV, Some(&name), open::csv(publication, &shown)?)
}
