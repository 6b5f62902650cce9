//! Findings and codes made into something one can look at: bytes of files, numbers as people write them. No HTML, no
//! HTTP.

pub mod chart;
pub mod csv;
pub mod draw;
pub mod log;
pub mod number;
pub mod print;
pub mod qr;
pub mod report;
pub mod say;
pub mod sheet;
