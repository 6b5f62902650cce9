//! The program under faults, seen from outside: killed, stopped, raced, starved and sent what no browser sends.
//! Runs on SQLite; on PostgreSQL when HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../harness/mod.rs"]
mod harness;

mod cases;
mod citizen;
mod crowd;
mod database;
mod first_run;
mod hostile;
mod kill;
mod overload;
mod races;
#[path = "../harness/receiver.rs"]
mod receiver;
mod rows;
mod seal;
mod slow;
mod webhooks;
