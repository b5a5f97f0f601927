//! A JSON Schema of `config.yaml` for one role and release, as editors use it.
//!
//! It takes what the command takes, and says of a key what it is for. YAML has
//! to be read as RKE2 reads it, in version 1.1, where `yes` is a truth value.

use crate::facts::{
    self, Answer, Releases, cni,
    flags::{self, Flag, FlagRole, Kind, Split},
    values,
};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Draft 7, which yaml-language-server speaks. `role` is one of the two.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_schema(role: FlagRole, releases: &Releases, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &schema(role, releases))?;
    writeln!(out)
}

fn schema(role: FlagRole, releases: &Releases) -> Value {
    let command = if role == FlagRole::Agent { "agent" } else { "server" };
    let mut properties = Map::new();
    let taken = flags::all().filter(|flag| flag.answer(role, releases) != Answer::No);
    for flag in taken {
        let reference = json!({ "$ref": format!("#/definitions/{}", flag.key) });
        for alias in &flag.aliases {
            properties.insert((*alias).to_owned(), reference.clone());
        }
        properties.insert(format!("{}+", flag.key), appended(flag, releases, &reference));
        properties.insert(flag.key.to_owned(), reference);
    }
    let keys = flags::all().filter(|flag| flag.answer(role, releases) != Answer::No);
    let definitions: Map<String, Value> =
        keys.map(|flag| (flag.key.to_owned(), property(flag, role, releases))).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": format!("config.yaml of rke2 {command}, {releases}"),
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
        "definitions": definitions,
    })
}

/// What `key+` takes: it adds to what another file says, so of a choice of one
/// or two it may be any part.
fn appended(flag: &Flag, releases: &Releases, reference: &Value) -> Value {
    if flag.key == "cni" { texts(flag, releases) } else { reference.clone() }
}

fn property(flag: &Flag, role: FlagRole, releases: &Releases) -> Value {
    let mut schema = shape(flag, releases);
    let fields = schema.as_object_mut().expect("a shape is an object");
    let mut about = format!("{}.", flag.about);
    if let Some(default) = flag.default {
        about.push_str(&format!(" Default: {default}."));
    }
    if let Some(accepted) = flag.accepted(role) {
        about.push_str(&match accepted.since.is_all() {
            true => String::new(),
            false => format!(" Since {}.", accepted.since),
        });
    }
    if let [first, ..] = flag.env[..] {
        about.push_str(&format!(" Environment: {first}."));
    }
    fields.insert("description".to_owned(), json!(about));
    if let Some(deprecated) = flags::deprecated(flag.key, role, releases) {
        fields.insert("deprecated".to_owned(), json!(true));
        fields.insert("deprecationMessage".to_owned(), json!(deprecated.instead));
    }
    schema
}

/// The values that the command doesn't refuse.
fn shape(flag: &Flag, releases: &Releases) -> Value {
    match flag.kind {
        Kind::Bool => repeatable(&json!({ "anyOf": [
            { "type": "boolean" },
            { "enum": [0, 1, "0", "1", "t", "T", "true", "TRUE", "True", "f", "F", "false", "FALSE", "False"] },
        ] })),
        Kind::Int => repeatable(&json!({ "anyOf": [
            { "type": "integer" },
            { "type": "string", "pattern": "^[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)$" },
        ] })),
        Kind::Duration => repeatable(&json!({ "anyOf": [
            { "const": 0 },
            { "type": "string", "pattern": "^[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h))+$" },
        ] })),
        Kind::Text => one_of(flag.key, releases).unwrap_or_else(|| {
            json!({ "anyOf": [scalar(), { "type": "null" }, { "type": "array", "items": scalar(), "maxItems": 1 }] })
        }),
        Kind::List if flag.key == "cni" => plugins(releases),
        Kind::List if flag.key == "ingress-controller" => controllers(flag, releases),
        Kind::List => texts(flag, releases),
    }
}

/// A value, or a list of them: each is looked at, and the last one counts.
fn repeatable(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "array", "items": value }] })
}

/// What RKE2 makes one text of. Numbers and truth values have one, too.
fn scalar() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

/// One text or several, and nothing where an empty one is taken off the list.
fn texts(flag: &Flag, releases: &Releases) -> Value {
    let mut forms = vec![scalar(), json!({ "type": "array", "items": item(&scalar()) })];
    let counts = releases.answer(facts::gate("empty-value-counts"));
    if counts == Answer::No && flag.split != Split::Commas {
        forms.push(json!({ "type": "null" }));
    }
    json!({ "anyOf": forms })
}

/// Whatever stands behind the first item is lost, and the server starts.
fn first_of(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "array", "items": [value], "minItems": 1 }] })
}

/// Of a list in a list the first item is taken.
fn item(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "array", "items": [value], "minItems": 1, "maxItems": 1 }] })
}

/// One of some names, which editors offer; blanks around it are trimmed.
fn names(names: &[String]) -> Value {
    json!({ "anyOf": [
        { "enum": names },
        { "type": "string", "pattern": format!("^\\s*({})\\s*$", names.join("|")) },
    ] })
}

/// One of the names that the releases know, where they refuse others.
fn one_of(key: &str, releases: &Releases) -> Option<Value> {
    let known = values::allowed(key, releases);
    // Other providers are named freely.
    if known.is_empty() || key == "cloud-provider-name" {
        return None;
    }
    let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
    // An empty text is as good as none.
    Some(json!({ "anyOf": [names(&known), { "enum": ["", null] }] }))
}

/// One plugin, or Multus and one; Multus alone where another file adds to it.
fn plugins(releases: &Releases) -> Value {
    let taken = cni::all().filter(|cni| releases.answer(&cni.gate) != Answer::No);
    let mut primary: Vec<String> = taken.map(|cni| cni.name.to_owned()).collect();
    primary.push(cni::NONE.to_owned());
    let with_multus = primary.iter().map(|name| format!("{},{name}", cni::MULTUS));
    let mut alone: Vec<String> = primary.iter().cloned().chain(with_multus).collect();
    alone.push(cni::MULTUS.to_owned());
    let multus = names(&[cni::MULTUS.to_owned()]);
    let list = |items: Vec<Value>| {
        let count = items.len();
        json!({ "type": "array", "items": items, "minItems": count, "maxItems": count })
    };
    json!({ "anyOf": [
        names(&alone),
        { "type": "array", "maxItems": 0 },
        list(vec![first_of(&names(&alone))]),
        list(vec![first_of(&multus), first_of(&names(&primary))]),
    ] })
}

/// Each an item of its own.
fn controllers(flag: &Flag, releases: &Releases) -> Value {
    let known = values::allowed(flag.key, releases);
    let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
    json!({ "anyOf": [names(&known), { "type": "array", "items": item(&names(&known)) }] })
}
