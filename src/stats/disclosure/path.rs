//! The cheapest path that protects an entry.
//!
//! The table as a graph: node `i` for row `i` (0 to `I`), node `I + 1 + j` for column `j` (0 to `J`); entry `(i, j)` is
//! the edge between its row and its column. With the sign −1 for row and column totals and +1 for cells and the grand
//! total, every row and column sums to 0, so a cycle is a way to shift counts without changing any sum.
//!
//! Distances are computed from the end of the path backwards (Dijkstra 1959, ordered by cost, then number of edges);
//! the path is then walked from its start, always to the smallest node that lies on a best path. That gives the
//! lexicographically smallest list of nodes among the best paths. One entry takes `O(E log E)`, `E` the number of entries.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Entry, Table};

/// Cost of the rest of a path, then its number of edges. A path has fewer than 2^18 edges of cost at most 4·2^40, so the
/// sum stays exact.
type Distance = (u64, u32);

const UNREACHED: Distance = (u64::MAX, u32::MAX);

pub(super) struct Search<'a> {
    table: &'a Table,
    k: u64,
    /// Distance of each node to the end of the path.
    distance: Vec<Distance>,
    heap: BinaryHeap<Reverse<(Distance, usize)>>,
    /// Nodes of the other side to which an entry is hidden, for each node, by [`Link`].
    linked: Vec<[Vec<usize>; 3]>,
    seen: Vec<bool>,
    /// Nodes from which one step leads to the end.
    nearest: Vec<bool>,
    /// Nodes on the way, each with how many of its links of a kind are still to be tried.
    ahead: Vec<(usize, Link, usize)>,
    /// Whether the entry is to rise along the path, or to fall.
    rises: bool,
}

/// Kinds of hidden entries that link two nodes. Only a large one may fall by `k`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Large,
    /// A cell or the grand total.
    SmallCell,
    /// A row or column total.
    SmallTotal,
}

impl Link {
    const ALL: [Self; 3] = [Self::Large, Self::SmallCell, Self::SmallTotal];
}

impl<'a> Search<'a> {
    pub(super) fn new(table: &'a Table, k: u64, hidden: &[bool]) -> Self {
        let nodes = table.rows + table.columns + 2;
        let mut search = Self {
            table,
            k,
            distance: vec![UNREACHED; nodes],
            heap: BinaryHeap::new(),
            linked: vec![Default::default(); nodes],
            seen: vec![false; nodes],
            nearest: vec![false; nodes],
            ahead: Vec::new(),
            rises: true,
        };
        for index in (0..hidden.len()).filter(|index| hidden[*index]) {
            let entry = table.entry(index);
            search.link(entry.row, search.column_node(entry.column));
        }
        search
    }

    fn link(&mut self, node: usize, other: usize) {
        let entry = self.entry_between(node, other);
        let link = match self.table.counts[self.table.index(entry)] {
            n if n >= self.k => Link::Large,
            _ if self.is_single_total(entry) => Link::SmallTotal,
            _ => Link::SmallCell,
        };
        self.linked[node][link as usize].push(other);
        self.linked[other][link as usize].push(node);
    }

    /// Hides the cheapest path from the entry's row to its column; false if there is none.
    pub(super) fn protect(&mut self, entry: Entry, hidden: &mut [bool]) -> bool {
        let (start, end) = (entry.row, self.column_node(entry.column));
        if self.is_held(entry, start, end, hidden) {
            return true;
        }
        self.measure(entry, start, end, hidden);
        if self.distance[start] == UNREACHED {
            return false;
        }
        let mut node = start;
        while node != end {
            let step = self.neighbours(node).find(|&next| {
                let onwards = self.distance[next];
                self.edge(entry, node, next, hidden)
                    .is_some_and(|cost| onwards != UNREACHED && after(onwards, cost) == self.distance[node])
            });
            let next = step.expect("a node with a distance got it from a neighbour that lies nearer to the end");
            let index = self.table.index(self.entry_between(node, next));
            if !hidden[index] {
                hidden[index] = true;
                self.link(node, next);
            }
            node = next;
        }
        true
    }

    /// Whether the entry could be smaller by `k` as far as what is hidden tells.
    pub(super) fn may_fall(&mut self, entry: Entry, hidden: &[bool]) -> bool {
        if self.table.counts[self.table.index(entry)] < self.k {
            return false;
        }
        self.rises = false;
        let held = self.is_held(entry, entry.row, self.column_node(entry.column), hidden);
        self.rises = true;
        held
    }

    /// Whether what is hidden already holds a path. It costs nothing, so the cheapest path would hide nothing more; most
    /// entries of a long table are protected by what an earlier one hid.
    fn is_held(&mut self, entry: Entry, start: usize, end: usize, hidden: &[bool]) -> bool {
        self.nearest.fill(false);
        for link in Link::ALL {
            for &node in &self.linked[end][link as usize] {
                self.nearest[node] = self.edge(entry, node, end, hidden).is_some();
            }
        }
        self.seen.fill(false);
        self.ahead.clear();
        self.step_to(entry, start);
        while let Some((node, link, left)) = self.ahead.last_mut() {
            // What was hidden last was hidden to protect others: it leads on soonest.
            let Some(at) = left.checked_sub(1) else {
                self.ahead.pop();
                continue;
            };
            *left = at;
            let (node, next) = (*node, self.linked[*node][*link as usize][at]);
            if self.seen[next] || self.edge(entry, node, next, hidden).is_none() {
                continue;
            }
            if self.nearest[next] {
                return true;
            }
            self.step_to(entry, next);
        }
        false
    }

    /// Goes on from a node: along links whose entries are large enough to fall, and along the others of which none has to.
    fn step_to(&mut self, protected: Entry, node: usize) {
        self.seen[node] = true;
        for link in [Link::SmallTotal, Link::SmallCell, Link::Large] {
            if link == Link::Large || !self.falls(protected, node, link == Link::SmallTotal) {
                self.ahead.push((node, link, self.linked[node][link as usize].len()));
            }
        }
    }

    /// Distances to `end` of all nodes nearer than `start`, and of `start`.
    fn measure(&mut self, entry: Entry, start: usize, end: usize, hidden: &[bool]) {
        self.distance.fill(UNREACHED);
        self.heap.clear();
        self.distance[end] = (0, 0);
        self.heap.push(Reverse(((0, 0), end)));
        while let Some(Reverse((distance, node))) = self.heap.pop() {
            if node == start {
                return;
            }
            if distance > self.distance[node] {
                continue;
            }
            for before in self.neighbours(node) {
                let Some(cost) = self.edge(entry, before, node, hidden) else {
                    continue;
                };
                let longer = after(distance, cost);
                if longer < self.distance[before] {
                    self.distance[before] = longer;
                    self.heap.push(Reverse((longer, before)));
                }
            }
        }
    }

    /// Cost of walking from one node to the next while `protected` rises, or falls; `None` if that is not allowed.
    fn edge(&self, protected: Entry, from: usize, to: usize, hidden: &[bool]) -> Option<u64> {
        let entry = self.entry_between(from, to);
        let index = self.table.index(entry);
        let n = self.table.counts[index];
        if entry == protected || n == 0 {
            return None;
        }
        if n < self.k && self.falls(protected, from, self.is_single_total(entry)) {
            return None;
        }
        if hidden[index] {
            return Some(0);
        }
        let grand = self.table.grand();
        let totals = usize::from(entry.row == self.table.rows) + usize::from(entry.column == self.table.columns);
        Some(n + grand * [0, 1, 3][totals])
    }

    /// Whether an entry falls, which is a total of a row or column or not, when it is walked from a node while `protected`
    /// rises, or falls.
    fn falls(&self, protected: Entry, from: usize, is_single_total: bool) -> bool {
        let same_sign = is_single_total == self.is_single_total(protected);
        (same_sign == self.is_row(from)) == self.rises
    }

    /// Sign −1: a row total or a column total, but not the grand total.
    fn is_single_total(&self, entry: Entry) -> bool {
        (entry.row == self.table.rows) != (entry.column == self.table.columns)
    }

    fn is_row(&self, node: usize) -> bool {
        node <= self.table.rows
    }

    fn column_node(&self, column: usize) -> usize {
        self.table.rows + 1 + column
    }

    fn entry_between(&self, from: usize, to: usize) -> Entry {
        let (row, column_node) = if self.is_row(from) { (from, to) } else { (to, from) };
        Entry { row, column: column_node - self.table.rows - 1 }
    }

    /// All nodes of the other side, in ascending order.
    fn neighbours(&self, node: usize) -> std::ops::Range<usize> {
        let rows = self.table.rows + 1;
        if self.is_row(node) { rows..rows + self.table.width() } else { 0..rows }
    }
}

/// A distance made longer by one edge.
fn after(distance: Distance, cost: u64) -> Distance {
    (distance.0 + cost, distance.1 + 1)
}
