//! Taylor linearisation: one variance for weights, strata, clusters, stages and calibration (sections 11, 12, 13).
//!
//! Each estimator has a linearised value `z` a response, with which its variance is that of a total:
//!
//! | estimator | `z` |
//! | --- | --- |
//! | mean `μ = Σwy/Σw` | `w(y − μ)/Σw` |
//! | ratio `R = Σwy/Σwx` | `w(y − Rx)/Σwx` |
//! | total `Σwy` | `wy` |
//! | any, in a domain | the same over the domain; 0 outside, where the PSUs keep counting |
//! | any, with calibrated weights `w'` | `w'(e − ē_g)`, `e = z/w'`, `ē_g` its mean in the category by the old weights |
//!
//! `V = Σ_h (1 − m_h/M_h)·m_h/(m_h − 1)·Σ_i (z_{hi} − z̄_h)²` over PSU totals `z_{hi}`; a single PSU of several adds
//! `(1 − 1/M_h) z_{h1}²`. With a second stage and `f1 = m_h/M_h`, each PSU adds
//! `f1·(1 − n_i/N_i)·n_i/(n_i − 1)·Σ_j (z_{ij} − z̄_i)²`; a single unit of several adds `f1·(1 − 1/N_i) z_{i1}²`.
//! (Särndal, Swensson & Wretman 1992; Lumley 2010.)

use std::collections::BTreeSet;

use super::check_length;
use super::estimate::{Estimate, Fallback, ShareEstimate, ShareParts};
use super::sample::Weighted;
use super::weights::{Relative, seen_size};
use crate::stats::{Population, StatsError, real};

/// Sweeps over the margins in which the linearised values of raked weights are freed of their category means.
const RESIDUAL_SWEEPS: usize = 10;

/// The responses an estimate is for: all, or a domain.
#[derive(Debug, Clone)]
pub struct Subset<'a> {
    sample: &'a Weighted,
    inside: Option<&'a [bool]>,
    weights: Relative,
}

impl<'a> Subset<'a> {
    pub(super) fn new(sample: &'a Weighted, inside: Option<&'a [bool]>) -> Self {
        let weights = Relative::of(sample.weights(), |row| inside.is_none_or(|inside| inside[row]));
        Self { sample, inside, weights }
    }

    /// Weighted mean of `y`, one value a response, in any unit. `None` without a response that counts.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of values is not that of the weights, [`StatsError::OutOfRange`] for
    /// a value that is not finite or beyond ±10^100.
    ///
    /// ```
    /// use hailong::stats::design::Sample;
    /// let drawn = Sample::new(&[1.0, 1.0, 2.0, 2.0])?.with_clusters(&[7, 7, 8, 8])?.weighted()?;
    /// let mean = drawn.all().mean(&[5.0, 4.0, 3.0, 3.0])?.unwrap();
    /// assert_eq!((mean.value, mean.df), (3.5, 1));
    /// assert!((mean.variance - 2.0 * (1.0 / 9.0 + 1.0 / 9.0)).abs() < 1e-12); // z = ±⅓ a cluster
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn mean(&self, y: &[f64]) -> Result<Option<Estimate>, StatsError> {
        self.sample.check("y", y)?;
        let Some(first) = self.rows().next() else {
            return Ok(None);
        };
        // Where all agree the mean is their value, to the last digit, and the variance 0.
        let agree = self.rows().all(|row| y[row] == y[first]);
        let mean = if agree { y[first] } else { self.sum(y) / self.weights.sum };
        let value = |row: usize| (y[row] - mean) / self.weights.sum;
        numbers_only(self.estimate(mean, self.variance(value)), "weights", self.weights.largest).map(Some)
    }

    /// Weighted share of the responses for which `satisfied` holds. `None` without a response that counts.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of values is not that of the weights.
    ///
    /// ```
    /// use hailong::stats::{Confidence, design::Sample};
    /// let schools = Sample::new(&[1.0, 2.0, 3.0, 1.0, 2.0, 3.0])?.with_clusters(&["p", "p", "q", "q", "r", "r"])?;
    /// let share = schools.weighted()?.all().share(&[true; 6])?.unwrap();
    /// assert!((share.n_eff.unwrap() - 5.142857143).abs() < 1e-9);
    /// let bound = share.korn_graubard(Confidence::ONE_SIDED_95)?.unwrap().interval;
    /// assert!((bound.lower - 0.2942939642).abs() < 1e-8 && bound.upper == 1.0);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn share(&self, satisfied: &[bool]) -> Result<Option<ShareEstimate>, StatsError> {
        check_length("satisfied", satisfied.len(), self.sample.weights().len())?;
        let part: Vec<u64> = satisfied.iter().map(|&yes| u64::from(yes)).collect();
        self.pooled_share(&part, &vec![1; part.len()])
    }

    /// Weighted pooled share `Σw·part/Σw·whole`: of several answers a person, `part` satisfied out of `whole`. `None`
    /// when there is no answer. (The pooled index of section 1, weighted.)
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] for lists of another length or `part > whole`.
    ///
    /// ```
    /// use hailong::stats::design::Sample;
    /// let people = Sample::new(&[1.0; 4])?.weighted()?;
    /// let index = people.all().pooled_share(&[2, 2, 3, 1], &[2, 3, 3, 2])?.unwrap();
    /// assert!((index.estimate - 0.8).abs() < 1e-12 && (index.se() - 0.1177568116).abs() < 1e-10);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn pooled_share(&self, part: &[u64], whole: &[u64]) -> Result<Option<ShareEstimate>, StatsError> {
        check_length("part", part.len(), self.sample.weights().len())?;
        check_length("whole", whole.len(), self.sample.weights().len())?;
        if part.iter().zip(whole).any(|(part, whole)| part > whole) {
            return Err(StatsError::Inconsistent { argument: "part", rule: "not larger than whole" });
        }
        let all: Vec<f64> = whole.iter().copied().map(real).collect();
        let yes: Vec<f64> = part.iter().copied().map(real).collect();
        let no: Vec<f64> = whole.iter().zip(part).map(|(whole, part)| real(whole - part)).collect();
        let (Some(satisfied), Some(not)) = (self.ratio_of(&yes, &all)?, self.ratio_of(&no, &all)?) else {
            return Ok(None);
        };
        Ok(Some(ShareEstimate::from_parts(ShareParts {
            satisfied,
            not,
            population: self.population(),
            m_a: self.seen_cluster(),
            fallback: Fallback::AllAgree(self.weights.kish),
        })))
    }

    /// Ratio of two totals, `Σwy/Σwx`; `x` at least 0. `None` when `Σwx` is 0.
    ///
    /// # Errors
    /// As [`Self::mean`]; [`StatsError::OutOfRange`] for a negative `x`, and when `x` is so small that the ratio or its
    /// variance is not a number.
    ///
    /// ```
    /// use hailong::stats::design::Sample;
    /// let people = Sample::new(&[1.0, 1.0, 2.0])?.weighted()?;
    /// let minutes_a_visit = people.all().ratio(&[30.0, 10.0, 40.0], &[2.0, 1.0, 3.0])?.unwrap();
    /// assert!((minutes_a_visit.value - 120.0 / 9.0).abs() < 1e-12);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn ratio(&self, y: &[f64], x: &[f64]) -> Result<Option<Estimate>, StatsError> {
        self.sample.check("y", y)?;
        self.sample.check("x", x)?;
        if let Some(&value) = x.iter().find(|x| **x < 0.0) {
            return Err(StatsError::OutOfRange { argument: "x", value, allowed: "0 or more" });
        }
        self.ratio_of(y, x)
    }

    /// Weighted total of `y`: the cases, if `y` is 1. Its variance treats a single PSU as centred at 0, so a total over
    /// strata with one PSU has a very wide interval.
    ///
    /// # Errors
    /// As [`Self::mean`]; [`StatsError::OutOfRange`] when the total or its variance is not a number.
    ///
    /// ```
    /// use hailong::stats::design::Sample;
    /// let drawn = Sample::new(&[10.0; 4])?.weighted()?;
    /// let waited = drawn.all().total(&[1.0, 0.0, 0.0, 1.0])?.unwrap();
    /// assert_eq!(waited.value, 20.0);
    /// assert!((waited.variance - 4.0 / 3.0 * 100.0).abs() < 1e-9);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn total(&self, y: &[f64]) -> Result<Option<Estimate>, StatsError> {
        self.sample.check("y", y)?;
        if self.weights.n == 0 {
            return Ok(None);
        }
        let largest = self.weights.largest;
        let found = self.estimate(self.sum(y) * largest, self.variance(|row| y[row]) * largest * largest);
        numbers_only(found, "weights", largest).map(Some)
    }

    fn ratio_of(&self, y: &[f64], x: &[f64]) -> Result<Option<Estimate>, StatsError> {
        let whole = self.sum(x);
        if whole <= 0.0 {
            return Ok(None);
        }
        let ratio = self.sum(y) / whole;
        let found = self.estimate(ratio, self.variance(|row| (y[row] - ratio * x[row]) / whole));
        numbers_only(found, "x", whole).map(Some)
    }

    /// Rows that count.
    fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        let counted = |row: usize| self.sample.weights()[row] > 0.0 && self.inside.is_none_or(|inside| inside[row]);
        (0..self.weights.weights.len()).filter(move |&row| counted(row))
    }

    /// `Σ w y`, weights relative to the largest.
    fn sum(&self, y: &[f64]) -> f64 {
        self.weights.weights.iter().zip(y).map(|(w, y)| w * y).sum()
    }

    /// `V` of the total of `w·value`, weights relative to the largest.
    fn variance(&self, value: impl Fn(usize) -> f64) -> f64 {
        let mut values = vec![0.0; self.weights.weights.len()];
        for row in self.rows() {
            values[row] = value(row);
        }
        // Calibrated weights outside the domain count here too: the category means span both.
        let weights = match &self.sample.calibration {
            None => &self.weights.weights,
            Some(calibration) => {
                for margin in calibration.margins.categories().cycle().take(RESIDUAL_SWEEPS * calibration.margins.len())
                {
                    subtract_means(&mut values, &calibration.old, margin);
                }
                &self.relative_everywhere()
            }
        };
        let z: Vec<f64> = weights.iter().zip(&values).map(|(w, value)| w * value).collect();
        let frame = &self.sample.frame;
        let first = frame.first.spreads(&z);
        let unseen = |stage_drawn: &[u64], populations: &[Population], group: usize| {
            populations[group].unseen_share(stage_drawn[group])
        };
        let mut variance: f64 =
            (0..first.len()).map(|stratum| unseen(&frame.first.drawn, &frame.strata, stratum) * first[stratum]).sum();
        if let Some((stage, populations)) = &frame.second {
            for (psu, spread) in stage.spreads(&z).into_iter().enumerate() {
                let stratum = frame.first.group_of_unit[psu];
                if let Population::Known(schools) = frame.strata[stratum] {
                    let sampled = frame.first.drawn[stratum] as f64 / schools as f64;
                    variance += sampled * unseen(&stage.drawn, populations, psu) * spread;
                }
            }
        }
        variance
    }

    /// All weights, in the unit of this subset's: relative to its largest.
    fn relative_everywhere(&self) -> Vec<f64> {
        self.sample.weights().iter().map(|w| w / self.weights.largest).collect()
    }

    fn estimate(&self, value: f64, variance: f64) -> Estimate {
        let frame = &self.sample.frame;
        let psus: BTreeSet<usize> = self.rows().map(|row| frame.first.unit_of_row[row]).collect();
        let strata: BTreeSet<usize> = psus.iter().map(|&psu| frame.first.group_of_unit[psu]).collect();
        let all_drawn = |stage_drawn: &[u64], populations: &[Population], group: usize| {
            populations[group] == Population::Known(stage_drawn[group])
        };
        let complete = strata.iter().all(|&stratum| all_drawn(&frame.first.drawn, &frame.strata, stratum))
            && frame
                .second
                .as_ref()
                .is_none_or(|(stage, populations)| psus.iter().all(|&psu| all_drawn(&stage.drawn, populations, psu)));
        Estimate { value, variance, n: self.weights.n, df: (psus.len() - strata.len()) as u64, complete }
    }

    /// Known only where responses themselves were drawn, from known strata, and all of them are meant.
    fn population(&self) -> Population {
        let frame = &self.sample.frame;
        if !frame.by_response || self.inside.is_some() {
            return Population::Unknown;
        }
        let add = |sum: Option<u64>, stratum: &Population| match (sum, stratum) {
            (Some(sum), Population::Known(size)) => sum.checked_add(*size),
            _ => None,
        };
        frame.strata.iter().fold(Some(0), add).map_or(Population::Unknown, Population::Known)
    }

    /// `m_a` over the PSUs of the responses that count.
    fn seen_cluster(&self) -> f64 {
        let mut sizes = vec![0_u64; self.sample.frame.first.group_of_unit.len()];
        for row in self.rows() {
            sizes[self.sample.frame.first.unit_of_row[row]] += 1;
        }
        seen_size(sizes.into_iter()).unwrap_or(1.0)
    }
}

/// Frees values of their category means, weighted by `old`.
fn subtract_means(values: &mut [f64], old: &[f64], category: &[usize]) {
    let categories = category.iter().max().map_or(0, |&last| last + 1);
    let mut sums = vec![(0.0, 0.0); categories];
    for ((value, w), &category) in values.iter().zip(old).zip(category) {
        sums[category].0 += w * value;
        sums[category].1 += w;
    }
    for (value, &category) in values.iter_mut().zip(category) {
        let (sum, weight) = sums[category];
        if weight > 0.0 {
            *value -= sum / weight;
        }
    }
}

/// The largest inputs are within bounds, but their products need not be.
fn numbers_only(found: Estimate, argument: &'static str, value: f64) -> Result<Estimate, StatsError> {
    if found.value.is_finite() && found.variance.is_finite() {
        Ok(found)
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "such that the estimate and its variance are numbers" })
    }
}
