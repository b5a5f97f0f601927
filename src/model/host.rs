//! One machine, put together from its files.
//!
//! `build` says which files these are.

use super::{
    File, Machine, Role, argument,
    command::{Combined, Target},
    config_file::ConfigFile,
    group,
    path::{self, Path},
    rendered::Rendered,
    service::Service,
    setting::{Origin, Setting, Write},
};
use crate::{
    config::Declared,
    facts::{Releases, flags, flags::FlagRole},
    yaml::Node,
};
use std::{collections::BTreeMap, sync::Arc};

/// The files of a machine.
#[derive(Default)]
pub(super) struct Host {
    pub(super) main: Option<(Arc<File>, ConfigFile)>,
    /// By file name, in RKE2's order: that of bytes.
    pub(super) drop_ins: BTreeMap<String, (Arc<File>, ConfigFile)>,
    pub(super) declared: Option<Declared>,
    /// What the container of its configuration says.
    pub(super) carried: Option<Role>,
    /// What a role of Ansible's writes, in place of files.
    pub(super) rendered: Option<Rendered>,
    /// Its container may set keys that can't be seen.
    pub(super) extended: bool,
    /// Patches of the object that it is made from may set any key.
    pub(super) patched: bool,
    /// Files of its service, sorted by path.
    services: Vec<Arc<File>>,
    /// Files of a service that may be this machine's or another's.
    others: Vec<Arc<File>>,
    /// Another template beside it may set more keys of the same machine.
    is_part: bool,
}

impl Host {
    fn configs(&self) -> impl Iterator<Item = &(Arc<File>, ConfigFile)> {
        self.main.iter().chain(self.drop_ins.values())
    }

    /// What does not rest on what the files leave out.
    fn surely(&self, path: &str) -> Option<Role> {
        let declared = self.declared.map(|declared| match declared {
            Declared::Server => Role::Server,
            Declared::Agent | Declared::WindowsAgent => Role::Agent,
        });
        declared.or(self.carried).or_else(|| role_in_path(path))
    }

    fn role(&self, path: &str, others_say: bool) -> Role {
        if let Some(role) = self.surely(path) {
            return role;
        }
        let keys_say = self.configs().find_map(|(_, config)| config.keys_say);
        let joins = self.configs().any(|(_, config)| config.joins);
        match (keys_say, joins) {
            (Some(FlagRole::Server), _) => Role::Server,
            (Some(FlagRole::Agent), _) => Role::Agent,
            // Without `server:` a machine starts a cluster of its own, unless
            // the file is one part of what the machine reads.
            (_, false) if self.main.is_some() && !others_say => Role::Server,
            (_, _) => Role::Unknown,
        }
    }

    pub(super) fn into_machine(
        mut self,
        path: String,
        releases: &Releases,
        others_say: bool,
    ) -> Machine {
        let mut settings: BTreeMap<String, Setting> = BTreeMap::new();
        let mut hidden = self.is_part || self.extended || self.patched;
        hidden |= self.main.is_none() && !self.drop_ins.is_empty();
        for (file, config) in self.configs() {
            hidden |= file.tree.is_open();
            hidden |= add_writes(&mut settings, &config.root);
        }
        if let Some(rendered) = &self.rendered {
            hidden |= rendered.write_into(&mut settings);
        }
        veil_what_keys_set(&mut settings);
        if self.patched {
            settings.values_mut().for_each(|setting| setting.veiled = true);
        }
        if Path::of(&path).is_image_builder() {
            veil_what_image_builder_sets(&mut settings);
        }
        let mut role = self.role(&path, others_say);
        let roles: Vec<Role> = services(&self.services).map(|(_, service)| service.role).collect();
        let other = roles.iter().find(|other| **other != roles[0]);
        match (roles.first(), other) {
            // A service beside the file says who reads it.
            (Some(own), None) if self.surely(&path).is_none() => role = *own,
            // Packages bring the units of both: one of them runs.
            (Some(_), Some(_)) if role != Role::Unknown => {
                self.services.retain(|file| {
                    file.service.as_ref().is_some_and(|service| service.role == role)
                });
            }
            (Some(_), Some(_)) => self.others.append(&mut self.services),
            _ => {}
        }
        let own: Vec<(&str, &Service)> = services(&self.services).collect();
        let combined = Combined::of(&own);
        role = combined.role().unwrap_or(role);
        let target = Target { path: &path, role, releases, hidden };
        let (refused, veils) = combined.apply(&mut settings, &target);
        let missing = self.main.is_none() && self.rendered.is_none();
        let mut open = hidden || missing || veils;
        for (path, service) in services(&self.others) {
            let combined = Combined::of(&[(path, service)]);
            for key in combined.keys() {
                settings.entry(key.to_owned()).or_default().veiled = true;
            }
            if combined.is_veiled() {
                settings.values_mut().for_each(|setting| setting.veiled = true);
                open = true;
            }
        }
        // Beside `config.yaml.d` no other program's `config.yaml` lies.
        let pair = self.main.is_some() && !self.drop_ins.is_empty();
        let placed = pair || self.configs().any(|(_, config)| config.placed);
        let made = self.rendered.as_ref();
        let placed = placed || made.is_some_and(|rendered| !rendered.open);
        let kinds = self.configs().flat_map(|(file, _)| file.kinds());
        let containers = kinds.chain(made.map(|_| &"Ansible's variables"));
        let containers = containers.fold(Vec::new(), |mut all: Vec<&'static str>, kind| {
            all.extend((!all.contains(kind)).then_some(*kind));
            all
        });
        let head = self.configs().next().map(|(_, config)| super::object::head(&config.root));
        let head = head.or_else(|| self.rendered.as_ref()?.head);
        let head = head.or_else(|| own.first().map(|(_, service)| service.head));
        Machine {
            role,
            head: head.expect("a machine has at least one file"),
            settings,
            open,
            placed,
            releases: releases.clone(),
            services: own.iter().map(|(path, _)| (*path).to_owned()).collect(),
            containers,
            refused,
            windows: false,
            path,
        }
    }
}

fn services(files: &[Arc<File>]) -> impl Iterator<Item = (&str, &Service)> {
    files.iter().filter_map(|file| Some((file.path.as_str(), file.service.as_ref()?)))
}

/// Templates of one folder that aren't for machines of different roles may be
/// rendered on one machine, one as a drop-in of the other.
pub(super) fn join_templates(hosts: &mut BTreeMap<String, Host>, others_say: bool) {
    let is_template = |host: &Host| {
        let mut files = host.main.iter();
        files.any(|(file, _)| file.tree.template || path::is_template(&file.path))
    };
    let templates = hosts.iter().filter(|(_, host)| is_template(host));
    let templates: Vec<(String, Role)> =
        templates.map(|(path, host)| (path.clone(), host.role(path, others_say))).collect();
    for (path, role) in &templates {
        let beside = |(other, of): &(String, Role)| {
            let apart = *role != Role::Unknown && *of != Role::Unknown && role != of;
            other != path && group::parent(other) == group::parent(path) && !apart
        };
        if let Some(host) = hosts.get_mut(path).filter(|_| templates.iter().any(beside)) {
            host.is_part = true;
        }
    }
}

/// Gives files of services to the machines of their cluster, or makes machines
/// of them: by the root of a machine's files, or, if it is one for all, to the
/// only machine that they can be for.
pub(super) fn attach(hosts: &mut BTreeMap<String, Host>, files: Vec<Arc<File>>) {
    let others_say = hosts.keys().any(|path| role_in_path(path).is_some());
    let mut alone: BTreeMap<(String, bool), Vec<Arc<File>>> = BTreeMap::new();
    for file in files {
        let Some(service) = &file.service else { continue };
        let folder = group::host(&file.path);
        let mut taken = false;
        let mut beside: Vec<&mut Host> = Vec::new();
        let mut elsewhere: Vec<&mut Host> = Vec::new();
        for (path, host) in hosts.iter_mut() {
            if group::host(path) == folder {
                let fits = host.surely(path).is_none_or(|role| role == service.role);
                taken |= !fits;
                beside.extend(fits.then_some(host));
            } else if !group::is_of_one_machine(folder) {
                let role = host.role(path, others_say);
                elsewhere.extend((role == service.role || role == Role::Unknown).then_some(host));
            }
        }
        let mut fitting = if beside.is_empty() { elsewhere } else { beside };
        match fitting.as_mut_slice() {
            // Packages bring the units of both roles, and a machine runs one.
            [] if taken && group::is_placed(&file.path) => {}
            [] => {
                let key = (folder.to_owned(), service.role == Role::Server);
                alone.entry(key).or_default().push(file);
            }
            [only] => only.services.push(file),
            several => several.iter_mut().for_each(|host| host.others.push(Arc::clone(&file))),
        }
    }
    for services in alone.into_values() {
        let sets = |file: &Arc<File>| {
            file.service.as_ref().is_some_and(|service| service.sets_something())
        };
        if let Some(first) = services.iter().find(|file| sets(file)) {
            let path = first.path.clone();
            hosts.entry(path).or_default().services = services;
        }
    }
}

/// Returns whether keys are hidden from us.
fn add_writes(settings: &mut BTreeMap<String, Setting>, root: &Node) -> bool {
    let mut hidden = false;
    for entry in root.entries() {
        let Some((name, append)) = argument::key(&entry.key) else {
            hidden = true;
            continue;
        };
        let name = flags::flag(&name).map_or(name.as_str(), |flag| flag.key);
        let origin = Origin::File;
        let write = Write { key: entry.key.clone(), value: entry.value, append, origin };
        settings.entry(name.to_owned()).or_default().writes.push(write);
    }
    for entry in root.hidden_entries() {
        let Some((name, _)) = argument::key(&entry.key) else {
            hidden = true;
            continue;
        };
        let name = flags::flag(&name).map_or(name.as_str(), |flag| flag.key);
        settings.entry(name.to_owned()).or_default().veiled = true;
    }
    hidden
}

/// RKE2 takes the argument of `kubelet-arg=max-pods: 110` apart at the first `=`.
fn veil_what_keys_set(settings: &mut BTreeMap<String, Setting>) {
    let flag = |key: &String| flags::flag(key.split_once('=')?.0);
    let set: Vec<&str> = settings.keys().filter_map(flag).map(|flag| flag.key).collect();
    for key in set {
        settings.entry(key.to_owned()).or_default().veiled = true;
    }
}

/// SUSE Edge Image Builder writes an address and a token of its own, adds to
/// the names of the certificate, and selects Cilium where nothing is selected.
///
/// Source: suse-edge/edge-image-builder `pkg/kubernetes/cluster.go`, `NewCluster`,
/// at 0164fdc.
fn veil_what_image_builder_sets(settings: &mut BTreeMap<String, Setting>) {
    for key in ["selinux", "server", "tls-san", "token"] {
        settings.entry(key.to_owned()).or_default().veiled = true;
    }
    settings.entry("cni".to_owned()).or_insert(Setting { veiled: true, ..Setting::default() });
}

/// What the names of a file and of its folders within the cluster's say, the
/// nearest first.
pub(super) fn role_in_path(path: &str) -> Option<Role> {
    let path = group::within(path).to_ascii_lowercase();
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.reverse();
    for part in parts.into_iter().take(6) {
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
