//! `/api/v1/openapi.json`: OpenAPI 3.1, made from what the program is: the table of routes, the names that the domain
//! takes, the words of the language asked for. A test compares it with the routes and with what they answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::body::LINES;
use super::{codes, invitations, problem, schemas, webhooks};
use crate::domain::api_key::Access;
use crate::error::Result;
use crate::flow::issue::feed;
use crate::flow::issue::system::{CALL_DAYS, MOST};
use crate::web::permit::Need;
use crate::web::routes::Route;
use crate::web::visitor::Visitor;
use crate::web::{App, respond, routes};
use crate::words::Lang;

/// One thing that a system can do.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// GET or POST.
    pub method: &'static str,
    /// Template of its path.
    pub path: &'static str,
    /// Its name; `api-op-NAME` says what it does, `api-op-NAME-say` more of it.
    pub name: &'static str,
    /// Parameters of the address; `api-param-NAME` says what each is.
    pub parameters: &'static [&'static str],
    /// What it answers when all is well: status, and the schema of its JSON.
    pub answers: &'static [(u16, &'static str)],
    /// The statuses of problems besides those that every operation has.
    pub problems: &'static [u16],
    /// The codes of the faults that it names, in a problem or in a result of its own.
    pub codes: &'static [&'static str],
    /// How it is tried from a command line.
    pub example: &'static str,
}

/// Whatever is asked, with or without a key.
const ALWAYS: [u16; 8] = [400, 401, 403, 414, 421, 429, 500, 503];

/// Everything that systems can do.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/api/v1/invitations",
        name: "create-invitations",
        parameters: &[],
        answers: &[(201, "Invitation"), (200, "Results")],
        problems: &[404, 408, 409, 413, 415, 422],
        codes: codes::INVITATIONS,
        example: r#"curl --silent --show-error --request POST --header "Authorization: Bearer $HAILONG_KEY" --header "Idempotency-Key: ho-so-0417-da-tra" --header "Content-Type: application/json" --data '{"case":"000.00.12.H21-261123-0417","procedure":"1.012944","unit":"SGD-GL.MC","event":"finished"}' "$HAILONG_URL/api/v1/invitations""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/invitations/{id}",
        name: "show-invitation",
        parameters: &["id"],
        answers: &[(200, "Standing")],
        problems: &[404],
        codes: &[],
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/invitations/$ID""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/invitations/{id}/qr",
        name: "show-symbol",
        parameters: &["id"],
        answers: &[(200, "Symbol")],
        problems: &[404, 406, 410],
        codes: &[],
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" --header "Accept: image/svg+xml" "$HAILONG_URL/api/v1/invitations/$ID/qr""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/invitations/{id}/question",
        name: "show-question",
        parameters: &["id", "language", "return"],
        answers: &[(200, "Question")],
        problems: &[404, 410, 422],
        codes: codes::QUESTION,
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/invitations/$ID/question?language=vi""#,
    },
    Operation {
        method: "POST",
        path: "/api/v1/invitations/{id}/revoke",
        name: "revoke-invitation",
        parameters: &["id"],
        answers: &[(200, "Standing")],
        problems: &[404, 409],
        codes: codes::REVOKE,
        example: r#"curl --silent --show-error --request POST --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/invitations/$ID/revoke""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/figures",
        name: "show-figures",
        parameters: &[
            "period",
            "cut_off",
            "indicator",
            "by",
            "unit",
            "procedure",
            "channel",
            "organisation",
            "excluded",
        ],
        answers: &[(200, "PeriodFigures"), (304, "")],
        problems: &[404, 422],
        codes: codes::FIGURES,
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/figures?period=2026&indicator=procedures&by=month&organisation=as_it_is""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/indicators",
        name: "show-indicators",
        parameters: &["period", "cut_off", "indicator", "unit"],
        answers: &[(200, "IndicatorList"), (304, "")],
        problems: &[404, 406, 422],
        codes: codes::INDICATORS,
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" --header "Accept: text/csv" "$HAILONG_URL/api/v1/indicators?period=2026""#,
    },
    Operation {
        method: "POST",
        path: "/api/v1/cases",
        name: "send-cases",
        parameters: &[],
        answers: &[(200, "CaseResults")],
        problems: &[408, 413, 415, 422],
        codes: codes::CASES,
        example: r#"curl --silent --show-error --request POST --header "Authorization: Bearer $HAILONG_KEY" --header "Content-Type: application/json" --data '[{"MaHoSo":"000.00.12.H21-261123-0418","MaTTHC":"1.012944","DonViXuLy":"SGD-GL.MC","NgayTiepNhan":"20261123","NgayTra":"20261124","TrangThaiHoSo":"10","HinhThuc":"0"}]' "$HAILONG_URL/api/v1/cases""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/targets",
        name: "show-targets",
        parameters: &[],
        answers: &[(200, "TargetList"), (304, "")],
        problems: &[],
        codes: &[],
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/targets""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/catalogue/units",
        name: "show-units",
        parameters: &[],
        answers: &[(200, "UnitList"), (304, "")],
        problems: &[],
        codes: &[],
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/catalogue/units""#,
    },
    Operation {
        method: "GET",
        path: "/api/v1/catalogue/procedures",
        name: "show-procedures",
        parameters: &[],
        answers: &[(200, "ProcedureList"), (304, "")],
        problems: &[],
        codes: &[],
        example: r#"curl --silent --show-error --header "Authorization: Bearer $HAILONG_KEY" "$HAILONG_URL/api/v1/catalogue/procedures""#,
    },
];

/// `GET /api/v1/openapi.json`, in the language of `?lang=`, else of the request's head.
///
/// # Errors
/// Internal, when the mark of the answer cannot stand in a head.
pub async fn serve(State(app): State<Arc<App>>, visitor: Visitor, head: HeaderMap) -> Result<Response> {
    let lang = if visitor.param("lang").is_some() { visitor.lang } else { problem::lang_of(&head) };
    let mut response =
        respond::with_type(StatusCode::OK, "application/json", serde_json::to_string_pretty(&of(&app, lang))?);
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept-Language"));
    Ok(response)
}

/// The document.
#[must_use]
pub fn of(app: &Arc<App>, lang: Lang) -> Value {
    let table = routes(app.clone()).table().to_vec();
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let described = describe(lang, operation, access_of(&table, operation));
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_ascii_lowercase()] = described;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": lang.text("api-docs-title"),
            "description": format!("{}\n\n{}", said(lang), problems(lang)),
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": app.settings.public_url.as_deref().unwrap_or(&app.settings.own_url) }],
        "security": [{ "key": [] }],
        "paths": paths,
        "webhooks": webhooks::all(lang),
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "bearerFormat": "hla_…", "description": lang.text("api-docs-key") },
            },
            "schemas": schemas::all(lang),
        },
    })
}

/// What the whole is for.
#[must_use]
pub fn said(lang: Lang) -> String {
    lang.text_with("api-docs-say", &[("days", &CALL_DAYS.to_string())])
}

/// Every type of problem, as a list in the way of Markdown.
fn problems(lang: Lang) -> String {
    let line = |(name, status, title): (String, u16, String)| format!("\n- `{name}` ({status}): {title}");
    problem::types(lang).map(line).fold(format!("{}\n", lang.text("api-docs-problems")), |all, line| all + &line)
}

/// What an operation does, and the codes of the faults that it names.
fn described(lang: Lang, operation: &Operation) -> String {
    let mut text = explained(lang, operation);
    if !operation.codes.is_empty() {
        let codes: Vec<String> = operation.codes.iter().map(|code| format!("`{code}`")).collect();
        text = format!("{text}\n\n{} {}.", lang.text("api-docs-codes"), codes.join(", "));
    }
    text
}

/// What an operation does.
#[must_use]
pub fn explained(lang: Lang, operation: &Operation) -> String {
    let [most, days] = [MOST.to_string(), CALL_DAYS.to_string()];
    let [old, received] = [feed::OLD_DAYS, feed::RECEIVED_DAYS].map(|days| days.to_string());
    let args = [("most", &*most), ("days", &*days), ("old", &*old), ("received", &*received)];
    lang.text_with(&format!("api-op-{}-say", operation.name), &args)
}

/// What a key must be for, as the table of routes has it.
fn access_of(table: &[Route], operation: &Operation) -> Option<Access> {
    let same = |route: &&Route| route.method == operation.method && route.path == operation.path;
    match table.iter().find(same)?.need {
        Need::Key(access) => Some(access),
        Need::Public | Need::Came(_) | Need::SignedIn | Need::May(_) => None,
    }
}

fn describe(lang: Lang, operation: &Operation, access: Option<Access>) -> Value {
    let name = operation.name;
    let mut told = json!({
        "operationId": name,
        "summary": lang.text(&format!("api-op-{name}")),
        "description": described(lang, operation),
        "parameters": parameters(lang, operation),
        "responses": answers(lang, operation),
        "security": [{ "key": access.map(Access::name).into_iter().collect::<Vec<_>>() }],
        "x-problem-codes": operation.codes,
        "x-codeSamples": [{ "lang": "Shell", "source": operation.example }],
    });
    match name {
        "create-invitations" => told["requestBody"] = request(lang),
        "send-cases" => told["requestBody"] = cases(lang),
        _ => {}
    }
    told
}

fn request(lang: Lang) -> Value {
    let asked = json!({ "$ref": "#/components/schemas/Asked" });
    json!({
        "required": true,
        "description": lang.text_with("api-docs-body", &[("most", &MOST.to_string())]),
        "content": {
            "application/json": { "schema": { "oneOf": [asked, { "type": "array", "minItems": 1, "maxItems": MOST, "items": asked }] } },
            (LINES): { "schema": asked },
        },
    })
}

fn cases(lang: Lang) -> Value {
    let record = json!({ "$ref": "#/components/schemas/Case" });
    json!({
        "required": true,
        "description": lang.text_with("api-docs-cases", &[("most", &MOST.to_string())]),
        "content": {
            "application/json": { "schema": { "oneOf": [record, { "type": "array", "maxItems": MOST, "items": record }] } },
            (LINES): { "schema": record },
        },
    })
}

/// What can be asked about an invitation that was made.
fn links() -> Value {
    let about = OPERATIONS.iter().filter(|operation| operation.parameters.contains(&"id"));
    let link = |operation: &Operation| {
        (
            operation.name.to_owned(),
            json!({ "operationId": operation.name, "parameters": { "id": "$response.body#/id" } }),
        )
    };
    about.map(link).collect::<Map<String, Value>>().into()
}

fn parameters(lang: Lang, operation: &Operation) -> Vec<Value> {
    let mut parameters: Vec<Value> = operation.parameters.iter().map(|name| parameter(lang, name)).collect();
    if operation.name == "create-invitations" {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": true,
            "description": lang.text_with("api-param-call", &[("days", &CALL_DAYS.to_string())]),
            "schema": {
                "type": "string", "minLength": 1, "maxLength": invitations::CALL_LENGTH, "pattern": "^[!-~]+$",
                "examples": ["ho-so-0417-da-tra"],
            },
        }));
    }
    parameters.push(json!({
        "name": "Accept-Language",
        "in": "header",
        "description": lang.text("api-param-language"),
        "schema": { "type": "string", "examples": ["vi", "en"] },
    }));
    parameters
}

fn parameter(lang: Lang, name: &str) -> Value {
    let key = match name {
        // The same as when an invitation is made.
        "language" => "api-field-language".to_owned(),
        _ => format!("api-param-{}", name.replace('_', "-")),
    };
    let at = if name == "id" { "path" } else { "query" };
    json!({
        "name": name, "in": at, "required": at == "path", "description": lang.text(&key), "schema": schemas::parameter(name)
    })
}

fn answers(lang: Lang, operation: &Operation) -> Value {
    let mut answers = Map::new();
    for (status, name) in operation.answers {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        let content = match operation.name {
            _ if *status == 304 => None,
            "show-symbol" => Some(json!({ "image/svg+xml": { "schema": schema }, "image/png": { "schema": schema } })),
            "show-indicators" => Some(
                json!({ "application/json": { "schema": schema }, "text/csv": { "schema": { "type": "string" } } }),
            ),
            "send-cases" => Some(json!({
                "application/json": { "schema": schema },
                (LINES): { "schema": { "$ref": "#/components/schemas/CaseResult" } },
            })),
            "show-question" => Some(json!({ "text/html": { "schema": schema } })),
            "create-invitations" if *status == 200 => Some(json!({
                "application/json": { "schema": schema },
                (LINES): { "schema": { "$ref": "#/components/schemas/Result" } },
            })),
            _ => Some(json!({ "application/json": { "schema": schema } })),
        };
        let mut answer = json!({ "description": lang.text(&format!("api-answer-{status}")) });
        if let Some(content) = content {
            answer["content"] = content;
        }
        if *name == "Invitation" {
            answer["links"] = links();
        }
        answers.insert(status.to_string(), answer);
    }
    for status in operation.problems.iter().copied().chain(ALWAYS) {
        let kind = problem::kind_of(status);
        answers.insert(
            status.to_string(),
            json!({
                "description": lang.text(&format!("api-problem-{kind}")),
                "content": { (problem::TYPE): { "schema": { "$ref": "#/components/schemas/Problem" } } },
            }),
        );
    }
    Value::Object(answers)
}
