//! Every figure equals a naive recount of the raw answers, and no hidden one can be worked out.

use std::collections::{BTreeMap, BTreeSet};

use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Indicator};
use hailong::flow::assess::{Audience, Figure, Finding, Findings, Line, Range, Scope, State, VerdictName, findings};
use hailong::flow::release::{check, cut, rebuild};
use hailong::store::Db;

use crate::dice::Dice;
use crate::rows::{self, ACCESS, Answer, FEEDBACK, LESSONS, OVERALL, PAPERS, RESULT, SCHOOL, STAFF, noon};
use crate::world::World;

const Z: f64 = 1.959_963_984_540_054;

impl Dice {
    fn answers(&mut self, questions: &[i64]) -> Vec<(i64, i64)> {
        let mut answers = Vec::new();
        for question in questions {
            match (self.below(4), *question) {
                (0, _) => {}
                (_, PAPERS) => answers.push((PAPERS, [1, 1, 1, 2, 0, -1][self.below(6) as usize])),
                (_, question) => answers.push((question, self.level())),
            }
        }
        answers
    }
}

/// Persons over four months at six units, most with later parts; unit 6 has hardly any.
fn people(dice: &mut Dice, persons: i64) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for _ in 0..persons {
        let n = answers.len() as i64 + 1;
        let day = 20260000 + (1 + dice.below(4)) * 100 + 1 + dice.below(28);
        let unit = [1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 5][dice.below(12) as usize];
        let unit = if dice.below(60) == 0 { 6 } else { unit };
        let procedure = Some(dice.below(5)).filter(|id| *id > 0);
        let channel = Channel::ALL[dice.below(7) as usize];
        let asked: &[i64] = if unit == 5 { &[SCHOOL] } else { &[OVERALL] };
        let first = Answer { n, first: None, unit, procedure, channel, day, answers: dice.answers(asked) };
        answers.push(first.clone());
        let more: [&[i64]; 2] =
            if unit == 5 { [&[LESSONS], &[]] } else { [&[ACCESS, STAFF, PAPERS], &[RESULT, FEEDBACK]] };
        for part in more.into_iter().filter(|part| !part.is_empty()) {
            if dice.below(3) > 0 {
                let n = answers.len() as i64 + 1;
                answers.push(first.later(n, &dice.answers(part)));
            }
        }
    }
    answers
}

async fn world() -> World {
    let world = World::new().await;
    rows::form(&world.db).await;
    for (id, name, kind) in [
        (1, "Văn phòng Sở", "office"),
        (2, "Phòng Đào tạo", "office"),
        (3, "Bộ phận Một cửa", "counter"),
        (4, "Ân Thi", "office"),
        (5, "Trường THPT Trưng Vương", "school"),
        (6, "An Nhơn", "district_office"),
    ] {
        rows::unit(&world.db, id, name, kind).await;
    }
    for id in 1..=4 {
        rows::procedure(&world.db, id, &format!("Thủ tục {id}")).await;
    }
    world
}

fn period(text: &str) -> Period {
    Period::parse(text, CutOff::Calendar).unwrap()
}

async fn managers(db: &Db, text: &str) -> Findings {
    findings(db, &period(text), Audience::Management, noon(20270101)).await.unwrap()
}

fn of(findings: &Findings, indicator: Indicator) -> &Finding {
    findings.indicators.iter().find(|finding| finding.indicator == indicator).unwrap()
}

fn named<'a>(lines: &'a [Line], name: &str) -> &'a Line {
    lines.iter().find(|line| line.name == name).unwrap()
}

// The naive recount: whole answers person by person, textbook formulas.

/// One person: all answers together.
struct Person {
    unit: i64,
    procedure: i64,
    day: i64,
    answers: Vec<(i64, i64)>,
}

fn persons(parts: &[Answer]) -> Vec<Person> {
    let mut persons: BTreeMap<i64, Person> = BTreeMap::new();
    for part in parts {
        let fresh =
            || Person { unit: part.unit, procedure: part.procedure.unwrap_or(0), day: part.day, answers: Vec::new() };
        persons.entry(part.first.unwrap_or(part.n)).or_insert_with(fresh).answers.extend(&part.answers);
    }
    persons.into_values().collect()
}

#[derive(Debug, Default)]
struct Naive {
    n: u64,
    answers: u64,
    levels: [u64; 5],
    satisfied: u64,
    blank: u64,
    not_applicable: u64,
    /// Effective size; `n` for one question.
    size: f64,
}

fn naive(persons: &[&Person], questions: &[i64]) -> Naive {
    let mut found = Naive::default();
    let mut given: Vec<(f64, f64)> = Vec::new();
    for person in persons {
        let (mut s, mut m) = (0.0, 0.0);
        for (_, choice) in person.answers.iter().filter(|(question, _)| questions.contains(question)) {
            match (questions == [PAPERS], *choice) {
                (_, 0) => found.blank += 1,
                (_, -1) => found.not_applicable += 1,
                (true, choice) => {
                    m += 1.0;
                    s += f64::from(choice == 1);
                }
                (false, level) => {
                    found.levels[level as usize - 1] += 1;
                    m += 1.0;
                    s += f64::from(level >= 4);
                }
            }
        }
        if m > 0.0 {
            given.push((s, m));
        }
    }
    found.n = given.len() as u64;
    found.answers = given.iter().map(|(_, m)| *m as u64).sum();
    found.satisfied = given.iter().map(|(s, _)| *s as u64).sum();
    let (n, answers) = (found.n as f64, found.answers as f64);
    let p = found.satisfied as f64 / answers;
    let squares: f64 = given.iter().map(|(s, m)| (s - p * m) * (s - p * m)).sum();
    let variance = n / (n - 1.0) * squares / (answers * answers);
    found.size = if is_pooled(questions) && variance > 1e-15 { p * (1.0 - p) / variance } else { n };
    found
}

fn close(found: Option<f64>, expected: f64, what: &str) {
    let found = found.unwrap_or(f64::NAN);
    assert!((found - expected).abs() < 1e-9, "{what}: {found}, expected {expected}");
}

fn ln_choose(n: u64, k: u64) -> f64 {
    (0..k).map(|i| ((n - i) as f64).ln() - ((i + 1) as f64).ln()).sum()
}

/// P(X ≥ x) of a binomial, summed up term by term.
fn at_least(x: u64, n: u64, p: f64) -> f64 {
    (x..=n).map(|k| (ln_choose(n, k) + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp()).sum()
}

/// P(X ≥ x) when n are drawn from `files`, `good` of them satisfied.
fn drawn_at_least(x: u64, n: u64, files: u64, good: u64) -> f64 {
    (x..=n.min(good))
        .filter(|k| n - k <= files - good)
        .map(|k| (ln_choose(good, k) + ln_choose(files - good, n - k) - ln_choose(files, n)).exp())
        .sum()
}

/// Compares a shown figure with the naive one.
fn same(figure: &Figure, naive: &Naive, files: Option<u64>, pooled: bool, what: &str) {
    let target = f64::from(figure.target.unwrap()) / 10_000.0;
    assert_eq!(figure.n, Some(naive.n), "{what}: n");
    assert_eq!(figure.answers, Some(naive.answers), "{what}: answers");
    assert_eq!(figure.satisfied, Some(naive.satisfied), "{what}: satisfied");
    assert_eq!((figure.blank, figure.not_applicable), (Some(naive.blank), Some(naive.not_applicable)), "{what}: blank");
    if let Some(levels) = figure.levels {
        assert_eq!(levels, naive.levels, "{what}: levels");
    }
    assert_eq!(figure.population, files, "{what}: files");
    if naive.n == 0 {
        assert_eq!((figure.state, figure.share), (State::None, None), "{what}");
        return;
    }
    assert!(naive.n >= 5, "{what}: shows {} persons", naive.n);
    let (n, p) = (naive.n as f64, naive.satisfied as f64 / naive.answers as f64);
    close(figure.share, p, what);
    let files = files.filter(|files| *files >= naive.n);
    assert_eq!(figure.more_answers_than_files, figure.population.is_some() && files.is_none(), "{what}");
    if let Some(files) = figure.population {
        close(figure.coverage, n / files as f64, what);
    }
    let size = match files {
        Some(files) if files == naive.n => f64::INFINITY,
        Some(files) => naive.size * (files as f64 - 1.0) / (files as f64 - n),
        None => naive.size,
    };
    if size.is_finite() {
        let middle = (p + Z * Z / (2.0 * size)) / (1.0 + Z * Z / size);
        let half = Z / (1.0 + Z * Z / size) * (p * (1.0 - p) / size + Z * Z / (4.0 * size * size)).sqrt();
        close(figure.lower, middle - half, what);
        close(figure.upper, middle + half, what);
    } else {
        close(figure.lower, p, what);
        close(figure.upper, p, what);
    }
    let verdict = figure.verdict.unwrap();
    let state = match (verdict, naive.n) {
        (VerdictName::Met, _) => State::Above,
        (VerdictName::NotMet, _) => State::Below,
        (VerdictName::NotEnough, 30..) => State::Open,
        (VerdictName::NotEnough, _) => State::Few,
    };
    assert_eq!(figure.state, state, "{what}");
    assert_eq!(figure.needed.is_some(), verdict == VerdictName::NotEnough, "{what}: needed");
    if pooled {
        pooled_verdict(verdict, p, naive, files, target, what);
        return;
    }
    let (x, n) = (naive.satisfied, naive.n);
    let (p_met, p_not_met) = match files {
        Some(files) if files == n => {
            let met = f64::from(x * 10_000 < u64::from(figure.target.unwrap()) * n);
            (met, 1.0 - met)
        }
        Some(files) => {
            let needed = (u64::from(figure.target.unwrap()) * files).div_ceil(10_000);
            (drawn_at_least(x, n, files, needed - 1), 1.0 - drawn_at_least(x + 1, n, files, needed))
        }
        None => (at_least(x, n, target), 1.0 - at_least(x + 1, n, target)),
    };
    assert_eq!(verdict == VerdictName::Met, p_met <= 0.05, "{what}: {p_met}");
    assert_eq!(verdict == VerdictName::NotMet, p_not_met <= 0.05, "{what}: {p_not_met}");
    if files.is_none() && x > 0 && x < n {
        // At a one-sided 95 % bound a result like this one has a chance of 5 %.
        close(Some(at_least(x, n, figure.at_least.unwrap())), 0.05, what);
        close(Some(1.0 - at_least(x + 1, n, figure.at_most.unwrap())), 0.05, what);
    }
}

/// The verdict of a pooled index by the area under a beta density, in small steps.
fn pooled_verdict(verdict: VerdictName, p: f64, naive: &Naive, files: Option<u64>, target: f64, what: &str) {
    let n = naive.n as f64;
    let most = match files {
        Some(files) if files == naive.n => return,
        Some(files) => n * (files as f64 - 1.0) / (files as f64 - n),
        None => n,
    };
    let size = naive.size.min(most);
    let (x, rest) = (p * size, size - p * size);
    let area = |a: f64, b: f64, to: f64| -> f64 {
        let step = to / 50_000.0;
        (0..50_000)
            .map(|i| (f64::from(i) + 0.5) * step)
            .map(|t| ((a - 1.0) * t.ln() + (b - 1.0) * (1.0 - t).ln()).exp() * step)
            .sum()
    };
    let below = |a: f64, b: f64| area(a, b, target) / area(a, b, 1.0);
    if x > 1.0 {
        let p_met = below(x, rest + 1.0);
        assert_eq!(verdict == VerdictName::Met, p_met <= 0.05, "{what}: {p_met}");
    }
    if rest > 1.0 {
        let p_not_met = 1.0 - below(x + 1.0, rest);
        assert_eq!(verdict == VerdictName::NotMet, p_not_met <= 0.05, "{what}: {p_not_met}");
    }
}

/// The questions of an indicator's measure, and of the index beside it.
fn questions(indicator: Indicator) -> (&'static [i64], Option<&'static [i64]>) {
    match indicator {
        Indicator::Procedures => (&[OVERALL], Some(&[ACCESS, RESULT])),
        Indicator::Service => (&[STAFF, FEEDBACK], None),
        Indicator::Education => (&[SCHOOL], Some(&[LESSONS])),
        Indicator::PapersAgain => (&[PAPERS], None),
    }
}

fn is_pooled(questions: &[i64]) -> bool {
    questions.iter().any(|question| ![OVERALL, SCHOOL, PAPERS].contains(question))
}

/// Compares every line of every finding; returns how many figures were shown and how many hidden.
fn compare(found: &Findings, parts: &[Answer], files: impl Fn(&Line) -> Option<u64>) -> (u32, u32) {
    let all = persons(parts);
    let within = |person: &&Person| {
        let day = person.day;
        found.period.from().number() <= day && day <= found.period.last().number()
    };
    let (mut shown, mut hidden) = (0, 0);
    for finding in &found.indicators {
        let (main, beside) = questions(finding.indicator);
        for line in std::iter::once(&finding.department).chain(&finding.units).chain(&finding.procedures) {
            let id = line.code.trim_start_matches("U").trim_start_matches("1.").parse::<i64>().unwrap_or(0);
            let about = |person: &&Person| match line.scope {
                Scope::Department => true,
                Scope::Unit => person.unit == id,
                Scope::Procedure | Scope::NoProcedure => person.procedure == id,
                Scope::Units | Scope::UnitProcedure | Scope::Point => false,
            };
            let concerned: Vec<&Person> = all.iter().filter(within).filter(about).collect();
            let has_files = matches!(finding.indicator, Indicator::Procedures | Indicator::Service);
            let files = files(line).filter(|_| has_files);
            for (figure, questions) in [(Some(&line.figure), Some(main)), (line.index.as_ref(), beside)]
                .into_iter()
                .filter_map(|(f, q)| f.zip(q))
            {
                let naive = naive(&concerned, questions);
                let what = format!("{} {:?} {} {}", found.period, finding.indicator, line.code, questions.len());
                if figure.state == State::Hidden {
                    hidden += 1;
                    // An index beside a figure that is hidden is hidden with it.
                    assert!(naive.n > 0 || line.figure.state == State::Hidden, "{what}: nobody is hidden");
                    let plain = Figure { state: State::Hidden, ..figure.clone() };
                    let said = serde_json::to_value(&plain).unwrap();
                    let said: Vec<_> = said.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()).collect();
                    let said: Vec<_> = said.into_iter().map(|(name, _)| name.as_str()).collect();
                    assert_eq!(said, ["excluded_few", "more_answers_than_files", "state", "target"], "{what}");
                } else {
                    shown += 1;
                    same(figure, &naive, files, is_pooled(questions), &what);
                }
            }
        }
    }
    (shown, hidden)
}

/// Answers that are released: all seen but those that wait.
async fn released(db: &Db, parts: &[Answer]) -> Vec<Answer> {
    let waiting: BTreeSet<i64> =
        hailong::store::release::waiting(db).await.unwrap().into_iter().map(|part| part.n).collect();
    parts.iter().filter(|part| !waiting.contains(&part.n)).cloned().collect()
}

#[tokio::test]
async fn every_figure_equals_a_naive_recount_however_the_answers_were_released() {
    for seed in [1, 2, 3] {
        let world = world().await;
        let mut dice = Dice(seed);
        let parts = people(&mut dice, 260);
        let mut from = 0;
        while from < parts.len() {
            let to = (from + 1 + dice.below(90) as usize).min(parts.len());
            rows::responses(&world.db, &parts[from..to]).await;
            let today = [20260210, 20260320, 20260401][dice.below(3) as usize];
            cut(&world.db, noon(today), 5).await.unwrap();
            from = to;
        }
        let visible = released(&world.db, &parts).await;
        let (mut shown, mut hidden) = (0, 0);
        for text in ["2026", "2026-03", "2026-Q1", "2026-02-10..2026-04-14", "2026-04-20..2026-04-22"] {
            let (s, h) = compare(&managers(&world.db, text).await, &visible, |_| None);
            (shown, hidden) = (shown + s, hidden + h);
        }
        let cut_off = Period::parse("2026-03", CutOff::FifteenToFourteen).unwrap();
        let found = findings(&world.db, &cut_off, Audience::Management, noon(20270101)).await.unwrap();
        compare(&found, &visible, |_| None);
        assert!(shown > 60 && hidden > 20, "shown {shown}, hidden {hidden}");

        assert_eq!(check(&world.db).await.unwrap(), []);
        let before = managers(&world.db, "2026").await;
        rebuild(&world.db).await.unwrap();
        assert_eq!(check(&world.db).await.unwrap(), []);
        assert_eq!(managers(&world.db, "2026").await, before);

        cut(&world.db, noon(20260601), 5).await.unwrap();
        compare(&managers(&world.db, "2026").await, &parts, |_| None);
        assert_eq!(check(&world.db).await.unwrap(), []);
    }
}

#[tokio::test]
async fn with_the_number_of_files_the_population_is_finite() {
    let world = world().await;
    // Without the tiny unit 6, beside which others would have to hide.
    let parts: Vec<Answer> = people(&mut Dice(11), 600).into_iter().filter(|part| part.unit != 6).collect();
    rows::responses(&world.db, &parts).await;
    cut(&world.db, noon(20260601), 5).await.unwrap();
    for month in [202601, 202602, 202603] {
        for unit in 1..=6 {
            // Unit 1 finished fewer files than it has answers; unit 2 lacks March.
            let finished = if unit == 1 { 1 } else { 40 };
            if (unit, month) != (2, 202603) {
                rows::caseload(&world.db, month, unit, 1, finished).await;
            }
        }
    }
    let of_unit = |line: &Line, months: u64, whole: Option<u64>| match (line.scope, line.code.as_str()) {
        (Scope::Unit, "U2") if months == 3 => None,
        (Scope::Unit, "U1") => Some(months),
        (Scope::Unit, _) => Some(40 * months),
        (Scope::Procedure, "1.000001") if months == 3 => Some(3 * (4 * 40 + 1) + 2 * 40),
        (Scope::Procedure, "1.000001") => Some(201),
        (Scope::Department, _) => whole,
        _ => None,
    };
    let february = managers(&world.db, "2026-02").await;
    compare(&february, &parts, |line| of_unit(line, 1, Some(201)));
    let quarter = managers(&world.db, "2026-Q1").await;
    compare(&quarter, &parts, |line| of_unit(line, 3, None));
    let ends =
        [&february, &quarter].map(|found| &named(&of(found, Indicator::Procedures).units, "Văn phòng Sở").figure);
    assert!(ends.iter().any(|figure| figure.more_answers_than_files));
    // April has no files, half a month has no number of files.
    for text in ["2026-04", "2026-H1", "2026-02-01..2026-02-27"] {
        compare(&managers(&world.db, text).await, &parts, |_| None);
    }
}

#[tokio::test]
async fn a_unit_with_four_answers_cannot_be_worked_out() {
    let world = world().await;
    let at =
        |unit: i64, count: i64| (0..count).map(move |i| Answer::new(unit * 100 + i, 20260310, OVERALL, 4).at(unit));
    let parts: Vec<Answer> = at(1, 30).chain(at(2, 4)).chain(at(3, 12)).collect();
    rows::responses(&world.db, &parts).await;
    cut(&world.db, noon(20260401), 5).await.unwrap();
    let found = managers(&world.db, "2026-03").await;
    let finding = of(&found, Indicator::Procedures);
    let states: Vec<(&str, State)> = finding.units.iter().map(|line| (line.name.as_str(), line.figure.state)).collect();
    // A second unit is hidden with it, and units without answers stand there as such; in Vietnamese order.
    assert_eq!(
        states,
        [
            ("An Nhơn", State::None),
            ("Ân Thi", State::None),
            ("Bộ phận Một cửa", State::Hidden),
            ("Phòng Đào tạo", State::Hidden),
            ("Văn phòng Sở", State::Above),
        ]
    );
    assert_eq!(finding.department.figure.n, Some(46));
    // Nobody else: the total is the four, and hides with them.
    let world = self::world().await;
    rows::responses(&world.db, &at(2, 4).collect::<Vec<_>>()).await;
    cut(&world.db, noon(20260401), 5).await.unwrap();
    let found = managers(&world.db, "2026-03").await;
    let finding = of(&found, Indicator::Procedures);
    assert_eq!(finding.department.figure.state, State::Hidden);
    assert!(!serde_json::to_string(&found).unwrap().contains("\"n\": 4"));
    assert!(finding.procedures.is_empty() || finding.procedures.iter().all(|line| line.figure.n.unwrap_or(0) == 0));
}

#[tokio::test]
async fn strangers_are_not_told_what_each_of_five_people_answered() {
    let world = world().await;
    let parts: Vec<Answer> = (1..=5).map(|n| Answer::new(n, 20260310, OVERALL, 5)).collect();
    rows::responses(&world.db, &parts).await;
    cut(&world.db, noon(20260401), 5).await.unwrap();
    let public = findings(&world.db, &period("2026-03"), Audience::Public, noon(20260401)).await.unwrap();
    let figure = &of(&public, Indicator::Procedures).department.figure;
    assert_eq!((figure.n, figure.range), (Some(5), Some(Range::AtLeast95)));
    assert_eq!((figure.share, figure.levels, figure.lower, figure.satisfied), (None, None, None, None));
    let inside = managers(&world.db, "2026-03").await;
    assert_eq!(of(&inside, Indicator::Procedures).department.figure.share, Some(1.0));
}

#[tokio::test]
async fn the_target_of_the_unit_and_of_the_time_is_the_one_that_counts() {
    let world = world().await;
    rows::target(&world.db, "procedures", Some(2), 9500, 20260101, Some(20260331)).await;
    rows::target(&world.db, "procedures", None, 9200, 20260401, None).await;
    let targets = |found: Findings| {
        let finding = of(&found, Indicator::Procedures).clone();
        let of_unit = named(&finding.units, "Phòng Đào tạo").figure.target;
        (finding.department.figure.target, named(&finding.units, "Văn phòng Sở").figure.target, of_unit)
    };
    assert_eq!(targets(managers(&world.db, "2026-03").await), (Some(9000), Some(9000), Some(9500)));
    assert_eq!(targets(managers(&world.db, "2026-04").await), (Some(9200), Some(9200), Some(9200)));
    assert_eq!(of(&managers(&world.db, "2026").await, Indicator::Education).department.figure.target, Some(8500));
}

#[tokio::test]
async fn a_period_is_provisional_until_it_is_over_and_its_last_answers_are_released() {
    let world = world().await;
    let provisional =
        async |now: i64| findings(&world.db, &period("2026-03"), Audience::Public, now).await.unwrap().provisional;
    let midnight = noon(20260401) - 12 * 3_600_000;
    cut(&world.db, midnight - 1, 5).await.unwrap();
    assert!(provisional(midnight - 1).await);
    assert!(provisional(midnight).await, "the answers of the last evening may still wait");
    cut(&world.db, midnight, 5).await.unwrap();
    assert!(!provisional(midnight).await);
}

#[tokio::test]
async fn sqlite_reads_what_it_needs_and_not_the_whole_table() {
    let world = world().await;
    let Db::Sqlite { read, .. } = &world.db else { return };
    use hailong::store::{days, rollups, tallies};
    let rows = rollups::SQLITE_STATEMENTS.iter().filter(|text| text.starts_with("SELECT"));
    let mut asked = 0;
    for statement in rows.chain(tallies::SQLITE_STATEMENTS).chain(days::SQLITE_STATEMENTS) {
        let explain: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {statement}").into_boxed_str());
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(read).await.unwrap();
        let tables = ["SEARCH", "SCAN"].map(|how| {
            // A step named after no table goes over what another step has found.
            let step = |step: &&str| step.starts_with(how) && !step.contains("VIRTUAL TABLE") && *step != "SCAN found";
            plan.iter().map(|(.., step)| step.as_str()).filter(step).collect::<Vec<&str>>()
        });
        assert!(tables[1].is_empty(), "{statement}\n{plan:?}");
        assert!(tables[0].iter().all(|step| step.contains("PRIMARY KEY")), "{statement}\n{plan:?}");
        asked += 1;
    }
    assert_eq!(asked, 7);
}

#[tokio::test]
async fn invitations_not_summed_yet_are_found_by_an_index_of_their_days() {
    let world = world().await;
    let of_months = hailong::store::invitation_sums::STATEMENTS.iter().filter(|text| text.contains("month < $2"));
    let [statement] = of_months.collect::<Vec<_>>()[..] else { panic!("one statement counts by the month") };
    let explain = |how: &str| -> &'static str { Box::leak(format!("{how} {statement}").into_boxed_str()) };
    let plan = match &world.db {
        Db::Sqlite { read, .. } => {
            let plan = sqlx::query_as(explain("EXPLAIN QUERY PLAN"));
            let plan: Vec<(i64, i64, i64, String)> = plan.bind(1).bind(2).fetch_all(read).await.unwrap();
            plan.into_iter().map(|(.., step)| step).collect::<Vec<String>>().join("\n")
        }
        Db::Postgres(pool) => {
            let mut tx = pool.begin().await.unwrap();
            // A table of a few rows is read whole unless that is made dear.
            sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
            let plan = sqlx::query_scalar(explain("EXPLAIN"));
            let plan: Vec<String> = plan.bind(1_i64).bind(2_i64).fetch_all(&mut *tx).await.unwrap();
            plan.join("\n")
        }
    };
    let days = ["(issued_day>? AND issued_day<?)", "Index Cond: ((issued_day > "];
    assert_eq!(plan.matches("invitations_issued").count(), 2, "of units and of procedures: {plan}");
    assert!(days.iter().any(|of| plan.contains(of)), "{plan}");
}
