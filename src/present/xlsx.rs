//! Tables as a workbook: numbers are numbers, shares are per cent, a text is a text whatever it begins with. The first
//! sheet says what it is and how the figures are made.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::csv::inert;
use super::number;
use super::sheet;
use super::table::{self, Cell, Table};
use crate::domain::Day;
use crate::domain::moment;
use crate::domain::period::{Period, written};
use crate::error::{Error, Result};
use crate::flow::assess::picture::Picture;
use crate::flow::assess::{Excluded, Findings};
use crate::words::Lang;

/// What a workbook is sent as.
pub const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
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
    let about = About {
        title: lang.text("results-title"),
        period: &findings.period,
        released_at: findings.released_at,
        provisional: findings.provisional,
        simulated: findings.simulated,
        excluded: findings.excluded,
        seal: findings.seal.as_deref(),
    };
    file(&cover(lang, &about, table.rows.len()), &[table])
}

/// The workbook of a managers' page.
///
/// # Errors
/// Internal, when it cannot be made.
pub fn picture(lang: Lang, title: &str, picture: &Picture) -> Result<Vec<u8>> {
    let table = sheet::of(lang, picture);
    let about = About {
        title: title.to_owned(),
        period: &picture.period,
        released_at: picture.released_at,
        provisional: picture.provisional,
        simulated: picture.simulated,
        excluded: picture.excluded,
        seal: None,
    };
    file(&cover(lang, &about, table.rows.len()), &[table])
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
        filled(book.add_worksheet(), table)?;
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

fn filled(sheet: &mut Worksheet, table: &Table) -> Result<(), rust_xlsxwriter::XlsxError> {
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

/// What a cover is made of.
struct About<'a> {
    title: String,
    period: &'a Period,
    released_at: i64,
    provisional: bool,
    simulated: bool,
    excluded: Excluded,
    seal: Option<&'a str>,
}

fn cover(lang: Lang, about: &About<'_>, rows: usize) -> Cover {
    let word = |key: &str| lang.text(key);
    let released = match about.released_at {
        0 => word("results-released-never"),
        at => lang.text_with("results-released", &[("day", &written(lang, Day::at(at)))]),
    };
    let mut lines = vec![
        (word("sheet-period"), about.period.label(lang)),
        (word("sheet-released"), released),
        (word("sheet-rows"), number::count(lang, rows as u64)),
    ];
    if about.provisional {
        lines.push((String::new(), word("results-provisional")));
    }
    if about.simulated {
        lines.push((String::new(), word("simulated")));
    }
    if about.excluded == Excluded::Included {
        lines.push((String::new(), word("results-excluded-included")));
    }
    if let Some(code) = about.seal {
        lines.push((String::new(), lang.text_with("results-seal", &[("code", code)])));
    }
    let how = ["source", "interval", "verdict", "hidden", "units"].map(|part| word(&format!("results-how-{part}")));
    let first = std::iter::once(word("results-how")).chain(std::iter::repeat(String::new()));
    lines.extend(first.zip(how));
    lines.push((word("sheet-made"), moment(about.released_at)));
    Cover { name: word("sheet-method"), title: about.title.clone(), lines, at: about.released_at }
}
