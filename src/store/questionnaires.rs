//! `questionnaires` and `questions`: every version of every form, immutable once stored.

use serde::Serialize;

use super::{Db, Tx};
use crate::domain::questionnaire::{Kind, Questionnaire};
use crate::domain::{QuestionId, QuestionnaireId};
use crate::error::{Context, Result};

/// Statements of this file that run on both engines, prepared on both by a test.
pub const STATEMENTS: &[&str] = &[ALL, LATEST, BY_ID, BY_VERSION, QUESTIONS, ALL_QUESTIONS, INSERT];
/// Statements that only SQLite understands.
pub const SQLITE_STATEMENTS: &[&str] = &[INSERT_QUESTIONS_SQLITE];
/// Statements that only PostgreSQL understands.
pub const POSTGRES_STATEMENTS: &[&str] = &[INSERT_QUESTIONS_POSTGRES];

const ALL: &str = "
SELECT id, definition
FROM questionnaires
ORDER BY form, version";

const ALL_QUESTIONS: &str = "
SELECT questionnaire_id, id, name
FROM questions
ORDER BY questionnaire_id, position";

/// Every version of every form, by form and version.
///
/// # Errors
/// When the store does not answer, or a definition cannot be read.
pub async fn all(db: &Db) -> Result<Vec<Questionnaire>> {
    let rows: Vec<(i64, String)> = on!(db, c => sqlx::query_as(ALL).fetch_all(c))?;
    let questions: Vec<(i64, i64, String)> = on!(db, c => sqlx::query_as(ALL_QUESTIONS).fetch_all(c))?;
    let of = |id| questions.iter().filter(move |(form, ..)| *form == id).map(|(_, id, name)| (*id, name.clone()));
    rows.into_iter()
        .map(|row| {
            let id = row.0;
            numbered(row, of(id).collect())
        })
        .collect()
}

const LATEST: &str = "
SELECT id, definition
FROM questionnaires
WHERE form = $1
ORDER BY version DESC
LIMIT 1";

/// The newest version of a form.
///
/// # Errors
/// When the store does not answer, or the definition cannot be read.
pub async fn latest(db: &Db, form: &str) -> Result<Option<Questionnaire>> {
    let row: Option<(i64, String)> = on!(db, c => sqlx::query_as(LATEST).bind(form).fetch_optional(c))?;
    with_questions(db, row).await
}

/// The newest version of a form, inside a transaction.
///
/// # Errors
/// When the store does not answer, or the definition cannot be read.
pub async fn latest_in(tx: &mut Tx<'_>, form: &str) -> Result<Option<Questionnaire>> {
    let row: Option<(i64, String)> = on!(tx, c => sqlx::query_as(LATEST).bind(form).fetch_optional(c))?;
    with_questions_in(tx, row).await
}

const BY_ID: &str = "
SELECT id, definition
FROM questionnaires
WHERE id = $1";

/// The version of that number.
///
/// # Errors
/// When the store does not answer, or the definition cannot be read.
pub async fn by_id(db: &Db, id: QuestionnaireId) -> Result<Option<Questionnaire>> {
    let row: Option<(i64, String)> = on!(db, c => sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c))?;
    with_questions(db, row).await
}

const BY_VERSION: &str = "
SELECT id, definition
FROM questionnaires
WHERE form = $1 AND version = $2";

/// One version of a form, inside a transaction.
///
/// # Errors
/// When the store does not answer, or the definition cannot be read.
pub async fn by_version_in(tx: &mut Tx<'_>, form: &str, version: i64) -> Result<Option<Questionnaire>> {
    let row: Option<(i64, String)> =
        on!(tx, c => sqlx::query_as(BY_VERSION).bind(form).bind(version).fetch_optional(c))?;
    with_questions_in(tx, row).await
}

const QUESTIONS: &str = "
SELECT id, name
FROM questions
WHERE questionnaire_id = $1
ORDER BY position";

async fn with_questions(db: &Db, row: Option<(i64, String)>) -> Result<Option<Questionnaire>> {
    let Some(row) = row else { return Ok(None) };
    let questions = on!(db, c => sqlx::query_as(QUESTIONS).bind(row.0).fetch_all(c))?;
    numbered(row, questions).map(Some)
}

async fn with_questions_in(tx: &mut Tx<'_>, row: Option<(i64, String)>) -> Result<Option<Questionnaire>> {
    let Some(row) = row else { return Ok(None) };
    let questions = on!(tx, c => sqlx::query_as(QUESTIONS).bind(row.0).fetch_all(c))?;
    numbered(row, questions).map(Some)
}

/// The definition with the row numbers of itself and of its questions.
fn numbered((id, definition): (i64, String), questions: Vec<(i64, String)>) -> Result<Questionnaire> {
    let mut questionnaire: Questionnaire =
        serde_json::from_str(&definition).context("read the definition of a questionnaire")?;
    questionnaire.id = QuestionnaireId(id);
    for (id, name) in questions {
        if let Some(question) = questionnaire.questions.iter_mut().find(|question| question.name == name) {
            question.id = QuestionId(id);
        }
    }
    Ok(questionnaire)
}

const INSERT: &str = "
INSERT INTO questionnaires (form, version, definition)
VALUES ($1, $2, $3)
RETURNING id";

const INSERT_QUESTIONS_SQLITE: &str = "
INSERT INTO questions (questionnaire_id, position, name, kind, indicator, factor)
SELECT $1, r.value ->> 'position', r.value ->> 'name', r.value ->> 'kind', r.value ->> 'indicator',
    r.value ->> 'factor'
FROM json_each($2) AS r";

const INSERT_QUESTIONS_POSTGRES: &str = "
INSERT INTO questions (questionnaire_id, position, name, kind, indicator, factor)
SELECT $1, r.position, r.name, r.kind, r.indicator, r.factor
FROM jsonb_to_recordset(CAST($2 AS JSONB))
    AS r (position BIGINT, name TEXT, kind TEXT, indicator TEXT, factor TEXT)";

/// A row of `questions`, as a batch carries it.
#[derive(Serialize)]
struct QuestionRow<'a> {
    position: usize,
    name: &'a str,
    kind: Kind,
    indicator: Option<&'static str>,
    factor: Option<&'a str>,
}

/// Stores a new version with its questions; positions count from 1.
///
/// # Errors
/// When the store does not answer, or has this version already.
pub async fn insert(tx: &mut Tx<'_>, questionnaire: &Questionnaire) -> Result<QuestionnaireId> {
    let definition = serde_json::to_string(questionnaire)?;
    let (form, version) = (questionnaire.form.as_str(), questionnaire.version);
    let id: i64 = on!(tx, c => sqlx::query_scalar(INSERT).bind(form).bind(version).bind(&definition).fetch_one(c))?;
    let rows = questionnaire.questions.iter().zip(1..).map(|(question, position)| QuestionRow {
        position,
        name: &question.name,
        kind: question.kind,
        indicator: question.indicator.map(crate::domain::Indicator::name),
        factor: question.factor.as_deref(),
    });
    let batch = serde_json::to_string(&rows.collect::<Vec<_>>())?;
    match tx {
        Tx::Sqlite(c) => {
            sqlx::query(INSERT_QUESTIONS_SQLITE).bind(id).bind(&batch).execute(&mut **c).await?;
        }
        Tx::Postgres(c) => {
            sqlx::query(INSERT_QUESTIONS_POSTGRES).bind(id).bind(&batch).execute(&mut **c).await?;
        }
    }
    Ok(QuestionnaireId(id))
}
