//! What one file holds, read without a look at any other.
//!
//! Files that aren't RKE2's are left alone: K3s twins, other programs'
//! `config.yaml`, manifests that have nothing to do with the network.

use super::{
    ansible::Ansible,
    attach::Attachment,
    balancer::Balancer,
    carrier::{self, Carried, Carrier, Container, Content},
    config_file::ConfigFile,
    document, elsewhere, group,
    install::{self, Install},
    kustomize,
    manifest::{self, Manifest, Reserved},
    object::{Chart, Object},
    path::{self, Path},
    provisioned,
    release::{self, By, Statement},
    request::NetworkRequest,
    service::Service,
    stray::{self, Stray},
    system::{self, Hosts, NodeKernel},
    windows,
};
use crate::{
    config::Told,
    text::{SourceFile, Span},
    yaml::{self, Kind, Node, Reading, Sourced, Tree},
};
use std::sync::Arc;

/// One file that was read.
#[derive(Debug)]
pub struct File {
    /// The file of the repository, also of what is carried by it.
    pub source: Arc<SourceFile>,
    /// Where it lies: that of `source`, or one as `carrier` has it.
    pub path: String,
    /// All of it.
    pub span: Span,
    /// How another file carries it.
    pub carrier: Option<Carrier>,
    /// What it carries, as far as it is RKE2's.
    pub cargo: Vec<Arc<File>>,
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
    /// Variables that roles make configuration of, and machines in groups.
    pub(super) ansible: Ansible,
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
    /// All that a template holds of RKE2's is there under a condition.
    Branches,
    /// Nothing of RKE2's, or nothing that is read, but its name matters, it says
    /// in which namespace its neighbors land, or it may install a plugin.
    Neighbor,
    /// Not ours.
    Foreign,
}

/// Branches of one cluster's templates that are looked into; those beyond are
/// read as unknown only.
pub const MAX_BRANCHES: usize = 48;

impl File {
    pub fn read(source: Arc<SourceFile>, told: Told) -> File {
        let mut file = File::read_as(source, told, &Reading::default());
        if matches!(file.state, State::Foreign | State::Neighbor) && file.has_branches_of_ours(told)
        {
            file.state = State::Branches;
        }
        file
    }

    fn has_branches_of_ours(&self, told: Told) -> bool {
        let is_ours = |branch: usize| {
            let reading = self.tree.reading(branch);
            File::read_as(Arc::clone(&self.source), told, &reading).state == State::Read
        };
        (0..self.tree.branches().len().min(MAX_BRANCHES)).any(is_ours)
    }

    /// Reads a template with some of its branches taken to be there.
    pub fn read_as(source: Arc<SourceFile>, told: Told, reading: &Reading) -> File {
        let path = source.path.clone();
        let content = match carrier::is_yaml(&path, &source) {
            true => Content::Yaml(yaml::parse_reading(&source, reading)),
            false => Content::Text(Sourced::of_file(&source)),
        };
        let span = Span::new(source.id, 0, source.text.len());
        File::of(File::new(source, path, span), content, told, reading)
    }

    fn of_carried(
        source: &Arc<SourceFile>,
        carried: Carried,
        reading: &Reading,
    ) -> Option<Arc<File>> {
        let span = carrier::span(&carried.content, source);
        let content = match carried.content {
            Content::Text(text) if carrier::is_yaml(&carried.path, source) => {
                Content::Yaml(yaml::parse_text_reading(source, &text, reading))
            }
            content => content,
        };
        let mut file = File::new(Arc::clone(source), carried.path, span);
        // A container that knows whose configuration it is leaves no doubt.
        let config = Path::of(&file.path).is_rke2s_own() && carried.carrier.role.is_some();
        let told = if config { Told::Machine } else { Told::Nothing };
        file.carrier = Some(carried.carrier);
        let file = File::of(file, content, told, reading);
        (file.state != State::Foreign).then(|| Arc::new(file))
    }

    /// With what it carries, and what that carries.
    pub fn all(self: &Arc<File>) -> Vec<Arc<File>> {
        let mut all = vec![Arc::clone(self)];
        all.extend(self.cargo.iter().flat_map(File::all));
        all
    }

    fn new(source: Arc<SourceFile>, path: String, span: Span) -> File {
        let tree = yaml::nothing(&source);
        File {
            source,
            path,
            span,
            carrier: None,
            cargo: Vec::new(),
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
            ansible: Ansible::default(),
            active: Vec::new(),
        }
    }

    fn of(mut file: File, content: Content, told: Told, reading: &Reading) -> File {
        // Lines of a container count once, as its own, and those of a page are prose.
        if file.carrier.is_none() && !document::is_page(&file.path) {
            file.installs = install::installs(&file.source);
        }
        file.manifest = file.manifest(told == Told::Manifest);
        match content {
            Content::Yaml(tree) => {
                file.tree = tree;
                // Among what RKE2 reads on a machine, text without a marker is set aside.
                let aside = path::is_template(&file.path) && !file.tree.template;
                if aside && Path::of(&file.path).is_on_machine() {
                    return file;
                }
                if file.carrier.is_none() {
                    file.ansible = Ansible::of(&file.source, &file.tree);
                }
                file.carry(&Sourced::default(), reading);
                // What carries configurations is none.
                file.read_yaml(told == Told::Machine && file.cargo.is_empty());
            }
            Content::Text(text) => {
                file.carry(&text, reading);
                file.read_lines(&text);
            }
        }
        if !file.cargo.is_empty() && file.is_broken_template() {
            file.state = State::Template;
            // Of a text that markers broke, nobody knows how much is left.
            if file.tree.template {
                file.cargo.clear();
            }
        } else if !file.cargo.is_empty() && file.state != State::Template {
            file.state = State::Read;
        }
        file.active = file.active_parts();
        file
    }

    /// Reads what the file carries; `text` is empty if it is YAML.
    fn carry(&mut self, text: &Sourced, reading: &Reading) {
        let docs: Vec<Node> = self.tree.docs().collect();
        let (source, path) = (&self.source, self.path.as_str());
        let carried = carrier::carried(&Container { source, path, text, docs: &docs });
        let kinds = self.kinds().to_vec();
        let cluster = self.carrier.as_ref().and_then(|carrier| carrier.cluster.clone());
        let alone = self.carrier.as_ref().is_some_and(|carrier| carrier.alone);
        let through = |mut carried: Carried| {
            carried.carrier.cluster = carried.carrier.cluster.take().or(cluster.clone());
            carried.carrier.alone |= alone;
            let inner = std::mem::take(&mut carried.carrier.kinds);
            carried.carrier.kinds = kinds.iter().copied().chain(inner).collect();
            carried
        };
        let files = carried.into_iter().map(through);
        self.cargo =
            files.filter_map(|carried| File::of_carried(&self.source, carried, reading)).collect();
    }

    /// The kinds of containers that it was read through, the outermost first.
    pub fn kinds(&self) -> &[&'static str] {
        self.carrier.as_ref().map_or(&[], |carrier| &carrier.kinds)
    }

    /// What was read of it: words for people.
    pub fn readers(&self) -> Vec<&'static str> {
        let all = [
            (self.config.is_some() || self.misshapen.is_some(), "configuration"),
            (self.service.is_some(), "service"),
            (self.holds_objects() || !self.misnamed.is_empty(), "manifest"),
            (self.hosts.is_some(), "hosts"),
            (self.ansible.is_of_interest(), "variables of Ansible's"),
            (!self.installs.is_empty() || !self.releases.is_empty(), "lines that name a release"),
        ];
        all.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect()
    }

    fn read_yaml(&mut self, declared: bool) {
        let file = self;
        file.sets_namespace = kustomize::sets_namespace(&file.path, &file.tree);
        file.is_kustomization = kustomize::is_kustomization(&file.path);
        file.reserved = file.reserved();
        if file.tree.unbalanced || file.is_broken_template() {
            if declared || file.looks_ours() {
                file.state = State::Template;
            } else if !file.ansible.layers.is_empty() {
                file.state = State::Read;
            } else if file.reserved.is_some()
                || file.manifest.is_some()
                || file.ansible.is_of_interest()
            {
                file.state = State::Neighbor;
            }
            return;
        }
        file.stray = Stray::of(&file.path, &file.tree, declared);
        file.read_documents(declared);
        if let Some(reserved) = &mut file.reserved {
            let is_copy = |chart: &Chart| {
                let packed =
                    chart.fields.iter().any(|field| field.key.raw() == Some("chartContent"));
                chart.name() == reserved.name && packed
            };
            reserved.copy = file.charts.iter().any(is_copy);
        }
    }

    /// What isn't YAML.
    fn read_lines(&mut self, text: &Sourced) {
        self.service = Service::of(&self.source, &self.path, text);
        self.hosts = Hosts::of(&self.source, &self.path, text);
        if stray::place(&self.path).is_some() {
            self.stray = Stray::of(&self.path, &yaml::parse_text(&self.source, text), false);
        }
        if self.carrier.is_none() && !document::is_page(&self.path) {
            self.ansible = Ansible::of(&self.source, &self.tree);
            self.removes_iptables = system::removes_iptables(&self.source);
            let variables = self.service.is_some() || self.path.ends_with(".env");
            let by = if variables { By::Variables } else { By::Script };
            self.releases = release::in_lines(&self.source, by);
            self.releases.append(&mut self.ansible.releases);
        }
        let nothing =
            self.service.is_none() && self.releases.is_empty() && self.installs.is_empty();
        let system = self.hosts.is_some()
            || self.removes_iptables.is_some()
            || self.ansible.is_of_interest();
        let neighbor = self.manifest.is_some() || self.stray.is_some() || system;
        self.state = match (nothing, neighbor) {
            (false, _) => State::Read,
            (true, true) => State::Neighbor,
            (true, false) => State::Foreign,
        };
    }

    fn start(&self) -> Span {
        Span { end: self.span.start, ..self.span }
    }

    fn manifest(&self, declared: bool) -> Option<Manifest> {
        let path = &self.path;
        let span = self.start();
        Manifest::of(path, span, declared).filter(|_| !Path::of(path).is_k3s())
    }

    fn reserved(&self) -> Option<Reserved> {
        let path = &self.path;
        let (name, how) = manifest::name(path).filter(|_| !Path::of(path).is_k3s())?;
        Some(Reserved {
            name,
            how,
            shown: manifest::shown(path, how),
            span: self.start(),
            on_server: path.contains("server/manifests/"),
            in_data_dir: path.contains("rancher/rke2/server/manifests/"),
            copy: false,
        })
    }

    fn read_documents(&mut self, declared: bool) {
        let docs: Vec<Node> = self.tree.docs().collect();
        // K3s has charts of its own.
        let k3s = Path::of(&self.path).is_k3s();
        let hidden: Vec<Object> =
            self.tree.hidden_docs().flat_map(|doc| Object::of_document(&doc)).collect();
        if !k3s {
            self.hidden_charts = hidden.iter().filter_map(Chart::of).collect();
        }
        for (index, doc) in docs.iter().enumerate() {
            let objects = Object::of_document(doc);
            if index == 0 && objects.is_empty() && self.tree.hidden_docs().next().is_none() {
                self.config = ConfigFile::of(&self.path, doc, declared);
                let path = Path::of(&self.path);
                let shape = (!doc.is_unknown() && !doc.is_null()).then(|| doc.kind());
                let wrong = shape.is_some_and(|kind| kind != Kind::Map) && !path.is_unread_drop_in;
                self.misshapen = (wrong && (declared || path.is_rke2s_own())).then(|| doc.clone());
            }
            self.releases.extend(release::in_document(doc));
            for object in &objects {
                if !k3s {
                    let chart = Chart::of(object);
                    let packs = provisioned::packs_values(self.carrier.as_ref(), &self.path);
                    self.charts.extend(if packs { chart.map(Chart::packed) } else { chart });
                    self.misnamed.extend(Chart::is_of_no_api(object).then(|| object.clone()));
                }
                self.attachments.extend(Attachment::of(object));
                self.requests.extend(NetworkRequest::of(object));
                let folder = group::parent(&self.path);
                self.balancers.extend(Balancer::of(object, folder));
                self.releases.extend(release::in_object(object));
                self.windows.extend(windows::in_object(object));
                if self.carrier.is_some() {
                    self.windows.extend(windows::in_pools(object));
                }
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
        let unread = Path::of(&self.path).is_unread_drop_in;
        let ours = declared && !unread || self.manifest.is_some() || self.looks_ours();
        let broken = !self.tree.errors.is_empty() && ours;
        let named = self.reserved.is_some() || self.manifest.is_some();
        let neighbor = self.sets_namespace
            || self.is_kustomization
            || named
            || self.stray.is_some()
            || !self.balancers.is_empty()
            || self.ansible.is_of_interest()
            || elsewhere::is_of_interest(self.tree.text());
        for doc in &docs {
            self.releases.extend(release::in_inventory(&self.path, doc));
            self.releases.extend(release::in_hiera(doc));
        }
        match &self.carrier {
            Some(carrier) if carrier.cluster.is_some() => {
                self.releases.iter_mut().for_each(Statement::own);
            }
            Some(_) => {}
            None => self.releases.extend(release::in_lines(&self.source, By::Script)),
        }
        let lines = !self.installs.is_empty() || !self.releases.is_empty();
        let variables = !self.ansible.layers.is_empty() && self.tree.errors.is_empty();
        self.state = match (empty && !broken && !variables, lines, neighbor) {
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

    pub(super) fn is_carried_by(&self, kind: &str) -> bool {
        self.carrier.as_ref().is_some_and(|carrier| carrier.kinds.contains(&kind))
    }

    /// The folder of its cluster, or what the container calls it.
    pub(super) fn cluster(&self) -> String {
        let named = self.carrier.as_ref().and_then(|carrier| carrier.cluster.clone());
        named.unwrap_or_else(|| group::root(&self.path))
    }

    /// Whether RKE2 reads it as a configuration, even if nothing of it parses.
    pub fn is_configuration(&self) -> bool {
        let path = Path::of(&self.path);
        self.config.is_some()
            || !self.holds_objects()
                && !path.is_unread_drop_in
                && (path.is_etc_rancher() || path.drop_in_of.is_some() || path.is_config_name())
    }
}
