//! What an import did, or would do.

use std::fmt;

use super::{Mode, What};
use crate::domain::sheet::clean;
use crate::error::Fault;
use crate::words::Lang;

/// This many changes are written out; of the others only the number is told.
const CHANGES_LISTED: usize = 100;

/// What an import did, or would do when it was only tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the file describes.
    pub what: What,
    /// Name of the file, as given.
    pub file_name: String,
    /// Whether it was kept.
    pub mode: Mode,
    /// Rows that are new.
    pub added: usize,
    /// Rows that change, those ended not counted.
    pub changed: usize,
    /// Rows whose validity is newly ended.
    pub ended: usize,
    /// Rows that say what is stored already.
    pub unchanged: usize,
    /// What to look at.
    pub warnings: Vec<Fault>,
    /// What changes, old and new.
    pub details: Vec<Detail>,
}

/// One value that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Code of what changes.
    pub subject: String,
    /// Column.
    pub field: &'static str,
    /// Value so far, empty for none.
    pub old: String,
    /// Value from now on, empty for none.
    pub new: String,
}

/// One column of a row as it was and as the file has it.
pub(super) struct Difference {
    field: &'static str,
    old: String,
    new: String,
}

impl Difference {
    /// Of a value that is always there.
    pub(super) fn of(field: &'static str, old: impl fmt::Display, new: impl fmt::Display) -> Self {
        Self { field, old: old.to_string(), new: new.to_string() }
    }

    /// Of a value that may be missing.
    pub(super) fn of_any<T: fmt::Display>(field: &'static str, old: Option<T>, new: Option<T>) -> Self {
        let show = |value: Option<T>| value.map_or_else(String::new, |value| value.to_string());
        Self { field, old: show(old), new: show(new) }
    }
}

impl Report {
    /// A report of nothing yet.
    pub(super) fn new(warnings: Vec<Fault>) -> Self {
        let (what, mode) = (What::Units, Mode::Try);
        let (file_name, details) = (String::new(), Vec::new());
        Self { what, file_name, mode, added: 0, changed: 0, ended: 0, unchanged: 0, warnings, details }
    }

    /// The same report with what it is about.
    pub(super) fn of(self, file_name: &str, what: What, mode: Mode) -> Self {
        Self { file_name: clean(file_name), what, mode, ..self }
    }

    /// Counts a row; true when it has to be written.
    pub(super) fn compare<T>(
        &mut self,
        subject: &str,
        old: Option<&T>,
        new: &T,
        differences: impl Fn(&T, &T) -> Vec<Difference>,
    ) -> bool {
        let Some(old) = old else {
            self.added += 1;
            return true;
        };
        let changes: Vec<_> = differences(old, new).into_iter().filter(|each| each.old != each.new).collect();
        if changes.is_empty() {
            self.unchanged += 1;
            return false;
        }
        if changes.iter().any(|each| each.field == "valid_to" && each.old.is_empty()) {
            self.ended += 1;
        } else {
            self.changed += 1;
        }
        self.details.extend(changes.into_iter().map(|Difference { field, old, new }| Detail {
            subject: subject.to_owned(),
            field,
            old,
            new,
        }));
        true
    }

    /// Rows that are written.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.added + self.changed + self.ended
    }

    /// The report in words, a sentence a line.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let head = match self.mode {
            Mode::Keep if self.changes() == 0 => "import-report-nothing",
            Mode::Keep => "import-report-kept",
            Mode::Try => "import-report-tried",
        };
        let count = |n: usize| n.to_string();
        let head = lang.text_with(head, &[("what", self.what.name()), ("file", &self.file_name)]);
        let counts = [
            ("added", &*count(self.added)),
            ("changed", &*count(self.changed)),
            ("ended", &*count(self.ended)),
            ("unchanged", &*count(self.unchanged)),
        ];
        let mut lines = vec![head, lang.text_with("import-report-counts", &counts)];
        lines.extend(self.details.iter().take(CHANGES_LISTED).map(|detail| detail.line(lang)));
        if let Some(more) = self.details.len().checked_sub(CHANGES_LISTED).filter(|more| *more > 0) {
            lines.push(lang.text_with("import-report-more", &[("count", &count(more))]));
        }
        let warning = |warning| lang.text_with("import-report-warning", &[("sentence", &sentence(lang, warning))]);
        lines.extend(self.warnings.iter().map(warning));
        lines
    }
}

impl Detail {
    fn line(&self, lang: Lang) -> String {
        let none = lang.text("import-report-none");
        let show = |value: &str| if value.is_empty() { none.clone() } else { format!("«{value}»") };
        let (old, new) = (show(&self.old), show(&self.new));
        let args = [("subject", &*self.subject), ("field", self.field), ("old", &old), ("new", &new)];
        lang.text_with("import-report-detail", &args)
    }
}

/// A fault or warning in words.
#[must_use]
pub fn sentence(lang: Lang, fault: &Fault) -> String {
    let args: Vec<(&str, &str)> = fault.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    lang.text_with(fault.key, &args)
}
