//! A pooled index (sections 1, 6 and 8 of the method): its answers are those of persons, and no more independent than
//! these.

use std::f64::consts::PI;

use hailong::flow::assess::Figure;

use super::needed::expected;
use super::{Counted, Z, close, interval, nothing_is_judged, verdict};

/// The share of persons' answers that are satisfied, and how many independent answers tell as much of it.
pub fn size(persons: &[Counted]) -> (f64, f64) {
    let sum = |pick: fn(&Counted) -> u64| persons.iter().map(pick).sum::<u64>() as f64;
    let (satisfied, answers, n) = (sum(|of| of.0), sum(|of| of.1), persons.len() as f64);
    let share = satisfied / answers;
    let apart: f64 = persons.iter().map(|(s, m)| (*s as f64 - share * *m as f64).powi(2)).sum();
    let variance = n / (n - 1.0) * apart / (answers * answers);
    (share, if variance == 0.0 { n } else { share * (1.0 - share) / variance })
}

/// The interval, verdict, bounds and missing answers of a pooled index, from what each person answered and how much of
/// it was satisfied. True when it is told what is missing.
pub fn pooled(figure: &Figure, persons: &[Counted], what: &str) -> bool {
    let n = persons.len() as u64;
    if nothing_is_judged(figure, n, what) {
        return false;
    }
    let files = figure.population.filter(|files| *files >= n);
    assert_eq!(figure.more_answers_than_files, figure.population.is_some() && files.is_none(), "{what}");
    let (share, size) = size(persons);
    // Whoever answered of a few files tells more of them than as many of countless ones.
    let finite = |size: f64| files.map_or(size, |files| size * (files as f64 - 1.0) / (files - n) as f64);
    let [lower, upper] = interval(share, finite(size), Z);
    close(figure.lower.unwrap(), lower, what);
    close(figure.upper.unwrap(), upper, what);
    let Some(target) = figure.target.map(|points| f64::from(points) / 10_000.0) else {
        assert_eq!(figure.verdict, None, "{what}: a verdict without a target");
        return false;
    };
    // Answers that differ less than chance would have it are not worth more than as many persons.
    let most = finite(n as f64);
    let credited = size.min(most);
    let (good, bad) = (share * credited, (1.0 - share) * credited);
    let met = if good < 1.0 { 1.0 } else { beta(target, good, bad + 1.0) };
    let not_met = if bad == 0.0 { 1.0 } else { 1.0 - beta(target, good + 1.0, bad) };
    let settled = (met <= 0.05, not_met <= 0.05);
    assert_eq!(figure.verdict, Some(verdict(settled)), "{what}: {good} and {bad} against {target}");
    if let (Some(at_least), true) = (figure.at_least, good >= 1.0) {
        assert!((beta(at_least, good, bad + 1.0) - 0.05).abs() < 1e-6, "{what}: at least {at_least}");
    }
    if let (Some(at_most), true) = (figure.at_most, bad >= 1.0) {
        assert!((beta(1.0 - at_most, bad, good + 1.0) - 0.05).abs() < 1e-6, "{what}: at most {at_most}");
    }
    let Some(needed) = figure.needed else { return false };
    assert_eq!(settled, (false, false), "{what}: something is needed");
    assert_eq!((needed.best_case_met, needed.best_case_not_met), (None, None), "{what}");
    assert_eq!(needed.more, expected(share, (n, files), (most / size).max(1.0), target), "{what}");
    true
}

/// The regularised incomplete beta function, for a of 1 or more: Simpson's rule over the angle whose squared sine is x.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    let steps = 2 * (200 + (20.0 * (a + b).sqrt()) as u32);
    let (end, constant) = (x.sqrt().asin(), ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b));
    let at =
        |angle: f64| 2.0 * (constant + (2.0 * a - 1.0) * angle.sin().ln() + (2.0 * b - 1.0) * angle.cos().ln()).exp();
    let width = end / f64::from(steps);
    let weight = |step: u32| match step {
        0 => 1.0,
        step if step == steps => 1.0,
        step if step % 2 == 1 => 4.0,
        _ => 2.0,
    };
    (0..=steps).map(|step| weight(step) * at(f64::from(step) * width)).sum::<f64>() * width / 3.0
}

/// Stirling's series, from where it is exact enough.
fn ln_gamma(mut z: f64) -> f64 {
    let mut below = 0.0;
    while z < 20.0 {
        below += z.ln();
        z += 1.0;
    }
    let series = 1.0 / (12.0 * z) - 1.0 / (360.0 * z.powi(3)) + 1.0 / (1260.0 * z.powi(5));
    (z - 0.5) * z.ln() - z + (2.0 * PI).ln() / 2.0 + series - below
}
