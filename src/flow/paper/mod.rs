//! Paper: forms that people filled in by hand, typed from numbered sheets by somebody outside the judged unit, twice
//! by two people unless the batch says otherwise, and stored through the one storing function, each sheet once.

use serde::{Deserialize, Serialize};

use crate::domain::account::{Role, Scope};
use crate::domain::keys::Keys;
use crate::domain::paper::Sheet;
use crate::domain::questionnaire::Questionnaire;
use crate::domain::{AccountId, Day, Indicator, ProcedureId, QuestionnaireId, UnitId};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act, By, note};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::people::session;
use crate::store::paper::{self, BatchRow, EntryRow};
use crate::store::{Db, Tx, questionnaires};

pub mod keep;

/// A batch may have this many sheets.
pub const SHEETS: i64 = 500;
/// The turn of whoever settles what two typists read differently.
const SETTLING: i64 = 3;

/// A bundle of numbered sheets: one unit, one form, perhaps one procedure, some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Row number.
    pub id: i64,
    /// What is written on the bundle.
    pub label: String,
    /// Unit that is answered about.
    pub unit: UnitId,
    /// Procedure; none for forms about the office, and for other matters.
    pub procedure: Option<ProcedureId>,
    /// Version of the form.
    pub questionnaire: QuestionnaireId,
    /// First day of the sheets.
    pub first: Day,
    /// Last day of the sheets.
    pub last: Day,
    /// Sheets are numbered from 1 to this.
    pub sheets: i64,
    /// Whether two people type each sheet.
    pub twice: bool,
}

impl Batch {
    pub(super) fn of(row: BatchRow) -> Result<Self> {
        let day = |number| Day::from_number(number).ok_or_else(|| Error::internal("a batch has a day that is none"));
        Ok(Self {
            id: row.id,
            label: row.label,
            unit: UnitId(row.unit_id),
            procedure: row.procedure_id.map(ProcedureId),
            questionnaire: QuestionnaireId(row.questionnaire_id),
            first: day(row.first_day)?,
            last: day(row.last_day)?,
            sheets: row.sheets,
            twice: row.twice == 1,
        })
    }

    pub(super) fn row(&self) -> BatchRow {
        BatchRow {
            id: self.id,
            label: self.label.clone(),
            unit_id: self.unit.0,
            procedure_id: self.procedure.map(|procedure| procedure.0),
            questionnaire_id: self.questionnaire.0,
            first_day: self.first.number(),
            last_day: self.last.number(),
            sheets: self.sheets,
            twice: i64::from(self.twice),
        }
    }

    /// Whether sheets can have that number.
    #[must_use]
    pub fn has(&self, sheet: i64) -> bool {
        (1..=self.sheets).contains(&sheet)
    }
}

/// How far a sheet has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// Nobody has typed it.
    Empty,
    /// One person has; another must.
    Once,
    /// Two people read it differently; the inspector settles.
    Differs,
    /// It can be stored.
    Due,
    /// It is stored as a response.
    Stored,
}

/// A sheet of a batch as far as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Its number.
    pub sheet: i64,
    /// How far it has come.
    pub state: State,
    /// Who typed it.
    pub typists: Vec<AccountId>,
}

/// A new batch, as asked for.
#[derive(Debug, Clone)]
pub struct NewBatch<'a> {
    /// What is written on the bundle.
    pub label: &'a str,
    /// Code of the unit.
    pub unit: &'a str,
    /// Code of the procedure, empty for none.
    pub procedure: &'a str,
    /// Version of the form.
    pub questionnaire: QuestionnaireId,
    /// First and last day of the sheets.
    pub days: Option<(Day, Day)>,
    /// How many sheets.
    pub sheets: Option<i64>,
    /// Whether two people type each sheet.
    pub twice: bool,
}

/// Opens a batch.
///
/// # Errors
/// Invalid, with everything that is wrong; not found for a unit outside the scope.
pub async fn open(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    by: By<'_>,
    (catalogue, scope): (&Catalogue, &Scope),
    new: &NewBatch<'_>,
) -> Result<i64> {
    let batch = check(catalogue, Day::at(now_ms), new)?;
    if !scope.covers(Some(batch.unit)) {
        return Err(Error::NotFound("unit"));
    }
    let opener = by.account.map_or(0, |account| account.0);
    let mut tx = db.begin().await?;
    let Some(id) = paper::insert_batch(&mut tx, &batch.row(), opener, now_ms).await? else {
        return Err(Error::invalid(Fault::new("paper-label-taken").with("label", batch.label)));
    };
    note(
        &mut tx,
        keys,
        now_ms,
        by,
        Act::PaperOpened,
        format!("paper {id}"),
        serde_json::json!({ "twice": batch.twice }),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// What a new batch comes to, or everything that is wrong with it.
pub(super) fn check(catalogue: &Catalogue, today: Day, new: &NewBatch<'_>) -> Result<Batch> {
    let mut faults = Vec::new();
    let label = crate::domain::sheet::clean(new.label);
    if !(1..=60).contains(&label.chars().count()) {
        faults.push(Fault::new("paper-label-needed"));
    }
    let unit = catalogue.unit_by_code(new.unit);
    if unit.is_none() {
        faults.push(Fault::new("issue-unknown-unit").with("code", new.unit));
    }
    let procedure = (!new.procedure.is_empty()).then(|| catalogue.procedure_by_code(new.procedure));
    if procedure == Some(None) {
        faults.push(Fault::new("issue-unknown-procedure").with("code", new.procedure));
    }
    let form = catalogue.questionnaires.get(&new.questionnaire);
    if form.is_none() {
        faults.push(Fault::new("paper-form-needed"));
    }
    match new.days {
        None => faults.push(Fault::new("paper-days-needed")),
        Some((first, last)) if last < first || last > today => faults.push(Fault::new("paper-days-needed")),
        Some((first, last)) => {
            let there = |unit: &crate::domain::unit::Unit| unit.valid_on(first) && unit.valid_on(last);
            if let Some(unit) = unit.filter(|unit| !there(unit)) {
                faults.push(Fault::new("paper-unit-not-then").with("name", &unit.name));
            }
            let offered = |code: &crate::domain::procedure::Procedure| code.valid_on(first) && code.valid_on(last);
            if let Some(Some(procedure)) = procedure.filter(|found| found.is_some_and(|found| !offered(found))) {
                faults.push(Fault::new("paper-procedure-not-then").with("name", &procedure.name));
            }
        }
    }
    if !new.sheets.is_some_and(|sheets| (1..=SHEETS).contains(&sheets)) {
        faults.push(Fault::new("paper-sheets-needed").with("most", SHEETS));
    }
    // A form that asks nothing about procedures must not be counted under one.
    if let (Some(form), Some(_)) = (form, &procedure)
        && form.questions.iter().all(|question| question.indicator != Some(Indicator::Procedures))
    {
        faults.push(Fault::new("paper-procedure-not-asked"));
    }
    match (unit, new.days, new.sheets) {
        (Some(unit), Some((first, last)), Some(sheets)) if faults.is_empty() => Ok(Batch {
            id: 0,
            label,
            unit: unit.id,
            procedure: procedure.flatten().map(|procedure| procedure.id),
            questionnaire: new.questionnaire,
            first,
            last,
            sheets,
            twice: new.twice,
        }),
        _ => Err(Error::Invalid(faults)),
    }
}

/// The batches of a scope, the newest first, each with how far its sheets are.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db, scope: &Scope) -> Result<Vec<Batch>> {
    paper::within(db, scope).await?.into_iter().map(Batch::of).collect()
}

/// One of them.
///
/// # Errors
/// Not found outside the scope.
pub async fn one(db: &Db, scope: &Scope, id: i64) -> Result<Batch> {
    paper::one_within(db, scope, id).await?.map(Batch::of).ok_or(Error::NotFound("batch"))?
}

/// One that an account may type: inside the scope, and not of a unit that the account is judged with or works in.
///
/// # Errors
/// Not found otherwise.
pub async fn one_to_type(db: &Db, scope: &Scope, account: AccountId, today: Day, id: i64) -> Result<Batch> {
    let batch = one(db, scope, id).await?;
    let own = session::units_of(db, account, |role: &Role| role.is_judged(), today).await?;
    if own.covers(Some(batch.unit)) { Err(Error::NotFound("batch")) } else { Ok(batch) }
}

/// How far each sheet of a batch is.
///
/// # Errors
/// When the store does not answer.
pub async fn progress(db: &Db, batch: &Batch) -> Result<Vec<Progress>> {
    let form = questionnaires::by_id(db, batch.questionnaire).await?.ok_or(Error::NotFound("questionnaire"))?;
    let (entries, stored) = (paper::entries(db, batch.id).await?, paper::stored(db, batch.id).await?);
    (1..=batch.sheets)
        .map(|sheet| {
            let from = entries.partition_point(|entry| entry.sheet < sheet);
            let to = entries.partition_point(|entry| entry.sheet <= sheet);
            let of = &entries[from..to];
            let is_stored = stored.binary_search(&sheet).is_ok();
            let state = if is_stored { State::Stored } else { state(batch, &form, of)? };
            let typists = of.iter().filter(|entry| entry.turn < SETTLING).map(|e| AccountId(e.account_id)).collect();
            Ok(Progress { sheet, state, typists })
        })
        .collect()
}

fn state(batch: &Batch, form: &Questionnaire, entries: &[EntryRow]) -> Result<State> {
    Ok(match (batch.twice, entries) {
        (_, []) => State::Empty,
        (false, _) | (true, [_, _, _, ..]) => State::Due,
        (true, [_]) => State::Once,
        (true, [one, other]) if read(one)?.agrees_in_all(&read(other)?, form) => State::Due,
        (true, [_, _]) => State::Differs,
    })
}

fn read(entry: &EntryRow) -> Result<Sheet> {
    let content =
        entry.content.as_deref().ok_or_else(|| Error::internal("a sheet was forgotten before it was stored"))?;
    Ok(serde_json::from_str(content)?)
}

/// The next sheet after `after` that an account can type, beginning again from the first.
#[must_use]
pub fn next(progress: &[Progress], account: AccountId, after: i64) -> Option<i64> {
    let can = |sheet: &&Progress| can_type(sheet, account);
    let (before, behind): (Vec<_>, Vec<_>) = progress.iter().filter(can).partition(|sheet| sheet.sheet <= after);
    behind.first().or(before.first()).map(|sheet| sheet.sheet)
}

/// Whether an account can type a sheet: nobody has, or one other person.
#[must_use]
pub fn can_type(sheet: &Progress, account: AccountId) -> bool {
    matches!(sheet.state, State::Empty | State::Once) && !sheet.typists.contains(&account)
}

/// What became of a sheet that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is new.
    New,
    /// The same person typed the same before.
    Same,
    /// The same person typed it before, otherwise.
    SamePerson,
    /// As many people typed it as the batch asks for.
    Full,
}

/// Takes what an account typed of a sheet, in a transaction that holds the audit log.
pub(super) async fn take(
    tx: &mut Tx<'_>,
    now_ms: i64,
    batch: &Batch,
    sheet: i64,
    account: AccountId,
    typed: &Sheet,
) -> Result<Taken> {
    let entries = paper::entries_of(tx, batch.id, sheet).await?;
    if let Some(own) = entries.iter().find(|entry| entry.account_id == account.0) {
        // What was typed is forgotten once it is stored; sent again it is taken for the same.
        let same = own.content.is_none() || read(own)? == *typed;
        return Ok(if same { Taken::Same } else { Taken::SamePerson });
    }
    let turn = entries.len() as i64 + 1;
    if turn > if batch.twice { 2 } else { 1 } {
        return Ok(Taken::Full);
    }
    let content = Some(serde_json::to_string(typed)?);
    paper::insert_entry(tx, batch.id, &EntryRow { sheet, turn, account_id: account.0, content }, now_ms).await?;
    Ok(Taken::New)
}

/// Takes what somebody typed of a sheet. One person cannot type a sheet twice.
///
/// # Errors
/// Invalid when the sheet was typed already, or its day is outside the batch.
pub async fn enter(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    request: &str,
    account: AccountId,
    (batch, sheet): (&Batch, i64),
    typed: &Sheet,
) -> Result<()> {
    check_day(batch, typed.day)?;
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    match take(&mut tx, now_ms, batch, sheet, account, typed).await? {
        Taken::New => {}
        Taken::Same => return Ok(()),
        Taken::SamePerson => return Err(Error::invalid(Fault::new("paper-one-person"))),
        Taken::Full => return Err(Error::invalid(Fault::new("paper-typed-already"))),
    }
    let (by, subject) = (By { account: Some(account), request }, format!("paper {} sheet {sheet}", batch.id));
    note(&mut tx, keys, now_ms, by, Act::PaperTyped, subject, serde_json::json!({})).await?;
    tx.commit().await
}

fn check_day(batch: &Batch, day: Day) -> Result<()> {
    if (batch.first..=batch.last).contains(&day) {
        return Ok(());
    }
    Err(Error::invalid(Fault::new("paper-day-outside").with("from", batch.first).with("to", batch.last)))
}

/// The two readings of a sheet that differs.
///
/// # Errors
/// Not found when they do not differ, or no longer.
pub async fn readings(db: &Db, batch: &Batch, form: &Questionnaire, sheet: i64) -> Result<[Sheet; 2]> {
    let entries = paper::entries(db, batch.id).await?;
    let entries: Vec<EntryRow> = entries.into_iter().filter(|entry| entry.sheet == sheet).collect();
    let forgotten = entries.iter().any(|entry| entry.content.is_none());
    if forgotten || state(batch, form, &entries)? != State::Differs {
        return Err(Error::NotFound("difference"));
    }
    Ok([read(&entries[0])?, read(&entries[1])?])
}

/// Settles what two typists read differently, by what stands on the paper.
///
/// # Errors
/// Not found when there is no difference, forbidden for who typed the sheet, invalid when the day is outside the batch.
pub async fn settle(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    request: &str,
    account: AccountId,
    (batch, form, sheet): (&Batch, &Questionnaire, i64),
    read: &Sheet,
) -> Result<()> {
    check_day(batch, read.day)?;
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    let entries = paper::entries_of(&mut tx, batch.id, sheet).await?;
    if entries.iter().any(|entry| entry.account_id == account.0) {
        return Err(Error::Forbidden("a sheet typed by oneself"));
    }
    let forgotten = entries.iter().any(|entry| entry.content.is_none());
    if forgotten || state(batch, form, &entries)? != State::Differs {
        return Err(Error::NotFound("difference"));
    }
    let content = Some(serde_json::to_string(read)?);
    let entry = EntryRow { sheet, turn: SETTLING, account_id: account.0, content };
    paper::insert_entry(&mut tx, batch.id, &entry, now_ms).await?;
    let (by, subject) = (By { account: Some(account), request }, format!("paper {} sheet {sheet}", batch.id));
    note(&mut tx, keys, now_ms, by, Act::PaperSettled, subject, serde_json::json!({})).await?;
    tx.commit().await
}
