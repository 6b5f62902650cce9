//! How many responses are needed: for a verdict (section 9), and before a survey starts (section 21).
//!
//! For a verdict two numbers, shown when the verdict is "not enough": the *floor*, certain but kind (what if every further answer is
//! satisfied, or none is?), and the *expected* number if the share stays as it is.

mod size;

pub use size::{Precision, SampleSize, planning_share, sample_size, size_to_decide};

use super::proportion::effective_size;
use super::special::normal_quantile;
use super::verdict::{ALPHA, DesignBasis, Evidence, SAME_SHARE, Verdict, assess_design_at, p_values};
use super::{
    BasisPoints, Population, PopulationStatus, StatsError, check_error, check_part, check_probability, check_share,
    real,
};

/// Probability of reaching the verdict with the expected number, unless told otherwise.
pub const POWER: f64 = 0.80;

/// The search for a floor ends here when the population is unknown.
const FARTHEST: u64 = 10_000_000;

/// Beyond this no count is exact, and no survey is that large.
const MOST_RESPONSES: f64 = 9_007_199_254_740_992.0;

/// What is to be decided, and how surely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// The target `T`.
    pub target: BasisPoints,
    /// One-sided error of the verdict, above 0 and below ½.
    pub alpha: f64,
    /// Probability of reaching the verdict if the share stays as it is, between 0 and 1.
    pub power: f64,
}

impl Aim {
    /// At the usual error [`ALPHA`] and power [`POWER`].
    #[must_use]
    pub fn at(target: BasisPoints) -> Self {
        Self { target, alpha: ALPHA, power: POWER }
    }

    fn check(&self) -> Result<(), StatsError> {
        check_error("alpha", self.alpha)?;
        check_probability("power", self.power)
    }
}

/// To which verdict further responses would lead if the share stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The share is above the target.
    Met,
    /// The share is below the target.
    NotMet,
    /// The share is the target: no sample decides a tie, only a census.
    Tie,
}

/// How many more responses are needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RequiredMore {
    /// The verdict with the responses there are.
    pub verdict_now: Verdict,
    /// Where the share points to; `None` without a response.
    pub direction: Option<Direction>,
    /// Size of a simple sample, normal approximation.
    pub n0: Option<f64>,
    /// `n0` with continuity correction.
    pub n1: Option<f64>,
    /// Responses needed in all, with design effect and population; the whole population in a tie.
    pub n_total: Option<u64>,
    /// Further responses expected to be needed; 0 when the verdict is reached, `None` when no number can be given.
    pub more: Option<u64>,
    /// Fewest further responses that could lead to "met", all satisfied; `None`: cannot be reached any more.
    pub best_case_met: Option<u64>,
    /// Fewest further responses that could lead to "not met", none satisfied; `None`: cannot be reached any more.
    pub best_case_not_met: Option<u64>,
}

/// Further responses needed when `x` of `n` equally weighted responses are satisfied.
///
/// Expected, with `δ = |p̂ − T|`: `n0 = ((z_{1−α} sqrt(T(1 − T)) + z_{power} sqrt(p̂(1 − p̂)))/δ)²`,
/// `n1 = (n0/4)(1 + sqrt(1 + 2/(n0 δ)))²`, `k = deff·n1`, `n_total = ceil(k·N/(N − 1 + k))` (`ceil(k)` when `N` is
/// unknown), `more = n_total − n`, at least 1, at most `N − n`. (Continuity correction: Fleiss, Levin & Paik 2003.)
///
/// Floor: the smallest `m` with which `x + m` of `n + m` is met, or `x` of `n + m` not met, by the rules of
/// [`super::verdict::judge`]; up to `N − n`, or 10^7 when `N` is unknown. It takes no design effect, and neither does
/// `verdict_now`.
///
/// Verdict reached: `more = 0`, the sizes are `None`, the direction is that of the verdict. `p̂ = T` within 1e-12: a
/// tie, everybody is needed. `n = 0`: only the floor. `n > N`: as if `N` were unknown. More than 2^53 responses: no
/// number.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`; [`StatsError::OutOfRange`] when `n > 10^10` or a parameter is outside
/// its range.
///
/// ```
/// use hailong::stats::{BasisPoints, Population, plan::{Aim, required_more}};
/// let aim = Aim::at(BasisPoints::new(9000)?);
/// let plan = required_more(184, 200, Population::Known(1200), 1.0, aim)?;
/// assert_eq!((plan.n_total, plan.more), (Some(636), Some(436)));
/// assert_eq!((plan.best_case_met, plan.best_case_not_met), (Some(29), Some(13)));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn required_more(x: u64, n: u64, population: Population, deff: f64, aim: Aim) -> Result<RequiredMore, StatsError> {
    aim.check()?;
    check_part(x, n)?;
    effective_size(n, population, deff)?; // refuses a deff that is out of range
    let population = believable(n, population);
    let verdict = |x: u64, n: u64| -> Result<Verdict, StatsError> {
        Ok(p_values(Evidence::of(x, n, population), aim.target)?.verdict(aim.alpha))
    };
    let farthest = match population {
        Population::Known(size) => size - n,
        Population::Unknown => FARTHEST,
    };
    let verdict_now = verdict(x, n)?;
    let share = (n > 0).then(|| real(x) / real(n));
    Ok(RequiredMore {
        best_case_met: smallest(farthest, |m| Ok(verdict(x + m, n + m)? == Verdict::Met))?,
        best_case_not_met: smallest(farthest, |m| Ok(verdict(x, n + m)? == Verdict::NotMet))?,
        ..expected(verdict_now, share, n, population, deff, aim)?
    })
}

/// Further responses needed for a pooled, weighted or stratified `share` of `n` responses with effective size `n_eff`.
///
/// As the expected part of [`required_more`], with `deff = max(1, n*(n, N)/n_eff)`, `n*` at design effect 1, so that
/// the population is not counted twice. There is no floor: both best cases are `None`. `n_eff = 0` or `n = 0`: no
/// number.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `share` is outside [0, 1], or another argument outside its range.
///
/// ```
/// use hailong::stats::{BasisPoints, Population, plan::{Aim, required_more_design}};
/// let aim = Aim::at(BasisPoints::new(9000)?);
/// let plan = required_more_design(0.92, 200.0, 200, Population::Unknown, aim)?;
/// assert_eq!(plan.more, Some(1152));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn required_more_design(
    share: f64,
    n_eff: f64,
    n: u64,
    population: Population,
    aim: Aim,
) -> Result<RequiredMore, StatsError> {
    required_more_for(DesignBasis { share, n_eff, n, df: n.saturating_sub(1), population }, aim)
}

pub(super) fn required_more_for(basis: DesignBasis, aim: Aim) -> Result<RequiredMore, StatsError> {
    aim.check()?;
    let DesignBasis { share, n_eff, n, .. } = basis;
    check_share("share", share)?;
    let population = believable(n, basis.population);
    let verdict_now = assess_design_at(DesignBasis { population, ..basis }, aim.target, aim.alpha)?.verdict;
    let deff = effective_size(n, population, 1.0)?.map_or(1.0, |most| (most / n_eff).max(1.0));
    let known = n > 0 && deff.is_finite();
    expected(verdict_now, known.then_some(share), n, population, deff, aim)
}

/// A population smaller than the number of responses is not believed.
fn believable(n: u64, population: Population) -> Population {
    match population.status(n) {
        PopulationStatus::TooSmall => Population::Unknown,
        _ => population,
    }
}

/// Everything but the floor.
fn expected(
    verdict_now: Verdict,
    share: Option<f64>,
    n: u64,
    population: Population,
    deff: f64,
    aim: Aim,
) -> Result<RequiredMore, StatsError> {
    let plan = RequiredMore {
        verdict_now,
        direction: None,
        n0: None,
        n1: None,
        n_total: None,
        more: None,
        best_case_met: None,
        best_case_not_met: None,
    };
    let reached = |direction| RequiredMore { direction: Some(direction), more: Some(0), ..plan };
    let p = match (verdict_now, share) {
        (Verdict::Met, _) => return Ok(reached(Direction::Met)),
        (Verdict::NotMet, _) => return Ok(reached(Direction::NotMet)),
        (Verdict::NotEnough, None) => return Ok(plan),
        (Verdict::NotEnough, Some(share)) => share,
    };
    let t = aim.target.share();
    let delta = (p - t).abs();
    if delta < SAME_SHARE {
        let (n_total, more) = match population {
            Population::Known(size) => (Some(size), Some(size - n)),
            Population::Unknown => (None, None),
        };
        return Ok(RequiredMore { direction: Some(Direction::Tie), n_total, more, ..plan });
    }
    let sure = -normal_quantile(aim.alpha)? * (t * aim.target.complement()).sqrt();
    let likely = normal_quantile(aim.power)? * (p * (1.0 - p)).sqrt();
    let n0 = ((sure + likely) / delta).powi(2);
    // (n0/4)(1 + sqrt(1 + 2/(n0 δ)))² with sqrt(n0) drawn in, so that n0 = 0 divides nothing.
    let n1 = (n0.sqrt() + (n0 + 2.0 / delta).sqrt()).powi(2) / 4.0;
    let k = deff * n1;
    let total = match population {
        Population::Known(size) => k * real(size) / (real(size) - 1.0 + k),
        Population::Unknown => k,
    };
    // The small allowance keeps a size that is an integer but for rounding from becoming the next one.
    let n_total = (total <= MOST_RESPONSES).then(|| (total - 1e-9).ceil() as u64);
    let more = n_total.map(|total| {
        let more = total.saturating_sub(n).max(1);
        match population {
            Population::Known(size) => more.min(size - n),
            Population::Unknown => more,
        }
    });
    let direction = if p > t { Direction::Met } else { Direction::NotMet };
    Ok(RequiredMore { direction: Some(direction), n0: Some(n0), n1: Some(n1), n_total, more, ..plan })
}

/// The smallest `m` in `0..=farthest` for which a monotone test holds: doubled until it does, then bisected.
fn smallest(farthest: u64, holds: impl Fn(u64) -> Result<bool, StatsError>) -> Result<Option<u64>, StatsError> {
    if holds(0)? {
        return Ok(Some(0));
    }
    let (mut fails, mut found) = (0, 1.min(farthest));
    while found > fails && !holds(found)? {
        fails = found;
        found = (found * 2).min(farthest);
    }
    if found == fails {
        return Ok(None);
    }
    while found - fails > 1 {
        let middle = fails + (found - fails) / 2;
        if holds(middle)? {
            found = middle;
        } else {
            fails = middle;
        }
    }
    Ok(Some(found))
}
