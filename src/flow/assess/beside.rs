//! What findings hide: the same that the pictures of all units hide. Whoever holds a report beside a page, of this period
//! or of another, sees no more than on pages.

use std::collections::HashMap;

use super::paint::Hidden;
use super::view::{Place, View};
use super::{Excluded, Gallery, Line, Scope, State};
use crate::domain::Indicator;
use crate::domain::period::Period;
use crate::error::Result;
use crate::flow::collect::catalogue::Catalogue;
use crate::store::Db;

/// What stays hidden of an indicator, by scope and code of the line.
pub(super) struct Beside(HashMap<(Scope, String), Hidden>);

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
            let below = picture.units.into_iter().chain(picture.procedures).map(|row| row.line);
            all.push(Self(std::iter::once(picture.headline).chain(below).map(hidden).collect()));
        }
        Ok(all)
    }

    /// What stays hidden of a line; a line that pictures do not have shows nobody.
    pub(super) fn of(&self, line: &Line, persons: u64) -> Hidden {
        let unknown = Hidden { view: persons > 0, excluded: persons > 0 };
        self.0.get(&(line.scope, line.code.clone())).copied().unwrap_or(unknown)
    }
}

fn hidden(line: Line) -> ((Scope, String), Hidden) {
    let hidden = Hidden { view: line.figure.state == State::Hidden, excluded: line.figure.excluded.is_none() };
    ((line.scope, line.code), hidden)
}
