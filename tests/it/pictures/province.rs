//! A province of 150 units and 31 procedures over two years, with a reorganisation in between, gaps, exclusions and marks.

use std::fmt::Write;

use hailong::domain::keys::Keys;
use hailong::domain::working::WorkingDays;
use hailong::flow::{issue, release, suspicion};

use super::*;
use crate::dice::Dice;
use crate::rows;

/// One part of a person's answers.
pub(super) struct Part {
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
pub(super) fn unit_ends(unit: i64) -> Option<(i64, i64)> {
    match unit {
        111 => Some((20241231, 112)),
        112..=150 => Some((20250630, unit - 110)),
        _ => None,
    }
}

pub(super) fn procedure_ends(procedure: i64) -> Option<(i64, i64)> {
    match procedure {
        29 => Some((20240930, 30)),
        30 => Some((20250630, 1)),
        _ => None,
    }
}

pub(super) fn is_school(unit: i64) -> bool {
    unit % 10 == 7
}

pub(super) async fn run(db: &Db, script: String) {
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

pub(super) async fn organisation(db: &Db) {
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

pub(super) fn people(dice: &mut Dice) -> Vec<Part> {
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

pub(super) async fn store(db: &Db, parts: &[Part]) {
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
pub(super) async fn mark(db: &Db, keys: &Keys, answers: &[i64]) {
    let at = noon(TODAY) - 3_600_000;
    let arrived: Vec<_> = answers.iter().map(|n| serde_json::json!([n, 1, null, 1, 0, at])).collect();
    let (first, arrived) = (answers[0], serde_json::Value::from(arrived));
    run(db, format!("INSERT INTO arrivals (first_n, last_at, arrived) VALUES ({first}, {at}, '{arrived}')")).await;
    assert!(suspicion::mark(db, keys, noon(TODAY), &WorkingDays::default()).await.unwrap() >= answers.len());
}

impl Province {
    pub(super) async fn new() -> Self {
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
        run(db, "UPDATE caseload SET late = (unit_id + month) % 7".to_owned()).await;
        let invitations = invited::issue(db, &mut dice).await;
        // Those that nobody can answer any more are read from their sums.
        issue::sums::keep(db, noon(TODAY)).await.unwrap();
        let catalogue = Catalogue::read(db, Day::from_number(TODAY).unwrap()).await.unwrap();
        let persons = persons.into_values().collect();
        Self { persons, invitations, catalogue, gallery: Gallery::default(), world }
    }

    /// What the recount is to be tried on is there.
    pub(super) fn has_everything(&self) {
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

    pub(super) async fn picture(&self, view: &View) -> Picture {
        self.gallery.picture(&self.world.db, &self.catalogue, view, noon(TODAY)).await.unwrap()
    }
}
