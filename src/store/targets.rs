//! `targets`: thresholds with their validity.

use super::Db;
use crate::domain::{Day, Indicator, UnitId};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[VALID_ON, LISTED];

/// A threshold in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// A threshold as it is told to others: where it holds, since and until when, and what set it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// Name of the indicator.
    pub indicator: String,
    /// The one unit it holds for; nothing means all.
    pub unit_id: Option<i64>,
    /// Threshold in basis points.
    pub threshold: i64,
    /// First day, yyyymmdd.
    pub valid_from: i64,
    /// Last day, yyyymmdd.
    pub valid_to: Option<i64>,
    /// The document that set it.
    pub source: String,
}

const LISTED: &str = "\
SELECT indicator, unit_id, threshold, valid_from, valid_to, source
FROM targets
ORDER BY valid_from, id";

/// Every threshold of all times.
///
/// # Errors
/// When the store does not answer.
pub async fn listed(db: &Db) -> Result<Vec<Listed>> {
    Ok(on!(db, c => sqlx::query_as(LISTED).fetch_all(c))?)
}
