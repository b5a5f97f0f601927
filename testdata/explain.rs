//! What `explain` says of charts and their values, to the byte.
//!
//! `UPDATE=1 cargo test` rewrites what follows each call in `explain.txt`.

use rke2lint::{
    facts::{chart_values, charts, lookup, paths},
    report::{self, Asked},
};
use std::{fs, path::Path, process::Command};

const TRANSCRIPT: &str = "testdata/explain.txt";
const WIDTH: usize = 100;

#[test]
fn calls_say_what_they_said() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TRANSCRIPT);
    let expected = fs::read_to_string(&path).expect("the calls are there");
    let calls = expected.lines().filter_map(|line| line.strip_prefix("$ rke2lint "));
    let found: String = calls.map(answer).collect();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &found).expect("the file is ours");
    } else {
        assert_eq!(found, expected);
    }
}

/// A call as a terminal shows it, with the exit code if it isn't 0.
fn answer(call: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rke2lint"));
    let args = call.split(' ').map(|arg| arg.trim_matches('\''));
    let output = command.args(args).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    let code = output.status.code().filter(|code| *code != 0);
    let code = code.map_or(String::new(), |code| format!("exit code {code}\n"));
    format!("$ rke2lint {call}\n{}{}{code}\n", text(output.stdout), text(output.stderr))
}

#[track_caller]
fn check_lines(of: &str, text: Vec<u8>) {
    let text = String::from_utf8(text).expect("output is text");
    for line in text.lines() {
        // A pattern has nowhere to break.
        let fits = line.chars().count() <= WIDTH || line.split(' ').any(|word| word.len() > 80);
        assert!(fits && !line.contains('\u{1b}') && line == line.trim_end(), "{of}: {line:?}");
        assert!(!line.ends_with(':') || !line.starts_with("Versions"), "{of}: {line:?}");
    }
}

/// Some of the paths: all take long.
#[test]
fn every_value_has_a_page() {
    for chart in charts::all() {
        let mut text = Vec::new();
        report::write_chart(chart, None, &mut text).expect("memory takes all");
        check_lines(chart.name, text);
        let Some(paths) = paths::of(chart.name) else { continue };
        let real = paths.below("").iter().filter(|row| row.is_real()).step_by(23);
        for row in real.filter(|_| chart.name != paths::CRDS) {
            let path = row.path.to_owned();
            let newest = lookup::resolve(paths, &path, 0).expect("a path of the tables");
            assert_eq!(newest, path, "{}", chart.name);
            let mut text = Vec::new();
            let asked = Asked { chart: chart.name, paths, path, releases: None };
            report::write_value(&asked, &mut text).expect("memory takes all");
            check_lines(&asked.path, text);
        }
    }
}

#[test]
fn notes_are_of_values_that_there_are() {
    let mut count = 0;
    for chart in charts::all() {
        let tables = [Some(chart.name), (chart.name == paths::CALICO).then_some(paths::CRDS)];
        let tables: Vec<_> = tables.into_iter().flatten().filter_map(paths::of).collect();
        for note in chart_values::notes(chart.name) {
            let is_there = tables.iter().any(|table| !table.at(note.path).is_empty());
            assert!(is_there, "{}: {}", chart.name, note.path);
            let sentences = note.about.ends_with('.') && !note.about.contains(". -");
            assert!(sentences && note.about.len() < 260, "{}: {}", chart.name, note.about);
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}
