//! Zero-truncated Poisson: how often something came, of what came at all (section 23).

use std::f64::consts::TAU;

use super::beta::{half_deviance, stirling_error};
use super::check_finite;
use crate::stats::{MAX_SIZE, StatsError, real};

/// `P(Z ≥ m)` for `Z` a Poisson count of mean `lambda` of which zero is never seen:
/// `P(Poisson(lambda) ≥ m)/(1 − e^{−lambda})`; 1 for `m ≤ 1`.
///
/// Summed from `m` away from the mode by the ratio of neighbouring terms, the first in saddle-point form (Loader
/// 2000), about `10·sqrt(lambda)` steps. The division is done in logarithms, so that a tiny `lambda` keeps its digits.
/// Source: Johnson, Kemp & Kotz (2005), section 4.10.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 < lambda ≤ 10^10`.
///
/// ```
/// use hailong::stats::special::truncated_poisson_at_least;
/// assert!((truncated_poisson_at_least(9, 0.2)? / 6.502516964e-12 - 1.0).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn truncated_poisson_at_least(m: u64, lambda: f64) -> Result<f64, StatsError> {
    if !(lambda > 0.0 && lambda <= real(MAX_SIZE)) {
        return Err(StatsError::OutOfRange { argument: "lambda", value: lambda, allowed: "above 0, at most 10^10" });
    }
    if m <= 1 {
        return Ok(1.0);
    }
    let seen = (-(-lambda).exp_m1()).ln();
    let term = |k: f64| (-stirling_error(k) - half_deviance(k, lambda) - seen).exp() / (TAU * k).sqrt();
    let (mut ratio, mut sum) = (1.0, 1.0);
    if real(m) > lambda {
        let mut k = real(m);
        // Every ratio is below one and they fall, so the terms die out; the last of them no longer counts.
        while ratio > sum * 1e-18 {
            k += 1.0;
            ratio *= lambda / k;
            sum += ratio;
        }
        Ok((term(real(m)) * sum).min(1.0))
    } else {
        let mut k = real(m - 1);
        while ratio > sum * 1e-18 && k > 1.0 {
            ratio *= k / lambda;
            sum += ratio;
            k -= 1.0;
        }
        Ok((1.0 - term(real(m - 1)) * sum).max(0.0))
    }
}

/// The `lambda` of a zero-truncated Poisson with the given `mean`: the solution of `mean = λ/(1 − e^{−λ})`, which is
/// the moment and the maximum-likelihood estimate. `None` for a mean of 1 or less: every count was one, and there is
/// no rate to speak of.
///
/// Newton from `λ = mean`; the excess of the mean over one is convex in `λ`, so the steps fall to the root and end.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `mean` is not finite.
///
/// ```
/// use hailong::stats::special::truncated_poisson_rate;
/// assert!((truncated_poisson_rate(1.5)?.unwrap() - 0.8742174657987173).abs() < 1e-12);
/// assert_eq!(truncated_poisson_rate(1.0)?, None);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn truncated_poisson_rate(mean: f64) -> Result<Option<f64>, StatsError> {
    check_finite("mean", mean)?;
    if mean <= 1.0 {
        return Ok(None);
    }
    let mut lambda = mean;
    // Fewer than ten steps are needed from any mean.
    for _ in 0..100 {
        let (excess, slope) = excess_mean(lambda);
        let next = lambda - (excess - (mean - 1.0)) / slope;
        // The steps shrink quadratically: one this small was the last that changed a digit.
        let settled = (next - lambda).abs() <= 1e-12 * lambda;
        lambda = next;
        if settled {
            return Ok(Some(lambda));
        }
    }
    Err(StatsError::NotConverged { function: "zero-truncated Poisson rate" })
}

/// `λ/(1 − e^{−λ}) − 1` and its derivative; for a small `λ` by the series of Bernoulli numbers, since nearly all digits
/// would cancel.
fn excess_mean(lambda: f64) -> (f64, f64) {
    if lambda < 0.3 {
        let w = lambda * lambda;
        let even =
            w * (1.0 / 12.0 - w * (1.0 / 720.0 - w * (1.0 / 30_240.0 - w * (1.0 / 1_209_600.0 - w / 47_900_160.0))));
        let slope =
            lambda * (1.0 / 6.0 - w * (1.0 / 180.0 - w * (1.0 / 5_040.0 - w * (1.0 / 151_200.0 - w / 4_790_016.0))));
        (lambda / 2.0 + even, 0.5 + slope)
    } else {
        let seen = -(-lambda).exp_m1();
        // e^{−λ}/(1 − e^{−λ})² as a product that overflows nowhere.
        (lambda / seen - 1.0, (1.0 - lambda * (-lambda).exp() / seen) / seen)
    }
}
