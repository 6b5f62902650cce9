//! The code of one case: on the screen for the citizen to scan, on a slip, on the tablet. It looks the same whether it
//! was answered or not.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::form::{self, Form};
use super::{Chosen, officer};
use crate::domain::period::written;
use crate::error::{Error, Result};
use crate::flow::issue::desk::{self, Slip};
use crate::present::draw::{Sheet, pdf, png, svg};
use crate::present::print::{self, Card, Piece};
use crate::present::qr::{self, Level};
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::Visitor;
use crate::web::{App, assets, respond, ui};
use crate::words::Lang;

/// Papers that a slip is printed on.
const PAPERS: [(Piece, &str); 2] = [(Piece::Slip58, "58"), (Piece::Slip80, "80")];

async fn find(app: &App, permit: &Permit, token: &str) -> Result<Slip> {
    desk::slip(&app.db, &app.keys, &app.catalogue(), app.clock.now_ms(), officer(permit), token).await
}

fn card(app: &App, slip: &Slip) -> Card {
    Card::of(&slip.place, &slip.codes, base(app), app.catalogue().simulated)
}

fn base(app: &App) -> &str {
    app.settings.public_url.as_deref().unwrap_or(&app.settings.own_url)
}

/// `GET /desk/slip/{token}`.
///
/// # Errors
/// Not found for what was not made for this officer today.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let slip = find(&app, &permit, &token).await?;
    let today = desk::today(&app.db, app.clock.now_ms(), officer(&permit)).await?;
    let (lang, catalogue, signed) = (visitor.lang, app.catalogue(), ui::Signed::of(&permit.who, &app.keys));
    let chosen = Chosen { case: String::new(), ..Chosen::of(&visitor.query) };
    let body = html! {
        @if visitor.param("moi").is_some() { p.notice role="status" { (lang.text("desk-invited")) } }
        div.handout {
            section.code-card {
                h1 { (lang.text("print-invite")) }
                (about(lang, &slip))
                @if slip.over {
                    p.notice { (lang.text_with("code-expired", &[("day", &last_day(lang, &slip))])) }
                } @else {
                    (code(&app, lang, &token, &slip))
                    (ways(lang, &token, &chosen))
                    (tablets(&app, lang, &permit, &signed, (&token, &chosen)).await?)
                }
            }
            section.next-case {
                h2 { (lang.text("desk-next-title")) }
                (Form { app: &app, lang, permit: &permit, chosen: &chosen, faults: &[], again: true }.markup(&signed))
            }
        }
        (form::counts(lang, today))
    };
    let switch = chosen.query(lang).split_once('&').map_or_else(String::new, |(_, rest)| format!("{rest}&"));
    let title = lang.text("print-invite");
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, &switch, catalogue.simulated, &body)))
}

fn last_day(lang: Lang, slip: &Slip) -> String {
    slip.place.expires.map_or_else(String::new, |day| written(lang, day))
}

/// What the code is about; not the case, which nothing here knows any more.
fn about(lang: Lang, slip: &Slip) -> Markup {
    html! {
        p lang=[ui::named(lang)] { (slip.place.unit.name) }
        @if let Some(procedure) = &slip.place.procedure {
            p.procedure { (lang.text("q-procedure")) " " bdi lang=[ui::named(lang)] { (procedure.name) } }
        }
    }
}

fn code(app: &App, lang: Lang, token: &str, slip: &Slip) -> Markup {
    let host = card(app, slip).host;
    html! {
        img.symbol src=(format!("/desk/slip/{token}/code.svg")) width="296" height="296" alt=(lang.text("desk-symbol"));
        p { (lang.text_with("print-scan", &[("host", &host)])) }
        p.typed { (slip.codes.1) }
        p { (lang.text_with("print-until", &[("day", &last_day(lang, slip))])) }
    }
}

fn ways(lang: Lang, token: &str, chosen: &Chosen) -> Markup {
    html! {
        ul.ways {
            @for (piece, width) in PAPERS {
                li {
                    a href=(format!("/desk/slip/{token}/{}?{}", piece.name(), chosen.query(lang))) {
                        (lang.text_with("desk-print", &[("width", width)]))
                    }
                    " · "
                    a href=(format!("/desk/slip/{token}/{}.pdf?{}", piece.name(), chosen.query(lang))) {
                        (lang.text_with("desk-print-pdf", &[("width", width)]))
                    }
                }
            }
        }
    }
}

/// The button that wakes the tablet of the counter, when there is one.
async fn tablets(
    app: &App,
    lang: Lang,
    permit: &Permit,
    signed: &ui::Signed<'_>,
    (token, chosen): (&str, &Chosen),
) -> Result<Markup> {
    let tablets = desk::tablets(&app.db, app.clock.now_ms(), officer(permit)).await?;
    let catalogue = app.catalogue();
    let several = |unit: i64| tablets.iter().any(|tablet| tablet.unit_id != unit);
    let name = |tablet: &desk::Tablet| {
        let unit = catalogue.units.values().find(|unit| unit.id.0 == tablet.unit_id);
        match unit.filter(|_| several(tablet.unit_id)) {
            Some(unit) => format!("{} · {}", tablet.label, unit.short_name),
            None => tablet.label.clone(),
        }
    };
    let action = format!("/desk/slip/{token}/wake?{}", chosen.query(lang));
    Ok(html! {
        @if !tablets.is_empty() {
            form.wake method="post" action=(action) {
                (signed.token())
                @match &tablets[..] {
                    [only] => { input type="hidden" name="tablet" value=(only.point); }
                    _ => {
                        div.field {
                            label for="tablet" { (lang.text("desk-tablet")) }
                            select id="tablet" name="tablet" {
                                @for tablet in &tablets {
                                    option value=(tablet.point) selected[tablet.point.to_string() == chosen.tablet] {
                                        (name(tablet))
                                    }
                                }
                            }
                        }
                    }
                }
                button.second type="submit" { (lang.text("desk-wake")) }
            }
        }
    })
}

/// `POST /desk/slip/{token}/wake`: the tablet asks about this case. Nothing comes back but that it was asked to.
///
/// # Errors
/// Not found for a tablet or slip outside the scope.
pub async fn wake(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let slip = find(&app, &permit, &token).await?;
    let tablet = fields.take("tablet").unwrap_or_default();
    let chosen = Chosen { tablet: tablet.clone(), ..Chosen::of(&visitor.query) };
    let tablet = tablet.parse().map_err(|_| Error::NotFound("tablet"))?;
    let (now_ms, words) = (app.clock.now_ms(), chosen.language());
    desk::wake(&app.db, &app.keys, now_ms, officer(&permit), &slip, (tablet, words.code())).await?;
    app.tablets.nudge();
    respond::see_other(&format!("/desk/slip/{token}?{}&moi=1", chosen.query(visitor.lang)))
}

/// `GET /desk/slip/{token}/{name}`: the symbol, a slip at true size as a page to print or a file.
///
/// # Errors
/// Not found for another name; gone when the last day has passed.
pub async fn file(
    State(app): State<Arc<App>>,
    Path((token, name)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let slip = find(&app, &permit, &token).await?;
    if slip.over {
        return Err(Error::Gone("slip"));
    }
    let card = card(&app, &slip);
    if name == "code.svg" {
        let symbol = qr::symbol(&card.address, Level::Q)?.svg();
        return Ok(respond::with_type(StatusCode::OK, "image/svg+xml", symbol));
    }
    let (piece, ending) = name.split_once('.').unwrap_or((&name, ""));
    let absent = || Error::NotFound("slip");
    let (piece, width) = PAPERS.into_iter().find(|(paper, _)| paper.name() == piece).ok_or_else(absent)?;
    let chosen = Chosen::of(&visitor.query);
    let sheet =
        print::sheets(piece, &[card], &langs(piece, chosen.language()), app.today())?.pop().ok_or_else(absent)?;
    let file = |kind, bytes: Vec<u8>| respond::with_type(StatusCode::OK, kind, bytes);
    Ok(match ending {
        "" => print_page(&app, visitor.lang, &permit, (&token, &chosen), (&sheet, piece, width)),
        "css" => file("text/css; charset=utf-8", paper_size(&sheet).into_bytes()),
        "svg" => file("image/svg+xml", svg::draw(&sheet).into_bytes()),
        "png" => download(file("image/png", png::draw(&sheet)?), &format!("phieu-{width}mm.png"))?,
        "pdf" => download(
            file("application/pdf", pdf::draw(&sheet.title, std::slice::from_ref(&sheet))?),
            &format!("phieu-{width}mm.pdf"),
        )?,
        _ => return Err(absent()),
    })
}

fn download(mut response: Response, name: &str) -> Result<Response> {
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Error::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}

/// The language that was chosen, and beside it on wide paper another.
fn langs(piece: Piece, chosen: Lang) -> Vec<Lang> {
    let others = piece.langs().into_iter().filter(|lang| *lang != chosen);
    let most = piece.langs().len();
    std::iter::once(chosen).chain(others).take(most).collect()
}

/// The paper is as long as the slip, and a millimetre more: what is rounded must not begin a second page. Whoever prints
/// needs to set nothing.
fn paper_size(sheet: &Sheet) -> String {
    let (width, height) = (sheet.width, sheet.height + 1.0);
    format!(
        "@page {{ size: {width}mm {height}mm; margin: 0; }}\n@media print {{ body, main {{ margin: 0; padding: 0; }} }}\n"
    )
}

fn print_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    (token, chosen): (&str, &Chosen),
    (sheet, piece, width): (&Sheet, Piece, &str),
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text_with("desk-print", &[("width", width)]);
    let at = |ending: &str| format!("/desk/slip/{token}/{}.{ending}?{}", piece.name(), chosen.query(lang));
    let body = html! {
        link rel="stylesheet" href=(at("css"));
        h1.screen { (title) }
        p.screen { (lang.text("desk-print-how")) }
        p.screen {
            button.main.print type="button" hidden { (lang.text("desk-print-now")) } " "
            a href=(format!("/desk/slip/{token}?{}", chosen.query(lang))) { (lang.text("desk-print-back")) }
        }
        img.paper src=(at("svg")) alt=(sheet.title);
        script src=(assets::href("print.js")) {}
    };
    let switch = chosen.query(lang).split_once('&').map_or_else(String::new, |(_, rest)| format!("{rest}&"));
    respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, &switch, app.catalogue().simulated, &body))
}
