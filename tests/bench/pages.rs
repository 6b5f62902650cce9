//! How fast managers' pages come, over HTTP, with sign-in and all: with the tallies of one million and of one hundred
//! million answers (three years, 1,300 units, 80 procedures, five channels, eight questions), to 16 readers at once. Each
//! kind of page is read by all readers at a time, place after place; what one process has shown before it may know.
//! `cargo bench --bench pages`; on PostgreSQL too when HAILONG_TEST_POSTGRES names a server. `PAGES_ANSWERS=1000000`
//! measures one size only.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

mod filled;
#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use filled::{BY_DAY, PROCEDURES, UNITS};
use hailong::clock::{Clock, Stopwatch};
use hailong::domain::account::{Grant, Role, Scope};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day};
use hailong::flow::audit::By;
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::issue::{self, NewPoint};
use hailong::flow::people::change::Changer;
use hailong::flow::people::hashing::Hashing;
use hailong::flow::people::links;
use hailong::store::Db;
use hailong::web::visitor::encode;
use harness::http::Connection;
use harness::program::{Place, postgres};

const READERS: i64 = 16;
/// Pages that each reader asks for, of each kind.
const EACH: i64 = 40;
/// What 95 of a hundred pages may take.
const MOST: Duration = Duration::from_millis(100);
const PASSWORD: &str = "mưa rơi trên mái lá cọ";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sizes: Vec<i64> = match std::env::var("PAGES_ANSWERS") {
        Ok(size) => vec![size.parse().unwrap()],
        Err(_) => vec![1_000_000, 100_000_000],
    };
    let server = postgres();
    println!("\n| page, {READERS} readers | answers | p50 | p95 | first | KiB |\n|---|---|---|---|---|---|");
    for engine in std::iter::once(None).chain(server.as_deref().map(Some)) {
        for answers in &sizes {
            runtime.block_on(measure(engine, *answers));
        }
    }
}

async fn measure(server: Option<&str>, answers: i64) {
    let place = Place::new(server).await;
    prepare(&place, answers).await;
    let program = place.start(&["serve", "--release-every", "1h"]).await;
    let cookie = sign_in(program.address()).await;
    program.rest().await;
    let engine = if server.is_some() { "PostgreSQL" } else { "SQLite" };
    // Connections to the database and what is prepared on each are there once all have read something.
    read_at_once(program.address(), &cookie, 1, |_| "/manage?period=2025".to_owned()).await;
    for (name, path) in kinds() {
        let watch = Stopwatch::start();
        let bytes =
            read(&mut Connection::open(program.address()).await.unwrap(), &path(0), program.address(), &cookie).await;
        let first = watch.elapsed();
        let mut took = read_at_once(program.address(), &cookie, EACH, path).await;
        took.sort_unstable();
        let at = |share: f64| took[(took.len() as f64 * share) as usize];
        let ms = |took: Duration| took.as_secs_f64() * 1000.0;
        let mark = if at(0.95) > MOST { " (too long)" } else { "" };
        let (p50, p95, first, weight) = (ms(at(0.5)), ms(at(0.95)), ms(first), bytes as f64 / 1024.0);
        println!("| {engine}: {name} | {answers} | {p50:.1} ms | {p95:.1} ms{mark} | {first:.1} ms | {weight:.1} |");
    }
    program.stop().await;
}

/// The tallies, and the account of a leader.
async fn prepare(place: &Place, answers: i64) {
    let folder = place.folder.path();
    place.run(&["key", "create"]);
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(Path::new(folder)).await.unwrap(),
    };
    db.migrate().await.unwrap();
    let master = std::fs::read_to_string(folder.join("master.key")).unwrap();
    let master = data_encoding::HEXLOWER.decode(master.trim().as_bytes()).unwrap();
    let keys = Arc::new(Keys::from_master(&master.try_into().unwrap()));
    let now_ms = Clock::System.now_ms();
    let watch = Stopwatch::start();
    filled::organisation(&db).await;
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await.unwrap();
    let codes: Vec<String> = (1..=UNITS).map(|id| format!("U{id}")).collect();
    let point = |unit| NewPoint { unit, procedure: None, channel: Channel::Kiosk, form: "all", label: "Máy" };
    let points: Vec<NewPoint<'_>> = codes.iter().map(|code| point(code.as_str())).collect();
    issue::points(&db, &keys, &catalogue, now_ms, By::OPERATOR, &points).await.unwrap();
    filled::answers(&db, answers).await;
    eprintln!("{answers} answers filled in {:.0} s", watch.elapsed().as_secs_f64());
    let changer = Changer { db: &db, keys: &keys, now_ms, by: By::OPERATOR, scope: &Scope::All };
    let (_, token) = changer.add("hoa", "Hoa", &[Grant { role: Role::Leader, unit: None }]).await.unwrap();
    links::choose(&db, &keys, &Hashing::new(keys.clone()), now_ms, "bench", &token, PASSWORD).await.unwrap();
    db.close().await;
}

type Address = fn(i64) -> String;

/// Pages of each kind, by any number.
fn kinds() -> Vec<(&'static str, Address)> {
    vec![
        ("overview, a year", |_| "/manage?period=2026".to_owned()),
        ("overview, a quarter", |_| "/manage?period=2026-Q3".to_owned()),
        ("overview, one channel", |_| "/manage?period=2026&channel=online".to_owned()),
        ("overview, months of reports", |_| "/manage?period=2026-11&cut_off=15-14".to_owned()),
        ("overview, service", |_| "/manage?period=2026&indicator=service".to_owned()),
        ("all units", |_| "/manage/units?period=2026".to_owned()),
        ("every unit in turn", |n| format!("/manage/units/U{}?period=2026", 1 + n % UNITS)),
        ("units by one channel", |n| format!("/manage/units/U{}?period=2026&channel=online", 1 + n % BY_DAY)),
        ("every procedure in turn", |n| format!("/manage/procedures/1.{:06}?period=2026", 1 + n % PROCEDURES)),
        ("procedures at units in turn", |n| {
            format!("/manage/units/U{}/procedures/1.{:06}?period=2026", 1 + n % UNITS, 1 + n % PROCEDURES)
        }),
        ("every point in turn", |n| format!("/manage/units/U{0}/points/{0}?period=2026", 1 + n % UNITS)),
        ("a question", |_| "/manage/questions/all/process?period=2026".to_owned()),
    ]
}

async fn read_at_once(address: &str, cookie: &str, each: i64, path: Address) -> Vec<Duration> {
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let (address, cookie) = (address.to_owned(), cookie.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::open(&address).await.unwrap();
                let mut took = Vec::new();
                for turn in 0..each {
                    let watch = Stopwatch::start();
                    read(&mut connection, &path(1 + reader * each + turn), &address, &cookie).await;
                    took.push(watch.elapsed());
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

/// Reads a page; gives its length as sent.
async fn read(connection: &mut Connection, path: &str, address: &str, cookie: &str) -> usize {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip, br\r\n\r\n");
    let answer = connection.send(request.as_bytes()).await.unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.head);
    answer.body.len()
}

async fn sign_in(address: &str) -> String {
    let body = format!("csrf=&login=hoa&password={}", encode(PASSWORD));
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let signed = Connection::open(address).await.unwrap().send(request.as_bytes()).await.unwrap();
    assert_eq!(signed.status, 303, "{}", signed.text());
    let cookies = signed.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}
