//! `/sign-in`: a name and a password; again before weighty acts; and out. What was being sent when a session had ended
//! is kept on the page and can be sent again afterwards.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use maud::{Markup, html};

use super::{Field, errors, factor, sso, titled};
use crate::clock;
use crate::domain::account::{self, Role};
use crate::domain::password;
use crate::error::{Error, Fault, Result};
use crate::flow::people::session::{self, Cookie, Entered, Stage, Which, Who};
use crate::flow::people::tries::Tries;
use crate::web::frame::RequestId;
use crate::web::limit::Client;
use crate::web::permit::{self, Permit, Sent};
use crate::web::visitor::{Fields, Visitor, cookie_value, encode};
use crate::web::{App, respond, throttle, ui};
use crate::words::Lang;

/// How long a browser stays known, in seconds.
const KNOWN_SECONDS: u64 = 180 * 24 * 60 * 60;
/// The forms of coming in: what they send may be what was kept before.
const STEPS: [&str; 3] = ["/sign-in/again", "/sign-in/code", "/account/second-factor"];
/// What the names of kept fields begin with.
const KEPT: &str = "kept.";

/// Where somebody was going, and what they were sending.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub(super) to: String,
    pub(super) fields: Option<Vec<(String, String)>>,
}

impl Kept {
    /// Of a request that is not let through.
    #[must_use]
    pub fn of(uri: &Uri, sent: Option<&Fields>) -> Self {
        // A step that is not let through itself goes on keeping; nothing is kept around what is kept.
        if let Some(step) = sent.filter(|_| STEPS.contains(&uri.path())) {
            return Self::back(&mut step.clone());
        }
        let to = uri.path_and_query().map_or("/account", |to| to.as_str()).to_owned();
        let keep = |(name, _): &&(String, String)| name != "csrf" && !name.contains("password");
        Self { to, fields: sent.map(|sent| sent.0.iter().filter(keep).cloned().collect()) }
    }

    /// As the page of signing in sends it back; only an address of ours is ever gone to.
    pub(super) fn back(fields: &mut Fields) -> Self {
        let to = fields.take("to").filter(|to| is_ours(to)).unwrap_or_default();
        let sends = fields.take("sends").is_some();
        let kept = fields.0.drain(..).filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?.to_owned(), value)));
        let kept: Vec<_> = kept.collect();
        Self { to, fields: sends.then_some(kept) }
    }

    pub(super) fn hidden(&self) -> Markup {
        html! {
            @if !self.to.is_empty() { input type="hidden" name="to" value=(self.to); }
            @if let Some(fields) = &self.fields {
                input type="hidden" name="sends" value="1";
                @for (name, value) in fields { input type="hidden" name=(format!("{KEPT}{name}")) value=(value); }
            }
        }
    }
}

pub(super) fn is_ours(to: &str) -> bool {
    to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains(['\\', '#'])
        && to.bytes().all(|b| b.is_ascii_graphic())
}

/// Instead of a page that needs an account: to the page of signing in; what was sent is kept there.
#[must_use]
pub fn instead(app: &App, lang: Lang, kept: Kept, had_session: bool) -> Response {
    if kept.fields.is_some() {
        let notice = had_session.then_some("sign-in-ended");
        return page(app, lang, &kept, "", notice, &[], StatusCode::UNAUTHORIZED);
    }
    let ended = if had_session { "&het=1" } else { "" };
    respond::see_other(&format!("/sign-in?lang={}{ended}&to={}", lang.code(), encode(&kept.to)))
        .unwrap_or_else(axum::response::IntoResponse::into_response)
}

/// Instead of a weighty page: the password first; what was sent is kept there.
#[must_use]
pub fn again_instead(app: &App, lang: Lang, who: &Who, kept: Kept) -> Response {
    if kept.fields.is_some() {
        return again_page(app, lang, who, &kept, &[], StatusCode::UNAUTHORIZED);
    }
    respond::see_other(&format!("/sign-in/again?lang={}&to={}", lang.code(), encode(&kept.to)))
        .unwrap_or_else(axum::response::IntoResponse::into_response)
}

/// `GET /sign-in`.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let to = visitor.param("to").filter(|to| is_ours(to)).unwrap_or_default().to_owned();
    let notice = match (visitor.param("het"), visitor.param("moi")) {
        (Some(_), _) => Some("sign-in-ended"),
        (_, Some(_)) => Some("sign-in-chosen"),
        _ => None,
    };
    page(&app, visitor.lang, &Kept { to, fields: None }, "", notice, &[], StatusCode::OK)
}

/// `POST /sign-in`.
///
/// # Errors
/// Busy when too many passwords wait to be checked.
pub async fn enter(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Extension(request): Extension<RequestId>,
    visitor: Visitor,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response> {
    let lang = visitor.lang;
    let entered = fields.take("login").unwrap_or_default();
    let typed = fields.take("password").unwrap_or_default();
    let kept = Kept::back(&mut fields);
    let login = account::login(&entered).unwrap_or_default();
    let _place = app.hashing.place()?;
    let known = known_browser(&app, &headers, &login);
    let tries = tries(&login, known.as_deref());
    if let Some(wait) = throttle::begin(&app, tries, client).await? {
        return Ok(wait_page(
            page(&app, lang, &kept, &entered, None, &[wait_fault(wait)], StatusCode::TOO_MANY_REQUESTS),
            wait,
        ));
    }
    let before = permit::session_cookie(&app, &headers);
    let (now_ms, request) = (app.clock.now_ms(), request.hex());
    // More than the longest password is never right, and not worth hashing.
    let typed: String = typed.chars().take(password::LONGEST * 4).collect();
    let outcome =
        session::sign_in(&app.db, &app.keys, &app.hashing, now_ms, &request, (&entered, &typed), before.as_ref())
            .await?;
    let cookie = match outcome {
        Entered::Wrong => {
            let wrong = [Fault::new("sign-in-wrong")];
            return Ok(page(&app, lang, &kept, &entered, None, &wrong, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Entered::TooShort(token) => {
            throttle::forgive(&app, tries, client).await?;
            return respond::see_other(&format!("/link/{token}?lang={}&ngan=1", lang.code()));
        }
        Entered::In(cookie) => cookie,
    };
    throttle::forgive(&app, tries, client).await?;
    entered_page(&app, lang, &kept, &cookie, known).await
}

fn tries<'a>(login: &'a str, known: Option<&'a str>) -> Tries<'a> {
    known.map_or(Tries::Name(login), |browser| Tries::Browser(login, browser))
}

/// After a step of coming in: to the next one, or on to where the person was going, or the page to send again what was
/// kept. Only whoever is all the way in makes this browser a known one.
pub(super) async fn entered_page(
    app: &App,
    lang: Lang,
    kept: &Kept,
    cookie: &Cookie,
    known: Option<String>,
) -> Result<Response> {
    let who = behind(app, cookie).await?;
    let to = if kept.to.is_empty() { landing(&who) } else { &kept.to };
    let mut response = match (who.stage, &kept.fields) {
        (Stage::Code, _) => factor::code_instead(app, lang, &who, kept.clone()),
        (Stage::Enrol, _) => factor::enrol_instead(app, lang, &who, kept.clone()).await?,
        (Stage::Inside, None) => respond::see_other(&in_language(to, lang))?,
        (Stage::Inside, Some(fields)) => respond::page(StatusCode::OK, send_again(app, lang, &who, to, fields)),
    };
    permit::set_cookie(app, &mut response, permit::session_name(app), cookie.as_str(), None)?;
    if who.stage == Stage::Inside {
        know(app, &mut response, &who.login, known)?;
    }
    Ok(response)
}

/// Where somebody begins who was not on the way to anything: whoever manages, at the figures.
fn landing(who: &Who) -> &'static str {
    let manages = who.grants.iter().any(|grant| matches!(grant.role, Role::Manager | Role::Leader));
    if manages { "/manage" } else { "/account" }
}

/// Who is behind a session that has just begun.
pub(super) async fn behind(app: &App, cookie: &Cookie) -> Result<Who> {
    let who = session::who(&app.db, app.clock.now_ms(), cookie, &app.settings.mfa_roles).await?;
    who.ok_or(Error::Busy("session"))
}

/// An address in the language of the page that leads to it.
pub(super) fn in_language(to: &str, lang: Lang) -> String {
    match (lang == crate::words::FIRST || to.contains("lang="), to.contains('?')) {
        (true, _) => to.to_owned(),
        (false, true) => format!("{to}&lang={}", lang.code()),
        (false, false) => format!("{to}?lang={}", lang.code()),
    }
}

fn send_again(app: &App, lang: Lang, who: &Who, to: &str, fields: &[(String, String)]) -> Markup {
    let title = lang.text("sign-in-kept");
    let body = html! {
        h1 { (title) }
        (sending(app, lang, who, to, fields))
    };
    ui::staff(lang, &title, &ui::Signed::of(who, &app.keys), "", app.catalogue().simulated, &body)
}

/// What was kept, and the button that sends it.
pub(super) fn sending(app: &App, lang: Lang, who: &Who, to: &str, fields: &[(String, String)]) -> Markup {
    html! {
        p { (lang.text("sign-in-kept-say")) }
        form method="post" action=(to) novalidate {
            input type="hidden" name="csrf" value=(who.csrf(&app.keys));
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button.main type="submit" { (lang.text("sign-in-kept-send")) }
        }
    }
}

fn page(
    app: &App,
    lang: Lang,
    kept: &Kept,
    entered: &str,
    notice: Option<&str>,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let title = lang.text("sign-in-title");
    let field = |name, label, value, complete| Field { lang, name, label, hint: None, value, complete, faults };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        @if let Some(notice) = notice { p.notice role="status" { (lang.text(notice)) } }
        form.narrow id="main-form" method="post" action=(format!("/sign-in?lang={}#loi", lang.code())) novalidate {
            (kept.hidden())
            (field("login", "sign-in-login", entered, "username").text())
            (field("password", "sign-in-password", "", "current-password").password())
            button.main type="submit" { (lang.text("sign-in-go")) }
        }
        (sso::way(app, lang, kept, false))
    };
    let switch = if kept.to.is_empty() { String::new() } else { format!("to={}&", encode(&kept.to)) };
    let switch = if kept.fields.is_some() { String::new() } else { switch };
    respond::page(status, ui::office(lang, &titled(lang, &title, faults), &switch, app.catalogue().simulated, &body))
}

pub(super) fn wait_fault(seconds: u64) -> Fault {
    Fault::new("sign-in-wait").with("n", seconds.div_ceil(60))
}

pub(super) fn wait_page(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// `GET /sign-in/again`.
pub async fn show_again(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    let to = visitor.param("to").filter(|to| is_ours(to)).unwrap_or_default().to_owned();
    again_page(&app, visitor.lang, &permit.who, &Kept { to, fields: None }, &[], StatusCode::OK)
}

/// `POST /sign-in/again`.
///
/// # Errors
/// Busy when too many passwords wait to be checked.
pub async fn again(
    State(app): State<Arc<App>>,
    Client(client): Client,
    visitor: Visitor,
    headers: HeaderMap,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let (lang, who) = (visitor.lang, &permit.who);
    let typed = fields.take("password").unwrap_or_default();
    let kept = Kept::back(&mut fields);
    let known = known_browser(&app, &headers, &who.login);
    let tries = tries(&who.login, known.as_deref());
    if let Some(wait) = throttle::begin(&app, tries, client).await? {
        return Ok(wait_page(
            again_page(&app, lang, who, &kept, &[wait_fault(wait)], StatusCode::TOO_MANY_REQUESTS),
            wait,
        ));
    }
    let now_ms = app.clock.now_ms();
    match session::confirm(&app.db, &app.keys, &app.hashing, now_ms, &permit.request, who, &typed).await? {
        None => {
            let wrong = [Fault::new("password-wrong")];
            Ok(again_page(&app, lang, who, &kept, &wrong, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Some(cookie) => {
            throttle::forgive(&app, tries, client).await?;
            entered_page(&app, lang, &kept, &cookie, known).await
        }
    }
}

fn again_page(app: &App, lang: Lang, who: &Who, kept: &Kept, faults: &[Fault], status: StatusCode) -> Response {
    let title = lang.text("sign-in-again");
    let signed = ui::Signed::of(who, &app.keys);
    let field = Field {
        lang,
        name: "password",
        label: "sign-in-password",
        hint: None,
        value: "",
        complete: "current-password",
        faults,
    };
    let body = html! {
        (errors(lang, faults))
        h1 { (title) }
        p { (lang.text("sign-in-again-say")) }
        form.narrow method="post" action=(format!("/sign-in/again?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (kept.hidden())
            input type="hidden" name="username" value=(who.login) autocomplete="username";
            (field.password())
            button.main type="submit" { (lang.text("sign-in-again-go")) }
        }
        (sso::way(app, lang, kept, true))
    };
    respond::page(status, ui::staff(lang, &titled(lang, &title, faults), &signed, "", app.catalogue().simulated, &body))
}

/// `POST /sign-out`.
///
/// # Errors
/// When the store does not answer: then the session goes on.
pub async fn out(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit, Sent(_): Sent) -> Result<Response> {
    session::end(&app.db, &app.keys, app.clock.now_ms(), &permit.request, &permit.who, Which::This).await?;
    let mut response = respond::see_other(&format!("/sign-in?lang={}", visitor.lang.code()))?;
    permit::set_cookie(&app, &mut response, permit::session_name(&app), "", Some(0))?;
    let everything = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    response.headers_mut().insert("clear-site-data", everything);
    Ok(response)
}

/// Name of the cookie of a browser that somebody signed in with before.
fn known_name(app: &App) -> &'static str {
    if app.settings.secure() { "__Host-kb" } else { "kb" }
}

fn known_mac(app: &App, login: &str, browser: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&app.keys.mac("known browser", format!("{login}\n{browser}").as_bytes()))
}

/// The browser, when its cookie shows that this login name signed in with it before.
pub(super) fn known_browser(app: &App, headers: &HeaderMap, login: &str) -> Option<String> {
    let (browser, mac) = cookie_value(headers, known_name(app))?.split_once('.')?;
    password::same(known_mac(app, login, browser).as_bytes(), mac.as_bytes()).then(|| browser.to_owned())
}

fn know(app: &App, response: &mut Response, login: &str, known: Option<String>) -> Result<()> {
    let browser = known.unwrap_or_else(|| data_encoding::BASE64URL_NOPAD.encode(&clock::random::<16>()));
    let value = format!("{browser}.{}", known_mac(app, login, &browser));
    permit::set_cookie(app, response, known_name(app), &value, Some(KNOWN_SECONDS))
}
