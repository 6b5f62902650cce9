//! The drivers from sums that add up over months and places, without a row a respondent.

use std::collections::BTreeMap;

use super::fit::{Correlations, NO_CORRELATION};
use super::{KeyDrivers, MOST_FACTORS, found};
use crate::stats::StatsError;

/// Values of a factor above this would leave the range in which sums of products stay exact.
const MOST_VALUE: u64 = 10_000_000;

/// Everything that complete rows tell of their drivers: persons by value of each factor and overall level, and the sum
/// of products of each two factors.
///
/// The values of a factor are whole numbers, such as the sum over its criteria: neither correlations nor ranks change
/// when a factor is counted in another unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Of each factor: persons at each overall level from 1 to 5, by value.
    pub tables: Vec<BTreeMap<u64, [u64; 5]>>,
    /// `Σ x_i·x_j` of each two factors `i < j`: (0, 1), (0, 2), …, (1, 2), ….
    pub products: Vec<u64>,
}

impl Counted {
    /// Complete rows.
    #[must_use]
    pub fn persons(&self) -> u64 {
        self.tables.first().map_or(0, |table| table.values().flatten().sum())
    }
}

/// Importance of up to six factors for the overall level, from sums: the same figures as
/// [`key_drivers`](super::key_drivers) of the rows that were summed.
///
/// # Errors
/// [`StatsError::Inconsistent`] when the tables of two factors are not of the same persons, when products are missing,
/// or for no factor or more than six; [`StatsError::OutOfRange`] for a value above 10^7.
///
/// ```
/// use hailong::stats::drivers::{Counted, key_drivers_counted};
/// // Ten persons at value and level 5, ten at 4, five at value 4 and level 3.
/// let table = [(5, [0, 0, 0, 0, 10]), (4, [0, 0, 5, 10, 0])];
/// let counted = Counted { tables: vec![table.into_iter().collect()], products: Vec::new() };
/// let found = key_drivers_counted(&counted)?;
/// assert_eq!((found.n, found.drivers[0].share), (25, Some(1.0)));
/// assert!((found.r2.unwrap() - 0.761_904_761_9).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn key_drivers_counted(counted: &Counted) -> Result<KeyDrivers, StatsError> {
    let fit = correlations(counted)?;
    Ok(found(counted.persons(), counted.tables.len(), fit.as_ref(), |j| counted.tables[j].clone()))
}

/// The correlations of the rows that were summed; `None` for fewer than three rows or a constant overall level.
pub(super) fn correlations(counted: &Counted) -> Result<Option<Correlations>, StatsError> {
    let bad = |argument, rule| Err(StatsError::Inconsistent { argument, rule });
    let (tables, factors) = (&counted.tables, counted.tables.len());
    if !(1..=MOST_FACTORS).contains(&factors) {
        return bad("tables", "there are one to six factors");
    }
    if counted.products.len() != factors * (factors - 1) / 2 {
        return bad("products", "one sum for each two factors");
    }
    let levels = |table: &BTreeMap<u64, [u64; 5]>| {
        table.values().fold([0_u64; 5], |sum, of| std::array::from_fn(|level| sum[level].saturating_add(of[level])))
    };
    let overall = levels(&tables[0]);
    if tables.iter().any(|table| levels(table) != overall) {
        return bad("tables", "all factors are of the same persons");
    }
    if let Some(value) = tables.iter().flat_map(BTreeMap::keys).find(|value| **value > MOST_VALUE) {
        return Err(StatsError::OutOfRange { argument: "tables", value: *value as f64, allowed: "at most 10^7" });
    }
    let n: i128 = overall.iter().map(|n| i128::from(*n)).sum();
    let weigh = |power: u32| (1..).zip(&overall).map(|(level, n)| i128::pow(level, power) * i128::from(*n)).sum();
    let (y, yy): (i128, i128) = (weigh(1), weigh(2));
    let spread_y = n * yy - y * y;
    if n < 3 || spread_y == 0 {
        return Ok(None);
    }
    let sums: Vec<Sums> = tables.iter().map(Sums::of).collect();
    let spread = |of: &Sums| n * of.xx - of.x * of.x;
    // Differences of whole numbers are exact; only the last step rounds.
    let correlation = |product: i128, one: i128, other: i128| {
        let r = product as f64 / ((one as f64).sqrt() * (other as f64).sqrt());
        if r.abs() < NO_CORRELATION { 0.0 } else { r.clamp(-1.0, 1.0) }
    };
    let with_y =
        sums.iter().map(|of| (spread(of) > 0).then(|| correlation(n * of.xy - of.x * y, spread(of), spread_y)));
    let mut between = [[0.0; MOST_FACTORS]; MOST_FACTORS];
    let pairs = (0..factors).flat_map(|i| (i + 1..factors).map(move |j| (i, j)));
    for ((i, j), product) in pairs.zip(&counted.products) {
        let (one, other) = (&sums[i], &sums[j]);
        if spread(one) > 0 && spread(other) > 0 {
            between[i][j] = correlation(n * i128::from(*product) - one.x * other.x, spread(one), spread(other));
            between[j][i] = between[i][j];
        }
    }
    Ok(Some(Correlations::new(with_y.collect(), between)))
}

/// Sums of one factor.
struct Sums {
    x: i128,
    xx: i128,
    xy: i128,
}

impl Sums {
    fn of(table: &BTreeMap<u64, [u64; 5]>) -> Self {
        let mut sums = Self { x: 0, xx: 0, xy: 0 };
        for (value, levels) in table {
            let value = i128::from(*value);
            for (level, n) in (1..).zip(levels) {
                let n = i128::from(*n);
                sums.x += n * value;
                sums.xx += n * value * value;
                sums.xy += n * value * level;
            }
        }
        sums
    }
}
