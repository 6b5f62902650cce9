//! How sure the shares of the drivers are.

use super::counted::{Counted, correlations};
use super::fit::Correlations;
use super::shapley;
use crate::stats::special::normal_quantile;
use crate::stats::{StatsError, real};

/// By how much a correlation is moved to see what it does to the shares.
const STEP: f64 = 1e-4;
/// Levels of which most are at the top vary more than the formula for normal variables says.
const INFLATION: f64 = 2.0;

/// How sure one share is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubt {
    /// Lower end of the two-sided 95 % interval of the share, 0 at least.
    pub lower: f64,
    /// Upper end, 1 at most.
    pub upper: f64,
    /// Whether this factor may be the one with the largest share: it is, or the difference to the largest is not
    /// certain at 95 %, once it is allowed for that all others are compared with it (Bonferroni).
    pub may_lead: bool,
}

/// How sure the shares of [`key_drivers_counted`](super::key_drivers_counted) are, one for each factor; empty where
/// there are no shares.
///
/// The share is a smooth function of the correlations, whose covariances in samples of `n` are known for normal
/// variables (Olkin & Siotani 1976): `n·cov(r_ij, r_kl) = ½ r_ij r_kl (r_ik² + r_il² + r_jk² + r_jl²) + r_ik r_jl +
/// r_il r_jk − (r_ij r_ik r_il + r_ij r_jk r_jl + r_ik r_jk r_kl + r_il r_jl r_kl)`. The delta method carries them to
/// the shares. Five levels with most answers at the top are not normal: all variances are taken twice as large, with
/// which the intervals hold what they say for answers as ours are (a test draws more than a thousand such surveys).
///
/// # Errors
/// As [`key_drivers_counted`](super::key_drivers_counted).
pub fn doubt(counted: &Counted) -> Result<Vec<Doubt>, StatsError> {
    let Some(fit) = correlations(counted)? else { return Ok(Vec::new()) };
    let Some(shares) = shares(&fit) else { return Ok(Vec::new()) };
    let pairs: Vec<(usize, Option<usize>)> = (0..fit.factors())
        .filter(|i| fit.varies(*i))
        .flat_map(|i| (i + 1..fit.factors()).filter(|j| fit.varies(*j)).map(move |j| (i, Some(j))).chain([(i, None)]))
        .collect();
    let slopes: Vec<Vec<f64>> = pairs.iter().map(|pair| slope(&fit, *pair, &shares)).collect();
    let n = real(counted.persons());
    let covariance = |a: usize, b: usize| INFLATION * of_correlations(&fit, pairs[a], pairs[b]) / n;
    // The variance of a linear combination of shares.
    let variance = |of: &dyn Fn(&[f64]) -> f64| {
        let along: Vec<f64> = slopes.iter().map(|slope| of(slope)).collect();
        let all = (0..pairs.len()).flat_map(|a| (0..pairs.len()).map(move |b| (a, b)));
        all.map(|(a, b)| along[a] * along[b] * covariance(a, b)).sum::<f64>().max(0.0)
    };
    let first = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or(0);
    let others = real(shares.len().saturating_sub(1).max(1) as u64);
    let (z, z_of_all) = (normal_quantile(0.975)?, normal_quantile(1.0 - 0.025 / others)?);
    let one = |j: usize| {
        let reach = z * variance(&|slope| slope[j]).sqrt();
        let apart = z_of_all * variance(&|slope| slope[first] - slope[j]).sqrt();
        Doubt {
            lower: (shares[j] - reach).max(0.0),
            upper: (shares[j] + reach).min(1.0),
            may_lead: j == first || shares[first] - shares[j] <= apart,
        }
    };
    Ok((0..shares.len()).map(one).collect())
}

/// The share of each factor; `None` where all together explain nothing.
fn shares(fit: &Correlations) -> Option<Vec<f64>> {
    let explained = fit.explained();
    let r2 = explained[explained.len() - 1];
    (r2 > 0.0).then(|| (0..fit.factors()).map(|j| shapley(j, fit.factors(), &explained) / r2).collect())
}

/// What moving one correlation does to each share.
fn slope(fit: &Correlations, (i, j): (usize, Option<usize>), shares_now: &[f64]) -> Vec<f64> {
    let here = fit.pair(i, j);
    let moved = |by: f64| shares(&fit.with(i, j, (here + by).clamp(-1.0, 1.0))).unwrap_or_else(|| shares_now.to_vec());
    let (up, down) = (moved(STEP), moved(-STEP));
    up.iter().zip(&down).map(|(up, down)| (up - down) / (2.0 * STEP)).collect()
}

/// `n` times the covariance of two correlations of normal variables; no second factor means the overall level.
fn of_correlations(fit: &Correlations, (i, j): (usize, Option<usize>), (k, l): (usize, Option<usize>)) -> f64 {
    let r = |a: Option<usize>, b: Option<usize>| match (a, b) {
        (a, b) if a == b => 1.0,
        (Some(a), b) => fit.pair(a, b),
        (None, Some(b)) => fit.pair(b, None),
        (None, None) => 1.0,
    };
    let (i, k) = (Some(i), Some(k));
    let (ij, kl, ik, il, jk, jl) = (r(i, j), r(k, l), r(i, k), r(i, l), r(j, k), r(j, l));
    0.5 * ij * kl * (ik * ik + il * il + jk * jk + jl * jl) + ik * jl + il * jk
        - (ij * ik * il + ij * jk * jl + ik * jk * kl + il * jl * kl)
}
