//! `/api/v1/docs`: the OpenAPI document as a page, whole in itself: nothing is fetched from elsewhere.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{document, problem, webhooks};
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /api/v1/docs`.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let lang = visitor.lang;
    let document = document::of(&app, lang);
    let title = lang.text("api-docs-title");
    let body = html! {
        h1 { (title) }
        p { (document::said(lang)) }
        p { (said(&document["components"]["securitySchemes"]["key"]["description"])) }
        p { a href=(format!("/api/v1/openapi.json?lang={}", lang.code())) { (lang.text("api-docs-file")) } }
        p { (lang.text("api-docs-example")) }
        pre { code { "export HAILONG_URL=" (said(&document["servers"][0]["url"])) "\nexport HAILONG_KEY=hla_…\nexport ID=…" } }
        p { (lang.text("api-docs-problems")) }
        dl.answers {
            @for (name, status, title) in problem::types(lang) { dt { code { (name) } } dd { (status) " · " (title) } }
        }
        @for operation in document::OPERATIONS {
            (section(lang, operation, &document["paths"][operation.path][operation.method.to_ascii_lowercase()]))
        }
        (webhooks::section(lang))
        h2 { (lang.text("api-docs-schemas")) }
        @for (name, schema) in fields(&document["components"]["schemas"]) {
            @if schema["type"] == "object" { (properties(lang, name, schema)) }
        }
    };
    respond::public(StatusCode::OK, ui::office(lang, &title, "", app.catalogue().simulated, &body))
}

fn said(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn section(lang: Lang, operation: &document::Operation, described: &Value) -> Markup {
    let access = said(&described["security"][0]["key"][0]);
    html! {
        section.operation aria-labelledby=(operation.name) {
            h2 id=(operation.name) { (said(&described["summary"])) }
            p { code { (operation.method) " " (operation.path) } }
            p { (document::explained(lang, operation)) }
            @if !operation.codes.is_empty() {
                p {
                    (lang.text("api-docs-codes"))
                    @for (at, code) in operation.codes.iter().enumerate() { (if at == 0 { " " } else { ", " }) code { (code) } }
                    "."
                }
            }
            p { (lang.text_with("api-docs-access", &[("access", access)])) }
            @if let Some(body) = described["requestBody"]["description"].as_str() { p { (body) } }
            div.scroll tabindex="0" role="region" aria-label=(format!("{}: {}", lang.text("api-docs-parameters"), said(&described["summary"]))) {
                table {
                    caption { (lang.text("api-docs-parameters")) }
                    tbody {
                        @for parameter in described["parameters"].as_array().into_iter().flatten() {
                            tr {
                                th scope="row" { code { (said(&parameter["name"])) } }
                                td { (kind(&parameter["schema"])) }
                                td { (said(&parameter["description"])) }
                            }
                        }
                    }
                }
            }
            pre.example { code { (said(&described["x-codeSamples"][0]["source"])) } }
            dl.answers {
                @for (status, answer) in fields(&described["responses"]) {
                    dt { code { (status) } } dd { (said(&answer["description"])) }
                }
            }
        }
    }
}

fn properties(lang: Lang, name: &str, schema: &Value) -> Markup {
    let required = |field: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == field));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(name) {
            table {
                caption { code { (name) } }
                tbody {
                    @for (field, of) in fields(&schema["properties"]) {
                        tr {
                            th scope="row" { code { (field) } }
                            td { (kind(of)) @if !required(field) { " · " (lang.text("api-docs-optional")) } }
                            td { (said(&of["description"])) }
                        }
                    }
                }
            }
        }
    }
}

/// What a schema holds, in the words of OpenAPI.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(names) = schema["enum"].as_array() {
        return names.iter().map(|name| name.as_str().unwrap_or("null")).collect::<Vec<_>>().join(" | ");
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        return kinds.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    let of = |name: &str| match name {
        "array" => format!("[{}]", kind(&schema["items"])),
        other => schema["format"].as_str().unwrap_or(other).to_owned(),
    };
    match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(of).collect::<Vec<_>>().join(" | "),
        name => of(name.as_str().unwrap_or_default()),
    }
}
