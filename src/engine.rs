//! A repository opened, kept and checked: all that the command line, tests
//! and editors use.
//!
//! State is kept for one thing only, files that were read. The model is built
//! anew for each check.

mod allow;
mod baseline;
mod doubt;
mod fingerprint;
mod readings;
mod repair;
mod secret;
mod silence;
mod walk;

use crate::{
    config::{self, Config},
    diag::Diagnostic,
    facts::Releases,
    lint::{Check, Cx, Lint},
    lints,
    model::{self, Cluster, File, Repo, State},
    text::{FileId, SourceFile, SourceMap, Span, nearest},
};
use baseline::Baseline;
use rayon::prelude::*;
use readings::Input;
use silence::All;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    path::Path,
    sync::Arc,
};

pub use baseline::{BASELINE_NAME, BASELINE_VERSION, BaselineEntry};
pub use repair::{Repaired, Rewritten};
pub use secret::{secrets, shows_secret};
pub use silence::Silenced;
pub use walk::MAX_FILE_LEN;

/// A repository in memory.
pub struct Workspace {
    sources: SourceMap,
    /// By path, those that were read and may matter.
    files: BTreeMap<String, Arc<File>>,
    /// Only looked up, never listed.
    ids: HashMap<String, FileId>,
    config: Config,
    /// Files that could not be read, with the reason.
    unread: BTreeMap<String, (FileId, String)>,
    /// The release that the user asks for.
    pub release: Option<Releases>,
    baseline: Option<Baseline>,
    /// Pages of documentation were read too.
    has_pages: bool,
    /// Files that were left, with the reason, if it was asked for.
    left: BTreeMap<String, &'static str>,
}

/// How a repository is opened.
#[derive(Default)]
pub struct Options {
    /// The path and the text of the configuration, if there is one.
    pub config: Option<(String, String)>,
    /// Remember which files were left, and why.
    pub lists: bool,
    /// Read pages of documentation too.
    pub pages: bool,
}

/// What a check found, and what it looked at.
pub struct Checked {
    /// Sorted by path, place, rule.
    pub findings: Vec<Finding>,
    /// What comments and the baseline silence, in the same order.
    pub silenced: Vec<Finding>,
    /// Fingerprints in the baseline that are no longer found, sorted.
    pub stale: Vec<String>,
    pub repo: Repo,
    /// Paths of files that belong to RKE2 and could not be read.
    pub unread: Vec<String>,
    /// Paths of files that are, or carry, templates that were not read.
    pub templates: Vec<String>,
    /// `.rke2lint.yaml` or the baseline has mistakes.
    pub config_is_wrong: bool,
}

/// A diagnostic with what only the whole repository knows of its places.
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// Of the primary place, then of the related ones.
    pub breadcrumbs: Vec<String>,
    /// For which releases the rule says what it says, in the words of its page.
    pub releases: &'static str,
    /// What it is known by from run to run, whatever the lines around it.
    pub fingerprint: String,
    /// Why it isn't reported.
    pub silenced: Option<Silenced>,
}

impl Checked {
    /// The first mistake of `.rke2lint.yaml` or the baseline.
    pub fn config_mistake(&self) -> Option<&Diagnostic> {
        let mut all = self.findings.iter().map(|finding| &finding.diagnostic);
        all.find(|it| it.rule == lints::CONFIG_INVALID.id())
    }
}

impl Workspace {
    pub fn new() -> Workspace {
        Workspace {
            sources: SourceMap::default(),
            files: BTreeMap::new(),
            ids: HashMap::new(),
            config: Config::default(),
            unread: BTreeMap::new(),
            release: None,
            baseline: None,
            has_pages: false,
            left: BTreeMap::new(),
        }
    }

    /// Reads what matters below `root`.
    ///
    /// # Errors
    /// If `root` can't be read at all. Single files that can't be are findings.
    pub fn open(root: &Path, options: &Options) -> io::Result<Workspace> {
        let mut workspace = Workspace { has_pages: options.pages, ..Workspace::new() };
        if let Some((path, text)) = &options.config {
            workspace.configure(path, text);
        }
        let walked = walk::walk(root, &workspace.config, options)?;
        workspace.left.extend(walked.left);
        for (path, reason) in walked.unread {
            let id = workspace.intern(&path);
            workspace.sources.insert(Arc::new(SourceFile::new(id, path.as_str(), "")));
            workspace.unread.insert(path, (id, reason));
        }
        let mut sources = Vec::new();
        for (path, text) in walked.texts {
            let id = workspace.intern(&path);
            sources.push((id, path, text));
        }
        let config = &workspace.config;
        let read = |(id, path, text): (FileId, String, String)| {
            let told = config.tells(&path);
            Arc::new(File::read(Arc::new(SourceFile::new(id, path, text)), told))
        };
        let files: Vec<Arc<File>> = sources.into_par_iter().map(read).collect();
        for file in files {
            if options.lists && file.state == State::Foreign {
                workspace.left.insert(file.path.clone(), "nothing of RKE2's");
            }
            workspace.keep(file);
        }
        Ok(workspace)
    }

    /// Files that were left, by path, with the reason; only those that couldn't
    /// be read if it wasn't asked for.
    pub fn left(&self) -> impl Iterator<Item = (&str, &str)> {
        let unread = self.unread.iter().map(|(path, (_, why))| (path.as_str(), why.as_str()));
        self.left.iter().map(|(path, why)| (path.as_str(), *why)).chain(unread)
    }

    /// Reads `text` as the file at `path`, in place of what was there. The
    /// configuration goes first: it says which files are read as what.
    pub fn set(&mut self, path: &str, text: &str) {
        if path == config::FILE_NAME {
            return self.configure(path, text);
        }
        let id = self.intern(path);
        self.unread.remove(path);
        let told = self.config.tells(path);
        self.keep(Arc::new(File::read(Arc::new(SourceFile::new(id, path, text)), told)));
    }

    /// Reads `bytes` as the file at `path` in place of what lies on disk, if
    /// they would be read there; forgets the file if there are none.
    pub fn overlay(&mut self, path: &str, bytes: Option<&[u8]>) {
        self.files.remove(path);
        self.unread.remove(path);
        let Some(bytes) = bytes else { return };
        match walk::text_of(path, bytes, &self.config) {
            None => {}
            Some(Ok(text)) => self.set(path, &text),
            Some(Err(reason)) => {
                let id = self.intern(path);
                self.sources.insert(Arc::new(SourceFile::new(id, path, "")));
                self.unread.insert(path.to_owned(), (id, reason));
            }
        }
    }

    fn configure(&mut self, path: &str, text: &str) {
        let id = self.intern(path);
        let source = Arc::new(SourceFile::new(id, path, text));
        self.sources.insert(Arc::clone(&source));
        self.config = Config::read(&source);
    }

    fn intern(&mut self, path: &str) -> FileId {
        if let Some(id) = self.ids.get(path) {
            return *id;
        }
        let id = self.sources.next_id();
        self.sources.insert(Arc::new(SourceFile::new(id, path, "")));
        self.ids.insert(path.to_owned(), id);
        id
    }

    fn keep(&mut self, file: Arc<File>) {
        if file.state == State::Foreign {
            self.files.remove(&file.source.path);
            return;
        }
        self.sources.insert(Arc::clone(&file.source));
        self.files.insert(file.source.path.clone(), file);
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// With what they carry.
    fn all_files(&self) -> Vec<Arc<File>> {
        self.files.values().flat_map(File::all).collect()
    }

    pub fn model(&self) -> Repo {
        model::build(self.all_files(), &self.config, self.release.as_ref())
    }

    pub fn check(&self) -> Checked {
        let mut found = self.own_findings();
        let (repo, mut rules) = self.run(self.release.as_ref());
        doubt::weaken(&mut rules, &repo, &self.sources, || {
            self.run(Some(&Releases::supported())).1
        });
        doubt::weaken_across(&mut rules, &repo, &self.sources);
        found.extend(rules);
        let All { all, stale } = self.silence(self.without_repeats(found));
        let (silenced, findings) = all.into_iter().partition(|it| it.silenced.is_some());
        let templates = repo.files.iter().filter(|file| file.state == State::Template);
        // Of a file that carries several, it is one.
        let templates: BTreeSet<&String> = templates.map(|file| &file.source.path).collect();
        Checked {
            findings,
            silenced,
            stale,
            templates: templates.into_iter().cloned().collect(),
            unread: self.unread.keys().cloned().collect(),
            config_is_wrong: !self.config_mistakes().is_empty(),
            repo,
        }
    }

    /// What rules find in the repository, in each reading of its templates.
    fn run(&self, release: Option<&Releases>) -> (Repo, Vec<Diagnostic>) {
        let files: Vec<Arc<File>> = self.files.values().cloned().collect();
        let repo = model::build(self.all_files(), &self.config, release);
        let mut found = run_all(&repo);
        let input = Input { files: &files, config: &self.config, release };
        readings::add(&mut found, &repo, input, &self.sources);
        (repo, found)
    }

    /// Sorted by path, place, rule.
    fn without_repeats(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        found.sort_by(|a, b| self.order(a, b));
        // A file in two clusters is found twice.
        found.dedup_by(|next, kept| {
            let same = next.rule == kept.rule
                && next.primary.span == kept.primary.span
                && next.message == kept.message;
            if same {
                for label in std::mem::take(&mut next.related) {
                    kept.label(label.span, label.text);
                }
            }
            same
        });
        found
    }

    fn order(&self, a: &Diagnostic, b: &Diagnostic) -> Ordering {
        let path = |diagnostic: &Diagnostic| &self.sources.get(diagnostic.primary.span.file).path;
        let place = |d: &Diagnostic| (d.primary.span.start, d.primary.span.end);
        let key = |d: &Diagnostic| (place(d), d.rule);
        path(a).cmp(path(b)).then_with(|| key(a).cmp(&key(b)))
    }

    fn breadcrumb(&self, span: Span) -> String {
        let path = &self.sources.get(span.file).path;
        self.files.get(path).map_or(String::new(), |file| file.breadcrumb(span))
    }

    /// What no rule function can find: it isn't in the model.
    fn own_findings(&self) -> Vec<Diagnostic> {
        let mut unreadable = Cx::new(&lints::UNREADABLE_FILE);
        for (id, reason) in self.unread.values() {
            let span = Span::new(*id, 0, 0);
            unreadable
                .report(span, format!("this file wasn't read: {reason}"))
                .why("rules that look at several files may have missed something");
        }
        let mut config = Cx::new(&lints::CONFIG_INVALID);
        for (span, message, help) in self.config_mistakes() {
            let diagnostic = config.report(span, message);
            if let Some(help) = help {
                diagnostic.fix(help);
            }
        }
        let mut found = unreadable.into_found();
        found.extend(config.into_found());
        found
    }

    fn config_mistakes(&self) -> Vec<(Span, String, Option<String>)> {
        let mistakes = self.config.mistakes.iter();
        let mut found: Vec<_> = mistakes
            .map(|mistake| (mistake.span, mistake.message.clone(), mistake.help.clone()))
            .collect();
        let names: Vec<&str> =
            lints::all().flat_map(|lint| [lint.id(), lint.meta().group.as_str()]).collect();
        for (name, span) in &self.config.names {
            if !names.contains(&name.as_str()) {
                let near = nearest(name, names.iter().copied());
                let help = near.map(|near| format!("did you mean `{near}`?"));
                found.push((*span, format!("there is no rule or group `{name}`"), help));
            }
        }
        for (name, level, span) in self.config.all_levels() {
            let binding = || lints::named(name).find(|lint| self.binds(lint.id()));
            if let Some(lint) = level.is_none().then(binding).flatten() {
                let message = format!("`{}` is not ignorable, and can't be `off`", lint.id());
                found.push((span, message, None));
            }
        }
        let baseline = self.baseline.iter().flat_map(|baseline| &baseline.mistakes);
        found.extend(baseline.map(|(span, message)| (*span, message.clone(), None)));
        found
    }
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace::new()
    }
}

fn run_all(repo: &Repo) -> Vec<Diagnostic> {
    let lints: Vec<&Lint> = lints::all().collect();
    let files: Vec<&Arc<File>> = repo.files.iter().collect();
    let clusters: Vec<&Cluster> = repo.clusters.iter().collect();
    let run = |lint| run(lint, &files, &clusters, Some(repo));
    lints.into_par_iter().flat_map_iter(run).collect()
}

/// What rules find in some files, and in some clusters.
fn run_on(files: &[&Arc<File>], clusters: &[&Cluster]) -> Vec<Diagnostic> {
    lints::all().flat_map(|lint| run(lint, files, clusters, None)).collect()
}

/// All that one rule finds; in a repository as a whole if it is given.
fn run(
    lint: &Lint,
    files: &[&Arc<File>],
    clusters: &[&Cluster],
    repo: Option<&Repo>,
) -> Vec<Diagnostic> {
    let mut cx = Cx::new(lint);
    match lint.check {
        Check::File(check) => files.iter().for_each(|file| check(file, &mut cx)),
        Check::Machine(check) => {
            let machines = clusters.iter().flat_map(|cluster| &cluster.machines);
            machines.for_each(|machine| check(machine, &mut cx));
        }
        Check::Cluster(check) => clusters.iter().for_each(|cluster| check(cluster, &mut cx)),
        Check::Repo(check) => repo.iter().for_each(|repo| check(repo, &mut cx)),
        Check::Engine => {}
    }
    cx.into_found()
}
