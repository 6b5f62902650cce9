//! The citizen's form: open a code, choose, send. Works without JavaScript and without cookies.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use self::view::Ask;
use super::limit::Client;
use super::splice::{Encoding, SLOT};
use super::visitor::{Fields, Visit, Visitor, cookie_name};
use super::{App, respond, ui};
use crate::clock;
use crate::domain::answer::{self, Chosen, Fault};
use crate::domain::code::Code;
use crate::domain::keys::Mac16;
use crate::domain::procedure::Procedure;
use crate::domain::{Day, QuestionId};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::code_mac;
use crate::flow::collect::open::{self, Opened, Place};
use crate::flow::collect::part::Part;
use crate::flow::collect::{Outcome, Submission};
use crate::flow::suspicion::Trace;
use crate::store::responses;

pub mod back;
pub mod embed;
pub mod forms;
pub mod made;
pub mod more;
pub mod question;
pub mod refused;
pub mod view;

const HOUR_MS: i64 = 60 * 60 * 1000;
/// How long an answer waits for the key of the day.
const MARK_TIME: Duration = Duration::from_millis(250);
/// The address parameter that names the procedure, at a point that stands for several.
const PROCEDURE: &str = "t";
/// Its value for "another matter".
const OTHER: &str = "khac";

/// `GET /q/{code}`: the question, or why there is none.
pub async fn show(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Path(code): Path<String>,
    visitor: Visitor,
) -> Result<Response> {
    let Some((_, opened)) = lead(&app, &code).await? else {
        return Ok(refused::unknown(&app, &visitor, client));
    };
    let place = match opened {
        Opened::Form(place) => place,
        Opened::Unknown => return Ok(refused::unknown(&app, &visitor, client)),
        other => return Ok(refused::page(&app, &visitor, &other)),
    };
    if visitor.param("moi").is_some() {
        return another_visit(&app, &visitor);
    }
    let visit = match visitor.visit {
        Some(visit) => {
            // When the store does not answer, the form still opens: the key decides when it is sent.
            let stored = responses::by_key(&app.db, visit_key(&app, visit)).await.ok().flatten();
            if stored.is_some() {
                return Ok(refused::again(&app, &visitor, place.invitation.is_some()));
            }
            visit
        }
        None => Visit::from_random(clock::fresh()),
    };
    let Some(procedure) = choose(&app, &place, &visitor) else {
        return Ok(view::ask_procedure(&app, &visitor, &place));
    };
    let visit_field = stamped(&app, visit);
    let mut response = if visitor.param(back::RETURN).is_some() {
        // The links of such a page are its own.
        let visit = std::str::from_utf8(&visit_field).unwrap_or_default();
        let (lang, kept, procedure) = (visitor.lang, back::kept(&visitor), procedure.as_deref());
        let ask = Ask { lang, place: &place, procedure, visit, kept: &kept, fields: &[], faults: &[] };
        respond::citizen(StatusCode::OK, ask.page(app.catalogue().simulated))
    } else {
        let page = app.forms.get(&app, visitor.lang, &place, procedure.as_deref());
        let body = Body::from(page.fill(visitor.encoding, &visit_field));
        let mut response = respond::with_type(StatusCode::OK, "text/html; charset=utf-8", body);
        encoded(response.headers_mut(), visitor.encoding);
        response
    };
    remember(&app, &mut response, &visitor.path, visit)?;
    Ok(response)
}

/// `POST /q/{code}`: the first part. Answers only after it is on disk.
pub async fn answer(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Path(code): Path<String>,
    visitor: Visitor,
    mut fields: Fields,
) -> Result<Response> {
    let sent = fields.take("visit").or_else(|| visitor.visit.map(|visit| visit.as_str().to_owned()));
    let Some((visit, stamp)) = sent.as_deref().and_then(Visit::of_field) else {
        return Err(Error::invalid(crate::error::Fault::new("problem-fields")));
    };
    if visitor.hidden_origin && visitor.visit != Some(visit) {
        let simulated = app.catalogue().simulated;
        return Ok(respond::refusal(StatusCode::FORBIDDEN, visitor.lang, "problem-other-site", simulated));
    }
    let came = Came { visit, stamp, known: visit };
    store_first(&app, client, &code, &visitor, came, fields).await
}

/// What the form of a first part carries of its visit.
#[derive(Debug, Clone, Copy)]
struct Came<'a> {
    /// The visit that its page was made for.
    visit: Visit,
    /// The stamp of when.
    stamp: &'a str,
    /// The visit that its answer is known by: the same, unless another site handed the form on.
    known: Visit,
}

impl Came<'_> {
    /// The field, as the form had it.
    fn field(&self) -> String {
        format!("{}{}", self.visit.as_str(), self.stamp)
    }
}

/// Stores a first part, or says that it cannot be stored now, with all of it in a form that sends it again.
async fn store_first(
    app: &App,
    client: IpAddr,
    code: &str,
    visitor: &Visitor,
    came: Came<'_>,
    mut fields: Fields,
) -> Result<Response> {
    match first_part(app, client, code, visitor, came, &fields).await {
        Err(error) if error.is_busy() => {
            fields.0.push(("visit".into(), came.field()));
            Ok(refused::not_now(app, visitor, error, &fields))
        }
        answered => answered,
    }
}

async fn first_part(
    app: &App,
    client: IpAddr,
    code: &str,
    visitor: &Visitor,
    came: Came<'_>,
    fields: &Fields,
) -> Result<Response> {
    let Some((code_mac, opened)) = lead(app, code).await? else {
        return Ok(refused::unknown(app, visitor, client));
    };
    if let Err(wait) = app.limits.submit(client, code_mac) {
        let mut sent = fields.clone();
        sent.0.push(("visit".into(), came.field()));
        return Ok(refused::too_many(app, visitor, wait, &sent));
    }
    let key = visit_key(app, came.known);
    let place = match opened {
        Opened::Form(place) => place,
        Opened::Unknown => return Ok(refused::unknown(app, visitor, client)),
        // The same answer sent again to its own slip goes on like the first time, wherever that one got to.
        Opened::Used(place) if responses::by_key(&app.db, key).await?.is_some() => place,
        Opened::Used(_) => return Ok(refused::used_by_another(app, visitor)),
        other => return Ok(refused::page(app, visitor, &other)),
    };
    let Some(procedure) = choose(app, &place, visitor) else {
        return Ok(view::ask_procedure(app, visitor, &place));
    };
    let form = &place.questionnaire;
    let pages = form.pages();
    let first_page = pages.first().map_or(&[][..], Vec::as_slice);
    let checked = match answer::check(form, first_page, &Chosen::new(), &fields.0, form.opening().is_none()) {
        Ok(checked) => checked,
        Err(faults) => {
            return Ok(unanswered(app, visitor, &place, procedure.as_deref(), &came.field(), fields, &faults));
        }
    };
    let now_ms = app.clock.now_ms();
    let submission = Submission {
        key,
        first: None,
        invitation: place.invitation,
        unit: place.unit.id,
        procedure: procedure.as_ref().map(|procedure| procedure.id),
        point: place.point,
        channel: place.channel,
        questionnaire: form.id,
        language: visitor.lang.code().to_owned(),
        day: Day::at(now_ms),
        received_at: now_ms - now_ms.rem_euclid(HOUR_MS),
        answers: checked.answers.clone(),
        texts: checked.texts,
        trace: trace(app, &place, client, now_ms, made::is_hasty(&app.keys, came.visit, came.stamp, now_ms)).await,
    };
    let mut part = part_after(&submission, 1, checked.answers, now_ms);
    let day = submission.day;
    part.first = match app.writer.accept(submission).await? {
        Outcome::Stored(n) | Outcome::Duplicate(n) => n,
        Outcome::Used => return Ok(refused::used_by_another(app, visitor)),
        Outcome::Expired => return Ok(refused::page(app, visitor, &Opened::Expired(day))),
    };
    let next = form.next_page(&pages, 1, &answer::names_of(form, &part.answers));
    let sealed = next.map(|page| {
        part.page = page;
        part.seal(&app.keys)
    });
    thanks(visitor, sealed)
}

/// How an answer at a point came. When the store does not give the key of the day at once, the answer is taken without:
/// nobody waits for a mark.
async fn trace(app: &App, place: &Place, client: IpAddr, now_ms: i64, hasty: bool) -> Option<Trace> {
    place.point?;
    let mark = match tokio::time::timeout(MARK_TIME, app.marks.mark(&app.db, client, now_ms)).await {
        Ok(Ok(mark)) => Some(mark),
        Ok(Err(error)) => {
            tracing::warn!(cause = %error, "an answer was taken without a mark");
            None
        }
        Err(_) => {
            tracing::warn!("an answer was taken without a mark: the store took too long");
            None
        }
    };
    let staff = app.settings.staff_networks.iter().any(|network| network.contains(&client.to_canonical()));
    Some(Trace { mark, staff, hasty, at: now_ms })
}

/// Several people may share a phone: a new visit for the next one, under the address of the form itself, so that going
/// back to it later is not yet another visit.
fn another_visit(app: &App, visitor: &Visitor) -> Result<Response> {
    let mut response =
        respond::see_other(format!("{}?{}", visitor.path, carried(visitor)).trim_end_matches(['?', '&']))?;
    remember(app, &mut response, &visitor.path, Visit::from_random(clock::fresh()))?;
    Ok(response)
}

/// What the part after this submission carries on; the number of a first part is known once it is stored.
fn part_after(s: &Submission, page: usize, answers: Vec<(QuestionId, i64)>, since: i64) -> Part {
    Part {
        first: s.first.unwrap_or_default(),
        unit: s.unit,
        procedure: s.procedure,
        point: s.point,
        channel: s.channel,
        questionnaire: s.questionnaire,
        day: s.day,
        page,
        answers,
        since,
    }
}

/// Where a code leads, and its keyed hash; `None` when it cannot be a code.
async fn lead(app: &App, code: &str) -> Result<Option<(Mac16, Opened)>> {
    let Some(code) = Code::parse(code) else { return Ok(None) };
    let mac = code_mac(&app.keys, &code);
    Ok(Some((mac, open::open(&app.db, &app.catalogue(), app.clock.now_ms(), mac).await?)))
}

/// The procedure that is answered about: the place's own, or the one chosen in the address. The outer `None` means
/// that it must still be chosen; the inner one that it is another matter, or that the form is not about procedures.
#[expect(clippy::option_option, reason = "not chosen yet, and chosen to be none, are two things")]
fn choose(app: &App, place: &Place, visitor: &Visitor) -> Option<Option<Arc<Procedure>>> {
    if !place.ask_procedure {
        return Some(place.procedure.clone());
    }
    match visitor.param(PROCEDURE)? {
        OTHER => Some(None),
        code => {
            let offered = app.catalogue().offered(&place.unit, app.today());
            Some(Some(offered.into_iter().find(|procedure| procedure.code == code)?))
        }
    }
}

/// What a page carries of its visit: which it is, and when it was made for it.
fn stamped(app: &App, visit: Visit) -> [u8; SLOT] {
    let stamp = made::stamp(&app.keys, visit, app.clock.now_ms());
    [&visit.0[..], &stamp].concat().try_into().expect("a visit and a stamp fill the slot")
}

fn visit_key(app: &App, visit: Visit) -> Mac16 {
    app.keys.lasting_mac("visit", &visit.0)
}

/// The parameters that a later page of the same visit needs.
fn carried(visitor: &Visitor) -> String {
    let lang = (visitor.lang != crate::words::FIRST).then(|| format!("lang={}&", visitor.lang.code()));
    format!("{}{}", lang.unwrap_or_default(), back::kept(visitor))
}

fn thanks(visitor: &Visitor, sealed: Option<String>) -> Result<Response> {
    let query = format!("{}{}", carried(visitor), sealed.map_or_else(String::new, |part| format!("p={part}")));
    respond::see_other(format!("{}/thanks?{query}", visitor.path).trim_end_matches(['?', '&']))
}

/// Sets the visit cookie: strictly needed, says nothing about the person, lives half an hour. Its path is the one
/// that was asked for, capitals kept.
fn remember(app: &App, response: &mut Response, path: &str, visit: Visit) -> Result<()> {
    let secure = app.settings.secure();
    let cookie = format!(
        "{}={}; Path={path}; Max-Age=1800; HttpOnly; SameSite=Lax{}",
        cookie_name(secure),
        visit.as_str(),
        if secure { "; Secure" } else { "" },
    );
    response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Error::internal)?);
    Ok(())
}

fn encoded(headers: &mut HeaderMap, encoding: Encoding) {
    headers.insert(header::CONTENT_SECURITY_POLICY, ui::CITIZEN_CSP.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(name) = encoding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
}

/// The same page again, with what was entered and what is missing.
fn unanswered(
    app: &App,
    visitor: &Visitor,
    place: &Place,
    procedure: Option<&Procedure>,
    visit: &str,
    fields: &Fields,
    faults: &[Fault],
) -> Response {
    if faults.contains(&Fault::Malformed) {
        return respond::refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            visitor.lang,
            "problem-fields",
            app.catalogue().simulated,
        );
    }
    let kept = back::kept(visitor);
    let ask = Ask { lang: visitor.lang, place, procedure, visit, kept: &kept, fields: &fields.0, faults };
    respond::citizen(StatusCode::UNPROCESSABLE_ENTITY, ask.page(app.catalogue().simulated))
}
