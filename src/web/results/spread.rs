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
/// Room that a number takes.
const NUMBER: f64 = 48.0;
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
    let places = places(&levels, total);
    let spoken = (0..5).map(part).collect::<Vec<_>>().join("; ");
    html! {
        figure class="spread" {
            h3 { (heading(lang, finding.measure, total)) }
            svg class="bar" viewBox="0 0 600 68" role="img" aria-labelledby={ "t-" (id) " d-" (id) } {
                title id={ "t-" (id) } { (heading(lang, finding.measure, total)) }
                desc id={ "d-" (id) } { (spoken) }
                @for level in 0..5 { @if levels[level] > 0 { (drawn(level, &levels, total, places[level], &percent(level))) } }
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

/// Where the part of a level starts, and how wide it is.
fn extent(level: usize, levels: &[u64; 5], total: u64) -> (f64, f64) {
    let share = |n: u64| n as f64 / total as f64 * WIDTH;
    (share(levels[..level].iter().sum()), share(levels[level]))
}

/// Whether the number of a part stands inside it: where the colour is dark and there is room.
fn inside(level: usize, levels: &[u64; 5], total: u64) -> bool {
    matches!(level, 0 | 4) && levels[level] as f64 >= ROOM * total as f64
}

/// Where the number of each part stands: at the middle of its part, those above the bar moved apart so that they do
/// not touch.
fn places(levels: &[u64; 5], total: u64) -> [f64; 5] {
    let middle = |level: usize| {
        let (start, width) = extent(level, levels, total);
        (start + width / 2.0).clamp(NUMBER / 2.0, WIDTH - NUMBER / 2.0)
    };
    let mut places: [f64; 5] = std::array::from_fn(middle);
    let above: Vec<usize> = (0..5).filter(|level| levels[*level] > 0 && !inside(*level, levels, total)).collect();
    for pair in above.windows(2) {
        places[pair[1]] = places[pair[1]].max(places[pair[0]] + NUMBER);
    }
    let mut most = WIDTH - NUMBER / 2.0;
    for level in above.into_iter().rev() {
        places[level] = places[level].min(most);
        most = places[level] - NUMBER;
    }
    places
}

/// One part with its number, and a line between the two where they are apart.
fn drawn(level: usize, levels: &[u64; 5], total: u64, place: f64, percent: &str) -> Markup {
    let (start, width) = extent(level, levels, total);
    let middle = start + width / 2.0;
    let (class, y) = if inside(level, levels, total) { ("inside", 53) } else { ("above", 18) };
    let drawn_width = (width - GAP).max(1.0);
    html! {
        rect class=(PARTS[level]) x=(tenths(start)) y="32" width=(tenths(drawn_width)) height="34" {}
        @if level < 2 {
            rect class="hatch" x=(tenths(start)) y="32" width=(tenths(drawn_width)) height="34" fill="url(#hatch)" {}
        }
        @if (place - middle).abs() > 1.0 {
            path class="lead" d=(format!("M{} 22L{} 31", tenths(place), tenths(middle))) {}
        }
        text class=(class) x=(tenths(place)) y=(y) text-anchor="middle" { (percent) }
    }
}

fn tenths(length: f64) -> String {
    format!("{length:.1}")
}
