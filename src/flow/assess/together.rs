//! Lists over time: where each of their lines may be told, so that no line follows from the others, whichever stretches of
//! time are asked for and whichever pages of single lines are opened beside a list.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::gather::Reader;
use super::ground::Ground;
use super::timeline::{Around, Timeline, alone, bits};
use super::view::{Organisation, Place, View};
use crate::domain::period::{CutOff, Period};
use crate::domain::{Channel, Day, Indicator, ProcedureId, UnitId};
use crate::error::{Error, Result};
use crate::stats::disclosure::{DEFAULT_THRESHOLD, Row, cut_together};
use crate::store::rollups::{self, Level, Wanted};

/// A line of lists, or their whole; all channels together or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cell {
    line: Line,
    channel: Option<Channel>,
}

/// What a cell is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Line {
    Whole,
    Unit(i64),
    Procedure(i64),
    /// A unit and a procedure.
    Pair(i64, i64),
    /// A point of a unit; 0 for what came otherwise.
    Point(i64),
}

impl Cell {
    pub(super) const WHOLE: Self = Self { line: Line::Whole, channel: None };

    pub(super) fn unit(id: i64) -> Self {
        Self { line: Line::Unit(id), channel: None }
    }

    pub(super) fn procedure(id: i64) -> Self {
        Self { line: Line::Procedure(id), channel: None }
    }

    pub(super) fn pair(unit: i64, procedure: i64) -> Self {
        Self { line: Line::Pair(unit, procedure), channel: None }
    }

    pub(super) fn point(id: i64) -> Self {
        Self { line: Line::Point(id), channel: None }
    }

    /// The same by one channel, or all; what came from a point came by one anyway.
    pub(super) fn by(self, channel: Option<Channel>) -> Self {
        match self.line {
            Line::Point(_) => self,
            _ => Self { channel, ..self },
        }
    }
}

/// Lists whose lines are looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lists {
    /// All units, all procedures, and all channels.
    All,
    /// All procedures of every unit, and all units of every procedure.
    Pairs,
    /// What is below a unit: its points, and of months its procedures.
    Unit(i64),
    /// What is below a procedure, of months: its units.
    Procedure(i64),
}

/// Boundaries of a year between its months, or of a month between its days, at which each cell may be cut: a bit for each.
pub(super) type Cuts = HashMap<Cell, u32>;

/// Where the cells of some lists may be cut, by year and month.
#[derive(Default)]
pub(super) struct Listed(Vec<(i64, Arc<Cuts>)>);

impl Listed {
    /// Leaves a line only the cuts that its lists leave it.
    pub(super) fn narrow(&self, line: &mut Timeline, cell: Cell) {
        for (time, cuts) in &self.0 {
            if let Some(cuts) = cuts.get(&cell) {
                line.narrow(*time, *cuts);
            }
        }
    }

    /// The same for a line that stands in them: there is nothing else that it may be cut at. Where it does not stand, there
    /// is nobody of it; were there somebody, nothing would be told.
    pub(super) fn settle(&self, line: &mut Timeline, cell: Cell) {
        let times: BTreeSet<i64> = self.0.iter().map(|(time, _)| *time).collect();
        let mut settled: Vec<(i64, u32)> = Vec::with_capacity(times.len());
        for time in times {
            let lists = self.0.iter().filter(|(of, _)| *of == time);
            let cuts = lists.filter_map(|(_, cuts)| cuts.get(&cell).copied()).reduce(|a, b| a & b);
            let somebody = || line.counts(time).iter().any(|persons| *persons > 0);
            settled.push((time, cuts.unwrap_or_else(|| if somebody() { 0 } else { u32::MAX })));
        }
        line.settle(&settled);
    }
}

impl Reader<'_> {
    /// Some lists in the years around some stretches, and in the months that the period begins or ends in the midst of.
    pub(super) async fn listed(&self, lists: &[Lists], around: &Around) -> Result<Listed> {
        let period = (self.view.period.from(), self.view.period.to());
        let times = around.years().into_iter().chain(Around::of([period].into_iter()).cut_months());
        let mut listed = Vec::new();
        for time in times {
            // Of a year what is below units and procedures is settled for all of them, but for points.
            let of_points = matches!(self.view.place, Place::Units(_) | Place::Point(..));
            let is_here = |lists: &&Lists| match lists {
                Lists::All | Lists::Pairs => true,
                Lists::Unit(_) => time >= 10_000 || of_points,
                Lists::Procedure(_) => time >= 10_000,
            };
            for lists in lists.iter().filter(is_here) {
                listed.push((time, self.cuts(*lists, time).await?));
            }
        }
        Ok(Listed(listed))
    }

    /// Some lists in a year, or in a month; looked at once for all pages.
    async fn cuts(&self, lists: Lists, time: i64) -> Result<Arc<Cuts>> {
        let year = if time < 10_000 { time } else { time / 100 };
        let first = Day::from_number(year * 10_000 + 101).ok_or_else(|| Error::internal("a year has a first day"))?;
        let period = match self.view.organisation {
            Organisation::AsItWas => Period::year_of(first, CutOff::Calendar),
            // Which units are counted under others depends on the last day.
            Organisation::AsItIs => Period::range(self.view.period.last(), self.view.period.last())?,
        };
        let place = match lists {
            Lists::All | Lists::Pairs => Place::Department,
            Lists::Unit(id) => Place::Units(vec![UnitId(id)]),
            Lists::Procedure(id) => Place::Procedure(ProcedureId(id)),
        };
        let view = View {
            subject: self.view.subject.clone(),
            organisation: self.view.organisation,
            excluded: self.view.excluded,
            marked: self.view.marked,
            ..View::of(Indicator::Procedures, place, period)
        };
        let ground = Ground::of(self.catalogue, &view);
        let reader = Reader { view: &view, ground: &ground, ..*self };
        self.memory.cuts(self.state, &view, (lists, time), Box::pin(reader.cut(lists, time))).await
    }

    async fn cut(&self, lists: Lists, time: i64) -> Result<Cuts> {
        // What was looked at before, of the same time; and of the year of a month.
        let (mut before, mut of_year): (Vec<Arc<Cuts>>, Vec<Arc<Cuts>>) = (Vec::new(), Vec::new());
        if lists != Lists::All {
            before.push(self.cuts(Lists::All, time).await?);
        }
        if time < 10_000 {
            if matches!(lists, Lists::Unit(_) | Lists::Procedure(_)) {
                before.push(self.cuts(Lists::Pairs, time).await?);
            }
        } else {
            of_year.push(self.cuts(Lists::All, time / 100).await?);
            if lists != Lists::All {
                of_year.push(self.cuts(Lists::Pairs, time / 100).await?);
                of_year.push(self.cuts(lists, time / 100).await?);
            }
        }
        let cells = self.cells(lists, time).await?;
        // Answers must not wait for so long a sum.
        let settled = tokio::task::spawn_blocking(move || settled(&cells, time, &before, &of_year));
        settled.await.map_err(Error::internal)?
    }

    /// Every cell of some lists, over the months of a year or the days of a month.
    async fn cells(&self, lists: Lists, time: i64) -> Result<BTreeMap<Cell, Timeline>> {
        let times: Vec<i64> = match time {
            ..10_000 => (1..=12).map(|month| time * 100 + month).collect(),
            _ => (1..=31).map(|day| time * 100 + day).filter(|day| Day::from_number(*day).is_some()).collect(),
        };
        let mut cells = BTreeMap::new();
        let whats: Vec<i64> = self.asked.counting.keys().copied().collect();
        let wanted = |level, ones| Wanted { ones, ..Wanted::of(level, &whats, &times) };
        let mut put = |of: &[Cell], time: i64, line: &rollups::Line| -> Result<()> {
            of.iter().try_for_each(|cell| self.count(cells.entry(*cell).or_default(), time, line))
        };
        match lists {
            Lists::All => {
                for row in self.some(wanted(Level::UnitChannel, None)).await?.iter() {
                    let unit = Cell::unit(self.ground.unit(row.line.place));
                    put(&[unit, Cell::WHOLE, Cell::WHOLE.by(row.channel)], row.time, &row.line)?;
                }
                for row in self.some(wanted(Level::Procedure, None)).await?.iter() {
                    put(&[Cell::procedure(self.ground.procedure(row.line.place))], row.time, &row.line)?;
                }
            }
            Lists::Pairs => {
                // By far the most rows: a month at a time, so that others get their turn between.
                for month in times.chunks(1) {
                    for row in self.some(Wanted { times: month, ..wanted(Level::UnitProcedure, None) }).await?.iter() {
                        let (unit, procedure) = (self.ground.unit(row.line.place), self.ground.procedure(row.two));
                        let of = [Cell::pair(unit, procedure), Cell::unit(unit), Cell::procedure(procedure)];
                        put(&of, row.time, &row.line)?;
                    }
                }
            }
            Lists::Unit(_) | Lists::Procedure(_) if time >= 10_000 => {
                let of_unit = matches!(lists, Lists::Unit(_));
                for row in self.days(&times, &self.asked.counting).await? {
                    let (unit, procedure) = (self.ground.unit(row.line.place), self.ground.procedure(row.procedure));
                    let whole = if of_unit { Cell::unit(unit) } else { Cell::procedure(procedure) };
                    put(&[Cell::pair(unit, procedure), whole], row.day, &row.line)?;
                }
            }
            Lists::Unit(_) => {
                let units = self.ground.of_units.as_deref();
                for row in self.some(wanted(Level::UnitChannel, units)).await?.iter() {
                    put(&[Cell::unit(self.ground.unit(row.line.place))], row.time, &row.line)?;
                }
            }
            Lists::Procedure(_) => {}
        }
        if let Lists::Unit(id) = lists {
            let units = self.ground.of_units.as_deref();
            let mut of_points = Timeline::default();
            for row in self.some(wanted(Level::Point, units)).await?.iter() {
                self.count(&mut of_points, row.time, &row.line)?;
                self.count(cells.entry(Cell::point(row.two)).or_default(), row.time, &row.line)?;
            }
            let whole = cells.get(&Cell::unit(self.ground.unit(id))).cloned().unwrap_or_default();
            cells.insert(Cell::point(0), whole.minus(&of_points));
        }
        Ok(cells)
    }
}

/// Where cells may be cut in a year or month, with what is left of lists looked at before and, of a month, of its year.
fn settled(cells: &BTreeMap<Cell, Timeline>, time: i64, before: &[Arc<Cuts>], of_year: &[Arc<Cuts>]) -> Result<Cuts> {
    let mut board = Board { cells: BTreeMap::new() };
    for (cell, line) in cells {
        let left = |cuts: &[Arc<Cuts>]| cuts.iter().filter_map(|cuts| cuts.get(cell)).fold(u32::MAX, |a, b| a & b);
        let (kept, month) = (left(before), time % 100);
        let inside = time < 10_000 || left(of_year) >> (month - 1) & 3 == 3;
        let counts = line.counts(time);
        let own: Vec<bool> = alone(time, &counts)?.into_iter().map(|cut| cut && inside).collect();
        let is_kept = |at: usize| kept >> at & 1 == 1;
        let cut = own.iter().enumerate().map(|(at, cut)| *cut && is_kept(at)).collect();
        let given_up = own.iter().enumerate().map(|(at, cut)| *cut && !is_kept(at)).collect();
        board.cells.insert(*cell, Row { counts, cut, given_up });
    }
    board.settle()?;
    Ok(board.cells.iter().map(|(cell, row)| (*cell, bits(&row.cut))).collect())
}

/// The cells of some lists in one stretch of time, with the cuts that they still have.
struct Board {
    cells: BTreeMap<Cell, Row>,
}

impl Board {
    /// Gives up cuts until no table of cells tells of a few persons. A cell stands in several tables, of lines and of
    /// channels: what one gives up must not follow from another.
    fn settle(&mut self) -> Result<()> {
        let tables = self.tables();
        let mut tables_of: HashMap<Cell, Vec<usize>> = HashMap::new();
        for (at, cells) in tables.iter().enumerate() {
            cells.iter().for_each(|cell| tables_of.entry(*cell).or_default().push(at));
        }
        let mut given_up_by: Vec<HashMap<Cell, Vec<bool>>> = vec![HashMap::new(); tables.len()];
        let mut open: BTreeSet<usize> = (0..tables.len()).collect();
        while let Some(at) = open.pop_first() {
            let (cells, by) = (&tables[at], &mut given_up_by[at]);
            if cells.iter().all(|cell| self.cells[cell].cut.iter().all(|cut| *cut)) {
                continue;
            }
            let rows: Vec<Row> = cells.iter().map(|cell| self.seen_by(by, cell)).collect();
            let found = cut_together(rows, DEFAULT_THRESHOLD).map_err(Error::internal)?;
            for (cell, cut) in cells.iter().zip(found) {
                let row = self.cells.get_mut(cell).ok_or_else(|| Error::internal("a table of known cells"))?;
                for at in (0..cut.len()).filter(|at| row.cut[*at] && !cut[*at]).collect::<Vec<usize>>() {
                    by.entry(*cell).or_insert_with(|| vec![false; cut.len()])[at] = true;
                    (row.cut[at], row.given_up[at]) = (false, true);
                    open.extend(&tables_of[cell]);
                }
            }
            open.remove(&at);
        }
        Ok(())
    }

    /// A cell as a table sees it that gave up some of its cuts itself.
    fn seen_by(&self, by: &HashMap<Cell, Vec<bool>>, cell: &Cell) -> Row {
        let mut row = self.cells[cell].clone();
        if let Some(own) = by.get(cell) {
            row.given_up.iter_mut().zip(own).for_each(|(given_up, own)| *given_up &= !own);
        }
        row
    }

    /// Cells that add up to the last of them.
    fn tables(&self) -> Vec<Vec<Cell>> {
        let mut tables: BTreeMap<(Cell, &str), Vec<Cell>> = BTreeMap::new();
        // Points are looked at one unit at a time.
        let the_unit = self.cells.keys().find(|cell| matches!(cell.line, Line::Unit(_)));
        for cell in self.cells.keys() {
            let whole = Cell::WHOLE.by(cell.channel);
            let of = match cell.line {
                Line::Whole => Vec::new(),
                Line::Unit(_) => vec![(whole, "units")],
                Line::Procedure(_) => vec![(whole, "procedures")],
                Line::Pair(unit, procedure) => {
                    vec![(Cell::unit(unit), "procedures"), (Cell::procedure(procedure), "units")]
                }
                Line::Point(_) => the_unit.map(|unit| (*unit, "points")).into_iter().collect(),
            };
            let channels = cell.channel.map(|_| (cell.by(None), "channels"));
            for table in of.into_iter().chain(channels).filter(|(whole, _)| self.cells.contains_key(whole)) {
                tables.entry(table).or_default().push(*cell);
            }
        }
        tables.into_iter().map(|((whole, _), cells)| cells.into_iter().chain([whole]).collect()).collect()
    }
}
