//! Workbooks of one version of a form.

use std::collections::BTreeSet;

use super::report::{Detail, Report};
use crate::domain::questionnaire::{Question, Questionnaire};
use crate::domain::remarks::Remarks;
use crate::domain::sheet::Sheet;
use crate::domain::sound::{self, Sounds};
use crate::domain::xlsform;
use crate::error::{Error, Fault, Result};
use crate::store::{self, Tx, questionnaires};

/// Takes one version of a form, which must be newer than what is stored, or the very same.
pub(super) async fn take(tx: &mut Tx<'_>, sheets: &[Sheet], sounds: &Sounds, mut remarks: Remarks) -> Result<Report> {
    let read = xlsform::read(sheets, sounds, &mut remarks);
    let warnings = remarks.finish()?;
    let Some(new) = read else {
        return Err(Error::invalid(Fault::new("import-unreadable-workbook")));
    };
    let mut report = Report::new(warnings);
    let latest = questionnaires::latest_in(tx, &new.form).await?;
    if let Some(same) = questionnaires::by_version_in(tx, &new.form, new.version).await? {
        if content(&same)? == content(&new)? {
            report.unchanged = 1;
            return Ok(report);
        }
        return Err(refused("import-version-taken", &new, latest.map_or(new.version, |latest| latest.version)));
    }
    if let Some(latest) = &latest {
        if latest.version > new.version {
            return Err(refused("import-version-older", &new, latest.version));
        }
        report.details = differences(latest, &new);
    }
    questionnaires::insert(tx, &new).await?;
    let named: BTreeSet<&String> = new.questions.iter().flat_map(|question| question.sound.values()).collect();
    for body in sounds.values() {
        if let Ok(name) = sound::name_of(body)
            && named.contains(&name)
        {
            store::sounds::insert(tx, &name, body).await?;
        }
    }
    report.added = 1;
    Ok(report)
}

/// What makes a version what it is; row numbers are not part of it.
fn content(questionnaire: &Questionnaire) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(questionnaire)?)
}

fn refused(key: &'static str, new: &Questionnaire, latest: i64) -> Error {
    let fault = Fault::new(key).with("form", &new.form).with("version", new.version).with("latest", latest);
    Error::invalid(fault.with("next", latest + 1))
}

/// What a new version asks otherwise: questions added, dropped and reworded.
fn differences(old: &Questionnaire, new: &Questionnaire) -> Vec<Detail> {
    let words = |form: &Questionnaire, question: Option<&Question>| {
        question.map_or_else(String::new, |question| form.words(&question.label, &form.default_language).to_owned())
    };
    let dropped = old.questions.iter().filter(|question| new.question(&question.name).is_none());
    new.questions
        .iter()
        .chain(dropped)
        .map(|question| Detail {
            subject: format!("{} v{} → v{}, {}", new.form, old.version, new.version, question.name),
            field: "label",
            old: words(old, old.question(&question.name)),
            new: words(new, new.question(&question.name)),
        })
        .filter(|detail| detail.old != detail.new)
        .collect()
}
