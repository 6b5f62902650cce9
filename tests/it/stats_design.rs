//! Design-based estimates at the edges, and against figures the R package survey is known for.

use hailong::stats::design::{
    Cell, Coverage, Margin, Sample, ScoreCell, design_effect, rake, stratified, stratified_mean,
};
use hailong::stats::verdict::Verdict;
use hailong::stats::{BasisPoints, Confidence, Population, StatsError};

/// `apiclus1` of the R package survey (Lumley): 183 schools in 15 of 757 districts; by district the schools, the sum of
/// their `api00`, and how many had an award.
const APICLUS1: [(usize, f64, usize); 15] = [
    (13, 9372.0, 10),
    (34, 22508.0, 26),
    (4, 2077.0, 3),
    (13, 8593.0, 9),
    (16, 11369.0, 13),
    (2, 1116.0, 2),
    (1, 551.0, 1),
    (4, 1888.0, 3),
    (12, 9111.0, 11),
    (21, 13761.0, 14),
    (9, 6386.0, 4),
    (11, 7359.0, 9),
    (37, 20394.0, 24),
    (2, 905.0, 1),
    (4, 2493.0, 0),
];

#[test]
fn the_survey_package_apiclus1() {
    let districts: Vec<usize> = APICLUS1.iter().enumerate().flat_map(|(place, row)| vec![place; row.0]).collect();
    let api00: Vec<f64> = APICLUS1.iter().flat_map(|row| vec![row.1 / row.0 as f64; row.0]).collect();
    let awards: Vec<bool> = APICLUS1.iter().flat_map(|row| (0..row.0).map(|school| school < row.2)).collect();
    let clusters = Sample::new(&[33.847; 183]).unwrap().with_clusters(&districts).unwrap();
    let known = clusters.with_clusters_in_population(&[Population::Known(757); 183]).unwrap().weighted().unwrap();
    let mean = known.all().mean(&api00).unwrap().unwrap();
    assert_eq!((format!("{:.2}", mean.value), format!("{:.3}", mean.se())), ("644.17".to_owned(), "23.542".to_owned()));
    let share = known.all().share(&awards).unwrap().unwrap();
    assert!((share.estimate - 130.0 / 183.0).abs() < 1e-12);
    let logit = share.logit(Confidence::TWO_SIDED_95).unwrap().unwrap();
    assert!((logit.lower - 0.6348391916).abs() < 1e-9 && (logit.upper - 0.77582).abs() < 1e-5, "{logit:?}");
    let beta = share.korn_graubard(Confidence::TWO_SIDED_95).unwrap().unwrap().interval;
    assert!((beta.lower - 0.633436839061).abs() < 1e-11 && (beta.upper - 0.779338536178).abs() < 1e-11, "{beta:?}");
}

#[test]
fn the_survey_package_apistrat() {
    let cells = [(4421, 100, 73), (755, 50, 16), (1018, 50, 24)].map(|(population, n, x)| Cell { population, n, x });
    let share = stratified(&cells).unwrap().estimate.unwrap();
    assert_eq!((format!("{:.5}", share.estimate), format!("{:.4}", share.se())), ("0.63894".into(), "0.0344".into()));
    // The package's weights are rounded to seven digits.
    let logit = share.logit(Confidence::TWO_SIDED_95).unwrap().unwrap();
    assert!((logit.lower - 0.568721098868).abs() < 1e-8 && (logit.upper - 0.703675779368).abs() < 1e-8, "{logit:?}");
    let beta = share.korn_graubard(Confidence::TWO_SIDED_95).unwrap().unwrap().interval;
    assert!((beta.lower - 0.567218701480).abs() < 1e-8 && (beta.upper - 0.706354783014).abs() < 1e-8, "{beta:?}");
}

#[test]
fn margins_that_contradict_each_other_do_not_settle() {
    let totals = [("a", 50.0), ("b", 50.0)];
    let others = [("a", 30.0), ("b", 70.0)];
    let category = ["a", "a", "b", "b"];
    let gave_up = rake(
        &[1.0; 4],
        &[Margin { category: &category, totals: &totals }, Margin { category: &category, totals: &others }],
    );
    assert_eq!(gave_up, Err(StatsError::NotConverged { function: "raking" }));
    let empty = Margin { category: &category, totals: &[("a", 50.0), ("b", 40.0), ("c", 10.0)] };
    assert!(matches!(rake(&[1.0; 4], &[empty]), Err(StatsError::Inconsistent { argument: "margins", .. })));
    let silent = Margin { category: &category, totals: &totals };
    assert!(rake(&[1.0, 1.0, 0.0, 0.0], &[silent]).is_err());
    let larger = Margin { category: &category, totals: &[("a", 50.0), ("b", 51.0)] };
    assert!(matches!(rake(&[1.0; 4], &[silent, larger]), Err(StatsError::Inconsistent { argument: "totals", .. })));
}

#[test]
fn arguments_that_contradict_each_other_are_refused_by_name() {
    let refused = |sample: Sample| match sample.weighted() {
        Err(StatsError::Inconsistent { argument, .. }) => argument,
        other => unreachable!("{other:?}"),
    };
    let three = || Sample::new(&[1.0; 3]).unwrap();
    let too_few = three().with_clusters_in_population(&[Population::Known(2); 3]).unwrap();
    assert_eq!(refused(too_few), "clusters_in_population");
    let unequal = [Population::Known(9), Population::Known(8), Population::Unknown];
    assert_eq!(refused(three().with_clusters_in_population(&unequal).unwrap()), "clusters_in_population");
    let classes = three().with_clusters(&[1, 1, 2]).unwrap().with_second_stage(&[1, 2, 3], &[1, 1, 4]).unwrap();
    assert_eq!(refused(classes), "units_in_population");
    assert!(matches!(three().with_strata(&["a"]), Err(StatsError::Inconsistent { argument: "strata", .. })));
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(Sample::new(&[weight]), Err(StatsError::OutOfRange { argument: "weights", .. })));
        assert!(matches!(design_effect(&[weight], &[], 0.0), Err(StatsError::OutOfRange { argument: "weights", .. })));
    }
    let over = stratified(&[Cell { population: 10, n: 3, x: 4 }]);
    assert!(matches!(over, Err(StatsError::Inconsistent { argument: "x", .. })));
    let ready = three().weighted().unwrap();
    assert!(ready.all().mean(&[1.0, f64::NAN, 1.0]).is_err());
    assert!(ready.all().ratio(&[1.0; 3], &[1.0, -1.0, 1.0]).is_err());
    assert!(ready.all().pooled_share(&[2; 3], &[1; 3]).is_err());
}

#[test]
fn cells_at_the_edges() {
    let nothing = stratified(&[]).unwrap();
    assert_eq!((nothing.covered_share, nothing.estimate.is_none()), (None, true));
    let silent = stratified(&[Cell { population: 40, n: 0, x: 0 }]).unwrap();
    assert_eq!((silent.covered_share, silent.coverage()), (Some(0.0), Coverage::TooLittle));
    // Twice answered: N_h := n_h, and told.
    let twice = stratified(&[Cell { population: 3, n: 5, x: 4 }, Cell { population: 0, n: 2, x: 2 }]).unwrap();
    assert_eq!(twice.too_small, [0, 1]);
    assert!(twice.estimate.unwrap().complete);
    let single = stratified(&[Cell { population: 9, n: 1, x: 1 }]).unwrap().estimate.unwrap();
    assert_eq!((single.df, single.interval(Confidence::TWO_SIDED_95).unwrap()), (0, None));
    assert_eq!(single.assess(BasisPoints::new(9000).unwrap()).unwrap().verdict, Verdict::NotEnough);
    let huge = Cell { population: 5_000_000_000, n: 1_000_000_000, x: 900_000_000 };
    let many = stratified(&[huge; 3]).unwrap().estimate.unwrap();
    assert!((many.estimate - 0.9).abs() < 1e-12 && many.n == 3_000_000_000);
    assert!(stratified(&[Cell { n: 9_000_000_000, ..huge }; 2]).is_err());
    let answers = ScoreCell { population: 20, counts: [0, 0, 0, 5, 5] };
    let scores = stratified_mean(&[answers, ScoreCell { population: 10, counts: [0; 5] }]).unwrap();
    assert_eq!((scores.estimate.unwrap().value, scores.covered_share), (4.5, Some(2.0 / 3.0)));
}

#[test]
fn all_satisfied_in_clusters_is_judged_with_a_planned_correlation() {
    let schools: Vec<usize> = (0..20).flat_map(|school| [school; 25]).collect();
    let pupils = Sample::new(&[1.0; 500]).unwrap().with_clusters(&schools).unwrap().weighted().unwrap();
    let found = pupils.all().share(&[true; 500]).unwrap().unwrap();
    assert_eq!(found.n_eff, Some(500.0));
    // 500/2.2 pupils, and t with 19 degrees of freedom instead of 499.
    let judged = found.assess(BasisPoints::new(8500).unwrap()).unwrap();
    let size = 500.0 / 2.2 * (1.647912948_f64 / 1.729132812).powi(2);
    assert!((judged.lower - 0.05_f64.powf(1.0 / size)).abs() < 1e-7, "{judged:?}");
    assert_eq!(judged.verdict, Verdict::Met);
}
