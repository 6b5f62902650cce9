//! Gathering: once its answer is released a comment comes into the inbox, with what is needed to find it.

use std::collections::{BTreeSet, HashMap};

use crate::clock;
use crate::domain::questionnaire::{ASPECTS, Kind, Questionnaire};
use crate::domain::{OVERALL, QuestionId, mask};
use crate::error::{Context, Result};
use crate::store::comments::{self, NewRow};
use crate::store::release::{self, Part};
use crate::store::{Db, questionnaires};

/// Comments put into the inbox in one transaction: nobody who stores an answer waits longer for it.
const STEP: i64 = 1_000;

/// Puts the comments of released answers into the inbox; gives how many. Several processes may do so at once.
///
/// # Errors
/// When the store does not answer; what is left comes at the next call.
pub async fn gather(db: &Db) -> Result<u64> {
    let mut gathered = 0;
    loop {
        let rows = comments::unlisted(db, STEP).await?;
        if rows.is_empty() {
            return Ok(gathered);
        }
        let asked = Asked::of(&questionnaires::all(db).await?);
        let persons: BTreeSet<i64> = rows.iter().map(|row| row.person).collect();
        let persons: Vec<i64> = persons.into_iter().collect();
        let mut parts: HashMap<i64, Vec<Part>> = HashMap::new();
        for part in release::earlier(db, i64::MAX, &persons).await? {
            parts.entry(part.person()).or_default().push(part);
        }
        let told = |person| asked.told(parts.get(&person).map_or(&[], Vec::as_slice));
        let new = |row: comments::UnlistedRow| {
            let (rating, aspects) = told(row.person)?;
            Ok(NewRow {
                token: data_encoding::BASE64URL_NOPAD.encode(&clock::random::<16>()),
                response_n: row.response_n,
                question_id: row.question_id,
                day: row.day,
                unit_id: row.unit_id,
                procedure_id: row.procedure_id,
                rating,
                aspects,
                folded: mask::searchable(&row.body, &[]),
            })
        };
        let rows: Vec<NewRow> = rows.into_iter().map(new).collect::<Result<_>>()?;
        let mut tx = db.begin().await?;
        comments::insert(&mut tx, &rows).await.context("put comments into the inbox")?;
        tx.commit().await?;
        gathered += rows.len() as u64;
    }
}

/// What is looked at in a person's answers: the closing question, and what mattered.
struct Asked {
    closing: BTreeSet<QuestionId>,
    aspects: HashMap<(QuestionId, i64), String>,
}

impl Asked {
    fn of(forms: &[Questionnaire]) -> Self {
        let questions = || forms.iter().flat_map(|form| &form.questions);
        let closing = questions().filter(|q| q.kind == Kind::Level && q.factor.as_deref() == Some(OVERALL));
        let aspects = questions().filter(|q| q.kind == Kind::Many && q.name == ASPECTS);
        let chosen = aspects.flat_map(|q| q.choices.iter().map(|choice| ((q.id, choice.value), choice.name.clone())));
        Self { closing: closing.map(|q| q.id).collect(), aspects: chosen.collect() }
    }

    /// The closing level of a person, and the names of what mattered to them.
    fn told(&self, parts: &[Part]) -> Result<(Option<i64>, String)> {
        let (mut rating, mut aspects) = (None, BTreeSet::new());
        for part in parts {
            let answers: Vec<(i64, i64)> = serde_json::from_str(&part.answers).context("read a stored answer")?;
            for (question, choice) in answers {
                let question = QuestionId(question);
                if self.closing.contains(&question) && (1..=5).contains(&choice) {
                    rating = Some(choice);
                }
                aspects.extend(self.aspects.get(&(question, choice)));
            }
        }
        let aspects: String = aspects.into_iter().map(|name| format!("{name}|")).collect();
        Ok((rating, format!("|{aspects}")))
    }
}
