//! The addresses of results: the page, and the same findings as JSON and CSV.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{Filter, address, page};
use crate::error::Result;
use crate::flow::assess::{self, Audience, Excluded, Findings};
use crate::present::{csv as table, report};
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};

/// `GET /results`.
///
/// # Errors
/// Invalid when the period asked for is none; busy when the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, Query(filter): Query<Filter>) -> Result<Response> {
    let findings = find(&app, &filter).await?;
    let lang = visitor.lang;
    let body = page(lang, &findings, &filter);
    let title = format!("{} · {}", lang.text("results-title"), findings.period.label(lang));
    let switch = format!("{}&", address(&findings.period, findings.excluded));
    Ok(respond::public(StatusCode::OK, ui::office(lang, &title, &switch, findings.simulated, &body)))
}

/// `GET /results.json`.
///
/// # Errors
/// As [`show`].
pub async fn json(State(app): State<Arc<App>>, Query(filter): Query<Filter>) -> Result<Response> {
    let findings = find(&app, &filter).await?;
    Ok(respond::with_type(StatusCode::OK, "application/json; charset=utf-8", report::json(&findings)?))
}

/// `GET /results.csv`.
///
/// # Errors
/// As [`show`].
pub async fn csv(State(app): State<Arc<App>>, Query(filter): Query<Filter>) -> Result<Response> {
    let findings = find(&app, &filter).await?;
    let mut response = respond::with_type(StatusCode::OK, "text/csv; charset=utf-8", table::file(&findings)?);
    let with = if findings.excluded == Excluded::Included { "-ca-phieu-loai" } else { "" };
    let name = format!("attachment; filename=\"hai-long-{}{with}.csv\"", findings.period);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

async fn find(app: &App, filter: &Filter) -> Result<Findings> {
    let period = filter.period(app.today())?;
    assess::findings_with(&app.db, &period, Audience::Public, filter.excluded(), app.clock.now_ms()).await
}
