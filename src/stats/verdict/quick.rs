//! The verdict alone, for tables of a thousand lines.

use super::{ALPHA, Evidence, Verdict, design_size, p_values};
use crate::stats::{BasisPoints, Population, StatsError, check_part, check_share, real};

/// The verdict of [`assess`](super::assess) without its bounds, which cost a hundred times as much.
///
/// Where answers stand for more: a result is met where already `P(X ≥ x) ≤ exp(−n·KL(x/n ‖ T)) ≤ α` (Chernoff; for
/// answers out of a known population Hoeffding 1963, with the largest share that misses the target), and not met in the
/// same way from below. Only what lies between is summed exactly.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`, [`StatsError::OutOfRange`] when `n > 10^10`.
///
/// ```
/// use hailong::stats::{BasisPoints, Population, verdict::{Verdict, verdict_of}};
/// let target = BasisPoints::new(9000)?;
/// assert_eq!(verdict_of(190, 200, Population::Unknown, target)?, Verdict::Met);
/// assert_eq!(verdict_of(184, 200, Population::Unknown, target)?, Verdict::NotEnough);
/// assert_eq!(verdict_of(168, 200, Population::Unknown, target)?, Verdict::NotMet);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn verdict_of(x: u64, n: u64, population: Population, target: BasisPoints) -> Result<Verdict, StatsError> {
    check_part(x, n)?;
    let evidence = Evidence::of(x, n, population);
    // The shares that a result is held against: the largest that misses the target, and the smallest that reaches it.
    let against = match evidence {
        Evidence::Binomial { .. } => Some((target.share(), target.share())),
        Evidence::Hypergeometric { population, .. } => {
            let needed = target.needed(population);
            let share = |cases: u64| real(cases) / real(population);
            needed.checked_sub(1).map(|just_below| (share(just_below), share(needed)))
        }
        Evidence::Census { .. } | Evidence::Design { .. } => None,
    };
    if let Some((below, reached)) = against.filter(|_| n > 0) {
        let share = real(x) / real(n);
        if share > below && bound(share, real(n), below) <= ALPHA {
            return Ok(Verdict::Met);
        }
        if share < reached && bound(share, real(n), reached) <= ALPHA {
            return Ok(Verdict::NotMet);
        }
    }
    Ok(p_values(evidence, target)?.verdict(ALPHA))
}

/// The verdict of [`assess_design`](super::assess_design) without its bounds.
///
/// # Errors
/// As [`assess_design`](super::assess_design).
///
/// ```
/// use hailong::stats::{BasisPoints, Population, verdict::{Verdict, verdict_of_design}};
/// let target = BasisPoints::new(9000)?;
/// assert_eq!(verdict_of_design(0.93, 412.6, 500, Population::Unknown, target)?, Verdict::Met);
/// assert_eq!(verdict_of_design(0.93, 412.6, 60, Population::Unknown, target)?, Verdict::NotEnough);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn verdict_of_design(
    share: f64,
    n_eff: f64,
    n: u64,
    population: Population,
    target: BasisPoints,
) -> Result<Verdict, StatsError> {
    check_share("share", share)?;
    let Some(size) = design_size(n_eff, n, population, n.saturating_sub(1), ALPHA)? else {
        let reached = share >= target.share() - super::SAME_SHARE;
        return Ok(if reached { Verdict::Met } else { Verdict::NotMet });
    };
    Ok(p_values(Evidence::Design { share, n_eff: size }, target)?.verdict(ALPHA))
}

/// Chernoff's bound of the tail beyond a share, away from the share that it is held against.
fn bound(share: f64, n: f64, against: f64) -> f64 {
    let part = |p: f64, t: f64| if p == 0.0 { 0.0 } else { p * (p / t).ln() };
    (-n * (part(share, against) + part(1.0 - share, 1.0 - against))).exp()
}

#[cfg(test)]
mod tests {
    use super::super::{assess, assess_design};
    use super::*;

    #[test]
    fn the_verdict_alone_is_that_of_the_whole_assessment() {
        for tau in [0, 5000, 8500, 9000, 10_000] {
            let target = BasisPoints::new(tau).unwrap();
            for n in (0..60).chain([100, 333, 2000]) {
                for x in (0..=n).step_by(1 + n as usize / 60) {
                    for population in [Population::Unknown, Population::Known(n), Population::Known(n + 40)] {
                        let whole = assess(x, n, population, target).unwrap().verdict;
                        assert_eq!(verdict_of(x, n, population, target).unwrap(), whole, "{x} of {n} at {tau}");
                        let (share, n_eff) = (if n == 0 { 0.0 } else { x as f64 / n as f64 }, n as f64 * 0.7);
                        let whole = assess_design(share, n_eff, n, population, target).unwrap().verdict;
                        let alone = verdict_of_design(share, n_eff, n, population, target).unwrap();
                        assert_eq!(alone, whole, "{share} of {n} at {tau}, pooled");
                    }
                }
            }
        }
    }
}
