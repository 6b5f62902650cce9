//! The tables of units and procedures: a row each, with its dot and interval on one axis, sorted by links, a page at a
//! time.

use std::cmp::Ordering;
use std::collections::HashSet;

use maud::{Markup, PreEscaped, html};

use super::filter::{Chosen, Column};
use super::frame::Frame;
use crate::domain::collate;
use crate::domain::period::written;
use crate::flow::assess::{Line, Scope, State};
use crate::present::chart::{Axis, Reading, dots};
use crate::present::{number, say};
use crate::web::charts::mark;

/// Rows of a page of units or procedures on the screen, and of any on paper.
const ROWS: usize = 20;
/// Rows on pages that show much else.
const FIRST: usize = 10;
const PRINTED: usize = 200;

/// What a table holds.
pub(super) struct Table<'a> {
    /// Key of the head of its first column.
    pub(super) column: &'static str,
    /// The id of its heading.
    pub(super) labelled: &'static str,
    /// Its lines, by name.
    pub(super) lines: &'a [&'a Line],
    /// Where a line leads, as a path.
    pub(super) path: &'a dyn Fn(&Line) -> Option<String>,
}

impl Table<'_> {
    /// The table, as far as one page of it goes.
    pub(super) fn show(&self, frame: &Frame<'_>) -> Markup {
        let lang = frame.lang;
        let sorted = sorted(self.lines, &frame.chosen);
        let readings: Vec<Reading> = self.lines.iter().map(|line| Reading::from(&line.figure)).collect();
        let axis = dots::axis_of(&readings);
        let doubled = say::doubled(self.lines.iter().map(|line| line.name.as_str()));
        let rows = match (frame.chosen.print, frame.path.as_str()) {
            (true, _) => PRINTED,
            (false, "/manage/units" | "/manage/procedures") => ROWS,
            (false, _) => FIRST,
        };
        let pages = sorted.len().div_ceil(rows).max(1);
        let page = frame.chosen.page.clamp(1, pages);
        let shown = &sorted[(page - 1) * rows..sorted.len().min(page * rows)];
        // Coverage is known for some or for none: a column of dashes helps nobody.
        let coverage = self.lines.iter().any(|line| line.figure.coverage.is_some());
        html! {
            div.scroll tabindex="0" role="region" aria-labelledby=(self.labelled) {
                // The roles keep it a table where the style of a phone lays its cells out otherwise.
                table.numbers.lines role="table" aria-labelledby=(self.labelled) {
                    thead role="rowgroup" { tr role="row" {
                        (self.head(frame, Column::Name, self.column, true))
                        (self.head(frame, Column::Number, "results-column-n", false))
                        (self.head(frame, Column::Share, "results-column-share", false))
                        th.words.drawn role="columnheader" { span { (lang.text("manage-dot")) } (PreEscaped(dots::cell_axis(axis))) }
                        th role="columnheader" { (lang.text("results-column-interval")) }
                        (self.head(frame, Column::State, "results-column-state", true))
                        @if coverage { th role="columnheader" { (lang.text("results-column-coverage")) } }
                    } }
                    tbody role="rowgroup" { @for line in shown { (self.row(frame, line, &doubled, axis, coverage)) } }
                }
            }
            (self.pager(frame, page, pages, (page - 1) * rows + 1, shown.len(), sorted.len()))
        }
    }

    fn row(&self, frame: &Frame<'_>, line: &Line, doubled: &HashSet<&str>, axis: Axis, coverage: bool) -> Markup {
        let (lang, figure) = (frame.lang, &line.figure);
        let words = say::apart(doubled, &say::name(lang, line), &line.code);
        html! {
            tr role="row" {
                th role="rowheader" {
                    @if let Some(path) = (self.path)(line) { a href=(frame.to(&path)) { (words) } } @else { (words) }
                    @if let Some(stood) = stood(frame, line) { " (" (stood) ")" }
                }
                td role="cell" { (or_dash(figure.n.map(|n| number::count(lang, n)))) }
                td role="cell" { (or_dash(say::share(lang, figure))) }
                td.drawn role="cell" { (PreEscaped(dots::cell(axis, &Reading::from(figure)))) }
                td role="cell" { (or_dash(say::interval(lang, figure))) }
                td.words role="cell" { (mark(figure.state)) " " (say::state(lang, figure.state, figure.target)) }
                @if coverage {
                    td role="cell" { (or_dash(figure.coverage.map(|share| number::percent(lang, share, None)))) }
                }
            }
        }
    }

    /// The head of a column that a table can be sorted by.
    fn head(&self, frame: &Frame<'_>, by: Column, key: &str, words: bool) -> Markup {
        let sort = frame.chosen.sort;
        let order = (sort.by == by).then_some(if sort.down { "descending" } else { "ascending" });
        html! {
            th.words[words] role="columnheader" aria-sort=[order] {
                a.sort href=(self.here(frame, &frame.chosen.sorted(by))) { (frame.lang.text(key)) }
                @if let Some(order) = order { span aria-hidden="true" { @if order == "descending" { " ↓" } @else { " ↑" } } }
            }
        }
    }

    /// How many there are, and the ways to the other pages.
    fn pager(&self, frame: &Frame<'_>, page: usize, pages: usize, from: usize, shown: usize, of: usize) -> Markup {
        let lang = frame.lang;
        let count = |n: usize| number::count(lang, n as u64);
        let to = |page: usize| self.here(frame, &Chosen { page, ..frame.chosen.clone() });
        let lines = [("from", count(from)), ("to", count(from + shown.saturating_sub(1))), ("n", count(of))];
        html! {
            @if pages > 1 {
                p.pages {
                    (lang.text_with("manage-lines", &lines.each_ref().map(|(name, text)| (*name, text.as_str())))) " "
                    @if page > 1 { a href=(to(page - 1)) rel="prev" { (lang.text("manage-page-before")) } " " }
                    @if page < pages { a href=(to(page + 1)) rel="next" { (lang.text("manage-page-after")) } }
                }
            }
        }
    }

    /// The same page otherwise, seen from the table on.
    fn here(&self, frame: &Frame<'_>, chosen: &Chosen) -> String {
        format!("{}#{}", frame.with(chosen), self.labelled)
    }
}

/// From or until when a unit stood that did not stand all through the period: two may have had the same name.
fn stood(frame: &Frame<'_>, line: &Line) -> Option<String> {
    let unit = frame.catalogue.unit_by_code(&line.code).filter(|_| line.scope == Scope::Unit)?;
    let (lang, period) = (frame.lang, &frame.chosen.period);
    let until = unit.valid_to.filter(|day| *day < period.last()).map(|day| ("manage-line-until", day));
    let from = unit.valid_from.filter(|day| *day > period.from()).map(|day| ("manage-line-from", day));
    until.or(from).map(|(key, day)| lang.text_with(key, &[("day", &written(lang, day))]))
}

/// The lines in the order asked for; what is hidden or has no answers comes last, whatever the order.
fn sorted<'a>(lines: &[&'a Line], chosen: &Chosen) -> Vec<&'a Line> {
    let last = |line: &Line| match line.figure.state {
        State::None => 2,
        State::Hidden => 1,
        _ => 0,
    };
    let verdict = |line: &Line| match line.figure.state {
        State::Below => 0,
        State::Open => 1,
        State::Few => 2,
        State::Above => 3,
        State::Hidden | State::None => 4,
    };
    let share = |line: &Line| line.figure.share.unwrap_or(0.0);
    let compare = |a: &&Line, b: &&Line| -> Ordering {
        let order = match chosen.sort.by {
            Column::Name => return Ordering::Equal,
            Column::Number => a.figure.n.cmp(&b.figure.n),
            Column::Share => share(a).total_cmp(&share(b)),
            Column::State => verdict(a).cmp(&verdict(b)),
        };
        if chosen.sort.down { order.reverse() } else { order }
    };
    let mut sorted: Vec<&Line> = lines.to_vec();
    sorted.sort_by_cached_key(|line| (collate::key(&line.name), line.code.clone()));
    if chosen.sort.by == Column::Name && chosen.sort.down {
        sorted.reverse();
    }
    sorted.sort_by(compare);
    sorted.sort_by_key(|line| last(line));
    sorted
}

pub(super) fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}
