//! What stays hidden in all tables of a picture together: lines, months and channels share totals, and what one hides
//! another must not tell.

use super::hide::table;
use crate::error::{Error, Result};
use crate::stats::disclosure::{Entry, Status, is_sensitive, suppress_beside};

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
    /// The whole is shown elsewhere: hiding it would hide nothing.
    pub(super) known: bool,
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
    /// Of each piece and each of its channels, whether other pictures would tell it.
    pub(super) told: Vec<(bool, Vec<bool>)>,
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

/// What stays hidden. Where the parts are so small that hiding them well would hide the whole with them, a whole that is
/// known anyway is shown alone: then each part may be anything up to it.
fn veil(tables: &Tables, k: u64) -> Result<Veil> {
    let veil = among_parts(tables, k)?;
    let inside = || tables.stretches.iter().filter(|stretch| stretch.in_period).flat_map(|stretch| &stretch.pieces);
    let few = is_sensitive(inside().flatten().sum(), k);
    if !veil.whole || !tables.told.known || tables.told.whole || few {
        return Ok(veil);
    }
    let any = |counts: &Vec<u64>| counts.iter().map(|n| *n > 0).collect::<Vec<bool>>();
    let alone = |piece: &Vec<u64>| (piece.iter().any(|n| *n > 0), any(piece));
    let pieces = tables.stretches.iter().zip(&veil.pieces).map(|(stretch, hidden)| match stretch.in_period {
        true => stretch.pieces.iter().map(alone).collect(),
        false => hidden.clone(),
    });
    Ok(Veil {
        whole: false,
        lines: tables.lines.iter().map(any).collect(),
        channels: (0..tables.channels).map(|channel| inside().any(|piece| piece[channel] > 0)).collect(),
        pieces: pieces.collect(),
        years: true,
    })
}

/// What stays hidden when parts are shown beside the whole. Hidden entries only ever grow, so the rounds end.
///
/// The months of the period by channel are one table, with the channels and the whole as its totals; the months of each
/// stretch add up to the stretch, and the stretches to the whole.
fn among_parts(tables: &Tables, k: u64) -> Result<Veil> {
    let inside: Vec<&Stretch> = tables.stretches.iter().filter(|stretch| stretch.in_period).collect();
    let months = Stretch {
        in_period: true,
        pieces: inside.iter().flat_map(|stretch| stretch.pieces.clone()).collect(),
        told: inside.iter().flat_map(|stretch| stretch.told.clone()).collect(),
    };
    let by_channel: Vec<u64> =
        (0..tables.channels).map(|channel| months.pieces.iter().map(|piece| piece[channel]).sum()).collect();
    let of_months: Vec<u64> = months.pieces.iter().map(|piece| piece.iter().sum()).collect();
    let totals: Vec<u64> = inside.iter().map(|stretch| stretch.pieces.iter().flatten().sum()).collect();
    let total: u64 = totals.iter().sum();
    let mut state = State {
        whole: is_sensitive(total, k) || (tables.told.whole && total > 0),
        channels: tables.told.channels.clone(),
        months: vec![false; of_months.len()],
        parts: vec![false; totals.len()],
    };
    state.channels.resize(tables.channels, false);
    loop {
        let mut next = state.clone();
        let mut lines = Vec::with_capacity(tables.lines.len());
        for (at, counts) in tables.lines.iter().enumerate() {
            let told = tables.told.lines.get(at).map_or(&[][..], Vec::as_slice);
            let (hidden, total) = table(counts, told, state.whole, k)?;
            next.whole |= total;
            lines.push(hidden);
        }
        let (channels, total) = table(&by_channel, &state.channels, state.whole, k)?;
        next.channels = channels;
        next.whole |= total;
        let grid_of_months = grid(&months, Some(&next), state.whole, k)?;
        next.whole |= grid_of_months.total;
        next.channels.iter_mut().zip(&grid_of_months.columns).for_each(|(channel, column)| *channel |= *column);
        next.months.iter_mut().zip(&grid_of_months.rows).for_each(|(month, (hidden, _))| *month |= *hidden);
        // Of one stretch alone these are the sums of that table.
        if inside.len() > 1 {
            let (parts, total) = table(&totals, &state.parts, state.whole, k)?;
            next.parts = parts;
            next.whole |= total;
            let mut first = 0;
            for (part, stretch) in inside.iter().enumerate() {
                let of = first..first + stretch.pieces.len();
                let (hidden, total) = table(&of_months[of.clone()], &next.months[of.clone()], next.parts[part], k)?;
                next.months[of].iter_mut().zip(hidden).for_each(|(month, hidden)| *month |= hidden);
                next.parts[part] |= total;
                first += stretch.pieces.len();
            }
        }
        // What is hidden hides what it could be worked out from, in the next round.
        if next != state {
            state = next;
            continue;
        }
        let mut years = tables.told.years || state.whole || state.parts.contains(&true);
        let (mut pieces, mut of_period) = (Vec::with_capacity(tables.stretches.len()), grid_of_months.rows.into_iter());
        for stretch in &tables.stretches {
            if stretch.in_period {
                pieces.push(of_period.by_ref().take(stretch.pieces.len()).collect());
                continue;
            }
            let grid = grid(stretch, None, false, k)?;
            years |= grid.total;
            pieces.push(grid.rows);
        }
        return Ok(Veil { whole: state.whole, lines, channels: state.channels, pieces, years });
    }
}

/// What is hidden so far of the sums that tables share.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    whole: bool,
    channels: Vec<bool>,
    /// Months of the period.
    months: Vec<bool>,
    /// Stretches of the period.
    parts: Vec<bool>,
}

struct Grid {
    rows: Vec<(bool, Vec<bool>)>,
    columns: Vec<bool>,
    total: bool,
}

/// Pieces of months by channels, with the totals of both; `elsewhere` are totals that other tables hide.
fn grid(stretch: &Stretch, elsewhere: Option<&State>, total_hidden: bool, k: u64) -> Result<Grid> {
    let (height, width) = (stretch.pieces.len(), stretch.pieces.first().map_or(0, Vec::len));
    let total: u64 = stretch.pieces.iter().flatten().sum();
    if total == 0 {
        let rows = vec![(false, vec![false; width]); height];
        return Ok(Grid { rows, columns: vec![false; width], total: total_hidden });
    }
    let sum = |column: usize| stretch.pieces.iter().map(|piece| piece[column]).sum::<u64>();
    let mut forced: Vec<Entry> = (0..width)
        .filter(|column| elsewhere.is_some_and(|hidden| hidden.channels[*column]) && sum(*column) > 0)
        .map(|column| Entry { row: height, column })
        .collect();
    let months = elsewhere.iter().flat_map(|hidden| hidden.months.iter().enumerate());
    let months = months.filter(|(row, hidden)| **hidden && stretch.pieces[*row].iter().any(|n| *n > 0));
    forced.extend(months.map(|(row, _)| Entry { row, column: width }));
    forced.extend(total_hidden.then_some(Entry { row: height, column: width }));
    for (row, ((whole, channels), piece)) in stretch.told.iter().zip(&stretch.pieces).enumerate() {
        let cells = channels.iter().zip(piece).map(|(told, n)| *told && *n > 0);
        // Of one channel the piece is its own total.
        let cells: Vec<bool> = cells.collect();
        let told = if width == 1 { vec![*whole || cells.contains(&true)] } else { cells };
        let told = told.into_iter().enumerate().filter(|(_, told)| *told).map(|(column, _)| column);
        let told = told.chain(whole.then_some(width)).filter(|_| piece.iter().any(|n| *n > 0));
        forced.extend(told.map(|column| Entry { row, column }));
    }
    let found = suppress_beside(&stretch.pieces, k, &forced).map_err(Error::internal)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same every time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % most
        }

        fn persons(&mut self) -> u64 {
            match self.below(4) {
                0 => 0,
                1 => self.below(6),
                _ => self.below(60),
            }
        }

        fn tables(&mut self) -> Tables {
            let channels = 1 + self.below(3) as usize;
            let stretches = (0..1 + self.below(3)).map(|at| {
                let pieces = (0..1 + self.below(4)).map(|_| (0..channels).map(|_| self.persons()).collect());
                let pieces: Vec<Vec<u64>> = pieces.collect();
                let told =
                    pieces.iter().map(|_| (self.below(8) == 0, (0..channels).map(|_| self.below(9) == 0).collect()));
                let told = told.collect();
                Stretch { in_period: at == 0 || self.below(3) == 0, pieces, told }
            });
            let stretches: Vec<Stretch> = stretches.collect();
            let inside = stretches.iter().filter(|stretch| stretch.in_period);
            let total: u64 = inside.flat_map(|stretch| stretch.pieces.iter().flatten()).sum();
            let cut = self.below(total + 1);
            let lines = vec![vec![cut, total - cut], vec![total], Vec::new()];
            Tables { lines, told: Told::default(), stretches, channels }
        }
    }

    /// Sums that are known, each over cells by number; whether a sum over other cells follows from them.
    struct Known(Vec<Vec<f64>>);

    impl Known {
        fn reduced(row: &[f64], rows: &[Vec<f64>]) -> Vec<f64> {
            let mut row = row.to_vec();
            for known in rows {
                let lead = known.iter().position(|value| value.abs() > 1e-9).unwrap();
                let factor = row[lead] / known[lead];
                row.iter_mut().zip(known).for_each(|(a, b)| *a -= factor * b);
            }
            row
        }

        fn learn(&mut self, row: &[f64]) {
            let row = Self::reduced(row, &self.0);
            if row.iter().any(|value| value.abs() > 1e-9) {
                let lead = row.iter().position(|value| value.abs() > 1e-9).unwrap();
                for known in &mut self.0 {
                    let factor = known[lead] / row[lead];
                    known.iter_mut().zip(&row).for_each(|(a, b)| *a -= factor * b);
                }
                self.0.push(row);
            }
        }

        fn tells(&self, row: &[f64]) -> bool {
            Self::reduced(row, &self.0).iter().all(|value| value.abs() < 1e-6)
        }
    }

    #[test]
    fn no_small_number_follows_from_all_that_is_shown_of_months_channels_and_years() {
        let mut dice = Dice(3);
        let (mut small, mut shown) = (0, 0);
        for _ in 0..3000 {
            let tables = dice.tables();
            let veil = veil_of(&tables, &[], 5).unwrap();
            let width = tables.channels;
            let cells: usize = tables.stretches.iter().map(|stretch| stretch.pieces.len() * width).sum();
            // Every sum that could be told: what it is, its cells, and whether it is told.
            let mut sums: Vec<(u64, Vec<f64>, bool)> = Vec::new();
            let mut whole = vec![0.0; cells];
            let mut by_channel = vec![vec![0.0; cells]; width];
            let mut at = 0;
            for (stretch, hidden) in tables.stretches.iter().zip(&veil.pieces) {
                let mut all = vec![0.0; cells];
                for (piece, (hides, channels)) in stretch.pieces.iter().zip(hidden) {
                    let mut of_piece = vec![0.0; cells];
                    for channel in 0..width {
                        let mut cell = vec![0.0; cells];
                        (cell[at], of_piece[at], all[at]) = (1.0, 1.0, 1.0);
                        if stretch.in_period {
                            (whole[at], by_channel[channel][at]) = (1.0, 1.0);
                        }
                        sums.push((piece[channel], cell, !channels[channel] && !hides));
                        at += 1;
                    }
                    sums.push((piece.iter().sum(), of_piece, !hides));
                }
                sums.push((stretch.pieces.iter().flatten().sum(), all, !veil.years));
            }
            let total = tables.lines[1][0];
            for (channel, row) in by_channel.into_iter().enumerate() {
                let inside = tables.stretches.iter().filter(|stretch| stretch.in_period);
                let n = inside.flat_map(|stretch| &stretch.pieces).map(|piece| piece[channel]).sum();
                sums.push((n, row, !veil.channels[channel]));
            }
            sums.push((total, whole, !veil.whole));
            let mut known = Known(Vec::new());
            for (n, row, told) in &sums {
                assert!(!told || *n == 0 || *n >= 5, "{tables:?} {veil:?} tells {n}");
                if *told {
                    known.learn(row);
                    shown += 1;
                }
            }
            for (n, row, _) in &sums {
                if (1..5).contains(n) {
                    small += 1;
                    assert!(!known.tells(row), "{tables:?} {veil:?}: {n} follows");
                }
            }
        }
        assert!(small > 2000 && shown > 5000, "{small} {shown}");
    }

    #[test]
    fn what_others_hide_stays_hidden() {
        let of = |n: u64| Tables {
            lines: vec![vec![n, 40]],
            told: Told::default(),
            stretches: vec![Stretch { in_period: true, pieces: vec![vec![n + 40]], told: vec![(false, vec![false])] }],
            channels: 1,
        };
        assert_eq!(veil_of(&of(30), &[], 5).unwrap().lines, [[false, false]]);
        assert_eq!(veil_of(&of(30), &[of(3)], 5).unwrap().lines, [[true, true]]);
    }

    #[test]
    fn a_whole_of_few_that_other_pages_show_is_shown_alone() {
        let of = |pieces: &[[u64; 3]], told: Told| Tables {
            lines: vec![vec![pieces.iter().flatten().sum()], Vec::new()],
            told,
            stretches: vec![Stretch {
                in_period: true,
                pieces: pieces.iter().map(|piece| piece.to_vec()).collect(),
                told: vec![(false, vec![false; 3]); pieces.len()],
            }],
            channels: 3,
        };
        let pieces = [[2, 0, 1], [0, 3, 1], [4, 0, 0]];
        let known = Told { known: true, ..Told::default() };
        let veil = veil_of(&of(&pieces, known.clone()), &[], 5).unwrap();
        assert!(!veil.whole && veil.years && veil.channels == [true; 3], "{veil:?}");
        assert!(veil.pieces[0].iter().all(|(month, _)| *month), "{veil:?}");
        // Where nobody knows it, where it is a secret, and where it is of few itself it stays hidden.
        assert!(veil_of(&of(&pieces, Told::default()), &[], 5).unwrap().whole);
        assert!(veil_of(&of(&pieces, Told { whole: true, ..known.clone() }), &[], 5).unwrap().whole);
        assert!(veil_of(&of(&[[2, 0, 1], [0; 3], [1, 0, 0]], known), &[], 5).unwrap().whole);
    }

    /// A procedure over a year that goes on, as months by five channels: busy in summer, one person in the last month.
    #[test]
    fn one_person_of_the_newest_month_does_not_hide_the_year() {
        let year = [
            [4, 1, 1, 0, 0],
            [0, 1, 0, 1, 0],
            [6, 3, 3, 4, 0],
            [22, 6, 6, 10, 0],
            [90, 32, 45, 51, 5],
            [137, 36, 74, 86, 6],
            [106, 42, 74, 65, 11],
            [33, 10, 22, 26, 0],
            [2, 1, 4, 7, 0],
            [1, 2, 0, 1, 0],
        ];
        let stretch = |pieces: &[[u64; 5]]| Stretch {
            in_period: true,
            pieces: pieces.iter().map(|piece| piece.to_vec()).collect(),
            told: pieces.iter().map(|piece| (is_sensitive(piece.iter().sum(), 5), vec![false; 5])).collect(),
        };
        let stretches = vec![stretch(&year), stretch(&[[0, 0, 1, 0, 0], [0; 5]])];
        let lines = vec![vec![212, 129, 488, 209], vec![1038], Vec::new()];
        let veil = veil_of(&Tables { lines, told: Told::default(), stretches, channels: 5 }, &[], 5).unwrap();
        assert!(!veil.whole && veil.lines[0] == [false; 4], "{veil:?}");
    }
}
