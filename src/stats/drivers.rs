//! Key drivers of overall satisfaction (section 19): which factors go with the overall level, and how much.
//!
//! Association, not cause: "yếu tố gắn nhiều nhất với mức hài lòng chung". The picture to show is importance
//! ([`Driver::share`]) against percent satisfied of the factor.

mod counted;
mod doubt;
mod fit;
mod order;

use std::collections::BTreeMap;

pub use self::counted::{Counted, key_drivers_counted};
pub use self::doubt::{Doubt, doubt};
use self::fit::Correlations;
use self::order::{Concordance, concordance};
use super::{StatsError, real};

/// Complete rows from which drivers are shown; a rule of display, not of the formulas.
pub const SHOWN_FROM: u64 = 100;

/// The most factors that are compared: all `2^k` subsets are fitted.
pub const MOST_FACTORS: usize = 6;

/// Importance and direction of one factor.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Driver {
    /// LMG: the mean gain in `R²` from adding this factor, over all orders of adding; 0 or more. `None` when nothing
    /// can be said of any factor.
    pub lmg: Option<f64>,
    /// `LMG/R²`, the factor's part of what all explain together; the parts add to 1. `None` when `R² = 0`.
    pub share: Option<f64>,
    /// Kendall's `τ_b` with the overall level, −1 to 1; `None` for a constant factor.
    pub tau_b: Option<f64>,
    /// Somers' `D(overall | factor)`, −1 to 1; `None` for a constant factor.
    pub somers_d: Option<f64>,
}

/// What the factors of a form say about the overall level.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyDrivers {
    /// Complete rows.
    pub n: u64,
    /// `R²` of the least-squares fit on all factors, 0 to 1; `None` when nothing can be said.
    pub r2: Option<f64>,
    /// One for each factor, in the order of the columns.
    pub drivers: Vec<Driver>,
}

impl KeyDrivers {
    /// Whether there are enough rows to show the drivers to anybody ([`SHOWN_FROM`]).
    #[must_use]
    pub fn may_be_shown(&self) -> bool {
        self.n >= SHOWN_FROM
    }
}

/// Importance of up to six factors for the overall level: one row a respondent.
///
/// `factors[i][j]` is respondent `i`'s level of factor `j`, a real number from 1 to 5: the answer to the factor's own
/// question, or the mean of its criteria, never rounded; 0 = not answered. `overall[i]` is the overall level, 1 to 5,
/// 0 = not answered. A row with a 0 anywhere is left out.
///
/// *Importance*: `R²(S)` of ordinary least squares with intercept for every subset `S` of the `k` factors;
/// `LMG_j = Σ_{S ∌ j} |S|!(k − |S| − 1)!/k!·(R²(S ∪ j) − R²(S))`, the Shapley value of `R²`, so `Σ LMG_j = R²`.
/// It treats correlated factors evenly, which a regression coefficient does not. A constant factor, or one that is a
/// linear combination of others (relative pivot below 1e-9), adds nothing where it is added last.
/// (Lindeman, Merenda & Gold 1980.)
///
/// *Direction*, and a check that assumes no straight line: with `C` concordant and `D` discordant pairs of respondents
/// of `n_0 = n(n − 1)/2`, `n_x` of them tied on the factor and `n_y` on the overall level,
/// `τ_b = (C − D)/sqrt((n_0 − n_x)(n_0 − n_y))` (Kendall 1945), `D(y | x) = (C − D)/(n_0 − n_x)` (Somers 1962).
/// Counted over the table of factor by overall level, in `O(n log n)`. Two values are tied only if they are equal
/// numbers, so means must all be computed in the same way.
///
/// Fewer than three complete rows, or a constant overall level: every figure is `None`. How sure the shares are says
/// [`doubt`]; the same from sums, without a row a respondent, is [`key_drivers_counted`].
///
/// # Errors
/// [`StatsError::Inconsistent`] for lists of different length, no factor or more than six;
/// [`StatsError::OutOfRange`] for a value that is neither 0 nor from 1 to 5.
///
/// ```
/// use hailong::stats::drivers::key_drivers;
/// let factors = [[4.0, 3.0], [5.0, 5.0], [2.0, 2.0], [5.0, 5.0], [4.0, 5.0], [4.0, 3.0], [2.0, 3.0], [4.0, 3.0],
///     [3.0, 3.0], [5.0, 5.0], [4.0, 3.0], [4.0, 4.0], [3.0, 2.0], [4.0, 5.0], [4.0, 4.0], [3.0, 4.0]];
/// let found = key_drivers(&factors, &[3, 5, 2, 4, 4, 3, 2, 3, 3, 4, 4, 3, 3, 4, 4, 4])?;
/// assert!((found.r2.unwrap() - 0.695226775898296).abs() < 1e-12);
/// assert!((found.drivers[0].share.unwrap() - 0.4954830292290791).abs() < 1e-12);
/// assert!((found.drivers[1].tau_b.unwrap() - 0.7249045189755269).abs() < 1e-12);
/// assert!(!found.may_be_shown());
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn key_drivers<R: AsRef<[f64]>>(factors: &[R], overall: &[u8]) -> Result<KeyDrivers, StatsError> {
    let table = Table::complete(factors, overall)?;
    let n = table.overall.len() as u64;
    let fit = Correlations::of(&table.columns, &table.overall);
    Ok(found(n, table.columns.len(), fit.as_ref(), |j| {
        // The bit patterns of positive numbers are in the order of the numbers.
        let mut counts = BTreeMap::<u64, [u64; 5]>::new();
        for (value, &level) in table.columns[j].iter().zip(&table.overall) {
            counts.entry(value.to_bits()).or_default()[usize::from(level) - 1] += 1;
        }
        counts
    }))
}

/// The drivers of `factors` columns, from their correlations and, of each, persons by value and overall level.
fn found(
    n: u64,
    factors: usize,
    fit: Option<&Correlations>,
    table: impl Fn(usize) -> BTreeMap<u64, [u64; 5]>,
) -> KeyDrivers {
    let mut drivers = vec![Driver::default(); factors];
    let Some(fit) = fit else { return KeyDrivers { n, r2: None, drivers } };
    let explained = fit.explained();
    let r2 = explained[explained.len() - 1];
    for (j, driver) in drivers.iter_mut().enumerate() {
        let lmg = shapley(j, factors, &explained);
        driver.lmg = Some(lmg);
        driver.share = (r2 > 0.0).then(|| lmg / r2);
        if fit.varies(j) {
            let Concordance { difference, untied_x, untied_y } = concordance(&table(j));
            // Rounded roots may carry a perfect order just past one.
            driver.tau_b = Some((difference / (untied_x.sqrt() * untied_y.sqrt())).clamp(-1.0, 1.0));
            driver.somers_d = Some(difference / untied_x);
        }
    }
    KeyDrivers { n, r2: Some(r2), drivers }
}

/// The mean gain from adding `j` over all orders of adding; `explained` is indexed by the bits of a subset.
fn shapley(j: usize, factors: usize, explained: &[f64]) -> f64 {
    let factorial = |m: usize| (1..=m).map(|i| i as f64).product::<f64>();
    let mut sum = 0.0;
    for without in (0..explained.len()).filter(|subset| subset & (1 << j) == 0) {
        let size = without.count_ones() as usize;
        let weight = factorial(size) * factorial(factors - size - 1) / factorial(factors);
        sum += weight * (explained[without | (1 << j)] - explained[without]);
    }
    sum.max(0.0)
}

/// The complete rows, by column.
struct Table {
    columns: Vec<Vec<f64>>,
    overall: Vec<u8>,
}

impl Table {
    fn complete<R: AsRef<[f64]>>(factors: &[R], overall: &[u8]) -> Result<Self, StatsError> {
        let bad = |argument, rule| Err(StatsError::Inconsistent { argument, rule });
        let count = factors.first().map_or(0, |row| row.as_ref().len());
        if factors.len() != overall.len() {
            return bad("overall", "one level for every row of factors");
        }
        if !factors.is_empty() && !(1..=MOST_FACTORS).contains(&count) {
            return bad("factors", "a row has one to six factors");
        }
        let mut table = Self { columns: vec![Vec::new(); count], overall: Vec::new() };
        for (row, &level) in factors.iter().zip(overall) {
            let row = row.as_ref();
            if row.len() != count {
                return bad("factors", "every row has the same number of factors");
            }
            check_level("overall", f64::from(level))?;
            for &value in row {
                check_level("factors", value)?;
            }
            if level > 0 && row.iter().all(|&value| value > 0.0) {
                table.overall.push(level);
                for (column, &value) in table.columns.iter_mut().zip(row) {
                    column.push(value);
                }
            }
        }
        Ok(table)
    }
}

/// 0 (not answered) or a level.
fn check_level(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if value == 0.0 || (1.0..=5.0).contains(&value) {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "0 or from 1 to 5" })
    }
}

/// The largest and the smallest value differ by more than rounding.
fn varies(column: &[f64]) -> bool {
    let (least, most) = column.iter().fold((f64::MAX, f64::MIN), |(a, b), &v| (a.min(v), b.max(v)));
    most - least > 1e-9
}

/// Mean of a column that is not empty.
fn mean(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / real(column.len() as u64)
}
