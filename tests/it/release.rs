//! Answers become visible in batches, are counted once, and can be counted again.

use hailong::domain::Channel;
use hailong::flow::release::{check, cut, rebuild};
use hailong::store::Db;
use hailong::store::counts::{Grain, all_moments, all_tallies};
use hailong::store::marks::{self, Mark};
use hailong::store::rollups::{Key, Level, Values, all as all_rollups};

use crate::rows::{self, ACCESS, ASPECTS, Answer, OVERALL, PAPERS, RESULT, STAFF, noon};
use crate::world::World;

const DAY: i64 = 20260420;

async fn world() -> World {
    let world = World::new().await;
    rows::form(&world.db).await;
    world
}

/// Later parts with these numbers, one a person from the first on.
fn later(firsts: &[Answer], numbers: std::ops::RangeInclusive<i64>, answers: &[(i64, i64)]) -> Vec<Answer> {
    numbers.zip(firsts).map(|(n, first)| first.later(n, answers)).collect()
}

/// Everything visible: the sum of all tallies.
async fn visible(db: &Db) -> i64 {
    all_tallies(db, Grain::Day).await.unwrap().iter().map(|(_, n)| n).sum()
}

/// n, Σs, Σm, Σs², Σsm, Σm² of an indicator, all units and months together.
async fn moments(db: &Db, indicator: &str) -> [i64; 6] {
    let mut sums = [0; 6];
    for (_, row) in
        all_moments(db, Grain::Day).await.unwrap().iter().filter(|(key, _)| key.indicator.name() == indicator)
    {
        (0..6).for_each(|i| sums[i] += row[i]);
    }
    sums
}

#[tokio::test]
async fn four_answers_stay_unseen_and_the_fifth_shows_all_five() {
    let world = world().await;
    let answers: Vec<Answer> = (1..=5).map(|n| Answer::new(n, DAY, OVERALL, 4)).collect();
    rows::responses(&world.db, &answers[..4]).await;
    let first = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((first.seen, first.counted, first.waiting), (4, 0, 4));
    assert_eq!(visible(&world.db).await, 0);
    rows::responses(&world.db, &answers[4..]).await;
    let second = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((second.seen, second.counted, second.waiting), (1, 5, 0));
    assert_eq!(visible(&world.db).await, 5);
    assert_eq!(marks::get(&world.db, Mark::ReleasedAt).await.unwrap(), noon(DAY));
    let third = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((third.seen, third.counted, third.waiting), (0, 0, 0));
    assert_eq!(visible(&world.db).await, 5);
}

#[tokio::test]
async fn units_wait_for_themselves_and_later_parts_are_no_persons() {
    let world = world().await;
    let mut answers: Vec<Answer> = (1..=4).map(|n| Answer::new(n, DAY, OVERALL, 4)).collect();
    answers.extend(later(&answers, 5..=8, &[(ACCESS, 5)]));
    answers.extend((9..=13).map(|n| Answer::new(n, DAY, OVERALL, 2).at(2)));
    rows::responses(&world.db, &answers).await;
    let done = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((done.counted, done.waiting), (5, 8));
    // The fifth person of unit 1 takes the waiting parts along.
    rows::responses(&world.db, &[Answer::new(14, DAY, OVERALL, 1)]).await;
    let done = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((done.counted, done.waiting), (9, 0));
    assert_eq!(moments(&world.db, "procedures").await, [4, 4, 4, 4, 4, 4]);
    // A later part of somebody already counted does not wait.
    rows::responses(&world.db, &[answers[0].later(15, &[(RESULT, 3)])]).await;
    let done = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((done.counted, done.waiting), (1, 0));
    assert_eq!(moments(&world.db, "procedures").await, [4, 4, 5, 4, 5, 7]);
    assert_eq!(check(&world.db).await.unwrap(), []);
}

#[tokio::test]
async fn the_end_of_a_period_shows_the_rest() {
    let world = world().await;
    rows::responses(&world.db, &[Answer::new(1, 20260414, OVERALL, 4), Answer::new(2, 20260415, OVERALL, 4)]).await;
    assert_eq!(cut(&world.db, noon(20260414), 5).await.unwrap().counted, 0);
    // On the 15th the period that ended on the 14th is closed, on the 1st the rest of April.
    assert_eq!(cut(&world.db, noon(20260415), 5).await.unwrap().counted, 1);
    assert_eq!(cut(&world.db, noon(20260430), 5).await.unwrap().counted, 0);
    let midnight = noon(20260501) - 12 * 3_600_000;
    assert_eq!(cut(&world.db, midnight - 1, 5).await.unwrap().counted, 0);
    assert_eq!(cut(&world.db, midnight, 5).await.unwrap().counted, 1);
    assert_eq!(visible(&world.db).await, 2);
}

#[tokio::test]
async fn tallies_keep_blank_not_applicable_and_every_chosen_reason() {
    let world = world().await;
    let mut answer = Answer::new(1, DAY, OVERALL, 5).about(7);
    answer.channel = Channel::Kiosk;
    answer.answers.extend([(ACCESS, -1), (RESULT, 0), (STAFF, 2), (PAPERS, 1), (ASPECTS, 1), (ASPECTS, 3)]);
    rows::responses(&world.db, &[answer]).await;
    cut(&world.db, noon(DAY), 1).await.unwrap();
    let mut tallies: Vec<_> = all_tallies(&world.db, Grain::Day)
        .await
        .unwrap()
        .iter()
        .map(|(k, n)| (k.procedure, k.question, k.choice, *n))
        .collect();
    tallies.sort_unstable();
    assert_eq!(
        tallies,
        [(7, 1, 5, 1), (7, 2, -1, 1), (7, 3, 0, 1), (7, 4, 2, 1), (7, 6, 1, 1), (7, 7, 1, 1), (7, 7, 3, 1)]
    );
    assert_eq!(moments(&world.db, "procedures").await, [0; 6], "nothing but blank and not applicable is no respondent");
    assert_eq!(moments(&world.db, "service").await, [1, 0, 1, 0, 0, 1]);
}

#[tokio::test]
async fn a_backlog_larger_than_one_transaction_is_counted_once() {
    let world = world().await;
    let big = "\
        WITH RECURSIVE t (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM t WHERE n < 100100)
        INSERT INTO responses (n, key, first, unit_id, channel, questionnaire_id, language, scale_order, day,
            received_at, answers, hash)
        SELECT n, CAST(CAST(n AS TEXT) AS $KEY), CASE WHEN n % 10 = 0 THEN n - 9 END, 1 + (n - 1) / 10 % 7, 'counter', 1, 'vi',
            'up', 20260420, 0, '[[2,4],[1,5]]', CAST('' AS $KEY)
        FROM t";
    match &world.db {
        Db::Sqlite { write, .. } => {
            let text: &'static str = Box::leak(big.replace("$KEY", "BLOB").into_boxed_str());
            sqlx::query(text).execute(write).await.unwrap();
        }
        Db::Postgres(pool) => {
            let text: &'static str = Box::leak(big.replace("$KEY", "BYTEA").into_boxed_str());
            sqlx::query(text).execute(pool).await.unwrap();
        }
    }
    let done = cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!((done.seen, done.counted, done.waiting), (100_100, 100_100, 0));
    assert_eq!(visible(&world.db).await, 200_200);
    assert_eq!(check(&world.db).await.unwrap(), []);
}

#[tokio::test]
async fn two_releases_at_once_count_everything_once() {
    let world = world().await;
    let mut answers: Vec<Answer> = (1..=40).map(|n| Answer::new(n, DAY, OVERALL, 4).at(n % 9)).collect();
    answers.extend(later(&answers, 41..=60, &[(ACCESS, 4)]));
    rows::responses(&world.db, &answers).await;
    let at = |day| cut(&world.db, noon(day), 5);
    let (a, b, c) = tokio::join!(at(DAY), at(20260501), at(DAY));
    assert_eq!(a.unwrap().counted + b.unwrap().counted + c.unwrap().counted, 60);
    assert_eq!(visible(&world.db).await, 60);
    assert_eq!(check(&world.db).await.unwrap(), []);
}

#[tokio::test]
async fn a_check_finds_what_was_tampered_with_and_a_rebuild_mends_it() {
    let world = world().await;
    let mut answers: Vec<Answer> = (1..=12).map(|n| Answer::new(n, DAY, OVERALL, n % 5 + 1)).collect();
    answers.extend(later(&answers, 13..=20, &[(ACCESS, 4), (STAFF, 4)]));
    answers.push(Answer::new(21, DAY, OVERALL, 4).at(2));
    rows::responses(&world.db, &answers).await;
    cut(&world.db, noon(DAY), 5).await.unwrap();
    assert_eq!(check(&world.db).await.unwrap(), []);
    let before = (all_rollups(&world.db).await.unwrap(), moments(&world.db, "service").await);
    for change in [
        "UPDATE tallies_day SET n = n + 1 WHERE question_id = 1 AND choice = 5",
        "UPDATE moments_day SET ss = ss - 1 WHERE indicator = 'service'",
        "DELETE FROM rollups WHERE level = 2 AND what = 2 AND time BETWEEN 100000 AND 999999",
        "UPDATE rollups SET v4 = v4 - 1 WHERE level = 3 AND what = -2 AND time BETWEEN 100000 AND 999999",
    ] {
        match &world.db {
            Db::Sqlite { write, .. } => drop(sqlx::query(change).execute(write).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(change).execute(pool).await.unwrap()),
        }
    }
    let found: Vec<_> = check(&world.db).await.unwrap().into_iter().map(|d| (d.table, d.stored, d.counted)).collect();
    let [_, _, service_s, service_ss, ..] = before.1;
    assert_eq!(service_s, 8);
    assert_eq!(found[0], ("tallies_day", vec![3], vec![2]));
    assert_eq!(found[1].0, "moments_day");
    assert_eq!(found[1].1[3], service_ss - 1);
    assert_eq!(found[2], ("rollups", vec![], vec![0, 0, 0, 8, 0, 0, 0]));
    assert_eq!(found[3].0, "rollups");
    assert_eq!(found[3].1[3], service_ss - 1);
    assert_eq!(found.len(), 4);
    rebuild(&world.db).await.unwrap();
    assert_eq!(check(&world.db).await.unwrap(), []);
    let after = (all_rollups(&world.db).await.unwrap(), moments(&world.db, "service").await);
    assert_eq!(sorted(after.0), sorted(before.0.clone()));
    assert_eq!(after.1, before.1);
    // The answer of unit 2 still waits: a rebuild shows nothing that was not released.
    assert!(before.0.iter().all(|(key, _)| key.level != Level::Unit || key.one == 1));
}

fn sorted(mut rows: Vec<(Key, Values)>) -> Vec<(Key, Values)> {
    rows.sort_unstable();
    rows
}

#[tokio::test]
async fn every_statement_is_understood_by_the_engine() {
    use hailong::store::{release, tallies, targets};
    use sqlx::Executor;
    let world = World::new().await;
    let common = [release::STATEMENTS, tallies::STATEMENTS, targets::STATEMENTS];
    for statement in common.into_iter().flatten() {
        match &world.db {
            Db::Sqlite { read, .. } => drop(read.prepare(sqlx::SqlStr::from_static(statement)).await.unwrap()),
            Db::Postgres(pool) => drop(pool.prepare(sqlx::SqlStr::from_static(statement)).await.unwrap()),
        }
    }
    match &world.db {
        Db::Sqlite { write, .. } => {
            for statement in release::SQLITE_STATEMENTS {
                drop(write.prepare(sqlx::SqlStr::from_static(statement)).await.unwrap());
            }
        }
        Db::Postgres(pool) => {
            for statement in release::POSTGRES_STATEMENTS {
                drop(pool.prepare(sqlx::SqlStr::from_static(statement)).await.unwrap());
            }
        }
    }
}
