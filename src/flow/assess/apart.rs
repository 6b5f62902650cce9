//! What stays hidden in a picture because another picture would tell it by subtraction: a month from the months around
//! it, a procedure of a unit from all of the unit, a channel from all channels, a unit of today from those it came from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::gather::{Reader, Trio};
use super::ground::{FIRST_MONTH, Grain, Ground};
use super::read::{Role, Sum};
use super::timeline::{Around, Timeline};
use super::together::{Cell, Listed, Lists};
use super::view::{Marked, Place, View};
use super::{Excluded, Measure};
use crate::domain::{Channel, Day, ProcedureId};
use crate::error::Result;
use crate::stats::disclosure::{DEFAULT_THRESHOLD, is_sensitive};
use crate::store::rollups::{self, Level, Line, Pile, Wanted};

/// What other pictures would tell.
pub(super) struct Apart {
    own: Lines,
    /// Of the views that hold everything this one does and more.
    wider: Vec<Lines>,
    pub(super) units: BTreeSet<i64>,
    pub(super) procedures: BTreeSet<i64>,
    pub(super) points: BTreeSet<i64>,
    /// Whether lists hide the index beside a closing question.
    lists_hide_index: bool,
}

/// A place over time, altogether and by channel; and those of whom the index beside a closing question is made.
struct Lines {
    all: Timeline,
    channels: HashMap<Channel, Timeline>,
    index: Timeline,
}

/// Persons of some places, by row number and time.
type Persons = BTreeMap<i64, Timeline>;

/// Persons of the places below one.
#[derive(Default)]
struct Below {
    units: Persons,
    procedures: Persons,
    points: Persons,
}

impl Apart {
    /// Whether a figure of the place in a stretch of time would tell of a few persons beside others.
    pub(super) fn hides(&self, stretch: (Day, Day)) -> Result<bool> {
        told_beside(&self.own.all, self.wider.iter().map(|wider| &wider.all), stretch)
    }

    /// The same of the index beside a closing question, which others than all who answered that may have made.
    pub(super) fn hides_index(&self, stretch: (Day, Day)) -> Result<bool> {
        let wider = self.wider.iter().map(|wider| &wider.index);
        Ok(self.lists_hide_index || told_beside(&self.own.index, wider, stretch)?)
    }

    /// The same of one of its channels.
    pub(super) fn hides_channel(&self, channel: Channel, stretch: (Day, Day)) -> Result<bool> {
        let Some(own) = self.own.channels.get(&channel) else { return Ok(false) };
        told_beside(own, self.wider.iter().filter_map(|wider| wider.channels.get(&channel)), stretch)
    }
}

/// Whether one line would be told of by others that hold it, or by other stretches of itself or of those that hold
/// nobody else.
fn told_beside<'l>(own: &Timeline, wider: impl Iterator<Item = &'l Timeline>, (from, to): (Day, Day)) -> Result<bool> {
    let persons = own.over(from, to);
    let mut told = hides(own, from, to)?;
    for line in wider.filter(|_| persons > 0) {
        let others = line.over(from, to).saturating_sub(persons);
        told |= is_sensitive(others, DEFAULT_THRESHOLD) || (others == 0 && hides(line, from, to)?);
    }
    Ok(told)
}

/// Nobody there, nothing to hide.
fn hides(line: &Timeline, from: Day, to: Day) -> Result<bool> {
    Ok(line.over(from, to) > 0 && !line.tells(from, to)?)
}

impl Reader<'_> {
    /// What other pictures would tell of this one.
    pub(super) async fn apart(&self) -> Result<Apart> {
        let mut own = self.over_time().await?;
        let mut wider = Vec::new();
        for view in wider_than(self.view) {
            let ground = Ground::of(self.catalogue, &view);
            wider.push(Reader { view: &view, ground: &ground, ..*self }.over_time().await?);
        }
        let period = (self.view.period.from(), self.view.period.to());
        let around = Around::of([period].into_iter());
        self.narrow(&mut own, &around).await?;
        let below = self.below(&around).await?;
        let of_all = self.of_all().await?;
        let lists = self.listed(&self.lists(), &around).await?;
        let channel = self.view.channel;
        let of_unit = |id: i64| match self.view.place {
            Place::Procedure(of) => Cell::pair(id, self.ground.procedure(of.0)),
            _ => Cell::unit(id),
        };
        let unit = |id: i64| (self.ground.unit(id), of_unit(self.ground.unit(id)).by(channel));
        let here = self.ground.one_unit();
        let of_procedure = |id: i64| here.map_or(Cell::procedure(id), |here| Cell::pair(here, id));
        let procedure = |id: i64| (self.ground.procedure(id), of_procedure(self.ground.procedure(id)).by(channel));
        Ok(Apart {
            own,
            wider,
            units: self.hidden(below.units, unit, &lists, &of_all.units)?,
            procedures: self.hidden(below.procedures, procedure, &lists, &of_all.procedures)?,
            points: self.hidden(below.points, |id| (id, Cell::point(id)), &lists, &of_all.points)?,
            lists_hide_index: self.lists_hide_index().await?,
        })
    }

    /// Leaves the place only the cuts that the lists leave it in which it stands, and those whose whole it is.
    async fn narrow(&self, own: &mut Lines, around: &Around) -> Result<()> {
        let procedure = |id: ProcedureId| self.ground.procedure(id.0);
        let cell = match (&self.view.place, self.ground.one_unit()) {
            (Place::Department, _) => Cell::WHOLE,
            (Place::Units(_), Some(unit)) => Cell::unit(unit),
            (Place::Units(_), None) => return Ok(()),
            (Place::Procedure(id), _) => Cell::procedure(procedure(*id)),
            (Place::UnitProcedure(at, id), _) => Cell::pair(self.ground.unit(at.0), procedure(*id)),
            (Place::Point(_, id), _) => Cell::point(id.0),
        };
        let (mut lists, mut below) = (self.lists(), Vec::new());
        if matches!(self.view.place, Place::Units(_)) {
            // Points seldom cost their unit a cut; they are shown of the period alone.
            (below, lists) = lists.into_iter().partition(|lists| matches!(lists, Lists::Unit(_)));
        }
        self.listed(&below, around).await?.narrow(&mut own.all, cell);
        let lists = self.listed(&lists, &Around::of(self.time.pieces.iter().copied())).await?;
        lists.narrow(&mut own.all, cell.by(self.view.channel));
        for (channel, line) in &mut own.channels {
            lists.narrow(line, cell.by(Some(*channel)));
        }
        Ok(())
    }

    /// The lists in which the place stands, and those below it.
    fn lists(&self) -> Vec<Lists> {
        let unit = self.ground.one_unit().map(Lists::Unit);
        let procedure = |id: ProcedureId| Lists::Procedure(self.ground.procedure(id.0));
        match self.view.place {
            Place::Department => vec![Lists::All],
            Place::Units(_) if unit.is_none() => vec![Lists::All],
            Place::Units(_) => [Lists::All, Lists::Pairs].into_iter().chain(unit).collect(),
            Place::Procedure(id) => vec![Lists::All, Lists::Pairs, procedure(id)],
            Place::UnitProcedure(_, id) => [Lists::Pairs, procedure(id)].into_iter().chain(unit).collect(),
            Place::Point(..) => unit.into_iter().collect(),
        }
    }

    /// Lines that would be told: in time, by what they are a part of, or by what they are made of.
    fn hidden(
        &self,
        lines: Persons,
        under: impl Fn(i64) -> (i64, Cell),
        lists: &Listed,
        of_all: &[BTreeMap<i64, u64>],
    ) -> Result<BTreeSet<i64>> {
        let (from, to) = (self.view.period.from(), self.view.period.to());
        let mut together: BTreeMap<(i64, Cell), (Timeline, Vec<u64>)> = BTreeMap::new();
        for (id, line) in lines {
            let line = line.whole();
            let (all, parts) = together.entry(under(id)).or_default();
            parts.push(line.over(from, to));
            all.join(&line);
        }
        let mut hidden = BTreeSet::new();
        for ((id, cell), (mut line, parts)) in together {
            match self.settles_below() {
                true => lists.settle(&mut line, cell),
                false => lists.narrow(&mut line, cell),
            }
            let persons = line.over(from, to);
            let few = |n: u64| is_sensitive(n, DEFAULT_THRESHOLD);
            let told_by_part = parts.len() > 1 && parts.iter().any(|part| few(*part) || few(persons - part));
            let told_by_all = of_all.iter().any(|of| few(of.get(&id).map_or(0, |all| all.saturating_sub(persons))));
            if persons > 0 && (told_by_part || told_by_all || hides(&line, from, to)?) {
                hidden.insert(id);
            }
        }
        Ok(hidden)
    }

    fn persons(&self, trio: &Trio) -> Result<u64> {
        Ok(trio.seen(self.view)?.light(self.asked.measure).persons())
    }

    /// The place over the years around all that is told of it.
    async fn over_time(&self) -> Result<Lines> {
        let place = self.place();
        let around = Around::of(self.time.pieces.iter().copied());
        let by_day = place.grain == Grain::Days;
        let times = if by_day { around.all_days() } else { around.times() };
        let (mut all, mut channels) = (Timeline::default(), HashMap::<Channel, Timeline>::new());
        let mut index = Timeline::default();
        for (time, _, channel, line) in self.rows(&place, times, &self.asked.light).await? {
            self.count(&mut all, time, &line)?;
            self.count_index(&mut index, time, &line)?;
            if let Some(channel) = channel {
                self.count(channels.entry(channel).or_default(), time, &line)?;
            }
        }
        let channels = channels.into_iter().map(|(channel, line)| Ok((channel, line.whole().settled()?)));
        let channels = channels.collect::<Result<_>>()?;
        Ok(Lines { all: all.whole().settled()?, channels, index: index.whole().settled()? })
    }

    /// Whether the lists settle where each line below may be cut: of the place's own lines, by all channels together.
    fn settles_below(&self) -> bool {
        self.view.channel.is_none() && (self.ground.of_units.is_none() || self.ground.one_unit().is_some())
    }

    /// The places below: in the period, where their lists settle what else there is to know, or over the years around it.
    async fn below(&self, around: &Around) -> Result<Below> {
        let mut below = Below::default();
        let by_channel = self.view.channel.is_some();
        let units = self.ground.of_units.clone().unwrap_or_default();
        let procedures = self.ground.of_procedures.clone().unwrap_or_default();
        let of_units = units.len();
        let (months, days) = match (self.settles_below(), by_channel) {
            (true, _) => self.when()?,
            (_, true) => (Vec::new(), around.all_days()),
            _ => (around.months.clone(), around.days.clone()),
        };
        let times = if by_channel { around.times() } else { months.iter().chain(&days).copied().collect() };
        match self.view.place {
            Place::Department => {
                let level = if by_channel { Level::UnitChannel } else { Level::Unit };
                self.put_over(&mut below.units, level, &times, None, |row| row.line.place).await?;
                self.put_over(&mut below.procedures, Level::Procedure, &times, None, |row| row.line.place).await?;
            }
            Place::Units(_) => {
                let units = Some(&units[..]);
                if of_units > 1 {
                    self.put_over(&mut below.units, Level::UnitChannel, &times, units, |row| row.line.place).await?;
                }
                self.put_over(&mut below.procedures, Level::UnitProcedure, &months, units, |row| row.two).await?;
                for row in self.days(&days, &self.asked.counting).await? {
                    self.count(below.procedures.entry(row.procedure).or_default(), row.day, &row.line)?;
                }
                let times = if self.settles_below() { self.months()? } else { around.times() };
                self.put_over(&mut below.points, Level::Point, &times, units, |row| row.two).await?;
            }
            Place::Procedure(_) => {
                let procedures = Some(&procedures[..]);
                self.put_over(&mut below.units, Level::ProcedureUnit, &months, procedures, |row| row.two).await?;
                for row in self.days(&days, &self.asked.counting).await? {
                    self.count(below.units.entry(row.line.place).or_default(), row.day, &row.line)?;
                }
            }
            Place::UnitProcedure(..) | Place::Point(..) => {}
        }
        Ok(below)
    }

    async fn put_over(
        &self,
        into: &mut Persons,
        level: Level,
        times: &[i64],
        ones: Option<&[i64]>,
        place: impl Fn(&rollups::Moment) -> i64,
    ) -> Result<()> {
        let asked = if ones.is_none() && self.settles_below() { &self.asked.light } else { &self.asked.counting };
        let whats: Vec<i64> = asked.keys().copied().collect();
        let wanted = Wanted { ones, channel: self.view.channel, ..Wanted::of(level, &whats, times) };
        let rows = match ones {
            None if self.settles_below() => self.every(wanted).await?,
            _ => self.some(wanted).await?,
        };
        for row in rows.iter() {
            // No year that is read whole is cut inside: all of it may stand in its first month.
            let time = if row.time < FIRST_MONTH { row.time * 100 + 1 } else { row.time };
            self.count(into.entry(place(row)).or_default(), time, &row.line)?;
        }
        Ok(())
    }

    /// Adds the persons of a row as the view counts them: with what was left out of what counts, or without what is
    /// marked of it.
    pub(super) fn count(&self, into: &mut Timeline, time: i64, line: &Line) -> Result<()> {
        match self.asked.counting.get(&line.what) {
            Some(role) => self.count_as(*role, self.asked.measure, into, time, line),
            None => Ok(()),
        }
    }

    /// The same of those who make the index beside a closing question.
    fn count_index(&self, into: &mut Timeline, time: i64, line: &Line) -> Result<()> {
        match self.asked.light.get(&line.what) {
            Some(Role::Moments) if self.asked.measure == Measure::Closing => {
                self.count_as(Role::Moments, Measure::PooledIndex, into, time, line)
            }
            _ => Ok(()),
        }
    }

    fn count_as(&self, role: Role, measure: Measure, into: &mut Timeline, time: i64, line: &Line) -> Result<()> {
        let mut sum = Sum::default();
        sum.add(role, line)?;
        let persons = sum.light(measure).persons() as i64;
        into.add(
            time,
            match line.pile {
                Pile::Counted => persons,
                Pile::Excluded if self.view.excluded == Excluded::Included => persons,
                Pile::Marked if self.view.marked == Marked::LeftOut => -persons,
                Pile::Excluded | Pile::Marked => return Ok(()),
            },
        );
        Ok(())
    }

    /// Persons in the period of all that the lines below are a part of.
    async fn of_all(&self) -> Result<OfAll> {
        let mut found = OfAll::default();
        for channel in BTreeSet::from([self.view.channel, None]) {
            let view = View { channel, ..self.view.clone() };
            let reader = Reader { view: &view, ..*self };
            let of_units = if channel.is_some() { Level::UnitChannel } else { Level::Unit };
            // All channels of the lines themselves, and all that each unit or procedure is asked about elsewhere.
            if channel.is_none() && self.view.channel.is_some() {
                let gathered = reader.lines_below().await?;
                found.units.push(self.counted(&gathered.units)?);
                found.procedures.push(self.counted(&gathered.procedures)?);
                found.points.push(self.counted(&gathered.points)?);
            }
            let (mut units, mut procedures) = (BTreeMap::new(), BTreeMap::new());
            match self.view.place {
                Place::Procedure(_) => reader.lines(of_units, &mut units, |id| self.ground.unit(id)).await?,
                Place::Units(_) => {
                    if self.ground.of_units.as_ref().is_some_and(|units| units.len() > 1) {
                        reader.lines(of_units, &mut units, |id| self.ground.unit(id)).await?;
                    }
                    reader.lines(Level::Procedure, &mut procedures, |id| self.ground.procedure(id)).await?;
                }
                _ => {}
            }
            found.units.push(self.counted(&units)?);
            found.procedures.push(self.counted(&procedures)?);
        }
        Ok(found)
    }

    fn counted(&self, lines: &BTreeMap<i64, Trio>) -> Result<BTreeMap<i64, u64>> {
        lines.iter().map(|(id, trio)| Ok((*id, self.persons(trio)?))).collect()
    }
}

#[derive(Default)]
struct OfAll {
    units: Vec<BTreeMap<i64, u64>>,
    procedures: Vec<BTreeMap<i64, u64>>,
    points: Vec<BTreeMap<i64, u64>>,
}

/// Views that hold everything a view does and more, in the same period.
fn wider_than(view: &View) -> Vec<View> {
    let mut places = vec![view.place.clone()];
    match view.place {
        Place::Department => {}
        Place::Units(_) | Place::Procedure(_) => places.push(Place::Department),
        Place::UnitProcedure(unit, procedure) => {
            places.extend([Place::Units(vec![unit]), Place::Procedure(procedure), Place::Department]);
        }
        Place::Point(unit, _) => places.extend([Place::Units(vec![unit]), Place::Department]),
    }
    let channels = BTreeSet::from([view.channel, None]);
    let all = places.iter().flat_map(|place| channels.iter().map(move |channel| (place, channel)));
    all.map(|(place, channel)| View { place: place.clone(), channel: *channel, ..view.clone() })
        .filter(|wider| wider != view)
        .collect()
}
