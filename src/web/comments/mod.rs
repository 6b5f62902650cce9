//! `/manage/comments`: what people wrote, for whoever answers for a unit; what is done about it; and the words that keep
//! coming back. Text is text: nothing in it can be clicked, and nothing tells when within a day it came.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::permit::{Need, Permit};
use super::routes::Routes;
use super::visitor::Visitor;
use super::{App, respond, ui};
use crate::domain::account::Function;
use crate::domain::mask::Piece;
use crate::domain::{Day, UnitId};
use crate::error::Result;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::comments::{self, Comment, PAGE, Pointed, Reader, Status};
use crate::present::number;
use crate::words::Lang;
use filter::{Filter, status_words};

mod filter;
mod forms;
mod one;
mod recurring;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const READ: Need = Need::May(Function::Comments);
    routes
        .get("/manage/comments", READ, list)
        .get("/manage/comments/words", READ, recurring::show)
        .get("/manage/comments/{id}", READ, one::show)
        .get("/manage/comments/{id}/{act}", READ, one::show_again)
        .post("/manage/comments/{id}/{act}", READ, one::act)
}

/// Whoever reads, as flows take them.
/// Whoever reads comments here.
pub(super) fn reader<'a>(app: &'a App, permit: &'a Permit) -> Reader<'a> {
    Reader { db: &app.db, scope: &permit.scope, now_ms: app.clock.now_ms(), working: app.working() }
}

fn staff(
    app: &App,
    lang: Lang,
    permit: &Permit,
    (title, switch): (&str, &str),
    status: StatusCode,
    body: &Markup,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(
        status,
        ui::managed(lang, title, &signed, ("/manage/comments", switch), app.catalogue().simulated, body),
    )
}

fn unit_name(catalogue: &Catalogue, unit: UnitId) -> &str {
    catalogue.units.get(&unit).map_or("", |unit| unit.name.as_str())
}

/// `GET /manage/comments`.
///
/// # Errors
/// Invalid for days that are none; not found for a code that is none.
pub async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let reader = reader(&app, &permit);
    let wanted = filter.wanted(&catalogue, &permit.scope)?;
    let page = comments::list(&reader, &wanted, filter.page()).await?;
    let pointed = comments::pointed(&reader).await?;
    let title = lang.text("comments-title");
    let today = Day::at(reader.now_ms);
    let to = |path: &str, query: &str| format!("/manage/comments{path}?{query}lang={}", lang.code());
    let body = html! {
        h1 { (title) }
        p { (lang.text("comments-say")) }
        (points(lang, &pointed))
        (filter::form(lang, &catalogue, (&permit.scope, today), &filter, "/manage/comments"))
        @if page.total == 0 {
            @if filter.is_empty() { p { (lang.text("comments-none")) } } @else {
                p { (lang.text("comments-no-match")) " " a href=(to("", "")) { (lang.text("comments-no-filter")) } }
            }
        } @else {
            p.measure {
                (lang.text_with("comments-total", &[("n", &number::count(lang, page.total))])) " · "
                a href=(to("/words", &filter.query())) { (lang.text("comments-to-recurring")) }
            }
            ol.comments { @for comment in &page.comments { li { (entry(lang, &catalogue, comment, &reader)) } } }
            (pages(lang, &filter, page.total))
        }
    };
    Ok(staff(&app, lang, &permit, (&title, &filter.query()), StatusCode::OK, &body))
}

/// What is pointed out: what is hidden and why, and what is late.
fn points(lang: Lang, pointed: &Pointed) -> Markup {
    let to = |query: &str| format!("/manage/comments?{query}&lang={}", lang.code());
    let all: u64 = pointed.hidden.iter().map(|(_, n)| n).sum();
    let reasons: Vec<String> = pointed
        .hidden
        .iter()
        .map(|(reason, n)| {
            let reason = lang.text(&format!("comments-reason-{}", reason.name()));
            lang.text_with("comments-hidden-reason", &[("reason", &reason), ("n", &number::count(lang, *n))])
        })
        .collect();
    html! {
        @if all > 0 {
            p.notice {
                (lang.text_with("comments-hidden-count", &[("n", &number::count(lang, all)), ("reasons", &reasons.join("; "))]))
                " " a href=(to("status=hidden")) { (lang.text("comments-hidden-see")) }
            }
        }
        @if pointed.late > 0 {
            p.notice {
                (lang.text_with("comments-late-count", &[("n", &number::count(lang, pointed.late))]))
                " " a href=(to("late=1")) { (lang.text("comments-late-see")) }
            }
        }
    }
}

/// One comment of the list.
fn entry(lang: Lang, catalogue: &Catalogue, comment: &Comment, reader: &Reader<'_>) -> Markup {
    let unit = unit_name(catalogue, comment.unit);
    let procedure = comment.procedure.and_then(|id| catalogue.procedures.get(&id));
    let named = ui::named(lang);
    html! {
        h2 {
            a href=(format!("/manage/comments/{}?lang={}", comment.token, lang.code())) {
                (comment.day) " – " span lang=[named] { (unit) }
            }
        }
        p.measure {
            span class=(format!("status {}", comment.status.name())) { (status_words(lang, comment.status)) }
            @if let Some(reason) = comment.hidden_for.filter(|_| comment.status == Status::Hidden) {
                " (" (lang.text(&format!("comments-reason-{}", reason.name()))) ")"
            }
            " · " (rating(lang, comment.rating))
            @if let Some(procedure) = procedure { " · " span lang=[named] { (procedure.name) } }
            (given(lang, catalogue, comment, reader))
        }
        (text(lang, comment))
    }
}

/// To whom it is assigned, and until when.
fn given(lang: Lang, catalogue: &Catalogue, comment: &Comment, reader: &Reader<'_>) -> Markup {
    html! {
        @if let Some(unit) = comment.assigned {
            " · " (lang.text("comments-assigned-to")) " " span lang=[ui::named(lang)] { (unit_name(catalogue, unit)) }
        }
        @if let Some(due) = comment.due {
            @let until = reader.working.next(due);
            " · " (lang.text_with("comments-due-on", &[("day", &due.to_string())]))
            @if until != due { " " (lang.text_with("comments-due-until", &[("day", &until.to_string())])) }
            @if comment.is_late(reader) { " " strong { (lang.text("comments-late")) } }
        }
    }
}

fn rating(lang: Lang, rating: Option<i64>) -> String {
    rating.map_or_else(|| lang.text("comments-no-rating"), |level| lang.text(&format!("results-level-{level}")))
}

/// The text as it is shown: escaped, apart from the direction of what is around it, what is hidden marked.
fn text(lang: Lang, comment: &Comment) -> Markup {
    html! {
        p.said {
            bdi lang=[ui::named(lang)] {
                @for piece in comment.shown() {
                    @match piece {
                        Piece::Text(text) => { (text) }
                        Piece::Number => { span.masked { (lang.text("comments-number-masked")) } }
                        Piece::Name => { span.masked { (lang.text("comments-name-masked")) } }
                    }
                }
            }
        }
    }
}

fn pages(lang: Lang, filter: &Filter, total: u64) -> Markup {
    let last = i64::try_from(total.div_ceil(PAGE as u64)).unwrap_or(1).max(1);
    let page = filter.page().min(last);
    let to = |page: i64| format!("/manage/comments?{}page={page}&lang={}", filter.query(), lang.code());
    let count = |n: i64| number::count(lang, u64::try_from(n).unwrap_or_default());
    html! {
        @if last > 1 {
            nav.pages aria-label=(lang.text("comments-pages")) {
                @if page > 1 { a rel="prev" href=(to(page - 1)) { (lang.text("comments-page-before")) } " " }
                span { (lang.text_with("comments-page", &[("page", &count(page)), ("last", &count(last))])) }
                @if page < last { " " a rel="next" href=(to(page + 1)) { (lang.text("comments-page-next")) } }
            }
        }
    }
}
