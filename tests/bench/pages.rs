//! How fast what managers' pages show is computed: the tallies of one million and of one hundred million answers (three
//! years, 1,300 units, 80 procedures, five channels), read by 16 readers at once. `cargo bench --bench pages`; on
//! PostgreSQL too when HAILONG_TEST_POSTGRES names a server. `PAGES_ANSWERS=1000000` measures one size only.
//!
//! The tables are filled by SQL, as many answers would fill them, with what the measured views read: years and
//! months of every level, and the days of three months of each year.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use hailong::clock::Stopwatch;
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Day, Indicator, ProcedureId, UnitId};
use hailong::flow::assess::{Place, View, picture};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::store::Db;
use harness::program::{Place as Folder, postgres};

const UNITS: i64 = 1_300;
const PROCEDURES: i64 = 80;
const CHANNELS: [&str; 5] = ["counter", "kiosk", "case", "online", "paper"];
const READERS: usize = 16;
/// Views that each reader asks for.
const EACH: usize = 12;
/// What the 95th of a hundred pages may take.
const MOST: Duration = Duration::from_millis(100);
/// 24/11/2026, noon.
const NOW: i64 = 1_795_496_400_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let sizes: Vec<i64> = match std::env::var("PAGES_ANSWERS") {
        Ok(size) => vec![size.parse().unwrap()],
        Err(_) => vec![1_000_000, 100_000_000],
    };
    println!("\n| view, {READERS} readers | answers | p50 | p95 |\n|---|---|---|---|");
    for server in [None, postgres()] {
        for answers in &sizes {
            runtime.block_on(measure(server.as_deref(), *answers));
        }
        if postgres().is_none() {
            break;
        }
    }
}

async fn measure(server: Option<&str>, answers: i64) {
    let folder = Folder::new(server).await;
    let db = match &folder.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(folder.folder.path()).await.unwrap(),
    };
    db.migrate().await.unwrap();
    let watch = Stopwatch::start();
    fill(&db, answers).await;
    let engine = if server.is_some() { "PostgreSQL" } else { "SQLite" };
    eprintln!("{engine}: {answers} answers filled in {:.0} s", watch.elapsed().as_secs_f64());
    let catalogue = Arc::new(Catalogue::read(&db, Day::at(NOW)).await.unwrap());
    for (name, view) in kinds() {
        let mut took = read_at_once(&db, &catalogue, view).await;
        took.sort_unstable();
        let at = |share: f64| took[(took.len() as f64 * share) as usize];
        let ms = |took: Duration| took.as_secs_f64() * 1000.0;
        let mark = if at(0.95) > MOST { " (too long)" } else { "" };
        println!("| {engine}: {name} | {answers} | {:.1} ms | {:.1} ms{mark} |", ms(at(0.5)), ms(at(0.95)));
    }
    db.close().await;
}

type Kind = fn(i64) -> View;

fn period(text: &str, cut_off: CutOff) -> Period {
    Period::parse(text, cut_off).unwrap()
}

/// Views of each kind, by any number.
fn kinds() -> Vec<(&'static str, Kind)> {
    fn year() -> Period {
        period("2026", CutOff::Calendar)
    }
    vec![
        ("all units, a year", |_| View::of(Indicator::Procedures, Place::Department, year())),
        ("all units, a quarter", |_| {
            View::of(Indicator::Procedures, Place::Department, period("2026-Q3", CutOff::Calendar))
        }),
        ("all units, 15 to 14", |_| {
            View::of(Indicator::Procedures, Place::Department, period("2026-11", CutOff::FifteenToFourteen))
        }),
        ("all units, pooled index", |_| View::of(Indicator::Service, Place::Department, year())),
        ("a unit, a year", |n| View::of(Indicator::Procedures, Place::Units(vec![UnitId(1 + n % UNITS)]), year())),
        ("a procedure, a year", |n| {
            View::of(Indicator::Procedures, Place::Procedure(ProcedureId(1 + n % PROCEDURES)), year())
        }),
        ("a procedure at a unit, a year", |n| {
            let place = Place::UnitProcedure(UnitId(1 + n % UNITS), ProcedureId(1 + n % PROCEDURES));
            View::of(Indicator::Procedures, place, year())
        }),
    ]
}

async fn read_at_once(db: &Db, catalogue: &Arc<Catalogue>, view: Kind) -> Vec<Duration> {
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let (db, catalogue) = (db.clone(), Arc::clone(catalogue));
            tokio::spawn(async move {
                let mut took = Vec::with_capacity(EACH);
                for turn in 0..EACH {
                    let view = view((reader * 97 + turn * 31) as i64);
                    let watch = Stopwatch::start();
                    let found = picture(&db, &catalogue, &view, NOW).await.unwrap();
                    took.push(watch.elapsed());
                    assert!(found.headline.figure.n.is_none_or(|n| n > 0));
                }
                took
            })
        })
        .collect();
    let mut all = Vec::new();
    for reader in readers {
        all.extend(reader.await.unwrap());
    }
    all
}

async fn run(db: &Db, script: String) {
    match db {
        Db::Sqlite { write, .. } => {
            let script: &'static str = Box::leak(script.into_boxed_str());
            sqlx::raw_sql(script).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            let script: &'static str = Box::leak(format!("SET statement_timeout = 0; {script}").into_boxed_str());
            sqlx::raw_sql(script).execute(pool).await.unwrap();
        }
    }
}

const QUESTIONS: [(&str, &str, &str, &str); 8] = [
    ("overall", "level", "procedures", "overall"),
    ("access", "level", "procedures", "access"),
    ("process", "level", "procedures", "process"),
    ("result", "level", "procedures", "result"),
    ("staff", "level", "service", "staff"),
    ("manner", "level", "service", "staff"),
    ("feedback", "level", "service", "feedback"),
    ("papers", "one", "papers_again", ""),
];

fn organisation() -> String {
    let mut script = String::new();
    let questions: Vec<_> = QUESTIONS
        .iter()
        .map(|(name, kind, indicator, factor)| {
            let choices: Vec<_> = match *kind {
                "one" => [("no", 1), ("yes", 2)].to_vec(),
                _ => [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)].to_vec(),
            };
            let choices: Vec<_> = choices
                .iter()
                .map(|(name, value)| serde_json::json!({ "name": name, "label": {}, "value": value }))
                .collect();
            let factor = Some(*factor).filter(|factor| !factor.is_empty());
            serde_json::json!({ "name": name, "kind": kind, "label": {}, "required": false, "relevant": null,
                "indicator": indicator, "factor": factor, "section": null, "choices": choices })
        })
        .collect();
    let form = serde_json::json!({ "form": "all", "version": 1, "default_language": "vi", "title": {},
        "sections": [], "questions": questions });
    writeln!(script, "INSERT INTO questionnaires (id, form, version, definition) VALUES (1, 'all', 1, '{form}');")
        .unwrap();
    for (at, (name, kind, indicator, factor)) in QUESTIONS.iter().enumerate() {
        let factor = if factor.is_empty() { "NULL".to_owned() } else { format!("'{factor}'") };
        writeln!(
            script,
            "INSERT INTO questions (id, questionnaire_id, position, name, kind, indicator, factor) \
             VALUES ({}, 1, {at}, '{name}', '{kind}', '{indicator}', {factor});",
            at + 1
        )
        .unwrap();
    }
    let kind = |id: i64| if id % 10 < 9 { "office" } else { "school" };
    let units = (1..=UNITS).map(|id| format!("({id}, 'U{id}', 'Đơn vị {id}', 'ĐV {id}', '{}')", kind(id)));
    let units = units.collect::<Vec<_>>().join(", ");
    writeln!(script, "INSERT INTO units (id, code, name, short_name, kind) VALUES {units};").unwrap();
    let procedures = (1..=PROCEDURES).map(|id| format!("({id}, '1.{id:06}', 'Thủ tục {id}', '', 'province')"));
    let procedures = procedures.collect::<Vec<_>>().join(", ");
    writeln!(script, "INSERT INTO procedures (id, code, name, field, level) VALUES {procedures};").unwrap();
    script
}

/// Rows for so many answers: `spots` are the places and times a row could be of, each with `n` answers at most.
async fn fill(db: &Db, answers: i64) {
    run(db, organisation()).await;
    run(db, format!("UPDATE marks SET n = {NOW} WHERE name = 'released_at'")).await;
    let months: Vec<i64> =
        (0..36).map(|at| (2024 + at / 12) * 100 + 1 + at % 12).filter(|month| *month < 202_612).collect();
    let days: Vec<i64> = months
        .iter()
        .filter(|month| matches!(*month % 100, 9..=11))
        .flat_map(|month| (1..=30).map(move |day| month * 100 + day))
        .collect();
    let list = |of: &[i64]| of.iter().map(|n| format!("({n})")).collect::<Vec<_>>().join(", ");
    let (all_years, all_months, all_days) = (list(&[2024, 2025, 2026]), list(&months), list(&days));
    let one_to = |most: i64| list(&(1..=most).collect::<Vec<i64>>());
    let channels = CHANNELS.map(|channel| format!("('{channel}')")).join(", ");
    let (a_year, a_month, a_day) = (answers / 3, answers / months.len() as i64, answers / 1_065);
    let every = "(1), (2), (3), (4), (5), (6), (7), (8), (-1), (-2)";
    let light = "(1), (8), (-1), (-2)";
    for (level, whats, times, ones, twos, by, n) in [
        (1, every, &all_years, "(0)".to_owned(), "(0)".to_owned(), channels.as_str(), a_year / 5),
        (2, every, &all_years, one_to(UNITS), "(0)".to_owned(), "('')", a_year / UNITS),
        (3, every, &all_years, one_to(UNITS), "(0)".to_owned(), channels.as_str(), a_year / UNITS / 5),
        (4, every, &all_years, one_to(PROCEDURES), "(0)".to_owned(), channels.as_str(), a_year / PROCEDURES / 5),
        (1, every, &all_months, "(0)".to_owned(), "(0)".to_owned(), channels.as_str(), a_month / 5),
        (1, every, &all_days, "(0)".to_owned(), "(0)".to_owned(), channels.as_str(), a_day / 5),
        (2, every, &all_months, one_to(UNITS), "(0)".to_owned(), "('')", a_month / UNITS),
        (2, every, &all_days, one_to(UNITS), "(0)".to_owned(), "('')", a_day / UNITS),
        (3, every, &all_months, one_to(UNITS), "(0)".to_owned(), channels.as_str(), a_month / UNITS / 5),
        (3, every, &all_days, one_to(UNITS), "(0)".to_owned(), channels.as_str(), a_day / UNITS / 5),
        (4, every, &all_months, one_to(PROCEDURES), "(0)".to_owned(), channels.as_str(), a_month / PROCEDURES / 5),
        (4, every, &all_days, one_to(PROCEDURES), "(0)".to_owned(), channels.as_str(), a_day / PROCEDURES / 5),
        (5, light, &all_months, one_to(UNITS), one_to(PROCEDURES), "('')", a_month / UNITS / PROCEDURES),
        (6, light, &all_months, one_to(PROCEDURES), one_to(UNITS), "('')", a_month / UNITS / PROCEDURES),
    ] {
        // Where there are fewer answers than places, only some have any.
        let places = |values: &str| values.matches('(').count() as i64;
        let spots = places(times) * places(&ones) * places(&twos) * places(by);
        let per_time = [(&all_years, a_year), (&all_months, a_month)]
            .into_iter()
            .find(|(of, _)| *of == times)
            .map_or(a_day, |(_, n)| n);
        let expected = per_time * places(times);
        let rare = if n > 0 { 1 } else { (spots / expected.max(1)).max(1) };
        let n = n.max(1);
        // Whats one by one: one statement stays within a time limit and in the order of the key.
        for what in whats.split(", ").map(|what| what.trim_matches(['(', ')'])) {
            let moments = what.starts_with('-');
            let chance = "((t.v * 7919 + a.v * 104729 + b.v * 1299709) % 1009)";
            let [v1, v2, v3, v4, v5, v6] = match moments {
                true => {
                    let m = format!("{n} * 3");
                    let s = format!("({n} * 3 - ({n} * {chance}) / 3000)");
                    [n.to_string(), s.clone(), m, format!("{s} * 3"), format!("{s} * 3"), format!("{n} * 9")]
                }
                false => {
                    let low = format!("({n} * {chance}) / 20000");
                    let four = format!("({n} - 2 * {low}) / 2");
                    let five = format!("{n} - 2 * {low} - ({n} - 2 * {low}) / 2");
                    [low.clone(), "0".to_owned(), low, four, five, format!("{n} / 50")]
                }
            };
            let script = format!(
                "WITH t (v) AS (VALUES {times}), a (v) AS (VALUES {ones}), b (v) AS (VALUES {twos}), c (v) AS (VALUES {by})
                 INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
                 SELECT {level}, {what}, t.v, a.v, b.v, c.v, 0, 0, {v1}, {v2}, {v3}, {v4}, {v5}, {v6}, 0
                 FROM t CROSS JOIN a CROSS JOIN b CROSS JOIN c
                 WHERE {chance} % {rare} = 0"
            );
            run(db, script).await;
        }
    }
    let done = match db {
        Db::Sqlite { .. } => "ANALYZE",
        Db::Postgres(_) => "VACUUM ANALYZE rollups",
    };
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(done).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(done).execute(pool).await.unwrap()),
    }
}
