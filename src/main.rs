//! The command line of Hài Lòng.

fn main() {}
