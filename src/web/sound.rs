//! Questions read aloud: a player that loads nothing until it is pressed, and the sound it then loads.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::{App, respond};
use crate::domain::questionnaire::Question;
use crate::domain::sound;
use crate::error::{Error, Result};
use crate::store::sounds;
use crate::words::Lang;

/// The player of a question that has a sound in the page's language.
#[must_use]
pub fn player(lang: Lang, question: &Question, words: &str) -> Markup {
    html! {
        @if let Some(name) = question.sound.get(lang.code()) {
            @let say = lang.text("q-listen");
            div.sound {
                span aria-hidden="true" { (say) }
                audio controls preload="none" src=(format!("/sound/{name}")) aria-label=(format!("{say}: {words}")) {}
            }
        }
    }
}

/// `GET /sound/{name}`: browsers may keep it for ever, for its name is made of what is in it.
///
/// # Errors
/// Not found when there is no such sound.
pub async fn serve(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response> {
    let body = if sound::is_name(&name) { sounds::by_name(&app.db, &name).await? } else { None };
    let body = body.ok_or(Error::NotFound("sound"))?;
    let mut response = respond::with_type(StatusCode::OK, "audio/ogg; codecs=opus", Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}
