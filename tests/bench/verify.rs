//! How long `hailong verify` takes over many answers and how much memory, and what the chain costs an answer that is
//! stored. `cargo bench --bench verify [-- --answers N]`; on PostgreSQL too when HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::process::Stdio;
use std::time::Duration;

use hailong::clock::{Clock, Stopwatch};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day, PointId, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::collect::Submission;
use hailong::flow::collect::append::append;
use hailong::flow::seal::row::{Chain, new_response};
use hailong::store::Db;
use hailong::store::responses::NewRow;

use harness::program::{Place, postgres};

/// As many as the writer takes at once.
const BATCH: usize = 512;
const HOUR_MS: i64 = 3_600_000;
/// One answer of so many has a comment.
const COMMENTS: i64 = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let answers = after("--answers").and_then(|number| number.parse().ok()).unwrap_or(1_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let link = link_cost();
    row("link of one answer", &format!("{:.2} µs", link * 1e6), "form of the row, SHA-256, HMAC");
    runtime.block_on(async {
        measure("SQLite", Place::new(None).await, answers, link).await;
        match postgres() {
            Some(server) => measure("PostgreSQL", Place::new(Some(&server)).await, answers, link).await,
            None => row("PostgreSQL", "not measured: HAILONG_TEST_POSTGRES names no server", ""),
        }
    });
}

/// A row of the table, in Markdown.
fn row(what: &str, figure: &str, more: &str) {
    println!("| {what} | {figure} | {more} |");
}

/// Seconds that the chain adds to each answer.
fn link_cost() -> f64 {
    const ROWS: i64 = 200_000;
    let keys = Keys::from_master(&[7; 32]);
    let mut row = NewRow {
        n: 0,
        key: [5; 16],
        first: None,
        unit_id: 12,
        procedure_id: Some(34),
        point_id: Some(56),
        channel: Channel::Counter.name(),
        questionnaire_id: 1,
        language: "vi".into(),
        day: 20_261_124,
        received_at: 1_795_500_000_000,
        answers: "[[1,5],[2,4]]".into(),
        commitment: None,
        hash: [0; 32],
    };
    let watch = Stopwatch::start();
    for n in 1..=ROWS {
        let before = row.hash;
        row.n = n;
        row.hash = Chain::Responses.link(&keys, n, &before, &new_response(&row));
    }
    std::hint::black_box(&row);
    watch.elapsed().as_secs_f64() / ROWS as f64
}

async fn measure(engine: &str, place: Place, answers: usize, link: f64) {
    place.open_office();
    let key = std::fs::read_to_string(place.folder.path().join("master.key")).unwrap();
    let master = data_encoding::HEXLOWER.decode(key.trim().as_bytes()).unwrap().try_into().unwrap();
    let keys = Keys::from_master(&master);
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(place.folder.path()).await.unwrap(),
    };
    let now = Clock::System.now_ms();
    let watch = Stopwatch::start();
    let numbers: Vec<i64> = (1..=answers as i64).collect();
    for chunk in numbers.chunks(BATCH) {
        let batch: Vec<Submission> = chunk.iter().map(|n| submission(*n, now)).collect();
        append(&db, &keys, now, &batch).await.unwrap();
    }
    let each = watch.elapsed().as_secs_f64() / answers as f64;
    db.close().await;
    let share = format!("the chain is {:.1} % of it", 100.0 * link / each);
    row(&format!("{engine}: store one answer, {BATCH} at once"), &format!("{:.1} µs", each * 1e6), &share);

    let watch = Stopwatch::start();
    let mut verify = place.command(&["verify", "--json"]).stdout(Stdio::null()).spawn().unwrap();
    let mut peak_kib = 0;
    let status = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", verify.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0);
        peak_kib = peak_kib.max(kib);
        if let Some(status) = verify.try_wait().unwrap() {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(status.success(), "{status}");
    let took = watch.elapsed().as_secs_f64();
    let more = format!("{} MiB at most", peak_kib / 1_024);
    row(&format!("{engine}: verify {answers} answers"), &format!("{took:.1} s"), &more);
}

fn submission(n: i64, now: i64) -> Submission {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&n.to_be_bytes());
    Submission {
        key,
        first: None,
        invitation: None,
        unit: UnitId(1 + n % 20),
        procedure: None,
        point: Some(PointId(1)),
        channel: Channel::Counter,
        questionnaire: QuestionnaireId(1),
        language: "vi".to_owned(),
        day: Day::at(now),
        received_at: now / HOUR_MS * HOUR_MS,
        answers: vec![(QuestionId(1), 1 + n % 5), (QuestionId(2), 1 + (n / 5) % 5)],
        texts: if n % COMMENTS == 0 {
            vec![(QuestionId(1), format!("Ý kiến số {n}: chờ hơi lâu"))]
        } else {
            Vec::new()
        },
        trace: None,
    }
}
