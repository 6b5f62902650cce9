//! What is printed: looked at in true size, then fetched as one file.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::html;

use super::{piece_fields, query};
use crate::domain::account::Scope;
use crate::error::{Error, Fault, Result};
use crate::flow::collect::catalogue::Point;
use crate::present::draw::{Sheet, pdf, svg};
use crate::present::print::{self, Card, Piece};
use crate::web::permit::Permit;
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};
use crate::words::{FIRST, Lang};

/// What hangs or stands at a place; slips of one case are printed at the desk.
pub const PIECES: [Piece; 3] = [Piece::A4, Piece::A5, Piece::Stickers];

/// What an address asks to print.
struct Wanted {
    cards: Vec<Card>,
    piece: Piece,
    langs: Vec<Lang>,
}

impl Wanted {
    /// Only points inside the scope: any other is as if it were not there.
    fn read(app: &App, visitor: &Visitor, scope: &Scope) -> Result<Self> {
        let catalogue = app.catalogue();
        let piece = match visitor.param("piece") {
            None => Piece::A5,
            Some(name) => PIECES.into_iter().find(|piece| piece.name() == name).ok_or(Error::NotFound("piece"))?,
        };
        let langs = [Some(FIRST), visitor.param("second").and_then(Lang::by_code)];
        let langs: Vec<Lang> = langs.into_iter().flatten().collect();
        let unit = match visitor.param("unit").filter(|code| !code.is_empty()) {
            Some(code) => Some(catalogue.unit_by_code(code).ok_or(Error::NotFound("unit"))?.clone()),
            None => None,
        };
        let wanted = |point: &Point| {
            scope.covers(Some(point.unit.id))
                && visitor.param("point").is_none_or(|id| point.id.0.to_string() == id)
                && unit.as_ref().is_none_or(|unit| catalogue.is_under(&point.unit, unit))
        };
        let cards = print::cards(&app.keys, &catalogue, app.today(), &app.settings.own_url, wanted);
        let cards =
            cards.map_err(|error| if matches!(error, Error::Invalid(_)) { Error::NotFound("point") } else { error })?;
        Ok(Self { cards, piece, langs })
    }
}

/// `GET /admin/codes/print`: the first sheet in true size, and the way to the file.
///
/// # Errors
/// Not found when there is nothing to print inside the scope.
pub async fn preview(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let lang = visitor.lang;
    let wanted = Wanted::read(&app, &visitor, &permit.scope)?;
    let first = wanted.cards.first().map(|card| card.unit.clone()).unwrap_or_default();
    let sheets = match wanted.piece {
        Piece::Stickers if wanted.cards.len() > 1 => wanted.cards.len().div_ceil(print::STICKERS),
        _ => wanted.cards.len(),
    };
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("codes-preview-title");
    let at = query(&visitor);
    let body = html! {
        h1 { (title) }
        p { (lang.text_with("codes-sheets", &[("n", &sheets.to_string()), ("unit", &first)])) }
        form.filter method="get" action="/admin/codes/print" {
            @for name in ["unit", "point"] {
                @if let Some(value) = visitor.param(name) { input type="hidden" name=(name) value=(value); }
            }
            input type="hidden" name="lang" value=(lang.code());
            div.fields {
                (piece_fields(lang, wanted.piece, wanted.langs.len() > 1))
                button type="submit" { (lang.text("codes-preview")) }
            }
        }
        ol.steps {
            li { (lang.text("codes-step-scan")) }
            li { a href=(format!("/admin/codes/file?{at}")) { (lang.text("codes-step-file")) } }
            li { (lang.text("codes-step-print")) }
        }
        img.sheet src=(format!("/admin/codes/file?{at}&as=svg")) alt=(lang.text("codes-picture"));
        p { a href=(format!("/admin/codes?lang={}", lang.code())) { (lang.text("codes-back")) } }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", app.catalogue().simulated, &body)))
}

/// `GET /admin/codes/file`: all sheets as a PDF; with `as=svg` the first one as a picture.
///
/// # Errors
/// Not found when there is nothing to print inside the scope.
pub async fn file(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let mut wanted = Wanted::read(&app, &visitor, &permit.scope)?;
    let (today, picture) = (app.today(), visitor.param("as") == Some("svg"));
    if picture {
        wanted.cards.truncate(if wanted.piece == Piece::Stickers { print::STICKERS } else { 1 });
    }
    // Hundreds of sheets take a second of one core, which others shall not wait for.
    let drawn = tokio::task::spawn_blocking(move || {
        let sheets = print::sheets(wanted.piece, &wanted.cards, &wanted.langs, today)?;
        draw(&sheets, picture).map(|file| (file, wanted.piece))
    });
    let (file, piece) = drawn.await.map_err(Error::internal)??;
    if picture {
        return Ok(respond::with_type(StatusCode::OK, "image/svg+xml; charset=utf-8", file));
    }
    let mut response = respond::with_type(StatusCode::OK, "application/pdf", file);
    let name = format!("attachment; filename=\"ma-qr-{}-{}.pdf\"", piece.name(), today.number());
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Error::internal)?);
    Ok(response)
}

fn draw(sheets: &[Sheet], picture: bool) -> Result<Vec<u8>> {
    let first = sheets.first().ok_or_else(|| Error::invalid(Fault::new("print-no-points")))?;
    if picture { Ok(svg::draw(first).into_bytes()) } else { pdf::draw(&first.title, sheets) }
}
