//! Code frames for people: the only door to codespan-reporting's renderer.

use super::{
    Report,
    excerpt::{Excerpts, clean},
};
use crate::{
    diag::{Confidence, Level},
    engine::Finding,
    text::{FileId, Span},
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
        .with_message(clean(&diagnostic.message))
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
    notes.extend(diagnostic.notes.iter().map(|text| format!("note: {}", clean(text))));
    if diagnostic.confidence != Confidence::High {
        notes.push(format!("note: confidence is {}", diagnostic.confidence.name()));
    }
    notes
}
