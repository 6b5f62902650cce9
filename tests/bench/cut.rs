//! How long the daily cut of figures for other systems takes over the tallies of one hundred million answers, and whether
//! answers and releases wait for it meanwhile. `cargo bench --bench cut`; on PostgreSQL too when HAILONG_TEST_POSTGRES
//! names a server. `CUT_ANSWERS=1000000` measures another size.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

mod filled;
#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hailong::clock::{Clock, Stopwatch};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::collect::{Submission, append::append};
use hailong::flow::{cut, release};
use hailong::store::Db;
use harness::program::{Place, postgres};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const HOUR_MS: i64 = 60 * 60 * 1_000;
/// An answer comes so often.
const EVERY: Duration = Duration::from_millis(20);
/// What an answer or a release may wait at most while the cut is made.
const MOST: Duration = Duration::from_secs(1);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let answers = std::env::var("CUT_ANSWERS").map_or(100_000_000, |size| size.parse().unwrap());
    println!("\n| what | figure | more |\n|---|---|---|");
    for engine in std::iter::once(None).chain(postgres().as_deref().map(Some)) {
        runtime.block_on(measure(engine, answers));
    }
}

async fn measure(server: Option<&str>, answers: i64) {
    let place = Place::new(server).await;
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(place.folder.path()).await.unwrap(),
    };
    db.migrate().await.unwrap();
    let watch = Stopwatch::start();
    filled::organisation(&db).await;
    filled::answers(&db, answers).await;
    eprintln!("{answers} answers filled in {:.0} s", watch.elapsed().as_secs_f64());
    let engine = if server.is_some() { "PostgreSQL" } else { "SQLite" };
    let now_ms = Clock::System.now_ms();
    let watch = Stopwatch::start();
    assert!(cut::daily(&db, now_ms).await.unwrap());
    let alone = watch.elapsed();
    println!("| {engine}: daily cut, {answers} answers | {:.1} s | nothing else going on |", alone.as_secs_f64());

    // The next day, with answers coming in and a release half way: the cut is made again from what is released then.
    let keys = Arc::new(Keys::from_master(&[7; 32]));
    let over = Arc::new(AtomicBool::new(false));
    let coming = tokio::spawn(answer(db.clone(), keys, now_ms, over.clone()));
    let releasing = tokio::spawn(release_after(db.clone(), now_ms, alone / 2));
    let watch = Stopwatch::start();
    assert!(cut::daily(&db, now_ms + DAY_MS).await.unwrap());
    let beside = watch.elapsed();
    over.store(true, Ordering::Relaxed);
    let (mut took, released) = (coming.await.unwrap(), releasing.await.unwrap());
    took.sort_unstable();
    let ms = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let count = took.len();
    println!("| {engine}: the same beside a release and answers | {:.1} s | {count} answers |", beside.as_secs_f64());
    println!(
        "| {engine}: an answer meanwhile, p50 and p99 | {:.1} and {:.1} ms | at most {:.0} ms |",
        ms(0.5),
        ms(0.99),
        ms(1.0)
    );
    println!("| {engine}: a release meanwhile | {:.0} ms | |", released.as_secs_f64() * 1_000.0);
    assert!(took.iter().chain([&released]).all(|took| *took < MOST), "somebody waits for the cut");
    db.close().await;
}

/// Stores one answer after another until the cut is made; how long each took.
async fn answer(db: Db, keys: Arc<Keys>, now_ms: i64, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut took = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let number = took.len() as i64;
        let watch = Stopwatch::start();
        append(&db, &keys, now_ms, &[submission(number, now_ms)]).await.unwrap();
        took.push(watch.elapsed());
        tokio::time::sleep(EVERY).await;
    }
    took
}

async fn release_after(db: Db, now_ms: i64, wait: Duration) -> Duration {
    tokio::time::sleep(wait).await;
    let watch = Stopwatch::start();
    release::cut(&db, now_ms, 5).await.unwrap();
    watch.elapsed()
}

fn submission(number: i64, now_ms: i64) -> Submission {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    Submission {
        key,
        first: None,
        invitation: None,
        unit: UnitId(1 + number % 5),
        procedure: None,
        point: None,
        channel: Channel::Counter,
        questionnaire: QuestionnaireId(1),
        language: "vi".to_owned(),
        day: Day::at(now_ms),
        received_at: now_ms / HOUR_MS * HOUR_MS,
        answers: vec![(QuestionId(1), 1 + number % 5)],
        trace: None,
        texts: Vec::new(),
    }
}
