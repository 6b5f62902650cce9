//! What needs attention, in words.

use super::number;
use crate::domain::Indicator;
use crate::domain::period::{CutOff, Period, written};
use crate::flow::alerts::{Alert, Rule};
use crate::words::Lang;

/// The sentence of an alert about a unit, or about all of them.
#[must_use]
pub fn sentence(lang: Lang, unit: Option<&str>, alert: &Alert) -> String {
    let detail = &alert.detail;
    let unit = unit.map_or_else(|| lang.text("alert-all-units"), str::to_owned);
    // Signals name their month after the indicator.
    let indicator = alert.subject.split(' ').next().and_then(Indicator::by_name);
    let indicator =
        indicator.map(|indicator| lang.text(&format!("results-indicator-{}", indicator.name().replace('_', "-"))));
    let share = detail.share.map(|share| number::percent(lang, share, detail.target));
    let args = [
        ("unit", unit),
        ("indicator", indicator.unwrap_or_default()),
        ("share", share.unwrap_or_default()),
        ("target", detail.target.map(|points| number::target(lang, points)).unwrap_or_default()),
        ("n", detail.n.map(|n| number::count(lang, n)).unwrap_or_default()),
        ("label", detail.label.clone().unwrap_or_default()),
        ("day", detail.day.map(|day| written(lang, day)).unwrap_or_default()),
        ("month", detail.month.map(|month| named(lang, month)).unwrap_or_default()),
    ];
    let args = args.each_ref().map(|(name, text)| (*name, text.as_str()));
    lang.text_with(key(alert.rule), &args)
}

fn key(rule: Rule) -> &'static str {
    match rule {
        Rule::Below => "alert-below",
        Rule::Signal => "alert-signal",
        Rule::Coverage => "alert-coverage",
        Rule::Kiosk => "alert-kiosk",
        Rule::Suspicious => "alert-suspicious",
        Rule::Comments => "alert-comments",
    }
}

fn named(lang: Lang, month: i64) -> String {
    let period = Period::parse(&format!("{}-{:02}", month / 100, month % 100), CutOff::Calendar);
    period.map_or_else(|_| month.to_string(), |period| period.label(lang))
}
