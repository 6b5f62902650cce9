//! Publications side by side: what must stay hidden in a new one, so that nobody finds one to four persons by adding and
//! subtracting what was published before (section 22, linked tables, rule 3).
//!
//! Time is cut at every day on which some publication begins or ends; the stretches between two cuts are *atoms*. A
//! publication tells persons of lines over `[from, to)`, numbers of cuts. A reader can go along publications from cut to
//! cut, forwards and backwards, and so finds the persons of stretches that none of them tells; and take away others that lie
//! inside and do not overlap. What is left is the number of persons in the days not taken away. If that is from 1 to
//! `k − 1`, the new publication must not tell the line.
//!
//! What was published stays as it was, while answers come late or are left out: the difference between what a publication
//! told and what counts now is carried along, for a reader can subtract that too.
//!
//! Lines stand in tables that add up to the whole. So what is said of a line is said of the lines hidden in one table
//! together as well: their sum is the whole without those that are told.

use std::collections::BTreeSet;
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
        let told = |group: &Vec<usize>| self.tells(group, Some(table), others, new);
        let group = match new.persons[0] {
            // All lines together would tell the whole.
            None if hidden.is_empty() => return self.hide_smallest(table.clone(), new),
            Some(0) if hidden.is_empty() => return false,
            Some(0) => {
                new.persons[0] = None;
                return true;
            }
            Some(_) if hidden.len() == 1 => Some(hidden),
            _ => groups(table, others, new).into_iter().find(told),
        };
        let Some(group) = group else { return false };
        if !self.hide_smallest(group.into_iter(), new) && !self.hide_smallest(table.clone(), new) {
            new.persons[0] = None;
        }
        true
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

/// Lines whose sum can be worked out where they are not told: those hidden together in a publication that tells the whole,
/// and together with those of another that has one of them hidden too.
fn groups(table: &Range<usize>, others: &[Told], new: &Told) -> Vec<Vec<usize>> {
    let of_each = others.iter().chain([new]).filter(|told| told.persons[0].is_some()).map(|told| hidden(table, told));
    let mut groups: BTreeSet<Vec<usize>> = of_each.filter(|group| !group.is_empty()).collect();
    let single: Vec<Vec<usize>> = groups.iter().cloned().collect();
    let mut latest = single.clone();
    while let Some(group) = latest.pop().filter(|_| groups.len() < MOST_GROUPS) {
        for other in single.iter().filter(|other| other.iter().any(|line| group.contains(line))) {
            let union: BTreeSet<usize> = group.iter().chain(other).copied().collect();
            let union: Vec<usize> = union.into_iter().collect();
            if groups.insert(union.clone()) {
                latest.push(union);
            }
        }
    }
    groups.into_iter().collect()
}

/// So many groups of hidden lines are looked at; there are hardly ever more than a few.
const MOST_GROUPS: usize = 200;

/// Whether persons from 1 to `k − 1`, or as many too few, are left in some days, found by way of the last edge.
///
/// First every stretch that can be found by going from cut to cut along publications, forwards and backwards. Then, from
/// each cut on, what can be left of such a stretch when others inside it that do not overlap are taken away.
fn tells(atoms: &[u64], edges: &[Edge], k: u64) -> bool {
    let nodes = atoms.len() + 1;
    let small: Numbers = (1..k.min(u64::from(ZERO)) as u32).map(|n| 1 << (ZERO + n) | 1 << (ZERO - n)).sum();
    let ways = ways(nodes, edges);
    let way = |from: usize, to: usize| ways[from * nodes + to];
    let is_told = |found: Found| found[1] & small != 0;
    (0..nodes).any(|start| {
        let mut left = vec![[0; 2]; nodes];
        left[start] = STAYED;
        (start..nodes).any(|at| {
            if is_told(both(left[at], way(start, at))) {
                return true;
            }
            if at + 1 < nodes {
                let on = left[at].map(|numbers| moved(numbers, atoms[at] as i64));
                left[at + 1] = either(left[at + 1], on);
            }
            for to in at + 1..nodes {
                // Backwards takes away.
                left[to] = either(left[to], both(left[at], way(to, at)));
            }
            false
        })
    })
}

/// What publications told more than counts now, along every way from one cut to another.
fn ways(nodes: usize, edges: &[Edge]) -> Vec<Found> {
    let mut ways: Vec<Found> = vec![[0; 2]; nodes * nodes];
    for node in 0..nodes {
        ways[node * nodes + node] = STAYED;
    }
    for (at, edge) in edges.iter().enumerate() {
        let new = usize::from(at + 1 == edges.len());
        ways[edge.from * nodes + edge.to][new] |= moved(1 << ZERO, edge.off);
        ways[edge.to * nodes + edge.from][new] |= moved(1 << ZERO, -edge.off);
    }
    for _ in 0..DOUBLINGS {
        let before = ways.clone();
        for from in 0..nodes {
            for over in (0..nodes).filter(|over| before[from * nodes + *over] != [0; 2]) {
                for to in 0..nodes {
                    let found = both(before[from * nodes + over], before[over * nodes + to]);
                    ways[from * nodes + to] = either(ways[from * nodes + to], found);
                }
            }
        }
    }
    ways
}

/// Ways are of at most two to the power of this many publications.
const DOUBLINGS: usize = 3;
/// Numbers found without the new publication, and with it.
type Found = [Numbers; 2];
const STAYED: Found = [1 << ZERO, 0];

fn either(a: Found, b: Found) -> Found {
    [a[0] | b[0], a[1] | b[1]]
}

/// One after the other: with the new publication when either is.
fn both(a: Found, b: Found) -> Found {
    [sums(a[0], b[0]), sums(a[1], b[0] | b[1]) | sums(a[0], b[1])]
}

/// Every sum of a number of each.
fn sums(a: Numbers, b: Numbers) -> Numbers {
    let (mut few, many) = if a.count_ones() < b.count_ones() { (a, b) } else { (b, a) };
    let mut sums = 0;
    while few != 0 {
        sums |= moved(many, i64::from(few.trailing_zeros()) - i64::from(ZERO));
        few &= few - 1;
    }
    sums
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

    /// One table beside the whole.
    fn one(lines: Range<usize>) -> Vec<Range<usize>> {
        std::iter::once(lines).collect()
    }

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
        let tables = one(1..4);
        let half = alone(&atoms, &tables, (0, 2));
        assert_eq!(half.persons, [Some(103), Some(40), Some(33), Some(30)]);
        let mut quarter = alone(&atoms, &tables, (0, 1));
        board(&atoms, &tables).protect(&[half], &mut quarter);
        assert_eq!(quarter.persons, [Some(60), Some(20), None, None], "and one more, for the whole is told");
    }

    #[test]
    fn three_quarters_and_the_year_do_not_tell_the_fourth() {
        let atoms = [vec![50, 50, 50, 42], vec![20, 20, 20, 2], vec![30, 30, 30, 40]];
        let tables = one(1..3);
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
        let tables = one(1..3);
        let first = Told { from: 0, to: 1, persons: vec![Some(49), Some(19), Some(30)] };
        let mut second = alone(&atoms, &tables, (0, 1));
        board(&atoms, &tables).protect(&[first], &mut second);
        assert_eq!(second.persons, [None, None, Some(30)]);
    }

    #[test]
    fn nothing_is_hidden_where_nothing_small_is_left() {
        let atoms = [vec![50, 50, 0], vec![20, 30, 0], vec![30, 20, 0]];
        let tables = one(1..3);
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
        for _ in 0..2000 {
            let (lines, stretches) = (2 + next(3) as usize, 2 + next(3) as usize);
            let units: Vec<Vec<u64>> = (0..lines)
                .map(|_| (0..stretches).map(|_| if next(3) == 0 { next(5) } else { next(40) }).collect())
                .collect();
            let whole = (0..stretches).map(|at| units.iter().map(|unit| unit[at]).sum()).collect();
            let atoms: Vec<Vec<u64>> = std::iter::once(whole).chain(units).collect();
            let tables = one(1..lines + 1);
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
        assert!(would > 700, "too few that would tell on persons: {would}");
        assert!(told_lines > hidden_lines / 2, "{told_lines} told, {hidden_lines} hidden");
    }
}
