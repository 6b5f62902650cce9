//! Findings and codes made into something one can look at: bytes of files, numbers as people write them. No HTML, no
//! HTTP.

pub mod alerts;
pub mod chart;
pub mod csv;
pub mod draw;
pub mod fields;
pub mod log;
pub mod number;
pub mod open;
pub mod print;
pub mod qr;
pub mod report;
pub mod say;
pub mod sheet;
pub mod table;
pub mod xlsx;
