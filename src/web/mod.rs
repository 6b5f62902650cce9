//! HTML for people. The only room that names maud.

pub mod results;
