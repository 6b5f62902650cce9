//! Weights that add to known totals (sections 11, 12).

use std::collections::BTreeMap;

use super::check_length;
use super::weights::{Relative, check_weights};
use crate::stats::StatsError;

/// Largest relative change of a weight in a sweep that counts as none.
const SETTLED: f64 = 1e-12;
/// Sweeps before giving up.
const MAX_SWEEPS: u32 = 2_000;
/// How far the sums of the margins may lie apart: they are counts, rounded.
const SAME_TOTAL: f64 = 0.5;
/// Largest share of the whole by which a category may miss its total once the weights have settled. Margins that
/// contradict each other settle too, but far off.
const MET: f64 = 1e-6;

/// A margin: the category of each response, and the known total of each category.
#[derive(Debug, Clone, Copy)]
pub struct Margin<'a, L> {
    /// One label a response.
    pub category: &'a [L],
    /// Cases, or people, of each category, at least 0; each label once. 0 takes all weight from the category.
    pub totals: &'a [(L, f64)],
}

/// Raked weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Raked {
    /// The new weights, in the order of the old.
    pub weights: Vec<f64>,
    /// Sweeps it took.
    pub sweeps: u32,
}

/// Raking (iterative proportional fitting): weights multiplied, margin by margin in the given order, by target total /
/// current total of their category, until a full sweep changes none by 10^-12 of itself; at most 2,000 sweeps.
///
/// A response with weight 0 keeps it. The totals of the last margin are met exactly, those of the others to about
/// 10^-12. One margin: post-stratification. (Section 12; Deming & Stephan 1940.)
///
/// # Errors
/// * [`StatsError::OutOfRange`]: a weight or total negative or not finite, or all totals 0;
/// * [`StatsError::Inconsistent`]: no margin; a list of another length than `weights`; a category without a total, or
///   with two; a total above 0 for a category without response ("merge the category"); margins whose sums differ by
///   more than 0.5;
/// * [`StatsError::NotConverged`]: not settled after 2,000 sweeps, or settled without meeting the totals, because
///   the margins contradict each other. Show it to the analyst.
///
/// ```
/// use hailong::stats::design::{Margin, rake};
/// let sex = Margin { category: &["f", "f", "m", "m"], totals: &[("f", 55.0), ("m", 45.0)] };
/// let channel = Margin { category: &["net", "desk", "net", "desk"], totals: &[("net", 30.0), ("desk", 70.0)] };
/// let raked = rake(&[1.0, 2.0, 1.0, 3.0], &[sex, channel])?;
/// assert!((raked.weights[0] + raked.weights[1] - 55.0).abs() < 1e-9);
/// assert!((raked.weights[0] + raked.weights[2] - 30.0).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn rake<L: Ord>(weights: &[f64], margins: &[Margin<'_, L>]) -> Result<Raked, StatsError> {
    check_weights(weights)?;
    rake_to(weights, &Margins::read(margins, weights.len())?)
}

/// Margins with categories as codes.
#[derive(Debug, Clone)]
pub(super) struct Margins {
    margins: Vec<CodedMargin>,
    /// How far the sums of the margins lie apart.
    apart: f64,
    /// The largest sum.
    whole: f64,
}

#[derive(Debug, Clone)]
struct CodedMargin {
    category: Vec<usize>,
    totals: Vec<f64>,
}

impl Margins {
    pub fn read<L: Ord>(margins: &[Margin<'_, L>], rows: usize) -> Result<Self, StatsError> {
        if margins.is_empty() {
            return Err(StatsError::Inconsistent { argument: "margins", rule: "at least one" });
        }
        let coded: Vec<CodedMargin> = margins.iter().map(|margin| coded(margin, rows)).collect::<Result<_, _>>()?;
        let sums = || coded.iter().map(|margin| margin.totals.iter().sum::<f64>());
        let whole = sums().fold(0.0, f64::max);
        if !(whole > 0.0 && whole.is_finite()) {
            return Err(StatsError::OutOfRange { argument: "totals", value: whole, allowed: "above 0 in all, finite" });
        }
        let apart = whole - sums().fold(whole, f64::min);
        if apart > SAME_TOTAL {
            return Err(StatsError::Inconsistent { argument: "totals", rule: "margins add to the same within 0.5" });
        }
        Ok(Self { margins: coded, apart, whole })
    }

    pub fn len(&self) -> usize {
        self.margins.len()
    }

    /// The category of each response, margin by margin.
    pub fn categories(&self) -> impl Iterator<Item = &[usize]> + Clone {
        self.margins.iter().map(|margin| margin.category.as_slice())
    }
}

fn coded<L: Ord>(margin: &Margin<'_, L>, rows: usize) -> Result<CodedMargin, StatsError> {
    check_length("category", margin.category.len(), rows)?;
    let mut codes = BTreeMap::new();
    let mut totals = Vec::with_capacity(margin.totals.len());
    for (code, (label, total)) in margin.totals.iter().enumerate() {
        if !(total.is_finite() && *total >= 0.0) {
            return Err(StatsError::OutOfRange { argument: "totals", value: *total, allowed: "0 or more, finite" });
        }
        if codes.insert(label, code).is_some() {
            return Err(StatsError::Inconsistent { argument: "totals", rule: "each category once" });
        }
        totals.push(*total);
    }
    let find = |label: &L| {
        let missing = StatsError::Inconsistent { argument: "category", rule: "every category has a total" };
        codes.get(label).copied().ok_or(missing)
    };
    let category = margin.category.iter().map(find).collect::<Result<_, _>>()?;
    Ok(CodedMargin { category, totals })
}

impl CodedMargin {
    /// Current total of each category.
    fn current(&self, weights: &[f64]) -> Vec<f64> {
        let mut current = vec![0.0; self.totals.len()];
        for (&category, w) in self.category.iter().zip(weights) {
            current[category] += w;
        }
        current
    }
}

/// [`rake`] with checked weights and read margins.
pub(super) fn rake_to(weights: &[f64], margins: &Margins) -> Result<Raked, StatsError> {
    let failed = StatsError::NotConverged { function: "raking" };
    let mut weights = Relative::of(weights, |_| true).weights;
    for margin in &margins.margins {
        if margin.current(&weights).iter().zip(&margin.totals).any(|(have, want)| *have == 0.0 && *want > 0.0) {
            let rule = "a category with a total has a response with a weight; merge the category";
            return Err(StatsError::Inconsistent { argument: "margins", rule });
        }
    }
    for sweeps in 1..=MAX_SWEEPS {
        let before = weights.clone();
        for margin in &margins.margins {
            let current = margin.current(&weights);
            let factor = |(have, want): (&f64, &f64)| if *have > 0.0 { want / have } else { 0.0 };
            let factors: Vec<f64> = current.iter().zip(&margin.totals).map(factor).collect();
            for (w, &category) in weights.iter_mut().zip(&margin.category) {
                *w *= factors[category];
            }
        }
        if weights.iter().any(|w| !w.is_finite()) {
            return Err(failed);
        }
        let moved = |(new, old): (&f64, &f64)| (new - old).abs() >= SETTLED * old;
        if !weights.iter().zip(&before).filter(|(_, old)| **old > 0.0).any(moved) {
            let allowed = margins.apart + MET * margins.whole;
            let met = |margin: &CodedMargin| {
                let current = margin.current(&weights);
                current.iter().zip(&margin.totals).all(|(have, want)| (have - want).abs() <= allowed)
            };
            return if margins.margins.iter().all(met) { Ok(Raked { weights, sweeps }) } else { Err(failed) };
        }
    }
    Err(failed)
}
