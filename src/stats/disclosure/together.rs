//! Where the lines of a table may be cut in time, so that none of them follows from the others.

use super::is_sensitive;
use crate::stats::StatsError;

/// A line of a table in a row of time, and where it may be cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Persons of each piece of time.
    pub counts: Vec<u64>,
    /// Where a stretch may begin or end that is told: one answer more than counts. Unlike with [`cuts`](super::cuts) the
    /// first and the last may be no as well.
    pub cut: Vec<bool>,
    /// Cuts given up for the sake of another table: what they would tell must not follow here either.
    pub given_up: Vec<bool>,
}

/// Where the lines of a table may be cut that is given for any stretch of the row, each line by itself as well. The last of
/// `rows` is the whole that the others add up to; gives the cuts of each.
///
/// A stretch is told of a row when it begins and ends at cuts; and nobody is always told as nobody. A row's own
/// [`cuts`](super::cuts) keep its stretches from telling on a few. But the table gives the whole too: if just one line is
/// hidden of a stretch, it is the whole without the others. So more cuts are given up, until
/// - no stretch of one to `k − 1` persons of a row, and none that a cut given up before would tell, follows by adding and
///   subtracting from all that is told, of whichever stretches, and
/// - the lines hidden of a stretch that the whole is told of hold nobody, or at least `k` persons together.
///
/// # Method
/// Let `φ(b)` be the persons of a row before boundary `b`. What is told of a row is the difference of `φ` between
/// boundaries of one class: all its cuts are one, and boundaries with nobody between them are one. Numbers `v` on the
/// boundaries that sum to nothing over every class of all rows but one give `Σ v(b)·φ(b)` of that one, for the rows add up.
/// It is enough to look at these `v`, a space of few dimensions. Where one gives what must not follow, the smallest line
/// that can (rather one that has somebody wherever the other has) gives up a cut at which `v` is not nothing; where there
/// is none, the whole does.
///
/// The result depends on the counts alone, not on which stretches are asked for. Time grows with rows × boundaries³, and
/// again for every cut that is given up.
///
/// # Errors
/// [`StatsError::Inconsistent`] when rows are not equally long, or their answers not one more.
///
/// ```
/// use hailong::stats::disclosure::{Row, cut_together, cuts};
/// // Three units in two halves of a year, and the whole; the first has two persons in the second half.
/// let row = |counts: &[u64]| {
///     let cut = cuts(counts, &[1], 5)?;
///     Ok::<Row, hailong::stats::StatsError>(Row { counts: counts.to_vec(), given_up: vec![false; cut.len()], cut })
/// };
/// let found = cut_together(vec![row(&[9, 2])?, row(&[20, 30])?, row(&[40, 50])?, row(&[69, 82])?], 5)?;
/// // It is told for the year only, and so is the second: else it would be the whole without the others.
/// let (year, halves) = ([true, false, true], [true; 3]);
/// assert_eq!(found, [year, year, halves, halves]);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn cut_together(rows: Vec<Row>, k: u64) -> Result<Vec<Vec<bool>>, StatsError> {
    let length = rows.first().map_or(0, |row| row.counts.len());
    let fits =
        |row: &Row| row.counts.len() == length && [&row.cut, &row.given_up].iter().all(|of| of.len() == length + 1);
    if !rows.iter().all(fits) {
        return Err(StatsError::Inconsistent { argument: "rows", rule: "every row has one answer more than counts" });
    }
    let mut table = Table { rows: rows.into_iter().map(Line::of).collect(), k };
    table.settle(length + 1);
    Ok(table.rows.into_iter().map(|line| line.cut).collect())
}

/// A line, or the whole.
struct Line {
    /// Persons before each boundary.
    before: Vec<u64>,
    cut: Vec<bool>,
    given_up: Vec<bool>,
}

impl Line {
    fn of(row: Row) -> Self {
        let sums = row.counts.iter().scan(0_u64, |sum, n| {
            *sum = sum.saturating_add(*n);
            Some(*sum)
        });
        Self { before: std::iter::once(0).chain(sums).collect(), cut: row.cut, given_up: row.given_up }
    }

    fn over(&self, from: usize, to: usize) -> u64 {
        self.before[to] - self.before[from]
    }

    fn tells(&self, from: usize, to: usize) -> bool {
        self.cut[from] && self.cut[to]
    }

    /// Whether a stretch must not follow: of a few persons, or one that would be told if nothing had been given up.
    fn is_secret(&self, from: usize, to: usize, k: u64) -> bool {
        let would = |at: usize| self.cut[at] || self.given_up[at];
        let given_up = (self.given_up[from] || self.given_up[to]) && would(from) && would(to);
        is_sensitive(self.over(from, to), k) || (given_up && self.over(from, to) > 0)
    }

    fn total(&self) -> u64 {
        self.over(0, self.before.len() - 1)
    }

    /// The class of each boundary, by number; that of the cuts is 0.
    fn classes(&self) -> Vec<usize> {
        let mut classes = Vec::with_capacity(self.cut.len());
        let mut next = 1;
        let boundaries: Vec<usize> = (0..self.cut.len()).collect();
        for run in boundaries.chunk_by(|a, b| self.before[*a] == self.before[*b]) {
            let class = if run.iter().any(|at| self.cut[*at]) { 0 } else { next };
            next += usize::from(class > 0);
            classes.extend(run.iter().map(|_| class));
        }
        classes
    }

    /// Boundaries with nobody between them and this one.
    fn run(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.before.len()).filter(move |other| self.before[*other] == self.before[at])
    }

    fn give_up(&mut self, at: usize) {
        let run: Vec<usize> = self.run(at).collect();
        run.into_iter().for_each(|at| self.cut[at] = false);
    }
}

struct Table {
    /// The lines, and last the whole.
    rows: Vec<Line>,
    k: u64,
}

impl Table {
    /// Looks at every row, then at every stretch. What is told only ever becomes less: a row that was looked at stays well.
    fn settle(&mut self, boundaries: usize) {
        let mut known = Known::of(&self.rows, boundaries);
        for row in 0..self.rows.len() {
            if known.leaves_nothing() {
                break;
            }
            if self.has_secrets(row, boundaries) {
                while let Some(by) = self.told(row, &known.without(row)) {
                    if !self.hide_more(row, &by) {
                        break;
                    }
                    known = Known::of(&self.rows, boundaries);
                }
            }
        }
        for (from, to) in pairs(boundaries) {
            while let Some(line) = self.few_together(from, to) {
                let mut by = vec![0; boundaries];
                (by[from], by[to]) = (PRIME - 1, 1);
                if !self.hide_more(line, &by) {
                    break;
                }
            }
        }
    }

    fn has_secrets(&self, row: usize, boundaries: usize) -> bool {
        pairs(boundaries).any(|(from, to)| self.rows[row].is_secret(from, to, self.k))
    }

    /// The numbers by which something that must not be told of a row follows, where the others leave all numbers but those of
    /// a space.
    fn told(&self, row: usize, known: &Space) -> Option<Vec<u64>> {
        let classes = self.rows[row].classes();
        let boundaries = classes.len();
        if known.0.len() == boundaries {
            return None;
        }
        // What each of the numbers left gives of every class of the row, and then the numbers.
        let mut left = Space::default();
        // One class more than boundaries: that of the cuts may be empty.
        let width = boundaries + 1;
        for by in known.orthogonal(boundaries) {
            let mut of_classes = vec![0; width];
            for (class, n) in classes.iter().zip(&by) {
                of_classes[*class] = (of_classes[*class] + n) % PRIME;
            }
            left.take(of_classes.into_iter().chain(by).collect());
        }
        let secrets = pairs(boundaries).filter(|(from, to)| self.rows[row].is_secret(*from, *to, self.k));
        secrets.into_iter().find_map(|(from, to)| {
            let mut wanted = vec![0; width + boundaries];
            (wanted[classes[from]], wanted[classes[to]]) = (1, PRIME - 1);
            let rest = left.without(wanted, width);
            rest[..width].iter().all(|n| *n == 0).then(|| rest[width..].to_vec())
        })
    }

    /// The largest of the lines hidden of a stretch that hold a few persons together.
    fn few_together(&self, from: usize, to: usize) -> Option<usize> {
        let (whole, lines) = self.rows.split_last()?;
        if !whole.tells(from, to) {
            return None;
        }
        let (mut persons, mut largest) = (0, None);
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.tells(from, to)) {
            persons += line.over(from, to);
            largest = largest.max(Some((line.over(from, to), at)));
            if persons >= self.k {
                return None;
            }
        }
        largest.filter(|_| persons > 0).map(|(_, at)| at)
    }

    /// Gives up one more cut, so that nothing follows by these numbers any more; false when there is none, as can be only of
    /// lines that do not add up to their whole.
    fn hide_more(&mut self, hidden: usize, by: &[u64]) -> bool {
        let persons = |row: usize, at: usize| self.rows[row].over(at, at + 1) > 0;
        let cost = |row: usize| {
            let missing = (0..by.len() - 1).filter(|at| persons(hidden, *at) && !persons(row, *at)).count();
            (row + 1 == self.rows.len(), missing, self.rows[row].total(), row)
        };
        let cuts = |row: usize| {
            let line = &self.rows[row];
            let sum = |at: usize| line.run(at).fold(0, |sum, at| (sum + by[at]) % PRIME);
            (0..by.len()).filter(|at| line.cut[*at] && sum(*at) > 0).collect::<Vec<usize>>()
        };
        let others = (0..self.rows.len()).filter(|row| *row != hidden).map(|row| (cost(row), cuts(row)));
        let Some(((.., row), cuts)) = others.filter(|(_, cuts)| !cuts.is_empty()).min() else { return false };
        // At the hidden row's smallest class, so that further rounds go on where this one began.
        let classes = self.rows[hidden].classes();
        let size = |at: usize| classes.iter().filter(|class| **class == classes[at]).count();
        let cut = cuts.into_iter().min_by_key(|at| (size(*at), *at == 0 || at + 1 == by.len(), *at));
        cut.into_iter().for_each(|at| self.rows[row].give_up(at));
        true
    }
}

/// The classes of all rows.
struct Known {
    of_rows: Vec<Vec<usize>>,
    boundaries: usize,
    /// Of classes that several rows have: they are known without any one of them.
    common: Space,
    /// Rows that alone have their classes.
    single: Vec<usize>,
}

impl Known {
    fn of(rows: &[Line], boundaries: usize) -> Self {
        let of_rows: Vec<Vec<usize>> = rows.iter().map(Line::classes).collect();
        let mut sorted: Vec<usize> = (0..rows.len()).collect();
        sorted.sort_by_key(|row| &of_rows[*row]);
        let (mut common, mut single) = (Space::default(), Vec::new());
        for same in sorted.chunk_by(|a, b| of_rows[*a] == of_rows[*b]) {
            match same {
                [row] => single.push(*row),
                _ if common.0.len() < boundaries => common.take_classes(&of_rows[same[0]]),
                _ => break,
            }
        }
        Self { of_rows, boundaries, common, single }
    }

    /// Whether nothing can follow of any row.
    fn leaves_nothing(&self) -> bool {
        self.common.0.len() == self.boundaries
    }

    /// What all rows but one have.
    fn without(&self, row: usize) -> Space {
        let mut known = self.common.clone();
        for other in self.single.iter().filter(|other| **other != row) {
            if known.0.len() == self.boundaries {
                break;
            }
            known.take_classes(&self.of_rows[*other]);
        }
        known
    }
}

/// Every stretch between two boundaries.
fn pairs(boundaries: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..boundaries).flat_map(move |from| (from + 1..boundaries).map(move |to| (from, to)))
}

/// Numbers are counted modulo this prime; all of them are small.
const PRIME: u64 = 1_000_000_007;

/// A space of rows of numbers, each with the place of its first, which is 1 where all other rows have 0.
#[derive(Clone, Default)]
struct Space(Vec<(usize, Vec<u64>)>);

impl Space {
    /// What a row is beside the space, in its first numbers.
    fn without(&self, mut row: Vec<u64>, width: usize) -> Vec<u64> {
        for (lead, known) in self.0.iter().filter(|(lead, _)| *lead < width) {
            take_away(&mut row, *lead, known);
        }
        row
    }

    /// Takes the boundaries of every class as a row.
    fn take_classes(&mut self, classes: &[usize]) {
        for class in 0..=classes.iter().max().copied().unwrap_or(0) {
            self.take(classes.iter().map(|other| u64::from(*other == class)).collect());
        }
    }

    fn take(&mut self, row: Vec<u64>) {
        let width = row.len();
        let mut row = self.without(row, width);
        let Some(lead) = row.iter().position(|n| *n > 0) else { return };
        if row[lead] > 1 {
            let inverse = power(row[lead], PRIME - 2);
            row.iter_mut().for_each(|n| *n = *n * inverse % PRIME);
        }
        self.0.iter_mut().for_each(|(_, known)| take_away(known, lead, &row));
        self.0.push((lead, row));
    }

    /// The rows that sum to nothing with every row of the space.
    fn orthogonal(&self, width: usize) -> Vec<Vec<u64>> {
        let free = (0..width).filter(|at| !self.0.iter().any(|(lead, _)| lead == at));
        let row = |at: usize| {
            let mut row = vec![0; width];
            row[at] = 1;
            for (lead, known) in &self.0 {
                row[*lead] = (PRIME - known[at]) % PRIME;
            }
            row
        };
        free.map(row).collect()
    }
}

/// Makes a number of a row nothing by as much of another that has 1 there.
fn take_away(row: &mut [u64], at: usize, other: &[u64]) {
    if row[at] > 0 {
        let times = PRIME - row[at];
        row.iter_mut().zip(other).for_each(|(a, b)| *a = (*a + times * b) % PRIME);
    }
}

fn power(base: u64, exponent: u64) -> u64 {
    let half = if exponent == 0 { return 1 } else { power(base * base % PRIME, exponent / 2) };
    if exponent % 2 == 1 { half * base % PRIME } else { half }
}

#[cfg(test)]
mod tests {
    use super::super::cuts;
    use super::*;
    use proptest::prelude::*;

    /// Lines and their whole, each cut as it might be by itself.
    fn alone(lines: &[Vec<u64>], order: &[usize]) -> Vec<Row> {
        let whole: Vec<u64> = (0..lines[0].len()).map(|at| lines.iter().map(|line| line[at]).sum()).collect();
        let row = |counts: &Vec<u64>| Row {
            counts: counts.clone(),
            cut: match is_sensitive(counts.iter().sum(), 5) {
                true => vec![false; counts.len() + 1],
                false => cuts(counts, order, 5).unwrap(),
            },
            given_up: vec![false; counts.len() + 1],
        };
        lines.iter().chain([&whole]).map(row).collect()
    }

    fn together(lines: &[Vec<u64>], order: &[usize]) -> Vec<Vec<bool>> {
        cut_together(alone(lines, order), 5).unwrap()
    }

    /// Lines, or the whole, of which a few persons follow from all that is told of all stretches.
    fn worked_out(rows: &[Row], found: &[Vec<bool>]) -> Vec<(usize, (usize, usize))> {
        let (length, whole) = (rows[0].counts.len(), rows.len() - 1);
        let cells = |row: usize, (from, to): (usize, usize)| {
            let cells = (0..whole).flat_map(|line| (0..length).map(move |at| (line, at)));
            let inside = move |(line, at)| u64::from((row == whole || line == row) && (from..to).contains(&at));
            cells.map(inside).collect::<Vec<u64>>()
        };
        let persons = |row: usize, (from, to): (usize, usize)| rows[row].counts[from..to].iter().sum::<u64>();
        let all = || (0..rows.len()).flat_map(|row| pairs(length + 1).map(move |stretch| (row, stretch)));
        let mut known = Space::default();
        for (row, stretch) in all() {
            if persons(row, stretch) == 0 || (found[row][stretch.0] && found[row][stretch.1]) {
                known.take(cells(row, stretch));
            }
        }
        all()
            .filter(|(row, stretch)| is_sensitive(persons(*row, *stretch), 5))
            .filter(|(row, stretch)| known.without(cells(*row, *stretch), whole * length).iter().all(|n| *n == 0))
            .collect()
    }

    fn persons() -> impl Strategy<Value = u64> {
        prop_oneof![1 => Just(0_u64), 1 => 1_u64..5, 3 => 5_u64..40]
    }

    proptest! {
        #[test]
        fn no_few_persons_of_a_line_follow_from_all_that_is_told(
            lines in (2_usize..7, 2_usize..7).prop_flat_map(|(lines, length)| {
                proptest::collection::vec(proptest::collection::vec(persons(), length), lines)
            }),
            shuffle in any::<u64>(),
        ) {
            let mut order: Vec<usize> = (1..lines[0].len()).collect();
            order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(shuffle | 1));
            let rows = alone(&lines, &order);
            let found = cut_together(rows.clone(), 5).unwrap();
            prop_assert_eq!(worked_out(&rows, &found), []);
            let cuts = rows.iter().flat_map(|row| &row.cut).zip(found.iter().flatten());
            prop_assert!(cuts.clone().all(|(alone, found)| *alone || !found), "a cut is only ever given up");
        }
    }

    #[test]
    fn without_giving_up_cuts_a_few_persons_would_follow() {
        let rows = alone(&[vec![9, 2], vec![20, 30], vec![40, 50]], &[1]);
        let cuts: Vec<Vec<bool>> = rows.iter().map(|row| row.cut.clone()).collect();
        assert_eq!(worked_out(&rows, &cuts), [(0, (1, 2))]);
    }

    #[test]
    fn where_one_line_has_all_persons_the_whole_is_not_cut_either() {
        let found = together(&[vec![20, 3], vec![0, 40]], &[1]);
        assert_eq!(found[2], [true, false, true], "the first half of the whole would be that of the first line");
    }

    #[test]
    fn a_line_of_a_few_hides_no_more_of_another_than_where_it_has_them() {
        let found = together(&[vec![0, 3], vec![8, 9], vec![40, 50]], &[1]);
        assert_eq!(found, [vec![false; 3], vec![true, true, false], vec![true; 3], vec![true; 3]]);
        let found = together(&[vec![0, 3], vec![0, 2], vec![8, 9], vec![40, 50]], &[1]);
        assert_eq!(found[2..], [vec![true; 3], vec![true; 3], vec![true; 3]], "two hide each other");
        let found = together(&[vec![0, 2], vec![0, 2], vec![8, 9], vec![40, 50]], &[1]);
        assert_eq!(found[2], [true, true, false], "four together are too few");
    }

    #[test]
    fn lines_that_do_not_add_up_come_to_an_end() {
        let mut rows = alone(&[vec![1, 2], vec![0, 1]], &[1]);
        rows[2] = Row { counts: vec![0, 0], cut: vec![true; 3], given_up: vec![false; 3] };
        let cuts: Vec<Vec<bool>> = rows.iter().map(|row| row.cut.clone()).collect();
        assert_eq!(cut_together(rows, 5).unwrap(), cuts, "nothing is left to give up");
    }

    #[test]
    fn what_another_table_gave_up_takes_one_with_it() {
        let mut rows = alone(&[vec![9, 8], vec![20, 30], vec![40, 50]], &[1]);
        (rows[0].cut[1], rows[0].given_up[1]) = (false, true);
        let found = cut_together(rows.clone(), 5).unwrap();
        assert_eq!(found[1..3], [vec![true, false, true], vec![true; 3]]);
        rows[1].counts.pop();
        assert!(cut_together(rows, 5).is_err());
        assert_eq!(cut_together(Vec::new(), 5).unwrap(), Vec::<Vec<bool>>::new());
    }
}
