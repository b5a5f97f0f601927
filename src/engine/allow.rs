//! Comments by which somebody accepts a finding:
//! `# rke2lint: allow(rule): reason`.
//!
//! They are looked for in the text and not in a tree: a comment inside of a
//! block scalar, a script or a template is one like any other.

use super::Silenced;
use crate::{
    diag::{Diagnostic, Fix},
    lint::Cx,
    lints,
    text::{Edit, FileId, SourceFile, SourceMap, Span, nearest},
};
use std::sync::Arc;

const WORD: &str = "rke2lint:";
const FORM: &str = "write `# rke2lint: allow(RULE): reason`";

/// The comments of a repository, and which of them were of use.
#[derive(Default)]
pub(super) struct Allows {
    allows: Vec<Allow>,
    wrong: Vec<Wrong>,
}

struct Allow {
    /// From the sign that starts the comment to its end.
    span: Span,
    rules: Vec<Allowed>,
    reason: String,
    /// Zero-based; `None` is the whole file.
    line: Option<usize>,
}

struct Allowed {
    name: String,
    span: Span,
    is_used: bool,
}

struct Wrong {
    span: Span,
    message: String,
    help: String,
}

/// What a repository says of a rule that a comment names.
pub(super) enum Standing {
    Ignorable,
    /// `.rke2lint.yaml` says that it is not.
    Binding,
    /// It speaks of the tool's own work.
    Meta,
}

impl Allows {
    pub(super) fn read(&mut self, file: &SourceFile) {
        if !file.text.contains(WORD) {
            return;
        }
        let mut is_top = true;
        for number in 0..file.line_count() {
            let Some(range) = file.line_range(number) else { continue };
            let line = &file.text[range.clone()];
            if let Some((at, start)) = comment(line) {
                let is_alone = is_opening(&line[..at]);
                let about = match is_alone {
                    true if is_top => None,
                    true => Some(next_line(file, number)),
                    false => Some(number),
                };
                let span = Span::new(file.id, range.start + at, range.end);
                self.read_comment(file, span, range.start + start, about);
            }
            is_top &= is_header(line);
        }
    }

    /// `start` is where the word after the tool's name stands.
    fn read_comment(&mut self, file: &SourceFile, span: Span, start: usize, line: Option<usize>) {
        let end = start + closed(&file.text[start..span.end as usize]).len();
        let span = Span::new(span.file, span.start as usize, end);
        let text = &file.text[start..end];
        let parts = text.strip_prefix("allow(").and_then(|rest| rest.split_once(')'));
        let Some((names, rest)) = parts else {
            return self.wrong(span, "a comment to rke2lint that it doesn't know", FORM);
        };
        let reason = rest.strip_prefix(':').map_or("", str::trim);
        if reason.is_empty() {
            let message = "`allow` without a reason allows nothing";
            return self.wrong(span, message, "write why behind a colon: `allow(RULE): reason`");
        }
        let mut rules = Vec::new();
        let mut at = start + "allow(".len();
        for part in names.split(',') {
            let name = part.trim();
            let from = at + part.len() - part.trim_start().len();
            at += part.len() + 1;
            let place = Span::new(file.id, from, from + name.len());
            rules.push(Allowed { name: name.to_owned(), span: place, is_used: false });
        }
        self.allows.push(Allow { span, rules, reason: reason.to_owned(), line });
    }

    fn wrong(&mut self, span: Span, message: &str, help: &str) {
        self.wrong.push(Wrong { span, message: message.to_owned(), help: help.to_owned() });
    }

    /// Finds the comment that allows a finding; one about its line goes first.
    pub(super) fn take(&mut self, found: &Diagnostic, sources: &SourceMap) -> Option<Silenced> {
        let span = found.primary.span;
        if self.allows.iter().all(|allow| allow.span.file != span.file) {
            return None;
        }
        let line = sources.get(span.file).line(span.start);
        let mut around: Vec<&mut Allow> = self
            .allows
            .iter_mut()
            .filter(|allow| allow.span.file == span.file)
            .filter(|allow| allow.line.is_none_or(|about| about == line))
            .collect();
        around.sort_by_key(|allow| allow.line.is_none());
        around.into_iter().find_map(|allow| {
            let rule = allow.rules.iter_mut().find(|rule| rule.name == found.rule)?;
            rule.is_used = true;
            Some(Silenced::Allowed { reason: allow.reason.clone() })
        })
    }

    /// What is to be said of the comments themselves. `judged` says of which
    /// files it is known that nothing is found there.
    pub(super) fn complaints(
        self,
        standing: impl Fn(&str) -> Standing,
        judged: impl Fn(FileId) -> bool,
        found: &[Diagnostic],
        sources: &SourceMap,
    ) -> Vec<Diagnostic> {
        let mut invalid = Cx::new(&lints::ALLOW_INVALID);
        let mut unused = Cx::new(&lints::ALLOW_UNUSED);
        for wrong in self.wrong {
            invalid.report(wrong.span, wrong.message).fix(wrong.help);
        }
        for allow in &self.allows {
            for rule in &allow.rules {
                let name = &rule.name;
                if let Some((message, help)) = objection(name, &standing) {
                    invalid.report(rule.span, message).fix(help);
                } else if !rule.is_used && judged(allow.span.file) {
                    let about = if allow.line.is_some() { "on its line" } else { "in this file" };
                    let message = format!("`{name}` is allowed, and isn't found {about}");
                    let finding = unused.report(rule.span, message);
                    finding.repair(allow.removal(rule, sources.get(allow.span.file)));
                    match allow.elsewhere(name, found, sources) {
                        Some(place) => finding.fix(format!("the finding's place is {place}")),
                        None => finding.fix("remove it"),
                    };
                }
            }
        }
        let mut all = invalid.into_found();
        all.extend(unused.into_found());
        all
    }
}

/// Why a rule can't be allowed, and what to write.
fn objection(name: &str, standing: &impl Fn(&str) -> Standing) -> Option<(String, String)> {
    if lints::find(name).is_none() {
        let is_group = lints::all().any(|lint| lint.meta().group == name);
        if is_group {
            let message = format!("`{name}` is a group of rules");
            return Some((message, "name the rules: `allow(RULE, RULE): reason`".to_owned()));
        }
        let near = nearest(name, lints::all().map(|lint| lint.id()));
        let help = near.map_or("`rke2lint rules` lists them".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        return Some((format!("there is no rule `{name}`"), help));
    }
    match standing(name) {
        Standing::Ignorable => None,
        Standing::Binding => Some((
            format!("`{name}` can't be allowed: `.rke2lint.yaml` says that it is not ignorable"),
            "repair what the rule finds, and remove this".to_owned(),
        )),
        Standing::Meta => Some((
            format!("`{name}` can't be allowed by a comment"),
            format!("`levels: {{ {name}: off }}` in `.rke2lint.yaml` turns it off"),
        )),
    }
}

impl Allow {
    /// Where a finding of the rule stands that has another place on this line.
    fn elsewhere(&self, rule: &str, found: &[Diagnostic], sources: &SourceMap) -> Option<String> {
        let file = sources.get(self.span.file);
        let is_here = |span: Span| {
            span.file == file.id && self.line.is_none_or(|line| line == file.line(span.start))
        };
        let mut of_rule = found.iter().filter(|diagnostic| diagnostic.rule == rule);
        let other = of_rule.find(|diagnostic| diagnostic.labels().any(|it| is_here(it.span)))?;
        let span = other.primary.span;
        let file: &Arc<SourceFile> = sources.get(span.file);
        Some(format!("{}:{}", file.path, file.line(span.start) + 1))
    }

    /// Takes the rule out, and the comment with it if it was the only one.
    fn removal(&self, rule: &Allowed, file: &SourceFile) -> Fix {
        let text = &file.text;
        let mut range = rule.span.range();
        if self.rules.len() > 1 {
            // With the comma that parts it from its neighbour.
            let after = text[range.end..].trim_start();
            if let Some(rest) = after.strip_prefix(',') {
                range.end = text.len() - rest.trim_start().len();
            } else {
                let before = text[..range.start].trim_end().trim_end_matches(',').trim_end().len();
                range.start = before;
            }
        } else {
            let number = file.line(self.span.start);
            let line = file.line_range(number).unwrap_or_default();
            let before = text[line.start..self.span.start as usize].trim_end_matches([' ', '\t']);
            let start = line.start + before.len();
            range = start..line.end;
            if before.is_empty() {
                let next = file.line_range(number + 1).map_or(text.len(), |next| next.start);
                range = line.start..next;
            }
        }
        let span = Span::new(file.id, range.start, range.end);
        let edit = Edit::new(span, file.slice(span), "");
        Fix::safe(format!("remove `allow({})`", rule.name), vec![edit])
    }
}

/// Where a comment for this tool starts in a line, and where the word behind
/// the tool's name does.
fn comment(line: &str) -> Option<(usize, usize)> {
    let (at, _) = line.match_indices(WORD).find(|(at, _)| sign(&line[..*at]).is_some())?;
    let rest = &line[at + WORD.len()..];
    let start = line.len() - rest.trim_start().len();
    Some((sign(&line[..at])?, start))
}

/// Where the sign starts that opens a comment at the end of `before`.
fn sign(before: &str) -> Option<usize> {
    let text = before.trim_end();
    let sign = ["<!--", "//", "/*", "#", ";"].into_iter().find(|sign| text.ends_with(sign))?;
    let at = text[..text.len() - sign.len()].trim_end_matches('#').len();
    let before = &text[..at];
    // A `#` in a word is no comment, nor is what follows a `:` without a space.
    let is_apart = before.is_empty() || before.ends_with([' ', '\t', '{', '-', '\u{feff}']);
    let is_alone = before.trim().is_empty();
    (is_apart && (sign != ";" || is_alone)).then_some(at)
}

/// Without the sign that closes a comment.
fn closed(text: &str) -> &str {
    let text = text.trim_end();
    let go = text.trim_end_matches(['}', '-', ' ']).strip_suffix("*/");
    let others = || ["-->", "-#}", "#}"].into_iter().find_map(|end| text.strip_suffix(end));
    go.or_else(others).unwrap_or(text).trim_end()
}

/// Nothing of the file's content stands before the comment.
fn is_opening(before: &str) -> bool {
    before.trim_matches([' ', '\t', '{', '-', '\u{feff}']).is_empty()
}

/// Blank, a comment, or a sign that a document starts.
fn is_header(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line == "---" || line.starts_with("%YAML") || is_comment(line)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "//", "{#", "<!--", "{{/*", "{{- /*"].iter().any(|sign| line.starts_with(sign))
}

/// The line that a comment alone on its line is about: comments may follow.
fn next_line(file: &SourceFile, number: usize) -> usize {
    let is_comment =
        |line: &usize| file.line_range(*line).is_some_and(|it| is_comment(&file.text[it]));
    (number + 1..file.line_count()).find(|line| !is_comment(line)).unwrap_or(number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `RULES REASON @LINE`, for each comment, or what is wrong with it.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let file = SourceFile::new(FileId(0), "a.yaml", text);
        let mut allows = Allows::default();
        allows.read(&file);
        let of = |allow: &Allow| {
            let names: Vec<&str> = allow.rules.iter().map(|rule| file.slice(rule.span)).collect();
            let line = allow.line.map_or("file".to_owned(), |line| line.to_string());
            format!("{} {} @{line}", names.join("+"), allow.reason)
        };
        let mut found: Vec<String> = allows.allows.iter().map(of).collect();
        found.extend(allows.wrong.iter().map(|wrong| wrong.message.clone()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn on_a_line_and_above_it() {
        check("a: 1  # rke2lint: allow(x): why not", &["x why not @0"]);
        check("a: 1\n# rke2lint: allow(x, y): b: c\nd: 2\n", &["x+y b: c @2"]);
        check("a: 1\n# rke2lint:allow( x ): b\n# more\nd: 2\n", &["x b @3"]);
        check("a: |\n  b: 1\n  # rke2lint: allow(x): b\n  c: 1\n", &["x b @3"]);
        check("- a\n- # rke2lint: allow(x): b\n  c: 1\n", &["x b @2"]);
    }

    #[test]
    fn at_the_top_of_a_file() {
        check("# rke2lint: allow(x): b\na: 1\n", &["x b @file"]);
        check("#cloud-config\n\n# Title\n---\n# rke2lint: allow(x): b\na: 1\n", &["x b @file"]);
        check("\u{feff}# rke2lint: allow(x): b\r\na: 1\r\n", &["x b @file"]);
    }

    #[test]
    fn in_other_languages() {
        check("a = 1 // rke2lint: allow(x): b\n", &["x b @0"]);
        check("a: 1\n{# rke2lint: allow(x): b #}\nc: 2\n", &["x b @2"]);
        check("a: 1\n{{- /* rke2lint: allow(x): b */ -}}\nc: 2\n", &["x b @2"]);
        check("a: 1\n{{/* rke2lint: allow(x): b */}}\nc: 2\n", &["x b @2"]);
        check("[Service]\n; rke2lint: allow(x): b\nc=2\n", &["x b @2"]);
        check("<!-- rke2lint: allow(x): b -->\nc\n", &["x b @file"]);
    }

    #[test]
    fn what_is_no_comment() {
        check("a: b# rke2lint: allow(x): c\n", &[]);
        check("a: use rke2lint: allow(x): c\n", &[]);
        check("a; # b\n", &[]);
    }

    #[test]
    fn what_is_wrong() {
        check("a: 1  # rke2lint: allow(x)\n", &["`allow` without a reason allows nothing"]);
        check("a: 1  # rke2lint: allow(x): \n", &["`allow` without a reason allows nothing"]);
        let unknown = "a comment to rke2lint that it doesn't know";
        check("a: 1  # rke2lint: ignore x\n", &[unknown]);
        check("a: 1  # rke2lint: allow x\n", &[unknown]);
    }
}
