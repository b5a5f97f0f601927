//! The binary: arguments in, exit code out.

use std::process::ExitCode;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match rke2lint::cli::main(std::env::args_os()) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            eprintln!("rke2lint: {error}");
            ExitCode::from(2)
        }
    }
}
