//! A figure in words: what was found, what may be said of the target, what is missing. Pages and files say the same.

use std::collections::HashSet;

use crate::domain::{Channel, Indicator};
use crate::flow::assess::{Figure, Line, Measure, Needed, Range, Scope, State};
use crate::present::number;
use crate::words::Lang;

/// Key of the name of an indicator.
#[must_use]
pub fn indicator_key(indicator: Indicator) -> &'static str {
    match indicator {
        Indicator::Procedures => "results-indicator-procedures",
        Indicator::Service => "results-indicator-service",
        Indicator::Education => "results-indicator-education",
        Indicator::PapersAgain => "results-indicator-papers-again",
    }
}

/// The name of a channel.
#[must_use]
pub fn channel(lang: Lang, channel: Channel) -> String {
    lang.text(&format!("exclude-channel-{}", channel.name()))
}

/// Key of what a measure is.
#[must_use]
pub fn measure_key(measure: Measure) -> &'static str {
    match measure {
        Measure::Closing => "results-measure-closing",
        Measure::PooledIndex => "results-measure-pooled-index",
        Measure::ShareOfNo => "results-measure-share-of-no",
    }
}

/// Key of the words of a state.
#[must_use]
pub fn state_key(state: State) -> &'static str {
    match state {
        State::Above => "results-state-above",
        State::Below => "results-state-below",
        State::Open => "results-state-open",
        State::Few => "results-state-few",
        State::Hidden => "results-state-hidden",
        State::None => "results-state-none",
    }
}

/// The words of a state; without a target nothing is open.
#[must_use]
pub fn state(lang: Lang, state: State, target: Option<u32>) -> String {
    match (state, target) {
        (State::Open, None) => lang.text("results-no-target"),
        (state, _) => lang.text(state_key(state)),
    }
}

/// What a line of a table is called.
#[must_use]
pub fn name(lang: Lang, line: &Line) -> String {
    match line.scope {
        Scope::NoProcedure => lang.text("results-no-procedure"),
        _ if line.name.is_empty() => line.code.clone(),
        _ => line.name.clone(),
    }
}

/// The names that stand there more than once.
#[must_use]
pub fn doubled<'a>(names: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    names.filter(|name| !seen.insert(*name)).collect()
}

/// A name, with the code after it where another one has the same name.
#[must_use]
pub fn apart(doubled: &HashSet<&str>, name: &str, code: &str) -> String {
    if doubled.contains(name) { format!("{name} ({code})") } else { name.to_owned() }
}

/// The share as it may be shown; nothing where it is hidden.
#[must_use]
pub fn share(lang: Lang, figure: &Figure) -> Option<String> {
    match figure.range {
        Some(Range::AtLeast95) => Some(lang.text("results-range-at-least-95")),
        Some(Range::AtMost5) => Some(lang.text("results-range-at-most-5")),
        None => figure.share.map(|share| number::percent(lang, share, figure.target)),
    }
}

/// The ends of the interval.
#[must_use]
pub fn bounds(lang: Lang, figure: &Figure) -> Option<[String; 2]> {
    let (lower, upper) = figure.lower.zip(figure.upper)?;
    Some([lower, upper].map(|bound| number::percent(lang, bound, figure.target)))
}

/// "từ 90,0% đến 94,1%"
#[must_use]
pub fn interval(lang: Lang, figure: &Figure) -> Option<String> {
    let [lower, upper] = bounds(lang, figure)?;
    Some(lang.text_with("results-interval", &[("lower", &lower), ("upper", &upper)]))
}

/// "Năm 2026 (đến 24/11/2026): 92,3% hài lòng (từ 90,0% đến 94,1%), 676 đánh giá."
#[must_use]
pub fn sentence(lang: Lang, period: &str, figure: &Figure, measure: Measure) -> String {
    let papers = measure == Measure::ShareOfNo;
    let n = number::count(lang, figure.n.unwrap_or(0));
    let args = [("period", period), ("n", n.as_str())];
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
#[must_use]
pub fn verdict(lang: Lang, figure: &Figure) -> Option<String> {
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

/// "Đã loại: 12 đánh giá."
#[must_use]
pub fn excluded(lang: Lang, figure: &Figure) -> Option<String> {
    match figure.excluded {
        _ if figure.excluded_few => Some(lang.text("results-excluded-few")),
        Some(n) if n > 0 => Some(lang.text_with("results-excluded", &[("n", &number::count(lang, n))])),
        _ => None,
    }
}

/// What stands under the sentence: the bound behind the verdict, what is missing, the index beside, coverage, blanks.
#[must_use]
pub fn details(lang: Lang, figure: &Figure, index: Option<&Figure>, measure: Measure) -> Vec<String> {
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
        details.extend(missing(lang, needed, figure, figure.population.is_some() && measure != Measure::PooledIndex));
    }
    if let Some((index, [lower, upper])) = index.and_then(|index| Some((index, bounds(lang, index)?))) {
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

/// More answers than this come to no office in a year.
const MOST_NEEDED: u64 = 100_000;
/// Nor so many times those that it has.
const MOST_TIMES: u64 = 20;

/// How many more answers are needed; `bounded`: there are only so many left to ask. A number that cannot come is none that
/// anybody could work towards.
fn missing(lang: Lang, needed: &Needed, figure: &Figure, bounded: bool) -> Vec<String> {
    if bounded && needed.best_case_met.is_none() {
        return vec![lang.text("results-out-of-reach")];
    }
    let most = figure.n.map_or(MOST_NEEDED, |n| n.saturating_mul(MOST_TIMES).min(MOST_NEEDED));
    let most = most.min(figure.population.unwrap_or(u64::MAX));
    if needed.more.is_some_and(|more| more > most) {
        return vec![lang.text("results-too-close")];
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
