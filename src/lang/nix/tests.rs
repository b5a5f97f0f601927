//! Modules, and the place of each of their texts.

use super::*;
use crate::text::{FileId, SourceFile};

#[track_caller]
fn module(text: &str) -> Module {
    read(text).expect("it is Nix")
}

/// A value as its YAML.
fn shown(value: &Value) -> String {
    flow(value).text.replace(", ]", "]").replace(", }", "}")
}

/// The value of `a` in the file's first set.
#[track_caller]
fn check(text: &str, expected: &str) {
    let module = module(text);
    let value = module.sets.iter().find_map(|set| match set.get("a") {
        Attribute::Set(_, value) => Some(shown(value)),
        Attribute::Unknown => Some("?".to_owned()),
        Attribute::Absent => None,
    });
    assert_eq!(value.as_deref(), Some(expected), "{text}");
}

#[test]
fn sets_in_all_spellings() {
    check("{ a.b.c = \"x\"; a.b.d = 1; }", "{'b': {'c': 'x', 'd': 1}}");
    check("{ a = { b = true; }; a.\"c/d.e\" = [ \"x\" 2 ]; }", "{'b': true, 'c/d.e': ['x', 2]}");
    check("{ config, lib, ... }: with lib; let x = \"y\"; in { a = x; }", "'y'");
    check("{ a = rec { b = 1; }; }", "{'b': 1}");
    check("{ a = { b = 1; c = 2; } // { b = 3; }; }", "{'c': 2, 'b': 3}");
    check("{ a = { b = 1; } // x; }", "{'b': 1, \n${unknown}\n}");
    check("let b = 1; in { a = { inherit b; inherit (x) c; }; }", "{'b': 1, 'c': ${unknown}}");
    check("{ a.${x}.b = 1; }", "{'${x}': {'b': 1}}");
}

#[test]
fn wrappers_of_the_module_system() {
    check("{ a = lib.mkDefault \"x\"; }", "'x'");
    check("{ a = mkForce (mkOverride 50 [ \"x\" ]); }", "['x']");
    check("{ a = lib.mkIf cfg.enable { b = 1; }; }", "{'b': 1}");
    check("{ a = lib.mkIf cfg.enable \"x\"; }", "?");
    check("{ a = mkMerge [ { b = 1; } (mkIf x { c = 2; }) ]; }", "{'b': 1, 'c': 2}");
    check("{ a = [ \"x\" ] ++ lib.optional y \"z\"; }", "['x', ${unknown}]");
    check("{ a = \"x\"; } // { b = 1; }", "'x'");
    check("{ a = if x then \"y\" else \"z\"; }", "?");
    check("{ a = \"x\"; a = \"y\"; }", "?");
    check("{ a = [ 1 ]; } ", "[1]");
}

#[test]
fn modules_within() {
    let module = module("f { modules = [ ({ ... }: { services.x.y = 1; }) ]; }");
    let mut found = Vec::new();
    module.sets.iter().for_each(|set| set.all_at(&["services", "x"], &mut found));
    assert_eq!(found.len(), 1);
    assert!(matches!(found[0].get("y"), Attribute::Set(..)));
}

/// A string of the file, and where its words lie.
#[track_caller]
fn check_text(text: &str, expected: &str) {
    let module = module(text);
    let Attribute::Set(_, Value::Text(string)) = module.sets[0].get("a") else {
        panic!("{text} has no text")
    };
    assert_eq!(string.text, expected, "{text}");
    let file = SourceFile::new(FileId(0), "a.nix", text);
    for word in expected.split(|char: char| !char.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let at = expected.find(word).expect("a part of it");
        let place = string.slice(at, at + word.len()).span(&file);
        assert_eq!(file.slice(place), word, "{text}");
    }
}

#[test]
fn indented_strings() {
    check_text("{ a = ''\n    b:\n      c: 1\n\n    d: 2\n  ''; }", "b:\n  c: 1\n\nd: 2\n");
    check_text("{ a = ''\n  b: ${x \"}\"}\n  ${c}: 1\n  ''; }", "b: ${x \"_\"}\n${c}: 1\n");
    check_text("{ a = ''b: ''${X} ''' ''\\n $Y''; }", "b: ${X} '' \n $Y");
    check_text("{ a = ''\n   b\n  c''; }", " b\nc");
    check_text("{ a = ''\n    ${x}\n     b\n    ''; }", "${x}\n b\n");
    check_text("{ a = ''''; }", "");
    check_text("{ a = ''\n  é: 1\n\n      \n  f: ß\n''; }", "é: 1\n\n    \nf: ß\n");
}

#[test]
fn quoted_strings() {
    check_text("{ a = \"b: \\\"c\\\"\\nd: \\${X} ${y}\"; }", "b: \"c\"\nd: ${X} ${y}");
    check_text("{ a = \"--x=\" + \"y\"; }", "--x=y");
}

#[test]
fn files_that_functions_make() {
    let module = module(
        "{ a = pkgs.writeText \"x.yaml\" ''\n  b: 1\n''; b = ((pkgs.formats.yaml { }).generate \"y\" \
         { c = [ 1 ]; }); c = f (pkgs.writeTextFile { name = \"z\"; text = builtins.toJSON { d = \
         null; }; }); }",
    );
    let files: Vec<(String, String)> =
        module.files.iter().map(|(name, value)| (name.text.clone(), shown(value))).collect();
    let expected = [("x.yaml", "\"b: 1\\n\""), ("y", "{'c': [1]}"), ("z", "'{''d'': null}'")]
        .map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(files, expected);
}

#[test]
fn what_cannot_be_read() {
    assert!(read(&"[".repeat(100_000)).is_none());
    assert!(read(&"x: ".repeat(100_000)).is_none());
    assert!(read(&"a ".repeat(100_000)).is_none());
    assert!(read(&"let a = 1; in ".repeat(100_000)).is_none());
    assert!(read(&format!("{{ a = [ {} ]; }}", "b ".repeat(10_000))).is_some());
    // Past errors, what there is.
    check("{ a = \"x\"; b = ; c = \"\" }", "'x'");
}
