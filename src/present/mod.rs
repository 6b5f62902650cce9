//! Findings to something one can look at; pure bytes out.

pub mod qr;
//! Findings made into something one can look at: bytes of files, numbers as people write them. No HTML, no HTTP.
pub mod csv;
pub mod number;
pub mod report;
