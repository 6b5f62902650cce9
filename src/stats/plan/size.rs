//! Sample size of a unit before the survey (section 21).

use super::{Aim, RequiredMore, expected, required_more};
use crate::stats::proportion::{Confidence, check_deff};
use crate::stats::verdict::Verdict;
use crate::stats::{Population, StatsError, check_count, check_share, real};

/// A margin below this is no plan: it would ask for more than 10^8 responses.
const LEAST_MARGIN: f64 = 1e-4;

/// An answer in a hundred thousand invitations.
const LEAST_RESPONSE: f64 = 1e-5;

/// How exact a share is to be, and what is expected of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Half-width `e` of the two-sided interval, a share: 0.03 for three percentage points. From 0.0001 to below 1.
    pub margin: f64,
    /// Two-sided confidence `c`, for example 0.95.
    pub level: f64,
    /// The share `p` planned with, from [`planning_share`].
    pub share: f64,
    /// Design effect; 1 for a plain sample. Above 0, at most 10^4.
    pub deff: f64,
    /// Share of invitations that are answered, from 0.00001 to 1; `None` when nothing is known of it.
    pub response: Option<f64>,
}

/// How many responses and invitations a plan needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSize {
    /// `k`, responses needed from an unlimited population, not rounded.
    pub n_infinite: f64,
    /// Responses needed, at most `N`.
    pub n: u64,
    /// Invitations to send, at most `N`; `None` without a response rate.
    pub invitations: Option<u64>,
    /// Responses to expect from these invitations. Less than `n` when the population is the limit: the screen says so.
    pub expected_n: Option<f64>,
    /// Slovin's `n`, printed for comparison; `None` when `N` is unknown.
    pub slovin: Option<u64>,
}

/// Responses and invitations needed for a share with a given margin.
///
/// `k = deff·z²·p(1 − p)/e²` with `z = z_{1−(1−c)/2}`; `n = ceil(k·N/(N − 1 + k))`, `ceil(k)` when `N` is unknown
/// (Cochran 1977, chapter 4); `invitations = ceil(n/response)`, at most `N`; `expected_n = invitations·response`. Each
/// ceiling forgives 1e-9, so that rounding does not add a response. Slovin's `ceil(N/(1 + N·e²))` is this formula with
/// `p = ½`, `z = 2` and `N` for `N − 1`; it knows no verdict.
///
/// `p = 0` or `p = 1` needs nothing by this formula, which is why [`planning_share`] keeps away from them. `N = 0`:
/// nobody to ask, every size is 0.
///
/// # Errors
/// [`StatsError::OutOfRange`] when an argument is outside the range stated at [`Precision`], or `N > 10^10`.
///
/// ```
/// use hailong::stats::{Population, plan::{Precision, sample_size}};
/// let precision = Precision { margin: 0.03, level: 0.95, share: 0.9, deff: 1.0, response: Some(0.3) };
/// let plan = sample_size(precision, Population::Known(1200))?;
/// assert!((plan.n_infinite - 384.1458821).abs() < 1e-7);
/// assert_eq!((plan.n, plan.invitations, plan.slovin), (292, Some(974), Some(577)));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn sample_size(precision: Precision, population: Population) -> Result<SampleSize, StatsError> {
    let Precision { margin, level, share, deff, response } = precision;
    let refuse = |argument, value, allowed| Err(StatsError::OutOfRange { argument, value, allowed });
    if !(LEAST_MARGIN..1.0).contains(&margin) {
        return refuse("margin", margin, "0.0001 or more, below 1");
    }
    check_share("share", share)?;
    if !(deff > 0.0 && deff <= 1e4) {
        return refuse("deff", deff, "above 0, at most 10^4");
    }
    if let Some(rate) = response.filter(|rate| !(LEAST_RESPONSE..=1.0).contains(rate)) {
        return refuse("response", rate, "0.00001..=1");
    }
    let z = Confidence::two_sided(level)?.z();
    let n_infinite = deff * (z / margin).powi(2) * (share * (1.0 - share));
    let limit = match population {
        Population::Known(size) => {
            check_count("population", size)?;
            size
        }
        Population::Unknown => u64::MAX,
    };
    let (n, slovin) = match population {
        Population::Unknown => (ceiling(n_infinite), None),
        // 0/0 when nobody is needed or there is nobody.
        Population::Known(_) if n_infinite == 0.0 => (0, Some(slovin(limit, margin))),
        Population::Known(0) => (0, Some(0)),
        Population::Known(size) => {
            let n = ceiling(n_infinite * real(size) / (real(size - 1) + n_infinite));
            (n.min(size), Some(slovin(size, margin)))
        }
    };
    let invitations = response.map(|rate| ceiling(real(n) / rate).min(limit));
    let expected_n = response.zip(invitations).map(|(rate, sent)| real(sent) * rate);
    Ok(SampleSize { n_infinite, n, invitations, expected_n, slovin })
}

/// `ceil(N/(1 + N·e²))`, Slovin's formula of the 2012 guidance.
fn slovin(size: u64, margin: f64) -> u64 {
    ceiling(real(size) / (1.0 + real(size) * margin * margin))
}

/// The next integer; one that is an integer but for rounding stays. At most 2·10^18 within the ranges above.
fn ceiling(value: f64) -> u64 {
    (value - 1e-9).ceil() as u64
}

/// The share to plan with: ½ if nothing is known, otherwise last year's share moved 0.05 towards ½ (not beyond it).
///
/// # Errors
/// [`StatsError::OutOfRange`] when `last_year` is outside [0, 1].
///
/// ```
/// use hailong::stats::plan::planning_share;
/// assert_eq!(planning_share(None)?, 0.5);
/// assert!((planning_share(Some(0.92))? - 0.87).abs() < 1e-12);
/// assert_eq!(planning_share(Some(0.48))?, 0.5);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn planning_share(last_year: Option<f64>) -> Result<f64, StatsError> {
    let Some(share) = last_year else {
        return Ok(0.5);
    };
    check_share("last_year", share)?;
    Ok(if share > 0.5 { (share - 0.05).max(0.5) } else { (share + 0.05).min(0.5) })
}

/// Responses needed to decide against a target, planned before the first one: [`required_more`] with the planning
/// share in place of `p̂` and `n = 0`.
///
/// `n_total` (and `more`, the same number) is what the plan needs, with probability `aim.power` if the share is as
/// planned; the floors are those of a file without a response.
///
/// # Errors
/// As [`required_more`], and [`StatsError::OutOfRange`] when `share` is outside [0, 1].
///
/// ```
/// use hailong::stats::{BasisPoints, Population, plan::{Aim, size_to_decide}};
/// let aim = Aim::at(BasisPoints::new(9000)?);
/// assert_eq!(size_to_decide(0.92, Population::Known(1200), 1.0, aim)?.n_total, Some(636));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn size_to_decide(share: f64, population: Population, deff: f64, aim: Aim) -> Result<RequiredMore, StatsError> {
    check_share("share", share)?;
    check_deff(deff)?;
    let floor = required_more(0, 0, population, deff, aim)?;
    let plan = expected(Verdict::NotEnough, Some(share), 0, population, deff, aim)?;
    Ok(RequiredMore {
        verdict_now: floor.verdict_now,
        best_case_met: floor.best_case_met,
        best_case_not_met: floor.best_case_not_met,
        ..plan
    })
}
