//! Charts: functions from plain values to drawings in SVG, each with its finding, its words for those who cannot see
//! it, its caption and its table. Colours and type are the page's, by class; nothing here knows HTML.

mod pen;

pub mod bars;
pub mod columns;
pub mod course;
pub mod dots;
pub mod drivers;
pub mod funnel;
pub mod spread;

use crate::domain::period::{Kind, Period};
use crate::flow::assess::{Figure, State};
use crate::present::{number, say};
use crate::words::Lang;
use pen::Pen;

/// A drawing with everything that goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Names it on its page: no two are alike.
    pub id: String,
    /// What kind it is, for the style.
    pub class: &'static str,
    /// The finding, in one line.
    pub heading: String,
    /// What is seen on it, for those who do not.
    pub spoken: String,
    /// Width and height of the drawing, in its own units.
    pub size: (f64, f64),
    /// What is drawn.
    pub drawn: String,
    /// Base, period, channels and method.
    pub caption: Vec<String>,
    /// The same values as a table.
    pub table: Table,
}

/// A table of words; the first cell of each row names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// What it holds.
    pub caption: String,
    /// Heads of its columns.
    pub columns: Vec<Column>,
    /// Its rows, as long as there are columns.
    pub rows: Vec<Vec<String>>,
    /// Class of the colour that stands for each row; none where colours stand for nothing.
    pub colours: Vec<&'static str>,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its words.
    pub words: String,
    /// Whether it holds numbers, which stand at the right.
    pub number: bool,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(words: String) -> Self {
        Self { words, number: false }
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(words: String) -> Self {
        Self { words, number: true }
    }
}

/// A share as a chart shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// What may be said.
    pub state: State,
    /// Persons who answered.
    pub n: Option<u64>,
    /// Their share, a fraction of one.
    pub share: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// Threshold in basis points, which decides how the share is rounded.
    pub target: Option<u32>,
}

impl From<&Figure> for Reading {
    fn from(figure: &Figure) -> Self {
        Self {
            state: figure.state,
            n: figure.n,
            share: figure.share,
            interval: figure.lower.zip(figure.upper),
            target: figure.target,
        }
    }
}

impl Reading {
    /// So few answered that the dot is hollow.
    #[must_use]
    pub fn is_few(&self) -> bool {
        self.n.is_some_and(|n| n < FEW)
    }
}

/// Fewer answers than this are for reference only.
const FEW: u64 = 30;

/// The part of the scale of shares that is drawn: from a half, or from zero where anything lies lower.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    from: f64,
}

impl Axis {
    /// The axis on which all of these find their place.
    #[must_use]
    pub fn of(shares: impl IntoIterator<Item = f64>) -> Self {
        Self { from: if shares.into_iter().any(|share| share < 0.5) { 0.0 } else { 0.5 } }
    }

    /// Where a share lies between the ends of the axis, 0 to 1.
    #[must_use]
    pub fn place(self, share: f64) -> f64 {
        ((share - self.from) / (1.0 - self.from)).clamp(0.0, 1.0)
    }

    /// Whether a share lies on it.
    #[must_use]
    pub fn holds(self, share: f64) -> bool {
        share >= self.from
    }

    /// The shares that are marked on it.
    #[must_use]
    pub fn ticks(self) -> Vec<f64> {
        let step = if self.from > 0.0 { 0.1 } else { 0.2 };
        (0..=5).map(|tick| self.from + step * f64::from(tick)).collect()
    }

    /// What has to be said of it: that it does not begin at zero.
    #[must_use]
    pub fn note(self, lang: Lang) -> Option<String> {
        (self.from > 0.0).then(|| lang.text("chart-axis-from-half"))
    }
}

/// The lowest of what is drawn for each reading.
fn lows<'a>(readings: impl IntoIterator<Item = &'a Reading>) -> impl Iterator<Item = f64> {
    readings.into_iter().filter_map(|reading| reading.interval.map(|(lower, _)| lower).or(reading.share))
}

/// A target as a fraction of one.
#[must_use]
pub fn fraction(points: u32) -> f64 {
    f64::from(points) / 10_000.0
}

impl Chart {
    /// The drawing with its title and description.
    #[must_use]
    pub fn svg(&self) -> String {
        let (id, (width, height)) = (&self.id, self.size);
        let mut pen = Pen::default();
        pen.raw(&format!(
            "<svg class=\"chart {}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"t-{id} d-{id}\">",
            self.class,
            pen::short(width),
            pen::short(height)
        ));
        pen.element("title", &format!("t-{id}"), &self.heading);
        pen.element("desc", &format!("d-{id}"), &self.spoken);
        pen.raw(&self.drawn);
        pen.raw("</svg>");
        pen.done()
    }
}

/// Number, share, interval and words of a reading, as the cells of a table.
fn cells(lang: Lang, reading: &Reading) -> [String; 4] {
    let dash = || "–".to_owned();
    let percent = |share: f64| number::percent(lang, share, reading.target);
    let interval = |(lower, upper): (f64, f64)| {
        lang.text_with("results-interval", &[("lower", &percent(lower)), ("upper", &percent(upper))])
    };
    [
        reading.n.map_or_else(dash, |n| number::count(lang, n)),
        reading.share.map_or_else(dash, percent),
        reading.interval.map_or_else(dash, interval),
        say::state(lang, reading.state, reading.target),
    ]
}

/// A tick of an axis.
fn tick(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A month along a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthName {
    /// Its year.
    pub year: i16,
    /// 1 to 12.
    pub place: i8,
    /// As people write it in short: `10/2026`.
    pub name: String,
}

impl MonthName {
    /// The name of a period of one month.
    #[must_use]
    pub fn of(lang: Lang, period: &Period) -> Self {
        let place = if let Kind::Month(place) = period.kind() { place } else { period.from().date().month() };
        let (month, year) = (place.to_string(), period.year().to_string());
        let name = lang.text_with("chart-month-name", &[("month", &month), ("year", &year)]);
        Self { year: period.year(), place, name }
    }
}

/// What every chart is given besides its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name on the page.
    pub id: String,
    /// The finding.
    pub heading: String,
    /// Base, period, channels and method.
    pub caption: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn the_axis_begins_at_a_half_unless_something_lies_lower() {
        let high = Axis::of([0.5, 0.93]);
        assert_eq!((high.place(0.5), high.place(0.75), high.place(1.0)), (0.0, 0.5, 1.0));
        assert_eq!(high.ticks().len(), 6);
        let low = Axis::of([0.499, 0.93]);
        assert_eq!((low.place(0.25), low.ticks()[1]), (0.25, 0.2));
    }
}
