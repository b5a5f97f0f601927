//! What isn't reported although it is found: what `.rke2lint.yaml` turns off,
//! what a comment allows, what is in the baseline.

use super::{
    Checked, Finding, Workspace,
    allow::{Allows, Standing},
    baseline::{self, Baseline, BaselineEntry},
    fingerprint::Fingerprints,
};
use crate::{
    diag::Diagnostic,
    lints,
    model::is_page,
    text::{FileId, SourceFile},
};
use std::{collections::BTreeSet, sync::Arc};

/// Why a finding isn't reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Silenced {
    /// By a comment, for this reason.
    Allowed {
        reason: String,
    },
    Baselined,
}

/// All findings in their order, those that are silenced too.
pub(super) struct All {
    pub(super) all: Vec<Finding>,
    pub(super) stale: Vec<String>,
}

impl Workspace {
    /// Reads the baseline, whose path is for reports.
    pub fn set_baseline(&mut self, path: &str, text: &str) {
        let id = self.intern(path);
        let source = Arc::new(SourceFile::new(id, path, text));
        self.sources.insert(Arc::clone(&source));
        self.baseline = Some(Baseline::read(&source));
    }

    pub fn has_baseline(&self) -> bool {
        self.baseline.is_some()
    }

    /// What a baseline would hold, sorted: entries of the one that was read
    /// that are still found, and findings that aren't in it, if `adds`.
    pub fn baseline(&self, checked: &Checked, adds: bool) -> Vec<BaselineEntry> {
        let old = self.baseline.iter().flat_map(|baseline| &baseline.entries);
        let old = old.map(|(entry, _)| entry);
        let is_stale = |entry: &BaselineEntry| checked.stale.contains(&entry.fingerprint);
        let mut entries: BTreeSet<BaselineEntry> =
            old.filter(|entry| !is_stale(entry)).cloned().collect();
        let findings = checked.findings.iter().filter(|_| adds);
        let is_fit = |finding: &&Finding| {
            let rule = finding.diagnostic.rule;
            !self.binds(rule) && !lints::is_meta(rule)
        };
        entries.extend(findings.filter(is_fit).map(|finding| BaselineEntry {
            path: self.sources.get(finding.diagnostic.primary.span.file).path.clone(),
            breadcrumb: finding.breadcrumbs.first().cloned().unwrap_or_default(),
            rule: finding.diagnostic.rule.to_owned(),
            message: finding.diagnostic.message.clone(),
            fingerprint: finding.fingerprint.clone(),
        }));
        entries.into_iter().collect()
    }

    /// Nothing may silence this rule in this repository.
    pub fn binds(&self, rule: &str) -> bool {
        let group = lints::find(rule).map_or("", |lint| lint.meta().group.as_str());
        self.config.binds(rule, group).is_some()
    }

    pub(super) fn silence(&self, found: Vec<Diagnostic>) -> All {
        let mut allows = Allows::default();
        for file in self.files.values() {
            allows.read(&file.source);
        }
        let silenced: Vec<Option<Silenced>> = found
            .iter()
            .map(|it| allows.take(it, &self.sources).filter(|_| !self.binds(it.rule)))
            .collect();
        let complaints = allows.complaints(
            |rule| self.standing(rule),
            |file| self.is_judged(&self.sources.get(file).path),
            &found,
            &self.sources,
        );
        let complaints = complaints.into_iter().filter(|it| !self.is_example(it.primary.span.file));
        let mut all: Vec<Finding> = Vec::new();
        let found = found.into_iter().zip(silenced).chain(complaints.map(|it| (it, None)));
        all.extend(found.filter_map(|(it, silenced)| self.finding(it, silenced)));
        self.number(&mut all);
        let Some(baseline) = &self.baseline else { return All { all, stale: Vec::new() } };
        let judged = |path: &str| self.is_judged(path);
        let stale = baseline.apply(&mut all, |rule| self.binds(rule), judged);
        let complaints = baseline::complaints(&stale);
        all.extend(complaints.into_iter().filter_map(|it| self.finding(it, None)));
        self.number(&mut all);
        let mut stale: Vec<String> =
            stale.iter().map(|(entry, _)| entry.fingerprint.clone()).collect();
        stale.sort();
        All { all, stale }
    }

    fn number(&self, all: &mut [Finding]) {
        all.sort_by(|a, b| self.order(&a.diagnostic, &b.diagnostic));
        let mut fingerprints = Fingerprints::default();
        for finding in all {
            let file = self.sources.get(finding.diagnostic.primary.span.file);
            let identity = self
                .files
                .get(&file.path)
                .map_or(String::new(), |read| read.identity(finding.diagnostic.primary.span));
            let place = finding.breadcrumbs.first().map_or("", String::as_str);
            let place = format!("{identity} {place}");
            finding.fingerprint = fingerprints.next(&finding.diagnostic, file, &place);
        }
    }

    /// `None` if the user turned the rule off.
    fn finding(&self, mut diagnostic: Diagnostic, silenced: Option<Silenced>) -> Option<Finding> {
        let lint = lints::find(diagnostic.rule);
        let meta = lint.map(|lint| lint.meta());
        let group = meta.map_or("", |meta| meta.group.as_str());
        let path = &self.sources.get(diagnostic.primary.span.file).path;
        diagnostic.level = match self.config.level(diagnostic.rule, group, path) {
            None => diagnostic.level,
            Some(None) if self.binds(diagnostic.rule) => diagnostic.level,
            Some(level) => level?,
        };
        diagnostic.fixes = self.sound(diagnostic.fixes);
        Some(Finding {
            breadcrumbs: diagnostic.labels().map(|it| self.breadcrumb(it.span)).collect(),
            releases: meta.map_or("", |meta| meta.releases.as_str()),
            fingerprint: String::new(),
            silenced,
            diagnostic,
        })
    }

    fn standing(&self, rule: &str) -> Standing {
        if lints::is_meta(rule) {
            Standing::Meta
        } else if self.binds(rule) {
            Standing::Binding
        } else {
            Standing::Ignorable
        }
    }

    /// What isn't found there isn't there: nothing was left unread that it may
    /// depend on, and the release is the repository's own.
    fn is_judged(&self, path: &str) -> bool {
        let file = self.files.get(path);
        let is_whole = file.is_none_or(|file| file.is_whole());
        let is_left = is_page(path) && !self.has_pages;
        self.release.is_none() && self.unread.is_empty() && is_whole && !is_left
    }

    /// Documentation shows comments that nobody means.
    fn is_example(&self, file: FileId) -> bool {
        is_page(&self.sources.get(file).path)
    }
}
