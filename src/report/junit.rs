//! JUnit's XML, which most CI systems show as tests: the only door to
//! quick-junit.
//!
//! A suite for each file with findings, and in it a test that fails for each
//! error and warning. A note is the output of a test that passes, and so is a
//! run without findings: a file without tests is an error to some readers.

use super::{Report, excerpt::clean, lines, plural};
use crate::{diag::Level, engine::Finding};
use quick_junit::{NonSuccessKind, Report as Tests, TestCase, TestCaseStatus, TestSuite};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
    for finding in &report.shown {
        let file = report.sources.get(finding.diagnostic.primary.span.file);
        let path = clean(&report.forge_path(file));
        let suite = suites.entry(path).or_insert_with_key(|path| TestSuite::new(path.as_str()));
        suite.add_test_case(case(report, finding, suite.name.to_string()));
    }
    if suites.is_empty() {
        let mut suite = TestSuite::new(env!("CARGO_PKG_NAME"));
        let name = format!("nothing to report in {}", plural(report.summary.files_checked, "file"));
        suite.add_test_case(TestCase::new(name, TestCaseStatus::success()));
        suites.insert(String::new(), suite);
    }
    let mut tests = Tests::new(env!("CARGO_PKG_NAME"));
    tests.add_test_suites(suites.into_values());
    tests.serialize(&mut *out).map_err(io::Error::other)
}

fn case(report: &Report<'_>, finding: &Finding, class: String) -> TestCase {
    let diagnostic = &finding.diagnostic;
    let span = diagnostic.primary.span;
    let at = report.sources.get(span.file).position(span.start);
    let (rule, level) = (diagnostic.rule, diagnostic.level.name());
    let place = format!("{class}:{}:{}", at.line, at.column);
    let text = format!("{place}: {level}[{rule}]: {}", lines(diagnostic).join("\n"));
    let name = format!("{rule} at {}:{}", at.line, at.column);
    let mut case = if diagnostic.level == Level::Note {
        let mut case = TestCase::new(name, TestCaseStatus::success());
        case.set_system_out(text);
        case
    } else {
        let mut failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
        failure.set_type(level).set_message(clean(&diagnostic.message)).set_description(text);
        TestCase::new(name, failure)
    };
    case.set_classname(class);
    case
}
