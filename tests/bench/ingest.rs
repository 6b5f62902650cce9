//! How many answers a second the program takes, and how close that is to what this machine could take at most.
//! `cargo bench --bench ingest [-- --seconds N] [--answers N]`; on PostgreSQL too when HAILONG_TEST_POSTGRES names a
//! server. The load comes from the same machine: its cost is inside every figure, the ceiling's too.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

#[expect(dead_code, reason = "only measurements of pages wait until the program rests")]
#[path = "../harness/mod.rs"]
mod harness;

mod ceiling;
mod disk;
mod load;
mod release;
mod table;

use ceiling::Ceiling;
use harness::http::{get, new_visit, post};
use harness::program::{Place, Program, postgres};
use load::{Figures, Load};
use table::Table;

const MANY: usize = 64;
/// The harness lifts the rate limits: the load comes from one address.
const SERVE: &[&str] = &["serve", "--release-every", "1h"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let is = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    if is(ceiling::ARGUMENT) || is(ceiling::BARE_ARGUMENT) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        return match is(ceiling::ARGUMENT) {
            true => runtime.block_on(ceiling::serve(arguments.last().unwrap().as_ref())),
            false => runtime.block_on(ceiling::serve_bare()),
        };
    }
    // One thread for the load: the program is to have the rest of the machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seconds = number_after(&arguments, "--seconds").unwrap_or(5.0);
    let answers = number_after(&arguments, "--answers").unwrap_or(1_000_000.0) as usize;
    let mut table = Table::default();
    runtime.block_on(async {
        disk::measure(&mut table);
        {
            let bare = Ceiling::start(ceiling::BARE_ARGUMENT);
            let top = posts(seconds, MANY, &[&bare.address], "/q/CEILING").await;
            table.load("POST without our layers, answer dropped, 64 connections", &top, None);
        }
        let ceiling = Ceiling::start(ceiling::ARGUMENT);
        let top = posts(seconds, MANY, &[&ceiling.address], "/q/CEILING").await;
        table.load("POST ceiling: same stack, answer dropped, 64 connections", &top, None);
        let place = Place::new(None).await;
        on_engine(&mut table, "SQLite", place, seconds, &ceiling, &top).await;
        release::measure(&mut table, "SQLite", Place::new(None).await, answers).await;
        match postgres() {
            Some(server) => {
                let place = Place::new(Some(&server)).await;
                on_engine(&mut table, "PostgreSQL", place, seconds, &ceiling, &top).await;
                // A tenth: storing them takes longer here than measuring the release of them.
                release::measure(&mut table, "PostgreSQL", Place::new(Some(&server)).await, answers / 10).await;
            }
            None => table.row("PostgreSQL", "not measured: HAILONG_TEST_POSTGRES names no server", ""),
        }
    });
    let bytes = std::fs::metadata(env!("CARGO_BIN_EXE_hailong")).unwrap().len();
    table.row("binary", &format!("{:.1} MiB", bytes as f64 / 1_048_576.0), "");
    table.print();
}

async fn on_engine(table: &mut Table, engine: &str, place: Place, seconds: f64, ceiling: &Ceiling, top: &Figures) {
    let path = place.open_office();
    let program = place.start(SERVE).await;
    // Started before there are answers: it would have to release them first, and be measured doing so.
    let second = if place.url.is_some() { Some(place.start(SERVE).await) } else { None };
    let address = program.address();
    let idle = program.resident_kib();
    let many = posts(seconds, MANY, &[address], &path).await;
    let loaded = program.resident_kib();
    table.load(&format!("{engine}: durable POST, 64 connections"), &many, Some(top));
    table.load(&format!("{engine}: durable POST, one connection"), &posts(seconds, 1, &[address], &path).await, None);
    match second {
        Some(second) => two_programs(table, &program, second, &path, seconds, &many).await,
        None => forms(table, address, &path, seconds, ceiling).await,
    }
    let took = format!("{} ms", program.took.as_millis());
    table.row(&format!("{engine}: start, empty"), &took, "");
    let memory = format!("{:.0} MiB idle, {:.0} MiB after the load", mib(idle), mib(loaded));
    table.row(&format!("{engine}: resident memory"), &memory, "");
    let (status, _) = program.stop().await;
    assert!(status.success(), "{}", place.read_log());
}

async fn two_programs(table: &mut Table, first: &Program, second: Program, path: &str, seconds: f64, one: &Figures) {
    let both = posts(seconds, 2 * MANY, &[first.address(), second.address()], path).await;
    table.load("PostgreSQL: durable POST, two programs, 64 connections each", &both, Some(one));
    second.kill();
}

async fn forms(table: &mut Table, address: &str, path: &str, seconds: f64, ceiling: &Ceiling) {
    let load = Load { connections: MANY, seconds, expected: 200 };
    let path = path.to_owned();
    let form = load::run(load, &[address], move |address| get(address, &path)).await;
    let size = form.body_bytes;
    let constant =
        load::run(load, &[&ceiling.address], move |address| get(address, &format!("/constant/{size}"))).await;
    table.load(&format!("GET ceiling: same stack, constant body of {size} bytes"), &constant, None);
    table.load("GET form, packed, 64 connections", &form, Some(&constant));
}

async fn posts(seconds: f64, connections: usize, addresses: &[&str], path: &str) -> Figures {
    let path = path.to_owned();
    let load = Load { connections, seconds, expected: 303 };
    load::run(load, addresses, move |address| post(address, &path, &format!("visit={}&overall=5", new_visit()))).await
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

fn number_after(arguments: &[String], name: &str) -> Option<f64> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1)?.parse().ok()
}
