//! Files of the department: the good ones are taken, the broken ones are refused with sentences that help.

mod broken_forms;
mod broken_tables;
mod files;
mod good;
mod hostile;
mod sounds;

use hailong::error::{Error, Result};
use hailong::flow::design::{self, Mode, Report, What};
use hailong::words::{FIRST, Lang};
use rust_xlsxwriter::{Format, Workbook};

use crate::world::World;

/// Takes a file.
pub async fn keep(world: &World, what: What, file: impl AsRef<[u8]>) -> Result<Report> {
    design::import(&world.db, what, "tệp.csv", file.as_ref(), Mode::Keep).await
}

/// Takes a file that is good; its report in Vietnamese.
pub async fn kept(world: &World, what: What, file: impl AsRef<[u8]>) -> String {
    keep(world, what, file).await.map_err(sentences).unwrap().lines(FIRST).join("\n")
}

/// Offers a file that must be refused; what the person reads.
pub async fn refused(world: &World, what: What, file: impl AsRef<[u8]>) -> String {
    sentences(keep(world, what, file).await.unwrap_err())
}

/// The sentences of an error, in Vietnamese; each must also be there in English.
pub fn sentences(error: Error) -> String {
    assert!(matches!(error, Error::Invalid(_)), "the file is at fault, not the machine: {error}");
    let faults = if let Error::Invalid(faults) = error { faults } else { Vec::new() };
    let english = Lang::by_code("en").unwrap();
    for fault in &faults {
        assert!(english.has(fault.key), "{} is missing in English", fault.key);
        assert!(!design::sentence(english, fault).contains("{$"), "{} lacks an argument in English", fault.key);
    }
    let lines: Vec<_> = faults.iter().map(|fault| design::sentence(FIRST, fault)).collect();
    assert!(lines.iter().all(|line| !line.contains("{$")), "an argument is missing: {lines:?}");
    lines.join("\n")
}

/// A file from the folder of the department.
pub fn department(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/department/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A world with the department's units and procedures in it.
pub async fn department_world() -> World {
    let world = World::new().await;
    kept(&world, What::Units, department("units.csv")).await;
    kept(&world, What::Procedures, department("procedures.csv")).await;
    world
}

/// Cells of a workbook under test.
pub enum In {
    /// Text.
    T(&'static str),
    /// A number.
    N(f64),
    /// A real date.
    D(u16, u8, u8),
    /// A formula with the result that Excel kept.
    F(&'static str, &'static str),
}

/// A workbook of sheets of rows.
pub fn workbook(sheets: &[(&str, Vec<Vec<In>>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let as_date = Format::new().set_num_format("dd/mm/yyyy");
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    In::T(text) => sheet.write_string(row, column, *text),
                    In::N(number) => sheet.write_number(row, column, *number),
                    In::D(year, month, day) => {
                        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(*year, *month, *day).unwrap();
                        sheet.write_datetime_with_format(row, column, &date, &as_date)
                    }
                    In::F(formula, result) => {
                        let formula = rust_xlsxwriter::Formula::new(*formula).set_result(*result);
                        sheet.write_formula(row, column, formula)
                    }
                }
                .unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Rows of text.
pub fn texts(rows: &[&[&'static str]]) -> Vec<Vec<In>> {
    rows.iter().map(|row| row.iter().map(|text| In::T(text)).collect()).collect()
}

/// A form workbook of those questions, with lists `level` (1–5), `level_na`, `papers` (no, yes) and `aspect`.
pub fn form(survey: &[&[&'static str]]) -> Vec<u8> {
    form_with(survey, &[&["thu", "1"]])
}

/// A form workbook with its settings (form_id and version).
pub fn form_with(survey: &[&[&'static str]], settings: &[&[&'static str]]) -> Vec<u8> {
    let mut rows = texts(&[&["type", "name", "label", "required", "relevant", "indicator", "factor"]]);
    rows.extend(texts(survey));
    let mut choices = texts(&[&["list_name", "name", "label"]]);
    let words = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"];
    for list in ["level", "level_na"] {
        choices
            .extend(["1", "2", "3", "4", "5"].into_iter().zip(words).flat_map(|(n, word)| texts(&[&[list, n, word]])));
    }
    choices.extend(texts(&[
        &["level_na", "na", "Không áp dụng"],
        &["papers", "no", "Không"],
        &["papers", "yes", "Có"],
        &["aspect", "time", "Thời gian"],
        &["aspect", "staff", "Thái độ"],
        &["upside", "5", "Rất hài lòng"],
        &["upside", "4", "Hài lòng"],
        &["upside", "3", "Bình thường"],
        &["upside", "2", "Không hài lòng"],
        &["upside", "1", "Rất không hài lòng"],
        &["crossed", "1", "Rất hài lòng"],
        &["crossed", "2", "Hài lòng"],
        &["crossed", "3", "Bình thường"],
        &["crossed", "4", "Không hài lòng"],
        &["crossed", "5", "Rất không hài lòng"],
    ]));
    let mut head: Vec<Vec<In>> = texts(&[&["form_id", "version", "form_title"]]);
    for row in settings {
        head.extend(texts(&[&[row[0], row[1], "Phiếu thử"]]));
    }
    workbook(&[("survey", rows), ("choices", choices), ("settings", head)])
}
