//! Findings to something one can look at; pure bytes out.

pub mod qr;
