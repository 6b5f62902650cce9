//! The schemas of `/api/v1`: what each JSON that is sent or answered holds. `api-field-NAME` says what a field is, where
//! its name alone does not.

use serde_json::{Map, Value, json};

use super::figures::{BY, ORGANISATIONS};
use super::indicators::UNIT;
use super::invitations::FIELDS;
use super::webhooks;
use crate::domain::case::Event;
use crate::domain::period::CutOff;
use crate::domain::record::{Mapping, Part};
use crate::domain::{Channel, Indicator, portal};
use crate::flow::assess::{Measure, Organisation, Range, Scope, State, VerdictName};
use crate::flow::issue::feed::Counted;
use crate::flow::issue::system::{CHANNELS, Status};
use crate::words::Lang;

/// A field: its name, what it holds, whether it may be absent.
type Field = (&'static str, Value);

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

pub(super) fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn whole() -> Value {
    json!({ "type": "integer" })
}

fn share() -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1 })
}

pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "enum": names.into_iter().collect::<Vec<_>>() })
}

/// The same, or nothing.
pub(super) fn or_null(mut schema: Value) -> Value {
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
        if let Some(Value::Array(names)) = schema.get_mut("enum") {
            names.push(Value::Null);
        }
        schema
    } else {
        json!({ "oneOf": [schema, { "type": "null" }] })
    }
}

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn events() -> Value {
    one_of(Event::ALL.map(Event::name))
}

fn channels() -> Value {
    one_of(CHANNELS.map(Channel::name))
}

pub(super) fn indicators() -> Value {
    one_of(Indicator::ALL.map(Indicator::name))
}

/// Where one may go back to.
fn back() -> Value {
    json!({ "type": "string", "format": "uri", "maxLength": portal::LONGEST })
}

/// What a field of an invitation may hold, in an office of the sample department.
fn example(field: &str) -> &'static str {
    match field {
        "case" => "000.00.12.H21-261123-0417",
        "procedure" => "1.012944",
        _ => "SGD-GL.MC",
    }
}

fn languages() -> Value {
    one_of(Lang::all().into_iter().map(Lang::code))
}

/// What a parameter of an address may be.
#[must_use]
pub fn parameter(name: &str) -> Value {
    match name {
        "id" => json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }),
        "period" => {
            json!({ "type": "string", "examples": ["2026", "2026-H1", "2026-Q3", "2026-09", "2026-01-05..2026-02-03"] })
        }
        "cut_off" => one_of(CutOff::ALL.map(CutOff::name)),
        "indicator" => indicators(),
        "by" => one_of(BY.map(|(by, _)| by)),
        "excluded" => one_of(["with"]),
        "channel" => one_of(Channel::ALL.map(Channel::name)),
        "organisation" => one_of(ORGANISATIONS.map(Organisation::name)),
        "language" => languages(),
        "return" => back(),
        // What no address may hold is refused before anybody reads it.
        _ => json!({ "type": "string", "pattern": "^[^\\u0000]*$" }),
    }
}

pub(super) fn object(lang: Lang, required: &[&str], fields: Vec<Field>) -> Value {
    let described = |(name, mut schema): Field| {
        let key = format!("api-field-{}", name.replace('_', "-"));
        if lang.has(&key) && schema.get("$ref").is_none() {
            schema["description"] = lang.text(&key).into();
        }
        (name.to_owned(), schema)
    };
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let required = if required.is_empty() { names } else { required.to_vec() };
    let properties: Map<String, Value> = fields.into_iter().map(described).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// Every schema by name.
#[must_use]
pub fn all(lang: Lang) -> Value {
    let object = |fields| object(lang, &[], fields);
    let mut all = json!({
        "Asked": asked(lang),
        "Invitation": object(invitation()),
        "Result": {
            "oneOf": [
                object(vec![("status", whole()), ("invitation", reference("Invitation"))]),
                object(vec![("status", whole()), ("problem", reference("Problem"))]),
            ]
        },
        "Results": list(reference("Result")),
        "Standing": object(standing()),
        "Symbol": { "type": "string" },
        "Question": { "type": "string" },
        "PeriodFigures": object(figures()),
        "Period": object(vec![
            ("kind", one_of(["month", "quarter", "half_year", "year", "range"])),
            ("name", text()),
            ("first_day", day()),
            ("last_day", day()),
            ("cut_off", one_of(CutOff::ALL.map(CutOff::name))),
        ]),
        "Line": object(line()),
        "Figure": object(figure()),
        "Needed": object(vec![
            ("more", or_null(whole())),
            ("best_case_met", or_null(whole())),
            ("best_case_not_met", or_null(whole())),
        ]),
        "Case": case(lang),
        "CaseResult": {
            "oneOf": [
                object(vec![
                    ("status", whole()),
                    ("counted", one_of([Counted::New, Counted::Changed, Counted::Same, Counted::Old].map(Counted::name))),
                    ("invitation", or_null(reference("Invitation"))),
                ]),
                object(vec![("status", whole()), ("problem", reference("Problem"))]),
            ]
        },
        "CaseResults": list(reference("CaseResult")),
        "IndicatorList": object(vec![
            ("cut", day()),
            ("licence", text()),
            ("licence_url", json!({ "type": "string", "format": "uri" })),
            ("open_data", json!({ "type": "string", "format": "uri" })),
            ("indicators", list(reference("Indicator"))),
        ]),
        "Indicator": object(vec![
            ("code", indicators()),
            ("name", text()),
            ("period", text()),
            ("value", or_null(json!({ "type": "number", "minimum": 0, "maximum": 100 }))),
            ("numerator", or_null(whole())),
            ("denominator", or_null(whole())),
            ("unit", one_of([UNIT])),
            ("status", one_of([State::Above, State::Below, State::Open, State::Few, State::Hidden, State::None].map(State::name))),
            ("organisation", or_null(text())),
        ]),
        "TargetList": object(vec![("targets", list(reference("Target")))]),
        "Target": object(vec![
            ("indicator", indicators()),
            ("unit", or_null(text())),
            ("target", whole()),
            ("valid_from", day()),
            ("valid_to", or_null(day())),
            ("source", text()),
        ]),
        "UnitList": object(vec![("units", list(reference("Unit")))]),
        "Unit": object(entry(vec![("short_name", text()), ("kind", text()), ("parent", or_null(text()))])),
        "ProcedureList": object(vec![("procedures", list(reference("Procedure")))]),
        "Procedure": object(entry(vec![("field", text()), ("level", text())])),
        "Problem": problem(lang),
    });
    if let Value::Object(all) = &mut all {
        all.extend(webhooks::schemas(lang));
    }
    all
}

fn asked(lang: Lang) -> Value {
    let field = |name: &'static str| {
        let schema = match name {
            "event" => events(),
            "channel" => channels(),
            "language" => languages(),
            "return" => back(),
            name => json!({ "type": "string", "minLength": 1, "examples": [example(name)] }),
        };
        (name, schema)
    };
    object(lang, &FIELDS[..4], FIELDS.map(field).to_vec())
}

/// A record in the documented shape; it may hold any other field.
fn case(lang: Lang) -> Value {
    let mapping = Mapping::default();
    let said = |part: Part| json!({ "type": ["string", "integer"], "description": lang.text(&format!("cases-part-{}", part.name())) });
    let properties: Map<String, Value> =
        Part::ALL.into_iter().map(|part| (mapping.field(part).to_owned(), said(part))).collect();
    let required: Vec<&str> =
        Part::ALL.into_iter().filter(|part| !part.may_be_absent()).map(|part| mapping.field(part)).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn invitation() -> Vec<Field> {
    vec![
        ("id", text()),
        ("code", text()),
        ("typed_code", text()),
        ("link", json!({ "type": "string", "format": "uri" })),
        ("frame", json!({ "type": "string", "format": "uri" })),
        ("qr", json!({ "type": "string", "format": "uri" })),
        ("event", events()),
        ("expires_at", instant()),
        ("new", flag()),
    ]
}

fn standing() -> Vec<Field> {
    let states = [Status::Open, Status::Used, Status::Expired, Status::Revoked];
    vec![
        ("id", text()),
        ("status", one_of(states.map(Status::name))),
        ("unit", text()),
        ("procedure", or_null(text())),
        ("channel", text()),
        ("expires_at", instant()),
    ]
}

fn figures() -> Vec<Field> {
    vec![
        ("cut", day()),
        ("period", reference("Period")),
        ("provisional", flag()),
        ("released_at", whole()),
        ("simulated", flag()),
        ("source", text()),
        ("seal", or_null(text())),
        ("excluded", one_of(["left_out", "included"])),
        ("organisation", one_of(ORGANISATIONS.map(Organisation::name))),
        ("disclosure_threshold", whole()),
        ("figures", list(reference("Line"))),
    ]
}

fn line() -> Vec<Field> {
    let scopes = [Scope::Department, Scope::Unit, Scope::Procedure, Scope::NoProcedure];
    let measures = [Measure::Closing, Measure::PooledIndex, Measure::ShareOfNo];
    let mut fields = vec![
        ("indicator", indicators()),
        ("measure", one_of(measures.map(Measure::name))),
        ("scope", one_of(scopes.map(Scope::name))),
        ("code", text()),
        ("name", text()),
        ("channel", or_null(one_of(Channel::ALL.map(Channel::name)))),
        ("month", or_null(text())),
        ("index", or_null(reference("Figure"))),
    ];
    fields.extend(figure());
    fields
}

fn figure() -> Vec<Field> {
    let states = [State::Above, State::Below, State::Open, State::Few, State::Hidden, State::None];
    let verdicts = [VerdictName::Met, VerdictName::NotMet, VerdictName::NotEnough];
    vec![
        ("state", one_of(states.map(State::name))),
        ("n", or_null(whole())),
        ("answers", or_null(whole())),
        ("levels", or_null(list(whole()))),
        ("satisfied", or_null(whole())),
        ("blank", or_null(whole())),
        ("not_applicable", or_null(whole())),
        ("excluded", or_null(whole())),
        ("excluded_few", flag()),
        ("share", or_null(share())),
        ("lower", or_null(share())),
        ("upper", or_null(share())),
        ("range", or_null(one_of([Range::AtLeast95, Range::AtMost5].map(Range::name)))),
        ("target", or_null(whole())),
        ("verdict", or_null(one_of(verdicts.map(VerdictName::name)))),
        ("at_least", or_null(share())),
        ("at_most", or_null(share())),
        ("needed", or_null(reference("Needed"))),
        ("population", or_null(whole())),
        ("coverage", or_null(share())),
        ("more_answers_than_files", flag()),
    ]
}

/// A unit or procedure: what both have, and what it has besides.
fn entry(own: Vec<Field>) -> Vec<Field> {
    let mut fields = vec![("code", text()), ("name", text())];
    fields.extend(own);
    fields.extend([("valid_from", or_null(day())), ("valid_to", or_null(day())), ("successor", or_null(text()))]);
    fields
}

fn problem(lang: Lang) -> Value {
    let fault = object(lang, &[], vec![("code", text()), ("detail", text())]);
    let fields = vec![
        ("type", text()),
        ("title", text()),
        ("status", whole()),
        ("detail", text()),
        ("errors", list(fault)),
        ("request", text()),
    ];
    object(lang, &["type", "title", "status", "detail"], fields)
}
