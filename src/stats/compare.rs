//! Two periods against each other (section 14), and many findings at once (section 17).
//!
//! A difference is always the later share minus the earlier one. The same people answering in both periods is
//! ignored, which errs on the careful side when their answers agree with each other.

use super::proportion::{Confidence, ShareInterval, wilson_finite};
use super::verdict::SAME_SHARE;
use super::{Population, StatsError, check_part, check_share, real};

/// The share of one period and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodShare {
    /// Share satisfied, from 0 to 1. Not looked at when `n` is 0.
    pub share: f64,
    /// Responses it rests on.
    pub n: u64,
    /// `N`, case files handled in the period.
    pub population: Population,
    /// Design effect `n/n_eff`, 1 for a plain share of equally weighted responses.
    pub deff: f64,
}

impl PeriodShare {
    /// The plain share of `x` satisfied among `n` equally weighted responses. `n = 0` is a period without data.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when `x > n`, [`StatsError::OutOfRange`] when `n > 10^10`.
    pub fn of_counts(x: u64, n: u64, population: Population) -> Result<Self, StatsError> {
        check_part(x, n)?;
        let share = if n == 0 { 0.0 } else { real(x) / real(n) };
        Ok(Self { share, n, population, deff: 1.0 })
    }

    fn interval(&self, confidence: Confidence) -> Result<ShareInterval, StatsError> {
        Ok(wilson_finite(self.share, self.n, self.population, self.deff, confidence)?.interval)
    }
}

/// What can be said about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The whole interval is above 0.
    Higher,
    /// The whole interval is below 0.
    Lower,
    /// The interval contains 0, or there is no difference to speak of.
    NoClearChange,
}

/// Later minus earlier share, with its bounds; fractions of one, from −1 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// `D = p2 − p1`.
    pub difference: f64,
    /// Lower bound of `D`.
    pub lower: f64,
    /// Upper bound of `D`.
    pub upper: f64,
}

impl Difference {
    /// Higher if the lower bound is above 0, lower if the upper bound is below 0. Bounds within 1e-12 of 0 count as 0:
    /// sums of weights are not more exact than that, and equal shares must not differ.
    #[must_use]
    pub fn change(self) -> Change {
        if self.lower > SAME_SHARE {
            Change::Higher
        } else if self.upper < -SAME_SHARE {
            Change::Lower
        } else {
            Change::NoClearChange
        }
    }
}

/// Two periods compared; differences are `None` when a period has no data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// `p1`, the share of the earlier period.
    pub earlier: Option<f64>,
    /// `p2`, the share of the later period.
    pub later: Option<f64>,
    /// The interval shown on a screen: both bounds hold together at the level.
    pub two_sided: Option<Difference>,
    /// The bounds of the yearly duty: each holds alone at the level.
    pub one_sided: Option<Difference>,
}

impl Comparison {
    /// The words on a screen, "tăng" / "giảm" / "không thay đổi rõ": from the two-sided interval, since the claim may
    /// go either way.
    #[must_use]
    pub fn words(&self) -> Change {
        self.two_sided.map_or(Change::NoClearChange, Difference::change)
    }

    /// The verdict on the duty "năm sau cao hơn năm trước", from the one-sided bounds.
    #[must_use]
    pub fn verdict(&self) -> Change {
        self.one_sided.map_or(Change::NoClearChange, Difference::change)
    }
}

/// The difference between two periods, with Newcombe's hybrid score interval.
///
/// With Wilson's interval `[l, u]` of each period at its own effective size
/// ([`wilson_finite`]: finite population, design effect), `D = p2 − p1`,
/// `lower = D − sqrt((p2 − l2)² + (u1 − p1)²)`, `upper = D + sqrt((u2 − p2)² + (p1 − l1)²)`. Computed twice: two-sided
/// at `level`, and with each bound alone at `level` (`z_{level}`). (Newcombe 1998b.)
///
/// `level` is the confidence, above ½ and below 1, usually 0.95. A period in which everybody answered has `l = u = p`;
/// of two such the plain difference decides. More responses than population count as an unknown population. A period
/// without responses has no share, and then there is no difference.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `level`, a share, a number of responses (10^10) or a design effect is outside its
/// range.
///
/// ```
/// use hailong::stats::Population;
/// use hailong::stats::compare::{Change, PeriodShare, compare_periods};
/// let earlier = PeriodShare::of_counts(352, 400, Population::Unknown)?;
/// let later = PeriodShare::of_counts(276, 300, Population::Unknown)?;
/// let found = compare_periods(earlier, later, 0.95)?;
/// let shown = found.two_sided.unwrap();
/// assert!((shown.lower + 0.005997468319).abs() < 1e-9 && (shown.upper - 0.08381009794).abs() < 1e-9);
/// assert_eq!((found.words(), found.verdict()), (Change::NoClearChange, Change::Higher));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn compare_periods(earlier: PeriodShare, later: PeriodShare, level: f64) -> Result<Comparison, StatsError> {
    let both_sides = Confidence::two_sided(level)?;
    let one_side = Confidence::one_sided(level)?;
    let (first, second) = (earlier.interval(both_sides)?, later.interval(both_sides)?);
    Ok(Comparison {
        earlier: first.estimate,
        later: second.estimate,
        two_sided: mover_difference(first, second)?,
        one_sided: mover_difference(earlier.interval(one_side)?, later.interval(one_side)?)?,
    })
}

/// The difference of two shares from an interval of each, however it was made: weighted, stratified, clustered.
///
/// The square roots of [`compare_periods`] with any `[l, u]` ("method of variance estimates recovery"). The difference
/// has the confidence that the two intervals have, two-sided or one-sided. `None` when either has no estimate.
/// (Zou & Donner 2008.)
///
/// # Errors
/// [`StatsError::OutOfRange`] when an estimate or bound is outside [0, 1]; [`StatsError::Inconsistent`] unless
/// `lower ≤ estimate ≤ upper`, to within 1e-12.
///
/// ```
/// use hailong::stats::compare::mover_difference;
/// use hailong::stats::proportion::ShareInterval;
/// let earlier = ShareInterval { estimate: Some(0.949782), lower: 0.9136372718, upper: 0.9861808651 };
/// let later = ShareInterval { estimate: Some(0.80556), lower: 0.7599583688, upper: 0.8344618245 };
/// let found = mover_difference(earlier, later)?.unwrap();
/// assert!((found.lower + 0.2025691177).abs() < 1e-9 && (found.upper + 0.09794288119).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn mover_difference(earlier: ShareInterval, later: ShareInterval) -> Result<Option<Difference>, StatsError> {
    let (Some(first), Some(second)) = (Arms::of(earlier, "earlier")?, Arms::of(later, "later")?) else {
        return Ok(None);
    };
    let difference = second.estimate - first.estimate;
    let down = (second.below.powi(2) + first.above.powi(2)).sqrt();
    let up = (second.above.powi(2) + first.below.powi(2)).sqrt();
    // In exact arithmetic both ends are within −1 and 1; rounding must not say otherwise.
    Ok(Some(Difference {
        difference,
        lower: (difference - down).clamp(-1.0, difference),
        upper: (difference + up).clamp(difference, 1.0),
    }))
}

/// A share with the distances to its bounds.
struct Arms {
    estimate: f64,
    below: f64,
    above: f64,
}

impl Arms {
    fn of(interval: ShareInterval, argument: &'static str) -> Result<Option<Self>, StatsError> {
        check_share(argument, interval.lower)?;
        check_share(argument, interval.upper)?;
        let Some(estimate) = interval.estimate else {
            return Ok(None);
        };
        check_share(argument, estimate)?;
        let (below, above) = (estimate - interval.lower, interval.upper - estimate);
        if below < -SAME_SHARE || above < -SAME_SHARE {
            return Err(StatsError::Inconsistent { argument, rule: "the estimate must lie within its bounds" });
        }
        Ok(Some(Self { estimate, below: below.max(0.0), above: above.max(0.0) }))
    }
}

/// A p-value after the correction for looking at many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdjustedP {
    /// The adjusted p-value, at least the plain one and at most 1.
    pub p: f64,
    /// Whether it is at most `q`: the finding may be named.
    pub rejected: bool,
}

/// p-values of many findings, adjusted so that among those named about a share `q` at most is named wrongly.
///
/// Of the `m` values that are not `None`, in ascending order `p_(1) ≤ … ≤ p_(m)`:
/// `adjusted_(i) = min(1, min_{j ≥ i} (m/j)·p_(j))`, rejected exactly if `adjusted ≤ q`. The order of the list is kept; a
/// `None` (nothing could be tested) stays `None` and is not counted in `m`. An empty list gives an empty list.
/// `q` is the false discovery rate, from 0 to 1, usually 0.05. Used wherever a list of units is flagged.
/// (Benjamini & Hochberg 1995.)
///
/// # Errors
/// [`StatsError::OutOfRange`] when `q` or a p-value is outside [0, 1].
///
/// ```
/// use hailong::stats::compare::benjamini_hochberg;
/// let adjusted = benjamini_hochberg(&[Some(0.01), None, Some(0.02)], 0.05)?;
/// assert_eq!(adjusted[0].unwrap().p, 0.02);
/// assert!(adjusted[1].is_none() && adjusted[2].unwrap().rejected);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn benjamini_hochberg(p: &[Option<f64>], q: f64) -> Result<Vec<Option<AdjustedP>>, StatsError> {
    check_share("q", q)?;
    let mut tested = Vec::with_capacity(p.len());
    for (position, value) in p.iter().enumerate().filter_map(|(position, value)| Some((position, (*value)?))) {
        check_share("p", value)?;
        tested.push((position, value));
    }
    tested.sort_unstable_by(|one, other| one.1.total_cmp(&other.1));
    let m = tested.len() as f64;
    let mut adjusted = vec![None; p.len()];
    let mut least = 1.0_f64;
    for (rank, &(position, value)) in tested.iter().enumerate().rev() {
        // m/j first, as R's p.adjust: a tie with q falls on the same side.
        least = least.min(m / (rank + 1) as f64 * value);
        adjusted[position] = Some(AdjustedP { p: least, rejected: least <= q });
    }
    Ok(adjusted)
}
