//! How many invitations were answered. Told of whole months of which no invitation can be answered any more: a number
//! that rose while it is looked at would tell of a single person that they used theirs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::crowd::Crowd;
use super::gather::Reader;
use super::hide;
use super::timeline::Around;
use super::view::Place;
use crate::domain::Day;
use crate::error::{Error, Result};
use crate::stats::Population;
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::stats::response::{Invitations, response_rates};

/// Invitations of the months of a period, and how many were answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Invited {
    /// First and last day of the whole months that are told of.
    pub days: [String; 2],
    /// The numbers stay hidden, as they would tell of a few persons.
    pub hidden: bool,
    /// Issued and not revoked.
    pub issued: Option<u64>,
    /// Of these answered.
    pub answered: Option<u64>,
    /// Answered of issued, a fraction of one: the response rate RR2 of AAPOR.
    pub rate: Option<f64>,
}

impl Reader<'_> {
    /// The invitations of the place; nothing where none is known in a month that is settled, or for one channel.
    pub(super) async fn invited(&self, today: Day) -> Result<Option<Invited>> {
        let Some((first, last)) = self.view.period.parts().months.filter(|_| self.view.channel.is_none()) else {
            return Ok(None);
        };
        let first_of =
            |month: i64| Day::from_number(month * 100 + 1).ok_or_else(|| Error::internal("a month has a first"));
        let (from, end) = (first_of(first)?, first_of(first_of(last)?.plus(31).month())?);
        let around = Around::of([(from, end)].into_iter()).months;
        let Some(under) = self.under() else { return Ok(None) };
        // As of the day's begin, so that nothing moves during it.
        let issued = self.memory.invitations(self.db, (around[0], around[around.len() - 1]), today).await?;
        let stretch = (from, end.min(first_of(issued.open)?));
        if stretch.1 <= stretch.0 {
            return Ok(None);
        }
        let is_part = self.view.place != Place::Department;
        let here: BTreeSet<i64> = self.places().into_iter().map(|id| under.of(self, id)).collect();
        let rows = match under {
            Under::Unit => &issued.sums.of_units,
            Under::Procedure => &issued.sums.of_procedures,
        };
        let (mut used, mut silent) = (Crowd::new(is_part), Crowd::new(is_part));
        let mut lines: BTreeMap<i64, [u64; 2]> = BTreeMap::new();
        for row in rows {
            let (answered, rest) = (row.answered.unsigned_abs(), (row.valid - row.answered).unsigned_abs());
            let counted_under = under.of(self, row.id);
            if !is_part || here.contains(&counted_under) {
                let part = if is_part { row.id } else { 0 };
                used.here(part, row.month, answered);
                silent.here(part, row.month, rest);
            }
            used.everywhere(row.month, answered);
            silent.everywhere(row.month, rest);
            if (stretch.0.month()..stretch.1.month()).contains(&row.month) {
                let line = lines.entry(counted_under).or_default();
                line[0] += answered;
                line[1] += rest;
            }
        }
        let (answered, rest) = (used.over(stretch), silent.over(stretch));
        if answered + rest == 0 {
            return Ok(None);
        }
        let mut hidden = !used.told(stretch)? || !silent.told(stretch)?;
        // What others and their total would tell of one.
        if let ([Some(place), None], true) = ([here.first(), here.iter().nth(1)], is_part) {
            for of in [0, 1] {
                let numbers: Vec<u64> = lines.values().map(|line| line[of]).collect();
                let (veiled, _) = hide::table(&numbers, &[], false, DEFAULT_THRESHOLD)?;
                hidden |= lines.keys().position(|id| id == place).is_some_and(|at| veiled[at]);
            }
        }
        let invitations = Invitations { issued: answered + rest, complete: answered, ..Invitations::default() };
        let rates = response_rates(invitations, Population::Unknown).map_err(Error::internal)?;
        Ok(Some(Invited {
            days: [stretch.0, stretch.1.plus(-1)].map(|day| day.date().to_string()),
            hidden,
            issued: (!hidden).then_some(answered + rest),
            answered: (!hidden).then_some(answered),
            rate: rates.rr2.filter(|_| !hidden),
        }))
    }

    /// What the place is among; none where it is told of no invitations.
    fn under(&self) -> Option<Under> {
        match self.view.place {
            Place::Department | Place::Units(_) => Some(Under::Unit),
            Place::Procedure(_) => Some(Under::Procedure),
            Place::UnitProcedure(..) | Place::Point(..) => None,
        }
    }

    fn places(&self) -> Vec<i64> {
        self.ground.of_units.iter().chain(&self.ground.of_procedures).flatten().copied().collect()
    }
}

/// Units or procedures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Under {
    Unit,
    Procedure,
}

impl Under {
    /// What one is counted under.
    fn of(self, reader: &Reader<'_>, id: i64) -> i64 {
        match self {
            Self::Unit => reader.ground.unit(id),
            Self::Procedure => reader.ground.procedure(id),
        }
    }
}
