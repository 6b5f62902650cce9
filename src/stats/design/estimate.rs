//! An estimate with its variance, its intervals and its verdict (sections 8, 9, 10, 11).

use super::{PLANNED_ICC, cluster_effect};
use crate::stats::plan::{Aim, RequiredMore, required_more_for};
use crate::stats::proportion::{ShareInterval, clopper_pearson_of};
use crate::stats::special::student_quantile;
use crate::stats::verdict::{ALPHA, Assessment, DesignBasis, MAX_CREDIT, assess_design_at};
use crate::stats::{BasisPoints, Confidence, Population, StatsError, real};

/// Below this the variance of a share is rounding error, and counts as 0.
const ZERO_VARIANCE: f64 = 1e-28;
/// A share closer than this to 0 or 1 is 0 or 1.
const ZERO_DISTANCE: f64 = 1e-14;

/// A mean, total or ratio with its sampling variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of the values.
    pub value: f64,
    /// `V`, its variance; 0 from a single PSU too, so look at [`Self::interval`], not at it alone.
    pub variance: f64,
    /// Responses it rests on: rows with a weight above 0.
    pub n: u64,
    /// Degrees of freedom of the variance; with 0 there is no interval.
    pub df: u64,
    /// Everybody was asked, in every stratum: nothing is estimated.
    pub complete: bool,
}

/// Both ends of an interval, in the unit of the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Bounds {
    /// Cut to what a value can be: 1 and 5 for a mean score. `least` must not be above `most`.
    #[must_use]
    pub fn within(self, least: f64, most: f64) -> Self {
        Self { lower: self.lower.max(least), upper: self.upper.min(most) }
    }
}

impl Estimate {
    /// Standard error, `sqrt(V)`.
    #[must_use]
    pub fn se(&self) -> f64 {
        self.variance.sqrt()
    }

    /// `value ± t_{1−a; df}·se`. `df = 0`: `None`. Everybody asked: of zero width. (Section 1; Cochran 1977.)
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] when `value ± t·se` is not a number any more (values near 10^100).
    ///
    /// ```
    /// use hailong::stats::{Confidence, design::Sample};
    /// let drawn = Sample::new(&[1.0; 4])?.weighted()?;
    /// let mean = drawn.all().mean(&[1.0, 2.0, 3.0, 4.0])?.unwrap();
    /// let shown = mean.interval(Confidence::TWO_SIDED_95)?.unwrap();
    /// assert!((shown.upper - (2.5 + 3.182446305 * mean.se())).abs() < 1e-8);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn interval(&self, confidence: Confidence) -> Result<Option<Bounds>, StatsError> {
        if self.complete {
            return Ok(Some(Bounds { lower: self.value, upper: self.value }));
        }
        if self.df == 0 {
            return Ok(None);
        }
        let reach = t_beyond(confidence, self.df)? * self.se();
        if (self.value.abs() + reach).is_finite() {
            Ok(Some(Bounds { lower: self.value - reach, upper: self.value + reach }))
        } else {
            Err(StatsError::OutOfRange { argument: "confidence", value: confidence.tail(), allowed: "a larger error" })
        }
    }
}

/// A share with its sampling variance: weighted, stratified or clustered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareEstimate {
    /// `p`, from 0 to 1.
    pub estimate: f64,
    /// `1 − p`, with its own digits where `p` is close to 1.
    pub complement: f64,
    /// `V`, its variance; below 10^-28 it is 0.
    pub variance: f64,
    /// Responses it rests on.
    pub n: u64,
    /// Degrees of freedom of the variance; with 0 there is no interval.
    pub df: u64,
    /// `n_eff = p(1 − p)/V`, the size of a simple sample that would be as exact. With `V = 0` a fallback that needs no
    /// variance: `1/Σ W_h²(1 − f_h)/n_h` of a stratified estimate, `(Σw)²/Σw²` of a sample in which all agree. `None`
    /// when everybody was asked, and where the fallback does not apply (a single PSU, PSUs all alike).
    pub n_eff: Option<f64>,
    /// `deff = V/(p(1 − p)/n)`; `None` when `V = 0`.
    pub deff: Option<f64>,
    /// Everybody was asked, in every stratum: nothing is estimated.
    pub complete: bool,
    /// The responses' population as far as a verdict knows it (the cap on the effective size).
    pub population: Population,
    /// Mean size of a cluster as its member sees it; 1 without clusters.
    pub m_a: f64,
}

/// Korn–Graubard interval with the effective size it used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectiveInterval {
    /// `k = n_eff·(t_{a; n−1}/t_{a; df})²`.
    pub n_eff: f64,
    /// Clopper–Pearson bounds at `(k·p, k)`; a `k` above 10^10 counts as 10^10.
    pub interval: ShareInterval,
}

/// What a share estimate is made from; the rest follows.
pub(super) struct ShareParts {
    /// The share satisfied.
    pub satisfied: Estimate,
    /// The share not satisfied; the same variance, but for rounding.
    pub not: Estimate,
    pub population: Population,
    pub m_a: f64,
    /// The effective size when `V = 0`.
    pub fallback: Fallback,
}

/// The effective size of a share without a variance.
pub(super) enum Fallback {
    /// Whatever the share.
    Always(f64),
    /// Only if all agree: the weights say nothing about PSUs that are alike by chance.
    AllAgree(f64),
}

impl ShareEstimate {
    pub(super) fn from_parts(parts: ShareParts) -> Self {
        let ShareParts { satisfied, not, population, m_a, fallback } = parts;
        // The distances from the smaller share keep their digits.
        let Estimate { variance, n, df, complete, .. } = if satisfied.value <= not.value { satisfied } else { not };
        let (p, q) = match (satisfied.value, not.value) {
            (p, _) if p < ZERO_DISTANCE => (0.0, 1.0),
            (_, q) if q < ZERO_DISTANCE => (1.0, 0.0),
            (p, q) => (p.min(1.0), q.min(1.0)),
        };
        let agree = p == 0.0 || q == 0.0;
        let variance = if complete || agree || variance < ZERO_VARIANCE { 0.0 } else { variance };
        let n_eff = if variance > 0.0 {
            Some(p * q / variance)
        } else {
            match fallback {
                Fallback::Always(size) => Some(size),
                Fallback::AllAgree(size) => agree.then_some(size),
            }
            .filter(|_| !complete)
        };
        let deff = n_eff.filter(|size| variance > 0.0 && *size > 0.0).map(|size| real(n) / size);
        Self { estimate: p, complement: q, variance, n, df, n_eff, deff, complete, population, m_a }
    }

    /// Standard error, `sqrt(V)`.
    #[must_use]
    pub fn se(&self) -> f64 {
        self.variance.sqrt()
    }

    /// The interval to show: of zero width when everybody was asked, [`Self::logit`] where it exists, otherwise
    /// [`Self::korn_graubard`]; `None` without degrees of freedom.
    ///
    /// # Errors
    /// As [`Self::korn_graubard`].
    ///
    /// ```
    /// use hailong::stats::{Confidence, design::{Cell, stratified}};
    /// let everybody = stratified(&[Cell { population: 40, n: 40, x: 36 }])?.estimate.unwrap();
    /// let shown = everybody.interval(Confidence::TWO_SIDED_95)?.unwrap();
    /// assert_eq!((shown.lower, shown.upper), (0.9, 0.9));
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn interval(&self, confidence: Confidence) -> Result<Option<ShareInterval>, StatsError> {
        if self.complete {
            let p = self.estimate;
            return Ok(Some(ShareInterval { estimate: Some(p), lower: p, upper: p }));
        }
        match self.logit(confidence)? {
            Some(interval) => Ok(Some(interval)),
            None => Ok(self.korn_graubard(confidence)?.map(|found| found.interval)),
        }
    }

    /// Logit interval: `l = ln(p/(1 − p))`, `se_l = sqrt(V)/(p(1 − p))`, `l ± t_{1−a; df}·se_l`, back by
    /// `1/(1 + e^{−l})`.
    ///
    /// `None` for `p = 0`, `p = 1`, `V = 0` (a census too) or `df = 0`. (Section 10; method "xlogit" of `svyciprop`,
    /// Lumley 2010.)
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] when `df` is above 10^10.
    ///
    /// ```
    /// use hailong::stats::{Confidence, design::{Cell, stratified}};
    /// let cells = [(500, 50, 45), (300, 20, 16), (200, 30, 30)].map(|(population, n, x)| Cell { population, n, x });
    /// let unit = stratified(&cells)?.estimate.unwrap();
    /// let shown = unit.logit(Confidence::TWO_SIDED_95)?.unwrap();
    /// assert!((shown.lower - 0.8040947568).abs() < 1e-9 && (shown.upper - 0.9409994708).abs() < 1e-9);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn logit(&self, confidence: Confidence) -> Result<Option<ShareInterval>, StatsError> {
        let (p, q) = (self.estimate, self.complement);
        if p == 0.0 || q == 0.0 || self.variance == 0.0 || self.df == 0 {
            return Ok(None);
        }
        let logit = (p / q).ln();
        let reach = t_beyond(confidence, self.df)? * (self.se() / (p * q));
        // e^{−l} may overflow; 1/∞ is the right 0.
        let share = |l: f64| 1.0 / (1.0 + (-l).exp());
        Ok(Some(ShareInterval {
            estimate: Some(p),
            lower: share(logit - reach).min(p),
            upper: share(logit + reach).max(p),
        }))
    }

    /// Korn–Graubard interval: Clopper–Pearson at `(k·p, k)` with `k = n_eff·(t_{a; n−1}/t_{a; df})²`; also the bounds
    /// of a verdict, at one-sided confidence.
    ///
    /// `None` in a census, with `df = 0`, or without an effective size. (Korn & Graubard 1998; method "beta" of
    /// `svyciprop`.)
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] when `n` is above 10^10.
    ///
    /// ```
    /// use hailong::stats::{Confidence, design::{Cell, stratified}};
    /// let cells = [(120, 12, 12), (80, 8, 8), (30, 0, 0)].map(|(population, n, x)| Cell { population, n, x });
    /// let all_satisfied = stratified(&cells)?.estimate.unwrap();
    /// let bound = all_satisfied.korn_graubard(Confidence::ONE_SIDED_95)?.unwrap();
    /// assert!((bound.interval.lower - 0.87321115).abs() < 1e-8);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn korn_graubard(&self, confidence: Confidence) -> Result<Option<EffectiveInterval>, StatsError> {
        let Some(n_eff) = self.n_eff.filter(|_| self.df > 0 && self.n > 1) else {
            return Ok(None);
        };
        let factor = t_beyond(confidence, self.n - 1)? / t_beyond(confidence, self.df)?;
        let n_eff = n_eff * factor * factor;
        let at = |size: f64| clopper_pearson_of(self.estimate * size, size, confidence);
        // Beyond the largest credit a bound is worked out where one side is small; elsewhere it would change no digit.
        let found = match at(n_eff) {
            Err(_) if n_eff > MAX_CREDIT => at(MAX_CREDIT)?,
            found => found?,
        };
        let interval = ShareInterval { estimate: Some(self.estimate), ..found };
        Ok(Some(EffectiveInterval { n_eff, interval }))
    }

    /// The verdict against `target` at [`ALPHA`], by the rules of a design-based share ([`super::super::verdict`]).
    ///
    /// The effective size is not credited beyond `n*(n, N)`, nor are degrees of freedom the variance does not have.
    /// Where all agree in clusters, no correlation can be measured and [`PLANNED_ICC`] is taken: the effective size is
    /// divided by `1 + (m_a − 1)·0.05`. No degree of freedom, or no effective size: not enough. Everybody asked: met
    /// exactly if the share reaches the target. (Sections 8, 11.)
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] when `n` is above 10^10.
    ///
    /// ```
    /// use hailong::stats::{BasisPoints, design::{Cell, stratified}, verdict::Verdict};
    /// let cells = [(500, 50, 49), (300, 60, 59), (200, 30, 30)].map(|(population, n, x)| Cell { population, n, x });
    /// let found = stratified(&cells)?.estimate.unwrap().assess(BasisPoints::new(9000)?)?;
    /// assert_eq!(found.verdict, Verdict::Met);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn assess(&self, target: BasisPoints) -> Result<Assessment, StatsError> {
        assess_design_at(self.basis(), target, ALPHA)
    }

    /// How many more responses the verdict needs if the share stays as it is; no floor (section 9).
    ///
    /// # Errors
    /// As [`super::super::plan::required_more_design`].
    ///
    /// ```
    /// use hailong::stats::{BasisPoints, design::{Cell, stratified}, plan::Aim};
    /// let cells = [(500, 50, 46), (300, 60, 55), (200, 30, 28)].map(|(population, n, x)| Cell { population, n, x });
    /// let plan = stratified(&cells)?.estimate.unwrap().required_more(Aim::at(BasisPoints::new(9000)?))?;
    /// assert!(plan.more.is_some_and(|more| more > 100) && plan.best_case_met.is_none());
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn required_more(&self, aim: Aim) -> Result<RequiredMore, StatsError> {
        required_more_for(self.basis(), aim)
    }

    fn basis(&self) -> DesignBasis {
        let clustered = if self.variance > 0.0 { 1.0 } else { cluster_effect(self.m_a, PLANNED_ICC) };
        DesignBasis {
            share: self.estimate,
            n_eff: self.n_eff.unwrap_or(0.0) / clustered,
            n: self.n,
            df: self.df,
            population: if self.complete { Population::Known(self.n) } else { self.population },
        }
    }
}

/// `t_{1−a; df}`, from its own small tail.
fn t_beyond(confidence: Confidence, df: u64) -> Result<f64, StatsError> {
    Ok(-student_quantile(confidence.tail(), real(df))?)
}
