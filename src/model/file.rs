//! What one file holds, read without a look at any other.
//!
//! Files that aren't RKE2's are left alone: K3s twins, other programs'
//! `config.yaml`, manifests that have nothing to do with the network.

use super::{
    attach::Attachment,
    balancer::Balancer,
    elsewhere, group,
    install::{self, Install},
    kustomize,
    manifest::{self, Manifest, Reserved},
    object::{Chart, Object},
    path::{self, Path, is_yaml},
    release::{self, By, Statement},
    request::NetworkRequest,
    service::Service,
    stray::{self, Stray},
    system::{self, Hosts, NodeKernel},
    windows,
};
use crate::{
    config::Told,
    facts::{
        cni,
        flags::{self, FlagRole},
    },
    text::{SourceFile, Span},
    yaml::{self, Kind, Lookup, Node, Reading, Tree},
};
use std::sync::Arc;

/// One file that was read.
#[derive(Debug)]
pub struct File {
    pub source: Arc<SourceFile>,
    pub tree: Arc<Tree>,
    pub state: State,
    /// A machine's configuration, or a part of one.
    pub config: Option<ConfigFile>,
    /// What stands where a machine's configuration should: no mapping.
    pub misshapen: Option<Node>,
    pub charts: Vec<Chart>,
    /// Those that a template has under a condition.
    pub hidden_charts: Vec<Chart>,
    /// HelmCharts and HelmChartConfigs of an API that has none.
    pub misnamed: Vec<Object>,
    /// RKE2 takes a manifest of this name for its own.
    pub reserved: Option<Reserved>,
    /// It lies in the servers' folder of manifests.
    pub manifest: Option<Manifest>,
    /// RKE2 reads nothing of it, where its author thinks that it does.
    pub stray: Option<Stray>,
    pub attachments: Vec<Attachment>,
    pub requests: Vec<NetworkRequest>,
    /// Pools of load balancers. They alone don't make a file RKE2's.
    pub balancers: Vec<Balancer>,
    pub releases: Vec<Statement>,
    /// A unit, a drop-in of one, or variables of a service.
    pub service: Option<Service>,
    /// What RKE2's install script is given.
    pub installs: Vec<Install>,
    /// A kustomization, a Fleet bundle or a chart: it gives what lies beside
    /// it a namespace.
    pub sets_namespace: bool,
    /// Kustomize puts the files beside it together, patches among them.
    pub is_kustomization: bool,
    /// Signs that the cluster has Windows machines.
    pub windows: Vec<windows::Sign>,
    pub kernels: Vec<NodeKernel>,
    pub hosts: Option<Hosts>,
    /// Where a script that installs RKE2 removes it.
    pub removes_iptables: Option<Span>,
    /// Parts that may install something; see `elsewhere`.
    pub(super) active: Vec<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Something of it is in the model.
    Read,
    /// A template of ours without a tree: not read.
    Template,
    /// Another program's, with lines that install RKE2 or name its release.
    Lines,
    /// Nothing of RKE2's, or nothing that is read, but its name matters, it says
    /// in which namespace its neighbors land, or it may install a plugin.
    Neighbor,
    /// Not ours.
    Foreign,
}

/// The mapping that RKE2 would read, the first document of the file.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    pub root: Node,
    /// `X.yaml` if the file lies in `X.yaml.d/`.
    pub drop_in_of: Option<String>,
    /// The path says that RKE2 reads it, or the repository does.
    pub placed: bool,
    /// Set by the keys, where they leave no doubt.
    pub keys_say: Option<FlagRole>,
    /// `server:` is set: an agent, or a server that joins.
    pub joins: bool,
}

impl File {
    pub fn read(source: Arc<SourceFile>, told: Told) -> File {
        File::read_as(source, told, &Reading::default())
    }

    /// Reads a template with some of its branches taken to be there.
    pub fn read_as(source: Arc<SourceFile>, told: Told, reading: &Reading) -> File {
        let mut file = File::parse(source, told, reading);
        file.active = file.active_parts();
        file
    }

    fn parse(source: Arc<SourceFile>, told: Told, reading: &Reading) -> File {
        let declared = told == Told::Machine;
        let is_yaml = is_yaml(&source.path);
        let tree = match is_yaml {
            true => yaml::parse_reading(&source, reading),
            false => yaml::nothing(&source),
        };
        let mut file = File {
            source,
            tree,
            state: State::Foreign,
            config: None,
            misshapen: None,
            charts: Vec::new(),
            hidden_charts: Vec::new(),
            misnamed: Vec::new(),
            reserved: None,
            manifest: None,
            stray: None,
            attachments: Vec::new(),
            requests: Vec::new(),
            balancers: Vec::new(),
            releases: Vec::new(),
            service: None,
            installs: Vec::new(),
            sets_namespace: false,
            is_kustomization: false,
            windows: Vec::new(),
            kernels: Vec::new(),
            hosts: None,
            removes_iptables: None,
            active: Vec::new(),
        };
        // Among what RKE2 reads on a machine, text without a marker is set aside.
        let path = &file.source.path;
        if path::is_template(path) && !file.tree.template && Path::of(path).is_on_machine() {
            return file;
        }
        file.installs = install::installs(&file.source);
        file.manifest = file.manifest(told == Told::Manifest);
        if !is_yaml {
            file.read_lines();
            return file;
        }
        file.sets_namespace = kustomize::sets_namespace(&file.source.path, &file.tree);
        file.is_kustomization = kustomize::is_kustomization(&file.source.path);
        file.reserved = file.reserved();
        if file.tree.unbalanced || file.is_broken_template() {
            if declared || file.looks_ours() {
                file.state = State::Template;
            } else if file.reserved.is_some() || file.manifest.is_some() {
                file.state = State::Neighbor;
            }
            return file;
        }
        file.stray = Stray::of(&file.source.path, &file.tree, declared);
        file.read_documents(declared);
        if let Some(reserved) = &mut file.reserved {
            let is_copy = |chart: &Chart| {
                let packed =
                    chart.fields.iter().any(|field| field.key.raw() == Some("chartContent"));
                chart.name() == reserved.name && packed
            };
            reserved.copy = file.charts.iter().any(is_copy);
        }
        file
    }

    /// What isn't YAML.
    fn read_lines(&mut self) {
        self.service = Service::of(&self.source);
        self.hosts = Hosts::of(&self.source);
        self.removes_iptables = system::removes_iptables(&self.source);
        if stray::place(&self.source.path).is_some() {
            self.stray = Stray::of(&self.source.path, &yaml::parse(&self.source), false);
        }
        let variables = self.service.is_some() || self.source.path.ends_with(".env");
        let by = if variables { By::Variables } else { By::Script };
        self.releases = release::in_lines(&self.source, by);
        let nothing =
            self.service.is_none() && self.releases.is_empty() && self.installs.is_empty();
        let system = self.hosts.is_some() || self.removes_iptables.is_some();
        let neighbor = self.manifest.is_some() || self.stray.is_some() || system;
        self.state = match (nothing, neighbor) {
            (false, _) => State::Read,
            (true, true) => State::Neighbor,
            (true, false) => State::Foreign,
        };
    }

    fn manifest(&self, declared: bool) -> Option<Manifest> {
        let path = &self.source.path;
        let span = Span::new(self.source.id, 0, 0);
        Manifest::of(path, span, declared).filter(|_| !Path::of(path).is_k3s())
    }

    fn reserved(&self) -> Option<Reserved> {
        let path = &self.source.path;
        let (name, how) = manifest::name(path).filter(|_| !Path::of(path).is_k3s())?;
        Some(Reserved {
            name,
            how,
            shown: manifest::shown(path, how),
            span: Span::new(self.source.id, 0, 0),
            on_server: path.contains("server/manifests/"),
            in_data_dir: path.contains("rancher/rke2/server/manifests/"),
            copy: false,
        })
    }

    /// A text that isn't YAML, since something is still to be filled in.
    fn is_broken_template(&self) -> bool {
        let filled_in = |error: &yaml::SyntaxError| {
            let line = self.source.line_range(self.source.line(error.span.start));
            line.is_some_and(|line| yaml::has_percent_name(&self.source.text[line]))
        };
        let errors = &self.tree.errors;
        let is_template = self.tree.template || path::is_template(&self.source.path);
        !errors.is_empty() && (is_template || errors.iter().any(filled_in))
    }

    fn read_documents(&mut self, declared: bool) {
        let docs: Vec<Node> = self.tree.docs().collect();
        // K3s has charts of its own.
        let k3s = Path::of(&self.source.path).is_k3s();
        let hidden: Vec<Object> =
            self.tree.hidden_docs().flat_map(|doc| Object::of_document(&doc)).collect();
        if !k3s {
            self.hidden_charts = hidden.iter().filter_map(Chart::of).collect();
        }
        for (index, doc) in docs.iter().enumerate() {
            let objects = Object::of_document(doc);
            if index == 0 && objects.is_empty() && self.tree.hidden_docs().next().is_none() {
                self.config = ConfigFile::of(&self.source.path, doc, declared);
                let path = Path::of(&self.source.path);
                let shape = (!doc.is_unknown() && !doc.is_null()).then(|| doc.kind());
                let wrong = shape.is_some_and(|kind| kind != Kind::Map) && !path.is_unread_drop_in;
                self.misshapen = (wrong && (declared || path.is_rke2s_own())).then(|| doc.clone());
            }
            self.releases.extend(release::in_document(doc));
            for object in &objects {
                if !k3s {
                    self.charts.extend(Chart::of(object));
                    self.misnamed.extend(Chart::is_of_no_api(object).then(|| object.clone()));
                }
                self.attachments.extend(Attachment::of(object));
                self.requests.extend(NetworkRequest::of(object));
                let folder = group::parent(&self.source.path);
                self.balancers.extend(Balancer::of(object, folder));
                self.releases.extend(release::in_object(object));
                self.windows.extend(windows::in_object(object));
                self.kernels.extend(system::kernel_in_object(object));
            }
        }
        let nothing = self.config.is_none() && self.misshapen.is_none() && self.misnamed.is_empty();
        let hides = hidden.iter().any(|object| {
            Chart::of(object).is_some()
                || Attachment::of(object).is_some()
                || !NetworkRequest::of(object).is_empty()
        });
        let empty = nothing && self.releases.is_empty() && !self.holds_objects() && !hides;
        let unread = Path::of(&self.source.path).is_unread_drop_in;
        let ours = declared && !unread || self.manifest.is_some() || self.looks_ours();
        let broken = !self.tree.errors.is_empty() && ours;
        let named = self.reserved.is_some() || self.manifest.is_some();
        let neighbor = self.sets_namespace
            || self.is_kustomization
            || named
            || self.stray.is_some()
            || !self.balancers.is_empty()
            || elsewhere::is_of_interest(&self.source.text);
        for doc in &docs {
            self.releases.extend(release::in_inventory(&self.source.path, doc));
        }
        self.releases.extend(release::in_lines(&self.source, By::Script));
        let lines = !self.installs.is_empty() || !self.releases.is_empty();
        self.state = match (empty && !broken, lines, neighbor) {
            (false, _, _) => State::Read,
            (true, true, _) => State::Lines,
            (true, false, true) => State::Neighbor,
            (true, false, false) => State::Foreign,
        };
    }

    /// Whether something of it belongs among a cluster's manifests.
    pub(super) fn holds_objects(&self) -> bool {
        let nothing = self.charts.is_empty()
            && self.attachments.is_empty()
            && self.requests.is_empty()
            && self.windows.is_empty()
            && self.kernels.is_empty();
        !nothing
    }

    /// Whether a file that has no tree to judge by is one of ours.
    fn looks_ours(&self) -> bool {
        const MARKS: [&str; 6] = [
            "HelmChartConfig",
            "NetworkAttachmentDefinition",
            "machineGlobalConfig",
            "RKE2ControlPlane",
            "RKE2ConfigTemplate",
            "helm.cattle.io",
        ];
        let text = &self.source.text;
        if MARKS.iter().any(|mark| text.contains(mark)) {
            return true;
        }
        let path = Path::of(&self.source.path);
        if path.is_unread_drop_in {
            return false;
        }
        let mut keys = text.lines().filter(|line| {
            let key = line.split(':').next().unwrap_or("").trim().trim_end_matches('+');
            flags::flag(key).is_some_and(|flag| flag.specific)
        });
        let placed = path.is_etc_rancher() || path.is_config_drop_in();
        let named = path.is_rke2_folder() || path.names_config();
        !path.is_k3s() && (placed || named && keys.next().is_some())
    }

    /// Whether RKE2 reads it as a configuration, even if nothing of it parses.
    pub fn is_configuration(&self) -> bool {
        let path = Path::of(&self.source.path);
        self.config.is_some()
            || !self.holds_objects()
                && !path.is_unread_drop_in
                && (path.is_etc_rancher() || path.drop_in_of.is_some() || path.is_config_name())
    }

    /// Where a place lies, in the words of the file: `cni[1]`, or, in a document
    /// inside of another,
    /// `HelmChartConfig kube-system/rke2-cilium › valuesContent › cni.exclusive`.
    pub fn breadcrumb(&self, span: Span) -> String {
        for (object, embedded) in self.embedded() {
            if embedded.entry.value.span().contains(span) {
                let mut docs = embedded.tree.docs();
                let doc = docs.find(|doc| doc.span().contains(span));
                let inner = doc.map_or(String::new(), |doc| doc.path_to(span));
                let parts = [object.title(), embedded.path.to_owned(), inner];
                let parts = parts.iter().filter(|part| !part.is_empty());
                return parts.cloned().collect::<Vec<_>>().join(" › ");
            }
        }
        let services = self.service.iter().flat_map(|service| service.roots().cloned());
        let docs = self.tree.docs().chain(self.tree.hidden_docs());
        let mut docs = docs.chain(services.collect::<Vec<_>>());
        docs.find(|doc| doc.span().contains(span)).map_or(String::new(), |doc| doc.path_to(span))
    }

    fn embedded(&self) -> impl Iterator<Item = (&Object, &super::object::Embedded)> {
        let charts = self.charts.iter().chain(&self.hidden_charts);
        let charts = charts.filter_map(|chart| Some((&chart.object, chart.content.as_ref()?)));
        let attachments =
            self.attachments.iter().filter_map(|nad| Some((&nad.object, nad.config.as_ref()?)));
        charts.chain(attachments)
    }
}

impl ConfigFile {
    /// `None` if the document isn't a configuration of RKE2.
    fn of(path: &str, root: &Node, declared: bool) -> Option<ConfigFile> {
        let path = Path::of(path);
        let json = path.name.ends_with(".json");
        let foreign = !declared && (json || path.is_k3s() || path.is_variables());
        if foreign || path.is_unread_drop_in || root.kind() != Kind::Map {
            return None;
        }
        let mut known = 0;
        let mut specific = 0;
        let mut own = 0;
        let mut total = 0;
        let mut k3s_only = 0;
        let mut keys_say = None;
        let visible = root.entries().map(|entry| (entry, true));
        for (entry, visible) in visible.chain(root.hidden_entries().map(|entry| (entry, false))) {
            let Some(key) = entry.key.as_str() else { continue };
            if key == "<<" {
                continue;
            }
            total += 1;
            let key = key.trim_end_matches('+');
            k3s_only += usize::from(flags::k3s_only(key));
            if let Some(flag) = flags::flag(key) {
                known += 1;
                specific += usize::from(flag.specific);
                own += usize::from(flag.specific && !flag.k3s);
                if visible && flag.role() != FlagRole::Both {
                    keys_say = Some(flag.role());
                }
            }
        }
        let supervisor = names_supervisor(root);
        specific += usize::from(supervisor);
        let rke2_folder = path.is_rke2_folder();
        let hides = |key: &str| root.hidden_entries().any(|entry| entry.key.as_str() == Some(key));
        let has = |key: &str| matches!(root.get(key), Lookup::Found(_)) || hides(key);
        // Chart values have a `cni` too, and other programs a `server`.
        let is_map =
            |key: &str| root.get(key).found().is_some_and(|entry| entry.value.kind() == Kind::Map);
        let others = is_map("server") || is_map("cni") && !path.is_config_name();
        let ours = if declared {
            true
        } else if others {
            false
        } else if path.is_image_builder() {
            known > 0 && known == total
        } else if path.is_etc_rancher() {
            known > 0
        } else if rke2_folder || path.drop_in_of.is_some() || path.names_rke2() {
            known > 0 && 2 * known >= total && (specific > 0 || known == total)
        } else if path.is_config_name() {
            specific > 0 && known == total
                || specific >= 2 && 2 * known > total
                || names_plugin(root) && 2 * known >= total
        } else {
            // Any name: what it holds has to leave no doubt.
            let enough = 4 * known >= 3 * total || has("cni") && known == total;
            specific >= 2 && enough && (own > 0 || supervisor)
        };
        let says_rke2 = declared || rke2_folder || supervisor || path.names_rke2() || has("cni");
        if !ours || k3s_only > 0 && !says_rke2 {
            return None;
        }
        Some(ConfigFile {
            root: root.clone(),
            placed: declared || path.is_rke2s_own() || path.is_of_role(),
            drop_in_of: path.drop_in_of,
            keys_say,
            joins: has("server"),
        })
    }
}

/// RKE2's servers listen there for machines that join, K3s' on 6443.
pub(super) fn names_supervisor(root: &Node) -> bool {
    root.text_at(&["server"]).is_some_and(|server| server.ends_with(":9345"))
}

/// `cni` with a plugin that RKE2 has.
fn names_plugin(root: &Node) -> bool {
    let Some(entry) = root.get("cni").found() else { return false };
    let is_plugin = |node: &Node| {
        node.as_str().is_some_and(|name| cni::cni(name).is_some() || name == cni::MULTUS)
    };
    is_plugin(&entry.value) || entry.value.items().any(|item| is_plugin(&item))
}
