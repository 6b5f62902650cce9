//! `hailong key`: the master key made, shown by its public half, copied under a passphrase, put back, changed.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::opened;
use crate::clock::{self, Clock};
use crate::config::{Place, key_file};
use crate::domain::backup;
use crate::error::{Context, Error, Result};
use crate::flow::seal::rotate;

/// What to do with the master key.
#[derive(Debug, clap::Subcommand)]
pub enum Key {
    /// Make the master key, if there is none yet.
    Create,
    /// Print the public keys that anchors are signed with, the newest first.
    Show,
    /// Write a copy of the master key, sealed under a passphrase read from standard input.
    Backup {
        /// File to write; must not exist.
        file: PathBuf,
        /// File that holds the passphrase, instead of standard input.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Put the master key back from such a copy; there must be none.
    Restore {
        /// File to read.
        file: PathBuf,
        /// File that holds the passphrase, instead of standard input.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Take another master key from now on. Stop the service first; start it again afterwards.
    Rotate,
}

/// Runs it.
///
/// # Errors
/// Conflict when a file is there that should not be, or the passphrase is wrong.
pub async fn run(place: &Place, key: &Key) -> Result<()> {
    let file = place.key_path();
    match key {
        Key::Create if file.exists() => return Err(Error::Conflict(format!("{} is there already", file.display()))),
        Key::Create => create(place).await?,
        Key::Show => {
            let keys = place.held_keys()?;
            keys.public().iter().for_each(|public| println!("{}", data_encoding::HEXLOWER.encode(public)));
        }
        Key::Backup { file: copy, passphrase_file } => {
            let text = key_file::text(&key_file::read(&file)?);
            let passphrase = passphrase(passphrase_file.as_deref())?;
            let sealed = backup::seal(&passphrase, clock::random(), clock::random(), text.as_bytes());
            key_file::write_private(copy, &sealed)?;
        }
        Key::Restore { file: copy, passphrase_file } => {
            let sealed = std::fs::read_to_string(copy).context("read the copy")?;
            let wrong = || Error::Conflict("this is no copy of a master key, or the passphrase is another".into());
            let text = backup::open(&passphrase(passphrase_file.as_deref())?, &sealed).ok_or_else(wrong)?;
            let text = String::from_utf8(text).map_err(|_| wrong())?;
            key_file::parse(&text).ok_or_else(wrong)?;
            key_file::write_private(&file, &text)?;
        }
        Key::Rotate => return rotate(place, &file).await,
    }
    Ok(())
}

/// A key for a database that is still to be made, or to which nothing was written yet.
async fn create(place: &Place) -> Result<()> {
    if place.has_database() {
        let (db, _) = opened(place).await?;
        db.close().await;
        return Ok(());
    }
    place.keys().map(drop)
}

/// The new file is on disk before the database changes and takes its place after: whatever happens between, both keys
/// are in one of the two files.
async fn rotate(place: &Place, file: &Path) -> Result<()> {
    let masters = key_file::read(file)?;
    let mut longer = masters.clone();
    longer.push(clock::random());
    let next = key_file::next(file);
    if next.exists() {
        return Err(Error::Conflict(format!(
            "{} is there: an earlier change of the key did not end; run: hailong verify --key-file with each of the \
             two files, and keep the one that is accepted",
            next.display()
        )));
    }
    let db = place.open().await?;
    key_file::write_private(&next, &key_file::text(&longer))?;
    let (old, new) = (key_file::keys(&masters)?, key_file::keys(&longer)?);
    match rotate::run(&db, &old, &new, Clock::System.now_ms()).await {
        Ok(rotated) => {
            std::fs::rename(&next, file).context("put the new key file in its place")?;
            println!("{} points and {} invitations sealed anew", rotated.points, rotated.invitations);
            db.close().await;
            Ok(())
        }
        Err(error) => {
            // A commit whose answer was lost may have happened: then the new file must stay.
            if matches!(error, Error::Conflict(_)) {
                std::fs::remove_file(&next).context("remove the new key file again")?;
            }
            Err(error)
        }
    }
}

fn passphrase(file: Option<&Path>) -> Result<String> {
    let mut text = String::new();
    match file {
        Some(file) => text = std::fs::read_to_string(file).context("read the passphrase")?,
        None => drop(std::io::stdin().read_to_string(&mut text).context("read the passphrase")?),
    }
    let passphrase = text.trim_end_matches(['\r', '\n']);
    if passphrase.chars().count() < backup::SHORTEST {
        return Err(Error::Conflict(format!("the passphrase needs {} characters at least", backup::SHORTEST)));
    }
    Ok(passphrase.to_owned())
}
