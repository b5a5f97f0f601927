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
    /// By rule or group; `None` is `off`.
    pub levels: BTreeMap<String, Option<Level>>,
    pub exclude: Patterns,
    /// The names in `levels`, to be checked by those who know the rules.
    pub level_names: Vec<(String, Span)>,
    pub mistakes: Vec<Mistake>,
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
}

impl Patterns {
    pub fn matches(&self, path: &str) -> bool {
        self.set.as_ref().is_some_and(|set| set.is_match(path))
    }

    pub fn is_empty(&self) -> bool {
        self.set.as_ref().is_none_or(GlobSet::is_empty)
    }
}

const TOP: [&str; 4] = ["rke2-version", "clusters", "levels", "exclude"];
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
                "levels" => config.read_levels(&value),
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

    fn read_levels(&mut self, node: &Node) {
        for Entry { key, value } in node.entries() {
            let name = key.raw().unwrap_or("").to_owned();
            let text = value.raw().unwrap_or("");
            match (text, Level::parse(text)) {
                ("off", _) => drop(self.levels.insert(name.clone(), None)),
                (_, Some(level)) => drop(self.levels.insert(name.clone(), Some(level))),
                (_, None) => {
                    let message = format!("`{text}` is no level");
                    let help = "write `error`, `warning`, `note` or `off`".to_owned();
                    self.mistake(value.span(), message, Some(help));
                }
            }
            self.level_names.push((name, key.span()));
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
        for item in items {
            let text = item.raw().unwrap_or("").trim_start_matches("./");
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
        Patterns { set: builder.build().ok() }
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
