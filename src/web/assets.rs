//! Static files, embedded, served under their content hash so that browsers may keep them for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::respond;
use crate::error::{Error, Result};

#[derive(rust_embed::RustEmbed)]
#[folder = "static/assets"]
struct Files;

struct Asset {
    body: Vec<u8>,
    content_type: &'static str,
}

/// Files by their fingerprinted name, and fingerprinted names by the plain one.
static ASSETS: LazyLock<(HashMap<String, Asset>, HashMap<String, String>)> = LazyLock::new(|| {
    let (mut by_print, mut prints) = (HashMap::new(), HashMap::new());
    for name in Files::iter() {
        let Some(file) = Files::get(&name) else { continue };
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&file.data)[..8]);
        let print = format!("{stem}.{hash}.{extension}");
        let body = if extension == "css" { terse(&file.data) } else { file.data.into_owned() };
        by_print.insert(print.clone(), Asset { body, content_type: type_of(extension) });
        prints.insert(name.into_owned(), print);
    }
    (by_print, prints)
});

/// A style without what is for those who read it: comments and indents, a seventh of it as it is sent.
fn terse(style: &[u8]) -> Vec<u8> {
    let style = String::from_utf8_lossy(style);
    let mut pieces = style.split("/*");
    let first = pieces.next().unwrap_or_default();
    // After the opening of a comment comes its end, then style again.
    let rest = pieces.map(|piece| piece.split_once("*/").map_or("", |(_, style)| style));
    let said: String = std::iter::once(first).chain(rest).collect();
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

fn type_of(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// The address of a file.
#[must_use]
pub fn href(name: &str) -> String {
    ASSETS.1.get(name).map_or_else(String::new, |print| format!("/static/{print}"))
}

/// Serves a file.
///
/// # Errors
/// Not found when no file has that fingerprint.
pub async fn serve(Path(name): Path<String>) -> Result<Response> {
    let asset = ASSETS.0.get(&name).ok_or(Error::NotFound("file"))?;
    let mut response = respond::with_type(StatusCode::OK, asset.content_type, Body::from(asset.body.as_slice()));
    // Text packs to a third; there is no secret in a file.
    if let Some(text) = std::str::from_utf8(&asset.body).ok().filter(|_| asset.content_type.starts_with("text/")) {
        response.extensions_mut().insert(respond::Unpacked(text.to_owned()));
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::terse;

    #[test]
    fn a_style_keeps_its_rules_without_comments_and_indents() {
        let style = b"/* All\n   pages. */\n@media print {\n  a { color: inherit; } /* ink */\n\n  p,\n  li { margin: 0; }\n}\n";
        assert_eq!(terse(style), b"@media print {\na { color: inherit; }\np,\nli { margin: 0; }\n}");
    }
}
