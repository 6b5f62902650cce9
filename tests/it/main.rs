//! Integration tests, one binary. Runs on SQLite; on PostgreSQL when HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod assess;
mod codes;
mod collect;
mod factor;
mod fuzz;
mod house;
mod import;
mod log;
mod paper;
mod permit;
mod print;
mod promises;
mod recount;
mod release;
mod results;
mod rows;
mod schema;
mod simulate;
mod site;
mod sso;
mod stats_design;
mod stats_properties;
mod stats_vectors;
mod store;
mod world;
