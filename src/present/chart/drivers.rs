//! Importance against performance: how much each factor goes with the overall level, against how satisfied people are with
//! it. What lies high and to the left goes with it much and satisfies few.

use super::pen::Pen;
use super::{Axis, Chart, Column, Setting, Table, tick};
use crate::present::number;
use crate::words::Lang;

/// A factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Its name.
    pub name: String,
    /// Its part of what all factors explain together.
    pub share: f64,
    /// The 95 % interval of the part.
    pub interval: (f64, f64),
    /// Share of answers at level 4 and 5; absent where it may not be told.
    pub satisfied: Option<f64>,
}

const WIDTH: f64 = 600.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const PLOT: f64 = 240.0;
const LINE: f64 = 26.0;

/// The chart; factors are numbered by their parts, the largest first.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, factors: &[Factor]) -> Chart {
    let mut sorted: Vec<&Factor> = factors.iter().collect();
    sorted.sort_by(|a, b| b.share.total_cmp(&a.share));
    let axis = Axis::of(sorted.iter().filter_map(|factor| factor.satisfied));
    let most = sorted.iter().map(|factor| factor.interval.1).fold(0.2, f64::max);
    let end = (most * 5.0).ceil() / 5.0;
    let x = |share: f64| LEFT + 14.0 + (WIDTH - LEFT - RIGHT - 28.0) * axis.place(share);
    let y = |share: f64| TOP + PLOT * (1.0 - share / end);
    let mut pen = Pen::default();
    pen.text("", (0.0, 18.0), &lang.text("drivers-part"));
    let steps = (end * 5.0).round() as usize;
    for at in (0..=steps).map(|step| step as f64 / 5.0) {
        pen.line("grid", (LEFT, y(at)), (WIDTH - RIGHT, y(at)));
        pen.text("end", (LEFT - 8.0, y(at) + 5.0), &tick(at));
    }
    for share in axis.ticks() {
        pen.text("mid", (x(share), TOP + PLOT + 22.0), &tick(share));
    }
    pen.text("mid", ((LEFT + WIDTH - RIGHT) / 2.0, TOP + PLOT + 44.0), &lang.text("drivers-satisfied"));
    for (number, factor) in (1..).zip(&sorted) {
        let Some(satisfied) = factor.satisfied else { continue };
        let at = x(satisfied);
        pen.line("whisker", (at, y(factor.interval.0)), (at, y(factor.interval.1)));
        pen.circle("dot", (at, y(factor.share)), 5.0);
        pen.text("strong halo", (at + 8.0, y(factor.share) + 5.0), &number.to_string());
    }
    let below = TOP + PLOT + 44.0;
    for (number, factor) in (1..).zip(&sorted) {
        let words = lang.text_with(
            "drivers-row",
            &[("number", &number.to_string()), ("name", &factor.name), ("share", &part(lang, factor.share))],
        );
        pen.text("", (0.0, below + LINE * f64::from(number)), &words);
    }
    let spoken = sorted.iter().map(|factor| format!("{}: {}", factor.name, part(lang, factor.share)));
    let row = |factor: &&Factor| {
        let (lower, upper) = factor.interval;
        vec![
            factor.name.clone(),
            part(lang, factor.share),
            lang.text_with("results-interval", &[("lower", &part(lang, lower)), ("upper", &part(lang, upper))]),
            factor.satisfied.map_or_else(|| "–".to_owned(), |share| number::percent(lang, share, None)),
        ]
    };
    let mut caption = setting.caption;
    caption.extend(axis.note(lang));
    Chart {
        id: setting.id,
        class: "drivers",
        heading: setting.heading,
        spoken: spoken.collect::<Vec<_>>().join("; "),
        size: (WIDTH, below + LINE * sorted.len() as f64 + 10.0),
        drawn: pen.done(),
        caption,
        table: Table {
            caption: lang.text("drivers-table"),
            columns: vec![
                Column::words(lang.text("drivers-factor")),
                Column::number(lang.text("drivers-part")),
                Column::number(lang.text("results-column-interval")),
                Column::number(lang.text("drivers-satisfied")),
            ],
            rows: sorted.iter().map(row).collect(),
            colours: Vec::new(),
        },
    }
}

/// A part to a whole per cent: its interval is wide.
fn part(lang: Lang, share: f64) -> String {
    lang.text_with("number-percent", &[("number", &format!("{:.0}", share * 100.0))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_numbered_by_their_parts_and_one_without_a_place_stands_only_in_the_list() {
        let factor = |name: &str, share, satisfied| Factor {
            name: name.to_owned(),
            share,
            interval: (share - 0.1, share + 0.1),
            satisfied,
        };
        let factors = [factor("Tiếp cận", 0.2, Some(0.9)), factor("Kết quả", 0.5, Some(0.8)), factor("Phí", 0.3, None)];
        let setting = Setting { id: "drivers".to_owned(), heading: String::new(), caption: Vec::new() };
        let chart = chart(Lang::by_code("vi").unwrap(), setting, &factors);
        assert_eq!(chart.drawn.matches("<circle").count(), 2);
        assert!(chart.drawn.contains("1. Kết quả (50%)") && chart.drawn.contains("2. Phí (30%)"));
        assert_eq!(chart.table.rows[1], ["Phí", "30%", "từ 20% đến 40%", "–"]);
    }
}
