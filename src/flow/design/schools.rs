//! Files of schools for education surveys.

use std::collections::BTreeMap;

use super::codes;
use super::report::{Difference, Report};
use crate::domain::UnitId;
use crate::domain::remarks::Remarks;
use crate::domain::school::School;
use crate::domain::sheet::{Cell, Line, Sheet, Table};
use crate::domain::unit::Unit;
use crate::error::{Fault, Result};
use crate::store::{Tx, schools, units};

const COLUMNS: [&str; 6] = ["unit_code", "name", "level", "area", "enrolment", SIMULATED];
/// Enrolments under this heading are made up, as in samples.
const SIMULATED: &str = "enrolment_simulated";

/// Takes the schools of a sheet; each must be a unit already, and schools that it does not name stay as they are.
pub(super) async fn take(tx: &mut Tx<'_>, sheet: &Sheet, mut remarks: Remarks) -> Result<Report> {
    let known: BTreeMap<String, Unit> =
        units::all_in(tx).await?.into_iter().map(|unit| (unit.code.clone(), unit)).collect();
    let before: BTreeMap<UnitId, School> =
        schools::all_in(tx).await?.into_iter().map(|school| (school.unit_id, school)).collect();
    let is_simulated = |cell: &Cell| matches!(cell, Cell::Text(text) if text.to_lowercase() == SIMULATED);
    let simulated = sheet.rows.first().is_some_and(|heading| heading.cells.iter().any(is_simulated));
    let enrolment = if simulated { SIMULATED } else { "enrolment" };
    let required = ["unit_code", "level", enrolment];
    let table = Table::new(sheet, |column| COLUMNS.contains(&column), &required, &mut remarks);
    if simulated {
        remarks.warn(table.in_sheet(Fault::new("import-simulated").with("column", SIMULATED)));
    }
    let mut after: BTreeMap<UnitId, (School, &str)> = BTreeMap::new();
    for line in table.lines() {
        let Some((school, unit)) = read(&line, &known, enrolment, &mut remarks) else { continue };
        if after.insert(school.unit_id, (school, unit.code.as_str())).is_some() {
            remarks.fault(line.fault("unit_code", "import-code-twice"));
        }
    }
    let warnings = remarks.finish()?;

    let mut report = Report::new(warnings);
    let mut changed = Vec::new();
    for (id, (school, code)) in &after {
        if report.compare(code, before.get(id), school, differences) {
            changed.push(school.clone());
        }
    }
    schools::upsert(tx, &changed).await?;
    Ok(report)
}

fn read<'a>(
    line: &Line,
    known: &'a BTreeMap<String, Unit>,
    enrolment: &str,
    remarks: &mut Remarks,
) -> Option<(School, &'a Unit)> {
    let code = line.required("unit_code", remarks).and_then(|_| codes::unit_if_any(line, "unit_code", remarks)?);
    let unit = code.and_then(|code| codes::find(known, &code, (line, "unit_code"), remarks));
    if let Some(unit) = unit {
        if !matches!(unit.kind.as_str(), "school" | "centre") {
            remarks.fault(line.fault("unit_code", "import-not-a-school").with("kind", &unit.kind));
        }
        // A name beside the wrong code is how a shifted column shows.
        if line.text("name").is_some_and(|name| name != unit.name) {
            remarks.warn(line.fault("name", "import-other-name").with("name", &unit.name));
        }
    }
    let level = line.required("level", remarks).map(|level| level.to_lowercase());
    let area = line.text("area").unwrap_or_default();
    let enrolment = line.count(enrolment, remarks);
    let unit = unit?;
    Some((School { unit_id: unit.id, level: level?, area, enrolment: enrolment? }, unit))
}

fn differences(old: &School, new: &School) -> Vec<Difference> {
    vec![
        Difference::of("level", &old.level, &new.level),
        Difference::of("area", &old.area, &new.area),
        Difference::of("enrolment", old.enrolment, new.enrolment),
    ]
}
