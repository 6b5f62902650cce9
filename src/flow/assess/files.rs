//! Files finished in a period, where every month of it is loaded: the population of a figure.

use std::collections::{BTreeSet, HashMap};

use super::ground::Ground;
use super::read::count;
use super::view::{Place, View};
use crate::domain::period::Period;
use crate::error::Result;
use crate::store::Db;
use crate::store::tallies::{self, Files};

/// Files finished, and of them late.
pub(super) type Sum = (u64, u64);

/// Files finished in the period, where every month of it is loaded.
#[derive(Default)]
pub(super) struct Caseload {
    units: HashMap<i64, Sum>,
    procedures: HashMap<i64, Sum>,
    whole: Option<Sum>,
}

impl Caseload {
    /// Only periods of whole calendar months have one: files are counted by the month.
    pub(super) async fn read(db: &Db, period: &Period) -> Result<Self> {
        Self::of_all(db, period, |id| id, |id| id).await
    }

    /// The files of the place of a view, and of the lines below it. Nobody knows by which channel a file would have been
    /// rated, nor at which point.
    pub(super) async fn of(db: &Db, view: &View, ground: &Ground) -> Result<Self> {
        if view.channel.is_some() {
            return Ok(Self::default());
        }
        match &view.place {
            Place::Department => Self::of_all(db, &view.period, |id| ground.unit(id), |id| ground.procedure(id)).await,
            Place::Point(..) => Ok(Self::default()),
            Place::Units(_) | Place::UnitProcedure(..) => {
                let Some(months) = view.period.whole_months() else { return Ok(Self::default()) };
                let units = ground.of_units.clone().unwrap_or_default();
                let mut rows = tallies::caseload_at(db, &months, &units).await?;
                if let Some(procedures) = &ground.of_procedures {
                    rows.retain(|row| procedures.contains(&row.1));
                }
                Self::summed(&rows, months.len(), ground)
            }
            Place::Procedure(_) => {
                let Some(months) = view.period.whole_months() else { return Ok(Self::default()) };
                let procedures = ground.of_procedures.clone().unwrap_or_default();
                let rows = tallies::caseload_of(db, &months, &procedures).await?;
                Self::summed(&rows, months.len(), ground)
            }
        }
    }

    async fn of_all(
        db: &Db,
        period: &Period,
        unit: impl Fn(i64) -> i64,
        procedure: impl Fn(i64) -> i64,
    ) -> Result<Self> {
        let Some(months) = period.whole_months() else { return Ok(Self::default()) };
        let rows = tallies::caseload(db, &months).await?;
        let (units, procedures): (Vec<Files>, Vec<Files>) = rows.into_iter().partition(|row| row.1 == 0);
        Ok(Self {
            whole: complete(&units, months.len(), |_| 0)?.remove(&0),
            units: complete(&units, months.len(), |row| unit(row.0))?,
            procedures: complete(&procedures, months.len(), |row| procedure(row.1))?,
        })
    }

    fn summed(rows: &[Files], months: usize, ground: &Ground) -> Result<Self> {
        Ok(Self {
            whole: complete(rows, months, |_| 0)?.remove(&0),
            units: complete(rows, months, |row| ground.unit(row.0))?,
            procedures: complete(rows, months, |row| ground.procedure(row.1))?,
        })
    }

    pub(super) fn unit(&self, id: i64) -> Option<u64> {
        self.units.get(&id).map(|sum| sum.0)
    }

    pub(super) fn procedure(&self, id: i64) -> Option<u64> {
        self.procedures.get(&id).map(|sum| sum.0)
    }

    pub(super) fn whole(&self) -> Option<Sum> {
        self.whole
    }
}

/// The sums of what is there for so many different months; a hole makes the population unknown.
fn complete(rows: &[Files], months: usize, id: impl Fn(&Files) -> i64) -> Result<HashMap<i64, Sum>> {
    let mut sums: HashMap<i64, (BTreeSet<i64>, Sum)> = HashMap::new();
    for row in rows {
        let (seen, sum) = sums.entry(id(row)).or_default();
        seen.insert(row.2);
        *sum = (sum.0 + count(row.3)?, sum.1 + count(row.4)?);
    }
    Ok(sums.into_iter().filter(|(_, (seen, _))| seen.len() == months).map(|(id, (_, sum))| (id, sum)).collect())
}
