//! What can be said on the command line: the only door to clap.

use super::Error;
use crate::{
    diag::{Confidence, Level},
    facts::flags::FlagRole,
};
use clap::{
    Args, CommandFactory, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, Styles},
    error::ErrorKind,
};
use std::{
    ffi::OsString,
    io::{self, Write},
    path::PathBuf,
};

const EXAMPLES: &str = "\
Examples:
  rke2lint                                  check the repository that you are in
  rke2lint check clusters/prod              report only what lies there; all of it is read
  rke2lint check --output human --output sarif=rke2lint.sarif
  rke2lint check --fix                      repair what has a safe fix; --diff shows it
  rke2lint check --since origin/main        only what touches lines changed since then
  rke2lint baseline create                  accept what there is today; report what is new
  rke2lint explain multus-not-first         why a rule says what it says
  rke2lint explain rke2-cilium:hubble       what a chart's values are, release by release

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong arguments or
configuration; 3 no RKE2 configuration found.";

const CHECK_SHORT: &str = "\
Examples:
  rke2lint check clusters/prod              report only what lies there; all of it is read
  rke2lint check --output human --output sarif=rke2lint.sarif
Exit codes: 0 clean; 1 findings; 2 wrong arguments or configuration; 3 nothing of RKE2's found.";

const CHECK_EXAMPLES: &str = "\
Examples:
  rke2lint check clusters/prod              report only what lies there; all of it is read
  rke2lint check --rke2-version v1.34.2     for that release, whatever the repository says
  rke2lint check --output json=report.json  a report in a file; none on the terminal
  rke2lint check --select cni,multus --fail-on error
  git show :a.yaml | rke2lint check --stdin-filename a.yaml

Accept a finding in its file: `# rke2lint: allow(RULE): reason`, on its line, alone
on the line above, or at the top of the file.
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

const BASELINE_EXAMPLES: &str = "\
A baseline is a file of findings that are known and not reported. It is found at
.rke2lint-baseline.json beside .rke2lint.yaml, or where that says. Lines may move;
an entry that is no longer found is reported.

Examples:
  rke2lint baseline create   accept what is found today
  rke2lint baseline prune    forget what was repaired
  rke2lint baseline update   both";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  rke2lint completions bash > /etc/bash_completion.d/rke2lint
  rke2lint completions zsh > \"${fpath[1]}/_rke2lint\"
  rke2lint completions fish > ~/.config/fish/completions/rke2lint.fish";

/// Finds mistakes in the network configuration of RKE2 clusters before RKE2 does.
#[derive(Parser)]
#[command(
    name = "rke2lint",
    version,
    after_help = EXAMPLES,
    styles = Styles::plain(),
    subcommand_value_name = "COMMAND",
    override_usage = "rke2lint [check] [OPTIONS] [PATH]...\n       rke2lint <COMMAND>"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Check a repository (the default)
    #[command(after_help = CHECK_SHORT, after_long_help = CHECK_EXAMPLES)]
    Check(Box<CheckArgs>),
    /// Print a rule's page, or what is known of a packaged chart's values
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Show what was understood: clusters, machines, releases, charts
    Model {
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
    /// Accept what is found today, and report what is new
    #[command(after_help = BASELINE_EXAMPLES)]
    Baseline {
        #[arg(value_enum, value_name = "WHAT")]
        change: BaselineChange,
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// The file, if not .rke2lint-baseline.json or what .rke2lint.yaml says
        #[arg(long, value_name = "FILE")]
        baseline: Option<PathBuf>,
        /// `docs`: examples in Markdown and AsciiDoc too
        #[arg(long, value_name = "WHAT", value_parser = ["docs"], hide_possible_values = true)]
        include: Vec<String>,
    },
    /// Write, show or describe .rke2lint.yaml; describe RKE2's config.yaml
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print a shell's completions
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BaselineChange {
    /// Write a new one of all that is found
    Create,
    /// Add what is new, and take out what is gone
    Update,
    /// Take out what is gone
    Prune,
}

#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Print what holds for a repository, from .rke2lint.yaml and by default
    Show {
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
    /// Write a .rke2lint.yaml to start from
    Init {
        #[arg(value_name = "FOLDER", default_value = ".")]
        path: PathBuf,
    },
    /// Print a JSON Schema, for editors
    Schema {
        /// Whose file: this tool's, or config.yaml of an RKE2 server or agent
        #[arg(long, value_enum, value_name = "WHAT", default_value = "rke2lint")]
        r#for: SchemaOf,
        /// The newest known release if not given
        #[arg(long, value_name = "V")]
        rke2_version: Option<String>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    Rke2lint,
    Rke2Server,
    Rke2Agent,
}

impl SchemaOf {
    /// `None` for this tool's own.
    pub(super) fn role(self) -> Option<FlagRole> {
        match self {
            SchemaOf::Rke2lint => None,
            SchemaOf::Rke2Server => Some(FlagRole::Server),
            SchemaOf::Rke2Agent => Some(FlagRole::Agent),
        }
    }
}

#[derive(Args)]
pub(super) struct ExplainArgs {
    /// A rule's id, the name of a packaged chart, or CHART:PATH of a value
    #[arg(value_name = "RULE|CHART[:PATH]", required_unless_present = "all")]
    pub(super) target: Option<String>,
    /// The pages of all rules
    #[arg(long, conflicts_with = "target")]
    pub(super) all: bool,
    /// What holds for a release; without it, the history of a value
    #[arg(long, value_name = "V")]
    pub(super) rke2_version: Option<String>,
    /// How a rule's page is written
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub(super) output: PageFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    Text,
    Md,
    Json,
}

#[derive(Args)]
pub(super) struct RulesArgs {
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(super) output: ListFormat,
    /// Those of these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    pub(super) group: Vec<String>,
    /// Those of this level
    #[arg(long, value_enum)]
    pub(super) level: Option<Level>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    Text,
    Json,
}

#[derive(Args)]
pub(super) struct CheckArgs {
    /// Files and folders to report on; the whole repository around them is read
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Only findings with a place on lines changed since a commit
    #[arg(long, value_name = "REF", help_heading = "What is read")]
    pub(super) since: Option<String>,
    /// The same for what is staged, which is read as it will be committed
    #[arg(long, conflicts_with = "since", help_heading = "What is read")]
    pub(super) staged: bool,
    /// The text of PATH comes from standard input
    #[arg(long, hide_short_help = true, value_name = "PATH", conflicts_with_all = ["staged", "paths"], help_heading = "What is read")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// `docs`: examples in Markdown and AsciiDoc too, each by itself
    #[arg(long, hide_short_help = true, value_name = "WHAT", value_parser = ["docs"], hide_possible_values = true, help_heading = "What is read")]
    pub(super) include: Vec<String>,
    /// Read this configuration in place of .rke2lint.yaml
    #[arg(
        long,
        hide_short_help = true,
        value_name = "FILE",
        conflicts_with = "no_config",
        help_heading = "What is read"
    )]
    pub(super) config: Option<PathBuf>,
    /// Read no .rke2lint.yaml
    #[arg(long, hide_short_help = true, help_heading = "What is read")]
    pub(super) no_config: bool,

    /// The release to check for: v1.34.2+rke2r1, v1.34.2 or v1.34
    #[arg(long, value_name = "V", help_heading = "Rules")]
    pub(super) rke2_version: Option<String>,
    /// Only these rules or groups
    #[arg(long, value_name = "RULE,...", value_delimiter = ',', help_heading = "Rules")]
    pub(super) select: Vec<String>,
    /// Not these rules or groups
    #[arg(long, value_name = "RULE,...", value_delimiter = ',', help_heading = "Rules")]
    pub(super) ignore: Vec<String>,
    /// How sure a finding has to be: low, medium, high
    #[arg(
        long,
        value_name = "C",
        default_value = "medium",
        hide_possible_values = true,
        help_heading = "Rules"
    )]
    pub(super) min_confidence: Confidence,
    /// The known findings, if not in .rke2lint-baseline.json
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline", help_heading = "Rules")]
    pub(super) baseline: Option<PathBuf>,
    /// Report known findings too
    #[arg(long, hide_short_help = true, help_heading = "Rules")]
    pub(super) no_baseline: bool,

    /// Repair what has a safe fix [*], and report the rest
    #[arg(
        long,
        conflicts_with_all = ["show_files", "staged", "stdin_filename"],
        help_heading = "Fixes"
    )]
    pub(super) fix: bool,
    /// Show what --fix would change as a patch, and write nothing
    #[arg(
        long,
        conflicts_with_all = ["fix", "output", "statistics", "show_files"],
        help_heading = "Fixes"
    )]
    pub(super) diff: bool,
    /// With --fix or --diff: fixes that need a look, too
    #[arg(long, help_heading = "Fixes")]
    pub(super) unsafe_fixes: bool,

    /// human, concise, json, jsonl, sarif, github, gitlab, junit, rdjson
    ///
    /// May be given several times; without a FILE, the report goes to standard
    /// output.
    #[arg(long, value_name = "FORMAT[=FILE]", help_heading = "Reports")]
    pub(super) output: Vec<String>,
    /// Counts by rule in place of the findings
    #[arg(long, conflicts_with = "output", help_heading = "Reports")]
    pub(super) statistics: bool,
    /// List what each file is read as, or why it is left; check nothing
    #[arg(long, conflicts_with_all = ["output", "statistics"], help_heading = "Reports")]
    pub(super) show_files: bool,
    /// auto, always or never
    #[arg(
        long,
        hide_short_help = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Reports"
    )]
    pub(super) color: Color,
    /// No summary on standard error
    #[arg(long, short, help_heading = "Reports")]
    pub(super) quiet: bool,
    /// The category of this run, if several are uploaded for one commit
    #[arg(long, value_name = "X", hide_short_help = true, help_heading = "Reports")]
    pub(super) sarif_category: Option<String>,
    /// Accepted and known findings too, marked as suppressed
    #[arg(long, hide_short_help = true, help_heading = "Reports")]
    pub(super) sarif_include_suppressed: bool,
    /// The gravest are kept; GitHub takes no more than 25,000
    #[arg(
        long,
        value_name = "N",
        default_value_t = 25_000,
        hide_short_help = true,
        help_heading = "Reports"
    )]
    pub(super) sarif_max_results: usize,

    /// The lowest level that fails: error, warning, note
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "warning",
        hide_possible_values = true,
        help_heading = "Exit code"
    )]
    pub(super) fail_on: Level,
    /// Exit with 0 even if there are findings
    #[arg(long, help_heading = "Exit code")]
    pub(super) exit_zero: bool,
    /// Exit with 0 even if there is no RKE2 configuration
    #[arg(long, hide_short_help = true, help_heading = "Exit code")]
    pub(super) allow_empty: bool,

    /// As many as there are processors if not given
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub(super) threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl ValueEnum for Level {
    fn value_variants<'a>() -> &'a [Level] {
        &[Level::Error, Level::Warning, Level::Note]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl ValueEnum for Confidence {
    fn value_variants<'a>() -> &'a [Confidence] {
        &[Confidence::Low, Confidence::Medium, Confidence::High]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// `None` if all that was asked for is help, which is printed.
pub(super) fn parse(args: impl Iterator<Item = OsString>) -> Result<Option<Command>, Error> {
    match Cli::try_parse_from(with_command(args.collect())) {
        Ok(cli) => Ok(Some(cli.command)),
        Err(error) => {
            let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            if help {
                let printed = error.print().or_else(super::output::closed_pipe);
                return printed.map(|()| None).map_err(|error| Error(error.to_string()));
            }
            let text = error.to_string();
            Err(Error(text.trim_start_matches("error: ").trim_end().to_owned()))
        }
    }
}

/// `check` is what is meant if no command is named.
fn with_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let first = args.get(1).map(|arg| arg.to_string_lossy());
    let is_named = first.is_some_and(|first| {
        ["help", "-h", "--help", "-V", "--version"].contains(&first.as_ref())
            || commands().iter().any(|command| *command == first)
    });
    if !is_named {
        args.insert(args.len().min(1), "check".into());
    }
    args
}

pub(super) fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

pub(super) fn write_completions(
    shell: clap_complete::Shell,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rke2lint", &mut text);
    out.write_all(&text)
}

/// One page, the options of `check` among it.
pub(super) fn write_man(out: &mut dyn Write) -> io::Result<()> {
    let mut cli = Cli::command();
    cli.build();
    let check = cli.find_subcommand("check").expect("a command of ours").clone();
    // What a short help leaves out would stand here without a word.
    let check = check.mut_args(|arg| arg.hide_short_help(false));
    let (page, options) = (clap_mangen::Man::new(cli), clap_mangen::Man::new(check));
    let mut text: Vec<u8> = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_subcommands_section(&mut text)?;
    options.render_options_section(&mut text)?;
    options.render_extra_section(&mut text)?;
    page.render_extra_section(&mut text)?;
    page.render_version_section(&mut text)?;
    // The commands have no pages of their own.
    let mut text = String::from_utf8_lossy(&text).into_owned();
    for command in commands() {
        text = text.replace(&format!("rke2lint\\-{command}(1)"), &format!("rke2lint {command}"));
    }
    out.write_all(text.as_bytes())
}
