//! Answers that are only sent when they changed: an ETag for each, and 304 for whoever has it.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::web::respond;

/// JSON, or nothing when whoever asks has just this.
///
/// # Errors
/// Internal, when the mark cannot stand in a head.
pub fn json(head: &HeaderMap, value: &Value) -> Result<Response> {
    bytes(head, "application/json", value.to_string().into_bytes())
}

/// Any other text, likewise.
///
/// # Errors
/// As [`json`].
pub fn bytes(head: &HeaderMap, kind: &'static str, text: Vec<u8>) -> Result<Response> {
    let hash = Sha256::digest(&text);
    let tag = format!("\"{}\"", data_encoding::BASE64URL_NOPAD.encode(&hash[..12]));
    let mut response = if has(head, &tag) {
        respond::with_type(StatusCode::NOT_MODIFIED, kind, "")
    } else {
        respond::with_type(StatusCode::OK, kind, text)
    };
    let head = response.headers_mut();
    head.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    // Kept by whoever asked, and asked about again each time.
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Whether `If-None-Match` names this mark, strongly or weakly.
fn has(head: &HeaderMap, tag: &str) -> bool {
    let lines = head.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(',')).map(|part| part.trim().trim_start_matches("W/"));
    named.any(|named| named == tag || named == "*")
}
