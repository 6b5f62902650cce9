//! Files of units.

use std::collections::BTreeMap;

use super::report::{Difference, Report};
use super::{codes, links};
use crate::domain::UnitId;
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Line, Sheet, Table};
use crate::domain::unit::{Draft, KINDS, Unit};
use crate::error::Result;
use crate::store::{Tx, units};

const COLUMNS: [&str; 8] = ["code", "name", "short_name", "kind", "parent", "valid_from", "valid_to", "successor"];

/// Takes the units of a sheet; units that it does not name stay as they are.
pub(super) async fn take(tx: &mut Tx<'_>, sheet: &Sheet, mut remarks: Remarks) -> Result<Report> {
    let before = drafts(units::all_in(tx).await?);
    let table = Table::new(sheet, |column| COLUMNS.contains(&column), &["code", "name", "kind"], &mut remarks);
    let mut after = before.clone();
    let mut rows: BTreeMap<String, Line> = BTreeMap::new();
    for line in table.lines() {
        let code = codes::unit(&line, "code", &mut remarks);
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
    links::check(&rows, &after, ("parent", "import-parent-circle"), |unit| unit.parent.as_ref(), &mut remarks);
    links::check(&rows, &after, ("successor", "import-successor-circle"), |unit| unit.successor.as_ref(), &mut remarks);
    let warnings = remarks.finish()?;

    let mut report = Report::new(warnings);
    let mut changed = Vec::new();
    for code in rows.keys() {
        if report.compare(code, before.get(code), &after[code], differences) {
            changed.push(after[code].clone());
        }
    }
    units::upsert(tx, &changed).await?;
    Ok(report)
}

/// A row over what is stored: a column that the file does not have leaves its value, an empty cell removes it.
fn read(table: &Table, line: &Line, mut draft: Draft, remarks: &mut Remarks) -> Draft {
    draft.name = line.required("name", remarks).unwrap_or_default();
    codes::check_letters(line, "name", remarks);
    if table.has("short_name") || draft.short_name.is_empty() {
        draft.short_name = line.text("short_name").unwrap_or_else(|| draft.name.clone());
    }
    if let Some(kind) = line.required("kind", remarks) {
        draft.kind = kind.to_lowercase();
        if !KINDS.contains(&draft.kind.as_str()) {
            remarks.fault(line.fault("kind", "import-bad-choice").with("known", KINDS.join(", ")));
        }
    }
    if table.has("parent") {
        draft.parent = codes::unit_if_any(line, "parent", remarks).flatten();
    }
    if table.has("successor") {
        draft.successor = codes::unit_if_any(line, "successor", remarks).flatten();
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

fn drafts(units: Vec<Unit>) -> BTreeMap<String, Draft> {
    let codes: BTreeMap<UnitId, String> = units.iter().map(|unit| (unit.id, unit.code.clone())).collect();
    let code = |id: Option<UnitId>| id.and_then(|id| codes.get(&id).cloned());
    let draft = |unit: Unit| Draft {
        code: unit.code.clone(),
        name: unit.name,
        short_name: unit.short_name,
        kind: unit.kind,
        parent: code(unit.parent),
        valid_from: unit.valid_from,
        valid_to: unit.valid_to,
        successor: code(unit.successor),
    };
    units.into_iter().map(draft).map(|draft| (draft.code.clone(), draft)).collect()
}

fn differences(old: &Draft, new: &Draft) -> Vec<Difference> {
    vec![
        Difference::of("name", &old.name, &new.name),
        Difference::of("short_name", &old.short_name, &new.short_name),
        Difference::of("kind", &old.kind, &new.kind),
        Difference::of_any("parent", old.parent.as_ref(), new.parent.as_ref()),
        Difference::of_any("valid_from", old.valid_from, new.valid_from),
        Difference::of_any("valid_to", old.valid_to, new.valid_to),
        Difference::of_any("successor", old.successor.as_ref(), new.successor.as_ref()),
    ]
}
