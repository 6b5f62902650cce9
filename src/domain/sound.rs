//! A sound (câu hỏi đọc thành tiếng): a question read aloud, for those who cannot read it. Small Opus files, named by
//! what is in them, so that a name never leads to another sound.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// A sound may have this many bytes: it is loaded on a slow line, when somebody asks for it.
pub const MOST_BYTES: usize = 40 * 1024;

/// The files that came with a form, by the name its workbook calls them.
pub type Sounds = BTreeMap<String, Vec<u8>>;

/// The name under which a sound is kept.
///
/// # Errors
/// The key of the sentence that says what is wrong with it.
pub fn name_of(body: &[u8]) -> Result<String, &'static str> {
    if body.len() > MOST_BYTES {
        return Err("import-sound-too-big");
    }
    // An Ogg page whose one packet is the head of an Opus stream (RFC 7845).
    if body.get(..4) != Some(b"OggS") || body.get(28..36) != Some(b"OpusHead") {
        return Err("import-sound-not-opus");
    }
    Ok(format!("{}.opus", data_encoding::HEXLOWER.encode(&Sha256::digest(body)[..16])))
}

/// Whether a text can be the name of a sound.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let hash = text.strip_suffix(".opus").unwrap_or_default();
    hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
