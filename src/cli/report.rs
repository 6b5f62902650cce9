//! `hailong report`: the findings of a period, as files take them.

use std::io::Write;
use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::Place;
use crate::domain::period::{CutOff, Period};
use crate::error::{Context, Result};
use crate::flow::assess::{self, Audience, Excluded};
use crate::present;
use crate::words::FIRST;

/// Prints figures.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// Period: 2026-10, 2026-Q3, 2026-H1, 2026, or 2026-01-05..2026-02-03.
    period: String,
    /// Where periods are cut: calendar, or from the 15th to the 14th.
    #[arg(long, default_value = "calendar", value_parser = cut_off)]
    cut_off: CutOff,
    /// JSON, which is also what is printed without a choice.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// CSV: UTF-8 with BOM, one row a figure.
    #[arg(long)]
    csv: bool,
    /// A workbook (XLSX) into this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["csv", "json"])]
    xlsx: Option<PathBuf>,
    /// Count what two people left out as well; every file says how much that is.
    #[arg(long)]
    with_excluded: bool,
}

/// The cut-off that a flag names.
///
/// # Errors
/// The names that there are.
pub fn cut_off(name: &str) -> Result<CutOff, String> {
    let names = CutOff::ALL.map(CutOff::name).join(", ");
    CutOff::by_name(name).ok_or(format!("expected one of {names}"))
}

/// Runs it.
///
/// # Errors
/// Invalid when the period is none.
pub async fn run(place: &Place, report: &Report) -> Result<()> {
    let period = Period::parse(&report.period, report.cut_off)?;
    let db = place.open().await?;
    let excluded = if report.with_excluded { Excluded::Included } else { Excluded::LeftOut };
    let now_ms = Clock::System.now_ms();
    let findings = assess::findings_with(&db, &period, Audience::Management, excluded, now_ms).await?;
    db.close().await;
    if let Some(file) = &report.xlsx {
        return std::fs::write(file, present::xlsx::findings(FIRST, &findings)?).context("write the workbook");
    }
    let file = if report.csv { present::csv::file(&findings)? } else { present::report::json(&findings)?.into_bytes() };
    std::io::stdout().write_all(&file).context("print the report")
}
