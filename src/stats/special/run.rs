//! Longest run of equal results in independent trials (section 23).

use crate::stats::{StatsError, check_count, check_share, real};

/// Beyond this many run lengths the chance of a run per further trial is constant in every digit.
const LENGTHS: u64 = 27;

/// `P(a run of at least length successes in trials)`, each trial a success with probability `share`, independently.
///
/// The note's recurrence `g_m = 0` for `m < L`, `g_L = q^L`, `g_m = g_{m−1} + (1 − q)·q^L·(1 − g_{m−L−1})` in closed
/// form: `g_n = Σ_{j ≥ 1, jL + j ≤ n + 1} (−1)^{j+1} q^{Lj} p^{j−1} (p·C(n − jL, j) + C(n − jL, j − 1))` with `p = 1 − q`
/// (de Moivre 1738; Feller 1968, chapter XIII). Up to 27 run lengths the sum has about 27 terms, none above e^14.
/// Beyond, the chance that a run ends at the next trial, given that there was none, no longer changes: the dominant
/// root of the recurrence leads the next one by a factor `e^{2.09}` a run length. So the time of a call does not
/// grow with `trials`. Relative error about 1e-10.
///
/// `length = 0` gives 1, `length > trials` gives 0.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 ≤ share ≤ 1` and `trials ≤ 10^10`.
///
/// ```
/// use hailong::stats::special::longest_run_at_least;
/// // Two heads in a row in three throws: HHH, HHT, THH.
/// assert!((longest_run_at_least(2, 3, 0.5)? - 3.0 / 8.0).abs() < 1e-15);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn longest_run_at_least(length: u64, trials: u64, share: f64) -> Result<f64, StatsError> {
    check_count("trials", trials)?;
    check_share("share", share)?;
    if length == 0 {
        return Ok(1.0);
    }
    if length > trials {
        return Ok(0.0);
    }
    let run = Run { length, whole: (real(length) * share.ln()).exp(), rest: 1.0 - share };
    // Far away from the beginning, and still a short sum.
    let near = LENGTHS * (length + 1);
    if trials <= near {
        return Ok(run.seen_by(trials));
    }
    let seen = run.seen_by(near);
    let none = 1.0 - run.seen_by(near - 1);
    // 1 − g is known to about 1e-12 here.
    if none < 1e-10 {
        return Ok(1.0);
    }
    let hazard = run.rest * run.whole * (1.0 - run.seen_by(near - length - 1)) / none;
    let later = -(real(trials - near) * (-hazard).ln_1p()).exp_m1();
    Ok(seen + (1.0 - seen) * later)
}

struct Run {
    length: u64,
    /// `q^L`.
    whole: f64,
    /// `1 − q`.
    rest: f64,
}

impl Run {
    /// `g_n` for `n` up to 27 run lengths.
    fn seen_by(&self, n: u64) -> f64 {
        let start = self.rest * self.whole;
        let mut sum = 0.0;
        let mut sign = 1.0;
        for j in 1..=(n + 1) / (self.length + 1) {
            let free = n - j * self.length;
            // q^{Lj} p^{j−1} C(free, j − 1), factor by factor: C alone may overflow where the power vanishes.
            let fewer = (1..j).fold(self.whole, |product, i| product * start * choice(free, i));
            let more = fewer * self.rest * choice(free, j);
            sum += sign * (fewer + more);
            sign = -sign;
        }
        sum.clamp(0.0, 1.0)
    }
}

/// The factor `i` of `C(free, i)`: 0 as soon as there is nothing left to choose.
fn choice(free: u64, i: u64) -> f64 {
    real(free.saturating_sub(i - 1)) / real(i)
}
