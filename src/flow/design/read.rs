//! The bytes of a file into sheets, by what they are and not by what the file is called.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{COLUMNS, ROWS, What, archive, text};
use crate::domain::Day;
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Cell, Row, Sheet, clean};
use crate::error::{Error, Fault, Result};

/// The cells of a workbook may hold this many bytes of text: one text can stand in any number of cells.
const TEXT_BYTES: usize = 50 * 1024 * 1024;

/// The sheets that matter for what is imported.
pub(super) fn sheets(what: What, bytes: &[u8], remarks: &mut Remarks) -> Result<Vec<Sheet>> {
    match bytes {
        [] => Err(Error::invalid(Fault::new("import-file-empty"))),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => workbook(what, bytes, remarks),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Error::invalid(Fault::new("import-old-workbook"))),
        _ if what == What::Questionnaire => Err(Error::invalid(Fault::new("import-form-not-workbook"))),
        _ => text::sheet(bytes).map(|sheet| vec![sheet]),
    }
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn workbook(what: What, bytes: &[u8], remarks: &mut Remarks) -> Result<Vec<Sheet>> {
    archive::check(bytes)?;
    let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let visible =
        |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let names: Vec<String> = book.sheets_metadata().iter().filter(visible).map(|sheet| sheet.name.clone()).collect();
    let mut left = TEXT_BYTES;
    if what == What::Questionnaire {
        let wanted = |name: &str| ["survey", "choices", "settings"].contains(&name.to_lowercase().as_str());
        let mut sheets = Vec::new();
        for name in &names {
            // Of other sheets only the names matter, to say what was found instead.
            let unread = Sheet { name: Some(clean(name)), rows: Vec::new() };
            sheets.push(if wanted(name) { sheet(&mut book, name, &mut left)? } else { unread });
        }
        return Ok(sheets);
    }
    // The sheet that is named for it, else the first with anything on it.
    let by_name = names.iter().find(|name| name.eq_ignore_ascii_case(what.name()));
    for name in by_name.map_or_else(|| names.iter().collect(), |name| vec![name]) {
        let sheet = sheet(&mut book, name, &mut left)?;
        if !sheet.rows.is_empty() {
            let others: Vec<_> = names.iter().filter(|other| *other != name).map(String::as_str).collect();
            if !others.is_empty() {
                let warning = Fault::new("import-other-sheets").with("sheet", name);
                remarks.warn(warning.with("others", others.join(", ")));
            }
            return Ok(vec![sheet]);
        }
    }
    Ok(Vec::new())
}

fn unreadable(error: XlsxError) -> Error {
    tracing::info!(cause = %error, "a workbook could not be read");
    Error::invalid(Fault::new("import-unreadable-workbook"))
}

/// Reads cell by cell: a single cell at the far corner of a sheet must not cost a grid up to there.
fn sheet(book: &mut Book, name: &str, left: &mut usize) -> Result<Sheet> {
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
    while let Some(found) = reader.next_cell().map_err(unreadable)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell == Cell::Empty {
            continue;
        }
        if column >= COLUMNS {
            let fault = Fault::new("import-too-many-columns").with("sheet", clean(name));
            return Err(Error::invalid(fault.with("most", COLUMNS)));
        }
        if let Cell::Text(text) = &cell {
            *left = left.checked_sub(text.len()).ok_or_else(|| {
                Error::invalid(Fault::new("import-too-big-unpacked").with("most", TEXT_BYTES / 1024 / 1024))
            })?;
        }
        let cells = rows.entry(row).or_default();
        if cells.len() <= column as usize {
            cells.resize(column as usize + 1, Cell::Empty);
        }
        cells[column as usize] = cell;
        if rows.len() > ROWS + 1 {
            return Err(Error::invalid(Fault::new("import-too-many-rows").with("most", ROWS)));
        }
    }
    let rows = rows.into_iter().map(|(row, cells)| Row { number: u64::from(row) + 1, cells }).collect();
    Ok(Sheet { name: Some(clean(name)), rows })
}

fn cell(data: &DataRef) -> Cell {
    match data {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text_cell(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::Error(error) => Cell::Broken(error.to_string()),
        DataRef::DateTime(date) if date.is_datetime() && date.as_f64() >= 1.0 => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            let number = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
            Day::from_number(number).map_or(Cell::Number(date.as_f64()), Cell::Date)
        }
        DataRef::DateTime(date) => Cell::Number(date.as_f64()),
    }
}

fn text_cell(text: &str) -> Cell {
    let text = clean(text);
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}
