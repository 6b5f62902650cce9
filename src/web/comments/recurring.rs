//! `/manage/comments/words`: words that keep coming back, of those who were satisfied and of those who were not.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::filter::{self, Filter};
use super::{reader, staff};
use crate::error::Result;
use crate::flow::comments::{self, LEAST, MOST_READ, Word};
use crate::present::number;
use crate::web::App;
use crate::web::permit::Permit;
use crate::web::ui;
use crate::web::visitor::Visitor;
use crate::words::Lang;

/// `GET /manage/comments/words`.
///
/// # Errors
/// Invalid for days that are none; not found for a code that is none.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let found = comments::recurring(&reader(&app, &permit), &filter.wanted(&catalogue, &permit.scope)?).await?;
    let title = lang.text("comments-recurring");
    let count = |n: u64| number::count(lang, n);
    let most = count(MOST_READ as u64);
    let body = html! {
        h1 { (title) }
        p { (lang.text_with("comments-recurring-say", &[("least", &LEAST.to_string())])) }
        (filter::form(lang, &catalogue, (&permit.scope, app.today()), &filter, "/manage/comments/words"))
        p.measure {
            (lang.text_with("comments-recurring-read", &[("n", &count(found.read))]))
            @if found.more { " " (lang.text_with("comments-recurring-most", &[("n", &most)])) }
        }
        div.sides {
            (side(lang, &filter, "low", &found.low))
            (side(lang, &filter, "high", &found.high))
        }
        p { a href=(format!("/manage/comments?{}lang={}", filter.query(), lang.code())) { (lang.text("comments-back")) } }
    };
    Ok(staff(&app, lang, &permit, (&title, &filter.query()), StatusCode::OK, &body))
}

/// The words of one side, each leading to the comments that have it.
fn side(lang: Lang, filter: &Filter, side: &str, words: &[Word]) -> Markup {
    let to = |word: &str| {
        // A level asked for is inside its side and goes on to be asked for.
        let rating = if filter.rating.is_empty() { side.to_owned() } else { filter.rating.clone() };
        let filter = Filter { words: format!("\"{word}\""), rating, ..filter.clone() };
        format!("/manage/comments?{}lang={}", filter.query(), lang.code())
    };
    let title = lang.text(&format!("comments-recurring-{side}"));
    html! {
        section {
            h2 { (title) }
            @if words.is_empty() { p { (lang.text_with("comments-recurring-none", &[("least", &LEAST.to_string())])) } } @else {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("comments-word")) }
                        th.number scope="col" { (lang.text("comments-word-count")) }
                    } }
                    tbody {
                        @for word in words {
                            tr {
                                th scope="row" { a href=(to(&word.word)) lang=[ui::named(lang)] { (word.word) } }
                                td.number { (number::count(lang, word.comments)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
