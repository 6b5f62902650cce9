//! How much came and from where: a column a month, its parts by channel, three channels at most and then the others.

use super::pen::Pen;
use super::{Chart, Column, MonthName, Setting, Table};
use crate::present::number;
use crate::words::Lang;

/// A channel and what came through it, month by month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Persons of each month; absent where it may not be told.
    pub counts: Vec<Option<u64>>,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 312.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 68.0;
const PLOT: f64 = 196.0;
/// So many channels have a part of their own.
const MOST: usize = 3;
const PARTS: [&str; MOST + 1] = ["source-1", "source-2", "source-3", "source-4"];
/// Below this distance between months the numbers stand upright.
const ROOM: f64 = 44.0;

/// The chart: as many `months` as each source has counts; `totals` are told apart, for a part can be hidden where the
/// whole is not.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, months: &[MonthName], totals: &[Option<u64>], sources: &[Source]) -> Chart {
    let parts = parts(lang, sources);
    let most = totals.iter().flatten().copied().max().unwrap_or(0).max(1);
    let step = (WIDTH - LEFT) / months.len().max(1) as f64;
    let length = |n: u64| PLOT * n as f64 / most as f64;
    let mut pen = Pen::default();
    let mut key = LEFT;
    for (part, class) in parts.iter().zip(PARTS) {
        pen.rect(class, (key, 4.0), (12.0, 12.0));
        pen.text("", (key + 18.0, 15.0), &part.name);
        key += 42.0 + 8.0 * part.name.chars().count() as f64;
    }
    let base = TOP + PLOT;
    pen.line("grid", (LEFT, base), (WIDTH, base));
    pen.text("end", (LEFT - 6.0, base + 18.0), &lang.text("chart-month-short"));
    let (mut boxes, mut whole) = (vec![Vec::new(); parts.len()], Vec::new());
    let (mut names, mut years, mut counts, upright) = (Vec::new(), Vec::new(), Vec::new(), step < ROOM);
    for (at, month) in months.iter().enumerate() {
        let (left, middle) = (LEFT + step * (at as f64 + 0.15), LEFT + step * (at as f64 + 0.5));
        let told: Vec<Option<u64>> = parts.iter().map(|part| part.counts[at]).collect();
        let total = totals.get(at).copied().flatten();
        if told.iter().all(Option::is_some) {
            let mut top = base;
            for (n, boxes) in told.into_iter().zip(&mut boxes) {
                if let Some(n) = n.filter(|n| *n > 0) {
                    top -= length(n);
                    boxes.push([(left, top), (step * 0.7, length(n))]);
                }
            }
        } else if let Some(total) = total {
            whole.push([(left, base - length(total)), (step * 0.7, length(total))]);
        }
        if let Some(total) = total {
            let place = (if upright { middle + 4.5 } else { middle }, base - length(total) - 5.0);
            counts.push((place, number::count(lang, total)));
        }
        names.push((middle, month.place.to_string()));
        if at == 0 || month.place == 1 {
            years.push((middle, month.year.to_string()));
        }
    }
    pen.row("mid", base + 18.0, &names);
    pen.row("mid", base + 36.0, &years);
    if upright {
        pen.upright("", &counts);
    } else {
        pen.texts("mid", &counts);
    }
    for (boxes, class) in boxes.iter().zip(PARTS) {
        pen.boxes(class, boxes);
    }
    pen.boxes("source-whole", &whole);
    let mut caption = setting.caption;
    if !whole.is_empty() {
        caption.push(lang.text("chart-whole"));
    }
    Chart {
        id: setting.id,
        class: "columns",
        heading: setting.heading,
        spoken: spoken(lang, months, totals),
        size: (WIDTH, HEIGHT),
        drawn: pen.done(),
        caption,
        table: table(lang, months, totals, sources),
    }
}

/// The largest three, then the rest together.
fn parts(lang: Lang, sources: &[Source]) -> Vec<Source> {
    let mut sorted: Vec<&Source> = sources.iter().collect();
    sorted.sort_by_key(|source| std::cmp::Reverse(source.counts.iter().flatten().sum::<u64>()));
    let (first, rest) = sorted.split_at(sorted.len().min(MOST));
    let mut parts: Vec<Source> = first.iter().map(|source| (*source).clone()).collect();
    if let Some(first) = rest.first() {
        let sum = |at: usize| rest.iter().map(|source| source.counts[at]).sum::<Option<u64>>();
        let counts = (0..first.counts.len()).map(sum).collect();
        parts.push(Source { name: lang.text("chart-other-channels"), counts });
    }
    parts
}

fn spoken(lang: Lang, months: &[MonthName], totals: &[Option<u64>]) -> String {
    let say = |(month, total): (&MonthName, &Option<u64>)| {
        let words = total.map_or_else(|| lang.text("results-state-hidden"), |n| number::count(lang, n));
        format!("{}: {words}", month.name)
    };
    months.iter().zip(totals).map(say).collect::<Vec<_>>().join("; ")
}

fn table(lang: Lang, months: &[MonthName], totals: &[Option<u64>], sources: &[Source]) -> Table {
    let told = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), |n| number::count(lang, n));
    let mut columns = vec![Column::words(lang.text("chart-month")), Column::number(lang.text("chart-total"))];
    columns.extend(sources.iter().map(|source| Column::number(source.name.clone())));
    let row = |(at, month): (usize, &MonthName)| {
        let counts = sources.iter().map(|source| told(source.counts[at]));
        [month.name.clone(), told(totals[at])].into_iter().chain(counts).collect()
    };
    Table {
        caption: lang.text("chart-by-month-and-channel"),
        columns,
        rows: months.iter().enumerate().map(row).collect(),
        colours: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_channels_have_a_part_and_the_others_one_together() {
        let source = |name: &str, counts: [u64; 2]| Source { name: name.to_owned(), counts: counts.map(Some).to_vec() };
        let mut sources = vec![
            source("Mã tại quầy", [50, 20]),
            source("Phiếu giấy", [5, 5]),
            source("Máy tính bảng", [30, 30]),
            source("Bưu chính", [5, 7]),
            source("Theo hồ sơ", [40, 40]),
        ];
        let lang = Lang::by_code("vi").unwrap();
        let months = [("2025", 12), ("2026", 1)].map(|(year, place)| MonthName {
            year: year.parse().unwrap(),
            place,
            name: format!("Tháng {place} năm {year}"),
        });
        let of = |sources: &[Source]| {
            let setting = Setting { id: "columns".to_owned(), heading: String::new(), caption: Vec::new() };
            chart(lang, setting, &months, &[Some(130), Some(102)], sources)
        };
        let first = of(&sources);
        assert_eq!(first.drawn.matches("class=\"source-4\"").count(), 2, "the key and the columns");
        assert!(first.drawn.contains(">Kênh khác<") && first.drawn.contains(">130<"));
        assert_eq!(first.table.columns.len(), 7);
        sources[3].counts[1] = None;
        let second = of(&sources);
        assert_eq!(second.drawn.matches("source-whole").count(), 1, "a month whose parts are hidden stays whole");
        assert_eq!(second.caption.len(), 1);
        assert_eq!(second.table.rows[1][5], "–");
    }
}
