//! Files of case files per month.

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use super::report::{Detail, Difference, Report};
use crate::domain::caseload::{ALL, CHANNELS, Caseload};
use crate::domain::procedure::Procedure;
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Line, Sheet, Table};
use crate::domain::unit::Unit;
use crate::domain::{Day, ProcedureId, UnitId};
use crate::error::Result;
use crate::store::marks::{self, Mark};
use crate::store::{Tx, caseload, procedures, units};

const COLUMNS: [&str; 7] = ["month", "unit_code", "procedure_code", "channel", "received", "finished", "late"];

/// What tells one row from another.
type Key = (i64, UnitId, ProcedureId, String);

/// Takes the case files of a sheet; months, units, procedures and channels that it does not name stay as they are.
pub(super) async fn take(tx: &mut Tx<'_>, sheet: &Sheet, mut remarks: Remarks) -> Result<Report> {
    let known = Known::of(units::all_in(tx).await?, procedures::all_in(tx).await?);
    let required = ["month", "unit_code", "procedure_code", "received", "finished", "late"];
    let table = Table::new(sheet, |column| COLUMNS.contains(&column), &required, &mut remarks);
    let mut after: BTreeMap<Key, Caseload> = BTreeMap::new();
    let mut totals: BTreeMap<(i64, UnitId, ProcedureId), bool> = BTreeMap::new();
    for line in table.lines() {
        let Some(row) = known.read(&line, &mut remarks) else { continue };
        let is_total = row.channel == ALL;
        if *totals.entry((row.month, row.unit_id, row.procedure_id)).or_insert(is_total) != is_total {
            remarks.fault(line.fault("channel", "import-total-and-channels"));
        }
        if after.insert(key(&row), row).is_some() {
            remarks.fault(line.row_fault("import-caseload-twice"));
        }
    }
    let warnings = remarks.finish()?;

    // What a file says takes the place of what systems told.
    caseload::unfeed(tx, &after.values().collect::<Vec<_>>()).await?;
    let months: BTreeSet<i64> = after.keys().map(|key| key.0).collect();
    let (first, last) = (months.first().copied().unwrap_or(0), months.last().copied().unwrap_or(0));
    let stored = caseload::between_in(tx, first, last).await?;
    let before: BTreeMap<Key, &Caseload> = stored.iter().map(|row| (key(row), row)).collect();
    let mut report = Report::new(warnings);
    let mut changed = Vec::new();
    for (key, row) in &after {
        if report.compare(&known.subject(row), before.get(key).copied(), row, differences) {
            changed.push(row.clone());
        }
    }
    let replaced = replaced(&stored, &totals);
    report.details.extend(replaced.iter().map(|row| Detail {
        subject: known.subject(row),
        field: "received",
        old: row.received.to_string(),
        new: String::new(),
    }));
    caseload::remove(tx, &replaced).await?;
    caseload::upsert(tx, &changed).await?;
    marks::raise(tx, Mark::Caseload).await?;
    Ok(report)
}

/// Stored rows that would count files twice: a total where the file now tells channels apart, or the reverse.
fn replaced(stored: &[Caseload], totals: &BTreeMap<(i64, UnitId, ProcedureId), bool>) -> Vec<Caseload> {
    let other = |row: &&Caseload| {
        totals
            .get(&(row.month, row.unit_id, row.procedure_id))
            .is_some_and(|is_total| *is_total != (row.channel == ALL))
    };
    stored.iter().filter(other).cloned().collect()
}

fn key(row: &Caseload) -> Key {
    (row.month, row.unit_id, row.procedure_id, row.channel.clone())
}

struct Known {
    units: BTreeMap<String, Unit>,
    procedures: BTreeMap<String, Procedure>,
    unit_codes: BTreeMap<UnitId, String>,
    procedure_codes: BTreeMap<ProcedureId, String>,
}

impl Known {
    fn of(units: Vec<Unit>, procedures: Vec<Procedure>) -> Self {
        Self {
            unit_codes: units.iter().map(|unit| (unit.id, unit.code.clone())).collect(),
            procedure_codes: procedures.iter().map(|each| (each.id, each.code.clone())).collect(),
            units: units.into_iter().map(|unit| (unit.code.clone(), unit)).collect(),
            procedures: procedures.into_iter().map(|each| (each.code.clone(), each)).collect(),
        }
    }

    /// A row in words: month, unit, procedure, channel.
    fn subject(&self, row: &Caseload) -> String {
        let unit = self.unit_codes.get(&row.unit_id).map_or("", String::as_str);
        let procedure = self.procedure_codes.get(&row.procedure_id).map_or("", String::as_str);
        format!("{:02}/{} · {unit} · {procedure} · {}", row.month % 100, row.month / 100, row.channel)
    }

    fn read(&self, line: &Line, remarks: &mut Remarks) -> Option<Caseload> {
        let month = line.month("month", remarks);
        let unit = line.required("unit_code", remarks).and_then(|_| codes::unit_if_any(line, "unit_code", remarks)?);
        let unit = unit.and_then(|code| codes::find(&self.units, &code, (line, "unit_code"), remarks));
        let procedure = codes::procedure(line, "procedure_code", remarks);
        let procedure =
            procedure.and_then(|code| codes::find(&self.procedures, &code, (line, "procedure_code"), remarks));
        let channel = channel(line, remarks);
        let received = line.count("received", remarks);
        let finished = line.count("finished", remarks);
        let late = line.count("late", remarks);
        if let (Some(finished), Some(late)) = (finished, late)
            && late > finished
        {
            remarks.fault(line.fault("late", "import-late-over-finished").with("finished", finished));
        }
        if let (Some(month), Some(unit)) = (month, unit) {
            check_month(line, "unit_code", month, (unit.valid_from, unit.valid_to), remarks);
        }
        if let (Some(month), Some(procedure)) = (month, procedure) {
            check_month(line, "procedure_code", month, (procedure.valid_from, procedure.valid_to), remarks);
        }
        Some(Caseload {
            month: month?,
            unit_id: unit?.id,
            procedure_id: procedure?.id,
            channel: channel?,
            received: received?,
            finished: finished?,
            late: late?,
        })
    }
}

fn channel(line: &Line, remarks: &mut Remarks) -> Option<String> {
    let channel = line.text("channel").map_or_else(|| ALL.to_owned(), |text| text.to_lowercase());
    if CHANNELS.contains(&channel.as_str()) {
        return Some(channel);
    }
    remarks.fault(line.fault("channel", "import-bad-choice").with("known", CHANNELS.join(", ")));
    None
}

/// A unit or procedure that has ended, or not begun, still has the months in which it was there for a day.
fn check_month(line: &Line, column: &str, month: i64, days: (Option<Day>, Option<Day>), remarks: &mut Remarks) {
    let too_early = days.0.is_some_and(|from| month < from.month());
    let too_late = days.1.is_some_and(|to| to.month() < month);
    if too_early || too_late {
        let show = |day: Option<Day>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        let fault = line.fault(column, "import-not-valid-then").with("from", show(days.0)).with("to", show(days.1));
        remarks.fault(fault.with("month", format!("{:02}/{}", month % 100, month / 100)));
    }
}

fn differences(old: &Caseload, new: &Caseload) -> Vec<Difference> {
    vec![
        Difference::of("received", old.received, new.received),
        Difference::of("finished", old.finished, new.finished),
        Difference::of("late", old.late, new.late),
    ]
}
