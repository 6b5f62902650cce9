//! Publish: what the office chose to tell everybody. A publication is of a period and shows what anybody may see. Once
//! the period and the release of its last answers are over it is frozen; until then it follows the releases and says
//! so. What was published stays readable: a correction is a new publication that names the old one.

mod act;
mod guard;

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use act::{LONGEST_DID, REASON, Wanted, freeze_due, publish, withdraw};
pub use guard::Persons;

use crate::domain::PublicationId;
use crate::domain::period::{CutOff, Period};
use crate::error::{Context, Error, Result};
use crate::flow::assess::{Excluded, Findings};
use crate::store::Db;
use crate::store::publications::{self, Row};

/// What a publication shows: the findings without and with what two people left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    without: Findings,
    with: Findings,
}

impl Shown {
    /// The findings of either view.
    #[must_use]
    pub fn findings(&self, excluded: Excluded) -> &Findings {
        match excluded {
            Excluded::LeftOut => &self.without,
            Excluded::Included => &self.with,
        }
    }
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is what the office says of its period.
    InForce,
    /// Another one corrects it.
    Replaced(PublicationId),
    /// It was taken back.
    Withdrawn {
        /// When, in unix ms.
        at: i64,
        /// Why.
        reason: String,
    },
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its number.
    pub id: PublicationId,
    /// Of which period.
    pub period: Period,
    /// The one that it corrects.
    pub replaces: Option<PublicationId>,
    /// What was done about the results before, in words; may be empty.
    pub did: String,
    /// When it was published, in unix ms.
    pub at: i64,
    /// When its figures were frozen; none while they follow the releases.
    pub frozen_at: Option<i64>,
    /// What became of it.
    pub standing: Standing,
}

impl Publication {
    /// Whether it is what the office says of its period.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.standing == Standing::InForce
    }

    /// The last instant at which something about it was decided, in unix ms.
    #[must_use]
    pub fn changed_at(&self) -> i64 {
        let withdrawn = if let Standing::Withdrawn { at, .. } = self.standing { at } else { 0 };
        self.at.max(self.frozen_at.unwrap_or(0)).max(withdrawn)
    }
}

/// Every publication, the newest period first.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Publication>> {
    let mut all = read(publications::all(db).await?)?;
    all.sort_by_key(|publication| std::cmp::Reverse((publication.period.to(), publication.at, publication.id)));
    Ok(all)
}

/// Rows as publications, in the order of their numbers.
fn read(rows: Vec<Row>) -> Result<Vec<Publication>> {
    let replaced_by = |id: i64| rows.iter().rev().find(|row| row.replaces == Some(id)).map(|row| row.id);
    let one = |row: &Row| {
        let cut_off = CutOff::by_name(&row.cut_off).ok_or_else(|| Error::internal("a stored cut-off is unknown"))?;
        let standing = match (row.withdrawn_at, replaced_by(row.id)) {
            (Some(at), _) => Standing::Withdrawn { at, reason: row.reason.clone().unwrap_or_default() },
            (None, Some(by)) => Standing::Replaced(PublicationId(by)),
            (None, None) => Standing::InForce,
        };
        Ok(Publication {
            id: PublicationId(row.id),
            period: Period::parse(&row.period, cut_off)?,
            replaces: row.replaces.map(PublicationId),
            did: row.did.clone(),
            at: row.at,
            frozen_at: row.frozen_at,
            standing,
        })
    };
    rows.iter().map(one).collect()
}

/// What a publication shows: as it was frozen, or of what is released now.
///
/// # Errors
/// When the store does not answer; busy when releases keep coming between.
pub async fn figures(db: &Db, id: PublicationId, now_ms: i64) -> Result<Shown> {
    let all = read(publications::all(db).await?)?;
    let publication = all.iter().find(|one| one.id == id).ok_or(Error::NotFound("publication"))?;
    if publication.frozen_at.is_some() {
        let body = publications::body(db, id.0).await?.ok_or(Error::NotFound("publication"))?;
        return unpacked(&body);
    }
    let others = told(db, &all, Some(id), now_ms).await?;
    guard::guarded(db, &publication.period, &others, now_ms).await
}

/// What the next publication of a period would show.
///
/// # Errors
/// As [`figures`].
pub async fn preview(db: &Db, period: &Period, now_ms: i64) -> Result<Shown> {
    let all = read(publications::all(db).await?)?;
    guard::guarded(db, period, &told(db, &all, None, now_ms).await?, now_ms).await
}

/// What all other publications tell: those frozen, also when replaced or taken back, for people have copies; and those
/// that follow the releases. Of these each gives way to the ones before it, so that no two of them wait for each other.
async fn told(db: &Db, all: &[Publication], but: Option<PublicationId>, now_ms: i64) -> Result<Vec<(Period, Persons)>> {
    let mut told = Vec::new();
    for publication in all.iter().filter(|one| one.frozen_at.is_some()) {
        let persons = publications::persons(db, publication.id.0).await?.ok_or(Error::NotFound("publication"))?;
        told.push((publication.period, unpacked(&persons)?));
    }
    let before = |one: &&Publication| but.is_none_or(|but| one.id < but);
    for publication in all.iter().filter(|one| one.frozen_at.is_none() && one.is_in_force()).filter(before) {
        let shown = guard::guarded(db, &publication.period, &told, now_ms).await?;
        told.push((publication.period, guard::persons_of(&shown)));
    }
    Ok(told)
}

fn packed(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&serde_json::to_vec(value)?)?;
    Ok(packed.finish()?)
}

fn unpacked<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(body).read_to_end(&mut bytes).context("unpack a publication")?;
    serde_json::from_slice(&bytes).context("read a publication")
}
