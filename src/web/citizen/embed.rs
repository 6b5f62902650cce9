//! The first question on another site's page: as a form among its own markup, or in a frame. Answering leads to us, in
//! the whole window, so that nothing depends on what a browser keeps for a site inside another.
//!
//! A form on another site's page cannot be told from one that a third site made up, so here the code is what counts: it
//! must be of an invitation, which is a secret of 80 bits that one person was given. A code that hangs on a wall is not
//! taken at this door, and of origins that browsers name only ours and those on the list.

use std::sync::{Arc, LazyLock};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::question::Page;
use super::{Came, back, carried, refused, remember, stamped, store_first};
use crate::clock;
use crate::domain::code::Code;
use crate::error::{Error, Fault, Result};
use crate::flow::collect::catalogue::{Catalogue, code_mac};
use crate::flow::collect::open::{self, Opened, Place};
use crate::web::limit::Client;
use crate::web::splice::SLOT;
use crate::web::visitor::{Fields, Visit, Visitor};
use crate::web::{App, respond};
use crate::words::{FIRST, Lang};

/// Style of the frame: black on white, as wide as it is given.
const CSS: &str = include_str!("../../../static/embed.css");
static CSS_HASH: LazyLock<String> = LazyLock::new(|| data_encoding::BASE64.encode(&Sha256::digest(CSS)));

/// `GET /q/{code}/embed`: the first question of an invitation, for a frame of a site on the list.
///
/// # Errors
/// When the store does not answer.
pub async fn show(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Path(code): Path<String>,
    visitor: Visitor,
    head: HeaderMap,
) -> Result<Response> {
    let Some(code) = Code::parse(&code) else { return Ok(refused::unknown(&app, &visitor, client)) };
    let mac = code_mac(&app.keys, &code);
    let opened = open::open(&app.db, &app.catalogue(), app.clock.now_ms(), mac).await?;
    // Opened by itself it would be half a page.
    if head.get("sec-fetch-dest").is_some_and(|to| to == "document") {
        let address = format!("/q/{}?{}", code.as_str(), carried(&visitor));
        return respond::see_other(address.trim_end_matches(['?', '&']));
    }
    let lang = visitor.lang;
    let notice = |title: String| html! { h1 { (title) } };
    let (title, body) = match &opened {
        Opened::Form(place) if place.invitation.is_some() => {
            let action = format!("/q/{}/embed?{}", code.as_str(), carried(&visitor));
            let visit = stamped(&app, Visit::from_random(clock::fresh()));
            let action = action.trim_end_matches(['?', '&']);
            let asked = Question { lang, place, action, visit, simulated: app.catalogue().simulated, framed: true };
            (lang.text("portal-question"), asked.form())
        }
        Opened::Form(_) | Opened::Unknown => return Ok(refused::unknown(&app, &visitor, client)),
        Opened::Used(_) => (lang.text("code-used"), notice(lang.text("code-used"))),
        over @ (Opened::Expired(_) | Opened::Closed(_) | Opened::Revoked) => {
            let title = refused::title(lang, over);
            (title.clone(), notice(title))
        }
    };
    let page = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(CSS)) }
            }
            body { main { (body) } }
        }
    };
    Ok(respond::framed(page, policy(&app.catalogue())?))
}

/// The policy of the frame: its own style, its own form, and exactly the sites on the list around it.
fn policy(catalogue: &Catalogue) -> Result<HeaderValue> {
    let origins = back::origins(catalogue);
    let around = if origins.is_empty() { "'none'".to_owned() } else { origins.join(" ") };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors {around}; \
         object-src 'none'",
        *CSS_HASH,
    );
    HeaderValue::from_str(&policy).map_err(Error::internal)
}

/// `POST /q/{code}/embed`: the first part, from another site's page or its frame; then the rest, here.
///
/// # Errors
/// When nothing can be stored now for another reason than being busy.
pub async fn answer(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Path(code): Path<String>,
    mut visitor: Visitor,
    head: HeaderMap,
    mut fields: Fields,
) -> Result<Response> {
    let catalogue = app.catalogue();
    let code = Code::parse(&code).filter(|code| catalogue.point(code_mac(&app.keys, code)).is_none());
    let Some(code) = code else { return Ok(refused::unknown(&app, &visitor, client)) };
    if !may_come_from(&app, &catalogue, &head) {
        let (lang, simulated) = (visitor.lang, catalogue.simulated);
        return Ok(respond::refusal(StatusCode::FORBIDDEN, lang, "problem-other-site", simulated));
    }
    let sent = fields.take("visit").unwrap_or_default();
    let Some((visit, stamp)) = Visit::of_field(&sent) else {
        return Err(Error::invalid(Fault::new("problem-fields")));
    };
    visitor.path = format!("/q/{}", code.as_str());
    // The site that handed the form on has seen its visit, and may keep it: the answer is known by another, which nobody
    // can work out once the key of the day is gone.
    let known = match app.marks.handed_on(&app.db, &visit.0, app.clock.now_ms()).await {
        Ok(known) => Visit::from_random(known),
        Err(error) if error.is_busy() => {
            fields.0.push(("visit".into(), sent.clone()));
            return Ok(refused::not_now(&app, &visitor, error, &fields));
        }
        Err(error) => return Err(error),
    };
    let came = Came { visit, stamp, known };
    let mut response = store_first(&app, client, code.as_str(), &visitor, came, fields).await?;
    if response.status() == StatusCode::SEE_OTHER {
        remember(&app, &mut response, &visitor.path, known)?;
    }
    Ok(response)
}

/// Whether a form may come from where the browser says: from us, from the list, or where it does not say.
fn may_come_from(app: &App, catalogue: &Catalogue, head: &HeaderMap) -> bool {
    let Some(origin) = head.get(header::ORIGIN).map(HeaderValue::as_bytes) else { return true };
    let own = app.settings.public_url.as_deref().unwrap_or(&app.settings.own_url);
    let listed = back::origins(catalogue);
    origin == b"null" || origin == own.as_bytes() || listed.iter().any(|listed| listed.as_bytes() == origin)
}

/// The first question of an invitation as a form that sends its answer to us.
#[derive(Debug)]
pub struct Question<'a> {
    /// Language.
    pub lang: Lang,
    /// What is answered about.
    pub place: &'a Place,
    /// Where the form goes.
    pub action: &'a str,
    /// The visit and its stamp.
    pub visit: [u8; SLOT],
    /// Whether the data are made up.
    pub simulated: bool,
    /// Whether it stands in a frame of ours: then it has a heading, and leads to the whole window.
    pub framed: bool,
}

impl<'a> Question<'a> {
    /// The form; a questionnaire that begins otherwise is led to by a link.
    #[must_use]
    pub fn form(&self) -> Markup {
        let (lang, form) = (self.lang, &*self.place.questionnaire);
        let page = Page { lang, form, fields: &[], faults: &[] };
        let window = self.framed.then_some("_top");
        let Some(opening) = form.opening() else {
            let (title, language) = page.said(&form.title);
            return html! { p { a href=(self.action.replacen("/embed", "", 1)) target=[window] lang=[language] { (title) } } };
        };
        let (asked, language) = page.said(&opening.label);
        html! {
            form method="post" action=(self.action) target=[window] {
                input type="hidden" name="visit" value=(std::str::from_utf8(&self.visit).unwrap_or_default());
                fieldset {
                    legend lang=[language] { @if self.framed { h1 { (asked) } } @else { (asked) } }
                    @for choice in &opening.choices {
                        @let (words, language) = page.said(&choice.label);
                        label { input type="radio" name=(opening.name) value=(choice.name) required; " " span lang=[language] { (words) } }
                    }
                }
                button type="submit" { (lang.text("q-send")) }
            }
            p { small { (lang.text("q-anon")) } }
            @if self.simulated { p { small { (lang.text("simulated")) } } }
        }
    }
}

/// What the addresses of an invitation say besides its code: the language of its page and the way back.
#[must_use]
pub fn query(lang: Lang, way_back: Option<&str>) -> String {
    let lang = (lang != FIRST).then(|| format!("lang={}", lang.code()));
    let parts: Vec<String> = lang.into_iter().chain(way_back.map(back::parameter)).collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// A form for another site's page, about an invitation that can be answered.
#[must_use]
pub fn fragment(app: &App, base: &str, code: &Code, place: &Place, lang: Lang, way_back: Option<&str>) -> Markup {
    let action = format!("{base}/q/{}/embed{}", code.as_str(), query(lang, way_back));
    let visit = stamped(app, Visit::from_random(clock::fresh()));
    let simulated = app.catalogue().simulated;
    Question { lang, place, action: &action, visit, simulated, framed: false }.form()
}
