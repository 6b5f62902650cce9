//! Units among each other (sections 16 to 18 of the method): the funnel with its limits and flags, and the shares of small
//! units drawn towards the common one.

use std::f64::consts::{FRAC_PI_2, PI};

use hailong::flow::assess::picture::{Funnel, Outlier, Position, Row};

use super::{Chances, close, of_persons};

/// Units with fewer persons are not drawn; with as many as this a unit is not small.
const DRAWN: u64 = 5;
const SMALL_BELOW: u64 = 30;
/// Quantiles of the four limits, and the normal ones.
const TAILS: [(f64, f64); 4] = [
    (0.001, -3.090_232_306_167_813_6),
    (0.025, -1.959_963_984_540_054),
    (0.975, 1.959_963_984_540_054),
    (0.999, 3.090_232_306_167_813_6),
];

/// How much was compared.
#[derive(Debug, Default)]
pub struct Among {
    /// Units with a place on a funnel whose limits allow for ordinary differences.
    pub placed: usize,
    /// Units with exact limits.
    pub exact: usize,
    /// Funnels with differences beyond chance.
    pub dispersed: usize,
    /// Units that are flagged.
    pub flagged: usize,
    /// Small units with a share drawn in.
    pub shrunk: usize,
}

/// Compares what is said of units with what their figures, which are known to be right, make of them.
pub fn among(funnel: Option<&Funnel>, rows: &[Row], chances: &Chances, what: &str) -> Among {
    let counted = |row: &Row| of_persons(&row.line.figure).filter(|(_, n)| *n >= DRAWN);
    let drawn: Vec<(&Row, f64, f64)> =
        rows.iter().filter_map(|row| counted(row).map(|(x, n)| (row, x as f64, n as f64))).collect();
    let places = rows.iter().filter(|row| row.position.is_some()).count();
    let Some(funnel) = funnel else {
        let shrunk = rows.iter().any(|row| row.shrunk.is_some());
        assert!(drawn.len() < 2 && places == 0 && !shrunk, "{what}: {} units are not compared", drawn.len());
        return Among::default();
    };
    assert_eq!((funnel.units, places), (drawn.len(), drawn.len()), "{what}: units compared");
    let counts: Vec<(f64, f64)> = drawn.iter().map(|(_, x, n)| (*x, *n)).collect();
    let center = counts.iter().map(|(x, _)| x).sum::<f64>() / counts.iter().map(|(_, n)| n).sum::<f64>();
    let (many, theta) = (counts.len() >= 5, center.sqrt().asin());
    let tau2 = between(&counts, theta);
    close(funnel.center, center, what);
    close(funnel.tau2, tau2, what);
    assert_eq!(funnel.flagged, many, "{what}: {} units", counts.len());
    let z: Vec<f64> = counts.iter().map(|(x, n)| ((x / n).sqrt().asin() - theta) / (0.25 / n + tau2).sqrt()).collect();
    let flagged = flags(&z);
    let mut among = Among { dispersed: usize::from(tau2 > 0.0), ..Among::default() };
    for (at, (row, _, n)) in drawn.iter().enumerate() {
        let what = format!("{what}, {} among others", row.line.code);
        let told = row.position.unwrap();
        for (told, (tail, z)) in limits(&told).into_iter().zip(TAILS) {
            let expected = match many {
                true => (theta + z * (0.25 / n + tau2).sqrt()).clamp(0.0, FRAC_PI_2).sin().powi(2),
                false => chances.quantile(tail, *n as u64, center) / n,
            };
            close(told, expected.clamp(0.0, 1.0), &what);
        }
        let expected = match (many && flagged[at], z[at] > 0.0) {
            (false, _) => Outlier::Within,
            (true, true) => Outlier::High,
            (true, false) => Outlier::Low,
        };
        assert_eq!(told.flag, expected, "{what}");
        among.flagged += usize::from(expected != Outlier::Within);
        *(if many { &mut among.placed } else { &mut among.exact }) += 1;
    }
    let prior = prior(&counts, center);
    for row in rows {
        let small = counted(row).filter(|(_, n)| *n < SMALL_BELOW);
        let expected = small.zip(prior).map(|((x, n), rho)| match rho {
            0.0 => center,
            rho => (x as f64 + center * (1.0 / rho - 1.0)) / (n as f64 + 1.0 / rho - 1.0),
        });
        assert_eq!(row.shrunk.is_some(), expected.is_some(), "{what}: {} drawn in", row.line.code);
        if let Some((told, expected)) = row.shrunk.zip(expected) {
            close(told, expected, what);
            among.shrunk += 1;
        }
    }
    among
}

fn limits(position: &Position) -> [f64; 4] {
    [position.lower_998, position.lower_95, position.upper_95, position.upper_998]
}

/// The variance between units in squared radians, where they differ by more than chance; a tenth of them at each end is
/// drawn in before it is looked at.
fn between(counts: &[(f64, f64)], theta: f64) -> f64 {
    let units = counts.len() as f64;
    let mut z: Vec<f64> = counts.iter().map(|(x, n)| ((x / n).sqrt().asin() - theta) * 2.0 * n.sqrt()).collect();
    z.sort_by(f64::total_cmp);
    let out = (0.1 * units).floor() as usize;
    let (least, most) = (z[out], z[z.len() - 1 - out]);
    let phi = z.iter().map(|z| z.max(least).min(most).powi(2)).sum::<f64>() / units;
    if phi <= 1.0 + 2.0 * (2.0 / units).sqrt() {
        return 0.0;
    }
    let weights = counts.iter().map(|(_, n)| 4.0 * n);
    let (sum, squares) = (weights.clone().sum::<f64>(), weights.map(|w| w * w).sum::<f64>());
    ((units * phi - (units - 1.0)) / (sum - squares / sum)).max(0.0)
}

/// Benjamini and Hochberg: flagged is whoever has no more than its place's part of 5 %, and whoever has less than one that
/// is flagged.
fn flags(z: &[f64]) -> Vec<bool> {
    let p: Vec<f64> = z.iter().map(|z| outside(z.abs())).collect();
    let mut sorted = p.clone();
    sorted.sort_by(f64::total_cmp);
    let part = |at: usize| 0.05 * (at + 1) as f64 / p.len() as f64;
    let last = (0..sorted.len()).rev().find(|at| sorted[*at] <= part(*at)).map(|at| sorted[at]);
    p.iter().map(|p| last.is_some_and(|last| *p <= last)).collect()
}

/// The area under the normal density outside −z and z, by Simpson's rule from z to where nothing is left.
fn outside(z: f64) -> f64 {
    let (steps, width) = (400_u32, 0.025);
    let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * PI).sqrt();
    let weight = |step: u32| if step % 2 == 1 { 4.0 } else { 2.0 };
    let inner: f64 = (1..steps).map(|step| weight(step) * density(z + f64::from(step) * width)).sum();
    2.0 * (density(z) + inner) * width / 3.0
}

/// How alike the answers of one unit are, after Kleinman; nothing where it cannot be told.
fn prior(counts: &[(f64, f64)], mean: f64) -> Option<f64> {
    let (units, all) = (counts.len() as f64, counts.iter().map(|(_, n)| n).sum::<f64>());
    let apart: f64 = counts.iter().map(|(x, n)| n / all * (x / n - mean).powi(2)).sum();
    let (chance, most) = ((units - 1.0) / all, 1.0 - counts.iter().map(|(_, n)| (n / all).powi(2)).sum::<f64>());
    let told = mean > 0.0 && mean < 1.0 && most - chance > 1e-12;
    told.then(|| ((apart / (mean * (1.0 - mean)) - chance) / (most - chance)).clamp(0.0, 0.999))
}

impl Chances {
    /// The quantile of a binomial, between the whole numbers as its steps are high.
    fn quantile(&self, tail: f64, n: u64, p: f64) -> f64 {
        let mut below = 0.0;
        for r in 0..=n {
            let here = match (r, p) {
                (0, 0.0) => 1.0,
                (r, 1.0) => f64::from(u8::from(r == n)),
                _ => self.between((r, r), n, p),
            };
            below += here;
            if below >= tail {
                return r as f64 - (below - tail) / here;
            }
        }
        n as f64
    }
}
