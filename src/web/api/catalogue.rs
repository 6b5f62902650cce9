//! `/api/v1/catalogue`: the units of the key and the procedures, of all times, with their successors.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::conditional;
use super::figures::Nothing;
use super::system::System;
use crate::domain::{Day, UnitId};
use crate::error::Result;
use crate::web::App;

fn date(day: Option<Day>) -> Option<String> {
    day.map(|day| day.date().to_string())
}

/// `GET /api/v1/catalogue/units`. Of a unit outside, even the code of the one above or after is left out.
///
/// # Errors
/// Internal, when the mark of the answer cannot stand in a head.
pub async fn units(
    State(app): State<Arc<App>>,
    system: System,
    Query(Nothing {}): Query<Nothing>,
    head: HeaderMap,
) -> Result<Response> {
    let catalogue = app.catalogue();
    let inside = |id: UnitId| catalogue.units.get(&id).filter(|unit| system.scope.covers(Some(unit.id)));
    let code = |id: Option<UnitId>| id.and_then(inside).map(|unit| unit.code.as_str());
    let mut units: Vec<_> = catalogue.units.keys().filter_map(|id| inside(*id)).collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    let told: Vec<Value> = units
        .into_iter()
        .map(|unit| {
            json!({
                "code": unit.code,
                "name": unit.name,
                "short_name": unit.short_name,
                "kind": unit.kind,
                "parent": code(unit.parent),
                "valid_from": date(unit.valid_from),
                "valid_to": date(unit.valid_to),
                "successor": code(unit.successor),
            })
        })
        .collect();
    conditional::json(&head, &json!({ "units": told }))
}

/// `GET /api/v1/catalogue/procedures`.
///
/// # Errors
/// Internal, when the mark of the answer cannot stand in a head.
pub async fn procedures(
    State(app): State<Arc<App>>,
    _: System,
    Query(Nothing {}): Query<Nothing>,
    head: HeaderMap,
) -> Result<Response> {
    let catalogue = app.catalogue();
    let mut procedures: Vec<_> = catalogue.procedures.values().collect();
    procedures.sort_by(|a, b| a.code.cmp(&b.code));
    let successor = |id| catalogue.procedures.get(&id).map(|next| next.code.as_str());
    let told: Vec<Value> = procedures
        .into_iter()
        .map(|procedure| {
            json!({
                "code": procedure.code,
                "name": procedure.name,
                "field": procedure.field,
                "level": procedure.level,
                "valid_from": date(procedure.valid_from),
                "valid_to": date(procedure.valid_to),
                "successor": procedure.successor.and_then(successor),
            })
        })
        .collect();
    conditional::json(&head, &json!({ "procedures": told }))
}
