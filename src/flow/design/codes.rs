//! Codes as they come out of spreadsheets, which take codes for numbers and lose their zeros.

use std::collections::BTreeMap;

use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Cell, Line};
use crate::domain::{procedure, unit};

/// A unit's code that must be there.
pub(super) fn unit(line: &Line, column: &str, remarks: &mut Remarks) -> Option<String> {
    line.required(column, remarks)?;
    if matches!(line.cell(column), Cell::Number(number) if number.fract() == 0.0) {
        remarks.warn(line.fault(column, "import-code-was-number"));
    }
    unit_if_any(line, column, remarks)?
}

/// A unit's code that may be missing. The outer option is none when it could not be read.
pub(super) fn unit_if_any(line: &Line, column: &str, remarks: &mut Remarks) -> Option<Option<String>> {
    let Some(code) = line.text(column) else { return Some(None) };
    let key = match line.cell(column) {
        Cell::Number(number) if number.fract() != 0.0 => "import-code-decimal",
        Cell::Date(_) => "import-code-date",
        _ if !unit::is_code(&code) => "import-bad-code",
        _ => return Some(Some(code)),
    };
    remarks.fault(line.fault(column, key));
    None
}

/// A procedure's code that must be there.
pub(super) fn procedure(line: &Line, column: &str, remarks: &mut Remarks) -> Option<String> {
    line.required(column, remarks)?;
    procedure_if_any(line, column, remarks)?
}

/// A procedure's code that may be missing. The outer option is none when it could not be read.
pub(super) fn procedure_if_any(line: &Line, column: &str, remarks: &mut Remarks) -> Option<Option<String>> {
    let Some(text) = line.text(column) else { return Some(None) };
    let fault = match line.cell(column) {
        Cell::Number(number) => match procedure::from_number(*number) {
            Some((code, false)) => return Some(Some(code)),
            Some((code, true)) => {
                remarks.warn(line.fault(column, "import-zeros-restored").with("code", &code));
                return Some(Some(code));
            }
            None => line.fault(column, "import-bad-procedure-number"),
        },
        Cell::Date(_) => line.fault(column, "import-code-date"),
        _ => match procedure::meant_by(&text) {
            Some(meant) => line.fault(column, "import-zeros-lost").with("code", meant),
            None if !unit::is_code(&text) => line.fault(column, "import-bad-code"),
            None => return Some(Some(text)),
        },
    };
    remarks.fault(fault);
    None
}

/// Finds what a code stands for; else says that it is unknown, with the code that was probably meant.
pub(super) fn find<'a, T>(
    known: &'a BTreeMap<String, T>,
    code: &str,
    (line, column): (&Line, &str),
    remarks: &mut Remarks,
) -> Option<&'a T> {
    let found = known.get(code);
    if found.is_none() {
        // Looking for what was meant walks over every code; once no more faults are listed, nobody would read it.
        let bare = |code: &str| code.trim_start_matches('0').to_lowercase();
        let near = |other: &&String| bare(other) == bare(code);
        let meant = if remarks.is_full() { None } else { known.keys().find(near) };
        remarks.fault(match meant {
            Some(meant) => line.fault(column, "import-unknown-code-meant").with("meant", meant),
            None => line.fault(column, "import-unknown-code"),
        });
    }
    found
}

/// Names whose Vietnamese letters were saved as question marks cannot be repaired.
pub(super) fn check_letters(line: &Line, column: &str, remarks: &mut Remarks) {
    let text = line.text(column).unwrap_or_default();
    let letters: Vec<char> = text.chars().collect();
    let lost = letters.windows(2).any(|pair| {
        (pair[0] == '?' && pair[1].is_alphabetic()) || (pair[0].is_alphabetic() && pair[1] == '?' && letters.len() > 2)
    });
    if lost {
        remarks.fault(line.fault(column, "import-lost-letters"));
    }
}
