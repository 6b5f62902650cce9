//! The command line of Hài Lòng.

use std::process::ExitCode;

fn main() -> ExitCode {
    hailong::cli::main()
}
