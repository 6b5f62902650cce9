//! What is wrong and what is odd in a file: all of it, in the order in which a person goes through the file.

use crate::error::{Error, Fault, Result};

/// This many faults, and this many warnings, are listed; of the others only the number is told.
pub const FAULTS_LISTED: usize = 100;

/// Collects what is wrong and what is odd.
#[derive(Debug, Default)]
pub struct Remarks {
    faults: Vec<Fault>,
    more: usize,
    warnings: Vec<Fault>,
    more_warnings: usize,
}

impl Remarks {
    /// Something that forbids taking the file.
    pub fn fault(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_LISTED {
            self.faults.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// Something to look at, which does not forbid it.
    pub fn warn(&mut self, warning: Fault) {
        if self.warnings.len() < FAULTS_LISTED {
            self.warnings.push(warning);
        } else {
            self.more_warnings += 1;
        }
    }

    /// Whether further faults are only counted.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.faults.len() == FAULTS_LISTED
    }

    /// Whether nothing forbids taking the file so far.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// The warnings, when nothing forbids taking the file.
    ///
    /// # Errors
    /// Every fault found, the first hundred of them by name.
    pub fn finish(mut self) -> Result<Vec<Fault>> {
        in_order(&mut self.faults);
        in_order(&mut self.warnings);
        if self.more > 0 {
            self.faults.push(Fault::new("import-more-faults").with("count", self.more));
        }
        if self.more_warnings > 0 {
            self.warnings.push(Fault::new("import-more-warnings").with("count", self.more_warnings));
        }
        if self.faults.is_empty() { Ok(self.warnings) } else { Err(Error::Invalid(self.faults)) }
    }
}

/// Puts faults in the order in which a person goes through the file: sheet by sheet, row by row.
fn in_order(faults: &mut [Fault]) {
    let arg = |fault: &Fault, name| fault.args.iter().find(|(arg, _)| *arg == name).map(|(_, value)| value.clone());
    let mut sheets: Vec<Option<String>> = Vec::new();
    for sheet in faults.iter().map(|fault| arg(fault, "sheet")) {
        if !sheets.contains(&sheet) {
            sheets.push(sheet);
        }
    }
    faults.sort_by_cached_key(|fault| {
        let sheet = arg(fault, "sheet");
        let row = arg(fault, "row").and_then(|row| row.parse::<u64>().ok());
        (sheets.iter().position(|each| *each == sheet), row)
    });
}
