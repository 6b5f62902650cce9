//! `/api/v1/figures`, `/api/v1/targets`: what the pages of results and of managers show, as it was at the daily cut, in
//! the units of the key. Nothing is computed or hidden here: it is what pages show, taken apart into lines.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::conditional;
use super::problem;
use super::system::System;
use crate::domain::account::Scope;
use crate::domain::period::Kind;
use crate::domain::{Channel, Day, Indicator, UnitId};
use crate::error::{Error, Fault, Result};
use crate::flow::assess::{self, Organisation};
use crate::flow::cut::{self, At, Found, Part, Wanted};
use crate::store::targets;
use crate::web::App;
use crate::web::results::Filter;

/// Under which names answers are counted.
pub const ORGANISATIONS: [Organisation; 2] = [Organisation::AsItWas, Organisation::AsItIs];

/// What is asked for; unknown names are refused, so that nobody takes a filter for one that we do not have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    /// A period as files name it: `2026-Q3`.
    pub period: String,
    /// Name of the cut-off.
    pub cut_off: String,
    /// `with`: what two people left out is counted as well.
    pub excluded: String,
    /// Name of an indicator.
    pub indicator: String,
    /// What lines are about, by its name in [`BY`].
    pub by: String,
    /// Code of a unit.
    pub unit: String,
    /// Code of a procedure.
    pub procedure: String,
    /// Name of a channel.
    pub channel: String,
    /// `as_it_is`: under the units and procedures of today.
    pub organisation: String,
}

/// The parts of a finding that hold lines, and what lines are asked for by.
pub const BY: [(&str, &str); 5] = [
    ("department", "department"),
    ("unit", "units"),
    ("procedure", "procedures"),
    ("channel", "channels"),
    ("month", "months"),
];
/// Months told one by one at most.
pub const MONTHS: usize = 36;

impl Asked {
    fn wanted(&self, app: &App, today: Day) -> Result<Wanted> {
        let Self { period, cut_off, excluded, .. } = self.clone();
        let filter = Filter { period, cut_off, excluded, ..Filter::default() };
        let period = filter.period(today)?;
        let ranged = period.kind() == Kind::Range;
        if self.by == "month" && ranged && period.whole_months().is_none_or(|months| months.len() > MONTHS) {
            return Err(Error::invalid(Fault::new("api-months-whole").with("most", MONTHS)));
        }
        Ok(Wanted { period, excluded: filter.excluded(), part: self.part(app) })
    }

    /// Whether it is told of one place apart, by channel or month or under other names.
    fn is_part(&self) -> bool {
        matches!(self.by.as_str(), "channel" | "month")
            || !self.channel.is_empty()
            || self.organisation == Organisation::AsItIs.name()
    }

    fn part(&self, app: &App) -> Option<Part> {
        let catalogue = app.catalogue();
        let unit = catalogue.unit_by_code(&self.unit).map(|unit| At::Unit(unit.id));
        let procedure = catalogue.procedure_by_code(&self.procedure).map(|procedure| At::Procedure(procedure.id));
        let organisation = ORGANISATIONS.into_iter().find(|each| each.name() == self.organisation);
        let organisation = organisation.unwrap_or(Organisation::AsItWas);
        let channel = Channel::by_name(&self.channel);
        self.is_part().then_some(Part { at: unit.or(procedure).unwrap_or(At::All), channel, organisation })
    }

    /// # Errors
    /// Invalid for a name that nothing is called; not found for a unit outside the scope.
    fn check(&self, app: &App, scope: &Scope) -> Result<()> {
        let unknown = |field| Error::invalid(Fault::new("api-value-unknown").with("field", field));
        if !self.indicator.is_empty() && Indicator::by_name(&self.indicator).is_none() {
            return Err(unknown("indicator"));
        }
        if !self.by.is_empty() && BY.iter().all(|(by, _)| *by != self.by) {
            return Err(unknown("by"));
        }
        if !matches!(self.excluded.as_str(), "" | "with") {
            return Err(unknown("excluded"));
        }
        if !self.channel.is_empty() && Channel::by_name(&self.channel).is_none() {
            return Err(unknown("channel"));
        }
        if !self.organisation.is_empty() && ORGANISATIONS.iter().all(|each| each.name() != self.organisation) {
            return Err(unknown("organisation"));
        }
        let catalogue = app.catalogue();
        let unit = catalogue.unit_by_code(&self.unit).map(|unit| unit.id);
        if !self.unit.is_empty() && !unit.is_some_and(|unit| scope.covers(Some(unit))) {
            return Err(Error::NotFound("unit"));
        }
        // What is about a procedure is about every unit that has it.
        let of_all = matches!(self.by.as_str(), "channel" | "month") && self.unit.is_empty();
        let apart = self.by == "department" || self.by == "procedure" || !self.procedure.is_empty() || of_all;
        if apart && *scope != Scope::All {
            return Err(Error::NotFound("figures"));
        }
        if !self.procedure.is_empty() && catalogue.procedure_by_code(&self.procedure).is_none() {
            return Err(Error::NotFound("procedure"));
        }
        if self.is_part() && !self.unit.is_empty() && !self.procedure.is_empty() {
            return Err(Error::invalid(Fault::new("api-one-place")));
        }
        Ok(())
    }
}

/// `GET /api/v1/figures`.
///
/// # Errors
/// Invalid when the period asked for is none; not found outside the units of the key.
pub async fn show(
    State(app): State<Arc<App>>,
    system: System,
    Query(asked): Query<Asked>,
    head: HeaderMap,
) -> Result<Response> {
    match cut_or_refusal(&app, &system, &asked).await? {
        Ok((day, findings)) => conditional::json(&head, &told(&app, &system.scope, &asked, day, findings)),
        Err(refusal) => Ok(*refusal),
    }
}

/// The findings of the last cut that are asked for, and its day; or an answer that says why not.
///
/// # Errors
/// Invalid when the period asked for is none; not found outside the scope.
pub(super) async fn cut_or_refusal(
    app: &App,
    system: &System,
    asked: &Asked,
) -> Result<std::result::Result<(Day, Value), Box<Response>>> {
    let now_ms = app.clock.now_ms();
    asked.check(app, &system.scope)?;
    let wanted = asked.wanted(app, app.today())?;
    Ok(match cut::find(&app.db, &wanted, now_ms).await? {
        Found::Cut(day, findings) => Ok((day, serde_json::from_slice(&findings)?)),
        Found::Later(at) => Err(not_yet(system, &Fault::new("api-figures-later"), at - now_ms)),
        Found::Never(at) => Err(not_yet(system, &Fault::new("api-figures-never"), at - now_ms)),
        Found::Full => Err(Box::new(problem::plain(StatusCode::TOO_MANY_REQUESTS, system.lang))),
    })
}

/// Why figures are not there yet, and in how many ms to ask again.
fn not_yet(system: &System, why: &Fault, wait_ms: i64) -> Box<Response> {
    let mut response = problem::refuse(StatusCode::NOT_FOUND, system.lang, why);
    let seconds = wait_ms.max(0) / 1000 + 1;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Box::new(response)
}

/// The findings without their lines, and the lines that are asked for and inside the scope.
fn told(app: &App, scope: &Scope, asked: &Asked, day: Day, findings: Value) -> Value {
    let figures = lines(app, scope, asked, &findings);
    let Value::Object(mut told) = findings else { return Value::Null };
    told.remove("indicators");
    told.entry("organisation").or_insert_with(|| Organisation::AsItWas.name().into());
    told.insert("cut".to_owned(), day.date().to_string().into());
    told.insert("figures".to_owned(), figures.into());
    Value::Object(told)
}

/// The lines of findings that are asked for and inside the scope, each with its indicator.
pub(super) fn lines(app: &App, scope: &Scope, asked: &Asked, findings: &Value) -> Vec<Value> {
    let catalogue = app.catalogue();
    let inside: BTreeSet<&str> =
        catalogue.units.values().filter(|unit| scope.covers(Some(unit.id))).map(|unit| unit.code.as_str()).collect();
    let mut figures = Vec::new();
    for finding in findings["indicators"].as_array().into_iter().flatten() {
        let [indicator, measure] = ["indicator", "measure"].map(|name| finding[name].clone());
        if !asked.indicator.is_empty() && indicator != asked.indicator.as_str() {
            continue;
        }
        for (by, part) in BY {
            let lines = match &finding[part] {
                Value::Null => &[],
                Value::Array(lines) => lines.as_slice(),
                one => std::slice::from_ref(one),
            };
            let wanted = |line: &&Value| asked.wants(by, line) && may_see(scope, &inside, line);
            figures.extend(lines.iter().filter(wanted).map(|line| flat(&indicator, &measure, line)));
        }
    }
    figures
}

impl Asked {
    fn wants(&self, by: &str, line: &Value) -> bool {
        let code = line["code"].as_str().unwrap_or_default();
        // A part is of the place asked for alone, whatever it is called by now.
        let any = self.unit.is_empty() && self.procedure.is_empty() || self.is_part();
        // Channels and months are told when they are asked for.
        (self.by == by || self.by.is_empty() && !matches!(by, "channel" | "month"))
            && (any || by == "unit" && code == self.unit || by == "procedure" && code == self.procedure)
    }
}

/// Lines of units of the scope; those about all units only for whoever sees all.
fn may_see(scope: &Scope, inside: &BTreeSet<&str>, line: &Value) -> bool {
    match scope {
        Scope::All => true,
        Scope::Units(_) => {
            line["scope"] == assess::Scope::Unit.name()
                && line["code"].as_str().is_some_and(|code| inside.contains(code))
        }
    }
}

/// A line with its indicator, and its figure's fields beside its own.
fn flat(indicator: &Value, measure: &Value, line: &Value) -> Value {
    let mut flat = Map::new();
    flat.insert("indicator".to_owned(), indicator.clone());
    flat.insert("measure".to_owned(), measure.clone());
    for name in ["channel", "month"] {
        flat.insert(name.to_owned(), Value::Null);
    }
    for (name, value) in line.as_object().into_iter().flatten() {
        match value {
            Value::Object(figure) if name == "figure" => flat.extend(figure.clone()),
            _ => drop(flat.insert(name.clone(), value.clone())),
        }
    }
    Value::Object(flat)
}

/// Nothing can be asked for besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// `GET /api/v1/targets`: every threshold that holds in the units of the key, of all times.
///
/// # Errors
/// When the store does not answer.
pub async fn targets(
    State(app): State<Arc<App>>,
    system: System,
    Query(Nothing {}): Query<Nothing>,
    head: HeaderMap,
) -> Result<Response> {
    let catalogue = app.catalogue();
    let unit = |id: i64| catalogue.units.get(&UnitId(id)).map(|unit| unit.code.as_str());
    let day = |number: i64| Day::from_number(number).map(|day| day.date().to_string());
    let rows = targets::listed(&app.db).await?;
    let inside = rows.iter().filter(|row| row.unit_id.is_none_or(|id| system.scope.covers(Some(UnitId(id)))));
    let told: Vec<Value> = inside
        .map(|row| {
            json!({
                "indicator": row.indicator,
                "unit": row.unit_id.and_then(unit),
                "target": row.threshold,
                "valid_from": day(row.valid_from),
                "valid_to": row.valid_to.and_then(day),
                "source": row.source,
            })
        })
        .collect();
    conditional::json(&head, &json!({ "targets": told }))
}
