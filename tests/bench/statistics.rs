//! How fast the statistics are: `cargo bench --bench statistics`. Everything a page of a whole province shows, on one
//! core, and its parts.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

mod random;

use std::sync::LazyLock;

use divan::{Bencher, black_box};
use hailong::stats::compare::{PeriodShare, compare_periods};
use hailong::stats::proportion::wilson_finite;
use hailong::stats::trend::control_chart;
use hailong::stats::units::{Centre, funnel, shrink};
use hailong::stats::verdict::assess;
use hailong::stats::{BasisPoints, Confidence, Population, Responses};
use random::Random;

const UNITS: usize = 1_300;
const INDICATORS: usize = 3;
const MONTHS: usize = 36;

/// The months of each unit and indicator, and their sums.
struct Province {
    series: Vec<Vec<Responses>>,
    whole: Vec<Responses>,
}

static PROVINCE: LazyLock<Province> = LazyLock::new(|| {
    let mut random = Random::from_seed(0x2545_f491_4f6c_dd1d);
    let series: Vec<Vec<Responses>> = (0..UNITS * INDICATORS).map(|_| months(&mut random)).collect();
    Province { whole: series.iter().map(|months| sum(months)).collect(), series }
});

fn main() {
    LazyLock::force(&PROVINCE);
    divan::main();
}

/// Verdicts, intervals, funnels and chart limits: 1,300 units, 3 indicators, 36 months.
#[divan::bench]
fn page(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        all_verdicts();
        all_intervals();
        all_funnels();
        all_chart_limits();
    });
}

#[divan::bench]
fn verdicts(bencher: Bencher<'_, '_>) {
    bencher.bench(all_verdicts);
}

#[divan::bench]
fn intervals(bencher: Bencher<'_, '_>) {
    bencher.bench(all_intervals);
}

#[divan::bench]
fn funnels(bencher: Bencher<'_, '_>) {
    bencher.bench(all_funnels);
}

#[divan::bench]
fn chart_limits(bencher: Bencher<'_, '_>) {
    bencher.bench(all_chart_limits);
}

/// Not on the page: the units of one indicator drawn towards the common share.
#[divan::bench]
fn shrinkage_of_one_indicator(bencher: Bencher<'_, '_>) {
    bencher.bench(|| shrink(black_box(&PROVINCE.whole[..UNITS]), 0.95).unwrap());
}

/// Not on the page: one unit against another period.
#[divan::bench]
fn year_against_year(bencher: Bencher<'_, '_>) {
    let share = |one: Responses| PeriodShare::of_counts(one.x, one.n, Population::Unknown).unwrap();
    let (before, after) = (share(PROVINCE.whole[0]), share(PROVINCE.whole[1]));
    bencher.bench(|| compare_periods(black_box(before), black_box(after), 0.95).unwrap());
}

fn all_verdicts() {
    let target = BasisPoints::new(9_000).unwrap();
    for one in &PROVINCE.whole {
        black_box(assess(one.x, one.n, Population::Known(one.n * 3), target).unwrap());
    }
}

fn all_intervals() {
    for one in PROVINCE.series.iter().flatten().filter(|one| one.n > 0) {
        let (share, population) = (one.share().unwrap(), Population::Known(one.n * 3));
        black_box(wilson_finite(share, one.n, population, 1.0, Confidence::TWO_SIDED_95).unwrap());
    }
}

fn all_funnels() {
    for units in PROVINCE.whole.chunks(UNITS) {
        black_box(funnel(units, Centre::Pooled, 0.1, 0.05).unwrap());
    }
}

fn all_chart_limits() {
    for months in &PROVINCE.series {
        black_box(control_chart(months, None).unwrap());
    }
}

/// A unit's months: its own size and share, a little restless.
fn months(random: &mut Random) -> Vec<Responses> {
    let (share, size) = (0.82 + 0.15 * random.next(), 1.0 + random.next().powi(2) * 200.0);
    let month = |random: &mut Random| {
        let n = (size * (0.5 + random.next())) as u64;
        let x = (n as f64 * (share + 0.05 * (random.next() - 0.5))).min(n as f64) as u64;
        Responses { x, n }
    };
    (0..MONTHS).map(|_| month(random)).collect()
}

fn sum(months: &[Responses]) -> Responses {
    Responses { x: months.iter().map(|one| one.x).sum(), n: months.iter().map(|one| one.n).sum() }
}
