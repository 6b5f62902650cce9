//! The signals of units and months on `/admin/suspicion`: in detail for the inspector, counted for others; and how many
//! of them, and of the marks, chance and innocent groups will cause. Values to markup.

use maud::{Markup, html};

use crate::domain::UnitId;
use crate::domain::period::{CutOff, Period};
use crate::flow::suspicion::signals::{Listed, Raised, Signal};
use crate::present::number;
use crate::stats::signals::ALPHA;
use crate::words::Lang;

/// Less than this is not told exactly.
const LEAST_TOLD: f64 = 1e-9;

/// The whole part of the page; `name` tells what a unit is called.
#[must_use]
pub fn section<'a>(lang: Lang, listed: &Listed, details: bool, name: impl Fn(&UnitId) -> &'a str) -> Markup {
    let title = lang.text("signal-title");
    html! {
        h2 { (title) }
        p { (lang.text("signal-say")) }
        @if listed.months == 0 {
            p { (lang.text("signal-untested")) }
        } @else {
            p { (expected(lang, listed)) }
            p { (lang.text("signal-innocent")) }
            @if listed.raised.is_empty() { p { (lang.text("signal-none")) } } @else {
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    @if details { (detailed(lang, listed, name)) } @else { (counted(lang, listed, name)) }
                }
            }
        }
    }
}

/// How many are to be expected though nothing happened.
fn expected(lang: Lang, listed: &Listed) -> String {
    let count = |n: u64| number::count(lang, n);
    lang.text_with(
        "signal-expected",
        &[
            ("units", &count(listed.units)),
            ("months", &count(listed.months)),
            ("tests", &count(Signal::ALL.len() as u64)),
            ("chance", &odds(lang, ALPHA)),
            ("expected", &number::fixed(lang, listed.expected(), 2)),
        ],
    )
}

fn detailed<'a>(lang: Lang, listed: &Listed, name: impl Fn(&UnitId) -> &'a str) -> Markup {
    html! {
        table {
            thead { tr {
                th scope="col" { (lang.text("exclude-unit")) }
                th scope="col" { (lang.text("signal-month")) }
                th scope="col" { (lang.text("signal-what")) }
                th.number scope="col" { (lang.text("signal-chance")) }
            } }
            tbody {
                @for raised in &listed.raised {
                    tr {
                        th scope="row" { (name(&raised.unit)) }
                        td { (month(lang, raised.month)) }
                        td { (what(lang, raised)) }
                        td.number { (odds(lang, raised.adjusted)) }
                    }
                }
            }
        }
    }
}

fn counted<'a>(lang: Lang, listed: &Listed, name: impl Fn(&UnitId) -> &'a str) -> Markup {
    html! {
        table {
            thead { tr {
                th scope="col" { (lang.text("exclude-unit")) }
                th.number scope="col" { (lang.text("signal-count")) }
            } }
            tbody {
                @for (unit, n) in listed.counts() {
                    tr {
                        th scope="row" { (name(&unit)) }
                        td.number { (number::count(lang, n)) }
                    }
                }
            }
        }
    }
}

fn what(lang: Lang, raised: &Raised) -> String {
    let count = |n: Option<u64>| number::count(lang, n.unwrap_or_default());
    let (seen, total) = (count(raised.seen), count(raised.total));
    lang.text_with(&format!("signal-{}", raised.signal.name()), &[("seen", &seen), ("total", &total)])
}

fn month(lang: Lang, month: i64) -> String {
    let named = Period::parse(&format!("{}-{:02}", month / 100, month % 100), CutOff::Calendar);
    named.map_or_else(|_| month.to_string(), |period| period.label(lang))
}

/// A probability as people say it: 1 in so many.
fn odds(lang: Lang, p: f64) -> String {
    let one_in = |key, p: f64| lang.text_with(key, &[("n", &number::count(lang, (1.0 / p).round() as u64))]);
    match p {
        0.0 => lang.text("signal-impossible"),
        p if p < LEAST_TOLD => one_in("signal-below", LEAST_TOLD),
        p => one_in("signal-odds", p),
    }
}
