//! Reading what a view needs: the place itself over time, its questions, and the lines below it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::asked::Asked;
use super::gallery::State;
use super::ground::{FIRST_DAY, Grain, Ground, Time, times};
use super::memory::Memory;
use super::read::{Role, Sum};
use super::sheet::Sheet;
use super::view::{Marked, Place, View};
use super::{Excluded, Measure};
use crate::domain::period::Period;
use crate::domain::{Channel, PointId};
use crate::error::Result;
use crate::flow::collect::catalogue::Catalogue;
use crate::store::rollups::{Level, Line, Moment, Pile, Values, Wanted};
use crate::store::{Db, days};

/// The answers of one place: what counts, what two people left out, and what of the counted is marked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Trio {
    pub(super) counted: Sum,
    pub(super) excluded: Sum,
    pub(super) marked: Sum,
}

impl Trio {
    pub(super) fn of(&mut self, pile: Pile) -> &mut Sum {
        match pile {
            Pile::Counted => &mut self.counted,
            Pile::Excluded => &mut self.excluded,
            Pile::Marked => &mut self.marked,
        }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            counted: self.counted.plus(&other.counted),
            excluded: self.excluded.plus(&other.excluded),
            marked: self.marked.plus(&other.marked),
        }
    }

    /// What a view counts.
    pub(super) fn seen(&self, view: &View) -> Result<Sum> {
        let counted = match view.marked {
            Marked::Included => self.counted,
            Marked::LeftOut => self.counted.minus(&self.marked)?,
        };
        Ok(match view.excluded {
            Excluded::LeftOut => counted,
            Excluded::Included => counted.plus(&self.excluded),
        })
    }

    /// Persons of each pile.
    pub(super) fn persons(&self, measure: Measure) -> [u64; 3] {
        [self.counted, self.excluded, self.marked].map(|sum| sum.light(measure).persons())
    }
}

/// Everything read for a view.
pub(super) struct Gathered {
    /// The place itself, by piece of time and channel; no channel where they are not told apart.
    pub(super) own: BTreeMap<(usize, Option<Channel>), Trio>,
    /// What was chosen in the period, by question and pile, and block.
    pub(super) chosen: HashMap<(i64, Pile), BTreeMap<i64, Values>>,
    pub(super) units: BTreeMap<i64, Trio>,
    pub(super) procedures: BTreeMap<i64, Trio>,
    pub(super) points: BTreeMap<i64, Trio>,
    /// Last day with an answer, by point.
    pub(super) last: HashMap<i64, i64>,
    /// The criteria of the period, where the place itself is read without them: one question measures it, and of the index
    /// beside it other times show nothing.
    pub(super) criteria: Trio,
}

/// Reads for one view.
pub(super) struct Reader<'a> {
    pub(super) db: &'a Db,
    pub(super) catalogue: &'a Catalogue,
    pub(super) view: &'a View,
    pub(super) ground: &'a Ground,
    pub(super) time: &'a Time,
    pub(super) asked: &'a Asked<'a>,
    pub(super) state: &'a State,
    pub(super) memory: &'a Memory,
    pub(super) sheet: &'a Sheet,
}

/// Rows of one place: where they are, and of how long times.
pub(super) struct Own {
    pub(super) level: Level,
    ones: Vec<i64>,
    two: Option<i64>,
    pub(super) grain: Grain,
}

impl Reader<'_> {
    pub(super) async fn read(&self) -> Result<Gathered> {
        let mut gathered = self.lines_below().await?;
        self.own(&mut gathered).await?;
        self.chosen(&mut gathered).await?;
        Ok(gathered)
    }

    /// The lines below the place, over the period; several units are told apart with the place itself.
    pub(super) async fn lines_below(&self) -> Result<Gathered> {
        let mut gathered = Gathered {
            own: BTreeMap::new(),
            chosen: HashMap::new(),
            units: BTreeMap::new(),
            procedures: BTreeMap::new(),
            points: BTreeMap::new(),
            last: HashMap::new(),
            criteria: Trio::default(),
        };
        match &self.view.place {
            Place::Department => {
                let level = if self.view.channel.is_some() { Level::UnitChannel } else { Level::Unit };
                self.lines(level, &mut gathered.units, |id| self.ground.unit(id)).await?;
                self.lines(Level::Procedure, &mut gathered.procedures, |id| self.ground.procedure(id)).await?;
            }
            Place::Units(_) => {
                self.procedures(&mut gathered.procedures).await?;
                self.points(&mut gathered).await?;
            }
            Place::Procedure(_) => self.units(&mut gathered.units).await?,
            Place::UnitProcedure(..) | Place::Point(..) => {}
        }
        Ok(gathered)
    }

    pub(super) fn place(&self) -> Own {
        let units = self.ground.of_units.clone().unwrap_or_default();
        let procedures = self.ground.of_procedures.clone().unwrap_or_default();
        match self.view.place {
            Place::Department => Own { level: Level::Whole, ones: vec![0], two: None, grain: Grain::Years },
            Place::Units(_) => Own { level: Level::UnitChannel, ones: units, two: None, grain: Grain::Years },
            Place::Procedure(_) => Own { level: Level::Procedure, ones: procedures, two: None, grain: Grain::Years },
            Place::UnitProcedure(..) => {
                Own { level: Level::UnitProcedure, ones: units, two: None, grain: self.grain_of_pairs() }
            }
            Place::Point(..) => Own { level: Level::Point, ones: units, two: self.ground.point, grain: Grain::Years },
        }
    }

    /// Of a unit and a procedure only days tell channels apart.
    fn grain_of_pairs(&self) -> Grain {
        if self.view.channel.is_some() { Grain::Days } else { Grain::Years }
    }

    /// Whether what a point took came by the channel asked for: all of it came by its own.
    fn speaks(&self, point: i64) -> bool {
        let Some(channel) = self.view.channel else { return true };
        self.catalogue.point_of(PointId(point)).is_some_and(|point| point.channel == channel)
    }

    /// The place itself, piece by piece.
    async fn own(&self, gathered: &mut Gathered) -> Result<()> {
        let (place, mut pieces) = (self.place(), HashMap::new());
        for (at, piece) in self.time.pieces.iter().enumerate() {
            pieces.extend(times(*piece, place.grain)?.into_iter().map(|time| (time, at)));
        }
        let mut several = (place.ones.len() > 1 && place.level == Level::UnitChannel).then(BTreeMap::new);
        let roles = if self.asked.measure == Measure::PooledIndex { &self.asked.roles } else { &self.asked.light };
        for (time, one, channel, line) in self.rows(&place, pieces.keys().copied().collect(), roles).await? {
            let (Some(at), Some(role)) = (pieces.get(&time), roles.get(&line.what)) else { continue };
            gathered.own.entry((*at, channel)).or_default().of(line.pile).add(*role, &line)?;
            if let Some(units) = several.as_mut().filter(|_| self.in_period(*at)) {
                let unit: &mut Trio = units.entry(self.ground.unit(one)).or_default();
                unit.of(line.pile).add(*role, &line)?;
            }
        }
        if let Some(units) = several {
            gathered.units = units;
        }
        Ok(())
    }

    fn in_period(&self, piece: usize) -> bool {
        let (from, to) = self.time.pieces[piece];
        self.view.period.from() <= from && to <= self.view.period.to()
    }

    /// What was chosen in the period, question by question.
    async fn chosen(&self, gathered: &mut Gathered) -> Result<()> {
        let place = self.place();
        let when = times((self.view.period.from(), self.view.period.to()), place.grain)?;
        let criteria = |role: &Role| *role == Role::Criterion && self.asked.measure != Measure::PooledIndex;
        let beside = self.asked.roles.iter().filter(|(_, role)| criteria(role)).map(|(what, _)| *what);
        let beside: BTreeSet<i64> = beside.collect();
        let whats = self.asked.all().into_iter().chain(beside.iter().copied());
        let roles: HashMap<i64, Role> = whats.map(|what| (what, Role::Criterion)).collect();
        for (_, _, _, line) in self.rows(&place, when, &roles).await? {
            if beside.contains(&line.what) {
                gathered.criteria.of(line.pile).add(Role::Criterion, &line)?;
            }
            let blocks = gathered.chosen.entry((line.what, line.pile)).or_default();
            let sums = blocks.entry(line.block).or_default();
            (0..sums.len()).for_each(|i| sums[i] += line.values[i]);
        }
        Ok(())
    }

    /// Rows of a place at some times: time, first of the place, channel, sums.
    pub(super) async fn rows(
        &self,
        place: &Own,
        times: Vec<i64>,
        roles: &HashMap<i64, Role>,
    ) -> Result<Vec<(i64, i64, Option<Channel>, Line)>> {
        let whats: Vec<i64> = roles.keys().copied().collect();
        if place.two.is_some_and(|point| !self.speaks(point)) {
            return Ok(Vec::new());
        }
        if place.level != Level::UnitProcedure {
            let (two, channel) = (place.two, self.view.channel);
            let wanted = Wanted { two, channel, ..Wanted::of(place.level, &whats, &times) };
            let rows = match place.level {
                Level::Whole => self.every(wanted).await?,
                _ => self.some(Wanted { ones: Some(&place.ones), ..wanted }).await?,
            };
            return Ok(rows.iter().map(|row| (row.time, row.line.place, row.channel, row.line)).collect());
        }
        let procedures = self.ground.of_procedures.clone().unwrap_or_default();
        let (summed, days): (Vec<i64>, Vec<i64>) = times.into_iter().partition(|time| *time < FIRST_DAY);
        let mut rows = Vec::new();
        for procedure in &procedures {
            let (ones, two) = (Some(&place.ones[..]), Some(*procedure));
            let wanted = Wanted { ones, two, ..Wanted::of(place.level, &whats, &summed) };
            let found = self.some(wanted).await?;
            rows.extend(found.iter().map(|row| (row.time, row.line.place, None, row.line)));
        }
        let of_days = self.days(&days, roles).await?;
        rows.extend(of_days.into_iter().map(|row| (row.day, row.line.place, None, row.line)));
        Ok(rows)
    }

    /// The rows of some places of a level, which are read once for a picture.
    pub(super) async fn some(&self, wanted: Wanted<'_>) -> Result<Arc<Vec<Moment>>> {
        self.sheet.some(self.db, wanted).await
    }

    /// The rows of every place of a level, which other pages ask for too.
    pub(super) async fn every(&self, wanted: Wanted<'_>) -> Result<Arc<Vec<Moment>>> {
        self.memory.every(self.db, self.state, wanted).await
    }

    /// Every place of a level over the period.
    pub(super) async fn lines(
        &self,
        level: Level,
        into: &mut BTreeMap<i64, Trio>,
        under: impl Fn(i64) -> i64,
    ) -> Result<()> {
        let whats: Vec<i64> = self.asked.light.keys().copied().collect();
        let times = times((self.view.period.from(), self.view.period.to()), Grain::Years)?;
        let wanted = Wanted { channel: self.view.channel, ..Wanted::of(level, &whats, &times) };
        for row in self.every(wanted).await?.iter() {
            self.put(into, under(row.line.place), &row.line)?;
        }
        Ok(())
    }

    fn put(&self, into: &mut BTreeMap<i64, Trio>, place: i64, line: &Line) -> Result<()> {
        match self.asked.light.get(&line.what) {
            Some(role) if line.values != Values::default() => {
                into.entry(place).or_default().of(line.pile).add(*role, line)
            }
            _ => Ok(()),
        }
    }

    /// What days tell of the units and procedures asked for: those of the place, or all of them.
    pub(super) async fn days(&self, days: &[i64], asked: &HashMap<i64, Role>) -> Result<Vec<days::Row>> {
        let whats: Vec<i64> = asked.keys().copied().collect();
        let all_units = || self.catalogue.units.keys().map(|id| id.0).collect();
        let units = self.ground.of_units.clone().unwrap_or_else(all_units);
        let (procedures, channel) = (self.ground.of_procedures.as_deref(), self.view.channel);
        days::rows(self.db, days::Wanted { days, units: &units, procedures, channel, whats: &whats }).await
    }

    /// The procedures of units: whole years and months from their rows, all else from the days.
    async fn procedures(&self, into: &mut BTreeMap<i64, Trio>) -> Result<()> {
        let units = self.ground.of_units.clone().unwrap_or_default();
        let (summed, days) = self.when()?;
        let whats: Vec<i64> = self.asked.light.keys().copied().collect();
        let wanted = Wanted { ones: Some(&units), ..Wanted::of(Level::UnitProcedure, &whats, &summed) };
        for row in self.some(wanted).await?.iter() {
            self.put(into, self.ground.procedure(row.two), &row.line)?;
        }
        for row in self.days(&days, &self.asked.light).await? {
            self.put(into, self.ground.procedure(row.procedure), &row.line)?;
        }
        Ok(())
    }

    /// The units of a procedure, likewise.
    async fn units(&self, into: &mut BTreeMap<i64, Trio>) -> Result<()> {
        let procedures = self.ground.of_procedures.clone().unwrap_or_default();
        let (summed, days) = self.when()?;
        let whats: Vec<i64> = self.asked.light.keys().copied().collect();
        let wanted = Wanted { ones: Some(&procedures), ..Wanted::of(Level::ProcedureUnit, &whats, &summed) };
        for row in self.some(wanted).await?.iter() {
            self.put(into, self.ground.unit(row.two), &row.line)?;
        }
        for row in self.days(&days, &self.asked.light).await? {
            self.put(into, self.ground.unit(row.line.place), &row.line)?;
        }
        Ok(())
    }

    /// Years and months of the period, and its days.
    pub(super) fn when(&self) -> Result<(Vec<i64>, Vec<i64>)> {
        let times = times((self.view.period.from(), self.view.period.to()), self.grain_of_pairs())?;
        Ok(times.into_iter().partition(|time| *time < FIRST_DAY))
    }

    /// Months and days of the period.
    pub(super) fn months(&self) -> Result<Vec<i64>> {
        times((self.view.period.from(), self.view.period.to()), Grain::Months)
    }

    /// The points of units.
    async fn points(&self, gathered: &mut Gathered) -> Result<()> {
        let units = self.ground.of_units.clone().unwrap_or_default();
        let when = self.months()?;
        let whats: Vec<i64> = self.asked.light.keys().copied().collect();
        let wanted = Wanted { ones: Some(&units), ..Wanted::of(Level::Point, &whats, &when) };
        let rows = self.some(wanted).await?;
        let points: BTreeSet<i64> = rows.iter().map(|row| row.two).collect();
        let speak: BTreeSet<i64> = points.into_iter().filter(|point| self.speaks(*point)).collect();
        let here = |row: &&Moment| speak.contains(&row.two);
        for row in rows.iter().filter(here) {
            self.put(&mut gathered.points, row.two, &row.line)?;
        }
        // The day of the last answer lies in the last month that has one.
        let months: BTreeSet<i64> = last(rows.iter().filter(here), month_of).into_values().collect();
        let (from, to) = (self.view.period.from().number(), self.view.period.to().number());
        let days: Vec<i64> = months.into_iter().flat_map(days_of).filter(|day| (from..to).contains(day)).collect();
        let rows = self.some(Wanted { times: &days, ..wanted }).await?;
        gathered.last = last(rows.iter().filter(here), |day| day);
        Ok(())
    }
}

/// The last time at which each point was answered.
fn last<'r>(rows: impl Iterator<Item = &'r Moment>, time: impl Fn(i64) -> i64) -> HashMap<i64, i64> {
    let mut last = HashMap::new();
    for row in rows.filter(|row| row.line.pile == Pile::Counted && row.line.values != Values::default()) {
        let of: &mut i64 = last.entry(row.two).or_default();
        *of = time(row.time).max(*of);
    }
    last
}

fn month_of(time: i64) -> i64 {
    if time < FIRST_DAY { time } else { time / 100 }
}

fn days_of(month: i64) -> Vec<i64> {
    let name = format!("{:04}-{:02}", month / 100, month % 100);
    let days = Period::parse(&name, crate::domain::period::CutOff::Calendar);
    days.and_then(|period| times((period.from(), period.to()), Grain::Days)).unwrap_or_default()
}

impl Gathered {
    /// Whether anything was left out, or marked.
    pub(super) fn any(&self, pile: Pile) -> bool {
        let of = |trio: &Trio| match pile {
            Pile::Counted => trio.counted != Sum::default(),
            Pile::Excluded => trio.excluded != Sum::default(),
            Pile::Marked => trio.marked != Sum::default(),
        };
        self.own.values().any(of)
    }

    /// The place over some pieces of time, all channels together or one.
    pub(super) fn over(&self, pieces: impl Iterator<Item = usize>, channel: Option<Channel>) -> Trio {
        let of_pieces = pieces.flat_map(|at| self.own.range((at, None)..(at + 1, None)));
        let inside = of_pieces.filter(|((_, of), _)| channel.is_none() || *of == channel);
        inside.fold(Trio::default(), |sum, (_, trio)| sum.plus(trio))
    }
}
