//! The page, scripts, style and words of the tablet. They are served under plain names and never kept by the browser
//! itself: the service worker keeps one version of all of them, and changes them together.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::web::respond;
use crate::words::Lang;

#[derive(rust_embed::RustEmbed)]
#[folder = "static/kiosk"]
struct Files;

/// Keys of everything that the tablet says.
const WORDS: &[&str] = &[
    "lang-name",
    "k-title",
    "k-pair-h1",
    "k-pair-say",
    "k-pair-code",
    "k-pair-go",
    "k-pair-err",
    "k-pair-stopped",
    "k-pair-offline",
    "k-check-h1",
    "k-check-say",
    "k-check-number",
    "k-check-yes",
    "k-check-no",
    "k-check-wait",
    "k-ask",
    "k-ask-sub",
    "k-saved",
    "k-why",
    "k-done",
    "k-undo",
    "k-more",
    "k-time",
    "k-time-more",
    "k-time-new",
    "k-larger",
    "k-offline",
    "k-staff-h1",
    "k-staff-pin",
    "k-staff-open",
    "k-staff-wrong",
    "k-staff-counter",
    "k-staff-waiting",
    "k-staff-aside",
    "k-staff-sent",
    "k-staff-never",
    "k-staff-version",
    "k-staff-send",
    "k-staff-leave",
    "k-staff-leave-say",
    "k-staff-back",
    "k-warn-many",
    "k-warn-old",
    "k-warn-full",
    "k-full",
    "k-revoked",
    "k-revoked-h1",
    "k-unsupported",
    "k-unsupported-h1",
    "simulated",
];

static WORDS_JSON: LazyLock<String> = LazyLock::new(|| {
    let words = |lang: Lang| -> serde_json::Map<String, serde_json::Value> {
        WORDS.iter().map(|key| ((*key).to_owned(), lang.text(key).into())).collect()
    };
    let all: serde_json::Map<_, _> =
        Lang::all().into_iter().map(|lang| (lang.code().to_owned(), words(lang).into())).collect();
    json!(all).to_string()
});

/// One version of all files and words: it changes when any of them does.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new_with_prefix(WORDS_JSON.as_bytes());
    for name in Files::iter() {
        hash.update(name.as_bytes());
        hash.update(Files::get(&name).map(|file| file.data).unwrap_or_default());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..6])
});

/// `GET /kiosk`.
///
/// # Errors
/// Internal when the page is not in the program.
pub async fn page() -> Result<Response> {
    serve("page.html")
}

/// `GET /kiosk/{name}`.
///
/// # Errors
/// Not found when there is no such file.
pub async fn file(Path(name): Path<String>) -> Result<Response> {
    if name == "words.json" {
        return Ok(respond::with_type(StatusCode::OK, "application/json", WORDS_JSON.as_str()));
    }
    let mut response = serve(&name)?;
    if name == "sw.js" {
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("service-worker-allowed"), HeaderValue::from_static("/kiosk"));
    }
    Ok(response)
}

fn serve(name: &str) -> Result<Response> {
    let file = Files::get(name).ok_or(Error::NotFound("file"))?;
    let kind = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        _ => return Err(Error::NotFound("file")),
    };
    let text = std::str::from_utf8(&file.data).map_err(Error::internal)?;
    let mut response = respond::with_type(StatusCode::OK, kind, String::new());
    response.extensions_mut().insert(respond::Unpacked(text.replace("__VERSION__", &VERSION)));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_the_tablet_says_has_words() {
        for lang in Lang::all() {
            for key in WORDS {
                assert!(lang.has(key), "{key} in {}", lang.code());
            }
        }
        let scripts: String = Files::iter()
            .filter_map(|name| Files::get(&name))
            .map(|file| String::from_utf8_lossy(&file.data).into_owned())
            .collect();
        for quote in ['\'', '"', '`'] {
            for key in scripts.split(&format!("{quote}k-")).skip(1).filter_map(|rest| rest.split(quote).next()) {
                let key = format!("k-{key}");
                assert!(WORDS.contains(&key.as_str()) || key.contains("${"), "{key} is not sent to the tablet");
            }
        }
    }
}
