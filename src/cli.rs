//! The command line: which repository, what to report of it, and where to.

mod args;
mod baseline;
mod changes;
mod check;
mod config;
mod explain;
mod output;
mod repair;
mod scope;
mod summary;

use crate::{engine::Options, facts::Releases, lints, report, text::nearest};
use args::{Command, ListFormat, RulesArgs};
use output::closed_pipe;
use scope::Scope;
use std::{
    ffi::OsString,
    fmt,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

/// How a run ended that did its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Clean,
    Findings,
    WrongConfig,
    Empty,
}

impl Outcome {
    fn code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::WrongConfig => 2,
            Outcome::Empty => 3,
        }
    }

    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Why a run could not do its work: one line.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs the command line.
///
/// # Errors
/// If the arguments are wrong, a path doesn't exist, or a report can't be
/// written.
pub fn main(args: impl Iterator<Item = OsString>) -> Result<Outcome, Error> {
    let Some(command) = args::parse(args)? else { return Ok(Outcome::Clean) };
    match command {
        Command::Check(args) => check::check(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Rules(args) => rules(&args),
        Command::Model { path } => model(path),
        Command::Baseline { change, path, baseline, include } => {
            let options = Options { pages: !include.is_empty(), ..Options::default() };
            baseline::baseline(change, path, baseline.as_deref(), options)
        }
        Command::Config { command } => config::config(command),
        Command::Completions { shell } => print(|out| args::write_completions(shell, out)),
        Command::Man => print(args::write_man),
    }
}

fn model(path: PathBuf) -> Result<Outcome, Error> {
    let scope = Scope::new(&[path])?;
    let workspace = scope.open(scope.config()?, Options::default())?;
    print(|out| report::write_model(&workspace, out))
}

/// Writes to standard output; a reader who has seen enough is no error.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Outcome, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    written.or_else(closed_pipe).map_err(|error| Error(error.to_string()))?;
    Ok(Outcome::Clean)
}

fn rules(args: &RulesArgs) -> Result<Outcome, Error> {
    known_rules(args.group.iter())?;
    let is_asked = |lint: &&'static crate::lint::Lint| {
        let meta = lint.meta();
        (args.group.is_empty() || args.group.contains(&meta.group))
            && args.level.is_none_or(|level| level == meta.level)
    };
    let json = args.output == ListFormat::Json;
    print(|out| report::write_rules(lints::all().filter(is_asked), json, out))
}

fn release(text: &str) -> Result<Releases, Error> {
    Releases::parse(text).ok_or_else(|| {
        let forms = "write it as v1.34.2+rke2r1, v1.34.2 or v1.34";
        Error(format!("--rke2-version {text}: no such release; {forms}"))
    })
}

fn known_rules<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    for name in names {
        let known = || lints::all().flat_map(|lint| [lint.id(), lint.meta().group.as_str()]);
        if !known().any(|known| known == name) {
            let near = nearest(name, known());
            let help = near.map_or("`rke2lint rules` lists them".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            return Err(Error(format!("there is no rule or group `{name}`; {help}")));
        }
    }
    Ok(())
}
