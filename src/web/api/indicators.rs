//! `/api/v1/indicators`: the figures of the daily cut as a reporting system takes them: one flat row for each indicator
//! and unit, as JSON or CSV. What is hidden is hidden here too.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::conditional;
use super::figures::{Asked, cut_or_refusal, lines};
use super::problem;
use super::system::System;
use crate::domain::Indicator;
use crate::error::Result;
use crate::present::csv;
use crate::present::fields::{LICENCE, LICENCE_URL};
use crate::present::say::indicator_key;
use crate::present::table::{Cell, Column, Table};
use crate::web::App;
use crate::words::Lang;

/// The columns, in their order.
pub const COLUMNS: [&str; 9] =
    ["code", "name", "period", "value", "numerator", "denominator", "unit", "status", "organisation"];
/// What values are counted in.
pub const UNIT: &str = "percent";

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    /// A period as files name it: `2026-Q3`.
    pub period: String,
    /// Name of the cut-off.
    pub cut_off: String,
    /// Name of an indicator.
    pub indicator: String,
    /// Code of a unit.
    pub unit: String,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Json,
    Csv,
}

/// `GET /api/v1/indicators`.
///
/// # Errors
/// Invalid when the period asked for is none; not found outside the units of the key.
pub async fn show(
    State(app): State<Arc<App>>,
    system: System,
    Query(wanted): Query<Wanted>,
    head: HeaderMap,
) -> Result<Response> {
    let written = problem::best(&head, &header::ACCEPT, |kind| match kind {
        "text/csv" => Some(Written::Csv),
        "application/json" | "application/*" | "*/*" => Some(Written::Json),
        _ => None,
    });
    let written = match written {
        None if head.contains_key(header::ACCEPT) => {
            return Ok(problem::plain(StatusCode::NOT_ACCEPTABLE, system.lang));
        }
        written => written.unwrap_or(Written::Json),
    };
    let Wanted { period, cut_off, indicator, unit } = wanted;
    let asked = Asked { period, cut_off, indicator, unit, ..Asked::default() };
    let (day, findings) = match cut_or_refusal(&app, &system, &asked).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(*refusal),
    };
    let period = findings["period"]["name"].clone();
    let rows: Vec<Value> = lines(&app, &system.scope, &asked, &findings)
        .iter()
        .filter(|line| matches!(line["scope"].as_str(), Some("department" | "unit")))
        .map(|line| row(system.lang, &period, line))
        .collect();
    let mut response = match written {
        Written::Csv => conditional::bytes(&head, "text/csv; charset=utf-8", csv::write(&table(&rows))?)?,
        Written::Json => {
            let told = json!({
                "cut": day.date().to_string(),
                "licence": LICENCE,
                "licence_url": LICENCE_URL,
                "open_data": format!("{}/results/open", app.settings.public_url.as_deref().unwrap_or(&app.settings.own_url)),
                "indicators": rows,
            });
            conditional::json(&head, &told)?
        }
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    Ok(response)
}

/// One row: the indicator by its name and words, its share in per cent, and what that is made of.
fn row(lang: Lang, period: &Value, line: &Value) -> Value {
    let code = line["indicator"].as_str().unwrap_or_default();
    let name = Indicator::by_name(code).map(|indicator| lang.text(indicator_key(indicator)));
    let value = line["share"].as_f64().map(|share| (share * 1e4).round() / 100.0);
    json!({
        "code": code,
        "name": name,
        "period": period,
        "value": value,
        "numerator": line["satisfied"],
        "denominator": line["answers"],
        "unit": UNIT,
        "status": line["state"],
        "organisation": if line["scope"] == "unit" { line["code"].clone() } else { Value::Null },
    })
}

fn table(rows: &[Value]) -> Table {
    let cell = |value: &Value| match value {
        Value::String(text) => Cell::text(text),
        Value::Number(number) => number.as_u64().map_or_else(|| Cell::share(number.as_f64()), Cell::Count),
        _ => Cell::Nothing,
    };
    let cells = |row: &Value| COLUMNS.iter().map(|name| cell(&row[*name])).collect();
    let columns = COLUMNS.iter().map(|name| Column { name, heading: (*name).to_owned() }).collect();
    Table { name: "indicators".to_owned(), columns, rows: rows.iter().map(cells).collect() }
}
