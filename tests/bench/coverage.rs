//! How honest the statistics are: `cargo bench --bench coverage`.
//!
//! The realised coverage of each interval and the realised false alarms of the verdict, beside the nominal ones. For one
//! group they are summed exactly over every possible result, weighted with its probability: no luck is in the figures.
//! For schools drawn as clusters they are drawn, from a fixed seed.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

mod random;

use hailong::stats::design::Sample;
use hailong::stats::proportion::{
    ShareInterval, clopper_pearson, hypergeometric_bounds, wilson, wilson_corrected, wilson_finite,
};
use hailong::stats::special::{binomial_pmf, hypergeometric_tails};
use hailong::stats::verdict::{Verdict, assess};
use hailong::stats::{BasisPoints, Confidence, Population};
use random::Random;

const SIZES: [u64; 9] = [5, 10, 20, 30, 50, 100, 200, 500, 1_000];
const SHARES: [f64; 9] = [0.5, 0.7, 0.8, 0.85, 0.88, 0.9, 0.92, 0.95, 0.98];
const POPULATIONS: [u64; 3] = [50, 200, 1_000];
const FRACTIONS: [f64; 5] = [0.1, 0.3, 0.5, 0.8, 1.0];
const TARGETS: [u32; 3] = [8_000, 8_500, 9_000];
const SURE: Confidence = Confidence::TWO_SIDED_95;

fn main() {
    println!("\n| interval, nominal 95 % | least coverage | mean coverage | over |\n| --- | --- | --- | --- |");
    let binomial = "n 5 to 1,000, p 0.50 to 0.98, exact sum";
    coverage("Wilson", binomial, unknown(|x, n| wilson(x as f64, n as f64, SURE).unwrap()));
    coverage("Wilson, corrected", binomial, unknown(|x, n| wilson_corrected(x, n, SURE).unwrap()));
    coverage("Clopper–Pearson", binomial, unknown(|x, n| clopper_pearson(x as f64, n as f64, SURE).unwrap()));
    let finite = "N 50 to 1,000, n/N 0.1 to 1, exact sum";
    let corrected = |x: u64, n: u64, size| {
        wilson_finite(x as f64 / n as f64, n, Population::Known(size), 1.0, SURE).unwrap().interval
    };
    coverage("Wilson, finite population", finite, known(corrected));
    coverage("hypergeometric", finite, known(|x, n, size| hypergeometric_bounds(x, n, size, SURE).unwrap().interval));
    schools();
    println!("\n| verdict, nominal at most 5 % | greatest rate | over |\n| --- | --- | --- |");
    let (met, not_met) = alarms_unknown();
    println!("| false «met», N unknown | {} | true share at the target, n 5 to 1,000 |", percent(met));
    println!("| false «not met», N unknown | {} | the same |", percent(not_met));
    let (met, not_met) = alarms_known();
    println!("| false «met», N known | {} | one case below the target, N 50 to 1,000 |", percent(met));
    println!("| false «not met», N known | {} | just at the target |", percent(not_met));
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn coverage(name: &str, over: &str, shares: Vec<f64>) {
    let least = shares.iter().copied().fold(1.0, f64::min);
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    println!("| {name} | {} | {} | {over} |", percent(least), percent(mean));
}

/// Coverage at each size and share, the population unknown.
fn unknown(interval: impl Fn(u64, u64) -> ShareInterval) -> Vec<f64> {
    let one = |n: u64, p: f64| {
        let holds = |x: &u64| within(&interval(*x, n), p);
        (0..=n).filter(holds).map(|x| binomial_pmf(x, n, p).unwrap()).sum()
    };
    SIZES.iter().flat_map(|n| SHARES.iter().map(move |p| (*n, *p))).map(|(n, p)| one(n, p)).collect()
}

/// Coverage at each population, fraction and share.
fn known(interval: impl Fn(u64, u64, u64) -> ShareInterval) -> Vec<f64> {
    let mut shares = Vec::new();
    for (size, n) in populations() {
        for p in SHARES {
            let satisfied = (p * size as f64).round() as u64;
            let truth = satisfied as f64 / size as f64;
            let holds = |x: &u64| within(&interval(*x, n, size), truth);
            shares.push((0..=n).filter(holds).map(|x| hypergeometric(x, size, satisfied, n)).sum());
        }
    }
    shares
}

fn within(interval: &ShareInterval, p: f64) -> bool {
    interval.lower <= p + 1e-12 && p <= interval.upper + 1e-12
}

fn populations() -> impl Iterator<Item = (u64, u64)> {
    POPULATIONS.into_iter().flat_map(|size| FRACTIONS.map(|f| (size, (f * size as f64).round() as u64)))
}

/// `P(X = x)`.
fn hypergeometric(x: u64, size: u64, satisfied: u64, n: u64) -> f64 {
    if x > satisfied || n - x > size - satisfied {
        return 0.0;
    }
    let below = |k| hypergeometric_tails(k, size, satisfied, n).unwrap().lower;
    below(x) - if x == 0 { 0.0 } else { below(x - 1) }
}

/// Greatest rates of false «met» (the true share as near below the target as can be) and false «not met» (at it).
fn alarms_unknown() -> (f64, f64) {
    let mut most = (0.0_f64, 0.0_f64);
    for target in TARGETS.map(|target| BasisPoints::new(target).unwrap()) {
        for n in SIZES {
            let rate = |wanted: Verdict| -> f64 {
                let given = |x: &u64| assess(*x, n, Population::Unknown, target).unwrap().verdict == wanted;
                (0..=n).filter(given).map(|x| binomial_pmf(x, n, target.share()).unwrap()).sum()
            };
            most = (most.0.max(rate(Verdict::Met)), most.1.max(rate(Verdict::NotMet)));
        }
    }
    most
}

fn alarms_known() -> (f64, f64) {
    let mut most = (0.0_f64, 0.0_f64);
    for target in TARGETS.map(|target| BasisPoints::new(target).unwrap()) {
        for (size, n) in populations() {
            let rate = |wanted: Verdict, satisfied: u64| -> f64 {
                let given = |x: &u64| assess(*x, n, Population::Known(size), target).unwrap().verdict == wanted;
                (0..=n).filter(given).map(|x| hypergeometric(x, size, satisfied, n)).sum()
            };
            let enough = target.needed(size);
            most = (most.0.max(rate(Verdict::Met, enough - 1)), most.1.max(rate(Verdict::NotMet, enough)));
        }
    }
    most
}

/// Schools of different quality, drawn with all that answered in them: the Korn–Graubard interval.
fn schools() {
    const DRAWS: u32 = 4_000;
    const LEARNERS: usize = 30;
    let mut random = Random::from_seed(88_172_645_463_325_252);
    let mut shares = Vec::new();
    for schools in [10, 20, 40] {
        for p in [0.8, 0.85, 0.9] {
            let mut inside = 0;
            for _ in 0..DRAWS {
                let (mut satisfied, mut school_of) = (Vec::new(), Vec::new());
                for school in 0..schools {
                    // Half of the schools are so much better as the others are worse; the mean stays p.
                    let own = p + if random.next() < 0.5 { 0.08 } else { -0.08 };
                    satisfied.extend((0..LEARNERS).map(|_| random.next() < own));
                    school_of.extend([school; LEARNERS]);
                }
                let sample = Sample::new(&vec![1.0; satisfied.len()]).unwrap().with_clusters(&school_of).unwrap();
                let weighted = sample.weighted().unwrap();
                let share = weighted.all().share(&satisfied).unwrap().unwrap();
                let shown = share.korn_graubard(SURE).unwrap();
                inside += u32::from(shown.is_some_and(|shown| within(&shown.interval, p)));
            }
            shares.push(f64::from(inside) / f64::from(DRAWS));
        }
    }
    coverage("Korn–Graubard, schools as clusters", "10 to 40 schools, p 0.80 to 0.90, 4,000 draws each", shares);
}
