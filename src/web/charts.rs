//! What pages of figures share: the marks of states, a chart with its caption and table, a table of words.

use maud::{Markup, PreEscaped, html};

use crate::flow::assess::State;
use crate::present::chart::{Chart, Table, dots};
use crate::words::Lang;

/// The mark of a state; it differs by shape, and words stand beside it.
#[must_use]
pub fn mark(state: State) -> Markup {
    let id = match state {
        State::Above => "#mark-above",
        State::Below => "#mark-below",
        State::Open => "#mark-open",
        State::Few => "#mark-few",
        State::Hidden | State::None => "#mark-none",
    };
    // Drawn in every row of every table: the style has its size.
    html! { svg.mark aria-hidden="true" { (PreEscaped(format!("<use href=\"{id}\"/>"))) } }
}

/// The shapes of all marks and the hatch of printed bars, drawn once a page.
#[must_use]
pub fn marks() -> Markup {
    html! {
        svg class="shapes" width="0" height="0" aria-hidden="true" focusable="false" {
            symbol id="mark-above" viewBox="0 0 16 16" {
                circle class="full" cx="8" cy="8" r="7" {}
                path class="stroke" d="M4.5 8.2l2.4 2.4 4.6-5" {}
            }
            symbol id="mark-below" viewBox="0 0 16 16" {
                rect class="full" x="1" y="1" width="14" height="14" {}
                path class="stroke" d="M8 3.5v8M4.8 8.6L8 11.8l3.2-3.2" {}
            }
            symbol id="mark-open" viewBox="0 0 16 16" { circle class="hollow" cx="8" cy="8" r="6" {} }
            symbol id="mark-few" viewBox="0 0 16 16" { circle class="hollow pale" cx="8" cy="8" r="6" {} }
            symbol id="mark-none" viewBox="0 0 16 16" { path class="dash" d="M3 8h10" {} }
            defs {
                (PreEscaped(dots::shapes()))
                pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    path class="hatch-line" d="M0 0v6" {}
                }
            }
        }
    }
}

/// A chart under its finding, with its caption and its table. `open`: the table is shown from the start, as in print.
#[must_use]
pub fn figure(lang: Lang, chart: &Chart, open: bool) -> Markup {
    // What is wide scrolls by itself, and can be reached with the keyboard.
    let wide = chart.size.0 > WIDEST;
    html! {
        figure class=(chart.class) {
            h3 id={ "h-" (chart.id) } { (chart.heading) }
            @if wide {
                div.scroll tabindex="0" role="region" aria-labelledby={ "h-" (chart.id) } { (PreEscaped(chart.svg())) }
            } @else {
                (PreEscaped(chart.svg()))
            }
            @if !chart.caption.is_empty() {
                figcaption { (chart.caption.join(" ")) }
            }
            details open[open] {
                summary { (lang.text("results-spread-table")) }
                (table(&chart.table))
            }
        }
    }
}

/// Wider drawings do not fit a phone.
const WIDEST: f64 = 700.0;

/// A table of words. Most cells are numbers: those that are not carry the class. Its first row and
/// column are all heads, which makes each the head of its column or row without saying so.
#[must_use]
pub fn table(table: &Table) -> Markup {
    let words = |at: usize| table.columns.get(at).filter(|column| !column.number).map(|_| "words");
    html! {
        table.numbers {
            caption { (table.caption) }
            thead {
                tr {
                    @for (at, column) in table.columns.iter().enumerate() {
                        th class=[words(at)] { (column.words) }
                    }
                }
            }
            tbody {
                @for (row, cells) in table.rows.iter().enumerate() {
                    tr {
                        @for (at, cell) in cells.iter().enumerate() {
                            @if at == 0 {
                                th { (swatch(table.colours.get(row).copied())) (cell) }
                            } @else {
                                td class=[words(at)] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The colour that stands for a row.
fn swatch(colour: Option<&str>) -> Markup {
    html! {
        @if let Some(colour) = colour {
            svg.swatch aria-hidden="true" { (PreEscaped(format!("<rect class=\"{colour}\" width=\"12\" height=\"12\"/>"))) }
            " "
        }
    }
}
