//! What the path of a file says, and nothing else of it.

use std::borrow::Cow;

/// Endings of templates. Examples that people copy have others, and are no
/// cluster's.
const TEMPLATES: [&str; 9] =
    [".erb", ".gotmpl", ".in", ".j2", ".jinja", ".jinja2", ".template", ".tftpl", ".tmpl"];

/// And the one that Terraform shares with Helm's helpers.
const TPL: &str = ".tpl";

/// The path without the ending that says that a template lies there. What is
/// left is RKE2's by its words alone if it has no ending of its own, and then
/// gets one.
pub fn untemplated(path: &str) -> Cow<'_, str> {
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let mut name = &path[start..];
    let strip = |name: &str| TEMPLATES.iter().chain([&TPL]).find_map(|end| cut(name, end));
    while let Some(len) = strip(name) {
        name = &name[..len];
    }
    if start + name.len() == path.len() {
        return path.into();
    }
    let path = &path[..start + name.len()];
    let lower = name.to_ascii_lowercase();
    let stem = cut(&lower, ".conf").map_or(&*lower, |len| &lower[..len]);
    let named = stem.contains("config") || stem.contains("rke2");
    let bare = !stem.contains('.') || stem.len() < lower.len();
    let of_service = path[..start].trim_end_matches('/').ends_with(".service.d");
    if named && bare && !of_service { format!("{path}.yaml").into() } else { path.into() }
}

/// The length of a name without an ending, if it has it.
fn cut(name: &str, end: &str) -> Option<usize> {
    let len = name.len().checked_sub(end.len()).filter(|len| *len > 0)?;
    name.get(len..)?.eq_ignore_ascii_case(end).then_some(len)
}

/// Whether the ending says that a template lies there.
pub(super) fn is_template(path: &str) -> bool {
    matches!(untemplated(path), Cow::Owned(_)) || untemplated(path).len() < path.len()
}

/// What a path says of a file.
pub(super) struct Path {
    pub(super) folders: Vec<String>,
    pub(super) name: String,
    pub(super) drop_in_of: Option<String>,
    /// It lies among drop-ins, and RKE2 doesn't read it.
    pub(super) is_unread_drop_in: bool,
}

impl Path {
    pub(super) fn of(path: &str) -> Path {
        let path = &*untemplated(path);
        let mut parts: Vec<String> = path.split('/').map(str::to_ascii_lowercase).collect();
        let name = parts.pop().unwrap_or_default();
        let last = path.rsplit('/').nth(1).unwrap_or("");
        // RKE2 reads no other files of the folder.
        let read = name.ends_with(".yaml") || name.ends_with(".yml");
        let base = last.strip_suffix(".d").filter(|base| is_yaml(base));
        let above = parts.iter().rev().skip(1);
        let nested =
            above.filter(|part| ["config.yaml.d", "config.yml.d"].contains(&part.as_str()));
        let is_unread_drop_in = base.is_some() && !read || nested.count() > 0;
        let drop_in_of = base.filter(|_| read).map(str::to_owned);
        Path { folders: parts, name, drop_in_of, is_unread_drop_in }
    }

    pub(super) fn is_k3s(&self) -> bool {
        let k3s = |part: &String| part.contains("k3s");
        let rke2 = |part: &String| part.contains("rke2");
        let last = self.folders.iter().rev().find(|part| k3s(part) || rke2(part));
        self.name.contains("k3s") || !self.names_rke2() && last.is_some_and(|part| !rke2(part))
    }

    /// Ansible's: what a template makes of them isn't theirs to say.
    pub(super) fn is_variables(&self) -> bool {
        let last = self.folders.last().map(String::as_str);
        let of_inventory = |part: &String| part == "group_vars" || part == "host_vars";
        matches!(last, Some("defaults" | "vars")) || self.folders.iter().any(of_inventory)
    }

    pub(super) fn is_etc_rancher(&self) -> bool {
        self.folders.windows(2).any(|pair| pair[0] == "rancher" && pair[1] == "rke2")
            && !self.folders.iter().any(|part| part == "manifests")
    }

    /// Ansible's template of `config.yaml`, in a role that is named after RKE2.
    pub(super) fn is_of_role(&self) -> bool {
        let role = self.folders.iter().rev().nth(1);
        let is_role = role.is_some_and(|role| role.contains("rke2") && !role.contains("k3s"));
        self.folders.ends_with(&["templates".to_owned()]) && is_role && self.is_config_name()
    }

    /// RKE2 looks into the folder.
    pub(super) fn is_on_machine(&self) -> bool {
        self.folders.windows(2).any(|pair| pair[0] == "rancher" && pair[1] == "rke2")
            || self.drop_in_of.is_some()
            || self.is_unread_drop_in
    }

    pub(super) fn is_rke2_folder(&self) -> bool {
        self.folders.iter().any(|part| part.contains("rke2"))
    }

    pub(super) fn names_rke2(&self) -> bool {
        self.name.contains("rke2")
    }

    /// SUSE Edge Image Builder's place for the configuration of servers or agents.
    pub(super) fn is_image_builder(&self) -> bool {
        self.folders.ends_with(&["kubernetes".to_owned(), "config".to_owned()])
            && matches!(self.name.as_str(), "server.yaml" | "agent.yaml")
    }

    /// No other program reads a file at this path.
    pub(super) fn is_rke2s_own(&self) -> bool {
        let config = self.is_config_name() || self.is_config_drop_in();
        self.is_etc_rancher() && config || self.is_image_builder()
    }

    pub(super) fn is_config_drop_in(&self) -> bool {
        matches!(self.drop_in_of.as_deref(), Some("config.yaml" | "config.yml"))
    }

    pub(super) fn is_config_name(&self) -> bool {
        matches!(self.name.as_str(), "config.yaml" | "config.yml")
    }

    pub(super) fn names_config(&self) -> bool {
        self.name.contains("config") || self.names_rke2() || self.drop_in_of.is_some()
    }
}

pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

pub(super) fn is_yaml(path: &str) -> bool {
    let path = untemplated(path).to_ascii_lowercase();
    [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_template_says_nothing_of_the_file() {
        let check = |path: &str, expected: &str| assert_eq!(untemplated(path), expected, "{path}");
        check("a/config.yaml", "a/config.yaml");
        check("a/config.yaml.j2", "a/config.yaml");
        check("a/cilium.yml.tpl", "a/cilium.yml");
        check("rke2-server-config.J2", "rke2-server-config.yaml");
        check("a/rke2-agents.conf.template", "a/rke2-agents.conf.yaml");
        check("a/rke2-server.service.d/rke2.conf.j2", "a/rke2-server.service.d/rke2.conf");
        check("haproxy.cfg.j2", "haproxy.cfg");
        check("rke2-server.service.j2", "rke2-server.service");
        check("config.yaml.example", "config.yaml.example");
        check("a/.j2", "a/.j2");
        check("_helpers.tpl", "_helpers");
        assert!(is_template("a.yaml.j2") && is_template("rke2.j2") && !is_template("a.yaml"));
    }
}
