//! What tablets hand in: `kiosk_quarantine`, `kiosk_screens`, and the responses that a tap adds to or repeats.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::domain::keys::Mac16;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[KEEP, IS_KEPT, KEPT, ARRIVED, QUARANTINED, FIRST_OF, ANSWERS_OF, SCREEN];

const KEEP: &str = "
    INSERT INTO kiosk_quarantine (key, kiosk_id, received_at, content) VALUES ($1, $2, $3, $4)
    ON CONFLICT (key) DO NOTHING";

/// Puts what a revoked device sent aside, once for each key.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(tx: &mut Tx<'_>, key: Mac16, id: i64, now_ms: i64, content: &str) -> Result<()> {
    on!(tx, c => sqlx::query(KEEP).bind(key.to_vec()).bind(id).bind(now_ms).bind(content).execute(c), rows)?;
    Ok(())
}

const IS_KEPT: &str = "SELECT COUNT(*) FROM kiosk_quarantine WHERE key = $1";

/// Whether something was put aside under a key.
///
/// # Errors
/// When the store does not answer.
pub async fn is_kept(tx: &mut Tx<'_>, key: Mac16) -> Result<bool> {
    let kept: i64 = on!(tx, c => sqlx::query_scalar(IS_KEPT).bind(key.to_vec()).fetch_one(c))?;
    Ok(kept > 0)
}

const KEPT: &str = "SELECT COUNT(*) FROM kiosk_quarantine WHERE kiosk_id = $1";

/// How much of a kiosk was put aside so far.
///
/// # Errors
/// When the store does not answer.
pub async fn kept(tx: &mut Tx<'_>, id: i64) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(KEPT).bind(id).fetch_one(c))?)
}

const ARRIVED: &str = "SELECT received_at FROM kiosk_quarantine WHERE kiosk_id = $1 ORDER BY received_at";

/// When each thing that was put aside of a kiosk arrived, in unix ms.
///
/// # Errors
/// When the store does not answer.
pub async fn arrived(db: &Db, id: i64) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(ARRIVED).bind(id).fetch_all(c))?)
}

const QUARANTINED: &str = "
    SELECT k.id, COUNT(*)
    FROM kiosk_quarantine q JOIN kiosks k ON k.id = q.kiosk_id JOIN points p ON p.id = k.point_id
    WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(p.unit_id AS TEXT) || '|%')
    GROUP BY k.id
    ORDER BY k.id";

/// How much was put aside of each kiosk of the units of a scope; kiosks of which nothing was are not among them.
///
/// # Errors
/// When the store does not answer.
pub async fn quarantined(db: &Db, scope: &Scope) -> Result<Vec<(i64, i64)>> {
    Ok(on!(db, c => sqlx::query_as(QUARANTINED).bind(scope.bound()).fetch_all(c))?)
}

/// The first part of an answer, as far as a later one needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct First {
    /// Its number.
    pub n: i64,
    /// Unit that was answered about.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Point.
    pub point_id: Option<i64>,
    /// Version of the form.
    pub questionnaire_id: i64,
    /// Local day.
    pub day: i64,
}

const FIRST_OF: &str = "
    SELECT n, unit_id, procedure_id, point_id, questionnaire_id, day
    FROM responses
    WHERE key = $1 AND channel = 'kiosk'";

/// The first part that a kiosk stored under a key.
///
/// # Errors
/// When the store does not answer.
pub async fn first_of(db: &Db, key: Mac16) -> Result<Option<First>> {
    Ok(on!(db, c => sqlx::query_as(FIRST_OF).bind(key.to_vec()).fetch_optional(c))?)
}

const ANSWERS_OF: &str = "SELECT answers FROM responses WHERE n = $1";

/// What is stored under a number, to tell a repeat from something else under the same key.
///
/// # Errors
/// When the store does not answer.
pub async fn answers_of(db: &Db, n: i64) -> Result<Option<String>> {
    Ok(on!(db, c => sqlx::query_scalar(ANSWERS_OF).bind(n).fetch_optional(c))?)
}

const SCREEN: &str = "INSERT INTO kiosk_screens (n, portrait) VALUES ($1, $2) ON CONFLICT (n) DO NOTHING";

/// Notes how the screen stood when a response was given.
///
/// # Errors
/// When the store does not answer.
pub async fn screen(tx: &mut Tx<'_>, n: i64, portrait: bool) -> Result<()> {
    on!(tx, c => sqlx::query(SCREEN).bind(n).bind(i64::from(portrait)).execute(c), rows)?;
    Ok(())
}
