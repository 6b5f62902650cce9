//! How a share is written so that the rounded figure never contradicts its verdict (section 0).
//!
//! One decimal, halves away from zero. If rounding moves the share to the other side of the target, onto it, or off
//! it, more decimals are shown, up to four, until it does not: 89.96 % is "89.96", not "90.0". Separators, the sign
//! "%" and words are added elsewhere. Below the disclosure threshold nothing is shown at all; that is the caller's
//! part.

use std::cmp::Ordering;
use std::fmt;

use super::{BasisPoints, StatsError};

const FEWEST_DECIMALS: u32 = 1;
const MOST_DECIMALS: u32 = 4;

/// A share as a percentage rounded for display. Its [`Display`](fmt::Display) text is a plain decimal such as
/// `89.96` or `-3.5`, with a full stop and without a percent sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PercentFigure {
    scaled: i128,
    decimals: u32,
}

impl PercentFigure {
    /// Digits after the decimal separator, 1 to 4.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.decimals
    }

    /// The digits before the separator, without a sign.
    #[must_use]
    pub fn whole(self) -> u128 {
        self.scaled.unsigned_abs() / 10_u128.pow(self.decimals)
    }

    /// The digits after the separator, to be padded with zeros to [`decimals`](Self::decimals) places.
    #[must_use]
    pub fn fraction(self) -> u128 {
        self.scaled.unsigned_abs() % 10_u128.pow(self.decimals)
    }

    /// Whether a minus sign is needed; never for a figure that is rounded to zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.scaled < 0
    }
}

impl fmt::Display for PercentFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        write!(f, "{sign}{}.{:0width$}", self.whole(), self.fraction(), width = self.decimals as usize)
    }
}

/// A share (a fraction of one; a difference of shares may be negative) as a percentage.
///
/// The share is first taken to the nearest 10^-12, so that 0.1225 is the 12.25 % that was meant and not the double
/// just below it; two shares that close are not told apart.
///
/// A share so near the target that four decimals would still round onto or across it is shown with the fourth
/// decimal on its own side ("89.9999"), which is off by less than 0.0001.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `-1 ≤ share ≤ 1`.
///
/// ```
/// use hailong::stats::{BasisPoints, display::display_percent};
/// let target = Some(BasisPoints::new(9000)?);
/// assert_eq!(display_percent(0.8996, target)?.to_string(), "89.96");
/// assert_eq!(display_percent(0.8996, None)?.to_string(), "90.0");
/// assert_eq!(display_percent(0.9, target)?.to_string(), "90.0");
/// assert_eq!(display_percent(-0.0125, None)?.to_string(), "-1.3");
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn display_percent(share: f64, target: Option<BasisPoints>) -> Result<PercentFigure, StatsError> {
    const PARTS: i128 = 1_000_000_000_000;
    // Sums of weights may end a last digit past one; the rounding below takes it back.
    let most = 1.0 + 0.25 / PARTS as f64;
    if !(-most..=most).contains(&share) {
        return Err(StatsError::OutOfRange { argument: "share", value: share, allowed: "-1..=1" });
    }
    Ok(figure((share * PARTS as f64).round() as i128, PARTS, target))
}

/// The share `x/n` as a percentage, in exact integers; `None` when `n = 0`.
///
/// Rules as for [`display_percent`], without its first step.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`.
///
/// ```
/// use hailong::stats::{BasisPoints, display::display_ratio};
/// let target = Some(BasisPoints::new(9000)?);
/// assert_eq!(display_ratio(2249, 2500, target)?.unwrap().to_string(), "89.96");
/// assert_eq!(display_ratio(899_999_999, 1_000_000_000, target)?.unwrap().to_string(), "89.9999");
/// assert_eq!(display_ratio(0, 0, target)?, None);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn display_ratio(x: u64, n: u64, target: Option<BasisPoints>) -> Result<Option<PercentFigure>, StatsError> {
    if x > n {
        return Err(StatsError::Inconsistent { argument: "x", rule: "cannot be larger than n" });
    }
    Ok((n > 0).then(|| figure(i128::from(x), i128::from(n), target)))
}

/// `numerator/denominator` with as few decimals as keep it on its side of the target. Both are below 2^64, so no
/// product here reaches 2^90.
fn figure(numerator: i128, denominator: i128, target: Option<BasisPoints>) -> PercentFigure {
    let Some(target) = target else {
        return rounded(numerator, denominator, FEWEST_DECIMALS);
    };
    let tau = i128::from(target.get());
    let side = (numerator * 10_000).cmp(&(tau * denominator));
    for decimals in FEWEST_DECIMALS..=MOST_DECIMALS {
        let figure = rounded(numerator, denominator, decimals);
        if (figure.scaled * 100).cmp(&(tau * 10_i128.pow(decimals))) == side {
            return figure;
        }
    }
    let step = match side {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    };
    PercentFigure { scaled: tau * 10_i128.pow(MOST_DECIMALS) / 100 + step, decimals: MOST_DECIMALS }
}

/// Halves away from zero.
fn rounded(numerator: i128, denominator: i128, decimals: u32) -> PercentFigure {
    let size = numerator.abs() * 100 * 10_i128.pow(decimals);
    let scaled = (2 * size + denominator) / (2 * denominator) * numerator.signum();
    PercentFigure { scaled, decimals }
}
