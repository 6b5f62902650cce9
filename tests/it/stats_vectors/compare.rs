//! Periods, charts and units: sections 14 to 18.

use hailong::stats::compare::{Change, Difference, PeriodShare, benjamini_hochberg, compare_periods, mover_difference};
use hailong::stats::proportion::ShareInterval;
use hailong::stats::trend::{ChartPoint, TrendDirection, control_chart, trend};
use hailong::stats::units::{Centre, Flag, FunnelUnit, ShrinkageStatus, ShrunkShare, funnel, shrink};
use hailong::stats::{Population, Responses};
use serde_json::{Value, json};

use super::{count, field, number, population};

fn optional(value: &Value) -> Option<f64> {
    (!value.is_null()).then(|| value.as_f64().unwrap())
}

fn responses(input: &Value) -> Vec<Responses> {
    let counts = |key| field(input, key).as_array().unwrap().iter().map(|count| count.as_u64().unwrap());
    assert_eq!(counts("x").len(), counts("n").len());
    counts("x").zip(counts("n")).map(|(x, n)| Responses { x, n }).collect()
}

fn period(input: &Value) -> PeriodShare {
    let deff = optional(field(input, "deff")).unwrap_or(1.0);
    let plain: Population = population(input);
    PeriodShare { deff, ..PeriodShare::of_counts(count(input, "x"), count(input, "n"), plain).unwrap() }
}

pub fn newcombe_case(input: &Value) -> Value {
    let (earlier, later) = (period(field(input, "period1")), period(field(input, "period2")));
    let got = compare_periods(earlier, later, number(input, "level")).unwrap();
    let (two, one) = (got.two_sided, got.one_sided);
    let lower = |bounds: Option<Difference>| bounds.map(|bounds| bounds.lower);
    let upper = |bounds: Option<Difference>| bounds.map(|bounds| bounds.upper);
    json!({
        "p1": got.earlier, "p2": got.later, "difference": two.map(|bounds| bounds.difference), "lower": lower(two),
        "upper": upper(two), "lower_one_sided": lower(one), "upper_one_sided": upper(one),
        "verdict": match got.verdict() {
            Change::Higher => "higher",
            Change::Lower => "lower",
            Change::NoClearChange => "no_clear_change",
        },
    })
}

pub fn mover_case(input: &Value) -> Value {
    let interval = |estimate, lower, upper| ShareInterval {
        estimate: Some(number(input, estimate)),
        lower: number(input, lower),
        upper: number(input, upper),
    };
    let got = mover_difference(interval("p1", "l1", "u1"), interval("p2", "l2", "u2")).unwrap().unwrap();
    json!({ "difference": got.difference, "lower": got.lower, "upper": got.upper })
}

pub fn trend_case(input: &Value) -> Value {
    let scores = field(input, "scores").as_array();
    let scores: Option<Vec<f64>> = scores.map(|scores| scores.iter().map(|score| score.as_f64().unwrap()).collect());
    let (alpha, deff) = (number(input, "alpha"), number(input, "deff"));
    let got = trend(&responses(input), scores.as_deref(), alpha, deff).unwrap();
    json!({
        "statistic": got.test.map(|test| test.statistic), "p_two_sided": got.test.map(|test| test.p_two_sided),
        "slope": got.test.map(|test| test.slope),
        "direction": match got.direction {
            TrendDirection::Rising => "rising",
            TrendDirection::Falling => "falling",
            TrendDirection::NoClearTrend => "none",
        },
    })
}

pub fn chart_case(input: &Value) -> Value {
    let baseline = field(input, "baseline").as_u64().map(|periods| periods as usize);
    let got = control_chart(&responses(input), baseline).unwrap().unwrap();
    let each = |value: fn(ChartPoint) -> f64| json!(got.points.iter().map(|p| p.map(value)).collect::<Vec<_>>());
    let signals = |signal: fn(ChartPoint) -> bool| {
        let points = got.points.iter().enumerate();
        json!(points.filter(|(_, p)| p.is_some_and(signal)).map(|(position, _)| position).collect::<Vec<_>>())
    };
    json!({
        "center": got.center, "z": each(|p| p.z), "sigma_z": got.sigma_z, "sigma_z_used": got.sigma_z_used,
        "lower_p": each(|p| p.binomial.lower), "upper_p": each(|p| p.binomial.upper),
        "lower_laney": each(|p| p.laney.lower), "upper_laney": each(|p| p.laney.upper),
        "signal_beyond": signals(|p| p.beyond), "signal_run8": signals(|p| p.run),
    })
}

pub fn funnel_case(input: &Value) -> Value {
    let centre = optional(field(input, "target")).map_or(Centre::Pooled, Centre::Share);
    let (winsor, fdr) = (number(input, "winsor"), number(input, "fdr"));
    let got = funnel(&responses(input), centre, winsor, fdr).unwrap().unwrap();
    let each = |value: fn(FunnelUnit) -> f64| json!(got.units.iter().map(|u| u.map(value)).collect::<Vec<_>>());
    let flag = |flag| match flag {
        Flag::High => "high",
        Flag::Low => "low",
        Flag::Within => "none",
    };
    json!({
        "target": got.target, "z": each(|u| u.z), "phi": got.phi, "overdispersed": got.overdispersed,
        "tau2": got.tau2, "z_adjusted": each(|u| u.z_adjusted), "p_value": each(|u| u.p_value),
        "p_bh": each(|u| u.p_adjusted),
        "flag": got.units.iter().map(|u| u.map(|u| flag(u.flag))).collect::<Vec<_>>(),
        "exact_lo3": each(|u| u.exact.lower_998), "exact_lo2": each(|u| u.exact.lower_95),
        "exact_hi2": each(|u| u.exact.upper_95), "exact_hi3": each(|u| u.exact.upper_998),
        "adj_lo3": each(|u| u.adjusted.lower_998), "adj_lo2": each(|u| u.adjusted.lower_95),
        "adj_hi2": each(|u| u.adjusted.upper_95), "adj_hi3": each(|u| u.adjusted.upper_998),
    })
}

pub fn benjamini_hochberg_case(input: &Value) -> Value {
    let p: Vec<Option<f64>> = field(input, "p").as_array().unwrap().iter().map(optional).collect();
    let got = benjamini_hochberg(&p, number(input, "q")).unwrap();
    json!({
        "adjusted": got.iter().map(|p| p.map(|p| p.p)).collect::<Vec<_>>(),
        "rejected": got.iter().map(|p| p.is_some_and(|p| p.rejected)).collect::<Vec<_>>(),
    })
}

pub fn shrinkage_case(input: &Value) -> Value {
    let got = shrink(&responses(input), number(input, "level")).unwrap();
    let shown = got.status != ShrinkageStatus::NotEstimable;
    let each = |value: fn(&ShrunkShare) -> f64| shown.then(|| got.units.iter().map(value).collect::<Vec<_>>());
    json!({
        "mu": got.mean, "rho": got.rho, "M": got.prior_size,
        "status": match got.status {
            ShrinkageStatus::Estimated => "ok",
            ShrinkageStatus::NoBetweenUnitVariation => "no_between_unit_variation",
            ShrinkageStatus::NotEstimable => "not_estimable",
        },
        "shrunk": each(|unit| unit.share), "lower": each(|unit| unit.lower), "upper": each(|unit| unit.upper),
        "weight": each(|unit| unit.weight),
    })
}
