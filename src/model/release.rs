//! Where a repository says which RKE2 release its clusters run.

use super::{group, install, machine::Role, object::Object};
use crate::{
    config::{ClusterConfig, Config},
    facts::{Release, Releases},
    text::{SourceFile, Span},
    yaml::{Node, Sourced},
};

/// One place that names a release.
#[derive(Clone, Debug)]
pub struct Statement {
    pub releases: Releases,
    pub span: Span,
    pub text: String,
    pub by: By,
    /// Of the machines that it is said of; `None` if of all, or nobody knows.
    pub role: Option<Role>,
    /// Of the file.
    pub path: String,
}

impl Statement {
    /// What was said of a cluster elsewhere is said of this one.
    pub(super) fn own(&mut self) {
        if self.by == By::Managed {
            self.by = By::Object;
        }
    }

    /// Its path says that it is of what may be or was, such as an upgrade, a
    /// test or an example. Plans lie in folders that are called after upgrades.
    pub fn is_aside(&self) -> bool {
        const ASIDE: [&str; 12] = [
            "upgrade",
            "update",
            "downgrade",
            "rollback",
            "example",
            "sample",
            "test",
            "old",
            "legacy",
            "archive",
            "backup",
            "ci",
        ];
        let path = self.path.to_ascii_lowercase();
        let mut words = path.split(|c: char| !c.is_ascii_alphabetic());
        let by_name = matches!(self.by, By::Variables | By::Script | By::Definition);
        by_name
            && (words.any(|word| ASIDE.contains(&word.trim_end_matches('s'))) || self.is_named())
    }

    /// `install-v1.31.4.sh`, `v1.31/install.env`: a file for each release.
    fn is_named(&self) -> bool {
        let Some(release) = self.releases.iter().next() else { return false };
        let (minor, patch) = (release.minor, release.patch);
        let names = [format!("1{minor}{patch}"), format!("v1{minor}")];
        let mut parts = self.path.split('/').map(|part| part.replace(['.', '-', '_'], ""));
        parts.any(|part| names.iter().any(|name| part.to_ascii_lowercase().contains(name)))
    }
}

/// What names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// A variable of the install script, in a file of variables.
    Variables,
    /// The same in a script, of which there may be one for each release.
    Script,
    /// A role's variable of Ansible's.
    Ansible,
    /// A definition of SUSE Edge Image Builder.
    Definition,
    /// A plan of system-upgrade-controller: what machines are to run.
    Plan,
    /// Rancher's or Cluster API's object for a cluster elsewhere.
    Managed,
    /// The same, of the very cluster that it is said of.
    Object,
}

/// Who may say a cluster's release, the strongest first.
pub(super) struct Sources<'a> {
    pub(super) forced: Option<&'a Releases>,
    pub(super) config: &'a Config,
    /// With their folders.
    pub(super) statements: &'a [(String, Statement)],
    /// Folders of clusters.
    pub(super) roots: &'a [String],
}

/// What is said of one cluster.
pub(super) struct Said {
    pub(super) releases: Releases,
    pub(super) source: Option<Span>,
    /// It is said above several clusters: a default at best.
    pub(super) shared: bool,
}

impl Sources<'_> {
    /// `own` are the statements that belong to the cluster itself.
    pub(super) fn of(
        &self,
        root: &str,
        declaration: Option<&ClusterConfig>,
        own: &[Statement],
    ) -> Said {
        let said = |releases: &Releases, source| Said {
            releases: releases.clone(),
            source,
            shared: false,
        };
        if let Some(forced) = self.forced {
            return said(forced, None);
        }
        if let Some((releases, span)) = declaration.and_then(|cluster| cluster.release.as_ref()) {
            return said(releases, Some(*span));
        }
        // All that are said in one place count.
        if let Some((all, source)) = union(own.iter()) {
            return Said { releases: all, source: Some(source), shared: false };
        }
        let fits = |(folder, statement): &&(String, Statement)| {
            statement.by != By::Managed && folder != root && group::is_within(root, folder)
        };
        let above = self.statements.iter().filter(fits);
        let nearest = above.clone().map(|(folder, _)| folder).max_by_key(|folder| folder.len());
        if let Some(nearest) = nearest.filter(|_| declaration.is_none()) {
            let here = above.filter(|(folder, _)| folder == nearest);
            let others = self.roots.iter().filter(|other| *other != root);
            let shared = others.into_iter().any(|other| group::is_within(other, nearest));
            if let Some((all, source)) = union(here.map(|(_, statement)| statement)) {
                return Said { releases: all, source: Some(source), shared };
            }
        }
        match &self.config.release {
            Some((releases, span)) => said(releases, Some(*span)),
            None => said(&Releases::supported(), None),
        }
    }
}

/// What all of them allow, and the place of the first.
fn union<'a>(mut said: impl Iterator<Item = &'a Statement>) -> Option<(Releases, Span)> {
    let first = said.next()?;
    let all = said.fold(first.releases.clone(), |all, next| all.union(&next.releases));
    Some((all, first.span))
}

/// `INSTALL_RKE2_VERSION`, or `INSTALL_RKE2_CHANNEL`, in lines of text.
///
/// Source: rancher/rke2 `install.sh`: a version wins over a channel.
pub(super) fn in_lines(source: &SourceFile, by: By) -> Vec<Statement> {
    let assigned = install::assigned(source);
    let named =
        |name: &'static str| assigned.iter().filter(move |found| found.plain && found.name == name);
    let said = |value: &Sourced, releases: Releases, line: usize| Statement {
        releases,
        span: value.span(source),
        text: value.text.clone(),
        by,
        role: role_of(source, &assigned, line),
        path: source.path.clone(),
    };
    let versions = named("INSTALL_RKE2_VERSION");
    let versions: Vec<Statement> = versions
        .filter_map(|found| Some(said(&found.value, full(&found.value.text)?, found.line)))
        .collect();
    if !versions.is_empty() {
        return versions;
    }
    let channels = named("INSTALL_RKE2_CHANNEL");
    channels
        .filter_map(|found| Some(said(&found.value, of_channel(&found.value.text)?, found.line)))
        .collect()
}

/// Whose release a line says: by the type that it, or all of the file, installs,
/// or by the name of the file.
fn role_of(source: &SourceFile, assigned: &[install::Assigned], line: usize) -> Option<Role> {
    let role = |found: &install::Assigned| match (found.name, found.value.text.as_str()) {
        ("INSTALL_RKE2_TYPE" | "INSTALL_RKE2_EXEC", "server") => Some(Role::Server),
        ("INSTALL_RKE2_TYPE" | "INSTALL_RKE2_EXEC", "agent") => Some(Role::Agent),
        _ => None,
    };
    let here = assigned.iter().filter(|found| found.line == line).find_map(role);
    let mut all = assigned.iter().filter_map(role);
    let only = all.next().filter(|first| all.all(|role| role == *first));
    here.or(only).or_else(|| super::host::role_in_path(&source.path))
}

/// SUSE Edge Image Builder's definition: `kubernetes.version` beside `image`.
pub(super) fn in_document(doc: &Node) -> Vec<Statement> {
    let is_definition = doc.at(&["image", "imageType"]).found().is_some();
    let version = doc.at(&["kubernetes", "version"]).found().filter(|_| is_definition);
    version.and_then(|entry| statement(&entry.value, By::Definition, None)).into_iter().collect()
}

/// Variables of well-known roles, in inventories and playbooks; a role's own
/// defaults are nobody's choice.
///
/// Source: lablabs/ansible-role-rke2 `defaults/main.yml`, `rke2_version`;
/// rancherfederal/rke2-ansible `roles/rke2/defaults/main.yml`,
/// `rke2_install_version` (before: `install_rke2_version`, `rke2_version`).
pub(super) fn in_inventory(path: &str, doc: &Node) -> Vec<Statement> {
    let path = path.to_ascii_lowercase();
    let parts: Vec<&str> = path.split('/').collect();
    let has = |names: &[&str]| parts.iter().any(|part| names.contains(part));
    let name = parts.last().copied().unwrap_or("");
    let places = ["group_vars", "host_vars", "vars", "inventory", "inventories", "playbooks"];
    let named =
        ["inventory", "hosts", "playbook", "site"].iter().any(|stem| name.starts_with(stem));
    let others = ["defaults", "molecule", "meta", "roles", "examples", "tests", "test"];
    let mut found = Vec::new();
    if (has(&places) || named) && !has(&others) {
        collect(doc, 8, &mut found);
    }
    found
}

fn collect(node: &Node, depth: usize, found: &mut Vec<Statement>) {
    const NAMES: [&str; 3] = ["rke2_version", "rke2_install_version", "install_rke2_version"];
    if depth == 0 {
        return;
    }
    for entry in node.entries() {
        if entry.key.as_str().is_some_and(|key| NAMES.contains(&key)) {
            found.extend(statement(&entry.value, By::Ansible, None));
        } else {
            collect(&entry.value, depth - 1, found);
        }
    }
    node.items().for_each(|item| collect(&item, depth - 1, found));
}

/// system-upgrade-controller's Plan, Rancher's Cluster and Cluster API's objects.
pub(super) fn in_object(object: &Object) -> Vec<Statement> {
    let api = |group: &str| object.api_version.starts_with(group);
    let node = |path: &[&str]| object.node.at(path).found().map(|entry| entry.value);
    let said: Vec<Option<Statement>> = match object.kind.as_str() {
        "Plan" if api("upgrade.cattle.io/") => {
            let role = role_of_plan(&object.node);
            let version = node(&["spec", "version"]);
            let channel = node(&["spec", "channel"]);
            vec![
                version.and_then(|node| statement(&node, By::Plan, role)),
                channel.and_then(|node| channel_statement(&node, role)),
            ]
        }
        "Cluster" if api("provisioning.cattle.io/") => {
            let version = node(&["spec", "kubernetesVersion"]);
            vec![version.and_then(|node| statement(&node, By::Managed, None))]
        }
        "Cluster" if api("cluster.x-k8s.io/") => {
            let version = node(&["spec", "topology", "version"]);
            vec![version.and_then(|node| statement(&node, By::Managed, None))]
        }
        "RKE2ControlPlane" => {
            let paths: [&[&str]; 2] = [&["spec", "version"], &["spec", "agentConfig", "version"]];
            let own = |path: &&[&str]| {
                node(path).map(|node| own_statement(&node, By::Managed, Some(Role::Server)))
            };
            paths.iter().filter_map(own).collect()
        }
        _ => Vec::new(),
    };
    said.into_iter().flatten().collect()
}

/// By what its selector asks of the labels that RKE2 gives servers.
fn role_of_plan(plan: &Node) -> Option<Role> {
    let rules = plan.at(&["spec", "nodeSelector", "matchExpressions"]).found()?.value;
    let of_rule = |rule: Node| {
        let key = rule.text_at(&["key"])?;
        let role = key.strip_prefix("node-role.kubernetes.io/")?;
        if !["control-plane", "master", "etcd"].contains(&role) {
            return None;
        }
        let values = rule.get("values").found().map(|entry| entry.value);
        let is_true = values
            .as_ref()
            .is_none_or(|values| values.items().all(|item| item.raw() == Some("true")));
        match rule.text_at(&["operator"])?.as_str() {
            "In" | "Exists" if is_true => Some(Role::Server),
            "NotIn" | "DoesNotExist" if is_true => Some(Role::Agent),
            _ => None,
        }
    };
    let mut roles = rules.items().filter_map(of_rule);
    let first = roles.next()?;
    roles.all(|role| role == first).then_some(first)
}

fn statement(node: &Node, by: By, role: Option<Role>) -> Option<Statement> {
    said(node, full(node.as_str()?)?, by, role)
}

/// Of a field that only RKE2 has: a version of Kubernetes is one of its.
fn own_statement(node: &Node, by: By, role: Option<Role>) -> Option<Statement> {
    let text = node.as_str()?;
    let plain = text.strip_prefix("v1.").is_some_and(|rest| rest.contains('.'));
    let releases = full(text).or_else(|| Releases::parse(text).filter(|_| plain))?;
    said(node, releases, by, role)
}

/// `https://update.rke2.io/v1-release/channels/v1.34`.
fn channel_statement(node: &Node, role: Option<Role>) -> Option<Statement> {
    let text = node.as_str()?;
    let at = text.rfind("/channels/")? + "/channels/".len();
    if !text.contains("rke2") {
        return None;
    }
    let releases = of_channel(&text[at..])?;
    let mut said = said(node, releases, By::Plan, role)?;
    said.span = node.part_span(at, text.len());
    said.text = text[at..].to_owned();
    Some(said)
}

fn said(node: &Node, releases: Releases, by: By, role: Option<Role>) -> Option<Statement> {
    let text = node.as_str()?.to_owned();
    let path = node.tree().file().path.clone();
    Some(Statement { releases, span: node.part_span(0, text.len()), text, by, role, path })
}

/// `v1.34`: any of its patches.
fn of_channel(text: &str) -> Option<Releases> {
    Releases::of_minor(text.strip_prefix("v1.")?.parse().ok()?)
}

/// Only whole tags: `v1.34.2+rke2r1`, and with `-` as images write it.
fn full(text: &str) -> Option<Releases> {
    Release::parse(text)?;
    Releases::parse(&text.replace("-rke2", "+rke2"))
}
