//! Periods, charts and units: what must hold for any counts, and no input that breaks them.

use hailong::stats::compare::{Change, Difference, PeriodShare, benjamini_hochberg, compare_periods, mover_difference};
use hailong::stats::proportion::ShareInterval;
use hailong::stats::trend::{TrendDirection, control_chart, trend};
use hailong::stats::units::{
    Centre, Flag, FunnelLimits, ShrinkageStatus, adjusted_limits, exact_limits, funnel, shrink,
};
use hailong::stats::{MAX_SIZE, Population, Responses, StatsError};
use proptest::prelude::*;

/// One unit or period; small and huge sizes, all satisfied and none, and some without responses.
fn responses() -> impl Strategy<Value = Responses> {
    let size = prop_oneof![1 => Just(0_u64), 3 => 1_u64..10, 6 => 1_u64..3000, 1 => 1_u64..=MAX_SIZE];
    (size, prop_oneof![1 => Just(0.0), 1 => Just(1.0), 6 => 0.0_f64..=1.0])
        .prop_map(|(n, share)| Responses { x: ((n as f64 * share) as u64).min(n), n })
}

fn list() -> impl Strategy<Value = Vec<Responses>> {
    prop::collection::vec(responses(), 0..40)
}

fn period() -> impl Strategy<Value = PeriodShare> {
    (responses(), prop::option::of(0_u64..5000), 0.3_f64..5.0).prop_map(|(Responses { x, n }, more, deff)| {
        let population = more.map_or(Population::Unknown, |more| Population::Known(n + more));
        PeriodShare { deff, ..PeriodShare::of_counts(x, n, population).unwrap() }
    })
}

fn within_one(limits: FunnelLimits) -> bool {
    let inner = limits.lower_95 <= limits.upper_95;
    let nested = limits.lower_998 <= limits.lower_95 && limits.upper_95 <= limits.upper_998;
    inner && nested && limits.lower_998 >= 0.0 && limits.upper_998 <= 1.0
}

fn mirrored(change: Change) -> Change {
    match change {
        Change::Higher => Change::Lower,
        Change::Lower => Change::Higher,
        Change::NoClearChange => Change::NoClearChange,
    }
}

proptest! {
    #[test]
    fn exchanging_the_periods_mirrors_the_difference(one in period(), other in period(), level in 0.55_f64..0.999) {
        let forth = compare_periods(one, other, level).unwrap();
        let back = compare_periods(other, one, level).unwrap();
        prop_assert_eq!((forth.earlier, forth.later), (back.later, back.earlier));
        for (forth, back) in [(forth.two_sided, back.two_sided), (forth.one_sided, back.one_sided)] {
            let mirror = |d: Difference| Difference { difference: -d.difference, lower: -d.upper, upper: -d.lower };
            prop_assert_eq!(forth, back.map(mirror));
            let ordered = |d: Difference| -1.0 <= d.lower && d.lower <= d.difference && d.difference <= d.upper;
            prop_assert!(forth.is_none_or(|d| ordered(d) && d.upper <= 1.0));
        }
        prop_assert_eq!(forth.words(), mirrored(back.words()));
        prop_assert_eq!(forth.verdict(), mirrored(back.verdict()));
    }

    #[test]
    fn what_the_two_sided_interval_says_the_one_sided_says_too(one in period(), other in period()) {
        let found = compare_periods(one, other, 0.95).unwrap();
        prop_assert!(found.words() == Change::NoClearChange || found.words() == found.verdict());
    }

    #[test]
    fn adjusted_p_values_rise_with_p_and_never_fall_below_it(
        p in prop::collection::vec(prop::option::weighted(0.9, 0.0_f64..=1.0), 0..60), q in 0.0_f64..=1.0,
    ) {
        let adjusted = benjamini_hochberg(&p, q).unwrap();
        prop_assert_eq!(adjusted.len(), p.len());
        for (plain, found) in p.iter().zip(&adjusted) {
            prop_assert_eq!(plain.is_some(), found.is_some());
            let (Some(plain), Some(found)) = (plain, found) else { continue };
            prop_assert!(found.p >= *plain && found.p <= 1.0);
            prop_assert_eq!(found.rejected, found.p <= q);
            for (other, beside) in p.iter().zip(&adjusted) {
                prop_assert!(other.is_none_or(|other| other < *plain || beside.unwrap().p >= found.p));
            }
        }
    }

    #[test]
    fn funnel_limits_nest_around_the_common_value(n in 1_u64..=MAX_SIZE, t in 0.0_f64..=1.0, tau in 0.0_f64..2.0) {
        let exact = exact_limits(n, t).unwrap();
        prop_assert!(within_one(exact), "{exact:?}");
        if n as f64 * t * (1.0 - t) >= 1.0 {
            prop_assert!(exact.lower_95 <= t && t <= exact.upper_95, "{exact:?}");
        }
        let plain = adjusted_limits(n, t, 0.0).unwrap();
        let wider = adjusted_limits(n, t, tau * tau).unwrap();
        for limits in [plain, wider] {
            prop_assert!(within_one(limits), "{limits:?}");
            prop_assert!(limits.lower_95 <= t + 1e-12 && t <= limits.upper_95 + 1e-12, "{limits:?}");
        }
        prop_assert!(wider.lower_998 <= plain.lower_998 && plain.upper_998 <= wider.upper_998);
    }

    #[test]
    fn exact_limits_of_the_dissatisfied_are_the_mirrored_ones(n in 1_u64..3000, parts in 1_u32..1024) {
        // A share that is exact, and so is what is left of it.
        let t = f64::from(parts) / 1024.0;
        let (one, other) = (exact_limits(n, t).unwrap(), exact_limits(n, 1.0 - t).unwrap());
        // The interpolation takes the place of the last answer: the mirror image lies one answer lower.
        let step = 1.0 / n as f64;
        let mirror = |limit: f64| (1.0 - step - limit).clamp(0.0, 1.0);
        for (one, other) in [(one.upper_998, other.lower_998), (one.upper_95, other.lower_95)] {
            prop_assert!(other == 0.0 || (one - mirror(other)).abs() < 1e-9, "{one} {other}");
        }
    }

    #[test]
    fn one_more_satisfied_answer_never_lowers_its_unit(
        units in list(), place in 0_usize..40, target in prop_oneof![Just(0.9), 0.0_f64..=1.0],
    ) {
        let Some(unit) = units.get(place).filter(|unit| unit.x < unit.n) else { return Ok(()) };
        let mut better = units.clone();
        better[place] = Responses { x: unit.x + 1, ..*unit };
        let z = |units: &[Responses], centre| {
            let found = funnel(units, centre, 0.1, 0.05).unwrap().unwrap();
            found.units[place].unwrap().z
        };
        let centre = Centre::Share(target);
        prop_assert!(z(&better, centre) >= z(&units, centre));
        // Against the pooled share too, which rises with the unit, but never as far. The arcsine loses that only where
        // one unit is nearly everything.
        let others: u64 = units.iter().map(|other| other.n).sum::<u64>() - unit.n;
        if others >= unit.n {
            prop_assert!(z(&better, Centre::Pooled) >= z(&units, Centre::Pooled) - 1e-9);
        }
    }

    #[test]
    fn a_funnel_is_finite_and_keeps_the_order(
        units in list(), winsor in 0.0_f64..0.5, fdr in 0.0_f64..=1.0, target in prop::option::of(0.0_f64..=1.0),
    ) {
        let centre = target.map_or(Centre::Pooled, Centre::Share);
        let Some(found) = funnel(&units, centre, winsor, fdr).unwrap() else {
            prop_assert!(units.iter().all(|unit| unit.n == 0));
            return Ok(());
        };
        prop_assert!(found.phi.is_finite() && found.tau2.is_finite() && found.tau2 >= 0.0);
        prop_assert_eq!(found.compared, units.iter().filter(|unit| unit.n > 0).count());
        let mut backwards: Vec<Responses> = units.clone();
        backwards.reverse();
        let mut mirror = funnel(&backwards, centre, winsor, fdr).unwrap().unwrap().units;
        mirror.reverse();
        for ((unit, drawn), other) in units.iter().zip(&found.units).zip(&mirror) {
            prop_assert_eq!(drawn.map(|drawn| drawn.share), unit.share());
            let (Some(drawn), Some(other)) = (drawn, other) else { continue };
            prop_assert!(drawn.z.is_finite() && drawn.z_adjusted.abs() <= drawn.z.abs());
            prop_assert!((0.0..=1.0).contains(&drawn.p_value) && drawn.p_adjusted >= drawn.p_value);
            prop_assert!(within_one(drawn.exact) && within_one(drawn.adjusted));
            let sign = match drawn.flag { Flag::High => 1.0, Flag::Low => -1.0, Flag::Within => 0.0 };
            prop_assert!(sign == 0.0 || (sign * drawn.z > 0.0 && drawn.p_adjusted <= fdr));
            prop_assert!((drawn.z_adjusted - other.z_adjusted).abs() <= 1e-9 * (1.0 + drawn.z.abs()));
        }
    }

    #[test]
    fn a_shrunk_share_lies_between_its_own_and_the_common_one(units in list(), level in 0.01_f64..0.999) {
        let found = shrink(&units, level).unwrap();
        prop_assert_eq!(found.units.len(), if found.status == ShrinkageStatus::NotEstimable { 0 } else { units.len() });
        for (unit, shrunk) in units.iter().zip(&found.units) {
            let mean = found.mean.unwrap();
            let own = unit.share().unwrap_or(mean);
            let (low, high) = (own.min(mean) - 1e-12, own.max(mean) + 1e-12);
            prop_assert!(low <= shrunk.share && shrunk.share <= high, "{shrunk:?}");
            prop_assert!(0.0 <= shrunk.lower && shrunk.lower <= shrunk.upper && shrunk.upper <= 1.0, "{shrunk:?}");
            prop_assert!((0.0..=1.0).contains(&shrunk.weight));
        }
    }

    #[test]
    fn a_chart_is_finite_and_its_centre_knows_no_order(
        months in list(), baseline in prop::option::of(1_usize..50),
    ) {
        let Some(chart) = control_chart(&months, baseline).unwrap() else { return Ok(()) };
        for (month, point) in months.iter().zip(&chart.points) {
            prop_assert_eq!(point.map(|point| point.share), month.share());
            let Some(point) = point else { continue };
            prop_assert!(point.z.is_finite() && 0.0 <= point.laney.lower && point.laney.upper <= 1.0);
            prop_assert!(point.laney.lower <= point.binomial.lower && point.binomial.upper <= point.laney.upper);
            prop_assert!(point.binomial.lower <= chart.center && chart.center <= point.binomial.upper);
        }
        let first = baseline.map_or(months.len(), |first| first.min(months.len()));
        let mut turned = months.clone();
        turned[..first].reverse();
        let turned = control_chart(&turned, baseline).unwrap().unwrap();
        prop_assert_eq!(chart.center, turned.center);
        let close = (chart.sigma_z_used - turned.sigma_z_used).abs() <= 1e-9 * chart.sigma_z_used;
        prop_assert!(close, "{} {}", chart.sigma_z_used, turned.sigma_z_used);
        let binomial = |place: usize| chart.points[place].map(|point| point.binomial);
        prop_assert!((0..first).all(|place| binomial(place) == turned.points[first - 1 - place].map(|p| p.binomial)));
    }

    #[test]
    fn time_run_backwards_turns_a_trend_round(
        periods in list(), step in prop_oneof![Just(1.0), 1e-30_f64..1e30], deff in 0.3_f64..5.0,
    ) {
        let forth: Vec<f64> = (0..periods.len()).map(|place| place as f64 * step).collect();
        let back: Vec<f64> = forth.iter().map(|score| -score).collect();
        let one = trend(&periods, Some(&forth), 0.05, deff).unwrap();
        let other = trend(&periods, Some(&back), 0.05, deff).unwrap();
        prop_assert_eq!(one.test.is_some(), other.test.is_some());
        let (Some(one), Some(other)) = (one.test, other.test) else { return Ok(()) };
        prop_assert!((0.0..=1.0).contains(&one.p_two_sided) && one.slope.is_finite());
        prop_assert_eq!((one.statistic, one.slope, one.p_two_sided), (-other.statistic, -other.slope, other.p_two_sided));
        let plain = trend(&periods, None, 0.05, deff).unwrap().test.unwrap();
        prop_assert!((plain.statistic - one.statistic).abs() <= 1e-6 * (1.0 + one.statistic.abs()));
    }
}

#[test]
fn a_contradiction_names_its_argument() {
    let wrong = [Responses { x: 3, n: 2 }];
    let huge = [Responses { x: 0, n: MAX_SIZE + 1 }];
    let argument = |error: StatsError| match error {
        StatsError::OutOfRange { argument, .. } | StatsError::Inconsistent { argument, .. } => argument,
        other => unreachable!("{other}"),
    };
    for (list, name) in [(&wrong, "x"), (&huge, "n")] {
        assert_eq!(argument(trend(list, None, 0.05, 1.0).unwrap_err()), name);
        assert_eq!(argument(control_chart(list, None).unwrap_err()), name);
        assert_eq!(argument(funnel(list, Centre::Pooled, 0.1, 0.05).unwrap_err()), name);
        assert_eq!(argument(shrink(list, 0.95).unwrap_err()), name);
        let Responses { x, n } = list[0];
        assert_eq!(argument(PeriodShare::of_counts(x, n, Population::Unknown).unwrap_err()), name);
    }
    let one = [Responses { x: 1, n: 2 }];
    assert_eq!(argument(trend(&one, Some(&[]), 0.05, 1.0).unwrap_err()), "scores");
    assert_eq!(argument(trend(&one, Some(&[f64::NAN]), 0.05, 1.0).unwrap_err()), "scores");
    assert_eq!(argument(trend(&one, None, f64::NAN, 1.0).unwrap_err()), "alpha");
    assert_eq!(argument(trend(&one, None, 0.05, f64::INFINITY).unwrap_err()), "deff");
    let far = [one[0], Responses { x: 2, n: 2 }];
    for scores in [[-f64::MAX, f64::MAX], [0.0, 5e-324]] {
        assert_eq!(argument(trend(&far, Some(&scores), 0.05, 1.0).unwrap_err()), "scores");
    }
    assert_eq!(argument(control_chart(&one, Some(0)).unwrap_err()), "baseline");
    for winsor in [0.5, -0.1, f64::NAN] {
        assert_eq!(argument(funnel(&one, Centre::Pooled, winsor, 0.05).unwrap_err()), "winsor");
    }
    assert_eq!(argument(funnel(&one, Centre::Share(1.1), 0.1, 0.05).unwrap_err()), "centre");
    assert_eq!(argument(funnel(&one, Centre::Pooled, 0.1, f64::NAN).unwrap_err()), "fdr");
    assert_eq!(argument(exact_limits(0, 0.9).unwrap_err()), "n");
    assert_eq!(argument(adjusted_limits(5, f64::NAN, 0.0).unwrap_err()), "t");
    assert_eq!(argument(adjusted_limits(5, 0.9, f64::INFINITY).unwrap_err()), "tau2");
    assert_eq!(argument(shrink(&one, 1.0).unwrap_err()), "level");
    assert_eq!(argument(benjamini_hochberg(&[None, Some(f64::NAN)], 0.05).unwrap_err()), "p");
    assert_eq!(argument(benjamini_hochberg(&[], 1.5).unwrap_err()), "q");
    let known = ShareInterval { estimate: Some(0.5), lower: 0.4, upper: 0.6 };
    let odd = ShareInterval { estimate: Some(0.3), ..known };
    assert_eq!(argument(mover_difference(known, odd).unwrap_err()), "later");
    assert_eq!(argument(mover_difference(ShareInterval { lower: f64::NAN, ..known }, known).unwrap_err()), "earlier");
    let period = PeriodShare::of_counts(1, 2, Population::Unknown).unwrap();
    assert_eq!(argument(compare_periods(period, PeriodShare { share: 1.5, ..period }, 0.95).unwrap_err()), "share");
}

#[test]
fn nothing_to_compare_is_said_and_not_guessed() {
    let empty = Responses { x: 0, n: 0 };
    for nothing in [&[][..], &[empty, empty]] {
        assert_eq!(control_chart(nothing, None).unwrap(), None);
        assert_eq!(funnel(nothing, Centre::Share(0.9), 0.1, 0.05).unwrap(), None);
        assert_eq!(trend(nothing, None, 0.05, 1.0).unwrap().test, None);
        assert_eq!(shrink(nothing, 0.95).unwrap().status, ShrinkageStatus::NotEstimable);
    }
    let none = PeriodShare::of_counts(0, 0, Population::Known(40)).unwrap();
    let some = PeriodShare::of_counts(9, 10, Population::Unknown).unwrap();
    let found = compare_periods(none, some, 0.95).unwrap();
    assert_eq!((found.earlier, found.later, found.two_sided), (None, Some(0.9), None));
    assert_eq!((found.words(), found.verdict()), (Change::NoClearChange, Change::NoClearChange));
    assert_eq!(benjamini_hochberg(&[None, None], 0.05).unwrap(), [None, None]);
}

#[test]
fn a_month_without_responses_is_no_point_and_breaks_no_run() {
    let month = |x| Responses { x, n: 10 };
    let mut months: Vec<Responses> = [vec![month(5); 8], vec![month(9); 8]].concat();
    months.insert(12, Responses { x: 0, n: 0 });
    let chart = control_chart(&months, None).unwrap().unwrap();
    let runs: Vec<usize> = (0..17).filter(|&place| chart.points[place].is_some_and(|point| point.run)).collect();
    assert_eq!((runs, chart.points[12]), (vec![7, 16], None));
    assert!(chart.limits_are_drawn() && chart.baseline_points == 16);
}

#[test]
fn equal_censuses_do_not_differ_and_unequal_ones_do() {
    let census = |x, n| PeriodShare::of_counts(x, n, Population::Known(n)).unwrap();
    let verdict = |one, other| compare_periods(one, other, 0.95).unwrap().verdict();
    assert_eq!(verdict(census(9, 10), census(270, 300)), Change::NoClearChange);
    assert_eq!(verdict(census(900, 1000), census(901, 1000)), Change::Higher);
    assert_eq!(verdict(census(900, 1000), census(899, 1000)), Change::Lower);
}

#[test]
fn a_target_no_unit_reaches_and_one_unit_alone_still_give_a_funnel() {
    let unit = Responses { x: 0, n: 1_000_000_000 };
    let alone = funnel(&[unit], Centre::Share(1.0), 0.1, 0.05).unwrap().unwrap();
    assert!(alone.overdispersed && alone.tau2 == 0.0);
    assert_eq!(alone.units[0].unwrap().flag, Flag::Low);
    let all = funnel(&[Responses { x: 5, n: 5 }; 6], Centre::Pooled, 0.0, 0.05).unwrap().unwrap();
    assert!(all.units.iter().all(|unit| unit.unwrap().z == 0.0 && unit.unwrap().flag == Flag::Within));
    let rising = trend(&[Responses { x: 0, n: 50 }, Responses { x: 50, n: 50 }], None, 0.05, 1.0).unwrap();
    assert_eq!((rising.direction, rising.test.unwrap().slope), (TrendDirection::Rising, 1.0));
}
