//! Estimates from weighted, stratified and clustered responses (sections 5, 10, 11, 12, 13).
//!
//! | the responses | start from | gives |
//! | --- | --- | --- |
//! | come as they come, case counts known by cell | [`stratified`], after [`collapse`] | [`Stratified`] |
//! | were drawn: weights, strata, schools, two stages | [`Sample`], then [`Sample::weighted`] | [`Weighted`] |
//! | are to add up to known totals | [`Sample::post_stratified`], [`Sample::raked`] | [`Weighted`] |
//! | are only planned | [`design_effect`], [`cluster_effect`] | [`DesignEffect`] |
//!
//! Whatever the road, a share ends as a [`ShareEstimate`], which knows its intervals and its verdict, and anything
//! else as an [`Estimate`].
//!
//! Symbols besides those of [`super`]: `h` a stratum or cell, `i` a primary sampling unit (PSU: the school, or the
//! response itself), `w` the weight of a response, the number of cases it stands for. `w = 0`: the response is in the
//! file but not in `n`, not in `df`, and adds nothing to any sum; its PSU still counts among the PSUs drawn. Weights
//! may have any finite size; only their ratios matter, except to a total.

mod collapse;
mod estimate;
mod linear;
mod raking;
mod sample;
mod strata;
mod weights;

pub use collapse::{Collapsed, PlacedCell, Reporting, collapse};
pub use estimate::{Bounds, EffectiveInterval, Estimate, ShareEstimate};
pub use linear::Subset;
pub use raking::{Margin, Raked, rake};
pub use sample::{Sample, Weighted};
pub use strata::{
    COVERED_CAUTION, COVERED_VERDICT, Cell, Coverage, ScoreCell, Stratified, stratified, stratified_mean,
};
pub use weights::{
    DesignEffect, PLANNED_ICC, UNEVEN_WEIGHTS, cluster_effect, design_effect, schools_in_population, two_stage_weight,
};

use super::StatsError;

/// Largest size of a measured value: its square, times any number of responses, is still a number.
const MAX_VALUE: f64 = 1e100;

fn check_values(argument: &'static str, values: &[f64]) -> Result<(), StatsError> {
    match values.iter().find(|value| !(-MAX_VALUE..=MAX_VALUE).contains(*value)) {
        None => Ok(()),
        Some(&value) => Err(StatsError::OutOfRange { argument, value, allowed: "-10^100..=10^100" }),
    }
}

fn check_length(argument: &'static str, length: usize, rows: usize) -> Result<(), StatsError> {
    if length == rows { Ok(()) } else { Err(StatsError::Inconsistent { argument, rule: "one entry for each weight" }) }
}
