//! From files to clusters.

use super::{
    ChartConfig, Cluster, File, Repo, State, blueprint, config_map, group,
    host::{self, Host},
    kustomize,
    manifest::{Manifest, Reserved},
    path::untemplated,
    release::{By, Said, Sources, Statement},
    rendered::{self, Rendered},
    values::Elsewhere,
    variables, windows,
};
use crate::{
    config::{ClusterConfig, Config, Declared},
    facts::Releases,
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Builds the model of `files`, in whatever order. `forced` is the release that
/// the user asks for, whatever the repository says.
pub fn build(mut files: Vec<Arc<File>>, config: &Config, forced: Option<&Releases>) -> Repo {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut groups = Groups::default();
    for (index, cluster) in config.clusters.iter().enumerate() {
        groups.declare(index, cluster);
    }
    let changes =
        |file: &&Arc<File>| file.is_kustomization && kustomize::changes_objects(&file.tree);
    let kustomized = files.iter().filter(changes);
    groups.kustomized = kustomized.map(|file| group::parent(&file.path).to_owned()).collect();
    for file in &files {
        groups.place(file, config);
    }
    groups.render(&files);
    groups.give_services_to_declared();
    groups.attach_services();
    groups.adopt_orphans();
    let mut clusters = groups.into_clusters(config, forced);
    let elsewhere = Arc::new(Elsewhere::of(&files, &clusters));
    clusters.iter_mut().for_each(|cluster| cluster.elsewhere = Arc::clone(&elsewhere));
    Repo { files, clusters }
}

/// The parts of a cluster before its values are read.
#[derive(Default)]
struct Parts {
    declared: Option<usize>,
    /// By the path of `config.yaml`.
    machines: BTreeMap<String, Host>,
    /// Units and variables, of whatever machine.
    services: Vec<Arc<File>>,
    manifests: Vec<(Arc<File>, bool)>,
    reserved: Vec<Reserved>,
    folder: Vec<Manifest>,
    statements: Vec<Statement>,
    open: bool,
    /// Neither joins another cluster nor is joined.
    alone: bool,
    /// Paths of configurations say which role reads them.
    names_say: bool,
}

#[derive(Default)]
struct Groups {
    /// By folder; declared ones by `\0` and their index.
    parts: BTreeMap<String, Parts>,
    /// Folders whose objects Kustomize changes.
    kustomized: BTreeSet<String>,
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
        let path = &file.path;
        let mut declared = false;
        for (index, cluster) in config.clusters.iter().enumerate() {
            // Who declares a container means what it carries.
            let paths = [path, &file.source.path];
            let machine = paths.iter().find_map(|path| cluster.machine(path));
            let is_manifest = paths.iter().any(|path| cluster.manifests.matches(path));
            if machine.is_none() && !is_manifest {
                continue;
            }
            declared = true;
            let parts = self.parts.entry(format!("\0{index:04}")).or_default();
            parts.add(file, machine, false);
            let named = |reserved: &Reserved| reserved.on_server || is_manifest;
            parts.reserved.extend(file.reserved.clone().filter(named));
            let lies_there = |manifest: &Manifest| manifest.in_data_dir || is_manifest;
            parts.folder.extend(file.manifest.clone().filter(lies_there));
        }
        if !declared {
            let patched = self.kustomized.contains(group::parent(&file.source.path));
            let parts = self.parts.entry(file.cluster()).or_default();
            parts.alone = file.carrier.as_ref().is_some_and(|carrier| carrier.alone);
            parts.add(file, None, false);
            if patched && file.is_carried_by(blueprint::KIND) {
                parts.open = true;
                parts.machines.values_mut().for_each(|machine| machine.patched = true);
            }
            parts.reserved.extend(file.reserved.clone().filter(|reserved| reserved.on_server));
            parts.folder.extend(file.manifest.clone());
        }
    }

    /// What Ansible's roles make of variables are machines too.
    fn render(&mut self, files: &[Arc<File>]) {
        for rendered in rendered::machines(&variables::scopes(files)) {
            let (manifests, unseen) = rendered.manifests(files);
            for manifest in manifests {
                self.move_manifest(&manifest, &rendered.root);
            }
            self.parts.entry(rendered.root.clone()).or_default().open |= unseen;
            self.add_rendered(rendered);
        }
    }

    fn add_rendered(&mut self, rendered: Rendered) {
        let parts = self.parts.entry(rendered.root.clone()).or_default();
        let path = rendered.path.clone();
        let machine = parts.machines.entry(path).or_default();
        machine.carried = rendered.role;
        machine.rendered = Some(rendered);
    }

    /// A manifest that a role copies to the servers of a cluster, from wherever.
    fn move_manifest(&mut self, path: &str, root: &str) {
        let mut moved = Vec::new();
        let parts = self.parts.iter_mut().filter(|(_, parts)| parts.declared.is_none());
        for (_, parts) in parts.filter(|(folder, _)| *folder != root) {
            let (here, rest) = std::mem::take(&mut parts.manifests)
                .into_iter()
                .partition(|(file, _)| file.path == path);
            parts.manifests = rest;
            let here: Vec<(Arc<File>, bool)> = here;
            moved.extend(here);
        }
        if !moved.is_empty() {
            self.parts.entry(root.to_owned()).or_default().manifests.extend(moved);
        }
    }

    /// Declarations name configurations: what lies on the same machine follows.
    fn give_services_to_declared(&mut self) {
        let declared = self.parts.iter().filter(|(_, parts)| parts.declared.is_some());
        let mut owner: BTreeMap<String, String> = BTreeMap::new();
        for (key, parts) in declared {
            let hosts = parts.machines.keys().map(|path| group::host(path).to_owned());
            owner.extend(hosts.map(|host| (host, key.clone())));
        }
        let mut moved: Vec<(String, Arc<File>)> = Vec::new();
        for parts in self.parts.values_mut().filter(|parts| parts.declared.is_none()) {
            parts.services.retain(|file| {
                let owner = owner.get(group::host(&file.path));
                moved.extend(owner.map(|key| (key.clone(), Arc::clone(file))));
                owner.is_none()
            });
        }
        for (key, file) in moved {
            self.parts.entry(key).or_default().services.push(file);
        }
    }

    fn attach_services(&mut self) {
        for parts in self.parts.values_mut() {
            parts.names_say = parts.machines.keys().any(|path| host::role_in_path(path).is_some());
            host::attach(&mut parts.machines, std::mem::take(&mut parts.services));
        }
    }

    /// Manifests and statements without a machine join the cluster above them.
    fn adopt_orphans(&mut self) {
        let with_machines: Vec<String> = self
            .parts
            .iter()
            .filter(|(_, parts)| parts.is_by_folder() && parts.takes_orphans())
            .map(|(root, _)| root.clone())
            .collect();
        let roots: Vec<&str> = with_machines.iter().map(String::as_str).collect();
        let orphans: Vec<String> = self
            .parts
            .iter()
            .filter(|(_, parts)| parts.is_by_folder() && parts.machines.is_empty())
            .map(|(root, _)| root.clone())
            .collect();
        for root in orphans {
            // A role copies the one or the other manifest, as its tasks say.
            let of_role = root.split('/').any(|part| part == "roles");
            if let Some(parent) = group::adopt(&root, &roots)
                && !(of_role && self.parts.get(parent).is_some_and(Parts::is_rendered))
                && let Some(mut orphan) = self.parts.remove(&root)
            {
                orphan.manifests.retain(|(file, _)| !file.is_carried_by(config_map::KIND));
                let parent = self.parts.entry(parent.to_owned()).or_default();
                parent.open |= orphan.open;
                let statements = orphan.statements.into_iter();
                parent.statements.extend(statements.filter(|statement| !statement.is_aside()));
                parent.reserved.extend(orphan.reserved);
                parent.folder.extend(orphan.folder);
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
            // Pools alone are no cluster's of RKE2.
            let holds = parts.manifests.iter().any(|(file, _)| file.holds_objects());
            let empty = parts.machines.is_empty() && !holds;
            !empty || !parts.reserved.is_empty() || !parts.folder.is_empty()
        };
        let parts: Vec<(String, Parts)> =
            self.parts.into_iter().filter(|(_, parts)| full(parts)).collect();
        let by_folder = parts.iter().filter(|(_, parts)| parts.is_by_folder());
        let roots: Vec<String> = by_folder.map(|(root, _)| root.clone()).collect();
        let sources = Sources { forced, config, statements: &statements, roots: &roots };
        let cluster = |(root, parts): (String, Parts)| {
            let declaration = parts.declared.map(|index| &config.clusters[index]);
            parts.into_cluster(root, declaration, &sources)
        };
        let mut clusters: Vec<Cluster> = parts.into_par_iter().map(cluster).collect();
        clusters.sort_by(|a, b| a.name.cmp(&b.name));
        clusters
    }
}

impl Parts {
    fn is_by_folder(&self) -> bool {
        self.declared.is_none() && !self.alone
    }

    /// What a role would do by itself has nothing to do with what lies around.
    fn takes_orphans(&self) -> bool {
        let of_role = |host: &Host| {
            let root = host.rendered.as_ref().map(|rendered| group::last(&rendered.root));
            root == Some(variables::DEFAULTS)
        };
        !self.machines.values().all(of_role)
    }

    /// All that is known of its machines are variables of Ansible's.
    fn is_rendered(&self) -> bool {
        self.machines.values().all(|host| host.rendered.is_some())
    }

    fn add(&mut self, file: &Arc<File>, declared: Option<Declared>, adopted: bool) {
        let path = &file.path;
        let broken = file.state != State::Lines && !file.tree.errors.is_empty();
        let may_hold_more = file.tree.hidden_docs().next().is_some();
        self.open |= file.state == State::Template || broken || may_hold_more;
        self.open |= file.carrier.as_ref().is_some_and(|carrier| carrier.open);
        self.statements.extend(file.releases.iter().cloned());
        if let Some(config) = &file.config {
            let main = match &config.drop_in_of {
                Some(base) => join(group::parent(group::parent(path)), base),
                None => path.clone(),
            };
            let machine = self.machines.entry(main).or_default();
            machine.declared = machine.declared.or(declared);
            machine.extended |= file.carrier.as_ref().is_some_and(|carrier| carrier.open);
            machine.carried = machine.carried.or(file.carrier.as_ref().and_then(|c| c.role));
            let part = (Arc::clone(file), config.clone());
            match config.drop_in_of {
                Some(_) => drop(machine.drop_ins.insert(path.clone(), part)),
                None => machine.main = Some(part),
            }
            // A drop-in is beside the template of the file that it is for.
            let plain = untemplated(path);
            if config.drop_in_of.is_none()
                && *plain != **path
                && self.machines.get(&*plain).is_some_and(|machine| machine.main.is_none())
                && let Some(other) = self.machines.remove(&*plain)
            {
                let machine = self.machines.entry(path.clone()).or_default();
                machine.drop_ins.extend(other.drop_ins);
            }
        }
        if file.service.is_some() {
            self.services.push(Arc::clone(file));
        }
        if file.holds_objects() || !file.balancers.is_empty() {
            self.manifests.push((Arc::clone(file), adopted));
        }
    }

    fn into_cluster(
        mut self,
        root: String,
        declaration: Option<&ClusterConfig>,
        sources: &Sources,
    ) -> Cluster {
        // Who manages clusters from here says nothing of the one here.
        if !self.machines.is_empty() {
            self.statements.retain(|statement| statement.by != By::Managed);
        }
        let Said { releases, source, shared } = sources.of(&root, declaration, &self.statements);
        let name = match declaration {
            Some(declaration) => declaration.name.clone(),
            None if root.is_empty() => ".".to_owned(),
            None => root,
        };
        let mut signs = Vec::new();
        let mut machines = Vec::new();
        host::join_templates(&mut self.machines, self.names_say);
        for (path, parts) in self.machines {
            let declared = parts.declared;
            let mut machine = parts.into_machine(path, &releases, self.names_say);
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
            declared: declaration.is_some(),
            releases,
            release_source: source,
            release_is_shared: shared,
            statements: self.statements,
            declared_release: declaration.and_then(|cluster| cluster.release.clone()),
            machines,
            helm_charts: Vec::new(),
            chart_configs: Vec::new(),
            attachments: Vec::new(),
            requests: Vec::new(),
            balancers: Vec::new(),
            windows: signs,
            kernels: Vec::new(),
            manifest_paths: Vec::new(),
            adopted_paths: Vec::new(),
            reserved: self.reserved,
            folder: self.folder,
            open: self.open,
            elsewhere: Arc::default(),
        };
        for (file, adopted) in self.manifests {
            cluster.manifest_paths.push(file.path.clone());
            cluster.adopted_paths.extend(adopted.then(|| file.path.clone()));
            for chart in &file.charts {
                if chart.object.kind == "HelmChart" {
                    cluster.helm_charts.push(chart.clone());
                } else {
                    let folder = group::parent(&file.path).to_owned();
                    cluster.chart_configs.push(ChartConfig {
                        chart: chart.clone(),
                        adopted,
                        folder,
                        containers: file.kinds().to_vec(),
                    });
                }
            }
            cluster.attachments.extend(file.attachments.iter().cloned());
            cluster.balancers.extend(file.balancers.iter().cloned());
            let of_pods = file.requests.iter().filter(|request| !request.idle);
            cluster.requests.extend(of_pods.cloned());
            cluster.windows.extend(file.windows.iter().cloned());
            cluster.kernels.extend(file.kernels.iter().cloned());
        }
        cluster
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
