//! The addresses of results: the page of a publication, and the same findings as JSON, CSV and XLSX. They are the same
//! for everybody: no cookie is looked at, and the language is in the address.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Leaf, address, cache, leaf, page};
use crate::domain::period::{CutOff, Period, written};
use crate::domain::{Day, UnitId};
use crate::error::{Error, Fault, Result};
use crate::flow::assess::Excluded;
use crate::flow::publish::{self, Publication, Shown, Standing};
use crate::present::{csv as sheet, report, xlsx as workbook};
use crate::store::handlings::{self, Answered};
use crate::web::visitor::Visitor;
use crate::web::{App, kept, respond, ui};
use crate::words::Lang;

/// So many words on comments stand on a page, the newest.
const MOST_ANSWERED: i64 = 30;

/// What was asked for; nothing means the newest period that is published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A period as files name it: `2026-Q3`.
    pub period: String,
    /// Name of the cut-off.
    pub cut_off: String,
    /// Number of a publication, also of one that was corrected.
    pub number: String,
    /// `with`: what two people left out is counted as well.
    pub excluded: String,
}

impl Asked {
    fn excluded(&self) -> Excluded {
        if self.excluded == "with" { Excluded::Included } else { Excluded::LeftOut }
    }

    /// The publication; none when there is no such one.
    fn find<'a>(&self, all: &'a [Publication]) -> Result<Option<&'a Publication>> {
        if !self.number.is_empty() {
            return Ok(all.iter().find(|one| one.id.0.to_string() == self.number));
        }
        if self.period.is_empty() {
            return Ok(all.iter().find(|one| one.is_in_force()));
        }
        let cut_off = match self.cut_off.as_str() {
            "" => CutOff::Calendar,
            name => CutOff::by_name(name)
                .ok_or_else(|| Error::invalid(Fault::new("cut-off-not-understood").with("value", name)))?,
        };
        let period = Period::parse(&self.period, cut_off)?;
        let of_period = || all.iter().filter(|one| one.period == period);
        // Without any in force the last one tells that it was taken back.
        Ok(of_period().find(|one| one.is_in_force()).or_else(|| of_period().next()))
    }
}

/// `GET /results`.
///
/// # Errors
/// Invalid when the period asked for is none; busy when the store does not answer.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    head: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let lang = visitor.lang;
    let all = publish::all(&app.db).await?;
    let Some(publication) = asked.find(&all)? else { return Ok(nothing(&app, lang, &asked, &all)) };
    if let Standing::Withdrawn { at, reason } = &publication.standing {
        return Ok(withdrawn(&app, lang, publication, *at, reason, &all));
    }
    let shown = cache::shown(&app, publication).await?;
    let findings = shown.findings(asked.excluded());
    let days = (publication.period.from().number(), publication.period.last().number());
    let said = handlings::answered(&app.db, days, MOST_ANSWERED).await?;
    let body = page(lang, &Leaf::of(findings, publication, &told(&app, &said), &all));
    let title = format!("{} · {}", lang.text("results-title"), findings.period.label(lang));
    let switch = format!("{}&", address(publication, findings.excluded));
    // By its mark alone: what is erased takes the instant at which it was said away with it.
    kept::page(&head, None, ui::office(lang, &title, &switch, findings.simulated, &body))
}

/// What units let everybody read of what they did about comments, each under its name.
fn told(app: &App, said: &[Answered]) -> Vec<(String, String)> {
    let catalogue = app.catalogue();
    let unit = |id: i64| catalogue.units.get(&UnitId(id)).map_or_else(String::new, |unit| unit.name.clone());
    said.iter().map(|answered| (unit(answered.unit_id), answered.body.clone())).collect()
}

/// Nothing is published yet; or not what was asked for.
fn nothing(app: &App, lang: Lang, asked: &Asked, all: &[Publication]) -> Response {
    let asked_for_one = *asked != Asked { excluded: asked.excluded.clone(), ..Asked::default() };
    let status = if asked_for_one { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let title = lang.text(if asked_for_one { "published-not" } else { "results-title" });
    let body = html! {
        h1 { (title) }
        @if all.iter().any(Publication::is_in_force) {
            p { (lang.text("published-not-say")) }
        } @else {
            p { (lang.text("published-nothing")) }
            p { (lang.text("published-nothing-how")) " "
                a href=(format!("/manage/publish?lang={}", lang.code())) { (lang.text("publish-title")) }
            }
        }
        (leaf::list(lang, all, None))
    };
    plain(app, lang, status, &title, &body)
}

/// A publication that was taken back: that it was, and why.
fn withdrawn(app: &App, lang: Lang, one: &Publication, at: i64, reason: &str, all: &[Publication]) -> Response {
    let title = format!("{} · {}", lang.text("results-title"), one.period.label(lang));
    let args = [("n", one.id.0.to_string()), ("day", written(lang, Day::at(at)))];
    let body = html! {
        h1 { (title) }
        p class="notice" {
            (lang.text_with("published-withdrawn", &args.each_ref().map(|(name, text)| (*name, text.as_str()))))
        }
        p { (lang.text("published-reason")) " " span lang=[ui::named(lang)] { (reason) } }
        (leaf::list(lang, all, Some(one)))
    };
    plain(app, lang, StatusCode::GONE, &title, &body)
}

fn plain(app: &App, lang: Lang, status: StatusCode, title: &str, body: &Markup) -> Response {
    respond::public(
        status,
        ui::office(lang, title, "", app.catalogue().simulated, &html! { div class="results" { (body) } }),
    )
}

/// `GET /results.json`.
///
/// # Errors
/// As [`show`]; not found when the period is not published, gone when it was taken back.
pub async fn json(State(app): State<Arc<App>>, head: HeaderMap, Query(asked): Query<Asked>) -> Result<Response> {
    let (_, shown, changed) = find(&app, &asked).await?;
    let text = report::json(shown.findings(asked.excluded()))?;
    kept::file(&head, Some(changed), "application/json; charset=utf-8", None, text.into_bytes())
}

/// `GET /results.csv`.
///
/// # Errors
/// As [`json`].
pub async fn csv(State(app): State<Arc<App>>, head: HeaderMap, Query(asked): Query<Asked>) -> Result<Response> {
    let (publication, shown, changed) = find(&app, &asked).await?;
    let file = sheet::file(shown.findings(asked.excluded()))?;
    kept::file(&head, Some(changed), "text/csv; charset=utf-8", Some(&name(&publication, &asked, "csv")), file)
}

/// `GET /results.xlsx`.
///
/// # Errors
/// As [`json`].
pub async fn xlsx(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    head: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (publication, shown, changed) = find(&app, &asked).await?;
    let file = workbook::findings(visitor.lang, shown.findings(asked.excluded()))?;
    kept::file(&head, Some(changed), workbook::TYPE, Some(&name(&publication, &asked, "xlsx")), file)
}

fn name(publication: &Publication, asked: &Asked, ending: &str) -> String {
    let with = if asked.excluded() == Excluded::Included { "-ca-phieu-loai" } else { "" };
    format!("hai-long-{}{with}.{ending}", publication.period)
}

async fn find(app: &App, asked: &Asked) -> Result<(Publication, Arc<Shown>, i64)> {
    let all = publish::all(&app.db).await?;
    let publication = asked.find(&all)?.ok_or(Error::NotFound("publication"))?;
    if matches!(publication.standing, Standing::Withdrawn { .. }) {
        return Err(Error::Gone("publication"));
    }
    let shown = cache::shown(app, publication).await?;
    let released = shown.findings(Excluded::LeftOut).released_at;
    let changed = publication.changed_at();
    let changed = if publication.frozen_at.is_some() { changed } else { changed.max(released) };
    Ok((publication.clone(), shown, changed))
}
