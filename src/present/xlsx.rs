//! Tables as a workbook: numbers are numbers, shares are per cent, a text is a text whatever it begins with. The first
//! sheet says what it is and how the figures are made.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::csv::inert;
use super::number;
use super::table::{self, Cell, Table};
use crate::domain::Day;
use crate::domain::moment;
use crate::domain::period::written;
use crate::error::{Error, Result};
use crate::flow::assess::{Excluded, Findings};
use crate::words::Lang;

/// Most characters of the name of a sheet.
const LONGEST_NAME: usize = 31;

/// What the first sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// Name of the sheet.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What there is to say: a word before, and a sentence.
    pub lines: Vec<(String, String)>,
    /// Instant of the figures, in unix ms: two files of the same figures are the same bytes.
    pub at: i64,
}

/// The workbook of findings.
///
/// # Errors
/// Internal, when it cannot be made.
pub fn findings(lang: Lang, findings: &Findings) -> Result<Vec<u8>> {
    let table = table::of(lang, findings);
    file(&cover(lang, findings, table.rows.len()), &[table])
}

/// A workbook of any tables behind a cover.
///
/// # Errors
/// Internal, when it cannot be made.
pub fn file(cover: &Cover, tables: &[Table]) -> Result<Vec<u8>> {
    build(cover, tables).map_err(Error::internal)
}

fn build(cover: &Cover, tables: &[Table]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_timestamp(cover.at.max(0) / 1000)?;
    book.set_properties(&DocProperties::new().set_title(&cover.title).set_creation_datetime(&created));
    front(book.add_worksheet(), cover)?;
    for table in tables {
        sheet(book.add_worksheet(), table)?;
    }
    book.save_to_buffer()
}

fn front(sheet: &mut Worksheet, cover: &Cover) -> Result<(), rust_xlsxwriter::XlsxError> {
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    sheet.set_name(name(&cover.name))?.set_column_width(0, 28)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, &cover.title, &bold)?;
    for (row, (word, sentence)) in (2..).zip(&cover.lines) {
        text(sheet, row, 0, word, &wrapped)?;
        text(sheet, row, 1, sentence, &wrapped)?;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), rust_xlsxwriter::XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let (plain, count) = (Format::new(), Format::new().set_num_format("#,##0"));
    let share = Format::new().set_num_format("0.0%");
    sheet.set_name(name(&table.name))?.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(&table.columns) {
        text(sheet, 0, column, &heading.heading, &head)?;
        sheet.set_column_width(column, width(table, usize::from(column)))?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Nothing => {}
                Cell::Text(said) => text(sheet, row, column, said, &plain)?,
                Cell::Count(n) => {
                    sheet.write_number_with_format(row, column, *n as f64, &count)?;
                }
                Cell::Share(part) => {
                    sheet.write_number_with_format(row, column, *part, &share)?;
                }
                Cell::Flag(flag) => {
                    sheet.write_boolean(row, column, *flag)?;
                }
            }
        }
    }
    let (last_row, last_column) = (table.rows.len() as u32, table.columns.len().saturating_sub(1) as u16);
    sheet.autofilter(0, 0, last_row, last_column)?;
    Ok(())
}

/// A text as a text. One that could start a formula is marked as quoted, so that it stays one when somebody edits it.
fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    if inert(text) == text {
        sheet.write_string_with_format(row, column, text, format)?;
    } else {
        sheet.write_string_with_format(row, column, text, &format.clone().set_quote_prefix())?;
    }
    Ok(())
}

/// Names of sheets take no `: \ / ? * [ ]`, nor more than so many characters.
fn name(text: &str) -> String {
    text.chars().filter(|c| !r":\/?*[]".contains(*c)).take(LONGEST_NAME).collect()
}

/// Wide for names, narrow for numbers.
fn width(table: &Table, column: usize) -> f64 {
    let longest = table.rows.iter().filter_map(|row| match row.get(column) {
        Some(Cell::Text(text)) => Some(text.chars().count()),
        _ => None,
    });
    longest.max().unwrap_or(0).clamp(12, 60) as f64
}

fn cover(lang: Lang, findings: &Findings, rows: usize) -> Cover {
    let word = |key: &str| lang.text(key);
    let released = match findings.released_at {
        0 => word("results-released-never"),
        at => lang.text_with("results-released", &[("day", &written(lang, Day::at(at)))]),
    };
    let mut lines = vec![
        (word("sheet-period"), findings.period.label(lang)),
        (word("sheet-released"), released),
        (word("sheet-rows"), number::count(lang, rows as u64)),
    ];
    if findings.provisional {
        lines.push((String::new(), word("results-provisional")));
    }
    if findings.simulated {
        lines.push((String::new(), word("simulated")));
    }
    if findings.excluded == Excluded::Included {
        lines.push((String::new(), word("results-excluded-included")));
    }
    if let Some(code) = &findings.seal {
        lines.push((String::new(), lang.text_with("results-seal", &[("code", code)])));
    }
    let how = ["source", "interval", "verdict", "hidden", "units"].map(|part| word(&format!("results-how-{part}")));
    let first = std::iter::once(word("results-how")).chain(std::iter::repeat(String::new()));
    lines.extend(first.zip(how));
    lines.push((word("sheet-made"), moment(findings.released_at)));
    Cover { name: word("sheet-method"), title: word("results-title"), lines, at: findings.released_at }
}
