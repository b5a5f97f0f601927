//! Findings that a repository had when it took up this tool, by their
//! fingerprints: they aren't reported, and those that are gone are.
//!
//! The file is JSON, and read as YAML, so that what is said of it has a place.

use super::{Finding, Silenced};
use crate::{
    diag::Diagnostic,
    lint::Cx,
    lints,
    text::{SourceFile, Span},
    yaml::{self, Kind, Node},
};
use std::{collections::BTreeSet, sync::Arc};

/// The name of the file at the repository's root, if nobody says another.
pub const BASELINE_NAME: &str = ".rke2lint-baseline.json";

/// Of the file's format.
pub const BASELINE_VERSION: u32 = 1;

/// A finding as a baseline remembers it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BaselineEntry {
    pub path: String,
    /// The place in the document, for people.
    pub breadcrumb: String,
    pub rule: String,
    /// For people.
    pub message: String,
    pub fingerprint: String,
}

#[derive(Default)]
pub(super) struct Baseline {
    /// In the order of the file, with the place of the rule's name.
    pub(super) entries: Vec<(BaselineEntry, Span)>,
    /// What is wrong with the file.
    pub(super) mistakes: Vec<(Span, String)>,
}

impl Baseline {
    pub(super) fn read(source: &Arc<SourceFile>) -> Baseline {
        let mut baseline = Baseline::default();
        let tree = yaml::parse(source);
        for error in &tree.errors {
            baseline.wrong(error.span, format!("this isn't a baseline: {}", error.message));
        }
        if !baseline.mistakes.is_empty() {
            return baseline;
        }
        let Some(root) = tree.docs().next().filter(|root| root.kind() == Kind::Map) else {
            let message = "this isn't a baseline; `rke2lint baseline create` writes one";
            baseline.wrong(Span::new(source.id, 0, 0), message);
            return baseline;
        };
        let version = root.get("version").found();
        let is_known = |node: &Node| node.raw() == Some(&BASELINE_VERSION.to_string());
        if !version.as_ref().is_some_and(|entry| is_known(&entry.value)) {
            let span = version.map_or(Span::new(source.id, 0, 0), |entry| entry.value.span());
            baseline.wrong(span, format!("a baseline needs `version`: {BASELINE_VERSION}"));
            return baseline;
        }
        let findings = root.get("findings").found();
        for item in findings.iter().flat_map(|entry| entry.value.items()) {
            baseline.read_entry(&item);
        }
        baseline
    }

    fn read_entry(&mut self, item: &Node) {
        let field = |key: &str| Some(item.get(key).found()?.value);
        let text = |key: &str| field(key)?.raw().map(str::to_owned);
        let known = (text("fingerprint"), text("rule"), text("path"), field("rule"));
        let (Some(fingerprint), Some(rule), Some(path), Some(node)) = known else {
            let message = "an entry of a baseline needs a `rule`, a `path` and a `fingerprint`";
            return self.wrong(item.span(), message);
        };
        let breadcrumb = text("breadcrumb").unwrap_or_default();
        let message = text("message").unwrap_or_default();
        let entry = BaselineEntry { path, breadcrumb, rule, message, fingerprint };
        self.entries.push((entry, node.span()));
    }

    fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.mistakes.push((span, message.into()));
    }

    /// Silences what is in the baseline, and returns the entries that are no
    /// longer found. `binds` says which rules nothing silences, `judged` of
    /// which paths it is known what is found there.
    pub(super) fn apply(
        &self,
        findings: &mut [Finding],
        binds: impl Fn(&str) -> bool,
        judged: impl Fn(&str) -> bool,
    ) -> Vec<&(BaselineEntry, Span)> {
        let entries = self.entries.iter().map(|(entry, _)| entry.fingerprint.as_str());
        let entries: BTreeSet<&str> = entries.collect();
        let mut met = BTreeSet::new();
        for finding in findings.iter_mut() {
            let known = entries.get(finding.fingerprint.as_str());
            if let Some(known) = known.filter(|_| !binds(finding.diagnostic.rule)) {
                met.insert(*known);
                finding.silenced.get_or_insert(Silenced::Baselined);
            }
        }
        let is_stale = |(entry, _): &&(BaselineEntry, Span)| {
            !met.contains(entry.fingerprint.as_str()) && judged(&entry.path)
        };
        self.entries.iter().filter(is_stale).collect()
    }
}

/// What is to be said of entries that are no longer found.
pub(super) fn complaints(stale: &[&(BaselineEntry, Span)]) -> Vec<Diagnostic> {
    let mut cx = Cx::new(&lints::BASELINE_STALE);
    for (entry, span) in stale {
        let message = format!("`{}` is no longer found in `{}`", entry.rule, entry.path);
        cx.report(*span, message).fix("`rke2lint baseline prune` removes it");
    }
    cx.into_found()
}
