use super::{Guise, Odd, guise, seen};
use crate::{
    diag::Level,
    facts::flags::{self, Kind, Plain},
    lint::{Check, Cx, Lint},
    model::{Chart, File, State},
    text::Span,
    yaml::{self, Entry, Node, Style, Tree},
};

pub static LINT: Lint = Lint::new(include_str!("invisible-character.md"), Check::File(check));

/// A key that looks like one of RKE2's, and is another.
pub(crate) fn is_disguised(key: &str) -> bool {
    Odd::of(key).is_some() && flags::flag(&seen(key)).is_some()
}

fn check(file: &File, cx: &mut Cx) {
    if file.state != State::Read {
        return;
    }
    broken(&file.tree, file, cx);
    if let Some(node) = &file.misshapen {
        line(file.source.line(node.span().start), file, cx);
    }
    let config = file.config.iter().flat_map(|config| config.root.entries().collect::<Vec<_>>());
    config.for_each(|entry| setting(&entry, cx));
    file.charts.iter().for_each(|chart| of_chart(chart, file, cx));
}

/// What may have broken a document: on the line of the error or above it.
fn broken(tree: &Tree, file: &File, cx: &mut Cx) {
    for error in &tree.errors {
        let at = file.source.line(error.span.start);
        let _ = line(at, file, cx) || at > 0 && line(at - 1, file, cx);
    }
}

/// A character where YAML wants a sign or a blank: before what a line says, and
/// on both sides of its first colon. Returns whether one is reported.
fn line(line: usize, file: &File, cx: &mut Cx) -> bool {
    let Some(range) = file.source.line_range(line) else { return false };
    let text = &file.source.text[range.clone()];
    let is_odd = |char: char| guise(char).is_some();
    let end = |from: usize, such: &dyn Fn(char) -> bool| {
        from + text[from..].find(|char| !such(char)).unwrap_or(text.len() - from)
    };
    let lead = end(0, &|char| char.is_whitespace() || is_odd(char));
    let word = end(lead, &|char| char.is_ascii_alphanumeric() || "-_.+/\"'".contains(char));
    let colon = end(word, &|char| char == ':' || char == '：');
    let value = end(colon, &|char| char == ' ' || is_odd(char));
    let before = Odd::of(&text[..lead]).filter(|odd| odd.guise != Guise::Quote);
    let odd = before.or_else(|| {
        let odd = Odd::of(&text[word..value]).filter(|_| colon > word)?;
        Some(Odd { at: word + odd.at, ..odd })
    });
    let Some(odd) = odd.filter(|odd| odd.char != '\u{feff}') else { return false };
    let start = range.start + odd.at;
    let span = Span::new(file.source.id, start, start + odd.char.len_utf8());
    // What became a key or a value is looked at as such.
    let mut entries = file.config.iter().flat_map(|config| config.root.entries());
    if entries.any(|entry| entry.key.span().to(entry.value.span()).contains(span)) {
        return true;
    }
    let message = format!("this line has {} in it, which YAML takes for text", odd.shown());
    let diagnostic = cx.report(span, message);
    diagnostic.why(odd.rule()).fix(odd.fix());
    odd.repair(span).map(|fix| diagnostic.repair(fix));
    true
}

fn setting(entry: &Entry, cx: &mut Cx) {
    let Some(text) = entry.key.as_str() else { return };
    let name = text.trim_end_matches('+');
    if let Some(odd) = Odd::of(text).filter(|_| is_disguised(name)) {
        let message = format!("this key isn't `{}`: it has {} in it", seen(name), odd.shown());
        if let Some(span) = odd.span(&entry.key) {
            let diagnostic = cx.report(span, message);
            diagnostic.why("no key of RKE2's has such a character, so the setting isn't made");
            diagnostic.why(odd.rule()).fix(odd.fix());
            odd.repair(span).map(|fix| diagnostic.repair(fix));
        }
        return;
    }
    let Some(flag) = flags::flag(name) else { return };
    let items: Vec<Node> = match entry.value.kind() {
        yaml::Kind::Seq => entry.value.items().collect(),
        _ => vec![entry.value.clone()],
    };
    let Some((what, fatal, name_only)) = takes(flag) else { return };
    for item in items {
        let Some(text) = item.as_str() else { continue };
        let part = if name_only { text.split('=').next().unwrap_or("") } else { text };
        let Some((odd, span)) = Odd::of(part).and_then(|odd| Some((odd, odd.span(&item)?))) else {
            continue;
        };
        let diagnostic =
            cx.report(span, format!("a value of `{}` has {} in it", flag.key, odd.shown()));
        diagnostic.why(format!("RKE2 takes it as it is, and no {what} has such a character"));
        diagnostic.why(odd.rule()).fix(odd.fix());
        odd.repair(span).map(|fix| diagnostic.repair(fix));
        if !fatal {
            diagnostic.level(Level::Warning);
        }
    }
}

/// What a flag's values are, whether a wrong one is fatal, and whether only the
/// names in them count.
fn takes(flag: &flags::Flag) -> Option<(&'static str, bool, bool)> {
    match flag.kind {
        Kind::Bool => Some(("boolean", true, false)),
        Kind::Int => Some(("number", true, false)),
        Kind::Duration => Some(("duration", true, false)),
        Kind::Text | Kind::List => {
            let Plain { what, fatal, name_only, .. } = flags::plain(flag.key)?;
            Some((what, *fatal, *name_only))
        }
    }
}

fn of_chart(chart: &Chart, file: &File, cx: &mut Cx) {
    for path in [["metadata", "name"], ["metadata", "namespace"]] {
        let Some(node) = chart.object.node.at(&path).found().map(|entry| entry.value) else {
            continue;
        };
        let odd = node.as_str().and_then(Odd::of);
        let Some((odd, span)) = odd.and_then(|odd| Some((odd, odd.span(&node)?))) else { continue };
        cx.report(span, format!("the {} has {} in it", path[1], odd.shown()))
            .why("Kubernetes takes no such name, and nothing of the file is applied")
            .why(odd.rule())
            .fix(odd.fix());
    }
    if let Some(content) = &chart.content {
        broken(&content.tree, file, cx);
        content.tree.docs().take(1).for_each(|doc| of_values(&doc, cx));
    }
    chart.values.iter().for_each(|values| of_values(values, cx));
}

/// Of values that may be free text, only words that nobody would write so.
fn of_values(node: &Node, cx: &mut Cx) {
    for entry in node.entries() {
        word(&entry.key, "key", cx);
        let secret = entry.key.raw().is_some_and(flags::is_secret);
        if !secret {
            of_values(&entry.value, cx);
        }
    }
    node.items().for_each(|item| of_values(&item, cx));
    if !matches!(node.style(), None | Some(Style::Literal | Style::Folded)) && !node.is_alias() {
        word(node, "value", cx);
    }
}

fn word(node: &Node, what: &str, cx: &mut Cx) {
    let Some(text) = node.as_str() else { return };
    let Some(odd) = Odd::of(text) else { return };
    let seen = seen(text);
    let plain = !seen.is_empty() && seen.chars().all(|c| c.is_ascii_graphic());
    let only =
        |guises: &[Guise]| text.chars().filter_map(guise).all(|(guise, _)| guises.contains(&guise));
    let hidden = only(&[Guise::Nothing, Guise::Blank]);
    let quoted = only(&[Guise::Quote]) && odd.at == 0 && (what == "key" || is_literal(&seen));
    let Some(span) = odd.span(node).filter(|_| plain && (hidden || quoted)) else { return };
    cx.report(span, format!("this {what} isn't `{seen}`: it has {} in it", odd.shown()))
        .why(odd.rule())
        .fix(odd.fix())
        .level(Level::Warning);
}

/// No text, if it weren't for the quotes.
fn is_literal(text: &str) -> bool {
    matches!(text, "true" | "false") || text.parse::<f64>().is_ok()
}
