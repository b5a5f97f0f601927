//! From files to clusters.

use super::{
    ChartConfig, Cluster, File, Machine, Repo, Role, State,
    file::ConfigFile,
    group,
    manifest::Reserved,
    release::Statement,
    setting::{Setting, Write},
    windows,
};
use crate::{
    config::{ClusterConfig, Config, Declared},
    facts::{Releases, flags::FlagRole},
    yaml::Node,
};
use rayon::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// Builds the model of `files`, which are sorted by path. `forced` is the
/// release that the user asks for, whatever the repository says.
pub fn build(files: Vec<Arc<File>>, config: &Config, forced: Option<&Releases>) -> Repo {
    let mut groups = Groups::default();
    for (index, cluster) in config.clusters.iter().enumerate() {
        groups.declare(index, cluster);
    }
    for file in &files {
        groups.place(file, config);
    }
    groups.adopt_orphans();
    let clusters = groups.into_clusters(config, forced);
    Repo { files, clusters }
}

/// The parts of a cluster before its values are read.
#[derive(Default)]
struct Parts {
    declared: Option<usize>,
    /// By the path of `config.yaml`.
    machines: BTreeMap<String, MachineParts>,
    manifests: Vec<(Arc<File>, bool)>,
    reserved: Vec<Reserved>,
    statements: Vec<Statement>,
    open: bool,
}

#[derive(Default)]
struct MachineParts {
    main: Option<(Arc<File>, ConfigFile)>,
    /// By file name, in RKE2's order: that of bytes.
    drop_ins: BTreeMap<String, (Arc<File>, ConfigFile)>,
    declared: Option<Declared>,
}

#[derive(Default)]
struct Groups {
    /// By folder; declared ones by `\0` and their index.
    parts: BTreeMap<String, Parts>,
}

impl Groups {
    fn declare(&mut self, index: usize, cluster: &ClusterConfig) {
        let key = format!("\0{index:04}");
        let parts = Parts { declared: Some(index), ..Parts::default() };
        debug_assert!(!cluster.name.contains('\0'), "YAML has no such character");
        self.parts.insert(key, parts);
    }

    /// Puts a file where it belongs, or, if clusters declare it, to each of them.
    fn place(&mut self, file: &Arc<File>, config: &Config) {
        let path = &file.source.path;
        let mut declared = false;
        for (index, cluster) in config.clusters.iter().enumerate() {
            let machine = cluster.machine(path);
            if machine.is_none() && !cluster.manifests.matches(path) {
                continue;
            }
            declared = true;
            let parts = self.parts.entry(format!("\0{index:04}")).or_default();
            parts.add(file, machine, false);
            let named = |reserved: &Reserved| reserved.on_server || cluster.manifests.matches(path);
            parts.reserved.extend(file.reserved.clone().filter(named));
        }
        if !declared {
            let parts = self.parts.entry(group::root(path)).or_default();
            parts.add(file, None, false);
            parts.reserved.extend(file.reserved.clone().filter(|reserved| reserved.on_server));
        }
    }

    /// Manifests and statements without a machine join the cluster above them.
    fn adopt_orphans(&mut self) {
        let with_machines: Vec<String> = self
            .parts
            .iter()
            .filter(|(_, parts)| parts.declared.is_none() && !parts.machines.is_empty())
            .map(|(root, _)| root.clone())
            .collect();
        let roots: Vec<&str> = with_machines.iter().map(String::as_str).collect();
        let orphans: Vec<String> = self
            .parts
            .iter()
            .filter(|(_, parts)| parts.declared.is_none() && parts.machines.is_empty())
            .map(|(root, _)| root.clone())
            .collect();
        for root in orphans {
            if let Some(parent) = group::adopt(&root, &roots)
                && let Some(orphan) = self.parts.remove(&root)
            {
                let parent = self.parts.entry(parent.to_owned()).or_default();
                parent.open |= orphan.open;
                parent.statements.extend(orphan.statements);
                parent.reserved.extend(orphan.reserved);
                parent.manifests.extend(orphan.manifests.into_iter().map(|(file, _)| (file, true)));
            }
        }
    }

    fn into_clusters(self, config: &Config, forced: Option<&Releases>) -> Vec<Cluster> {
        let statements: Vec<(String, Statement)> = self
            .parts
            .iter()
            .filter(|(_, parts)| parts.declared.is_none())
            .flat_map(|(root, parts)| {
                parts.statements.iter().map(|statement| (root.clone(), statement.clone()))
            })
            .collect();
        let full = |parts: &Parts| {
            let empty = parts.machines.is_empty() && parts.manifests.is_empty();
            !empty || !parts.reserved.is_empty()
        };
        let parts: Vec<(String, Parts)> =
            self.parts.into_iter().filter(|(_, parts)| full(parts)).collect();
        let cluster = |(root, parts): (String, Parts)| {
            let declaration = parts.declared.map(|index| &config.clusters[index]);
            let release = Release { forced, declaration, config, statements: &statements };
            parts.into_cluster(root, release)
        };
        let mut clusters: Vec<Cluster> = parts.into_par_iter().map(cluster).collect();
        clusters.sort_by(|a, b| a.name.cmp(&b.name));
        clusters
    }
}

impl Parts {
    fn add(&mut self, file: &Arc<File>, declared: Option<Declared>, adopted: bool) {
        let path = &file.source.path;
        if file.state == State::Template || !file.tree.errors.is_empty() {
            self.open = true;
        }
        self.statements.extend(file.releases.iter().cloned());
        if let Some(config) = &file.config {
            let main = match &config.drop_in_of {
                Some(base) => join(group::parent(group::parent(path)), base),
                None => path.clone(),
            };
            let machine = self.machines.entry(main).or_default();
            machine.declared = machine.declared.or(declared);
            let part = (Arc::clone(file), config.clone());
            match config.drop_in_of {
                Some(_) => drop(machine.drop_ins.insert(path.clone(), part)),
                None => machine.main = Some(part),
            }
        }
        if file.holds_objects() {
            self.manifests.push((Arc::clone(file), adopted));
        }
    }

    fn into_cluster(self, root: String, release: Release<'_>) -> Cluster {
        let (releases, release_source) = release.of(&root);
        let name = match release.declaration {
            Some(declaration) => declaration.name.clone(),
            None if root.is_empty() => ".".to_owned(),
            None => root,
        };
        let mut signs = Vec::new();
        let mut machines = Vec::new();
        let names_say = self.machines.keys().any(|path| role_in_path(path).is_some());
        for (path, parts) in self.machines {
            let declared = parts.declared;
            let mut machine = parts.into_machine(path, &releases, names_say);
            let sign = match declared {
                Some(Declared::WindowsAgent) => Some(windows::declared(&machine)),
                _ => windows::in_machine(&machine),
            };
            machine.windows = sign.is_some();
            signs.extend(sign);
            machines.push(machine);
        }
        let mut cluster = Cluster {
            name,
            declared: release.declaration.is_some(),
            releases,
            release_source,
            machines,
            helm_charts: Vec::new(),
            chart_configs: Vec::new(),
            attachments: Vec::new(),
            requests: Vec::new(),
            windows: signs,
            manifest_paths: Vec::new(),
            reserved: self.reserved,
            open: self.open,
        };
        for (file, adopted) in self.manifests {
            cluster.manifest_paths.push(file.source.path.clone());
            for chart in &file.charts {
                if chart.object.kind == "HelmChart" {
                    cluster.helm_charts.push(chart.clone());
                } else {
                    let folder = group::parent(&file.source.path).to_owned();
                    cluster.chart_configs.push(ChartConfig {
                        chart: chart.clone(),
                        adopted,
                        folder,
                    });
                }
            }
            cluster.attachments.extend(file.attachments.iter().cloned());
            cluster.requests.extend(file.requests.iter().cloned());
            cluster.windows.extend(file.windows.iter().cloned());
        }
        cluster
    }
}

impl MachineParts {
    fn into_machine(self, path: String, releases: &Releases, others_say: bool) -> Machine {
        let missing = self.main.is_none();
        let parts: Vec<&(Arc<File>, ConfigFile)> =
            self.main.iter().chain(self.drop_ins.values()).collect();
        let mut settings: BTreeMap<String, Setting> = BTreeMap::new();
        let mut open = missing;
        let mut joins = false;
        let mut placed = false;
        let mut keys_say = None;
        for (file, config) in &parts {
            open |= file.tree.is_open();
            joins |= config.joins;
            placed |= config.placed;
            keys_say = keys_say.or(config.keys_say);
            open |= add_writes(&mut settings, &config.root);
        }
        let head = parts.first().map(|(_, config)| super::object::head(&config.root));
        let role = self.declared.map(|declared| match declared {
            Declared::Server => Role::Server,
            Declared::Agent | Declared::WindowsAgent => Role::Agent,
        });
        let role = role.or_else(|| role_in_path(&path)).unwrap_or(match (keys_say, joins) {
            (Some(FlagRole::Server), _) => Role::Server,
            (Some(FlagRole::Agent), _) => Role::Agent,
            // Without `server:` a machine starts a cluster of its own, unless
            // the file is one part of what the machine reads.
            (_, false) if !missing && !others_say => Role::Server,
            (_, _) => Role::Unknown,
        });
        Machine {
            path,
            role,
            head: head.expect("a machine has at least one file"),
            settings,
            open,
            placed,
            releases: releases.clone(),
            windows: false,
        }
    }
}

/// Returns whether keys are hidden from us.
fn add_writes(settings: &mut BTreeMap<String, Setting>, root: &Node) -> bool {
    let mut hidden = false;
    for entry in root.entries() {
        let Some(key) = entry.key.as_str() else {
            hidden = true;
            continue;
        };
        let (name, append) = match key.strip_suffix('+') {
            Some(name) => (name, true),
            None => (key, false),
        };
        let name = crate::facts::flags::flag(name).map_or(name, |flag| flag.key);
        let write = Write { key: entry.key.clone(), value: entry.value, append };
        settings.entry(name.to_owned()).or_default().writes.push(write);
    }
    hidden
}

/// What the names of a file and of its folders within the cluster's say, the
/// nearest first.
fn role_in_path(path: &str) -> Option<Role> {
    let path = group::within(path).to_ascii_lowercase();
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.reverse();
    for part in parts.into_iter().take(5) {
        // `rke2-server` and `config-agent.yaml`, but not `observer`.
        let words = || part.split(|c: char| !c.is_ascii_alphabetic());
        let agent = ["agent", "agents", "worker", "workers", "windows", "win", "agt"];
        let server = [
            "server",
            "servers",
            "master",
            "masters",
            "controlplane",
            "controlplanes",
            "cp",
            "srv",
        ];
        if part.contains("control-plane") || words().any(|word| server.contains(&word)) {
            return Some(Role::Server);
        }
        if words().any(|word| agent.contains(&word)) {
            return Some(Role::Agent);
        }
    }
    None
}

/// Who may say a cluster's release, the strongest first.
struct Release<'a> {
    forced: Option<&'a Releases>,
    declaration: Option<&'a ClusterConfig>,
    config: &'a Config,
    statements: &'a [(String, Statement)],
}

impl Release<'_> {
    fn of(&self, root: &str) -> (Releases, Option<crate::text::Span>) {
        if let Some(forced) = self.forced {
            return (forced.clone(), None);
        }
        let declared = self.declaration.and_then(|cluster| cluster.release.as_ref());
        if let Some((releases, span)) = declared {
            return (releases.clone(), Some(*span));
        }
        // The nearest folder that says one; all that are said there count.
        let above = |folder: &String| group::is_within(root, folder);
        let nearest = self.statements.iter().map(|(folder, _)| folder).filter(|f| above(f));
        if let Some(nearest) = nearest.max_by_key(|folder| folder.len())
            && self.declaration.is_none()
        {
            let here = self.statements.iter().filter(|(folder, _)| folder == nearest);
            let mut here = here.map(|(_, statement)| statement);
            let first = here.next().expect("the folder was taken from a statement");
            let all = here.fold(first.releases.clone(), |all, next| all.union(&next.releases));
            return (all, Some(first.span));
        }
        match &self.config.release {
            Some((releases, span)) => (releases.clone(), Some(*span)),
            None => (Releases::supported(), None),
        }
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
