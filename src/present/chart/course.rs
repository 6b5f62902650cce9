//! The monthly course: shares with their 95 % band, the target, gaps where nothing may be shown, hollow dots where few
//! answered, how many under each month, and the limits of ordinary variation with what breaks them.

use super::pen::Pen;
use super::{Axis, Chart, Column, MonthName, Reading, Setting, Table, cells, fraction, lows, tick};
use crate::present::{number, say};
use crate::words::Lang;

/// One month of the course.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// Which.
    pub month: MonthName,
    /// What was found.
    pub reading: Reading,
    /// Limits of ordinary variation, where they may be drawn.
    pub limits: Option<(f64, f64)>,
    /// Whether it breaks them, or belongs to a long run on one side.
    pub signal: bool,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 318.0;
const LEFT: f64 = 52.0;
/// Room for the words of the target.
const RIGHT: f64 = 128.0;
const TOP: f64 = 14.0;
const PLOT: f64 = 226.0;
/// Below this distance between months the numbers of answers stand upright.
const ROOM: f64 = 40.0;

/// The chart.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, months: &[Month], target: Option<u32>) -> Chart {
    let limits = months.iter().filter_map(|month| month.limits).map(|(lower, _)| lower);
    let shares = lows(months.iter().map(|month| &month.reading));
    let axis = Axis::of(shares.chain(limits).chain(target.map(fraction)));
    let plot = Plot { lang, axis, months, target };
    let mut caption = setting.caption;
    caption.extend(axis.note(lang));
    if months.iter().any(|month| month.limits.is_some()) {
        caption.push(lang.text("chart-limits"));
    }
    Chart {
        id: setting.id,
        class: "course",
        heading: setting.heading,
        spoken: plot.spoken(),
        size: (WIDTH, HEIGHT),
        drawn: plot.drawn(),
        caption,
        table: plot.table(),
    }
}

struct Plot<'a> {
    lang: Lang,
    axis: Axis,
    months: &'a [Month],
    target: Option<u32>,
}

impl Plot<'_> {
    fn step(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.months.len().max(1) as f64
    }

    fn x(&self, at: usize) -> f64 {
        LEFT + self.step() * (at as f64 + 0.5)
    }

    fn y(&self, share: f64) -> f64 {
        TOP + PLOT * (1.0 - self.axis.place(share))
    }

    fn drawn(&self) -> String {
        let mut pen = Pen::default();
        let end = WIDTH - RIGHT;
        let ticks = self.axis.ticks();
        let grid: Vec<_> = ticks.iter().map(|share| [(LEFT, self.y(*share)), (end, self.y(*share))]).collect();
        pen.lines("grid", &grid);
        let named: Vec<_> = ticks.iter().map(|share| ((LEFT - 6.0, self.y(*share) + 4.5), tick(*share))).collect();
        pen.texts("end", &named);
        for run in self.runs() {
            self.band(&mut pen, &run);
        }
        self.limits(&mut pen);
        if let Some(points) = self.target {
            let y = self.y(fraction(points));
            pen.line("target", (LEFT, y), (end, y));
            let words = self.lang.text_with("chart-target", &[("target", &number::target(self.lang, points))]);
            pen.text("strong", (end + 6.0, y + 4.5), &words);
        }
        for run in self.runs() {
            let points: Vec<(f64, f64)> = run.iter().filter_map(|at| self.dot(*at)).collect();
            pen.polyline("line", &points);
        }
        let (mut full, mut few) = (Vec::new(), Vec::new());
        for (at, month) in self.months.iter().enumerate() {
            if let Some(place) = self.dot(at) {
                if month.signal {
                    pen.circle("ring", place, 9.0);
                }
                if month.reading.is_few() { few.push(place) } else { full.push(place) }
            }
        }
        pen.points("points", &full);
        for place in few {
            pen.circle("dot few", place, 4.5);
        }
        self.feet(&mut pen);
        pen.done()
    }

    fn dot(&self, at: usize) -> Option<(f64, f64)> {
        self.months[at].reading.share.map(|share| (self.x(at), self.y(share)))
    }

    /// Stretches of months that have a share, without a gap between them.
    fn runs(&self) -> Vec<Vec<usize>> {
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let mut before = None;
        for at in (0..self.months.len()).filter(|at| self.months[*at].reading.share.is_some()) {
            match runs.last_mut() {
                Some(run) if before == Some(at.wrapping_sub(1)) => run.push(at),
                _ => runs.push(vec![at]),
            }
            before = Some(at);
        }
        runs
    }

    /// The band of a run; of a month that stands alone, its interval.
    fn band(&self, pen: &mut Pen, run: &[usize]) {
        let bound = |at: &usize| self.months[*at].reading.interval.map(|(lower, upper)| (self.x(*at), lower, upper));
        let bounds: Vec<(f64, f64, f64)> = run.iter().filter_map(bound).collect();
        let upper: Vec<(f64, f64)> = bounds.iter().map(|(x, _, upper)| (*x, self.y(*upper))).collect();
        let lower: Vec<(f64, f64)> = bounds.iter().map(|(x, lower, _)| (*x, self.y(*lower))).collect();
        match (lower.as_slice(), upper.as_slice()) {
            ([low], [high]) => pen.line("whisker", *low, *high),
            ([_, ..], [_, ..]) => {
                let around: Vec<(f64, f64)> = upper.iter().chain(lower.iter().rev()).copied().collect();
                pen.area("band", &around);
            }
            _ => {}
        }
    }

    fn limits(&self, pen: &mut Pen) {
        let half = self.step() / 2.0;
        let around = |at: usize, limit: f64| [(self.x(at) - half, self.y(limit)), (self.x(at) + half, self.y(limit))];
        let months = self.months.iter().enumerate().filter_map(|(at, month)| Some((at, month.limits?)));
        let lines: Vec<_> = months.flat_map(|(at, (lower, upper))| [around(at, lower), around(at, upper)]).collect();
        pen.lines("limit", &lines);
    }

    /// The months, their years, and how many answered.
    fn feet(&self, pen: &mut Pen) {
        let base = TOP + PLOT;
        let upright = self.step() < ROOM;
        pen.text("end", (LEFT - 6.0, base + 18.0), &self.lang.text("chart-month-short"));
        pen.text("end", (LEFT - 6.0, base + 54.0), "n");
        let (mut names, mut years, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for (at, month) in self.months.iter().enumerate() {
            let MonthName { year, place, .. } = &month.month;
            names.push((self.x(at), place.to_string()));
            if at == 0 || *place == 1 {
                years.push((self.x(at), year.to_string()));
            }
            let n = month.reading.n.map_or_else(|| "–".to_owned(), |n| number::count(self.lang, n));
            counts.push((self.x(at), n));
        }
        pen.row("mid", base + 18.0, &names);
        pen.row("mid", base + 34.0, &years);
        if upright {
            let places = counts.into_iter().map(|(x, n)| ((x + 4.5, base + 42.0), n)).collect::<Vec<_>>();
            pen.upright("end", &places);
        } else {
            pen.row("mid", base + 54.0, &counts);
        }
    }

    fn spoken(&self) -> String {
        let say = |month: &Month| {
            let share = month.reading.share.map(|share| number::percent(self.lang, share, self.target));
            let words = share.unwrap_or_else(|| self.lang.text(say::state_key(month.reading.state)));
            format!("{}: {words}", month.month.name)
        };
        self.months.iter().map(say).collect::<Vec<_>>().join("; ")
    }

    fn table(&self) -> Table {
        let lang = self.lang;
        let signals = self.months.iter().any(|month| month.signal);
        let mut columns = vec![
            Column::words(lang.text("chart-month")),
            Column::number(lang.text("results-column-n")),
            Column::number(lang.text("results-column-share")),
            Column::number(lang.text("results-column-interval")),
            Column::words(lang.text("results-column-state")),
        ];
        columns.extend(signals.then(|| Column::words(lang.text("chart-signal"))));
        let row = |month: &Month| {
            let reading = &month.reading;
            let mut row = vec![month.month.name.clone()];
            row.extend(cells(lang, reading));
            row.extend(signals.then(|| if month.signal { lang.text("chart-signal-yes") } else { String::new() }));
            row
        };
        Table {
            caption: lang.text("chart-by-month"),
            columns,
            rows: self.months.iter().map(row).collect(),
            colours: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::period::{CutOff, Period};
    use crate::flow::assess::State;

    fn month(month: i64, n: u64, share: f64) -> Month {
        let few = n < 5;
        let reading = Reading {
            state: if few { State::Hidden } else { State::Open },
            n: (!few).then_some(n),
            share: (!few).then_some(share),
            interval: (!few).then_some((share - 0.05, share + 0.02)),
            target: Some(9000),
        };
        let period = Period::parse(&format!("{}-{:02}", month / 100, month % 100), CutOff::Calendar).unwrap();
        let month = MonthName::of(Lang::by_code("vi").unwrap(), &period);
        Month { month, reading, limits: None, signal: false }
    }

    fn drawn(months: &[Month]) -> Chart {
        let setting = Setting { id: "course".to_owned(), heading: "Tăng".to_owned(), caption: Vec::new() };
        chart(Lang::by_code("vi").unwrap(), setting, months, Some(9000))
    }

    #[test]
    fn a_month_that_is_hidden_is_a_gap() {
        let months =
            [month(202_511, 80, 0.9), month(202_512, 60, 0.92), month(202_601, 3, 0.0), month(202_602, 12, 0.95)];
        let chart = drawn(&months);
        assert_eq!(chart.drawn.matches("class=\"line\"").count(), 1, "one line of two months");
        assert_eq!(chart.drawn.matches("class=\"band\"").count(), 1);
        assert_eq!(chart.drawn.matches("class=\"whisker\"").count(), 1, "the month that stands alone");
        assert_eq!(chart.drawn.matches("h0").count(), 2, "{}", chart.drawn);
        assert_eq!(chart.drawn.matches("class=\"dot few\"").count(), 1);
        assert!(chart.drawn.contains(">Chỉ tiêu 90%<") && chart.drawn.contains(">2026<"));
        assert!(chart.spoken.contains("1/2026: Không hiện số"), "{}", chart.spoken);
        assert_eq!(chart.table.rows[2][1..4], ["–", "–", "–"].map(str::to_owned));
        assert!(chart.caption.iter().any(|line| line.contains("50%")), "{:?}", chart.caption);
    }

    #[test]
    fn a_low_month_brings_the_axis_to_zero_and_a_signal_gets_a_ring() {
        let mut months = [month(202_601, 80, 0.9), month(202_602, 60, 0.46)];
        months[1].signal = true;
        months[1].limits = Some((0.7, 1.0));
        let chart = drawn(&months);
        assert!(chart.drawn.contains(">0%<") && !chart.caption.iter().any(|line| line.contains("50%")));
        assert_eq!(chart.drawn.matches("class=\"ring\"").count(), 1);
        assert_eq!(chart.drawn.matches("class=\"limit\"").count(), 1);
        assert_eq!(chart.table.columns.len(), 6);
    }

    #[test]
    fn many_months_stand_their_numbers_upright() {
        let months: Vec<Month> = (0..36).map(|at| month(202_401 + at / 12 * 100 + at % 12, 1234, 0.9)).collect();
        assert_eq!(drawn(&months).drawn.matches("rotate(-90 ").count(), 36);
        assert_eq!(drawn(&months[..12]).drawn.matches("rotate(-90 ").count(), 0);
    }
}
