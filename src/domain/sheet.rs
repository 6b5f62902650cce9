//! A sheet as people fill it in, whatever file it came from: a heading row, then rows of cells. Reads cells into
//! meaning and says, for each one it cannot read, where it is and what was expected.

use unicode_normalization::UnicodeNormalization;

use super::Day;
use super::remarks::Remarks;
use crate::error::Fault;

/// A cell may hold this many characters.
pub const CELL_CHARS: usize = 1_000;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, cleaned by [`clean`].
    Text(String),
    /// A number, as only workbooks have.
    Number(f64),
    /// A real date, as only workbooks have.
    Date(Day),
    /// A truth value, as only workbooks have.
    Truth(bool),
    /// A formula that failed, such as `#N/A`.
    Broken(String),
}

/// One row that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number of the row, as a spreadsheet shows it.
    pub number: u64,
    /// Its cells, from the first column.
    pub cells: Vec<Cell>,
}

/// The rows of one sheet of a workbook, or of a CSV file.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Name of the sheet; a CSV file has none.
    pub name: Option<String>,
    /// Rows that are not empty, the heading first.
    pub rows: Vec<Row>,
}

/// A sheet whose heading is understood.
#[derive(Debug)]
pub struct Table<'a> {
    sheet: Option<&'a str>,
    columns: Vec<String>,
    folded: Vec<String>,
    rows: &'a [Row],
}

impl<'a> Table<'a> {
    /// Reads the heading. Columns that `known` does not know are warned about, missing ones are named together, and
    /// so are cells of known columns that no reading could make sense of.
    pub fn new(sheet: &'a Sheet, known: impl Fn(&str) -> bool, required: &[&str], remarks: &mut Remarks) -> Self {
        let rows = &sheet.rows[heading_at(sheet, required)..];
        let (heading, rows) = match rows.split_first() {
            Some((heading, rows)) => (heading.cells.as_slice(), rows),
            None => (&[] as &[Cell], rows),
        };
        let columns: Vec<String> = heading.iter().map(|cell| words(cell).unwrap_or_default()).collect();
        let folded = columns.iter().map(|name| name.to_lowercase()).collect();
        let table = Self { sheet: sheet.name.as_deref(), columns, folded, rows };
        table.check_heading(known, required, remarks);
        table
    }

    fn check_heading(&self, known: impl Fn(&str) -> bool, required: &[&str], remarks: &mut Remarks) {
        let missing: Vec<_> = required.iter().copied().filter(|name| !self.has(name)).collect();
        if !missing.is_empty() {
            let found: Vec<_> = self.columns.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
            let fault = Fault::new("import-missing-columns").with("columns", missing.join(", "));
            remarks.fault(self.in_sheet(fault).with("found", shortened(&found.join(", "))));
        }
        for (index, name) in self.folded.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let written = &self.columns[index];
            if self.folded[..index].contains(name) {
                remarks.fault(self.in_sheet(Fault::new("import-column-twice").with("column", written)));
            } else if !known(name) {
                remarks.warn(self.in_sheet(Fault::new("import-unknown-column").with("column", shortened(written))));
            }
        }
        let known: Vec<bool> = self.folded.iter().map(|name| known(name)).collect();
        self.lines().for_each(|line| line.check_cells(&known, remarks));
    }

    /// Whether the heading has that column; capitals do not matter.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// The column names, as written.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows under the heading.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|row| Line { table: self, row })
    }

    /// Adds to a fault which sheet it is in.
    #[must_use]
    pub fn in_sheet(&self, fault: Fault) -> Fault {
        match self.sheet {
            Some(sheet) => fault.with("in", "sheet").with("sheet", sheet),
            None => fault.with("in", "file"),
        }
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.folded.iter().zip(&self.columns).position(|(folded, written)| folded == column || written == column)
    }
}

/// Where the heading is: people write titles above it, so the first of the top rows that has every needed column.
fn heading_at(sheet: &Sheet, required: &[&str]) -> usize {
    let has =
        |row: &Row, name: &str| row.cells.iter().any(|cell| words(cell).is_some_and(|w| w.to_lowercase() == name));
    let is_heading = |row: &Row| required.iter().all(|name| has(row, name));
    sheet.rows.iter().take(10).position(is_heading).unwrap_or(0)
}

/// One row under its heading.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    table: &'a Table<'a>,
    row: &'a Row,
}

impl<'a> Line<'a> {
    /// Number of the row, as a spreadsheet shows it.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.row.number
    }

    /// The cell of a column, empty when there is no such column.
    #[must_use]
    pub fn cell(&self, column: &str) -> &'a Cell {
        self.table.place(column).and_then(|index| self.row.cells.get(index)).unwrap_or(&Cell::Empty)
    }

    /// The words of a column's cell.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<String> {
        words(self.cell(column))
    }

    /// The words of a column's cell, which must be there.
    pub fn required(&self, column: &str, remarks: &mut Remarks) -> Option<String> {
        let text = self.text(column);
        if text.is_none() && self.table.has(column) && !matches!(self.cell(column), Cell::Broken(_)) {
            remarks.fault(self.fault(column, "import-empty"));
        }
        text
    }

    /// A day: a real date, yyyy-mm-dd or dd/mm/yyyy. The outer option is none when it could not be read.
    pub fn day(&self, column: &str, remarks: &mut Remarks) -> Option<Option<Day>> {
        let day = match self.cell(column) {
            Cell::Empty => return Some(None),
            Cell::Broken(_) => return None,
            Cell::Date(day) => Some(*day),
            Cell::Text(text) => day(text),
            Cell::Number(_) | Cell::Truth(_) => None,
        };
        if day.is_none_or(|day| !(1900..2200).contains(&(day.number() / 10_000))) {
            remarks.fault(self.fault(column, "import-bad-date"));
            return None;
        }
        Some(day)
    }

    /// A month as yyyymm: a real date, yyyy-mm or mm/yyyy.
    pub fn month(&self, column: &str, remarks: &mut Remarks) -> Option<i64> {
        let month = match self.cell(column) {
            Cell::Date(day) => Some(day.month()),
            Cell::Text(text) => month(text),
            Cell::Empty | Cell::Broken(_) => {
                self.required(column, remarks);
                return None;
            }
            Cell::Number(_) | Cell::Truth(_) => None,
        };
        if month.is_none_or(|month| !(2000..2200).contains(&(month / 100))) {
            remarks.fault(self.fault(column, "import-bad-month"));
            return None;
        }
        month
    }

    /// A whole number from 0, perhaps with separators of thousands.
    pub fn count(&self, column: &str, remarks: &mut Remarks) -> Option<i64> {
        let count = match self.cell(column) {
            Cell::Number(number) => Some(*number).filter(|n| n.fract() == 0.0 && n.abs() < 1e15).map(|n| n as i64),
            Cell::Text(text) => whole(text),
            Cell::Empty | Cell::Broken(_) => {
                self.required(column, remarks);
                return None;
            }
            Cell::Date(_) | Cell::Truth(_) => None,
        };
        // More files than people in the country is a slip of the keyboard.
        if count.is_none_or(|count| !(0..=100_000_000).contains(&count)) {
            remarks.fault(self.fault(column, "import-bad-count"));
            return None;
        }
        count
    }

    /// A fault of the whole row.
    #[must_use]
    pub fn row_fault(&self, key: &'static str) -> Fault {
        self.table.in_sheet(Fault::new(key).with("row", self.row.number))
    }

    /// A fault of a column's cell, with what it holds.
    #[must_use]
    pub fn fault(&self, column: &str, key: &'static str) -> Fault {
        let place = match self.table.place(column) {
            Some(index) => format!("«{}» ({})", self.table.columns[index], letters(index)),
            None => format!("«{column}»"),
        };
        let value = self.text(column).unwrap_or_default();
        self.row_fault(key).with("column", place).with("value", shortened(&value))
    }

    fn check_cells(&self, known: &[bool], remarks: &mut Remarks) {
        let named = self.table.columns.len();
        let used = self.row.cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1);
        if used > named {
            remarks.fault(self.row_fault("import-too-many-cells").with("cells", used).with("columns", named));
        }
        for ((name, cell), known) in self.table.columns.iter().zip(&self.row.cells).zip(known) {
            match cell {
                _ if !known => {}
                Cell::Broken(error) => remarks.fault(self.fault(name, "import-broken-cell").with("error", error)),
                Cell::Text(text) if text.chars().count() > CELL_CHARS => {
                    remarks.fault(self.fault(name, "import-too-long").with("most", CELL_CHARS));
                }
                Cell::Text(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                    remarks.fault(self.fault(name, "import-lost-letters"));
                }
                _ => {}
            }
        }
    }
}

/// As much of a text as a message needs to be recognised by.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(59).chain(['…']).collect() }
}

/// The words of a cell, none when it is empty.
fn words(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Empty | Cell::Broken(_) => None,
        Cell::Text(text) => Some(text.clone()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Date(day) => Some(day.to_string()),
        Cell::Truth(truth) => Some(truth.to_string()),
    }
}

/// Text as it is kept: NFC, without controls and invisible marks, one space between words, none around.
#[must_use]
pub fn clean(text: &str) -> String {
    let visible = |c: &char| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}');
    let spaced: String = text.nfc().filter(visible).map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A day as people write it: yyyy-mm-dd or dd/mm/yyyy.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    // A time of day after an ISO date, as some exports write, does not change the day.
    let date = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    let digits = |part: &str, most| !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let number = |part: &str| part.parse::<i64>().ok();
    Day::from_number(number(year)? * 10_000 + number(month)? * 100 + number(day)?)
}

/// A month as people write it, as yyyymm: yyyy-mm or mm/yyyy, or a day of it.
#[must_use]
pub fn month(text: &str) -> Option<i64> {
    if let Some(day) = day(text) {
        return Some(day.month());
    }
    let (a, b) = text.split_once(['-', '/', '.'])?;
    let (year, month) = if a.len() == 4 { (a, b) } else { (b, a) };
    if year.len() != 4
        || !(1..=2).contains(&month.len())
        || !(year.to_owned() + month).bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    Day::from_number(year.parse::<i64>().ok()? * 10_000 + month.parse::<i64>().ok()? * 100 + 1).map(Day::month)
}

fn whole(text: &str) -> Option<i64> {
    let plain = match text.chars().find(|c| matches!(c, '.' | ',' | ' ')) {
        None => text.to_owned(),
        Some(separator) => {
            let mut groups = text.split(separator);
            let first = groups.next()?;
            let rest: Vec<&str> = groups.collect();
            if !(1..=3).contains(&first.len()) || rest.iter().any(|group| group.len() != 3) {
                return None;
            }
            format!("{first}{}", rest.concat())
        }
    };
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| plain.parse().ok()).flatten()
}

/// The letters a spreadsheet gives a column, counted from 0.
fn letters(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    if index < 26 { letter.to_string() } else { letters(index / 26 - 1) + &letter.to_string() }
}
