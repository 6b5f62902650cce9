//! How long it takes to find out how many invitations were issued and answered, by month: of a million, read one by one
//! and from their sums; and what it takes to sum them. `cargo bench --bench invited [-- --invitations N]`; on PostgreSQL
//! too when HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

#[expect(dead_code, reason = "other measurements fill tallies")]
mod filled;
#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::time::Duration;

use hailong::clock::Stopwatch;
use hailong::domain::Day;
use hailong::flow::issue::sums;
use hailong::store::{Db, invitation_sums};
use harness::program::{Place, postgres};

/// Invitations are issued on every day of this year up to the 24th of November, its end in these measurements.
const YEAR: i64 = 2026;
const TODAY: i64 = 20_261_124;
const TIMES: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = arguments.iter().skip_while(|argument| *argument != "--invitations").nth(1);
    let number = number.map_or(1_000_000, |number| number.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!("\n| what | figure | more |\n|---|---|---|");
    for engine in std::iter::once(None).chain(postgres().as_deref().map(Some)) {
        runtime.block_on(measure(engine, number));
    }
}

async fn measure(server: Option<&str>, number: i64) {
    let place = Place::new(server).await;
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(place.folder.path()).await.unwrap(),
    };
    db.migrate().await.unwrap();
    filled::organisation(&db).await;
    fill(&db, number).await;
    let engine = if server.is_some() { "PostgreSQL" } else { "SQLite" };
    let (one_by_one, lines) = read(&db).await;
    println!("| {engine}: {number} invitations read one by one | {one_by_one:.0?} | {lines} sums told |");
    let now_ms = Day::from_number(TODAY).unwrap().begins_ms();
    let watch = Stopwatch::start();
    sums::keep(&db, now_ms).await.unwrap();
    let took = watch.elapsed();
    println!("| {engine}: all of them summed, day by day | {took:.1?} | once |");
    let (summed, same) = read(&db).await;
    assert_eq!(lines, same, "sums tell of as many places and months as a count");
    println!("| {engine}: read from sums | {summed:.1?} | |");
    let watch = Stopwatch::start();
    sums::keep(&db, now_ms).await.unwrap();
    println!("| {engine}: nothing to sum | {:.1?} | every ten minutes |", watch.elapsed());
    db.close().await;
}

/// What a page of the year reads, the fastest of a few times, and of how many places and months it tells.
async fn read(db: &Db) -> (Duration, usize) {
    let at_ms = Day::from_number(TODAY).unwrap().begins_ms();
    let mut best = Duration::MAX;
    let mut lines = 0;
    for _ in 0..TIMES {
        let watch = Stopwatch::start();
        let moving = invitation_sums::moving(db, (YEAR * 100 + 1, YEAR * 100 + 12), at_ms).await.unwrap().unwrap();
        let sums = invitation_sums::by_month(db, YEAR * 100 + 1, moving).await.unwrap();
        best = best.min(watch.elapsed());
        lines = sums.of_units.len() + sums.of_procedures.len();
    }
    (best, lines)
}

/// So many invitations over the year, a third of them answered, in the order of their days as they are issued.
async fn fill(db: &Db, number: i64) {
    let days: Vec<Day> = (YEAR * 10_000 + 101..=TODAY).filter_map(Day::from_number).collect();
    let each = number / days.len() as i64;
    let bytes = |what: &str| match db {
        Db::Sqlite { .. } => format!("CAST({what} AS BLOB)"),
        Db::Postgres(_) => format!("CAST({what} AS BYTEA)"),
    };
    for (at, day) in days.iter().enumerate() {
        let (first, day) = (at as i64 * each, *day);
        // Two weeks, at some hour.
        let expires = day.plus(14).begins_ms() + 36_000_000;
        let name = |letter: char| bytes(&format!("'{letter}' || CAST({first} + n AS TEXT)"));
        let (code, typed, sealed, case) =
            (name('a'), name('b'), bytes("'sealed with its codes, 64 bytes or so, as they are'"), name('c'));
        let (units, procedures) = (filled::UNITS, filled::PROCEDURES);
        run(db, format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {each}) \
             INSERT INTO invitations (code_mac, typed_mac, sealed, unit_id, procedure_id, channel, form, case_mac, event, \
             issued_day, expires_at, used, used_day, reference) \
             SELECT {code}, {typed}, {sealed}, 1 + n * 7919 % {units}, 1 + n * 104729 % {procedures}, 'case', 'all', \
             {case}, 'finished', {}, {expires}, CASE WHEN n % 3 = 0 THEN 1 ELSE 0 END, NULL, 'r' || CAST({first} + n AS TEXT) \
             FROM numbers",
            day.number()
        )).await;
    }
    if let Db::Postgres(pool) = db {
        sqlx::raw_sql("VACUUM ANALYZE invitations").execute(pool).await.unwrap();
    }
}

async fn run(db: &Db, script: String) {
    let script: &'static str = Box::leak(script.into_boxed_str());
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(script).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(script).execute(pool).await.unwrap()),
    }
}
