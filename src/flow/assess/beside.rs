//! What findings hide: the same that the pictures of all units hide. Whoever holds a report beside a page, of this period
//! or of another, sees no more than on pages.

use std::collections::HashMap;
use std::sync::Arc;

use super::indices::Indices;
use super::paint::Hidden;
use super::view::{Place, View};
use super::{Excluded, Gallery, Line, Measure, Scope, State};
use crate::domain::Indicator;
use crate::domain::period::Period;
use crate::error::Result;
use crate::flow::collect::catalogue::Catalogue;
use crate::store::Db;

/// What stays hidden of an indicator.
pub(super) struct Beside {
    /// By scope and code of the line.
    lines: HashMap<(Scope, String), Hidden>,
    /// The same of the index beside a closing question, which pictures have of no line.
    pub(super) indices: Arc<Indices>,
}

impl Beside {
    /// Of every indicator, in their order.
    pub(super) async fn read(
        gallery: &Gallery,
        db: &Db,
        catalogue: &Catalogue,
        period: &Period,
        excluded: Excluded,
        now_ms: i64,
    ) -> Result<Vec<Self>> {
        let mut all = Vec::with_capacity(Indicator::ALL.len());
        for indicator in Indicator::ALL {
            let view = View { excluded, ..View::of(indicator, Place::Department, *period) };
            let picture = gallery.picture(db, catalogue, &view, now_ms).await?;
            let indices = match Measure::of(indicator) {
                Measure::Closing => gallery.indices(db, catalogue, &view, now_ms).await?,
                Measure::PooledIndex | Measure::ShareOfNo => Arc::default(),
            };
            let below = picture.units.into_iter().chain(picture.procedures).map(|row| row.line);
            let lines = std::iter::once(picture.headline).chain(below).map(hidden).collect();
            all.push(Self { lines, indices });
        }
        Ok(all)
    }

    /// What stays hidden of a line; a line that pictures do not have shows nobody.
    pub(super) fn of(&self, line: &Line, persons: u64) -> Hidden {
        let unknown = Hidden { view: persons > 0, excluded: persons > 0 };
        self.lines.get(&(line.scope, line.code.clone())).copied().unwrap_or(unknown)
    }
}

fn hidden(line: Line) -> ((Scope, String), Hidden) {
    let hidden = Hidden { view: line.figure.state == State::Hidden, excluded: line.figure.excluded.is_none() };
    ((line.scope, line.code), hidden)
}
