//! Weights, strata, clusters, raking.

use std::collections::BTreeSet;

use hailong::stats::design::{
    Cell, Collapsed, Margin, PlacedCell, Reporting, Sample, ShareEstimate, collapse, design_effect, stratified,
};
use hailong::stats::proportion::effective_size;
use hailong::stats::verdict::Verdict;
use hailong::stats::{BasisPoints, Confidence, Population, StatsError};
use proptest::prelude::*;

/// A drawn file: weight, stratum, school, satisfied.
type Row = (f64, u8, u8, bool);

fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let weight = prop_oneof![1 => Just(0.0), 6 => 0.1_f64..50.0];
    prop::collection::vec((weight, 0_u8..4, 0_u8..5, any::<bool>()), 1..most)
}

/// With a weight here and there that is the whole file.
fn uneven_rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((rows(2), prop_oneof![6 => Just(1.0), 1 => Just(1e12)]), 1..most)
        .prop_map(|parts| parts.iter().map(|(row, scale)| (row[0].0 * scale, row[0].1, row[0].2, row[0].3)).collect())
}

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    let cell = (0_u64..2000, prop_oneof![Just(0_u64), Just(1), 2_u64..60], 0.0_f64..=1.0);
    let made =
        cell.prop_map(|(population, n, part)| Cell { population, n, x: (part * (n as f64 + 0.99)) as u64 }.sound());
    prop::collection::vec(made, 1..100)
}

trait Sound {
    fn sound(self) -> Self;
}

impl Sound for Cell {
    fn sound(self) -> Self {
        Self { x: self.x.min(self.n), ..self }
    }
}

fn weights(rows: &[Row]) -> Vec<f64> {
    rows.iter().map(|row| row.0).collect()
}

fn satisfied(rows: &[Row]) -> Vec<bool> {
    rows.iter().map(|row| row.3).collect()
}

fn drawn(rows: &[Row]) -> Sample {
    let strata: Vec<u8> = rows.iter().map(|row| row.1).collect();
    let schools: Vec<u8> = rows.iter().map(|row| row.2).collect();
    Sample::new(&weights(rows)).unwrap().with_strata(&strata).unwrap().with_clusters(&schools).unwrap()
}

fn share(rows: &[Row]) -> Option<ShareEstimate> {
    drawn(rows).weighted().unwrap().all().share(&satisfied(rows)).unwrap()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()) + 1e-12
}

/// Everything a share says, as numbers that must all be numbers.
fn figures(share: &ShareEstimate) -> Vec<f64> {
    let mut figures = vec![share.estimate, share.complement, share.se(), share.df as f64, share.n as f64];
    figures.extend(share.n_eff);
    figures.extend(share.deff);
    for tail in [0.2, 0.05, 0.025, 1e-6] {
        let confidence = Confidence::from_tail(tail).unwrap();
        let intervals = [
            share.logit(confidence).unwrap(),
            share.korn_graubard(confidence).unwrap().map(|found| found.interval),
            share.interval(confidence).unwrap(),
        ];
        figures.extend(intervals.into_iter().flatten().flat_map(|found| [found.lower, found.upper]));
    }
    let verdict = share.assess(BasisPoints::new(9000).unwrap()).unwrap();
    figures.extend([verdict.lower, verdict.upper, verdict.p_met, verdict.p_not_met]);
    figures
}

fn same_figures(one: &ShareEstimate, other: &ShareEstimate) -> bool {
    let (one, other) = (figures(one), figures(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(one, other)| (one - other).abs() <= 1e-7 * (1.0 + one.abs()))
}

proptest! {
    #[test]
    fn weights_scale_out(rows in rows(60), power in -250_i32..250) {
        let scale = 10_f64.powi(power);
        let scaled: Vec<Row> = rows.iter().map(|row| (row.0 * scale, row.1, row.2, row.3)).collect();
        match (share(&rows), share(&scaled)) {
            (Some(one), Some(other)) => prop_assert!(same_figures(&one, &other), "{one:?} {other:?}"),
            (one, other) => prop_assert_eq!(one, other),
        }
        let effect = |rows: &[Row]| design_effect(&weights(rows), &[4, 5], 0.05).unwrap();
        prop_assert!(near(effect(&rows).n_eff, effect(&scaled).n_eff));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in rows(60), turn in 0_usize..60) {
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        match (share(&rows), share(&turned)) {
            (Some(one), Some(other)) => prop_assert!(same_figures(&one, &other), "{one:?} {other:?}"),
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn the_dissatisfied_mirror_the_satisfied(rows in rows(60)) {
        let mirrored: Vec<Row> = rows.iter().map(|row| (row.0, row.1, row.2, !row.3)).collect();
        if let (Some(one), Some(other)) = (share(&rows), share(&mirrored)) {
            prop_assert!(near(one.estimate, other.complement) && near(one.se(), other.se()));
            let interval = |share: ShareEstimate| share.interval(Confidence::TWO_SIDED_95).unwrap();
            if let (Some(one), Some(other)) = (interval(one), interval(other)) {
                prop_assert!((one.lower - (1.0 - other.upper)).abs() < 1e-7, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn an_interval_contains_the_share_and_grows_with_the_level(rows in uneven_rows(60), cells in cells()) {
        let found = [share(&rows), stratified(&cells).unwrap().estimate];
        for share in found.into_iter().flatten() {
            let mut inner: Option<(f64, f64)> = None;
            for level in [0.5, 0.8, 0.9, 0.95, 0.99, 0.9999] {
                let confidence = Confidence::two_sided(level).unwrap();
                let Some(shown) = share.interval(confidence).unwrap() else { continue };
                let exact = share.korn_graubard(confidence).unwrap().map_or(shown, |found| found.interval);
                for interval in [shown, exact] {
                    prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0);
                    prop_assert!(interval.lower <= share.estimate + 1e-12 && share.estimate <= interval.upper + 1e-12);
                }
                if let Some((lower, upper)) = inner {
                    prop_assert!(shown.lower <= lower && upper <= shown.upper, "{share:?} at {level}");
                }
                inner = Some((shown.lower, shown.upper));
            }
        }
    }

    #[test]
    fn everybody_asked_leaves_no_width(cells in cells(), rows in uneven_rows(40)) {
        let everybody: Vec<Cell> = cells.iter().map(|cell| Cell { population: cell.n, ..*cell }).collect();
        let (x, n) = cells.iter().fold((0, 0), |(x, n), cell| (x + cell.x, n + cell.n));
        if let Some(share) = stratified(&everybody).unwrap().estimate {
            let shown = share.interval(Confidence::TWO_SIDED_95).unwrap().unwrap();
            prop_assert!(share.complete && shown.lower == shown.upper && share.se() == 0.0);
            prop_assert!(near(share.estimate, x as f64 / n as f64));
            let reached = share.assess(BasisPoints::new(9000).unwrap()).unwrap().verdict == Verdict::Met;
            prop_assert_eq!(reached, x * 10 >= n * 9);
        }
        let schools = |stratum: u8| {
            rows.iter().filter(|row| row.1 == stratum).map(|row| row.2).collect::<BTreeSet<u8>>().len() as u64
        };
        let known: Vec<Population> = rows.iter().map(|row| Population::Known(schools(row.1))).collect();
        let all = drawn(&rows).with_clusters_in_population(&known).unwrap().weighted().unwrap();
        if let Some(share) = all.all().share(&satisfied(&rows)).unwrap() {
            let shown = share.interval(Confidence::TWO_SIDED_95).unwrap().unwrap();
            prop_assert_eq!((shown.lower, shown.upper), (share.estimate, share.estimate));
        }
    }

    #[test]
    fn one_cell_has_the_variance_of_the_finite_population(n in 2_u64..500, more in 1_u64..2000, part in 0.0_f64..=1.0) {
        let x = (part * n as f64) as u64;
        let population = n + more;
        let share = stratified(&[Cell { population, n, x }]).unwrap().estimate.unwrap();
        let p = x as f64 / n as f64;
        let n_star = effective_size(n, Population::Known(population), 1.0).unwrap().unwrap();
        let factor = n as f64 / (n as f64 - 1.0) * (population as f64 - 1.0) / population as f64;
        prop_assert!(near(share.variance, p * (1.0 - p) / n_star * factor));
        prop_assert_eq!(share.estimate, p);
    }

    #[test]
    fn cells_and_weighted_rows_say_the_same(cells in prop::collection::vec((2_u64..12, 0_u64..50, 0_u64..12), 1..6)) {
        let cells: Vec<Cell> =
            cells.into_iter().map(|(n, more, x)| Cell { population: n + more, n, x: x.min(n) }).collect();
        let mut file: Vec<(f64, usize, Population, bool)> = Vec::new();
        for (stratum, cell) in cells.iter().enumerate() {
            let weight = cell.population as f64 / cell.n as f64;
            file.extend((0..cell.n).map(|row| (weight, stratum, Population::Known(cell.population), row < cell.x)));
        }
        let sample = Sample::new(&file.iter().map(|row| row.0).collect::<Vec<_>>()).unwrap();
        let sample = sample.with_strata(&file.iter().map(|row| row.1).collect::<Vec<_>>()).unwrap();
        let known: Vec<Population> = file.iter().map(|row| row.2).collect();
        let sample = sample.with_clusters_in_population(&known).unwrap().weighted().unwrap();
        let by_row = sample.all().share(&file.iter().map(|row| row.3).collect::<Vec<_>>()).unwrap().unwrap();
        let by_cell = stratified(&cells).unwrap().estimate.unwrap();
        prop_assert!(near(by_row.estimate, by_cell.estimate) && near(by_row.se(), by_cell.se()));
        prop_assert_eq!((by_row.df, by_row.n, by_row.population), (by_cell.df, by_cell.n, by_cell.population));
        if by_cell.variance > 0.0 {
            prop_assert!(same_figures(&by_row, &by_cell));
        }
    }

    #[test]
    fn calibrated_weights_add_to_the_totals(rows in uneven_rows(80), aims in prop::collection::vec(0.2_f64..5.0, 80)) {
        let first: Vec<u8> = rows.iter().map(|row| row.1 % 2).collect();
        let second: Vec<u8> = rows.iter().map(|row| row.2 % 3).collect();
        // Totals that some weights do meet: those of the file with other weights.
        let aim = |category: &[u8]| -> Vec<(u8, f64)> {
            let labels: BTreeSet<u8> = category.iter().copied().collect();
            let counted = |label: u8| (0..rows.len()).filter(move |&row| category[row] == label);
            let total = |label| counted(label).map(|row| if rows[row].0 > 0.0 { aims[row] } else { 0.0 }).sum();
            labels.into_iter().map(|label| (label, total(label))).collect()
        };
        let totals = [aim(&first), aim(&second)];
        let margins = [
            Margin { category: &first[..], totals: &totals[0] },
            Margin { category: &second[..], totals: &totals[1] },
        ];
        let misses = |weights: &[f64], margin: &Margin<'_, u8>| {
            margin.totals.iter().map(|(label, want)| {
                let of = |row: &usize| margin.category[*row] == *label;
                let have: f64 = (0..rows.len()).filter(of).map(|row| weights[row]).sum();
                (have - want).abs()
            }).fold(0.0, f64::max)
        };
        let whole: f64 = totals[0].iter().map(|total| total.1).sum();
        if whole > 0.0 {
            let post = drawn(&rows).post_stratified(margins[0]).unwrap();
            prop_assert!(misses(post.weights(), &margins[0]) <= 1e-9 * whole);
            for (old, new) in rows.iter().zip(post.weights()) {
                prop_assert_eq!(old.0 > 0.0, *new > 0.0);
            }
            match drawn(&rows).raked(&margins) {
                Ok(raked) => {
                    prop_assert!(margins.iter().all(|margin| misses(raked.weights(), margin) <= 2e-6 * whole));
                    let found = raked.all().share(&satisfied(&rows)).unwrap().unwrap();
                    prop_assert!(figures(&found).iter().all(|figure| figure.is_finite()));
                }
                // Weights of 10^12 beside ones may need more sweeps than there are.
                Err(error) => prop_assert_eq!(error, StatsError::NotConverged { function: "raking" }),
            }
        }
    }

    #[test]
    fn a_domain_of_everybody_is_everybody(rows in uneven_rows(60)) {
        let sample = drawn(&rows).weighted().unwrap();
        let y = satisfied(&rows);
        prop_assert_eq!(sample.domain(&vec![true; rows.len()]).unwrap().share(&y).unwrap(), sample.all().share(&y).unwrap());
        // What lies outside does not matter.
        let inside: Vec<bool> = rows.iter().map(|row| row.2 < 3).collect();
        let blurred: Vec<bool> = y.iter().zip(&inside).map(|(y, inside)| *y && *inside).collect();
        let domain = sample.domain(&inside).unwrap();
        prop_assert_eq!(domain.share(&y).unwrap(), domain.share(&blurred).unwrap());
    }

    #[test]
    fn any_finite_file_gives_numbers_or_a_reason(
        rows in prop::collection::vec((
            prop_oneof![Just(0.0), Just(1e300), Just(1e-300), Just(f64::MAX), Just(5e-324), 0.5_f64..2.0],
            0_u8..3, 0_u8..3, any::<bool>(), -1e101_f64..1e101,
        ), 0..25),
        inside in prop::collection::vec(any::<bool>(), 25),
        totals in prop::collection::vec(prop_oneof![Just(0.0), Just(1e300), Just(1e-300), 1.0_f64..9.0], 3),
    ) {
        let plain: Vec<Row> = rows.iter().map(|row| (row.0, row.1, row.2, row.3)).collect();
        let values: Vec<f64> = rows.iter().map(|row| row.4).collect();
        let category: Vec<u8> = rows.iter().map(|row| row.1).collect();
        let totals: Vec<(u8, f64)> = (0..3).zip(totals).collect();
        let margin = Margin { category: &category[..], totals: &totals };
        for weighted in [drawn(&plain).weighted(), drawn(&plain).post_stratified(margin)].into_iter().flatten() {
            prop_assert!(weighted.weights().iter().all(|w| w.is_finite()));
            for subset in [weighted.all(), weighted.domain(&inside[..rows.len()]).unwrap()] {
                if let Ok(Some(share)) = subset.share(&satisfied(&plain)) {
                    prop_assert!(figures(&share).iter().all(|figure| figure.is_finite()), "{share:?}");
                }
                for estimate in [subset.mean(&values), subset.total(&values), subset.ratio(&values, &vec![1e-90; rows.len()])] {
                    if let Ok(Some(found)) = estimate {
                        prop_assert!(found.value.is_finite() && found.se().is_finite(), "{found:?}");
                        if let Ok(Some(bounds)) = found.interval(Confidence::TWO_SIDED_95) {
                            prop_assert!(bounds.lower <= found.value && found.value <= bounds.upper);
                            prop_assert!(bounds.lower.is_finite() && bounds.upper.is_finite());
                        }
                    }
                }
            }
        }
        if let Ok(effect) = design_effect(&weights(&plain), &[0, u64::MAX, u64::MAX], 1.0) {
            prop_assert!(effect.n_eff.is_finite() && effect.sum_w.is_finite());
            prop_assert!(effect.deff.is_none_or(f64::is_finite));
        }
    }

    #[test]
    fn collapsing_loses_nothing_and_leaves_few_small_cells(
        placed in prop::collection::btree_map((0_u8..4, 0_u8..5, 0_u8..3), (0_u64..40, 0_u64..5), 1..40),
        by_unit: bool,
    ) {
        let cells: Vec<PlacedCell<u8>> = placed.iter().map(|(&(unit, procedure, channel), &(population, n))| {
            PlacedCell { unit, procedure, channel, cell: Cell { population, n, x: n / 2 } }
        }).collect();
        let reporting = if by_unit { Reporting::ByUnit } else { Reporting::ByProcedure };
        let group = |position: usize| if by_unit { cells[position].unit } else { cells[position].procedure };
        let pooled = collapse(&cells, reporting);
        let sum = |cells: &mut dyn Iterator<Item = Cell>| {
            cells.fold((0, 0, 0), |sum, cell| (sum.0 + cell.population, sum.1 + cell.n, sum.2 + cell.x))
        };
        prop_assert_eq!(
            sum(&mut pooled.iter().map(|found| found.cell)),
            sum(&mut cells.iter().map(|placed| placed.cell))
        );
        let mut members: Vec<usize> = pooled.iter().flat_map(|found| found.members.clone()).collect();
        members.sort_unstable();
        members.dedup();
        prop_assert_eq!(members.len(), cells.iter().filter(|cell| cell.cell.population > 0 || cell.cell.n > 0).count());
        for Collapsed { members, cell } in &pooled {
            prop_assert_eq!(members.iter().map(|&member| group(member)).collect::<BTreeSet<u8>>().len(), 1);
            // A cell left small holds its whole group.
            let own = group(members[0]);
            let others = pooled.iter().filter(|found| group(found.members[0]) == own).count();
            prop_assert!(cell.n >= 2 || others == 1, "{cell:?}");
        }
        let mut backwards = cells.clone();
        backwards.reverse();
        let again = collapse(&backwards, reporting);
        let only_cells = |found: &[Collapsed]| found.iter().map(|found| found.cell).collect::<Vec<Cell>>();
        prop_assert_eq!(only_cells(&pooled), only_cells(&again));
    }
}
