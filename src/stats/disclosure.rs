//! Which entries of a two-way table stay hidden, so that nobody's answer can be worked out (section 22).
//!
//! A table of units × procedures (or any other two ways) with its totals: cells `(i, j)` with `i < I`, `j < J`, row
//! totals in column `J`, column totals in row `I`, the grand total at `(I, J)`. An entry is *sensitive* if `0 < n < k`.
//! A zero is published as 0. A hidden entry hides everything computed from it: count, per cent, mean, interval,
//! verdict. Primary and complementary suppression carry the same words: the guarantee holds for a reader who cannot
//! tell them apart.
//!
//! # Why it is enough
//!
//! Each hidden sensitive entry lies on a cycle of hidden entries along which `k` units can be pushed so that it rises,
//! every total stays as it is and no entry becomes negative. Whoever knows all that is published must still allow it
//! to be as large as `n + k`, and cannot conclude that it is below `k`. (Complementary suppression as a path in the
//! table's graph: Gusfield 1988; linked tables: de Wolf 2002.)
//!
//! # Linked tables
//!
//! Tables that share entries (a unit's row is the totals row of its children's table; months and their quarter) are
//! computed together by [`suppress_linked`], so that no entry is hidden in one and shown in the other.

mod cuts;
mod linked;
mod path;
mod together;

pub use cuts::cuts;
pub use linked::{Link, Place, suppress_linked};
pub use together::{Row, cut_together};

use std::collections::HashSet;

use super::StatsError;

/// Threshold `k` unless configured otherwise.
pub const DEFAULT_THRESHOLD: u64 = 5;

/// The smallest threshold that protects anybody.
pub const LEAST_THRESHOLD: u64 = 3;

/// Largest grand total; far above any number of responses and small enough that path costs stay exact.
const MOST_RESPONSES: u64 = 1 << 40;

/// Largest number of entries, totals included.
const MOST_ENTRIES: usize = 100_000;

/// Whether a single figure from `n` responses must be hidden: `0 < n < k`.
///
/// ```
/// use hailong::stats::disclosure::is_sensitive;
/// assert!(is_sensitive(4, 5) && !is_sensitive(5, 5) && !is_sensitive(0, 5));
/// ```
#[must_use]
pub fn is_sensitive(n: u64, k: u64) -> bool {
    0 < n && n < k
}

/// Whether a share of 0 % or 100 % from `n` responses would tell everybody's answer: shown as "≤ 5 %", "≥ 95 %" to
/// anyone outside the unit's own management while `k ≤ n < 2k`.
///
/// `same` is how many of the `n` answers are at the commonest level.
///
/// ```
/// use hailong::stats::disclosure::reveals_everybody;
/// assert!(reveals_everybody(7, 7, 5));
/// assert!(!reveals_everybody(6, 7, 5) && !reveals_everybody(10, 10, 5));
/// ```
#[must_use]
pub fn reveals_everybody(same: u64, n: u64, k: u64) -> bool {
    n >= k && same == n && n < k.saturating_mul(2)
}

/// The place of an entry: `row` from 0 to the number of rows (which is the column totals), `column` likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Row number; the number of rows means the row of column totals.
    pub row: usize,
    /// Column number; the number of columns means the column of row totals.
    pub column: usize,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A count of one row and one column.
    Cell,
    /// The sum of a row.
    RowTotal,
    /// The sum of a column.
    ColumnTotal,
    /// The sum of everything.
    Grand,
}

/// Whether a table may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Yes, with the hidden entries hidden.
    Ok,
    /// No: some entries could not be protected. Only a coarser grouping may be published.
    CannotProtect,
}

/// Counts with their totals, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    rows: usize,
    columns: usize,
    counts: Vec<u64>,
}

impl Table {
    fn with_totals<R: AsRef<[u64]>>(cells: &[R]) -> Result<Self, StatsError> {
        let rows = cells.len();
        let columns = cells.first().map_or(0, |row| row.as_ref().len());
        let bad = |rule| Err(StatsError::Inconsistent { argument: "counts", rule });
        if rows == 0 || columns == 0 {
            return bad("at least one row and one column");
        }
        if (rows + 1).saturating_mul(columns + 1) > MOST_ENTRIES {
            return bad("at most 100,000 entries");
        }
        let mut counts = Vec::with_capacity((rows + 1) * (columns + 1));
        let mut column_totals = vec![0_u64; columns + 1];
        for row in cells.iter().map(AsRef::as_ref) {
            if row.len() != columns {
                return bad("every row has the same length");
            }
            let total = row.iter().fold(0_u64, |sum, &n| sum.saturating_add(n));
            for (sum, &n) in column_totals.iter_mut().zip(row.iter().chain([&total])) {
                *sum = sum.saturating_add(n);
            }
            counts.extend(row.iter().chain([&total]));
        }
        if column_totals[columns] > MOST_RESPONSES {
            return bad("at most 2^40 responses");
        }
        counts.extend(column_totals);
        Ok(Self { rows, columns, counts })
    }

    fn width(&self) -> usize {
        self.columns + 1
    }

    fn index(&self, entry: Entry) -> usize {
        entry.row * self.width() + entry.column
    }

    fn entry(&self, index: usize) -> Entry {
        Entry { row: index / self.width(), column: index % self.width() }
    }

    fn contains(&self, entry: Entry) -> bool {
        entry.row <= self.rows && entry.column <= self.columns
    }

    fn kind(&self, entry: Entry) -> EntryKind {
        match (entry.row == self.rows, entry.column == self.columns) {
            (false, false) => EntryKind::Cell,
            (false, true) => EntryKind::RowTotal,
            (true, false) => EntryKind::ColumnTotal,
            (true, true) => EntryKind::Grand,
        }
    }

    /// `G`.
    fn grand(&self) -> u64 {
        self.counts[self.counts.len() - 1]
    }
}

/// Which entries of a table are hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    table: Table,
    hidden: Vec<bool>,
    primary: Vec<Entry>,
    unprotected: Vec<Entry>,
}

impl Suppression {
    /// Whether the table may be published at this detail.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.unprotected.is_empty() { Status::Ok } else { Status::CannotProtect }
    }

    /// Entries for which no protecting cycle exists, in ascending order.
    #[must_use]
    pub fn unprotected(&self) -> &[Entry] {
        &self.unprotected
    }

    /// Sensitive and forced entries, in ascending order.
    #[must_use]
    pub fn primary(&self) -> &[Entry] {
        &self.primary
    }

    /// All hidden entries, in ascending order.
    pub fn hidden(&self) -> impl Iterator<Item = Entry> + '_ {
        let indices = self.hidden.iter().enumerate().filter(|(_, hidden)| **hidden);
        indices.map(|(index, _)| self.table.entry(index))
    }

    /// What this entry is.
    #[must_use]
    pub fn kind(&self, entry: Entry) -> EntryKind {
        self.table.kind(entry)
    }

    /// Whether this entry is hidden; an entry outside the table counts as hidden.
    #[must_use]
    pub fn is_hidden(&self, entry: Entry) -> bool {
        !self.table.contains(entry) || self.hidden[self.table.index(entry)]
    }

    /// The count to publish; `None` when the entry is hidden, lies outside the table, or the table cannot be
    /// protected.
    #[must_use]
    pub fn published(&self, entry: Entry) -> Option<u64> {
        let open = self.status() == Status::Ok && self.table.contains(entry);
        open.then(|| self.table.index(entry)).filter(|&i| !self.hidden[i]).map(|i| self.table.counts[i])
    }

    /// Number of cells, totals not counted, that are not hidden.
    #[must_use]
    pub fn published_cells(&self) -> usize {
        self.table.rows * self.table.columns - self.hidden_cells().count()
    }

    /// Responses in hidden cells, totals not counted.
    #[must_use]
    pub fn suppressed_count(&self) -> u64 {
        self.hidden_cells().map(|entry| self.table.counts[self.table.index(entry)]).sum()
    }

    fn hidden_cells(&self) -> impl Iterator<Item = Entry> + '_ {
        self.hidden().filter(|&entry| self.kind(entry) == EntryKind::Cell)
    }
}

/// Hides the sensitive entries of a table, the `forced` ones (hidden in a linked table), and as many others as protect
/// them.
///
/// `counts[row][column]` are numbers of responses, without totals; `k ≥ 3` is the threshold. For each sensitive or
/// forced entry, in ascending order, the cheapest cycle through it is hidden along which it can rise by `k`: an entry
/// that falls when it rises must hold at least `k`, an entry of 0 is never used. An entry costs nothing if it is hidden
/// already, else its count, plus `G` for a row or column total, plus `3G` for the grand total `G`. Ties: fewer entries,
/// then the smallest row and column numbers. The result is the same on every machine.
///
/// Time grows with sensitive entries × entries: 150 × 40 with 2,220 sensitive entries took 0.07 s, 1 × 300 with 240 of
/// them 0.5 ms, 300 × 200 with 22,200 of them 5 s (release build, one core).
///
/// No cycle: the entry is listed in [`Suppression::unprotected`].
///
/// # Errors
/// [`StatsError::Inconsistent`] for an empty or ragged table, more than 100,000 entries, more than 2^40 responses or
/// a forced entry outside the table; [`StatsError::OutOfRange`] when `k < 3`.
///
/// ```
/// use hailong::stats::disclosure::{DEFAULT_THRESHOLD, Entry, Status, suppress};
/// let table = suppress(&[[12, 3, 40], [25, 18, 9], [7, 30, 2]], DEFAULT_THRESHOLD, &[])?;
/// assert_eq!(table.status(), Status::Ok);
/// assert_eq!((table.published_cells(), table.suppressed_count()), (2, 81));
/// assert_eq!(table.published(Entry { row: 0, column: 2 }), Some(40));
/// assert_eq!(table.published(Entry { row: 0, column: 1 }), None);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn suppress<R: AsRef<[u64]>>(counts: &[R], k: u64, forced: &[Entry]) -> Result<Suppression, StatsError> {
    suppress_both(counts, k, forced, &[])
}

/// As [`suppress`], with entries that other tables hide. What few persons are in is protected as always; of any other of
/// these it is enough that it cannot be worked out: it may as well be smaller by `k` as larger, so that two large parts
/// of which one is hidden for the other's sake do not hide their total too.
///
/// # Errors
/// As [`suppress`].
///
/// ```
/// use hailong::stats::disclosure::{Entry, suppress, suppress_beside};
/// let parts = [[1000_u64, 2]];
/// let of = |column| [Entry { row: 0, column }, Entry { row: 1, column }];
/// let both: Vec<Entry> = [0, 1].into_iter().flat_map(of).collect();
/// assert!(suppress(&parts, 5, &both)?.is_hidden(Entry { row: 0, column: 2 }));
/// assert!(!suppress_beside(&parts, 5, &both)?.is_hidden(Entry { row: 0, column: 2 }));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn suppress_beside<R: AsRef<[u64]>>(counts: &[R], k: u64, elsewhere: &[Entry]) -> Result<Suppression, StatsError> {
    suppress_both(counts, k, &[], elsewhere)
}

fn suppress_both<R: AsRef<[u64]>>(
    counts: &[R],
    k: u64,
    forced: &[Entry],
    elsewhere: &[Entry],
) -> Result<Suppression, StatsError> {
    if k < LEAST_THRESHOLD {
        return Err(StatsError::OutOfRange { argument: "k", value: k as f64, allowed: "3 or more" });
    }
    let table = Table::with_totals(counts)?;
    let mut hidden: Vec<bool> = table.counts.iter().map(|&n| is_sensitive(n, k)).collect();
    for &entry in forced.iter().chain(elsewhere) {
        if !table.contains(entry) {
            return Err(StatsError::Inconsistent { argument: "forced", rule: "every entry lies in the table" });
        }
        hidden[table.index(entry)] = true;
    }
    let primary: Vec<Entry> = (0..hidden.len()).filter(|&i| hidden[i]).map(|i| table.entry(i)).collect();
    let mut unprotected = Vec::new();
    let mut search = path::Search::new(&table, k, &hidden);
    let is_elsewhere: HashSet<usize> = elsewhere.iter().map(|entry| table.index(*entry)).collect();
    // Last those of which another direction will do: the others hide what they need first.
    let (last, first): (Vec<Entry>, Vec<Entry>) = primary.iter().copied().partition(|entry| {
        let index = table.index(*entry);
        is_elsewhere.contains(&index) && !is_sensitive(table.counts[index], k)
    });
    for entry in first {
        if !search.protect(entry, &mut hidden) {
            unprotected.push(entry);
        }
    }
    for entry in last {
        if !search.may_fall(entry, &hidden) && !search.protect(entry, &mut hidden) {
            unprotected.push(entry);
        }
    }
    Ok(Suppression { table, hidden, primary, unprotected })
}
