//! The command line: which repository, what to report of it, and where to.
//!
//! The only door to clap, and to files other than those of the walk.

mod explain;
mod output;
mod scope;

use crate::{
    diag::{Confidence, Level},
    engine::{Checked, Finding, Options, Workspace},
    facts::{self, Releases, flags::FlagRole},
    lint::release_words,
    lints,
    model::State,
    report::{self, Report, Summary, plural},
    text::nearest,
};
use clap::{Args, Parser, Subcommand, ValueEnum, error::ErrorKind};
use output::{closed_pipe, outputs, write_report};
use scope::{Scope, read};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fmt,
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

const EXAMPLES: &str = "\
Examples:
  rke2lint                                  check the repository that you are in
  rke2lint check clusters/prod              report only what lies there; all of it is read
  rke2lint check --rke2-version v1.34.2     for that release, whatever the repository says
  rke2lint check --output json=report.json  a report in a file
  rke2lint explain multus-not-first         why a rule says what it says
  rke2lint explain rke2-cilium:hubble       what a chart's values are, release by release
  rke2lint config schema --for rke2-server  a JSON Schema of config.yaml

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong arguments or
configuration; 3 no RKE2 configuration found.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  rke2lint explain multus-not-first
  rke2lint explain rke2-cilium                       the values of the chart
  rke2lint explain rke2-cilium:hubble                those below a key
  rke2lint explain rke2-cilium:cni.exclusive         a value, in all releases
  rke2lint explain rke2-cilium:bgp --rke2-version v1.34.2
  rke2lint explain 'rke2-traefik:ports.*.hostPort'   `*` is any key, or any item of a list";

/// Finds mistakes in the network configuration of RKE2 clusters before RKE2 does.
#[derive(Parser)]
#[command(name = "rke2lint", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Check a repository (the default)
    Check(CheckArgs),
    /// Show what was understood: clusters, machines, releases, charts
    Model {
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
    /// Print a rule's page, or what is known of a packaged chart's values
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// A rule's id, the name of a packaged chart, or CHART:PATH of a value
        #[arg(value_name = "RULE|CHART[:PATH]", required_unless_present = "all")]
        target: Option<String>,
        /// The pages of all rules
        #[arg(long, conflicts_with = "target")]
        all: bool,
        /// What holds for a release; without it, the history of a value
        #[arg(long, value_name = "V")]
        rke2_version: Option<String>,
    },
    /// What can be said in RKE2's own configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// List the rules
    Rules {
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        output: ListFormat,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print a JSON Schema of config.yaml, for editors
    Schema {
        /// Who reads the file
        #[arg(long, value_enum, value_name = "WHO")]
        r#for: Reader,
        /// The newest known release if not given
        #[arg(long, value_name = "V")]
        rke2_version: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Reader {
    Rke2Server,
    Rke2Agent,
}

#[derive(Clone, Copy, ValueEnum)]
enum ListFormat {
    Text,
    Json,
}

#[derive(Args)]
struct CheckArgs {
    /// Files and folders to report on; the whole repository around them is read
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// human, concise or json; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    output: Vec<String>,
    /// The release to check for: v1.34.2+rke2r1, v1.34.2 or v1.34
    #[arg(long, value_name = "V")]
    rke2_version: Option<String>,
    /// The lowest level that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "warning", value_parser = level)]
    fail_on: Level,
    /// low, medium or high
    #[arg(long, value_name = "C", default_value = "medium", value_parser = confidence)]
    min_confidence: Confidence,
    /// Only these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Read this configuration in place of .rke2lint.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no .rke2lint.yaml
    #[arg(long)]
    no_config: bool,
    /// auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// No summary on standard error
    #[arg(long, short)]
    quiet: bool,
    /// docs: examples in Markdown and AsciiDoc too, each by itself
    #[arg(long, value_name = "WHAT", value_parser = ["docs"])]
    include: Vec<String>,
    /// List each file with what it is read as, or why it is left, and check nothing
    #[arg(long)]
    show_files: bool,
    /// Exit with 0 even if there are findings
    #[arg(long)]
    exit_zero: bool,
    /// Exit with 0 even if there is no RKE2 configuration
    #[arg(long)]
    allow_empty: bool,
    /// As many as there are processors if not given
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// How a run ended that did its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Clean,
    Findings,
    WrongConfig,
    Empty,
}

impl Outcome {
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::WrongConfig => 2,
            Outcome::Empty => 3,
        })
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
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            if help {
                error.print().or_else(closed_pipe).map_err(|error| Error(error.to_string()))?;
                return Ok(Outcome::Clean);
            }
            let text = error.to_string();
            return Err(Error(text.trim_start_matches("error: ").trim_end().to_owned()));
        }
    };
    match cli.command.unwrap_or(Command::Check(cli.check)) {
        Command::Check(args) => check(&args),
        Command::Model { path } => model(path),
        Command::Explain { target, rke2_version, .. } => {
            explain::explain(target.as_deref(), rke2_version.as_deref())
        }
        Command::Rules { output } => rules(output),
        Command::Config { command: ConfigCommand::Schema { r#for, rke2_version } } => {
            schema(r#for, rke2_version.as_deref())
        }
    }
}

fn check(args: &CheckArgs) -> Result<Outcome, Error> {
    let started = Instant::now();
    if let Some(threads) = args.threads {
        let pool = rayon_threads(threads);
        pool.map_err(|error| Error(format!("--threads {threads}: {error}")))?;
    }
    let outputs = outputs(&args.output)?;
    known_rules(args.select.iter().chain(&args.ignore))?;
    let release = args.rke2_version.as_deref().map(release).transpose()?;
    let scope = Scope::new(&args.paths)?;
    let config = match (&args.config, args.no_config) {
        (Some(path), _) => Some(read(path)?),
        (None, true) => None,
        (None, false) => scope.config()?,
    };
    let pages = !args.include.is_empty();
    let options = Options { lists: args.show_files, pages, ..Options::default() };
    let mut workspace = scope.open(config, options)?;
    workspace.release = release;
    if args.show_files {
        return print(|out| report::write_files(&workspace, |path| scope.holds(path), out));
    }
    let checked = workspace.check();
    let shown: Vec<&Finding> =
        checked.findings.iter().filter(|finding| args.shows(finding, &scope, &workspace)).collect();
    let summary = summary(&checked, &shown, &scope);
    let mut report =
        Report { checked: &checked, shown, sources: workspace.sources(), summary, color: false };
    for (format, file) in outputs {
        report.color = file.is_none() && args.colors();
        write_report(&report, format, file.as_deref())?;
    }
    if !args.quiet {
        print_summary(&report.summary, started.elapsed());
    }
    let outcome = args.outcome(&report);
    // The system frees all of it at once.
    std::mem::forget((checked, workspace));
    Ok(outcome)
}

fn rayon_threads(threads: usize) -> Result<(), rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()
}

impl CheckArgs {
    fn shows(&self, finding: &Finding, scope: &Scope, workspace: &Workspace) -> bool {
        let diagnostic = &finding.diagnostic;
        let group = lints::find(diagnostic.rule).map_or("", |lint| lint.meta().group.as_str());
        let named = |names: &[String]| names.iter().any(|n| n == diagnostic.rule || n == group);
        let in_scope = diagnostic
            .labels()
            .any(|label| scope.holds(&workspace.sources().get(label.span.file).path));
        in_scope
            && diagnostic.confidence >= self.min_confidence
            && (self.select.is_empty() || named(&self.select))
            && !named(&self.ignore)
    }

    fn colors(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                !no_color && io::stdout().is_terminal()
            }
        }
    }

    fn outcome(&self, report: &Report<'_>) -> Outcome {
        let failing = |finding: &&Finding| finding.diagnostic.level >= self.fail_on;
        if report.checked.config_is_wrong {
            Outcome::WrongConfig
        } else if report.shown.iter().any(failing) && !self.exit_zero {
            Outcome::Findings
        } else if report.summary.files_checked + report.summary.files_unread == 0
            && !self.allow_empty
        {
            Outcome::Empty
        } else {
            Outcome::Clean
        }
    }
}

fn release(text: &str) -> Result<Releases, Error> {
    Releases::parse(text).ok_or_else(|| {
        let forms = "write it as v1.34.2+rke2r1, v1.34.2 or v1.34";
        Error(format!("--rke2-version {text}: no such release; {forms}"))
    })
}

fn level(text: &str) -> Result<Level, String> {
    Level::parse(text).ok_or_else(|| "write error, warning or note".to_owned())
}

fn confidence(text: &str) -> Result<Confidence, String> {
    Confidence::parse(text).ok_or_else(|| "write low, medium or high".to_owned())
}

fn known_rules<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    for name in names {
        let known = || lints::all().flat_map(|lint| [lint.id(), lint.meta().group.as_str()]);
        if !known().any(|known| known == name) {
            return Err(no_rule(name, known()));
        }
    }
    Ok(())
}

fn no_rule<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let near = nearest(name, known);
    let help = near
        .map_or("`rke2lint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Error(format!("there is no rule `{name}`; {help}"))
}

fn summary(checked: &Checked, shown: &[&Finding], scope: &Scope) -> Summary {
    let count = |paths: &[String]| paths.iter().filter(|path| scope.holds(path)).count();
    let files = checked.repo.files.iter().filter(|file| file.carrier.is_none());
    let files =
        files.filter(|file| matches!(file.state, State::Read | State::Lines | State::Branches));
    let read = files.filter(|file| scope.holds(&file.source.path)).count();
    let clusters = checked.repo.clusters.iter();
    let clusters = clusters.filter(|cluster| cluster.paths().any(|path| scope.holds(path)));
    let releases: BTreeSet<String> =
        clusters.clone().map(|cluster| release_words(&cluster.releases)).collect();
    let templates_unread = count(&checked.templates);
    let mut summary = Summary {
        files_checked: read,
        files_unread: count(&checked.unread) + templates_unread,
        templates_unread,
        clusters: clusters.clone().count(),
        releases: releases.into_iter().collect(),
        is_newer: clusters.clone().any(|cluster| cluster.releases.beyond_tables()),
        rules: lints::all().count(),
        errors: 0,
        warnings: 0,
        notes: 0,
    };
    shown.iter().for_each(|finding| summary.count(finding.diagnostic.level));
    summary
}

fn print_summary(summary: &Summary, elapsed: Duration) {
    let releases = match summary.releases.as_slice() {
        [] => String::new(),
        [one] => format!(" for {one}"),
        all => format!(" for {} releases", all.len()),
    };
    let millis = elapsed.as_millis();
    eprintln!(
        "Checked {} in {}{releases}, {}, in {millis} ms.",
        plural(summary.files_checked, "file"),
        plural(summary.clusters, "cluster"),
        plural(summary.rules, "rule"),
    );
    if summary.is_newer {
        let newest = facts::newest_known();
        eprintln!("The release is newer than {newest}, the newest one that this version knows.");
    }
    if summary.files_unread > 0 {
        let templates = plural(summary.templates_unread, "template");
        let files = plural(summary.files_unread, "file");
        eprintln!(
            "{files} not read ({templates} without a YAML tree): what they hold isn't checked."
        );
    }
    let (errors, warnings, notes) = (summary.errors, summary.warnings, summary.notes);
    if errors + warnings + notes == 0 {
        eprintln!("Found nothing to report.");
        return;
    }
    let counts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| plural(*count, word)).collect();
    eprintln!("Found {}. `rke2lint explain RULE` tells more.", counts.join(", "));
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

fn rules(format: ListFormat) -> Result<Outcome, Error> {
    let json = matches!(format, ListFormat::Json);
    print(|out| report::write_rules(lints::all(), json, out))
}

fn schema(reader: Reader, version: Option<&str>) -> Result<Outcome, Error> {
    let role = match reader {
        Reader::Rke2Server => FlagRole::Server,
        Reader::Rke2Agent => FlagRole::Agent,
    };
    let releases = match version {
        Some(version) => release(version)?,
        None => Releases::newest_known(),
    };
    print(|out| report::write_schema(role, &releases, out))
}
