//! `hailong import cases --watch DIR`: every file that appears in a folder is taken once, however many watch it, and moved
//! to `done` or `failed` with a file beside it that says what came of it.

use std::fs::{File, TryLockError};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Clock;
use crate::domain::account::Scope;
use crate::domain::keys::Keys;
use crate::domain::{Day, instant};
use crate::error::{Context, Error, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::design::FILE_BYTES;
use crate::flow::issue::feed::Door;
use crate::flow::issue::feed::file::{self, Came};
use crate::store::Db;
use crate::web::respond::fault_text;
use crate::words::FIRST;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// A file that changed a shorter while ago may still be written.
const STILL_MS: i64 = 2_000;

/// Takes one file of cases.
///
/// # Errors
/// When the store does not answer.
pub async fn take(db: &Db, keys: &Keys, now_ms: i64, bytes: &[u8]) -> Result<Came> {
    let catalogue = Catalogue::read(db, Day::at(now_ms)).await?;
    let door = Door {
        db,
        keys,
        catalogue: &catalogue,
        now_ms,
        scope: &Scope::All,
        by: By::OPERATOR,
        subject: "cases".to_owned(),
    };
    file::take(&door, bytes).await
}

/// What came of a file, in lines.
#[must_use]
pub fn lines(came: &Came) -> Vec<String> {
    match came {
        Came::Taken { new, changed, same, old, made } => {
            let line = |key: &str, n: usize| FIRST.text_with(key, &[("n", &n.to_string())]);
            let mut lines = vec![
                line("cases-new", *new),
                line("cases-changed", *changed),
                line("cases-same", *same),
                line("cases-made", *made),
            ];
            if *old > 0 {
                lines.push(line("cases-old", *old));
            }
            lines
        }
        Came::Refused(wrong) => {
            let one = |row: Option<u64>, said: String| match row {
                Some(row) => FIRST.text_with("cases-row", &[("row", &row.to_string()), ("said", &said)]),
                None => said,
            };
            let mut lines = vec![FIRST.text("cases-refused")];
            for (row, faults) in wrong {
                lines.extend(faults.iter().map(|fault| one(*row, fault_text(FIRST, fault))));
            }
            lines
        }
    }
}

/// Watches a folder until it is asked to stop.
///
/// # Errors
/// When the folder cannot be read.
pub async fn run(db: &Db, keys: &Keys, folder: &Path) -> Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    loop {
        let swept = sweep(db, keys, &Clock::System, folder).await;
        match swept {
            Ok(_) => {}
            Err(error) if error.is_busy() => tracing::warn!(cause = %error, "a file is taken later"),
            Err(error) => return Err(error),
        }
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Takes every file that is there and nobody else has in hand; gives how many.
///
/// # Errors
/// When the folder cannot be read or a file not moved, or the store does not answer. What was taken and not moved is
/// taken again, which changes nothing.
pub async fn sweep(db: &Db, keys: &Keys, clock: &Clock, folder: &Path) -> Result<usize> {
    let mut taken = 0;
    for path in waiting(folder)? {
        let Some(held) = hold(&path)? else { continue };
        let mut bytes = Vec::new();
        // One byte more than is allowed is enough to see that it is too large.
        (&held).take(FILE_BYTES as u64 + 1).read_to_end(&mut bytes).context("read a file of cases")?;
        let came = take(db, keys, clock.now_ms(), &bytes).await?;
        put_away(&path, folder, &came, clock.now_ms())?;
        taken += 1;
        drop(held);
    }
    Ok(taken)
}

/// The files of a folder, by name: no folders, nothing hidden, nothing that says that it is still on its way.
fn waiting(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).context("read the folder of cases")? {
        let entry = entry.context("read the folder of cases")?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let is_one = name.ends_with(".csv") || name.ends_with(".xlsx");
        if is_one && !name.starts_with(['.', '~']) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Takes a file in hand: nobody else has it then, and nobody moved it away before. It is let go when this process ends,
/// however that happens.
fn hold(path: &Path) -> Result<Option<File>> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(Error::internal(error)).context("take a file in hand"),
    }
    let held = file.metadata().context("look at a file of cases")?;
    let same = std::fs::metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (held.dev(), held.ino()));
    let age_ms = Clock::System.now_ms() - held.mtime() * 1000 - held.mtime_nsec() / 1_000_000;
    Ok((same && !(0..STILL_MS).contains(&age_ms)).then_some(file))
}

/// Moves a file to where it belongs, after what came of it was written beside that place.
fn put_away(path: &Path, folder: &Path, came: &Came, now_ms: i64) -> Result<()> {
    let place = folder.join(if matches!(came, Came::Taken { .. }) { "done" } else { "failed" });
    std::fs::create_dir_all(&place).context("make the folder of files that were taken")?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A second file of the same name does not take the place of the first.
    let stamped = format!("{}-{name}", instant(now_ms).replace([':', '+'], ""));
    let name = if place.join(&name).exists() { stamped } else { name };
    let said = format!("{}\n", lines(came).join("\n"));
    let result = place.join(format!("{name}.result.txt"));
    let part = place.join(format!("{name}.result.part"));
    std::fs::write(&part, said).context("write what came of a file")?;
    std::fs::rename(&part, &result).context("write what came of a file")?;
    std::fs::rename(path, place.join(&name)).context("move a file that was taken")
}
