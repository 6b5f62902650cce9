//! What people do: one file per verb, one transaction each. May use `store`, `domain` and `stats`.

pub mod alerts;
pub mod api_key;
pub mod assess;
pub mod audit;
pub mod collect;
pub mod comments;
pub mod cut;
pub mod design;
pub mod endpoints;
pub mod exclude;
mod factors;
pub mod holiday;
pub mod issue;
pub mod kiosk;
pub mod paper;
pub mod people;
pub mod portal;
pub mod post;
pub mod publish;
pub mod release;
pub mod seal;
pub mod simulate;
pub mod suspicion;
pub mod upkeep;
pub mod webhook;
