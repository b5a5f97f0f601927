//! `.rke2lint.yaml`: what a repository says of itself and of the rules.
//!
//! Read as a [`Tree`], so that a mistake in it is a finding with a place.

use crate::{
    diag::Level,
    facts::Releases,
    text::{SourceFile, Span, nearest},
    yaml::{self, Entry, Kind, Node},
};
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::{collections::BTreeMap, sync::Arc};

pub const FILE_NAME: &str = ".rke2lint.yaml";

#[derive(Default, Debug)]
pub struct Config {
    /// The release of clusters that don't say theirs.
    pub release: Option<(Releases, Span)>,
    pub clusters: Vec<ClusterConfig>,
    pub levels: Levels,
    /// Those of some paths, which win; the last that fits counts.
    pub per_path: Vec<PathLevels>,
    /// Rules and groups that nothing may silence.
    pub not_ignorable: Vec<(String, Span)>,
    /// A path relative to the repository's root.
    pub baseline: Option<(String, Span)>,
    pub exclude: Patterns,
    /// The names of rules and groups, to be checked by those who know them.
    pub names: Vec<(String, Span)>,
    pub mistakes: Vec<Mistake>,
}

/// By rule or group; `None` is `off`. With the place of the level.
pub type Levels = BTreeMap<String, (Option<Level>, Span)>;

#[derive(Default, Debug)]
pub struct PathLevels {
    pub paths: Patterns,
    pub levels: Levels,
}

/// A cluster as declared. Paths are relative to the repository's root.
#[derive(Default, Debug)]
pub struct ClusterConfig {
    pub name: String,
    pub release: Option<(Releases, Span)>,
    pub servers: Patterns,
    pub agents: Patterns,
    pub windows_agents: Patterns,
    pub manifests: Patterns,
    pub span: Option<Span>,
}

/// What a declaration says of a machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declared {
    Server,
    Agent,
    WindowsAgent,
}

impl ClusterConfig {
    /// The machine whose configuration is at `path`. Drop-ins follow their
    /// `config.yaml`.
    pub fn machine(&self, path: &str) -> Option<Declared> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let main = folder.strip_suffix(".d").filter(|base| base.contains(".y"));
        let matches = |patterns: &Patterns| {
            patterns.matches(path) || main.is_some_and(|main| patterns.matches(main))
        };
        if matches(&self.windows_agents) {
            Some(Declared::WindowsAgent)
        } else if matches(&self.servers) {
            Some(Declared::Server)
        } else if matches(&self.agents) {
            Some(Declared::Agent)
        } else {
            None
        }
    }
}

#[derive(Debug)]
pub struct Mistake {
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

/// Globs as `.gitignore` users know them; `*` doesn't cross a `/`.
#[derive(Default, Debug)]
pub struct Patterns {
    set: Option<GlobSet>,
    /// As they are written.
    pub texts: Vec<String>,
}

impl Patterns {
    pub fn matches(&self, path: &str) -> bool {
        self.set.as_ref().is_some_and(|set| set.is_match(path))
    }

    pub fn is_empty(&self) -> bool {
        self.set.as_ref().is_none_or(GlobSet::is_empty)
    }
}

const TOP: [&str; 7] =
    ["rke2-version", "clusters", "levels", "per-path", "not-ignorable", "baseline", "exclude"];
const PER_PATH: [&str; 2] = ["paths", "levels"];
const CLUSTER: [&str; 6] = ["name", "release", "servers", "agents", "windows-agents", "manifests"];

/// What declarations say of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    Nothing,
    /// A machine's configuration, whatever it looks like.
    Machine,
    /// A manifest in the folder of the cluster's servers.
    Manifest,
}

impl Config {
    pub fn tells(&self, path: &str) -> Told {
        if self.declares(path) {
            Told::Machine
        } else if self.clusters.iter().any(|cluster| cluster.manifests.matches(path)) {
            Told::Manifest
        } else {
            Told::Nothing
        }
    }

    /// A cluster's `servers` or agents name this file, or the `config.yaml`
    /// whose drop-in it is: it is a configuration, whatever it looks like.
    pub fn declares(&self, path: &str) -> bool {
        self.clusters.iter().any(|cluster| cluster.machine(path).is_some())
    }

    /// What is said of a rule at a path, of the rule itself before its group.
    pub fn level(&self, rule: &str, group: &str, path: &str) -> Option<Option<Level>> {
        let own = self.per_path.iter().rev().filter(|entry| entry.paths.matches(path));
        let levels = own.map(|entry| &entry.levels).chain([&self.levels]);
        let mut said = levels.filter_map(|levels| levels.get(rule).or_else(|| levels.get(group)));
        said.next().map(|(level, _)| *level)
    }

    /// Where it is said that nothing may silence a rule.
    pub fn binds(&self, rule: &str, group: &str) -> Option<Span> {
        let said = self.not_ignorable.iter().find(|(name, _)| name == rule || name == group);
        said.map(|(_, span)| *span)
    }

    /// Each level that is said of a rule or group, with the place where.
    pub fn all_levels(&self) -> impl Iterator<Item = (&str, Option<Level>, Span)> {
        let own = self.per_path.iter().map(|entry| &entry.levels);
        let all = std::iter::once(&self.levels).chain(own).flatten();
        all.map(|(name, (level, span))| (name.as_str(), *level, *span))
    }

    pub fn read(source: &Arc<SourceFile>) -> Config {
        let tree = yaml::parse(source);
        let mut config = Config::default();
        for error in &tree.errors {
            config.mistake(error.span, format!("this isn't YAML: {}", error.message), None);
        }
        let Some(root) = tree.docs().next() else { return config };
        if root.is_null() {
            return config;
        }
        if root.kind() != Kind::Map {
            config.mistake(root.span(), "a configuration is a mapping", None);
            return config;
        }
        for Entry { key, value } in root.entries() {
            match key.raw().unwrap_or("") {
                "rke2-version" => config.release = config.release_of(&value),
                "clusters" => {
                    for item in value.items() {
                        let cluster = config.cluster(&item);
                        config.clusters.push(cluster);
                    }
                }
                "levels" => config.levels = config.levels_of(&value),
                "per-path" => {
                    for item in value.items() {
                        let levels = config.path_levels(&item);
                        config.per_path.push(levels);
                    }
                }
                "not-ignorable" => config.read_not_ignorable(&value),
                "baseline" => config.baseline = config.text_of(&value, "a path"),
                "exclude" => config.exclude = config.patterns(&value),
                _ => config.unknown_key(&key, &TOP),
            }
        }
        config
    }

    fn cluster(&mut self, node: &Node) -> ClusterConfig {
        let mut cluster = ClusterConfig { span: Some(node.span()), ..ClusterConfig::default() };
        for Entry { key, value } in node.entries() {
            match key.raw().unwrap_or("") {
                "name" => cluster.name = value.raw().unwrap_or("").to_owned(),
                "release" => cluster.release = self.release_of(&value),
                "servers" => cluster.servers = self.patterns(&value),
                "agents" => cluster.agents = self.patterns(&value),
                "windows-agents" => cluster.windows_agents = self.patterns(&value),
                "manifests" => cluster.manifests = self.patterns(&value),
                _ => self.unknown_key(&key, &CLUSTER),
            }
        }
        if cluster.name.is_empty() {
            self.mistake(node.span(), "a cluster needs a `name`", None);
        }
        cluster
    }

    fn levels_of(&mut self, node: &Node) -> Levels {
        let mut levels = Levels::new();
        for Entry { key, value } in node.entries() {
            let name = key.raw().unwrap_or("").to_owned();
            let text = value.raw().unwrap_or("");
            self.names.push((name.clone(), key.span()));
            let level = match Level::parse(text) {
                None if text != "off" => {
                    let message = format!("`{text}` is no level");
                    let help = "write `error`, `warning`, `note` or `off`".to_owned();
                    self.mistake(value.span(), message, Some(help));
                    continue;
                }
                level => level,
            };
            levels.insert(name, (level, value.span()));
        }
        levels
    }

    fn path_levels(&mut self, node: &Node) -> PathLevels {
        let mut found = PathLevels::default();
        for Entry { key, value } in node.entries() {
            match key.raw().unwrap_or("") {
                "paths" => found.paths = self.patterns(&value),
                "levels" => found.levels = self.levels_of(&value),
                _ => self.unknown_key(&key, &PER_PATH),
            }
        }
        if found.paths.is_empty() {
            self.mistake(node.span(), "an entry of `per-path` needs `paths`", None);
        }
        found
    }

    fn read_not_ignorable(&mut self, node: &Node) {
        let items: Vec<Node> = match node.kind() {
            Kind::Seq => node.items().collect(),
            _ => vec![node.clone()],
        };
        for item in items {
            if let Some((name, span)) = self.text_of(&item, "a rule or a group") {
                self.names.push((name.clone(), span));
                self.not_ignorable.push((name, span));
            }
        }
    }

    fn text_of(&mut self, node: &Node, what: &str) -> Option<(String, Span)> {
        match node.raw() {
            Some(text) if !text.is_empty() => Some((text.to_owned(), node.span())),
            _ => {
                self.mistake(node.span(), format!("this is to be {what}"), None);
                None
            }
        }
    }

    fn release_of(&mut self, node: &Node) -> Option<(Releases, Span)> {
        let text = node.raw().unwrap_or("");
        let releases = Releases::parse(text);
        if releases.is_none() {
            let message = format!("`{text}` is no RKE2 release");
            let help = "write it as `v1.34.2+rke2r1`, `v1.34.2` or `v1.34`".to_owned();
            self.mistake(node.span(), message, Some(help));
        }
        releases.map(|releases| (releases, node.span()))
    }

    fn patterns(&mut self, node: &Node) -> Patterns {
        let mut builder = GlobSetBuilder::new();
        let single = [node.clone()];
        let items: Vec<Node> = match node.kind() {
            Kind::Seq => node.items().collect(),
            _ => single.to_vec(),
        };
        let mut texts = Vec::new();
        for item in items {
            let text = item.raw().unwrap_or("").trim_start_matches("./");
            texts.push(text.to_owned());
            let glob = globset::GlobBuilder::new(text).literal_separator(true).build();
            match glob {
                Ok(glob) => drop(builder.add(glob)),
                Err(error) => self.mistake(item.span(), error.to_string(), None),
            }
            // A folder stands for all that is in it.
            if let Ok(glob) = Glob::new(&format!("{}/**", text.trim_end_matches('/'))) {
                builder.add(glob);
            }
        }
        Patterns { set: builder.build().ok(), texts }
    }

    fn unknown_key(&mut self, key: &Node, known: &[&str]) {
        let text = key.raw().unwrap_or("");
        let near = nearest(text, known.iter().copied());
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let help = help.or_else(|| Some(format!("known keys are {}", known.join(", "))));
        self.mistake(key.span(), format!("unknown key `{text}`"), help);
    }

    fn mistake(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        self.mistakes.push(Mistake { span, message: message.into(), help });
    }
}
