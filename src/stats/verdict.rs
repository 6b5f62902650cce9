//! Has the target been reached? Three answers, no fourth (section 8).
//!
//! * *met* (đạt): a result at least this good has probability at most `α` if the true share is below `T`;
//! * *not met* (không đạt): a result at most this good has probability at most `α` if the true share is `T` or more;
//! * otherwise *not enough* (chưa đủ bằng chứng).
//!
//! Equality counts as reached, unrounded numbers decide, and with `α < ½` met and not met cannot both hold.
//! A verdict is final only when the period is closed; before that the same computation is provisional.
//!
//! # False alarms
//!
//! Greatest rates over targets of 80, 85 and 90 %, summed exactly over every possible result
//! (`cargo bench --bench coverage`); nominal at most 5 %.
//!
//! | verdict | greatest rate | over |
//! | --- | --- | --- |
//! | false *met*, `N` unknown | 4.9 % | true share at the target, `n` 5 to 1,000 |
//! | false *not met*, `N` unknown | 5.0 % | the same |
//! | false *met*, `N` known | 4.8 % | one case below the target, `N` 50 to 1,000, `n/N` 0.1 to 1 |
//! | false *not met*, `N` known | 4.9 % | just at the target |

mod quick;
mod standing;

pub use quick::{verdict_of, verdict_of_design};
pub use standing::{ENOUGH_TO_READ, Standing, standing};

use super::proportion::{Confidence, ShareInterval, clopper_pearson, effective_size, hypergeometric_bounds};
use super::special::{MAX_HYPERGEOMETRIC, beta_tails, hypergeometric_at_least, hypergeometric_tails, student_quantile};
use super::{
    BasisPoints, MAX_SIZE, Population, PopulationStatus, StatsError, check_count, check_error, check_part, check_share,
    check_size, real,
};

/// One-sided error of a verdict unless told otherwise: "95 % confidence".
pub const ALPHA: f64 = 0.05;

/// Two shares closer than this are the same share: floating-point sums are not more exact.
pub(super) const SAME_SHARE: f64 = 1e-12;

/// The answer to "has the target been reached?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Đạt.
    Met,
    /// Không đạt.
    NotMet,
    /// Chưa đủ bằng chứng.
    NotEnough,
}

/// What a verdict rests on; it decides which distribution is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Evidence {
    /// Everybody answered: `x` of `n = N`.
    Census {
        /// Satisfied.
        x: u64,
        /// Responses, the whole population.
        n: u64,
    },
    /// One group, equal weights, `n` out of a known `population` of at most [`MAX_HYPERGEOMETRIC`].
    Hypergeometric {
        /// Satisfied.
        x: u64,
        /// Responses.
        n: u64,
        /// `N`.
        population: u64,
    },
    /// One group, equal weights, population unknown or very large.
    Binomial {
        /// Satisfied.
        x: u64,
        /// Responses.
        n: u64,
    },
    /// A pooled, weighted, stratified or clustered estimate with its final effective size ([`design_size`]).
    Design {
        /// The estimate `p`.
        share: f64,
        /// Effective size, a real number.
        n_eff: f64,
    },
}

impl Evidence {
    /// The mode for `x` satisfied of `n` equally weighted responses. More responses than population counts as an
    /// unknown population.
    #[must_use]
    pub fn of(x: u64, n: u64, population: Population) -> Self {
        match (population, population.status(n)) {
            (_, PopulationStatus::Census) => Self::Census { x, n },
            (Population::Known(population), PopulationStatus::Sample) if population <= MAX_HYPERGEOMETRIC => {
                Self::Hypergeometric { x, n, population }
            }
            _ => Self::Binomial { x, n },
        }
    }

    /// Whether the distribution has nothing to rest on: no response, or an effective size of 0.
    fn is_empty(self) -> bool {
        match self {
            Self::Census { n, .. } | Self::Hypergeometric { n, .. } | Self::Binomial { n, .. } => n == 0,
            Self::Design { n_eff, .. } => n_eff == 0.0,
        }
    }

    fn estimate(self) -> Option<f64> {
        match self {
            Self::Census { x, n } | Self::Hypergeometric { x, n, .. } | Self::Binomial { x, n } => {
                (n > 0).then(|| real(x) / real(n))
            }
            Self::Design { share, .. } => Some(share),
        }
    }

    fn check(self) -> Result<(), StatsError> {
        match self {
            Self::Census { x, n } | Self::Binomial { x, n } => check_part(x, n),
            Self::Hypergeometric { x, n, population } => {
                check_part(x, n)?;
                if n > population {
                    return Err(StatsError::Inconsistent {
                        argument: "n",
                        rule: "cannot be larger than the population",
                    });
                }
                Ok(())
            }
            Self::Design { share, n_eff } => {
                check_share("share", share)?;
                check_size("n_eff", n_eff)
            }
        }
    }
}

/// The two tail probabilities that decide a verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PValues {
    met: f64,
    not_met: f64,
}

impl PValues {
    const NOTHING: Self = Self { met: 1.0, not_met: 1.0 };

    /// Nothing is left to chance.
    fn certain(reached: bool) -> Self {
        if reached { Self { met: 0.0, not_met: 1.0 } } else { Self { met: 1.0, not_met: 0.0 } }
    }

    pub(super) fn verdict(self, alpha: f64) -> Verdict {
        if self.met <= alpha {
            Verdict::Met
        } else if self.not_met <= alpha {
            Verdict::NotMet
        } else {
            Verdict::NotEnough
        }
    }
}

/// A verdict with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assessment {
    /// Met, not met, or not enough.
    pub verdict: Verdict,
    /// The share `p̂`; `None` without data.
    pub estimate: Option<f64>,
    /// Largest probability of a result at least this good if the true share is below `T`.
    pub p_met: f64,
    /// Largest probability of a result at most this good if the true share is `T` or more.
    pub p_not_met: f64,
    /// One-sided lower bound at `1 − α`: "at least …".
    pub lower: f64,
    /// One-sided upper bound at `1 − α`: "at most …".
    pub upper: f64,
    /// The evidence, and so the distribution, that was used.
    pub evidence: Evidence,
    /// How the responses stand to the population; [`PopulationStatus::TooSmall`] calls for a data-quality flag.
    pub status: PopulationStatus,
}

/// The verdict for `x` satisfied of `n` equally weighted responses, at [`ALPHA`]; picks the mode by the population.
///
/// Census when `n = N`: met exactly if `x ≥ K` ([`BasisPoints::needed`]). Hypergeometric when `n < N ≤ 10^6`;
/// otherwise binomial, also when `n > N`. See [`judge`] for the formulas and another `α`.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`, [`StatsError::OutOfRange`] when `n > 10^10`.
///
/// ```
/// use hailong::stats::{BasisPoints, Population, verdict::{Verdict, assess}};
/// let target = BasisPoints::new(9000)?;
/// let unit = assess(113, 120, Population::Known(150), target)?;
/// assert_eq!((unit.verdict, unit.lower), (Verdict::Met, 0.92));
/// assert_eq!(assess(28, 28, Population::Unknown, target)?.verdict, Verdict::NotEnough);
/// assert_eq!(assess(29, 29, Population::Unknown, target)?.verdict, Verdict::Met);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn assess(x: u64, n: u64, population: Population, target: BasisPoints) -> Result<Assessment, StatsError> {
    let assessment = judge(Evidence::of(x, n, population), target, ALPHA)?;
    Ok(Assessment { status: population.status(n), ..assessment })
}

/// The verdict for a pooled (or otherwise clustered) share of `n` respondents with effective size `n_eff`, at
/// [`ALPHA`].
///
/// `n_eff` is `p(1 − p)/V` as estimated; credit is given for at most `n*(n, N)` at design effect 1 ([`design_size`],
/// with `n − 1` degrees of freedom). Everybody answered (`n = N`): met exactly if `share ≥ T`, to within 1e-12.
/// A single respondent: not enough. `n = 0`: not enough, without an estimate.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `share` is outside [0, 1], `n` is above 10^10, or `n_eff` is
/// negative or not finite.
///
/// ```
/// use hailong::stats::{BasisPoints, Population, verdict::{Verdict, assess_design}};
/// let target = BasisPoints::new(9000)?;
/// let form = assess_design(0.93, 412.6, 500, Population::Unknown, target)?;
/// assert_eq!(form.verdict, Verdict::Met);
/// assert!((form.lower - 0.9057234506).abs() < 1e-9);
/// // An estimated size above the number of respondents is not believed.
/// let few = assess_design(0.93, 412.6, 60, Population::Unknown, target)?;
/// assert_eq!(few.verdict, Verdict::NotEnough);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn assess_design(
    share: f64,
    n_eff: f64,
    n: u64,
    population: Population,
    target: BasisPoints,
) -> Result<Assessment, StatsError> {
    assess_design_at(DesignBasis { share, n_eff, n, df: n.saturating_sub(1), population }, target, ALPHA)
}

/// Largest effective size a bound is computed at: its shape parameters may be larger by one than `x` and `n − x`.
pub(super) const MAX_CREDIT: f64 = (MAX_SIZE - 1) as f64;

/// What a verdict on a design-based share rests on: the arguments of [`design_size`] and the share.
#[derive(Debug, Clone, Copy)]
pub(super) struct DesignBasis {
    pub share: f64,
    pub n_eff: f64,
    pub n: u64,
    pub df: u64,
    pub population: Population,
}

pub(super) fn assess_design_at(
    DesignBasis { share, n_eff, n, df, population }: DesignBasis,
    target: BasisPoints,
    alpha: f64,
) -> Result<Assessment, StatsError> {
    check_share("share", share)?;
    check_count("n", n)?;
    let status = population.status(n);
    let size = design_size(n_eff, n, population, df, alpha)?;
    let evidence = Evidence::Design { share, n_eff: size.unwrap_or(real(n)) };
    if size.is_none() {
        let p_values = PValues::certain(share >= target.share() - SAME_SHARE);
        let interval = ShareInterval { estimate: Some(share), lower: share, upper: share };
        return Ok(assessment(p_values, interval, alpha, evidence, status));
    }
    let mut assessment = judge(evidence, target, alpha)?;
    assessment.status = status;
    assessment.estimate = assessment.estimate.filter(|_| n > 0);
    Ok(assessment)
}

/// The effective size a verdict gives credit for: `min(n_eff, n*(n, N))·(t_{1−α; n−1}/t_{1−α; df})²`.
///
/// `n*` is [`effective_size`] at design effect 1: an estimated design effect below 1 earns nothing. `df` are the
/// degrees of freedom of the variance; with `n − 1` of them the last factor is 1. `df = 0` (or a single response)
/// gives 0, which means "not enough"; never more than 10^10; `None` in a census, where nothing is estimated. (Korn & Graubard 1998.)
///
/// # Errors
/// [`StatsError::OutOfRange`] when `n` or `df` is above 10^10, `n_eff` negative or not finite, or `α`
/// not between 0 and ½.
///
/// ```
/// use hailong::stats::{Population, verdict::{ALPHA, design_size}};
/// assert_eq!(design_size(412.6, 500, Population::Unknown, 499, ALPHA)?, Some(412.6));
/// assert_eq!(design_size(412.6, 60, Population::Unknown, 59, ALPHA)?, Some(60.0));
/// assert_eq!(design_size(412.6, 60, Population::Known(60), 59, ALPHA)?, None);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn design_size(n_eff: f64, n: u64, population: Population, df: u64, alpha: f64) -> Result<Option<f64>, StatsError> {
    if !(n_eff >= 0.0 && n_eff.is_finite()) {
        return Err(StatsError::OutOfRange { argument: "n_eff", value: n_eff, allowed: "0 or more, finite" });
    }
    check_count("df", df)?;
    check_error("alpha", alpha)?;
    let Some(most) = effective_size(n, population, 1.0)? else {
        return Ok(None);
    };
    if df == 0 || n < 2 {
        return Ok(Some(0.0));
    }
    let credited = n_eff.min(most).min(MAX_CREDIT);
    if df == n - 1 {
        return Ok(Some(credited));
    }
    let factor = student_quantile(1.0 - alpha, real(n - 1))? / student_quantile(1.0 - alpha, real(df))?;
    Ok(Some(credited * factor * factor))
}

/// The verdict on given evidence against `target`, with one-sided error `alpha` (above 0, below ½).
///
/// | evidence | `p_met` | `p_not_met` | bounds |
/// | --- | --- | --- | --- |
/// | census | 0 if `x ≥ K`, else 1 | the other | `p̂, p̂` |
/// | hypergeometric | `P(X ≥ x)` with `K − 1` satisfied (1 if `K = 0`) | `P(X ≤ x)` with `K` | section 7 |
/// | binomial | `P(X ≥ x) = I_T(x, n − x + 1)` | `P(X ≤ x) = 1 − I_T(x + 1, n − x)` | section 4 |
/// | design | the same at `x = p·n_eff`, `n = n_eff` | the same | section 4, real sizes |
///
/// `K = ceil(τN/10000)` in integers. `x = 0`: `p_met = 1`; `x = n`: `p_not_met = 1`. No response, or `n_eff = 0`: not
/// enough, both 1, bounds [0, 1]. (Clopper & Pearson 1934; Wright 1991; Korn & Graubard 1998.)
///
/// # Errors
/// [`StatsError::Inconsistent`] unless `x ≤ n ≤ N`; [`StatsError::OutOfRange`] for sizes above 10^10, a
/// hypergeometric population above 10^6, a share outside [0, 1] or an `alpha` outside its range.
///
/// ```
/// use hailong::stats::{BasisPoints, verdict::{Evidence, Verdict, judge}};
/// let found = judge(Evidence::Binomial { x: 190, n: 200 }, BasisPoints::new(9000)?, 0.05)?;
/// assert_eq!(found.verdict, Verdict::Met);
/// assert!((found.p_met - 0.008071249955).abs() < 1e-12);
/// assert!((found.lower - 0.9166648489).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn judge(evidence: Evidence, target: BasisPoints, alpha: f64) -> Result<Assessment, StatsError> {
    let confidence = Confidence::from_tail(alpha)?;
    let p_values = p_values(evidence, target)?;
    let interval = match evidence {
        _ if evidence.is_empty() => ShareInterval { estimate: evidence.estimate(), ..ShareInterval::NOTHING },
        Evidence::Census { x, n } => {
            let share = real(x) / real(n);
            ShareInterval { estimate: Some(share), lower: share, upper: share }
        }
        Evidence::Hypergeometric { x, n, population } => hypergeometric_bounds(x, n, population, confidence)?.interval,
        Evidence::Binomial { x, n } => clopper_pearson(real(x), real(n), confidence)?,
        Evidence::Design { share, n_eff } => {
            let bounds = clopper_pearson(share * n_eff, n_eff, confidence)?;
            ShareInterval { estimate: Some(share), ..bounds }
        }
    };
    let status = match evidence {
        _ if evidence.is_empty() => PopulationStatus::NoData,
        Evidence::Census { .. } => PopulationStatus::Census,
        _ => PopulationStatus::Sample,
    };
    Ok(assessment(p_values, interval, alpha, evidence, status))
}

fn assessment(
    p_values: PValues,
    interval: ShareInterval,
    alpha: f64,
    evidence: Evidence,
    status: PopulationStatus,
) -> Assessment {
    Assessment {
        verdict: p_values.verdict(alpha),
        estimate: interval.estimate,
        p_met: p_values.met,
        p_not_met: p_values.not_met,
        lower: interval.lower,
        upper: interval.upper,
        evidence,
        status,
    }
}

pub(super) fn p_values(evidence: Evidence, target: BasisPoints) -> Result<PValues, StatsError> {
    evidence.check()?;
    if evidence.is_empty() {
        return Ok(PValues::NOTHING);
    }
    match evidence {
        Evidence::Census { x, n } => Ok(PValues::certain(x >= target.needed(n))),
        Evidence::Hypergeometric { x, n, population } => {
            let needed = target.needed(population);
            let met = match needed.checked_sub(1) {
                Some(just_below) => hypergeometric_at_least(x, population, just_below, n)?,
                None => 1.0,
            };
            Ok(PValues { met, not_met: hypergeometric_tails(x, population, needed, n)?.lower })
        }
        Evidence::Binomial { x, n } => beta_p_values(real(x), real(n - x), target),
        Evidence::Design { share, n_eff } => {
            let x = share * n_eff;
            beta_p_values(x, n_eff - x, target)
        }
    }
}

/// Tails of `x` satisfied and `rest` not, real numbers, at the target.
fn beta_p_values(x: f64, rest: f64, target: BasisPoints) -> Result<PValues, StatsError> {
    let (t, u) = (target.share(), target.complement());
    Ok(PValues {
        met: if x == 0.0 { 1.0 } else { beta_tails(x, rest + 1.0, t, u)?.lower },
        not_met: if rest == 0.0 { 1.0 } else { beta_tails(x + 1.0, rest, t, u)?.upper },
    })
}
