//! `/admin/suspicion`: how many answers of each unit are marked, by rule, and for the inspector what each rule makes of
//! a unit's figure; and the signals of units and months. Neither changes a figure.

mod signals;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::permit::{Need, Permit};
use super::results::Filter;
use super::routes::Routes;
use super::visitor::Visitor;
use super::{App, respond, ui};
use crate::domain::UnitId;
use crate::domain::account::Function;
use crate::error::{Error, Result};
use crate::flow::suspicion::rules::Rule;
use crate::flow::suspicion::{self, Share};
use crate::present::number;
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::words::Lang;

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/suspicion", Need::May(Function::SuspicionCounts), list).get(
        "/admin/suspicion/{id}",
        Need::May(Function::SuspicionDetail),
        show,
    )
}

/// `GET /admin/suspicion`.
///
/// # Errors
/// Invalid when the period asked for is none; busy when the store does not answer.
pub async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let period = filter.period(app.today())?;
    let counts = suspicion::counts(&app.db, &permit.scope, &period).await?;
    let listed = suspicion::signals::within(&app.db, &permit.scope, &period).await?;
    let title = lang.text("suspicion-title");
    let name = |unit: &UnitId| catalogue.units.get(unit).map_or("", |unit| unit.name.as_str());
    let details = permit.who.may(Function::SuspicionDetail);
    let body = html! {
        h1 { (title) }
        p { (lang.text("suspicion-say")) }
        p { strong { (period.label(lang)) } }
        @if counts.is_empty() { p { (lang.text("suspicion-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("exclude-unit")) }
                        @for rule in Rule::ALL { th.number scope="col" { (rule_name(lang, rule)) } }
                    } }
                    tbody {
                        @for (unit, marks) in &counts {
                            tr {
                                th scope="row" {
                                    @if details {
                                        a href=(format!("/admin/suspicion/{}?period={period}&lang={}", unit.0, lang.code())) { (name(unit)) }
                                    } @else { (name(unit)) }
                                }
                                @for rule in Rule::ALL {
                                    td.number { (told(lang, marks.iter().find(|(by, _)| *by == rule).map_or(0, |(_, n)| *n))) }
                                }
                            }
                        }
                    }
                }
            }
        }
        (signals::section(lang, &listed, details, name))
    };
    Ok(page(&app, lang, &permit, &title, &body))
}

fn page(app: &App, lang: Lang, permit: &Permit, title: &str, body: &Markup) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(StatusCode::OK, ui::staff(lang, title, &signed, "", app.catalogue().simulated, body))
}

fn rule_name(lang: Lang, rule: Rule) -> String {
    lang.text(&format!("suspicion-rule-{}", rule.name()))
}

/// A number of answers; from one to four it is not told.
fn told(lang: Lang, n: u64) -> String {
    if (1..DEFAULT_THRESHOLD).contains(&n) { lang.text("results-under-5") } else { number::count(lang, n) }
}

/// `GET /admin/suspicion/{id}`.
///
/// # Errors
/// Not found when there is no such unit.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let unit = id.parse().ok().and_then(|id| catalogue.units.get(&UnitId(id))).ok_or(Error::NotFound("unit"))?;
    if !permit.scope.covers(Some(unit.id)) {
        return Err(Error::NotFound("unit"));
    }
    let period = filter.period(app.today())?;
    let compared = suspicion::compared(&app.db, unit.id, &unit.code, &period, app.clock.now_ms()).await?;
    let title = lang.text_with("suspicion-unit", &[("name", &unit.name)]);
    let body = html! {
        h1 { (title) }
        p { strong { (period.label(lang)) } }
        p { (lang.text("suspicion-unit-say")) }
        @if compared.is_empty() { p { (lang.text("suspicion-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("suspicion-rule")) }
                        th.number scope="col" { (lang.text("suspicion-marked")) }
                        th.number scope="col" { (lang.text("suspicion-with")) }
                        th.number scope="col" { (lang.text("suspicion-without")) }
                    } }
                    tbody {
                        @for line in &compared {
                            @let marked = line.with.n - line.without.n;
                            tr {
                                th scope="row" { (rule_name(lang, line.rule)) }
                                td.number { (told(lang, marked)) }
                                td.number { (percent(lang, line.with)) }
                                td.number {
                                    @if marked < DEFAULT_THRESHOLD || line.without.n < DEFAULT_THRESHOLD { "–" } @else { (percent(lang, line.without)) }
                                }
                            }
                        }
                    }
                }
            }
        }
        p { a href=(format!("/admin/suspicion?period={period}&lang={}", lang.code())) { (lang.text("suspicion-back")) } }
    };
    Ok(page(&app, lang, &permit, &title, &body))
}

fn percent(lang: Lang, share: Share) -> String {
    match share.n {
        0 => "–".to_owned(),
        n => number::percent(lang, share.satisfied as f64 / n as f64, None),
    }
}
