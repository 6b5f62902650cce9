//! `/sign-in/sso`: to the provider of single sign-on, and back.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::sign_in::{self, Kept};
use crate::clock;
use crate::error::{Error, Result};
use crate::flow::people::identity;
use crate::web::frame::RequestId;
use crate::web::limit::Client;
use crate::web::permit;
use crate::web::provider::Begun;
use crate::web::visitor::{Visitor, cookie_value, encode};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// How long the way to the provider and back may take.
const WAY_MS: i64 = 10 * 60 * 1000;
const ABOUT: &str = "single sign-on";

/// Name of the cookie that comes back with whoever went.
fn name(app: &App) -> &'static str {
    if app.settings.secure() { "__Host-sso" } else { "sso" }
}

/// The way to the provider, on the page of signing in; nothing when there is none. What was being sent is on that page
/// alone and does not come along, which is said before.
pub(super) fn way(app: &App, lang: Lang, kept: &Kept, again: bool) -> Markup {
    let again = if again { "&again=1" } else { "" };
    html! {
        @if let Some(provider) = &app.provider {
            @if kept.fields.is_some() { p { (lang.text_with("sso-loses", &[("name", provider.name())])) } }
            // With something to lose, back to where it can be entered again: the page before, not the one it was sent to.
            @let to = if kept.fields.is_some() { "" } else { kept.to.as_str() };
            p { a.next href=(format!("/sign-in/sso?lang={}{again}&to={}", lang.code(), encode(to))) {
                (lang.text_with("sso-go", &[("name", provider.name())]))
            } }
        }
    }
}

/// `GET /sign-in/sso`: a link and not a form, for our pages let no form lead to another site.
///
/// # Errors
/// Not found when there is no provider, busy when it does not answer.
pub async fn go(State(app): State<Arc<App>>, Client(client): Client, visitor: Visitor) -> Result<Response> {
    let provider = app.provider.as_ref().ok_or(Error::NotFound("page"))?;
    // Each start makes us ask the provider: it is a try that only coming back as somebody makes good.
    if let Err(wait) = app.throttle.begin(client, app.clock.now_ms()) {
        return Ok(sign_in::wait_page(many(&app, visitor.lang, wait), wait));
    }
    let to = visitor.param("to").filter(|to| sign_in::is_ours(to)).unwrap_or_default().to_owned();
    let (url, begun) = provider.begin(app.clock.now_ms(), visitor.param("again").is_some(), to).await?;
    let sealed = app.keys.seal(ABOUT, clock::fresh(), &serde_json::to_vec(&begun)?);
    let mut response = respond::see_other(&url)?;
    let value = data_encoding::BASE64URL_NOPAD.encode(&sealed);
    permit::set_cookie(&app, &mut response, name(&app), &value, Some(WAY_MS as u64 / 1000))?;
    Ok(response)
}

/// `GET /sign-in/sso/back`: whoever comes back from where this browser was sent, with what it was given to bring.
///
/// # Errors
/// Not found when there is no provider, busy when it does not answer.
pub async fn back(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Extension(request): Extension<RequestId>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let provider = app.provider.as_ref().ok_or(Error::NotFound("page"))?;
    let (lang, now_ms) = (visitor.lang, app.clock.now_ms());
    let begun = cookie_value(&headers, name(&app)).and_then(|value| opened(&app, value));
    let state = visitor.param("state").unwrap_or_default();
    let ours = |iss: &str| iss == provider.issuer();
    let begun = begun.filter(|begun| begun.is_of(state, now_ms, WAY_MS) && visitor.param("iss").is_none_or(ours));
    let identity = match (&begun, visitor.param("code")) {
        (Some(begun), Some(code)) => provider.finish(now_ms, begun, code).await?,
        _ => None,
    };
    let mut response = match (&begun, &identity) {
        (Some(begun), Some(identity)) => {
            app.throttle.forgive(client);
            let before = permit::session_cookie(&app, &headers);
            let request = request.hex();
            match identity::sign_in(&app.db, &app.keys, now_ms, &request, identity, before.as_ref()).await? {
                Some(cookie) => {
                    let kept = Kept { to: begun.to.clone(), fields: None };
                    sign_in::entered_page(&app, lang, &kept, &cookie, None).await?
                }
                None => unlinked(&app, lang, provider.name(), &identity.subject),
            }
        }
        _ => refused(&app, lang, provider.name()),
    };
    permit::set_cookie(&app, &mut response, name(&app), "", Some(0))?;
    Ok(response)
}

fn opened(app: &App, value: &str) -> Option<Begun> {
    let sealed = data_encoding::BASE64URL_NOPAD.decode(value.as_bytes()).ok()?;
    serde_json::from_slice(&app.keys.open(ABOUT, &sealed)?).ok()
}

/// More begin from one address than come back.
fn many(app: &App, lang: Lang, wait_s: u64) -> Response {
    let say = lang.text_with("sign-in-wait", &[("n", &wait_s.div_ceil(60).to_string())]);
    told(app, lang, StatusCode::TOO_MANY_REQUESTS, &lang.text("sso-refused"), &html! { p { (say) } })
}

/// What the provider says is not believed, or it says nothing.
fn refused(app: &App, lang: Lang, provider: &str) -> Response {
    let say = lang.text_with("sso-refused-say", &[("name", provider)]);
    told(app, lang, StatusCode::FORBIDDEN, &lang.text("sso-refused"), &html! { p { (say) } })
}

/// It is believed, but no account is linked: the person can tell the administrator what to link.
fn unlinked(app: &App, lang: Lang, provider: &str, subject: &str) -> Response {
    let body = html! {
        p { (lang.text_with("sso-unlinked-say", &[("name", provider)])) }
        p.given id="subject" { (subject) }
    };
    told(app, lang, StatusCode::FORBIDDEN, &lang.text("sso-unlinked"), &body)
}

fn told(app: &App, lang: Lang, status: StatusCode, title: &str, say: &Markup) -> Response {
    let body = html! {
        h1 { (title) }
        (say)
        p { a.next href=(format!("/sign-in?lang={}", lang.code())) { (lang.text("sso-to-sign-in")) } }
    };
    respond::page(status, ui::office(lang, title, "", app.catalogue().simulated, &body))
}
