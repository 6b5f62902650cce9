//! Tables of units and of procedures.

use maud::{Markup, html};

use crate::flow::assess::{Figure, Finding, Line, State};
use crate::present::{number, say};
use crate::web::charts::mark;
use crate::words::Lang;

/// The table of units.
pub(super) fn units(lang: Lang, finding: &Finding) -> Markup {
    table(lang, finding, &finding.units, Words { caption: "results-units", column: "results-column-unit" })
}

/// The table of procedures.
pub(super) fn procedures(lang: Lang, finding: &Finding) -> Markup {
    table(
        lang,
        finding,
        &finding.procedures,
        Words { caption: "results-procedures", column: "results-column-procedure" },
    )
}

struct Words {
    caption: &'static str,
    column: &'static str,
}

/// So many lines of a table are seen at once; the rest is opened by whoever looks for it, and stands on paper.
const FIRST: usize = 10;
/// Fewer than this are not worth a fold.
const FOLDED: usize = 3;

fn table(lang: Lang, finding: &Finding, lines: &[Line], words: Words) -> Markup {
    let (without, with): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.figure.state == State::None);
    let doubled = say::doubled(lines.iter().map(|line| line.name.as_str()));
    let part = Part {
        id: format!("{}-{}", words.caption, finding.indicator.name()),
        section: format!("h-{}", finding.indicator.name()),
        column: words.column,
        // Coverage is known for some or for none: a column of dashes helps nobody.
        coverage: with.iter().any(|line| line.figure.coverage.is_some()),
        // So is what was left out: where nothing was, nothing needs to be said.
        left_out: with.iter().any(|line| excluded(lang, &line.figure).is_some()),
        name: &|line| say::apart(&doubled, &say::name(lang, line), &line.code),
    };
    let first = if with.len() < FIRST + FOLDED { with.len() } else { FIRST };
    let (first, rest) = with.split_at(first);
    let caption = lang.text(words.caption);
    html! {
        @if !first.is_empty() { (part.show(lang, "", &caption, first)) }
        @if !rest.is_empty() {
            details class="rest" {
                @let n = number::count(lang, rest.len() as u64);
                summary { (lang.text_with("results-rest", &[("table", &caption), ("n", &n)])) }
                (part.show(lang, "-rest", &lang.text_with("results-continued", &[("table", &caption)]), rest))
            }
        }
        @if !without.is_empty() {
            details class="without" {
                summary {
                    (caption) ": "
                    (lang.text_with("results-without", &[("n", &number::count(lang, without.len() as u64))]))
                }
                ul { @for line in without { li { ((part.name)(line)) } } }
            }
        }
    }
}

/// What the parts of one table share.
struct Part<'a> {
    id: String,
    section: String,
    column: &'static str,
    coverage: bool,
    left_out: bool,
    name: &'a dyn Fn(&Line) -> String,
}

impl Part<'_> {
    /// Some of its lines. The roles keep it a table where the style of a phone lays its cells out otherwise.
    fn show(&self, lang: Lang, which: &str, caption: &str, lines: &[&Line]) -> Markup {
        let id = format!("{}{which}", self.id);
        let head = |words: bool, key: &str| {
            html! { th.words[words] role="columnheader" { (lang.text(key)) } }
        };
        html! {
            // Named after the indicator too: each has a table of units.
            div.scroll tabindex="0" role="region" aria-labelledby={ (self.section) " " (id) } {
                table.numbers.lines role="table" {
                    caption id=(id) { (caption) }
                    thead role="rowgroup" {
                        tr role="row" {
                            (head(true, self.column))
                            (head(false, "results-column-n"))
                            (head(false, "results-column-share"))
                            (head(false, "results-column-interval"))
                            (head(true, "results-column-state"))
                            @if self.coverage { (head(false, "results-column-coverage")) }
                            @if self.left_out { (head(false, "results-column-excluded")) }
                        }
                    }
                    tbody role="rowgroup" { @for line in lines { (self.row(lang, line)) } }
                }
            }
        }
    }

    fn row(&self, lang: Lang, line: &Line) -> Markup {
        let figure = &line.figure;
        html! {
            tr role="row" {
                th role="rowheader" { ((self.name)(line)) }
                td role="cell" { (or_dash(figure.n.map(|n| number::count(lang, n)))) }
                td role="cell" { (or_dash(say::share(lang, figure))) }
                td role="cell" { (or_dash(say::interval(lang, figure))) }
                td.words role="cell" { (mark(figure.state)) " " (say::state(lang, figure.state, figure.target)) }
                @if self.coverage {
                    td role="cell" { (or_dash(figure.coverage.map(|share| number::percent(lang, share, None)))) }
                }
                @if self.left_out { td role="cell" { (or_dash(excluded(lang, figure))) } }
            }
        }
    }
}

/// How many were left out; nothing where it is none or not told.
fn excluded(lang: Lang, figure: &Figure) -> Option<String> {
    match figure.excluded {
        _ if figure.excluded_few => Some(lang.text("results-under-5")),
        Some(n) if n > 0 => Some(number::count(lang, n)),
        _ => None,
    }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}
