//! `alerts`, `alert_mutes`, `alerts_told`, `mail_wishes`: what needs attention, and who wants to hear of it.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[OPEN, WITHIN, INSERT, SEEN, CLOSE, MUTE, TOLD, TELL, WISHES, WISH, WANT, UNWANT, DIGESTED, HURRIED];

/// An alert as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Row number.
    pub id: i64,
    /// Name of the rule.
    pub rule: String,
    /// The unit; 0 for all of them.
    pub unit_id: i64,
    /// What about it: an indicator, a kiosk, a month.
    pub subject: String,
    /// The numbers of its sentence, as JSON.
    pub detail: String,
    /// When it was first found, in unix ms.
    pub opened_at: i64,
    /// When it was last found.
    pub seen_at: i64,
    /// When it was found no more.
    pub closed_at: Option<i64>,
    /// Until when one person does not want to hear of it.
    pub muted_until: Option<i64>,
}

const OPEN: &str = "
    SELECT id, rule, unit_id, subject, detail, opened_at, seen_at, closed_at, CAST(NULL AS BIGINT) AS muted_until
    FROM alerts
    WHERE closed_at IS NULL
    ORDER BY id";

/// Every open alert.
///
/// # Errors
/// When the store does not answer.
pub async fn open(tx: &mut Tx<'_>) -> Result<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(OPEN).fetch_all(c))?)
}

const WITHIN: &str = "
    SELECT a.id, a.rule, a.unit_id, a.subject, a.detail, a.opened_at, a.seen_at, a.closed_at, m.until AS muted_until
    FROM alerts AS a
    LEFT JOIN alert_mutes AS m ON m.alert_id = a.id AND m.account_id = $1
    WHERE $2 LIKE '%|' || a.rule || '|%'
        AND (CAST($3 AS TEXT) IS NULL OR $3 LIKE '%|' || CAST(a.unit_id AS TEXT) || '|%')
        AND (a.closed_at IS NULL OR a.closed_at >= $4)
    ORDER BY a.opened_at DESC, a.id DESC
    LIMIT $5";

/// Alerts of some rules (`|below|signal|`) in a scope, the newest first: those open, and those closed since an instant.
///
/// # Errors
/// When the store does not answer.
pub async fn within(
    db: &Db,
    account: i64,
    rules: &str,
    scope: &Scope,
    closed_since: i64,
    most: i64,
) -> Result<Vec<Row>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN)
        .bind(account)
        .bind(rules)
        .bind(scope.bound())
        .bind(closed_since)
        .bind(most)
        .fetch_all(c))?)
}

const INSERT: &str = "
    INSERT INTO alerts (rule, unit_id, subject, detail, opened_at, seen_at)
    VALUES ($1, $2, $3, $4, $5, $5)
    RETURNING id";

/// Opens an alert; gives its number.
///
/// # Errors
/// When the store does not answer.
pub async fn insert(tx: &mut Tx<'_>, rule: &str, unit: i64, subject: &str, detail: &str, at: i64) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT)
        .bind(rule)
        .bind(unit)
        .bind(subject)
        .bind(detail)
        .bind(at)
        .fetch_one(c))?)
}

const SEEN: &str = "UPDATE alerts SET seen_at = $2, detail = $3 WHERE id = $1";

/// Notes that an alert was found again.
///
/// # Errors
/// When the store does not answer.
pub async fn seen(tx: &mut Tx<'_>, id: i64, at: i64, detail: &str) -> Result<()> {
    on!(tx, c => sqlx::query(SEEN).bind(id).bind(at).bind(detail).execute(c), rows)?;
    Ok(())
}

const CLOSE: &str = "UPDATE alerts SET closed_at = $2 WHERE id = $1";

/// Notes that an alert was found no more.
///
/// # Errors
/// When the store does not answer.
pub async fn close(tx: &mut Tx<'_>, id: i64, at: i64) -> Result<()> {
    on!(tx, c => sqlx::query(CLOSE).bind(id).bind(at).execute(c), rows)?;
    Ok(())
}

const MUTE: &str = "
    INSERT INTO alert_mutes (alert_id, account_id, until)
    VALUES ($1, $2, $3)
    ON CONFLICT (alert_id, account_id) DO UPDATE SET until = excluded.until";

/// Notes until when a person does not want to hear of an alert.
///
/// # Errors
/// When the store does not answer.
pub async fn mute(tx: &mut Tx<'_>, id: i64, account: i64, until: i64) -> Result<()> {
    on!(tx, c => sqlx::query(MUTE).bind(id).bind(account).bind(until).execute(c), rows)?;
    Ok(())
}

const TOLD: &str = "SELECT alert_id FROM alerts_told WHERE account_id = $1";

/// The alerts that a person was written of.
///
/// # Errors
/// When the store does not answer.
pub async fn told(db: &Db, account: i64) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(TOLD).bind(account).fetch_all(c))?)
}

const TELL: &str = "
    INSERT INTO alerts_told (alert_id, account_id)
    VALUES ($1, $2)
    ON CONFLICT (alert_id, account_id) DO NOTHING";

/// Notes that a person was written of an alert; false when that was so before.
///
/// # Errors
/// When the store does not answer.
pub async fn tell(tx: &mut Tx<'_>, id: i64, account: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(TELL).bind(id).bind(account).execute(c), rows)? == 1)
}

/// Who wants mail.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Wish {
    /// Account.
    pub account_id: i64,
    /// Where to.
    pub address: String,
    /// The local day of the last digest, yyyymmdd.
    pub digest_day: i64,
    /// When something was last sent at once, in unix ms.
    pub urgent_at: i64,
}

const WISHES: &str = "
    SELECT w.account_id, w.address, w.digest_day, w.urgent_at
    FROM mail_wishes AS w
    JOIN accounts AS a ON a.id = w.account_id
    WHERE a.disabled_at IS NULL
    ORDER BY w.account_id";

/// Everybody who wants mail and may still sign in.
///
/// # Errors
/// When the store does not answer.
pub async fn wishes(db: &Db) -> Result<Vec<Wish>> {
    Ok(on!(db, c => sqlx::query_as(WISHES).fetch_all(c))?)
}

const WISH: &str = "
    SELECT account_id, address, digest_day, urgent_at
    FROM mail_wishes
    WHERE account_id = $1";

/// The wish of a person.
///
/// # Errors
/// When the store does not answer.
pub async fn wish(db: &Db, account: i64) -> Result<Option<Wish>> {
    Ok(on!(db, c => sqlx::query_as(WISH).bind(account).fetch_optional(c))?)
}

const WANT: &str = "
    INSERT INTO mail_wishes (account_id, address, digest_day, urgent_at)
    VALUES ($1, $2, 0, 0)
    ON CONFLICT (account_id) DO UPDATE SET address = excluded.address";

/// Notes where a person wants mail.
///
/// # Errors
/// When the store does not answer.
pub async fn want(tx: &mut Tx<'_>, account: i64, address: &str) -> Result<()> {
    on!(tx, c => sqlx::query(WANT).bind(account).bind(address).execute(c), rows)?;
    Ok(())
}

const UNWANT: &str = "DELETE FROM mail_wishes WHERE account_id = $1";

/// Forgets it.
///
/// # Errors
/// When the store does not answer.
pub async fn unwant(tx: &mut Tx<'_>, account: i64) -> Result<()> {
    on!(tx, c => sqlx::query(UNWANT).bind(account).execute(c), rows)?;
    Ok(())
}

const DIGESTED: &str = "UPDATE mail_wishes SET digest_day = $2 WHERE account_id = $1 AND digest_day < $2";

/// Notes that a person has the digest of a day; false when that was so before.
///
/// # Errors
/// When the store does not answer.
pub async fn digested(tx: &mut Tx<'_>, account: i64, day: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(DIGESTED).bind(account).bind(day).execute(c), rows)? == 1)
}

const HURRIED: &str = "UPDATE mail_wishes SET urgent_at = $2 WHERE account_id = $1 AND urgent_at <= $3";

/// Notes that something was sent at once, unless something was after an instant; false then.
///
/// # Errors
/// When the store does not answer.
pub async fn hurried(tx: &mut Tx<'_>, account: i64, at: i64, last_before: i64) -> Result<bool> {
    Ok(on!(tx, c => sqlx::query(HURRIED).bind(account).bind(at).bind(last_before).execute(c), rows)? == 1)
}
