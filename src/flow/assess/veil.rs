//! What stays hidden in all tables of a picture together: lines, months and channels share totals, and what one hides
//! another must not tell.

use super::hide::table_with;
use crate::error::{Error, Result};
use crate::stats::disclosure::{Entry, Status, is_sensitive, suppress};

/// Persons in every table of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tables {
    /// Lines that add up to the whole: units, procedures, points with what came otherwise.
    pub(super) lines: Vec<Vec<u64>>,
    /// What other pictures would tell: of the whole, of the lines, of the channels.
    pub(super) told: Told,
    /// Stretches of time that the months and years shown are made of, each with its pieces of months by channel.
    pub(super) stretches: Vec<Stretch>,
    pub(super) channels: usize,
}

/// What has to stay hidden whatever it holds, because other pictures would tell it by subtraction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) whole: bool,
    pub(super) lines: Vec<Vec<bool>>,
    pub(super) channels: Vec<bool>,
    pub(super) years: bool,
}

/// A stretch of time whose total can be worked out from what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Whether it is a part of the period.
    pub(super) in_period: bool,
    /// Pieces of months, each by channel.
    pub(super) pieces: Vec<Vec<u64>>,
    /// Of each piece, whether other pictures would tell it.
    pub(super) told: Vec<bool>,
}

/// What stays hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Veil {
    pub(super) whole: bool,
    pub(super) lines: Vec<Vec<bool>>,
    /// Channels of the period.
    pub(super) channels: Vec<bool>,
    /// By stretch and piece: the piece itself, and each of its channels.
    pub(super) pieces: Vec<Vec<(bool, Vec<bool>)>>,
    /// The years beside the period.
    pub(super) years: bool,
}

impl Veil {
    /// What either hides.
    fn or(mut self, other: &Self) -> Self {
        let either = |a: &mut Vec<bool>, b: &[bool]| a.iter_mut().zip(b).for_each(|(a, b)| *a |= *b);
        self.whole |= other.whole;
        self.years |= other.years;
        self.lines.iter_mut().zip(&other.lines).for_each(|(a, b)| either(a, b));
        either(&mut self.channels, &other.channels);
        for (pieces, others) in self.pieces.iter_mut().zip(&other.pieces) {
            for ((piece, channels), (other, of_other)) in pieces.iter_mut().zip(others) {
                *piece |= *other;
                either(channels, of_other);
            }
        }
        self
    }
}

/// What stays hidden of several ways to count the same tables, of which one is shown: whoever sees the others too must
/// not work anything out by subtraction.
pub(super) fn veil_of(shown: &Tables, others: &[Tables], k: u64) -> Result<Veil> {
    others.iter().try_fold(veil(shown, k)?, |hidden, other| Ok(hidden.or(&veil(other, k)?)))
}

/// What stays hidden. Hidden entries only ever grow, so the rounds end.
fn veil(tables: &Tables, k: u64) -> Result<Veil> {
    let by_channel: Vec<u64> = (0..tables.channels)
        .map(|channel| {
            let inside = tables.stretches.iter().filter(|stretch| stretch.in_period);
            inside.flat_map(|stretch| &stretch.pieces).map(|piece| piece[channel]).sum()
        })
        .collect();
    let total: u64 = by_channel.iter().sum();
    let alone = tables.stretches.iter().filter(|stretch| stretch.in_period).count() == 1;
    let mut whole = is_sensitive(total, k) || (tables.told.whole && total > 0);
    let mut channels = vec![false; tables.channels];
    loop {
        let mut hides = whole;
        let mut lines = Vec::with_capacity(tables.lines.len());
        for (at, counts) in tables.lines.iter().enumerate() {
            let told = tables.told.lines.get(at).map_or(&[][..], Vec::as_slice);
            let (hidden, total) = table_with(counts, told, whole, k)?;
            hides |= total;
            lines.push(hidden);
        }
        let (by_table, total) = table_with(&by_channel, &tables.told.channels, whole, k)?;
        hides |= total;
        let mut more: Vec<bool> = by_table.iter().zip(&channels).map(|(a, b)| *a || *b).collect();
        let (mut pieces, mut years) = (Vec::with_capacity(tables.stretches.len()), tables.told.years);
        for stretch in &tables.stretches {
            let inside = stretch.in_period;
            let grid = grid(stretch, inside.then_some(more.as_slice()), whole && inside && alone, k)?;
            if inside {
                more.iter_mut().zip(&grid.columns).for_each(|(channel, column)| *channel |= *column);
                hides |= alone && grid.total;
            }
            years |= grid.total;
            pieces.push(grid.rows);
        }
        // Hiding the whole hides what it could be worked out from, in the next round.
        if hides == whole && more == channels {
            return Ok(Veil { whole, lines, channels, pieces, years: years || whole });
        }
        (whole, channels) = (hides, more);
    }
}

struct Grid {
    rows: Vec<(bool, Vec<bool>)>,
    columns: Vec<bool>,
    total: bool,
}

/// Pieces of months by channels, with the totals of both. `columns` are totals that are hidden elsewhere.
fn grid(stretch: &Stretch, columns: Option<&[bool]>, total_hidden: bool, k: u64) -> Result<Grid> {
    let (height, width) = (stretch.pieces.len(), stretch.pieces.first().map_or(0, Vec::len));
    let total: u64 = stretch.pieces.iter().flatten().sum();
    if total == 0 {
        let rows = vec![(false, vec![false; width]); height];
        return Ok(Grid { rows, columns: vec![false; width], total: total_hidden });
    }
    let sum = |column: usize| stretch.pieces.iter().map(|piece| piece[column]).sum::<u64>();
    let mut forced: Vec<Entry> = (0..width)
        .filter(|column| columns.is_some_and(|hidden| hidden[*column]) && sum(*column) > 0)
        .map(|column| Entry { row: height, column })
        .collect();
    forced.extend(total_hidden.then_some(Entry { row: height, column: width }));
    let told = stretch.told.iter().zip(&stretch.pieces).enumerate();
    for (row, _) in told.filter(|(_, (told, piece))| **told && piece.iter().any(|n| *n > 0)) {
        forced.push(Entry { row, column: width });
        // Of one channel the piece is its own total.
        forced.extend((width == 1).then_some(Entry { row, column: 0 }));
    }
    let found = suppress(&stretch.pieces, k, &forced).map_err(Error::internal)?;
    if found.status() == Status::CannotProtect {
        let row = |piece: &Vec<u64>| (piece.iter().any(|n| *n > 0), piece.iter().map(|n| *n > 0).collect());
        let columns = (0..width).map(|column| sum(column) > 0).collect();
        return Ok(Grid { rows: stretch.pieces.iter().map(row).collect(), columns, total: true });
    }
    let hidden = |row, column| found.is_hidden(Entry { row, column });
    Ok(Grid {
        rows: (0..height)
            .map(|row| (hidden(row, width), (0..width).map(|column| hidden(row, column)).collect()))
            .collect(),
        columns: (0..width).map(|column| hidden(height, column)).collect(),
        total: hidden(height, width),
    })
}
