//! `/admin/seal`: the last anchors, the key they are signed with, and how to verify.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::permit::Permit;
use super::visitor::Visitor;
use super::{App, respond, ui};
use crate::domain::anchor::Anchor;
use crate::domain::moment;
use crate::error::Result;
use crate::flow::seal::anchor;
use crate::words::Lang;

/// Anchors shown: a month of them.
const SHOWN: i64 = 31;

/// `GET /admin/seal`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let lang = visitor.lang;
    let anchors = anchor::last(&app.db, SHOWN).await?;
    let title = lang.text("seal-title");
    let body = html! {
        h1 { (title) }
        p { (lang.text("seal-say")) }
        dl {
            @if let Some((last, _)) = anchors.first() {
                dt { (lang.text("seal-code")) } dd { code { (last.code) } }
            }
            @if let Some(key) = app.keys.public().first() {
                dt { (lang.text("seal-key")) } dd { code.long { (data_encoding::HEXLOWER.encode(key)) } }
            }
        }
        h2 { (lang.text("seal-how")) }
        p { (lang.text("seal-how-run")) }
        pre { code { "hailong verify --anchor hailong-anchor-….json" } }
        p { (lang.text("seal-how-paper")) }
        h2 { (lang.text("seal-last")) }
        @if anchors.is_empty() { p { (lang.text("seal-none")) } } @else { (table(lang, &anchors)) }
    };
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let simulated = app.catalogue().simulated;
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", simulated, &body)))
}

fn table(lang: Lang, anchors: &[(Anchor, i64)]) -> Markup {
    let heads = ["seal-at", "seal-short", "seal-responses", "seal-audit", "seal-receivers"];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(lang.text("seal-last")) {
            table {
                thead { tr { @for head in heads { th scope="col" { (lang.text(head)) } } } }
                tbody {
                    @for (anchor, receivers) in anchors {
                        tr {
                            td { (moment(anchor.statement.at)) }
                            td { code { (anchor.code) } }
                            td { (anchor.statement.responses.n) }
                            td { (anchor.statement.audit.n) }
                            td { (receivers) }
                        }
                    }
                }
            }
        }
    }
}
