//! Every number of every view equals a recount of the raw answers: a province of 150 units and 31 procedures over two
//! years, with a reorganisation in between, gaps, exclusions and marks.

mod files;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use hailong::domain::keys::Keys;
use hailong::domain::period::{CutOff, Period};
use hailong::domain::working::WorkingDays;
use hailong::domain::{Channel, Day, Indicator, PointId, ProcedureId, UnitId};
use hailong::flow::assess::picture::Picture;
use hailong::flow::assess::{
    Excluded, Figure, Marked, NO_PROCEDURE, Organisation, Place, Scope, State, Subject, View, picture,
};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::{release, suspicion};
use hailong::stats::drivers::key_drivers;
use hailong::store::Db;

use crate::dice::Dice;
use crate::judged::{self, Chances};
use crate::rows::{self, ACCESS, ASPECTS, FEEDBACK, LESSONS, OVERALL, PAPERS, RESULT, SCHOOL, STAFF, noon};
use crate::world::World;

const UNITS: i64 = 150;
const PROCEDURES: i64 = 31;
const POINTS: i64 = 60;
const PERSONS: i64 = 14_000;
const TODAY: i64 = 20260105;

/// One part of a person's answers.
struct Part {
    n: i64,
    first: Option<i64>,
    unit: i64,
    procedure: i64,
    point: i64,
    channel: Channel,
    day: i64,
    answers: Vec<(i64, i64)>,
}

/// Last day and successor of a unit: forty end with June 2025, two of them after one that ended before.
fn unit_ends(unit: i64) -> Option<(i64, i64)> {
    match unit {
        111 => Some((20241231, 112)),
        112..=150 => Some((20250630, unit - 110)),
        _ => None,
    }
}

fn procedure_ends(procedure: i64) -> Option<(i64, i64)> {
    match procedure {
        29 => Some((20240930, 30)),
        30 => Some((20250630, 1)),
        _ => None,
    }
}

fn is_school(unit: i64) -> bool {
    unit % 10 == 7
}

async fn run(db: &Db, script: String) {
    match db {
        Db::Sqlite { write, .. } => {
            let script: &'static str = Box::leak(script.replace("$BYTES", "BLOB").into_boxed_str());
            sqlx::raw_sql(script).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            let script: &'static str = Box::leak(script.replace("$BYTES", "BYTEA").into_boxed_str());
            sqlx::raw_sql(script).execute(pool).await.unwrap();
        }
    }
}

async fn organisation(db: &Db) {
    rows::form(db).await;
    let mut script = String::new();
    for unit in 1..=UNITS {
        let kind = if is_school(unit) { "school" } else { "office" };
        let until = unit_ends(unit).map_or("NULL".to_owned(), |(day, _)| day.to_string());
        writeln!(
            script,
            "INSERT INTO units (id, code, name, short_name, kind, valid_to) \
             VALUES ({unit}, 'U{unit}', 'Đơn vị {unit}', 'ĐV {unit}', '{kind}', {until});"
        )
        .unwrap();
    }
    for (unit, to) in (1..=UNITS).filter_map(|unit| Some((unit, unit_ends(unit)?.1))) {
        writeln!(script, "UPDATE units SET successor_id = {to} WHERE id = {unit};").unwrap();
    }
    for procedure in 1..=PROCEDURES {
        let until = procedure_ends(procedure).map_or("NULL".to_owned(), |(day, _)| day.to_string());
        writeln!(
            script,
            "INSERT INTO procedures (id, code, name, field, level, valid_to) \
             VALUES ({procedure}, '1.{procedure:06}', 'Thủ tục {procedure}', '', 'province', {until});"
        )
        .unwrap();
    }
    for (procedure, to) in (1..=PROCEDURES).filter_map(|id| Some((id, procedure_ends(id)?.1))) {
        writeln!(script, "UPDATE procedures SET successor_id = {to} WHERE id = {procedure};").unwrap();
    }
    for point in 1..=POINTS {
        let channel = if point % 2 == 0 { "kiosk" } else { "counter" };
        writeln!(
            script,
            "INSERT INTO points (id, code_mac, typed_mac, sealed, unit_id, channel, form, label, created_at) \
             VALUES ({point}, CAST('a{point:015}' AS $BYTES), CAST('b{point:015}' AS $BYTES), CAST('c' AS $BYTES), \
             {}, '{channel}', 'all', 'Quầy {point}', 0);",
            1 + point / 2
        )
        .unwrap();
    }
    run(db, script).await;
}

fn people(dice: &mut Dice) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for _ in 0..PERSONS {
        let n = parts.len() as i64 + 1;
        // Most at a third of the units; no answers in August 2024, few in September.
        let unit = if dice.below(3) > 0 { 1 + dice.below(50) } else { 1 + dice.below(UNITS) };
        let (mut year, mut month) = (2024 + dice.below(2), 1 + dice.below(12));
        if (year, month) == (2024, 8) || (year, month) == (2024, 9) && dice.below(12) > 0 {
            (year, month) = (2025, 3);
        }
        let day = (year * 10_000 + month * 100) + 1 + dice.below(28);
        if unit_ends(unit).is_some_and(|(last, _)| last < day) {
            continue;
        }
        let procedure = if is_school(unit) { 0 } else { dice.below(PROCEDURES + 4).min(PROCEDURES) };
        let procedure = if dice.below(9) == 0 { 0 } else { procedure };
        let point = if unit <= 30 && dice.below(2) == 0 { 2 * (unit - 1) + dice.below(2) } else { 0 };
        let channel = match point {
            0 => [Channel::Case, Channel::Online, Channel::Postal, Channel::Round, Channel::Paper]
                [dice.below(5) as usize],
            point if point % 2 == 0 => Channel::Kiosk,
            _ => Channel::Counter,
        };
        let answers = |asked: &[i64], dice: &mut Dice| {
            let mut answers = Vec::new();
            for question in asked {
                match (*question, dice.below(5)) {
                    (_, 0) => {}
                    (PAPERS, _) => answers.push((PAPERS, [1, 1, 1, 2, 0, -1][dice.below(6) as usize])),
                    (ASPECTS, _) => {
                        answers.extend((1..=5).filter(|_| dice.below(4) == 0).map(|choice| (ASPECTS, choice)))
                    }
                    (question, _) => answers.push((question, dice.level())),
                }
            }
            answers
        };
        let asked: [&[i64]; 3] = match is_school(unit) {
            true => [&[SCHOOL], &[LESSONS, ASPECTS], &[]],
            false => [&[OVERALL, OVERALL], &[ASPECTS, ACCESS, STAFF, PAPERS], &[RESULT, FEEDBACK]],
        };
        let first = answers(&asked[0][..1], dice);
        parts.push(Part { n, first: None, unit, procedure, point, channel, day, answers: first });
        for more in asked[1..].iter().filter(|more| !more.is_empty()) {
            if dice.below(2) == 0 {
                let (later, answers) = (parts.len() as i64 + 1, answers(more, dice));
                parts.push(Part { n: later, first: Some(n), unit, procedure, point, channel, day, answers });
            }
        }
    }
    parts
}

async fn store(db: &Db, parts: &[Part]) {
    for chunk in parts.chunks(500) {
        let mut script = "INSERT INTO responses (n, key, first, unit_id, procedure_id, point_id, channel, \
                          questionnaire_id, language, scale_order, day, received_at, answers, hash) VALUES "
            .to_owned();
        for (at, part) in chunk.iter().enumerate() {
            let none = |n: i64| if n == 0 { "NULL".to_owned() } else { n.to_string() };
            let answers = serde_json::to_string(&part.answers).unwrap();
            let Part { n, unit, day, .. } = part;
            let (first, procedure, point) = (none(part.first.unwrap_or(0)), none(part.procedure), none(part.point));
            let (comma, channel) = (if at == 0 { "" } else { "," }, part.channel.name());
            write!(
                script,
                "{comma}({n}, CAST('{n}' AS $BYTES), {first}, {unit}, {procedure}, {point}, '{channel}', 1, 'vi', 'up', \
                 {day}, 0, '{answers}', CAST('h' AS $BYTES))"
            )
            .unwrap();
        }
        run(db, script).await;
    }
}

/// Marks answers the way the program does: they came from a network of the staff.
async fn mark(db: &Db, keys: &Keys, answers: &[i64]) {
    let at = noon(TODAY) - 3_600_000;
    let arrived: Vec<_> = answers.iter().map(|n| serde_json::json!([n, 1, null, 1, 0, at])).collect();
    let (first, arrived) = (answers[0], serde_json::Value::from(arrived));
    run(db, format!("INSERT INTO arrivals (first_n, last_at, arrived) VALUES ({first}, {at}, '{arrived}')")).await;
    assert!(suspicion::mark(db, keys, noon(TODAY), &WorkingDays::default()).await.unwrap() >= answers.len());
}

/// One person: all answers together.
#[derive(Debug)]
struct Person {
    n: i64,
    unit: i64,
    procedure: i64,
    point: i64,
    channel: Channel,
    day: i64,
    answers: Vec<(i64, i64)>,
    excluded: bool,
    marked: bool,
}

struct Province {
    world: World,
    persons: Vec<Person>,
    catalogue: Catalogue,
}

impl Province {
    async fn new() -> Self {
        let (world, keys) = (World::new().await, Keys::from_master(&[7; 32]));
        let db = &world.db;
        organisation(db).await;
        let mut dice = Dice(5);
        let parts = people(&mut dice);
        let half = parts.iter().position(|part| part.n > parts.len() as i64 / 2 && part.first.is_none()).unwrap();
        let pick = |parts: &[Part], every: usize, from: usize| -> Vec<i64> {
            parts.iter().skip(from).step_by(every).map(|part| part.n).collect()
        };
        store(db, &parts[..half]).await;
        let early = pick(&parts[..half], 70, 3);
        mark(db, &keys, &early[..early.len() / 2]).await;
        release::cut(db, noon(20251101), 5).await.unwrap();
        mark(db, &keys, &early[early.len() / 2..]).await;
        let people = crate::exclusion::two_people(db).await;
        let firsts = parts[..half].iter().filter(|part| part.first.is_none() && part.day < 20251001);
        let firsts: Vec<i64> = firsts.map(|part| part.n).collect();
        let out: Vec<i64> = firsts.into_iter().skip(11).step_by(90).collect();
        for n in &out {
            crate::exclusion::leave_out(db, &keys, noon(TODAY), people, *n).await;
        }
        // Some who are left out are marked as well, before or after.
        let twice = [&out[..3], &early[..1]].concat();
        mark(db, &keys, &twice[..3]).await;
        store(db, &parts[half..]).await;
        let late = pick(&parts[half..], 90, 5);
        mark(db, &keys, &late).await;
        release::cut(db, noon(TODAY), 5).await.unwrap();
        assert_eq!(release::check(db).await.unwrap(), []);

        let marked: HashSet<i64> = [early, late, twice[..3].to_vec()].concat().into_iter().collect();
        let mut persons: BTreeMap<i64, Person> = BTreeMap::new();
        for part in &parts {
            let n = part.first.unwrap_or(part.n);
            let person = persons.entry(n).or_insert(Person {
                n,
                unit: part.unit,
                procedure: part.procedure,
                point: part.point,
                channel: part.channel,
                day: part.day,
                answers: Vec::new(),
                excluded: out.contains(&n),
                marked: false,
            });
            person.answers.extend(&part.answers);
            person.marked |= marked.contains(&part.n);
        }
        for (unit, month) in (1..=UNITS).flat_map(|unit| (1..=12).map(move |month| (unit, 202_500 + month))) {
            if let Some(files) = files::finished(unit, month) {
                rows::caseload(db, month, unit, 1, files).await;
            }
        }
        let catalogue = Catalogue::read(db, Day::from_number(TODAY).unwrap()).await.unwrap();
        Self { persons: persons.into_values().collect(), catalogue, world }
    }

    /// What the recount is to be tried on is there.
    fn has_everything(&self) {
        let some = |what: &dyn Fn(&Person) -> bool| self.persons.iter().filter(|person| what(person)).count();
        let month = |person: &Person| person.day / 100;
        assert!(
            some(&|person| month(person) / 100 == 2024) > 3_000 && some(&|person| month(person) / 100 == 2025) > 3_000
        );
        assert_eq!(some(&|person| month(person) == 202_408), 0, "a month without anybody");
        assert!((1..100).contains(&some(&|person| month(person) == 202_409)), "a month of few");
        assert!((1..=UNITS).filter(|unit| some(&|person| person.unit == *unit) > 0).count() >= 145);
        assert!((1..=PROCEDURES).all(|procedure| some(&|person| person.procedure == procedure) > 0));
        assert!(some(&|person| person.procedure == 0) > 100 && (1..POINTS).all(|at| some(&|p| p.point == at) > 0));
        assert!(Channel::ALL.iter().all(|channel| some(&|person| person.channel == *channel) > 100));
        // The units that ended with June 2025, before it; and those that came after them, on both sides of it.
        assert!(some(&|person| person.unit > 111 && person.day <= 20_250_630) > 500);
        assert_eq!(some(&|person| person.unit > 111 && person.day > 20_250_630), 0);
        let successor = |person: &Person| (2..=40).contains(&person.unit);
        assert!(
            some(&|p| successor(p) && p.day <= 20_250_630) > 500 && some(&|p| successor(p) && p.day > 20_250_630) > 500
        );
        let both = some(&|person| person.excluded && person.marked);
        assert!(some(&|person| person.excluded) > 30 && both > 2 && some(&|person| person.n > 10_000) > 0);
    }

    async fn picture(&self, view: &View) -> Picture {
        picture(&self.world.db, &self.catalogue, view, noon(TODAY)).await.unwrap()
    }
}

// The recount: whole answers person by person.

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    n: u64,
    answers: u64,
    satisfied: u64,
    levels: [u64; 5],
    blank: u64,
    not_applicable: u64,
}

fn count(persons: &[&Person], questions: &[i64]) -> Count {
    let mut count = Count::default();
    for person in persons {
        let mut valid = 0;
        for (question, choice) in person.answers.iter().filter(|(question, _)| questions.contains(question)) {
            match *choice {
                0 => count.blank += 1,
                -1 => count.not_applicable += 1,
                choice => {
                    valid += 1;
                    count.levels[choice as usize - 1] += 1;
                    count.satisfied += u64::from(if *question == PAPERS { choice == 1 } else { choice >= 4 });
                }
            }
        }
        count.answers += valid;
        count.n += u64::from(valid > 0);
    }
    count
}

/// The successor, however far.
fn now(mut id: i64, ends: fn(i64) -> Option<(i64, i64)>, last: i64) -> i64 {
    while let Some((_, to)) = ends(id).filter(|(end, _)| *end < last) {
        id = to;
    }
    id
}

/// Compares what is told; true when something is, false when it is hidden.
fn same(figure: &Figure, expected: &Count, what: &str) -> bool {
    if figure.state == State::Hidden {
        let told = (figure.n, figure.answers, figure.levels, figure.satisfied, figure.share, figure.blank);
        assert_eq!(told, (None, None, None, None, None, None), "{what}");
        return false;
    }
    assert!(expected.n == 0 || expected.n >= 5, "{what} tells of {} persons", expected.n);
    assert_eq!(figure.n, Some(expected.n), "{what}: n");
    assert_eq!(figure.answers, Some(expected.answers), "{what}: answers");
    assert_eq!(figure.satisfied, Some(expected.satisfied), "{what}: satisfied");
    assert_eq!(figure.levels.unwrap_or(expected.levels), expected.levels, "{what}: levels");
    assert_eq!(figure.blank.unwrap_or(expected.blank), expected.blank, "{what}: blank");
    assert_eq!(figure.not_applicable.unwrap_or(expected.not_applicable), expected.not_applicable, "{what}");
    let share = (expected.n > 0).then(|| expected.satisfied as f64 / expected.answers as f64);
    assert!((figure.share.unwrap_or(-1.0) - share.unwrap_or(-1.0)).abs() < 1e-12, "{what}: share");
    true
}

fn id_of(name: &str) -> i64 {
    let ids = [
        ("overall", OVERALL),
        ("f_access", ACCESS),
        ("f_result", RESULT),
        ("f_staff", STAFF),
        ("f_feedback", FEEDBACK),
        ("school", SCHOOL),
        ("lessons", LESSONS),
    ];
    ids.into_iter().find(|(of, _)| *of == name).unwrap().1
}

/// The closing question that a person answered, and the level.
fn overall(person: &Person) -> Option<(i64, i64)> {
    let closing = |(question, level): &&(i64, i64)| [OVERALL, SCHOOL].contains(question) && *level > 0;
    person.answers.iter().find(closing).copied()
}

/// What a view asks, told apart from the program's own reading of it.
struct Recount<'a> {
    province: &'a Province,
    view: &'a View,
    questions: Vec<i64>,
    told: usize,
    hidden: usize,
    drivers: usize,
    /// Populations and ratios of files compared.
    files: [usize; 2],
    /// Months with limits, years and mixes compared.
    judged: [usize; 3],
    chances: &'a Chances,
}

impl<'a> Recount<'a> {
    fn new(province: &'a Province, view: &'a View, chances: &'a Chances) -> Self {
        let questions = match &view.subject {
            Subject::Indicator(Indicator::Procedures) => vec![OVERALL],
            Subject::Indicator(Indicator::Service) => vec![STAFF, FEEDBACK],
            Subject::Indicator(Indicator::Education) => vec![SCHOOL],
            Subject::Indicator(Indicator::PapersAgain) => vec![PAPERS],
            Subject::Question { name, .. } if name == "f_staff" => vec![STAFF],
            Subject::Question { .. } => vec![RESULT],
        };
        Self { province, view, questions, told: 0, hidden: 0, drivers: 0, files: [0; 2], judged: [0; 3], chances }
    }

    fn unit(&self, unit: i64) -> i64 {
        let last = self.view.period.last().number();
        if self.view.organisation == Organisation::AsItIs { now(unit, unit_ends, last) } else { unit }
    }

    fn procedure(&self, procedure: i64) -> i64 {
        let last = self.view.period.last().number();
        if self.view.organisation == Organisation::AsItIs { now(procedure, procedure_ends, last) } else { procedure }
    }

    /// Everybody of the place in some days, whatever became of their answers.
    fn all(&self, period: &Period) -> Vec<&'a Person> {
        let (first, last) = (period.from().number(), period.last().number());
        let unit = |asked: &UnitId, person: &Person| self.unit(person.unit) == self.unit(asked.0);
        let procedure =
            |asked: &ProcedureId, person: &Person| self.procedure(person.procedure) == self.procedure(asked.0);
        let here = |person: &Person| match &self.view.place {
            Place::Department => true,
            Place::Units(units) => units.iter().any(|asked| unit(asked, person)),
            Place::Procedure(asked) => procedure(asked, person),
            Place::UnitProcedure(at, about) => unit(at, person) && procedure(about, person),
            Place::Point(at, point) => unit(at, person) && person.point == point.0,
        };
        let wanted = |person: &&Person| {
            (first..=last).contains(&person.day)
                && here(person)
                && self.view.channel.is_none_or(|channel| channel == person.channel)
        };
        self.province.persons.iter().filter(wanted).collect()
    }

    fn seen(&self, person: &Person) -> bool {
        match (person.excluded, self.view.excluded) {
            (true, excluded) => excluded == Excluded::Included,
            (false, _) => !(person.marked && self.view.marked == Marked::LeftOut),
        }
    }

    fn same(&mut self, figure: &Figure, persons: &[&Person], questions: &[i64], what: &str) {
        let seen: Vec<&Person> = persons.iter().copied().filter(|person| self.seen(person)).collect();
        let expected = count(&seen, questions);
        match same(figure, &expected, what) {
            true => self.told += 1,
            false => self.hidden += 1,
        }
        if questions == self.questions && self.asks_one() {
            self.chances.check(figure, (expected.satisfied, expected.n), what);
        }
        let out: Vec<&Person> = persons.iter().copied().filter(|person| person.excluded).collect();
        let out = count(&out, questions).n;
        assert_eq!(figure.excluded.unwrap_or(out), out, "{what}: left out");
        assert_eq!(figure.excluded_few, (1..5).contains(&out), "{what}: a few are left out");
    }

    /// One answer a person: of several, intervals are wider by how alike they are.
    fn asks_one(&self) -> bool {
        self.questions.len() == 1
    }

    fn compare(&mut self, picture: &Picture) {
        let (view, questions) = (self.view, self.questions.clone());
        let what = format!("{view:?}");
        let all = self.all(&view.period);
        self.same(&picture.headline.figure, &all, &questions, &what);
        if let Some(index) = &picture.headline.index {
            let criteria: &[i64] =
                if picture.indicator == Indicator::Education { &[LESSONS] } else { &[ACCESS, RESULT] };
            self.same(index, &all, criteria, &format!("{what}, index"));
        }
        if let Some(marked) = picture.marked_answers {
            let of: Vec<&Person> = all.iter().copied().filter(|person| person.marked && !person.excluded).collect();
            assert_eq!(marked, count(&of, &questions).n, "{what}: marked");
        }
        self.lines(picture, &all, &what);
        for month in &picture.course.months {
            let of = self.all(&month.period);
            let what = format!("{what}, {}", month.period);
            self.same(&month.figure, &of, &questions, &what);
            for told in &month.channels {
                let by = of.iter().filter(|person| person.channel.name() == told.channel && self.seen(person));
                let n = count(&by.copied().collect::<Vec<&Person>>(), &questions).n;
                assert_eq!(told.n.unwrap_or(n), n, "{what} {}", told.channel);
                assert!(told.n.is_none() || n == 0 || n >= 5, "{what} {} tells of {n} persons", told.channel);
            }
        }
        if self.asks_one() {
            self.judged[0] += judged::course(&picture.course, &what);
            self.judged[1] += usize::from(picture.year.as_ref().is_some_and(|year| judged::year(year, &what)));
        }
        self.mix(picture, &what);
        if let Some(year) = &picture.year {
            for ([first, last], figure) in [(&year.days, &year.now), (&year.days_before, &year.before)] {
                let days = Period::parse(&format!("{first}..{last}"), CutOff::Calendar).unwrap();
                self.same(figure, &self.all(&days), &questions, &format!("{what}, {days}"));
            }
        }
        for row in &picture.channels {
            let by: Vec<&Person> = all.iter().copied().filter(|person| person.channel.name() == row.channel).collect();
            self.same(&row.figure, &by, &questions, &format!("{what}, {}", row.channel));
        }
        self.questions(picture, &all, &what);
        self.behind(picture, &what);
        self.files(picture, &what);
    }

    /// This year's share if its channels had the weights of the year before.
    fn mix(&mut self, picture: &Picture, what: &str) {
        let (Some(mix), Some(year)) = (picture.mix, &picture.year) else { return };
        let [before, now] = [&year.days_before, &year.days].map(|[first, last]| {
            let all = self.all(&Period::parse(&format!("{first}..{last}"), CutOff::Calendar).unwrap());
            all.into_iter().filter(|person| self.seen(person)).collect::<Vec<&Person>>()
        });
        let by = |of: &[&Person], channel: Channel| {
            let of: Vec<&Person> = of.iter().copied().filter(|person| person.channel == channel).collect();
            count(&of, &self.questions)
        };
        let share = |count: &Count| count.satisfied as f64 / count.answers as f64;
        let [then, later] = [&before, &now].map(|of| count(of, &self.questions));
        let mut weighted = 0.0;
        for channel in Channel::ALL {
            let of_before = by(&before, channel);
            if of_before.answers > 0 {
                weighted += of_before.answers as f64 / then.answers as f64 * share(&by(&now, channel));
            }
        }
        let expected = [weighted, share(&later) - share(&then), share(&later) - weighted];
        for (told, expected) in [mix.share, mix.change, mix.by_mix].into_iter().zip(expected) {
            assert!((told - expected).abs() < 1e-9, "{what}: {mix:?}, expected {expected}");
        }
        self.judged[2] += 1;
    }

    /// Low and high raters apart and the drivers, from whole answers of the whole months.
    fn behind(&mut self, picture: &Picture, what: &str) {
        let Some(behind) = &picture.behind else {
            let kept = !matches!(self.view.place, Place::UnitProcedure(..) | Place::Point(..));
            assert!(!kept, "{what}: nothing is said of what is behind it");
            return;
        };
        let filtered = self.view.channel.is_some()
            || self.view.excluded == Excluded::Included
            || self.view.marked == Marked::LeftOut;
        let months = self.view.period.parts().months;
        assert_eq!(behind.silent.is_some(), filtered || months.is_none(), "{what}: {:?}", behind.silent);
        let (Some((first, last)), None) = (months, behind.silent) else { return };
        let name = |month: i64| format!("{:04}-{:02}", month / 100, month % 100);
        let [from, to] = [first, last].map(|month| Period::parse(&name(month), CutOff::Calendar).unwrap());
        let days = Period::range(from.from(), to.last()).unwrap();
        let told = [days.from(), days.last()].map(|day| day.date().to_string());
        assert_eq!(behind.days.as_ref(), Some(&told), "{what}");
        let people: Vec<&Person> = self.all(&days).into_iter().filter(|person| !person.excluded).collect();
        let rated = |levels: std::ops::RangeInclusive<i64>| -> Vec<&Person> {
            people
                .iter()
                .copied()
                .filter(|person| overall(person).is_some_and(|(_, level)| levels.contains(&level)))
                .collect()
        };
        let (low, high) = (rated(1..=2), rated(4..=5));
        for row in &behind.raters {
            let question = [id_of(&row.name)];
            for (figure, group) in [(&row.low, &low), (&row.high, &high)] {
                match same(figure, &count(group, &question), &format!("{what}, {} apart", row.name)) {
                    true => self.told += 1,
                    false => self.hidden += 1,
                }
            }
        }
        for thing in behind.ticked.iter().flat_map(|list| &list.things) {
            let choice = (ASPECTS, thing.name.parse::<i64>().unwrap());
            for (told, group) in [(thing.low, &low), (thing.high, &high)] {
                let n = group.iter().filter(|person| person.answers.contains(&choice)).count() as u64;
                assert_eq!(told.unwrap_or(n), n, "{what}: {choice:?} apart");
                assert!(told.is_none() || n == 0 || n >= 5, "{what}: {choice:?} tells of {n} persons");
            }
        }
        for found in &behind.drivers {
            let factors = [ACCESS, RESULT, STAFF, FEEDBACK];
            let level = |person: &Person, of: i64| {
                person.answers.iter().find(|(question, level)| *question == of && *level > 0).map(|(_, level)| *level)
            };
            let row = |person: &&Person| -> Option<(Vec<f64>, u8)> {
                let (closing, overall) = overall(person).filter(|(closing, _)| *closing == OVERALL)?;
                assert_eq!(closing, OVERALL);
                let row: Option<Vec<f64>> =
                    factors.iter().map(|of| level(person, *of).map(|level| level as f64)).collect();
                Some((row?, u8::try_from(overall).unwrap()))
            };
            let (rows, overall): (Vec<Vec<f64>>, Vec<u8>) = people.iter().filter_map(row).unzip();
            let expected = key_drivers(&rows, &overall).unwrap();
            let missing = 100_u64.saturating_sub(expected.n).div_ceil(10) * 10;
            assert_eq!(found.more, (missing > 0).then_some(missing), "{what}: {} complete", expected.n);
            assert_eq!(found.n.unwrap_or(expected.n), expected.n, "{what}");
            assert_eq!(found.n.is_some(), missing == 0 && !found.hidden, "{what}");
            let close = |told: Option<f64>, expected: Option<f64>| match (told, expected) {
                (Some(told), Some(expected)) => (told - expected).abs() < 1e-9,
                (told, _) => told.is_none() && found.n.is_none(),
            };
            assert!(close(found.r2, expected.r2), "{what}: {:?} {:?}", found.r2, expected.r2);
            for ((factor, driver), of) in found.factors.iter().zip(&expected.drivers).zip(factors) {
                assert!(close(factor.share, driver.share) && close(factor.tau_b, driver.tau_b), "{what}: {factor:?}");
                let all = count(&people, &[of]);
                let share = all.satisfied as f64 / all.answers as f64;
                assert!(factor.satisfied.is_none_or(|told| (told - share).abs() < 1e-12), "{what}: {factor:?}");
            }
            self.drivers += usize::from(found.n.is_some());
        }
    }

    fn lines(&mut self, picture: &Picture, all: &[&'a Person], what: &str) {
        let questions = self.questions.clone();
        let mut places: HashMap<(Scope, String), Vec<&Person>> = HashMap::new();
        for person in all {
            let procedure = match self.procedure(person.procedure) {
                0 => (Scope::NoProcedure, "none".to_owned()),
                id => (Scope::Procedure, format!("1.{id:06}")),
            };
            let unit = (Scope::Unit, format!("U{}", self.unit(person.unit)));
            for place in [unit, procedure, (Scope::Point, person.point.to_string())] {
                places.entry(place).or_default().push(person);
            }
        }
        let lines = picture.units.iter().chain(&picture.procedures).map(|row| &row.line);
        let mut seen = BTreeSet::new();
        for line in lines.chain(picture.points.iter().map(|row| &row.line)) {
            let nobody = Vec::new();
            let here = places.get(&(line.scope, line.code.clone())).unwrap_or(&nobody);
            self.same(&line.figure, here, &questions, &format!("{what}, {:?} {}", line.scope, line.code));
            assert!(seen.insert((line.scope.name(), line.code.clone())), "{what}: {} stands twice", line.code);
        }
        for row in &picture.points {
            let nobody = Vec::new();
            let here = places.get(&(Scope::Point, row.line.code.clone())).unwrap_or(&nobody);
            let answered = here.iter().filter(|person| !person.excluded && count(&[person], &questions).n > 0);
            let last = answered.map(|person| person.day).max().and_then(Day::from_number);
            let told = row.last_answer.as_deref().unwrap_or_default();
            assert!(last.is_none_or(|last| last.date().to_string().as_str() <= told), "{what} {last:?} {row:?}");
        }
        // Nobody is missing: where lines are told at all, everybody stands in one.
        for (rows, scopes) in
            [(&picture.units, &[Scope::Unit][..]), (&picture.procedures, &[Scope::Procedure, Scope::NoProcedure][..])]
        {
            let answered = |people: &[&Person]| count(people, &questions).n > 0;
            for ((scope, code), people) in places.iter().filter(|((scope, _), _)| scopes.contains(scope)) {
                let told = rows.iter().any(|row| row.line.code == *code);
                assert!(rows.is_empty() || told || !answered(people), "{what}: {scope:?} {code} is missing");
            }
        }
    }

    fn questions(&mut self, picture: &Picture, all: &[&Person], what: &str) {
        let seen: Vec<&Person> = all.iter().copied().filter(|person| self.seen(person)).collect();
        for row in &picture.questions {
            match same(&row.figure, &count(&seen, &[id_of(&row.name)]), &format!("{what}, {}", row.name)) {
                true => self.told += 1,
                false => self.hidden += 1,
            }
        }
        for ticked in picture.aspects.iter().flat_map(|list| &list.ticked) {
            let choice = (ASPECTS, ticked.name.parse::<i64>().unwrap());
            let n = seen.iter().filter(|person| person.answers.contains(&choice)).count() as u64;
            assert_eq!(ticked.n.unwrap_or(n), n, "{what}: {choice:?}");
            assert!(ticked.n.is_none() || n == 0 || n >= 5, "{what}: {choice:?} tells of {n} persons");
        }
    }
}

fn views(dice: &mut Dice) -> Vec<View> {
    let period = |text: &str, cut_off| Period::parse(text, cut_off).unwrap();
    let periods = [
        period("2025", CutOff::Calendar),
        period("2024", CutOff::Calendar),
        period("2025-Q3", CutOff::Calendar),
        period("2025-11", CutOff::Calendar),
        period("2025", CutOff::FifteenToFourteen),
        period("2025-H2", CutOff::FifteenToFourteen),
        period("2025-10", CutOff::FifteenToFourteen),
        period("2024-11-20..2025-08-09", CutOff::Calendar),
        period("2025-06-03..2025-06-19", CutOff::Calendar),
    ];
    let places = [
        Place::Department,
        Place::Units(vec![UnitId(3)]),
        Place::Units(vec![UnitId(2), UnitId(3), UnitId(112), UnitId(17)]),
        Place::Units(vec![UnitId(111)]),
        Place::Units(vec![UnitId(7)]),
        Place::Procedure(ProcedureId(1)),
        Place::Procedure(ProcedureId(31)),
        Place::Procedure(NO_PROCEDURE),
        Place::UnitProcedure(UnitId(2), ProcedureId(1)),
        Place::UnitProcedure(UnitId(5), ProcedureId(31)),
        Place::Point(UnitId(4), PointId(7)),
        Place::Point(UnitId(9), PointId(16)),
    ];
    let question = |name: &str| Subject::Question { form: "all".to_owned(), name: name.to_owned() };
    let subjects = [
        Subject::Indicator(Indicator::Procedures),
        Subject::Indicator(Indicator::Service),
        Subject::Indicator(Indicator::Education),
        Subject::Indicator(Indicator::PapersAgain),
        question("f_staff"),
        question("f_result"),
    ];
    let mut views = Vec::new();
    for place in &places {
        for period in &periods {
            let mut view = View::of(Indicator::Procedures, place.clone(), *period);
            views.push(view.clone());
            view.subject = subjects[dice.below(6) as usize].clone();
            view.organisation = [Organisation::AsItWas, Organisation::AsItIs][dice.below(2) as usize];
            view.excluded = [Excluded::LeftOut, Excluded::Included][dice.below(2) as usize];
            view.marked = [Marked::Included, Marked::LeftOut][dice.below(2) as usize];
            views.push(view.clone());
            view.channel = Some(Channel::ALL[dice.below(7) as usize]);
            view.organisation = Organisation::AsItIs;
            view.subject = subjects[dice.below(6) as usize].clone();
            views.push(view);
        }
    }
    views
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_every_view_equals_a_recount_of_the_raw_answers() {
    let province = Province::new().await;
    province.has_everything();
    let chances = Chances::up_to(300_000);
    let (mut told, mut hidden, mut drivers, mut judged, mut files) = (0, 0, 0, [0; 3], [0; 2]);
    let views = views(&mut Dice(3));
    for organisation in [Organisation::AsItWas, Organisation::AsItIs] {
        assert!(views.iter().filter(|view| view.organisation == organisation).count() > 100, "{organisation:?}");
    }
    for view in views {
        let picture = province.picture(&view).await;
        let mut recount = Recount::new(&province, &view, &chances);
        recount.compare(&picture);
        (told, hidden, drivers) = (told + recount.told, hidden + recount.hidden, drivers + recount.drivers);
        judged.iter_mut().zip(recount.judged).for_each(|(sum, more)| *sum += more);
        files.iter_mut().zip(recount.files).for_each(|(sum, more)| *sum += more);
    }
    assert!(drivers > 2, "the drivers of only {drivers} views are shown");
    assert!(told > 5_000 && hidden > 1_000, "{told} figures compared, {hidden} hidden");
    assert!(judged[0] > 300 && judged[1] > 15 && judged[2] > 5, "months with limits, years, mixes: {judged:?}");
    assert!(files[0] > 50 && files[1] > 2, "populations, ratios of files: {files:?}");
}
