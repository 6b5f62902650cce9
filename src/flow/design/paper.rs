//! Files of paper forms that somebody typed: one row a sheet, one column a question, with the digits that the page for
//! typing takes. The rows go the same way as sheets typed there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::report::Report;
use super::{Mode, What, codes, read_apart};
use crate::domain::account::{Function, Role, Scope};
use crate::domain::keys::Keys;
use crate::domain::paper::{self as sheets, Sheet, Wrong};
use crate::domain::questionnaire::Questionnaire;
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Line, Sheet as Table0, Table};
use crate::domain::{AccountId, Day, account};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act, By, note};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::paper::keep::{self, Door};
use crate::flow::paper::{self, Batch, NewBatch, SHEETS, Taken};
use crate::flow::people::session;
use crate::store::{Db, accounts, paper as rows};

const COLUMNS: [&str; 6] = ["batch", "sheet", "unit_code", "procedure_code", "form", "day"];

/// Takes a file of typed sheets for the account that typed them, all or nothing. A batch that is not there yet is
/// opened, to be typed once; in one that is to be typed twice the file is one of the two times.
///
/// # Errors
/// Every fault of the file, each with its row and column; not found when there is no such account.
pub async fn import_paper(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    login: &str,
    (file_name, bytes): (&str, &[u8]),
    mode: Mode,
) -> Result<Report> {
    let typist = Typist::find(db, Day::at(now_ms), login).await?;
    let catalogue = Catalogue::read(db, Day::at(now_ms)).await?;
    let (sheets, mut remarks) = read_apart(What::Paper, bytes).await?;
    let Some(sheet) = sheets.first().filter(|sheet| sheet.rows.len() > 1) else {
        return Err(Error::invalid(Fault::new("import-no-rows").with("in", "whole")));
    };
    let table = table(sheet, &catalogue, &mut remarks);
    let bundles = bundles(&table, &catalogue, &typist, &mut remarks, Day::at(now_ms));
    // Faults of the rows are told before anything is looked up that only good rows have.
    let mut remarks = if remarks.is_clean() { remarks } else { return remarks.finish().map(Report::new) };
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    let (mut added, mut unchanged, mut opened) = (0, 0, Vec::new());
    for bundle in bundles.values() {
        let batch = match rows::by_label(&mut tx, &bundle.batch.label).await? {
            Some(row) => Batch::of(row)?,
            None => {
                let id = rows::insert_batch(&mut tx, &bundle.batch.row(), typist.account.0, now_ms).await?;
                Batch { id: id.ok_or(Error::Busy("batches"))?, ..bundle.batch.clone() }
            }
        };
        let (first, batch_of) = (&bundle.sheets[0].line, (batch.unit, batch.procedure, batch.questionnaire));
        if batch_of != (bundle.batch.unit, bundle.batch.procedure, bundle.batch.questionnaire) {
            remarks.fault(first.fault("batch", "import-paper-other-batch"));
            continue;
        }
        let (from, to) = (bundle.batch.first.number(), bundle.batch.last.number());
        rows::widen(&mut tx, batch.id, from, to, bundle.batch.sheets).await?;
        for each in &bundle.sheets {
            match paper::take(&mut tx, now_ms, &batch, each.number, typist.account, &each.read).await? {
                Taken::New => added += 1,
                Taken::Same => unchanged += 1,
                Taken::SamePerson => remarks.fault(each.line.fault("sheet", "import-paper-one-person")),
                Taken::Full => remarks.fault(each.line.fault("sheet", "import-paper-typed")),
            }
        }
        opened.push(batch.id);
    }
    let mut report = Report::new(remarks.finish()?);
    (report.added, report.unchanged) = (added, unchanged);
    if mode == Mode::Try {
        tx.rollback().await?;
        return Ok(report.of(file_name, What::Paper, mode));
    }
    if added > 0 {
        let detail = serde_json::json!({ "sheets": added, "batches": opened });
        let by = By { account: Some(typist.account), request: By::OPERATOR.request };
        note(&mut tx, keys, now_ms, by, Act::PaperTyped, "paper file".to_owned(), detail).await?;
    }
    tx.commit().await?;
    for id in opened {
        let batch = paper::one(db, &Scope::All, id).await?;
        keep::store(db, keys, now_ms, Door::Alone, &batch).await?;
    }
    Ok(report.of(file_name, What::Paper, mode))
}

/// Who typed the file, and of which units.
struct Typist {
    account: AccountId,
    scope: Scope,
    own: Scope,
}

impl Typist {
    async fn find(db: &Db, today: Day, login: &str) -> Result<Self> {
        let login = account::login(login).unwrap_or_default();
        let row = accounts::by_login(db, &login).await?.filter(|row| row.disabled_at.is_none());
        let account = AccountId(row.ok_or(Error::NotFound("account"))?.id);
        let known = session::account(db, account).await?.ok_or(Error::NotFound("account"))?;
        let scope = session::scope(db, account, &known.grants, Function::PaperType, today).await?;
        let own = session::units_of(db, account, |role: &Role| role.is_judged(), today).await?;
        Ok(Self { account, scope: scope.ok_or(Error::Forbidden("typing paper forms"))?, own })
    }
}

/// The sheets of one batch.
struct Bundle<'a> {
    batch: Batch,
    sheets: Vec<Typed<'a>>,
}

struct Typed<'a> {
    line: Line<'a>,
    number: i64,
    read: Sheet,
}

fn table<'a>(sheet: &'a Table0, catalogue: &Catalogue, remarks: &mut Remarks) -> Table<'a> {
    let asked = |column: &str| {
        catalogue.questionnaires.values().any(|form| form.questions.iter().any(|question| question.name == column))
    };
    let known = |column: &str| COLUMNS.contains(&column) || asked(column);
    Table::new(sheet, known, &["batch", "sheet", "unit_code", "form", "day"], remarks)
}

fn bundles<'a>(
    table: &'a Table<'_>,
    catalogue: &Catalogue,
    typist: &Typist,
    remarks: &mut Remarks,
    today: Day,
) -> BTreeMap<String, Bundle<'a>> {
    let units: BTreeMap<String, _> = catalogue.units.values().map(|unit| (unit.code.clone(), unit.clone())).collect();
    let procedures: BTreeMap<String, _> =
        catalogue.procedures.values().map(|each| (each.code.clone(), each.clone())).collect();
    let mut bundles: BTreeMap<String, Bundle<'_>> = BTreeMap::new();
    for line in table.lines() {
        let label = line.required("batch", remarks);
        let number = line.count("sheet", remarks);
        if number.is_some_and(|number| !(1..=SHEETS).contains(&number)) {
            remarks.fault(line.fault("sheet", "import-paper-sheet").with("most", SHEETS));
        }
        let unit = codes::unit(&line, "unit_code", remarks);
        let unit = unit.and_then(|code| codes::find(&units, &code, (&line, "unit_code"), remarks));
        if unit.is_some_and(|unit| !typist.scope.covers(Some(unit.id)) || typist.own.covers(Some(unit.id))) {
            remarks.fault(line.fault("unit_code", "import-paper-not-yours"));
        }
        let procedure = codes::procedure_if_any(&line, "procedure_code", remarks);
        let procedure = match procedure {
            Some(Some(code)) => codes::find(&procedures, &code, (&line, "procedure_code"), remarks).map(Some),
            Some(None) => Some(None),
            None => None,
        };
        let form = form(&line, catalogue, remarks);
        line.required("day", remarks);
        let day = line.day("day", remarks).flatten();
        let read = form.as_ref().and_then(|form| read(&line, form, remarks));
        let (Some(label), Some(number), Some(unit), Some(procedure), Some(form), Some(day), Some(read)) =
            (label, number, unit, procedure, form, day, read)
        else {
            continue;
        };
        let new = NewBatch {
            label: &label,
            unit: &unit.code,
            procedure: procedure.map_or("", |procedure| procedure.code.as_str()),
            questionnaire: form.id,
            days: Some((day, day)),
            sheets: Some(number.clamp(1, SHEETS)),
            twice: false,
        };
        let batch = match paper::check(catalogue, today, &new) {
            Ok(batch) => batch,
            Err(Error::Invalid(faults)) => {
                let place =
                    |fault: &Fault| if fault.key.starts_with("paper-procedure") { "procedure_code" } else { "day" };
                faults.iter().for_each(|fault| remarks.fault(at(&line, place(fault), fault)));
                continue;
            }
            Err(_) => continue,
        };
        let read = Sheet { day, answers: read.answers, texts: read.texts };
        let typed = Typed { line, number, read };
        match bundles.get_mut(&batch.label) {
            None => drop(bundles.insert(batch.label.clone(), Bundle { batch, sheets: vec![typed] })),
            Some(bundle) => bundle.add(&batch, typed, remarks),
        }
    }
    bundles
}

impl<'a> Bundle<'a> {
    fn add(&mut self, batch: &Batch, typed: Typed<'a>, remarks: &mut Remarks) {
        let one = |batch: &Batch| (batch.unit, batch.procedure, batch.questionnaire);
        if one(&self.batch) != one(batch) {
            return remarks.fault(typed.line.fault("batch", "import-paper-other-batch"));
        }
        if self.sheets.iter().any(|sheet| sheet.number == typed.number) {
            return remarks.fault(typed.line.fault("sheet", "import-paper-twice"));
        }
        self.batch.first = self.batch.first.min(batch.first);
        self.batch.last = self.batch.last.max(batch.last);
        self.batch.sheets = self.batch.sheets.max(batch.sheets);
        self.sheets.push(typed);
    }
}

/// A fault of the batch that a row describes, as one of a cell.
fn at(line: &Line<'_>, column: &str, fault: &Fault) -> Fault {
    let key = match fault.key {
        "paper-procedure-not-asked" => "import-paper-procedure-not-asked",
        "paper-procedure-not-then" => "import-paper-procedure-not-then",
        "paper-label-needed" => return line.fault("batch", "import-paper-label"),
        _ => "import-paper-not-then",
    };
    line.fault(column, key)
}

/// The newest version of a form.
fn form(line: &Line<'_>, catalogue: &Catalogue, remarks: &mut Remarks) -> Option<Arc<Questionnaire>> {
    let name = line.required("form", remarks)?;
    let form = catalogue.latest(&name);
    if form.is_none() {
        let mut known: Vec<&str> = catalogue.questionnaires.values().map(|form| form.form.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        remarks.fault(line.fault("form", "import-bad-choice").with("known", known.join(", ")));
    }
    form
}

fn read(line: &Line<'_>, form: &Questionnaire, remarks: &mut Remarks) -> Option<crate::domain::answer::Checked> {
    let typed = form.questions.iter().filter_map(|q| Some((q.name.clone(), line.text(&q.name)?)));
    let typed: Vec<(String, String)> = typed.collect();
    match sheets::read(form, &typed) {
        Ok(read) => Some(read),
        Err(wrong) => {
            for (name, wrong) in wrong {
                remarks.fault(match wrong {
                    Wrong::Missing => line.fault(&name, "import-paper-missing"),
                    Wrong::Unknown => line.fault(&name, "import-paper-unknown"),
                    Wrong::Several => line.fault(&name, "import-paper-several"),
                    Wrong::Long(by) => line.fault(&name, "import-paper-long").with("n", by),
                    Wrong::Blank => line.row_fault("import-paper-blank"),
                });
            }
            None
        }
    }
}
