//! How exact a share is: Wilson, Clopper–Pearson, finite populations (sections 3, 4, 6, 7).
//!
//! | purpose | function |
//! | --- | --- |
//! | beside any single percentage, error bars | [`wilson_finite`] (or [`wilson`]), two-sided 95 % |
//! | the bound shown with a verdict | [`clopper_pearson`] or [`hypergeometric_bounds`], by [`super::verdict`] |
//! | to reproduce a report that used it | [`wilson_corrected`] |
//!
//! # Realised coverage
//!
//! Of two-sided intervals, nominal 95 %. For one group summed exactly over every possible result, with true shares of
//! 0.50 to 0.98; for schools drawn 4,000 times each (`cargo bench --bench coverage`). Wilson is right on average and
//! below its level at single points; the finite one is coarse where a census of 50 is nearly complete.
//!
//! | interval | least | mean | over |
//! | --- | --- | --- | --- |
//! | Wilson | 90.4 % | 95.2 % | `n` 5 to 1,000 |
//! | Wilson, corrected | 95.1 % | 97.2 % | `n` 5 to 1,000 |
//! | Clopper–Pearson | 95.2 % | 97.3 % | `n` 5 to 1,000 |
//! | Wilson, finite population | 80.0 % | 96.0 % | `N` 50 to 1,000, `n/N` 0.1 to 1 |
//! | hypergeometric | 95.0 % | 98.1 % | `N` 50 to 1,000, `n/N` 0.1 to 1 |
//! | Korn–Graubard, schools as clusters | 95.5 % | 96.0 % | 10 to 40 schools of 30, shares 0.80 to 0.90 |

use super::special::{beta_quantile, hypergeometric_at_least, normal_quantile};
use super::{
    Population, PopulationStatus, StatsError, check_count, check_part, check_probability, check_share, check_size, real,
};

/// How sure an interval is: the error `a` allowed on each side, with its normal quantile.
///
/// Two-sided at `level`: `a = (1 − level)/2`, both ends hold together. One-sided: `a = 1 − level`, each end holds
/// alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    tail: f64,
    z: f64,
}

impl Confidence {
    /// Two-sided 95 %: the interval shown beside a percentage.
    pub const TWO_SIDED_95: Self = Self { tail: 0.025, z: 1.959_963_984_540_054_3 };
    /// One-sided 95 %: the bound shown with a verdict.
    pub const ONE_SIDED_95: Self = Self { tail: 0.05, z: 1.644_853_626_951_472_3 };

    /// Two-sided at `level`, for example 0.95.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] unless `0 < level < 1`.
    pub fn two_sided(level: f64) -> Result<Self, StatsError> {
        check_probability("level", level)?;
        Self::from_tail((1.0 - level) / 2.0)
    }

    /// One-sided at `level`, for example 0.95; both ends of the interval are given, each valid alone.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] unless `½ ≤ level < 1`.
    pub fn one_sided(level: f64) -> Result<Self, StatsError> {
        check_probability("level", level)?;
        Self::from_tail(1.0 - level)
    }

    /// With error `a` on each side. At `a = ½` an interval shrinks to its middle; above, its ends would change places.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] unless `0 < a ≤ ½`.
    ///
    /// ```
    /// use hailong::stats::Confidence;
    /// assert!((Confidence::from_tail(0.05)?.z() - 1.644853627).abs() < 1e-9);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn from_tail(a: f64) -> Result<Self, StatsError> {
        if !(a > 0.0 && a <= 0.5) {
            return Err(StatsError::OutOfRange { argument: "a", value: a, allowed: "above 0, at most 0.5" });
        }
        // −Φ⁻¹(a), not Φ⁻¹(1 − a): keeps the digits of a small error.
        Ok(Self { tail: a, z: (-normal_quantile(a)?).max(0.0) })
    }

    /// The error `a` on each side.
    #[must_use]
    pub fn tail(self) -> f64 {
        self.tail
    }

    /// The normal quantile `z_{1−a}`.
    #[must_use]
    pub fn z(self) -> f64 {
        self.z
    }
}

/// A share with its bounds, all in [0, 1]. `estimate` is `None` when there is no answer; the bounds are then 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareInterval {
    /// `x/n`.
    pub estimate: Option<f64>,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
}

impl ShareInterval {
    /// Nothing is known.
    pub const NOTHING: Self = Self { estimate: None, lower: 0.0, upper: 1.0 };
}

/// Wilson score interval for `x` of `n`; both may be real numbers (effective sizes).
///
/// `centre = (x + z²/2)/(n + z²)`, `half = z·sqrt(n)/(n + z²)·sqrt(p̂(1 − p̂) + z²/(4n))`. `x = 0`: the lower end is
/// exactly 0; `x = n`: the upper end is exactly 1; `n = 0`: [0, 1] without an estimate.
/// (Wilson 1927; Newcombe 1998a, method 3.)
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 ≤ n ≤ 10^10`; [`StatsError::Inconsistent`] unless `0 ≤ x ≤ n`.
///
/// ```
/// use hailong::stats::{Confidence, proportion::wilson};
/// let shown = wilson(184.0, 200.0, Confidence::TWO_SIDED_95)?;
/// assert_eq!(shown.estimate, Some(0.92));
/// assert!((shown.lower - 0.8740105117).abs() < 1e-9 && (shown.upper - 0.9501594141).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn wilson(x: f64, n: f64, confidence: Confidence) -> Result<ShareInterval, StatsError> {
    check_real_part(x, n)?;
    if n == 0.0 {
        return Ok(ShareInterval::NOTHING);
    }
    Ok(score_interval(x / n, n, confidence.z()))
}

/// Wilson's formula in the share `p` and size `n > 0`.
fn score_interval(p: f64, n: f64, z: f64) -> ShareInterval {
    // sqrt(n) drawn into the root, so that a tiny n divides nothing.
    let whole = n + z * z;
    let centre = (p * n + z * z / 2.0) / whole;
    let half = z * (n * p * (1.0 - p) + z * z / 4.0).sqrt() / whole;
    ShareInterval {
        estimate: Some(p),
        // The ends contain p in exact arithmetic; rounding must not say otherwise.
        lower: if p == 0.0 { 0.0 } else { (centre - half).clamp(0.0, p) },
        upper: if p == 1.0 { 1.0 } else { (centre + half).clamp(p, 1.0) },
    }
}

/// Wilson score interval with continuity correction, integers only. Use it only to reproduce a report that did.
///
/// `lower = [2x + z² − 1 − z·sqrt(z² − 2 − 1/n + 4p̂(n(1 − p̂) + 1))]/(2(n + z²))`, 0 if `x = 0`;
/// `upper = [2x + z² + 1 + z·sqrt(z² + 2 − 1/n + 4p̂(n(1 − p̂) − 1))]/(2(n + z²))`, 1 if `x = n`. A negative radicand
/// counts as 0; cut to [0, 1]; `n = 0`: [0, 1]. (Newcombe 1998a, method 4.)
///
/// # Errors
/// [`StatsError::OutOfRange`] when `n > 10^10`, [`StatsError::Inconsistent`] when `x > n`.
///
/// ```
/// use hailong::stats::{Confidence, proportion::wilson_corrected};
/// let old = wilson_corrected(184, 200, Confidence::TWO_SIDED_95)?;
/// assert!((old.lower - 0.8710525785).abs() < 1e-9 && (old.upper - 0.9520973876).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn wilson_corrected(x: u64, n: u64, confidence: Confidence) -> Result<ShareInterval, StatsError> {
    check_part(x, n)?;
    if n == 0 {
        return Ok(ShareInterval::NOTHING);
    }
    let (satisfied, size, z) = (real(x), real(n), confidence.z());
    let p = satisfied / size;
    let q = real(n - x) / size;
    let width = |shift: f64| z * (z * z - 2.0 * shift - 1.0 / size + 4.0 * p * (size * q + shift)).max(0.0).sqrt();
    let end = |numerator: f64| (numerator / (2.0 * (size + z * z))).clamp(0.0, 1.0);
    let middle = 2.0 * satisfied + z * z;
    Ok(ShareInterval {
        estimate: Some(p),
        lower: if x == 0 { 0.0 } else { end(middle - 1.0 - width(1.0)) },
        upper: if x == n { 1.0 } else { end(middle + 1.0 + width(-1.0)) },
    })
}

/// Clopper–Pearson "exact" interval for `x` of `n`; both may be real numbers (effective sizes).
///
/// With error `a` on each side: `lower` is the beta quantile at `a` with shapes `x, n − x + 1`, `upper` that at `1 − a`
/// with shapes `x + 1, n − x`. `x = 0`: lower 0, upper `1 − a^{1/n}`; `x = n`: lower `a^{1/n}`, upper 1; `n = 0`:
/// [0, 1]. (Clopper & Pearson 1934; real sizes: Korn & Graubard 1998.)
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 ≤ n ≤ 10^10`; [`StatsError::Inconsistent`] unless `0 ≤ x ≤ n`.
///
/// ```
/// use hailong::stats::{Confidence, proportion::clopper_pearson};
/// let bound = clopper_pearson(29.0, 29.0, Confidence::ONE_SIDED_95)?;
/// assert!((bound.lower - 0.9018553723).abs() < 1e-9);
/// assert_eq!(bound.upper, 1.0);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn clopper_pearson(x: f64, n: f64, confidence: Confidence) -> Result<ShareInterval, StatsError> {
    check_real_part(x, n)?;
    clopper_pearson_of(x, n, confidence)
}

/// The same for any effective size; beyond [`super::MAX_SIZE`] it may not converge where neither `x` nor `n − x` is
/// small.
pub(super) fn clopper_pearson_of(x: f64, n: f64, confidence: Confidence) -> Result<ShareInterval, StatsError> {
    if n == 0.0 {
        return Ok(ShareInterval::NOTHING);
    }
    let a = confidence.tail();
    let rest = n - x;
    let lower = if x == 0.0 {
        0.0
    } else if rest == 0.0 {
        (a.ln() / n).exp()
    } else {
        beta_quantile(a, x, rest + 1.0)?.value
    };
    let upper = if rest == 0.0 {
        1.0
    } else if x == 0.0 {
        -(a.ln() / n).exp_m1()
    } else {
        // 1 − quantile(a; n − x, x + 1), which keeps the digits of an end near 0.
        beta_quantile(a, rest, x + 1.0)?.complement
    };
    Ok(ShareInterval { estimate: Some(x / n), lower, upper })
}

/// `n*`: the size of a sample from an unlimited population that would be as exact as `n` responses out of `N` at
/// design effect `deff`.
///
/// `n* = n(N − 1)/(deff·(N − n))`; `n/deff` when `N` is unknown or smaller than `n`; `None` in a census, where
/// nothing is left to estimate. It puts the hypergeometric variance factor `(N − n)/(N − 1)` into the score
/// equation (section 6; Cochran 1977, chapter 3).
///
/// # Errors
/// [`StatsError::OutOfRange`] when `n > 10^10` or `deff` is not a positive finite number.
///
/// ```
/// use hailong::stats::{Population, proportion::effective_size};
/// let size = effective_size(200, Population::Known(500), 1.0)?;
/// assert!((size.unwrap() - 332.6666667).abs() < 1e-7);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn effective_size(n: u64, population: Population, deff: f64) -> Result<Option<f64>, StatsError> {
    check_count("n", n)?;
    check_deff(deff)?;
    Ok(match (population, population.status(n)) {
        (_, PopulationStatus::Census) => None,
        (Population::Known(size), PopulationStatus::Sample) => Some(real(n) * real(size - 1) / (deff * real(size - n))),
        _ => Some(real(n) / deff),
    })
}

/// Wilson interval in a finite population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FiniteInterval {
    /// How the responses stand to the population.
    pub status: PopulationStatus,
    /// The effective size `n*`; `None` in a census or without data.
    pub n_star: Option<f64>,
    /// Estimate and bounds; of zero width in a census.
    pub interval: ShareInterval,
}

/// Wilson interval with finite population correction: [`wilson`] at `(p̂·n*, n*)` with [`effective_size`] `n*`.
///
/// `share` is `p̂`, from 0 to 1; `n` the responses it rests on; `deff = n/n_eff` the design effect (1 for a plain
/// share). Everybody answered: [p̂, p̂]. Nobody: [0, 1] without an estimate. More responses than population: computed
/// as if `N` were unknown, status [`PopulationStatus::TooSmall`].
///
/// The correction assumes that those who answered are like a random part of the `N`; it does nothing against
/// nonresponse, so show the response rate beside it. (Section 6.)
///
/// # Errors
/// [`StatsError::OutOfRange`] when `share` is outside [0, 1], `n > 10^10`, or `deff` is not positive and finite.
///
/// ```
/// use hailong::stats::{Confidence, Population, proportion::wilson_finite};
/// let shown = wilson_finite(184.0 / 200.0, 200, Population::Known(500), 1.0, Confidence::TWO_SIDED_95)?;
/// assert!((shown.interval.lower - 0.8858255066).abs() < 1e-9);
/// assert!((shown.interval.upper - 0.9445853478).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn wilson_finite(
    share: f64,
    n: u64,
    population: Population,
    deff: f64,
    confidence: Confidence,
) -> Result<FiniteInterval, StatsError> {
    check_share("share", share)?;
    let status = population.status(n);
    let n_star = effective_size(n, population, deff)?.filter(|size| *size > 0.0);
    let interval = match n_star {
        Some(size) => score_interval(share, size, confidence.z()),
        None if n == 0 => ShareInterval::NOTHING,
        None => ShareInterval { estimate: Some(share), lower: share, upper: share },
    };
    Ok(FiniteInterval { status, n_star, interval })
}

/// Exact bounds on the number, and the share, of satisfied cases in a finite population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationBounds {
    /// `M_L`, the least number of satisfied cases among the `N` that is still credible.
    pub cases_lower: u64,
    /// `M_U`, the largest such number.
    pub cases_upper: u64,
    /// `x/n`, and `M_L/N`, `M_U/N`.
    pub interval: ShareInterval,
}

/// Exact bounds in a population of `N ≤ 10^6` from `x` satisfied of `n` responses.
///
/// With error `a` on each side: `M_L` is the smallest `M` in `[x, N − n + x]` with `P(X ≥ x | N, M, n) > a`, `M_U` the
/// largest with `P(X ≤ x | N, M, n) > a`, `X` hypergeometric. Both tails are monotone in `M`, and few are evaluated.
/// `n = N`: both are `x`. `n = 0`: 0 and `N`, no estimate. (Wright 1991; Buonaccorsi 1987.)
///
/// # Errors
/// [`StatsError::Inconsistent`] unless `x ≤ n ≤ N`; [`StatsError::OutOfRange`] unless `1 ≤ N ≤ 10^6`.
///
/// ```
/// use hailong::stats::{Confidence, proportion::hypergeometric_bounds};
/// let bounds = hypergeometric_bounds(54, 57, 80, Confidence::ONE_SIDED_95)?;
/// assert_eq!((bounds.cases_lower, bounds.cases_upper), (73, 77));
/// assert_eq!(bounds.interval.lower, 0.9125);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn hypergeometric_bounds(
    x: u64,
    n: u64,
    population: u64,
    confidence: Confidence,
) -> Result<PopulationBounds, StatsError> {
    check_part(x, n)?;
    if n > population {
        return Err(StatsError::Inconsistent { argument: "n", rule: "cannot be larger than the population" });
    }
    if population == 0 {
        return Err(StatsError::OutOfRange { argument: "population", value: 0.0, allowed: "1..=10^6" });
    }
    // What is true of the satisfied from below is true of the dissatisfied from above.
    let cases_lower = least_cases(x, n, population, confidence)?;
    let cases_upper = population - least_cases(n - x, n, population, confidence)?;
    Ok(PopulationBounds {
        cases_lower,
        cases_upper,
        interval: ShareInterval {
            estimate: (n > 0).then(|| real(x) / real(n)),
            lower: real(cases_lower) / real(population),
            upper: real(cases_upper) / real(population),
        },
    })
}

/// The smallest `M` with `P(X ≥ x | N, M, n) > a`.
///
/// The normal quantile of that tail is nearly a straight line in `M`: from the score bound with continuity correction two
/// or three evaluations are enough. Where they are not, the rest is bisected.
fn least_cases(x: u64, n: u64, population: u64, confidence: Confidence) -> Result<u64, StatsError> {
    const STRAIGHT_STEPS: u32 = 8;
    if x == 0 || n == population {
        return Ok(x);
    }
    // With fewer than x cases the result was impossible, with N − n + x it was certain.
    let (mut fails, mut found) = (x - 1, population - n + x);
    let size = real(n) * real(population - 1) / real(population - n);
    let start = score_interval((real(x) - 0.5) / real(n), size, confidence.z()).lower * real(population);
    let mut next = start.ceil();
    let mut step = 0;
    while found - fails > 1 {
        step += 1;
        let middle = fails + (found - fails) / 2;
        let m = if step > STRAIGHT_STEPS { middle } else { next.clamp(real(fails + 1), real(found - 1)) as u64 };
        let tail = hypergeometric_at_least(x, population, m, n)?;
        let holds = tail > confidence.tail();
        if holds {
            found = m;
        } else {
            fails = m;
        }
        let share = real(m) / real(population);
        let spread = real(population) * (share * (1.0 - share) / size).sqrt();
        let way = (-confidence.z() - normal_quantile(tail.clamp(1e-300, 1.0 - 1e-15))?) * spread;
        next = if holds { (real(m) + way).floor() } else { (real(m) + way).ceil() };
    }
    Ok(found)
}

pub(super) fn check_deff(deff: f64) -> Result<(), StatsError> {
    // Far beyond any design, and far from where n/deff would overflow.
    if (1e-100..=1e100).contains(&deff) {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument: "deff", value: deff, allowed: "10^-100..=10^100" })
    }
}

fn check_real_part(x: f64, n: f64) -> Result<(), StatsError> {
    check_size("n", n)?;
    if (0.0..=n).contains(&x) {
        Ok(())
    } else {
        Err(StatsError::Inconsistent { argument: "x", rule: "at least 0 and not larger than n" })
    }
}
