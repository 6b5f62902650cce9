//! Pooling small cells before a stratified estimate, by a rule that leaves no choice (section 10).

use std::collections::BTreeMap;

use super::Cell;

/// A cell with its place, as codes; their order decides ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedCell<C> {
    /// Code of the unit.
    pub unit: C,
    /// Code of the procedure.
    pub procedure: C,
    /// Code of the channel.
    pub channel: C,
    /// Cases and responses.
    pub cell: Cell,
}

/// What the report is broken down by; cells of different groups are never pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reporting {
    /// By unit, and for the whole department: within a unit, procedures may be pooled.
    ByUnit,
    /// By procedure: within a procedure, units may be pooled.
    ByProcedure,
}

/// A cell after pooling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collapsed {
    /// Positions of the cells it was made from, ascending in their codes.
    pub members: Vec<usize>,
    /// Their sums.
    pub cell: Cell,
}

/// Pools cells so that few have one response or none, in ascending order of (unit, procedure, channel) codes:
///
/// 1. within each unit × procedure, if any channel has `n_h < 2` although it has cases, all its channels become one cell;
/// 2. within each group of the report, all cells with `n_h < 2` become one; while that has `n < 2`, the cell of the
///    group with the fewest responses joins it (ties: the first in order).
///
/// A group without any response stays uncovered. Cells with neither case nor response are dropped; a response where no
/// case is known counts as a cell with cases. The result is ordered by first member; it does not depend on the order of
/// the input. Sums saturate at `u64::MAX`.
///
/// ```
/// use hailong::stats::design::{Cell, PlacedCell, Reporting, collapse};
/// let at = |procedure, channel, population, n, x| {
///     PlacedCell { unit: "u1", procedure, channel, cell: Cell { population, n, x } }
/// };
/// let cells = [at("a", "counter", 50, 9, 8), at("a", "online", 20, 1, 1), at("b", "counter", 30, 0, 0)];
/// let pooled = collapse(&cells, Reporting::ByUnit);
/// assert_eq!(pooled.len(), 1); // "a" became one cell of 10 responses; "b" had none and joined it
/// assert_eq!(pooled[0].cell, Cell { population: 100, n: 10, x: 9 });
/// ```
#[must_use]
pub fn collapse<C: Ord>(cells: &[PlacedCell<C>], reporting: Reporting) -> Vec<Collapsed> {
    let mut order: Vec<usize> = (0..cells.len()).filter(|&position| exists(cells[position].cell)).collect();
    order.sort_by_key(|&position| {
        let PlacedCell { unit, procedure, channel, .. } = &cells[position];
        (unit, procedure, channel)
    });

    let mut pairs: BTreeMap<(&C, &C), Vec<usize>> = BTreeMap::new();
    for position in order {
        pairs.entry((&cells[position].unit, &cells[position].procedure)).or_default().push(position);
    }
    let mut groups: BTreeMap<&C, Vec<Collapsed>> = BTreeMap::new();
    for ((unit, procedure), channels) in pairs {
        let group = groups
            .entry(match reporting {
                Reporting::ByUnit => unit,
                Reporting::ByProcedure => procedure,
            })
            .or_default();
        let singly = channels.iter().map(|&position| Collapsed { members: vec![position], cell: cells[position].cell });
        if channels.iter().any(|&position| is_small(cells[position].cell)) {
            group.extend(pool(singly));
        } else {
            group.extend(singly);
        }
    }
    groups.into_values().flat_map(pool_small).collect()
}

/// Step 2, within one group.
fn pool_small(group: Vec<Collapsed>) -> Vec<Collapsed> {
    let (mut small, mut kept): (Vec<_>, Vec<_>) =
        group.into_iter().enumerate().partition(|(_, cell)| is_small(cell.cell));
    if small.is_empty() {
        return kept.into_iter().map(|(_, cell)| cell).collect();
    }
    if small.iter().map(|(_, cell)| cell.cell.n).sum::<u64>() < 2 {
        // Every kept cell has two responses or more: one is enough. The first of the smallest is taken.
        if let Some(fewest) = (0..kept.len()).min_by_key(|&at| kept[at].1.cell.n) {
            small.push(kept.remove(fewest));
        }
    }
    small.sort_by_key(|&(at, _)| at);
    let first = small[0].0;
    let after = kept.partition_point(|&(at, _)| at < first);
    let mut result: Vec<Collapsed> = kept.into_iter().map(|(_, cell)| cell).collect();
    if let Some(pooled) = pool(small.into_iter().map(|(_, cell)| cell)) {
        result.insert(after, pooled);
    }
    result
}

fn exists(cell: Cell) -> bool {
    cell.population > 0 || cell.n > 0
}

fn is_small(cell: Cell) -> bool {
    cell.n < 2
}

/// All into one; `None` of none.
fn pool(cells: impl Iterator<Item = Collapsed>) -> Option<Collapsed> {
    cells.reduce(|mut sum, next| {
        sum.members.extend(next.members);
        sum.cell.population = sum.cell.population.saturating_add(next.cell.population);
        sum.cell.n = sum.cell.n.saturating_add(next.cell.n);
        sum.cell.x = sum.cell.x.saturating_add(next.cell.x);
        sum
    })
}
