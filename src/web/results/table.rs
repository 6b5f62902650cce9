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

fn table(lang: Lang, finding: &Finding, lines: &[Line], words: Words) -> Markup {
    let (without, with): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.figure.state == State::None);
    let id = format!("{}-{}", words.caption, finding.indicator.name());
    // Coverage is known for some or for none: a column of dashes helps nobody.
    // So is what was left out: where nothing was, nothing needs to be said.
    let left_out = with.iter().any(|line| excluded(lang, &line.figure).is_some());
    let coverage = with.iter().any(|line| line.figure.coverage.is_some());
    let doubled = say::doubled(lines.iter().map(|line| line.name.as_str()));
    let name = |line: &Line| say::apart(&doubled, &say::name(lang, line), &line.code);
    html! {
        @if !with.is_empty() {
            // Named after the indicator too: each has a table of units.
            div class="scroll" tabindex="0" role="region" aria-labelledby={ "h-" (finding.indicator.name()) " " (id) } {
                table {
                    caption id=(id) { (lang.text(words.caption)) }
                    thead {
                        tr {
                            th scope="col" { (lang.text(words.column)) }
                            th scope="col" class="number" { (lang.text("results-column-n")) }
                            th scope="col" class="number" { (lang.text("results-column-share")) }
                            th scope="col" class="number" { (lang.text("results-column-interval")) }
                            th scope="col" { (lang.text("results-column-state")) }
                            @if coverage { th scope="col" class="number" { (lang.text("results-column-coverage")) } }
                            @if left_out { th scope="col" class="number" { (lang.text("results-column-excluded")) } }
                        }
                    }
                    tbody { @for line in with { (row(lang, line, &name(line), coverage, left_out)) } }
                }
            }
        }
        @if !without.is_empty() {
            details class="without" {
                summary {
                    (lang.text(words.caption)) ": "
                    (lang.text_with("results-without", &[("n", &number::count(lang, without.len() as u64))]))
                }
                ul { @for line in without { li { (name(line)) } } }
            }
        }
    }
}

fn row(lang: Lang, line: &Line, name: &str, coverage: bool, left_out: bool) -> Markup {
    let figure = &line.figure;
    html! {
        tr {
            th scope="row" { (name) }
            td class="number" { (or_dash(figure.n.map(|n| number::count(lang, n)))) }
            td class="number" { (or_dash(say::share(lang, figure))) }
            td class="number" { (or_dash(say::interval(lang, figure))) }
            td class="state" { (mark(figure.state)) " " (say::state(lang, figure.state, figure.target)) }
            @if coverage {
                td class="number" { (or_dash(figure.coverage.map(|share| number::percent(lang, share, None)))) }
            }
            @if left_out { td class="number" { (or_dash(excluded(lang, figure))) } }
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
