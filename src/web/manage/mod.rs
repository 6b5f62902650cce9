//! `/manage`: figures for whoever manages: the whole, units, procedures, points and questions, each with an address that
//! keeps period and filters. All are pages of one picture, and the files of a page are made of the same.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::App;
use super::permit::{Need, Permit};
use super::routes::Routes;
use super::visitor::Visitor;
use crate::domain::account::Function;
use crate::error::Result;

mod behind;
mod filter;
mod frame;
mod pages;
mod parts;
mod places;
mod points;
mod table;

pub use filter::{Chosen, Column, Filter, Sort};
use pages::Ask;
use places::{Kind, Place};

/// Adds the routes of this folder. What ends in `.csv`, `.json` or `.xlsx` is the same view as a file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::Figures);
    const FETCH: Need = Need::May(Function::Export);
    let list = |place: Place, kind: Kind| {
        async move |s: State<Arc<App>>, v: Visitor, p: Permit, q: Query<Filter>| answer((s, v, p, q), place, kind).await
    };
    routes
        .get("/manage", SEE, list(Place::Whole, Kind::Page))
        .get("/manage.csv", FETCH, list(Place::Whole, Kind::Csv))
        .get("/manage.json", FETCH, list(Place::Whole, Kind::Json))
        .get("/manage.xlsx", FETCH, list(Place::Whole, Kind::Xlsx))
        .get("/manage/units", SEE, list(Place::Units, Kind::Page))
        .get("/manage/units.csv", FETCH, list(Place::Units, Kind::Csv))
        .get("/manage/units.json", FETCH, list(Place::Units, Kind::Json))
        .get("/manage/units.xlsx", FETCH, list(Place::Units, Kind::Xlsx))
        .get("/manage/units/{code}", SEE, unit)
        .get("/manage/units/{code}/points/{id}", SEE, point)
        .get("/manage/units/{code}/procedures/{name}", SEE, unit_procedure)
        .get("/manage/procedures", SEE, list(Place::Procedures, Kind::Page))
        .get("/manage/procedures.csv", FETCH, list(Place::Procedures, Kind::Csv))
        .get("/manage/procedures.json", FETCH, list(Place::Procedures, Kind::Json))
        .get("/manage/procedures.xlsx", FETCH, list(Place::Procedures, Kind::Xlsx))
        .get("/manage/procedures/{code}", SEE, procedure)
        .get("/manage/questions/{code}/{name}", SEE, question)
}

type Handed = (State<Arc<App>>, Visitor, Permit, Query<Filter>);

async fn answer((State(app), visitor, permit, Query(filter)): Handed, place: Place, kind: Kind) -> Result<Response> {
    pages::answer(&Ask { app: &app, lang: visitor.lang, permit: &permit, filter: &filter, place, kind }).await
}

/// An address whose last part may end in the name of a kind of file. A code that itself ends so is not cut.
async fn named(handed: Handed, last: String, place: impl Fn(String) -> Place) -> Result<Response> {
    let catalogue = handed.0.catalogue();
    let known = catalogue.unit_by_code(&last).is_some() || catalogue.procedure_by_code(&last).is_some();
    let (last, kind) = if known { (last, Kind::Page) } else { Kind::cut(last) };
    answer(handed, place(last), kind).await
}

/// `GET /manage/units/{code}`.
async fn unit(
    s: State<Arc<App>>,
    Path(code): Path<String>,
    v: Visitor,
    p: Permit,
    q: Query<Filter>,
) -> Result<Response> {
    named((s, v, p, q), code, Place::Unit).await
}

/// `GET /manage/procedures/{code}`.
async fn procedure(
    s: State<Arc<App>>,
    Path(code): Path<String>,
    v: Visitor,
    p: Permit,
    q: Query<Filter>,
) -> Result<Response> {
    named((s, v, p, q), code, Place::Procedure).await
}

/// `GET /manage/units/{code}/procedures/{name}`.
async fn unit_procedure(
    s: State<Arc<App>>,
    Path((unit, procedure)): Path<(String, String)>,
    v: Visitor,
    p: Permit,
    q: Query<Filter>,
) -> Result<Response> {
    named((s, v, p, q), procedure, |procedure| Place::UnitProcedure(unit.clone(), procedure)).await
}

/// `GET /manage/units/{code}/points/{id}`.
async fn point(
    s: State<Arc<App>>,
    Path((unit, id)): Path<(String, String)>,
    v: Visitor,
    p: Permit,
    q: Query<Filter>,
) -> Result<Response> {
    named((s, v, p, q), id, |id| Place::Point(unit.clone(), id)).await
}

/// `GET /manage/questions/{code}/{name}`: a form and one of its questions.
async fn question(
    s: State<Arc<App>>,
    Path((form, name)): Path<(String, String)>,
    v: Visitor,
    p: Permit,
    q: Query<Filter>,
) -> Result<Response> {
    named((s, v, p, q), name, |name| Place::Question(form.clone(), name)).await
}
