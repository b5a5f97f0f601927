//! One object with all findings, for programs.

use super::{Report, Summary, page_address};
use crate::{
    diag::{Fix, Label},
    engine::Finding,
    text::{Change, Edit, SourceFile, SourceMap, Span},
};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Root<'a> {
    /// Of this format.
    version: u32,
    tool: Tool,
    summary: Counts,
    clusters: Vec<Cluster>,
    findings: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Counts {
    files_checked: usize,
    files_unread: usize,
    clusters: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    suppressed: usize,
    baselined: usize,
}

#[derive(Serialize)]
struct Cluster {
    name: String,
    /// `null` if nobody says it.
    release: Option<String>,
    release_source: Option<String>,
    machines: usize,
}

#[derive(Serialize)]
struct Item<'a> {
    rule: &'a str,
    level: &'static str,
    confidence: &'static str,
    message: &'a str,
    path: &'a str,
    start: Place,
    end: Place,
    breadcrumb: &'a str,
    labels: Vec<Related<'a>>,
    why: &'a [String],
    releases: &'a str,
    fix: &'a [String],
    notes: &'a [String],
    fixes: Vec<Repair<'a>>,
    fingerprint: &'a str,
    help: String,
}

#[derive(Serialize)]
struct Repair<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<Replacement<'a>>,
    creates: Vec<Creation<'a>>,
    renames: Vec<Renaming<'a>>,
}

#[derive(Serialize)]
struct Creation<'a> {
    path: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Renaming<'a> {
    path: &'a str,
    to: String,
}

#[derive(Serialize)]
struct Replacement<'a> {
    path: &'a str,
    start: Place,
    end: Place,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    start: Place,
    end: Place,
    breadcrumb: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    offset: u32,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let root = Root {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: counts(&report.summary),
        clusters: clusters(report),
        findings: report.shown.iter().map(|finding| item(report, finding)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}

/// Each finding on a line of its own, in the same form.
pub(super) fn write_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    report.shown.iter().try_for_each(|finding| {
        serde_json::to_writer(&mut *out, &item(report, finding))?;
        writeln!(out)
    })
}

fn counts(summary: &Summary) -> Counts {
    Counts {
        files_checked: summary.files_checked,
        files_unread: summary.files_unread,
        clusters: summary.clusters,
        errors: summary.errors,
        warnings: summary.warnings,
        notes: summary.notes,
        suppressed: summary.suppressed,
        baselined: summary.baselined,
    }
}

fn clusters(report: &Report<'_>) -> Vec<Cluster> {
    let place = |span: Span| {
        let file = report.sources.get(span.file);
        format!("{}:{}", file.path, file.position(span.start).line)
    };
    let clusters = report.checked.repo.clusters.iter();
    let cluster = clusters.map(|cluster| Cluster {
        name: cluster.name.clone(),
        release: (!cluster.releases.is_supported_set()).then(|| cluster.releases.to_string()),
        release_source: cluster.release_source.map(place),
        machines: cluster.machines.len(),
    });
    cluster.collect()
}

fn item<'a>(report: &'a Report<'_>, finding: &'a Finding) -> Item<'a> {
    let diagnostic = &finding.diagnostic;
    let file = report.sources.get(diagnostic.primary.span.file);
    let breadcrumb = finding.breadcrumbs.first().map_or("", String::as_str);
    let labels = diagnostic.related.iter().zip(finding.breadcrumbs.iter().skip(1));
    Item {
        rule: diagnostic.rule,
        level: diagnostic.level.name(),
        confidence: diagnostic.confidence.name(),
        message: &diagnostic.message,
        path: &file.path,
        start: place(file, diagnostic.primary.span.start),
        end: place(file, diagnostic.primary.span.end),
        breadcrumb,
        labels: labels.map(|(label, crumb)| related(report.sources, label, crumb)).collect(),
        why: &diagnostic.why,
        releases: finding.releases,
        fix: &diagnostic.fix,
        notes: &diagnostic.notes,
        fixes: report.fixes(diagnostic).map(|fix| repair(report.sources, fix)).collect(),
        fingerprint: &finding.fingerprint,
        help: page_address(diagnostic.rule),
    }
}

fn related<'a>(sources: &'a SourceMap, label: &'a Label, breadcrumb: &'a str) -> Related<'a> {
    let file = sources.get(label.span.file);
    Related {
        path: &file.path,
        start: place(file, label.span.start),
        end: place(file, label.span.end),
        breadcrumb,
        text: &label.text,
    }
}

fn repair<'a>(sources: &'a SourceMap, fix: &'a Fix) -> Repair<'a> {
    let change = |edit: &'a Edit| {
        let file = sources.get(edit.span.file);
        let (start, end) = (place(file, edit.span.start), place(file, edit.span.end));
        Replacement { path: &file.path, start, end, text: &edit.text }
    };
    let creation = |change: &'a Change| match change {
        Change::Create { path, text } => Some(Creation { path, text }),
        Change::Edit(_) | Change::Rename { .. } => None,
    };
    let renaming = |change: &'a Change| match change {
        Change::Rename { file, old, new } => {
            let file = sources.get(*file);
            Some(Renaming { path: &file.path, to: file.renamed(old, new)? })
        }
        Change::Edit(_) | Change::Create { .. } => None,
    };
    Repair {
        title: &fix.title,
        safety: fix.safety.name(),
        edits: fix.edits.iter().map(change).collect(),
        creates: fix.files.iter().filter_map(creation).collect(),
        renames: fix.files.iter().filter_map(renaming).collect(),
    }
}

fn place(file: &SourceFile, at: u32) -> Place {
    let position = file.position(at);
    Place { line: position.line, column: position.column, offset: at }
}
