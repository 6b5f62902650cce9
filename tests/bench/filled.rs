//! The tallies of any number of answers, filled by SQL as so many answers would fill them: three years, 1,300 units, 80
//! procedures, five channels, eight questions, a point at each unit. Of `rollups` years and months of every level, and the
//! days of three months of each year (of points: all times of 2026); low and high raters by year and month, but no sums of
//! factors; caseload of every month, in the order in which it is imported; of the daily tallies those of the first units
//! in 2026, for nothing else that is measured reads them.

use std::fmt::Write;

use hailong::domain::Day;
use hailong::store::Db;

/// Units; their codes are U1 and so on.
pub const UNITS: i64 = 1_300;
/// Procedures; their codes are 1.000001 and so on.
pub const PROCEDURES: i64 = 80;
/// The first units, of which there are daily tallies.
pub const BY_DAY: i64 = 20;
const CHANNELS: [&str; 5] = ["counter", "kiosk", "case", "online", "paper"];
/// 24/11/2026, noon.
const NOW: i64 = 1_795_496_400_000;

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

/// Units, procedures and a form.
pub async fn organisation(db: &Db) {
    run(db, statements()).await;
}

fn statements() -> String {
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
pub async fn answers(db: &Db, answers: i64) {
    run(db, format!("UPDATE marks SET n = {NOW} WHERE name = 'released_at'")).await;
    let months: Vec<i64> =
        (0..36).map(|at| (2024 + at / 12) * 100 + 1 + at % 12).filter(|month| *month < 202_612).collect();
    let days: Vec<i64> = (2024..=2026).flat_map(|year| days_of(year, 9..=11)).collect();
    let list = |of: &[i64]| of.iter().map(|n| format!("({n})")).collect::<Vec<_>>().join(", ");
    let (all_years, all_months, all_days) = (list(&[2024, 2025, 2026]), list(&months), list(&days));
    let one_to = |most: i64| list(&(1..=most).collect::<Vec<i64>>());
    let channels = CHANNELS.map(|channel| format!("('{channel}')")).join(", ");
    let (a_year, a_month, a_day) = (answers / 3, answers / months.len() as i64, answers / 1_065);
    let every = "(1), (2), (3), (4), (5), (6), (7), (8), (-1), (-2)";
    let light = "(1), (8), (-1), (-2)";
    let asked = "(1), (2), (3), (4), (5), (6), (7), (8)";
    let told = [
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
        (5, light, &all_years, one_to(UNITS), one_to(PROCEDURES), "('')", a_year / UNITS / PROCEDURES),
        (6, light, &all_years, one_to(PROCEDURES), one_to(UNITS), "('')", a_year / UNITS / PROCEDURES),
        (5, light, &all_months, one_to(UNITS), one_to(PROCEDURES), "('')", a_month / UNITS / PROCEDURES),
        (6, light, &all_months, one_to(PROCEDURES), one_to(UNITS), "('')", a_month / UNITS / PROCEDURES),
    ];
    // Those who rated low, one in ten, and high.
    let apart = [(8, 1), (11, 8)].into_iter().flat_map(|(level, tenths)| {
        [(&all_years, a_year), (&all_months, a_month)].into_iter().flat_map(move |(times, n)| {
            let n = n * tenths / 10;
            [
                (level, asked, times, "(0)".to_owned(), "(0)".to_owned(), "('')", n),
                (level + 1, asked, times, one_to(UNITS), "(0)".to_owned(), "('')", n / UNITS),
                (level + 2, asked, times, one_to(PROCEDURES), "(0)".to_owned(), "('')", n / PROCEDURES),
            ]
        })
    });
    for (level, whats, times, ones, twos, by, n) in told.into_iter().chain(apart) {
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
            let chance = "((CAST(t.v AS BIGINT) * 7919 + a.v * 104729 + b.v * 1299709) % 1009)";
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
    let days_of_2026: Vec<i64> = days_of(2026, 1..=11);
    let all_days = list(&days_of_2026);
    let a_day = (answers / 1_065 / UNITS).max(1);
    // The one point of a unit has the number of the unit.
    for what in ["1", "-1"] {
        let values = if what == "1" {
            format!("{a_day} / 20, 0, {a_day} / 20, {a_day} / 2, {a_day} - {a_day} / 2 - 2 * ({a_day} / 20), 0")
        } else {
            format!("{a_day}, {a_day} * 3, {a_day} * 3, {a_day} * 9, {a_day} * 9, {a_day} * 9")
        };
        let times = days_of_2026.iter().map(|day| (*day, 1)).chain((202_601..=202_611).map(|month| (month, 30)));
        let times = times.chain([(2026, days_of_2026.len() as i64)]).map(|(time, n)| format!("({time}, {n})"));
        let (times, each) = (times.collect::<Vec<_>>().join(", "), |v: &str| format!("({v}) * t.n"));
        let values = values.split(", ").map(each).collect::<Vec<_>>().join(", ");
        let script = format!(
            "WITH t (v, n) AS (VALUES {times}), a (v) AS (VALUES {})
             INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
             SELECT 7, {what}, t.v, a.v, a.v, '', 0, 0, {values}, 0 FROM t CROSS JOIN a",
            one_to(UNITS)
        );
        run(db, script).await;
    }
    let few = (a_day / PROCEDURES).max(1);
    run(
        db,
        format!(
            "WITH t (v) AS (VALUES {all_days}), a (v) AS (VALUES {}), b (v) AS (VALUES {}), c (v) AS (VALUES (4), (5))
             INSERT INTO tallies_day (day, unit_id, procedure_id, channel, question_id, choice, n)
             SELECT t.v, a.v, b.v, CASE (t.v + b.v) % 2 WHEN 0 THEN 'counter' ELSE 'online' END, 1, c.v, {few}
             FROM t CROSS JOIN a CROSS JOIN b CROSS JOIN c",
            one_to(BY_DAY),
            one_to(PROCEDURES)
        ),
    )
    .await;
    run(
        db,
        format!(
            "WITH t (v) AS (VALUES {all_months}), a (v) AS (VALUES {}), b (v) AS (VALUES {})
             INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late)
             SELECT t.v, a.v, b.v, '', {a_month}, {a_month}, {a_month} / 50 FROM t CROSS JOIN a CROSS JOIN b
             ORDER BY t.v, a.v, b.v",
            one_to(UNITS),
            one_to(PROCEDURES),
            a_month = (answers / 35 / UNITS / PROCEDURES).max(1) * 5,
        ),
    )
    .await;
    let done = match db {
        Db::Sqlite { .. } => "ANALYZE",
        Db::Postgres(_) => "VACUUM ANALYZE",
    };
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(done).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(done).execute(pool).await.unwrap()),
    }
}

fn days_of(year: i64, months: std::ops::RangeInclusive<i64>) -> Vec<i64> {
    let day = |month: i64, day: i64| Day::from_number(year * 10_000 + month * 100 + day);
    months.flat_map(|month| (1..=31).filter_map(move |n| day(month, n))).map(Day::number).collect()
}
