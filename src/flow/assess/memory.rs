//! What all pages of one state of the figures read again: sums of every place of a level, what stays hidden of each place
//! beside all others, and invitations.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::gallery::State;
use super::indices::Indices;
use super::together::{Cuts, Lists};
use super::view::View;
use crate::domain::{Channel, Day};
use crate::error::Result;
use crate::store::Db;
use crate::store::invitation_sums::{self, Sums};
use crate::store::rollups::{self, Level, Moment, Wanted};

/// Rows kept, about a hundred bytes each.
const ROWS: u64 = 100_000;
/// Tables kept.
const TABLES: usize = 64;
/// Cells of lists kept, of about fifty bytes each, and about how many a list has.
const CELLS: u64 = 1_000_000;
const OF_LIST: u64 = 100;

/// Rows of every place of a level: of which state, level, questions, times and channel.
type Key = (State, Level, Vec<i64>, Vec<i64>, Option<Channel>);
/// Cuts of some lists of a view in a year or month.
type OfLists = (State, View, (Lists, i64));
/// Places that stay hidden, by question and thing of a list.
pub(super) type Hidden = HashMap<(i64, i64), BTreeSet<i64>>;

/// Invitations of the months that are told of.
#[derive(Debug)]
pub(super) struct Issued {
    /// The first month of which an invitation can still be answered, yyyymm; at the latest this one.
    pub(super) open: i64,
    /// Those of the months before it.
    pub(super) sums: Sums,
}

/// What is kept.
#[derive(Debug)]
pub(super) struct Memory {
    rows: Cache<Key, Arc<Vec<Moment>>, Rows>,
    hidden: Cache<(State, View), Arc<Hidden>>,
    indices: Cache<(State, View), Arc<Indices>>,
    cuts: Cache<OfLists, Arc<Cuts>, Cells>,
    invitations: Cache<(i64, i64, Day), Arc<Issued>>,
}

#[derive(Debug, Clone, Copy)]
struct Rows;

impl Weighter<Key, Arc<Vec<Moment>>> for Rows {
    fn weight(&self, _: &Key, rows: &Arc<Vec<Moment>>) -> u64 {
        1 + rows.len() as u64
    }
}

#[derive(Debug, Clone, Copy)]
struct Cells;

impl Weighter<OfLists, Arc<Cuts>> for Cells {
    fn weight(&self, _: &OfLists, cuts: &Arc<Cuts>) -> u64 {
        1 + cuts.len() as u64
    }
}

impl Default for Memory {
    fn default() -> Self {
        let options = |items: usize, weight: u64| {
            let mut options = OptionsBuilder::new();
            // Half of it for what is asked for the first time: the lists of all units are larger than the usual part.
            options.shards(1).estimated_items_capacity(items).weight_capacity(weight).hot_allocation(0.5);
            options.build().expect("both capacities are given")
        };
        let hash = DefaultHashBuilder::default;
        let of_cells = options((CELLS / OF_LIST) as usize, CELLS);
        Self {
            rows: Cache::with_options(options(TABLES, ROWS), Rows, hash(), DefaultLifecycle::default()),
            hidden: Cache::new(TABLES),
            indices: Cache::new(TABLES),
            cuts: Cache::with_options(of_cells, Cells, hash(), DefaultLifecycle::default()),
            invitations: Cache::new(4),
        }
    }
}

impl Memory {
    /// The rows of every place of a level.
    pub(super) async fn every(&self, db: &Db, state: &State, wanted: Wanted<'_>) -> Result<Arc<Vec<Moment>>> {
        let Wanted { level, whats, times, channel, .. } = wanted;
        let (mut whats, mut times) = (whats.to_vec(), times.to_vec());
        whats.sort_unstable();
        times.sort_unstable();
        let key = (state.clone(), level, whats, times, channel);
        self.rows.get_or_insert_async(&key, async { rollups::read(db, wanted).await.map(Arc::new) }).await
    }

    /// What stays hidden of the places of a view, computed once for all of them.
    pub(super) async fn hidden(
        &self,
        state: &State,
        view: View,
        compute: impl Future<Output = Result<Hidden>>,
    ) -> Result<Arc<Hidden>> {
        self.hidden.get_or_insert_async(&(state.clone(), view), async { compute.await.map(Arc::new) }).await
    }

    /// What stays hidden of indices in a period, computed once for all places.
    pub(super) async fn indices(
        &self,
        state: &State,
        view: View,
        compute: impl Future<Output = Result<Indices>>,
    ) -> Result<Arc<Indices>> {
        self.indices.get_or_insert_async(&(state.clone(), view), async { compute.await.map(Arc::new) }).await
    }

    /// Where the cells of some lists of a view may be cut in a year or month, computed once for all pages.
    pub(super) async fn cuts(
        &self,
        state: &State,
        view: &View,
        of: (Lists, i64),
        compute: impl Future<Output = Result<Cuts>>,
    ) -> Result<Arc<Cuts>> {
        let key = (state.clone(), view.clone(), of);
        self.cuts.get_or_insert_async(&key, async { compute.await.map(Arc::new) }).await
    }

    /// Invitations of some months, the first and the last, as of the begin of a day. Months that are told of do not change
    /// any more.
    pub(super) async fn invitations(&self, db: &Db, (first, last): (i64, i64), today: Day) -> Result<Arc<Issued>> {
        let read = async {
            let moving = invitation_sums::moving(db, (first, last), today.begins_ms()).await?;
            let open = moving.map_or(today.month(), |month| month.min(today.month()));
            let sums = invitation_sums::by_month(db, first, open.min(last + 1)).await?;
            Ok(Arc::new(Issued { open, sums }))
        };
        self.invitations.get_or_insert_async(&(first, last, today), read).await
    }
}
