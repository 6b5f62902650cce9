//! The funnel: the share of each unit against how many answered, between the limits of ordinary variation around the
//! common share. Only units outside them after looking at all stand out, and of many of those the furthest are named.

use super::pen::Pen;
use super::{Axis, Chart, Column, Setting, Table, tick};
use crate::present::number;
use crate::words::Lang;

/// A unit on the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Persons who answered; at least five.
    pub n: u64,
    /// Their share.
    pub share: f64,
    /// Lower and upper limit of 95 % at this number.
    pub limits_95: (f64, f64),
    /// Lower and upper limit of 99.8 %.
    pub limits_998: (f64, f64),
    /// Whether it stands out.
    pub flag: Flag,
}

/// Whether a unit stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// It does not.
    None,
    /// Above the others.
    High,
    /// Below them.
    Low,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 128.0;
const TOP: f64 = 14.0;
const PLOT: f64 = 310.0;
/// More units than this are not told one by one.
const MANY: usize = 30;
/// So many are named in the drawing, and in the heading of it.
const NAMED: usize = 12;
const HEADED: usize = 5;
/// So many sizes make a smooth line.
const SIZES: usize = 60;

/// The chart; `centre` is the common share.
#[must_use]
pub fn chart(lang: Lang, setting: Setting, units: &[Unit], centre: f64) -> Chart {
    // The outer limits of very small units may leave the drawing.
    let lowest = units.iter().flat_map(|unit| [unit.share, unit.limits_95.0]);
    let axis = Axis::of(lowest.chain([centre]));
    let most = units.iter().map(|unit| unit.n).max().unwrap_or(1);
    let (step, end) = round_scale(most);
    let x = |n: u64| LEFT + (WIDTH - LEFT - RIGHT) * n as f64 / end as f64;
    let y = |share: f64| TOP + PLOT * (1.0 - axis.place(share));
    let mut pen = Pen::default();
    for share in axis.ticks() {
        pen.line("grid", (LEFT, y(share)), (WIDTH - RIGHT, y(share)));
        pen.text("end", (LEFT - 6.0, y(share) + 4.5), &tick(share));
    }
    for at in 0..=end / step {
        pen.text("mid", (x(at * step), TOP + PLOT + 20.0), &number::count(lang, at * step));
    }
    pen.text("mid", ((LEFT + WIDTH - RIGHT) / 2.0, TOP + PLOT + 42.0), &lang.text("results-column-n"));
    let by_size = sizes(units);
    type Limit = fn(&Unit) -> f64;
    let limits: [(&str, Limit); 4] = [
        ("limit-998", |unit| unit.limits_998.0),
        ("limit-95", |unit| unit.limits_95.0),
        ("limit-95", |unit| unit.limits_95.1),
        ("limit-998", |unit| unit.limits_998.1),
    ];
    for (class, limit) in limits {
        let inside = by_size.iter().filter(|unit| axis.holds(limit(unit)));
        let points: Vec<(f64, f64)> = inside.map(|unit| (x(unit.n), y(limit(unit)))).collect();
        pen.polyline(class, &points);
    }
    pen.line("target", (LEFT, y(centre)), (WIDTH - RIGHT, y(centre)));
    let words = lang.text_with("chart-common", &[("share", &number::percent(lang, centre, None))]);
    pen.text("strong", (WIDTH - RIGHT + 6.0, y(centre) + 4.5), &words);
    let (flagged, ordinary): (Vec<&Unit>, Vec<&Unit>) = units.iter().partition(|unit| stands_out(unit));
    let (named, others) = furthest(units, centre, NAMED);
    let place = |unit: &&Unit| (x(unit.n), y(unit.share));
    pen.points("points pale", &apart(ordinary.iter().map(place)));
    pen.points("points", &apart(others.iter().map(place)));
    for unit in &named {
        let (at, height) = place(unit);
        pen.circle("dot", (at, height), 5.0);
        let (class, aside) = if at > WIDTH / 2.0 { ("end halo", -10.0) } else { ("halo", 10.0) };
        pen.text(class, (at + aside, height + 4.5), &unit.name);
    }
    // The list of units stands beside it; of many, only those that stand out are told again.
    let told: Vec<&Unit> = if units.len() > MANY { furthest(units, centre, MANY).0 } else { units.iter().collect() };
    let mut caption = setting.caption;
    caption.extend(axis.note(lang));
    caption.push(lang.text("chart-funnel-limits"));
    if !others.is_empty() {
        let count = |n: usize| number::count(lang, n as u64);
        let (named, told) = (count(named.len()), count(flagged.len().min(MANY)));
        let words = [("all", &*count(flagged.len())), ("named", &*named), ("told", &*told)];
        caption.push(lang.text_with("chart-funnel-furthest", &words));
    } else if units.len() > MANY {
        caption.push(lang.text("chart-funnel-many"));
    }
    Chart {
        id: setting.id,
        class: "funnel",
        spoken: spoken(lang, units, centre),
        heading: setting.heading,
        size: (WIDTH, HEIGHT),
        drawn: pen.done(),
        caption,
        table: table(lang, &told),
    }
}

fn stands_out(unit: &Unit) -> bool {
    unit.flag != Flag::None
}

/// Of the units that stand out so many that lie furthest beyond the limits, as they come, and the others.
fn furthest(units: &[Unit], centre: f64, most: usize) -> (Vec<&Unit>, Vec<&Unit>) {
    let beyond = |unit: &Unit| {
        let limit = if unit.flag == Flag::High { unit.limits_998.1 } else { unit.limits_998.0 };
        (unit.share - centre) / (limit - centre)
    };
    let mut first: Vec<usize> = (0..units.len()).filter(|at| stands_out(&units[*at])).collect();
    first.sort_by(|a, b| beyond(&units[*b]).total_cmp(&beyond(&units[*a])));
    let mut others = first.split_off(first.len().min(most));
    first.sort_unstable();
    others.sort_unstable();
    let of = |places: Vec<usize>| places.into_iter().map(|at| &units[at]).collect();
    (of(first), of(others))
}

/// The names of those that stand out most, for a heading; none when nobody does.
#[must_use]
pub fn names(lang: Lang, units: &[Unit], centre: f64) -> Option<String> {
    let (named, others) = furthest(units, centre, HEADED);
    let names = named.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join(", ");
    let all = if others.is_empty() { names } else { format!("{names} {}", more(lang, others.len())) };
    (!named.is_empty()).then_some(all)
}

fn more(lang: Lang, others: usize) -> String {
    lang.text_with("chart-funnel-more", &[("n", &number::count(lang, others as u64))])
}

/// Places to a whole unit of the drawing, each once: of a thousand units many lie at the same.
fn apart(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut whole: Vec<(f64, f64)> = places.map(|(x, y)| (x.round(), y.round())).collect();
    whole.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    whole.dedup();
    whole
}

/// Units whose sizes the limits are drawn at: the smallest, the largest, and some between.
fn sizes(units: &[Unit]) -> Vec<&Unit> {
    let mut by_size: Vec<&Unit> = units.iter().collect();
    by_size.sort_by_key(|unit| unit.n);
    by_size.dedup_by_key(|unit| unit.n);
    let (every, last) = (by_size.len().div_ceil(SIZES).max(1), by_size.len().saturating_sub(1));
    let picked = by_size.iter().enumerate().filter(|(at, _)| at % every == 0 || *at == last);
    picked.map(|(_, unit)| *unit).collect()
}

/// The step of a scale that reaches a number in about five steps, and its end.
fn round_scale(most: u64) -> (u64, u64) {
    let rough = (most / 5).max(1);
    let power = 10_u64.pow(rough.ilog10());
    let step = [1, 2, 5, 10].into_iter().map(|times| times * power).find(|step| *step >= rough).unwrap_or(rough);
    (step, most.div_ceil(step).max(1) * step)
}

fn flag_key(flag: Flag) -> &'static str {
    match flag {
        Flag::None => "chart-funnel-none",
        Flag::High => "chart-funnel-high",
        Flag::Low => "chart-funnel-low",
    }
}

fn spoken(lang: Lang, units: &[Unit], centre: f64) -> String {
    let common = lang.text_with("chart-common", &[("share", &number::percent(lang, centre, None))]);
    let (flagged, others) = furthest(units, centre, NAMED);
    let say = |unit: &Unit| {
        let share = number::percent(lang, unit.share, None);
        format!("{}: {share}, {}", unit.name, lang.text(flag_key(unit.flag)))
    };
    let others = (!others.is_empty()).then(|| more(lang, others.len()));
    std::iter::once(common).chain(flagged.into_iter().map(say)).chain(others).collect::<Vec<_>>().join("; ")
}

fn table(lang: Lang, units: &[&Unit]) -> Table {
    let row = |unit: &&Unit| {
        let percent = |share: f64| number::percent(lang, share, None);
        let (lower, upper) = unit.limits_95;
        vec![
            unit.name.clone(),
            number::count(lang, unit.n),
            percent(unit.share),
            lang.text_with("results-interval", &[("lower", &percent(lower)), ("upper", &percent(upper))]),
            lang.text(flag_key(unit.flag)),
        ]
    };
    Table {
        caption: lang.text("chart-funnel-table"),
        columns: vec![
            Column::words(lang.text("results-column-unit")),
            Column::number(lang.text("results-column-n")),
            Column::number(lang.text("results-column-share")),
            Column::number(lang.text("chart-funnel-limits-95")),
            Column::words(lang.text("chart-funnel-place")),
        ],
        rows: units.iter().map(row).collect(),
        colours: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_round_steps_and_reaches_the_largest() {
        assert_eq!(
            [round_scale(7), round_scale(48), round_scale(1234), round_scale(9999)],
            [(1, 7), (10, 50), (500, 1500), (2000, 10_000)]
        );
    }

    #[test]
    fn only_units_that_stand_out_are_named() {
        let unit = |name: &str, n, flag| Unit {
            name: name.to_owned(),
            n,
            share: 0.9,
            limits_95: (0.8, 0.95),
            limits_998: (0.7, 0.99),
            flag,
        };
        let units = [unit("Phòng A", 40, Flag::None), unit("Phòng B", 90, Flag::Low), unit("Phòng C", 90, Flag::None)];
        let lang = Lang::by_code("vi").unwrap();
        let setting = Setting { id: "funnel".to_owned(), heading: String::new(), caption: Vec::new() };
        let chart = chart(lang, setting, &units, 0.91);
        assert!(chart.drawn.contains(">Phòng B<") && !chart.drawn.contains("Phòng A"));
        assert!(!chart.spoken.contains("Phòng A"));
        assert_eq!((chart.drawn.matches("circle").count(), chart.drawn.matches("h0").count()), (1, 2));
        assert_eq!(chart.table.rows.len(), 3);
        assert_eq!(chart.drawn.matches("class=\"limit-95\"").count(), 2);
    }

    #[test]
    fn of_many_units_the_drawing_stays_small() {
        let unit = |n: u64| Unit {
            name: format!("Trường {n}"),
            n: 5 + n,
            share: 0.9,
            limits_95: (0.8, 0.95),
            limits_998: (0.7, 0.99),
            flag: if n == 700 { Flag::High } else { Flag::None },
        };
        let units: Vec<Unit> = (0..1300).map(unit).collect();
        let setting = Setting { id: "funnel".to_owned(), heading: String::new(), caption: Vec::new() };
        let chart = chart(Lang::by_code("vi").unwrap(), setting, &units, 0.91);
        assert!(chart.drawn.len() < 30_000, "{} bytes", chart.drawn.len());
        assert_eq!((chart.table.rows.len(), chart.table.rows[0][0].as_str()), (1, "Trường 700"));
    }

    #[test]
    fn of_many_that_stand_out_the_furthest_are_named_and_the_others_counted() {
        let unit = |n: u16| Unit {
            name: format!("Trường {n}."),
            n: 200,
            share: 0.5 - f64::from(n % 100) / 1000.0,
            limits_95: (0.8, 0.95),
            limits_998: (0.7, 0.99),
            flag: Flag::Low,
        };
        let units: Vec<Unit> = (0..100).map(unit).collect();
        let lang = Lang::by_code("vi").unwrap();
        let setting = Setting { id: "funnel".to_owned(), heading: String::new(), caption: Vec::new() };
        let chart = chart(lang, setting, &units, 0.9);
        assert_eq!(chart.drawn.matches("<circle").count(), NAMED);
        assert!(chart.drawn.contains(">Trường 99.<") && !chart.drawn.contains(">Trường 87.<"), "{}", chart.drawn);
        assert!(chart.spoken.contains("Trường 88.") && chart.spoken.ends_with("và 88 đơn vị khác"), "{}", chart.spoken);
        assert_eq!((chart.table.rows.len(), chart.table.rows[0][0].as_str()), (MANY, "Trường 70."));
        assert_eq!(
            names(lang, &units, 0.9).unwrap(),
            "Trường 95., Trường 96., Trường 97., Trường 98., Trường 99. và 95 đơn vị khác"
        );
        assert_eq!(names(lang, &[Unit { flag: Flag::None, ..unit(1) }], 0.9), None);
        let said = chart.caption.join(" ");
        assert!(said.contains("100 đơn vị khác mức chung") && said.contains("12") && said.contains("30"), "{said}");
    }
}
