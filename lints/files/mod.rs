//! Files and characters that RKE2 doesn't see as their author does: names,
//! folders, look-alikes.

pub mod config_file_misnamed;
pub mod dropin_ignored;
pub mod invisible_character;
pub mod manifest_extension_ignored;
pub mod manifest_on_agent;
pub mod manifest_outside_manifests_dir;

use crate::{
    diag::Fix,
    lint::Lint,
    model::{File, Lost, Repo, Stray},
    text::{Change, Edit, Span},
    yaml::Node,
};
use std::sync::Arc;

pub(super) static LINTS: &[&Lint] = &[
    &config_file_misnamed::LINT,
    &dropin_ignored::LINT,
    &invisible_character::LINT,
    &manifest_extension_ignored::LINT,
    &manifest_on_agent::LINT,
    &manifest_outside_manifests_dir::LINT,
];

/// The files that RKE2 doesn't read, of some kinds.
fn strays<'a>(repo: &'a Repo, kinds: &'a [Lost]) -> impl Iterator<Item = (&'a File, Stray)> {
    let stray = |file: &'a Arc<File>| Some((file.as_ref(), file.stray?));
    repo.files.iter().filter_map(stray).filter(|(_, stray)| kinds.contains(&stray.kind))
}

/// A path's folder and name.
fn parts(file: &File) -> (&str, &str) {
    file.source.path.rsplit_once('/').unwrap_or(("", &file.source.path))
}

/// Another name for a file, by the ends of its path.
fn rename(file: &File, old: &str, new: &str) -> Fix {
    let (id, old, new) = (file.source.id, old.to_owned(), new.to_owned());
    let title = format!("call it `{new}`, here and where others name it");
    Fix::unsure(title, [Change::Rename { file: id, old, new }])
}

/// What a character is taken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Guise {
    Nothing,
    Blank,
    Quote,
    Dash,
    Colon,
}

fn guise(char: char) -> Option<(Guise, &'static str)> {
    Some(match char {
        '\u{ad}' => (Guise::Nothing, "a soft hyphen"),
        '\u{200b}' => (Guise::Nothing, "a zero-width space"),
        '\u{200c}' | '\u{200d}' => (Guise::Nothing, "a zero-width joiner"),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            (Guise::Nothing, "a mark of writing direction")
        }
        '\u{2060}' => (Guise::Nothing, "a word joiner"),
        '\u{feff}' => (Guise::Nothing, "a byte order mark"),
        '\u{a0}' | '\u{202f}' => (Guise::Blank, "a no-break space"),
        '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{3000}' => (Guise::Blank, "a typographic space"),
        '\u{2018}'..='\u{201f}' | '«' | '»' => (Guise::Quote, "a typographic quote"),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => (Guise::Dash, "a typographic dash"),
        '\u{ff1a}' => (Guise::Colon, "a full-width colon"),
        _ => return None,
    })
}

/// The bytes that yaml.v2 reads at a time are a few more.
const CHUNK: u32 = 500;

/// The first such character of a text.
#[derive(Clone, Copy)]
struct Odd {
    at: usize,
    char: char,
    guise: Guise,
    name: &'static str,
}

impl Odd {
    fn of(text: &str) -> Option<Odd> {
        let odd = |(at, char)| guise(char).map(|(guise, name)| Odd { at, char, guise, name });
        text.char_indices().find_map(odd)
    }

    /// `None` where an escape stands for it, which everybody sees.
    fn span(&self, node: &Node) -> Option<Span> {
        let file = node.tree().file();
        let span = node.part_span(self.at, self.at + self.char.len_utf8());
        let same = file.slice(span).chars().eq([self.char]);
        // yaml.v2 passes over a byte order mark that begins a line, if it also
        // begins what was read last.
        let start = file.position(span.start).column == 1 && span.start > CHUNK;
        (same && !(start && self.char == '\u{feff}')).then_some(span)
    }

    /// `a zero-width space (U+200B)`
    fn shown(&self) -> String {
        format!("{} (U+{:04X})", self.name, u32::from(self.char))
    }

    fn rule(&self) -> &'static str {
        match self.guise {
            Guise::Nothing => {
                "it is a character like any other to YAML, RKE2 and Kubernetes, though nobody sees it"
            }
            Guise::Blank => {
                "YAML's blanks are the space and the tab; this is a character like any other"
            }
            Guise::Quote => "YAML's quotes are `\"` and `'`; this is a character like any other",
            Guise::Dash => {
                "the dash of lists, flags and names is `-`; this is a character like any other"
            }
            Guise::Colon => "YAML's colon is `:`; this is a character like any other",
        }
    }

    /// What is to stand in its place, where there is but one answer.
    fn repair(&self, span: Span) -> Option<Fix> {
        let edits = |new: &str| vec![Edit::new(span, self.char, new)];
        match self.guise {
            Guise::Nothing => Some(Fix::safe("remove it", edits(""))),
            Guise::Blank => Some(Fix::safe("write a space", edits(" "))),
            // A program may have made it of two.
            Guise::Dash => Some(Fix::unsure("write `-`", edits("-"))),
            Guise::Quote | Guise::Colon => None,
        }
    }

    fn fix(&self) -> &'static str {
        match self.guise {
            Guise::Nothing => "remove it",
            Guise::Blank => "write a space, or nothing",
            Guise::Quote => "write `\"`, or no quote at all",
            Guise::Dash => "write `-`",
            Guise::Colon => "write `: `",
        }
    }
}

/// The text that its author sees.
fn seen(text: &str) -> String {
    let char = |char: char| match guise(char) {
        None => Some(char),
        Some((Guise::Dash, _)) => Some('-'),
        Some((Guise::Blank, _)) => Some(' '),
        Some(_) => None,
    };
    text.chars().filter_map(char).collect::<String>().trim().to_owned()
}
