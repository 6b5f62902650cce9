//! A file of cases: all of it, or nothing and every row that is wrong.

use super::{Counted, Door, Rule};
use crate::domain::record::{Fields, Part, fold};
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Cell, Line, Table};
use crate::error::{Error, Fault, Result};
use crate::flow::design::{self, What};
use crate::flow::issue::feed;

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Everything was taken.
    Taken {
        /// Cases that are new.
        new: usize,
        /// Cases of which something changed.
        changed: usize,
        /// Cases of which nothing changed.
        same: usize,
        /// Cases finished too long ago to be counted.
        old: usize,
        /// New invitations.
        made: usize,
    },
    /// Nothing was: what is wrong with which row. No row is for the whole file.
    Refused(Vec<(Option<u64>, Vec<Fault>)>),
}

/// Takes a file of cases.
///
/// # Errors
/// When the store does not answer: then nothing was taken.
pub async fn take(door: &Door<'_>, bytes: &[u8]) -> Result<Came> {
    let (sheet, remarks) = match design::one_sheet(What::Cases, bytes).await {
        Ok(read) => read,
        Err(Error::Invalid(faults)) => return Ok(Came::Refused(vec![(None, faults)])),
        Err(error) => return Err(error),
    };
    let mapping = feed::mapping(door.db).await?;
    let required: Vec<String> =
        Part::ALL.into_iter().filter(|part| !part.may_be_absent()).map(|part| fold(mapping.field(part))).collect();
    let required: Vec<&str> = required.iter().map(String::as_str).collect();
    let mut remarks: Remarks = remarks;
    // Other fields of a record are nobody's business here: they are neither read nor warned of.
    let table = Table::new(&sheet, |_| true, &required, &mut remarks);
    if let Err(Error::Invalid(faults)) = remarks.finish() {
        return Ok(Came::Refused(vec![(None, faults)]));
    }
    let lines: Vec<Line<'_>> = table.lines().collect();
    // Only what the mapping names is kept of a row.
    let names: Vec<String> = Part::ALL.into_iter().map(|part| fold(mapping.field(part))).collect();
    let fields = |line: &Line<'_>| -> Fields {
        names
            .iter()
            .map(|name| (name.clone(), line.cell(name).clone()))
            .filter(|(_, cell)| *cell != Cell::Empty)
            .collect()
    };
    let records: Vec<Fields> = lines.iter().map(fields).collect();
    let taken = feed::take(door, &records, Rule::All).await?;
    let wrong: Vec<(Option<u64>, Vec<Fault>)> = lines
        .iter()
        .zip(&taken.each)
        .filter_map(|(line, one)| {
            Some((Some(line.number()), one.as_ref().err().filter(|faults| !faults.is_empty())?.clone()))
        })
        .collect();
    if !wrong.is_empty() {
        return Ok(Came::Refused(wrong));
    }
    let all = || taken.each.iter().flatten();
    let counted = |which| all().filter(|one| one.counted == which).count();
    Ok(Came::Taken {
        new: counted(Counted::New),
        changed: counted(Counted::Changed),
        same: counted(Counted::Same),
        old: counted(Counted::Old),
        made: all().filter(|one| one.invited.as_ref().is_some_and(|(_, made)| made.new)).count(),
    })
}
