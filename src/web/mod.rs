//! HTTP and HTML.
pub mod splice;
