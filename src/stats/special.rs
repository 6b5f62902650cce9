//! Distribution functions that always return (section 2).
//!
//! The normal, Poisson and chi-squared tails come from `statrs`. The incomplete beta, and all that stands on it
//! (beta, binomial, Student), and the hypergeometric are our own: measured against R, the library's beta loses
//! digits from 10^5 on, is silently wrong above 10^6 and its inverse may never return.
//!
//! A distribution function comes as [`Tails`]: both tails at once, because `1 − lower` has no digits left when
//! `lower` is close to 1.

mod beta;
mod beta_binomial;
mod discrete;
mod run;
mod truncated;

pub(super) use discrete::binomial_term;

pub use beta::{BetaQuantile, beta_quantile, beta_tails};
pub use beta_binomial::{MAX_BETA_BINOMIAL, beta_binomial_at_least};
pub use discrete::{
    MAX_HYPERGEOMETRIC, binomial_at_least, binomial_pmf, binomial_tails, hypergeometric_at_least, hypergeometric_tails,
};
pub use run::longest_run_at_least;
pub use truncated::{truncated_poisson_at_least, truncated_poisson_rate};

use statrs::distribution::{ChiSquared, ContinuousCDF, DiscreteCDF, Normal, Poisson};

use super::{StatsError, check_probability};

/// Both tails of a distribution at a point; they add to one, and each keeps its own digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// Probability of a value at most the point, `P(X ≤ x)`.
    pub lower: f64,
    /// Probability of a value above the point, `P(X > x)`.
    pub upper: f64,
}

impl Tails {
    const ALL_BELOW: Self = Self { lower: 1.0, upper: 0.0 };
    const ALL_ABOVE: Self = Self { lower: 0.0, upper: 1.0 };

    /// From the lower tail; rounding may carry a sum just past one.
    fn from_lower(lower: f64) -> Self {
        let lower = lower.min(1.0);
        Self { lower, upper: 1.0 - lower }
    }

    fn from_upper(upper: f64) -> Self {
        Self::from_lower(upper).swapped()
    }

    fn swapped(self) -> Self {
        Self { lower: self.upper, upper: self.lower }
    }
}

/// Standard normal quantile `z_p = Φ⁻¹(p)`.
///
/// For a small upper tail `a` use `−normal_quantile(a)`: `1 − a` has fewer digits than `a`.
/// Source: `statrs`, relative error below 6e-16 for `p` from 1e-300 to 1 − 1e-15.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 < p < 1`.
///
/// ```
/// use hailong::stats::special::normal_quantile;
/// assert!((normal_quantile(0.975)? - 1.959963985).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn normal_quantile(p: f64) -> Result<f64, StatsError> {
    check_probability("p", p)?;
    Ok(Normal::standard().inverse_cdf(p))
}

/// Standard normal tails, `Φ(z)` and `1 − Φ(z)`.
///
/// Source: `statrs`, relative error below 1e-10: enough for p-values.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `z` is not finite.
///
/// ```
/// use hailong::stats::special::normal_tails;
/// assert!((normal_tails(1.644853627)?.upper - 0.05).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn normal_tails(z: f64) -> Result<Tails, StatsError> {
    check_finite("z", z)?;
    let normal = Normal::standard();
    Ok(Tails { lower: normal.cdf(z), upper: normal.sf(z) })
}

/// Student's t quantile `t_{p;df}`: the `t` with `P(T ≤ t) = p` at `df` degrees of freedom (real, above 0).
///
/// With the tail `q = min(p, 1 − p)`: `y` solves `I_y(df/2, ½) = 2q` and `|t| = sqrt(df·(1 − y)/y)`; whichever of
/// `y` and `1 − y` is small is the one solved for. `p = ½` gives 0. (DLMF 8.17; Student 1908.)
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 < p < 1` and `0 < df ≤ 2^53`.
///
/// ```
/// use hailong::stats::special::student_quantile;
/// assert!((student_quantile(0.975, 12.0)? - 2.1788128296672284).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn student_quantile(p: f64, df: f64) -> Result<f64, StatsError> {
    check_probability("p", p)?;
    check_positive("df", df)?;
    let tail = p.min(1.0 - p);
    let y = beta_quantile(2.0 * tail, df / 2.0, 0.5)?;
    // Square roots first: 1/y alone may overflow.
    let size = df.sqrt() * y.complement.sqrt() / y.value.sqrt();
    Ok(if p < 0.5 { -size } else { size })
}

/// Student's t tails at `t` with `df` degrees of freedom (real, above 0): `½·I_{df/(df + t²)}(df/2, ½)` beyond `|t|`.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `t` is finite and `0 < df ≤ 2^53`.
///
/// ```
/// use hailong::stats::special::student_tails;
/// assert!((student_tails(2.1788128296672284, 12.0)?.upper - 0.025).abs() < 1e-12);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn student_tails(t: f64, df: f64) -> Result<Tails, StatsError> {
    check_finite("t", t)?;
    check_positive("df", df)?;
    // Written with t/sqrt(df), so that t² does not overflow.
    let ratio = t / df.sqrt();
    let y = 1.0 / (1.0 + ratio * ratio);
    let complement = if ratio.abs() < 1e150 { ratio * ratio * y } else { 1.0 };
    let beyond = 0.5 * beta_tails(df / 2.0, 0.5, y, complement)?.lower;
    let upper = Tails::from_upper(beyond);
    Ok(if t < 0.0 { upper.swapped() } else { upper })
}

/// Chi-squared tails at `x ≥ 0` with `df` degrees of freedom (real, above 0 and at most 10^5).
///
/// Source: `statrs`, relative error below 1e-10.
///
/// # Errors
/// [`StatsError::OutOfRange`] outside these ranges.
///
/// ```
/// use hailong::stats::special::chi_squared_tails;
/// assert!((chi_squared_tails(7.814727903251179, 3.0)?.upper - 0.05).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn chi_squared_tails(x: f64, df: f64) -> Result<Tails, StatsError> {
    let distribution = chi_squared(df)?;
    if !(x.is_finite() && x >= 0.0) {
        return Err(StatsError::OutOfRange { argument: "x", value: x, allowed: "0 or more, finite" });
    }
    Ok(Tails { lower: distribution.cdf(x), upper: distribution.sf(x) })
}

/// Chi-squared quantile: the `x` with `P(X ≤ x) = p` at `df` degrees of freedom (real, above 0 and at most 10^5).
///
/// Bisection over the bit patterns of the floating-point numbers, at most 64 evaluations of the tail.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 < p < 1` and `0 < df ≤ 10^5`.
///
/// ```
/// use hailong::stats::special::chi_squared_quantile;
/// assert!((chi_squared_quantile(0.95, 3.0)? - 7.814727903251179).abs() < 1e-8);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn chi_squared_quantile(p: f64, df: f64) -> Result<f64, StatsError> {
    check_probability("p", p)?;
    let distribution = chi_squared(df)?;
    // The mean is df and the standard deviation sqrt(2·df): 1e9 is far beyond any quantile of a double.
    smallest_real(1e9, |x| Ok(if p <= 0.5 { distribution.cdf(x) >= p } else { distribution.sf(x) <= 1.0 - p }))
}

/// Poisson tails `P(X ≤ k)` and `P(X > k)` at mean `lambda` (above 0 and at most 10^5).
///
/// Source: `statrs`, relative error below 2e-10.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `lambda` is outside its range.
///
/// ```
/// use hailong::stats::special::poisson_tails;
/// assert!((poisson_tails(0, 0.2)?.lower - (-0.2_f64).exp()).abs() < 1e-10);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn poisson_tails(k: u64, lambda: f64) -> Result<Tails, StatsError> {
    let refuse = StatsError::OutOfRange { argument: "lambda", value: lambda, allowed: "above 0, at most 10^5" };
    if !(lambda > 0.0 && lambda <= 1e5) {
        return Err(refuse);
    }
    let distribution = Poisson::new(lambda).map_err(|_| refuse)?;
    Ok(Tails { lower: distribution.cdf(k), upper: distribution.sf(k) })
}

fn chi_squared(df: f64) -> Result<ChiSquared, StatsError> {
    let refuse = StatsError::OutOfRange { argument: "df", value: df, allowed: "above 0, at most 10^5" };
    if !(df > 0.0 && df <= 1e5) {
        return Err(refuse);
    }
    ChiSquared::new(df).map_err(|_| refuse)
}

/// The smallest number in `(0, top]` for which a monotone test holds; `top` if none below it does.
///
/// Non-negative doubles are ordered like their bit patterns, so halving the patterns ends after at most 63 steps,
/// needs no start value and gives the same result on every machine.
fn smallest_real(top: f64, holds: impl Fn(f64) -> Result<bool, StatsError>) -> Result<f64, StatsError> {
    let (mut below, mut found) = (0_u64, top.to_bits());
    while found - below > 1 {
        let middle = below + (found - below) / 2;
        if holds(f64::from_bits(middle))? {
            found = middle;
        } else {
            below = middle;
        }
    }
    Ok(f64::from_bits(found))
}

fn check_finite(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if value.is_finite() { Ok(()) } else { Err(StatsError::OutOfRange { argument, value, allowed: "a finite number" }) }
}

/// A shape parameter or degrees of freedom: positive, not absurdly small, at most 2^53.
fn check_positive(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if (1e-300..=9_007_199_254_740_992.0).contains(&value) {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "above 0, at most 2^53" })
    }
}
