//! Tables as CSV: UTF-8 with a byte-order mark, lines ended by CR LF, quoted by RFC 4180. A text that a spreadsheet would
//! run as a formula is made inert.

use std::borrow::Cow;

use super::table::{self, Cell, Table};
use crate::error::{Error, Result};
use crate::flow::assess::Findings;
use crate::words::FIRST;

/// The file of findings.
///
/// # Errors
/// Internal, when memory for it cannot be had.
pub fn file(findings: &Findings) -> Result<Vec<u8>> {
    write(&table::of(FIRST, findings))
}

/// The file of any table; its first line has the names of the columns, which stay.
///
/// # Errors
/// Internal, when memory for it cannot be had.
pub fn write(table: &Table) -> Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(table.columns.iter().map(|column| column.name)).map_err(Error::internal)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(plain).collect::<Vec<_>>()).map_err(Error::internal)?;
    }
    writer.flush().map_err(Error::internal)?;
    drop(writer);
    Ok(bytes)
}

/// Rust writes floats without exponent and with a full stop.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => inert(text).into_owned(),
        Cell::Count(n) => n.to_string(),
        Cell::Share(part) => part.to_string(),
        Cell::Flag(flag) => flag.to_string(),
    }
}

/// A text that no spreadsheet takes for a formula: behind an apostrophe where its first visible character could
/// start one.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    let starts = |c: char| "=+-@|%\t\r\n＝＋－＠".contains(c);
    let invisible =
        |c: &char| c.is_whitespace() || c.is_control() || "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(*c);
    let breaks = text.chars().take_while(invisible).any(starts);
    if breaks || text.chars().find(|c| !invisible(c)).is_some_and(starts) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_cell_starts_a_formula() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "|cmd",
            "%x",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "  =1",
            "\u{200b}=1",
            "\u{feff}@x",
            "\tx",
        ] {
            assert_eq!(inert(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "Văn phòng Sở", "1.005092", "a=b", "(=)", " Sở"] {
            assert_eq!(inert(text), text);
        }
    }
}
