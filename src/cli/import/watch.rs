//! `hailong import cases --watch DIR`: every file that appears in a folder is taken once, however many watch it, and moved
//! to `done` or `failed` with a file beside it that says what came of it.

use std::collections::HashMap;
use std::fs::{File, Metadata, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Clock;
use crate::domain::account::Scope;
use crate::domain::keys::Keys;
use crate::domain::{Day, collate, instant};
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
const STILL_MS: i64 = 10_000;
/// So may one whose last line has no end, or that is half a workbook, a shorter while than this.
const OPEN_MS: i64 = 120_000;
/// What a workbook ends with, and how much may stand behind that at most.
const WORKBOOK_END: (&[u8], usize) = (b"PK\x05\x06", 65_557);
/// Names of files may be this many bytes long, with room for what is written behind them.
const NAME_BYTES: usize = 255 - ".result.part".len();

/// Device, number, instant and length of a file.
type Which = (u64, u64, i64, i64, u64);

/// What one who watches knows of the files that are there.
#[derive(Debug, Default)]
pub struct Known {
    /// Those that were taken and could not be put away, with what came of them: they are not taken again.
    stuck: HashMap<Which, Came>,
    /// Since when, in unix ms, a file is as it is: what its own time says does not count where clocks differ.
    seen: HashMap<Which, i64>,
}

/// A file in hand.
struct Held {
    file: File,
    which: Which,
    /// How long it has not changed.
    still_ms: i64,
}

impl Held {
    /// Whether the name still leads to this file, and nobody wrote to it.
    fn is_unchanged(&self, path: &Path) -> bool {
        let same = |metadata: std::io::Result<Metadata>| metadata.is_ok_and(|there| which(&there) == self.which);
        same(self.file.metadata()) && same(std::fs::symlink_metadata(path))
    }

    /// Whether this can be all of it: the last line of a CSV, or the end of a workbook, may still be on its way.
    fn is_whole(&self, path: &Path, bytes: &[u8]) -> bool {
        let is_ended = if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
            // In UTF-16 half of a line's end is a zero.
            let last = bytes.iter().rev().find(|byte| **byte != 0);
            last.is_some_and(|last| matches!(last, b'\n' | b'\r'))
        } else {
            let (end, most) = WORKBOOK_END;
            bytes[bytes.len().saturating_sub(most)..].windows(end.len()).any(|window| window == end)
        };
        is_ended || self.still_ms >= OPEN_MS
    }
}

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
    let mut known = Known::default();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    loop {
        let swept = sweep(db, keys, &Clock::System, folder, &mut known).await;
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

/// Takes every file that is there, has not changed for a while and nobody else has in hand; gives how many were put away.
///
/// # Errors
/// When the folder cannot be read or the store does not answer. What concerns one file is logged, and the others are taken.
pub async fn sweep(db: &Db, keys: &Keys, clock: &Clock, folder: &Path, known: &mut Known) -> Result<usize> {
    let mut taken = 0;
    let before = std::mem::take(&mut known.seen);
    for path in waiting(folder)? {
        let held = match hold(&path, clock.now_ms(), &before) {
            Ok(Some(held)) => held,
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(cause = %error, "a file of cases cannot be read");
                continue;
            }
        };
        known.seen.insert(held.which, before.get(&held.which).copied().unwrap_or_else(|| clock.now_ms()));
        if held.still_ms < STILL_MS {
            continue;
        }
        let stuck = known.stuck.remove(&held.which);
        let is_first = stuck.is_none();
        let came = match stuck {
            Some(came) => came,
            None => {
                let mut bytes = Vec::new();
                // One byte more than is allowed is enough to see that it is too large.
                if let Err(error) = (&held.file).take(FILE_BYTES as u64 + 1).read_to_end(&mut bytes) {
                    tracing::warn!(cause = %error, "a file of cases cannot be read");
                    continue;
                }
                if !held.is_whole(&path, &bytes) || !held.is_unchanged(&path) {
                    continue;
                }
                take(db, keys, clock.now_ms(), &bytes).await?
            }
        };
        if !held.is_unchanged(&path) {
            // What was written meanwhile is taken with the rest, which changes nothing a second time.
            tracing::warn!("a file of cases was written to while it was taken, and is taken again");
            continue;
        }
        match put_away(&path, folder, &came, clock.now_ms()) {
            Ok(()) => taken += 1,
            Err(error) => {
                if is_first {
                    tracing::warn!(cause = %error, "a file of cases was taken and cannot be put away");
                }
                known.stuck.insert(held.which, came);
            }
        }
    }
    Ok(taken)
}

/// The files of a folder, by name and number: no folders, nothing hidden, nothing that says that it is still on its way.
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
    // As people count: what 9 says comes before what 10 says.
    found.sort_by_cached_key(|path| collate::key(&path.file_name().unwrap_or_default().to_string_lossy()));
    Ok(found)
}

/// Which file it is, and as it was last written.
fn which(file: &Metadata) -> Which {
    (file.dev(), file.ino(), file.mtime(), file.mtime_nsec(), file.len())
}

/// Takes a file in hand: nobody else has it then, and nobody moved it away before. It is let go when this process ends,
/// however that happens. What its name stands for is the file itself, never a link to another.
fn hold(path: &Path, now_ms: i64, seen: &HashMap<Which, i64>) -> Result<Option<Held>> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(Error::internal(error)).context("take a file in hand"),
    }
    let there = file.metadata().context("look at a file of cases")?;
    let which = which(&there);
    // The time of a file may be of another machine: one that lies ahead says nothing.
    let age_ms = Clock::System.now_ms() - there.mtime() * 1000 - there.mtime_nsec() / 1_000_000;
    let seen_ms = seen.get(&which).map_or(0, |since| now_ms - since);
    let held = Held { file, which, still_ms: age_ms.max(seen_ms) };
    Ok((there.is_file() && held.is_unchanged(path)).then_some(held))
}

/// Moves a file to where it belongs, after what came of it was written beside that place.
fn put_away(path: &Path, folder: &Path, came: &Came, now_ms: i64) -> Result<()> {
    let place = folder.join(if matches!(came, Came::Taken { .. }) { "done" } else { "failed" });
    std::fs::create_dir_all(&place).context("make the folder of files that were taken")?;
    // A link would lead what is written here to wherever somebody likes.
    if !std::fs::symlink_metadata(&place).is_ok_and(|there| there.is_dir()) {
        return Err(Error::internal("the folder of files that were taken is no folder"));
    }
    let name = free(&place, &path.file_name().unwrap_or_default().to_string_lossy(), now_ms);
    let said = format!("{}\n", lines(came).join("\n"));
    let result = place.join(format!("{name}.result.txt"));
    let part = place.join(format!("{name}.result.part"));
    // Left behind by a process that was killed, or a link that somebody put there: never written through.
    let _ = std::fs::remove_file(&part);
    let mut file = File::create_new(&part).context("write what came of a file")?;
    file.write_all(said.as_bytes()).context("write what came of a file")?;
    std::fs::rename(&part, &result).context("write what came of a file")?;
    std::fs::rename(path, place.join(&name)).context("move a file that was taken")
}

/// A name that nothing has yet: a second file of the same name does not take the place of the first.
fn free(place: &Path, name: &str, now_ms: i64) -> String {
    let is_free = |name: &String| {
        name.len() <= NAME_BYTES
            && [name.clone(), format!("{name}.result.txt")]
                .iter()
                .all(|name| std::fs::symlink_metadata(place.join(name)).is_err())
    };
    let stamp = instant(now_ms).replace([':', '+'], "");
    let again = (1..).map(|n| if n == 1 { format!("{stamp}-") } else { format!("{stamp}-{n}-") });
    let again = again.map(|before| format!("{before}{}", ending(name, NAME_BYTES - before.len())));
    std::iter::once(name.to_owned()).chain(again).find(is_free).unwrap_or_default()
}

/// The end of a name, in so many bytes: what kind of file it is stands there.
fn ending(name: &str, most: usize) -> &str {
    let first = (name.len().saturating_sub(most)..=name.len()).find(|at| name.is_char_boundary(*at));
    &name[first.unwrap_or(name.len())..]
}
