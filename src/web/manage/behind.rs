//! What is behind a figure: the factors that go with it, how those who rated low and high answered, and how many
//! invitations were answered.

use maud::{Markup, html};

use super::frame::Frame;
use super::parts::words;
use super::table::or_dash;
use crate::domain::Day;
use crate::domain::period::written;
use crate::flow::assess::behind::{Behind, Drivers, Factor, Raters, Silent, Thing, TickedApart};
use crate::flow::assess::picture::Picture;
use crate::flow::assess::{Figure, State};
use crate::present::chart::{Setting, bars, drivers, spread};
use crate::present::{number, say};
use crate::stats::drivers::SHOWN_FROM;
use crate::web::charts;
use crate::words::Lang;

/// Factors that the official forms have; others go by the words of their question, or their name.
const FACTORS: [(&str, &str); 9] = [
    ("access", "drivers-access"),
    ("procedure", "drivers-procedure"),
    ("staff", "drivers-staff"),
    ("result", "drivers-result"),
    ("feedback", "drivers-feedback"),
    ("facilities", "drivers-facilities"),
    ("environment", "drivers-environment"),
    ("activities", "drivers-activities"),
    ("progress", "drivers-progress"),
];

/// The factors that go with the overall level; where they are not told, why.
pub(super) fn drivers(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(behind) = &picture.behind else { return html! {} };
    // Only a closing question that somebody answered has drivers.
    let answered = picture.headline.figure.state != State::None;
    if !answered || (behind.drivers.is_empty() && (behind.silent.is_none() || picture.headline.index.is_none())) {
        return html! {};
    }
    // Of forms that few answered here, one is enough to say so.
    let mut shown: Vec<&Drivers> = behind.drivers.iter().filter(|found| found.more.is_none()).collect();
    if shown.is_empty() {
        shown.extend(behind.drivers.iter().min_by_key(|found| found.more));
    }
    html! {
        section.part aria-labelledby="h-drivers" {
            h2 id="h-drivers" { (lang.text("drivers-title")) }
            @if let Some(silent) = behind.silent { p { (why(lang, silent)) } }
            @for (at, found) in shown.into_iter().enumerate() { (of_form(frame, behind, at, found)) }
        }
    }
}

fn of_form(frame: &Frame<'_>, behind: &Behind, at: usize, found: &Drivers) -> Markup {
    let lang = frame.lang;
    if found.hidden {
        return html! { p { (lang.text("results-state-hidden")) "." } };
    }
    if let Some(more) = found.more {
        let args = [("least", number::count(lang, SHOWN_FROM)), ("more", number::count(lang, more))];
        return html! { p { (with(lang, "drivers-few", &args)) } };
    }
    let factor = |factor: &Factor| {
        let (share, lower, upper) = (factor.share?, factor.lower?, factor.upper?);
        Some(drivers::Factor { name: name(lang, factor), share, interval: (lower, upper), satisfied: factor.satisfied })
    };
    let drawn: Vec<drivers::Factor> = found.factors.iter().filter_map(factor).collect();
    if drawn.is_empty() {
        return html! { p { (lang.text("drivers-nothing")) } };
    }
    let mut leading: Vec<&Factor> = found.factors.iter().filter(|factor| factor.may_lead).collect();
    leading.sort_by(|a, b| b.share.unwrap_or(0.0).total_cmp(&a.share.unwrap_or(0.0)));
    let names: Vec<String> = leading.into_iter().map(|factor| format!("«{}»", name(lang, factor))).collect();
    let heading = match names.as_slice() {
        [one] => lang.text_with("drivers-heading", &[("name", one)]),
        all if all.len() == drawn.len() => lang.text("drivers-heading-all"),
        some => lang.text_with("drivers-heading-several", &[("names", &some.join(", "))]),
    };
    let n = found.n.map_or_else(|| "–".to_owned(), |n| number::count(lang, n));
    let explained = found.r2.map_or_else(|| "–".to_owned(), |r2| number::percent(lang, r2, None));
    let caption = vec![
        with(lang, "drivers-caption", &[("n", n), ("days", days(lang, behind)), ("explained", explained)]),
        lang.text("drivers-how"),
    ];
    let setting = Setting { id: format!("drivers-{at}"), heading, caption };
    charts::figure(lang, &drivers::chart(lang, setting, &drawn), frame.chosen.print)
}

fn name(lang: Lang, factor: &Factor) -> String {
    match FACTORS.iter().find(|(name, _)| *name == factor.name) {
        Some((_, key)) => lang.text(key),
        None => factor.label.as_ref().map_or_else(|| factor.name.clone(), |label| words(lang, label)),
    }
}

/// How those who rated low and high answered each question, and what they ticked.
pub(super) fn raters(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(behind) = &picture.behind else { return html! {} };
    let told = |figure: &Figure| figure.n.is_some_and(|n| n > 0);
    let asked: Vec<&Raters> = behind.raters.iter().filter(|row| told(&row.low) || told(&row.high)).collect();
    if asked.is_empty() && behind.ticked.is_empty() {
        return html! {};
    }
    html! {
        section.part aria-labelledby="h-raters" {
            h2 id="h-raters" { (lang.text("raters-title")) }
            p { (lang.text_with("raters-say", &[("days", &days(lang, behind))])) }
            @if !asked.is_empty() { (table(lang, &asked)) }
            @for (at, list) in behind.ticked.iter().enumerate() { (ticked(frame, behind, at, list)) }
        }
    }
}

/// Whether anything is told of what low or high raters ticked.
pub(super) fn tells_of_lists(picture: &Picture) -> bool {
    let lists = picture.behind.iter().flat_map(|behind| &behind.ticked);
    lists.flat_map(|list| &list.things).any(|thing| thing.low.or(thing.high).is_some_and(|n| n > 0))
}

fn table(lang: Lang, asked: &[&Raters]) -> Markup {
    let cell = |figure: &Figure| {
        let share = say::share(lang, figure).zip(figure.n);
        share.map(|(share, n)| with(lang, "raters-cell", &[("share", share), ("n", number::count(lang, n))]))
    };
    html! {
        p id="h-raters-table" { (lang.text("raters-table")) }
        div.scroll tabindex="0" role="region" aria-labelledby="h-raters-table" {
            table.numbers aria-labelledby="h-raters-table" {
                thead { tr {
                    th.words scope="col" { (lang.text("manage-question")) }
                    th scope="col" { (lang.text("raters-low")) }
                    th scope="col" { (lang.text("raters-high")) }
                } }
                tbody {
                    @for row in asked {
                        tr {
                            th scope="row" { (words(lang, &row.label)) }
                            td { (or_dash(cell(&row.low))) }
                            td { (or_dash(cell(&row.high))) }
                        }
                    }
                }
            }
        }
    }
}

fn ticked(frame: &Frame<'_>, behind: &Behind, at: usize, list: &TickedApart) -> Markup {
    let lang = frame.lang;
    let pair = |thing: &Thing| bars::Pair {
        name: words(lang, &thing.label),
        counts: [thing.low, thing.high],
        last: thing.name == "other",
    };
    let pairs: Vec<bars::Pair> = list.things.iter().map(pair).collect();
    let kinds = ["raters-low", "raters-high"].map(|key| lang.text(key));
    let most = |kind: usize| {
        let counted = pairs.iter().filter(|pair| !pair.last).filter_map(|pair| Some((pair.counts[kind]?, pair)));
        counted.max_by_key(|(n, _)| *n).filter(|(n, _)| *n > 0).map(|(_, pair)| pair.name.clone())
    };
    let heading = match (most(0), most(1)) {
        (Some(low), Some(high)) => lang.text_with("raters-ticked", &[("low", &low), ("high", &high)]),
        (None, None) => return html! {},
        _ => lang.text("raters-ticked-plain"),
    };
    let caption =
        lang.text_with("raters-caption", &[("question", &words(lang, &list.label)), ("days", &days(lang, behind))]);
    let setting = Setting { id: format!("apart-{at}"), heading, caption: vec![caption] };
    let chart = bars::apart(lang, setting, [&kinds[0], &kinds[1]], &pairs);
    charts::figure(lang, &chart, frame.chosen.print)
}

/// One question as low and high raters answered it, level by level.
pub(super) fn question(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(behind) = &picture.behind else { return html! {} };
    let part = |row: &Raters, figure: &Figure, id: &str, key: &str| {
        let Some(levels) = figure.levels.filter(|levels| levels.iter().sum::<u64>() > 0) else {
            let none = figure.n.is_some();
            return html! { h3 { (lang.text(key)) } p { (lang.text(if none { "raters-nobody" } else { "results-state-hidden" })) "." } };
        };
        let n = number::count(lang, figure.n.unwrap_or_default());
        let share = say::share(lang, figure).unwrap_or_default();
        let heading = with(lang, "raters-question", &[("who", lang.text(key)), ("share", share)]);
        let caption = vec![with(lang, "raters-base", &[("n", n), ("days", days(lang, behind))])];
        let setting = Setting { id: format!("{id}-{}", row.name), heading, caption };
        charts::figure(lang, &spread::chart(lang, setting, &levels), frame.chosen.print)
    };
    html! {
        @for row in &behind.raters {
            section.part aria-labelledby="h-raters" {
                h2 id="h-raters" { (lang.text("raters-title")) }
                div.pair {
                    div { (part(row, &row.low, "low", "raters-low")) }
                    div { (part(row, &row.high, "high", "raters-high")) }
                }
            }
        }
        @if let Some(silent) = behind.silent { p.detail { (why(lang, silent)) } }
    }
}

/// How many invitations were answered.
pub(super) fn invited(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(invited) = &picture.invited else { return html! {} };
    let days = between(lang, &invited.days);
    let told = invited.issued.zip(invited.answered).zip(invited.rate).map(|((issued, answered), rate)| {
        let args = [
            ("days", days.clone()),
            ("issued", number::count(lang, issued)),
            ("answered", number::count(lang, answered)),
            ("rate", number::percent(lang, rate, None)),
        ];
        with(lang, "invited-say", &args)
    });
    let said = told.unwrap_or_else(|| lang.text_with("invited-hidden", &[("days", &days)]));
    html! { p.detail { (said) " " @if !invited.hidden { (lang.text("invited-means")) } } }
}

fn why(lang: Lang, silent: Silent) -> String {
    lang.text(match silent {
        Silent::Channel => "drivers-all-channels",
        Silent::Reported => "drivers-reported",
        Silent::Month => "drivers-no-month",
    })
}

fn days(lang: Lang, behind: &Behind) -> String {
    behind.days.as_ref().map(|days| between(lang, days)).unwrap_or_default()
}

fn between(lang: Lang, days: &[String; 2]) -> String {
    let day = |day: &String| day.replace('-', "").parse().ok().and_then(Day::from_number).map(|day| written(lang, day));
    let [first, last] = days.each_ref().map(|text| day(text).unwrap_or_default());
    lang.text_with("drivers-days", &[("first", &first), ("last", &last)])
}

fn with(lang: Lang, key: &str, args: &[(&str, String)]) -> String {
    let args: Vec<(&str, &str)> = args.iter().map(|(name, text)| (*name, text.as_str())).collect();
    lang.text_with(key, &args)
}
