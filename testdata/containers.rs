//! The same mistakes in every container that RKE2's configuration is kept in:
//! each is found by its rule, at its place, and nothing else is.
//!
//! A place is marked with `«` and `»` in what is planted; the marks are taken
//! out before anything is read.

mod infrastructure;
mod kubernetes;
mod languages;
mod machines;
mod planted;

use crate::cli::Folder;
use planted::{MISTAKES, Mistake};
use rke2lint::engine::{Options, Workspace};
use std::ops::Range;

/// Files of a repository, with one mark in one of them.
type Files = Vec<(&'static str, String)>;

/// A container, and how a mistake is written in it; None if it can't be.
type Container = (&'static str, fn(&Mistake) -> Option<Files>);

const ALL: [&[Container]; 4] =
    [&machines::ALL, &kubernetes::ALL, &languages::ALL, &infrastructure::ALL];

/// In how many ways a mistake can be made in a container.
const CELLS: usize = 381;

#[test]
fn a_mistake_is_found_in_every_container() {
    let mut failures = Vec::new();
    let mut cells = 0;
    for (name, files) in ALL.into_iter().flatten() {
        for (at, mistake) in MISTAKES.iter().enumerate() {
            let Some(files) = files(mistake) else { continue };
            cells += 1;
            failures.extend(check(&format!("containers-{name}-{at}"), mistake, files).err());
        }
    }
    assert!(failures.is_empty(), "{} of {cells}\n{}", failures.len(), failures.join("\n\n"));
    assert_eq!(cells, CELLS);
}

/// What is wrong with what is found.
fn check(name: &str, mistake: &Mistake, files: Files) -> Result<(), String> {
    let mut expected = None;
    let mut texts = Vec::new();
    for (path, text) in files {
        let (text, place) = unmarked(&text);
        expected = expected.or(place.map(|place| (path, place)));
        texts.push((path, text));
    }
    let (path, place) = expected.ok_or(format!("{name}: {} has no mark", mistake.rule))?;
    let shown: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, &**text)).collect();
    let folder = Folder::new(name, &shown);
    let options = Options { pages: true, ..Options::default() };
    let workspace = Workspace::open(folder.path(), &options).map_err(|error| error.to_string())?;
    let found = workspace.check().findings;
    let sources = workspace.sources();
    let said: Vec<String> = found
        .iter()
        .map(|finding| {
            let span = finding.diagnostic.primary.span;
            let source = sources.get(span.file);
            let part = source.text.get(span.range()).unwrap_or("?");
            let (path, range) = (&source.path, span.range());
            format!(
                "{path} {range:?} {part:?} {} {}",
                finding.diagnostic.rule, finding.diagnostic.message
            )
        })
        .collect();
    let right = found.len() == 1 && {
        let diagnostic = &found[0].diagnostic;
        let source = sources.get(diagnostic.primary.span.file);
        diagnostic.rule == mistake.rule
            && source.path == path
            && is_at(&source.text, diagnostic.primary.span.range(), &place)
    };
    if right {
        return Ok(());
    }
    let text = texts.iter().find(|(other, _)| *other == path).map_or("", |(_, text)| text);
    let files: Vec<String> =
        texts.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect();
    Err(format!(
        "{name}: {} isn't found alone at {path} {place:?} {:?}, but\n{}\n{}",
        mistake.rule,
        text.get(place.clone()),
        said.join("\n"),
        files.join("\n")
    ))
}

/// A value's place takes in its quotes, however they are written.
fn is_at(text: &str, found: Range<usize>, place: &Range<usize>) -> bool {
    let quotes = |range: Range<usize>| matches!(&text[range], "" | "\"" | "'" | "\\\"" | "%22");
    found.start <= place.start
        && place.end <= found.end
        && quotes(found.start..place.start)
        && quotes(place.end..found.end)
}

/// The text without marks, and the place that they marked.
fn unmarked(text: &str) -> (String, Option<Range<usize>>) {
    let Some((before, rest)) = text.split_once('«') else { return (text.to_owned(), None) };
    let (marked, after) = rest.split_once('»').expect("a mark has an end");
    let place = before.len()..before.len() + marked.len();
    assert!(!after.contains(['«', '»']), "one mark in each repository");
    (format!("{before}{marked}{after}"), Some(place))
}
