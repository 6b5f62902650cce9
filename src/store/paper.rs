//! `paper_batches`, `paper_entries`, `paper_sheets`: numbered paper forms while they are typed in. Once a sheet is
//! stored as a response, who typed it stays here and what was typed does not.

use super::{Db, Tx};
use crate::domain::account::Scope;
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] =
    &[INSERT_BATCH, WITHIN, BY_LABEL, WIDEN, ENTRIES, ENTRIES_OF, INSERT_ENTRY, STORED, MARK_STORED, CLEAR, UNFINISHED];

/// A batch as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct BatchRow {
    /// Row number.
    pub id: i64,
    /// What is written on the bundle of paper.
    pub label: String,
    /// Unit that is answered about.
    pub unit_id: i64,
    /// Procedure.
    pub procedure_id: Option<i64>,
    /// Version of the form.
    pub questionnaire_id: i64,
    /// First day of the sheets, yyyymmdd.
    pub first_day: i64,
    /// Last day of the sheets, yyyymmdd.
    pub last_day: i64,
    /// Sheets are numbered from 1 to this.
    pub sheets: i64,
    /// 1 when two people type each sheet.
    pub twice: i64,
}

/// What one person typed of one sheet.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    /// Number of the sheet.
    pub sheet: i64,
    /// 1 and 2 for the typists, 3 for who settled.
    pub turn: i64,
    /// Who.
    pub account_id: i64,
    /// What, as JSON; none once the sheet is stored.
    pub content: Option<String>,
}

const INSERT_BATCH: &str = "
    INSERT INTO paper_batches (label, unit_id, procedure_id, questionnaire_id, first_day, last_day, sheets, twice,
                               opened_by, opened_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (label) DO NOTHING
    RETURNING id";

/// Stores a batch (its row number is not looked at); none when its label is taken.
///
/// # Errors
/// When the store does not answer.
pub async fn insert_batch(tx: &mut Tx<'_>, batch: &BatchRow, opened_by: i64, now_ms: i64) -> Result<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(INSERT_BATCH)
        .bind(batch.label.clone())
        .bind(batch.unit_id)
        .bind(batch.procedure_id)
        .bind(batch.questionnaire_id)
        .bind(batch.first_day)
        .bind(batch.last_day)
        .bind(batch.sheets)
        .bind(batch.twice)
        .bind(opened_by)
        .bind(now_ms)
        .fetch_optional(c))?)
}

const WITHIN: &str = "
    SELECT id, label, unit_id, procedure_id, questionnaire_id, first_day, last_day, sheets, twice
    FROM paper_batches
    WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%|' || CAST(unit_id AS TEXT) || '|%')
        AND (CAST($2 AS BIGINT) IS NULL OR id = $2)
    ORDER BY id DESC";

/// The batches of the units of a scope, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn within(db: &Db, scope: &Scope) -> Result<Vec<BatchRow>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(None::<i64>).fetch_all(c))?)
}

/// One of them.
///
/// # Errors
/// When the store does not answer.
pub async fn one_within(db: &Db, scope: &Scope, id: i64) -> Result<Option<BatchRow>> {
    Ok(on!(db, c => sqlx::query_as(WITHIN).bind(scope.bound()).bind(Some(id)).fetch_optional(c))?)
}

const BY_LABEL: &str = "
    SELECT id, label, unit_id, procedure_id, questionnaire_id, first_day, last_day, sheets, twice
    FROM paper_batches
    WHERE label = $1";

/// The batch of a label, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn by_label(tx: &mut Tx<'_>, label: &str) -> Result<Option<BatchRow>> {
    Ok(on!(tx, c => sqlx::query_as(BY_LABEL).bind(label).fetch_optional(c))?)
}

const WIDEN: &str = "
    UPDATE paper_batches
    SET first_day = CASE WHEN $2 < first_day THEN $2 ELSE first_day END,
        last_day = CASE WHEN $3 > last_day THEN $3 ELSE last_day END,
        sheets = CASE WHEN $4 > sheets THEN $4 ELSE sheets END
    WHERE id = $1";

/// Makes a batch wide enough for more days and sheets.
///
/// # Errors
/// When the store does not answer.
pub async fn widen(tx: &mut Tx<'_>, id: i64, first_day: i64, last_day: i64, sheets: i64) -> Result<()> {
    on!(tx, c => sqlx::query(WIDEN).bind(id).bind(first_day).bind(last_day).bind(sheets).execute(c), rows)?;
    Ok(())
}

const ENTRIES: &str = "
    SELECT sheet, turn, account_id, content
    FROM paper_entries
    WHERE batch_id = $1
    ORDER BY sheet, turn";

/// What was typed of a batch, by sheet and turn.
///
/// # Errors
/// When the store does not answer.
pub async fn entries(db: &Db, batch: i64) -> Result<Vec<EntryRow>> {
    Ok(on!(db, c => sqlx::query_as(ENTRIES).bind(batch).fetch_all(c))?)
}

const ENTRIES_OF: &str = "
    SELECT sheet, turn, account_id, content
    FROM paper_entries
    WHERE batch_id = $1 AND sheet = $2
    ORDER BY turn";

/// What was typed of a sheet, by turn, inside a transaction.
///
/// # Errors
/// When the store does not answer.
pub async fn entries_of(tx: &mut Tx<'_>, batch: i64, sheet: i64) -> Result<Vec<EntryRow>> {
    Ok(on!(tx, c => sqlx::query_as(ENTRIES_OF).bind(batch).bind(sheet).fetch_all(c))?)
}

const INSERT_ENTRY: &str = "
    INSERT INTO paper_entries (batch_id, sheet, turn, account_id, entered_at, content)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// Stores what one person typed of one sheet.
///
/// # Errors
/// When the store does not answer, or has this turn of the sheet already.
pub async fn insert_entry(tx: &mut Tx<'_>, batch: i64, entry: &EntryRow, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT_ENTRY)
        .bind(batch)
        .bind(entry.sheet)
        .bind(entry.turn)
        .bind(entry.account_id)
        .bind(now_ms)
        .bind(entry.content.clone())
        .execute(c), rows)?;
    Ok(())
}

const STORED: &str = "SELECT sheet FROM paper_sheets WHERE batch_id = $1 ORDER BY sheet";

/// The sheets of a batch that are stored as responses.
///
/// # Errors
/// When the store does not answer.
pub async fn stored(db: &Db, batch: i64) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(STORED).bind(batch).fetch_all(c))?)
}

const MARK_STORED: &str = "
    INSERT INTO paper_sheets (batch_id, sheet, stored_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (batch_id, sheet) DO NOTHING";
const CLEAR: &str = "UPDATE paper_entries SET content = NULL WHERE batch_id = $1 AND sheet = $2";

/// Notes that a sheet is stored as a response, and forgets what was typed of it.
///
/// # Errors
/// When the store does not answer.
pub async fn mark_stored(tx: &mut Tx<'_>, batch: i64, sheet: i64, now_ms: i64) -> Result<()> {
    on!(tx, c => sqlx::query(MARK_STORED).bind(batch).bind(sheet).bind(now_ms).execute(c), rows)?;
    on!(tx, c => sqlx::query(CLEAR).bind(batch).bind(sheet).execute(c), rows)?;
    Ok(())
}

const UNFINISHED: &str = "
    SELECT DISTINCT batch_id
    FROM paper_entries
    WHERE content IS NOT NULL
    ORDER BY batch_id";

/// The batches in which something typed waits to be stored.
///
/// # Errors
/// When the store does not answer.
pub async fn unfinished(db: &Db) -> Result<Vec<i64>> {
    Ok(on!(db, c => sqlx::query_scalar(UNFINISHED).fetch_all(c))?)
}
