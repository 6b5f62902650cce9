//! What tests and benchmarks need to look at the program from outside: its process and a client.

pub mod http;
pub mod program;
