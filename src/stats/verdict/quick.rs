//! The verdict alone, for tables of a thousand lines.

use super::{ALPHA, Evidence, Verdict, design_size, p_values};
use crate::stats::{BasisPoints, Population, StatsError, check_part, check_share, real};

/// The verdict of [`assess`](super::assess) without its bounds, which cost a hundred times as much.
///
/// Where the binomial distribution decides: a result at or below the target is never met, for `P(X ≥ x) ≥ ½` up to the
/// median, which is not below the whole number next under `nT`; and it is not met where already
/// `P(X ≤ x) ≤ exp(−n·KL(x/n ‖ T)) ≤ α` (Chernoff). The same from above. Only what lies between is summed exactly.
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
    if let Evidence::Binomial { x, n } = evidence
        && n > 0
        && bound(real(x) / real(n), real(n), target) <= ALPHA
    {
        return Ok(if u128::from(x) * 10_000 > u128::from(n) * u128::from(target.get()) {
            Verdict::Met
        } else {
            Verdict::NotMet
        });
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

/// Chernoff's bound of the tail beyond a share, away from the target.
fn bound(share: f64, n: f64, target: BasisPoints) -> f64 {
    let part = |p: f64, t: f64| if p == 0.0 { 0.0 } else { p * (p / t).ln() };
    (-n * (part(share, target.share()) + part(1.0 - share, target.complement()))).exp()
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
