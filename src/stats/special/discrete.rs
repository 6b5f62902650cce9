//! Binomial and hypergeometric probabilities and tails.

use super::beta::{beta_tails, half_deviance, saddle_point};
use super::{Tails, check_probability};
use crate::stats::{StatsError, check_count, check_share, real};

/// Largest population for which hypergeometric tails are computed; above it the binomial is used (section 8).
pub const MAX_HYPERGEOMETRIC: u64 = 1_000_000;

/// Binomial tails `P(X ≤ k)` and `P(X > k)`, `X` the successes in `n` trials with success share `p`.
///
/// `P(X ≤ k) = I_{1−p}(n − k, k + 1)` (DLMF 8.17.5). `k ≥ n` gives (1, 0).
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 ≤ p ≤ 1` and `n ≤ 2^53`.
///
/// ```
/// use hailong::stats::special::binomial_tails;
/// assert!((binomial_tails(189, 200, 0.9)?.upper - 0.008071249955102664).abs() < 1e-14);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn binomial_tails(k: u64, n: u64, p: f64) -> Result<Tails, StatsError> {
    check_count("n", n)?;
    check_share("p", p)?;
    if k >= n {
        return Ok(Tails::ALL_BELOW);
    }
    beta_tails(real(n - k), real(k) + 1.0, 1.0 - p, p)
}

/// `P(X ≥ x)`, `X` the successes in `n` trials with success share `p`. `x = 0` gives 1, `x > n` gives 0.
///
/// # Errors
/// As [`binomial_tails`].
///
/// ```
/// use hailong::stats::special::binomial_at_least;
/// assert!((binomial_at_least(190, 200, 0.9)? - 0.008071249955102664).abs() < 1e-14);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn binomial_at_least(x: u64, n: u64, p: f64) -> Result<f64, StatsError> {
    match x.checked_sub(1) {
        Some(below) => Ok(binomial_tails(below, n, p)?.upper),
        None => binomial_tails(0, n, p).map(|_| 1.0),
    }
}

/// Binomial probability `P(X = k)` in `n` trials with success share `p`, `0 < p < 1`; 0 for `k > n`.
///
/// Saddle-point form, good to the last digits at any size (Loader 2000).
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 < p < 1` and `n ≤ 2^53`.
///
/// ```
/// use hailong::stats::special::binomial_pmf;
/// assert!((binomial_pmf(29, 29, 0.9)? - 0.04710128697246246).abs() < 1e-15);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn binomial_pmf(k: u64, n: u64, p: f64) -> Result<f64, StatsError> {
    check_count("n", n)?;
    check_probability("p", p)?;
    Ok(if k > n { 0.0 } else { binomial_term(k, n, p, 1.0 - p) })
}

/// `C(n, k) p^k q^(n−k)` for `0 ≤ k ≤ n`, `0 < p, q < 1`.
fn binomial_term(k: u64, n: u64, p: f64, q: f64) -> f64 {
    if k == 0 {
        return power(q, p, n);
    }
    if k == n {
        return power(p, q, n);
    }
    saddle_point(real(k), real(n), p, q)
}

/// `base^n` where `rest = 1 − base`; through the deviance when the base is close to one.
fn power(base: f64, rest: f64, n: u64) -> f64 {
    let n = real(n);
    if n == 0.0 {
        1.0
    } else if rest < 0.1 {
        (-half_deviance(n, n * base) - n * rest).exp()
    } else {
        (n * base.ln()).exp()
    }
}

/// Hypergeometric tails `P(X ≤ k)` and `P(X > k)`: `X` successes when `draws` are taken without replacement from a
/// `population` that holds `successes`.
///
/// Summed from `k` away from the mode by the ratio of neighbouring terms until a term no longer counts; the first
/// term in saddle-point form (Loader 2000). The larger tail is one minus the smaller. About `10·sd` terms, at most
/// some 10^4 at `N = 10^6`.
///
/// # Errors
/// [`StatsError::OutOfRange`] above [`MAX_HYPERGEOMETRIC`]; [`StatsError::Inconsistent`] when `successes` or
/// `draws` are more than the population.
///
/// ```
/// use hailong::stats::special::hypergeometric_tails;
/// assert!((hypergeometric_tails(108, 150, 135, 120)?.lower - 0.6509992750237789).abs() < 1e-12);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn hypergeometric_tails(k: u64, population: u64, successes: u64, draws: u64) -> Result<Tails, StatsError> {
    if population > MAX_HYPERGEOMETRIC {
        let value = real(population);
        return Err(StatsError::OutOfRange { argument: "population", value, allowed: "0..=10^6" });
    }
    let rule = "cannot be larger than the population";
    if successes > population {
        return Err(StatsError::Inconsistent { argument: "successes", rule });
    }
    if draws > population {
        return Err(StatsError::Inconsistent { argument: "draws", rule });
    }
    let urn = Urn { population, successes, draws };
    if k >= urn.most() {
        return Ok(Tails::ALL_BELOW);
    }
    if k < urn.least() {
        return Ok(Tails::ALL_ABOVE);
    }
    Ok(if k < urn.mode() { Tails::from_lower(urn.sum_down(k)) } else { Tails::from_upper(urn.sum_up(k + 1)) })
}

/// `P(X ≥ x)` of the hypergeometric distribution; `x = 0` gives 1.
///
/// # Errors
/// As [`hypergeometric_tails`].
///
/// ```
/// use hailong::stats::special::hypergeometric_at_least;
/// assert!((hypergeometric_at_least(113, 150, 134, 120)? - 0.0007093938415150196).abs() < 1e-15);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn hypergeometric_at_least(x: u64, population: u64, successes: u64, draws: u64) -> Result<f64, StatsError> {
    match x.checked_sub(1) {
        Some(below) => Ok(hypergeometric_tails(below, population, successes, draws)?.upper),
        None => hypergeometric_tails(0, population, successes, draws).map(|_| 1.0),
    }
}

/// A term or ratio of a sum that is smaller than this part of it no longer changes it.
const NEGLIGIBLE: f64 = 1e-18;

struct Urn {
    population: u64,
    successes: u64,
    draws: u64,
}

impl Urn {
    fn least(&self) -> u64 {
        (self.draws + self.successes).saturating_sub(self.population)
    }

    fn most(&self) -> u64 {
        self.draws.min(self.successes)
    }

    fn mode(&self) -> u64 {
        (self.draws + 1) * (self.successes + 1) / (self.population + 2)
    }

    /// `P(X = k)` for `least ≤ k ≤ most` and `least < most`: three binomial terms at the sampling fraction.
    fn term(&self, k: u64) -> f64 {
        let p = real(self.draws) / real(self.population);
        let q = real(self.population - self.draws) / real(self.population);
        let good = binomial_term(k, self.successes, p, q);
        let bad = binomial_term(self.draws - k, self.population - self.successes, p, q);
        good * bad / binomial_term(self.draws, self.population, p, q)
    }

    /// `P(X ≤ k)` for `k` below the mode, where the terms fall towards zero.
    fn sum_down(&self, k: u64) -> f64 {
        let others = self.population + k - self.successes - self.draws; // failures not drawn, at X = k
        let (mut ratio, mut sum) = (1.0, 1.0);
        for j in (self.least() + 1..=k).rev() {
            ratio *= real(j) * real(others + j - k) / (real(self.successes - j + 1) * real(self.draws - j + 1));
            sum += ratio;
            if ratio < sum * NEGLIGIBLE {
                break;
            }
        }
        self.term(k) * sum
    }

    /// `P(X ≥ k)` for `k` above the mode.
    fn sum_up(&self, k: u64) -> f64 {
        let others = self.population + k - self.successes - self.draws;
        let (mut ratio, mut sum) = (1.0, 1.0);
        for j in k..self.most() {
            ratio *= real(self.successes - j) * real(self.draws - j) / (real(j + 1) * real(others + j - k + 1));
            sum += ratio;
            if ratio < sum * NEGLIGIBLE {
                break;
            }
        }
        self.term(k) * sum
    }
}
