//! Integration tests, one binary. Runs on SQLite; on PostgreSQL when HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod alerts;
mod apart;
mod api;
mod assess;
mod behind;
mod cases;
mod codes;
mod collect;
mod comments;
mod decisions;
mod desk;
mod dice;
mod exclusion;
mod factor;
mod fuzz;
mod holidays;
mod hook;
mod house;
mod import;
mod inert;
mod judged;
mod kiosk;
mod log;
mod manage;
mod paper;
mod permit;
mod pictures;
mod places;
mod portal;
#[path = "../harness/post.rs"]
mod post;
mod print;
mod promises;
mod publish;
#[path = "../harness/receiver.rs"]
mod receiver;
mod recount;
mod release;
mod results;
mod rows;
mod schema;
mod seal;
mod signals;
mod simulate;
mod site;
mod sso;
mod stats_design;
mod stats_properties;
mod stats_vectors;
mod store;
mod suspicion;
mod tablets;
mod upkeep;
mod webhooks;
mod weight;
mod world;
