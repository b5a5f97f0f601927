//! Which files a shell script writes, and with what.
//!
//! Nothing is run: commands that print text are followed through pipes,
//! groups, functions and redirections, and what others print is unknown.

mod command;
mod join;
mod print;
mod redirect;
mod replaced;
mod run;
mod syntax;
mod variable;
mod word;

use crate::yaml::Sourced;
use std::ops::Range;

pub use join::{Document, addition, append, documents};

/// One redirection, or another command that takes text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The path of the file as far as it is known: what a variable holds that
    /// isn't set to one text stays `${NAME}`. `None` for text that goes to
    /// another program, such as `kubectl apply -f -`.
    pub target: Option<Sourced>,
    /// `>>`, `tee -a`: what the file has stays.
    pub append: bool,
    /// Variables and substitutions are `${…}`, and text that can't be known is
    /// a line with nothing but [`UNKNOWN`].
    pub content: Sourced,
    /// It happens only in one branch of several, or not for sure.
    pub conditional: bool,
    /// The functions, branches and loops around it, from the outermost: where
    /// each begins in the file.
    pub scope: Vec<usize>,
    /// The whole statement.
    pub span: Range<usize>,
}

/// What stands for text that some command prints: to YAML a placeholder.
pub const UNKNOWN: &str = "${unknown}";

/// In the order of the script.
pub fn written(script: &Sourced) -> Vec<Written> {
    let mut written = run::run(script);
    let words = replaced::words(&script.text);
    if !words.is_empty() {
        for write in &mut written {
            write.content = replaced::without(&write.content, &words);
        }
    }
    written
}

/// A text in which words are unknown that a script replaces.
pub fn with_replaced(script: &Sourced, text: &Sourced) -> Sourced {
    replaced::without(text, &replaced::words(&script.text))
}

/// A line of which nothing is known.
pub fn unknown_line(at: usize) -> Sourced {
    marker(0, at)
}

/// Only a line that can't be known, or several.
fn is_unknown(text: &str) -> bool {
    text.lines().all(|line| line.trim() == UNKNOWN)
}

/// The line that stands for text: as deep as the text's first line.
fn unknown(like: &Sourced) -> Sourced {
    if like.text.is_empty() {
        return like.clone();
    }
    let indent = like.text.len() - like.text.trim_start_matches([' ', '\n']).len();
    let depth = like.text[..indent].rsplit('\n').next().map_or(0, str::len);
    marker(depth, like.start())
}

fn marker(depth: usize, at: usize) -> Sourced {
    let mut line = Sourced::empty(at);
    (0..depth).for_each(|_| line.push(' ', at));
    line.append(&placeholder(at));
    line.push('\n', at);
    line
}

/// [`UNKNOWN`], all of it at one place.
fn placeholder(at: usize) -> Sourced {
    let mut text = Sourced::empty(at);
    UNKNOWN.chars().for_each(|char| text.push(char, at));
    text
}

#[cfg(test)]
mod tests;
