//! Words that keep coming back in the comments asked for, of those who were satisfied and of those who were not.

use std::collections::HashMap;

use super::{Reader, Wanted, ranges};
use crate::domain::collate;
use crate::domain::mask::{self, Piece};
use crate::domain::vocabulary::Vocabulary;
use crate::error::{Error, Result};
use crate::store::comments;

/// A word is told when so many comments have it: fewer could point at somebody.
pub const LEAST: u64 = 5;
/// The newest so many comments are read.
pub const MOST: i64 = 100_000;
/// So many words are told.
const TOLD: usize = 30;

/// A word that keeps coming back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As people write it.
    pub word: String,
    /// How many comments have it.
    pub comments: u64,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recurring {
    /// In comments with level 1 to 3.
    pub low: Vec<Word>,
    /// In comments with level 4 or 5.
    pub high: Vec<Word>,
    /// How many comments were read.
    pub read: u64,
    /// Whether there are more than are read at most.
    pub more: bool,
}

/// Counts the words of what is asked for. What is hidden of a comment, or seems to be a name, is no word of it.
///
/// # Errors
/// When the store does not answer.
pub async fn recurring(reader: &Reader<'_>, wanted: &Wanted) -> Result<Recurring> {
    let mut rows = comments::texts(reader.db, &wanted.which(reader), MOST + 1).await?;
    let more = rows.len() as i64 > MOST;
    rows.truncate(MOST as usize);
    // Seconds of computing for many comments: not on a thread that answers others.
    let counted = tokio::task::spawn_blocking(move || count(rows)).await.map_err(Error::internal)??;
    Ok(Recurring { more, ..counted })
}

fn count(rows: Vec<(Option<i64>, String, String)>) -> Result<Recurring> {
    let read = rows.len() as u64;
    let mut texts: Vec<(Option<i64>, String)> = Vec::with_capacity(rows.len());
    for (rating, masks, body) in rows {
        let names = [ranges(&masks)?, mask::names(&body)].concat();
        texts.push((rating, spoken(mask::pieces(&body, &names))));
    }
    let vocabulary = Vocabulary::read(texts.iter().map(|(_, text)| text.as_str()));
    let (mut low, mut high): (HashMap<String, u64>, HashMap<String, u64>) = Default::default();
    for (place, (rating, _)) in texts.iter().enumerate() {
        let side = match rating {
            Some(1..=3) => &mut low,
            Some(_) => &mut high,
            None => continue,
        };
        for word in vocabulary.words(place) {
            *side.entry(word).or_default() += 1;
        }
    }
    Ok(Recurring { low: told(low), high: told(high), read, more: false })
}

/// What is left of a text; what is hidden divides it.
fn spoken(pieces: Vec<Piece>) -> String {
    let piece = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Number | Piece::Name => "\n".to_owned(),
    };
    pieces.into_iter().map(piece).collect()
}

/// The most frequent first; those of the same number in the order of the alphabet.
fn told(counts: HashMap<String, u64>) -> Vec<Word> {
    let mut words: Vec<Word> =
        counts.into_iter().filter(|(_, n)| *n >= LEAST).map(|(word, comments)| Word { word, comments }).collect();
    words.sort_by_cached_key(|word| (std::cmp::Reverse(word.comments), collate::key(&word.word)));
    words.truncate(TOLD);
    words
}
