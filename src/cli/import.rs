//! `hailong import`: a file into the database, all or nothing.

use std::path::PathBuf;

use crate::config::Place;
use crate::error::{Context, Result};
use crate::flow::design::{self, Mode, What};
use crate::words;

/// Loads a file.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// What the file holds.
    #[arg(value_parser = what)]
    what: What,
    /// CSV or XLSX file.
    file: PathBuf,
    /// Show what would be added, changed and ended; change nothing.
    #[arg(long)]
    dry_run: bool,
}

fn what(name: &str) -> Result<What, String> {
    let names = What::ALL.map(What::name).join(", ");
    What::by_name(name).ok_or(format!("expected one of {names}"))
}

/// Runs it.
///
/// # Errors
/// Invalid, with every fault of the file.
pub async fn run(place: &Place, import: &Import) -> Result<()> {
    let db = place.open().await?;
    let bytes = std::fs::read(&import.file).context("read the file")?;
    let name = import.file.file_name().unwrap_or_default().to_string_lossy();
    let mode = if import.dry_run { Mode::Try } else { Mode::Keep };
    let report = design::import(&db, import.what, &name, &bytes, mode).await?;
    report.lines(words::FIRST).iter().for_each(|line| println!("{line}"));
    db.close().await;
    Ok(())
}
