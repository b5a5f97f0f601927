//! Fixes in repositories that are generated: the examples of all pages, written
//! in other ways. What changes is what the fixes name.

use crate::{
    adoption::{Dice, edited},
    docs::examples,
};
use rke2lint::{
    diag::{Fix, Safety},
    engine::Workspace,
    lints,
    text::{Edit, FileId, SourceFile, Span},
    yaml::{Kind, Node, embed_yaml, parse},
};
use serde::Deserialize;
use serde_yaml::Value;
use std::{collections::BTreeMap, sync::Arc};

type Texts = BTreeMap<String, String>;

/// In how many ways each example is written.
const ROUNDS: usize = 6;

/// An example, written in another way that says the same.
fn variant(files: &[(String, String)], dice: &mut Dice) -> Texts {
    let mut files = files.to_vec();
    let way = dice.next(6);
    if way == 0 {
        files = vec![("user-data".to_owned(), user_data(&files))];
    }
    let restyle = |(path, text): (String, String)| {
        let mut text = text;
        for _ in 0..dice.next(4) {
            text = if path.ends_with(".yaml") { edited(&text, dice) } else { text };
        }
        if way == 1 {
            text = text.replace('\n', "\r\n");
        } else if way == 2 {
            text = text.trim_end().to_owned();
        } else if way == 3 && path.ends_with("config.yaml") {
            text = quoted(&text);
        } else if way == 4 && path.ends_with(".yaml") {
            text = format!("# é☕ 𝛼\n{text}");
        }
        (path, text)
    };
    files.into_iter().map(restyle).collect()
}

/// Values of one word in quotes.
fn quoted(text: &str) -> String {
    let line = |line: &str| match line.split_once(": ") {
        Some((key, word)) => {
            let word_of = word.split(" #").next().unwrap_or("").trim_end();
            let is_word = word_of.chars().all(|c| c.is_ascii_lowercase()) && word_of.len() > 4;
            let rest = &word[word_of.len()..];
            let is_plain = is_word && word_of != "false";
            if is_plain { format!("{key}: \"{word_of}\"{rest}\n") } else { format!("{line}\n") }
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// The files as cloud-init writes them.
fn user_data(files: &[(String, String)]) -> String {
    let mut text = "#cloud-config\nwrite_files:\n".to_owned();
    for (path, content) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let folder = match path.contains("manifests/") {
            true => "/var/lib/rancher/rke2/server/manifests",
            false if path.contains("config.yaml.d/") => "/etc/rancher/rke2/config.yaml.d",
            false => "/etc/rancher/rke2",
        };
        text += &format!("  - path: {folder}/{name}\n    content: |\n");
        for line in content.lines() {
            text += &if line.is_empty() { "\n".to_owned() } else { format!("      {line}\n") };
        }
    }
    text
}

fn workspace(texts: &Texts) -> Workspace {
    let mut workspace = Workspace::new();
    // The configuration says how others are read.
    texts.iter().for_each(|(path, text)| workspace.set(path, text));
    workspace
}

/// What the referee reads: each scalar behind its keys, those of strings that
/// are documents too. `None` if it can't.
fn leaves(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        flatten(&Value::deserialize(document).ok()?, "", &mut found)?;
    }
    found.sort();
    Some(found)
}

fn flatten(value: &Value, path: &str, found: &mut Vec<(String, String)>) -> Option<()> {
    match value {
        Value::Mapping(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned);
                flatten(value, &format!("{path}/{key}"), found)?;
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            items.iter().try_for_each(|item| flatten(item, path, found))?;
        }
        Value::String(text) if text.contains('\n') => match serde_yaml::from_str(text) {
            Ok(inner @ Value::Mapping(_)) => flatten(&inner, path, found)?,
            // A key twice, or a character that libyaml refuses.
            Err(_) => return None,
            Ok(_) => found.push((path.to_owned(), text.clone())),
        },
        other => found.push((path.to_owned(), format!("{other:?}"))),
    }
    Some(())
}

/// The paths of keys and scalars that lie in one of the spans.
fn touched(text: &str, spans: &[Span]) -> Vec<String> {
    let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
    let mut found = Vec::new();
    for document in parse(&file).docs() {
        touch(&document, "", spans, false, &mut found);
    }
    found
}

fn touch(node: &Node, path: &str, spans: &[Span], above: bool, found: &mut Vec<String>) {
    let hit =
        |span: Span| spans.iter().any(|other| span.start < other.end && other.start < span.end);
    match node.kind() {
        Kind::Map => {
            for entry in node.entries() {
                let path = format!("{path}/{}", entry.key.raw().unwrap_or("?"));
                let above = above || hit(entry.key.span());
                touch(&entry.value, &path, spans, above, found);
            }
        }
        Kind::Seq => node.items().for_each(|item| touch(&item, path, spans, above, found)),
        Kind::Scalar => {
            let inner = embed_yaml(node).filter(|_| node.raw().is_some_and(|it| it.contains('\n')));
            let inner = inner.and_then(|tree| tree.docs().next());
            if let Some(inner) = inner.filter(|inner| inner.kind() == Kind::Map) {
                touch(&inner, path, spans, above, found);
            }
            if above || hit(node.span()) {
                found.push(path.to_owned());
            }
        }
    }
}

fn spliced(text: &str, edits: &[&Edit]) -> (String, Vec<Span>) {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut new, mut at, mut places) = (String::new(), 0, Vec::new());
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        assert_eq!(&text[start..end], edit.old, "what is there");
        new += &text[at..start];
        places.push(Span::new(FileId(0), new.len(), new.len() + edit.text.len()));
        new += &edit.text;
        at = end;
    }
    (new + &text[at..], places)
}

/// True if the referee could read what it is about.
fn check_fix(rule: &str, fix: &Fix, workspace: &Workspace) -> bool {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    fix.edits.iter().for_each(|edit| by_file.entry(edit.span.file).or_default().push(edit));
    let mut read = false;
    for (id, edits) in by_file {
        let old = &workspace.sources().get(id).text;
        let (new, inserted) = spliced(old, &edits);
        let Some(before) = leaves(old) else { continue };
        let after = leaves(&new);
        let Some(after) = after else { panic!("{rule}: no YAML any more:\n{old}\n->\n{new}") };
        read = true;
        let deleted: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
        let mut named = touched(old, &deleted);
        named.extend(touched(&new, &inserted));
        let is_named =
            |path: &str| named.iter().any(|it| it == path || it.starts_with(&format!("{path}/")));
        let missing = |from: &[(String, String)], of: &[(String, String)]| {
            let mut rest = of.to_vec();
            let is_missing = |leaf: &&(String, String)| {
                rest.iter().position(|it| it == *leaf).map(|at| rest.swap_remove(at)).is_none()
            };
            from.iter().filter(is_missing).cloned().collect::<Vec<_>>()
        };
        for (path, value) in missing(&before, &after).into_iter().chain(missing(&after, &before)) {
            assert!(
                is_named(&path),
                "{rule}: {path}: {value} isn't in {named:?}\n{old}\n->\n{new}"
            );
        }
        assert_ne!(old, &new, "{rule}: changes nothing");
    }
    read
}

#[test]
fn fixes_change_what_they_name_and_once() {
    let mut dice = Dice(8);
    let (mut repositories, mut fixes, mut read) = (0, 0, 0);
    for lint in lints::all() {
        for example in examples(lint.text()).iter().filter(|it| it.section == "Bad") {
            let has_fixes = |texts: &Texts| {
                let findings = workspace(texts).check().findings;
                findings.iter().any(|finding| !finding.diagnostic.fixes.is_empty())
            };
            if !has_fixes(&example.files.iter().cloned().collect()) {
                continue;
            }
            for _ in 0..ROUNDS {
                let texts = variant(&example.files, &mut dice);
                let mut workspace = workspace(&texts);
                let checked = workspace.check();
                repositories += 1;
                let all = checked.findings.iter().map(|finding| &finding.diagnostic);
                for (rule, fix) in all.flat_map(|it| it.fixes.iter().map(|fix| (it.rule, fix))) {
                    fixes += 1;
                    read += usize::from(check_fix(rule, fix, &workspace));
                }
                for allowed in [Safety::Safe, Safety::Unsafe] {
                    workspace.repair(allowed, |_, _| true);
                    let again = workspace.repair(allowed, |_, _| true);
                    let left: Vec<&String> = again.files.keys().collect();
                    assert!(left.is_empty(), "{}: {left:?} twice\n{texts:#?}", lint.id());
                }
            }
        }
    }
    assert!(
        repositories > 300 && fixes > 300 && read * 10 > fixes * 7,
        "{repositories} {fixes} {read}"
    );
}
