//! What goes to registered addresses, as the OpenAPI document and its page describe it.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::schemas::{day, flag, indicators, instant, object, one_of, or_null, reference, text, whole};
use crate::domain::period::CutOff;
use crate::domain::topic::Topic;
use crate::flow::assess::VerdictName;
use crate::words::Lang;

/// What the head of every message holds.
const HEADS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// The schema of what a message tells: its name, and its fields.
fn told(topic: Topic) -> (&'static str, Vec<(&'static str, Value)>) {
    let verdicts = || one_of([VerdictName::Met, VerdictName::NotMet, VerdictName::NotEnough].map(VerdictName::name));
    match topic {
        Topic::InvitationUsed => ("InvitationUsed", vec![("day", day()), ("unit", text()), ("used", whole())]),
        Topic::FigureReleased => ("FigureReleased", vec![("cut", day()), ("release", whole())]),
        Topic::VerdictChanged => (
            "VerdictChanged",
            vec![
                ("cut", day()),
                ("period", text()),
                ("indicator", indicators()),
                ("unit", or_null(text())),
                ("from", verdicts()),
                ("to", verdicts()),
            ],
        ),
        Topic::KioskSilent => (
            "KioskSilent",
            vec![
                ("alert", whole()),
                ("kiosk", or_null(whole())),
                ("unit", or_null(text())),
                ("last_day", or_null(day())),
            ],
        ),
        Topic::ReportPublished => (
            "ReportPublished",
            vec![
                ("publication", whole()),
                ("period", text()),
                ("cut_off", one_of(CutOff::ALL.map(CutOff::name))),
                ("replaces", or_null(whole())),
                ("live", flag()),
                ("path", text()),
            ],
        ),
    }
}

/// The schemas of what messages tell, by name.
#[must_use]
pub fn schemas(lang: Lang) -> Map<String, Value> {
    Topic::ALL.into_iter().map(told).map(|(name, fields)| (name.to_owned(), object(lang, &[], fields))).collect()
}

/// The part `webhooks` of the document: a message of each kind.
#[must_use]
pub fn all(lang: Lang) -> Value {
    let heads: Vec<Value> = HEADS.iter().map(|name| head(lang, name)).collect();
    let one = |topic: Topic| {
        let envelope =
            vec![("type", one_of([topic.name()])), ("timestamp", instant()), ("data", reference(told(topic).0))];
        let key = format!("api-webhook-{}", topic.key());
        let post = json!({
            "operationId": topic.key(),
            "summary": lang.text(&key),
            "description": lang.text(&format!("{key}-say")),
            "parameters": heads,
            "requestBody": { "required": true, "content": { "application/json": { "schema": object(lang, &[], envelope) } } },
            "responses": { "2XX": { "description": lang.text("api-answer-2xx") } },
            "security": [],
        });
        (topic.name().to_owned(), json!({ "post": post }))
    };
    Value::Object(Topic::ALL.into_iter().map(one).collect())
}

fn head(lang: Lang, name: &str) -> Value {
    json!({
        "name": name, "in": "header", "required": true,
        "description": lang.text(&format!("api-param-{name}")), "schema": { "type": "string" },
    })
}

/// The part of the page.
#[must_use]
pub fn section(lang: Lang) -> Markup {
    html! {
        section.operation aria-labelledby="webhooks" {
            h2 id="webhooks" { (lang.text("api-docs-webhooks")) }
            p { (lang.text("api-docs-webhooks-say")) }
            dl.answers {
                @for name in HEADS { dt { code { (name) } } dd { (lang.text(&format!("api-param-{name}"))) } }
                @for topic in Topic::ALL {
                    @let key = format!("api-webhook-{}", topic.key());
                    dt { code { (topic.name()) } " → " code { (told(topic).0) } }
                    dd { (lang.text(&key)) ". " (lang.text(&format!("{key}-say"))) }
                }
            }
        }
    }
}
