//! Key drivers, response, sample size and signals: what must hold for any numbers.

use std::collections::BTreeMap;

use hailong::stats::drivers::{Counted, doubt, key_drivers, key_drivers_counted};
use hailong::stats::plan::{Aim, Precision, planning_share, sample_size, size_to_decide};
use hailong::stats::response::{Group, Invitations, coverage, nonresponse, response_rates};
use hailong::stats::signals::{Signal, burst, device, responses_against_cases, run, straight_lining};
use hailong::stats::special::{
    beta_binomial_at_least, binomial_at_least, longest_run_at_least, truncated_poisson_at_least, truncated_poisson_rate,
};
use hailong::stats::{BasisPoints, Population, StatsError};
use proptest::prelude::*;

/// Levels of `k` factors and the overall level, with a common part; 0 = not answered.
fn form(factors: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = (Vec<Vec<f64>>, Vec<u8>)> {
    let level = |lean: u8| prop_oneof![1 => Just(0_u8), 12 => 1_u8..=5, 12 => Just(lean)];
    (factors, 0_usize..60).prop_flat_map(move |(k, n)| {
        let row = (1_u8..=5).prop_flat_map(move |lean| (prop::collection::vec(level(lean), k), level(lean)));
        prop::collection::vec(row, n).prop_map(|rows| {
            let (factors, overall): (Vec<Vec<u8>>, Vec<u8>) = rows.into_iter().unzip();
            (factors.into_iter().map(|row| row.into_iter().map(f64::from).collect()).collect(), overall)
        })
    })
}

/// The sums of the complete rows, each factor counted in units of its own: a mean over so many questions as their sum.
fn counted(factors: &[Vec<f64>], overall: &[u8], units: &[u64]) -> Counted {
    let k = factors.first().map_or(0, Vec::len);
    let mut counted = Counted { tables: vec![BTreeMap::new(); k], products: vec![0; k * k.saturating_sub(1) / 2] };
    for (row, level) in factors.iter().zip(overall).filter(|(row, y)| **y > 0 && row.iter().all(|x| *x > 0.0)) {
        let row: Vec<u64> = row.iter().zip(units).map(|(x, unit)| (x * *unit as f64).round() as u64).collect();
        for (table, x) in counted.tables.iter_mut().zip(&row) {
            table.entry(*x).or_default()[usize::from(*level) - 1] += 1;
        }
        let pairs = (0..k).flat_map(|i| (i + 1..k).map(move |j| (i, j)));
        counted.products.iter_mut().zip(pairs).for_each(|(sum, (i, j))| *sum += row[i] * row[j]);
    }
    counted
}

/// Cases, responses, satisfied, and how many of the silent are satisfied in truth.
fn groups() -> impl Strategy<Value = Vec<(Group, u64)>> {
    let group = (0_u64..500)
        .prop_flat_map(|cases| (Just(cases), 0..=cases))
        .prop_flat_map(|(cases, responses)| (Just(cases), Just(responses), 0..=responses, 0..=cases - responses))
        .prop_map(|(cases, responses, satisfied, silent)| (Group { cases, responses, satisfied }, silent));
    prop::collection::vec(group, 0..12)
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-11 + 1e-11 * one.abs().max(other.abs())
}

/// A p-value that does not rise with the count.
fn falls(p: impl Fn(u64) -> f64, count: u64) -> bool {
    let (here, next) = (p(count), p(count + 1));
    (0.0..=1.0).contains(&here) && (0.0..=1.0).contains(&next) && next <= here * (1.0 + 1e-12) + 1e-15
}

/// An error or a probability, never anything else.
fn sound(found: Result<Signal, StatsError>) -> bool {
    found.map_or(true, |s| (0.0..=1.0).contains(&s.p_value) && s.expected.is_none_or(f64::is_finite))
}

/// Numbers as they should never come, and some that may.
fn any_real() -> impl Strategy<Value = f64> {
    let special = [0.0, 1.0, -1.0, 0.5, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE, 5e-324, f64::MAX, 1e-300, 1e300];
    prop_oneof![any::<f64>(), 0.0..=1.0, prop::sample::select(special.to_vec())]
}

fn any_count() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..5, 0_u64..3000, Just(1_000_000_000), Just(10_000_000_000), any::<u64>()]
}

proptest! {
    #[test]
    fn lmg_shares_out_r_squared((factors, overall) in form(1..=6)) {
        let found = key_drivers(&factors, &overall).unwrap();
        let Some(r2) = found.r2 else {
            prop_assert!(found.drivers.iter().all(|d| d.lmg.is_none() && d.share.is_none() && d.tau_b.is_none()));
            return Ok(());
        };
        prop_assert!((0.0..=1.0).contains(&r2));
        prop_assert!(close(found.drivers.iter().map(|d| d.lmg.unwrap()).sum(), r2));
        prop_assert!(found.drivers.iter().all(|d| d.lmg.unwrap() >= 0.0));
        if r2 > 0.0 {
            prop_assert!(close(found.drivers.iter().map(|d| d.share.unwrap()).sum(), 1.0));
        }
    }

    #[test]
    fn the_order_of_the_factors_does_not_matter((factors, overall) in form(2..=6), turn in 1_usize..6) {
        let turned: Vec<Vec<f64>> = factors
            .iter()
            .map(|row| {
                let mut row = row.clone();
                let by = turn % row.len();
                row.rotate_left(by);
                row
            })
            .collect();
        let (one, other) = (key_drivers(&factors, &overall).unwrap(), key_drivers(&turned, &overall).unwrap());
        let k = one.drivers.len();
        for j in 0..k {
            let (a, b) = (one.drivers[(j + turn) % k], other.drivers[j]);
            prop_assert_eq!((a.tau_b, a.somers_d), (b.tau_b, b.somers_d));
            prop_assert!(close(a.lmg.unwrap_or(0.0), b.lmg.unwrap_or(0.0)), "{a:?} {b:?}");
        }
    }

    #[test]
    fn sums_tell_the_same_as_rows(
        (factors, overall) in form(1..=6), units in prop::collection::vec(1_u64..=4, 6),
    ) {
        // Levels as means over so many questions.
        let means: Vec<Vec<f64>> = factors
            .iter()
            .map(|row| row.iter().zip(&units).map(|(x, unit)| if *x > 0.0 { (x - 1.0) / *unit as f64 + 1.0 } else { 0.0 }).collect())
            .collect();
        let rows = key_drivers(&means, &overall).unwrap();
        let counted = counted(&means, &overall, &units);
        if counted.tables.is_empty() {
            return Ok(());
        }
        let sums = key_drivers_counted(&counted).unwrap();
        prop_assert_eq!((rows.n, rows.r2.is_some()), (sums.n, sums.r2.is_some()));
        prop_assert!(close(rows.r2.unwrap_or(0.0), sums.r2.unwrap_or(0.0)), "{rows:?} {sums:?}");
        for (row, sum) in rows.drivers.iter().zip(&sums.drivers) {
            prop_assert_eq!((row.tau_b, row.somers_d), (sum.tau_b, sum.somers_d));
            prop_assert_eq!((row.lmg.is_some(), row.share.is_some()), (sum.lmg.is_some(), sum.share.is_some()));
            prop_assert!(close(row.lmg.unwrap_or(0.0), sum.lmg.unwrap_or(0.0)), "{row:?} {sum:?}");
            prop_assert!(close(row.share.unwrap_or(0.0), sum.share.unwrap_or(0.0)), "{row:?} {sum:?}");
        }
        let doubts = doubt(&counted).unwrap();
        prop_assert_eq!(doubts.len(), if sums.drivers[0].share.is_some() { sums.drivers.len() } else { 0 });
        for (driver, doubt) in sums.drivers.iter().zip(&doubts) {
            let share = driver.share.unwrap();
            prop_assert!((0.0..=1.0).contains(&doubt.lower) && doubt.lower <= share + 1e-9 && share <= doubt.upper + 1e-9);
        }
        prop_assert!(doubts.is_empty() || doubts.iter().any(|doubt| doubt.may_lead));
    }

    #[test]
    fn a_reversed_scale_turns_the_direction((factors, overall) in form(1..=4)) {
        let reversed: Vec<Vec<f64>> = factors
            .iter()
            .map(|row| row.iter().map(|&level| if level > 0.0 { 6.0 - level } else { 0.0 }).collect())
            .collect();
        let (one, other) = (key_drivers(&factors, &overall).unwrap(), key_drivers(&reversed, &overall).unwrap());
        for (a, b) in one.drivers.iter().zip(&other.drivers) {
            prop_assert_eq!(a.tau_b.map(|t| -t), b.tau_b);
            prop_assert_eq!(a.somers_d.map(|d| -d), b.somers_d);
            prop_assert!(close(a.lmg.unwrap_or(0.0), b.lmg.unwrap_or(0.0)));
            prop_assert!(a.tau_b.is_none_or(|t| t.abs() <= 1.0));
        }
    }

    #[test]
    fn a_copied_or_constant_factor_is_shared_or_worthless((mut factors, overall) in form(2..=5)) {
        for row in &mut factors {
            row.push(row[0]);
            row[1] = 3.0;
        }
        let found = key_drivers(&factors, &overall).unwrap();
        if found.r2.is_some() {
            let (first, last) = (found.drivers[0], found.drivers[found.drivers.len() - 1]);
            prop_assert!(close(first.lmg.unwrap(), last.lmg.unwrap()), "{found:?}");
            let constant = found.drivers[1];
            prop_assert_eq!((constant.lmg, constant.tau_b, constant.somers_d), (Some(0.0), None, None));
        }
    }

    #[test]
    fn concordance_is_that_of_all_pairs((factors, overall) in form(1..=1)) {
        let found = key_drivers(&factors, &overall).unwrap();
        let rows: Vec<(f64, u8)> = factors.iter().map(|row| row[0]).zip(overall).filter(|&(x, y)| x * f64::from(y) > 0.0)
            .collect();
        let (mut difference, mut untied) = (0.0, 0.0);
        for (i, one) in rows.iter().enumerate() {
            for other in &rows[..i] {
                let x = (one.0 - other.0).signum() * f64::from(u8::from(one.0 != other.0));
                difference += x * (f64::from(one.1) - f64::from(other.1)).clamp(-1.0, 1.0);
                untied += x.abs();
            }
        }
        if let Some(d) = found.drivers.first().and_then(|driver| driver.somers_d) {
            prop_assert!(close(d, difference / untied));
        }
    }

    #[test]
    fn the_worst_case_range_holds_every_completion(groups in groups(), target in (0_u32..=10_000)) {
        let seen: Vec<Group> = groups.iter().map(|&(group, _)| group).collect();
        let found = nonresponse(&seen).unwrap();
        let cases: u64 = seen.iter().map(|group| group.cases).sum();
        let satisfied: u64 = groups.iter().map(|(group, silent)| group.satisfied + silent).sum();
        if cases == 0 {
            prop_assert_eq!((found.worst_lower, found.r_indicator), (None, None));
            return Ok(());
        }
        let truth = satisfied as f64 / cases as f64;
        prop_assert!(found.worst_lower.unwrap() <= truth && truth <= found.worst_upper.unwrap());
        let target = BasisPoints::new(target).unwrap();
        if found.met_beyond_doubt(target) {
            prop_assert!(satisfied * 10_000 >= u64::from(target.get()) * cases);
        }
        prop_assert!(found.weighted.is_none_or(|p| (0.0..=1.0).contains(&p)));
        prop_assert!((0.0..=1.0).contains(&found.r_indicator.unwrap()));
        prop_assert_eq!(found.raised_groups, 0);
    }

    #[test]
    fn a_finer_margin_needs_more_and_never_more_than_all(
        margin in 1e-4_f64..0.9, finer in 0.01_f64..1.0, share in 0.0_f64..=1.0, deff in 0.1_f64..50.0,
        size in 0_u64..5000, response in 0.01_f64..=1.0,
    ) {
        let plan = |margin: f64, population| {
            let precision = Precision { margin, level: 0.95, share, deff, response: Some(response) };
            sample_size(precision, population).unwrap()
        };
        let closer = (margin * finer).max(1e-4);
        for population in [Population::Known(size), Population::Unknown] {
            let (wide, fine) = (plan(margin, population), plan(closer, population));
            prop_assert!(fine.n >= wide.n && fine.invitations >= wide.invitations && fine.slovin >= wide.slovin);
        }
        let known = plan(margin, Population::Known(size));
        prop_assert!(known.n <= size && known.invitations.unwrap() <= size && known.n <= known.invitations.unwrap());
        prop_assert!(known.slovin.unwrap() <= size && known.n <= plan(margin, Population::Unknown).n);
    }

    #[test]
    fn a_larger_count_is_never_less_suspicious(
        count in 0_u64..400, baseline in 0_u64..2000, window in 0.01_f64..48.0, time in 0.01_f64..2000.0,
        n in 1_u64..400, p0 in 0.0_f64..=1.0, rho in 0.0_f64..=1.0, lambda in 1e-6_f64..50.0, devices in 1_u64..3000,
        shares in prop::collection::vec(0.0_f64..0.2, 1..6),
    ) {
        prop_assert!(falls(|c| burst(c, window, baseline, time).unwrap().p_value, count));
        prop_assert!(falls(|c| responses_against_cases(c, n, p0, rho).unwrap().p_value, count));
        prop_assert!(falls(|c| responses_against_cases(c, n, p0, 0.0).unwrap().p_value, count));
        prop_assert!(falls(|c| device(c, devices, lambda).unwrap().p_value, count));
        prop_assert!(falls(|c| run(n + 1, c, &shares).unwrap().p_value, count.min(n)));
    }

    #[test]
    fn a_run_follows_the_recurrence(length in 1_usize..12, trials in 0_usize..900, share in 0.0_f64..=1.0) {
        let whole = share.powi(length as i32);
        let mut seen = vec![0.0; trials + 1];
        for m in length..=trials {
            seen[m] = if m == length { whole } else { seen[m - 1] + (1.0 - share) * whole * (1.0 - seen[m - length - 1]) };
        }
        let got = longest_run_at_least(length as u64, trials as u64, share).unwrap();
        prop_assert!((got - seen[trials]).abs() <= 1e-9 * seen[trials], "{got} {}", seen[trials]);
    }

    #[test]
    fn failures_are_the_rest_of_the_trials(
        n in 1_u64..2000, part in 0.0_f64..=1.0, p0 in 0.01_f64..0.99, rho in 1e-6_f64..1.0,
    ) {
        let s = ((n as f64 * part) as u64).clamp(1, n);
        let satisfied = beta_binomial_at_least(s, n, p0, rho).unwrap();
        let others = beta_binomial_at_least(n - s + 1, n, 1.0 - p0, rho).unwrap();
        prop_assert!((satisfied + others - 1.0).abs() < 1e-10, "{satisfied} {others}");
        let independent = binomial_at_least(s, n, p0).unwrap();
        let nearly = beta_binomial_at_least(s, n, p0, 1e-14).unwrap();
        prop_assert!((independent - nearly).abs() <= 1e-7 * independent + 1e-30, "{independent} {nearly}");
    }

    #[test]
    fn a_rate_gives_its_mean_back(excess in prop_oneof![1e-12_f64..1e-3, 1e-3_f64..3.0, 3.0_f64..1e6]) {
        let mean = 1.0 + excess;
        let lambda = truncated_poisson_rate(mean).unwrap().unwrap();
        prop_assert!(lambda > 0.0 && lambda <= mean * (1.0 + 1e-15));
        prop_assert!((lambda / -(-lambda).exp_m1() - mean).abs() <= 4e-15 * mean);
        // Σ_{m ≥ 1} P(Z ≥ m) is the mean.
        if mean < 50.0 {
            let sum: f64 = (1..400).map(|m| truncated_poisson_at_least(m, lambda).unwrap()).sum();
            prop_assert!(close(sum, mean), "{sum} {mean}");
        }
    }

    #[test]
    fn no_input_gives_anything_but_a_figure_or_an_error(
        counts in prop::array::uniform6(any_count()), reals in prop::array::uniform5(any_real()),
    ) {
        let [a, b, c, d, e, f] = counts;
        prop_assert!(sound(burst(a, reals[0], b, reals[1])));
        prop_assert!(sound(straight_lining(a, b, reals[0], reals[1])));
        prop_assert!(sound(responses_against_cases(a, b, reals[0], reals[1])));
        prop_assert!(sound(run(a, b, &reals[..2])));
        prop_assert!(sound(device(a, b, reals[0])));
        prop_assert!(truncated_poisson_rate(reals[0]).map_or(true, |l| l.is_none_or(|l| l > 0.0 && l.is_finite())));
        let precision =
            Precision { margin: reals[0], level: reals[1], share: reals[2], deff: reals[3], response: Some(reals[4]) };
        for population in [Population::Known(a), Population::Unknown] {
            let plan = sample_size(precision, population);
            prop_assert!(plan.map_or(true, |plan| plan.n_infinite.is_finite() && plan.expected_n.unwrap().is_finite()));
            let aim = Aim::at(BasisPoints::new(9000).unwrap());
            let plan = size_to_decide(reals[2], population, reals[3], aim);
            prop_assert!(plan.map_or(true, |plan| plan.n1.is_none_or(f64::is_finite)));
            prop_assert!(coverage(b, population).map_or(true, |share| share.is_none_or(f64::is_finite)));
        }
        let sent =
            Invitations { issued: a, not_delivered: b, not_eligible: c, complete: d, partial: e, refused: f };
        if let Ok(rates) = response_rates(sent, Population::Known(a)) {
            prop_assert!(rates.contact.is_none_or(|share| (0.0..=1.0).contains(&share)) && rates.eligible <= a);
        }
        let group = Group { cases: a, responses: b, satisfied: c };
        if let Ok(found) = nonresponse(&[group, group]) {
            prop_assert!(found.r_indicator.is_none_or(|r| (0.0..=1.0).contains(&r)) && found.unweighted <= Some(1.0));
        }
        prop_assert!(key_drivers(&[reals; 4], &[1, 2, 3, 5]).map_or(true, |found| found.r2.is_none_or(f64::is_finite)));
    }
}

/// The argument an error names.
fn blamed<T: std::fmt::Debug>(found: Result<T, StatsError>) -> &'static str {
    match found.unwrap_err() {
        StatsError::OutOfRange { argument, .. } | StatsError::Inconsistent { argument, .. } => argument,
        _ => "no argument",
    }
}

#[test]
fn an_error_names_the_argument_to_blame() {
    assert_eq!(blamed(burst(3, 0.0, 1, 8.0)), "window");
    assert_eq!(blamed(burst(3, 1.0, 1, 0.0)), "baseline_time");
    assert_eq!(blamed(burst(u64::MAX, 1.0, 1, 8.0)), "count");
    assert_eq!(blamed(straight_lining(4, 3, 0.5, 0.1)), "s");
    assert_eq!(blamed(straight_lining(3, 4, f64::NAN, 0.1)), "p0");
    assert_eq!(blamed(straight_lining(3, 4, 0.5, 1.5)), "rho");
    assert_eq!(blamed(straight_lining(3, 1_000_000_000, 0.5, 0.1)), "n");
    assert_eq!(blamed(run(5, 6, &[0.1])), "longest");
    assert_eq!(blamed(run(5, 3, &[])), "pattern_shares");
    assert_eq!(blamed(run(5, 3, &[0.7, 0.7])), "pattern_shares");
    assert_eq!(blamed(device(2, 0, 0.5)), "devices");
    assert_eq!(blamed(device(2, 9, 0.0)), "lambda");
    assert_eq!(blamed(truncated_poisson_rate(f64::INFINITY)), "mean");
    let sent = Invitations { issued: 10, not_delivered: 4, not_eligible: 2, ..Invitations::default() };
    assert_eq!(blamed(response_rates(Invitations { not_eligible: 7, ..sent }, Population::Unknown)), "issued");
    assert_eq!(blamed(response_rates(Invitations { complete: 5, ..sent }, Population::Unknown)), "complete");
    assert_eq!(blamed(response_rates(Invitations { refused: u64::MAX, ..sent }, Population::Unknown)), "refused");
    assert_eq!(blamed(nonresponse(&[Group { cases: 9, responses: 3, satisfied: 4 }])), "satisfied");
    assert_eq!(blamed(nonresponse(&[Group { cases: u64::MAX, responses: 3, satisfied: 3 }; 2])), "cases");
    let precision = Precision { margin: 0.03, level: 0.95, share: 0.9, deff: 1.0, response: Some(0.3) };
    let plan = |precision| blamed(sample_size(precision, Population::Known(1200)));
    assert_eq!(plan(Precision { margin: 0.0, ..precision }), "margin");
    assert_eq!(plan(Precision { level: 1.0, ..precision }), "level");
    assert_eq!(plan(Precision { share: 1.1, ..precision }), "share");
    assert_eq!(plan(Precision { deff: f64::INFINITY, ..precision }), "deff");
    assert_eq!(plan(Precision { response: Some(0.0), ..precision }), "response");
    assert_eq!(blamed(sample_size(precision, Population::Known(u64::MAX))), "population");
    assert_eq!(blamed(planning_share(Some(-0.1))), "last_year");
    assert_eq!(blamed(key_drivers(&[[3.0, 4.0]], &[3, 4])), "overall");
    assert_eq!(blamed(key_drivers(&[vec![3.0, 4.0], vec![3.0]], &[3, 4])), "factors");
    assert_eq!(blamed(key_drivers(&[[3.0; 7]], &[3])), "factors");
    assert_eq!(blamed(key_drivers(&[[f64::NAN]], &[3])), "factors");
    assert_eq!(blamed(key_drivers(&[[3.0]], &[6])), "overall");
}

#[test]
fn nothing_to_compare_gives_no_figure() {
    assert_eq!(key_drivers::<[f64; 2]>(&[], &[]).unwrap().n, 0);
    let few = key_drivers(&[[1.0, 2.0], [2.0, 3.0], [0.0, 4.0]], &[1, 2, 3]).unwrap();
    assert_eq!((few.n, few.r2, few.drivers[0].tau_b), (2, None, None));
    let constant = key_drivers(&[[1.0], [2.0], [3.0]], &[4, 4, 4]).unwrap();
    assert_eq!((constant.n, constant.r2, constant.drivers[0].lmg), (3, None, None));
    // Not a straight line but no correlation: R² is 0, and there is nothing to share out.
    let none = key_drivers(&[[1.0], [3.0], [5.0]], &[4, 2, 4]).unwrap();
    assert_eq!((none.r2, none.drivers[0].lmg, none.drivers[0].share), (Some(0.0), Some(0.0), None));
    assert_eq!(none.drivers[0].tau_b, Some(0.0));
    let first_day = burst(5, 1.0, 0, 0.0).unwrap();
    assert_eq!((first_day.expected, first_day.p_value), (None, 1.0));
    assert_eq!(device(0, 0, 0.3).unwrap().p_value, 1.0);
    assert_eq!(run(0, 0, &[0.3]).unwrap().p_value, 1.0);
    assert_eq!(straight_lining(0, 0, 0.3, 0.3).unwrap().p_value, 1.0);
    assert_eq!(nonresponse(&[]).unwrap().weighted, None);
    let silent = nonresponse(&[Group { cases: 9, responses: 0, satisfied: 0 }]).unwrap();
    assert_eq!((silent.unweighted, silent.worst_lower, silent.worst_upper), (None, Some(0.0), Some(1.0)));
    // Two responses to one case: the case count is wrong, and said to be.
    let raised = nonresponse(&[Group { cases: 1, responses: 2, satisfied: 2 }]).unwrap();
    assert_eq!((raised.raised_groups, raised.response), (1, Some(1.0)));
}

#[test]
fn both_ends_of_the_correlation_between_units() {
    // A unit whose responses are all alike decides once; one whose responses are independent decides each time.
    assert_eq!(straight_lining(3, 20, 0.3, 1.0).unwrap().p_value, 0.3);
    let independent = binomial_at_least(3, 20, 0.3).unwrap();
    assert!((straight_lining(3, 20, 0.3, 1e-300).unwrap().p_value - independent).abs() < 1e-12);
    assert_eq!(straight_lining(1, 20, 0.0, 0.3).unwrap().p_value, 0.0);
    assert_eq!(straight_lining(20, 20, 1.0, 0.3).unwrap().p_value, 1.0);
}

#[test]
fn sums_that_do_not_belong_together_are_refused() {
    let table = |n| BTreeMap::from([(3_u64, [0, 0, n, 0, 4]), (5, [0, 1, 0, 0, 7])]);
    let of = |tables: Vec<BTreeMap<u64, [u64; 5]>>, products| key_drivers_counted(&Counted { tables, products });
    assert!(of(vec![table(3), table(3)], vec![60]).is_ok());
    assert_eq!(blamed(of(vec![table(3), table(4)], vec![60])), "tables");
    assert_eq!(blamed(of(vec![table(3), table(3)], vec![])), "products");
    assert_eq!(blamed(of(vec![], vec![])), "tables");
    assert_eq!(blamed(of(vec![BTreeMap::from([(20_000_000, [1, 0, 1, 0, 1])])], vec![])), "tables");
    assert!(
        doubt(&Counted { tables: vec![BTreeMap::from([(3, [0, 0, 0, 0, 9])])], products: vec![] }).unwrap().is_empty()
    );
}

/// People as a survey of this kind has them: a mood that colours everything, five factors of which some weigh more, and
/// levels of which most are 4 and 5.
fn survey(dice: &mut crate::dice::Dice, people: usize, weights: &[f64; 5]) -> (Vec<Vec<f64>>, Vec<u8>) {
    let mut normal = || (0..12).map(|_| dice.below(1_000_000) as f64 / 1e6).sum::<f64>() - 6.0;
    let level = |felt: f64| match felt {
        felt if felt > 1.6 => 5_u8,
        felt if felt > -1.2 => 4,
        felt if felt > -1.9 => 3,
        felt if felt > -2.6 => 2,
        _ => 1,
    };
    (0..people)
        .map(|_| {
            let mood = normal();
            let felt: Vec<f64> = (0..5).map(|_| normal()).collect();
            let coloured: f64 = felt.iter().zip(weights).map(|(felt, weight)| felt * weight).sum();
            let row = felt.iter().map(|felt| f64::from(level(mood + felt + 0.7 * normal()))).collect();
            (row, level(mood + coloured + 0.7 * normal()))
        })
        .unzip()
}

#[test]
fn intervals_of_shares_hold_what_they_say() {
    let mut dice = crate::dice::Dice(11);
    for weights in [[0.8, 0.2, 0.4, 0.6, 0.0], [0.4; 5]] {
        let (rows, overall) = survey(&mut dice, 60_000, &weights);
        let truth: Vec<f64> = key_drivers(&rows, &overall).unwrap().drivers.iter().map(|d| d.share.unwrap()).collect();
        for people in [100, 400] {
            let (mut inside, mut all, mut leaders) = (0, 0, 0);
            let draws = 300;
            for _ in 0..draws {
                let (rows, overall) = survey(&mut dice, people, &weights);
                let doubts = doubt(&counted(&rows, &overall, &[1; 5])).unwrap();
                inside += doubts.iter().zip(&truth).filter(|(d, truth)| (d.lower..=d.upper).contains(truth)).count();
                all += doubts.len();
                let first = (0..5).max_by(|a, b| truth[*a].total_cmp(&truth[*b])).unwrap();
                leaders += usize::from(doubts[first].may_lead);
            }
            let (held, led) = (inside as f64 / all as f64, leaders as f64 / f64::from(draws));
            println!("{weights:?} {people}: {held:.3} {led:.3}");
            assert!((0.93..=0.99).contains(&held), "{weights:?}, {people} people: {held} of the intervals hold");
            assert!(led >= 0.95, "{weights:?}, {people} people: the first is named in {led}");
        }
    }
}
