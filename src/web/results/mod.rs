//! The page of results: what the office published about a period, in sentences, bars and tables.

mod cache;
pub mod filter;
mod leaf;
pub mod open;
mod serve;
mod spread;
mod table;

use maud::{Markup, html};

pub use cache::Cache;
pub use filter::Filter;
pub use leaf::{Leaf, href, standing};
pub use serve::{csv, json, show, xlsx};

use crate::domain::Day;
use crate::domain::period::written;
use crate::flow::assess::{Excluded, Figure, Finding, Findings, Measure, Needed, Range, State};
use crate::flow::publish::Publication;
use crate::present::number;
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

/// "Đã loại: 12 đánh giá."
fn excluded(lang: Lang, figure: &Figure) -> Option<String> {
    match figure.excluded {
        _ if figure.excluded_few => Some(lang.text("results-excluded-few")),
        Some(n) if n > 0 => Some(lang.text_with("results-excluded", &[("n", &number::count(lang, n))])),
        _ => None,
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
            h2 id={ "h-" (name) } { (lang.text(indicator_key(finding))) }
            p class="finding" {
                (mark(figure.state)) " "
                (sentence(lang, findings, finding)) " "
                @if let Some(said) = said(lang, figure) {
                    strong { (said) }
                    @if findings.provisional { " (" (lang.text("results-provisional-mark")) ")" }
                }
            }
            @for more in details(lang, finding) { p class="detail" { (more) } }
            p class="measure" { (lang.text(measure_key(finding.measure))) }
            @if let Some(levels) = figure.levels.filter(|levels| levels.iter().sum::<u64>() > 0) {
                (spread::figure(lang, finding, levels))
            }
            (table::units(lang, finding))
            (table::procedures(lang, finding))
        }
    }
}

fn indicator_key(finding: &Finding) -> &'static str {
    match finding.indicator {
        crate::domain::Indicator::Procedures => "results-indicator-procedures",
        crate::domain::Indicator::Service => "results-indicator-service",
        crate::domain::Indicator::Education => "results-indicator-education",
        crate::domain::Indicator::PapersAgain => "results-indicator-papers-again",
    }
}

fn measure_key(measure: Measure) -> &'static str {
    match measure {
        Measure::Closing => "results-measure-closing",
        Measure::PooledIndex => "results-measure-pooled-index",
        Measure::ShareOfNo => "results-measure-share-of-no",
    }
}

/// "Năm 2026 (đến 24/11/2026): 92,3% hài lòng (từ 90,0% đến 94,1%), 676 đánh giá."
fn sentence(lang: Lang, findings: &Findings, finding: &Finding) -> String {
    let figure = &finding.department.figure;
    let day = Day::at(findings.released_at);
    let label = findings.period.label(lang);
    let period = match findings.provisional && findings.period.contains(day) {
        true => lang.text_with("results-period-so-far", &[("period", &label), ("day", &written(lang, day))]),
        false => label,
    };
    let papers = finding.measure == Measure::ShareOfNo;
    let n = number::count(lang, figure.n.unwrap_or(0));
    let args = [("period", period.as_str()), ("n", n.as_str())];
    if let (Some(share), Some(interval)) = (share(lang, figure), bounds(lang, figure)) {
        let key = if papers { "results-sentence-papers" } else { "results-sentence" };
        let [lower, upper] = &interval;
        lang.text_with(key, &[args[0], args[1], ("share", &share), ("lower", lower), ("upper", upper)])
    } else if let Some(share) = share(lang, figure) {
        let key = if papers { "results-sentence-range-papers" } else { "results-sentence-range" };
        lang.text_with(key, &[args[0], args[1], ("share", &share)])
    } else {
        lang.text_with("results-sentence-nothing", &[args[0], ("state", &lang.text(state_key(figure.state)))])
    }
}

/// Whether the target is reached, with the target.
fn said(lang: Lang, figure: &Figure) -> Option<String> {
    let key = match figure.state {
        State::Above => "results-said-above",
        State::Below => "results-said-below",
        State::Open => "results-said-open",
        State::Few => "results-said-few",
        State::Hidden | State::None => return None,
    };
    Some(match figure.target {
        Some(points) => lang.text_with(key, &[("target", &number::target(lang, points))]),
        None => lang.text("results-no-target"),
    })
}

/// What stands under the sentence: the bound behind the verdict, what is missing, the index beside, coverage, blanks.
fn details(lang: Lang, finding: &Finding) -> Vec<String> {
    let figure = &finding.department.figure;
    let percent = |share: f64| number::percent(lang, share, figure.target);
    let mut details = Vec::new();
    match (figure.state, figure.at_least, figure.at_most) {
        (State::Above, Some(bound), _) => {
            details.push(lang.text_with("results-at-least", &[("share", &percent(bound))]));
        }
        (State::Below, _, Some(bound)) => {
            details.push(lang.text_with("results-at-most", &[("share", &percent(bound))]));
        }
        _ => {}
    }
    if let Some(needed) = &figure.needed {
        details.extend(missing(lang, needed, figure.population.is_some() && finding.measure != Measure::PooledIndex));
    }
    if let Some((index, [lower, upper])) =
        finding.department.index.as_ref().and_then(|index| Some((index, bounds(lang, index)?)))
    {
        let share = share(lang, index).unwrap_or_default();
        let n = number::count(lang, index.n.unwrap_or(0));
        let args = [("share", share.as_str()), ("lower", &lower), ("upper", &upper), ("n", &n)];
        details.push(lang.text_with("results-index", &args));
    }
    if figure.more_answers_than_files {
        details.push(lang.text("results-more-than-files"));
    } else if let (Some(n), Some(files), Some(coverage)) = (figure.n, figure.population, figure.coverage) {
        let (n, files) = (number::count(lang, n), number::count(lang, files));
        let coverage = number::percent(lang, coverage, None);
        details.push(lang.text_with("results-coverage", &[("n", &n), ("files", &files), ("coverage", &coverage)]));
    }
    details.extend(excluded(lang, figure));
    if let (Some(blank), Some(na)) = (figure.blank, figure.not_applicable)
        && blank + na > 0
    {
        let (blank, na) = (number::count(lang, blank), number::count(lang, na));
        details.push(lang.text_with("results-blank", &[("blank", &blank), ("na", &na)]));
    }
    details
}

/// How many more answers are needed; `bounded`: there are only so many left to ask.
fn missing(lang: Lang, needed: &Needed, bounded: bool) -> Vec<String> {
    if bounded && needed.best_case_met.is_none() {
        return vec![lang.text("results-out-of-reach")];
    }
    let count = |n: u64| number::count(lang, n);
    let expected = needed.more.map(|n| lang.text_with("results-needed", &[("n", &count(n))]));
    let floor = needed.best_case_met.into_iter().chain(needed.best_case_not_met).min();
    let floor = floor.map(|n| lang.text_with("results-needed-floor", &[("n", &count(n))]));
    expected
        .map(|expected| [Some(expected), floor].into_iter().flatten().collect::<Vec<_>>().join("; ") + ".")
        .into_iter()
        .collect()
}

/// The share as it may be shown; nothing where it is hidden.
fn share(lang: Lang, figure: &Figure) -> Option<String> {
    match figure.range {
        Some(Range::AtLeast95) => Some(lang.text("results-range-at-least-95")),
        Some(Range::AtMost5) => Some(lang.text("results-range-at-most-5")),
        None => figure.share.map(|share| number::percent(lang, share, figure.target)),
    }
}

fn bounds(lang: Lang, figure: &Figure) -> Option<[String; 2]> {
    let (lower, upper) = figure.lower.zip(figure.upper)?;
    Some([lower, upper].map(|bound| number::percent(lang, bound, figure.target)))
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Above => "results-state-above",
        State::Below => "results-state-below",
        State::Open => "results-state-open",
        State::Few => "results-state-few",
        State::Hidden => "results-state-hidden",
        State::None => "results-state-none",
    }
}

/// The mark of a state; it differs by shape, and words stand beside it.
fn mark(state: State) -> Markup {
    let id = match state {
        State::Above => "#mark-above",
        State::Below => "#mark-below",
        State::Open => "#mark-open",
        State::Few => "#mark-few",
        State::Hidden | State::None => "#mark-none",
    };
    html! { svg class="mark" width="16" height="16" aria-hidden="true" focusable="false" { use href=(id) {} } }
}

/// The shapes of all marks and the hatch of printed bars, drawn once.
fn marks() -> Markup {
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
                pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    path class="hatch-line" d="M0 0v6" {}
                }
            }
        }
    }
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
