//! `targets`: thresholds with their validity.

use super::Db;
use crate::domain::{Day, Indicator, UnitId};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[VALID_ON];

/// A threshold in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Indicator it is held against.
    pub indicator: Indicator,
    /// The one unit it holds for; nothing means all.
    pub unit: Option<UnitId>,
    /// Threshold in basis points.
    pub threshold: i64,
}

const VALID_ON: &str = "\
SELECT indicator, unit_id, threshold
FROM targets
WHERE valid_from <= $1
    AND (valid_to IS NULL OR valid_to >= $1)
ORDER BY valid_from, id";

/// Thresholds in force on a day; of two for the same, the later one holds and comes last.
///
/// # Errors
/// When the store does not answer.
pub async fn valid_on(db: &Db, day: Day) -> Result<Vec<Target>> {
    let rows: Vec<(String, Option<i64>, i64)> = on!(db, c => sqlx::query_as(VALID_ON).bind(day.number()).fetch_all(c))?;
    let target = |(indicator, unit, threshold): (String, Option<i64>, i64)| {
        Some(Target { indicator: Indicator::by_name(&indicator)?, unit: unit.map(UnitId), threshold })
    };
    Ok(rows.into_iter().filter_map(target).collect())
}
