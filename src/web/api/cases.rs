//! `/api/v1/cases`: cases as a one-stop system keeps them, up to a thousand at once. Each has a result of its own; the same
//! records sent again change nothing and get the same invitations.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::body::{LINES, Sent, Written};
use super::invitations::invitation;
use super::problem;
use super::system::System;
use crate::domain::record::{Fields, fold};
use crate::domain::sheet::{Cell, clean};
use crate::error::{Fault, Result};
use crate::flow::api_key;
use crate::flow::audit::By;
use crate::flow::issue::feed::{self, Door, One, Rule};
use crate::flow::issue::system::{Codes, MOST};
use crate::web::{App, respond};
use crate::words::Lang;

/// `POST /api/v1/cases`.
///
/// # Errors
/// When the store does not answer: then nothing was taken, and the same may be sent again.
pub async fn take(State(app): State<Arc<App>>, system: System, sent: Sent) -> Result<Response> {
    let lang = system.lang;
    let records = match records(&sent) {
        Ok(records) => records,
        Err(fault) => return Ok(problem::refuse(StatusCode::BAD_REQUEST, lang, &fault)),
    };
    if records.len() > MOST {
        let fault = Fault::new("api-too-many").with("most", MOST);
        return Ok(problem::refuse(StatusCode::PAYLOAD_TOO_LARGE, lang, &fault));
    }
    if records.is_empty() {
        return Ok(problem::refuse(StatusCode::UNPROCESSABLE_ENTITY, lang, &Fault::new("api-none")));
    }
    let fields: Vec<Fields> = records.iter().map(fields).collect();
    let catalogue = app.catalogue();
    let door = Door {
        db: &app.db,
        keys: &app.keys,
        catalogue: &catalogue,
        now_ms: app.clock.now_ms(),
        scope: &system.scope,
        by: By { account: None, request: &system.request },
        subject: api_key::subject(system.key),
    };
    let taken = feed::take(&door, &fields, Rule::Each).await?;
    let told: Vec<Value> = taken.each.iter().map(|one| told(&app, lang, one, &taken.codes)).collect();
    Ok(match sent.written {
        Written::Document => respond::with_type(StatusCode::OK, "application/json", Value::from(told).to_string()),
        Written::Lines => {
            let lines: String = told.iter().map(|told| format!("{told}\n")).collect();
            respond::with_type(StatusCode::OK, LINES, lines)
        }
    })
}

/// What was sent: a record, a list of them, a line for each, or a list under the name `data`, as these systems send it.
fn records(sent: &Sent) -> Result<Vec<Value>, Fault> {
    let fault = |number: usize, error: serde_json::Error| {
        Fault::new("api-body-broken").with("line", number.max(error.line())).with("column", error.column())
    };
    if sent.written == Written::Lines {
        let lines = sent.bytes.split(|byte| *byte == b'\n').enumerate();
        let full = lines.filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace));
        return full.map(|(n, line)| serde_json::from_slice(line).map_err(|error| fault(n + 1, error))).collect();
    }
    Ok(match serde_json::from_slice(&sent.bytes).map_err(|error| fault(0, error))? {
        Value::Array(list) => list,
        Value::Object(mut fields) => match fields.remove("data") {
            Some(Value::Array(list)) => list,
            _ => vec![Value::Object(fields)],
        },
        other => vec![other],
    })
}

/// The fields of a record that are a text or a number; lists and records inside it are nobody's business here.
fn fields(record: &Value) -> Fields {
    let cell = |value: &Value| match value {
        Value::String(text) if !clean(text).is_empty() => Cell::Text(clean(text)),
        Value::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        _ => Cell::Empty,
    };
    let fields = record.as_object().into_iter().flatten();
    fields.map(|(name, value)| (fold(name), cell(value))).collect::<BTreeMap<_, _>>()
}

fn told(app: &App, lang: Lang, one: &Result<One, Vec<Fault>>, codes: &Codes) -> Value {
    match one {
        Ok(one) => {
            let made = one.invited.as_ref().and_then(|(event, made)| Some((event, made, codes.get(&made.reference)?)));
            let invitation = made.map(|(event, made, (code, typed))| {
                invitation(app, made, (code.as_str(), &typed.to_string()), (event.name(), ""))
            });
            json!({ "status": 200, "counted": one.counted.name(), "invitation": invitation })
        }
        Err(faults) => {
            let elsewhere = faults.iter().any(|fault| fault.key == "api-case-elsewhere");
            json!({ "status": if elsewhere { 409 } else { 422 }, "problem": problem::faults(lang, faults) })
        }
    }
}
