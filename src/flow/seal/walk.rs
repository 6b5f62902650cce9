//! The walk along a chain: each row linked again from the one before, its numbers without gaps, its end where the head
//! and every anchor say it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::decisions::Noted;
use super::row::{self, Chain};
use super::verify::Verified;
use crate::domain::anchor::Head;
use crate::domain::keys::Keys;
use crate::error::{Fault, Result};
use crate::store::seal::{self, CommentRow, Read, ResponseRow};
use crate::store::{Tx, seal::comments};

/// Rows read at once: memory stays the same however long the chain is.
const CHUNK: i64 = 2_000;
/// The order of the scale in every form today; it is not under the link, for it is the same in every row.
const SCALE_ORDER: &str = "asc";

/// What anchors say of rows, by chain and number.
#[derive(Debug, Default)]
pub struct Anchored(BTreeMap<(Chain, i64), Vec<Mark>>);

/// What one anchor says of one row.
#[derive(Debug)]
struct Mark {
    name: String,
    hash: String,
    units: BTreeMap<String, i64>,
}

impl Anchored {
    /// Notes what an anchor of that name says; nothing while its chain was empty.
    pub fn add(&mut self, chain: Chain, name: &str, head: Head, units: BTreeMap<String, i64>) {
        if head.n != 0 {
            let mark = Mark { name: name.to_owned(), hash: head.hash, units };
            self.0.entry((chain, head.n)).or_default().push(mark);
        }
    }
}

/// Walks along the audit log; gives what its sound rows say of decisions, erasures and marks.
///
/// # Errors
/// When the store cannot be read.
pub async fn audit(
    tx: &mut Tx<'_>,
    keys: &Keys,
    epochs: &[(i64, i64)],
    anchored: &Anchored,
    verified: &mut Verified,
) -> Result<Noted> {
    let from = epochs.iter().map(|(_, from)| *from).collect();
    let mut walk = Walk::new(Chain::Audit, keys, from, anchored);
    let mut noted = Noted::default();
    let mut next = Some(i64::MIN);
    while let Some(from) = next {
        let rows = seal::audit(tx, from, CHUNK).await?;
        next = after(&rows, |row| row.n);
        for read in rows {
            verified.audit += 1;
            match read {
                Err(n) => walk.unreadable(n, verified),
                Ok(row) => {
                    if walk.step(row.n, &row::audit(&row)?, &row.hash, verified) {
                        noted.add(&row);
                    }
                }
            }
        }
    }
    walk.end(&seal::heads(tx).await?, verified);
    Ok(noted)
}

/// Walks along the responses, with their free texts and the counts of their units.
///
/// # Errors
/// When the store cannot be read.
pub async fn responses(
    tx: &mut Tx<'_>,
    keys: &Keys,
    epochs: &[(i64, i64)],
    anchored: &Anchored,
    units: &BTreeMap<i64, String>,
    noted: &Noted,
    verified: &mut Verified,
) -> Result<()> {
    let from = epochs.iter().map(|(from, _)| *from).collect();
    let mut walk = Walk::new(Chain::Responses, keys, from, anchored);
    let mut counts: HashMap<i64, i64> = HashMap::new();
    let mut next = Some(i64::MIN);
    while let Some(from) = next {
        let rows = seal::responses(tx, from, CHUNK).await?;
        next = after(&rows, |row| row.n);
        let to = next.map_or(i64::MAX, |next| next - 1);
        let mut texts = by_response(comments(tx, from, to).await?, verified);
        for read in rows {
            verified.responses += 1;
            match read {
                Err(n) => walk.unreadable(n, verified),
                Ok(row) => {
                    walk.step(row.n, &row::stored_response(&row), &row.hash, verified);
                    // An empty commitment has the same form as none.
                    let empty = row.commitment.as_ref().is_some_and(Vec::is_empty);
                    if row.scale_order != SCALE_ORDER || empty {
                        verified.tell(walk.at("verify-row", row.n));
                    }
                    match texts_of(&row, texts.remove(&row.n).as_deref(), noted) {
                        Texts::Whole => {}
                        Texts::Erased => verified.erased += 1,
                        Texts::Broken(key) => verified.tell(Fault::new(key).with("n", row.n)),
                    }
                    *counts.entry(row.unit_id).or_default() += 1;
                    for mark in anchored.0.get(&(Chain::Responses, row.n)).into_iter().flatten() {
                        counted(mark, &counts, units, verified);
                    }
                }
            }
        }
        for n in texts.into_keys() {
            verified.tell(Fault::new("verify-comment-added").with("n", n));
        }
    }
    walk.end(&seal::heads(tx).await?, verified);
    Ok(())
}

/// The number to read on from; `None` when nothing was read.
fn after<T>(rows: &[Read<T>], n: impl Fn(&T) -> i64) -> Option<i64> {
    let last = rows.last()?;
    last.as_ref().map_or_else(|n| *n, n).checked_add(1)
}

fn by_response(rows: Vec<Read<CommentRow>>, verified: &mut Verified) -> BTreeMap<i64, Vec<CommentRow>> {
    let mut texts: BTreeMap<i64, Vec<CommentRow>> = BTreeMap::new();
    for read in rows {
        match read {
            Ok(row) => texts.entry(row.response_n).or_default().push(row),
            Err(n) => verified.tell(Fault::new("verify-comment-changed").with("n", n)),
        }
    }
    texts
}

enum Texts {
    Whole,
    Erased,
    Broken(&'static str),
}

/// Whether the free texts of a response are those that it was sealed with.
fn texts_of(row: &ResponseRow, texts: Option<&[CommentRow]>, noted: &Noted) -> Texts {
    let Some(sealed) = &row.commitment else {
        return texts.map_or(Texts::Whole, |_| Texts::Broken("verify-comment-added"));
    };
    let is_whole = |texts: &[CommentRow]| {
        let salt = texts.first().map_or(&[][..], |first| &first.salt);
        // Not under the commitment; it says when the time of a text is over.
        let one_day = texts.iter().all(|text| text.day == row.day);
        let one_salt = texts.iter().all(|text| text.salt == salt);
        let said = texts.iter().map(|text| (text.question_id, text.body.as_str()));
        one_salt && one_day && row::commitment(salt, said)[..] == sealed[..]
    };
    match texts {
        Some(texts) if is_whole(texts) => Texts::Whole,
        Some(_) => Texts::Broken("verify-comment-changed"),
        // All texts of a response go together: one salt is under them.
        None if noted.is_erased(row.n) => Texts::Erased,
        None => Texts::Broken("verify-comment-missing"),
    }
}

/// Compares the responses of each unit so far with those that an anchor counted.
fn counted(mark: &Mark, counts: &HashMap<i64, i64>, units: &BTreeMap<i64, String>, verified: &mut Verified) {
    let named = named(counts.iter().map(|(unit, n)| (*unit, *n)), units);
    let all: BTreeSet<&String> = named.keys().chain(mark.units.keys()).collect();
    for unit in all {
        let count = |of: &BTreeMap<String, i64>| of.get(unit).copied().unwrap_or(0);
        let (now, then) = (count(&named), count(&mark.units));
        if now != then {
            let finding = Fault::new("verify-anchor-units").with("name", &mark.name).with("unit", unit);
            verified.tell(finding.with("then", then).with("now", now));
        }
    }
}

/// Counts by the code of the unit, or by its number where it has none.
pub fn named(counts: impl Iterator<Item = (i64, i64)>, units: &BTreeMap<i64, String>) -> BTreeMap<String, i64> {
    counts.map(|(unit, n)| (units.get(&unit).cloned().unwrap_or_else(|| format!("#{unit}")), n)).collect()
}

/// A walk under way.
struct Walk<'a> {
    chain: Chain,
    keys: &'a Keys,
    /// First rows of the later epochs of keys.
    epochs: Vec<i64>,
    anchored: &'a Anchored,
    /// Number of the last row, and its link unless it could not be known.
    last: i64,
    link: Option<Vec<u8>>,
}

impl<'a> Walk<'a> {
    fn new(chain: Chain, keys: &'a Keys, epochs: Vec<i64>, anchored: &'a Anchored) -> Self {
        Self { chain, keys, epochs, anchored, last: 0, link: Some(vec![0; 32]) }
    }

    fn at(&self, key: &'static str, n: i64) -> Fault {
        Fault { key, args: Vec::new() }.with("chain", self.chain.name()).with("n", n)
    }

    /// Goes on to a row; false when it is not as it was sealed. What comes behind a broken row is measured by the link
    /// that this one has, so that each broken row is told once.
    fn step(&mut self, n: i64, sealed: &str, hash: &[u8], verified: &mut Verified) -> bool {
        if !self.number(n, verified) {
            return false;
        }
        let epoch = self.epochs.iter().filter(|from| **from <= n).count();
        let expected = self.link.as_ref().map(|before| self.chain.link_in(self.keys, epoch, n, before, sealed));
        // Behind a gap there is no link to measure by, and the gap is told.
        let sound = expected.is_none_or(|link| link.is_some_and(|link| link[..] == *hash));
        if !sound {
            verified.tell(self.at("verify-row", n));
        }
        for mark in self.anchored.0.get(&(self.chain, n)).into_iter().flatten() {
            if mark.hash != data_encoding::HEXLOWER.encode(hash) {
                verified.tell(self.at("verify-anchor-row", n).with("name", &mark.name));
            }
        }
        self.last = n;
        self.link = Some(hash.to_vec());
        sound
    }

    fn unreadable(&mut self, n: i64, verified: &mut Verified) {
        if self.number(n, verified) {
            self.last = n;
            self.link = None;
        }
        verified.tell(self.at("verify-unreadable", n));
    }

    /// Tells a gap before a row, or that no row may have its number.
    fn number(&mut self, n: i64, verified: &mut Verified) -> bool {
        if n < 1 {
            verified.tell(self.at("verify-number", n));
            return false;
        }
        // Rows come in the order of their numbers, which differ.
        if n - 1 > self.last {
            verified.tell(self.at("verify-gap", n - 1).with("from", self.last + 1));
            self.link = None;
        }
        true
    }

    fn end(&self, heads: &BTreeMap<String, (i64, Vec<u8>)>, verified: &mut Verified) {
        match heads.get(self.chain.name()) {
            None => verified.tell(self.at("verify-head-missing", self.last)),
            Some((n, hash)) if *n != self.last || self.link.as_ref().is_some_and(|link| link != hash) => {
                verified.tell(self.at("verify-head", *n).with("last", self.last));
            }
            Some(_) => {}
        }
        let marks =
            self.anchored.0.iter().filter(|((chain, n), _)| *chain == self.chain && !(1..=self.last).contains(n));
        for ((_, n), marks) in marks {
            for mark in marks {
                let finding = self.at("verify-anchor-beyond", *n).with("name", &mark.name);
                verified.tell(finding.with("last", self.last));
            }
        }
    }
}
