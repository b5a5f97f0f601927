//! What is wrong only where a branch of a template is taken.
//!
//! In the first reading of a template everything under a condition is unknown,
//! and rules are silent on it. Then each branch is taken once, with those that
//! it lies in, and all else stays unknown: what is found then, and wasn't
//! before, holds under that condition.

use super::run_on;
use crate::{
    config::Config,
    diag::{Confidence, Diagnostic, Label},
    facts::Releases,
    model::{self, File, MAX_BRANCHES, Repo, State},
    text::{FileId, SourceFile, SourceMap, Span},
    yaml::{Branch, Tree},
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a model is built from.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    /// Of the repository, sorted by path.
    pub(super) files: &'a [Arc<File>],
    pub(super) config: &'a Config,
    pub(super) release: Option<&'a Releases>,
}

/// A branch of one file of the repository.
#[derive(Clone)]
struct Taken {
    source: Arc<SourceFile>,
    /// The file's, or that of a text which the file carries.
    tree: Arc<Tree>,
    branch: usize,
}

type Key = (&'static str, Span);

fn key(diagnostic: &Diagnostic) -> Key {
    (diagnostic.rule, diagnostic.primary.span)
}

/// Adds to what was found in `repo` what is found under a condition.
pub(super) fn add(found: &mut Vec<Diagnostic>, repo: &Repo, input: Input, sources: &SourceMap) {
    let conditional = repo.files.iter().filter(|file| file.tree.condition().is_some());
    let conditional: BTreeSet<FileId> = conditional.map(|file| file.source.id).collect();
    note_conditional(found, repo, sources);
    let branches = branches(repo, input.files);
    let passes = branches.iter().map(Vec::len).max().unwrap_or(0);
    if passes == 0 {
        return;
    }
    let pass = |index: usize| {
        let taken: Vec<&Taken> = branches.iter().filter_map(|own| own.get(index)).collect();
        read(&taken, input)
    };
    let read: Vec<Vec<(Taken, Diagnostic)>> = (0..passes).into_par_iter().map(pass).collect();
    let mut conditions: BTreeMap<Key, (Diagnostic, Vec<Taken>)> = BTreeMap::new();
    let known: BTreeSet<Key> = found.iter().map(key).collect();
    for (taken, diagnostic) in read.into_iter().flatten() {
        let key = key(&diagnostic);
        if !known.contains(&key) && is_of(&taken, &diagnostic, &conditional) {
            conditions.entry(key).or_insert((diagnostic, Vec::new())).1.push(taken);
        }
    }
    for (mut diagnostic, taken) in conditions.into_values() {
        // The other branches would have to stay as they are.
        diagnostic.fixes.clear();
        assume(&mut diagnostic, &taken, sources);
        found.push(diagnostic);
    }
}

/// Those of each cluster, and of each template that is in none.
fn branches(repo: &Repo, files: &[Arc<File>]) -> Vec<Vec<Taken>> {
    let mut owned: BTreeMap<(usize, &str), Vec<Taken>> = BTreeMap::new();
    for file in files {
        let taken = branches_of(file);
        if taken.is_empty() {
            continue;
        }
        let path = file.path.as_str();
        let cluster = repo.clusters.iter().position(|cluster| cluster.reads(path));
        let owner = cluster.map_or((usize::MAX, path), |cluster| (cluster, ""));
        owned.entry(owner).or_default().extend(taken);
    }
    let mut owned: Vec<Vec<Taken>> = owned.into_values().collect();
    owned.iter_mut().for_each(|taken| taken.truncate(MAX_BRANCHES));
    owned
}

/// In order; texts that a file carries may be templates of their own.
fn branches_of(file: &Arc<File>) -> Vec<Taken> {
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for file in file.all().iter().filter(|file| file.state != State::Template) {
        for (branch, statement) in file.tree.branches().iter().enumerate() {
            if known.insert(statement.statement.start) {
                let (source, tree) = (Arc::clone(&file.source), Arc::clone(&file.tree));
                all.push(Taken { source, tree, branch });
            }
        }
    }
    all.sort_by_key(|taken| taken.branch().statement.start);
    all
}

/// What rules find with these branches taken, each in a cluster of its own.
fn read(taken: &[&Taken], input: Input) -> Vec<(Taken, Diagnostic)> {
    let mut files: Vec<Arc<File>> = input.files.to_vec();
    for taken in taken {
        let source = Arc::clone(&taken.source);
        let told = input.config.tells(&source.path);
        let reading = taken.tree.reading(taken.branch);
        let file = Arc::new(File::read_as(source, told, &reading));
        let place = files.binary_search_by(|other| other.path.cmp(&file.path));
        if let Ok(place) = place {
            files[place] = file;
        }
    }
    let all = files.iter().flat_map(File::all).collect();
    let repo = model::build(all, input.config, input.release);
    let mut found = Vec::new();
    for taken in taken {
        let path = taken.source.path.as_str();
        let files = repo.files.iter().filter(|file| file.source.path == path);
        let clusters = repo.clusters.iter().filter(|cluster| cluster.reads(path));
        let own = run_on(&files.collect::<Vec<_>>(), &clusters.collect::<Vec<_>>());
        found.extend(own.into_iter().map(|diagnostic| ((*taken).clone(), diagnostic)));
    }
    found
}

/// Says under which conditions something was found: any of `taken`.
fn assume(diagnostic: &mut Diagnostic, taken: &[Taken], sources: &SourceMap) {
    let mut least: Vec<&Taken> = Vec::new();
    for taken in taken {
        let holds = |other: &&Taken| other.branch().holds(taken.branch());
        let same = |other: &&Taken| other.words() == taken.words();
        let own = least.iter().filter(|other| other.source.path == taken.source.path);
        if !own.clone().any(holds) && !own.clone().any(same) {
            least.push(taken);
        }
    }
    if is_exhaustive(&least) {
        return;
    }
    let own = sources.get(diagnostic.primary.span.file);
    let words: Vec<String> = least.iter().map(|taken| taken.place(&own.path)).collect();
    let note = format!("only where {} is taken", words.join(" or "));
    let path = least.first().map(|taken| taken.source.path.as_str());
    weaken(diagnostic, path, note, sources);
}

/// Whether the branch is to blame: what is found in another file may be for the
/// alternative, and a document there with a condition of its own may exclude
/// this one.
fn is_of(taken: &Taken, diagnostic: &Diagnostic, conditional: &BTreeSet<FileId>) -> bool {
    let own = taken.source.id;
    let other = |id: FileId| id != own && conditional.contains(&id);
    let two = diagnostic.labels().any(|label| other(label.span.file));
    diagnostic.primary.span.file == own && !two
}

/// Who renders the branch may leave the other file out, by a condition that
/// stands in no template: a task's `when`.
fn weaken(diagnostic: &mut Diagnostic, path: Option<&str>, note: String, sources: &SourceMap) {
    let alone =
        diagnostic.labels().all(|label| Some(sources.get(label.span.file).path.as_str()) == path);
    let confidence = if alone { diagnostic.confidence } else { Confidence::Low };
    diagnostic.assume(confidence, note);
}

/// One of the branches is there, whatever the condition.
fn is_exhaustive(taken: &[&Taken]) -> bool {
    let ends = taken.iter().filter(|taken| taken.branch().is_else && taken.branch().is_outer());
    ends.into_iter().any(|last| {
        let opener = &last.branch().opener;
        let all = last.tree.branches().iter().filter(|branch| branch.opener == *opener);
        let found = taken.iter().filter(|taken| {
            taken.source.path == last.source.path && taken.branch().opener == *opener
        });
        all.count() == found.count()
    })
}

/// What was found in a document that is there under a condition, and in no
/// other file: that is for the reading in which the condition holds.
fn note_conditional(found: &mut Vec<Diagnostic>, repo: &Repo, sources: &SourceMap) {
    let files = repo.files.iter().filter_map(|file| Some((file, file.tree.condition()?)));
    for (file, branch) in files {
        let (source, tree) = (Arc::clone(&file.source), Arc::clone(&file.tree));
        let taken = Taken { source, tree, branch };
        let own = |label: &Label| file.span.contains(label.span);
        let across =
            |diagnostic: &Diagnostic| diagnostic.labels().any(own) && !diagnostic.labels().all(own);
        found.retain(|diagnostic| !across(diagnostic));
        for diagnostic in found.iter_mut().filter(|diagnostic| diagnostic.labels().any(own)) {
            let primary = &sources.get(diagnostic.primary.span.file).path;
            let note = format!("only where {} is taken", taken.place(primary));
            weaken(diagnostic, Some(&file.source.path), note, sources);
        }
    }
}

impl Taken {
    fn branch(&self) -> &Branch {
        &self.tree.branches()[self.branch]
    }

    /// `{% if x %}`; of an `else` that of its `if` too.
    fn words(&self) -> (String, Option<String>) {
        let branch = self.branch();
        let words = |range: &std::ops::Range<u32>| {
            let text = self.source.text.get(range.start as usize..range.end as usize);
            shortened(text.unwrap_or(""))
        };
        (words(&branch.statement), branch.is_else.then(|| words(&branch.opener)))
    }

    /// With its line, and with its path if that isn't `own`.
    fn place(&self, own: &str) -> String {
        let source = &self.source;
        let line = source.position(self.branch().statement.start).line;
        let (words, opener) = self.words();
        let path = match source.path == own {
            true => String::new(),
            false => format!(" of `{}`", source.path),
        };
        let of = opener.map_or(String::new(), |opener| format!(", of `{opener}`,"));
        format!("`{words}` on line {line}{path}{of}")
    }
}

/// On one line, and not longer than a line.
fn shortened(statement: &str) -> String {
    const MAX: usize = 90;
    let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX) {
        None => line,
        Some((end, _)) => format!("{} …", &line[..end]),
    }
}
