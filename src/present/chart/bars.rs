//! Horizontal bars of counts, the largest first: what people ticked.

use super::pen::Pen;
use super::{Chart, Column, Setting, Table};
use crate::present::number;
use crate::words::Lang;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What was ticked.
    pub name: String,
    /// By how many; absent where it may not be told.
    pub n: Option<u64>,
    /// "Something else" stands last, however many ticked it.
    pub last: bool,
}

const WIDTH: f64 = 600.0;
const ROW: f64 = 50.0;
/// Room for the number at the end of the longest bar.
const NUMBER: f64 = 130.0;

/// The chart. One person may have ticked several: the counts have no common whole.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, bars: &[Bar]) -> Chart {
    let mut sorted: Vec<&Bar> = bars.iter().collect();
    sorted.sort_by_key(|bar| (bar.last, bar.n.is_none(), std::cmp::Reverse(bar.n)));
    let most = sorted.iter().filter_map(|bar| bar.n).max().unwrap_or(0).max(1);
    let mut pen = Pen::default();
    for (at, bar) in sorted.iter().enumerate() {
        let top = ROW * at as f64;
        pen.text("", (0.0, top + 17.0), &bar.name);
        let width = bar.n.map_or(0.0, |n| (WIDTH - NUMBER) * n as f64 / most as f64);
        if width > 0.0 {
            pen.rect("count", (0.0, top + 23.0), (width.max(1.0), 18.0));
        }
        pen.text("", (width + 6.0, top + 37.5), &told(lang, bar.n));
    }
    let say = |bar: &&Bar| format!("{}: {}", bar.name, told(lang, bar.n));
    let row = |bar: &&Bar| vec![bar.name.clone(), told(lang, bar.n)];
    Chart {
        id: setting.id,
        class: "bars",
        heading: setting.heading.clone(),
        spoken: sorted.iter().map(say).collect::<Vec<_>>().join("; "),
        size: (WIDTH, ROW * sorted.len() as f64),
        drawn: pen.done(),
        caption: setting.caption,
        table: Table {
            caption: setting.heading,
            columns: vec![Column::words(lang.text("chart-ticked")), Column::number(lang.text("chart-people"))],
            rows: sorted.iter().map(row).collect(),
            colours: Vec::new(),
        },
    }
}

/// One thing that was ticked by two kinds of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What was ticked.
    pub name: String,
    /// By how many of each kind; absent where it may not be told.
    pub counts: [Option<u64>; 2],
    /// "Something else" stands last, however many ticked it.
    pub last: bool,
}

const PAIR: f64 = 74.0;
/// Room for the first number with whose it is.
const WHOSE: f64 = 240.0;

/// The chart of two kinds of people apart, those of the first kind in order; `kinds` names them.
#[must_use]
pub fn apart(lang: Lang, setting: Setting, kinds: [&str; 2], pairs: &[Pair]) -> Chart {
    let mut sorted: Vec<&Pair> = pairs.iter().collect();
    sorted.sort_by_key(|pair| (pair.last, pair.counts[0].is_none(), std::cmp::Reverse(pair.counts)));
    let most = sorted.iter().flat_map(|pair| pair.counts).flatten().max().unwrap_or(0).max(1);
    let mut pen = Pen::default();
    for (at, pair) in sorted.iter().enumerate() {
        let top = PAIR * at as f64;
        pen.text("", (0.0, top + 17.0), &pair.name);
        for (((n, class), down), kind) in pair.counts.iter().zip(["source-2", "count"]).zip([23.0, 46.0]).zip(kinds) {
            let width = n.map_or(0.0, |n| (WIDTH - WHOSE) * n as f64 / most as f64);
            if width > 0.0 {
                pen.rect(class, (0.0, top + down), (width.max(1.0), 18.0));
            }
            // The first pair says which bar is whose.
            let words = if at == 0 { format!("{} · {kind}", short(lang, *n)) } else { short(lang, *n) };
            pen.text("", (width + 6.0, top + down + 14.5), &words);
        }
    }
    let row = |pair: &&Pair| {
        let [low, high] = pair.counts.map(|n| short(lang, n));
        vec![pair.name.clone(), low, high]
    };
    let say = |pair: &&Pair| {
        let [low, high] = pair.counts.map(|n| short(lang, n));
        format!("{}: {} {low}, {} {high}", pair.name, kinds[0], kinds[1])
    };
    let mut caption = setting.caption;
    if pairs.iter().any(|pair| pair.counts.contains(&None)) {
        caption.push(format!("–: {}.", lang.text("results-state-hidden")));
    }
    Chart {
        id: setting.id,
        class: "bars",
        heading: setting.heading.clone(),
        spoken: sorted.iter().map(say).collect::<Vec<_>>().join("; "),
        size: (WIDTH, PAIR * sorted.len() as f64),
        drawn: pen.done(),
        caption,
        table: Table {
            caption: setting.heading,
            columns: vec![
                Column::words(lang.text("chart-ticked")),
                Column::number(kinds[0].to_owned()),
                Column::number(kinds[1].to_owned()),
            ],
            rows: sorted.iter().map(row).collect(),
            colours: Vec::new(),
        },
    }
}

/// What may not be told is a dash, which the caption explains.
fn short(lang: Lang, n: Option<u64>) -> String {
    n.map_or_else(|| "–".to_owned(), |n| number::count(lang, n))
}

fn told(lang: Lang, n: Option<u64>) -> String {
    n.map_or_else(|| lang.text("results-state-hidden"), |n| number::count(lang, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_comes_first_and_something_else_last() {
        let bar = |name: &str, n, last| Bar { name: name.to_owned(), n, last };
        let bars = [
            bar("Điều khác", Some(90), true),
            bar("Phí", None, false),
            bar("Thời gian", Some(40), false),
            bar("Thái độ", Some(60), false),
        ];
        let setting = Setting { id: "bars".to_owned(), heading: String::new(), caption: Vec::new() };
        let chart = chart(Lang::by_code("vi").unwrap(), setting, &bars);
        let names: Vec<&str> = chart.table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["Thái độ", "Thời gian", "Phí", "Điều khác"]);
        assert_eq!((chart.table.rows[0][1].as_str(), chart.table.columns.len()), ("60", 2));
        assert!(chart.table.rows[2][1].starts_with("Không hiện số"));
        assert_eq!(chart.drawn.matches("<rect").count(), 3);
    }

    #[test]
    fn two_kinds_of_people_stand_apart_and_the_first_decides_the_order() {
        let pair = |name: &str, counts, last| Pair { name: name.to_owned(), counts, last };
        let pairs = [
            pair("Điều khác", [Some(99), Some(9)], true),
            pair("Thái độ", [None, Some(80)], false),
            pair("Thời gian", [Some(40), Some(12)], false),
        ];
        let setting = Setting { id: "bars".to_owned(), heading: String::new(), caption: Vec::new() };
        let chart = apart(Lang::by_code("vi").unwrap(), setting, ["thấp", "cao"], &pairs);
        let names: Vec<&str> = chart.table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["Thời gian", "Thái độ", "Điều khác"]);
        assert_eq!((chart.drawn.matches("<rect").count(), chart.table.rows[0][2].as_str()), (5, "12"));
        assert!(chart.spoken.contains("Thời gian: thấp 40, cao 12"));
    }
}
