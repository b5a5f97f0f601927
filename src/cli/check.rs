//! `check`: what is reported of a repository, and what the run ends with.

use super::{
    Error, Outcome,
    args::{CheckArgs, Color, commands},
    baseline,
    changes::Changes,
    known_rules,
    output::{outputs, write_report},
    print, release, repair,
    scope::{Scope, read},
    summary::{print_summary, summary},
};
use crate::{
    config,
    diag::Safety,
    engine::{Finding, Options, Workspace},
    lints,
    report::{self, Format, Origin, Report},
    text::nearest,
};
use std::{
    io::{self, IsTerminal, Read},
    path::PathBuf,
    time::Instant,
};

pub(super) fn check(args: &CheckArgs) -> Result<Outcome, Error> {
    let started = Instant::now();
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|error| Error(format!("--threads {threads}: {error}")))?;
    }
    let outputs = match args.statistics {
        true => vec![(Format::Statistics, None)],
        false => outputs(&args.output)?,
    };
    known_rules(args.select.iter().chain(&args.ignore))?;
    let (mut workspace, scope, changes) = open(args)?;
    if args.show_files {
        return print(|out| report::write_files(&workspace, |path| scope.holds(path), out));
    }
    if let Some(name) = args.ignore.iter().find(|name| workspace.binds(name)) {
        let place = "`not-ignorable` in .rke2lint.yaml";
        return Err(Error(format!("--ignore {name}: {place} says that nothing silences it")));
    }
    let mut view = View { args, scope: &scope, changes };
    let allowed = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    if args.diff {
        let repaired = workspace.repair(allowed, |workspace, it| view.shows(workspace, it));
        let mut left_out = Vec::new();
        print(|out| repair::write_patch(&repaired, out).map(|paths| left_out = paths))?;
        for path in left_out {
            eprintln!(
                "{path}: left out of the patch, which would show a secret; `--fix` repairs it."
            );
        }
        let outcome = if repaired.files.is_empty() { Outcome::Clean } else { Outcome::Findings };
        if !args.quiet {
            eprintln!("`--fix` would repair {}.", repair::words(&repaired));
        }
        return Ok(outcome);
    }
    let repaired =
        args.fix.then(|| workspace.repair(allowed, |workspace, it| view.shows(workspace, it)));
    if let Some(repaired) = &repaired {
        repair::write_files(repaired, &scope)?;
        if let Some(reference) = &args.since {
            view.changes = Some(Changes::since(scope.root(), reference)?);
        }
    }
    let checked = workspace.check();
    let shows = |it: &&Finding| view.shows(&workspace, it);
    let shown: Vec<&Finding> = checked.findings.iter().filter(shows).collect();
    let silenced: Vec<&Finding> = checked.silenced.iter().filter(shows).collect();
    let summary = summary(&checked, &shown, &silenced, &scope);
    let outcome = view.outcome(checked.config_is_wrong, &shown, summary.is_empty());
    let origin = Origin {
        prefix: scope.prefix(),
        links: scope.links(shown.iter().chain(&silenced).flat_map(|finding| {
            let labels = finding.diagnostic.labels();
            labels.map(|label| workspace.sources().get(label.span.file).path.as_str())
        })),
        exit_code: outcome.code(),
        has_baseline: workspace.has_baseline(),
        category: args.sarif_category.clone(),
        max_results: args.sarif_max_results,
    };
    let silenced = if args.sarif_include_suppressed { silenced } else { Vec::new() };
    let sources = workspace.sources();
    let mut report =
        Report { checked: &checked, shown, silenced, sources, summary, color: false, origin };
    for (format, file) in outputs {
        report.color = file.is_none() && args.colors();
        write_report(&report, format, file.as_deref())?;
    }
    if !args.quiet {
        if let Some(repaired) = repaired.filter(|repaired| repaired.fixes > 0) {
            eprintln!("Repaired {}.", repair::words(&repaired));
        }
        print_summary(&report.summary, started.elapsed());
    }
    // The system frees all of it at once.
    std::mem::forget((checked, workspace));
    Ok(outcome)
}

/// The repository as it is to be checked, and what of it is to be reported.
fn open(args: &CheckArgs) -> Result<(Workspace, Scope, Option<Changes>), Error> {
    let release = args.rke2_version.as_deref().map(release).transpose()?;
    let scope = match &args.stdin_filename {
        Some(path) => Scope::of_new_file(path)?,
        None => Scope::new(&args.paths).map_err(|error| meant(&args.paths).unwrap_or(error))?,
    };
    let (changes, staged) = match (&args.since, args.staged) {
        (Some(reference), _) => (Some(Changes::since(scope.root(), reference)?), Vec::new()),
        (None, true) => {
            let (changes, staged) = Changes::staged(scope.root())?;
            (Some(changes), staged)
        }
        (None, false) => (None, Vec::new()),
    };
    let config = match (&args.config, args.no_config) {
        (Some(path), _) => Some(read(path)?),
        (None, true) => None,
        (None, false) => match staged.iter().find(|file| file.path == config::FILE_NAME) {
            Some(file) => file.text()?,
            None => scope.config()?,
        },
    };
    let pages = !args.include.is_empty();
    let options = Options { lists: args.show_files, pages, ..Options::default() };
    let mut workspace = scope.open(config, options)?;
    workspace.release = release;
    for file in &staged {
        workspace.overlay(&file.path, file.bytes.as_deref());
    }
    if args.stdin_filename.is_some() {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| Error(format!("standard input: {error}")))?;
        workspace.overlay(scope.only(), Some(&bytes));
    }
    if !args.no_baseline {
        baseline::load(&mut workspace, &scope, args.baseline.as_deref(), &staged)?;
    }
    Ok((workspace, scope, changes))
}

/// A word that is no path may be a slip of a command.
fn meant(paths: &[PathBuf]) -> Option<Error> {
    let [path] = paths else { return None };
    let (word, commands) = (path.to_str()?, commands());
    let near = nearest(word, commands.iter().map(String::as_str))?;
    let is_path = path.exists() || word.contains(['/', '.']);
    let message = format!("{word}: no such command or path; did you mean `{near}`?");
    (!is_path).then_some(Error(message))
}

/// Which findings are reported.
struct View<'a> {
    args: &'a CheckArgs,
    scope: &'a Scope,
    changes: Option<Changes>,
}

impl View<'_> {
    fn shows(&self, workspace: &Workspace, finding: &Finding) -> bool {
        let diagnostic = &finding.diagnostic;
        let group = lints::find(diagnostic.rule).map_or("", |lint| lint.meta().group.as_str());
        let named = |names: &[String]| names.iter().any(|n| n == diagnostic.rule || n == group);
        let sources = workspace.sources();
        let in_scope =
            diagnostic.labels().any(|label| self.scope.holds(&sources.get(label.span.file).path));
        // Of a file that wasn't read, nobody knows which line is wrong.
        let is_whole = diagnostic.rule == lints::UNREADABLE_FILE.id();
        let is_changed = self.changes.as_ref().is_none_or(|changes| {
            diagnostic.labels().any(|label| {
                let file = sources.get(label.span.file);
                let last = label.span.end.saturating_sub(1).max(label.span.start);
                let last = if is_whole { usize::MAX } else { file.line(last) };
                changes.touch(&file.path, file.line(label.span.start), last)
            })
        });
        let is_ignored = named(&self.args.ignore) && !workspace.binds(diagnostic.rule);
        in_scope
            && is_changed
            && diagnostic.confidence >= self.args.min_confidence
            && (self.args.select.is_empty() || named(&self.args.select))
            && !is_ignored
    }

    fn outcome(&self, config_is_wrong: bool, shown: &[&Finding], is_empty: bool) -> Outcome {
        let failing = |finding: &&Finding| finding.diagnostic.level >= self.args.fail_on;
        if config_is_wrong {
            Outcome::WrongConfig
        } else if shown.iter().any(failing) && !self.args.exit_zero {
            Outcome::Findings
        } else if is_empty && !self.args.allow_empty {
            Outcome::Empty
        } else {
            Outcome::Clean
        }
    }
}

impl CheckArgs {
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
}
