//! The program under faults, seen from outside: killed, stopped, raced, starved and sent what no browser sends.
//! Runs on SQLite; on PostgreSQL when HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "only measurements of pages wait until the program rests")]
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
