//! What a reader of a table with hidden entries can work out: the smallest and the largest value of each.
//!
//! He knows that every row and column adds up and that no entry is negative. Two tables that fit differ by cycles of
//! hidden entries along which counts are shifted; so how far an entry can rise is the largest flow from its column back
//! to its row through the other hidden entries, where an entry that falls carries at most its own count and one that
//! rises carries any amount (Ford & Fulkerson 1956; the linear program over the published sums, as a network).

/// More than any table holds: an entry that can rise without end.
const ENDLESS: u64 = u64::MAX / 4;

/// A reader, with the table's true counts and what is hidden from him. Totals are the last row and column.
pub struct Attacker {
    rows: usize,
    columns: usize,
    counts: Vec<Vec<u64>>,
    hidden: Vec<Vec<bool>>,
}

impl Attacker {
    /// From the cells without totals; `hidden` is asked for totals too.
    pub fn new(cells: &[Vec<u64>], hidden: &impl Fn(usize, usize) -> bool) -> Self {
        let (rows, columns) = (cells.len(), cells[0].len());
        let mut counts: Vec<Vec<u64>> = cells.to_vec();
        for row in &mut counts {
            row.push(row.iter().sum());
        }
        counts.push((0..=columns).map(|column| counts.iter().map(|row| row[column]).sum()).collect());
        let hidden = (0..=rows).map(|row| (0..=columns).map(|column| hidden(row, column)).collect()).collect();
        Self { rows, columns, counts, hidden }
    }

    /// The true count.
    pub fn count(&self, row: usize, column: usize) -> u64 {
        self.counts[row][column]
    }

    /// The smallest and the largest value of an entry that fit all that is published; no largest if there is no limit.
    pub fn bounds(&self, row: usize, column: usize) -> (u64, Option<u64>) {
        let n = self.counts[row][column];
        if !self.hidden[row][column] {
            return (n, Some(n));
        }
        // Signed so that every row and column adds to 0, rows give and columns take.
        let rises = self.flow(row, column, self.is_positive(row, column), ENDLESS);
        let falls = self.flow(row, column, !self.is_positive(row, column), n);
        (n - falls, (rises < ENDLESS).then(|| n + rises))
    }

    /// Cells and the grand total; row and column totals count as negative.
    fn is_positive(&self, row: usize, column: usize) -> bool {
        (row == self.rows) == (column == self.columns)
    }

    /// The largest shift, up to `most`, by which the signed entry can grow (or shrink).
    fn flow(&self, row: usize, column: usize, grow: bool, most: u64) -> u64 {
        let rows = self.rows + 1;
        let nodes = rows + self.columns + 1;
        // Room from node to node: along a row's edge to its column the signed entry grows.
        let mut room = vec![vec![0_u64; nodes]; nodes];
        for (i, hidden) in self.hidden.iter().enumerate() {
            for j in (0..=self.columns).filter(|&j| hidden[j] && (i, j) != (row, column)) {
                let (up, down) = (ENDLESS, self.counts[i][j]);
                let (grows, shrinks) = if self.is_positive(i, j) { (up, down) } else { (down, up) };
                room[i][rows + j] = grows;
                room[rows + j][i] = shrinks;
            }
        }
        // The entry growing by one must be undone by a path that ends the surplus of its row and column.
        let (from, to) = if grow { (rows + column, row) } else { (row, rows + column) };
        let mut flow = 0;
        while flow < most {
            let Some(path) = path(&room, from, to) else { break };
            let width = path.windows(2).map(|edge| room[edge[0]][edge[1]]).min().unwrap_or(0).min(most - flow);
            for edge in path.windows(2) {
                let (here, there) = (edge[0], edge[1]);
                if room[here][there] < ENDLESS {
                    room[here][there] -= width;
                }
                if room[there][here] < ENDLESS {
                    room[there][here] += width;
                }
            }
            flow += width;
        }
        flow
    }
}

/// The shortest path with room, breadth first.
fn path(room: &[Vec<u64>], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut before = vec![usize::MAX; room.len()];
    before[from] = from;
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        if node == to {
            let mut path = vec![to];
            while path[path.len() - 1] != from {
                path.push(before[path[path.len() - 1]]);
            }
            path.reverse();
            return Some(path);
        }
        for next in 0..room.len() {
            if room[node][next] > 0 && before[next] == usize::MAX {
                before[next] = node;
                queue.push_back(next);
            }
        }
    }
    None
}
