//! Units side by side: which differ from the ordinary (section 16), and what is known of the small ones (section 18).
//!
//! | question | function |
//! | --- | --- |
//! | which offices lie outside the ordinary variation? | [`funnel`], its curves: [`exact_limits`], [`adjusted_limits`]; for many: [`positions`] |
//! | what is the best guess for a small office, on a map? | [`shrink`], for many: [`shrunk_shares`] |
//!
//! No league tables: only a unit that is flagged is named. Analytic questions: the finite population correction never
//! applies, even when everybody answered. None of this is a verdict.

mod funnel;
mod limits;
mod shrinkage;

pub use funnel::{Centre, FEWEST_DRAWN, FEWEST_UNITS, Flag, Funnel, FunnelUnit, Positions, funnel, positions};
pub use limits::{FunnelLimits, adjusted_limits, exact_limits};
pub use shrinkage::{Shrinkage, ShrinkageStatus, ShrunkShare, correlation_within, shrink, shrunk_shares};
