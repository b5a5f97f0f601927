//! Fixes made in memory, pass after pass, until there are no more to make.

use super::{Finding, Workspace};
use crate::{
    diag::{Fix, Safety},
    model::File,
    text::{Change, Edit, FileId, SourceFile, Span},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A fix can bring to light what another can repair.
const MAX_PASSES: usize = 10;

/// What fixes made of a repository, in memory.
#[derive(Default)]
pub struct Repaired {
    /// By the path that they have now.
    pub files: BTreeMap<String, Rewritten>,
    /// How many findings were repaired.
    pub fixes: usize,
}

/// A file as it was read and as it is now.
#[derive(Default)]
pub struct Rewritten {
    /// `None` if there was none.
    pub old: Option<String>,
    pub new: String,
    /// Its path before, if it has another now.
    pub from: Option<String>,
}

impl Workspace {
    /// Makes the first fix of each finding that `chooses`, unsafe ones only if
    /// `allowed`. Fixes that overlap wait for the next pass.
    pub fn repair(
        &mut self,
        allowed: Safety,
        chooses: impl Fn(&Workspace, &Finding) -> bool,
    ) -> Repaired {
        let mut repaired = Repaired::default();
        let mut tried = BTreeSet::new();
        for _ in 0..MAX_PASSES {
            let checked = self.check();
            let findings = checked.findings.iter().filter(|finding| chooses(self, finding));
            let mut taken = Taken::default();
            for finding in findings {
                let fits = |fix: &&Fix| fix.safety == Safety::Safe || allowed == Safety::Unsafe;
                let Some(fix) = finding.diagnostic.fixes.iter().find(fits) else { continue };
                // One that didn't help is not made again.
                let place = fix.edits.first().map(|edit| edit.span.start);
                let key = (place, fix.title.clone(), finding.fingerprint.clone());
                if taken.take(fix) && !tried.insert(key) {
                    taken.give_back(fix);
                }
            }
            if taken.fixes == 0 {
                break;
            }
            repaired.fixes += taken.fixes;
            for (id, edits) in taken.edits {
                self.edit(id, edits, &mut repaired);
            }
            for change in taken.files {
                self.move_file(change, &mut repaired);
            }
        }
        repaired
    }

    /// Edits one file, unless it is broken by that.
    fn edit(&mut self, id: FileId, edits: Vec<Edit>, repaired: &mut Repaired) {
        let source = Arc::clone(self.sources.get(id));
        let path = source.path.clone();
        let text = edited(&source.text, edits);
        let before = self.errors(&path);
        self.set(&path, &text);
        if self.errors(&path) > before {
            self.set(&path, &source.text);
            return;
        }
        let unchanged = || Rewritten { old: Some(source.text.clone()), ..Rewritten::default() };
        repaired.files.entry(path).or_insert_with(unchanged).new = text;
    }

    /// Where a file, or a document in it, stops being YAML.
    fn errors(&self, path: &str) -> usize {
        let files = self.files.get(path).map_or(Vec::new(), File::all);
        let of_charts = |file: &Arc<File>| -> usize {
            let contents = file.charts.iter().filter_map(|chart| chart.content.as_ref());
            contents.map(|content| content.tree.errors.len()).sum()
        };
        files.iter().map(|file| file.tree.errors.len() + of_charts(file)).sum()
    }

    /// Makes a file, or gives it another name.
    fn move_file(&mut self, change: Change, repaired: &mut Repaired) {
        match change {
            Change::Edit(_) => {}
            Change::Create { path, text } => {
                self.set(&path, &text);
                repaired.files.insert(path, Rewritten { new: text, ..Rewritten::default() });
            }
            Change::Rename { file, old, new } => {
                let source = Arc::clone(self.sources.get(file));
                let to = source.renamed(&old, &new).filter(|to| self.is_free(to));
                let Some(to) = to else { return };
                let (from, text) = (&source.path, &source.text);
                self.files.remove(from);
                self.set(&to, text);
                let mut renamed = repaired.files.remove(from).unwrap_or_else(|| Rewritten {
                    old: Some(text.clone()),
                    new: text.clone(),
                    from: None,
                });
                if renamed.old.is_some() {
                    renamed.from.get_or_insert_with(|| from.clone());
                }
                repaired.files.insert(to, renamed);
            }
        }
    }

    /// Where a file will be.
    fn path_of(&self, change: &Change) -> Option<String> {
        match change {
            Change::Edit(_) => None,
            Change::Create { path, .. } => Some(path.clone()),
            Change::Rename { file, old, new } => self.sources.get(*file).renamed(old, new),
        }
    }

    /// Nothing is known to be there.
    fn is_free(&self, path: &str) -> bool {
        let is_known = |id: &FileId| self.sources.get(*id).path == path;
        !self.ids.get(path).is_some_and(is_known)
    }

    /// Fixes whose edits change what they take to be there, in the file as it is
    /// written; those of a place in quotes stay within them.
    pub(super) fn sound(&self, fixes: Vec<Fix>) -> Vec<Fix> {
        let sound = |mut fix: Fix| {
            let edits = fix.edits.into_iter();
            let edits = edits.map(|edit| placed(self.sources.get(edit.span.file), edit));
            fix.edits = edits.collect::<Option<Vec<Edit>>>()?;
            let path = |edit: &Edit| &self.sources.get(edit.span.file).path;
            let place = |edit: &Edit| (edit.span.start, edit.span.end);
            fix.edits.sort_by(|a, b| path(a).cmp(path(b)).then(place(a).cmp(&place(b))));
            let apart = |pair: &[Edit]| !overlap(pair[0].span, pair[1].span);
            let is_sound = fix.edits.windows(2).all(apart)
                && fix
                    .files
                    .iter()
                    .all(|file| self.path_of(file).is_some_and(|it| self.is_free(&it)));
            is_sound.then_some(fix)
        };
        fixes.into_iter().filter_map(sound).collect()
    }
}

/// `None` if the text there is another one.
fn placed(file: &SourceFile, edit: Edit) -> Option<Edit> {
    let there = file.slice(edit.span);
    if there == edit.old {
        return Some(edit);
    }
    let quote = there.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    let inner = there.strip_prefix(quote)?.strip_suffix(quote)?;
    // What would have to be escaped isn't written.
    let is_plain = !edit.text.contains(['"', '\'', '\\', '\n']);
    let span = Span { start: edit.span.start + 1, end: edit.span.end - 1, ..edit.span };
    (inner == edit.old && is_plain).then_some(Edit { span, ..edit })
}

/// Two insertions at one place are in each other's way.
fn overlap(a: Span, b: Span) -> bool {
    a.file == b.file && (a.start < b.end && b.start < a.end || a == b)
}

/// What holds two things that are taken out may be empty then; the second
/// knows if the first is gone.
fn are_neighbours(a: &Edit, b: &Edit) -> bool {
    let touch = a.span.end == b.span.start || b.span.end == a.span.start;
    touch && a.text.is_empty() && b.text.is_empty()
}

/// `edits` don't overlap.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut new = String::new();
    let mut at = 0;
    for edit in edits {
        new.push_str(&text[at..edit.span.start as usize]);
        new.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    new.push_str(&text[at..]);
    new
}

/// What is edited in one pass.
#[derive(Default)]
struct Taken {
    edits: BTreeMap<FileId, Vec<Edit>>,
    files: Vec<Change>,
    fixes: usize,
}

impl Taken {
    /// False if another fix is in the way.
    fn take(&mut self, fix: &Fix) -> bool {
        let is_free = |edit: &Edit| {
            let others = self.edits.get(&edit.span.file).map_or(&[][..], Vec::as_slice);
            others
                .iter()
                .all(|other| !overlap(other.span, edit.span) && !are_neighbours(other, edit))
        };
        let others = &self.files;
        let is_apart = |file: &Change| others.iter().all(|other| !same_file(file, other));
        if !fix.edits.iter().all(is_free) || !fix.files.iter().all(is_apart) {
            return false;
        }
        self.files.extend(fix.files.iter().cloned());
        for edit in &fix.edits {
            self.edits.entry(edit.span.file).or_default().push(edit.clone());
        }
        self.fixes += 1;
        true
    }

    fn give_back(&mut self, fix: &Fix) {
        for edit in &fix.edits {
            let others = self.edits.entry(edit.span.file).or_default();
            others.retain(|other| other != edit);
            if others.is_empty() {
                self.edits.remove(&edit.span.file);
            }
        }
        self.files.retain(|file| !fix.files.contains(file));
        self.fixes -= 1;
    }
}

/// Whether two changes make, or rename, one file. Renamed ones may come to one
/// name: the second is then refused, since the first is there.
fn same_file(a: &Change, b: &Change) -> bool {
    match (a, b) {
        (Change::Create { path: a, .. }, Change::Create { path: b, .. }) => a == b,
        (Change::Rename { file: a, .. }, Change::Rename { file: b, .. }) => a == b,
        _ => false,
    }
}
