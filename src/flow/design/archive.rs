//! The archive that a workbook is, measured before anything unpacks it for reading.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::error::{Error, Fault, Result};

/// A workbook may have this many entries.
const ENTRIES: usize = 200;
/// A workbook may unpack to this many bytes.
const UNPACKED_BYTES: u64 = 50 * 1024 * 1024;
/// A workbook may announce this many different texts; the reader sets memory aside for as many as it announces.
const TEXTS: usize = 1_000_000;

/// Refuses archives with too many entries or too much in them, and XML that declares entities.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    let unreadable = |_| Error::invalid(Fault::new("import-unreadable-workbook"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > ENTRIES {
        let fault = Fault::new("import-too-many-entries").with("count", archive.len()).with("most", ENTRIES);
        return Err(Error::invalid(fault));
    }
    let too_big = || Error::invalid(Fault::new("import-too-big-unpacked").with("most", UNPACKED_BYTES / 1024 / 1024));
    if archive.decompressed_size().is_some_and(|size| size > u128::from(UNPACKED_BYTES)) {
        return Err(too_big());
    }
    // The directory may lie about sizes, so what comes out is counted too.
    let mut left = UNPACKED_BYTES;
    let mut content = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(unreadable)?;
        let is_xml = [".xml", ".rels"].iter().any(|ending| entry.name().is_ok_and(|name| name.ends_with(ending)));
        content.clear();
        let read = entry.take(left + 1).read_to_end(&mut content);
        read.map_err(|_| Error::invalid(Fault::new("import-unreadable-workbook")))?;
        left = left.checked_sub(content.len() as u64).ok_or_else(too_big)?;
        if is_xml && (contains(&content, b"<!DOCTYPE") || contains(&content, b"<!ENTITY")) {
            return Err(Error::invalid(Fault::new("import-entities")));
        }
        if announces_too_much(&content) {
            return Err(Error::invalid(Fault::new("import-unreadable-workbook")));
        }
    }
    Ok(())
}

fn contains(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether an attribute `uniqueCount` asks the reader to set aside more memory than any real workbook needs.
fn announces_too_much(content: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    let starts = content.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    starts.map(|(at, _)| &content[at + NAME.len()..]).any(|rest| {
        let is_lead = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'');
        let lead = rest.iter().take_while(is_lead).count();
        let digits: Vec<u8> = rest[lead..].iter().copied().take_while(u8::is_ascii_digit).collect();
        let count = String::from_utf8_lossy(&digits).parse::<usize>();
        !digits.is_empty() && count.map_or(true, |count| count > TEXTS)
    })
}
