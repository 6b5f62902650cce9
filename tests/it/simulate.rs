//! The made-up department: it must look like life, and nothing in it may be what a real person could not have sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::world::World;
use hailong::domain::answer;
use hailong::domain::caseload::Caseload;
use hailong::domain::keys::Keys;
use hailong::domain::procedure::Procedure;
use hailong::domain::questionnaire::{BLANK, Kind, Questionnaire};
use hailong::domain::school::School;
use hailong::domain::unit::Unit;
use hailong::domain::{Channel, Day, ProcedureId, QuestionId, QuestionnaireId, UnitId};
use hailong::error::Error;
use hailong::flow::collect::Submission;
use hailong::flow::design::{self, Mode, What};
use hailong::flow::simulate::{self, Plan, Visit};
use hailong::store::marks::{self, Mark};
use hailong::store::{caseload, procedures, questionnaires, schools, units};
use hailong::words;
use unicode_normalization::is_nfc;

/// Tuesday 24/11/2026, nine o'clock in Vietnam.
const NOW_MS: i64 = 1_795_485_600_000;
const SEED: u64 = 1;

/// What an office has before anybody answers.
struct Department {
    units: Vec<Unit>,
    procedures: Vec<Procedure>,
    forms: Vec<Questionnaire>,
    schools: Vec<School>,
}

impl Department {
    /// The sample files, imported as an office imports its own.
    async fn imported(world: &World) -> Self {
        let files = [
            (What::Units, "units.csv"),
            (What::Procedures, "procedures.csv"),
            (What::Schools, "schools.csv"),
            (What::Questionnaire, "questionnaires/procedure.xlsx"),
            (What::Questionnaire, "questionnaires/service-16.xlsx"),
            (What::Questionnaire, "questionnaires/education-learners.xlsx"),
            (What::Questionnaire, "questionnaires/education-parents.xlsx"),
        ];
        for (what, name) in files {
            let bytes = std::fs::read(format!("{}/static/demo/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            design::import(&world.db, what, name, &bytes, Mode::Keep).await.unwrap();
        }
        Self {
            units: units::all(&world.db).await.unwrap(),
            procedures: procedures::all(&world.db).await.unwrap(),
            forms: questionnaires::all(&world.db).await.unwrap(),
            schools: schools::all(&world.db).await.unwrap(),
        }
    }

    fn plan(&self, seed: u64) -> Plan {
        simulate::plan(&self.units, &self.procedures, &self.forms, &self.schools, Day::at(NOW_MS), seed)
    }

    fn unit(&self, code: &str) -> UnitId {
        self.units.iter().find(|unit| unit.code == code).unwrap().id
    }

    fn procedure(&self, code: &str) -> ProcedureId {
        self.procedures.iter().find(|procedure| procedure.code == code).unwrap().id
    }

    fn form(&self, name: &str) -> &Questionnaire {
        self.forms.iter().find(|form| form.form == name).unwrap()
    }

    /// Share of satisfied people in the units of these codes together, from one day up to before another.
    fn share(&self, visits: &[Visit], codes: &[&str], from: i64, to: i64) -> f64 {
        let ids: Vec<UnitId> = codes.iter().map(|code| self.unit(code)).collect();
        let overall = self.form("procedure").overall().unwrap().id;
        let levels: Vec<i64> = visits
            .iter()
            .filter(|visit| ids.contains(&visit.first.unit) && (from..to).contains(&visit.first.day.number()))
            .filter_map(|visit| chosen(&visit.first, overall))
            .collect();
        satisfied(&levels)
    }
}

fn parts(visit: &Visit) -> impl Iterator<Item = &Submission> {
    std::iter::once(&visit.first).chain(&visit.later)
}

fn chosen(part: &Submission, question: QuestionId) -> Option<i64> {
    part.answers.iter().find(|(id, _)| *id == question).map(|(_, value)| *value)
}

fn satisfied(levels: &[i64]) -> f64 {
    levels.iter().filter(|level| **level >= 4).count() as f64 / levels.len() as f64
}

fn weekday(visit: &Visit) -> usize {
    visit.first.day.date().weekday().to_monday_zero_offset() as usize
}

#[tokio::test]
async fn the_same_seed_gives_the_same_people_and_another_seed_others() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let (one, other) = (department.plan(SEED), department.plan(SEED));
    assert_eq!(one.caseload(), other.caseload());
    let people: Vec<Visit> = one.collect();
    assert!((90_000..120_000).contains(&people.len()), "{} visits", people.len());
    assert!(people.iter().eq(&other.collect::<Vec<_>>()));
    let strangers: Vec<Visit> = department.plan(SEED + 1).collect();
    assert_ne!(people[0], strangers[0]);
    assert!((90_000..120_000).contains(&strangers.len()), "{} visits", strangers.len());
    let keys: BTreeSet<_> = people.iter().flat_map(parts).map(|part| part.key).collect();
    assert_eq!(keys.len(), people.iter().flat_map(parts).count(), "a key is repeated");
}

#[tokio::test]
async fn nobody_answers_about_what_was_not_there_that_day() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let units: HashMap<UnitId, &Unit> = department.units.iter().map(|unit| (unit.id, unit)).collect();
    let procedures: HashMap<ProcedureId, &Procedure> = department.procedures.iter().map(|p| (p.id, p)).collect();
    let mut before = 0;
    for visit in department.plan(SEED) {
        let first = &visit.first;
        assert!((20_241_124..=20_261_123).contains(&first.day.number()), "{}", first.day);
        assert!(before <= first.received_at, "people come in order of time");
        before = first.received_at;
        let unit = units[&first.unit];
        assert!(unit.valid_on(first.day), "{} on {}", unit.code, first.day);
        assert_ne!(unit.kind, "department");
        if let Some(procedure) = first.procedure.map(|id| procedures[&id]) {
            assert!(procedure.valid_on(first.day), "{} on {}", procedure.code, first.day);
            assert!(procedure.offered_by(&unit.kind), "{} at {}", procedure.code, unit.code);
        }
        for part in parts(&visit) {
            assert_eq!(Day::at(part.received_at), part.day);
            assert_eq!(part.received_at % 3_600_000, 0);
            let hour = (part.received_at / 3_600_000 + 7) % 24;
            assert!((7..=21).contains(&hour), "answered at {hour} o'clock");
            let of = |p: &Submission| (p.unit, p.procedure, p.channel, p.questionnaire, p.day);
            assert_eq!(of(part), of(first), "a later part belongs to another answer");
            assert!(part.first.is_none() && part.invitation.is_none() && part.point.is_none());
        }
    }
}

#[tokio::test]
async fn every_part_is_one_that_a_real_page_could_have_sent() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let forms: HashMap<QuestionnaireId, &Questionnaire> = department.forms.iter().map(|form| (form.id, form)).collect();
    let (mut checked, mut blanks) = (0, 0);
    for visit in department.plan(SEED).step_by(7) {
        let form = forms[&visit.first.questionnaire];
        let pages = form.pages();
        for (number, part) in parts(&visit).enumerate() {
            let (fields, ids) = fields(form, part);
            let page = pages.iter().find(|page| page.iter().any(|at| ids.contains(&form.questions[*at].id))).unwrap();
            assert!(number > 0 || *page == pages[0], "the first part is the first page");
            let taken = answer::check(form, page, &answer::Chosen::new(), &fields, number == 0).unwrap();
            assert_eq!(taken.answers, part.answers);
            assert_eq!(taken.texts, part.texts);
            checked += 1;
            blanks += part.answers.iter().filter(|(_, value)| *value == BLANK).count();
        }
    }
    assert!(checked > 15_000, "{checked} pages");
    assert!(blanks > 500, "people leave questions out: {blanks}");
}

/// The fields that a browser sends for a part, and the questions they are about.
fn fields(form: &Questionnaire, part: &Submission) -> (Vec<(String, String)>, Vec<QuestionId>) {
    let question = |id: QuestionId| form.questions.iter().find(|question| question.id == id).unwrap();
    let ticked = part.answers.iter().filter(|(_, value)| *value != BLANK).map(|(id, value)| {
        let choice = question(*id).choices.iter().find(|choice| choice.value == *value).unwrap();
        (question(*id).name.clone(), choice.name.clone())
    });
    let written = part.texts.iter().map(|(id, text)| (question(*id).name.clone(), text.clone()));
    let ids = part.answers.iter().map(|(id, _)| *id).chain(part.texts.iter().map(|(id, _)| *id));
    (ticked.chain(written).collect(), ids.collect())
}

#[tokio::test]
async fn the_week_and_the_year_have_their_rhythm() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let visits: Vec<Visit> = department.plan(SEED).collect();
    let week = |channels: &[Channel]| {
        let mut days = [0_usize; 7];
        visits.iter().filter(|v| channels.contains(&v.first.channel)).for_each(|v| days[weekday(v)] += 1);
        days
    };
    let desk = week(&[Channel::Counter, Channel::Kiosk]);
    assert!(desk[0] * 10 > desk[4] * 12, "Monday is fuller than Friday: {desk:?}");
    assert!(desk[5] * 5 < desk[0] && desk[5] > 0, "Saturday is quiet: {desk:?}");
    assert_eq!(desk[6], 0, "counters are closed on Sunday");
    assert!(week(&[Channel::Case, Channel::Online])[6] > 200, "telephones are not");
    let tet = |v: &&Visit| (20_260_215..=20_260_222).contains(&v.first.day.number());
    assert_eq!(visits.iter().filter(tet).filter(|v| v.first.channel == Channel::Counter).count(), 0);

    let months = |code: &str, wanted: &[i64]| {
        let id = Some(department.procedure(code));
        let of = |v: &&Visit| v.first.procedure == id && wanted.contains(&(v.first.day.month() % 100));
        visits.iter().filter(of).count()
    };
    assert!(months("1.005092", &[6, 7, 8]) > 3 * months("1.005092", &[12, 1, 2]), "copies are asked for in summer");
    assert!(months("2.002854", &[9, 10]) > months("2.002854", &[7, 8]), "schools are changed in autumn");
    let rounds = visits.iter().filter(|v| v.first.channel == Channel::Round);
    let surveyed: BTreeSet<i64> = rounds.map(|v| v.first.day.month() % 100).collect();
    assert_eq!(surveyed, BTreeSet::from([4, 5, 11]));
}

#[tokio::test]
async fn units_differ_as_units_do_and_some_change() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let visits: Vec<Visit> = department.plan(SEED).collect();
    let overall = department.form("procedure").overall().unwrap().id;
    let mut levels: BTreeMap<UnitId, Vec<i64>> = BTreeMap::new();
    for visit in &visits {
        if let Some(level) = chosen(&visit.first, overall) {
            levels.entry(visit.first.unit).or_default().push(level);
        }
    }
    let all: Vec<i64> = levels.values().flatten().copied().collect();
    let share = satisfied(&all);
    assert!((0.87..0.94).contains(&share), "whole department {share}");
    let shares: Vec<f64> = levels.values().filter(|l| l.len() >= 300).map(|l| satisfied(l)).collect();
    assert!(shares.iter().all(|share| (0.66..0.99).contains(share)), "{shares:?}");
    assert!(shares.iter().filter(|share| **share < 0.88).count() >= 5, "{shares:?}");
    assert!(shares.iter().filter(|share| **share > 0.92).count() >= 5, "{shares:?}");
    assert!(levels.values().filter(|l| l.len() < 25).count() >= 4, "a few units hardly ask");
    let largest = levels.values().map(Vec::len).max().unwrap();
    assert_eq!(levels[&department.unit("SGD-GL.MC")].len(), largest, "the one-stop counter has most");
    for level in 1..=5 {
        assert!(all.iter().filter(|l| **l == level).count() > all.len() / 200, "level {level} is never seen");
    }

    let better = |codes: &[&str]| {
        department.share(&visits, codes, 20_251_124, 20_261_124)
            - department.share(&visits, codes, 20_241_124, 20_251_124)
    };
    assert!(better(&["SGD-BD.QLCL", "SGD-GL.QLCL"]) > 0.015, "an office that gets better");
    assert!(better(&["THPT.006", "GL.THPT.006"]) < -0.015, "a school that gets worse");
}

#[tokio::test]
async fn the_answers_of_one_person_go_together() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let form = department.form("procedure");
    let overall = form.overall().unwrap().id;
    let staff = form.question("f_staff").unwrap().id;
    let (mut pleased, mut displeased) = (Vec::new(), Vec::new());
    let (mut people, mut one_tap) = (0, 0);
    for visit in department.plan(SEED).filter(|visit| visit.first.questionnaire == form.id) {
        people += 1;
        one_tap += usize::from(visit.later.is_empty());
        let level = chosen(&visit.first, overall).unwrap();
        let about_staff = visit.later.iter().find_map(|part| chosen(part, staff)).filter(|value| *value > 0);
        if let Some(about_staff) = about_staff {
            match level {
                4.. => pleased.push(about_staff),
                ..=2 => displeased.push(about_staff),
                _ => (),
            }
        }
    }
    assert!(one_tap * 10 > people * 7, "most stop after the first tap: {one_tap} of {people}");
    let (with, without) = (satisfied(&pleased), satisfied(&displeased));
    assert!(with > without + 0.3, "satisfied with the staff: {with} of the pleased, {without} of the others");
}

#[tokio::test]
async fn remarks_are_what_people_may_write_and_match_the_level() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let overalls: Vec<QuestionId> =
        department.forms.iter().filter_map(|form| form.overall()).map(|question| question.id).collect();
    let texts: BTreeSet<QuestionId> = department
        .forms
        .iter()
        .flat_map(|form| &form.questions)
        .filter(|question| question.kind == Kind::Text)
        .map(|question| question.id)
        .collect();
    let mut written: BTreeSet<String> = BTreeSet::new();
    let (mut praise, mut complaints, mut total) = (0, 0, 0);
    for visit in department.plan(SEED) {
        let level = overalls.iter().find_map(|id| chosen(&visit.first, *id));
        for (question, text) in parts(&visit).flat_map(|part| &part.texts) {
            assert!(texts.contains(question));
            assert!(is_nfc(text), "{text}");
            assert!(!text.is_empty() && text.chars().count() <= 1_000, "{text}");
            let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
            assert!(digits < 9, "looks like a telephone number: {text}");
            total += 1;
            if text.contains("Rất hài lòng.") {
                assert!(level.is_none_or(|level| level >= 4), "praise at level {level:?}");
                praise += 1;
            }
            if text.contains("Chờ gần hai tiếng") {
                assert!(level.is_none_or(|level| level <= 3), "a complaint at level {level:?}");
                complaints += 1;
            }
            written.insert(text.clone());
        }
    }
    assert!(total > 3_000 && written.len() > 1_000, "{total} remarks, {} of them different", written.len());
    assert!(praise > 3 && complaints > 0, "{praise} and {complaints}");
}

#[tokio::test]
async fn files_cover_the_answers_in_nearly_every_month() {
    let world = World::new().await;
    let department = Department::imported(&world).await;
    let plan = department.plan(SEED);
    let files: HashMap<(i64, UnitId, ProcedureId, String), i64> = plan
        .caseload()
        .iter()
        .map(|row| ((row.month, row.unit_id, row.procedure_id, row.channel.clone()), row.finished))
        .collect();
    for Caseload { received, finished, late, .. } in plan.caseload() {
        assert!(0 <= *late && late <= finished && finished <= received && *received > 0);
    }
    let mut answers: BTreeMap<(i64, UnitId, ProcedureId, String), i64> = BTreeMap::new();
    for visit in plan {
        let way = match visit.first.channel {
            Channel::Online => "online",
            Channel::Postal => "postal",
            _ => "direct",
        };
        if let Some(procedure) = visit.first.procedure {
            *answers.entry((visit.first.day.month(), visit.first.unit, procedure, way.to_owned())).or_default() += 1;
        }
    }
    let covered = answers.iter().filter(|(key, n)| files.get(key).is_some_and(|files| files >= n)).count();
    assert!(covered * 100 >= answers.len() * 95, "{covered} of {} cells", answers.len());
    assert!(covered < answers.len(), "some office is always behind with its numbers");

    let late = department.unit("SGD-GL.GDTX");
    let reported = |month: i64| files.keys().any(|(of, unit, ..)| *of == month && *unit == late);
    assert!(reported(202_609) && !reported(202_610), "this office has not reported October yet");
    let (n, population): (i64, i64) = (answers.values().sum(), files.values().sum());
    assert!((0.10..0.45).contains(&(n as f64 / population as f64)), "{n} of {population}");
}

#[tokio::test]
async fn the_demo_is_loaded_once_marked_and_told_apart_from_real_answers() {
    let world = World::new().await;
    let keys = Keys::from_master(&[7; 32]);
    let mut told = Vec::new();
    let demo = simulate::load(&world.db, &keys, NOW_MS, SEED, &mut |step, done, total| told.push((step, done, total)))
        .await
        .unwrap();
    assert_eq!(marks::get(&world.db, Mark::Simulated).await.unwrap(), 1);
    assert_eq!(caseload::all(&world.db).await.unwrap().len(), demo.caseload);
    assert_eq!(told.last().unwrap(), &(simulate::Step::Answers, demo.visits, demo.visits));
    assert!(told.iter().all(|(step, done, total)| done <= total && words::FIRST.has(step.key())));

    let department = Department::imported(&world).await;
    let planned: Vec<Visit> = department.plan(SEED).collect();
    assert_eq!(demo.visits, planned.len());
    assert_eq!(demo.parts, planned.iter().flat_map(parts).count());
    assert_eq!(count(&world, COUNT_PARTS).await, demo.parts as i64);
    assert_eq!(count(&world, COUNT_FIRSTS).await, demo.visits as i64);
    assert_eq!(count(&world, COUNT_MATCHED).await, (demo.parts - demo.visits) as i64);
    assert_eq!(count(&world, COUNT_COMMENTS).await, demo.comments as i64);

    let again = simulate::load(&world.db, &keys, NOW_MS, SEED, &mut |_, _, _| ()).await.unwrap_err();
    let Error::Invalid(faults) = again else { panic!("{again}") };
    insta::assert_snapshot!(words::FIRST.text(faults[0].key), @"Cơ sở dữ liệu này đã có phiếu trả lời nên không thể nạp dữ liệu mô phỏng; cần một cơ sở dữ liệu trống.");
    assert_eq!(count(&world, COUNT_PARTS).await, demo.parts as i64);
}

const COUNT_PARTS: &str = "SELECT COUNT(*) FROM responses";
const COUNT_FIRSTS: &str = "SELECT COUNT(*) FROM responses WHERE first IS NULL";
const COUNT_COMMENTS: &str = "SELECT COUNT(*) FROM comments";
const COUNT_MATCHED: &str = "
SELECT COUNT(*)
FROM responses AS later
JOIN responses AS one ON one.n = later.first
WHERE one.first IS NULL AND one.unit_id = later.unit_id AND one.day = later.day
  AND one.questionnaire_id = later.questionnaire_id";

async fn count(world: &World, sql: &'static str) -> i64 {
    match &world.db {
        hailong::store::Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        hailong::store::Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}
