//! Publications side by side: what must stay hidden in a new one, so that nobody finds one to four persons by adding and
//! subtracting what was published before (section 22, linked tables, rule 3).
//!
//! Time is cut at every day on which some publication begins or ends; the stretches between two cuts are *atoms*. A
//! publication tells persons of lines over `[from, to)`, numbers of cuts. A reader can lay publications end to end and take
//! others away from them, as long as these do not overlap one another: what is left is the number of persons in the days
//! not taken away. If that is from 1 to `k − 1`, the new publication must not tell the line.
//!
//! What was published stays as it was, while answers come late or are left out: the difference between what a publication
//! told and what counts now is carried along, for a reader can subtract that too.
//!
//! Lines stand in tables that add up to the whole. So what is said of a line is said of the lines hidden in one table
//! together as well: their sum is the whole without those that are told.

use std::ops::Range;

/// What a publication tells: persons of each line, none where it is hidden. Line 0 is the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Number of the cut at which it begins.
    pub from: usize,
    /// Number of the cut at which it ends.
    pub to: usize,
    /// Persons by line.
    pub persons: Vec<Option<u64>>,
}

/// Persons as they count now, and how the lines stand together.
#[derive(Debug, Clone, Copy)]
pub struct Board<'a> {
    /// Persons by line and atom.
    pub atoms: &'a [Vec<u64>],
    /// The lines of each table, which add up to the whole.
    pub tables: &'a [Range<usize>],
    /// Fewer persons than this are never told, except none.
    pub threshold: u64,
}

/// What one publication tells of one line or group of lines.
#[derive(Debug, Clone, Copy)]
struct Edge {
    from: usize,
    to: usize,
    /// What it told, without what counts now.
    off: i64,
}

/// Sets of small numbers: bit 64 is zero.
type Numbers = u128;
const ZERO: u32 = 64;

impl Board<'_> {
    /// Hides in `new` what tells on persons beside `others`, and as much more as keeps that from being worked out.
    pub fn protect(&self, others: &[Told], new: &mut Told) {
        for line in 0..new.persons.len() {
            if new.persons[line].is_some() && self.tells(&[line], None, others, new) {
                new.persons[line] = None;
            }
        }
        // Each round hides one more line.
        while self.tables.iter().any(|table| self.hide_more(table, others, new)) {}
    }

    /// Hides one more line of a table when it has to be; false when all is well.
    fn hide_more(&self, table: &Range<usize>, others: &[Told], new: &mut Told) -> bool {
        let hidden = hidden(table, new);
        let Some(whole) = new.persons[0] else {
            // All lines together would tell the whole.
            return hidden.is_empty() && self.hide_smallest(table.clone(), new);
        };
        if whole == 0 {
            return false;
        }
        let alone = hidden.len() == 1;
        if alone || (!hidden.is_empty() && self.tells(&hidden, Some(table), others, new)) {
            if !self.hide_smallest(table.clone(), new) {
                new.persons[0] = None;
            }
            return true;
        }
        // What is hidden together elsewhere, and can be worked out together here.
        let groups = others.iter().filter(|other| other.persons[0].is_some()).map(|other| self::hidden(table, other));
        for group in groups.filter(|group| !group.is_empty()) {
            if self.tells(&group, Some(table), others, new) {
                let hid = self.hide_smallest(group.iter().copied(), new) || self.hide_smallest(table.clone(), new);
                if !hid {
                    new.persons[0] = None;
                }
                return true;
            }
        }
        false
    }

    /// Hides the smallest of these lines that has persons; false when there is none.
    fn hide_smallest(&self, lines: impl Iterator<Item = usize>, new: &mut Told) -> bool {
        let told = lines.filter_map(|line| new.persons[line].filter(|n| *n > 0).map(|n| (n, line)));
        let Some((_, line)) = told.min() else { return false };
        new.persons[line] = None;
        true
    }

    /// Whether persons of these lines together could be found by way of the new publication.
    fn tells(&self, lines: &[usize], table: Option<&Range<usize>>, others: &[Told], new: &Told) -> bool {
        let nodes = self.atoms.first().map_or(0, Vec::len);
        let atoms: Vec<u64> = (0..nodes).map(|at| lines.iter().map(|line| self.atoms[*line][at]).sum()).collect();
        let edge = |told: &Told| {
            let now: u64 = atoms[told.from..told.to].iter().sum();
            let off = value(told, lines, table)? as i64 - now as i64;
            Some(Edge { from: told.from, to: told.to, off })
        };
        let Some(new) = edge(new) else { return false };
        let mut edges: Vec<Edge> = others.iter().filter_map(edge).collect();
        if !edges.iter().any(|other| other.from < new.to && new.from < other.to) {
            return false;
        }
        edges.push(new);
        tells(&atoms, &edges, self.threshold)
    }
}

/// What a publication tells of some lines of a table together: their sum, or the whole without all others.
fn value(told: &Told, lines: &[usize], table: Option<&Range<usize>>) -> Option<u64> {
    let sum = |mut lines: Box<dyn Iterator<Item = usize> + '_>| {
        lines.try_fold(0_u64, |sum, line| Some(sum + told.persons[line]?))
    };
    let directly = sum(Box::new(lines.iter().copied()));
    let around = || {
        let rest = sum(Box::new(table?.clone().filter(|line| !lines.contains(line))))?;
        Some(told.persons[0]?.saturating_sub(rest))
    };
    directly.or_else(around)
}

fn hidden(table: &Range<usize>, told: &Told) -> Vec<usize> {
    table.clone().filter(|line| told.persons[*line].is_none()).collect()
}

/// Whether some way through the cuts that uses the last edge leaves from 1 to `k − 1` persons, or as many too few.
///
/// A state is how far those laid end to end reach, and how far what they cover was gone through: taken away by another
/// publication, or left. It holds the numbers of persons that may be left so far.
fn tells(atoms: &[u64], edges: &[Edge], k: u64) -> bool {
    let nodes = atoms.len() + 1;
    let small: Numbers = (1..k.min(u64::from(ZERO)) as u32).map(|n| 1 << (ZERO + n) | 1 << (ZERO - n)).sum();
    let last = edges.len() - 1;
    let mut states = vec![[0; 2]; nodes * nodes];
    for start in 0..nodes {
        if edges.iter().all(|edge| edge.from != start) {
            continue;
        }
        states.fill([0; 2]);
        states[start * nodes + start] = [1 << ZERO, 0];
        for sum in 2 * start..=2 * (nodes - 1) {
            for reach in start.max(sum.saturating_sub(nodes - 1))..nodes.min(sum - start + 1) {
                let (gone, here) = (sum - reach, states[reach * nodes + sum - reach]);
                if here == [0; 2] {
                    continue;
                }
                if reach == gone && reach > start {
                    if here[1] & small != 0 {
                        return true;
                    }
                    continue;
                }
                let mut go = |reach: usize, gone: usize, by: i64, new: bool| {
                    let to = &mut states[reach * nodes + gone];
                    let [without, with] = here.map(|numbers| moved(numbers, by));
                    to[usize::from(new)] |= without;
                    to[1] |= with;
                };
                let ways = edges.iter().enumerate();
                if reach <= gone {
                    for (at, edge) in ways.filter(|(_, edge)| edge.from == reach) {
                        go(edge.to, gone, edge.off, at == last);
                    }
                } else {
                    go(reach, gone + 1, atoms[gone] as i64, false);
                    for (at, edge) in ways.filter(|(_, edge)| edge.from == gone) {
                        go(reach, edge.to, -edge.off, at == last);
                    }
                }
            }
        }
    }
    false
}

/// All numbers moved by as much; what leaves the range is large enough to tell nothing.
fn moved(numbers: Numbers, by: i64) -> Numbers {
    let far = u32::try_from(by.unsigned_abs()).unwrap_or(u32::MAX);
    if by >= 0 { numbers.checked_shl(far).unwrap_or(0) } else { numbers.checked_shr(far).unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::disclosure::{Entry, Status, suppress};

    const K: u64 = 5;

    fn board<'a>(atoms: &'a [Vec<u64>], tables: &'a [Range<usize>]) -> Board<'a> {
        Board { atoms, tables, threshold: K }
    }

    /// What a publication of all lines would tell, hiding only what is small in itself.
    fn alone(atoms: &[Vec<u64>], tables: &[Range<usize>], (from, to): (usize, usize)) -> Told {
        let n: Vec<u64> = atoms.iter().map(|line| line[from..to].iter().sum()).collect();
        let mut persons: Vec<Option<u64>> = n.iter().copied().map(Some).collect();
        let mut whole_hidden = n[0] > 0 && n[0] < K;
        for _ in 0..2 {
            for table in tables {
                let counts = &n[table.clone()];
                let at = counts.len();
                let totals = [Entry { row: 0, column: at }, Entry { row: 1, column: at }];
                let found = suppress(&[counts], K, if whole_hidden { &totals } else { &[] }).unwrap();
                let lost = found.status() == Status::CannotProtect;
                for column in 0..at {
                    if counts[column] > 0 && (lost || found.published(Entry { row: 0, column }).is_none()) {
                        persons[table.start + column] = None;
                    }
                }
                whole_hidden |= n[0] > 0 && (lost || found.published(totals[0]).is_none());
            }
        }
        if whole_hidden {
            persons[0] = None;
        }
        Told { from, to, persons }
    }

    #[test]
    fn a_quarter_beside_its_half_year_does_not_tell_the_other_quarter() {
        // The whole and three units, in two quarters; the second quarter of the second unit has three persons.
        let atoms = [vec![60, 43], vec![20, 20], vec![30, 3], vec![10, 20]];
        let tables = [1..4];
        let half = alone(&atoms, &tables, (0, 2));
        assert_eq!(half.persons, [Some(103), Some(40), Some(33), Some(30)]);
        let mut quarter = alone(&atoms, &tables, (0, 1));
        board(&atoms, &tables).protect(&[half], &mut quarter);
        assert_eq!(quarter.persons, [Some(60), Some(20), None, None], "and one more, for the whole is told");
    }

    #[test]
    fn three_quarters_and_the_year_do_not_tell_the_fourth() {
        let atoms = [vec![50, 50, 50, 42], vec![20, 20, 20, 2], vec![30, 30, 30, 40]];
        let tables = [1..3];
        let mut others: Vec<Told> = (0..3).map(|at| alone(&atoms, &tables, (at, at + 1))).collect();
        let mut year = alone(&atoms, &tables, (0, 4));
        board(&atoms, &tables).protect(&others, &mut year);
        assert_eq!(year.persons, [Some(192), None, None]);
        // Without one of them nothing small is left.
        others.pop();
        let mut year = alone(&atoms, &tables, (0, 4));
        board(&atoms, &tables).protect(&others, &mut year);
        assert_eq!(year.persons, [Some(192), Some(62), Some(130)]);
    }

    #[test]
    fn a_correction_does_not_tell_who_came_late() {
        let atoms = [vec![52], vec![22], vec![30]];
        let tables = [1..3];
        let first = Told { from: 0, to: 1, persons: vec![Some(49), Some(19), Some(30)] };
        let mut second = alone(&atoms, &tables, (0, 1));
        board(&atoms, &tables).protect(&[first], &mut second);
        assert_eq!(second.persons, [None, None, Some(30)]);
    }

    #[test]
    fn nothing_is_hidden_where_nothing_small_is_left() {
        let atoms = [vec![50, 50, 0], vec![20, 30, 0], vec![30, 20, 0]];
        let tables = [1..3];
        let others = [alone(&atoms, &tables, (0, 3)), alone(&atoms, &tables, (0, 1))];
        for stretch in [(0, 2), (1, 2), (1, 3), (2, 3)] {
            let plain = alone(&atoms, &tables, stretch);
            let mut new = plain.clone();
            board(&atoms, &tables).protect(&others, &mut new);
            assert_eq!(new, plain, "{stretch:?}");
        }
    }

    /// Every way to add and subtract up to four publications that leaves a set of days, for every group of lines of
    /// which each of them tells the sum.
    fn found(atoms: &[Vec<u64>], table: &Range<usize>, told: &[Told]) -> Option<String> {
        let stretches = atoms[0].len();
        let signs = |at: usize, code: usize| [0_i64, 1, -1][code / 3_usize.pow(at as u32) % 3];
        for code in 1..3_usize.pow(told.len() as u32) {
            let used: Vec<(i64, &Told)> = told
                .iter()
                .enumerate()
                .map(|(at, told)| (signs(at, code), told))
                .filter(|(sign, _)| *sign != 0)
                .collect();
            let cover =
                |at: usize| used.iter().filter(|(_, t)| t.from <= at && at < t.to).map(|(sign, _)| sign).sum::<i64>();
            if used.len() > 4 || !(0..stretches).all(|at| matches!(cover(at), 0 | 1)) {
                continue;
            }
            let lines = table.len();
            let groups = (1..1_usize << lines)
                .map(|bits| table.clone().filter(|line| bits >> (line - table.start) & 1 == 1).collect::<Vec<usize>>());
            for group in groups.chain([vec![0]]) {
                let table = (group != [0]).then_some(table);
                let values: Option<Vec<i64>> =
                    used.iter().map(|(sign, told)| Some(sign * value(told, &group, table)? as i64)).collect();
                let Some(values) = values else { continue };
                let left: i64 = values.iter().sum();
                if (1..K as i64).contains(&left) {
                    return Some(format!("{left} persons of lines {group:?} by {used:?}"));
                }
            }
        }
        None
    }

    #[test]
    fn no_publications_together_tell_one_to_four_persons() {
        let mut seed = 5_u64;
        let mut next = move |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        let (mut would, mut told_lines, mut hidden_lines) = (0, 0, 0);
        for _ in 0..600 {
            let (lines, stretches) = (2 + next(3) as usize, 2 + next(3) as usize);
            let units: Vec<Vec<u64>> = (0..lines)
                .map(|_| (0..stretches).map(|_| if next(3) == 0 { next(5) } else { next(40) }).collect())
                .collect();
            let whole = (0..stretches).map(|at| units.iter().map(|unit| unit[at]).sum()).collect();
            let atoms: Vec<Vec<u64>> = std::iter::once(whole).chain(units).collect();
            let tables = [1..lines + 1];
            let (mut plain, mut safe): (Vec<Told>, Vec<Told>) = (Vec::new(), Vec::new());
            for _ in 0..4 {
                let from = next(stretches as u64) as usize;
                let to = from + 1 + next((stretches - from) as u64) as usize;
                let new = alone(&atoms, &tables, (from, to));
                plain.push(new.clone());
                let mut new = new;
                board(&atoms, &tables).protect(&safe, &mut new);
                safe.push(new);
            }
            would += usize::from(found(&atoms, &tables[0], &plain).is_some());
            let leak = found(&atoms, &tables[0], &safe);
            assert!(leak.is_none(), "{}\n{atoms:?}\n{safe:?}", leak.unwrap_or_default());
            let all = safe.iter().flat_map(|told| &told.persons);
            told_lines += all.clone().filter(|n| n.is_some()).count();
            hidden_lines += all.filter(|n| n.is_none()).count();
        }
        assert!(would > 200, "too few that would tell on persons: {would}");
        assert!(told_lines > hidden_lines / 2, "{told_lines} told, {hidden_lines} hidden");
    }
}
