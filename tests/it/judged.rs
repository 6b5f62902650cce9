//! What follows from counts, worked out again from the textbook: intervals, verdicts, what is missing for one, limits of
//! a control chart, trends, a year against the year before, units among each other, and what goes with the overall level.

mod drivers;
mod needed;
mod pooled;
mod units;

pub use drivers::drivers;
pub use pooled::{pooled, size};
pub use units::among;

use hailong::flow::assess::picture::{Change, Course, Year};
use hailong::flow::assess::{Figure, State, VerdictName};

/// Two-sided 95 %, and one-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;
const Z_ONE: f64 = 1.644_853_626_951_472_6;

/// Satisfied and all of those counted.
pub type Counted = (u64, u64);

fn close(told: f64, expected: f64, what: &str) {
    assert!((told - expected).abs() < 1e-9, "{what}: {told}, expected {expected}");
}

/// Wilson's interval.
fn interval(p: f64, n: f64, z: f64) -> [f64; 2] {
    let (middle, half) = (p + z * z / (2.0 * n), z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt());
    [-half, half].map(|half| (middle + half) / (1.0 + z * z / n))
}

/// Logarithms of factorials, so that sums of many chances stay cheap.
pub struct Chances(Vec<f64>);

impl Chances {
    pub fn up_to(most: u64) -> Self {
        let mut logs = vec![0.0];
        logs.extend((1..=most).scan(0.0, |sum, n| {
            *sum += (n as f64).ln();
            Some(*sum)
        }));
        Self(logs)
    }

    /// P(first ≤ X ≤ last) of a binomial, summed up term by term.
    fn between(&self, (first, last): (u64, u64), n: u64, p: f64) -> f64 {
        let log = |n: u64| self.0[n as usize];
        let term = |k: u64| log(n) - log(k) - log(n - k) + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln();
        (first..=last).map(|k| term(k).exp()).sum()
    }

    /// P(first ≤ X ≤ last) when n are drawn from files of which some are good.
    fn drawn(&self, (first, last): (u64, u64), (_, n): Counted, (files, good): (u64, u64)) -> f64 {
        let choose = |n: u64, k: u64| self.0[n as usize] - self.0[k as usize] - self.0[(n - k) as usize];
        let possible = (first..=last.min(good)).filter(|k| n - k <= files - good);
        possible.map(|k| (choose(good, k) + choose(files - good, n - k) - choose(files, n)).exp()).sum()
    }

    /// Whether a target in basis points is met and not met, of so many files where they are known.
    fn settled(&self, (x, n): Counted, files: Option<u64>, points: u32) -> (bool, bool) {
        let (met, not_met) = match files {
            None => {
                let target = f64::from(points) / 10_000.0;
                (self.between((x, n), n, target), self.between((0, x), n, target))
            }
            Some(files) => {
                let good = (u64::from(points) * files).div_ceil(10_000);
                (self.drawn((x, n), (x, n), (files, good - 1)), self.drawn((0, x), (x, n), (files, good)))
            }
        };
        (met <= 0.05, not_met <= 0.05)
    }

    /// A figure of one question, of which the counts are known to be right: its interval, verdict, bounds, and the
    /// answers that would settle it. True when these are told.
    pub fn check(&self, figure: &Figure, counted: Counted, what: &str) -> bool {
        let (x, n) = counted;
        if nothing_is_judged(figure, n, what) {
            return false;
        }
        let files = figure.population.filter(|files| *files >= n);
        assert_eq!(figure.more_answers_than_files, figure.population.is_some() && files.is_none(), "{what}");
        // Whoever answered of a few files tells more of them than as many of countless ones.
        let finite = |files: u64| n as f64 * (files as f64 - 1.0) / (files as f64 - n as f64);
        let [lower, upper] = interval(x as f64 / n as f64, files.map_or(n as f64, finite), Z);
        close(figure.lower.unwrap(), lower, what);
        close(figure.upper.unwrap(), upper, what);
        let Some(points) = figure.target else {
            assert_eq!(figure.verdict, None, "{what}: a verdict without a target");
            return false;
        };
        let settled = self.settled(counted, files, points);
        assert_eq!(figure.verdict, Some(verdict(settled)), "{what}: {x} of {n} against {points}");
        if let Some(at_least) = figure.at_least {
            self.least(at_least, counted, files, what);
        }
        if let Some(at_most) = figure.at_most {
            // As many that are not satisfied, at least.
            self.least(1.0 - at_most, (n - x, n), files, what);
        }
        self.missing(figure, counted, files, what)
    }

    /// The one-sided bound: the smallest share with which so many satisfied are not yet too unlikely.
    fn least(&self, told: f64, (x, n): Counted, files: Option<u64>, what: &str) {
        let Some(files) = files else {
            let right = if x == 0 { told == 0.0 } else { (self.between((x, n), n, told) - 0.05).abs() < 1e-6 };
            return assert!(right, "{what}: at least {told} of {x} of {n}");
        };
        let good = (told * files as f64).round() as u64;
        close(told, good as f64 / files as f64, what);
        let likely = |good: u64| self.drawn((x, n), (x, n), (files, good)) > 0.05;
        assert!(likely(good) && (good == x || !likely(good - 1)), "{what}: {good} of {files} from {x} of {n}");
    }
}

/// Nothing is judged of what is hidden and of nobody.
fn nothing_is_judged(figure: &Figure, n: u64, what: &str) -> bool {
    let nothing = figure.state == State::Hidden || n == 0;
    if nothing {
        let told = (figure.lower, figure.upper, figure.verdict, figure.at_least, figure.at_most, figure.needed);
        assert_eq!(told, (None, None, None, None, None, None), "{what}");
    }
    nothing
}

fn verdict((met, not_met): (bool, bool)) -> VerdictName {
    match (met, not_met) {
        (true, _) => VerdictName::Met,
        (_, true) => VerdictName::NotMet,
        _ => VerdictName::NotEnough,
    }
}

/// Persons of a figure that is told, and those of them satisfied; of a pooled index its share of them.
fn of_persons(figure: &Figure) -> Option<Counted> {
    let (satisfied, answers, n) = (figure.satisfied?, figure.answers?, figure.n.filter(|n| *n > 0)?);
    Some(((satisfied as f64 / answers as f64 * n as f64).round() as u64, n))
}

/// Shares of the months that are told, with their places.
fn told(course: &Course) -> Vec<(usize, Counted)> {
    let months = course.months.iter().enumerate();
    months.filter_map(|(at, month)| Some((at, of_persons(&month.figure)?))).collect()
}

/// Laney's limits, what stands out of them, and the trend of the months that are told. Returns how many months have
/// limits.
pub fn course(course: &Course, what: &str) -> usize {
    let months = told(course);
    let sum = |pick: fn(Counted) -> u64| months.iter().map(|(_, counted)| pick(*counted)).sum::<u64>() as f64;
    let (x, n) = (sum(|(x, _)| x), sum(|(_, n)| n));
    let center = x / n;
    trend(course, &months, center, what);
    if months.len() < 8 {
        assert_eq!(course.center, None, "{what}: limits of {} months", months.len());
        assert!(course.months.iter().all(|month| month.limits.is_none() && !month.beyond && !month.run), "{what}");
        return 0;
    }
    close(course.center.unwrap(), center, what);
    let sigma = |n: u64| (center * (1.0 - center) / n as f64).sqrt();
    let share = |(x, n): Counted| x as f64 / n as f64;
    let z: Vec<f64> = months.iter().map(|(_, counted)| (share(*counted) - center) / sigma(counted.1)).collect();
    let moved = z.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (z.len() - 1) as f64;
    let wider = (moved * std::f64::consts::PI.sqrt() / 2.0).max(1.0);
    let mut side: Vec<bool> = Vec::new();
    for (at, counted) in &months {
        let month = &course.months[*at];
        let [lower, upper] = month.limits.unwrap();
        let reach = 3.0 * wider * sigma(counted.1);
        close(lower, (center - reach).max(0.0), what);
        close(upper, (center + reach).min(1.0), what);
        assert_eq!(month.beyond, share(*counted) < lower || share(*counted) > upper, "{what}: {}", month.period);
        side.push(share(*counted) > center);
        let run = side.len() >= 8 && side[side.len() - 8..].iter().all(|above| above == side.last().unwrap());
        assert_eq!(month.run, run, "{what}: {}", month.period);
    }
    assert_eq!(course.months.iter().filter(|month| month.limits.is_some()).count(), months.len(), "{what}");
    months.len()
}

/// The trend of Cochran and Armitage.
fn trend(course: &Course, months: &[(usize, Counted)], share: f64, what: &str) {
    let Some(trend) = course.trend else {
        assert!(months.len() < 4 || share == 0.0 || share == 1.0, "{what}: no trend over {} months", months.len());
        return;
    };
    assert!(months.len() >= 4, "{what}: a trend over {} months", months.len());
    let n: f64 = months.iter().map(|(_, (_, n))| *n as f64).sum();
    let mean = months.iter().map(|(at, (_, n))| *at as f64 * *n as f64).sum::<f64>() / n;
    let s: f64 = months.iter().map(|(at, (x, _))| *x as f64 * (*at as f64 - mean)).sum();
    let q: f64 = months.iter().map(|(at, (_, n))| *n as f64 * (*at as f64 - mean).powi(2)).sum();
    close(trend.slope, s / q, what);
    let z = s / (share * (1.0 - share) * q).sqrt();
    let direction = match z {
        z if z >= Z => Change::Higher,
        z if z <= -Z => Change::Lower,
        _ => Change::NoClearChange,
    };
    assert_eq!(trend.direction, direction, "{what}: z is {z}");
    // The area under the normal density between −|z| and |z|, in small steps.
    let step = z.abs() / 5_000.0;
    let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let area: f64 = (0..5_000).map(|at| density((f64::from(at) + 0.5) * step) * step).sum();
    assert!((trend.p - (1.0 - 2.0 * area)).abs() < 1e-6, "{what}: p is {}", trend.p);
}

/// The difference of two years by Newcombe's method, and what is said of it; `sizes` are those of as many independent
/// answers, of the year before and of this one. True when they are compared.
pub fn year(year: &Year, sizes: [f64; 2], what: &str) -> bool {
    let share = |figure: &Figure| Some(figure.satisfied? as f64 / figure.answers.filter(|n| *n > 0)? as f64);
    let Some((before, now)) = share(&year.before).zip(share(&year.now)) else {
        let said = (year.difference, year.change, year.duty, year.duty_bounds);
        assert_eq!(said, (None, Change::Unknown, Change::Unknown, None), "{what}");
        return false;
    };
    let bounds = |z: f64| {
        let ([l1, u1], [l2, u2]) = (interval(before, sizes[0], z), interval(now, sizes[1], z));
        let reach = |a: f64, b: f64| (a * a + b * b).sqrt();
        [now - before - reach(now - l2, u1 - before), now - before + reach(u2 - now, before - l1)]
    };
    let said = |[lower, upper]: [f64; 2]| match (lower > 0.0, upper < 0.0) {
        (true, _) => Change::Higher,
        (_, true) => Change::Lower,
        _ => Change::NoClearChange,
    };
    let difference = year.difference.unwrap();
    close(difference.difference, now - before, what);
    close(difference.lower, bounds(Z)[0], what);
    close(difference.upper, bounds(Z)[1], what);
    let [at_least, at_most] = year.duty_bounds.unwrap();
    close(at_least, bounds(Z_ONE)[0], what);
    close(at_most, bounds(Z_ONE)[1], what);
    assert_eq!((year.change, year.duty), (said(bounds(Z)), said(bounds(Z_ONE))), "{what}");
    true
}
