//! The statistics against vectors computed elsewhere (R, survey, mpmath, scipy): one file a quantity.
//!
//! The folder is `tests/data/stats`, or the one named in `HAILONG_STATS_VECTORS`.

#![expect(clippy::panic, reason = "a vector file that cannot be read fails the test and says where")]

mod compare;
mod design;
mod drivers;

use std::collections::BTreeMap;
use std::path::PathBuf;

use hailong::stats::disclosure::{Entry, EntryKind, Status, suppress};
use hailong::stats::indices::{answer_indices, level_indices};
use hailong::stats::plan::{Aim, Direction, required_more};
use hailong::stats::proportion::{clopper_pearson, hypergeometric_bounds, wilson, wilson_corrected, wilson_finite};
use hailong::stats::verdict::{Evidence, Verdict, judge};
use hailong::stats::{BasisPoints, Confidence, Population, PopulationStatus, special};
use serde_json::{Value, json};

type Check = fn(&Value) -> Value;

/// What is computed here, by file name.
const QUANTITIES: [(&str, Check); 32] = [
    ("benjamini_hochberg", compare::benjamini_hochberg_case),
    ("clopper_pearson", clopper_pearson_case),
    ("clopper_pearson_huge", clopper_pearson_case),
    ("cochran_armitage", compare::trend_case),
    ("design_effect", design::effect_case),
    ("design_mean", design::mean_case),
    ("disclosure", disclosure_case),
    ("funnel", compare::funnel_case),
    ("hypergeometric_bounds", hypergeometric_case),
    ("indices", indices_case),
    ("key_drivers", drivers::key_drivers_case),
    ("mover_diff", compare::mover_case),
    ("newcombe_diff", compare::newcombe_case),
    ("nonresponse", drivers::nonresponse_case),
    ("p_chart", compare::chart_case),
    ("pooled_index", pooled_case),
    ("quantile_functions", quantile_case),
    ("raking", design::raking_case),
    ("required_more", required_case),
    ("response_rate", drivers::response_rate_case),
    ("sample_size", drivers::sample_size_case),
    ("shrinkage", compare::shrinkage_case),
    ("sig_burst", drivers::burst_case),
    ("sig_device", drivers::device_case),
    ("sig_run", drivers::run_case),
    ("sig_share", drivers::share_case),
    ("stratified", design::stratified_case),
    ("verdict", verdict_case),
    ("wilson", wilson_case),
    ("wilson_cc", wilson_cc_case),
    ("wilson_fpc", wilson_fpc_case),
    ("ztp_lambda", drivers::lambda_case),
];

/// Fields of the vectors that are not ours to compute.
const LEFT_OUT: [(&str, &str); 1] = [("disclosure", "audit")];

#[test]
fn every_vector_file_is_reproduced() {
    let folder =
        std::env::var_os("HAILONG_STATS_VECTORS").map_or_else(|| PathBuf::from("tests/data/stats"), PathBuf::from);
    let mut passed = BTreeMap::new();
    let mut wrong = Vec::new();
    for item in std::fs::read_dir(&folder).expect("the folder of test vectors exists") {
        let path = item.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let Some((_, check)) = QUANTITIES.iter().find(|(quantity, _)| *quantity == name) else {
            wrong.push(format!("{name}: unknown vector file"));
            continue;
        };
        let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(field(&file, "quantity"), name.as_str());
        let cases = field(&file, "cases").as_array().unwrap();
        let tolerance = Tolerance::of(&file, &name);
        for case in cases {
            let id = field(case, "id").as_str().unwrap();
            let got = check(field(case, "in"));
            let found = differences(field(case, "out"), &got, &tolerance, &name);
            wrong.extend(found.into_iter().map(|difference| format!("{id}: {difference}")));
        }
        passed.insert(name, cases.len());
    }
    for (name, count) in &passed {
        println!("{name}: {count} cases");
    }
    for (name, _) in QUANTITIES {
        assert!(passed.get(name).is_some_and(|count| *count > 0), "no case of {name}");
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

struct Tolerance {
    absolute: f64,
    relative: f64,
    /// Relative to the distance from the nearer of 0 and 1, not to the size.
    from_nearer_end: bool,
}

impl Tolerance {
    fn of(file: &Value, quantity: &str) -> Self {
        let header = field(file, "tolerance");
        Self {
            absolute: number(header, "absolute"),
            relative: number(header, "relative"),
            from_nearer_end: quantity == "clopper_pearson_huge",
        }
    }

    fn allows(&self, want: f64, got: f64) -> bool {
        let scale = if self.from_nearer_end { want.min(1.0 - want) } else { want.abs().max(got.abs()) };
        (got - want).abs() <= self.absolute + self.relative * scale
    }
}

/// Every field of `want` must be in `got`; no field may be in `got` alone.
fn differences(want: &Value, got: &Value, tolerance: &Tolerance, quantity: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, want) in want.as_object().unwrap() {
        if LEFT_OUT.contains(&(quantity, key.as_str())) {
            continue;
        }
        match got.get(key) {
            None => wrong.push(format!("{key} is not computed")),
            Some(got) if !same(want, got, tolerance) => wrong.push(format!("{key}: want {want}, got {got}")),
            Some(_) => {}
        }
    }
    for key in got.as_object().unwrap().keys().filter(|key| want.get(*key).is_none()) {
        wrong.push(format!("{key} is missing in the vector"));
    }
    wrong
}

fn same(want: &Value, got: &Value, tolerance: &Tolerance) -> bool {
    match (want, got) {
        // A count of ours must be met exactly, however the file writes it.
        (Value::Number(want), Value::Number(got)) if got.is_u64() => want.as_f64() == got.as_f64(),
        (Value::Number(want), Value::Number(got)) => tolerance.allows(want.as_f64().unwrap(), got.as_f64().unwrap()),
        (Value::Array(want), Value::Array(got)) => {
            want.len() == got.len() && want.iter().zip(got).all(|(want, got)| same(want, got, tolerance))
        }
        // A list of which nothing is defined may be written as null.
        (Value::Null, Value::Array(got)) => got.iter().all(Value::is_null),
        _ => want == got,
    }
}

fn field<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or_else(|| panic!("field {key} is missing in {value}"))
}

fn number(value: &Value, key: &str) -> f64 {
    field(value, key).as_f64().unwrap_or_else(|| panic!("{key} is not a number in {value}"))
}

fn count(value: &Value, key: &str) -> u64 {
    field(value, key).as_u64().unwrap_or_else(|| panic!("{key} is not a count in {value}"))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    field(value, key).as_str().unwrap_or_else(|| panic!("{key} is not a text in {value}"))
}

fn population(input: &Value) -> Population {
    if field(input, "N").is_null() { Population::Unknown } else { Population::Known(count(input, "N")) }
}

fn target(input: &Value) -> BasisPoints {
    let tau = number(input, "target") * 10_000.0;
    assert!((tau - tau.round()).abs() < 1e-6, "a target in whole basis points");
    BasisPoints::new(tau.round() as u32).unwrap()
}

fn confidence(input: &Value) -> Confidence {
    let level = number(input, "level");
    match text(input, "sided") {
        "two" => Confidence::two_sided(level).unwrap(),
        "one" => Confidence::one_sided(level).unwrap(),
        other => panic!("sided is {other}"),
    }
}

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not_met",
        Verdict::NotEnough => "not_enough",
    }
}

fn indices_case(input: &Value) -> Value {
    let counts: Vec<u64> = field(input, "counts").as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    let got = level_indices(counts.try_into().unwrap(), population(input), number(input, "level")).unwrap();
    json!({
        "n": got.n, "satisfied": got.satisfied, "percent_satisfied": got.percent_satisfied,
        "percent_dissatisfied": got.percent_dissatisfied, "net": got.net, "mean": got.mean, "sd": got.sd,
        "se_mean": got.se_mean, "mean_lower": got.mean_lower, "mean_upper": got.mean_upper,
        "mean_0_100": got.mean_0_100, "mean_over_5": got.mean_over_5,
    })
}

fn pooled_case(input: &Value) -> Value {
    let rows = field(input, "answers").as_array().unwrap().iter();
    let level = |level: &Value| u8::try_from(level.as_u64().unwrap()).unwrap();
    let answers: Vec<Vec<u8>> = rows.map(|row| row.as_array().unwrap().iter().map(level).collect()).collect();
    let form = answer_indices(&answers).unwrap();
    let index = form.moments.index().unwrap();
    // The files call the effective size undefined where we fall back to n.
    let n_eff = index.n_eff.filter(|_| index.variance.is_some_and(|v| v > 0.0));
    json!({
        "respondents": index.respondents, "selections": form.moments.sum_m,
        "satisfied_selections": form.moments.sum_s, "pooled": index.share, "se": index.variance.map(f64::sqrt),
        "n_eff": n_eff, "full_satisfaction": form.full_satisfaction, "mean_of_means": form.mean_of_means,
        "per_criterion": form.per_criterion, "mean_of_criteria": form.mean_of_criteria,
    })
}

fn quantile_case(input: &Value) -> Value {
    let args: Vec<f64> = field(input, "args").as_array().unwrap().iter().map(|arg| arg.as_f64().unwrap()).collect();
    let whole = |position: usize| args[position] as u64;
    let value = match text(input, "f") {
        "qnorm" => special::normal_quantile(args[0]).unwrap(),
        "pnorm" => special::normal_tails(args[0]).unwrap().lower,
        "qbeta" => special::beta_quantile(args[0], args[1], args[2]).unwrap().value,
        "pbeta" => special::beta_tails(args[1], args[2], args[0], 1.0 - args[0]).unwrap().lower,
        "pbeta_upper" => special::beta_tails(args[1], args[2], args[0], 1.0 - args[0]).unwrap().upper,
        "qt" => special::student_quantile(args[0], args[1]).unwrap(),
        "pt" => special::student_tails(args[0], args[1]).unwrap().lower,
        "qchisq" => special::chi_squared_quantile(args[0], args[1]).unwrap(),
        "pchisq_upper" => special::chi_squared_tails(args[0], args[1]).unwrap().upper,
        "pbinom" => special::binomial_tails(whole(0), whole(1), args[2]).unwrap().lower,
        "pbinom_upper" => special::binomial_tails(whole(0), whole(1), args[2]).unwrap().upper,
        "ppois_upper" => special::poisson_tails(whole(0), args[1]).unwrap().upper,
        "phyper" => special::hypergeometric_tails(whole(0), whole(1), whole(2), whole(3)).unwrap().lower,
        "phyper_upper" => special::hypergeometric_tails(whole(0), whole(1), whole(2), whole(3)).unwrap().upper,
        other => panic!("unknown function {other}"),
    };
    json!({ "value": value })
}

fn wilson_case(input: &Value) -> Value {
    let confidence = confidence(input);
    let got = wilson(number(input, "x"), number(input, "n"), confidence).unwrap();
    json!({ "estimate": got.estimate, "z": confidence.z(), "lower": got.lower, "upper": got.upper })
}

fn wilson_cc_case(input: &Value) -> Value {
    let got = wilson_corrected(count(input, "x"), count(input, "n"), confidence(input)).unwrap();
    json!({ "estimate": got.estimate, "lower": got.lower, "upper": got.upper })
}

fn clopper_pearson_case(input: &Value) -> Value {
    let got = clopper_pearson(number(input, "x"), number(input, "n"), confidence(input)).unwrap();
    json!({ "estimate": got.estimate, "lower": got.lower, "upper": got.upper })
}

fn wilson_fpc_case(input: &Value) -> Value {
    let n = count(input, "n");
    let share = if n == 0 { 0.0 } else { number(input, "x") / n as f64 };
    let got = wilson_finite(share, n, population(input), number(input, "deff"), confidence(input)).unwrap();
    let status = match got.status {
        PopulationStatus::Sample => "ok",
        PopulationStatus::Census => "census",
        PopulationStatus::NoData => "no_data",
        PopulationStatus::TooSmall => "population_too_small",
    };
    json!({
        "status": status, "estimate": got.interval.estimate, "n_star": got.n_star,
        "lower": got.interval.lower, "upper": got.interval.upper,
    })
}

fn hypergeometric_case(input: &Value) -> Value {
    let got =
        hypergeometric_bounds(count(input, "x"), count(input, "n"), count(input, "N"), confidence(input)).unwrap();
    json!({
        "estimate": got.interval.estimate, "M_lower": got.cases_lower, "M_upper": got.cases_upper,
        "lower": got.interval.lower, "upper": got.interval.upper,
    })
}

fn verdict_case(input: &Value) -> Value {
    let evidence = match text(input, "mode") {
        "census" => Evidence::Census { x: count(input, "x"), n: count(input, "n") },
        "binomial" => Evidence::Binomial { x: count(input, "x"), n: count(input, "n") },
        "hypergeometric" => {
            Evidence::Hypergeometric { x: count(input, "x"), n: count(input, "n"), population: count(input, "N") }
        }
        "design" => Evidence::Design { share: number(input, "p"), n_eff: number(input, "n_eff") },
        other => panic!("unknown mode {other}"),
    };
    let got = judge(evidence, target(input), number(input, "alpha")).unwrap();
    json!({
        "verdict": verdict_name(got.verdict), "estimate": got.estimate, "p_met": got.p_met,
        "p_not_met": got.p_not_met, "lower": got.lower, "upper": got.upper,
    })
}

fn required_case(input: &Value) -> Value {
    let aim = Aim { target: target(input), alpha: number(input, "alpha"), power: number(input, "power") };
    let (x, n) = (count(input, "x"), count(input, "n"));
    let got = required_more(x, n, population(input), number(input, "deff"), aim).unwrap();
    let direction = got.direction.map(|direction| match direction {
        Direction::Met => "met",
        Direction::NotMet => "not_met",
        Direction::Tie => "none",
    });
    json!({
        "verdict_now": verdict_name(got.verdict_now), "direction": direction, "n0": got.n0, "n1": got.n1,
        "n_total": got.n_total, "more": got.more, "best_case_met": got.best_case_met,
        "best_case_not_met": got.best_case_not_met,
    })
}

fn disclosure_case(input: &Value) -> Value {
    let numbers = |row: &Value| row.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect::<Vec<u64>>();
    let counts: Vec<Vec<u64>> = field(input, "counts").as_array().unwrap().iter().map(numbers).collect();
    let place = |pair: &Value| {
        let pair = numbers(pair);
        Entry { row: pair[0] as usize, column: pair[1] as usize }
    };
    let forced: Vec<Entry> = field(input, "forced").as_array().unwrap().iter().map(place).collect();
    let got = suppress(&counts, count(input, "k"), &forced).unwrap();
    assert_eq!(got.hidden().count(), got.hidden().filter(|&entry| got.published(entry).is_none()).count());
    let pairs = |entries: &[Entry]| json!(entries.iter().map(|e| [e.row, e.column]).collect::<Vec<_>>());
    let kind = |entry| match got.kind(entry) {
        EntryKind::Cell => "cell",
        EntryKind::RowTotal => "row_total",
        EntryKind::ColumnTotal => "column_total",
        EntryKind::Grand => "grand",
    };
    let hidden = got.hidden().map(|e| json!({ "row": e.row, "column": e.column, "kind": kind(e) }));
    json!({
        "status": match got.status() { Status::Ok => "ok", Status::CannotProtect => "cannot_protect" },
        "unprotected": pairs(got.unprotected()), "primary": pairs(got.primary()),
        "suppressed": hidden.collect::<Vec<_>>(), "published_cells": got.published_cells(),
        "suppressed_count": got.suppressed_count(),
    })
}
