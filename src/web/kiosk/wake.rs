//! Waking a tablet: server-sent events, and the same to be asked for where a network lets no events through. A stream
//! ends by itself before any proxy or time limit would cut it, and the tablet comes back at once.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use hyper::body::Frame;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::device::{KEY_LIFE, question};
use super::{KEY, secret, set};
use crate::domain::PointId;
use crate::error::Result;
use crate::flow::issue::wake::{self, Woken};
use crate::flow::kiosk::{self, take};
use crate::web::frame::RequestId;
use crate::web::{App, respond};

/// How long one stream lasts: shorter than the time after which a silent connection is cut.
const TURN: Duration = Duration::from_secs(20);
/// How soon the tablet comes back after a turn.
const AGAIN_MS: u32 = 50;
/// Events that wait for a tablet which does not read.
const WAITING: usize = 8;

/// `GET /kiosk/wake`: what a tablet is to ask; nothing when that is the general question.
///
/// # Errors
/// When the store does not answer.
pub async fn now(State(app): State<Arc<App>>, request: Request) -> Result<Response> {
    let device = match device(&app, asked_by(&app, &request)).await? {
        Ok(device) => device,
        Err(refusal) => return Ok(refusal),
    };
    let now_ms = app.clock.now_ms();
    let woken = wake::of(&app.db, &app.keys, now_ms, device.point).await?;
    let told = json!({ "wake": woken.map(|woken| said(&app, now_ms, &woken)) });
    device.renew(&app, super::json(StatusCode::OK, &told))
}

/// A tablet that may be told.
struct Device {
    point: PointId,
    renewed: Option<kiosk::Secret>,
}

impl Device {
    fn renew(self, app: &App, mut response: Response) -> Result<Response> {
        if let Some(next) = self.renewed {
            set(app, &mut response, KEY, next.as_str(), KEY_LIFE)?;
        }
        Ok(response)
    }
}

/// The key that a request carries, and its number.
fn asked_by(app: &App, request: &Request) -> (Option<kiosk::Secret>, String) {
    let number = request.extensions().get::<RequestId>().map(RequestId::hex).unwrap_or_default();
    (secret(app, request.headers(), KEY), number)
}

/// The tablet that asks, or why it is told nothing.
async fn device(app: &App, (key, number): (Option<kiosk::Secret>, String)) -> Result<Result<Device, Response>> {
    let refuse = |status: StatusCode| Ok(Err(super::json(status, &json!({ "error": status.as_str() }))));
    let Some(key) = key else { return refuse(StatusCode::NOT_FOUND) };
    match kiosk::who(&app.db, &app.keys, app.clock.now_ms(), &number, &key).await? {
        Some(device) if device.row.revoked_at.is_none() => {
            Ok(Ok(Device { point: PointId(device.row.point_id), renewed: device.renewed }))
        }
        _ => refuse(StatusCode::UNAUTHORIZED),
    }
}

/// `GET /kiosk/events`: the same as it happens.
///
/// # Errors
/// When the store does not answer.
pub async fn events(State(app): State<Arc<App>>, request: Request) -> Result<Response> {
    let device = match device(&app, asked_by(&app, &request)).await? {
        Ok(device) => device,
        Err(refusal) => return Ok(refusal),
    };
    let point = device.point;
    // Listening comes first: what is said while the store is asked is then heard twice, and never missed.
    let heard = app.tablets.listen();
    let current = wake::of(&app.db, &app.keys, app.clock.now_ms(), point).await?;
    let (sender, events) = mpsc::channel(WAITING);
    let telling = app.clone();
    tokio::spawn(async move { tell(&telling, point, current, heard, &sender).await.unwrap_or_default() });
    let mut response =
        respond::with_type(StatusCode::OK, "text/event-stream; charset=utf-8", Body::new(Events(events)));
    // Proxies that gather an answer before they pass it on would hold a wake back.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    device.renew(&app, response)
}

/// One turn of a tablet; `None` when it has gone.
async fn tell(
    app: &App,
    point: PointId,
    current: Option<Woken>,
    mut heard: tokio::sync::broadcast::Receiver<Woken>,
    tablet: &mpsc::Sender<Bytes>,
) -> Option<()> {
    let turn = tokio::time::sleep(TURN);
    tokio::pin!(turn);
    let mut last = 0;
    tablet.send(Bytes::from(format!("retry: {AGAIN_MS}\n\n"))).await.ok()?;
    let mut next = current;
    loop {
        if let Some(woken) = next.take().filter(|woken| woken.point == point && woken.n > last) {
            last = woken.n;
            let said = said(app, app.clock.now_ms(), &woken);
            tablet.send(Bytes::from(format!("event: wake\nid: {last}\ndata: {said}\n\n"))).await.ok()?;
        }
        let heard = tokio::select! {
            () = &mut turn => return None,
            () = app.stopping.cancelled() => return None,
            () = tablet.closed() => return None,
            heard = heard.recv() => heard,
        };
        match heard {
            Ok(woken) => next = Some(woken),
            // So far behind that some were missed: the tablet comes back and is told anew.
            Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
        }
    }
}

/// A wake as the tablet reads it. How long it still lasts is told, not until when: clocks of tablets are wrong.
fn said(app: &App, now_ms: i64, woken: &Woken) -> Value {
    let catalogue = app.catalogue();
    let procedure = woken.wake.procedure.and_then(|id| catalogue.procedures.get(&id).cloned());
    let form = catalogue.latest(&woken.wake.form);
    let asked = form.as_ref().and_then(|form| take::asked(form).map(|asked| (form, asked)));
    json!({
        "n": woken.n,
        "invitation": woken.wake.code,
        "form": form.as_ref().map(|form| form.id.0),
        "rating": asked.as_ref().map(|(form, (opening, _))| question(form, opening)),
        "reasons": asked.as_ref().and_then(|(form, (_, reasons))| reasons.map(|reasons| question(form, reasons))),
        "procedure": procedure.map(|procedure| procedure.name.clone()),
        "lang": woken.wake.lang,
        "left_ms": (woken.expires_at - now_ms).max(0),
    })
}

/// The body of a stream: ends when its sender does.
struct Events(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
