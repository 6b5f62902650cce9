//! The statistics against vectors computed elsewhere (R, survey, mpmath, scipy): one file a quantity.
//!
//! The folder is `tests/data/stats`, or the one named in `HAILONG_STATS_VECTORS`.

#![expect(clippy::panic, reason = "a vector file that cannot be read fails the test and says where")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use hailong::stats::{BasisPoints, Confidence, Population};
use serde_json::Value;

pub mod attacker;
mod basics;
mod compare;
mod design;
mod disclosure;
mod drivers;

/// From the `in` of a case to its `out`.
type Check = fn(&Value) -> Value;

/// What is computed here, by file name.
const QUANTITIES: [(&str, Check); 32] = [
    ("benjamini_hochberg", compare::benjamini_hochberg_case),
    ("clopper_pearson", basics::clopper_pearson_case),
    ("clopper_pearson_huge", basics::clopper_pearson_case),
    ("cochran_armitage", compare::trend_case),
    ("design_effect", design::effect_case),
    ("design_mean", design::mean_case),
    ("disclosure", disclosure::disclosure_case),
    ("funnel", compare::funnel_case),
    ("hypergeometric_bounds", basics::hypergeometric_case),
    ("indices", basics::indices_case),
    ("key_drivers", drivers::key_drivers_case),
    ("mover_diff", compare::mover_case),
    ("newcombe_diff", compare::newcombe_case),
    ("nonresponse", drivers::nonresponse_case),
    ("p_chart", compare::chart_case),
    ("pooled_index", basics::pooled_case),
    ("quantile_functions", basics::quantile_case),
    ("raking", design::raking_case),
    ("required_more", basics::required_case),
    ("response_rate", drivers::response_rate_case),
    ("sample_size", drivers::sample_size_case),
    ("shrinkage", compare::shrinkage_case),
    ("sig_burst", drivers::burst_case),
    ("sig_device", drivers::device_case),
    ("sig_run", drivers::run_case),
    ("sig_share", drivers::share_case),
    ("stratified", design::stratified_case),
    ("verdict", basics::verdict_case),
    ("wilson", basics::wilson_case),
    ("wilson_cc", basics::wilson_cc_case),
    ("wilson_fpc", basics::wilson_fpc_case),
    ("ztp_lambda", drivers::lambda_case),
];

#[test]
fn every_vector_file_is_reproduced() {
    let folder =
        std::env::var_os("HAILONG_STATS_VECTORS").map_or_else(|| PathBuf::from("tests/data/stats"), PathBuf::from);
    let mut read = BTreeMap::new();
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
        let checked = guarded(|| check_file(&path, &name, *check)).unwrap_or_else(|said| (0, vec![said]));
        wrong.extend(checked.1.into_iter().map(|difference| format!("{name}: {difference}")));
        read.insert(name, checked.0);
    }
    for (name, count) in &read {
        println!("{name}: {count} cases");
    }
    for (name, _) in QUANTITIES {
        if read.get(name).is_none_or(|count| *count == 0) {
            wrong.push(format!("{name}: no case"));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// How many cases a file has, and all that is wrong with them.
fn check_file(path: &Path, name: &str, check: Check) -> (usize, Vec<String>) {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    only(&file, &["quantity", "section", "tolerance", "note", "computed_with", "cases"]);
    assert_eq!(field(&file, "quantity"), name);
    let tolerance = Tolerance::of(&file, name);
    let cases = field(&file, "cases").as_array().unwrap();
    let (mut ids, mut wrong) = (BTreeSet::new(), Vec::new());
    for case in cases {
        let id = guarded(|| text(case, "id").to_owned()).unwrap_or_else(|said| said);
        let found = guarded(|| check_case(case, name, check, &tolerance)).unwrap_or_else(|said| vec![said]);
        wrong.extend(found.into_iter().map(|difference| format!("{id}: {difference}")));
        if !ids.insert(id.clone()) {
            wrong.push(format!("{id}: an identifier given twice"));
        }
    }
    (cases.len(), wrong)
}

fn check_case(case: &Value, name: &str, check: Check, tolerance: &Tolerance) -> Vec<String> {
    only(case, &["id", "in", "out"]);
    let (input, want) = (field(case, "in"), field(case, "out"));
    READ.with_borrow_mut(BTreeSet::clear);
    let got = check(input);
    let mut wrong = differences(want, &got, tolerance);
    if name == "disclosure" && !wrong.is_empty() && disclosure::as_good(input, want, &got) {
        wrong.clear();
    }
    // A null means "not known" or "not used".
    let given = input.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    let unread = given.filter(|(key, _)| !READ.with_borrow(|read| read.contains(*key)));
    wrong.extend(unread.map(|(key, _)| format!("{key} of the input is not read")));
    wrong
}

thread_local! {
    /// Fields of the inputs that were asked for since the case began.
    static READ: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// What a panic said, so that one bad case does not hide the others.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|said| {
        let plain = said.downcast_ref::<&str>().map(|text| (*text).to_owned());
        plain.or_else(|| said.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
    })
}

/// No field but these.
fn only(value: &Value, known: &[&str]) {
    for key in value.as_object().unwrap().keys() {
        assert!(known.contains(&key.as_str()), "unexpected field {key}");
    }
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
        only(header, &["relative", "absolute"]);
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
fn differences(want: &Value, got: &Value, tolerance: &Tolerance) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, want) in want.as_object().unwrap() {
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
        (Value::Object(want), Value::Object(got)) => {
            want.len() == got.len()
                && want.iter().all(|(key, want)| got.get(key).is_some_and(|got| same(want, got, tolerance)))
        }
        _ => want == got,
    }
}

/// A field that must be there; it counts as read.
fn field<'a>(value: &'a Value, key: &str) -> &'a Value {
    READ.with_borrow_mut(|read| read.insert(key.to_owned()));
    value.get(key).unwrap_or_else(|| panic!("field {key} is missing in {value}"))
}

fn number(value: &Value, key: &str) -> f64 {
    field(value, key).as_f64().unwrap_or_else(|| panic!("{key} is not a number in {value}"))
}

fn count(value: &Value, key: &str) -> u64 {
    whole(field(value, key)).unwrap_or_else(|| panic!("{key} is not a count in {value}"))
}

fn counts(value: &Value, key: &str) -> Vec<u64> {
    let all = field(value, key).as_array().and_then(|all| all.iter().map(whole).collect());
    all.unwrap_or_else(|| panic!("{key} is not a list of counts in {value}"))
}

/// A count, also where it is written as 48.0.
fn whole(value: &Value) -> Option<u64> {
    let real = || value.as_f64().filter(|real| real.fract() == 0.0 && (0.0..1e16).contains(real));
    value.as_u64().or_else(|| real().map(|real| real as u64))
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
