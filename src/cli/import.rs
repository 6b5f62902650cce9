//! `hailong import`: a file into the database, all or nothing.

use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::Place;
use crate::error::{Context, Error, Fault, Result};
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
    /// Login name of whoever typed the file; for paper forms only.
    #[arg(long, value_name = "ACCOUNT")]
    by: Option<String>,
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
    let report = match (import.what, &import.by) {
        (What::Paper, None) => return Err(Error::invalid(Fault::new("import-paper-account"))),
        (What::Paper, Some(by)) => {
            let (keys, now_ms) = (place.keys()?, Clock::System.now_ms());
            design::import_paper(&db, &keys, now_ms, by, (&name, &bytes), mode).await?
        }
        (what, _) => design::import(&db, what, &name, &bytes, mode).await?,
    };
    report.lines(words::FIRST).iter().for_each(|line| println!("{line}"));
    db.close().await;
    Ok(())
}
