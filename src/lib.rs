//! Hài Lòng.
pub mod clock;
pub mod domain;
pub mod error;
pub mod flow;
pub mod store;
pub mod web;
pub mod words;
