//! What the tablet's program asks: pairing, what to show, and handing in answers. JSON both ways; a device is known by
//! its key alone, and can do nothing else with it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{KEY, TICKET, files, secret, set};
use crate::domain::questionnaire::{Question, Questionnaire, Texts};
use crate::domain::{KioskId, PointId};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::{Point, open_codes};
use crate::flow::kiosk::{self, Pairing, Start, take};
use crate::present::qr;
use crate::store::kiosks::Row;
use crate::web::App;
use crate::web::frame::RequestId;
use crate::words::Lang;

/// Longest batch.
const BODY: usize = 512 * 1024;
/// Longest time a whole body may take.
const BODY_TIME: Duration = Duration::from_secs(15);
/// How long a browser keeps the key: as long as browsers keep anything.
pub(super) const KEY_LIFE: u64 = 400 * 24 * 60 * 60;
const TICKET_LIFE: u64 = kiosk::PAIRING_MS as u64 / 1000;

/// What a tablet sent, from a page of ours, as JSON.
#[derive(Debug)]
pub struct Sent {
    head: HeaderMap,
    request: String,
    body: Value,
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let refuse = |status: StatusCode| super::json(status, &json!({ "error": status.as_str() }));
        let (parts, body) = request.into_parts();
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if text("sec-fetch-site").is_some_and(|site| site != "same-origin") {
            return Err(refuse(StatusCode::FORBIDDEN));
        }
        let kind = text("content-type").unwrap_or_default();
        if kind.split(';').next().is_none_or(|kind| !kind.trim().eq_ignore_ascii_case("application/json"))
            || parts.headers.contains_key(header::CONTENT_ENCODING)
        {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        if text("content-length").and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > BODY) {
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let bytes = match tokio::time::timeout(BODY_TIME, Limited::new(body, BODY).collect()).await {
            Ok(Ok(collected)) => collected.to_bytes(),
            Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
                return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE));
            }
            Ok(Err(_)) => return Err(refuse(StatusCode::BAD_REQUEST)),
            Err(_) => {
                let mut response = super::json(StatusCode::REQUEST_TIMEOUT, &json!({ "error": "408" }));
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                return Err(response);
            }
        };
        let Ok(body) = serde_json::from_slice(&bytes) else { return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY)) };
        let request = parts.extensions.get::<RequestId>().map(RequestId::hex).unwrap_or_default();
        Ok(Self { head: parts.headers, request, body })
    }
}

/// `POST /kiosk/pair`: a code is entered.
///
/// # Errors
/// When the store does not answer.
pub async fn pair(State(app): State<Arc<App>>, sent: Sent) -> Result<Response> {
    let code = sent.body.get("code").and_then(Value::as_str).unwrap_or_default();
    Ok(match kiosk::pair(&app.db, &app.keys, app.clock.now_ms(), &sent.request, code).await? {
        Pairing::Missed => super::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": "code" })),
        Pairing::Stopped => {
            let mut response = super::json(StatusCode::TOO_MANY_REQUESTS, &json!({ "error": "stopped" }));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(TICKET_LIFE));
            response
        }
        Pairing::Waits(id, ticket, check_number) => {
            let (unit, counter) = place(&app, id).await?;
            let told = json!({ "unit": unit, "counter": counter, "check_number": check_number });
            let mut response = super::json(StatusCode::OK, &told);
            set(&app, &mut response, TICKET, ticket.as_str(), TICKET_LIFE)?;
            response
        }
    })
}

async fn place(app: &App, id: KioskId) -> Result<(String, String)> {
    let all = crate::domain::account::Scope::All;
    let row = crate::store::kiosks::one_within(&app.db, &all, id.0).await?.ok_or(Error::NotFound("kiosk"))?;
    let point = point_of(app, &row).await?;
    Ok((point.unit.name.clone(), point.label.to_string()))
}

/// The point of a kiosk; read again when it is newer than what is known by heart.
async fn point_of(app: &App, row: &Row) -> Result<Arc<Point>> {
    let find = || app.catalogue().point_of(PointId(row.point_id));
    if find().is_none() {
        app.refresh().await?;
    }
    find().ok_or_else(|| Error::internal("a kiosk stands at a point that is not there"))
}

/// `POST /kiosk/start`: whoever holds the device said yes; it gets its key once an administrator confirmed it.
///
/// # Errors
/// When the store does not answer.
pub async fn start(State(app): State<Arc<App>>, sent: Sent) -> Result<Response> {
    let gone = || super::json(StatusCode::GONE, &json!({ "state": "gone" }));
    let Some(ticket) = secret(&app, &sent.head, TICKET) else { return Ok(gone()) };
    Ok(match kiosk::start(&app.db, &app.keys, app.clock.now_ms(), &sent.request, &ticket).await? {
        Start::Wait => super::json(StatusCode::OK, &json!({ "state": "waiting" })),
        Start::Gone => gone(),
        Start::Key(key) => {
            let mut response = super::json(StatusCode::OK, &json!({ "state": "paired" }));
            set(&app, &mut response, KEY, key.as_str(), KEY_LIFE)?;
            response
        }
    })
}

/// `POST /kiosk/decline`: whoever holds the device said no.
///
/// # Errors
/// When the store does not answer.
pub async fn decline(State(app): State<Arc<App>>, sent: Sent) -> Result<Response> {
    if let Some(ticket) = secret(&app, &sent.head, TICKET) {
        kiosk::decline(&app.db, &app.keys, app.clock.now_ms(), &sent.request, &ticket).await?;
    }
    let mut response = super::json(StatusCode::OK, &json!({ "state": "unpaired" }));
    set(&app, &mut response, TICKET, "", 0)?;
    // It may have been confirmed meanwhile, and have got a key that is worth nothing now.
    set(&app, &mut response, KEY, "", 0)?;
    Ok(response)
}

/// `POST /kiosk/leave`: the device is taken out of use at the device itself.
///
/// # Errors
/// When the store does not answer.
pub async fn leave(State(app): State<Arc<App>>, sent: Sent) -> Result<Response> {
    let now_ms = app.clock.now_ms();
    if let Some(key) = secret(&app, &sent.head, KEY)
        && let Some(device) = kiosk::who(&app.db, &app.keys, now_ms, &sent.request, &key).await?
    {
        kiosk::leave(&app.db, &app.keys, now_ms, &sent.request, &device.row).await?;
    }
    let mut response = super::json(StatusCode::OK, &json!({ "state": "unpaired" }));
    set(&app, &mut response, KEY, "", 0)?;
    Ok(response)
}

/// `GET /kiosk/setup`: whose device this is and what it asks.
///
/// # Errors
/// When the store does not answer.
pub async fn setup(State(app): State<Arc<App>>, request: Request) -> Result<Response> {
    let (app, number) = (&app, request.extensions().get::<RequestId>().map(RequestId::hex).unwrap_or_default());
    let Some(key) = secret(app, request.headers(), KEY) else {
        return Ok(super::json(StatusCode::OK, &json!({ "state": "unpaired", "version": *files::VERSION })));
    };
    let Some(device) = kiosk::who(&app.db, &app.keys, app.clock.now_ms(), &number, &key).await? else {
        return Ok(super::json(StatusCode::UNAUTHORIZED, &json!({ "state": "revoked" })));
    };
    let point = point_of(app, &device.row).await?;
    if device.row.revoked_at.is_some() || point.revoked {
        return Ok(super::json(StatusCode::OK, &json!({ "state": "revoked", "version": *files::VERSION })));
    }
    let mut response = super::json(StatusCode::OK, &shown(app, &device.row, &point)?);
    if let Some(next) = device.renewed {
        set(app, &mut response, KEY, next.as_str(), KEY_LIFE)?;
    }
    Ok(response)
}

fn shown(app: &App, row: &Row, point: &Point) -> Result<Value> {
    let form = &*point.questionnaire;
    let (opening, reasons) = take::asked(form).ok_or_else(|| Error::internal("a form that a kiosk cannot ask"))?;
    let code = open_codes(&app.keys, &point.sealed).map(|(code, _)| code);
    let qr = code.map(|code| qr::symbol(&qr::address(&app.settings.own_url, &code), qr::Level::Q)).transpose()?;
    let pin = kiosk::pin(&app.keys, KioskId(row.id));
    let salt = data_encoding::HEXLOWER.encode(&app.keys.lasting_mac("kiosk pin salt", &row.id.to_be_bytes()));
    let pin_hash = <sha2::Sha256 as sha2::Digest>::digest(format!("{salt}{pin}"));
    Ok(json!({
        "state": "paired",
        "version": *files::VERSION,
        "unit": point.unit.name,
        "counter": &*point.label,
        "procedure": point.procedure.as_ref().map(|procedure| procedure.name.as_str()),
        "simulated": app.catalogue().simulated,
        "form": form.id.0,
        "rating": question(form, opening),
        "reasons": reasons.map(|reasons| question(form, reasons)),
        "qr": qr.map(|symbol| symbol.svg()),
        "pin": { "salt": salt, "hash": data_encoding::HEXLOWER.encode(&pin_hash) },
    }))
}

/// A question with its choices, in every language that the screen can have.
pub(super) fn question(form: &Questionnaire, question: &Question) -> Value {
    let said = |texts: &Texts| -> serde_json::Map<String, Value> {
        Lang::all().into_iter().map(|lang| (lang.code().to_owned(), form.words(texts, lang.code()).into())).collect()
    };
    let choice = |choice: &crate::domain::questionnaire::Choice| json!({ "name": choice.name, "value": choice.value, "label": said(&choice.label) });
    let choices: Vec<Value> = question.choices.iter().map(choice).collect();
    json!({ "name": question.name, "label": said(&question.label), "choices": choices })
}

/// `POST /kiosk/batch`: answers are handed in; one result for each, after they are on disk.
///
/// # Errors
/// Busy when the store does not answer: everything may be sent again.
pub async fn batch(State(app): State<Arc<App>>, sent: Sent) -> Result<Response> {
    let refuse = |status, error: &str| Ok(super::json(status, &json!({ "error": error })));
    let Some(key) = secret(&app, &sent.head, KEY) else { return refuse(StatusCode::UNAUTHORIZED, "key") };
    let now_ms = app.clock.now_ms();
    let Some(device) = kiosk::who(&app.db, &app.keys, now_ms, &sent.request, &key).await? else {
        return refuse(StatusCode::UNAUTHORIZED, "key");
    };
    let Ok(batch) = take::Batch::deserialize(&sent.body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "batch");
    };
    if batch.items.len() > take::ITEMS {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "items");
    }
    point_of(&app, &device.row).await?;
    let languages: Vec<&str> = Lang::all().into_iter().map(Lang::code).collect();
    let catalogue = app.catalogue();
    let (db, keys, writer, languages) = (&app.db, &*app.keys, &app.writer, &languages[..]);
    let door = take::Door { db, keys, writer, catalogue: &catalogue, languages, now_ms };
    let results = take::take(door, &device.row, &batch).await?;
    let state = if device.row.revoked_at.is_some() { "revoked" } else { "paired" };
    let told = json!({ "state": state, "version": *files::VERSION, "results": results });
    let mut response = super::json(StatusCode::OK, &told);
    if let Some(next) = device.renewed {
        set(&app, &mut response, KEY, next.as_str(), KEY_LIFE)?;
    }
    Ok(response)
}
