//! The parts that pages of figures are made of, in the order in which they stand there. Each heading is a finding, made
//! by rule from the numbers under it.

use maud::{Markup, html};

use super::frame::Frame;
use super::table::{self, Table};
use crate::domain::period::written;
use crate::domain::{Channel, Day};
use crate::flow::assess::picture::{Aspects, Change, ChannelRow, Month, Outlier, Picture, Row, Ticked};
use crate::flow::assess::{Figure, Line, Measure, State};
use crate::present::chart::{MonthName, Reading, Setting, bars, columns, course, dots, funnel, spread};
use crate::present::{number, say};
use crate::web::charts::{self, mark};
use crate::words::Lang;

/// The sentence: what was found, whether the target is reached, and what is missing.
pub(super) fn headline(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let (lang, line) = (frame.lang, &picture.headline);
    html! {
        (sentence(frame, picture))
        @for more in say::details(lang, &line.figure, line.index.as_ref(), picture.measure) { p.detail { (more) } }
        (year(frame, picture))
        p.measure {
            @if picture.question.is_some() { (lang.text("manage-measure-question")) } @else { (lang.text(say::measure_key(picture.measure))) }
        }
    }
}

/// The sentence alone.
pub(super) fn sentence(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let (lang, figure) = (frame.lang, &picture.headline.figure);
    html! {
        p.finding {
            (mark(figure.state)) " "
            (say::sentence(lang, &so_far(frame, picture), figure, picture.measure)) " "
            @if let Some(said) = say::verdict(lang, figure) {
                strong { (said) }
                @if picture.provisional { " (" (lang.text("results-provisional-mark")) ")" }
            }
        }
    }
}

/// The period, with the day it goes up to while it runs.
fn so_far(frame: &Frame<'_>, picture: &Picture) -> String {
    let (lang, period, day) = (frame.lang, &picture.period, Day::at(picture.released_at));
    let label = period.label(lang);
    match picture.provisional && period.contains(day) {
        true => lang.text_with("results-period-so-far", &[("period", &label), ("day", &written(lang, day))]),
        false => label,
    }
}

/// The year so far against the same part of the year before, and the duty that each year be better.
fn year(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(year) = &picture.year else { return html! {} };
    if let Some(since) = year.stands_since.as_deref().and_then(|day| day.replace('-', "").parse().ok()) {
        let day = Day::from_number(since).map(|day| written(lang, day)).unwrap_or_default();
        return html! { p.detail { (lang.text_with("manage-year-new", &[("day", &day)])) } };
    }
    let Some(difference) = year.difference else { return html! { p.detail { (lang.text("manage-year-none")) } } };
    let points = |value: f64| number::points(lang, value);
    let last = year.days[1].replace('-', "").parse().ok().and_then(Day::from_number);
    let args = [
        ("day", last.map(|day| written(lang, day)).unwrap_or_default()),
        ("difference", points(difference.difference)),
        ("lower", points(difference.lower)),
        ("upper", points(difference.upper)),
        ("change", lang.text(change_key(year.change))),
    ];
    let duty = match year.duty {
        Change::Higher => Some("manage-duty-met"),
        Change::Lower => Some("manage-duty-missed"),
        Change::NoClearChange => Some("manage-duty-open"),
        Change::Unknown => None,
    };
    // The duty is about indicators, which have targets.
    let duty = duty.filter(|_| picture.headline.figure.target.is_some());
    let [least, most] = year.duty_bounds.unwrap_or([f64::NAN; 2]).map(points);
    html! {
        p.detail {
            (lang.text_with("manage-year", &args.each_ref().map(|(name, text)| (*name, text.as_str())))) " "
            @if let Some(duty) = duty { (lang.text_with(duty, &[("least", &least), ("most", &most)])) }
        }
    }
}

fn change_key(change: Change) -> &'static str {
    match change {
        Change::Higher => "manage-change-higher",
        Change::Lower => "manage-change-lower",
        Change::NoClearChange | Change::Unknown => "manage-change-none",
    }
}

/// The months that have begun by the last release: those after it have nothing yet.
fn begun(picture: &Picture) -> &[Month] {
    let (months, day) = (&picture.course.months, Day::at(picture.released_at));
    &months[..months.iter().take_while(|month| month.period.from() <= day).count()]
}

/// The course by month.
pub(super) fn course(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let months: Vec<course::Month> = begun(picture)
        .iter()
        .map(|month| course::Month {
            month: MonthName::of(lang, &month.period),
            reading: Reading::from(&month.figure),
            limits: month.limits.map(|[lower, upper]| (lower, upper)),
            signal: month.beyond || month.run,
        })
        .collect();
    let shown = months.iter().filter(|month| month.reading.share.is_some());
    // Where nothing is shown there is no base, and not one of 0.
    let n = shown.clone().next().map(|_| shown.clone().filter_map(|month| month.reading.n).sum());
    let key = match picture.course.trend.map(|trend| trend.direction) {
        Some(Change::Higher) => "manage-course-rising",
        Some(Change::Lower) => "manage-course-falling",
        Some(Change::NoClearChange) => "manage-course-level",
        Some(Change::Unknown) | None => "manage-course-short",
    };
    let mut heading = lang.text_with(key, &[("n", &shown.count().to_string())]);
    let signals: Vec<&str> =
        months.iter().filter(|month| month.signal).map(|month| month.month.name.as_str()).collect();
    if !signals.is_empty() {
        let args = [("heading", heading.as_str()), ("months", &signals.join(", "))];
        heading = lang.text_with("manage-course-signals", &args);
    }
    let ends = months.first().zip(months.last());
    let span = ends.map(|(first, last)| format!("{} – {}", first.month.name, last.month.name));
    let caption = vec![frame.caption(n, span.as_deref()), lang.text("manage-caption-course")];
    let setting = Setting { id: "course".to_owned(), heading, caption };
    let target = picture.headline.figure.target;
    html! {
        @if !months.is_empty() { (charts::figure(lang, &course::chart(lang, setting, &months, target), frame.chosen.print)) }
    }
}

/// A table of units or procedures under what it comes to.
pub(super) fn lines(frame: &Frame<'_>, [judged, plain, none]: [&str; 3], table: &Table<'_>) -> Markup {
    let lang = frame.lang;
    let count = |states: &[State]| {
        let n = table.lines.iter().filter(|line| states.contains(&line.figure.state)).count();
        number::count(lang, n as u64)
    };
    let args = [
        ("above", count(&[State::Above])),
        ("below", count(&[State::Below])),
        ("open", count(&[State::Open])),
        ("n", count(&[State::Above, State::Below, State::Open, State::Few])),
    ];
    // Without a target there is nothing to meet.
    let key = if table.lines.iter().any(|line| line.figure.target.is_some()) { judged } else { plain };
    let mut heading = lang.text_with(key, &args.each_ref().map(|(name, text)| (*name, text.as_str())));
    // So that the numbers add up to the list.
    let others =
        [(State::Few, "manage-lines-few"), (State::Hidden, "manage-lines-hidden"), (State::None, "manage-lines-none")];
    for (state, words) in others.into_iter().filter(|_| key == judged) {
        let n = table.lines.iter().filter(|line| line.figure.state == state).count();
        if n > 0 {
            heading.push_str(&lang.text_with(words, &[("n", &number::count(lang, n as u64))]));
        }
    }
    html! {
        section.part {
            @if table.lines.is_empty() {
                p { (lang.text(none)) }
            } @else {
                h2 id=(table.labelled) { (heading) }
                (table.show(frame))
            }
        }
    }
}

/// How the answers spread over the five levels.
pub(super) fn spread(frame: &Frame<'_>, figure: &Figure, measure: Measure) -> Markup {
    let lang = frame.lang;
    let Some(levels) = figure.levels.filter(|levels| levels.iter().sum::<u64>() > 0) else { return html! {} };
    let total: u64 = levels.iter().sum();
    let part = |n: u64| number::percent(lang, n as f64 / total as f64, figure.target);
    let args = [("share", part(levels[3] + levels[4])), ("low", part(levels[0] + levels[1]))];
    let heading = lang.text_with("manage-spread-heading", &args.each_ref().map(|(name, text)| (*name, text.as_str())));
    let mut caption = vec![frame.caption(figure.n, None)];
    if measure == Measure::PooledIndex {
        let answers = lang.text_with("results-spread-of-answers", &[("n", &number::count(lang, total))]);
        caption.push(format!("{answers}."));
    }
    let setting = Setting { id: "spread".to_owned(), heading, caption };
    charts::figure(lang, &spread::chart(lang, setting, &levels), frame.chosen.print)
}

/// Shares by channel, what their mix does to the change of the year, and how much came each month.
pub(super) fn channels(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let found = &picture.channels;
    let shown: Vec<Option<u64>> = found.iter().map(|row| row.figure.n).collect();
    let total: u64 = shown.iter().flatten().sum();
    let heading = (total > 0).then(|| match largest(&shown, picture.headline.figure.n) {
        Some((at, _)) if found.len() == 1 => {
            lang.text_with("manage-channels-heading-one", &[("channel", &channel(lang, &found[at]))])
        }
        Some((at, share)) => {
            let (name, share) = (channel(lang, &found[at]), number::percent(lang, share, None));
            lang.text_with("manage-channels-heading", &[("channel", &name), ("share", &share)])
        }
        None => lang.text("manage-by-channel"),
    });
    let rows: Vec<dots::Row> =
        found.iter().map(|row| dots::Row { name: channel(lang, row), reading: Reading::from(&row.figure) }).collect();
    let words = dots::Words { column: lang.text("manage-channel"), caption: lang.text("manage-by-channel") };
    html! {
        @if let Some(heading) = heading {
            // The base is that of the place: some channels may not be shown.
            @let caption = vec![frame.caption(picture.headline.figure.n, None), lang.text("manage-caption-dots")];
            @let setting = Setting { id: "channels".to_owned(), heading, caption };
            @let target = picture.headline.figure.target;
            (charts::figure(lang, &dots::chart(lang, setting, words, &rows, target), frame.chosen.print))
            @if let Some(mix) = picture.mix {
                @let args = [("change", number::points(lang, mix.change)), ("mix", number::points(lang, mix.by_mix))];
                p.detail { (lang.text_with("manage-mix", &args.each_ref().map(|(name, text)| (*name, text.as_str())))) }
            }
        }
        (volume(frame, picture))
    }
}

/// The largest part of a whole and its share; none when a part that is not shown could be larger.
fn largest(parts: &[Option<u64>], whole: Option<u64>) -> Option<(usize, f64)> {
    let whole = whole?;
    let (at, n) = parts.iter().enumerate().filter_map(|(at, n)| Some((at, (*n)?))).max_by_key(|(_, n)| *n)?;
    let hidden = whole.saturating_sub(parts.iter().flatten().sum());
    (n > 0 && n >= hidden).then(|| (at, n as f64 / whole as f64))
}

fn channel(lang: Lang, row: &ChannelRow) -> String {
    Channel::by_name(row.channel).map_or_else(|| row.channel.to_owned(), |channel| say::channel(lang, channel))
}

/// How much came each month, and through which channel.
fn volume(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let (lang, found) = (frame.lang, begun(picture));
    let months: Vec<MonthName> = found.iter().map(|month| MonthName::of(lang, &month.period)).collect();
    let totals: Vec<Option<u64>> = found.iter().map(|month| month.figure.n).collect();
    let of = |row: &ChannelRow| {
        let of_month = |month: &Month| {
            let named = month.channels.iter().find(|named| named.channel == row.channel);
            named.map_or(Some(0), |named| named.n)
        };
        columns::Source { name: channel(lang, row), counts: found.iter().map(of_month).collect() }
    };
    let sources: Vec<columns::Source> = picture.channels.iter().map(of).collect();
    let known = months.iter().zip(&totals).filter_map(|(month, n)| Some((month, (*n)?)));
    let total: u64 = known.clone().map(|(_, n)| n).sum();
    let most = known.max_by_key(|(_, n)| *n).filter(|(_, n)| *n > 0);
    html! {
        @if let Some((most, _)) = most {
            @let args = [("n", number::count(lang, total)), ("months", months.len().to_string()), ("most", most.name.clone())];
            @let heading = lang.text_with("manage-columns-heading", &args.each_ref().map(|(name, text)| (*name, text.as_str())));
            @let setting = Setting { id: "volume".to_owned(), heading, caption: Vec::new() };
            (charts::figure(lang, &columns::chart(lang, setting, &months, &totals, &sources), frame.chosen.print))
        }
    }
}

/// Units against the common share.
pub(super) fn against(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(common) = picture.funnel else { return html! {} };
    let unit = |row: &Row| {
        let (position, figure) = (row.position?, &row.line.figure);
        Some(funnel::Unit {
            name: row.line.name.clone(),
            n: figure.n?,
            share: figure.share?,
            limits_95: (position.lower_95, position.upper_95),
            limits_998: (position.lower_998, position.upper_998),
            flag: match position.flag {
                Outlier::High => funnel::Flag::High,
                Outlier::Low => funnel::Flag::Low,
                Outlier::Within => funnel::Flag::None,
            },
        })
    };
    let units: Vec<funnel::Unit> = picture.units.iter().filter_map(unit).collect();
    let heading = match (common.flagged, funnel::names(lang, &units, common.center)) {
        (false, _) => lang.text("manage-funnel-heading-few"),
        (true, None) => lang.text("manage-funnel-heading-none"),
        (true, Some(names)) => lang.text_with("manage-funnel-heading", &[("names", &names)]),
    };
    let n = units.iter().map(|unit| unit.n).sum();
    let setting = Setting { id: "funnel".to_owned(), heading, caption: vec![frame.caption(Some(n), None)] };
    html! {
        @if units.len() > 1 {
            section.part { (charts::figure(lang, &funnel::chart(lang, setting, &units, common.center), frame.chosen.print)) }
        }
    }
}

/// Every question of the form, each leading to its own page.
pub(super) fn questions(frame: &Frame<'_>, picture: &Picture, to: impl Fn(&str, &str) -> String) -> Markup {
    let lang = frame.lang;
    let asked = picture.questions.iter().filter(|row| row.figure.state != State::None);
    html! {
        @if asked.clone().next().is_some() {
            section.part {
                h2 id="h-questions" { (lang.text("manage-questions")) }
                div.scroll tabindex="0" role="region" aria-labelledby="h-questions" {
                    table.numbers.lines role="table" aria-labelledby="h-questions" {
                        thead role="rowgroup" { tr role="row" {
                            th role="columnheader" { (lang.text("manage-question")) }
                            th role="columnheader" { (lang.text("results-column-n")) }
                            th role="columnheader" { (lang.text("manage-satisfied")) }
                            th role="columnheader" { (lang.text("results-column-interval")) }
                        } }
                        tbody role="rowgroup" {
                            @for row in asked {
                                tr role="row" {
                                    th role="rowheader" { a href=(to(&row.form, &row.name)) { (words(lang, &row.label)) } }
                                    td role="cell" { (table::or_dash(row.figure.n.map(|n| number::count(lang, n)))) }
                                    td role="cell" { (table::or_dash(say::share(lang, &row.figure))) }
                                    td role="cell" { (table::or_dash(say::interval(lang, &row.figure))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What people ticked, list by list.
pub(super) fn aspects(frame: &Frame<'_>, picture: &Picture) -> Markup {
    html! { @for (at, aspects) in picture.aspects.iter().enumerate() { (ticked(frame, at, aspects)) } }
}

fn ticked(frame: &Frame<'_>, at: usize, aspects: &Aspects) -> Markup {
    let lang = frame.lang;
    let bar =
        |ticked: &Ticked| bars::Bar { name: words(lang, &ticked.label), n: ticked.n, last: ticked.name == "other" };
    let found: Vec<bars::Bar> = aspects.ticked.iter().map(bar).collect();
    let label = words(lang, &aspects.label);
    let first = found.iter().filter(|bar| !bar.last).filter_map(|bar| Some((bar.n?, bar))).max_by_key(|(n, _)| *n);
    let heading = match first {
        Some((n, bar)) if n > 0 => {
            let n = number::count(lang, n);
            // What is not shown may be named more often.
            let hidden = found.iter().any(|bar| !bar.last && bar.n.is_none());
            let key = if hidden { "manage-ticked-heading-shown" } else { "manage-ticked-heading" };
            lang.text_with(key, &[("what", &bar.name), ("n", &n)])
        }
        _ => return html! {},
    };
    let setting = Setting { id: format!("ticked-{at}"), heading, caption: vec![frame.caption_of_many(&label)] };
    charts::figure(lang, &bars::chart(lang, setting, &found), frame.chosen.print)
}

/// The words of a form in a language, in the first one where that has none.
pub(super) fn words(lang: Lang, texts: &crate::domain::questionnaire::Texts) -> String {
    texts.get(lang.code()).or_else(|| texts.get(crate::words::FIRST.code())).cloned().unwrap_or_default()
}

/// The ratio of Quyết định 766, under its own name and apart from all shares.
pub(super) fn files(frame: &Frame<'_>, picture: &Picture) -> Markup {
    let lang = frame.lang;
    let Some(files) = picture.files else { return html! {} };
    let percent = |share: f64| number::percent(lang, share, None);
    let args = [
        ("lower", percent(files.lower)),
        ("upper", percent(files.upper)),
        ("files", number::count(lang, files.files)),
        ("late", number::count(lang, files.late)),
        ("dissatisfied", number::count(lang, files.dissatisfied)),
    ];
    html! {
        section.part aria-labelledby="h-files" {
            h2 id="h-files" { (lang.text("manage-files")) }
            p { (lang.text_with("manage-files-say", &args.each_ref().map(|(name, text)| (*name, text.as_str())))) }
            p.measure { (lang.text("manage-files-apart")) }
        }
    }
}

/// The lines that are below their target.
pub(super) fn below<'a>(found: impl Iterator<Item = &'a Line>) -> impl Iterator<Item = &'a Line> {
    found.filter(|line| line.figure.state == State::Below)
}

#[cfg(test)]
mod tests {
    use super::largest;

    #[test]
    fn the_largest_part_is_a_share_of_the_whole_not_of_what_is_shown() {
        assert_eq!(largest(&[Some(60), Some(40)], Some(100)), Some((0, 0.6)));
        assert_eq!(largest(&[Some(60), None], Some(100)), Some((0, 0.6)));
        assert_eq!(largest(&[Some(40), None], Some(100)), None, "what is hidden may be larger");
        assert_eq!(largest(&[Some(40), None], None), None);
        assert_eq!(largest(&[Some(0), None], Some(0)), None);
    }
}
