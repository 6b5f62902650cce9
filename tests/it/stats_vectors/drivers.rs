//! Key drivers, response, sample size and signals (sections 19, 20, 21, 23).

use hailong::stats::drivers::{Driver, key_drivers};
use hailong::stats::plan::{Precision, sample_size};
use hailong::stats::response::{Group, Invitations, nonresponse, response_rates};
use hailong::stats::signals::{Signal, burst, device, responses_against_cases, run};
use hailong::stats::special::{truncated_poisson_at_least, truncated_poisson_rate};
use serde_json::{Value, json};

use super::{count, field, number, population};

fn list(input: &Value, key: &str) -> Vec<f64> {
    // A level that is not known is written 0 or null.
    field(input, key).as_array().unwrap().iter().map(|value| value.as_f64().unwrap_or(0.0)).collect()
}

fn counts(input: &Value, key: &str) -> Vec<u64> {
    field(input, key).as_array().unwrap().iter().map(|value| value.as_u64().unwrap()).collect()
}

pub(super) fn key_drivers_case(input: &Value) -> Value {
    let rows = field(input, "X").as_array().unwrap().iter();
    let factors: Vec<Vec<f64>> =
        rows.map(|row| row.as_array().unwrap().iter().map(|value| value.as_f64().unwrap_or(0.0)).collect()).collect();
    let overall: Vec<u8> = list(input, "y").iter().map(|&level| level as u8).collect();
    let got = key_drivers(&factors, &overall).unwrap();
    let each = |figure: fn(&Driver) -> Option<f64>| got.drivers.iter().map(figure).collect::<Vec<_>>();
    json!({
        "n": got.n, "r2": got.r2, "lmg": each(|d| d.lmg), "share": each(|d| d.share), "tau_b": each(|d| d.tau_b),
        "somers_d": each(|d| d.somers_d),
    })
}

pub(super) fn response_rate_case(input: &Value) -> Value {
    let invitations = Invitations {
        issued: count(input, "issued"),
        not_delivered: count(input, "not_delivered"),
        not_eligible: count(input, "not_eligible"),
        complete: count(input, "complete"),
        partial: count(input, "partial"),
        refused: count(input, "refused"),
    };
    let got = response_rates(invitations, population(input)).unwrap();
    json!({
        "eligible": got.eligible, "rr1": got.rr1, "rr2": got.rr2, "cooperation": got.cooperation,
        "contact": got.contact, "delivery": got.delivery, "coverage": got.coverage,
    })
}

pub(super) fn nonresponse_case(input: &Value) -> Value {
    let (cases, responses, satisfied) = (counts(input, "N"), counts(input, "n"), counts(input, "x"));
    assert!(cases.len() == responses.len() && cases.len() == satisfied.len());
    let group = |h: usize| Group { cases: cases[h], responses: responses[h], satisfied: satisfied[h] };
    let got = nonresponse(&(0..cases.len()).map(group).collect::<Vec<_>>()).unwrap();
    json!({
        "response": got.response, "r_indicator": got.r_indicator, "covered_share": got.covered_share,
        "unweighted": got.unweighted, "weighted": got.weighted, "worst_lower": got.worst_lower,
        "worst_upper": got.worst_upper,
    })
}

pub(super) fn sample_size_case(input: &Value) -> Value {
    let precision = Precision {
        margin: number(input, "margin"),
        level: number(input, "level"),
        share: number(input, "p"),
        deff: number(input, "deff"),
        response: field(input, "response").as_f64(),
    };
    let got = sample_size(precision, population(input)).unwrap();
    json!({
        "n_infinite": got.n_infinite, "n": got.n, "invitations": got.invitations, "expected_n": got.expected_n,
        "slovin": got.slovin,
    })
}

fn flag(signal: Signal, input: &Value) -> bool {
    signal.is_raised(number(input, "alpha"))
}

pub(super) fn burst_case(input: &Value) -> Value {
    let (window, baseline_time) = (number(input, "window"), number(input, "baseline_time"));
    let got = burst(count(input, "count"), window, count(input, "baseline_count"), baseline_time).unwrap();
    json!({ "expected": got.expected, "p_value": got.p_value, "flag": flag(got, input) })
}

pub(super) fn share_case(input: &Value) -> Value {
    let (s, n) = (count(input, "s"), count(input, "n"));
    let got = responses_against_cases(s, n, number(input, "p0"), number(input, "rho")).unwrap();
    json!({ "expected": got.expected, "p_value": got.p_value, "flag": flag(got, input) })
}

pub(super) fn run_case(input: &Value) -> Value {
    let got = run(count(input, "n"), count(input, "longest"), &list(input, "pattern_shares")).unwrap();
    json!({ "p_value": got.p_value, "flag": flag(got, input) })
}

pub(super) fn device_case(input: &Value) -> Value {
    let (most, lambda) = (count(input, "max"), number(input, "lambda"));
    let got = device(most, count(input, "devices"), lambda).unwrap();
    let tail = truncated_poisson_at_least(most, lambda).unwrap();
    json!({ "p_tail": tail, "p_value": got.p_value, "flag": flag(got, input) })
}

pub(super) fn lambda_case(input: &Value) -> Value {
    json!({ "lambda": truncated_poisson_rate(number(input, "mean")).unwrap() })
}
