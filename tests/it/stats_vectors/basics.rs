//! Sections 1 to 4 and 6 to 9: indices, distribution functions, intervals, verdicts, further responses.

use hailong::stats::indices::{answer_indices, level_indices};
use hailong::stats::plan::{Aim, Direction, required_more};
use hailong::stats::proportion::{clopper_pearson, hypergeometric_bounds, wilson, wilson_corrected, wilson_finite};
use hailong::stats::verdict::{Evidence, Verdict, judge};
use hailong::stats::{PopulationStatus, special};
use serde_json::{Value, json};

use super::{confidence, count, counts, field, number, population, target, text};

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not_met",
        Verdict::NotEnough => "not_enough",
    }
}

pub fn indices_case(input: &Value) -> Value {
    let got =
        level_indices(counts(input, "counts").try_into().unwrap(), population(input), number(input, "level")).unwrap();
    json!({
        "n": got.n, "satisfied": got.satisfied, "percent_satisfied": got.percent_satisfied,
        "percent_dissatisfied": got.percent_dissatisfied, "net": got.net, "mean": got.mean, "sd": got.sd,
        "se_mean": got.se_mean, "mean_lower": got.mean_lower, "mean_upper": got.mean_upper,
        "mean_0_100": got.mean_0_100, "mean_over_5": got.mean_over_5,
    })
}

pub fn pooled_case(input: &Value) -> Value {
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

pub fn quantile_case(input: &Value) -> Value {
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

pub fn wilson_case(input: &Value) -> Value {
    let confidence = confidence(input);
    let got = wilson(number(input, "x"), number(input, "n"), confidence).unwrap();
    json!({ "estimate": got.estimate, "z": confidence.z(), "lower": got.lower, "upper": got.upper })
}

pub fn wilson_cc_case(input: &Value) -> Value {
    let got = wilson_corrected(count(input, "x"), count(input, "n"), confidence(input)).unwrap();
    json!({ "estimate": got.estimate, "lower": got.lower, "upper": got.upper })
}

pub fn clopper_pearson_case(input: &Value) -> Value {
    let got = clopper_pearson(number(input, "x"), number(input, "n"), confidence(input)).unwrap();
    json!({ "estimate": got.estimate, "lower": got.lower, "upper": got.upper })
}

pub fn wilson_fpc_case(input: &Value) -> Value {
    let (x, n) = (number(input, "x"), count(input, "n"));
    let share = if n == 0 { 0.0 } else { x / n as f64 };
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

pub fn hypergeometric_case(input: &Value) -> Value {
    let got =
        hypergeometric_bounds(count(input, "x"), count(input, "n"), count(input, "N"), confidence(input)).unwrap();
    json!({
        "estimate": got.interval.estimate, "M_lower": got.cases_lower, "M_upper": got.cases_upper,
        "lower": got.interval.lower, "upper": got.interval.upper,
    })
}

pub fn verdict_case(input: &Value) -> Value {
    let evidence = match text(input, "mode") {
        "census" => {
            assert_eq!(field(input, "N"), field(input, "n"), "in a census everybody answered");
            Evidence::Census { x: count(input, "x"), n: count(input, "n") }
        }
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

pub fn required_case(input: &Value) -> Value {
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
