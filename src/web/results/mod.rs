//! The page of results: what the office published about a period, in sentences, bars and tables.

mod cache;
pub mod filter;
mod leaf;
pub mod open;
mod serve;
mod table;

use maud::{Markup, html};

pub use cache::Cache;
pub use filter::{Filter, cut_off_field, period_fields};
pub use leaf::{Leaf, href, standing};
pub use serve::{csv, json, show, xlsx};

use crate::domain::Day;
use crate::domain::period::written;
use crate::flow::assess::{Excluded, Finding, Findings, Measure};
use crate::flow::publish::Publication;
use crate::present::chart::{Setting, spread};
use crate::present::{number, say};
use crate::web::charts::{self, mark, marks};
use crate::words::Lang;

/// The content of the page: a publication, or what one would be.
#[must_use]
pub fn page(lang: Lang, leaf: &Leaf<'_>) -> Markup {
    html! {
        div class="results" {
            h1 { (lang.text("results-title")) }
            (leaf.head(lang))
            (figures(lang, leaf))
            (leaf.did(lang))
            (method(lang, leaf))
            (leaf::list(lang, leaf.all, leaf.publication))
        }
    }
}

/// What would be published, inside a page that has a heading of its own.
#[must_use]
pub fn preview(lang: Lang, leaf: &Leaf<'_>) -> Markup {
    html! { div class="results" { (figures(lang, leaf)) (method(lang, leaf)) } }
}

fn figures(lang: Lang, leaf: &Leaf<'_>) -> Markup {
    let findings = leaf.findings;
    html! {
        (marks())
        p class="period" { strong { (findings.period.label(lang)) } " · " (released(lang, findings)) }
        @if findings.provisional { p class="notice" { (lang.text("results-provisional")) } }
        (left_out(lang, leaf))
        @for finding in &findings.indicators { (section(lang, findings, finding)) }
    }
}

/// What an address asks for, the language aside.
fn address(publication: &Publication, excluded: Excluded) -> String {
    let with = if excluded == Excluded::Included { "&excluded=with" } else { "" };
    let period = &publication.period;
    // What is not in force any more is found by its number alone.
    let number = if publication.is_in_force() { String::new() } else { format!("&number={}", publication.id.0) };
    format!("period={period}&cut_off={}{number}{with}", period.cut_off().name())
}

/// Whether anything was left out, and the way to the other view.
fn left_out(lang: Lang, leaf: &Leaf<'_>) -> Markup {
    let findings = leaf.findings;
    let to = |excluded| leaf.publication.map(|one| format!("/results?{}&lang={}", address(one, excluded), lang.code()));
    let some = findings.indicators.iter().any(|finding| {
        let lines = std::iter::once(&finding.department).chain(&finding.units).chain(&finding.procedures);
        lines.map(|line| &line.figure).any(|figure| figure.excluded_few || figure.excluded.is_some_and(|n| n > 0))
    });
    html! {
        @match findings.excluded {
            Excluded::Included => p class="notice" {
                (lang.text("results-excluded-included")) " "
                @if let Some(to) = to(Excluded::LeftOut) { a href=(to) { (lang.text("results-excluded-leave")) } }
            },
            Excluded::LeftOut if some => p class="notice" {
                (lang.text("results-excluded-some")) " "
                @if let Some(to) = to(Excluded::Included) { a href=(to) { (lang.text("results-excluded-include")) } }
            },
            Excluded::LeftOut => {},
        }
    }
}

fn released(lang: Lang, findings: &Findings) -> String {
    match findings.released_at {
        0 => lang.text("results-released-never"),
        at => lang.text_with("results-released", &[("day", &written(lang, Day::at(at)))]),
    }
}

fn section(lang: Lang, findings: &Findings, finding: &Finding) -> Markup {
    let name = finding.indicator.name();
    let figure = &finding.department.figure;
    html! {
        section class="indicator" aria-labelledby={ "h-" (name) } {
            h2 id={ "h-" (name) } { (lang.text(say::indicator_key(finding.indicator))) }
            p class="finding" {
                (mark(figure.state)) " "
                (sentence(lang, findings, finding)) " "
                @if let Some(said) = say::verdict(lang, figure) {
                    strong { (said) }
                    @if findings.provisional { " (" (lang.text("results-provisional-mark")) ")" }
                }
            }
            @for more in say::details(lang, figure, finding.department.index.as_ref(), finding.measure) {
                p class="detail" { (more) }
            }
            p class="measure" { (lang.text(say::measure_key(finding.measure))) }
            @if let Some(levels) = figure.levels.filter(|levels| levels.iter().sum::<u64>() > 0) {
                (charts::figure(lang, &spread::chart(lang, spread_setting(lang, finding, &levels), &levels), false))
            }
            (table::units(lang, finding))
            (table::procedures(lang, finding))
        }
    }
}

/// "Năm 2026 (đến 24/11/2026): 92,3% hài lòng (từ 90,0% đến 94,1%), 676 đánh giá."
fn sentence(lang: Lang, findings: &Findings, finding: &Finding) -> String {
    let day = Day::at(findings.released_at);
    let label = findings.period.label(lang);
    let period = match findings.provisional && findings.period.contains(day) {
        true => lang.text_with("results-period-so-far", &[("period", &label), ("day", &written(lang, day))]),
        false => label,
    };
    say::sentence(lang, &period, &finding.department.figure, finding.measure)
}

fn spread_setting(lang: Lang, finding: &Finding, levels: &[u64; 5]) -> Setting {
    let total: u64 = levels.iter().sum();
    let heading = match finding.measure {
        Measure::PooledIndex => lang.text_with("results-spread-of-answers", &[("n", &number::count(lang, total))]),
        Measure::Closing | Measure::ShareOfNo => lang.text("results-spread"),
    };
    Setting { id: format!("spread-{}", finding.indicator.name()), heading, caption: Vec::new() }
}

fn method(lang: Lang, leaf: &Leaf<'_>) -> Markup {
    let findings = leaf.findings;
    html! {
        section class="method" aria-labelledby="h-method" {
            h2 id="h-method" { (lang.text("results-how")) }
            p { strong { (lang.text("results-how-source")) } }
            p { (lang.text("results-how-interval")) }
            p { (lang.text("results-how-verdict")) }
            p { (lang.text("results-how-hidden")) }
            p { (lang.text("results-how-beside")) }
            p { (lang.text("results-how-units")) }
            @if let Some(code) = &findings.seal { p { (lang.text_with("results-seal", &[("code", code)])) } }
            @if let Some(publication) = leaf.publication {
                @let query = format!("{}&lang={}", address(publication, findings.excluded), lang.code());
                ul class="downloads" {
                    li { a href={ "/results.xlsx?" (query) } { (lang.text("results-download-xlsx")) } }
                    li { a href={ "/results.csv?" (query) } { (lang.text("results-download-csv")) } }
                    li { a href={ "/results.json?" (query) } { (lang.text("results-download-json")) } }
                    li { a href={ "/results/open?lang=" (lang.code()) } { (lang.text("open-title")) } }
                }
            }
        }
    }
}
