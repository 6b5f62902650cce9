//! Sums of released answers, and the names and caseload that figures need beside them. Reads only.

use super::Db;
use crate::domain::{Day, Indicator, ProcedureId, UnitId};
use crate::error::Result;

/// Statements of this file, prepared on both engines by a test.
pub const STATEMENTS: &[&str] = &[
    UNITS_BY_MONTH,
    UNITS_BY_DAY,
    PROCEDURES_BY_DAY,
    UNIT_MOMENTS_BY_MONTH,
    UNIT_MOMENTS_BY_DAY,
    PROCEDURE_MOMENTS_BY_DAY,
    EXCLUDED_UNITS,
    EXCLUDED_PROCEDURES,
    EXCLUDED_UNIT_MOMENTS,
    EXCLUDED_PROCEDURE_MOMENTS,
    UNITS,
    PROCEDURES,
    QUESTIONS,
    DEFINITIONS,
    CASELOAD_OF_UNITS,
    CASELOAD_OF_PROCEDURES,
];

/// How many answers of a unit or procedure chose this: (unit or procedure, question, choice, answers).
pub type Chosen = (i64, i64, i64, i64);

/// Respondent moments of a unit or procedure: (unit or procedure, indicator, n, Σs, Σm, Σs², Σsm, Σm²).
pub type Sums = (i64, String, i64, i64, i64, i64, i64, i64);

const UNITS_BY_MONTH: &str = "\
SELECT unit_id, question_id, choice, CAST(SUM(n) AS BIGINT)
FROM tallies_month
WHERE month BETWEEN $1 AND $2
GROUP BY unit_id, question_id, choice";

/// Answers by unit in calendar months, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn units_by_month(db: &Db, first: i64, last: i64) -> Result<Vec<Chosen>> {
    Ok(on!(db, c => sqlx::query_as(UNITS_BY_MONTH).bind(first).bind(last).fetch_all(c))?)
}

const UNITS_BY_DAY: &str = "\
SELECT unit_id, question_id, choice, CAST(SUM(n) AS BIGINT)
FROM tallies_day
WHERE day BETWEEN $1 AND $2
GROUP BY unit_id, question_id, choice";

/// Answers by unit in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn units_by_day(db: &Db, first: Day, last: Day) -> Result<Vec<Chosen>> {
    Ok(on!(db, c => sqlx::query_as(UNITS_BY_DAY).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const PROCEDURES_BY_DAY: &str = "\
SELECT procedure_id, question_id, choice, CAST(SUM(n) AS BIGINT)
FROM tallies_day
WHERE day BETWEEN $1 AND $2
GROUP BY procedure_id, question_id, choice";

/// Answers by procedure (0 for none) in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn procedures_by_day(db: &Db, first: Day, last: Day) -> Result<Vec<Chosen>> {
    Ok(on!(db, c => sqlx::query_as(PROCEDURES_BY_DAY).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const UNIT_MOMENTS_BY_MONTH: &str = "\
SELECT unit_id, indicator, CAST(SUM(n) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT),
    CAST(SUM(ss) AS BIGINT), CAST(SUM(sm) AS BIGINT), CAST(SUM(mm) AS BIGINT)
FROM moments_month
WHERE month BETWEEN $1 AND $2
GROUP BY unit_id, indicator";

/// Moments by unit in calendar months, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn unit_moments_by_month(db: &Db, first: i64, last: i64) -> Result<Vec<Sums>> {
    Ok(on!(db, c => sqlx::query_as(UNIT_MOMENTS_BY_MONTH).bind(first).bind(last).fetch_all(c))?)
}

const UNIT_MOMENTS_BY_DAY: &str = "\
SELECT unit_id, indicator, CAST(SUM(n) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT),
    CAST(SUM(ss) AS BIGINT), CAST(SUM(sm) AS BIGINT), CAST(SUM(mm) AS BIGINT)
FROM moments_day
WHERE day BETWEEN $1 AND $2
GROUP BY unit_id, indicator";

/// Moments by unit in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn unit_moments_by_day(db: &Db, first: Day, last: Day) -> Result<Vec<Sums>> {
    Ok(on!(db, c => sqlx::query_as(UNIT_MOMENTS_BY_DAY).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const PROCEDURE_MOMENTS_BY_DAY: &str = "\
SELECT procedure_id, indicator, CAST(SUM(n) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT),
    CAST(SUM(ss) AS BIGINT), CAST(SUM(sm) AS BIGINT), CAST(SUM(mm) AS BIGINT)
FROM moments_day
WHERE day BETWEEN $1 AND $2
GROUP BY procedure_id, indicator";

/// Moments by procedure (0 for none) in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn procedure_moments_by_day(db: &Db, first: Day, last: Day) -> Result<Vec<Sums>> {
    Ok(on!(db, c => sqlx::query_as(PROCEDURE_MOMENTS_BY_DAY).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const EXCLUDED_UNITS: &str = "\
SELECT unit_id, question_id, choice, CAST(SUM(n) AS BIGINT)
FROM excluded_tallies
WHERE day BETWEEN $1 AND $2
GROUP BY unit_id, question_id, choice";

/// Excluded answers by unit in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn excluded_units(db: &Db, first: Day, last: Day) -> Result<Vec<Chosen>> {
    Ok(on!(db, c => sqlx::query_as(EXCLUDED_UNITS).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const EXCLUDED_PROCEDURES: &str = "\
SELECT procedure_id, question_id, choice, CAST(SUM(n) AS BIGINT)
FROM excluded_tallies
WHERE day BETWEEN $1 AND $2
GROUP BY procedure_id, question_id, choice";

/// Excluded answers by procedure (0 for none) in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn excluded_procedures(db: &Db, first: Day, last: Day) -> Result<Vec<Chosen>> {
    Ok(on!(db, c => sqlx::query_as(EXCLUDED_PROCEDURES).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const EXCLUDED_UNIT_MOMENTS: &str = "\
SELECT unit_id, indicator, CAST(SUM(n) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT),
    CAST(SUM(ss) AS BIGINT), CAST(SUM(sm) AS BIGINT), CAST(SUM(mm) AS BIGINT)
FROM excluded_moments
WHERE day BETWEEN $1 AND $2
GROUP BY unit_id, indicator";

/// Moments of excluded answers by unit in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn excluded_unit_moments(db: &Db, first: Day, last: Day) -> Result<Vec<Sums>> {
    Ok(on!(db, c => sqlx::query_as(EXCLUDED_UNIT_MOMENTS).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

const EXCLUDED_PROCEDURE_MOMENTS: &str = "\
SELECT procedure_id, indicator, CAST(SUM(n) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT),
    CAST(SUM(ss) AS BIGINT), CAST(SUM(sm) AS BIGINT), CAST(SUM(mm) AS BIGINT)
FROM excluded_moments
WHERE day BETWEEN $1 AND $2
GROUP BY procedure_id, indicator";

/// Moments of excluded answers by procedure (0 for none) in days, first and last included.
///
/// # Errors
/// When the store does not answer.
pub async fn excluded_procedure_moments(db: &Db, first: Day, last: Day) -> Result<Vec<Sums>> {
    Ok(on!(db, c => sqlx::query_as(EXCLUDED_PROCEDURE_MOMENTS).bind(first.number()).bind(last.number()).fetch_all(c))?)
}

/// A unit or procedure as a line of a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Row number.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Full name, as it was.
    pub name: String,
    /// Kind of unit; level of a procedure.
    pub kind: String,
    /// First day; unknown means always.
    pub valid_from: Option<i64>,
    /// Last day; unknown means still.
    pub valid_to: Option<i64>,
}

type NamedRow = (i64, String, String, String, Option<i64>, Option<i64>);

fn named((id, code, name, kind, valid_from, valid_to): NamedRow) -> Named {
    Named { id, code, name, kind, valid_from, valid_to }
}

const UNITS: &str = "\
SELECT id, code, name, kind, valid_from, valid_to
FROM units";

/// Every unit.
///
/// # Errors
/// When the store does not answer.
pub async fn units(db: &Db) -> Result<Vec<Named>> {
    let rows: Vec<NamedRow> = on!(db, c => sqlx::query_as(UNITS).fetch_all(c))?;
    Ok(rows.into_iter().map(named).collect())
}

const PROCEDURES: &str = "\
SELECT id, code, name, level, valid_from, valid_to
FROM procedures";

/// Every procedure.
///
/// # Errors
/// When the store does not answer.
pub async fn procedures(db: &Db) -> Result<Vec<Named>> {
    let rows: Vec<NamedRow> = on!(db, c => sqlx::query_as(PROCEDURES).fetch_all(c))?;
    Ok(rows.into_iter().map(named).collect())
}

/// A question that feeds an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Row number.
    pub id: i64,
    /// Version of the form it belongs to.
    pub questionnaire: i64,
    /// Name within the form.
    pub name: String,
    /// How it is answered.
    pub kind: String,
    /// Which indicator it feeds.
    pub indicator: Indicator,
    /// Which factor it belongs to.
    pub factor: Option<String>,
}

const QUESTIONS: &str = "\
SELECT id, questionnaire_id, name, kind, indicator, factor
FROM questions
WHERE indicator IS NOT NULL";

/// Every question that feeds an indicator.
///
/// # Errors
/// When the store does not answer.
pub async fn questions(db: &Db) -> Result<Vec<Asked>> {
    let rows: Vec<(i64, i64, String, String, String, Option<String>)> =
        on!(db, c => sqlx::query_as(QUESTIONS).fetch_all(c))?;
    let asked = |(id, questionnaire, name, kind, indicator, factor): (_, _, _, _, String, _)| {
        Some(Asked { id, questionnaire, name, kind, indicator: Indicator::by_name(&indicator)?, factor })
    };
    Ok(rows.into_iter().filter_map(asked).collect())
}

const DEFINITIONS: &str = "\
SELECT id, definition
FROM questionnaires
WHERE id IN (SELECT questionnaire_id FROM questions WHERE indicator = $1)";

/// Stored definitions of the form versions that ask about an indicator, by row number.
///
/// # Errors
/// When the store does not answer.
pub async fn definitions(db: &Db, indicator: Indicator) -> Result<Vec<(i64, String)>> {
    Ok(on!(db, c => sqlx::query_as(DEFINITIONS).bind(indicator.name()).fetch_all(c))?)
}

const CASELOAD_OF_UNITS: &str = "\
SELECT unit_id, month, CAST(SUM(finished) AS BIGINT)
FROM caseload
WHERE month BETWEEN $1 AND $2
GROUP BY unit_id, month";

/// Files finished by unit and calendar month, first and last month included.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_of_units(db: &Db, first: i64, last: i64) -> Result<Vec<(UnitId, i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> =
        on!(db, c => sqlx::query_as(CASELOAD_OF_UNITS).bind(first).bind(last).fetch_all(c))?;
    Ok(rows.into_iter().map(|(unit, month, finished)| (UnitId(unit), month, finished)).collect())
}

const CASELOAD_OF_PROCEDURES: &str = "\
SELECT procedure_id, month, CAST(SUM(finished) AS BIGINT)
FROM caseload
WHERE month BETWEEN $1 AND $2
GROUP BY procedure_id, month";

/// Files finished by procedure and calendar month, first and last month included.
///
/// # Errors
/// When the store does not answer.
pub async fn caseload_of_procedures(db: &Db, first: i64, last: i64) -> Result<Vec<(ProcedureId, i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> =
        on!(db, c => sqlx::query_as(CASELOAD_OF_PROCEDURES).bind(first).bind(last).fetch_all(c))?;
    Ok(rows.into_iter().map(|(procedure, month, finished)| (ProcedureId(procedure), month, finished)).collect())
}
