//! Weights, strata, clusters, raking.

use hailong::stats::design::{Cell, Margin, Sample, ShareEstimate, Subset, design_effect, rake, stratified};
use hailong::stats::{Confidence, Population};
use serde_json::{Map, Value, json};

use super::{field, number};

fn list<T>(input: &Value, key: &str, read: impl Fn(&Value) -> T) -> Option<Vec<T>> {
    field(input, key).as_array().map(|items| items.iter().map(read).collect())
}

fn numbers(input: &Value, key: &str) -> Vec<f64> {
    list(input, key, |item| item.as_f64().unwrap()).unwrap()
}

fn counts(input: &Value, key: &str) -> Option<Vec<u64>> {
    list(input, key, |item| item.as_u64().unwrap())
}

/// A label: most are texts, some are numbers.
fn label(item: &Value) -> String {
    item.as_str().map_or_else(|| item.to_string(), str::to_owned)
}

pub fn effect_case(input: &Value) -> Value {
    let sizes = counts(input, "cluster_sizes").unwrap_or_default();
    let got = design_effect(&numbers(input, "weights"), &sizes, number(input, "icc")).unwrap();
    json!({
        "n": got.n, "sum_w": got.sum_w, "n_eff_weights": got.n_eff_weights, "deff_weights": got.deff_weights,
        "cv2": got.cv2, "m_a": got.m_a, "deff_cluster": got.deff_cluster, "deff": got.deff, "n_eff": got.n_eff,
    })
}

/// The fields every share has, two-sided at `level` and each end alone at `level`.
fn share_fields(share: Option<&ShareEstimate>, level: f64) -> Map<String, Value> {
    let two = Confidence::two_sided(level).unwrap();
    let one = Confidence::one_sided(level).unwrap();
    let logit = share.and_then(|share| share.logit(two).unwrap());
    let kg = share.and_then(|share| share.korn_graubard(two).unwrap());
    let kg_one = share.and_then(|share| share.korn_graubard(one).unwrap());
    let fields = json!({
        "estimate": share.map(|share| share.estimate), "se": share.map(ShareEstimate::se),
        "df": share.map(|share| share.df), "deff": share.and_then(|share| share.deff),
        "n_eff": share.and_then(|share| share.n_eff), "logit_lower": logit.map(|found| found.lower),
        "logit_upper": logit.map(|found| found.upper), "kg_n_eff": kg.map(|found| found.n_eff),
        "kg_lower": kg.map(|found| found.interval.lower), "kg_upper": kg.map(|found| found.interval.upper),
        "kg_lower_one": kg_one.map(|found| found.interval.lower),
        "kg_upper_one": kg_one.map(|found| found.interval.upper),
    });
    fields.as_object().unwrap().clone()
}

pub fn stratified_case(input: &Value) -> Value {
    let [populations, responses, satisfied] = ["N", "n", "x"].map(|key| counts(input, key).unwrap());
    let cells: Vec<Cell> = (0..populations.len())
        .map(|cell| Cell { population: populations[cell], n: responses[cell], x: satisfied[cell] })
        .collect();
    let got = stratified(&cells).unwrap();
    let mut fields = share_fields(got.estimate.as_ref(), number(input, "level"));
    fields.insert("covered_share".to_owned(), json!(got.covered_share));
    Value::Object(fields)
}

pub fn mean_case(input: &Value) -> Value {
    let mut sample = Sample::new(&numbers(input, "w")).unwrap();
    if let Some(strata) = list(input, "strata", label) {
        sample = sample.with_strata(&strata).unwrap();
    }
    if let Some(psus) = list(input, "psu", label) {
        sample = sample.with_clusters(&psus).unwrap();
    }
    let known = |size: &Value| size.as_u64().map_or(Population::Unknown, Population::Known);
    if let Some(sizes) = list(input, "fpc", known) {
        sample = sample.with_clusters_in_population(&sizes).unwrap();
    }
    let drawn = sample.weighted().unwrap();
    Value::Object(share_fields(share_of(&drawn.all(), &numbers(input, "y")).as_ref(), number(input, "level")))
}

fn share_of(subset: &Subset<'_>, y: &[f64]) -> Option<ShareEstimate> {
    assert!(y.iter().all(|y| *y == 0.0 || *y == 1.0), "the files have shares only");
    subset.share(&y.iter().map(|y| *y == 1.0).collect::<Vec<bool>>()).unwrap()
}

/// What each category of a margin must add up to.
type Totals = Vec<(String, f64)>;

pub fn raking_case(input: &Value) -> Value {
    let read = |margin: &Value| {
        let totals = field(margin, "totals").as_object().unwrap();
        let totals: Totals = totals.iter().map(|(key, n)| (key.clone(), n.as_f64().unwrap())).collect();
        (list(margin, "category", label).unwrap(), totals)
    };
    let read: Vec<(Vec<String>, Totals)> = list(input, "margins", read).unwrap();
    let margins: Vec<Margin<'_, String>> = read.iter().map(|(category, totals)| Margin { category, totals }).collect();
    let weights = numbers(input, "w");
    let got = rake(&weights, &margins).unwrap();
    let drawn = Sample::new(&weights).unwrap().raked(&margins).unwrap();
    assert_eq!(drawn.weights(), got.weights);
    let mean = drawn.all().mean(&numbers(input, "y")).unwrap();
    json!({ "weights": got.weights, "mean": mean.map(|mean| mean.value) })
}
