//! What is behind a figure tells of nobody: neither low nor high raters of a question, nor those who are left, nor who
//! used an invitation can be found by subtracting what pictures show.

use std::collections::{BTreeMap, BTreeSet};

use hailong::domain::account::{Grant, Role};
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Day, Indicator, ProcedureId, UnitId};
use hailong::flow::assess::behind::{Behind, Silent};
use hailong::flow::assess::{Excluded, Organisation, Place, View, picture};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::release;
use hailong::store::Db;
use hailong::store::marks::{self, Mark};

use crate::dice::Dice;
use crate::rows::{self, ACCESS, ASPECTS, Answer, FEEDBACK, OVERALL, RESULT, STAFF, noon};
use crate::site::Site;
use crate::world::World;

const UNITS: i64 = 6;
const TODAY: i64 = 20_260_105;
const QUESTIONS: [(&str, i64); 4] =
    [("f_access", ACCESS), ("f_result", RESULT), ("f_staff", STAFF), ("f_feedback", FEEDBACK)];

/// Two years of answers; unit 5 ended with June 2025 and went into unit 1, units 4 and 6 have few.
fn people(dice: &mut Dice) -> Vec<Answer> {
    (1..=2600)
        .map(|n| {
            let day = (2024 + dice.below(2)) * 10_000 + (1 + dice.below(12)) * 100 + 1 + dice.below(28);
            let unit = if dice.below(40) == 0 { dice.of(&[4, 6]) } else { dice.of(&[1, 1, 1, 1, 2, 2, 3, 5]) };
            let unit = if unit == 5 && day > 20_250_630 { 1 } else { unit };
            let procedure = Some(dice.of(&[1, 1, 1, 2, 2, 0])).filter(|id| *id > 0);
            let overall = dice.of(&[1, 2, 2, 3, 4, 4, 5, 5]);
            let mut answer = Answer { procedure, ..Answer::new(n, day, OVERALL, overall) }.at(unit);
            for (_, question) in QUESTIONS {
                if dice.below(3) > 0 {
                    let level = (overall + dice.below(3) - 1).clamp(1, 5);
                    answer.answers.push((question, level));
                }
            }
            answer.answers.extend((1..=5).filter(|_| dice.below(5) == 0).map(|thing| (ASPECTS, thing)));
            answer
        })
        .collect()
}

async fn execute(db: &Db, script: String) {
    let script: &'static str = Box::leak(script.into_boxed_str());
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(script).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(script).execute(pool).await.unwrap()),
    }
}

async fn world(people: &[Answer]) -> (World, Catalogue) {
    let world = World::new().await;
    rows::form(&world.db).await;
    for id in 1..=UNITS {
        rows::unit(&world.db, id, &format!("Đơn vị {id}"), "office").await;
    }
    for id in 1..=2 {
        rows::procedure(&world.db, id, &format!("Thủ tục {id}")).await;
    }
    execute(&world.db, "UPDATE units SET valid_to = 20250630, successor_id = 1 WHERE id = 5".to_owned()).await;
    rows::responses(&world.db, people).await;
    release::cut(&world.db, noon(TODAY), 1).await.unwrap();
    let catalogue = Catalogue::read(&world.db, Day::from_number(TODAY).unwrap()).await.unwrap();
    (world, catalogue)
}

fn views() -> Vec<View> {
    let periods = (2024..=2025).flat_map(|year| {
        let parts = ["", "-H1", "-H2", "-Q1", "-Q3", "-Q4"].map(|part| format!("{year}{part}"));
        parts.into_iter().chain((1..=12).step_by(2).map(move |month| format!("{year}-{month:02}")))
    });
    let odd = ["2024-02-10..2024-11-03", "2024-07-01..2025-06-30"].map(str::to_owned);
    let periods: Vec<Period> = periods.chain(odd).map(|name| Period::parse(&name, CutOff::Calendar).unwrap()).collect();
    let units = (1..=UNITS).map(|id| Place::Units(vec![UnitId(id)]));
    let places = units.chain([Place::Department, Place::Units(vec![UnitId(2), UnitId(3)])]);
    let places: Vec<Place> = places.chain((0..=2).map(|id| Place::Procedure(ProcedureId(id)))).collect();
    let mut views = Vec::new();
    for period in periods {
        for place in &places {
            let view = View::of(Indicator::Procedures, place.clone(), period);
            views.push(View { organisation: Organisation::AsItIs, ..view.clone() });
            views.push(view);
        }
    }
    views
}

/// The units that answers about a unit are counted under.
fn unit_of(view: &View, id: i64) -> i64 {
    let moved = view.organisation == Organisation::AsItIs && view.period.last().number() > 20_250_630;
    if moved && id == 5 { 1 } else { id }
}

fn is_here(view: &View, answer: &Answer) -> bool {
    match &view.place {
        Place::Department => true,
        Place::Units(units) => units.iter().any(|unit| unit_of(view, unit.0) == unit_of(view, answer.unit)),
        Place::Procedure(procedure) => answer.procedure.unwrap_or(0) == procedure.0,
        _ => false,
    }
}

/// Whose number is known, by what it is about: of whom who answered a question, or ticked a thing.
type Known = BTreeMap<String, Vec<BTreeSet<i64>>>;

/// What one picture tells of one thing, with what can be worked out from it beside the total.
fn learn(known: &mut Known, about: &str, all: &[&Answer], low: Option<u64>, high: Option<u64>) {
    let of = |levels: &[i64]| -> BTreeSet<i64> {
        let rated = |answer: &&&Answer| levels.contains(&answer.answers[0].1);
        all.iter().filter(rated).map(|answer| answer.n).collect()
    };
    let told = |told: Option<u64>, set: BTreeSet<i64>| {
        assert!(told.is_none_or(|n| n == set.len() as u64), "{about}: {told:?} are {}", set.len());
        told.map(|_| set)
    };
    let (low, high) = (told(low, of(&[1, 2])), told(high, of(&[4, 5])));
    let total: BTreeSet<i64> = all.iter().map(|answer| answer.n).collect();
    let mut sets: Vec<BTreeSet<i64>> = [&low, &high].into_iter().flatten().cloned().collect();
    sets.extend([&low, &high].into_iter().flatten().map(|part| &total - part).collect::<Vec<_>>());
    if let (Some(low), Some(high)) = (&low, &high) {
        sets.push(&(&total - low) - high);
    }
    known.entry(about.to_owned()).or_default().extend(sets);
}

fn learn_all(known: &mut Known, behind: &Behind, inside: &[&Answer]) {
    for row in &behind.raters {
        let Some((_, id)) = QUESTIONS.iter().find(|(name, _)| *name == row.name) else { continue };
        let asked = |answer: &&&Answer| answer.answers.iter().any(|(question, _)| question == id);
        let all: Vec<&Answer> = inside.iter().filter(asked).copied().collect();
        learn(known, &row.name, &all, row.low.n, row.high.n);
    }
    for thing in behind.ticked.iter().flat_map(|list| &list.things) {
        let ticked = (ASPECTS, thing.name.parse::<i64>().unwrap());
        let all: Vec<&Answer> = inside.iter().filter(|answer| answer.answers.contains(&ticked)).copied().collect();
        learn(known, &format!("ticked {}", thing.name), &all, thing.low, thing.high);
    }
    for n in behind.drivers.iter().filter_map(|found| found.n) {
        let complete = |answer: &&&Answer| {
            QUESTIONS.iter().all(|(_, id)| answer.answers.iter().any(|(question, _)| question == id))
        };
        let all: BTreeSet<i64> = inside.iter().filter(complete).map(|answer| answer.n).collect();
        assert_eq!(n, all.len() as u64);
        known.entry("complete".to_owned()).or_default().push(all);
    }
}

#[tokio::test]
async fn no_two_pictures_tell_how_a_few_low_or_high_raters_answered() {
    let people = people(&mut Dice(7));
    let (world, catalogue) = world(&people).await;
    let mut known = Known::new();
    // Of each period and question: what all units together tell of low and high raters less what each unit tells.
    let mut left: BTreeMap<(String, String, bool), (Option<u64>, u64)> = BTreeMap::new();
    for view in views() {
        let found = picture(&world.db, &catalogue, &view, noon(TODAY)).await.unwrap();
        let behind = found.behind.unwrap();
        let Some(days) = &behind.days else { continue };
        let [first, last] = days.each_ref().map(|day| day.replace('-', "").parse::<i64>().unwrap());
        let inside: Vec<&Answer> =
            people.iter().filter(|answer| (first..=last).contains(&answer.day) && is_here(&view, answer)).collect();
        learn_all(&mut known, &behind, &inside);
        let single = matches!(&view.place, Place::Units(units) if units.len() == 1);
        for row in behind.raters.iter().filter(|_| view.organisation == Organisation::AsItWas) {
            for (is_low, n) in [(true, row.low.n), (false, row.high.n)] {
                let entry = left.entry((view.period.to_string(), row.name.clone(), is_low)).or_default();
                match (&view.place, n) {
                    (Place::Department, n) => entry.0 = n,
                    (_, Some(n)) if single => entry.1 += n,
                    _ => {}
                }
            }
        }
    }
    for (what, (whole, units)) in left {
        let rest = whole.map_or(0, |whole| whole - units);
        assert!(!(1..5).contains(&rest), "{what:?}: {rest} are left of all units");
    }
    let mut told = 0;
    for (about, mut sets) in known {
        sets.sort();
        sets.dedup();
        sets.retain(|set| !set.is_empty());
        told += sets.len();
        for outer in &sets {
            assert!(outer.len() >= 5, "{about}: {} persons", outer.len());
            for inner in &sets {
                let few = outer.len().saturating_sub(inner.len());
                assert!(!((1..5).contains(&few) && inner.is_subset(outer)), "{about}: {few} of {}", outer.len());
            }
        }
    }
    assert!(told > 300, "only {told} different numbers are told: nothing is proved");
}

#[tokio::test]
async fn what_is_behind_a_figure_says_why_it_is_silent() {
    let people = people(&mut Dice(7));
    let (world, catalogue) = world(&people).await;
    let view = View::of(Indicator::Procedures, Place::Department, Period::parse("2025", CutOff::Calendar).unwrap());
    let silent = async |view: View| {
        let found = picture(&world.db, &catalogue, &view, noon(TODAY)).await.unwrap().behind.unwrap();
        assert_eq!((found.days.is_some(), found.raters.is_empty()), (found.silent.is_none(), found.silent.is_some()));
        (found.silent, found.drivers.first().and_then(|drivers| drivers.n).is_some())
    };
    assert_eq!(silent(view.clone()).await, (None, true));
    assert_eq!(silent(View { channel: Some(Channel::Counter), ..view.clone() }).await, (Some(Silent::Channel), false));
    assert_eq!(silent(View { excluded: Excluded::Included, ..view.clone() }).await, (Some(Silent::Reported), false));
    for name in ["2026", "2025-03-02..2025-04-15"] {
        let period = Period::parse(name, CutOff::Calendar).unwrap();
        assert_eq!(silent(View { period, ..view.clone() }).await, (Some(Silent::Month), false), "{name}");
    }
}

#[tokio::test]
async fn a_migrated_store_counts_whole_persons_anew_once() {
    let people = people(&mut Dice(7));
    let (world, _) = world(&people[..300]).await;
    // As a store is that was filled before these sums were kept.
    execute(&world.db, "DELETE FROM rollups WHERE level > 7; UPDATE marks SET n = 1 WHERE name = 'recount'".to_owned())
        .await;
    assert!(!release::check(&world.db).await.unwrap().is_empty());
    release::recount_if_asked(&world.db).await.unwrap();
    assert_eq!(release::check(&world.db).await.unwrap(), []);
    execute(&world.db, "DELETE FROM rollups WHERE level > 7".to_owned()).await;
    release::recount_if_asked(&world.db).await.unwrap();
    assert!(!release::check(&world.db).await.unwrap().is_empty(), "it was asked for once");
}

/// An invitation: unit, procedure, month, whether it was answered, revoked, and the day of its end.
async fn invite(db: &Db, number: i64, unit: i64, day: i64, used: i64, ends: i64) {
    let mac = |letter: char| format!("{letter}{number:015}");
    let bytes = match db {
        Db::Sqlite { .. } => "BLOB",
        Db::Postgres(_) => "BYTEA",
    };
    let (a, b, c) = (mac('a'), mac('b'), mac('c'));
    execute(
        db,
        format!(
            "INSERT INTO invitations (code_mac, typed_mac, sealed, unit_id, procedure_id, channel, form, case_mac, event, \
             issued_day, expires_at, used, reference) VALUES (CAST('{a}' AS {bytes}), CAST('{b}' AS {bytes}), \
             CAST('s' AS {bytes}), {unit}, 1, 'case', 'all', CAST('{c}' AS {bytes}), 'finished', {day}, {}, {used}, 'r{number}')",
            noon(ends)
        ),
    )
    .await;
}

#[tokio::test]
async fn answered_invitations_are_told_of_months_in_which_nobody_can_answer_any_more() {
    let (world, catalogue) = world(&people(&mut Dice(7))[..50]).await;
    let mut number = 0;
    // September: 40 at unit 1 of which 10 were answered, 30 at unit 2 (12); October 20 at unit 1 (3) and 30 at unit 2 (10);
    // November 10 at unit 1, one of which may still be answered in January.
    for (unit, day, issued, answered, ends) in [
        (1, 20_250_910, 40, 10, 20_250_924),
        (2, 20_250_911, 30, 12, 20_250_924),
        (1, 20_251_010, 20, 3, 20_251_024),
        (2, 20_251_010, 30, 10, 20_251_024),
        (1, 20_251_110, 9, 5, 20_251_124),
        (1, 20_251_110, 1, 0, 20_260_120),
    ] {
        for at in 0..issued {
            number += 1;
            let used = if at < answered { 1 + at % 2 } else { 0 };
            invite(&world.db, number, unit, day, used, ends).await;
        }
    }
    // What was revoked was never asked.
    invite(&world.db, 9_000, 1, 20_250_912, 3, 20_250_912).await;
    let told = async |place: Place, period: &str| {
        let period = Period::parse(period, CutOff::Calendar).unwrap();
        let view = View::of(Indicator::Procedures, place, period);
        let found = picture(&world.db, &catalogue, &view, noon(TODAY)).await.unwrap().invited;
        found.map(|found| (found.hidden, found.issued.zip(found.answered), found.days[1].clone()))
    };
    let unit = |id: i64| Place::Units(vec![UnitId(id)]);
    let told_of = |issued, answered, last: &str| Some((false, Some((issued, answered)), last.to_owned()));
    assert_eq!(told(Place::Department, "2025-09").await, told_of(70, 22, "2025-09-30"));
    // The year ends with October for now: November can still move.
    assert_eq!(told(Place::Department, "2025").await, told_of(120, 35, "2025-10-31"));
    assert_eq!(told(Place::Procedure(ProcedureId(1)), "2025").await, told_of(120, 35, "2025-10-31"));
    assert_eq!(told(Place::Department, "2025-11").await, None);
    assert_eq!(told(unit(1), "2025").await, told_of(60, 13, "2025-10-31"));
    // Three were answered in October: neither that nor September is told, which the two months together would tell it by.
    for month in ["2025-09", "2025-10"] {
        assert_eq!(told(unit(1), month).await.map(|told| told.0), Some(true), "{month}");
    }
    assert_eq!(told(unit(3), "2025").await, None, "none was issued");
    let year = Period::parse("2025", CutOff::Calendar).unwrap();
    let one = View { channel: Some(Channel::Case), ..View::of(Indicator::Procedures, Place::Department, year) };
    assert_eq!(picture(&world.db, &catalogue, &one, noon(TODAY)).await.unwrap().invited, None);
}

/// A site with these people, released.
async fn site(people: &[Answer]) -> Site {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    for id in 1..=UNITS {
        rows::unit(db, id, &format!("Đơn vị {id}"), "office").await;
    }
    for id in 1..=2 {
        rows::procedure(db, id, &format!("Thủ tục {id}")).await;
    }
    rows::responses(db, people).await;
    release::cut(db, noon(TODAY), 1).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    site
}

#[tokio::test]
async fn pages_and_files_show_the_same_of_what_is_behind_a_figure() {
    let site = site(&people(&mut Dice(7))).await;
    let mut leader = site.person("giamdoc", &[Grant { role: Role::Leader, unit: None }]).await;
    let json: serde_json::Value = serde_json::from_str(&leader.get("/manage.json?year=2025").await.text).unwrap();
    let drivers = &json["behind"]["drivers"][0];
    let n = drivers["n"].as_u64().unwrap();
    assert!(n >= 100 && drivers["more"].is_null(), "{drivers}");
    let parts: f64 =
        drivers["factors"].as_array().unwrap().iter().map(|factor| factor["share"].as_f64().unwrap()).sum();
    assert!((parts - 1.0).abs() < 1e-9, "the parts of all factors are the whole: {parts}");
    let page = leader.get("/manage?year=2025").await.text;
    for words in [
        "Yếu tố gắn với mức hài lòng chung",
        "không phải nguyên nhân",
        "figure class=\"drivers\"",
        &format!("{n} phiếu trả lời đủ"),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("id=\"h-raters\""), "the overview does not tell low and high raters apart");
    let csv = leader.get("/manage.csv?year=2025").await.text;
    for part in [
        ",driver,all/access,",
        ",driver_satisfied,all/staff,",
        ",question_low_raters,all/f_access,",
        ",ticked_high_raters,all/aspects/1,",
    ] {
        assert_eq!(csv.matches(part).count(), 1, "{part}: {csv}");
    }
    let unit = leader.get("/manage/units/U1?year=2025").await.text;
    assert!(unit.contains("id=\"h-raters\"") && unit.contains("id=\"h-apart-0\""), "{unit}");
    let question = leader.get("/manage/questions/all/f_access?year=2025").await.text;
    assert!(question.contains("id=\"h-low-f_access\"") && question.contains("id=\"h-high-f_access\""), "{question}");
    // What is silent says why; what is few says how many more.
    let channel = leader.get("/manage?year=2025&channel=counter").await.text;
    assert!(channel.contains("bỏ lọc kênh để xem") && !channel.contains("figure class=\"drivers\""), "{channel}");
    let month = leader.get("/manage?year=2025&part=03").await.text;
    assert!(month.contains("cần ít nhất 100 phiếu"), "{month}");
}
