//! SARIF 2.1.0: what GitHub, GitLab, Azure and SARIF's viewers read.
//!
//! Source: OASIS SARIF 2.1.0; github/docs `sarif-support-for-code-scanning.md`.

use super::{
    Origin, Report,
    line_hash::line_hashes,
    lines,
    page::{markdown_page, plain_page},
    page_address,
};
use crate::{
    diag::{Confidence, Diagnostic, Fix, Label, Level},
    engine::{Finding, Silenced, secrets},
    lint::Lint,
    lints,
    text::{Change, Edit, FileId, SourceFile, Span},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What GitHub takes of a rule's descriptions, in characters.
const MAX_DESCRIPTION: usize = 1024;

/// A place of more lines is shown without its text.
const MAX_SNIPPET: usize = 20;

/// What a path may hold in a URI; a colon could end a scheme.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The fingerprint of our own.
const FINGERPRINT: &str = "rke2lint/v1";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<&Lint> = lints::all().collect();
    rules.sort_by_key(|lint| lint.id());
    let (results, left_out) = results(report);
    let mut run = Run { report, rules: &rules, hashes: BTreeMap::new() };
    let results: Vec<Value> = results.iter().map(|merged| run.result(merged)).collect();
    let mut root = json!({
        "tool": { "driver": {
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": rules.iter().map(|lint| rule(lint)).collect::<Vec<_>>(),
        } },
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": { "%SRCROOT%": {
            "description": { "text": "The top of the repository's work tree." },
        } },
        "invocations": [run.invocation(left_out)],
        "results": results,
    });
    if let Some(category) = &report.origin.category {
        let id = format!("{}/", category.trim_end_matches('/'));
        root["automationDetails"] = json!({ "id": id });
    }
    let root = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [root] });
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}

/// Findings of one rule that start on one line, which GitHub would take for one.
type Merged<'a> = Vec<&'a Finding>;

/// What is told of, in its order, and how many had to be left out.
fn results<'a>(report: &Report<'a>) -> (Vec<Merged<'a>>, usize) {
    let sources = report.sources;
    let key = |finding: &Finding| {
        let span = finding.diagnostic.primary.span;
        let file = sources.get(span.file);
        let path = report.forge_path(file);
        (path, file.line(span.start), finding.diagnostic.rule, finding.silenced.is_some())
    };
    let mut merged: BTreeMap<_, Merged<'a>> = BTreeMap::new();
    for finding in report.shown.iter().chain(&report.silenced) {
        let others = merged.entry(key(finding)).or_default();
        // Two links to one file find it twice.
        let said = |it: &Finding| (it.diagnostic.primary.span.start, it.diagnostic.message.clone());
        if others.iter().all(|other| said(other) != said(finding)) {
            others.push(finding);
        }
    }
    let mut results: Vec<Merged<'a>> = merged.into_values().collect();
    let left_out = results.len().saturating_sub(report.origin.max_results);
    if left_out > 0 {
        let mut order: Vec<usize> = (0..results.len()).collect();
        order.sort_by_key(|index| (Reverse(gravest(&results[*index])), *index));
        let kept: BTreeSet<usize> = order.into_iter().take(report.origin.max_results).collect();
        let mut index = 0..;
        results.retain(|_| index.next().is_some_and(|index| kept.contains(&index)));
    }
    (results, left_out)
}

fn gravest(merged: &Merged<'_>) -> Option<Level> {
    merged.iter().map(|finding| finding.diagnostic.level).max()
}

/// What a rule is, from its page.
fn rule(lint: &Lint) -> Value {
    let meta = lint.meta();
    let first = lint.text().split("\n\n").next().unwrap_or("").replace('\n', " ");
    let full = if first.is_empty() { &meta.summary } else { &first };
    let severity = match meta.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    json!({
        "id": meta.id,
        "name": pascal(meta.id),
        "shortDescription": { "text": sentence(&cropped(&meta.summary)) },
        "fullDescription": { "text": cropped(full) },
        "help": { "text": plain_page(lint), "markdown": markdown_page(lint) },
        "helpUri": page_address(meta.id),
        "defaultConfiguration": { "level": meta.level.name() },
        "properties": {
            "tags": ["rke2", "kubernetes", "networking", meta.group],
            "precision": "high",
            "problem.severity": severity,
        },
    })
}

/// `multus-not-first` becomes `MultusNotFirst`.
fn pascal(id: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    id.split('-').map(word).collect()
}

/// At most as long as GitHub takes.
fn cropped(text: &str) -> String {
    if text.chars().count() <= MAX_DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(MAX_DESCRIPTION - 1).chain(['…']).collect()
}

/// With a full stop, as a sentence among others.
fn sentence(text: &str) -> String {
    let ends = text.ends_with(['.', '!', '?', '…']);
    if ends { text.to_owned() } else { format!("{text}.") }
}

struct Run<'a> {
    report: &'a Report<'a>,
    /// Sorted by id.
    rules: &'a [&'a Lint],
    /// Of the lines of files that were asked for.
    hashes: BTreeMap<FileId, Vec<String>>,
}

impl Run<'_> {
    fn result(&mut self, merged: &Merged<'_>) -> Value {
        let first = merged[0];
        let diagnostic = &first.diagnostic;
        let index = self.rules.iter().position(|lint| lint.id() == diagnostic.rule);
        let span = diagnostic.primary.span;
        let file = self.report.sources.get(span.file);
        let mut location = self.location(span);
        if let Some(crumb) = first.breadcrumbs.first().filter(|crumb| !crumb.is_empty()) {
            location["logicalLocations"] = json!([{ "fullyQualifiedName": crumb }]);
        }
        let hashes = self.hashes.entry(file.id).or_insert_with(|| line_hashes(&file.text));
        let mut fingerprints = json!({ FINGERPRINT: first.fingerprint });
        // Of a file that couldn't be read, nobody here knows the text.
        let is_read = diagnostic.rule != lints::UNREADABLE_FILE.id();
        if let Some(hash) = hashes.get(file.line(span.start)).filter(|_| is_read) {
            fingerprints["primaryLocationLineHash"] = json!(hash);
        }
        let (message, related) = self.message(merged);
        let confidence = merged.iter().map(|finding| finding.diagnostic.confidence).max();
        let mut result = json!({
            "ruleId": diagnostic.rule,
            "ruleIndex": index,
            "level": gravest(merged).unwrap_or(diagnostic.level).name(),
            "message": { "text": message },
            "locations": [location],
            "partialFingerprints": fingerprints,
            "properties": { "confidence": confidence.map(Confidence::name) },
        });
        if !related.is_empty() {
            result["relatedLocations"] = json!(related);
        }
        // SARIF knows no other name for a file.
        let renames = |fix: &&Fix| fix.files.iter().any(|it| matches!(it, Change::Rename { .. }));
        let fixes = merged.iter().flat_map(|it| self.report.fixes(&it.diagnostic));
        let fixes: Vec<&Fix> = fixes.filter(|fix| !renames(fix)).collect();
        if !fixes.is_empty() {
            result["fixes"] = fixes.iter().map(|fix| self.fix(fix)).collect();
        }
        match &first.silenced {
            Some(Silenced::Allowed { reason }) => {
                let justification = json!({ "kind": "inSource", "justification": reason });
                result["suppressions"] = json!([justification]);
            }
            Some(Silenced::Baselined) => {
                let justification = "It is in the repository's baseline.";
                let justification = json!({ "kind": "external", "justification": justification });
                result["suppressions"] = json!([justification]);
            }
            // Said of all results or of none.
            None if !self.report.silenced.is_empty() => result["suppressions"] = json!([]),
            None => {}
        }
        if self.report.origin.has_baseline {
            let is_old = first.silenced == Some(Silenced::Baselined);
            result["baselineState"] = json!(if is_old { "unchanged" } else { "new" });
        }
        result
    }

    /// What is said, with a link to each other place. The first sentence stands
    /// alone: where room is short, it is all that is shown.
    fn message(&self, merged: &Merged<'_>) -> (String, Vec<Value>) {
        let mut said: Vec<String> =
            lines(&merged[0].diagnostic).iter().map(|it| sentence(&escaped(it))).collect();
        let mut related = Vec::new();
        let mut links = Vec::new();
        let others = merged.iter().skip(1).map(|finding| (&finding.diagnostic.primary, *finding));
        let others: Vec<(&Label, &str)> =
            others.map(|(label, finding)| (label, finding.diagnostic.message.as_str())).collect();
        let labels = merged.iter().flat_map(|finding| &finding.diagnostic.related);
        let labels = labels.map(|label| (label, label.text.as_str()));
        for (label, text) in others.into_iter().chain(labels) {
            let id = related.len() + 1;
            let file = self.report.sources.get(label.span.file);
            let line = file.line(label.span.start) + 1;
            let text = if text.is_empty() { format!("line {line}") } else { text.to_owned() };
            let link = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
            links.push(format!("[{link}]({id})"));
            let mut location = self.location(label.span);
            location["id"] = json!(id);
            location["message"] = json!({ "text": text });
            related.push(location);
        }
        if !links.is_empty() {
            said.push(format!("See also: {}.", links.join("; ")));
        }
        (said.join(" "), related)
    }

    fn location(&self, span: Span) -> Value {
        let file = self.report.sources.get(span.file);
        let mut region = region(file, span);
        let (first, last) = (file.line(span.start), file.line(last_byte(span)));
        let is_short = last - first < MAX_SNIPPET && !file.text.is_empty();
        if let Some(text) = is_short.then(|| shown(file, span)) {
            region["snippet"] = json!({ "text": text });
        }
        let mut physical = json!({
            "artifactLocation": self.artifact(file),
            "region": region,
        });
        let around = (file.line_range(first), file.line_range(last));
        if let ((Some(first_line), Some(last_line)), true) = (around, is_short) {
            let lines = Span::new(file.id, first_line.start, last_line.end);
            let text = shown(file, lines);
            // It is to hold more than the region does.
            if lines.range().len() > span.range().len() {
                physical["contextRegion"] = region_of_lines(first, last, &text);
            }
        }
        json!({ "physicalLocation": physical })
    }

    fn artifact(&self, file: &SourceFile) -> Value {
        artifact_at(&self.report.forge_path(file))
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        fix.edits.iter().for_each(|edit| files.entry(edit.span.file).or_default().push(edit));
        let changes = files.into_iter().map(|(id, edits)| {
            let file = self.report.sources.get(id);
            let replacement = |edit: &&Edit| {
                json!({
                    "deletedRegion": region(file, edit.span),
                    "insertedContent": { "text": edit.text },
                })
            };
            let replacements: Vec<Value> = edits.iter().map(replacement).collect();
            json!({ "artifactLocation": self.artifact(file), "replacements": replacements })
        });
        let created = fix.files.iter().filter_map(|change| match change {
            Change::Create { path, text } => Some(json!({
                "artifactLocation": artifact_at(&format!("{}{path}", self.report.origin.prefix)),
                "replacements": [{
                    "deletedRegion": { "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1 },
                    "insertedContent": { "text": text },
                }],
            })),
            Change::Edit(_) | Change::Rename { .. } => None,
        });
        json!({
            "description": { "text": sentence(&fix.title) },
            "artifactChanges": changes.chain(created).collect::<Vec<_>>(),
        })
    }

    /// Whether the tool did its work, and what it couldn't do.
    fn invocation(&self, left_out: usize) -> Value {
        let Origin { exit_code, .. } = self.report.origin;
        let checked = self.report.checked;
        let of_rule = |rule: &'static str| {
            let all = checked.findings.iter().map(|finding| &finding.diagnostic);
            all.filter(move |it| it.rule == rule)
        };
        let unread = of_rule(lints::UNREADABLE_FILE.id()).map(|it| self.notification(it));
        let mut execution: Vec<Value> = unread.collect();
        execution.extend(checked.templates.iter().map(|path| {
            let text = format!("The template `{path}` has no YAML tree, and wasn't checked.");
            json!({ "level": "warning", "message": { "text": text } })
        }));
        if left_out > 0 {
            let text = format!(
                "{left_out} results were left out, the least grave of all: there may be {} in a file.",
                self.report.origin.max_results
            );
            execution.push(json!({ "level": "warning", "message": { "text": text } }));
        }
        let wrong = of_rule(lints::CONFIG_INVALID.id()).map(|it| self.notification(it));
        let configuration: Vec<Value> = wrong.collect();
        let mut invocation = json!({
            "executionSuccessful": checked.unread.is_empty() && !checked.config_is_wrong,
            "exitCode": exit_code,
        });
        if !execution.is_empty() {
            invocation["toolExecutionNotifications"] = json!(execution);
        }
        if !configuration.is_empty() {
            invocation["toolConfigurationNotifications"] = json!(configuration);
        }
        invocation
    }

    fn notification(&self, diagnostic: &Diagnostic) -> Value {
        let index = self.rules.iter().position(|lint| lint.id() == diagnostic.rule);
        json!({
            "level": diagnostic.level.name(),
            "message": { "text": sentence(&escaped(&diagnostic.message)) },
            "locations": [self.location(diagnostic.primary.span)],
            "associatedRule": { "id": diagnostic.rule, "index": index },
        })
    }
}

/// One-based; the end is exclusive.
fn artifact_at(path: &str) -> Value {
    let uri = utf8_percent_encode(path, PATH).to_string();
    json!({ "uri": uri, "uriBaseId": "%SRCROOT%" })
}

fn region(file: &SourceFile, span: Span) -> Value {
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// Whole lines, by their zero-based numbers.
fn region_of_lines(first: usize, last: usize, text: &str) -> Value {
    json!({ "startLine": first + 1, "endLine": last + 1, "snippet": { "text": text } })
}

fn last_byte(span: Span) -> u32 {
    span.end.saturating_sub(1).max(span.start)
}

/// The text of a place, with stars for what is secret.
fn shown(file: &SourceFile, span: Span) -> String {
    let mut text = String::new();
    for number in file.line(span.start)..=file.line(last_byte(span)) {
        let Some(line) = file.line_range(number) else { continue };
        let next = file.line_range(number + 1).map_or(file.text.len(), |next| next.start);
        let part = line.start.max(span.start as usize)..next.min(span.end as usize);
        let hidden = secrets(file, number);
        let is_hidden = |at: usize| {
            at < line.end && hidden.iter().any(|secret| secret.contains(&(at - line.start)))
        };
        let chars = file.text.get(part.clone()).unwrap_or("").char_indices();
        text.extend(chars.map(|(at, char)| if is_hidden(part.start + at) { '*' } else { char }));
    }
    text
}

/// Nothing of it reads as a link.
fn escaped(text: &str) -> String {
    text.replace("](", "]\\(")
}
