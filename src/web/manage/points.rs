//! The points of a unit with the tablets that stand there, and what needs attention.

use maud::{Markup, html};

use super::frame::Frame;
use super::parts::below;
use super::table::or_dash;
use crate::domain::account::Function;
use crate::domain::period::written;
use crate::domain::{Channel, Day, moment};
use crate::error::Result;
use crate::flow::assess::Line;
use crate::flow::assess::picture::{Picture, PointRow};
use crate::present::{number, say};
use crate::store::kiosks;
use crate::web::charts::mark;
use crate::web::visitor::encode;

/// A tablet that was not heard of for so long is silent.
const SILENT_MS: i64 = 24 * 60 * 60 * 1000;
/// So many lines of one kind are named.
const MOST: usize = 10;

/// The points, each with its figure, its last answer and its tablets.
pub(super) fn table(frame: &Frame<'_>, unit: &str, picture: &Picture) -> Markup {
    let lang = frame.lang;
    html! {
        @if !picture.points.is_empty() {
            section.part {
                h2 id="h-places" { (lang.text("manage-places")) }
                div.scroll tabindex="0" role="region" aria-labelledby="h-places" {
                    table.numbers.lines role="table" aria-labelledby="h-places" {
                        thead role="rowgroup" { tr role="row" {
                            th role="columnheader" { (lang.text("manage-place")) }
                            th.words.whole role="columnheader" { (lang.text("manage-channel")) }
                            th role="columnheader" { (lang.text("results-column-n")) }
                            th role="columnheader" { (lang.text("results-column-share")) }
                            th role="columnheader" { (lang.text("results-column-interval")) }
                            th.words role="columnheader" { (lang.text("results-column-state")) }
                            th role="columnheader" { (lang.text("manage-last-day")) }
                            th.words role="columnheader" { (lang.text("manage-kiosk-seen")) }
                        } }
                        tbody role="rowgroup" { @for point in &picture.points { (row(frame, unit, point)) } }
                    }
                }
            }
        }
    }
}

fn row(frame: &Frame<'_>, unit: &str, point: &PointRow) -> Markup {
    let (lang, figure) = (frame.lang, &point.line.figure);
    let label = if point.line.name.is_empty() {
        lang.text_with("codes-number", &[("n", &point.id.to_string())])
    } else {
        point.line.name.clone()
    };
    let channel = Channel::by_name(point.channel).map_or_else(String::new, |channel| say::channel(lang, channel));
    html! {
        tr role="row" {
            th role="rowheader" {
                a href=(frame.to(&format!("/manage/units/{}/points/{}", encode(unit), point.id))) { (label) }
                @if point.revoked { " (" (lang.text("manage-ended")) ")" }
            }
            td.words.whole role="cell" { (channel) }
            td role="cell" { (or_dash(figure.n.map(|n| number::count(lang, n)))) }
            td role="cell" { (or_dash(say::share(lang, figure))) }
            td role="cell" { (or_dash(say::interval(lang, figure))) }
            td.words role="cell" { (mark(figure.state)) " " (say::state(lang, figure.state, figure.target)) }
            td role="cell" { (or_dash(day(frame, point))) }
            td.words role="cell" {
                @for kiosk in &point.kiosks {
                    div { (kiosk.label) ": " (or_dash(kiosk.seen_at.map(moment))) }
                }
            }
        }
    }
}

fn day(frame: &Frame<'_>, point: &PointRow) -> Option<String> {
    let date = point.last_answer.as_deref()?.parse().ok()?;
    Some(written(frame.lang, Day::of(date)))
}

/// What needs attention: who is below the target, months out of the ordinary, tablets that are silent.
pub(super) async fn attention(frame: &Frame<'_>, picture: &Picture) -> Result<Markup> {
    let (lang, now_ms) = (frame.lang, frame.app.clock.now_ms());
    let silent: Vec<kiosks::Row> = if frame.permit.who.may(Function::OrganisationRead) {
        let rows = kiosks::within(&frame.app.db, &frame.permit.scope).await?;
        rows.into_iter().filter(|row| is_silent(row, now_ms)).collect()
    } else {
        Vec::new()
    };
    let units: Vec<&Line> = below(picture.units.iter().map(|row| &row.line)).collect();
    let procedures: Vec<&Line> = below(picture.procedures.iter().map(|row| &row.line)).collect();
    let latest = picture.course.months.iter().rev().take(3).filter(|month| month.beyond || month.run);
    let months: Vec<String> = latest.map(|month| month.period.label(lang)).collect();
    let nothing = silent.is_empty() && units.is_empty() && procedures.is_empty() && months.is_empty();
    let line = |line: &Line, path: &str| {
        let words = lang.text_with("manage-attention-below", &[("name", &say::name(lang, line))]);
        html! { li { a href=(frame.to(&format!("{path}/{}", encode(&line.code)))) { (words) } } }
    };
    let more = |n: usize| {
        let rest = n.saturating_sub(MOST);
        let words = lang.text_with("manage-attention-more", &[("n", &number::count(lang, rest as u64))]);
        html! { @if rest > 0 { li { (words) } } }
    };
    Ok(html! {
        section.part aria-labelledby="h-attention" {
            h2 id="h-attention" { (lang.text("manage-attention")) }
            @if nothing { p { (lang.text("manage-attention-none")) } } @else {
                ul.look {
                    @for month in &months { li { (lang.text_with("manage-attention-signal", &[("month", month)])) } }
                    @for unit in units.iter().take(MOST) { (line(unit, "/manage/units")) }
                    (more(units.len()))
                    @for procedure in procedures.iter().take(MOST) { (line(procedure, "/manage/procedures")) }
                    (more(procedures.len()))
                    @for row in silent.iter().take(MOST) {
                        li { a href=(format!("/admin/kiosks/{}?lang={}", row.id, lang.code())) {
                            @match row.seen_at {
                                Some(at) => (lang.text_with("manage-attention-silent", &[("label", &row.label), ("time", &moment(at))])),
                                None => (lang.text_with("manage-attention-never", &[("label", &row.label)])),
                            }
                        } }
                    }
                    (more(silent.len()))
                }
            }
        }
    })
}

fn is_silent(row: &kiosks::Row, now_ms: i64) -> bool {
    let heard = row.seen_at.or(row.paired_at).unwrap_or(now_ms);
    row.paired_at.is_some() && row.revoked_at.is_none() && now_ms - heard > SILENT_MS
}
