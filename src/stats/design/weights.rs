//! Design effect and effective size before any answer is looked at (sections 5, 13).

use crate::stats::{Population, StatsError, real};

/// Above this `deff_weights` a figure needs a warning: a few responses carry most of the weight.
pub const UNEVEN_WEIGHTS: f64 = 3.0;

/// The intra-class correlation `ρ` of learners in a school that is planned with until a first survey has measured it;
/// also taken in a verdict where everybody agrees and none can be measured.
pub const PLANNED_ICC: f64 = 0.05;

/// The weights of the rows that count, relative to their largest: no sum of their squares overflows or is lost.
#[derive(Debug, Clone)]
pub(super) struct Relative {
    /// `w/max w`, from 0 to 1; 0 for a row that does not count.
    pub weights: Vec<f64>,
    /// `max w`; 0 if no row counts.
    pub largest: f64,
    /// Rows that count.
    pub n: u64,
    /// `Σw/max w`.
    pub sum: f64,
    /// `(Σw)²/Σw²`; 0 if no row counts.
    pub kish: f64,
}

impl Relative {
    /// `weights` have been checked ([`check_weights`]); rows with weight 0 never count.
    pub fn of(weights: &[f64], counts: impl Fn(usize) -> bool) -> Self {
        let counted = |(row, &w): (usize, &f64)| if w > 0.0 && counts(row) { Some(w) } else { None };
        let counted: Vec<Option<f64>> = weights.iter().enumerate().map(counted).collect();
        let largest = counted.iter().flatten().copied().fold(0.0, f64::max);
        let relative: Vec<f64> = counted.iter().map(|w| w.map_or(0.0, |w| w / largest)).collect();
        let n = counted.iter().flatten().count() as u64;
        let sum: f64 = relative.iter().sum();
        let squares: f64 = relative.iter().map(|w| w * w).sum();
        let kish = if n > 0 { (sum * sum / squares).min(real(n)) } else { 0.0 };
        Self { weights: relative, largest, n, sum, kish }
    }
}

pub(super) fn check_weights(weights: &[f64]) -> Result<(), StatsError> {
    match weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
        None => Ok(()),
        Some(&value) => Err(StatsError::OutOfRange { argument: "weights", value, allowed: "0 or more, finite" }),
    }
}

/// What weighting and clustering cost in precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignEffect {
    /// Responses with a weight above 0.
    pub n: u64,
    /// `Σw`.
    pub sum_w: f64,
    /// `(Σw)²/Σw²`, the number of equally weighted responses that would be as exact; 0 without a response.
    pub n_eff_weights: f64,
    /// `n/n_eff_weights = 1 + cv²`; `None` without a response.
    pub deff_weights: Option<f64>,
    /// `cv²`, the squared coefficient of variation of the weights (population form); `None` without a response.
    pub cv2: Option<f64>,
    /// `m_a = Σm²/Σm`, the mean cluster size as a member of a cluster sees it; `None` without clusters.
    pub m_a: Option<f64>,
    /// `max(1, 1 + (m_a − 1)ρ)`; 1 without clusters.
    pub deff_cluster: f64,
    /// `deff_weights·deff_cluster`; `None` without a response.
    pub deff: Option<f64>,
    /// `n/deff`; 0 without a response.
    pub n_eff: f64,
}

impl DesignEffect {
    /// Whether the weights differ so much that a figure needs a warning ([`UNEVEN_WEIGHTS`]).
    #[must_use]
    pub fn is_uneven(&self) -> bool {
        self.deff_weights.is_some_and(|deff| deff > UNEVEN_WEIGHTS)
    }
}

/// Design effect and effective size of `weights` (any unit, 0 = not counted) and clusters of `cluster_sizes` responses
/// (empty: no clusters) whose members correlate with `icc` = `ρ`, from −1 to 1.
///
/// `n_eff_weights = (Σw)²/Σw²`, `deff_weights = n/n_eff_weights`, `deff_cluster = max(1, 1 + (m_a − 1)ρ)` with
/// `m_a = Σm²/Σm`; `deff` is their product and `n_eff = n/deff`. For planning, and where a variance cannot be
/// estimated. (Kish 1965.)
///
/// Only weights above 0 count; none at all: `n = 0`, `n_eff = 0`, `deff` is `None`. One weight of 10^12 among ones gives
/// `n_eff ≈ 1`, which is the truth about such a file. The cluster sizes need not add to `n`: a plan has other sizes.
///
/// # Errors
/// [`StatsError::OutOfRange`] for a negative or non-finite weight, weights whose sum is not a number, or `icc` outside
/// [−1, 1].
///
/// ```
/// use hailong::stats::design::design_effect;
/// let survey = design_effect(&[3.0; 10], &[2, 3, 5], 0.05)?;
/// assert_eq!((survey.n_eff_weights, survey.m_a), (10.0, Some(3.8)));
/// assert!((survey.n_eff - 8.771929825).abs() < 1e-9);
/// let weighted = design_effect(&[1.0, 1.0, 2.0, 4.0], &[], 0.0)?;
/// assert_eq!(weighted.deff, Some(1.375));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn design_effect(weights: &[f64], cluster_sizes: &[u64], icc: f64) -> Result<DesignEffect, StatsError> {
    if !(-1.0..=1.0).contains(&icc) {
        return Err(StatsError::OutOfRange { argument: "icc", value: icc, allowed: "-1..=1" });
    }
    check_weights(weights)?;
    let Relative { largest, n, sum, kish: n_eff_weights, .. } = Relative::of(weights, |_| true);
    let sum_w = sum * largest;
    if !sum_w.is_finite() {
        let value = largest;
        return Err(StatsError::OutOfRange { argument: "weights", value, allowed: "small enough to be added" });
    }
    let m_a = seen_size(cluster_sizes.iter().copied());
    let deff_cluster = m_a.map_or(1.0, |m_a| cluster_effect(m_a, icc));
    let deff_weights = (n > 0).then(|| real(n) / n_eff_weights);
    Ok(DesignEffect {
        n,
        sum_w,
        n_eff_weights,
        deff_weights,
        cv2: deff_weights.map(|deff| deff - 1.0),
        m_a,
        deff_cluster,
        deff: deff_weights.map(|deff| deff * deff_cluster),
        n_eff: n_eff_weights / deff_cluster,
    })
}

/// `max(1, 1 + (m − 1)ρ)`: the design effect of drawing whole groups of `m` members that correlate with `icc` = `ρ`
/// (Kish 1965).
///
/// ```
/// use hailong::stats::design::{PLANNED_ICC, cluster_effect};
/// assert!((cluster_effect(25.0, PLANNED_ICC) - 2.2).abs() < 1e-12); // 25 pupils a school
/// ```
#[must_use]
pub fn cluster_effect(m: f64, icc: f64) -> f64 {
    (1.0 + (m - 1.0) * icc).max(1.0)
}

/// `Σm²/Σm`; `None` when all are 0.
pub(super) fn seen_size(sizes: impl Iterator<Item = u64>) -> Option<f64> {
    let (mut sum, mut squares) = (0.0, 0.0);
    for m in sizes.map(real) {
        sum += m;
        squares += m * m;
    }
    (sum > 0.0).then(|| squares / sum)
}

/// Weight of a learner drawn in two stages: `1/(P(school)·P(learner | school))`, each probability above 0, at most 1.
///
/// # Errors
/// [`StatsError::OutOfRange`] for a probability outside its range, or so small that the weight is not a number.
///
/// ```
/// use hailong::stats::design::two_stage_weight;
/// assert_eq!(two_stage_weight(10.0 / 40.0, 25.0 / 500.0)?, 80.0);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn two_stage_weight(school: f64, learner: f64) -> Result<f64, StatsError> {
    for (argument, value) in [("school", school), ("learner", learner)] {
        if !(1e-100..=1.0).contains(&value) {
            return Err(StatsError::OutOfRange { argument, value, allowed: "10^-100..=1" });
        }
    }
    Ok(1.0 / (school * learner))
}

/// The population of schools that enters a variance: `M_h`, if more than a tenth of the schools of the stratum were
/// drawn; otherwise unknown, which is the ultimate-cluster variance with replacement (section 13).
///
/// # Errors
/// [`StatsError::Inconsistent`] when more schools were drawn than there are.
///
/// ```
/// use hailong::stats::{Population, design::schools_in_population};
/// assert_eq!(schools_in_population(4, 40)?, Population::Unknown);
/// assert_eq!(schools_in_population(5, 40)?, Population::Known(40));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn schools_in_population(drawn: u64, schools: u64) -> Result<Population, StatsError> {
    if drawn > schools {
        return Err(StatsError::Inconsistent { argument: "drawn", rule: "cannot be larger than schools" });
    }
    let many = u128::from(drawn) * 10 > u128::from(schools);
    Ok(if many { Population::Known(schools) } else { Population::Unknown })
}
