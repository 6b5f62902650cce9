//! The funnel: the share of each unit against how many answered, between the limits of ordinary variation around the
//! common share. Only units outside them after looking at all are named, and of many of these those furthest out.

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
/// More units than this are not named in the drawing.
const NAMED: usize = 12;
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
    pen.text("start strong", (WIDTH - RIGHT + 6.0, y(centre) + 4.5), &words);
    let ordinary = units.iter().filter(|unit| unit.flag == Flag::None);
    let place = |unit: &Unit| (x(unit.n), y(unit.share));
    pen.points("points pale", &ordinary.map(place).collect::<Vec<_>>());
    let flagged = flagged(units, centre);
    let (named, others) = flagged.split_at(flagged.len().min(NAMED));
    pen.points("points", &others.iter().map(|unit| place(unit)).collect::<Vec<_>>());
    for unit in named {
        let (at, height) = place(unit);
        pen.circle("dot", (at, height), 5.0);
        let (class, aside) = if at > WIDTH / 2.0 { ("end halo", -10.0) } else { ("start halo", 10.0) };
        pen.text(class, (at + aside, height + 4.5), &unit.name);
    }
    // The list of units stands beside it; of many, only those that stand out are told again.
    let told: Vec<&Unit> = if units.len() > MANY { named.to_vec() } else { units.iter().collect() };
    let mut caption = setting.caption;
    caption.extend(axis.note(lang));
    caption.push(lang.text("chart-funnel-limits"));
    let furthest = || lang.text_with("chart-funnel-furthest", &[("shown", &number::count(lang, NAMED as u64))]);
    caption.extend((!others.is_empty()).then(furthest));
    caption.extend((units.len() > MANY).then(|| lang.text("chart-funnel-many")));
    Chart {
        id: setting.id,
        class: "funnel",
        spoken: spoken(lang, named, centre),
        heading: setting.heading,
        size: (WIDTH, HEIGHT),
        drawn: pen.done(),
        caption,
        table: table(lang, &told),
    }
}

/// The units that stand out, furthest out first: by how many times the way from the common share to their outer limit.
fn flagged(units: &[Unit], centre: f64) -> Vec<&Unit> {
    let distance = |unit: &Unit| {
        let limit = if unit.share < centre { unit.limits_998.0 } else { unit.limits_998.1 };
        (unit.share - centre).abs() / (limit - centre).abs().max(f64::EPSILON)
    };
    let mut flagged: Vec<&Unit> = units.iter().filter(|unit| unit.flag != Flag::None).collect();
    flagged.sort_by(|a, b| distance(b).total_cmp(&distance(a)).then_with(|| b.n.cmp(&a.n)));
    flagged
}

/// What stands over the chart: the names of the units that stand out, or of many how many there are.
#[must_use]
pub fn heading(lang: Lang, units: &[Unit]) -> String {
    let of = |flag: Flag| units.iter().filter(move |unit| unit.flag == flag);
    let (high, low) = (of(Flag::High).count(), of(Flag::Low).count());
    if high + low == 0 {
        return lang.text("manage-funnel-heading-none");
    }
    if high + low > NAMED {
        let args = [("high", number::count(lang, high as u64)), ("low", number::count(lang, low as u64))];
        return lang
            .text_with("manage-funnel-heading-many", &args.each_ref().map(|(name, text)| (*name, text.as_str())));
    }
    let names: Vec<&str> = of(Flag::Low).chain(of(Flag::High)).map(|unit| unit.name.as_str()).collect();
    lang.text_with("manage-funnel-heading", &[("names", &names.join(", "))])
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

fn spoken(lang: Lang, named: &[&Unit], centre: f64) -> String {
    let common = lang.text_with("chart-common", &[("share", &number::percent(lang, centre, None))]);
    let say = |unit: &&Unit| {
        let share = number::percent(lang, unit.share, None);
        format!("{}: {share}, {}", unit.name, lang.text(flag_key(unit.flag)))
    };
    std::iter::once(common).chain(named.iter().map(say)).collect::<Vec<_>>().join("; ")
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
        // Each of 1,300 has a name, a place of its own, and every tenth stands out.
        let unit = |n: u64| Unit {
            name: format!("Trường {n}"),
            n: 5 + n,
            share: if n % 10 == 0 { 0.6 - n as f64 / 10_000.0 } else { 0.9 },
            limits_95: (0.8, 0.95),
            limits_998: (0.7, 0.99),
            flag: if n % 10 == 0 { Flag::Low } else { Flag::None },
        };
        let units: Vec<Unit> = (0..1300).map(unit).collect();
        let lang = Lang::by_code("vi").unwrap();
        let setting = Setting { id: "funnel".to_owned(), heading: heading(lang, &units), caption: Vec::new() };
        assert!(setting.heading.contains("130") && !setting.heading.contains("Trường"), "{}", setting.heading);
        let chart = chart(lang, setting, &units, 0.91);
        assert!(chart.drawn.len() < 30_000, "{} bytes", chart.drawn.len());
        assert_eq!((chart.table.rows.len(), chart.table.rows[0][0].as_str()), (NAMED, "Trường 1290"));
        assert_eq!(chart.drawn.matches("Trường").count(), NAMED);
        assert_eq!((chart.drawn.matches("<circle").count(), chart.drawn.matches("h0").count()), (NAMED, 1300 - NAMED));
    }
}
