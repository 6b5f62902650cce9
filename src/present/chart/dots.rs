//! Dots with their intervals, one row each on one axis, the target through all of them; and the same row alone, for the
//! cell of a table.

use super::pen::Pen;
use super::{Axis, Chart, Column, Reading, Setting, Table, cells, fraction, lows, tick};
use crate::present::{number, say};
use crate::words::Lang;

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// What was found.
    pub reading: Reading,
}

/// What the rows are about: the head of the table's first column, and what the table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// "Đơn vị".
    pub column: String,
    /// "Theo đơn vị".
    pub caption: String,
}

const WIDTH: f64 = 600.0;
/// Half of what a tick takes in the larger type of a phone.
const LEFT: f64 = 24.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 34.0;
const ROW: f64 = 46.0;

/// The chart: the name of each row stands above its line, so that a long one has room.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, words: Words, rows: &[Row], target: Option<u32>) -> Chart {
    let axis = Axis::of(lows(rows.iter().map(|row| &row.reading)).chain(target.map(fraction)));
    let x = |share: f64| LEFT + (WIDTH - LEFT - RIGHT) * axis.place(share);
    let bottom = TOP + ROW * rows.len() as f64;
    let mut pen = Pen::default();
    for share in axis.ticks() {
        pen.line("grid", (x(share), TOP), (x(share), bottom));
        pen.text("mid", (x(share), bottom + 18.0), &tick(share));
    }
    if let Some(points) = target {
        let at = x(fraction(points));
        pen.line("target", (at, TOP - 10.0), (at, bottom));
        let words = lang.text_with("chart-target", &[("target", &number::target(lang, points))]);
        let (class, at) = if at > WIDTH / 2.0 { ("end strong", WIDTH - RIGHT) } else { ("strong", LEFT) };
        pen.text(class, (at, TOP - 16.0), &words);
    }
    for (at, row) in rows.iter().enumerate() {
        let top = TOP + ROW * at as f64;
        pen.text("halo", (LEFT, top + 17.0), &named(lang, row));
        mark(&mut pen, &row.reading, x, top + 33.0);
    }
    let mut caption = setting.caption;
    caption.extend(axis.note(lang));
    let row = |row: &Row| std::iter::once(row.name.clone()).chain(cells(lang, &row.reading)).collect();
    Chart {
        id: setting.id,
        class: "dots",
        heading: setting.heading,
        spoken: rows.iter().map(|row| spoken(lang, row)).collect::<Vec<_>>().join("; "),
        size: (WIDTH, bottom + 26.0),
        drawn: pen.done(),
        caption,
        table: Table {
            caption: words.caption,
            columns: vec![
                Column::words(words.column),
                Column::number(lang.text("results-column-n")),
                Column::number(lang.text("results-column-share")),
                Column::number(lang.text("results-column-interval")),
                Column::words(lang.text("results-column-state")),
            ],
            rows: rows.iter().map(row).collect(),
            colours: Vec::new(),
        },
    }
}

/// "Mã tại quầy · 92,3% (n = 120)"
fn named(lang: Lang, row: &Row) -> String {
    let Reading { share, n, target, .. } = row.reading;
    match share.zip(n) {
        Some((share, n)) => {
            let (share, n) = (number::percent(lang, share, target), number::count(lang, n));
            lang.text_with("chart-row", &[("name", &row.name), ("share", &share), ("n", &n)])
        }
        None => spoken(lang, row),
    }
}

fn spoken(lang: Lang, row: &Row) -> String {
    let share = row.reading.share.map(|share| number::percent(lang, share, row.reading.target));
    let words = share.unwrap_or_else(|| lang.text(say::state_key(row.reading.state)));
    format!("{}: {words}", row.name)
}

/// The interval and its dot, hollow where few answered.
fn mark(pen: &mut Pen, reading: &Reading, x: impl Fn(f64) -> f64, y: f64) {
    if let Some((lower, upper)) = reading.interval {
        pen.line("whisker", (x(lower), y), (x(upper), y));
    }
    if let Some(share) = reading.share {
        pen.circle(if reading.is_few() { "dot few" } else { "dot" }, (x(share), y), 5.0);
    }
}

const CELL: f64 = 160.0;

/// What the cells of a page have in common, drawn once: the target, and a dot, hollow where few answered.
#[must_use]
pub fn shapes() -> String {
    let mut pen = Pen::default();
    for (shape, class) in [("dot", "dot"), ("few", "dot few")] {
        pen.raw(&format!("<circle id=\"{shape}\" class=\"{class}\" cy=\"10\" r=\"5\"/>"));
    }
    pen.raw("<path id=\"goal\" class=\"target\" d=\"M0 0V20\"/>");
    pen.done()
}

/// One row as the cell of a table that says the same in words: nobody has to see it. The page has the [`shapes`].
#[must_use]
pub fn cell(axis: Axis, reading: &Reading) -> String {
    let x = |share: f64| 6.0 + (CELL - 12.0) * axis.place(share);
    let mut pen = Pen::default();
    pen.raw("<svg class=\"cell\" viewBox=\"0 0 160 20\" aria-hidden=\"true\">");
    if let Some(points) = reading.target {
        pen.again("goal", x(fraction(points)));
    }
    if let Some((lower, upper)) = reading.interval {
        pen.line("whisker", (x(lower), 10.0), (x(upper), 10.0));
    }
    if let Some(share) = reading.share {
        pen.again(if reading.is_few() { "few" } else { "dot" }, x(share));
    }
    pen.raw("</svg>");
    pen.done()
}

/// The axis of such cells, for the head of their column.
#[must_use]
pub fn cell_axis(axis: Axis) -> String {
    let mut pen = Pen::default();
    pen.raw("<svg class=\"cell\" viewBox=\"0 0 160 20\" aria-hidden=\"true\">");
    let ticks = axis.ticks();
    for (class, share, x) in [("", ticks.first(), 0.0), ("end", ticks.last(), CELL)] {
        if let Some(share) = share {
            pen.text(class, (x, 14.0), &tick(*share));
        }
    }
    pen.line("grid", (6.0, 19.0), (CELL - 6.0, 19.0));
    pen.raw("</svg>");
    pen.done()
}

/// The axis on which the cells of a table find their place.
#[must_use]
pub fn axis_of<'a>(readings: impl IntoIterator<Item = &'a Reading> + Clone) -> Axis {
    let targets = readings.clone().into_iter().filter_map(|reading| reading.target).map(fraction);
    Axis::of(lows(readings).chain(targets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::assess::State;

    #[test]
    fn each_row_has_its_interval_and_one_axis() {
        let reading = |n, share: Option<f64>| Reading {
            state: if share.is_some() { State::Open } else { State::Hidden },
            n,
            share,
            interval: share.map(|share| (share - 0.2, share + 0.05)),
            target: Some(9000),
        };
        let rows =
            [("Mã tại quầy", Some(120), Some(0.923)), ("Phiếu giấy", Some(7), Some(0.8)), ("Bưu chính", None, None)]
                .map(|(name, n, share)| Row { name: name.to_owned(), reading: reading(n, share) });
        let lang = Lang::by_code("vi").unwrap();
        let setting = Setting { id: "channels".to_owned(), heading: String::new(), caption: Vec::new() };
        let words = Words { column: "Kênh".to_owned(), caption: "Theo kênh".to_owned() };
        let chart = chart(lang, setting, words, &rows, Some(9000));
        assert_eq!(chart.drawn.matches("class=\"whisker\"").count(), 2);
        assert_eq!(chart.drawn.matches("class=\"target\"").count(), 1);
        assert!(chart.drawn.contains(">Mã tại quầy: 92,3% (n = 120)<"), "{}", chart.drawn);
        assert!(chart.drawn.contains(">Bưu chính: Không hiện số"), "{}", chart.drawn);
        assert_eq!(chart.table.rows.len(), 3);
        let axis = axis_of(rows.iter().map(|row| &row.reading));
        let drawn = rows.each_ref().map(|row| cell(axis, &row.reading));
        let told = |shape: &str| drawn.each_ref().map(|cell| cell.contains(&format!("<use href=\"#{shape}\" ")));
        assert_eq!((told("dot"), told("few")), ([true, false, false], [false, true, false]));
        for shape in ["dot", "few", "goal"] {
            assert_eq!(shapes().matches(&format!("id=\"{shape}\"")).count(), 1);
        }
        assert!(cell_axis(axis).contains(">50%<"));
    }
}
