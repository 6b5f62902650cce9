//! Stratified estimate over cells with known case counts (section 10).

use super::Estimate;
use super::estimate::{Fallback, ShareEstimate, ShareParts};
use crate::stats::indices::level_indices;
use crate::stats::verdict::Assessment;
use crate::stats::{BasisPoints, Population, PopulationStatus, StatsError, check_count, check_part, real};

/// Below this covered share the report says which part of the cases it speaks for.
pub const COVERED_CAUTION: f64 = 0.95;
/// Below this covered share there is no verdict.
pub const COVERED_VERDICT: f64 = 0.80;

/// A cell, for example unit × procedure × channel: its cases and its responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// `N_h`, case files handled.
    pub population: u64,
    /// `n_h`, responses.
    pub n: u64,
    /// `x_h`, those of them satisfied.
    pub x: u64,
}

/// A cell with the answers of its responses by level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScoreCell {
    /// `N_h`, case files handled.
    pub population: u64,
    /// Answers at level 1, 2, 3, 4, 5.
    pub counts: [u64; 5],
}

/// An estimate over cells, and for how many of the cases it speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratified<E> {
    /// `N_U/ΣN_h`, the share of cases that lie in a cell with a response; `None` when there are no cases.
    pub covered_share: Option<f64>,
    /// Positions of cells with more responses than cases: `N_h` is wrong or somebody answered twice. They are computed
    /// with `N_h := n_h`; raise a data-quality flag.
    pub too_small: Vec<usize>,
    /// The estimate for the covered cells; `None` without a response.
    pub estimate: Option<E>,
}

/// How much of the cases an estimate speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// At least 95 %.
    Enough,
    /// Below 95 %: say for which part it speaks.
    Part,
    /// Below 80 %, or nothing: no verdict.
    TooLittle,
}

impl<E> Stratified<E> {
    /// [`Self::covered_share`] against [`COVERED_CAUTION`] and [`COVERED_VERDICT`].
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        match self.covered_share {
            Some(share) if share >= COVERED_CAUTION => Coverage::Enough,
            Some(share) if share >= COVERED_VERDICT => Coverage::Part,
            _ => Coverage::TooLittle,
        }
    }
}

impl Stratified<ShareEstimate> {
    /// The verdict of [`ShareEstimate::assess`]; `None` where too few cases are covered.
    ///
    /// # Errors
    /// As [`ShareEstimate::assess`].
    ///
    /// ```
    /// use hailong::stats::{BasisPoints, design::{Cell, Coverage, stratified}};
    /// let cells = [(893, 11, 9), (391, 0, 0), (162, 47, 42)].map(|(population, n, x)| Cell { population, n, x });
    /// let unit = stratified(&cells)?;
    /// assert_eq!(unit.coverage(), Coverage::TooLittle);
    /// assert_eq!(unit.assess(BasisPoints::new(9000)?)?, None);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn assess(&self, target: BasisPoints) -> Result<Option<Assessment>, StatsError> {
        match self.estimate {
            Some(share) if self.coverage() != Coverage::TooLittle => share.assess(target).map(Some),
            _ => Ok(None),
        }
    }
}

/// Stratified (post-stratified) share over cells with known case counts.
///
/// Over the cells `U` with a response, `N_U = Σ N_h`, `W_h = N_h/N_U`, `p_h = x_h/n_h`:
/// `p = Σ W_h p_h`, `V = Σ W_h²(1 − n_h/N_h)·p_h(1 − p_h)/(n_h − 1)`, `df = Σ n_h − cells`. A cell with one response of
/// several cases contributes `W_h²(1 − 1/N_h)(p_h − p)²`: centred at the grand mean. A complete cell contributes 0; all
/// complete is a census. `V = 0` otherwise (everybody satisfied): `n_eff = 1/Σ W_h²(1 − n_h/N_h)/n_h`. A response weighs
/// `N_h/n_h`. Inference is conditional on the `n_h` achieved. (Holt & Smith 1979; Cochran 1977, chapter 5.)
///
/// A cell with `n_h > N_h` is computed with `N_h := n_h` and listed. Cells without case or response do not exist. Pool
/// small cells first: [`super::collapse`].
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n` in a cell, [`StatsError::OutOfRange`] when there are more than 10^10
/// responses.
///
/// ```
/// use hailong::stats::design::{Cell, stratified};
/// let cells = [(500, 50, 45), (300, 20, 16), (200, 30, 30)].map(|(population, n, x)| Cell { population, n, x });
/// let unit = stratified(&cells)?;
/// let share = unit.estimate.unwrap();
/// assert_eq!((unit.covered_share, share.df), (Some(1.0), 97));
/// assert!((share.estimate - 0.89).abs() < 1e-12 && (share.se() - 0.03347586783).abs() < 1e-10);
/// assert!((share.n_eff.unwrap() - 87.36128284).abs() < 1e-7);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn stratified(cells: &[Cell]) -> Result<Stratified<ShareEstimate>, StatsError> {
    for cell in cells {
        check_part(cell.x, cell.n)?;
    }
    let too_small = over_full(cells.iter().map(|cell| (cell.population, cell.n)));
    let side = |count: fn(&Cell) -> u64| {
        combine(cells.iter().map(|cell| {
            let (x, n) = (real(count(cell)), real(cell.n));
            let spread = if cell.n > 1 { x / n * ((n - x) / (n - 1.0)) } else { 0.0 };
            Stratum { cases: cell.population.max(cell.n), n: cell.n, mean: x / n, spread }
        }))
    };
    let (satisfied, not) = (side(|cell| cell.x)?, side(|cell| cell.n - cell.x)?);
    let estimate = satisfied.sums.zip(not.sums).map(|(satisfied, not)| {
        ShareEstimate::from_parts(ShareParts {
            satisfied: satisfied.estimate,
            not: not.estimate,
            population: Population::Known(satisfied.cases),
            m_a: 1.0,
            fallback: Fallback::Always(1.0 / satisfied.unit_variance),
        })
    });
    Ok(Stratified { covered_share: satisfied.covered_share, too_small, estimate })
}

/// Stratified mean score over cells: as [`stratified`] with the cells' mean levels `m_h` and variances `s_h²`,
/// `V = Σ W_h²(1 − f_h) s_h²/n_h`.
///
/// # Errors
/// [`StatsError::OutOfRange`] when there are more than 10^10 answers.
///
/// ```
/// use hailong::stats::design::{ScoreCell, stratified_mean};
/// let counter = ScoreCell { population: 300, counts: [0, 0, 1, 5, 4] };
/// let online = ScoreCell { population: 100, counts: [0, 1, 1, 6, 2] };
/// let mean = stratified_mean(&[counter, online])?.estimate.unwrap();
/// assert!((mean.value - (0.75 * 4.3 + 0.25 * 3.9)).abs() < 1e-12);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn stratified_mean(cells: &[ScoreCell]) -> Result<Stratified<Estimate>, StatsError> {
    let mut strata = Vec::with_capacity(cells.len());
    for cell in cells {
        let own = level_indices(cell.counts, Population::Unknown, 0.95)?;
        let (mean, spread) = (own.mean.unwrap_or(0.0), own.sd.unwrap_or(0.0).powi(2));
        strata.push(Stratum { cases: cell.population.max(own.n), n: own.n, mean, spread });
    }
    let too_small = over_full(cells.iter().zip(&strata).map(|(cell, stratum)| (cell.population, stratum.n)));
    let found = combine(strata.into_iter())?;
    let estimate = found.sums.map(|sums| sums.estimate);
    Ok(Stratified { covered_share: found.covered_share, too_small, estimate })
}

/// A cell in numbers: `N_h` (at least `n_h`), `n_h`, the mean of its responses and their variance `s_h²`.
struct Stratum {
    cases: u64,
    n: u64,
    mean: f64,
    spread: f64,
}

/// What [`combine`] finds.
struct Combined {
    covered_share: Option<f64>,
    /// `None` without a response.
    sums: Option<Sums>,
}

/// The sums over the used cells.
struct Sums {
    estimate: Estimate,
    /// `N_U`.
    cases: u64,
    /// `Σ W_h²(1 − n_h/N_h)/n_h`, the variance of responses with variance 1.
    unit_variance: f64,
}

fn over_full(cells: impl Iterator<Item = (u64, u64)>) -> Vec<usize> {
    let too_small = |(cases, n)| Population::Known(cases).status(n) == PopulationStatus::TooSmall;
    cells.enumerate().filter(|&(_, cell)| too_small(cell)).map(|(position, _)| position).collect()
}

fn combine(strata: impl Iterator<Item = Stratum>) -> Result<Combined, StatsError> {
    let (used, uncovered): (Vec<Stratum>, Vec<Stratum>) = strata.partition(|stratum| stratum.n > 0);
    let sum_of = |strata: &[Stratum]| strata.iter().map(|stratum| real(stratum.cases)).sum::<f64>();
    let covered = sum_of(&used);
    let all = covered + sum_of(&uncovered);
    let covered_share = (all > 0.0).then(|| covered / all);
    let n = used.iter().fold(0_u64, |sum, stratum| sum.saturating_add(stratum.n));
    check_count("n", n)?;
    if used.is_empty() {
        return Ok(Combined { covered_share, sums: None });
    }
    let weight = |stratum: &Stratum| real(stratum.cases) / covered;
    // Where all cells agree the weighted mean is theirs, to the last digit.
    let value = match used.iter().find(|stratum| stratum.mean != used[0].mean) {
        None => used[0].mean,
        Some(_) => used.iter().map(|stratum| weight(stratum) * stratum.mean).sum(),
    };
    let (mut variance, mut unit_variance) = (0.0, 0.0);
    for stratum in &used {
        let unseen = Population::Known(stratum.cases).unseen_share(stratum.n);
        let spread = if stratum.n == 1 { (stratum.mean - value).powi(2) } else { stratum.spread / real(stratum.n) };
        variance += weight(stratum).powi(2) * unseen * spread;
        unit_variance += weight(stratum).powi(2) * unseen / real(stratum.n);
    }
    let estimate = Estimate {
        value,
        variance,
        n,
        df: n - used.len() as u64,
        complete: used.iter().all(|stratum| stratum.n == stratum.cases),
    };
    let cases = used.iter().fold(0_u64, |sum, stratum| sum.saturating_add(stratum.cases));
    Ok(Combined { covered_share, sums: Some(Sums { estimate, cases, unit_variance }) })
}
