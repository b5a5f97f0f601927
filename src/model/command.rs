//! What the files of one service set together, and what of it RKE2 uses.
//!
//! Source: urfave/cli v1.22 and v2.27, `StringSliceFlag`: v1 splits a list of
//! the environment on commas and trims the pieces, v2, as RKE2 sets it up,
//! takes it whole; systemd.service(5) and systemd.exec(5).

use super::{
    go, group,
    machine::{Refused, Role},
    service::{self, Command, FileKind, Service},
    setting::{Origin, Read, Setting, Write},
};
use crate::{
    facts::{
        self, Answer, Releases,
        flags::{self, Kind},
    },
    yaml::{Entry, Node, Sourced, SourcedValue, sourced_mapping},
};
use std::collections::BTreeMap;

/// A machine as far as its files say.
pub(super) struct Target<'a> {
    /// Of `config.yaml`, or of what stands for it.
    pub(super) path: &'a str,
    pub(super) role: Role,
    pub(super) releases: &'a Releases,
    /// The files hide keys from us.
    pub(super) hidden: bool,
}

/// The files of one service, and what systemd makes of them.
pub(super) struct Combined<'a> {
    command: Option<&'a Command>,
    /// It isn't known what runs.
    veiled: bool,
    /// By name: the last one wins.
    variables: BTreeMap<String, Entry>,
    /// Variables may be set that can't be seen.
    opaque: bool,
}

impl<'a> Combined<'a> {
    /// `services` with their paths, all of one machine and role.
    pub(super) fn of(services: &[(&'a str, &'a Service)]) -> Combined<'a> {
        let units = services.iter().filter(|(_, service)| service.kind == FileKind::Unit);
        let strongest = units.clone().map(|(path, _)| rank(path)).min();
        let mut mains = units.filter(|(path, _)| Some(rank(path)) == strongest);
        let main = mains.next().map(|(_, service)| *service);
        let mut combined = Combined {
            command: None,
            veiled: mains.next().is_some(),
            variables: BTreeMap::new(),
            opaque: false,
        };
        let (drop_ins, doubtful) = drop_ins(services);
        combined.veiled |= doubtful;
        let units: Vec<&Service> = main.into_iter().chain(drop_ins).collect();
        combined.read_commands(&units, main.is_some());
        combined.read_variables(&units, main.is_some(), services);
        combined
    }

    fn read_commands(&mut self, units: &[&'a Service], whole: bool) {
        // The packaged unit has one without flags.
        let mut packaged = !whole;
        let mut commands: Vec<&Command> = Vec::new();
        for unit in units {
            if unit.resets_commands {
                commands.clear();
                packaged = false;
            }
            commands.extend(&unit.commands);
        }
        // systemd refuses a second one, and a service without any.
        match commands.as_slice() {
            [] if packaged => {}
            [only] if !packaged => {
                self.command = Some(only);
                self.veiled |= only.veiled;
            }
            _ => self.veiled = true,
        }
    }

    fn read_variables(
        &mut self,
        units: &[&'a Service],
        whole: bool,
        services: &[(&'a str, &'a Service)],
    ) {
        let mut files: Vec<String> = match whole {
            true => Vec::new(),
            false => PACKAGED_FILES.map(str::to_owned).to_vec(),
        };
        for unit in units {
            if unit.resets_variables {
                self.variables.clear();
            }
            if unit.resets_files {
                files.clear();
            }
            self.opaque |= unit.opaque;
            self.set_all(unit);
            files.extend(unit.files.iter().cloned());
        }
        let name = |service: &Service| match service.role {
            Role::Agent => "rke2-agent",
            _ => "rke2-server",
        };
        for file in files {
            let is_read = |path: &str, service: &Service| {
                let file = file.replace("%N", name(service)).replace("%p", name(service));
                let last = file.rsplit('/').next().unwrap_or("");
                service.kind == FileKind::Variables
                    && (path == file.trim_start_matches('/')
                        || path.ends_with(&file)
                        || path.rsplit('/').next() == Some(last) && !group::is_placed(path))
            };
            let mut found = services.iter().filter(|(path, service)| is_read(path, service));
            match found.next() {
                Some((_, service)) => self.set_all(service),
                // Whatever else a unit reads isn't in the repository.
                None => self.opaque |= !PACKAGED_FILES.iter().any(|end| ends_alike(&file, end)),
            }
        }
    }

    fn set_all(&mut self, service: &Service) {
        for entry in service.variables.iter().flat_map(|root| root.entries().collect::<Vec<_>>()) {
            let name = entry.key.raw().unwrap_or("").to_owned();
            self.variables.insert(name, entry);
        }
    }

    pub(super) fn role(&self) -> Option<Role> {
        self.command?.role
    }

    /// Adds to what the files set. Returns the flags that the command refuses,
    /// and whether keys may be set that can't be seen.
    pub(super) fn apply(
        &self,
        settings: &mut BTreeMap<String, Setting>,
        target: &Target,
    ) -> (Vec<Refused>, bool) {
        let mut refused = Vec::new();
        let flags = self.command.and_then(|command| command.flags.as_ref());
        let entries: Vec<Entry> = flags.map_or(Vec::new(), |root| root.entries().collect());
        let elsewhere = self.reads_elsewhere(&entries, target.path);
        if elsewhere {
            settings.values_mut().for_each(|setting| setting.veiled = true);
        }
        let hidden = target.hidden || elsewhere;
        for entry in entries {
            let name = entry.key.raw().unwrap_or("");
            if ["h", "help", "version"].contains(&name) {
                continue;
            }
            let role = target.role.flags();
            let flag =
                flags::flag(name).filter(|flag| flag.answer(role, target.releases) != Answer::No);
            let Some(flag) = flag else {
                refused.push(Refused { name: name.to_owned(), span: entry.key.span() });
                continue;
            };
            let append = flag.kind == Kind::List;
            let setting = settings.entry(flag.key.to_owned()).or_default();
            setting.veiled |= append && hidden;
            let Entry { key, value } = entry;
            setting.writes.push(Write { key, value, append, origin: Origin::CommandLine });
        }
        self.apply_variables(settings, target, hidden);
        if self.veiled {
            settings.values_mut().for_each(|setting| setting.veiled = true);
        }
        (refused, elsewhere || self.veiled || self.opaque)
    }

    /// Whether another file may be read than the one at `path`.
    fn reads_elsewhere(&self, flags: &[Entry], path: &str) -> bool {
        let variable = self.variables.get("RKE2_CONFIG_FILE").map(|entry| &entry.value);
        let variable = variable.filter(|value| value.raw() != Some(""));
        let is_config = |entry: &&Entry| ["c", "config"].contains(&entry.key.raw().unwrap_or(""));
        let flag = || flags.iter().find(is_config).map(|entry| &entry.value);
        let Some(value) = variable.or_else(flag) else { return false };
        let default = flags::flag("config").and_then(|flag| flag.default);
        match value.as_str() {
            Some(text) if Some(text) == default => false,
            Some(text) => !format!("/{path}").ends_with(text) || !text.starts_with('/'),
            None => true,
        }
    }

    fn apply_variables(
        &self,
        settings: &mut BTreeMap<String, Setting>,
        target: &Target,
        hidden: bool,
    ) {
        if self.variables.is_empty() {
            return;
        }
        for flag in flags::all().filter(|flag| !flag.env.is_empty()) {
            if flag.answer(target.role.flags(), target.releases) == Answer::No {
                continue;
            }
            let names = flag.env.iter().filter_map(|name| self.variable(name, target.releases));
            let Some((entry, sure)) = names.into_iter().next() else { continue };
            if flag.kind != Kind::List && entry.value.raw() == Some("") {
                continue;
            }
            let setting = settings.entry(flag.key.to_owned()).or_default();
            let value = value(flag, &entry.value, target.releases).filter(|_| sure && !self.opaque);
            let key = entry.key.clone();
            let write = |value| Write {
                key: key.clone(),
                value,
                append: true,
                origin: Origin::Environment,
            };
            match (setting.arguments(), value) {
                (Read::Set(_), Some(value)) => {
                    setting.ignored.push(write(value));
                    // Before urfave/cli v2 a list that RKE2 doesn't ask the
                    // command line for again keeps what the variable put there.
                    let asked = ["cni", "ingress-controller"].contains(&flag.key);
                    let replaced = target.releases.answer(facts::gate(WHOLE_LISTS));
                    setting.veiled |= flag.kind == Kind::List && !asked && replaced != Answer::Yes;
                }
                (Read::Set(_), None) => {}
                (Read::Default, Some(value)) if !hidden => setting.writes.push(write(value)),
                _ => setting.veiled = true,
            }
        }
    }

    /// A variable that is set, and whether it is one for every release.
    fn variable(&self, name: &str, releases: &Releases) -> Option<(&Entry, bool)> {
        let entry = self.variables.get(name)?;
        let gate = (name == "RKE2_INGRESS_CONTROLLER").then(|| facts::gate("ingress-variable"));
        match gate.map_or(Answer::Yes, |gate| releases.answer(gate)) {
            Answer::Yes => Some((entry, true)),
            Answer::Depends => Some((entry, false)),
            Answer::No => None,
        }
    }

    /// The keys that it sets, whatever their values.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let flags = self.command.and_then(|command| command.flags.as_ref());
        let flags = flags.map_or(Vec::new(), |root| root.entries().collect());
        let by_flag = flags.iter().filter_map(|entry| flags::flag(entry.key.raw()?));
        let by_variable = self.variables.keys().filter_map(|name| service::by_variable(name));
        by_flag.chain(by_variable).map(|flag| flag.key).collect()
    }

    /// Anything may be set.
    pub(super) fn is_veiled(&self) -> bool {
        self.veiled
    }
}

const WHOLE_LISTS: &str = "whole-lists-of-variables";

/// What the packaged units read, in order.
const PACKAGED_FILES: [&str; 3] =
    ["/etc/default/%N", "/etc/sysconfig/%N", "/usr/local/lib/systemd/system/%N.env"];

fn ends_alike(file: &str, packaged: &str) -> bool {
    let names = ["%N", "%p", "rke2-server", "rke2-agent"];
    names.iter().any(|name| file == packaged.replace("%N", name))
}

/// Of a unit's folder: systemd takes the lowest.
fn rank(path: &str) -> usize {
    let folders = ["etc/", "run/", "usr/local/lib/", "usr/lib/", "lib/"];
    let found = folders.iter().position(|folder| {
        let folder = format!("{folder}systemd/system/");
        path.starts_with(&folder) || path.contains(&format!("/{folder}"))
    });
    found.unwrap_or(folders.len())
}

/// In the order in which systemd reads them, and whether two claim one place.
fn drop_ins<'a>(services: &[(&'a str, &'a Service)]) -> (Vec<&'a Service>, bool) {
    let mut by_name: BTreeMap<&str, (&str, &Service)> = BTreeMap::new();
    let mut doubtful = false;
    let drop_ins = services.iter().filter(|(_, service)| service.kind == FileKind::DropIn);
    for (path, service) in drop_ins {
        let name = path.rsplit('/').next().unwrap_or(path);
        match by_name.get(name) {
            Some((other, _)) if rank(other) < rank(path) => {}
            Some((other, _)) if rank(other) == rank(path) => doubtful = true,
            _ => drop(by_name.insert(name, (path, service))),
        }
    }
    (by_name.into_values().map(|(_, service)| service).collect(), doubtful)
}

/// What a flag gets from a variable. `None` if that isn't known.
fn value(flag: &flags::Flag, value: &Node, releases: &Releases) -> Option<Node> {
    let text = value.as_str()?;
    let trimmed = text.trim() == text;
    // A value that doesn't parse is refused, whatever else sets the flag.
    let fits = match flag.kind {
        Kind::Bool => go::parse_bool(text).is_some(),
        Kind::Int => go::parse_int(text).is_ok(),
        Kind::Duration => go::parse_duration(text).is_some(),
        Kind::Text | Kind::List => true,
    };
    if !fits {
        return None;
    }
    if flag.kind != Kind::List || !text.contains(',') && trimmed {
        return Some(value.clone());
    }
    let pieces_are_trim = text.split(',').all(|piece| piece.trim() == piece);
    if pieces_are_trim && flag.splits(releases) == Answer::Yes {
        return Some(value.clone());
    }
    let span = value.span();
    let whole = Sourced::verbatim(text, span.range().start);
    if span.range().len() != text.len() {
        return None;
    }
    let made = match releases.answer(facts::gate(WHOLE_LISTS)) {
        Answer::Yes => SourcedValue::Many(whole.split_trimmed('\n')),
        Answer::No => SourcedValue::Many(whole.split_trimmed(',')),
        Answer::Depends => return None,
    };
    let file = value.tree().file();
    let root = sourced_mapping(file, &[(Sourced::empty(span.range().start), made)])?;
    root.entries().next().map(|entry| entry.value)
}
