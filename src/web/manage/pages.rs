//! The pages: find out what is asked, read its picture, and show it in the order of all pages of figures.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::filter::{Chosen, Filter, form};
use super::frame::{About, Frame};
use super::places::{Found, Kind, Place, Target, elsewhere, finds};
use super::table::Table;
use super::{behind, parts, points};
use crate::domain::account::Function;
use crate::domain::{Indicator, collate};
use crate::error::{Error, Fault, Result};
use crate::flow::assess::picture::{Picture, Row};
use crate::flow::assess::{Audience, Depth, Line, Scope, State, Subject, View};
use crate::present::{csv, number, say, sheet, xlsx};
use crate::web::fields::errors;
use crate::web::permit::Permit;
use crate::web::respond::fault_text;
use crate::web::visitor::encode;
use crate::web::{App, respond};
use crate::words::{FIRST, Lang};

/// What is asked for, and by whom.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) app: &'a App,
    pub(super) lang: Lang,
    pub(super) permit: &'a Permit,
    pub(super) filter: &'a Filter,
    pub(super) place: Place,
    pub(super) kind: Kind,
}

/// The page or file.
pub(super) async fn answer(ask: &Ask<'_>) -> Result<Response> {
    let today = ask.app.today();
    let (chosen, faults) = match ask.filter.check(today) {
        Ok(chosen) => (chosen, Vec::new()),
        Err(Error::Invalid(faults)) if ask.kind == Kind::Page => (Filter::default().check(today)?, faults),
        Err(error) => return Err(error),
    };
    let (unit, procedure) = (&ask.filter.unit, &ask.filter.procedure);
    let beside = [("unit", unit), ("procedure", procedure)].into_iter().filter(|(_, code)| !code.is_empty());
    let beside = match ask.place {
        Place::Question(..) => beside.map(|(name, code)| format!("{name}={}&", encode(code))).collect(),
        _ => String::new(),
    };
    let frame = Frame {
        app: ask.app,
        lang: ask.lang,
        permit: ask.permit,
        catalogue: ask.app.catalogue(),
        filter: ask.filter,
        chosen,
        path: ask.place.path(),
        beside,
        action: if ask.place.is_general() { ask.place.path() } else { Place::Whole.path() },
    };
    if !faults.is_empty() {
        return Ok(mistaken(&frame, &faults));
    }
    if matches!(ask.place, Place::Whole | Place::Units | Place::Procedures)
        && let Some(to) = elsewhere(&frame, ask.filter)
    {
        return respond::see_other(&to);
    }
    let target = match ask.place.find(&frame) {
        Found::Figures(target) => target,
        Found::Choose(about, units, procedure) => {
            if let [unit] = units.as_slice() {
                let place = Place::UnitProcedure(unit.code.clone(), procedure);
                return respond::see_other(&frame.to(&place.path()));
            }
            return Ok(choose(&frame, &about, &units, &procedure));
        }
        Found::Absent(code) => return absent(&frame, ask.kind, &code),
    };
    if ask.kind != Kind::Page && !ask.permit.who.may(Function::Export) {
        return Err(Error::Forbidden("function"));
    }
    let read = picture(&frame, &target, frame.chosen.indicator).await;
    let picture = match read {
        Ok(picture) => picture,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) if ask.kind == Kind::Page => {
            return Ok(frame.failed(&target.about, error));
        }
        Err(error) => return Err(error),
    };
    match ask.kind {
        Kind::Page => match content(&frame, &ask.place, &target, &picture).await {
            Ok(figures) => Ok(frame.page(&target.about, &picture, &figures)),
            Err(error) => Ok(frame.failed(&target.about, error)),
        },
        Kind::Csv => file(&picture, "text/csv; charset=utf-8", "csv", csv::write(&sheet::of(FIRST, &picture))?),
        Kind::Json => {
            let mut bytes = serde_json::to_vec_pretty(&picture)?;
            bytes.push(b'\n');
            file(&picture, "application/json; charset=utf-8", "json", bytes)
        }
        Kind::Xlsx => file(&picture, xlsx::TYPE, "xlsx", xlsx::picture(frame.lang, &target.about.title, &picture)?),
    }
}

async fn picture(frame: &Frame<'_>, target: &Target, indicator: Indicator) -> Result<Picture> {
    let chosen = &frame.chosen;
    let view = View {
        subject: target.subject.clone().unwrap_or(Subject::Indicator(indicator)),
        place: target.place.clone(),
        period: chosen.period,
        channel: chosen.channel,
        organisation: chosen.organisation,
        excluded: chosen.excluded,
        marked: chosen.marked,
        audience: Audience::Management,
        lines: Depth::Line,
    };
    let app = frame.app;
    app.gallery.picture(&app.db, &frame.catalogue, &view, app.clock.now_ms()).await
}

fn file(picture: &Picture, content_type: &'static str, ending: &str, bytes: Vec<u8>) -> Result<Response> {
    let mut response = respond::with_type(StatusCode::OK, content_type, bytes);
    let code: String =
        picture.headline.code.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let name = format!("attachment; filename=\"hai-long-{code}-{}.{ending}\"", picture.period);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Error::internal)?);
    Ok(response)
}

/// The figures, in the order of all pages.
async fn content(frame: &Frame<'_>, place: &Place, target: &Target, picture: &Picture) -> Result<Markup> {
    let lang = frame.lang;
    let others = others(frame, target, matches!(place, Place::Whole)).await?;
    let nothing = picture.headline.figure.state == State::None;
    let lists = matches!(place, Place::Units | Place::Procedures);
    let attention = match place {
        Place::Whole => points::attention(frame, picture).await?,
        _ => html! {},
    };
    let apart = matches!(place, Place::Unit(_) | Place::Procedure(_)) && behind::tells_of_lists(picture);
    let unit = match place {
        Place::Unit(code) | Place::UnitProcedure(code, _) | Place::Point(code, _) => code.as_str(),
        _ => "",
    };
    Ok(html! {
        @if target.below > 0 {
            p { (lang.text_with("manage-below-in", &[("n", &number::count(lang, target.below as u64))])) }
        }
        h2 { (lang.text(say::indicator_key(picture.indicator))) }
        @if nothing { (empty(frame, picture)) } @else if !lists { (parts::headline(frame, picture)) }
        (others)
        @if !lists { (behind::invited(frame, picture)) (parts::course(frame, picture)) }
        @if matches!(place, Place::Units) { (parts::against(frame, picture)) }
        @if !matches!(place, Place::Procedures) { (units(frame, place, picture)) }
        @if !matches!(place, Place::Units | Place::Whole | Place::Question(..)) { (procedures(frame, place, picture)) }
        @if !lists {
            @if let Place::Unit(code) = place { (points::table(frame, code, picture)) }
            section.part { div.pair {
                (parts::spread(frame, &picture.headline.figure, picture.measure))
                // Low and high raters apart say more, where they are told.
                @if !apart { (parts::aspects(frame, picture)) }
            } }
            (parts::channels(frame, picture))
            (behind::drivers(frame, picture))
            @match place {
                Place::Question(..) => { (behind::question(frame, picture)) }
                Place::Unit(_) | Place::Procedure(_) => { (behind::raters(frame, picture)) }
                _ => {}
            }
            (parts::questions(frame, picture, |form, name| question(frame, form, name, unit, &target.about.procedure)))
            (parts::files(frame, picture))
        }
        @if let Place::Unit(code) = place { (comments(frame, code)) }
        (attention)
    })
}

/// The way to what people wrote about a unit in the same days, for whoever may read it.
fn comments(frame: &Frame<'_>, code: &str) -> Markup {
    let (lang, period) = (frame.lang, &frame.chosen.period);
    let (from, to) = (period.from().date(), period.last().date());
    let to = format!("/manage/comments?unit={}&from={from}&to={to}&lang={}", encode(code), lang.code());
    html! {
        @if frame.permit.who.may(Function::Comments) { p { a href=(to) { (lang.text("manage-unit-comments")) } } }
    }
}

/// A question of the place that a page is about.
fn question(frame: &Frame<'_>, form: &str, name: &str, unit: &str, procedure: &str) -> String {
    let pair =
        |name: &str, code: &str| if code.is_empty() { String::new() } else { format!("&{name}={}", encode(code)) };
    let path = Place::Question(form.to_owned(), name.to_owned()).path();
    format!("{}{}{}", frame.to(&path), pair("unit", unit), pair("procedure", procedure))
}

/// The ways to the other indicators, with a sentence each where the page is about the whole; they are never averaged
/// together.
async fn others(frame: &Frame<'_>, target: &Target, sentences: bool) -> Result<Markup> {
    if target.subject.is_some() {
        return Ok(html! {});
    }
    let lang = frame.lang;
    let mut lines = Vec::new();
    for indicator in Indicator::ALL.into_iter().filter(|indicator| *indicator != frame.chosen.indicator) {
        let found = if sentences { Some(picture(frame, target, indicator).await?) } else { None };
        let to = frame.with(&Chosen { indicator, page: 1, ..frame.chosen.clone() });
        lines.push(html! {
            li {
                a href=(to) { (lang.text(say::indicator_key(indicator))) }
                @if let Some(found) = found { (parts::sentence(frame, &found)) }
            }
        });
    }
    let class = if sentences { "indicators" } else { "indicators names" };
    Ok(html! { ul class=(class) aria-label=(lang.text("manage-other-indicators")) { @for line in &lines { (line) } } })
}

fn units(frame: &Frame<'_>, place: &Place, picture: &Picture) -> Markup {
    let several = picture.units.len() > 1 || matches!(place, Place::Whole | Place::Units);
    let procedure = if let Place::Procedure(code) = place { Some(code.as_str()) } else { None };
    let path = |line: &Line| {
        let place = match procedure {
            Some(procedure) => Place::UnitProcedure(line.code.clone(), procedure.to_owned()),
            None => Place::Unit(line.code.clone()),
        };
        (line.scope == Scope::Unit).then(|| place.path())
    };
    html! {
        @if several {
            (list(frame, &picture.units, UNITS, "results-column-unit", &path))
        }
    }
}

fn procedures(frame: &Frame<'_>, place: &Place, picture: &Picture) -> Markup {
    let unit = if let Place::Unit(code) = place { Some(code.as_str()) } else { None };
    let path = |line: &Line| {
        let place = match unit {
            Some(unit) => Place::UnitProcedure(unit.to_owned(), line.code.clone()),
            None => Place::Procedure(line.code.clone()),
        };
        Some(place.path())
    };
    html! {
        @if !picture.procedures.is_empty() || matches!(place, Place::Procedures) {
            (list(frame, &picture.procedures, PROCEDURES, "results-column-procedure", &path))
        }
    }
}

/// Keys of the headings of a table, with and without a target, and of what is said where it has no line.
const UNITS: [&str; 3] = ["manage-units-heading", "manage-units-plain", "manage-units-none"];
const PROCEDURES: [&str; 3] = ["manage-procedures-heading", "manage-procedures-plain", "manage-procedures-none"];

/// A table of rows, only those that are looked for.
fn list(
    frame: &Frame<'_>,
    rows: &[Row],
    words: [&str; 3],
    column: &'static str,
    path: &dyn Fn(&Line) -> Option<String>,
) -> Markup {
    let (lang, text) = (frame.lang, frame.chosen.find.as_str());
    let wanted = collate::fold(text);
    let found = |line: &&Line| finds(&wanted, &line.code, &line.name);
    let lines: Vec<&Line> = rows.iter().map(|row| &row.line).filter(found).collect();
    let all = frame.with(&Chosen { find: String::new(), page: 1, ..frame.chosen.clone() });
    let id = if column == "results-column-unit" { "h-units" } else { "h-procedures" };
    html! {
        @if !text.is_empty() {
            p role="status" {
                @if lines.is_empty() {
                    (lang.text_with("manage-find-none", &[("text", text)]))
                } @else {
                    (lang.text_with("manage-found", &[("text", text), ("n", &number::count(lang, lines.len() as u64))]))
                }
                " " a href=(all) { (lang.text("manage-find-all")) }
            }
        }
        @if text.is_empty() || !lines.is_empty() {
            (parts::lines(frame, words, &Table { column, labelled: id, lines: &lines, path }))
        }
    }
}

/// What to do where there is no answer yet.
fn empty(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    html! {
        @if picture.released_at == 0 && frame.permit.who.may(Function::OrganisationRead) {
            p.finding { (lang.text("manage-empty")) " "
                a href=(format!("/admin/codes?lang={}", lang.code())) { (lang.text("manage-empty-print")) } }
        } @else {
            p.finding { (lang.text("manage-empty-period")) }
        }
    }
}

/// The form again, with what was not understood.
fn mistaken(frame: &Frame<'_>, faults: &[Fault]) -> Response {
    let (lang, title) = (frame.lang, frame.lang.text("manage-title"));
    let field = |fault: &Fault| match fault.key {
        "cut-off-not-understood" => "cut_off",
        "manage-not-understood" => "channel",
        _ => "year",
    };
    let lines = faults.iter().map(|fault| (field(fault).to_owned(), fault_text(lang, fault)));
    let about = About { title: title.clone(), ..About::default() };
    let body = html! {
        (errors(lang, lines))
        h1 { (title) }
        (form(lang, frame.filter, None, &frame.offer(&about), &frame.action))
    };
    let title = format!("{}{title}", lang.text("err-prefix"));
    frame.respond(StatusCode::UNPROCESSABLE_ENTITY, &title, &about, &body)
}

/// What is not there, or not for whoever asks: both look the same.
fn absent(frame: &Frame<'_>, kind: Kind, code: &str) -> Result<Response> {
    if kind != Kind::Page {
        return Err(Error::NotFound("unit"));
    }
    let (lang, title) = (frame.lang, frame.lang.text("problem-not-found"));
    let about = About { title: title.clone(), ..About::default() };
    let body = html! {
        h1 { (title) }
        p { (lang.text_with("manage-no-sight", &[("unit", code)])) }
        p { a href=(frame.to("/manage")) { (lang.text("manage-back")) } }
    };
    Ok(frame.respond(StatusCode::NOT_FOUND, &title, &about, &body))
}

/// The units of whoever asks, to look at a procedure at one of them.
fn choose(
    frame: &Frame<'_>,
    about: &About,
    units: &[std::sync::Arc<crate::domain::unit::Unit>],
    procedure: &str,
) -> Response {
    let path = |code: &str| Place::UnitProcedure(code.to_owned(), procedure.to_owned()).path();
    let doubled = say::doubled(units.iter().map(|unit| unit.name.as_str()));
    let body = html! {
        h1 { (about.title) }
        p { (frame.lang.text("manage-choose-unit")) }
        ul.ways {
            @for unit in units {
                li { a href=(frame.to(&path(&unit.code))) { (say::apart(&doubled, &unit.name, &unit.code)) } }
            }
        }
    };
    frame.respond(StatusCode::OK, &about.title, about, &body)
}
