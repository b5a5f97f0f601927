//! The repository as RKE2 will see it: clusters, their machines, charts and
//! releases, every value with its place.
//!
//! Built whole from files that were read one by one, and thrown away after a
//! check. Files that contradict each other make a value unknown, never a guess.

mod ansible;
pub mod argument;
pub mod attach;
pub mod balancer;
mod blueprint;
mod boot;
mod broken;
mod build;
pub mod calico;
mod capi;
pub mod carrier;
mod class;
mod cloud_init;
mod command;
pub mod condition;
mod config_file;
mod config_map;
mod crumb;
mod deploy;
mod document;
mod elsewhere;
mod entries;
pub mod file;
pub mod go;
mod group;
mod hiera;
mod host;
mod inject;
pub mod install;
pub mod ipam;
pub mod join;
pub mod inventory;
mod kustomize;
pub mod machine;
pub mod manifest;
pub mod net;
mod nixos;
pub mod object;
mod packed;
mod path;
pub mod plan;
mod provisioned;
mod put;
mod rancher;
pub mod release;
mod rendered;
pub mod request;
mod script;
pub mod service;
pub mod setting;
pub mod stray;
mod unit;
pub mod shared;
pub mod sriov;
pub mod system;
mod tasks;
mod terraform;
mod typed;
mod vagrant;
pub mod values;
mod variables;
pub mod windows;

use crate::{
    facts::{Releases, charts, helm},
    text::Span,
};
use carrier::outermost;
use std::sync::Arc;

pub use {
    attach::{Attachment, Network, Plugin, Refusal},
    balancer::Balancer,
    build::build,
    carrier::Carrier,
    cloud_init::may_be_user_data,
    condition::Part,
    document::is_page,
    entries::{ChartEntry, Unknown},
    file::{File, MAX_BRANCHES, State},
    inject::Injection,
    install::{Given, Install},
    ipam::{Ipam, Pool},
    join::{Join, JoinUrl},
    machine::{Cni, Machine, Plan, Refused, Role, Selected},
    manifest::{How, Manifest, Reserved},
    object::{Chart, Embedded, Name, Namespace, Object, Value},
    path::untemplated,
    release::{By, Statement},
    request::{Asked, NetworkRequest},
    service::Service,
    setting::{Origin, Read, Setting, Word, Write},
    shared::SharedValue,
    stray::{Lost, Stray},
    system::{Hosts, NodeKernel},
    terraform::is_hcl,
    typed::Type,
    values::{ChartValue, Replacement},
    windows::Sign,
};

/// Programs that write files: scripts, NixOS' modules, Vagrantfiles.
pub fn holds_files(path: &str) -> bool {
    script::is_script(path) || path.ends_with(".nix") || vagrant::is_vagrantfile(path)
}

/// All of it.
#[derive(Debug)]
pub struct Repo {
    /// Sorted by path.
    pub files: Vec<Arc<File>>,
    /// Sorted by name.
    pub clusters: Vec<Cluster>,
}

/// The machines and manifests of one cluster, or manifests that no machine
/// was found for.
#[derive(Debug)]
pub struct Cluster {
    /// As declared, or its folder.
    pub name: String,
    /// The repository's own words made it one: `.rke2lint.yaml`.
    pub declared: bool,
    pub releases: Releases,
    /// Where the release is said; `None` if nobody says, or a flag did.
    pub release_source: Option<Span>,
    /// It is said in a folder above several clusters.
    pub release_is_shared: bool,
    /// What `.rke2lint.yaml` says.
    pub declared_release: Option<(Releases, Span)>,
    /// What the cluster's own files say.
    pub statements: Vec<Statement>,
    /// Sorted by path.
    pub machines: Vec<Machine>,
    /// HelmCharts of the repository's own, in this cluster.
    pub helm_charts: Vec<Chart>,
    pub chart_configs: Vec<ChartConfig>,
    pub attachments: Vec<Attachment>,
    /// Workloads that ask Multus for further networks.
    pub requests: Vec<NetworkRequest>,
    /// Pools of load balancers.
    pub balancers: Vec<Balancer>,
    pub windows: Vec<Sign>,
    /// Of Node objects.
    pub kernels: Vec<NodeKernel>,
    pub manifest_paths: Vec<String>,
    /// Those of them that joined the cluster without being in its folder.
    pub adopted_paths: Vec<String>,
    /// Manifests of the servers that RKE2 takes for its own.
    pub reserved: Vec<Reserved>,
    /// What lies in the servers' folder of manifests.
    pub folder: Vec<Manifest>,
    /// Templates or broken files near these may hold more manifests.
    pub open: bool,
    /// What may set values of charts without being here, the same for all.
    elsewhere: Arc<values::Elsewhere>,
}

/// How pods get addresses out of `cluster-cidr`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allocator {
    /// From the block that Kubernetes gives the node.
    Blocks,
    /// From all of it, whatever the node.
    Pool,
}

/// A HelmChartConfig in a cluster.
#[derive(Debug)]
pub struct ChartConfig {
    pub chart: Chart,
    /// It joined the cluster without being in its folder.
    pub adopted: bool,
    /// The folder of its file.
    pub folder: String,
    /// Kinds of containers that it was read through.
    pub containers: Vec<&'static str>,
}

impl Repo {
    /// A file that sets the namespace of what lies beside or below it, such
    /// as a kustomization.
    pub fn sets_namespace(&self, folder: &str) -> bool {
        self.is_below(folder, |file| file.sets_namespace)
    }

    /// Some machine is told to read another file than `config.yaml`.
    pub fn names_config(&self) -> bool {
        let mut machines = self.clusters.iter().flat_map(|cluster| &cluster.machines);
        machines.any(|machine| machine.settings.contains_key("config"))
    }

    /// The files of a folder, not of those below.
    pub fn files_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<File>> {
        self.files.iter().filter(move |file| group::parent(&file.path) == folder)
    }

    /// Something in the repository sets namespaces, of which files nobody knows.
    pub fn sets_namespaces(&self) -> bool {
        self.files.iter().any(|file| file.sets_namespace)
    }

    /// Kustomize puts the files of the folder together: one may patch another.
    pub fn is_kustomized(&self, folder: &str) -> bool {
        self.is_below(folder, |file| file.is_kustomization)
    }

    /// Such a file lies in the folder, or in one above it.
    fn is_below(&self, folder: &str, such: impl Fn(&File) -> bool) -> bool {
        let files = self.files.iter().filter(|file| such(file));
        files.map(|file| group::parent(&file.path)).any(|at| group::is_within(folder, at))
    }

    /// A template may hold HelmCharts, under a condition or where nobody read it.
    pub fn has_unread_charts(&self) -> bool {
        let hidden = self.files.iter().flat_map(|file| &file.hidden_charts);
        let mut hidden = hidden.filter(|chart| chart.object.kind == helm::CHART);
        let templates = self.files.iter().filter(|file| file.state == State::Template);
        let unread = templates
            .flat_map(|file| file.source.text.lines())
            .any(|line| line.trim_start_matches(['-', ' ']).trim_end() == "kind: HelmChart");
        unread || hidden.next().is_some()
    }
}

impl Cluster {
    pub fn servers(&self) -> impl Iterator<Item = &Machine> {
        self.machines.iter().filter(|machine| machine.is_server())
    }

    /// What all servers together say of `cni`. Unknown if they disagree, if
    /// one of them can't be seen, or if there is none.
    pub fn cni(&self) -> Read<(&Machine, Cni)> {
        self.agreed(Machine::cni, |a, b| a.names() == b.names())
    }

    /// One value for the whole cluster, with a server that sets it.
    fn agreed<T>(
        &self,
        read: impl Fn(&Machine) -> Read<T>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Read<(&Machine, T)> {
        let mut found: Option<(&Machine, T)> = None;
        let mut default = false;
        for machine in self.machines.iter().filter(|machine| machine.role != Role::Agent) {
            match (read(machine), &found) {
                (Read::Unknown, _) => return Read::Unknown,
                (Read::Default, _) if machine.role == Role::Unknown => {}
                (Read::Default, _) => default = true,
                (Read::Set(value), None) => found = Some((machine, value)),
                (Read::Set(value), Some((_, other))) if same(&value, other) => {}
                (Read::Set(_), Some(_)) => return Read::Unknown,
            }
        }
        match found {
            Some(found) => Read::Set(found),
            None if default => Read::Default,
            None => Read::Unknown,
        }
    }

    /// What all servers together say of a key that takes words.
    pub fn words(&self, key: &str) -> Read<(&Machine, Vec<Word>)> {
        let texts = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        self.agreed(|machine| machine.words(key), |a, b| texts(a) == texts(b))
    }

    /// What all servers together say of a key that takes ranges.
    pub fn ranges(&self, key: &str) -> Read<(&Machine, Vec<net::Range>)> {
        let nets = |ranges: &[net::Range]| ranges.iter().map(|range| range.net).collect::<Vec<_>>();
        self.agreed(|machine| machine.ranges(key), |a, b| nets(a) == nets(b))
    }

    /// The plans of all servers: what holds in each of them holds for the
    /// cluster. Empty if one isn't known.
    pub fn plans(&self) -> Vec<Plan> {
        let plans: Vec<Vec<Plan>> = self.servers().map(Machine::plans).collect();
        let known = plans.iter().all(|plans| !plans.is_empty());
        if known { plans.concat() } else { Vec::new() }
    }

    /// The plugin that gives pods their addresses out of `cluster-cidr`;
    /// `None` if it isn't known, or takes them from elsewhere.
    pub fn allocator(&self) -> Option<Allocator> {
        let default =
            |chart: &str, path: &[&str]| !self.open && self.value(chart, path).is_default();
        match self.plugin()?.name.as_str() {
            "canal" | "flannel" => Some(Allocator::Blocks),
            "cilium" => {
                let own = default("rke2-cilium", &["ipam"]) && default("rke2-cilium", &["eni"]);
                own.then_some(Allocator::Blocks)
            }
            "calico" => {
                let pools = default("rke2-calico", &["installation", "calicoNetwork"]);
                pools.then_some(Allocator::Pool)
            }
            _ => None,
        }
    }

    /// The best sign that the cluster has Windows machines.
    pub fn windows_sign(&self) -> Option<&Sign> {
        self.windows.iter().find(|sign| sign.doubt.is_none()).or(self.windows.first())
    }

    /// Of all files that it was read from.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let machines = self.machines.iter().map(|machine| machine.path.as_str());
        let services = self.machines.iter().flat_map(|machine| &machine.services);
        machines.chain(services.chain(&self.manifest_paths).map(String::as_str))
    }

    /// Whether it was read from a file of the repository, a drop-in included.
    pub fn reads(&self, path: &str) -> bool {
        let base = group::parent(path).strip_suffix(".d");
        let is_own =
            |own: &str| outermost(own) == path || base.is_some_and(|base| base == untemplated(own));
        self.paths().any(is_own)
    }

    /// The machine whose files a manifest lies among, if that is an agent for
    /// sure, and no other's.
    pub fn agent_with(&self, manifest: &Manifest) -> Option<&Machine> {
        let inside = format!("{}/{}", manifest.base, manifest.name);
        let root = group::host(&inside);
        let beside = |machine: &&Machine| group::host(&machine.path) == root;
        let agent = self.machines.iter().find(beside)?;
        let alone = self.machines.iter().filter(beside).count() == 1;
        let said = group::is_of_one_machine(root)
            || !agent.services.is_empty()
            || host::role_in_path(&agent.path).is_some();
        (alone && said && agent.role == Role::Agent).then_some(agent)
    }

    /// A HelmChart of the repository's own with this name, wherever it is.
    pub fn has_helm_chart(&self, name: &str) -> bool {
        self.helm_charts.iter().any(|chart| chart.name() == name)
    }

    /// The HelmChartConfigs that act on a packaged chart.
    pub fn configs_of<'a>(&'a self, chart: &'a str) -> impl Iterator<Item = &'a ChartConfig> {
        self.chart_configs.iter().filter(move |config| {
            config.chart.name() == chart
                && config.chart.object.namespace_name().as_deref() == Some(charts::NAMESPACE)
        })
    }
}
