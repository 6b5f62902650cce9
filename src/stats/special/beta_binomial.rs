//! Upper tail of the beta-binomial: shares that differ from unit to unit by more than chance (section 23).

use super::beta::{half_deviance_at, stirling_error};
use super::discrete::binomial_at_least;
use crate::stats::{StatsError, check_share, real};

/// Largest number of trials for which the beta-binomial tail is summed; about two milliseconds there.
pub const MAX_BETA_BINOMIAL: u64 = 1_000_000;

/// Above this `a + b` the beta-binomial is the binomial in every digit a double can show.
const NO_SPREAD: f64 = 1e200;

/// `P(S ≥ s)` for `S` successes in `n` trials whose success share itself varies between units as a beta distribution
/// with mean `p0` and correlation `rho` between two trials of a unit.
///
/// `Σ_{j ≥ s} C(n, j)·B(j + a, n − j + b)/B(a, b)` with `M = 1/rho − 1`, `a = p0·M`, `b = (1 − p0)·M`; variance
/// `n·p0(1 − p0)(1 + (n − 1)·rho)` (Skellam 1948; Kleinman 1973).
///
/// `s = 0` gives 1, also without a trial. `rho = 0`: binomial tail. `rho = 1`: a unit succeeds always or never, so
/// `p0` for every `s ≥ 1`. `p0 = 0` gives 0 and `p0 = 1` gives 1 for `s ≥ 1`.
///
/// The first term as a product of negative binomial terms in saddle-point form (Loader 2000), the others by the ratio
/// of neighbours; below the mean one minus the lower tail, where that is the larger part. Relative error below 1e-9,
/// at most `2n` steps.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `s > n`; [`StatsError::OutOfRange`] unless `p0` and `rho` are in [0, 1], and
/// when `n > 10^6` ([`MAX_BETA_BINOMIAL`]), or `n > 10^10` where `rho = 0`.
///
/// ```
/// use hailong::stats::special::beta_binomial_at_least;
/// assert!((beta_binomial_at_least(58, 60, 0.6, 0.05)? / 0.0001237293071 - 1.0).abs() < 1e-9);
/// assert!((beta_binomial_at_least(58, 60, 0.6, 0.0)? / 4.045111414e-11 - 1.0).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn beta_binomial_at_least(s: u64, n: u64, p0: f64, rho: f64) -> Result<f64, StatsError> {
    check_share("p0", p0)?;
    check_share("rho", rho)?;
    if s > n {
        return Err(StatsError::Inconsistent { argument: "s", rule: "cannot be larger than n" });
    }
    let size = (1.0 - rho) / rho;
    let (a, b) = (p0 * size, (1.0 - p0) * size);
    if s == 0 || p0 == 0.0 || p0 == 1.0 || size > NO_SPREAD {
        return binomial_at_least(s, n, p0);
    }
    if n > MAX_BETA_BINOMIAL {
        return Err(StatsError::OutOfRange { argument: "n", value: real(n), allowed: "0..=10^6" });
    }
    // Shapes too small to be numbers: the unit is decided by its first trial.
    if a < f64::MIN_POSITIVE || b < f64::MIN_POSITIVE {
        return Ok(p0);
    }
    let mixture = Mixture { n, p0, a, b };
    if real(s) <= real(n) * p0 {
        let below = mixture.mirrored().sum_from(n - s + 1);
        if below <= 0.5 {
            return Ok(1.0 - below);
        }
    }
    Ok(mixture.sum_from(s).min(1.0))
}

struct Mixture {
    n: u64,
    p0: f64,
    a: f64,
    b: f64,
}

impl Mixture {
    /// The distribution of the failures.
    fn mirrored(&self) -> Self {
        Self { n: self.n, p0: 1.0 - self.p0, a: self.b, b: self.a }
    }

    /// `P(S ≥ s)`, `s ≥ 1`.
    fn sum_from(&self, s: u64) -> f64 {
        let (n, a, b) = (real(self.n), self.a, self.b);
        let first = self.term(s);
        if first == 0.0 {
            return 0.0;
        }
        // A term is smaller than the one before it exactly where this is positive; it is linear in j.
        let falling = |j: f64| n * (1.0 - a) + j * (a + b - 2.0) + b - 1.0 > 0.0;
        let falls_to_the_end = falling(n - 1.0);
        let (mut ratio, mut sum) = (1.0, 1.0);
        for j in s..self.n {
            let j = real(j);
            ratio *= (n - j) * (j + a) / ((j + 1.0) * (n - j - 1.0 + b));
            sum += ratio;
            if ratio * (n - j) < sum * 1e-17 && falls_to_the_end && falling(j) {
                break;
            }
        }
        first * sum
    }

    /// `P(S = j)`, `1 ≤ j ≤ n`: with `π = (a + b)/(a + b + n)`, the negative binomial terms of the successes (size
    /// `a`) and of the failures (size `b`) over that of all trials (size `a + b`). The differences between counts and
    /// their means are `±π(j − p0·n)`, known without subtracting.
    fn term(&self, j: u64) -> f64 {
        let (n, size) = (real(self.n), self.a + self.b);
        let kept = size / (size + n);
        let excess = kept * (real(j) - self.p0 * n);
        let parts = [(real(j), self.a, excess), (n - real(j), self.b, -excess)];
        let mut log = stirling_error(n) + stirling_error(size) - stirling_error(size + n);
        let mut scale = (size + n) / size * n;
        for (count, shape, excess) in parts {
            if count == 0.0 {
                log -= shape * (n / size).ln_1p();
                continue;
            }
            let both = count + shape;
            log += stirling_error(both) - stirling_error(count) - stirling_error(shape);
            log -= half_deviance_at(shape, both * kept, -excess);
            log -= half_deviance_at(count, both * (n / (size + n)), excess);
            scale *= shape / both / count;
        }
        // One factor sqrt(2π) is left over where both parts are there, none where one is empty.
        let circle = if parts[1].0 == 0.0 { 1.0 } else { std::f64::consts::TAU };
        log.exp() * (scale / circle).sqrt()
    }
}
