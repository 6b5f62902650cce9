//! Beta-binomial shrinkage of the shares of small units.

use crate::stats::proportion::Confidence;
use crate::stats::special::beta_quantile;
use crate::stats::{MAX_SIZE, Pool, Responses, StatsError, real};

/// The largest correlation that is credited: with 1 the units' own data would be everything.
const LARGEST_RHO: f64 = 0.999;

/// Whether the variation between units could be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShrinkageStatus {
    /// It could; every unit has its own shrunk share.
    Estimated,
    /// The units differ by no more than chance: every unit gets the common share.
    NoBetweenUnitVariation,
    /// Fewer than two units with responses, all answers alike, or units too small to tell: nothing is shown.
    NotEstimable,
}

/// The shrunk share of one unit ("ước lượng co").
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrunkShare {
    /// `(x + a)/(n + M)`, between the unit's own share and the common one.
    pub share: f64,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
    /// `n/(n + M)`, how much of it is the unit's own data: 0 to 1.
    pub weight: f64,
}

/// Shrunk shares, with what they rest on.
#[derive(Debug, Clone, PartialEq)]
pub struct Shrinkage {
    /// Whether there is a result.
    pub status: ShrinkageStatus,
    /// `μ`, the common share `Σx/Σn`; `None` without a response.
    pub mean: Option<f64>,
    /// `ρ`, correlation of two answers of one unit, 0 to 0.999; `None` when not estimable.
    pub rho: Option<f64>,
    /// `M = 1/ρ − 1`, how many answers the common share counts for; `None` unless estimated.
    pub prior_size: Option<f64>,
    /// One entry for each unit, in order; empty when not estimable.
    pub units: Vec<ShrunkShare>,
}

/// Shares of small units drawn towards the common share, the more the less is known about the unit.
///
/// Over the `I` units with responses, `S = Σn`, `μ = Σx/S`, `v_i = n_i/S`: `S_w = Σ v_i(p_i − μ)²`, `A = (I − 1)/S`,
/// `B = 1 − Σv_i²`, `ρ = (S_w/(μ(1 − μ)) − A)/(B − A)`, cut to [0, 0.999]; `M = 1/ρ − 1`, `a = μM`, `b = (1 − μ)M`. Moment
/// estimator in closed form, weights `n_i` (Kleinman 1973). Shrunk share `(x + a)/(n + M)`; bounds: the quantiles of the
/// beta distribution with shapes `x + a`, `n − x + b` at `(1 − level)/2` on each side, `level` two-sided, between 0 and 1.
/// They are somewhat too narrow, because `a` and `b` are estimated. For maps and comparisons, never for a verdict.
///
/// A unit without responses gets `μ`, with the bounds of the prior. `ρ = 0`: every unit gets `μ` as share and bounds, at
/// weight 0. Not estimable: fewer than two units with responses, `μ` 0 or 1, or `B − A ≤ 1e-12`. Shapes that add up to
/// more than 10^10 are scaled down to that for the bounds, which makes them wider.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`; [`StatsError::OutOfRange`] when `n > 10^10` or `level` is not between 0
/// and 1.
///
/// ```
/// use hailong::stats::{Responses, units::shrink};
/// let counts = [(45, 50), (88, 100), (100, 140), (12, 25), (260, 280), (70, 90), (380, 440), (33, 34)];
/// let found = shrink(&counts.map(|(x, n)| Responses { x, n }), 0.95)?;
/// assert!((found.prior_size.unwrap() - 12.67626525).abs() < 1e-7);
/// let fourth = found.units[3]; // 48 % of 25 answers
/// assert!((fourth.share - 0.6053146843).abs() < 1e-9 && (fourth.lower - 0.446947387).abs() < 1e-8);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn shrink(units: &[Responses], level: f64) -> Result<Shrinkage, StatsError> {
    let confidence = Confidence::two_sided(level)?;
    let pool = Pool::of(units)?;
    let mean = (pool.n > 0).then(|| pool.share());
    let (Some(mu), Some(rho)) = (mean, correlation(units, pool)) else {
        let status = ShrinkageStatus::NotEstimable;
        return Ok(Shrinkage { status, mean, rho: None, prior_size: None, units: Vec::new() });
    };
    if rho == 0.0 {
        let common = ShrunkShare { share: mu, lower: mu, upper: mu, weight: 0.0 };
        let (status, units) = (ShrinkageStatus::NoBetweenUnitVariation, vec![common; units.len()]);
        return Ok(Shrinkage { status, mean, rho: Some(rho), prior_size: None, units });
    }
    let prior = Prior { a: mu * (1.0 / rho - 1.0), b: (pool.n - pool.x) as f64 / pool.n as f64 * (1.0 / rho - 1.0) };
    let shrunk = units.iter().map(|&unit| prior.shrunk(unit, confidence)).collect::<Result<Vec<_>, StatsError>>()?;
    let status = ShrinkageStatus::Estimated;
    Ok(Shrinkage { status, mean, rho: Some(rho), prior_size: Some(1.0 / rho - 1.0), units: shrunk })
}

/// The shares of [`shrink`] without their bounds, which cost a thousand times as much; `None` when they cannot be
/// estimated.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`; [`StatsError::OutOfRange`] when `n > 10^10`.
///
/// ```
/// use hailong::stats::{Responses, units::shrunk_shares};
/// let counts = [(45, 50), (88, 100), (100, 140), (12, 25), (260, 280), (70, 90), (380, 440), (33, 34)];
/// let found = shrunk_shares(&counts.map(|(x, n)| Responses { x, n }))?.unwrap();
/// assert!((found[3] - 0.6053146843).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn shrunk_shares(units: &[Responses]) -> Result<Option<Vec<f64>>, StatsError> {
    let pool = Pool::of(units)?;
    let Some(rho) = correlation(units, pool) else { return Ok(None) };
    let mu = pool.share();
    if rho == 0.0 {
        return Ok(Some(vec![mu; units.len()]));
    }
    let size = 1.0 / rho - 1.0;
    Ok(Some(units.iter().map(|unit| (real(unit.x) + mu * size) / (real(unit.n) + size)).collect()))
}

/// `ρ`, the correlation between two answers of one unit, by the estimator of [`shrink`]; `None` when it cannot be
/// estimated, 0 when the units differ by no more than chance.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`; [`StatsError::OutOfRange`] when `n > 10^10`.
///
/// ```
/// use hailong::stats::{Responses, units::correlation_within};
/// let counts = [(45, 50), (88, 100), (100, 140), (12, 25), (260, 280), (70, 90), (380, 440), (33, 34)];
/// let rho = correlation_within(&counts.map(|(x, n)| Responses { x, n }))?;
/// assert!((rho.unwrap() - 0.07311937737).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn correlation_within(units: &[Responses]) -> Result<Option<f64>, StatsError> {
    Ok(correlation(units, Pool::of(units)?))
}

/// `ρ`, or `None` when it cannot be estimated.
///
/// `S_w/(μ(1 − μ))` is `Σ (x_i − μn_i)²/n_i` over `S·μ(1 − μ)`, and `B − A` is `(S² − Σn² − (I − 1)S)/S²`, an integer over
/// `S²`: both would lose their digits in the note's order of steps.
fn correlation(units: &[Responses], pool: Pool) -> Option<f64> {
    let measured = || units.iter().filter(|unit| unit.n > 0);
    let others = measured().count().checked_sub(1).filter(|others| *others > 0)? as i128;
    let variance = Some(pool.variance()).filter(|variance| *variance > 0.0)?;
    let size = pool.n as f64;
    let squares: i128 = measured().map(|unit| i128::from(unit.n) * i128::from(unit.n)).sum();
    let spread = (pool.n * pool.n - squares - others * pool.n) as f64 / size / size;
    if spread <= 1e-12 {
        return None;
    }
    let chi_squared = measured().map(|&unit| pool.excess(unit).powi(2) / real(unit.n)).sum::<f64>() / variance;
    Some(((chi_squared - others as f64) / size / spread).clamp(0.0, LARGEST_RHO))
}

/// The beta distribution that the units' true shares come from.
struct Prior {
    a: f64,
    b: f64,
}

impl Prior {
    fn shrunk(&self, unit: Responses, confidence: Confidence) -> Result<ShrunkShare, StatsError> {
        let (a, b) = (real(unit.x) + self.a, real(unit.n - unit.x) + self.b);
        // A hair below the largest size, for the rounding of the two products.
        let scale = (MAX_SIZE as f64 * (1.0 - 1e-12) / (a + b)).min(1.0);
        let tail = confidence.tail();
        Ok(ShrunkShare {
            share: a / (a + b),
            lower: beta_quantile(tail, a * scale, b * scale)?.value,
            upper: beta_quantile(tail, b * scale, a * scale)?.complement,
            weight: real(unit.n) / (real(unit.n) + self.a + self.b),
        })
    }
}
