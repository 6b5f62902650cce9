//! `/admin/codes`: the places people answer from, and what is printed for them: choose, look at it in true size, test,
//! print. New codes for a place, and putting one out of use, ask first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::options;
use super::permit::{Need, Permit};
use super::routes::Routes;
use super::ui;
use super::visitor::{Visitor, encode};
use super::{App, respond};
use crate::domain::Channel;
use crate::domain::account::Function;
use crate::domain::collate;
use crate::error::Result;
use crate::flow::collect::catalogue::Point;
use crate::present::print::Piece;
use crate::words::Lang;

pub mod change;
pub mod print;

/// Rows of the list on one page.
const ROWS: usize = 50;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::OrganisationRead);
    const CHANGE: Need = Need::May(Function::Organisation);
    routes
        .get("/admin/codes", SEE, list)
        .get("/admin/codes/print", SEE, print::preview)
        .get("/admin/codes/file", SEE, print::file)
        .get("/admin/codes/new", CHANGE, change::show_new)
        .post("/admin/codes/new", CHANGE, change::add)
        .get("/admin/codes/{id}/{act}", CHANGE, change::ask)
        .post("/admin/codes/{id}/{act}", CHANGE, change::act)
}

/// `GET /admin/codes`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("codes-title");
    let mut points = catalogue.all_points();
    points.retain(|point| permit.scope.covers(Some(point.unit.id)) && point.is_for_paper(app.today()));
    points.sort_by_cached_key(|point| (collate::key(&point.unit.name), collate::key(&point.label), point.id));
    let page = visitor.param("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).max(1);
    let pages = points.len().div_ceil(ROWS).max(1);
    let shown: Vec<&Arc<Point>> = points.iter().skip((page - 1).saturating_mul(ROWS)).take(ROWS).collect();
    let units = points.iter().map(|point| (point.unit.code.clone(), point.unit.name.clone()));
    let mut units = options(units);
    units.dedup();
    let may = permit.who.may(Function::Organisation);
    let body = html! {
        h1 { (title) }
        p { (lang.text("codes-say")) }
        @if may { p { a href=(format!("/admin/codes/new?lang={}", lang.code())) { (lang.text("codes-new")) } } }
        @if points.is_empty() { p { (lang.text("codes-none")) } } @else {
            (several(lang, &units))
            (table(lang, &shown, may))
            @if pages > 1 {
                p {
                    (lang.text_with("codes-page", &[("n", &page.to_string()), ("of", &pages.to_string())]))
                    @if page > 1 { " " a href=(format!("/admin/codes?lang={}&page={}", lang.code(), page - 1)) { (lang.text("codes-before")) } }
                    @if page < pages { " " a href=(format!("/admin/codes?lang={}&page={}", lang.code(), page + 1)) { (lang.text("codes-after")) } }
                }
            }
        }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body)))
}

/// The form that prints the codes of a unit, or of all, in one file.
fn several(lang: Lang, units: &[(String, String)]) -> Markup {
    html! {
        form.filter method="get" action="/admin/codes/print" {
            input type="hidden" name="lang" value=(lang.code());
            h2 { (lang.text("codes-several")) }
            div.fields {
                label { (lang.text("codes-unit"))
                    select name="unit" {
                        option value="" { (lang.text("codes-all")) }
                        @for (code, name) in units { option value=(code) { (name) } }
                    }
                }
                (piece_fields(lang, Piece::A5, false))
                button type="submit" { (lang.text("codes-preview")) }
            }
        }
    }
}

/// What is printed: the piece and whether it speaks English too.
fn piece_fields(lang: Lang, chosen: Piece, second: bool) -> Markup {
    html! {
        label { (lang.text("codes-piece"))
            select name="piece" {
                @for piece in print::PIECES {
                    option value=(piece.name()) selected[piece == chosen] { (lang.text(&format!("piece-{}", piece.name()))) }
                }
            }
        }
        label { (lang.text("codes-languages"))
            select name="second" {
                option value="" { (lang.text("codes-one-language")) }
                option value="en" selected[second] { (lang.text("codes-two-languages")) }
            }
        }
    }
}

fn table(lang: Lang, points: &[&Arc<Point>], may: bool) -> Markup {
    let at = |path: String| format!("/admin/codes/{path}lang={}", lang.code());
    html! {
        div.scroll tabindex="0" role="region" aria-label=(lang.text("codes-title")) {
            table {
                thead { tr {
                    th scope="col" { (lang.text("codes-place")) }
                    th scope="col" { (lang.text("codes-unit")) }
                    th scope="col" { (lang.text("codes-about")) }
                    th scope="col" { (lang.text("codes-ways")) }
                } }
                tbody {
                    @for point in points {
                        tr {
                            th scope="row" { (place(lang, point)) }
                            td { (point.unit.name) }
                            td { (about(lang, point)) }
                            td {
                                a href=(at(format!("print?point={}&", point.id.0))) { (lang.text("codes-print")) }
                                @if may {
                                    br; a href=(at(format!("{}/renew?", point.id.0))) { (lang.text("codes-renew")) }
                                    br; a href=(at(format!("{}/revoke?", point.id.0))) { (lang.text("codes-revoke")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What people call the place of a point.
fn place(lang: Lang, point: &Point) -> String {
    if point.label.is_empty() {
        lang.text_with("codes-number", &[("n", &point.id.0.to_string())])
    } else {
        point.label.to_string()
    }
}

/// What is asked there: about its procedure, or the form in which the citizen chooses one.
fn about(lang: Lang, point: &Point) -> String {
    match &point.procedure {
        Some(procedure) => procedure.name.clone(),
        None => point.questionnaire.words(&point.questionnaire.title, lang.code()).to_owned(),
    }
}

/// The address of a print.
fn query(visitor: &Visitor) -> String {
    let given = ["unit", "point", "piece", "second"];
    let pairs = given.iter().filter_map(|name| visitor.param(name).map(|value| format!("{name}={}&", encode(value))));
    pairs.collect::<String>() + "lang=" + visitor.lang.code()
}

/// Channels that a person makes a place for by hand.
const CHANNELS: [Channel; 4] = [Channel::Counter, Channel::Online, Channel::Postal, Channel::Round];
