//! What other systems are told when something is wrong: `application/problem+json` (RFC 9457), in the language that
//! the head of their request asks for.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::error::{Error, Fault};
use crate::web::respond::{self, fault_text};
use crate::words::{FIRST, Lang};

/// The type of these answers.
pub const TYPE: &str = "application/problem+json";

/// Whether an address is one of other systems.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// The best language that `Accept-Language` names and we have; the first one when it names none of ours.
#[must_use]
pub fn lang_of(head: &HeaderMap) -> Lang {
    best(head, &header::ACCEPT_LANGUAGE, |name| Lang::by_code(name.split('-').next().unwrap_or_default()))
        .unwrap_or(FIRST)
}

/// What is asked for most of all in a list such as `en;q=0.8, vi`, among what we know; the earlier of two alike.
pub fn best<T>(head: &HeaderMap, name: &header::HeaderName, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let lines = head.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut best: Option<(f32, T)> = None;
    for part in lines.flat_map(|line| line.split(',')) {
        let (name, more) = part.split_once(';').unwrap_or((part, ""));
        let weight = more.split(';').find_map(|more| more.trim().strip_prefix("q="));
        let weight: f32 = weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
        let better = weight > 0.0 && best.as_ref().is_none_or(|(so_far, _)| weight > *so_far);
        if let Some(found) = known(&name.trim().to_ascii_lowercase()).filter(|_| better) {
            best = Some((weight, found));
        }
    }
    best.map(|(_, found)| found)
}

/// The kinds of problem, by status; each has a title `api-problem-KIND` and a sentence `api-problem-KIND-say`.
const KINDS: [(StatusCode, &str); 17] = [
    (StatusCode::BAD_REQUEST, "request"),
    (StatusCode::UNAUTHORIZED, "key"),
    (StatusCode::FORBIDDEN, "access"),
    (StatusCode::NOT_FOUND, "absent"),
    (StatusCode::METHOD_NOT_ALLOWED, "method"),
    (StatusCode::NOT_ACCEPTABLE, "accept"),
    (StatusCode::REQUEST_TIMEOUT, "slow"),
    (StatusCode::CONFLICT, "conflict"),
    (StatusCode::GONE, "gone"),
    (StatusCode::PAYLOAD_TOO_LARGE, "size"),
    (StatusCode::URI_TOO_LONG, "address"),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media"),
    (StatusCode::MISDIRECTED_REQUEST, "host"),
    (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
    (StatusCode::TOO_MANY_REQUESTS, "pace"),
    (StatusCode::SERVICE_UNAVAILABLE, "busy"),
    (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
];

fn kind(status: StatusCode) -> &'static str {
    let known = KINDS.iter().find(|(each, _)| *each == status).map(|(_, kind)| *kind);
    known.unwrap_or(if status.is_server_error() { "internal" } else { "request" })
}

/// What a problem of a status is called.
#[must_use]
pub fn kind_of(status: u16) -> &'static str {
    StatusCode::from_u16(status).map_or("request", kind)
}

/// The type of a problem, by which programs know it.
fn name_of(kind: &str) -> String {
    format!("urn:hailong:problem:{kind}")
}

/// Every type of problem: its name, its status, what it is called.
pub fn types(lang: Lang) -> impl Iterator<Item = (String, u16, String)> {
    KINDS.iter().map(move |(status, kind)| (name_of(kind), status.as_u16(), lang.text(&format!("api-problem-{kind}"))))
}

/// The body of a problem: what it is, in words, and each fault by itself.
#[must_use]
pub fn body(status: StatusCode, lang: Lang, detail: Option<String>, errors: Vec<Value>) -> Value {
    let kind = kind(status);
    let detail = detail.unwrap_or_else(|| lang.text(&format!("api-problem-{kind}-say")));
    let mut body = json!({
        "type": name_of(kind),
        "title": lang.text(&format!("api-problem-{kind}")),
        "status": status.as_u16(),
        "detail": detail,
    });
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    body
}

/// One fault: its name, which does not change with the language, and its sentence.
#[must_use]
pub fn fault(key: &str, sentence: String) -> Value {
    json!({ "code": key, "detail": sentence })
}

/// Faults of an input, as a body.
#[must_use]
pub fn faults(lang: Lang, faults: &[Fault]) -> Value {
    let sentences: Vec<String> = faults.iter().map(|fault| fault_text(lang, fault)).collect();
    let errors = faults.iter().zip(&sentences).map(|(each, sentence)| fault(each.key, sentence.clone())).collect();
    body(StatusCode::UNPROCESSABLE_ENTITY, lang, Some(sentences.join(" ")), errors)
}

/// An answer of this kind.
#[must_use]
pub fn answer(status: StatusCode, lang: Lang, body: &Value) -> Response {
    let mut response = respond::with_type(status, TYPE, body.to_string());
    if let Ok(code) = HeaderValue::from_str(lang.code()) {
        response.headers_mut().insert(header::CONTENT_LANGUAGE, code);
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// A refusal with a sentence of its own.
#[must_use]
pub fn refuse(status: StatusCode, lang: Lang, fault: &Fault) -> Response {
    let sentence = fault_text(lang, fault);
    answer(status, lang, &body(status, lang, Some(sentence.clone()), vec![self::fault(fault.key, sentence)]))
}

/// A refusal that its status says all about.
#[must_use]
pub fn plain(status: StatusCode, lang: Lang) -> Response {
    answer(status, lang, &body(status, lang, None, Vec::new()))
}

/// An error of ours.
#[must_use]
pub fn of(status: StatusCode, lang: Lang, error: &Error, request: &str) -> Response {
    let mut told = match error {
        Error::Invalid(faults) => self::faults(lang, faults),
        _ => body(status, lang, None, Vec::new()),
    };
    if status.is_server_error() {
        told["request"] = request.into();
    }
    let mut response = answer(status, lang, &told);
    if let Some(seconds) = respond::retry_after(error) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// Whether an answer tells of an error without being one of these.
#[must_use]
pub fn is_missing(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let failed = response.status().is_client_error() || response.status().is_server_error();
    failed && kind != Some(TYPE)
}

/// The same as one of these.
#[must_use]
pub fn in_place_of(response: &Response, lang: Lang) -> Response {
    let mut told = plain(response.status(), lang);
    for name in [header::ALLOW, header::RETRY_AFTER, header::CONNECTION] {
        if let Some(value) = response.headers().get(&name) {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_weighs_most_among_ours_is_taken() {
        for (asked, code) in [
            ("", "vi"),
            ("en", "en"),
            ("en-GB,en;q=0.9", "en"),
            ("fr, en;q=0.4, vi;q=0.5", "vi"),
            ("vi;q=0, en;q=0.1", "en"),
            ("xx", "vi"),
        ] {
            let mut head = HeaderMap::new();
            head.insert(header::ACCEPT_LANGUAGE, asked.parse().unwrap());
            assert_eq!(lang_of(&head).code(), code, "{asked}");
        }
    }

    #[test]
    fn every_kind_of_problem_has_a_title_and_a_sentence_in_every_language() {
        for (_, kind) in KINDS {
            for lang in Lang::all() {
                assert!(
                    lang.has(&format!("api-problem-{kind}")) && lang.has(&format!("api-problem-{kind}-say")),
                    "{kind}"
                );
            }
        }
    }
}
