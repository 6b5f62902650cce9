//! The index beside a closing question: of whom it stays hidden, on their own pages and in reports. Others than all who
//! answered the closing question may have made it, so that its numbers tell what those of the question do not.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::gather::Reader;
use super::hide::{self, Veil};
use super::read::{Role, Sum};
use super::timeline::{Around, Timeline};
use super::view::{Marked, Organisation, Place, View};
use super::{Excluded, Measure};
use crate::domain::Day;
use crate::error::Result;
use crate::stats::disclosure::{DEFAULT_THRESHOLD, is_sensitive};
use crate::store::rollups::{self, Level, Pile, Wanted};

/// What stays hidden of the index of all units together, of each, and of each procedure, by row number.
#[derive(Debug, Default)]
pub(super) struct Indices {
    whole: Veil,
    units: HashMap<i64, Veil>,
    procedures: HashMap<i64, Veil>,
}

/// Those who counted and those who were left out, by place.
#[derive(Default)]
struct Lines(BTreeMap<i64, [Timeline; 2]>);

impl Indices {
    pub(super) fn whole(&self) -> Veil {
        self.whole
    }

    pub(super) fn unit(&self, id: i64) -> Veil {
        self.units.get(&id).copied().unwrap_or_default()
    }

    pub(super) fn procedure(&self, id: i64) -> Veil {
        self.procedures.get(&id).copied().unwrap_or_default()
    }
}

impl Reader<'_> {
    /// Of the period, whatever else the view asks for; looked at once for all pages.
    pub(super) async fn indices(&self) -> Result<Arc<Indices>> {
        let view = View {
            place: Place::Department,
            channel: None,
            organisation: Organisation::AsItWas,
            excluded: Excluded::LeftOut,
            marked: Marked::Included,
            ..self.view.clone()
        };
        self.memory.indices(self.state, view, Box::pin(self.hidden_indices())).await
    }

    /// Whether lists hide the index of the place, or of one that it was made from.
    pub(super) async fn lists_hide_index(&self) -> Result<bool> {
        let listed = !matches!(self.view.place, Place::UnitProcedure(..) | Place::Point(..));
        if self.view.channel.is_some() || self.asked.measure != Measure::Closing || !listed {
            return Ok(false);
        }
        let indices = self.indices().await?;
        let (units, procedures) = (self.ground.of_units.iter().flatten(), self.ground.of_procedures.iter().flatten());
        let of_place: Vec<Veil> = match self.view.place {
            Place::Department => vec![indices.whole()],
            _ => units.map(|id| indices.unit(*id)).chain(procedures.map(|id| indices.procedure(*id))).collect(),
        };
        Ok(of_place.iter().any(|veil| match self.view.excluded {
            Excluded::LeftOut => veil.counted,
            Excluded::Included => veil.with_excluded,
        }))
    }

    async fn hidden_indices(&self) -> Result<Indices> {
        let (units, procedures) = (self.indices_of(Level::Unit).await?, self.indices_of(Level::Procedure).await?);
        let mut all = Timeline::default();
        units.0.values().for_each(|[counted, _]| all.join(counted));
        let stretch = (self.view.period.from(), self.view.period.to());
        let told = all.tells(stretch.0, stretch.1)?;
        let whole = all.over(stretch.0, stretch.1);
        let (of_units, of_procedures) = (units.persons(stretch, whole)?, procedures.persons(stretch, whole)?);
        let veils = hide::hidden_with(&of_units, &of_procedures, whole > 0 && !told, DEFAULT_THRESHOLD)?;
        let by_id = |lines: &Lines, veil: &dyn Fn(usize) -> Veil| {
            lines.0.keys().enumerate().map(|(at, id)| (*id, veil(at))).collect::<HashMap<i64, Veil>>()
        };
        Ok(Indices {
            whole: veils.department(),
            units: by_id(&units, &|at| veils.unit(at)),
            procedures: by_id(&procedures, &|at| veils.procedure(at)),
        })
    }

    async fn indices_of(&self, level: Level) -> Result<Lines> {
        let moments = self.asked.light.iter().filter(|(_, role)| **role == Role::Moments);
        let whats: Vec<i64> = moments.map(|(what, _)| *what).collect();
        let times = Around::of([(self.view.period.from(), self.view.period.to())].into_iter()).times();
        let mut lines = Lines::default();
        for row in rollups::read(self.db, Wanted::of(level, &whats, &times)).await? {
            let pile = match row.line.pile {
                Pile::Counted => 0,
                Pile::Excluded => 1,
                Pile::Marked => continue,
            };
            let mut sum = Sum::default();
            sum.add(Role::Moments, &row.line)?;
            let persons = sum.light(Measure::PooledIndex).persons().cast_signed();
            lines.0.entry(row.line.place).or_default()[pile].add(row.time, persons);
        }
        let whole = |[counted, excluded]: [Timeline; 2]| [counted.whole(), excluded.whole()];
        Ok(Lines(lines.0.into_iter().map(|(id, line)| (id, whole(line))).collect()))
    }
}

impl Lines {
    /// Persons of a stretch. Lines stay hidden that other stretches would tell of, or all others beside the whole.
    fn persons(&self, (from, to): (Day, Day), whole: u64) -> Result<hide::Persons> {
        let mut persons = hide::Persons { counted: Vec::new(), excluded: Vec::new(), hidden: Vec::new() };
        for [counted, excluded] in self.0.values() {
            let n = counted.over(from, to);
            let others = whole.saturating_sub(n);
            let told = n > 0 && (!counted.tells(from, to)? || is_sensitive(others, DEFAULT_THRESHOLD));
            persons.counted.push(n);
            persons.excluded.push(excluded.over(from, to));
            persons.hidden.push(told);
        }
        Ok(persons)
    }
}
