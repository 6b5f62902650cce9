//! What stays hidden in a picture because another picture would tell it by subtraction: a month from the months around
//! it, a procedure of a unit from all of the unit, a channel from all channels, a unit of today from those it came from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::gather::{Reader, Trio};
use super::ground::{Grain, Ground};
use super::timeline::{Around, Timeline};
use super::view::{Place, View};
use crate::domain::{Channel, Day};
use crate::error::Result;
use crate::stats::disclosure::{DEFAULT_THRESHOLD, is_sensitive};
use crate::store::days;
use crate::store::rollups::{self, Level, Line, Values};

/// What other pictures would tell.
pub(super) struct Apart {
    own: Lines,
    /// Of the views that hold everything this one does and more.
    wider: Vec<Lines>,
    pub(super) units: BTreeSet<i64>,
    pub(super) procedures: BTreeSet<i64>,
    pub(super) points: BTreeSet<i64>,
}

/// A place over time, altogether and by channel.
struct Lines {
    all: Timeline,
    channels: HashMap<Channel, Timeline>,
}

/// Answers of the places below one, by row number and time.
#[derive(Default)]
struct Below {
    units: BTreeMap<i64, BTreeMap<i64, Trio>>,
    procedures: BTreeMap<i64, BTreeMap<i64, Trio>>,
    points: BTreeMap<i64, BTreeMap<i64, Trio>>,
}

impl Apart {
    /// Whether a figure of the place in a stretch of time would tell of a few persons beside others.
    pub(super) fn hides(&self, stretch: (Day, Day)) -> Result<bool> {
        told_beside(&self.own.all, self.wider.iter().map(|wider| &wider.all), stretch)
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
        let own = self.over_time().await?;
        let mut wider = Vec::new();
        for view in wider_than(self.view) {
            let ground = Ground::of(self.catalogue, &view);
            wider.push(Reader { view: &view, ground: &ground, ..*self }.over_time().await?);
        }
        let period = (self.view.period.from(), self.view.period.to());
        let around = Around::of([period].into_iter());
        let below = self.below(&around).await?;
        let of_all = self.of_all().await?;
        Ok(Apart {
            own,
            wider,
            units: self.hidden(&below.units, |id| self.ground.unit(id), &of_all.units)?,
            procedures: self.hidden(&below.procedures, |id| self.ground.procedure(id), &of_all.procedures)?,
            points: self.hidden(&below.points, |id| id, &of_all.points)?,
        })
    }

    /// Lines that would be told: in time, by what they are a part of, or by what they are made of.
    fn hidden(
        &self,
        lines: &BTreeMap<i64, BTreeMap<i64, Trio>>,
        under: impl Fn(i64) -> i64,
        of_all: &[BTreeMap<i64, u64>],
    ) -> Result<BTreeSet<i64>> {
        let (from, to) = (self.view.period.from(), self.view.period.to());
        let mut together: BTreeMap<i64, Timeline> = BTreeMap::new();
        let mut parts: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for (id, times) in lines {
            let mut alone = Timeline::default();
            for (time, trio) in times {
                let persons = self.persons(trio)?;
                alone.add(*time, persons);
                together.entry(under(*id)).or_default().add(*time, persons);
            }
            parts.entry(under(*id)).or_default().push(alone.whole().over(from, to));
        }
        let mut hidden = BTreeSet::new();
        for (id, line) in together {
            let line = line.whole();
            let persons = line.over(from, to);
            let few = |n: u64| is_sensitive(n, DEFAULT_THRESHOLD);
            let told_by_part = parts[&id].len() > 1 && parts[&id].iter().any(|part| few(*part) || few(persons - part));
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
        let by_day = place.grain == Grain::Days || (place.level == Level::UnitProcedure && self.view.channel.is_some());
        let times = if by_day { around.all_days() } else { around.times() };
        let mut sums: BTreeMap<(Option<Channel>, i64), Trio> = BTreeMap::new();
        for (time, _, channel, line) in self.rows(&place, times, &self.asked.light).await? {
            let Some(role) = self.asked.light.get(&line.what) else { continue };
            sums.entry((channel, time)).or_default().of(line.pile).add(*role, &line)?;
        }
        let (mut all, mut channels) = (Timeline::default(), HashMap::<Channel, Timeline>::new());
        for ((channel, time), trio) in &sums {
            let persons = self.persons(trio)?;
            all.add(*time, persons);
            if let Some(channel) = channel {
                channels.entry(*channel).or_default().add(*time, persons);
            }
        }
        let channels = channels.into_iter().map(|(channel, line)| (channel, line.whole())).collect();
        Ok(Lines { all: all.whole(), channels })
    }

    /// The places below, over the years around the period.
    async fn below(&self, around: &Around) -> Result<Below> {
        let mut below = Below::default();
        let by_channel = self.view.channel.is_some();
        let times = around.times();
        let all_units: Vec<i64> = self.catalogue.units.keys().map(|id| id.0).collect();
        let all_procedures: Vec<i64> = self.catalogue.procedures.keys().map(|id| id.0).chain([0]).collect();
        let units = self.ground.of_units.clone().unwrap_or_default();
        let procedures = self.ground.of_procedures.clone().unwrap_or_default();
        let (months, some_days) =
            if by_channel { (Vec::new(), around.all_days()) } else { (around.months.clone(), around.days.clone()) };
        match self.view.place {
            Place::Department => {
                let level = if by_channel { Level::UnitChannel } else { Level::Unit };
                self.put_over(&mut below.units, level, &times, &all_units, |row| row.line.place).await?;
                self.put_over(&mut below.procedures, Level::Procedure, &times, &all_procedures, |row| row.line.place)
                    .await?;
            }
            Place::Units(_) => {
                if units.len() > 1 {
                    self.put_over(&mut below.units, Level::UnitChannel, &times, &units, |row| row.line.place).await?;
                }
                self.put_over(&mut below.procedures, Level::UnitProcedure, &months, &units, |row| row.two).await?;
                for row in days::rows(self.db, &some_days, &units, &all_procedures, self.view.channel).await? {
                    self.put_at(&mut below.procedures, row.procedure, row.day, &row.line)?;
                }
                self.put_over(&mut below.points, Level::Point, &around.all_days(), &units, |row| row.two).await?;
            }
            Place::Procedure(_) => {
                self.put_over(&mut below.units, Level::ProcedureUnit, &months, &procedures, |row| row.two).await?;
                for row in days::rows(self.db, &some_days, &all_units, &procedures, self.view.channel).await? {
                    self.put_at(&mut below.units, row.line.place, row.day, &row.line)?;
                }
            }
            Place::UnitProcedure(..) | Place::Point(..) => {}
        }
        Ok(below)
    }

    async fn put_over(
        &self,
        into: &mut BTreeMap<i64, BTreeMap<i64, Trio>>,
        level: Level,
        times: &[i64],
        ones: &[i64],
        place: impl Fn(&rollups::Moment) -> i64,
    ) -> Result<()> {
        let whats: Vec<i64> = self.asked.light.keys().copied().collect();
        for row in rollups::course(self.db, level, &whats, times, ones, None).await? {
            if self.wants(row.channel) {
                self.put_at(into, place(&row), row.time, &row.line)?;
            }
        }
        Ok(())
    }

    fn put_at(&self, into: &mut BTreeMap<i64, BTreeMap<i64, Trio>>, place: i64, time: i64, line: &Line) -> Result<()> {
        match self.asked.light.get(&line.what) {
            Some(role) if line.values != Values::default() => {
                into.entry(place).or_default().entry(time).or_default().of(line.pile).add(*role, line)
            }
            _ => Ok(()),
        }
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
