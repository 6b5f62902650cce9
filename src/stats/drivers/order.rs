//! Concordant and discordant pairs, counted over the table of a factor by the overall level.

use std::collections::BTreeMap;

use crate::stats::real;

/// Pairs of respondents.
pub(super) struct Concordance {
    /// Concordant less discordant pairs.
    pub(super) difference: f64,
    /// Pairs with different values of the factor.
    pub(super) untied_x: f64,
    /// Pairs with different overall levels.
    pub(super) untied_y: f64,
}

/// Of persons by value of the factor and overall level, 1 to 5.
pub(super) fn concordance(table: &BTreeMap<u64, [u64; 5]>) -> Concordance {
    let pairs = |count: u64| count * count.saturating_sub(1) / 2;
    let (mut concordant, mut discordant, mut tied_x) = (0_u64, 0_u64, 0_u64);
    // Overall levels of the respondents with a smaller value.
    let mut smaller = [0_u64; 5];
    for counts in table.values() {
        for (level, count) in counts.iter().enumerate() {
            concordant += count * smaller[..level].iter().sum::<u64>();
            discordant += count * smaller[level + 1..].iter().sum::<u64>();
        }
        tied_x += pairs(counts.iter().sum());
        for (sum, count) in smaller.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    let all = pairs(smaller.iter().sum());
    let tied_y: u64 = smaller.iter().map(|&count| pairs(count)).sum();
    Concordance {
        difference: real(concordant) - real(discordant),
        untied_x: real(all - tied_x),
        untied_y: real(all - tied_y),
    }
}
