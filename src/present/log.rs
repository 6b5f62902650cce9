//! The audit log as CSV, as it is kept: names of acts and details are those of the program, not of a language.

use super::csv::inert;
use crate::domain::moment;
use crate::error::{Error, Result};
use crate::flow::people::log::Entry;

/// The beginning of the file: a byte-order mark, for it is UTF-8, and the heading of the columns.
pub const HEADING: &str = "\u{feff}n,time,name,login,act,subject,subject_name,detail,request\r\n";

/// Lines of the file: ended by CR LF, no cell that a spreadsheet would run.
///
/// # Errors
/// Internal, when memory for them cannot be had.
pub fn lines(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    for entry in entries {
        let (row, none) = (&entry.row, (String::new(), String::new()));
        let (name, login) = entry.who.as_ref().unwrap_or(&none);
        let (to, _) = entry.to.as_ref().unwrap_or(&none);
        let (n, time) = (row.n.to_string(), moment(row.at));
        let cells = [&n, &time, name, login, &row.act, &row.subject, to, &row.detail, &row.request];
        writer.write_record(cells.map(|cell| inert(cell).into_owned())).map_err(Error::internal)?;
    }
    writer.flush().map_err(Error::internal)?;
    drop(writer);
    Ok(bytes)
}
