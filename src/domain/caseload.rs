//! Caseload (số hồ sơ): files received, finished and late, per unit, procedure, channel and month: the population of
//! an estimate.

use serde::Serialize;

use super::{ProcedureId, UnitId};

/// Files of every channel together, where the channels are not told apart.
pub const ALL: &str = "all";

/// The channels that files come by.
pub const CHANNELS: [&str; 4] = ["direct", "online", "postal", ALL];

/// The files of one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Caseload {
    /// Month as yyyymm.
    pub month: i64,
    /// Unit that received them.
    pub unit_id: UnitId,
    /// Procedure.
    pub procedure_id: ProcedureId,
    /// `direct`, `online`, `postal`, or [`ALL`].
    pub channel: String,
    /// Files received.
    pub received: i64,
    /// Files finished; some may have been received earlier.
    pub finished: i64,
    /// Finished files that were late.
    pub late: i64,
}
