//! `.rke2lint.yaml`: what holds for a repository, and a JSON Schema of it.

use crate::{
    config::{Config, Levels, Patterns},
    diag::Level,
    lint::Lint,
    lints,
};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// All that holds, in the form of `.rke2lint.yaml`: what it says, and the levels
/// of all rules.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_settings(config: &Config, baseline: &str, out: &mut dyn Write) -> io::Result<()> {
    match &config.release {
        Some((release, _)) => writeln!(out, "rke2-version: {release}")?,
        None => writeln!(out, "# rke2-version: as the repository says")?,
    }
    writeln!(out, "baseline: {}", quoted(baseline))?;
    for (index, cluster) in config.clusters.iter().enumerate() {
        if index == 0 {
            writeln!(out, "clusters:")?;
        }
        writeln!(out, "  - name: {}", quoted(&cluster.name))?;
        if let Some((release, _)) = &cluster.release {
            writeln!(out, "    release: {release}")?;
        }
        for (key, patterns) in [
            ("servers", &cluster.servers),
            ("agents", &cluster.agents),
            ("windows-agents", &cluster.windows_agents),
            ("manifests", &cluster.manifests),
        ] {
            if !patterns.is_empty() {
                writeln!(out, "    {key}: {}", list(patterns))?;
            }
        }
    }
    writeln!(out, "exclude: {}", list(&config.exclude))?;
    let names: Vec<String> = config.not_ignorable.iter().map(|(name, _)| quoted(name)).collect();
    writeln!(out, "not-ignorable: [{}]", names.join(", "))?;
    for (index, entry) in config.per_path.iter().enumerate() {
        if index == 0 {
            writeln!(out, "per-path:")?;
        }
        writeln!(out, "  - paths: {}\n    levels:", list(&entry.paths))?;
        write_levels(&entry.levels, "      ", out)?;
    }
    writeln!(out, "levels:")?;
    for lint in lints::all() {
        let meta = lint.meta();
        let said = |name: &str| config.levels.get(name).map(|(level, _)| *level);
        let level = said(meta.id).or_else(|| said(&meta.group)).unwrap_or(Some(meta.level));
        writeln!(out, "  {}: {}", meta.id, name(level))?;
    }
    Ok(())
}

fn write_levels(levels: &Levels, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    levels
        .iter()
        .try_for_each(|(rule, (level, _))| writeln!(out, "{indent}{rule}: {}", name(*level)))
}

fn name(level: Option<Level>) -> &'static str {
    level.map_or("off", Level::name)
}

fn list(patterns: &Patterns) -> String {
    let texts: Vec<String> = patterns.texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A JSON Schema of `.rke2lint.yaml`, with the ids of this version's rules.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_settings_schema(out: &mut dyn Write) -> io::Result<()> {
    let release = json!({
        "type": "string",
        "pattern": "^v?1\\.[0-9]+(\\.[0-9]+([+-]rke2r[0-9]+)?)?$",
        "examples": ["v1.34.2+rke2r1", "v1.34.2", "v1.34"],
    });
    let patterns = |about: &str| {
        json!({
            "description": format!("{about}: globs below the repository's root; a folder stands for all that is in it."),
            "oneOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } },
            ],
        })
    };
    let cluster = json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "minLength": 1 },
            "release": release,
            "servers": patterns("Configurations of servers"),
            "agents": patterns("Configurations of agents"),
            "windows-agents": patterns("Configurations of agents on Windows"),
            "manifests": patterns("Manifests that lie on the servers"),
        },
    });
    let per_path = json!({
        "type": "object",
        "required": ["paths"],
        "additionalProperties": false,
        "properties": {
            "paths": patterns("Where the levels hold"),
            "levels": { "$ref": "#/definitions/levels" },
        },
    });
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "rke2lint's configuration",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "rke2-version": described(&release, "The release of clusters that don't say theirs."),
            "clusters": {
                "description": "What the folders of the repository don't tell.",
                "type": "array",
                "items": cluster,
            },
            "levels": { "$ref": "#/definitions/levels" },
            "per-path": {
                "description": "Levels of some paths, which win over the others; the last that fits counts.",
                "type": "array",
                "items": per_path,
            },
            "not-ignorable": {
                "description": "Rules and groups that no comment, baseline, level or option silences.",
                "oneOf": [
                    { "$ref": "#/definitions/name" },
                    { "type": "array", "items": { "$ref": "#/definitions/name" } },
                ],
            },
            "baseline": {
                "description": "The file of known findings, below the repository's root.",
                "type": "string",
                "minLength": 1,
            },
            "exclude": patterns("What isn't read"),
        },
        "definitions": {
            "name": { "enum": names() },
            "levels": {
                "description": "By rule or group.",
                "type": "object",
                "additionalProperties": false,
                "properties": levels(),
            },
        },
    });
    serde_json::to_writer_pretty(&mut *out, &schema)?;
    writeln!(out)
}

fn described(schema: &Value, text: &str) -> Value {
    let mut schema = schema.clone();
    schema["description"] = json!(text);
    schema
}

/// Groups, then rules, in the order of the docs.
fn names() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let groups = lints::all().map(|lint| lint.meta().group.clone());
    for name in groups.chain(lints::all().map(|lint| lint.id().to_owned())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn levels() -> Map<String, Value> {
    let about = |name: &str| {
        let summary = lints::find(name).map(Lint::meta).map(|meta| meta.summary.clone());
        summary.unwrap_or_else(|| format!("All rules of the group `{name}`"))
    };
    let level = |name: String| {
        let schema =
            json!({ "description": about(&name), "enum": ["error", "warning", "note", "off"] });
        (name, schema)
    };
    names().into_iter().map(level).collect()
}
