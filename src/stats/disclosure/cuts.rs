//! Where a row of consecutive counts may be cut, so that no two stretches of it differ by a few.

use super::{LEAST_THRESHOLD, is_sensitive};
use crate::stats::StatsError;

/// Where a row of `n` consecutive counts (months of a year, days of a month) may be cut: `n + 1` answers, of which the
/// first and last are always yes.
///
/// Figures are given for stretches of the row. Two of them that begin together and end apart tell, by subtraction, the
/// counts between their ends. So the boundaries `order` names are tried in that order, the coarse ones first, and one is
/// taken if on both of its sides, up to the next boundary taken before, there are 0 or at least `k`. Then stretches
/// that begin and end at cuts are made of pieces of 0 or at least `k`, and so is every difference of two of them. The
/// result depends on the counts alone, not on which stretches are asked for.
///
/// Boundary `i` lies before count `i`. Time grows with counts × boundaries.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `k < 3`; [`StatsError::Inconsistent`] when a boundary does not lie between two counts.
///
/// ```
/// use hailong::stats::disclosure::cuts;
/// // Quarters of a year, its middle first. The third holds only two, so nothing ends between it and the fourth.
/// assert_eq!(cuts(&[9, 6, 2, 8], &[2, 1, 3], 5)?, [true, true, true, false, true]);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn cuts(counts: &[u64], order: &[usize], k: u64) -> Result<Vec<bool>, StatsError> {
    if k < LEAST_THRESHOLD {
        return Err(StatsError::OutOfRange { argument: "k", value: k as f64, allowed: "3 or more" });
    }
    if order.iter().any(|&at| at == 0 || at >= counts.len()) {
        return Err(StatsError::Inconsistent { argument: "order", rule: "every boundary lies between two counts" });
    }
    let mut cut = vec![false; counts.len() + 1];
    cut[0] = true;
    cut[counts.len()] = true;
    let sum = |from: usize, to: usize| counts[from..to].iter().fold(0_u64, |sum, &n| sum.saturating_add(n));
    for &at in order {
        let before = (0..at).rev().find(|&i| cut[i]).unwrap_or(0);
        let after = (at + 1..counts.len()).find(|&i| cut[i]).unwrap_or(counts.len());
        cut[at] |= !is_sensitive(sum(before, at), k) && !is_sensitive(sum(at, after), k);
    }
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn differences_of_stretches_are_nothing_or_many(
            counts in proptest::collection::vec(0_u64..12, 1..20),
            shuffle in any::<u64>(),
        ) {
            let mut order: Vec<usize> = (1..counts.len()).collect();
            order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(shuffle | 1));
            let cut = cuts(&counts, &order, 5).unwrap();
            let ends: Vec<usize> = (0..cut.len()).filter(|&at| cut[at]).collect();
            let total: u64 = counts.iter().sum();
            for pair in ends.windows(2) {
                let piece: u64 = counts[pair[0]..pair[1]].iter().sum();
                prop_assert!(!is_sensitive(piece, 5) || is_sensitive(total, 5), "{counts:?} {order:?} {cut:?}");
            }
        }

        #[test]
        fn a_row_of_many_is_cut_everywhere(counts in proptest::collection::vec(5_u64..40, 1..20)) {
            let order: Vec<usize> = (1..counts.len()).collect();
            prop_assert!(cuts(&counts, &order, 5).unwrap().into_iter().all(|cut| cut));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(cuts(&[1, 2], &[2], 5).is_err() && cuts(&[1, 2], &[0], 5).is_err() && cuts(&[1, 2], &[1], 2).is_err());
        assert_eq!(cuts(&[], &[], 5).unwrap(), [true]);
    }
}
