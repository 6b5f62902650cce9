//! Answers that anybody may keep for a while, the same for all: with an ETag and, where one is known, the instant of their
//! last change, so that whoever asks again gets them only when they changed.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use maud::Markup;
use sha2::{Digest, Sha256};

use super::respond;
use crate::error::{Error, Result};

/// How long a copy may be shown without asking: what is taken back is gone within a minute.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// A page; without an instant it is known by its mark alone. That is a weak one: it is packed in different ways.
///
/// # Errors
/// Internal, when the mark cannot stand in a head.
pub fn page(head: &HeaderMap, changed_ms: Option<i64>, markup: Markup) -> Result<Response> {
    let tag = format!("W/{}", tag(markup.0.as_bytes()));
    if is_known(head, &tag, changed_ms) {
        let same = respond::with_type(StatusCode::NOT_MODIFIED, "text/html; charset=utf-8", "");
        return marked(same, &tag, changed_ms);
    }
    marked(respond::public(StatusCode::OK, markup), &tag, changed_ms)
}

/// A file; with a name it is saved under it, and without an instant it is known by its mark alone.
///
/// # Errors
/// As [`page`].
pub fn file(
    head: &HeaderMap,
    changed_ms: Option<i64>,
    content_type: &'static str,
    name: Option<&str>,
    bytes: Vec<u8>,
) -> Result<Response> {
    let tag = tag(&bytes);
    let mut response = if is_known(head, &tag, changed_ms) {
        respond::with_type(StatusCode::NOT_MODIFIED, content_type, "")
    } else {
        respond::with_type(StatusCode::OK, content_type, bytes)
    };
    if let Some(name) = name {
        let saved = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Error::internal)?;
        response.headers_mut().insert(header::CONTENT_DISPOSITION, saved);
    }
    marked(response, &tag, changed_ms)
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(bytes)[..12]))
}

fn marked(mut response: Response, tag: &str, changed_ms: Option<i64>) -> Result<Response> {
    let head = response.headers_mut();
    head.insert(header::ETAG, HeaderValue::from_str(tag).map_err(Error::internal)?);
    head.insert(header::CACHE_CONTROL, KEPT);
    let changed = changed_ms.and_then(|at| Timestamp::from_millisecond(at).ok());
    let printed = changed.and_then(|at| rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok());
    if let Some(changed) = printed {
        head.insert(header::LAST_MODIFIED, HeaderValue::from_str(&changed).map_err(Error::internal)?);
    }
    Ok(response)
}

/// Whether whoever asks has just this: by its mark, or without one by the instant of its last change.
fn is_known(head: &HeaderMap, tag: &str, changed_ms: Option<i64>) -> bool {
    let lines = head.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(',')).map(str::trim).peekable();
    if named.peek().is_some() {
        let plain = |tag: &str| tag.trim_start_matches("W/").to_owned();
        return named.any(|named| named == "*" || plain(named) == plain(tag));
    }
    let since = head.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    let since = since.and_then(|text| rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
    since.zip(changed_ms).is_some_and(|(since, changed)| changed / 1000 <= since.as_second())
}
