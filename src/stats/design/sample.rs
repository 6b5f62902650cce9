//! A drawn sample: weights, strata, clusters, stages (sections 11, 13).

use std::collections::BTreeMap;

use super::linear::Subset;
use super::raking::{Margin, Margins, rake_to};
use super::weights::{Relative, check_weights};
use super::{check_length, check_values};
use crate::stats::{Population, StatsError};

/// How responses were drawn, one entry a response; then [`Self::weighted`], [`Self::post_stratified`] or
/// [`Self::raked`] makes it ready for estimates.
///
/// Without further calls every response is a PSU of its own, all in one stratum, drawn with replacement.
///
/// ```
/// use hailong::stats::{Confidence, design::Sample};
/// let drawn = Sample::new(&[2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0])?
///     .with_strata(&["a", "a", "a", "a", "b", "b", "b", "b"])?
///     .weighted()?;
/// let share = drawn.all().share(&[true, false, true, true, true, true, false, true])?.unwrap();
/// assert!((share.estimate - 0.75).abs() < 1e-12 && (share.se() - 0.1802775638).abs() < 1e-9);
/// let shown = share.interval(Confidence::TWO_SIDED_95)?.unwrap();
/// assert!((shown.lower - 0.222000655).abs() < 1e-8 && (shown.upper - 0.96926899).abs() < 1e-8);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sample {
    weights: Vec<f64>,
    strata: Option<Vec<usize>>,
    clusters: Option<Vec<usize>>,
    clusters_in_population: Option<Vec<Population>>,
    second_stage: Option<(Vec<usize>, Vec<u64>)>,
}

impl Sample {
    /// Responses with these weights: cases each stands for, `1/P(drawn)`. A response with weight 0 is in the file but
    /// in no figure.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] for a negative or non-finite weight.
    pub fn new(weights: &[f64]) -> Result<Self, StatsError> {
        check_weights(weights)?;
        Ok(Self {
            weights: weights.to_vec(),
            strata: None,
            clusters: None,
            clusters_in_population: None,
            second_stage: None,
        })
    }

    /// The stratum of each response, any label.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of labels is not that of the weights.
    pub fn with_strata<L: Ord>(self, strata: &[L]) -> Result<Self, StatsError> {
        check_length("strata", strata.len(), self.weights.len())?;
        Ok(Self { strata: Some(codes(strata)), ..self })
    }

    /// The primary sampling unit of each response: the school. Labels need be distinct only within a stratum.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of labels is not that of the weights.
    pub fn with_clusters<L: Ord>(self, clusters: &[L]) -> Result<Self, StatsError> {
        check_length("clusters", clusters.len(), self.weights.len())?;
        Ok(Self { clusters: Some(codes(clusters)), ..self })
    }

    /// `M_h`, the number of PSUs in the population of each response's stratum; unknown (the default) means drawn with
    /// replacement, no finite population correction. Give it when more than a tenth were drawn
    /// ([`super::schools_in_population`]).
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of entries is not that of the weights. That all entries of a stratum
    /// agree and none is below the PSUs drawn is checked with the estimates' first step ([`Self::weighted`]).
    pub fn with_clusters_in_population(self, clusters: &[Population]) -> Result<Self, StatsError> {
        check_length("clusters_in_population", clusters.len(), self.weights.len())?;
        Ok(Self { clusters_in_population: Some(clusters.to_vec()), ..self })
    }

    /// The second stage: the unit of each response inside its PSU (the class; or a label of its own for each learner),
    /// and `N_i`, the number of such units in that PSU.
    ///
    /// It enters the variance only where `M_h` is known; otherwise the ultimate-cluster variance needs nothing about
    /// inner stages.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of entries is not that of the weights.
    ///
    /// ```
    /// use hailong::stats::{Population, design::Sample};
    /// let two_stage = Sample::new(&[4.0; 4])?
    ///     .with_clusters(&["school 1", "school 1", "school 2", "school 2"])?
    ///     .with_clusters_in_population(&[Population::Known(4); 4])?
    ///     .with_second_stage(&["5A", "5B", "4A", "4B"], &[4; 4])?
    ///     .weighted()?;
    /// let mean = two_stage.all().mean(&[1.0, 3.0, 4.0, 4.0])?.unwrap();
    /// // z = w(y − 3)/16 = −½, 0, ¼, ¼: (1 − ½)·2·½ between schools, then ½·(1 − ½)·2·⅛ within the first.
    /// assert!((mean.variance - (0.5 * 2.0 * 0.5 + 0.5 * 0.5 * 2.0 * 0.125)).abs() < 1e-12);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn with_second_stage<L: Ord>(self, units: &[L], units_in_population: &[u64]) -> Result<Self, StatsError> {
        check_length("units", units.len(), self.weights.len())?;
        check_length("units_in_population", units_in_population.len(), self.weights.len())?;
        Ok(Self { second_stage: Some((codes(units), units_in_population.to_vec())), ..self })
    }

    /// Ready for estimates with the weights as given.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when responses of a stratum (a PSU) disagree about the number of PSUs (units) in
    /// the population, or that number is smaller than those drawn.
    pub fn weighted(self) -> Result<Weighted, StatsError> {
        Ok(Weighted { frame: self.frame()?, weights: self.weights, calibration: None })
    }

    /// Post-stratified: weights `w' = w·N_g/Σ_g w`, so that they add to the known total of every category; the variance
    /// knows it. (Section 11; Särndal, Swensson & Wretman 1992.)
    ///
    /// # Errors
    /// As [`Self::raked`].
    ///
    /// ```
    /// use hailong::stats::design::{Margin, Sample};
    /// let level = Margin { category: &["primary", "primary", "lower"], totals: &[("primary", 600.0), ("lower", 400.0)] };
    /// let enrolled = Sample::new(&[1.0; 3])?.post_stratified(level)?;
    /// assert_eq!(enrolled.weights(), [300.0, 300.0, 400.0]);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn post_stratified<L: Ord>(self, categories: Margin<'_, L>) -> Result<Weighted, StatsError> {
        self.raked(&[categories])
    }

    /// Raked: weights that add to the known total of every category of every margin ([`super::rake`]); the variance
    /// knows it. (Section 12; Deming & Stephan 1940.)
    ///
    /// # Errors
    /// As [`super::rake`] and [`Self::weighted`].
    ///
    /// ```
    /// use hailong::stats::design::{Margin, Sample};
    /// let sex = Margin { category: &["f", "f", "m", "m"], totals: &[("f", 60.0), ("m", 40.0)] };
    /// let area = Margin { category: &["a", "b", "a", "b"], totals: &[("a", 50.0), ("b", 50.0)] };
    /// let raked = Sample::new(&[1.0; 4])?.raked(&[sex, area])?;
    /// assert!((raked.weights()[0] - 30.0).abs() < 1e-9 && (raked.weights()[3] - 20.0).abs() < 1e-9);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn raked<L: Ord>(self, margins: &[Margin<'_, L>]) -> Result<Weighted, StatsError> {
        let frame = self.frame()?;
        let margins = Margins::read(margins, self.weights.len())?;
        let raked = rake_to(&self.weights, &margins)?;
        let calibration = Calibration { old: Relative::of(&self.weights, |_| true).weights, margins };
        Ok(Weighted { frame, weights: raked.weights, calibration: Some(calibration) })
    }

    fn frame(&self) -> Result<Frame, StatsError> {
        let rows = self.weights.len();
        let own = || (0..rows).collect::<Vec<_>>();
        let stratum_of_row = self.strata.clone().unwrap_or_else(|| vec![0; rows]);
        let psu_of_row = nested(&stratum_of_row, &self.clusters.clone().unwrap_or_else(own));
        let first = Stage::new(&psu_of_row, &stratum_of_row);
        let unknown = || vec![Population::Unknown; rows];
        let told = self.clusters_in_population.clone().unwrap_or_else(unknown);
        let strata = first.populations("clusters_in_population", &stratum_of_row, &told)?;
        let second = match &self.second_stage {
            None => None,
            Some((units, told)) => {
                let unit_of_row = nested(&psu_of_row, units);
                let stage = Stage::new(&unit_of_row, &psu_of_row);
                let told: Vec<Population> = told.iter().map(|&size| Population::Known(size)).collect();
                let populations = stage.populations("units_in_population", &psu_of_row, &told)?;
                Some((stage, populations))
            }
        };
        Ok(Frame { first, strata, second, by_response: self.clusters.is_none() })
    }
}

/// Responses with their final weights, ready for estimates.
#[derive(Debug, Clone)]
pub struct Weighted {
    pub(super) frame: Frame,
    weights: Vec<f64>,
    pub(super) calibration: Option<Calibration>,
}

impl Weighted {
    /// The weights: as given, or as post-stratification or raking made them.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Estimates for everybody.
    #[must_use]
    pub fn all(&self) -> Subset<'_> {
        Subset::new(self, None)
    }

    /// Estimates for a domain: the responses for which `inside` holds. The others count as 0, and their PSUs still count
    /// among the PSUs drawn; this is not the same as leaving them out of the sample.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the number of entries is not that of the weights.
    ///
    /// ```
    /// use hailong::stats::design::Sample;
    /// let drawn = Sample::new(&[1.0; 6])?.weighted()?;
    /// let women = drawn.domain(&[true, true, true, false, false, false])?.mean(&[1.0, 0.0, 1.0, 1.0, 0.0, 0.0])?.unwrap();
    /// assert!((women.value - 2.0 / 3.0).abs() < 1e-12 && women.n == 3);
    /// // 6/5·Σz², z = (y − ⅔)/3 inside
    /// assert!((women.variance - 6.0 / 5.0 * 6.0 / 81.0).abs() < 1e-12);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn domain<'a>(&'a self, inside: &'a [bool]) -> Result<Subset<'a>, StatsError> {
        check_length("inside", inside.len(), self.weights.len())?;
        Ok(Subset::new(self, Some(inside)))
    }

    /// One value a response.
    pub(super) fn check(&self, argument: &'static str, values: &[f64]) -> Result<(), StatsError> {
        check_length(argument, values.len(), self.weights.len())?;
        check_values(argument, values)
    }
}

/// What the variance must know about calibrated weights.
#[derive(Debug, Clone)]
pub(super) struct Calibration {
    /// The weights before, relative to the largest.
    pub old: Vec<f64>,
    pub margins: Margins,
}

/// Who was drawn with whom.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// PSUs in strata.
    pub first: Stage,
    /// `M_h`, by stratum.
    pub strata: Vec<Population>,
    /// Units in PSUs, and `N_i`, by PSU.
    pub second: Option<(Stage, Vec<Population>)>,
    /// Every response is a PSU of its own.
    pub by_response: bool,
}

/// A stage of drawing: units in groups.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// Unit of each response.
    pub unit_of_row: Vec<usize>,
    /// Group of each unit.
    pub group_of_unit: Vec<usize>,
    /// Units drawn, by group.
    pub drawn: Vec<u64>,
}

impl Stage {
    fn new(unit_of_row: &[usize], group_of_row: &[usize]) -> Self {
        let units = unit_of_row.iter().max().map_or(0, |&last| last + 1);
        let groups = group_of_row.iter().max().map_or(0, |&last| last + 1);
        let mut group_of_unit = vec![0; units];
        for (&unit, &group) in unit_of_row.iter().zip(group_of_row) {
            group_of_unit[unit] = group;
        }
        let mut drawn = vec![0; groups];
        for &group in &group_of_unit {
            drawn[group] += 1;
        }
        Self { unit_of_row: unit_of_row.to_vec(), group_of_unit, drawn }
    }

    /// The population of each group, as its responses tell it.
    fn populations(
        &self,
        argument: &'static str,
        group_of_row: &[usize],
        told: &[Population],
    ) -> Result<Vec<Population>, StatsError> {
        let mut populations: Vec<Option<Population>> = vec![None; self.drawn.len()];
        for (&group, &size) in group_of_row.iter().zip(told) {
            if *populations[group].get_or_insert(size) != size {
                return Err(StatsError::Inconsistent { argument, rule: "the same for all that were drawn together" });
            }
            if matches!(size, Population::Known(size) if size < self.drawn[group]) {
                return Err(StatsError::Inconsistent { argument, rule: "not smaller than the number drawn" });
            }
        }
        Ok(populations.into_iter().map(|size| size.unwrap_or(Population::Unknown)).collect())
    }

    /// By group, `m/(m − 1)·Σ (z − z̄)²` over the totals of its units; a single unit is centred at 0, which for a mean
    /// or ratio is the grand mean.
    pub fn spreads(&self, z: &[f64]) -> Vec<f64> {
        let mut totals = vec![0.0; self.group_of_unit.len()];
        for (&unit, z) in self.unit_of_row.iter().zip(z) {
            totals[unit] += z;
        }
        let mut means = vec![0.0; self.drawn.len()];
        for (&group, total) in self.group_of_unit.iter().zip(&totals) {
            if self.drawn[group] > 1 {
                means[group] += total / self.drawn[group] as f64;
            }
        }
        let mut spreads = vec![0.0; self.drawn.len()];
        for (&group, total) in self.group_of_unit.iter().zip(&totals) {
            let m = self.drawn[group] as f64;
            let scale = if m > 1.0 { m / (m - 1.0) } else { 1.0 };
            spreads[group] += scale * (total - means[group]).powi(2);
        }
        spreads
    }
}

/// Labels as positions 0, 1, … in their ascending order.
pub(super) fn codes<L: Ord>(labels: &[L]) -> Vec<usize> {
    let mut known: BTreeMap<&L, usize> = labels.iter().map(|label| (label, 0)).collect();
    for (position, code) in known.values_mut().enumerate() {
        *code = position;
    }
    labels.iter().map(|label| known[label]).collect()
}

/// Codes of inner labels that are distinct only within the outer ones.
fn nested(outer: &[usize], inner: &[usize]) -> Vec<usize> {
    let pairs: Vec<(usize, usize)> = outer.iter().copied().zip(inner.iter().copied()).collect();
    codes(&pairs)
}
