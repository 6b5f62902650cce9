//! What stays hidden in the tables of one measure, so that no figure of few persons can be worked out.

use crate::error::{Error, Result};
use crate::stats::disclosure::{Entry, Status, suppress_beside};

/// Persons of each line of a table: those who count, and those whose answers two people left out.
pub(super) struct Persons {
    pub(super) counted: Vec<u64>,
    pub(super) excluded: Vec<u64>,
    /// Lines that stay hidden in any case.
    pub(super) hidden: Vec<bool>,
}

/// What stays hidden of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Veil {
    /// The figure as it counts.
    pub(super) counted: bool,
    /// The figure with what was left out, and how much that was.
    pub(super) with_excluded: bool,
}

/// What stays hidden when figures are shown both without and with what was left out.
pub(super) struct Veils {
    counted: Hidden,
    with_excluded: Hidden,
}

impl Veils {
    pub(super) fn department(&self) -> Veil {
        Veil { counted: self.counted.department, with_excluded: self.with_excluded.department }
    }

    pub(super) fn unit(&self, at: usize) -> Veil {
        Veil { counted: self.counted.units[at], with_excluded: self.with_excluded.units[at] }
    }

    pub(super) fn procedure(&self, at: usize) -> Veil {
        Veil { counted: self.counted.procedures[at], with_excluded: self.with_excluded.procedures[at] }
    }
}

/// Hides in both views at once. Whoever sees a line with and without what was left out sees that as well, by
/// subtraction. So a line is told with it only where all three numbers may be told: those who count, those left out,
/// and both together. The figures that count hide no more than they would without exclusions.
/// Where the whole stays hidden in any case, it does in all of them.
pub(super) fn hidden_with(units: &Persons, procedures: &Persons, whole: bool, k: u64) -> Result<Veils> {
    let hidden = |of_units: &[u64], of_procedures: &[u64]| {
        hidden_beside((of_units, &units.hidden), (of_procedures, &procedures.hidden), whole, k)
    };
    let counted = hidden(&units.counted, &procedures.counted)?;
    if units.excluded.iter().chain(&procedures.excluded).all(|n| *n == 0) {
        return Ok(Veils { with_excluded: counted.clone(), counted });
    }
    let excluded = hidden(&units.excluded, &procedures.excluded)?;
    let both = |of: &Persons| of.counted.iter().zip(&of.excluded).map(|(a, b)| a + b).collect::<Vec<u64>>();
    let together = hidden(&both(units), &both(procedures))?;
    let with_excluded = counted.clone().or(&excluded).or(&together);
    Ok(Veils { counted, with_excluded })
}

/// Which entries stay hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) department: bool,
    pub(super) units: Vec<bool>,
    pub(super) procedures: Vec<bool>,
}

impl Hidden {
    /// What either hides.
    fn or(self, other: &Self) -> Self {
        let either = |a: Vec<bool>, b: &[bool]| a.into_iter().zip(b).map(|(a, b)| a || *b).collect();
        Self {
            department: self.department || other.department,
            units: either(self.units, &other.units),
            procedures: either(self.procedures, &other.procedures),
        }
    }
}

/// Hides in the table of units and in the table of procedures, of which some lines or the whole stay hidden in any case.
/// Both have the department as their total: hidden in one, it is hidden in the other, which may hide more there.
fn hidden_beside(
    units: (&[u64], &[bool]),
    procedures: (&[u64], &[bool]),
    mut department: bool,
    k: u64,
) -> Result<Hidden> {
    loop {
        let (of_units, total_of_units) = table(units.0, units.1, department, k)?;
        let (of_procedures, total_of_procedures) = table(procedures.0, procedures.1, department, k)?;
        let total = total_of_units || total_of_procedures;
        // The total is hidden or not: the second round can change nothing after a third.
        if total == department {
            return Ok(Hidden { department, units: of_units, procedures: of_procedures });
        }
        department = total;
    }
}

/// A table of one row with its total, of which some cells are hidden elsewhere. Nothing is hidden where there is nobody.
pub(super) fn table(counts: &[u64], hidden: &[bool], total_hidden: bool, k: u64) -> Result<(Vec<bool>, bool)> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Ok((vec![false; counts.len()], total_hidden));
    }
    let is_hidden = |column: &usize| hidden.get(*column).copied().unwrap_or(false) && counts[*column] > 0;
    let columns = (0..counts.len()).filter(is_hidden).chain(total_hidden.then_some(counts.len()));
    // In a table of one row the totals of the columns repeat the cells.
    let forced: Vec<Entry> = columns.flat_map(|column| [Entry { row: 0, column }, Entry { row: 1, column }]).collect();
    let found = suppress_beside(&[counts], k, &forced).map_err(Error::internal)?;
    if found.status() == Status::CannotProtect {
        return Ok((counts.iter().map(|n| *n > 0).collect(), true));
    }
    let hides = |column| found.is_hidden(Entry { row: 0, column });
    Ok(((0..counts.len()).map(hides).collect(), hides(counts.len())))
}

#[cfg(test)]
mod tests {
    use super::{Hidden, Persons, Result, hidden_beside, hidden_with};

    fn hidden(units: &[u64], procedures: &[u64], k: u64) -> Result<Hidden> {
        hidden_beside((units, &[]), (procedures, &[]), false, k)
    }

    /// Every way the hidden entries could be filled so that all that is shown stays true: the smallest and largest
    /// value of each hidden unit.
    fn could_be(units: &[u64], shown: &[Option<u64>], total: Option<u64>) -> Vec<(u64, u64)> {
        let known: u64 = shown.iter().flatten().sum();
        let unknown = shown.iter().filter(|cell| cell.is_none()).count() as u64;
        units
            .iter()
            .zip(shown)
            .filter(|(_, shown)| shown.is_none())
            .map(|_| match total {
                Some(total) if unknown == 1 => (total - known, total - known),
                Some(total) => (0, total - known),
                None => (0, u64::MAX),
            })
            .collect()
    }

    #[test]
    fn no_small_number_can_be_worked_out_from_what_is_shown() {
        let mut seed = 7_u64;
        let mut next = move |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        let mut small = 0;
        for _ in 0..2000 {
            let units: Vec<u64> = (0..1 + next(5)).map(|_| if next(2) == 0 { next(5) } else { next(30) }).collect();
            let total: u64 = units.iter().sum();
            let cut = next(total + 1);
            let procedures = [cut, total - cut];
            let found = hidden(&units, &procedures, 5).unwrap();
            let shown_total = (!found.department).then_some(total);
            for (counts, hidden) in [(units.as_slice(), &found.units), (&procedures, &found.procedures)] {
                let shown: Vec<_> = counts.iter().zip(hidden).map(|(n, hidden)| (!hidden).then_some(*n)).collect();
                assert!(shown.iter().flatten().chain(&shown_total).all(|n| *n == 0 || *n >= 5), "{counts:?}");
                for (low, high) in could_be(counts, &shown, shown_total) {
                    small += 1;
                    assert!(low < 5 && high >= 5, "{counts:?} {hidden:?} total hidden: {}", found.department);
                }
            }
        }
        assert!(small > 1000, "too few hidden entries to prove anything: {small}");
    }

    #[test]
    fn what_is_large_enough_is_shown() {
        let found = hidden(&[10, 20, 0], &[30], 5).unwrap();
        assert_eq!((found.department, found.units, found.procedures), (false, vec![false; 3], vec![false]));
        let found = hidden(&[3, 20, 30], &[53], 5).unwrap();
        assert_eq!((found.department, found.units), (false, vec![true, true, false]));
    }

    /// Nothing from 1 to 4 is told, nor can a hidden number be worked out to be one of these.
    fn tells_nothing_small(counts: &[u64], hidden: &[bool], total: Option<u64>) {
        let shown: Vec<_> = counts.iter().zip(hidden).map(|(n, hidden)| (!hidden).then_some(*n)).collect();
        assert!(shown.iter().flatten().chain(&total).all(|n| *n == 0 || *n >= 5), "{counts:?}");
        for (_, high) in could_be(counts, &shown, total) {
            assert!(!(1..5).contains(&high), "{counts:?} {hidden:?}");
        }
    }

    #[test]
    fn i5_with_minus_without_tells_no_small_number() {
        let mut seed = 11_u64;
        let mut next = move |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        let (mut veiled, mut open) = (0, 0);
        for _ in 0..2000 {
            let units = 1 + next(5);
            let counted: Vec<u64> = (0..units).map(|_| if next(3) == 0 { next(6) } else { next(40) }).collect();
            let excluded: Vec<u64> = (0..units).map(|_| if next(2) == 0 { next(5) } else { next(20) }).collect();
            let (n, out) = (counted.iter().sum::<u64>(), excluded.iter().sum::<u64>());
            let (cut, cut_out) = (next(n + 1), next(out + 1));
            let units = Persons { counted, excluded, hidden: Vec::new() };
            let (counted, excluded) = (vec![cut, n - cut], vec![cut_out, out - cut_out]);
            let procedures = Persons { counted, excluded, hidden: Vec::new() };
            let found = hidden_with(&units, &procedures, false, 5).unwrap();
            let alone = hidden(&units.counted, &procedures.counted, 5).unwrap();
            assert_eq!(found.counted, alone, "what counts is hidden as if nothing had been left out");
            // What with minus without tells: the number left out, wherever both are shown.
            let department = (!found.with_excluded.department).then_some(out);
            tells_nothing_small(&units.excluded, &found.with_excluded.units, department);
            tells_nothing_small(&procedures.excluded, &found.with_excluded.procedures, department);
            for at in 0..units.counted.len() {
                let veil = found.unit(at);
                assert!(veil.with_excluded || !veil.counted, "shown with, it would tell what is hidden without");
                let both = units.counted[at] + units.excluded[at];
                assert!(veil.with_excluded || both == 0 || both >= 5);
                veiled += usize::from(veil.with_excluded);
                open += usize::from(!veil.with_excluded && units.excluded[at] > 0);
            }
        }
        assert!(veiled > 1000 && open > 500, "{veiled} {open}");
    }
}
