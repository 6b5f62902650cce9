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
    let (below_998, below_95) = low_quantiles(n, t, rest)?;
    let (above_998, above_95) = low_quantiles(n, rest, t)?;
    let size = real(n);
    Ok(FunnelLimits {
        lower_998: (below_998 / size).clamp(0.0, 1.0),
        lower_95: (below_95 / size).clamp(0.0, 1.0),
        upper_95: ((size - 1.0 - above_95) / size).clamp(0.0, 1.0),
        upper_998: ((size - 1.0 - above_998) / size).clamp(0.0, 1.0),
    })
}

/// The interpolated quantiles at the outer and at the inner tail, `r − (P(R ≤ r) − a)/P(R = r)` with the smallest `r` for
/// which `P(R ≤ r) ≥ a`; `R` binomial with `n` trials, success share `p` and `q = 1 − p`. Between −1 and `n`.
fn low_quantiles(n: u64, p: f64, q: f64) -> Result<(f64, f64), StatsError> {
    // Up to here the way from the outer tail to the inner one is shorter than a tail computed anew.
    const SHORT_WAY: f64 = 100.0;
    if p == 0.0 {
        return Ok((OUTER.0 - 1.0, INNER.0 - 1.0)); // R is always 0
    }
    if q == 0.0 {
        return Ok((real(n) + OUTER.0 - 1.0, real(n) + INNER.0 - 1.0)); // R is always n
    }
    let spread = (real(n) * p * q).sqrt();
    let mut walk = Walk::start(n, p, q, spread, OUTER.1)?;
    let outer = walk.to(OUTER.0)?;
    if spread > SHORT_WAY {
        walk = Walk::start(n, p, q, spread, INNER.1)?;
    }
    Ok((outer, walk.to(INNER.0)?))
}

/// A place `r` on the binomial distribution, with `P(R ≤ r)` and `P(R = r)`, moved term by term.
struct Walk {
    n: u64,
    odds: f64,
    r: u64,
    at_most: f64,
    here: f64,
}

impl Walk {
    /// At the Cornish–Fisher quantile for the tail beyond `z`, which is off by one or two at the tails used here.
    fn start(n: u64, p: f64, q: f64, spread: f64, z: f64) -> Result<Self, StatsError> {
        let mean = real(n) * p;
        let guess = mean - z * spread + (q - p) * (z * z - 1.0) / 6.0;
        // Not above the mean, where a small tail cannot be; and n may be the mean when q is tiny.
        let r = guess.clamp(0.0, mean) as u64;
        let at_most = if r < n { beta_tails(real(n - r), real(r) + 1.0, q, p)?.lower } else { 1.0 };
        Ok(Self { n, odds: p / q, r, at_most, here: binomial_term(r, n, p, q) })
    }

    /// To the quantile at `a`.
    fn to(&mut self, a: f64) -> Result<f64, StatsError> {
        const FARTHEST: u32 = 300;
        for _ in 0..FARTHEST {
            if self.at_most < a && self.r < self.n {
                self.here *= real(self.n - self.r) / real(self.r + 1) * self.odds;
                self.r += 1;
                self.at_most += self.here;
            } else if self.at_most - self.here >= a && self.r > 0 {
                self.at_most -= self.here;
                self.here *= real(self.r) / real(self.n - self.r + 1) / self.odds;
                self.r -= 1;
            } else {
                return Ok(real(self.r) - (self.at_most - a) / self.here);
            }
        }
        Err(StatsError::NotConverged { function: "binomial quantile" })
    }
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
