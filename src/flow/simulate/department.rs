//! What the made-up department is like: how many files each unit handles, how well, how many of its people answer,
//! and which procedures are asked for when. All numbers here are invented, and chosen so that the demo shows what a
//! real year shows: large and small units, good and weak ones, some that drift, some that hardly ask.

use std::collections::BTreeMap;

use rand::Rng;
use rand::RngExt;
use rand_distr::{Distribution, Normal};

use super::calendar::Season;
use super::form::FACTORS;
use crate::domain::procedure::Procedure;
use crate::domain::unit::Unit;
use crate::domain::{Channel, UnitId};

/// A unit through its reorganisations: a unit and its successors are the same people in the same rooms.
#[derive(Debug)]
pub(super) struct House {
    /// Files finished in an ordinary year, over all procedures.
    pub(super) files: f64,
    /// Share of satisfied people on the logit scale, at the middle of the window.
    pub(super) quality: f64,
    /// What changes in it from the first day of the window to the last.
    pub(super) drift: f64,
    /// Share of satisfied learners and parents, likewise.
    pub(super) teaching: f64,
    /// What the unit does better or worse, by factor.
    pub(super) strengths: [f64; FACTORS.len()],
    /// Share of people at the counter who answer.
    pub(super) coverage: f64,
    /// Share of files finished after the promised day.
    pub(super) late: f64,
    /// Share of people who need not hand in papers again, on the logit scale.
    pub(super) papers: f64,
    /// Learners, when a survey can be held among them.
    pub(super) learners: Option<f64>,
    /// Number of latest months whose files the unit has not reported yet.
    pub(super) unreported: usize,
    /// Fields it works in; none means all.
    fields: &'static [&'static str],
}

/// What one knows of the units that differ from others of their kind.
struct Known {
    /// Code of the unit as it is now.
    code: &'static str,
    /// Files a year.
    files: f64,
    /// Fields it works in; none means all.
    fields: &'static [&'static str],
}

/// Sizes of the offices: the one-stop counter and the department's office take in most files, the specialised
/// offices a part by their field, and three have so few that their figures must stay hidden.
const OFFICES: [Known; 10] = [
    Known { code: "SGD-GL.MC", files: 25_000.0, fields: &[] },
    Known { code: "SGD-GL.VP", files: 13_000.0, fields: &[] },
    Known {
        code: "SGD-GL.QLCL",
        files: 9_000.0,
        fields: &["Văn bằng, chứng chỉ", "Thi, tuyển sinh", "Kiểm định chất lượng giáo dục"],
    },
    Known {
        code: "SGD-GL.GDTRH",
        files: 5_000.0,
        fields: &["Giáo dục trung học", "Giáo dục dân tộc", "Thi, tuyển sinh"],
    },
    Known {
        code: "SGD-GL.GDTX",
        files: 2_600.0,
        fields: &["Giáo dục thường xuyên", "Giáo dục nghề nghiệp", "Đào tạo với nước ngoài"],
    },
    Known { code: "SGD-GL.KHTC", files: 1_800.0, fields: &["Hệ thống giáo dục quốc dân"] },
    Known { code: "SGD-GL.GDTH", files: 1_500.0, fields: &["Kiểm định chất lượng giáo dục"] },
    Known { code: "SGD-GL.TCCB", files: 60.0, fields: &["Hệ thống giáo dục quốc dân"] },
    Known { code: "SGD-GL.CTTT", files: 22.0, fields: &["Giáo dục dân tộc"] },
    Known { code: "SGD-BD.TTR", files: 14.0, fields: &["Văn bằng, chứng chỉ"] },
];

/// Large units whose level is set, so that the department's own figure does not depend on the seed's luck:
/// share of satisfied people.
const LEVELS: [(&str, f64); 4] =
    [("SGD-GL.MC", 0.925), ("SGD-GL.VP", 0.905), ("SGD-GL.QLCL", 0.87), ("SGD-GL.GDTX", 0.95)];

/// Share of people who answer there, likewise, at the units that have most files.
const COVERAGES: [(&str, f64); 3] = [("SGD-GL.MC", 0.36), ("SGD-GL.VP", 0.30), ("SGD-GL.QLCL", 0.27)];

/// What all units gain over the two years, and how differently, in logits: the plan asks that each year be better
/// than the one before.
const GAIN: (f64, f64) = (0.15, 0.15);

/// Units that get better or worse over the two years, in logits: something for the trend to find.
const DRIFTS: [(&str, f64); 6] = [
    ("SGD-GL.QLCL", 0.95),
    ("SGD-GL.GDTRH", -0.70),
    ("GL.THPT.006", -1.10),
    ("GL.THPT.021", 0.90),
    ("GL.THPT.030", 0.80),
    ("GL.GDTX.03", -0.80),
];

/// Units that do not hand out their code: a handful of answers a year among hundreds of files.
const SILENT: [&str; 3] = ["GL.THPT.039", "GL.GDTX.06", "GL.GDTX.11"];
/// Share of people who answer there.
const SILENT_COVERAGE: f64 = 0.006;

/// Units that are behind with reporting their files, and by how many months: their population is not known.
const UNREPORTED: [(&str, usize); 2] = [("SGD-GL.GDTX", 2), ("GL.THPT.012", 4)];

/// Files a year of a unit that is not listed, by kind; a school's by its learners.
const FILES_OF_COUNTER: f64 = 25_000.0;
/// See [`FILES_OF_COUNTER`].
const FILES_OF_OFFICE: f64 = 1_500.0;
/// See [`FILES_OF_COUNTER`].
const FILES_OF_DISTRICT: f64 = 1_900.0;
/// Files a year per learner: registration, transfers, fee reductions.
const FILES_PER_LEARNER: f64 = 2.0;
/// Learners of a school whose enrolment is not known.
const USUAL_ENROLMENT: f64 = 700.0;

/// Where the units' quality lies on the logit scale: a median near 91 %, most between 80 % and 96 %.
const QUALITY: (f64, f64) = (2.38, 0.52);
/// No unit is worse than 75 % or better than 97 %: beyond that real offices are not found.
const QUALITY_RANGE: (f64, f64) = (1.10, 3.45);
/// The same for teaching: a median near 87 %, around the target of 85 %.
const TEACHING: (f64, f64) = (1.98, 0.38);
/// How differently a unit does in single factors.
const STRENGTH_SPREAD: f64 = 0.30;
/// Share of people who answer: between one in seven and four in ten.
const COVERAGE: (f64, f64) = (0.15, 0.43);
/// Papers asked for again: a median of 82 % who are spared, around the target of 80 %.
const PAPERS: (f64, f64) = (1.52, 0.35);

/// One house per line of succession, and the house of each unit.
pub(super) fn houses<R: Rng>(
    rng: &mut R,
    units: &[Unit],
    enrolments: &BTreeMap<UnitId, i64>,
) -> (Vec<House>, BTreeMap<UnitId, usize>) {
    let by_id: BTreeMap<UnitId, &Unit> = units.iter().map(|unit| (unit.id, unit)).collect();
    let mut houses = Vec::new();
    let mut index_of_last: BTreeMap<UnitId, usize> = BTreeMap::new();
    let mut index: BTreeMap<UnitId, usize> = BTreeMap::new();
    let mut ordered: Vec<&Unit> = units.iter().collect();
    ordered.sort_by(|a, b| a.code.cmp(&b.code));
    for unit in ordered {
        let last = last_successor(unit, &by_id);
        let house = *index_of_last.entry(last.id).or_insert_with(|| {
            houses.push(house(rng, last, enrolments.get(&last.id).copied()));
            houses.len() - 1
        });
        index.insert(unit.id, house);
    }
    (houses, index)
}

/// The unit at the end of a line of succession; a line longer than all units would be a circle.
fn last_successor<'a>(unit: &'a Unit, by_id: &BTreeMap<UnitId, &'a Unit>) -> &'a Unit {
    let next = |unit: &&'a Unit| unit.successor.and_then(|id| by_id.get(&id).copied());
    std::iter::successors(Some(unit), next).take(by_id.len()).last().unwrap_or(unit)
}

fn house<R: Rng>(rng: &mut R, unit: &Unit, enrolment: Option<i64>) -> House {
    let office = OFFICES.iter().find(|known| known.code == unit.code);
    let known = |table: &[(&str, f64)]| table.iter().find(|(code, _)| *code == unit.code).map(|(_, value)| *value);
    let spread = |rng: &mut R, (mean, sd): (f64, f64)| normal(rng, mean, sd);
    let usual = spread(rng, QUALITY).clamp(QUALITY_RANGE.0, QUALITY_RANGE.1);
    let quality = known(&LEVELS).map_or(usual, |share| (share / (1.0 - share)).ln());
    let gain = spread(rng, GAIN);
    let drawn = rng.random_range(COVERAGE.0..COVERAGE.1);
    let silent = SILENT.contains(&unit.code.as_str()).then_some(SILENT_COVERAGE);
    let coverage = silent.or_else(|| known(&COVERAGES)).unwrap_or(drawn);
    let learners = enrolment.map(|number| number as f64);
    let files = match unit.kind.as_str() {
        "counter" => FILES_OF_COUNTER,
        "district_office" => FILES_OF_DISTRICT,
        "school" | "centre" => FILES_PER_LEARNER * learners.unwrap_or(USUAL_ENROLMENT),
        _ => FILES_OF_OFFICE,
    };
    House {
        files: office.map_or(files, |known| known.files),
        quality,
        drift: known(&DRIFTS).unwrap_or(gain),
        teaching: spread(rng, TEACHING).clamp(QUALITY_RANGE.0, QUALITY_RANGE.1),
        strengths: std::array::from_fn(|_| normal(rng, 0.0, STRENGTH_SPREAD)),
        coverage,
        // A weaker office is also later: that is part of why people are not satisfied.
        late: (0.02 + 0.30 * (1.0 / (1.0 + quality.exp())) + normal(rng, 0.0, 0.01)).clamp(0.005, 0.15),
        papers: spread(rng, PAPERS),
        learners,
        unreported: UNREPORTED.iter().find(|(code, _)| *code == unit.code).map_or(0, |(_, months)| *months),
        fields: office.map_or(&[], |known| known.fields),
    }
}

/// A number from the normal distribution.
pub(super) fn normal<R: Rng>(rng: &mut R, mean: f64, sd: f64) -> f64 {
    Normal::new(mean, sd).map_or(mean, |normal| normal.sample(rng))
}

/// How often a procedure is asked for beside the others, by kind of unit, and when.
struct Demand {
    code: &'static str,
    at_office: f64,
    at_school: f64,
    at_centre: f64,
    at_district: f64,
    season: Season,
}

/// Copies of degrees, admissions and examinations make up most of a department's files; schools are asked for
/// registrations, transfers and fee reductions; founding or accrediting a school is rare.
const DEMANDS: [Demand; 24] = [
    demand("1.005092", 100.0, 0.0, 0.0, 0.0, Season::Copies),
    demand("2.001914", 24.0, 0.0, 0.0, 0.0, Season::Copies),
    demand("1.005095", 45.0, 0.0, 0.0, 0.0, Season::Results),
    demand("1.005098", 3.0, 0.0, 0.0, 0.0, Season::Results),
    demand("1.005090", 16.0, 0.0, 0.0, 0.0, Season::Admission),
    demand("3.000181", 60.0, 0.0, 0.0, 0.0, Season::Admission),
    demand("1.005061", 3.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.002407", 9.0, 6.0, 4.0, 8.0, Season::Grants),
    demand("1.000288", 4.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.000280", 4.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.000691", 3.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.000715", 4.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.000713", 4.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.000711", 3.0, 0.0, 0.0, 0.0, Season::Flat),
    demand("1.005142", 0.0, 50.0, 60.0, 0.0, Season::Registration),
    demand("2.002478", 0.0, 30.0, 6.0, 0.0, Season::Transfer),
    demand("2.002481", 0.0, 0.0, 0.0, 60.0, Season::Transfer),
    demand("2.002854", 0.0, 33.0, 6.0, 60.0, Season::Transfer),
    demand("2.002855", 0.0, 1.2, 0.0, 0.0, Season::Transfer),
    demand("2.002856", 0.0, 0.5, 0.0, 0.0, Season::Transfer),
    demand("2.002857", 0.0, 2.5, 1.5, 0.0, Season::Transfer),
    demand("1.003702", 0.0, 2.0, 1.0, 6.0, Season::Grants),
    demand("1.005144", 0.0, 24.0, 14.0, 22.0, Season::Grants),
    demand("1.013751", 1.0, 0.0, 0.0, 0.0, Season::Flat),
];

const fn demand(
    code: &'static str,
    at_office: f64,
    at_school: f64,
    at_centre: f64,
    at_district: f64,
    season: Season,
) -> Demand {
    Demand { code, at_office, at_school, at_centre, at_district, season }
}

/// Weight of a procedure that is not listed: rare.
const RARE: f64 = 0.8;

/// Files a year that a unit handles of each procedure it offers, with the season.
pub(super) fn files_by_procedure<'a>(
    unit: &Unit,
    house: &House,
    procedures: &'a [Procedure],
) -> Vec<(&'a Procedure, f64, Season)> {
    let weighed: Vec<(&Procedure, f64, Season)> = procedures
        .iter()
        .filter(|procedure| procedure.offered_by(&unit.kind))
        .filter(|procedure| house.fields.is_empty() || house.fields.contains(&procedure.field.as_str()))
        .map(|procedure| {
            let (weight, season) = weight(&procedure.code, &unit.kind);
            (procedure, weight, season)
        })
        .collect();
    // What a successor takes over is counted once.
    let total: f64 =
        weighed.iter().filter(|(procedure, ..)| procedure.successor.is_none()).map(|(_, weight, _)| weight).sum();
    weighed
        .into_iter()
        .filter(|(_, weight, _)| *weight > 0.0 && total > 0.0)
        .map(|(procedure, weight, season)| (procedure, house.files * weight / total, season))
        .collect()
}

fn weight(code: &str, kind: &str) -> (f64, Season) {
    DEMANDS.iter().find(|demand| demand.code == code).map_or((RARE, Season::Flat), |demand| {
        let weight = match kind {
            "school" => demand.at_school,
            "centre" => demand.at_centre,
            "district_office" => demand.at_district,
            _ => demand.at_office,
        };
        (weight, demand.season)
    })
}

/// How files are handed in, by kind of unit: the name in the caseload and the share.
pub(super) fn ways_in(kind: &str) -> [(&'static str, f64); 3] {
    match kind {
        "school" | "centre" => [("direct", 0.85), ("online", 0.15), ("postal", 0.0)],
        "district_office" => [("direct", 0.78), ("online", 0.20), ("postal", 0.02)],
        _ => [("direct", 0.63), ("online", 0.32), ("postal", 0.05)],
    }
}

/// How people who came in person answer, by kind of unit; only the one-stop counter has tablets.
pub(super) fn ways_to_answer(kind: &str) -> &'static [(Channel, f64)] {
    match kind {
        "counter" => &[(Channel::Counter, 0.40), (Channel::Kiosk, 0.38), (Channel::Case, 0.22)],
        "school" | "centre" => &[(Channel::Counter, 0.75), (Channel::Case, 0.25)],
        _ => &[(Channel::Counter, 0.62), (Channel::Case, 0.38)],
    }
}
