//! What a screen may say of a unit.

use super::Verdict;

/// What a screen may say of a unit, from its responses and verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// No response.
    None,
    /// Responses below the disclosure threshold: no figure and no verdict is shown.
    Hidden,
    /// Target met.
    Above,
    /// Target not met.
    Below,
    /// Not enough evidence from [`ENOUGH_TO_READ`] responses or more.
    Open,
    /// Not enough evidence and few responses: for reference only.
    Few,
}

/// From this many responses on an undecided share is read as "open", below it as "few".
pub const ENOUGH_TO_READ: u64 = 30;

/// How a unit with `n` responses and this verdict is shown, given the disclosure threshold (section 8, rule 2).
///
/// A decided verdict is shown as such however few the responses, from the threshold on.
///
/// ```
/// use hailong::stats::{disclosure::DEFAULT_THRESHOLD, verdict::{Standing, Verdict, standing}};
/// assert_eq!(standing(4, Verdict::NotMet, DEFAULT_THRESHOLD), Standing::Hidden);
/// assert_eq!(standing(29, Verdict::NotEnough, DEFAULT_THRESHOLD), Standing::Few);
/// assert_eq!(standing(30, Verdict::NotEnough, DEFAULT_THRESHOLD), Standing::Open);
/// ```
#[must_use]
pub fn standing(n: u64, verdict: Verdict, threshold: u64) -> Standing {
    match verdict {
        _ if n == 0 => Standing::None,
        _ if n < threshold => Standing::Hidden,
        Verdict::Met => Standing::Above,
        Verdict::NotMet => Standing::Below,
        Verdict::NotEnough if n >= ENOUGH_TO_READ => Standing::Open,
        Verdict::NotEnough => Standing::Few,
    }
}
