//! How the answers spread over the five levels: one bar of five parts.

use super::pen::{Pen, short};
use super::{Chart, Column, Setting, Table};
use crate::present::number;
use crate::words::Lang;

/// Keys of the words of the levels, the worst first.
pub const LEVELS: [&str; 5] =
    ["results-level-1", "results-level-2", "results-level-3", "results-level-4", "results-level-5"];
const PARTS: [&str; 5] = ["part-1", "part-2", "part-3", "part-4", "part-5"];

/// Width of the bar in its own units; the page scales it.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 94.0;
/// White between two parts.
const GAP: f64 = 2.0;
/// Room that a number takes in the larger type of a phone.
const NUMBER: f64 = 62.0;
/// From this share on a number finds room inside its part.
const ROOM: f64 = 0.08;

/// The bar; `levels` hold at least one answer. What it is drawn with in print is the page's `#hatch`.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, levels: &[u64; 5]) -> Chart {
    let total: u64 = levels.iter().sum();
    let percent = |level: usize| number::percent(lang, levels[level] as f64 / total.max(1) as f64, None);
    let part = |level: usize| {
        let args = [("level", lang.text(LEVELS[level])), ("share", percent(level))];
        lang.text_with("results-spread-part", &args.each_ref().map(|(name, text)| (*name, text.as_str())))
    };
    let places = places(levels, total);
    let mut pen = Pen::default();
    for level in (0..5).filter(|level| levels[*level] > 0) {
        draw(&mut pen, level, levels, total, places[level], &percent(level));
    }
    // The two ends of the scale; the order says the rest.
    pen.text("", (0.0, 86.0), &lang.text(LEVELS[0]));
    pen.text("end", (WIDTH, 86.0), &lang.text(LEVELS[4]));
    Chart {
        id: setting.id,
        class: "bar",
        heading: setting.heading.clone(),
        spoken: (0..5).map(part).collect::<Vec<_>>().join("; "),
        size: (WIDTH, HEIGHT),
        drawn: pen.done(),
        caption: setting.caption,
        table: Table {
            caption: setting.heading,
            columns: vec![
                Column::words(lang.text("results-spread-level")),
                Column::number(lang.text("results-spread-count")),
                Column::number(lang.text("results-column-share")),
            ],
            rows: (0..5)
                .map(|level| vec![lang.text(LEVELS[level]), number::count(lang, levels[level]), percent(level)])
                .collect(),
            colours: PARTS.to_vec(),
        },
    }
}

/// Where the part of a level starts, and how wide it is.
fn extent(level: usize, levels: &[u64; 5], total: u64) -> (f64, f64) {
    let share = |n: u64| n as f64 / total as f64 * WIDTH;
    (share(levels[..level].iter().sum()), share(levels[level]))
}

/// Whether the number of a part stands inside it: where the colour is dark and there is room.
fn inside(level: usize, levels: &[u64; 5], total: u64) -> bool {
    matches!(level, 0 | 4) && levels[level] as f64 >= ROOM * total as f64
}

/// Where the number of each part stands: at the middle of its part, those above the bar moved apart so that they do
/// not touch.
fn places(levels: &[u64; 5], total: u64) -> [f64; 5] {
    let middle = |level: usize| {
        let (start, width) = extent(level, levels, total);
        (start + width / 2.0).clamp(NUMBER / 2.0, WIDTH - NUMBER / 2.0)
    };
    let mut places: [f64; 5] = std::array::from_fn(middle);
    let above: Vec<usize> = (0..5).filter(|level| levels[*level] > 0 && !inside(*level, levels, total)).collect();
    for pair in above.windows(2) {
        places[pair[1]] = places[pair[1]].max(places[pair[0]] + NUMBER);
    }
    let mut most = WIDTH - NUMBER / 2.0;
    for level in above.into_iter().rev() {
        places[level] = places[level].min(most);
        most = places[level] - NUMBER;
    }
    places
}

/// One part with its number, and a line between the two where they are apart.
fn draw(pen: &mut Pen, level: usize, levels: &[u64; 5], total: u64, place: f64, percent: &str) {
    let (start, width) = extent(level, levels, total);
    let middle = start + width / 2.0;
    let (class, y) = if inside(level, levels, total) { ("mid inside", 53.0) } else { ("mid above", 18.0) };
    let size = ((width - GAP).max(1.0), 34.0);
    pen.rect(PARTS[level], (start, 32.0), size);
    if level < 2 {
        let (x, width) = (short(start), short(size.0));
        pen.raw(&format!(
            "<rect class=\"hatch\" x=\"{x}\" y=\"32\" width=\"{width}\" height=\"34\" fill=\"url(#hatch)\"/>"
        ));
    }
    if (place - middle).abs() > 1.0 {
        pen.line("lead", (place, 22.0), (middle, 31.0));
    }
    pen.text(class, (place, y), percent);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_touch_and_stay_on_the_bar() {
        for levels in [[1, 1, 1, 1, 96], [2, 3, 10, 60, 125], [0, 0, 0, 0, 7], [96, 1, 1, 1, 1], [0, 1, 0, 1, 998]] {
            let total = levels.iter().sum();
            let places = places(&levels, total);
            let above: Vec<f64> = (0..5)
                .filter(|level| levels[*level] > 0 && !inside(*level, &levels, total))
                .map(|level| places[level])
                .collect();
            assert!(above.windows(2).all(|pair| pair[1] - pair[0] >= NUMBER - 1e-9), "{levels:?}: {places:?}");
            assert!(above.iter().all(|place| (0.0..=WIDTH).contains(place)), "{levels:?}: {places:?}");
        }
    }

    #[test]
    fn the_parts_stand_in_the_order_of_the_scale() {
        let lang = Lang::by_code("vi").unwrap();
        let setting = Setting { id: "spread".to_owned(), heading: "Phân bố".to_owned(), caption: Vec::new() };
        let chart = chart(lang, setting, &[2, 3, 10, 60, 125]);
        assert_eq!(
            chart.spoken,
            "Rất không hài lòng: 1,0%; Không hài lòng: 1,5%; Bình thường: 5,0%; Hài lòng: 30,0%; \
            Rất hài lòng: 62,5%"
        );
        assert_eq!(chart.drawn.matches("class=\"part-").count(), 5);
        assert_eq!(chart.table.rows[4], ["Rất hài lòng", "125", "62,5%"].map(str::to_owned));
        assert!(chart.svg().starts_with("<svg class=\"chart bar\" viewBox=\"0 0 600 94\" role=\"img\""));
    }
}
