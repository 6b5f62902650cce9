//! What must hold of the statistics for any numbers, not only for the vectors.

mod compare;
mod design;
mod drivers;

use crate::stats_vectors::attacker::Attacker;
use hailong::stats::disclosure::{Entry, Link, Place, Status, suppress, suppress_linked};
use hailong::stats::display::{display_percent, display_ratio};
use hailong::stats::indices::PooledMoments;
use hailong::stats::plan::{Aim, required_more, required_more_design};
use hailong::stats::proportion::{
    ShareInterval, clopper_pearson, hypergeometric_bounds, wilson, wilson_corrected, wilson_finite,
};
use hailong::stats::special::{
    beta_quantile, beta_tails, hypergeometric_at_least, hypergeometric_tails, student_quantile, student_tails,
};
use hailong::stats::verdict::{Assessment, Verdict, assess, assess_design};
use hailong::stats::{BasisPoints, Confidence, Population, PopulationStatus};
use proptest::prelude::*;

/// `x` of `n` of `N`, with `1 ≤ n ≤ N`.
fn sample() -> impl Strategy<Value = (u64, u64, u64)> {
    (1_u64..3000)
        .prop_flat_map(|population| (1..=population, Just(population)))
        .prop_flat_map(|(n, population)| (0..=n, Just(n), Just(population)))
}

fn population(known: bool, size: u64) -> Population {
    if known { Population::Known(size) } else { Population::Unknown }
}

fn all_intervals(x: u64, n: u64, size: u64, confidence: Confidence) -> [ShareInterval; 5] {
    let (xr, nr) = (x as f64, n as f64);
    [
        wilson(xr, nr, confidence).unwrap(),
        wilson_corrected(x, n, confidence).unwrap(),
        clopper_pearson(xr, nr, confidence).unwrap(),
        wilson_finite(xr / nr, n, Population::Known(size), 1.0, confidence).unwrap().interval,
        hypergeometric_bounds(x, n, size, confidence).unwrap().interval,
    ]
}

fn target() -> impl Strategy<Value = BasisPoints> {
    (1_u32..10_000).prop_map(|tau| BasisPoints::new(tau).unwrap())
}

fn decided(found: Assessment) -> (bool, bool) {
    (found.p_met <= 0.05, found.p_not_met <= 0.05)
}

proptest! {
    #[test]
    fn an_interval_contains_its_estimate((x, n, size) in sample(), level in 0.55_f64..0.999) {
        for confidence in [Confidence::two_sided(level).unwrap(), Confidence::one_sided(level).unwrap()] {
            for interval in all_intervals(x, n, size, confidence) {
                let estimate = interval.estimate.unwrap();
                prop_assert!(interval.lower >= 0.0 && interval.upper <= 1.0);
                // The exact bounds move in steps of one case, the others to the last digit.
                let step = 1.0 / size as f64 + 1e-12;
                prop_assert!(interval.lower <= estimate + step && estimate <= interval.upper + step, "{interval:?}");
            }
        }
    }

    #[test]
    fn a_higher_level_never_narrows_an_interval((x, n, size) in sample(), level in 0.05_f64..0.98, more in 0.0_f64..0.019) {
        let at = |level| all_intervals(x, n, size, Confidence::two_sided(level).unwrap());
        for (narrow, wide) in at(level).iter().zip(at(level + more)) {
            prop_assert!(wide.lower <= narrow.lower + 1e-12 && narrow.upper <= wide.upper + 1e-12, "{narrow:?} {wide:?}");
        }
    }

    /// Their centres differ by terms of order 1/n, and discreteness moves an exact bound by at most one answer: between
    /// them are no more than (z² + 2)/n.
    #[test]
    fn wilson_and_exact_bounds_come_together_as_one_over_n(p in 0.02_f64..0.98, n in 200_u64..1_000_000) {
        let (x, n) = ((p * n as f64).round(), n as f64);
        let confidence = Confidence::TWO_SIDED_95;
        let (score, exact) = (wilson(x, n, confidence).unwrap(), clopper_pearson(x, n, confidence).unwrap());
        let apart = (confidence.z().powi(2) + 2.0) / n;
        prop_assert!((score.lower - exact.lower).abs() <= apart && (score.upper - exact.upper).abs() <= apart, "{apart}");
    }

    #[test]
    fn the_same_answers_in_another_order_give_the_same_verdict(
        answers in prop::collection::vec((1_u64..6, 0_u64..6), 1..60), target in target(), shift in 0_usize..60,
    ) {
        let pooled = |answers: &[(u64, u64)]| {
            let mut moments = PooledMoments::default();
            for &(given, satisfied) in answers {
                moments.add(satisfied.min(given), given).unwrap();
            }
            let index = moments.index().unwrap();
            let (share, n_eff) = (index.share.unwrap(), index.n_eff.unwrap());
            assess_design(share, n_eff, index.respondents, Population::Unknown, target)
        };
        let mut other = answers.clone();
        other.rotate_left(shift % answers.len());
        other.reverse();
        prop_assert_eq!(pooled(&answers).unwrap().verdict, pooled(&other).unwrap().verdict);
    }

    #[test]
    fn one_more_satisfied_answer_never_lowers_an_estimate((x, n, size) in sample()) {
        for (one, more) in all_intervals(x, n, size, Confidence::TWO_SIDED_95)
            .iter()
            .zip(all_intervals(x + 1, n + 1, size + 1, Confidence::TWO_SIDED_95))
        {
            prop_assert!(more.estimate >= one.estimate, "{one:?} {more:?}");
        }
    }

    #[test]
    fn exact_bounds_are_the_last_credible_numbers_of_cases((x, n, size) in sample(), a in 1e-6_f64..0.49) {
        let bounds = hypergeometric_bounds(x, n, size, Confidence::from_tail(a).unwrap()).unwrap();
        let at_least = |m| hypergeometric_at_least(x, size, m, n).unwrap();
        let at_most = |m| hypergeometric_tails(x, size, m, n).unwrap().lower;
        let (least, most) = (bounds.cases_lower, bounds.cases_upper);
        prop_assert!(at_least(least) > a && (least == x || at_least(least - 1) <= a), "{bounds:?}");
        prop_assert!(at_most(most) > a && (most == size - n + x || at_most(most + 1) <= a), "{bounds:?}");
    }

    #[test]
    fn exchanging_satisfied_and_dissatisfied_mirrors_the_interval((x, n, size) in sample()) {
        let confidence = Confidence::TWO_SIDED_95;
        let mirrored = all_intervals(n - x, n, size, confidence);
        for (one, other) in all_intervals(x, n, size, confidence).iter().zip(mirrored) {
            prop_assert!((one.lower - (1.0 - other.upper)).abs() < 1e-9, "{one:?} {other:?}");
            prop_assert!((one.upper - (1.0 - other.lower)).abs() < 1e-9, "{one:?} {other:?}");
        }
    }

    #[test]
    fn one_more_satisfied_keeps_a_target_met((x, n, size) in sample(), known: bool, target in target()) {
        let population = population(known, size);
        if assess(x, n, population, target).unwrap().verdict == Verdict::Met && x < n {
            prop_assert_eq!(assess(x + 1, n, population, target).unwrap().verdict, Verdict::Met);
        }
    }

    #[test]
    fn a_target_is_never_met_and_not_met(
        (x, n, size) in sample(), known: bool, target in target(), deff in 0.3_f64..5.0,
    ) {
        let population = population(known, size);
        prop_assert_ne!(decided(assess(x, n, population, target).unwrap()), (true, true));
        let share = x as f64 / n as f64;
        let design = assess_design(share, n as f64 / deff, n, population, target).unwrap();
        prop_assert_ne!(decided(design), (true, true));
    }

    #[test]
    fn the_bound_agrees_with_the_verdict((x, n, size) in sample(), known: bool, target in target()) {
        let found = assess(x, n, population(known, size), target).unwrap();
        match found.verdict {
            Verdict::Met => prop_assert!(found.lower >= target.share() - 1e-12, "{found:?}"),
            Verdict::NotMet => prop_assert!(found.upper < target.share() + 1e-12, "{found:?}"),
            Verdict::NotEnough => {}
        }
    }

    #[test]
    fn a_census_leaves_nothing_to_chance(n in 1_u64..5000, part in 0.0_f64..=1.0, target in target()) {
        let x = (part * n as f64) as u64;
        let everybody = Population::Known(n);
        let found = assess(x, n, everybody, target).unwrap();
        prop_assert_eq!(found.status, PopulationStatus::Census);
        prop_assert_eq!(found.lower, found.upper);
        prop_assert_eq!(found.verdict == Verdict::Met, x * 10_000 >= u64::from(target.get()) * n);
        prop_assert_ne!(found.verdict, Verdict::NotEnough);
        let shown = wilson_finite(part, n, everybody, 1.0, Confidence::TWO_SIDED_95).unwrap();
        prop_assert_eq!((shown.interval.lower, shown.interval.upper), (part, part));
    }

    #[test]
    fn the_floor_is_the_first_number_that_decides((x, n, size) in sample(), known: bool, target in target()) {
        let population = population(known, size);
        let plan = required_more(x, n, population, 1.0, Aim::at(target)).unwrap();
        let verdict = |x, n| assess(x, n, population, target).unwrap().verdict;
        if let Some(m) = plan.best_case_met {
            prop_assert_eq!(verdict(x + m, n + m), Verdict::Met);
            prop_assert!(m == 0 || verdict(x + m - 1, n + m - 1) != Verdict::Met);
        }
        if let Some(m) = plan.best_case_not_met {
            prop_assert_eq!(verdict(x, n + m), Verdict::NotMet);
            prop_assert!(m == 0 || verdict(x, n + m - 1) != Verdict::NotMet);
        }
        if known && plan.best_case_met.is_none() {
            prop_assert_ne!(verdict(x + size - n, size), Verdict::Met);
        }
    }

    #[test]
    fn a_rounded_share_stays_on_its_side_of_the_target(n in 1_u64..3_000_000, off in -3_i64..=3, target in target()) {
        let near = i64::try_from(target.needed(n)).unwrap() + off;
        let x = u64::try_from(near).unwrap_or(0).min(n);
        let shown: f64 = display_ratio(x, n, Some(target)).unwrap().unwrap().to_string().parse().unwrap();
        let side = (x * 10_000).cmp(&(u64::from(target.get()) * n));
        // Four decimals of a per cent as integers: exact.
        prop_assert_eq!(((shown * 1e4).round() as u64).cmp(&(u64::from(target.get()) * 100)), side);
        prop_assert!((shown - 100.0 * x as f64 / n as f64).abs() <= 0.05 + 1e-9);
        prop_assert_eq!(display_percent(x as f64 / n as f64, Some(target)).unwrap().decimals(),
            display_ratio(x, n, Some(target)).unwrap().unwrap().decimals());
    }

    #[test]
    fn moments_give_the_variance_of_the_definition(
        answers in prop::collection::vec((0_u64..8, 1_u64..8).prop_map(|(s, m)| (s.min(m), m)), 2..80),
    ) {
        let mut moments = PooledMoments::default();
        for &(s, m) in &answers {
            moments.add(s, m).unwrap();
        }
        let index = moments.index().unwrap();
        let (n, p) = (answers.len() as f64, index.share.unwrap());
        let total: f64 = answers.iter().map(|&(_, m)| m as f64).sum();
        let squares: f64 = answers.iter().map(|&(s, m)| (s as f64 - p * m as f64).powi(2)).sum();
        let variance = n / (n - 1.0) * squares / total / total;
        prop_assert!((index.variance.unwrap() - variance).abs() <= 1e-12 * (1.0 + variance));
        prop_assert!(index.n_eff.unwrap() > 0.0 || p == 0.0 || p == 1.0);
    }

    #[test]
    fn a_beta_quantile_is_the_inverse(p in 1e-12_f64..1.0, a in 1e-3_f64..1e5, b in 1e-3_f64..1e5) {
        let x = beta_quantile(p, a, b).unwrap();
        let tails = beta_tails(a, b, x.value, x.complement).unwrap();
        let smaller = if p <= 0.5 { (tails.lower, p) } else { (tails.upper, 1.0 - p) };
        // Below about 1e-300 the quantile itself is no longer a normal number.
        prop_assert!(x.value < 1e-300 || x.complement < 1e-300
            || (smaller.0 - smaller.1).abs() <= 1e-8 * smaller.1.max(1e-6), "{smaller:?}");
    }

    #[test]
    fn a_student_quantile_is_the_inverse(p in 1e-9_f64..1.0, df in 0.5_f64..1e6) {
        let t = student_quantile(p, df).unwrap();
        prop_assert!((student_tails(t, df).unwrap().lower - p).abs() < 1e-9);
    }

    #[test]
    fn hypergeometric_tails_are_the_sums_of_their_terms((draws, successes, size) in (1_u64..40)
        .prop_flat_map(|size| (0..=size, 0..=size, Just(size)))) {
        let choose = |n: u64, k: u64| (1..=k).fold(1.0, |c, i| c * (n + 1 - i) as f64 / i as f64);
        let mut sum = 0.0;
        for k in 0..=draws {
            if k <= successes && draws - k <= size - successes {
                sum += choose(successes, k) * choose(size - successes, draws - k) / choose(size, draws);
            }
            let tails = hypergeometric_tails(k, size, successes, draws).unwrap();
            prop_assert!((tails.lower - sum).abs() < 1e-12 && (tails.upper - (1.0 - sum)).abs() < 1e-12);
        }
    }

    #[test]
    fn a_reader_must_allow_every_hidden_count_to_be_as_large_as_promised(
        counts in (1_usize..8, 1_usize..8).prop_flat_map(|(rows, columns)| {
            let count = prop_oneof![2 => 0_u64..5, 3 => 5_u64..200];
            prop::collection::vec(prop::collection::vec(count, columns), rows)
        }),
        k in 3_u64..10,
        forced in prop::option::of((0_usize..8, 0_usize..8)),
    ) {
        let (rows, columns) = (counts.len(), counts[0].len());
        let forced: Vec<Entry> =
            forced.map(|(row, column)| Entry { row: row.min(rows), column: column.min(columns) }).into_iter().collect();
        let got = suppress(&counts, k, &forced).unwrap();
        let hidden = |row, column| got.hidden().any(|entry| entry == Entry { row, column });
        for (row, cells) in counts.iter().enumerate() {
            for (column, &n) in cells.iter().enumerate() {
                prop_assert!(hidden(row, column) || n == 0 || n >= k);
            }
        }
        let reader = Attacker::new(&counts, &hidden);
        for &entry in got.primary().iter().filter(|entry| !got.unprotected().contains(entry)) {
            let (least, most) = reader.bounds(entry.row, entry.column);
            let n = reader.count(entry.row, entry.column);
            prop_assert!(least <= n && most.is_none_or(|most| most >= n + k), "{entry:?}: {least} to {most:?}");
        }
        if got.status() == Status::Ok {
            for row in 0..=rows {
                prop_assert_ne!((0..=columns).filter(|&column| hidden(row, column)).count(), 1);
            }
            for column in 0..=columns {
                prop_assert_ne!((0..=rows).filter(|&row| hidden(row, column)).count(), 1);
            }
        } else {
            prop_assert!(!got.unprotected().is_empty());
            prop_assert_eq!(got.published(Entry { row: rows, column: columns }), None);
        }
    }

    #[test]
    fn linked_tables_hide_the_same_entries(
        children in (1_usize..5, 1_usize..5).prop_flat_map(|(rows, columns)| {
            let count = prop_oneof![2 => 0_u64..5, 3 => 5_u64..60];
            prop::collection::vec(prop::collection::vec(prop::collection::vec(count, columns), rows), 1..4)
        }),
    ) {
        let columns = children[0][0].len();
        let parent: Vec<Vec<u64>> = children
            .iter()
            .map(|child| (0..columns).map(|column| child.iter().map(|row| row[column]).sum()).collect())
            .collect();
        let links: Vec<Link> = (0..children.len())
            .flat_map(|child| (0..=columns).map(move |column| (child, column)))
            .map(|(child, column)| {
                let of_parent = Place { table: 0, entry: Entry { row: child, column } };
                Link(of_parent, Place { table: child + 1, entry: Entry { row: children[child].len(), column } })
            })
            .collect();
        let tables: Vec<Vec<Vec<u64>>> = [vec![parent], children.clone()].concat();
        let found = suppress_linked(&tables, 5, &links).unwrap();
        for Link(one, other) in links {
            prop_assert_eq!(found[one.table].is_hidden(one.entry), found[other.table].is_hidden(other.entry));
        }
    }

    #[test]
    fn any_size_and_share_gives_a_design_verdict(
        share in 0.0_f64..=1.0, n_eff in 0.0_f64..1e30, n in 0_u64..100_000, more in 0_u64..3, target in target(),
    ) {
        let found = assess_design(share, n_eff, n, Population::Known(n + more), target).unwrap();
        prop_assert!(found.lower <= found.upper && (0.0..=1.0).contains(&found.p_met));
        let plan = required_more_design(share, n_eff, n, Population::Known(n + more), Aim::at(target)).unwrap();
        prop_assert_eq!(plan.verdict_now, found.verdict);
        prop_assert!(plan.more.is_none_or(|m| m <= more));
    }
}
