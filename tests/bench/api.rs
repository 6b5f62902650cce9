//! How fast another system gets its invitations: ten thousand in batches, one by one, and their status; over HTTP, with
//! every code on disk before the answer. `cargo bench --bench api`; on PostgreSQL too when HAILONG_TEST_POSTGRES names a
//! server.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::time::Duration;

use hailong::clock::Stopwatch;
use harness::http::{Answer, Connection};
use harness::program::{Place, postgres};
use serde_json::{Value, json};

const BATCHES: usize = 10;
const IN_A_BATCH: usize = 1_000;
const SINGLE: usize = 500;
/// What ten thousand in batches may take on SQLite.
const MOST: Duration = Duration::from_secs(5);

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(async {
        let (mut rows, took) = measure("SQLite", None).await;
        assert!(took < MOST, "10,000 invitations took {took:?} on SQLite, more than {MOST:?}");
        if let Some(server) = postgres() {
            rows.extend(measure("PostgreSQL", Some(&server)).await.0);
        }
        rows
    });
    println!("\n| what | figure | more |\n|---|---|---|");
    for [what, figure, more] in rows {
        println!("| {what} | {figure} | {more} |");
    }
}

async fn measure(engine: &str, server: Option<&str>) -> (Vec<[String; 3]>, Duration) {
    let place = Place::new(server).await;
    place.open_office();
    let key = place.run(&["api-key", "create", "--label", "Cổng", "--scope", "invitations", "--all-units"]);
    let program = place.start(&["serve", "--release-every", "1h"]).await;
    let connection = Connection::open(program.address()).await.unwrap();
    let mut portal = Portal { connection, address: program.address().to_owned(), key: key.trim().to_owned() };

    let mut batches = Vec::new();
    for batch in 0..BATCHES {
        let items: Vec<Value> = (0..IN_A_BATCH).map(|n| item(batch * IN_A_BATCH + n)).collect();
        let watch = Stopwatch::start();
        let answer = portal.make(&format!("tap-{batch}"), &items.into()).await;
        batches.push(watch.elapsed());
        let results: Vec<Value> = serde_json::from_slice(&answer.body).unwrap();
        assert!(results.iter().all(|result| result["status"] == 201) && results.len() == IN_A_BATCH);
    }
    let all: Duration = batches.iter().sum();

    let (mut single, mut ids) = (Vec::new(), Vec::new());
    for n in 0..SINGLE {
        let watch = Stopwatch::start();
        let answer = portal.make(&format!("mot-{n}"), &item(BATCHES * IN_A_BATCH + n)).await;
        single.push(watch.elapsed());
        assert_eq!(answer.status, 201, "{}", answer.text());
        let made: Value = serde_json::from_slice(&answer.body).unwrap();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let mut looked = Vec::new();
    for id in &ids {
        let watch = Stopwatch::start();
        assert_eq!(portal.get(&format!("/api/v1/invitations/{id}")).await.status, 200);
        looked.push(watch.elapsed());
    }
    let rate = (BATCHES * IN_A_BATCH) as f64 / all.as_secs_f64();
    let rows = vec![
        [
            format!("{engine}: 10,000 invitations in batches of 1,000"),
            format!("{:.2} s", all.as_secs_f64()),
            format!("{rate:.0} /s, a batch {}", spread(&mut batches)),
        ],
        [format!("{engine}: one invitation"), spread(&mut single), String::new()],
        [format!("{engine}: the status of one"), spread(&mut looked), String::new()],
    ];
    program.stop().await;
    (rows, all)
}

fn item(n: usize) -> Value {
    let case = format!("000.00.12.H21-261124-{n:06}");
    json!({ "case": case, "procedure": "1.012944", "unit": "SGD-GL.MC", "event": "finished" })
}

fn spread(took: &mut [Duration]) -> String {
    took.sort_unstable();
    let at = |share: f64| took[(took.len() as f64 * share) as usize].as_secs_f64() * 1000.0;
    format!("p50 {:.1} ms, p99 {:.1} ms", at(0.5), at(0.99))
}

/// Another system with one connection.
struct Portal {
    connection: Connection,
    address: String,
    key: String,
}

impl Portal {
    async fn make(&mut self, call: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let request = format!(
            "POST /api/v1/invitations HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {call}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.key,
            body.len()
        );
        self.connection.send(request.as_bytes()).await.unwrap()
    }

    async fn get(&mut self, path: &str) -> Answer {
        let (address, key) = (&self.address, &self.key);
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\r\n");
        self.connection.send(request.as_bytes()).await.unwrap()
    }
}
