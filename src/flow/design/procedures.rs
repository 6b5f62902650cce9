//! Files of procedures.

use std::collections::BTreeMap;

use super::report::{Difference, Report};
use super::{codes, links};
use crate::domain::ProcedureId;
use crate::domain::procedure::{Draft, LEVELS, Procedure};
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Line, Sheet, Table};
use crate::error::Result;
use crate::store::{Tx, procedures};

const COLUMNS: [&str; 7] = ["code", "name", "field", "level", "valid_from", "valid_to", "successor"];

/// Takes the procedures of a sheet; procedures that it does not name stay as they are.
pub(super) async fn take(tx: &mut Tx<'_>, sheet: &Sheet, mut remarks: Remarks) -> Result<Report> {
    let before = drafts(procedures::all_in(tx).await?);
    let required = ["code", "name", "field", "level"];
    let table = Table::new(sheet, |column| COLUMNS.contains(&column), &required, &mut remarks);
    let mut after = before.clone();
    let mut rows: BTreeMap<String, Line> = BTreeMap::new();
    for line in table.lines() {
        let code = codes::procedure(&line, "code", &mut remarks);
        let stored = code.as_ref().and_then(|code| before.get(code)).cloned();
        let draft = read(&table, &line, stored.unwrap_or_default(), &mut remarks);
        let Some(code) = code else { continue };
        if rows.contains_key(&code) {
            remarks.fault(line.fault("code", "import-code-twice"));
            continue;
        }
        after.insert(code.clone(), Draft { code: code.clone(), ..draft });
        rows.insert(code, line);
    }
    links::check(&rows, &after, ("successor", "import-successor-circle"), |each| each.successor.as_ref(), &mut remarks);
    let warnings = remarks.finish()?;

    let mut report = Report::new(warnings);
    let mut changed = Vec::new();
    for code in rows.keys() {
        if report.compare(code, before.get(code), &after[code], differences) {
            changed.push(after[code].clone());
        }
    }
    procedures::upsert(tx, &changed).await?;
    Ok(report)
}

/// A row over what is stored: a column that the file does not have leaves its value, an empty cell removes it.
fn read(table: &Table, line: &Line, mut draft: Draft, remarks: &mut Remarks) -> Draft {
    draft.name = line.required("name", remarks).unwrap_or_default();
    codes::check_letters(line, "name", remarks);
    draft.field = line.required("field", remarks).unwrap_or_default();
    if let Some(level) = line.required("level", remarks) {
        draft.level = level.to_lowercase();
        if !LEVELS.contains(&draft.level.as_str()) {
            remarks.fault(line.fault("level", "import-bad-choice").with("known", LEVELS.join(", ")));
        }
    }
    if table.has("successor") {
        draft.successor = codes::procedure_if_any(line, "successor", remarks).flatten();
    }
    if table.has("valid_from") {
        draft.valid_from = line.day("valid_from", remarks).flatten();
    }
    if table.has("valid_to") {
        draft.valid_to = line.day("valid_to", remarks).flatten();
    }
    links::check_days(line, draft.valid_from, draft.valid_to, remarks);
    draft
}

fn drafts(procedures: Vec<Procedure>) -> BTreeMap<String, Draft> {
    let codes: BTreeMap<ProcedureId, String> = procedures.iter().map(|each| (each.id, each.code.clone())).collect();
    let draft = |procedure: Procedure| Draft {
        code: procedure.code.clone(),
        name: procedure.name,
        field: procedure.field,
        level: procedure.level,
        valid_from: procedure.valid_from,
        valid_to: procedure.valid_to,
        successor: procedure.successor.and_then(|id| codes.get(&id).cloned()),
    };
    procedures.into_iter().map(draft).map(|draft| (draft.code.clone(), draft)).collect()
}

fn differences(old: &Draft, new: &Draft) -> Vec<Difference> {
    vec![
        Difference::of("name", &old.name, &new.name),
        Difference::of("field", &old.field, &new.field),
        Difference::of("level", &old.level, &new.level),
        Difference::of_any("valid_from", old.valid_from, new.valid_from),
        Difference::of_any("valid_to", old.valid_to, new.valid_to),
        Difference::of_any("successor", old.successor.as_ref(), new.successor.as_ref()),
    ]
}
