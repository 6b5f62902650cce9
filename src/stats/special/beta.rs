//! Regularised incomplete beta `I_x(a, b)` with both tails, and its inverse.

use std::f64::consts::{PI, TAU};

use super::{Tails, check_positive, normal_quantile};
use crate::stats::{MAX_SIZE, StatsError, check_share};

/// Both tails of the beta distribution with shapes `a`, `b`: `lower = I_x(a, b)`, `upper = 1 − I_x(a, b)`.
///
/// `y` is `1 − x`, given by the caller so that a tiny `y` keeps its digits. Shapes are real numbers above 0, at
/// most 2^53. `x = 0` gives (0, 1), `y = 0` gives (1, 0).
///
/// The leading factor `x^a y^b / B(a, b)` in the saddle-point form of Loader (2000), times the continued fraction
/// DLMF 8.17.22 by the modified method of Lentz, on the side where it converges fast. Relative error about 5e-13
/// for `a + b ≤ 10^4`, 5e-11 to 10^6, 5e-8 to 10^9.
///
/// # Errors
/// [`StatsError::OutOfRange`] for a share or shape outside its range; [`StatsError::NotConverged`] if the fraction
/// has not settled after `1000 + 20·sqrt(max(a, b))` steps, two million at most: shapes above 10^10 need the other to
/// be small.
///
/// ```
/// use hailong::stats::special::beta_tails;
/// let tails = beta_tails(184.0, 17.0, 0.9, 0.1)?;
/// assert!((tails.lower - 0.20747760133743479).abs() < 1e-12);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Result<Tails, StatsError> {
    check_positive("a", a)?;
    check_positive("b", b)?;
    check_share("x", x)?;
    check_share("y", y)?;
    tails(a, b, x, y)
}

fn tails(a: f64, b: f64, x: f64, y: f64) -> Result<Tails, StatsError> {
    if x <= 0.0 {
        return Ok(Tails::ALL_ABOVE);
    }
    if y <= 0.0 {
        return Ok(Tails::ALL_BELOW);
    }
    tails_from(leading_factor(a, b, x, y), a, b, x, y)
}

/// The tails strictly inside (0, 1) from their leading factor.
fn tails_from(lead: f64, a: f64, b: f64, x: f64, y: f64) -> Result<Tails, StatsError> {
    if x < (a + 1.0) / (a + b + 2.0) {
        Ok(Tails::from_lower(lead * continued_fraction(a, b, x)? / a))
    } else {
        Ok(Tails::from_upper(lead * continued_fraction(b, a, y)? / b))
    }
}

/// A beta quantile together with its distance from one; both keep their digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaQuantile {
    /// The quantile `x`.
    pub value: f64,
    /// `1 − x`, exact even where `x` is so close to one that `1.0 - value` would be rounded away.
    pub complement: f64,
}

/// Beta quantile: the `x` with `I_x(a, b) = p`, shapes real, above 0 and at most 2^53.
///
/// `p = 0` gives 0 and `p = 1` gives 1. Where the quantile lies above ½ its distance from one is solved for
/// (shapes swapped). Newton's steps on the logarithm of the smaller tail, mostly four or five, inside a bracket that
/// each of them narrows; where they do not settle, bisection over the bit patterns of the doubles in (0, ½]. At most
/// 94 evaluations of the tails.
///
/// # Errors
/// As [`beta_tails`], and [`StatsError::OutOfRange`] unless `0 ≤ p ≤ 1`.
///
/// ```
/// use hailong::stats::special::beta_quantile;
/// assert!((beta_quantile(0.025, 184.0, 17.0)?.value - 0.8733351439779182).abs() < 1e-12);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn beta_quantile(p: f64, a: f64, b: f64) -> Result<BetaQuantile, StatsError> {
    check_share("p", p)?;
    check_positive("a", a)?;
    check_positive("b", b)?;
    if p <= 0.0 {
        return Ok(BetaQuantile { value: 0.0, complement: 1.0 });
    }
    if p >= 1.0 {
        return Ok(BetaQuantile { value: 1.0, complement: 0.0 });
    }
    if p <= tails(a, b, 0.5, 0.5)?.lower {
        let x = quantile_below_half(p, 1.0 - p, a, b)?;
        Ok(BetaQuantile { value: x, complement: 1.0 - x })
    } else {
        let y = quantile_below_half(1.0 - p, p, b, a)?;
        Ok(BetaQuantile { value: 1.0 - y, complement: y })
    }
}

/// The quantile at lower tail `p`, upper tail `q`, known to be at most ½. The smaller tail is the one compared.
fn quantile_below_half(p: f64, q: f64, a: f64, b: f64) -> Result<f64, StatsError> {
    const NEWTON_STEPS: u32 = 30;
    // Positive doubles are ordered like their bit patterns, so halving the patterns ends after 63 steps.
    let (mut below, mut found) = (0_u64, 0.5_f64.to_bits());
    let z = if p <= 0.5 { normal_quantile(p)? } else { -normal_quantile(q)? };
    let mut x = start_below_half(z, a, b);
    for step in 0..NEWTON_STEPS + 64 {
        let lead = leading_factor(a, b, x, 1.0 - x);
        let tails = tails_from(lead, a, b, x, 1.0 - x)?;
        // The density is lead/(x(1 − x)); the step is taken relative to x.
        let (holds, change) = if p <= 0.5 {
            (tails.lower >= p, (p / tails.lower).ln() * tails.lower / lead * (1.0 - x))
        } else {
            (tails.upper <= q, (tails.upper / q).ln() * tails.upper / lead * (1.0 - x))
        };
        // The error after a step is about the square of the step: the next one would change no digit.
        if change.abs() <= 1e-10 {
            return Ok((x + x * change).min(0.5));
        }
        if holds {
            found = x.to_bits();
        } else {
            below = x.to_bits();
        }
        if found - below <= 1 {
            break;
        }
        // In the logarithm of x, where a small quantile's tail is nearly a straight line.
        let next = x * change.exp();
        let inside = f64::from_bits(below) < next && next < f64::from_bits(found);
        x = if inside && step < NEWTON_STEPS { next } else { f64::from_bits(below + (found - below) / 2) };
    }
    Ok(f64::from_bits(found))
}

/// Where to begin: the log-normal quantile with the mean and the spread of the beta distribution.
fn start_below_half(z: f64, a: f64, b: f64) -> f64 {
    let relative_sd = (b / (a * (a + b + 1.0))).sqrt();
    (a / (a + b) * (z * relative_sd).exp()).clamp(f64::MIN_POSITIVE, 0.5)
}

/// `x^a y^b / B(a, b)`.
fn leading_factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let sum = a + b;
    let log = stirling_error(sum)
        - stirling_error(a)
        - stirling_error(b)
        - half_deviance(a, sum * x)
        - half_deviance(b, sum * y);
    // a·b/(a + b) as a product that cannot underflow for tiny shapes.
    log.exp() * (a / sum * b / TAU).sqrt()
}

/// `ln Γ(z + 1) − (z + ½) ln z + z − ln sqrt(2π)` for `z > 0`: what Stirling's formula leaves out (Loader 2000).
pub(super) fn stirling_error(mut z: f64) -> f64 {
    let mut shift = 0.0;
    while z < 15.0 {
        shift += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let w = z * z;
    let series = 1.0 / 1188.0 - 691.0 / 360_360.0 / w;
    let series = 1.0 / 1680.0 - series / w;
    let series = 1.0 / 1260.0 - series / w;
    let series = 1.0 / 360.0 - series / w;
    shift + (1.0 / 12.0 - series / w) / z
}

/// `x ln(x/m) + m − x` without cancellation near `x = m` (`bd0` of Loader 2000). May be infinite, never NaN, for
/// `x > 0`, `m ≥ 0`.
pub(super) fn half_deviance(x: f64, m: f64) -> f64 {
    half_deviance_at(x, m, x - m)
}

/// [`half_deviance`] where the caller knows the difference `x − m` better than the subtraction would give it.
pub(super) fn half_deviance_at(x: f64, m: f64, difference: f64) -> f64 {
    if difference.abs() < 0.1 * (x + m) {
        let v = difference / (x + m);
        let mut sum = difference * v;
        let mut term = 2.0 * x * v;
        // |v| < 0.1, so each term is a hundredth of the last: ten would do.
        for j in 1..100 {
            term *= v * v;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        sum
    } else {
        x * (x / m).ln() - difference
    }
}

/// Continued fraction DLMF 8.17.22, modified Lentz. Needs about `sqrt(max(a, b))` steps.
fn continued_fraction(a: f64, b: f64, x: f64) -> Result<f64, StatsError> {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let limit = 1000 + (20.0 * a.max(b).min(MAX_SIZE as f64).sqrt()) as u32;
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..=limit {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < 1e-16 {
            return Ok(fraction);
        }
    }
    Err(StatsError::NotConverged { function: "incomplete beta" })
}

/// Binomial probability at a real point from its logarithm, `x` strictly between 0 and `n` (Loader 2000).
pub(super) fn saddle_point(x: f64, n: f64, p: f64, q: f64) -> f64 {
    let log = stirling_error(n)
        - stirling_error(x)
        - stirling_error(n - x)
        - half_deviance(x, n * p)
        - half_deviance(n - x, n * q);
    log.exp() * (n / (2.0 * PI * x * (n - x))).sqrt()
}
