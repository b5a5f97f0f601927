//! Code frames for people: the only door to codespan-reporting's renderer.

use super::{
    Report,
    excerpt::{Excerpts, clean},
};
use crate::{
    diag::{Confidence, Diagnostic as Found, Fix, Level, Safety},
    engine::{Finding, secrets},
    text::{Change, Edit, FileId, Span},
};
use codespan_reporting::{
    diagnostic::{Diagnostic, Label, LabelStyle, Severity},
    term::{
        self, Chars, Config,
        termcolor::{Ansi, NoColor, WriteColor},
    },
};
use std::io::{self, Write};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.shown {
        let mut buffer = Vec::new();
        if report.color {
            render(report, finding, &mut Ansi::new(&mut buffer))?;
        } else {
            render(report, finding, &mut NoColor::new(&mut buffer))?;
        }
        out.write_all(&buffer)?;
    }
    Ok(())
}

fn render(report: &Report<'_>, finding: &Finding, out: &mut dyn WriteColor) -> io::Result<()> {
    let diagnostic = &finding.diagnostic;
    let severity = match diagnostic.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    };
    let mut excerpts = Excerpts::new();
    let mut labels = Vec::new();
    let placed: Vec<(&crate::diag::Label, LabelStyle)> = diagnostic
        .labels()
        .zip(std::iter::once(LabelStyle::Primary).chain(std::iter::repeat(LabelStyle::Secondary)))
        .collect();
    for file in files_in_order(&placed) {
        let here = placed.iter().filter(|(label, _)| label.span.file == file);
        let spans: Vec<Span> = here.clone().map(|(label, _)| label.span).collect();
        let (id, ranges) = excerpts.add(report.sources.get(file), &spans);
        for ((label, style), range) in here.zip(ranges) {
            labels.push(Label::new(*style, id, range).with_message(clean(&label.text)));
        }
    }
    let rendered = Diagnostic::new(severity)
        .with_code(diagnostic.rule)
        .with_message(format!("{}{}", clean(&diagnostic.message), mark(diagnostic)))
        .with_labels(labels)
        .with_notes(notes(report, finding));
    let config = Config { chars: Chars::box_drawing(), tab_width: 4, ..Config::default() };
    term::emit_to_write_style(out, &config, &excerpts, &rendered).map_err(io::Error::other)
}

/// The file of the primary place first.
fn files_in_order(placed: &[(&crate::diag::Label, LabelStyle)]) -> Vec<FileId> {
    let mut files = Vec::new();
    for (label, _) in placed {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// Where a place lies inside an embedded document, why it matters and on which
/// releases, what to write, and what was assumed.
fn notes(report: &Report<'_>, finding: &Finding) -> Vec<String> {
    let diagnostic = &finding.diagnostic;
    let mut notes = Vec::new();
    for (label, crumb) in diagnostic.labels().zip(&finding.breadcrumbs) {
        if crumb.contains('›') {
            let file = report.sources.get(label.span.file);
            let line = file.position(label.span.start).line;
            notes.push(format!("in: line {line} is {}", clean(crumb)));
        }
    }
    notes.dedup();
    notes.extend(diagnostic.why.iter().map(|text| format!("why: {}", clean(text))));
    notes.extend(match finding.releases {
        "" => None,
        "all" => Some("on: all releases".to_owned()),
        releases => Some(format!("on: {releases}")),
    });
    notes.extend(diagnostic.fix.iter().map(|text| format!("fix: {}", clean(text))));
    for fix in &diagnostic.fixes {
        let title = format!("fix ({}): {}", fix.safety.name(), clean(&fix.title));
        let lines = std::iter::once(title).chain(changed_lines(report, fix));
        notes.push(lines.collect::<Vec<_>>().join("\n"));
    }
    notes.extend(diagnostic.notes.iter().map(|text| format!("note: {}", clean(text))));
    if diagnostic.confidence != Confidence::High {
        notes.push(format!("note: confidence is {}", diagnostic.confidence.name()));
    }
    notes
}

/// Whether there is a fix, and whether it is safe.
fn mark(diagnostic: &Found) -> &'static str {
    match diagnostic.fixes.first().map(|fix| fix.safety) {
        Some(Safety::Safe) => " [*]",
        Some(Safety::Unsafe) => " [!]",
        None => "",
    }
}

/// The lines that a fix changes, as they are and as they will be.
fn changed_lines(report: &Report<'_>, fix: &Fix) -> Vec<String> {
    let mut lines = Vec::new();
    let mut edits = fix.edits.as_slice();
    while let Some(first) = edits.first() {
        let file = report.sources.get(first.span.file);
        let last = |edit: &Edit| file.line(edit.span.end.saturating_sub(1).max(edit.span.start));
        let start = file.line(first.span.start);
        // Edits of neighbouring lines are shown as one change.
        let mut end = last(first);
        let mut count = 1;
        while let Some(next) = edits
            .get(count)
            .filter(|next| next.span.file == file.id && file.line(next.span.start) <= end + 1)
        {
            end = end.max(last(next));
            count += 1;
        }
        let (own, rest) = edits.split_at(count);
        edits = rest;
        let hidden = (start..=end).any(|line| !secrets(file, line).is_empty());
        if hidden || end - start > MAX_CHANGED {
            continue;
        }
        let from = file.line_range(start).map_or(0, |range| range.start);
        let to = file.line_range(end).map_or(file.text.len(), |range| range.end);
        let mut new = String::new();
        let mut at = from;
        for edit in own {
            new.push_str(&file.text[at..edit.span.start as usize]);
            new.push_str(&edit.text);
            at = edit.span.end as usize;
        }
        new.push_str(file.text.get(at..to).unwrap_or(""));
        let number = start + 1;
        let show = |sign: char, text: &str| -> Vec<String> {
            let trimmed = text.trim_end_matches(['\n', '\r']);
            trimmed.lines().map(|line| format!("  {sign} {}", clean(line))).collect()
        };
        lines.push(format!("  {}:{number}", clean(&file.path)));
        lines.extend(show('-', &file.text[from..to]));
        lines.extend(show('+', &new));
    }
    for change in &fix.files {
        match change {
            Change::Create { path, text } => {
                lines.push(format!("  {} (new)", clean(path)));
                lines.extend(text.lines().map(|line| format!("  + {}", clean(line))));
            }
            Change::Rename { file, old, new } => {
                let file = report.sources.get(*file);
                lines.push(format!("  - {}", clean(&file.path)));
                lines.push(format!("  + {}", clean(&file.renamed(old, new).unwrap_or_default())));
            }
            Change::Edit(_) => {}
        }
    }
    lines
}

/// More lines than these are said to change, and not shown.
const MAX_CHANGED: usize = 12;
