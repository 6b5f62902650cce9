//! The key file: master keys in hexadecimal, one a line, the first of all times on top, today's last.

use std::path::{Path, PathBuf};

use crate::domain::keys::{Keys, Master};
use crate::error::{Context, Error, Result};

/// Reads the master keys, unless others than the owner may read them too.
///
/// # Errors
/// Conflict when the file is not there, open to others, or holds something else.
pub fn read(file: &Path) -> Result<Vec<Master>> {
    if !file.exists() {
        return Err(Error::Conflict(format!("the key file {} is not there", file.display())));
    }
    refuse_open_rights(file)?;
    let text = std::fs::read_to_string(file).context("read the key file")?;
    parse(&text).ok_or_else(|| {
        Error::Conflict(format!("{} does not hold a master key: 64 hexadecimal digits a line", file.display()))
    })
}

/// Master keys from the text of a key file; `None` when it holds none or something else.
#[must_use]
pub fn parse(text: &str) -> Option<Vec<Master>> {
    let master = |line: &str| -> Option<Master> {
        data_encoding::HEXLOWER_PERMISSIVE.decode(line.trim().as_bytes()).ok()?.try_into().ok()
    };
    let masters: Vec<Master> = text.trim().lines().map(master).collect::<Option<_>>()?;
    Some(masters).filter(|masters| !masters.is_empty())
}

/// The text of a key file.
#[must_use]
pub fn text(masters: &[Master]) -> String {
    let lines: Vec<String> = masters.iter().map(|master| data_encoding::HEXLOWER.encode(master)).collect();
    lines.join("\n")
}

/// The subkeys of master keys.
///
/// # Errors
/// Internal when there is no master key.
pub fn keys(masters: &[Master]) -> Result<Keys> {
    let (first, later) = masters.split_first().ok_or_else(|| Error::internal("a key file without a key"))?;
    Ok(Keys::from_masters(first, later))
}

/// Where the next key file stands until the database knows it.
#[must_use]
pub fn next(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".next");
    name.into()
}

/// Writes a new file that its owner alone may read.
///
/// # Errors
/// Conflict when the file is there already; internal when it cannot be written.
pub fn write_private(file: &Path, text: &str) -> Result<()> {
    use std::io::{ErrorKind, Write};
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).context("create the folder of the key file")?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut out = match options.write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Error::Conflict(format!("{} is there already", file.display())));
        }
        opened => opened.context("create the key file")?,
    };
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).context("write the key file")
}

pub(super) fn refuse_open_rights(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).context("read the key file")?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::Conflict(format!("{} may be read by others (mode {mode:o}); run: chmod 600 on it", file.display())))
}
