//! `/api/v1/invitations`: one-time codes of cases, made, looked at and revoked by another system.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{LINES, Sent, Things, Written};
use super::problem;
use super::system::System;
use crate::domain::{ProcedureId, UnitId, instant, portal};
use crate::error::{Error, Fault, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::collect::open;
use crate::flow::issue::system::{self, Asked, Came, Codes, Door, Made, Outcome, Said};
use crate::present::qr::{self, Level};
use crate::store::invitations::Row;
use crate::web::citizen::embed;
use crate::web::{App, respond};
use crate::words::{FIRST, Lang};

/// The fields of an invitation that is asked for; the last three may be left out.
pub const FIELDS: [&str; 7] = ["case", "procedure", "unit", "event", "channel", "language", "return"];
/// The head field that names a creating call.
pub const CALL: &str = "idempotency-key";
/// The longest name of a call.
pub const CALL_LENGTH: usize = 255;
/// Points along the side of a PNG.
const DOTS: usize = 8;

/// What a system's request may touch.
fn door<'a>(app: &'a App, catalogue: &'a Catalogue, system: &'a System) -> Door<'a> {
    let (db, keys, now_ms) = (&app.db, &*app.keys, app.clock.now_ms());
    Door { db, keys, catalogue, now_ms, key: system.key, scope: &system.scope, request: &system.request }
}

/// `POST /api/v1/invitations`: one or up to a thousand.
///
/// # Errors
/// When the store does not answer: then nothing was made, and the same call may be made again.
pub async fn create(State(app): State<Arc<App>>, system: System, sent: Sent) -> Result<Response> {
    let lang = system.lang;
    let Some(call) = call(&sent.head) else {
        return Ok(problem::refuse(StatusCode::BAD_REQUEST, lang, &Fault::new("api-call-needed")));
    };
    let things = match sent.things() {
        Ok(things) => things,
        Err(fault) => return Ok(problem::refuse(StatusCode::BAD_REQUEST, lang, &fault)),
    };
    let things = match &things {
        Things::One(thing) => std::slice::from_ref(thing),
        Things::Many(many) if many.len() > system::MOST => {
            let fault = Fault::new("api-too-many").with("most", system::MOST);
            return Ok(problem::refuse(StatusCode::PAYLOAD_TOO_LARGE, lang, &fault));
        }
        Things::Many(many) if many.is_empty() => {
            return Ok(problem::refuse(StatusCode::UNPROCESSABLE_ENTITY, lang, &Fault::new("api-none")));
        }
        Things::Many(many) => many.as_slice(),
    };
    let catalogue = app.catalogue();
    let read: Vec<_> =
        things.iter().map(|thing| thing.texts(FIELDS).and_then(|texts| item(&catalogue, texts))).collect();
    let asked: Vec<_> = read.iter().map(|read| read.as_ref().map(|(asked, _)| *asked).map_err(Clone::clone)).collect();
    let door = door(&app, &catalogue, &system);
    let (results, codes) = match system::make(door, (call, &sent.bytes), &asked).await? {
        Came::Results(results, codes) => (results, codes),
        Came::OtherBody => {
            return Ok(problem::refuse(StatusCode::CONFLICT, lang, &Fault::new("api-call-other-body")));
        }
    };
    let told: Vec<(StatusCode, Value)> = results
        .iter()
        .zip(&read)
        .map(|(result, read)| {
            let (event, query) = read.as_ref().map_or(("", ""), |(asked, query)| (asked.event, query.as_str()));
            told(&app, lang, result, &codes, (event, query))
        })
        .collect();
    Ok(match (sent.written, sent_one(&sent, &told)) {
        (_, Some((status, body))) if status.is_success() => json(status, &body),
        (_, Some((status, body))) => problem::answer(status, lang, &body),
        (Written::Document, None) => json(StatusCode::OK, &told.into_iter().map(line).collect()),
        (Written::Lines, None) => {
            let lines: String = told.into_iter().map(|told| format!("{}\n", line(told))).collect();
            respond::with_type(StatusCode::OK, LINES, lines)
        }
    })
}

/// The one result, when one thing was sent and no list.
fn sent_one(sent: &Sent, told: &[(StatusCode, Value)]) -> Option<(StatusCode, Value)> {
    let list = sent.written == Written::Lines
        || sent.bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte == b'[');
    told.first().filter(|_| !list).cloned()
}

/// The name of a creating call: 1 to 255 visible characters.
fn call(head: &HeaderMap) -> Option<&str> {
    let mut fields = head.get_all(CALL).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else { return None };
    let name = field.to_str().ok()?.trim();
    ((1..=CALL_LENGTH).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())).then_some(name)
}

/// What is asked for in the fields, and what its link says besides the code.
fn item<'a>(catalogue: &Catalogue, texts: [&'a str; FIELDS.len()]) -> Result<(Asked<'a>, String), Vec<Fault>> {
    let [case, procedure, unit, event, channel, language, back] = texts;
    let channel = if channel.is_empty() { "case" } else { channel };
    let query = spoken(catalogue, language, back)?;
    Ok((Asked { case, procedure, unit, channel, event }, query))
}

/// What the addresses of an invitation say besides its code, when there is such a language and such a way back.
fn spoken(catalogue: &Catalogue, language: &str, back: &str) -> Result<String, Vec<Fault>> {
    let (lang, back) = (spoken_lang(language), way_back(catalogue, back));
    match (lang, back) {
        (Ok(lang), Ok(back)) => Ok(embed::query(lang, back.as_deref())),
        (lang, back) => Err(lang.err().into_iter().chain(back.err()).collect()),
    }
}

fn spoken_lang(language: &str) -> Result<Lang, Fault> {
    match language {
        "" => Ok(FIRST),
        code => Lang::by_code(code).ok_or_else(|| Fault::new("api-language-unknown")),
    }
}

fn way_back(catalogue: &Catalogue, asked: &str) -> Result<Option<String>, Fault> {
    match (asked, portal::way_back(&catalogue.portals, asked)) {
        ("", _) => Ok(None),
        (_, Some((_, address))) => Ok(Some(address)),
        (_, None) => Err(Fault::new("api-return-unlisted")),
    }
}

/// One result in words: its status, and the invitation or the problem.
fn told(app: &App, lang: Lang, result: &Outcome, codes: &Codes, (event, query): (&str, &str)) -> (StatusCode, Value) {
    match result {
        Outcome::Made(made) => match codes.get(&made.reference) {
            Some((code, typed)) => {
                let status = if made.new { StatusCode::CREATED } else { StatusCode::OK };
                (status, invitation(app, made, (code.as_str(), &typed.to_string()), (event, query)))
            }
            // The key no longer works in its unit.
            None => (StatusCode::NOT_FOUND, problem::body(StatusCode::NOT_FOUND, lang, None, Vec::new())),
        },
        Outcome::Refused(said) => {
            let elsewhere = said.iter().any(|said| said.key == "api-case-elsewhere");
            let status = if elsewhere { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let sentences: Vec<String> = said.iter().map(|said| sentence(lang, said)).collect();
            let errors = said.iter().zip(&sentences).map(|(said, s)| problem::fault(&said.key, s.clone())).collect();
            (status, problem::body(status, lang, Some(sentences.join(" ")), errors))
        }
    }
}

fn sentence(lang: Lang, said: &Said) -> String {
    let args: Vec<(&str, &str)> = said.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    lang.text_with(&said.key, &args)
}

/// One line of the results of many.
fn line((status, value): (StatusCode, Value)) -> Value {
    let what = if status.is_success() { "invitation" } else { "problem" };
    json!({ "status": status.as_u16(), what: value })
}

fn base(app: &App) -> &str {
    app.settings.public_url.as_deref().unwrap_or(&app.settings.own_url)
}

/// An invitation in words, with its codes; `query` is what follows a link.
pub(super) fn invitation(app: &App, made: &Made, (code, typed): (&str, &str), (event, query): (&str, &str)) -> Value {
    let base = base(app);
    json!({
        "id": made.reference,
        "code": code,
        "typed_code": typed,
        "link": format!("{base}/q/{code}{query}"),
        "frame": format!("{base}/q/{code}/embed{query}"),
        "qr": format!("{base}/api/v1/invitations/{}/qr", made.reference),
        "event": event,
        "expires_at": instant(made.expires_at),
        "new": made.new,
    })
}

fn json(status: StatusCode, value: &Value) -> Response {
    respond::with_type(status, "application/json", value.to_string())
}

/// `GET /api/v1/invitations/{id}`: how an invitation stands; never when it was answered, or what was said.
///
/// # Errors
/// Not found outside the units of the key.
pub async fn show(State(app): State<Arc<App>>, system: System, Path(id): Path<String>) -> Result<Response> {
    let catalogue = app.catalogue();
    let door = door(&app, &catalogue, &system);
    let row = system::one(door, &id).await?;
    Ok(json(StatusCode::OK, &standing(door, &row)))
}

fn standing(door: Door<'_>, row: &Row) -> Value {
    let unit = door.catalogue.units.get(&UnitId(row.unit_id));
    let procedure = row.procedure_id.and_then(|id| door.catalogue.procedures.get(&ProcedureId(id)));
    json!({
        "id": row.reference,
        "status": system::status(row, door.now_ms).name(),
        "unit": unit.map(|unit| unit.code.as_str()),
        "procedure": procedure.map(|procedure| procedure.code.as_str()),
        "channel": row.channel,
        "expires_at": instant(row.expires_at),
    })
}

/// `POST /api/v1/invitations/{id}/revoke`.
///
/// # Errors
/// Not found outside the units of the key; conflict when it was answered or its time is over.
pub async fn revoke(State(app): State<Arc<App>>, system: System, Path(id): Path<String>) -> Result<Response> {
    let catalogue = app.catalogue();
    let door = door(&app, &catalogue, &system);
    match system::revoke(door, &id).await {
        Ok(row) => Ok(json(StatusCode::OK, &standing(door, &row))),
        Err(Error::Conflict(_)) => {
            Ok(problem::refuse(StatusCode::CONFLICT, system.lang, &Fault::new("api-invitation-over")))
        }
        Err(error) => Err(error),
    }
}

/// How the first question is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spoken {
    /// Code of a language.
    pub language: String,
    /// Where the citizen may go back to.
    #[serde(rename = "return")]
    pub back: String,
}

/// `GET /api/v1/invitations/{id}/question`: the first question as a form for the portal's own page.
///
/// # Errors
/// Not found outside the units of the key; gone when it cannot be answered any more; invalid for a way back that is not
/// on the list.
pub async fn question(
    State(app): State<Arc<App>>,
    system: System,
    Path(id): Path<String>,
    Query(asked): Query<Spoken>,
) -> Result<Response> {
    let catalogue = app.catalogue();
    let door = door(&app, &catalogue, &system);
    let row = system::one(door, &id).await?;
    let (code, _) = system::codes_of(door, &row)?;
    let lang = spoken_lang(&asked.language).map_err(Error::invalid)?;
    let back = way_back(&catalogue, &asked.back).map_err(Error::invalid)?;
    let place = open::place_of(&catalogue, &row).ok_or(Error::NotFound("invitation"))?;
    let form = embed::fragment(&app, base(&app), &code, &place, lang, back.as_deref());
    Ok(respond::with_type(StatusCode::OK, "text/html; charset=utf-8", form.into_string()))
}

/// How a symbol is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
    Svg,
    Png,
}

/// `GET /api/v1/invitations/{id}/qr`: the symbol, drawn as the request takes it.
///
/// # Errors
/// Not found outside the units of the key; gone when it cannot be answered any more.
pub async fn symbol(
    State(app): State<Arc<App>>,
    system: System,
    Path(id): Path<String>,
    head: HeaderMap,
) -> Result<Response> {
    let catalogue = app.catalogue();
    let door = door(&app, &catalogue, &system);
    let row = system::one(door, &id).await?;
    let (code, _) = system::codes_of(door, &row)?;
    let asked = head.contains_key(header::ACCEPT);
    let drawn = problem::best(&head, &header::ACCEPT, |kind| match kind {
        "image/png" => Some(Drawn::Png),
        "image/svg+xml" | "image/*" | "*/*" => Some(Drawn::Svg),
        _ => None,
    });
    let symbol = qr::symbol(&qr::address(base(&app), &code), Level::Q)?;
    let mut response = match drawn {
        Some(Drawn::Png) => respond::with_type(StatusCode::OK, "image/png", symbol.png(DOTS)?),
        None if asked => problem::plain(StatusCode::NOT_ACCEPTABLE, system.lang),
        Some(Drawn::Svg) | None => respond::with_type(StatusCode::OK, "image/svg+xml", symbol.svg()),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}
