//! How the answers spread over the five levels: one bar of five parts, and its table.

use maud::{Markup, html};

use crate::flow::assess::{Finding, Measure};
use crate::present::number;
use crate::words::Lang;

const LEVELS: [&str; 5] =
    ["results-level-1", "results-level-2", "results-level-3", "results-level-4", "results-level-5"];
const PARTS: [&str; 5] = ["part-1", "part-2", "part-3", "part-4", "part-5"];

/// Width of the bar in its own units; the page scales it.
const WIDTH: f64 = 600.0;
/// White between two parts.
const GAP: f64 = 2.0;
/// From this share on a number finds room inside its part.
const ROOM: f64 = 0.08;

/// The bar with its heading and table; `levels` hold at least one answer.
pub(super) fn figure(lang: Lang, finding: &Finding, levels: [u64; 5]) -> Markup {
    let id = finding.indicator.name();
    let total: u64 = levels.iter().sum();
    let percent = |level: usize| number::percent(lang, levels[level] as f64 / total as f64, None);
    let part = |level: usize| {
        let args = [("level", lang.text(LEVELS[level])), ("share", percent(level))];
        lang.text_with("results-spread-part", &args.each_ref().map(|(name, text)| (*name, text.as_str())))
    };
    let spoken = (0..5).map(part).collect::<Vec<_>>().join("; ");
    html! {
        figure class="spread" {
            h3 { (heading(lang, finding.measure, total)) }
            svg class="bar" viewBox="0 0 600 68" role="img" aria-labelledby={ "t-" (id) " d-" (id) } {
                title id={ "t-" (id) } { (heading(lang, finding.measure, total)) }
                desc id={ "d-" (id) } { (spoken) }
                @for level in 0..5 { @if levels[level] > 0 { (drawn(level, &levels, total, &percent(level))) } }
            }
            details {
                summary { (lang.text("results-spread-table")) }
                table {
                    caption { (heading(lang, finding.measure, total)) }
                    thead {
                        tr {
                            th scope="col" { (lang.text("results-spread-level")) }
                            th scope="col" class="number" { (lang.text("results-spread-count")) }
                            th scope="col" class="number" { (lang.text("results-column-share")) }
                        }
                    }
                    tbody {
                        @for level in 0..5 {
                            tr {
                                th scope="row" {
                                    svg class="swatch" width="12" height="12" aria-hidden="true" focusable="false" {
                                        rect class=(PARTS[level]) width="12" height="12" {}
                                    }
                                    " " (lang.text(LEVELS[level]))
                                }
                                td class="number" { (number::count(lang, levels[level])) }
                                td class="number" { (percent(level)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heading(lang: Lang, measure: Measure, total: u64) -> String {
    match measure {
        Measure::PooledIndex => lang.text_with("results-spread-of-answers", &[("n", &number::count(lang, total))]),
        Measure::Closing | Measure::ShareOfNo => lang.text("results-spread"),
    }
}

/// One part with its number: inside where the colour is dark and there is room, else above, in two heights so that
/// neighbours do not touch.
fn drawn(level: usize, levels: &[u64; 5], total: u64, percent: &str) -> Markup {
    let share = |n: u64| n as f64 / total as f64;
    let start = share(levels[..level].iter().sum()) * WIDTH;
    let width = share(levels[level]) * WIDTH;
    let inside = matches!(level, 0 | 4) && share(levels[level]) >= ROOM;
    let middle = (start + width / 2.0).clamp(24.0, WIDTH - 24.0);
    let (class, y) = match (inside, level % 2) {
        (true, _) => ("inside", 53),
        (false, 0) => ("above", 12),
        (false, _) => ("above", 27),
    };
    let drawn_width = (width - GAP).max(1.0);
    html! {
        rect class=(PARTS[level]) x=(tenths(start)) y="32" width=(tenths(drawn_width)) height="34" {}
        @if level < 2 {
            rect class="hatch" x=(tenths(start)) y="32" width=(tenths(drawn_width)) height="34" fill="url(#hatch)" {}
        }
        text class=(class) x=(tenths(middle)) y=(y) text-anchor="middle" { (percent) }
    }
}

fn tenths(length: f64) -> String {
    format!("{length:.1}")
}
