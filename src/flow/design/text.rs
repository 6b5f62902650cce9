//! The text of a CSV file into rows: which encoding, which separator, which line.

use crate::domain::sheet::{Cell, Row, Sheet, clean};
use crate::error::{Error, Fault, Result};

use super::{COLUMNS, ROWS};

/// The one sheet of a CSV file.
pub(super) fn sheet(bytes: &[u8]) -> Result<Sheet> {
    let mut text = decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    text.push('\n');
    // Excel's own way of naming the separator, in a line before the heading.
    let (text, separator, skipped) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((separator, rest)) if separator.len() == 1 => (rest, separator.as_bytes()[0], 1),
        _ => (text.as_str(), separator(&text), 0),
    };
    check_quotes(text, skipped)?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(Error::internal)? {
        let inside = record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        let number = (skipped + reader.position().line()).saturating_sub(1 + inside).max(1);
        let mut cells: Vec<Cell> = record.iter().map(cell).collect();
        cells.truncate(cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1));
        if cells.len() > COLUMNS as usize {
            return Err(Error::invalid(
                Fault::new("import-too-many-columns-of").with("row", number).with("most", COLUMNS),
            ));
        }
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            rows.push(Row { number, cells });
        }
        if rows.len() > ROWS + 1 {
            return Err(Error::invalid(Fault::new("import-too-many-rows").with("most", ROWS)));
        }
    }
    Ok(Sheet { name: None, rows })
}

/// A quote that never closes would swallow every row after it.
fn check_quotes(text: &str, skipped: u64) -> Result<()> {
    match text.rfind('"') {
        Some(last) if text.matches('"').count() % 2 == 1 => {
            let row = skipped + 1 + text[..last].matches('\n').count() as u64;
            Err(Error::invalid(Fault::new("import-open-quote").with("row", row)))
        }
        _ => Ok(()),
    }
}

fn decode(bytes: &[u8]) -> Result<String> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ if bytes.contains(&0) => return Err(Error::invalid(Fault::new("import-not-text"))),
        _ => utf8(bytes)?,
    };
    if text.contains('\0') {
        return Err(Error::invalid(Fault::new("import-not-text")));
    }
    Ok(text)
}

fn utf8(bytes: &[u8]) -> Result<String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let row = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::invalid(Fault::new("import-not-utf8").with("row", row))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|_| Error::invalid(Fault::new("import-not-text")))
}

/// The separator that the heading has most of, outside quotes.
fn separator(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let bare: String = heading.split('"').step_by(2).collect();
    let count = |separator: &u8| bare.bytes().filter(|byte| byte == separator).count();
    // On a draw the last of these wins: the comma.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

fn cell(field: &str) -> Cell {
    let text = clean(field);
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}
