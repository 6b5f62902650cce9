//! The curves of a funnel plot: limits of a share at a size.

use std::f64::consts::FRAC_PI_2;

use crate::stats::special::{beta_tails, binomial_term};
use crate::stats::{StatsError, check_count, check_share, real};

/// Tail probability beyond the inner limits, on each side, and its normal quantile.
const INNER: (f64, f64) = (0.025, 1.959_963_984_540_054_3);
/// The same beyond the outer limits.
const OUTER: (f64, f64) = (0.001, 3.090_232_306_167_813_6);

/// Limits of a share, from 0 to 1, that the ordinary variation around the common value stays within.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelLimits {
    /// Tail 0.001: one unit in a thousand is below.
    pub lower_998: f64,
    /// Tail 0.025: one unit in forty is below.
    pub lower_95: f64,
    /// Tail 0.975.
    pub upper_95: f64,
    /// Tail 0.999.
    pub upper_998: f64,
}

/// Exact binomial limits around the common value `t` for a unit of `n` responses.
///
/// At each tail `q` of 0.001, 0.025, 0.975, 0.999: `r` the smallest integer with `P(R ≤ r) ≥ q`, `R` binomial, limit
/// `(r − (P(R ≤ r) − q)/P(R = r))/n`, cut to [0, 1]: the binomial quantile, interpolated so that the curves are smooth.
/// (Spiegelhalter 2005a.)
///
/// The interpolated quantile lies about half an answer low. So `t` may be just outside the limits where hardly anything
/// varies, below about one expected answer of the rarer kind; at `t = 1` the limits are `1 − (1 − q)/n`.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `1 ≤ n ≤ 10^10` and `0 ≤ t ≤ 1`.
///
/// ```
/// use hailong::stats::units::exact_limits;
/// let limits = exact_limits(50, 599.0 / 657.0)?;
/// assert!(limits.lower_998 < limits.lower_95 && limits.upper_95 < limits.upper_998);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn exact_limits(n: u64, t: f64) -> Result<FunnelLimits, StatsError> {
    check_limits(n, t)?;
    exact_around(n, t, 1.0 - t)
}

/// As [`exact_limits`], for checked arguments and with `1 − t` given.
pub(super) fn exact_around(n: u64, t: f64, rest: f64) -> Result<FunnelLimits, StatsError> {
    // The quantile of the satisfied at 1 − a is that of the dissatisfied at a, seen from the other end: the small tail
    // is the one computed, and so keeps its digits.
    let lower = |tail| Ok(interpolated_quantile(tail, n, t, rest)? / real(n));
    let upper = |tail| Ok((real(n) - 1.0 - interpolated_quantile(tail, n, rest, t)?) / real(n));
    let share = |limit: Result<f64, StatsError>| limit.map(|limit| limit.clamp(0.0, 1.0));
    Ok(FunnelLimits {
        lower_998: share(lower(OUTER))?,
        lower_95: share(lower(INNER))?,
        upper_95: share(upper(INNER))?,
        upper_998: share(upper(OUTER))?,
    })
}

/// `r − (P(R ≤ r) − a)/P(R = r)` with the smallest `r` for which `P(R ≤ r) ≥ a`; `R` binomial with `n` trials, success
/// share `p` and `q = 1 − p`. Between −1 and `n`.
///
/// `z` is the normal quantile of `1 − a`. The search starts at the Cornish–Fisher quantile, which is off by one or two
/// at the tails used here, and goes on term by term.
fn interpolated_quantile((a, z): (f64, f64), n: u64, p: f64, q: f64) -> Result<f64, StatsError> {
    const FARTHEST: u32 = 100;
    let size = real(n);
    if p == 0.0 {
        return Ok(a - 1.0); // R is always 0
    }
    if q == 0.0 {
        return Ok(size + a - 1.0); // R is always n
    }
    let guess = size * p - z * (size * p * q).sqrt() + (q - p) * (z * z - 1.0) / 6.0;
    // Not above the mean, where a small tail cannot be; and n may be the mean when q is tiny.
    let mut r = guess.clamp(0.0, size * p) as u64;
    let mut at_most = if r < n { beta_tails(real(n - r), real(r) + 1.0, q, p)?.lower } else { 1.0 };
    let mut here = binomial_term(r, n, p, q);
    let odds = p / q;
    for _ in 0..FARTHEST {
        if at_most < a && r < n {
            here *= real(n - r) / real(r + 1) * odds;
            r += 1;
            at_most += here;
        } else if at_most - here >= a && r > 0 {
            at_most -= here;
            here *= real(r) / real(n - r + 1) / odds;
            r -= 1;
        } else {
            return Ok(real(r) - (at_most - a) / here);
        }
    }
    Err(StatsError::NotConverged { function: "binomial quantile" })
}

/// Limits around the common value `t` that allow for ordinary differences between units, for a unit of `n` responses.
///
/// `sin²(θ + z_q sqrt(1/(4n) + τ²))` with `θ = asin sqrt(t)`, the angle cut to [0, π/2], at the tails `q` of 0.001, 0.025,
/// 0.975, 0.999; `tau2` is `τ²` of [`super::funnel`], in squared radians, 0 when there is no overdispersion.
/// (Spiegelhalter 2005b.)
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `1 ≤ n ≤ 10^10`, `0 ≤ t ≤ 1` and `tau2` is 0 or more and finite.
///
/// ```
/// use hailong::stats::units::adjusted_limits;
/// let limits = adjusted_limits(50, 0.910267471958585, 0.0050652726575157615)?;
/// assert!((limits.lower_998 - 0.6678206832).abs() < 1e-9 && limits.upper_998 == 1.0);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn adjusted_limits(n: u64, t: f64, tau2: f64) -> Result<FunnelLimits, StatsError> {
    check_limits(n, t)?;
    if !(0.0..=f64::MAX).contains(&tau2) {
        return Err(StatsError::OutOfRange { argument: "tau2", value: tau2, allowed: "0 or more, finite" });
    }
    Ok(adjusted_around(n, t, 1.0 - t, tau2))
}

/// As [`adjusted_limits`], for checked arguments and with `1 − t` given.
pub(super) fn adjusted_around(n: u64, t: f64, rest: f64, tau2: f64) -> FunnelLimits {
    let theta = t.sqrt().atan2(rest.sqrt());
    let spread = (0.25 / real(n) + tau2).sqrt();
    let at = |z: f64| (theta + z * spread).clamp(0.0, FRAC_PI_2).sin().powi(2);
    FunnelLimits { lower_998: at(-OUTER.1), lower_95: at(-INNER.1), upper_95: at(INNER.1), upper_998: at(OUTER.1) }
}

fn check_limits(n: u64, t: f64) -> Result<(), StatsError> {
    check_share("t", t)?;
    check_count("n", n)?;
    if n == 0 { Err(StatsError::OutOfRange { argument: "n", value: 0.0, allowed: "1..=10^10" }) } else { Ok(()) }
}
