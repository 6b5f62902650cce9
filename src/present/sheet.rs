//! A picture as one flat table: a row for the place, for each month, unit, procedure, point, channel and question of it,
//! all with the same columns. Files of any kind are made of it.

use crate::domain::questionnaire::Texts;
use crate::flow::assess::picture::{Outlier, Picture, Position, Row};
use crate::flow::assess::{Figure, Line, State};
use crate::present::fields;
use crate::present::table::{self, Cell, Table};
use crate::words::{FIRST, Lang};

/// What stands in a row besides its figure.
#[derive(Debug, Clone, Copy, Default)]
struct Beside<'a> {
    limits: Option<[f64; 2]>,
    unusual: Option<&'a str>,
    shrunk: Option<f64>,
    last: Option<&'a str>,
}

/// The table of a picture; only the words over its columns are in a language.
#[must_use]
pub fn of(lang: Lang, picture: &Picture) -> Table {
    let mut rows = Vec::new();
    let mut add = |part: &str, code: &str, name: &str, figure: &Figure, beside: Beside<'_>| {
        rows.push(view(picture).into_iter().chain(line(part, code, name, figure, beside)).collect());
    };
    let plain = Beside::default();
    let Line { code, name, figure, index, .. } = &picture.headline;
    add("place", code, name, figure, plain);
    if let Some(index) = index {
        add("pooled_index", code, name, index, plain);
    }
    for month in &picture.course.months {
        let unusual = match (month.beyond, month.run) {
            (true, _) => Some("beyond_limits"),
            (false, true) => Some("run_of_eight"),
            (false, false) => None,
        };
        let name = month.period.to_string();
        add("month", &name, &name, &month.figure, Beside { limits: month.limits, unusual, ..plain });
    }
    for (part, found) in [("unit", &picture.units), ("procedure", &picture.procedures)] {
        for Row { line, position, shrunk } in found {
            let unusual = position.as_ref().and_then(flag);
            let limits = position.as_ref().map(|position| [position.lower_95, position.upper_95]);
            add(part, &line.code, &line.name, &line.figure, Beside { limits, unusual, shrunk: *shrunk, ..plain });
        }
    }
    for point in &picture.points {
        let last = point.last_answer.as_deref();
        add("point", &point.id.to_string(), &point.line.name, &point.line.figure, Beside { last, ..plain });
    }
    for row in &picture.channels {
        add("channel", row.channel, row.channel, &row.figure, plain);
    }
    for row in &picture.questions {
        let code = format!("{}/{}", row.form, row.name);
        add("question", &code, words(&row.label), &row.figure, plain);
    }
    for found in picture.behind.iter().flat_map(|behind| &behind.raters) {
        let code = format!("{}/{}", found.form, found.name);
        for (part, figure) in [("question_low_raters", &found.low), ("question_high_raters", &found.high)] {
            add(part, &code, words(&found.label), figure, plain);
        }
    }
    for list in picture.behind.iter().flat_map(|behind| &behind.ticked) {
        for thing in &list.things {
            let code = format!("{}/{}/{}", list.form, list.name, thing.name);
            for (part, n) in [("ticked_low_raters", thing.low), ("ticked_high_raters", thing.high)] {
                add(part, &code, words(&thing.label), &counted(n), plain);
            }
        }
    }
    for found in picture.behind.iter().flat_map(|behind| &behind.drivers) {
        for factor in &found.factors {
            let code = format!("{}/{}", found.form, factor.name);
            let name = factor.label.as_ref().map_or(factor.name.as_str(), words);
            let (share, lower, upper) = (factor.share, factor.lower, factor.upper);
            let plain_of = |share| Figure { share, ..counted(found.n) };
            add("driver", &code, name, &Figure { lower, upper, ..plain_of(share) }, plain);
            add("driver_satisfied", &code, name, &plain_of(factor.satisfied), plain);
        }
    }
    if let Some(invited) = &picture.invited {
        let figure = Figure { answers: invited.answered, share: invited.rate, ..counted(invited.issued) };
        add("invitations", code, name, &figure, plain);
    }
    Table { name: lang.text("sheet-figures"), columns: table::columns(lang, &fields::PICTURE), rows }
}

/// A number of persons alone, where it is told.
fn counted(n: Option<u64>) -> Figure {
    let state = match n {
        None => State::Hidden,
        Some(0) => State::None,
        Some(_) => State::Open,
    };
    Figure { state, n, ..Figure::none() }
}

/// Files carry the words of the first language, whoever fetches them.
fn words(texts: &Texts) -> &str {
    texts.get(FIRST.code()).map_or("", String::as_str)
}

fn flag(position: &Position) -> Option<&'static str> {
    match position.flag {
        Outlier::High => Some("high"),
        Outlier::Low => Some("low"),
        Outlier::Within => None,
    }
}

fn view(picture: &Picture) -> [Cell; 12] {
    let period = &picture.period;
    let counted = format!("excluded_{}_marked_{}", picture.excluded.name(), picture.marked.name());
    [
        Cell::text(period.to_string()),
        Cell::text(period.from().date().to_string()),
        Cell::text(period.last().date().to_string()),
        Cell::text(period.cut_off().name()),
        Cell::Flag(picture.provisional),
        Cell::Flag(picture.simulated),
        Cell::text(picture.source),
        Cell::text(picture.indicator.name()),
        Cell::text(picture.measure.name()),
        picture.channel.map_or_else(|| Cell::text("all"), Cell::text),
        Cell::text(picture.organisation.name()),
        Cell::text(counted),
    ]
}

fn line(part: &str, code: &str, name: &str, figure: &Figure, beside: Beside<'_>) -> [Cell; 26] {
    let level = |at: usize| Cell::count(figure.levels.map(|levels| levels[at]));
    let [lower, upper] = beside.limits.map_or([None, None], |limits| limits.map(Some));
    [
        Cell::text(part),
        Cell::text(code),
        Cell::text(name),
        Cell::text(figure.state.name()),
        Cell::count(figure.n),
        Cell::count(figure.answers),
        level(0),
        level(1),
        level(2),
        level(3),
        level(4),
        Cell::count(figure.satisfied),
        Cell::count(figure.blank),
        Cell::count(figure.not_applicable),
        Cell::share(figure.share),
        Cell::share(figure.lower),
        Cell::share(figure.upper),
        Cell::share(figure.target.map(|points| f64::from(points) / 10_000.0)),
        figure.verdict.map_or(Cell::Nothing, |verdict| Cell::text(verdict.name())),
        Cell::count(figure.population),
        Cell::share(figure.coverage),
        Cell::share(lower),
        Cell::share(upper),
        beside.unusual.map_or(Cell::Nothing, Cell::text),
        Cell::share(beside.shrunk),
        beside.last.map_or(Cell::Nothing, Cell::text),
    ]
}
