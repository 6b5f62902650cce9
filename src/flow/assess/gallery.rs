//! Pictures kept in memory as long as nothing that they were made from has changed.

use std::sync::Arc;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::asked::Asked;
use super::gather::Reader;
use super::ground::{Ground, Time};
use super::indices::Indices;
use super::memory::Memory;
use super::named::named;
use super::paint::paint;
use super::picture::Picture;
use super::sheet::Sheet;
use super::view::{Place, View};
use super::{ATTEMPTS, rows};
use crate::domain::Day;
use crate::error::{Context, Error, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::store::Db;
use crate::store::marks::{self, Mark};
use crate::store::targets::{self, Target};

/// Lines of all pictures kept, about a kilobyte each.
const LINES: u64 = 20_000;
/// What a picture weighs without its lines, counted in lines.
const FRAME: u64 = 40;

/// What a picture is made from: while it is the same, so is the picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    tallied: i64,
    marked: i64,
    pub(super) released_at: i64,
    /// Of units, procedures, forms and points.
    revision: i64,
    caseload: i64,
    pub(super) targets: Vec<Target>,
    /// Invitations are told of once nobody can answer them any more.
    pub(super) today: Day,
}

impl State {
    async fn of(db: &Db, catalogue: &Catalogue, view: &View, now_ms: i64) -> Result<Self> {
        let [tallied, marked, released_at, caseload] =
            marks::several(db, [Mark::Tallied, Mark::Marked, Mark::ReleasedAt, Mark::Caseload]).await?;
        Ok(Self {
            tallied,
            marked,
            released_at,
            revision: catalogue.revision,
            caseload,
            targets: targets::valid_on(db, view.period.last()).await?,
            today: Day::at(now_ms),
        })
    }
}

/// The picture of a view, from what is released now, for whoever asks for one only.
///
/// # Errors
/// As [`Gallery::picture`].
pub async fn picture(db: &Db, catalogue: &Catalogue, view: &View, now_ms: i64) -> Result<Picture> {
    Gallery::default().picture(db, catalogue, view, now_ms).await
}

/// Adds what changes by the minute.
async fn of_now(db: &Db, view: &View, mut picture: Picture, now_ms: i64) -> Result<Picture> {
    let end = view.period.to();
    picture.provisional = Day::at(now_ms) < end || Day::at(picture.released_at) < end;
    let mut kiosks = rows::kiosks(db, view).await?;
    for point in &mut picture.points {
        point.kiosks = kiosks.remove(&point.id).unwrap_or_default();
    }
    Ok(picture)
}

/// Pictures that were asked for lately. Whoever asks for one while it is made waits for it.
#[derive(Debug)]
pub struct Gallery {
    pictures: Cache<(State, View), Arc<Picture>, Lines>,
    memory: Memory,
}

#[derive(Debug, Clone, Copy)]
struct Lines;

impl Weighter<(State, View), Arc<Picture>> for Lines {
    fn weight(&self, _: &(State, View), picture: &Arc<Picture>) -> u64 {
        let lines = picture.units.len() + picture.procedures.len() + picture.points.len();
        FRAME + lines as u64
    }
}

impl Default for Gallery {
    fn default() -> Self {
        let mut options = OptionsBuilder::new();
        // One shard, and half of it for what is asked for the first time: a picture of all units is larger than a part of
        // many, or the usual thirtieth, would take.
        options.shards(1).estimated_items_capacity((LINES / FRAME) as usize).weight_capacity(LINES).hot_allocation(0.5);
        let options = options.build().expect("both capacities are given");
        let pictures = Cache::with_options(options, Lines, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self { pictures, memory: Memory::default() }
    }
}

impl Gallery {
    /// The picture of a view, from what is released now.
    ///
    /// # Errors
    /// Not found for a unit, procedure, point or question that is not there; busy when the store does not answer or
    /// releases keep coming between.
    pub async fn picture(&self, db: &Db, catalogue: &Catalogue, view: &View, now_ms: i64) -> Result<Picture> {
        let found = self.found(db, catalogue, view, now_ms).await?;
        of_now(db, view, Picture::clone(&found), now_ms).await
    }

    /// Of whom the index beside a closing question stays hidden in lists of all.
    pub(super) async fn indices(
        &self,
        db: &Db,
        catalogue: &Catalogue,
        view: &View,
        now_ms: i64,
    ) -> Result<Arc<Indices>> {
        let state = State::of(db, catalogue, view, now_ms).await?;
        let (asked, ground) = (Asked::of(catalogue, view)?, Ground::of(catalogue, view));
        let (time, sheet) = (Time::of(&view.period, None)?, Sheet::default());
        let (time, ground, asked, state, memory) = (&time, &ground, &asked, &state, &self.memory);
        Reader { db, catalogue, view, ground, time, asked, state, memory, sheet: &sheet }.indices().await
    }

    async fn found(&self, db: &Db, catalogue: &Catalogue, view: &View, now_ms: i64) -> Result<Arc<Picture>> {
        for _ in 0..ATTEMPTS {
            let state = State::of(db, catalogue, view, now_ms).await?;
            if let Some(found) = self.found_in(state, db, catalogue, view, now_ms).await? {
                return Ok(found);
            }
        }
        Err(Error::Busy("release"))
    }

    /// The picture of a view in a state; none when that has gone by meanwhile.
    async fn found_in(
        &self,
        state: State,
        db: &Db,
        catalogue: &Catalogue,
        view: &View,
        now_ms: i64,
    ) -> Result<Option<Arc<Picture>>> {
        let key = (state, view.clone());
        let guard = match self.pictures.get_value_or_guard_async(&key).await {
            Ok(found) => return Ok(Some(found)),
            Err(guard) => guard,
        };
        let Some(known) = self.is_known(&key.0, db, catalogue, view, now_ms).await? else { return Ok(None) };
        let found = paint(db, catalogue, view, &key.0, &self.memory, known).await;
        let found = found.context("assess a view")?;
        // Rows read on both sides of a release would not add up, and their difference would tell on persons.
        if State::of(db, catalogue, view, now_ms).await? != key.0 {
            return Ok(None);
        }
        let found = Arc::new(found);
        // Refused only when it was taken out meanwhile; it is right all the same.
        let _ = guard.insert(found.clone());
        Ok(Some(found))
    }

    /// Whether the list of all units or of all procedures shows the place with its number; none when the state has gone by.
    /// One that waits for that list holds nothing that whoever makes it waits for.
    async fn is_known(
        &self,
        state: &State,
        db: &Db,
        catalogue: &Catalogue,
        view: &View,
        now_ms: i64,
    ) -> Result<Option<bool>> {
        let is_unit = match &view.place {
            Place::Units(units) if units.len() == 1 => true,
            Place::Procedure(_) => false,
            _ => return Ok(Some(false)),
        };
        let code = named(catalogue, view)?.code;
        let all = View { place: Place::Department, ..view.clone() };
        let all = Box::pin(self.found_in(state.clone(), db, catalogue, &all, now_ms)).await?;
        let is_shown = |all: Arc<Picture>| {
            let rows = if is_unit { &all.units } else { &all.procedures };
            rows.iter().any(|row| row.line.code == code && row.line.figure.state != super::State::Hidden)
        };
        Ok(all.map(is_shown))
    }
}
