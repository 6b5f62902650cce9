//! `marks`: single numbers that the whole service shares.

use super::{Db, Tx};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[GET, SEVERAL, SET, RAISE];

/// A number that all processes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Raised by every change of units, forms and points.
    Revision,
    /// Raised whenever the caseload of figures changes.
    Caseload,
    /// The last response number that a release has looked at.
    ReleasedThrough,
    /// When the last release ran, in unix milliseconds.
    ReleasedAt,
    /// Raised whenever tallies change.
    Tallied,
    /// Raised by every decision that leaves answers out of the figures or takes them in again.
    Excluded,
    /// Raised whenever answers are marked as suspicious.
    Marked,
    /// 1 when the answers are made up.
    Simulated,
    /// Raised by every wake of a tablet.
    Woken,
    /// The local day of the last cut of figures for other systems, yyyymmdd; 0 when there was none.
    CutDay,
    /// What [`Mark::Tallied`] stood at then.
    CutTallied,
    /// Raised by every publication and withdrawal.
    Published,
    /// When what needs attention was last looked for, in unix milliseconds.
    AlertedAt,
    /// The last local day whose used invitations were told of, yyyymmdd; 0 when none was.
    UsedTold,
    /// The last local day whose invitations are summed by month, yyyymmdd; 0 when none is.
    InvitedThrough,
    /// 1 when a migration added sums that only a count of all released answers can fill.
    Recount,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Self::Revision => "revision",
            Self::Caseload => "caseload",
            Self::ReleasedThrough => "released_through",
            Self::ReleasedAt => "released_at",
            Self::Tallied => "tallied",
            Self::Excluded => "excluded",
            Self::Marked => "marked",
            Self::Simulated => "simulated",
            Self::Woken => "woken",
            Self::CutDay => "cut_day",
            Self::CutTallied => "cut_tallied",
            Self::Published => "published",
            Self::AlertedAt => "alerted_at",
            Self::UsedTold => "used_told",
            Self::InvitedThrough => "invited_through",
            Self::Recount => "recount",
        }
    }
}

const GET: &str = "SELECT n FROM marks WHERE name = $1";

/// Reads a mark.
///
/// # Errors
/// When the store does not answer.
pub async fn get(db: &Db, mark: Mark) -> Result<i64> {
    Ok(on!(db, c => sqlx::query_scalar(GET).bind(mark.name()).fetch_one(c))?)
}

const SEVERAL: &str = "SELECT a.n, b.n, c.n, d.n
    FROM marks AS a, marks AS b, marks AS c, marks AS d
    WHERE a.name = $1 AND b.name = $2 AND c.name = $3 AND d.name = $4";

/// Reads four marks as they stood together.
///
/// # Errors
/// When the store does not answer.
pub async fn several(db: &Db, of: [Mark; 4]) -> Result<[i64; 4]> {
    let [first, second, third, fourth] = of.map(Mark::name);
    let (a, b, c, d) =
        on!(db, c => sqlx::query_as(SEVERAL).bind(first).bind(second).bind(third).bind(fourth).fetch_one(c))?;
    Ok([a, b, c, d])
}

/// Reads a mark inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn get_in(tx: &mut Tx<'_>, mark: Mark) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(GET).bind(mark.name()).fetch_one(c))?)
}

const SET: &str = "UPDATE marks SET n = $2 WHERE name = $1";

/// Sets a mark.
///
/// # Errors
/// When the store does not answer.
pub async fn set(tx: &mut Tx<'_>, mark: Mark, n: i64) -> Result<()> {
    on!(tx, c => sqlx::query(SET).bind(mark.name()).bind(n).execute(c), rows)?;
    Ok(())
}

const RAISE: &str = "UPDATE marks SET n = n + 1 WHERE name = $1";

/// Raises a mark by one.
///
/// # Errors
/// When the store does not answer.
pub async fn raise(tx: &mut Tx<'_>, mark: Mark) -> Result<()> {
    on!(tx, c => sqlx::query(RAISE).bind(mark.name()).execute(c), rows)?;
    Ok(())
}
