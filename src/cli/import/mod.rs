//! `hailong import`: a file into the database, all or nothing.

pub mod watch;

use std::io::Read;
use std::path::{Path, PathBuf};

use super::keys_of;
use crate::clock::Clock;
use crate::config::Place;
use crate::domain::sound::{MOST_BYTES, Sounds};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::design::{self, Mode, What};
use crate::flow::issue::feed::file::Came;
use crate::store::Db;
use crate::words;

/// Loads a file.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// What the file holds.
    #[arg(value_parser = what)]
    what: What,
    /// CSV or XLSX file. Sounds that a questionnaire names stand beside it, in a folder named like it with `-media`.
    #[arg(required_unless_present = "watch")]
    file: Option<PathBuf>,
    /// Take every file of cases that appears in this folder, until asked to stop; each is moved to `done` or `failed`
    /// inside, with a file beside it that says what came of it. Several may watch one folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["file", "dry_run", "by"])]
    watch: Option<PathBuf>,
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

/// The files in the folder that goes with a workbook: `phieu-media` beside `phieu.xlsx`.
fn sounds_beside(workbook: &Path) -> Result<Sounds> {
    let mut folder = workbook.file_stem().unwrap_or_default().to_owned();
    folder.push("-media");
    let folder = workbook.with_file_name(folder);
    let mut found = Sounds::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(&folder).context("read the folder of sounds")? {
        let entry = entry.context("read the folder of sounds")?;
        if !entry.file_type().context("read the folder of sounds")?.is_file() {
            continue;
        }
        // One byte more than is allowed is enough to see that it is too large.
        let file = std::fs::File::open(entry.path()).context("read a sound")?;
        let mut body = Vec::new();
        file.take(MOST_BYTES as u64 + 1).read_to_end(&mut body).context("read a sound")?;
        found.insert(entry.file_name().to_string_lossy().into_owned(), body);
    }
    Ok(found)
}

/// Runs it.
///
/// # Errors
/// Invalid, with every fault of the file.
pub async fn run(place: &Place, import: &Import) -> Result<()> {
    let db = place.open().await?;
    if import.what == What::Cases {
        return cases(place, import, &db).await;
    }
    let Some(file) = &import.file else {
        return Err(Error::invalid(Fault::new("import-watch-cases")));
    };
    let bytes = std::fs::read(file).context("read the file")?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mode = if import.dry_run { Mode::Try } else { Mode::Keep };
    let report = match (import.what, &import.by) {
        (What::Paper, None) => return Err(Error::invalid(Fault::new("import-paper-account"))),
        (What::Paper, Some(by)) => {
            let (keys, now_ms) = (keys_of(place, &db).await?, Clock::System.now_ms());
            design::import_paper(&db, &keys, now_ms, by, (&name, &bytes), mode).await?
        }
        (what, _) => {
            let sounds = if what == What::Questionnaire { sounds_beside(file)? } else { Sounds::new() };
            design::import_with(&db, what, &name, &bytes, &sounds, mode).await?
        }
    };
    report.lines(words::FIRST).iter().for_each(|line| println!("{line}"));
    db.close().await;
    Ok(())
}

/// Cases: one file, or every one that appears in a folder.
async fn cases(place: &Place, import: &Import, db: &Db) -> Result<()> {
    if import.dry_run {
        return Err(Error::invalid(Fault::new("import-cases-dry")));
    }
    let keys = keys_of(place, db).await?;
    match (&import.file, &import.watch) {
        (_, Some(folder)) => watch::run(db, &keys, folder).await?,
        (Some(file), None) => {
            let bytes = std::fs::read(file).context("read the file")?;
            let came = watch::take(db, &keys, Clock::System.now_ms(), &bytes).await?;
            let refused = matches!(came, Came::Refused(_));
            // What forbids it is said last, as an error.
            watch::lines(&came).iter().skip(usize::from(refused)).for_each(|line| println!("{line}"));
            if refused {
                return Err(Error::invalid(Fault::new("cases-refused")));
            }
        }
        (None, None) => {}
    }
    db.close().await;
    Ok(())
}
