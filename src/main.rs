//! The binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    match rke2lint::cli::main(std::env::args_os()) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            eprintln!("rke2lint: {error}");
            ExitCode::from(2)
        }
    }
}
