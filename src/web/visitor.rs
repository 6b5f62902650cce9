//! Who asks and what was sent: language, encoding, visit cookie, and form fields read within limits.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::respond;
use super::splice::Encoding;
use crate::words::{FIRST, Lang};

/// Longest form body.
const BODY: usize = 64 * 1024;
/// Longest time a whole body may take.
const BODY_TIME: Duration = Duration::from_secs(15);
/// Most fields in a form.
const FIELDS: usize = 100;

/// Characters of a visit.
pub const VISIT: usize = 22;

/// What the head of a request says about who asks.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Language of the page.
    pub lang: Lang,
    /// Best encoding the browser takes.
    pub encoding: Encoding,
    /// The visit that the cookie carries.
    pub visit: Option<Visit>,
    /// Whether the browser hid from where a form was sent, so that only the cookie can show that it was ours.
    pub hidden_origin: bool,
    /// The path as it was asked for, capitals kept.
    pub path: String,
    /// Parameters of the address.
    pub query: Vec<(String, String)>,
}

/// A visit: 128 random bits as 22 characters of base64url; the idempotency key of what it sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Visit(pub [u8; VISIT]);

impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Visit(…)")
    }
}

impl Visit {
    /// A visit of 128 random bits.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let text = data_encoding::BASE64URL_NOPAD.encode(&bytes);
        Self(text.into_bytes().try_into().expect("16 bytes are 22 characters"))
    }

    /// Reads a visit; `None` when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let visit: [u8; VISIT] = text.as_bytes().try_into().ok()?;
        data_encoding::BASE64URL_NOPAD.decode(&visit).ok().map(|_| Self(visit))
    }

    /// Reads the visit that a form carries, and the rest of that field: the stamp of when its page was made.
    #[must_use]
    pub fn of_field(field: &str) -> Option<(Self, &str)> {
        let (visit, stamp) = field.split_at_checked(VISIT)?;
        Some((Self::parse(visit)?, stamp))
    }

    /// The 22 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Name of the cookie; browsers hold `__Secure-` to TLS.
#[must_use]
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Secure-visit" } else { "visit" }
}

impl Visitor {
    /// A parameter of the address.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = pairs(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        Ok(Self {
            lang: lang_of(parts.uri.query()),
            encoding: Encoding::accepted(text(&parts.headers, header::ACCEPT_ENCODING)),
            visit: cookie(&parts.headers),
            hidden_origin: parts.extensions.get::<HiddenOrigin>().is_some(),
            path: parts.uri.path().to_owned(),
            query,
        })
    }
}

/// Marks a form of which the browser hid from where it was sent.
#[derive(Debug, Clone, Copy)]
struct HiddenOrigin;

/// Our pages ask for no referrer, and Safari before 16.4 then calls the origin of their forms `null`, without the newer
/// field that says "same origin". Refusing that would lose the answers of whole makes of telephones. So at the doors of
/// citizens it counts as not said, and the first part is believed only with the cookie that its page set; a later part
/// carries our seal, and a typed code stores nothing.
pub fn note_hidden_origin(request: &mut Request) {
    let headers = request.headers();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let hidden = (origins.next().map(|origin| origin.as_bytes()), origins.next()) == (Some(b"null"), None);
    let path = request.uri().path();
    let door = path == "/" || path.starts_with("/q/") || path.starts_with("/Q/");
    if hidden && door && !is_embed(path) && !headers.contains_key("sec-fetch-site") {
        request.headers_mut().remove(header::ORIGIN);
        request.extensions_mut().insert(HiddenOrigin);
    }
}

/// The door for the first question on another site's page.
#[must_use]
pub fn is_embed(path: &str) -> bool {
    path.starts_with("/q/") && path.ends_with("/embed")
}

/// The language an address asks for.
#[must_use]
pub fn lang_of(query: Option<&str>) -> Lang {
    let code = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
    code.and_then(Lang::by_code).unwrap_or(FIRST)
}

fn cookie(headers: &HeaderMap) -> Option<Visit> {
    [cookie_name(true), cookie_name(false)].iter().find_map(|name| cookie_value(headers, name).and_then(Visit::parse))
}

/// What a cookie holds.
#[must_use]
pub fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A text as it stands in the query of an address.
#[must_use]
pub fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The fields of a form, in the order they were sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// What was entered in a field, for showing it again; nothing when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Takes a field out; `None` when it is not there or there twice.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let mut found = self.0.iter().enumerate().filter(|(_, (key, _))| key == name).map(|(i, _)| i);
        let at = found.next()?;
        found.next().is_none().then(|| self.0.remove(at).1)
    }
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let lang = lang_of(request.uri().query());
        let refuse = |status, key| respond::refusal(status, lang, key, false);
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "problem-encoding"));
        }
        let kind = text(request.headers(), header::CONTENT_TYPE).unwrap_or_default();
        if kind
            .split(';')
            .next()
            .is_none_or(|kind| !kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
        {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "problem-content-type"));
        }
        let announced = text(request.headers(), header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > BODY as u64) {
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "problem-body"));
        }
        let body = match tokio::time::timeout(BODY_TIME, read(request.into_body())).await {
            Ok(Ok(body)) => body,
            Ok(Err(status)) => return Err(refuse(status, "problem-body")),
            Err(_) => return Err(cut(lang)),
        };
        match pairs(&body) {
            Some(fields) if fields.len() <= FIELDS => Ok(Self(fields)),
            _ => Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "problem-fields")),
        }
    }
}

/// A body that took too long: told, and the connection ended.
fn cut(lang: Lang) -> Response {
    let mut response = respond::refusal(StatusCode::REQUEST_TIMEOUT, lang, "problem-slow", false);
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response.into_response()
}

async fn read(body: Body) -> Result<Vec<u8>, StatusCode> {
    match Limited::new(body, BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// Pairs of an urlencoded text; `None` when what is encoded is not UTF-8 or an escape is broken.
fn pairs(text: &[u8]) -> Option<Vec<(String, String)>> {
    text.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            Some((decode(&pair[..at])?, decode(pair.get(at + 1..).unwrap_or_default())?))
        })
        .collect()
}

fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
                (digit(rest.next())? * 16 + digit(rest.next())?) as u8
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}
