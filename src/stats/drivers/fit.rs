//! `R²` of every subset of the factors, from the correlation matrix by Cholesky.

use super::{MOST_FACTORS, mean, varies};

/// A factor of which the others leave less than this part of its variance is taken to be their linear combination.
const PIVOT: f64 = 1e-9;

/// A correlation below this is rounding: whole levels give 0 or more than 1/n².
pub(super) const NO_CORRELATION: f64 = 1e-13;

/// Correlations of the factors with each other and with the overall level; `None` in place of a constant factor's.
pub(super) struct Correlations {
    with_y: Vec<Option<f64>>,
    between: [[f64; MOST_FACTORS]; MOST_FACTORS],
}

impl Correlations {
    /// `None` for fewer than three rows or a constant `y`. At most [`MOST_FACTORS`] columns, as long as `y`.
    pub(super) fn of(columns: &[Vec<f64>], y: &[u8]) -> Option<Self> {
        let y: Vec<f64> = y.iter().copied().map(f64::from).collect();
        if y.len() < 3 || !varies(&y) {
            return None;
        }
        let y = standardised(&y);
        let columns: Vec<Option<Vec<f64>>> =
            columns.iter().map(|column| varies(column).then(|| standardised(column))).collect();
        let mut between = [[0.0; MOST_FACTORS]; MOST_FACTORS];
        for (i, one) in columns.iter().enumerate() {
            for (j, other) in columns.iter().enumerate().take(i) {
                if let (Some(one), Some(other)) = (one, other) {
                    between[i][j] = product(one, other);
                    between[j][i] = between[i][j];
                }
            }
        }
        let with_y = columns.iter().map(|column| column.as_ref().map(|column| product(column, &y))).collect();
        Some(Self { with_y, between })
    }

    /// Of correlations that were worked out before: of each factor with the overall level, `None` for a constant one,
    /// and of each two factors.
    pub(super) fn new(with_y: Vec<Option<f64>>, between: [[f64; MOST_FACTORS]; MOST_FACTORS]) -> Self {
        Self { with_y, between }
    }

    /// Correlations of factor `j` with the overall level, and of two factors; 0 where one of them is constant.
    pub(super) fn pair(&self, i: usize, j: Option<usize>) -> f64 {
        j.map_or(self.with_y[i].unwrap_or(0.0), |j| self.between[i][j])
    }

    /// How many factors.
    pub(super) fn factors(&self) -> usize {
        self.with_y.len()
    }

    /// The same with another correlation in one place, in both orders.
    pub(super) fn with(&self, i: usize, j: Option<usize>, correlation: f64) -> Self {
        let (mut with_y, mut between) = (self.with_y.clone(), self.between);
        match j {
            None => with_y[i] = Some(correlation),
            Some(j) => {
                between[i][j] = correlation;
                between[j][i] = correlation;
            }
        }
        Self { with_y, between }
    }

    /// Whether factor `j` is not constant.
    pub(super) fn varies(&self, j: usize) -> bool {
        self.with_y[j].is_some()
    }

    /// `R²` of every subset; the position of a subset has bit `j` set where factor `j` is in it.
    pub(super) fn explained(&self) -> Vec<f64> {
        (0..1 << self.with_y.len()).map(|subset| self.explained_by(subset)).collect()
    }

    /// One row of the Cholesky factor a member of the subset, the overall level as the last row: `R²` is the sum of
    /// squares of that row.
    fn explained_by(&self, subset: usize) -> f64 {
        let mut kept: Vec<(usize, [f64; MOST_FACTORS], f64)> = Vec::with_capacity(MOST_FACTORS);
        let mut r2 = 0.0;
        for (j, with_y) in self.with_y.iter().enumerate().filter(|(j, _)| subset & (1 << j) != 0) {
            let Some(with_y) = *with_y else { continue };
            let (mut row, mut pivot, mut unexplained) = ([0.0; MOST_FACTORS], 1.0, with_y);
            for column in 0..kept.len() {
                let (i, of_i, y_of_i) = &kept[column];
                let known: f64 = row[..column].iter().zip(of_i).map(|(a, b)| a * b).sum();
                row[column] = (self.between[j][*i] - known) / of_i[column];
                pivot -= row[column] * row[column];
                unexplained -= row[column] * y_of_i;
            }
            if pivot < PIVOT {
                continue;
            }
            row[kept.len()] = pivot.sqrt();
            let of_y = unexplained / pivot.sqrt();
            r2 += of_y * of_y;
            kept.push((j, row, of_y));
        }
        f64::min(r2, 1.0)
    }
}

/// The column with mean 0 and length 1.
fn standardised(column: &[f64]) -> Vec<f64> {
    let centre = mean(column);
    let mut column: Vec<f64> = column.iter().map(|value| value - centre).collect();
    // What the rounded mean left over.
    let rest = mean(&column);
    for value in &mut column {
        *value -= rest;
    }
    let length = column.iter().map(|value| value * value).sum::<f64>().sqrt();
    for value in &mut column {
        *value /= length;
    }
    column
}

/// The correlation of two standardised columns.
fn product(one: &[f64], other: &[f64]) -> f64 {
    let sum: f64 = one.iter().zip(other).map(|(a, b)| a * b).sum();
    if sum.abs() < NO_CORRELATION { 0.0 } else { sum.clamp(-1.0, 1.0) }
}
