//! What Cluster API Provider RKE2 makes of its fields: keys of `config.yaml`.

use super::table::rows;
use std::sync::LazyLock;

/// Where a field stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum In {
    /// `agentConfig`, of servers and agents.
    Agent,
    /// `serverConfig`, of servers.
    Server,
    /// `clusterNetwork` of the Cluster that owns the control plane.
    Network,
}

/// What is written for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The value as it stands: a text, a list, true or false.
    Copied,
    /// The opposite of true or false.
    Inverted,
    /// A list of `key=value`, out of a mapping.
    Env,
    /// A list of `key:value`, out of a mapping.
    Mounts,
    /// This text, whatever the field holds.
    Fixed(&'static str),
    /// True, if this word is in the list.
    Item(&'static str),
    /// Out of a Secret or a ConfigMap.
    Unknown,
    /// The plugin, a list's last item.
    Cni,
    /// True puts Multus before the plugin.
    Multus,
    /// The ranges, apart by commas.
    Ranges,
}

#[derive(Debug)]
pub struct Field {
    pub place: In,
    /// From `serverConfig` and its like on down.
    pub path: Vec<&'static str>,
    /// Of RKE2's configuration.
    pub key: &'static str,
    pub form: Form,
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let field = |row: Vec<&'static str>| {
        let form = match row[3] {
            "text" | "list" | "switch" => Form::Copied,
            "inverted" => Form::Inverted,
            "env" => Form::Env,
            "mounts" => Form::Mounts,
            "unknown" => Form::Unknown,
            "cni" => Form::Cni,
            "multus" => Form::Multus,
            "ranges" => Form::Ranges,
            other => match other.split_once(':')? {
                ("fixed", text) => Form::Fixed(text),
                ("item", word) => Form::Item(word),
                _ => return None,
            },
        };
        let place = match row[0] {
            "agentConfig" => In::Agent,
            "serverConfig" => In::Server,
            _ => In::Network,
        };
        Some(Field { place, path: row[1].split('.').collect(), key: row[2], form })
    };
    rows(include_str!("tables/capi.tsv")).filter_map(field).collect()
});

/// The fields that become keys of RKE2's, sorted by path.
pub fn fields(place: In) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.place == place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::flags::{self, FlagRole};

    #[test]
    fn every_key_is_one_of_rke2s() {
        for field in FIELDS.iter() {
            let flag = flags::flag(field.key).unwrap_or_else(|| panic!("{field:?}"));
            let servers_only = flag.role() == FlagRole::Server;
            assert!(field.place != In::Agent || !servers_only, "{field:?}");
        }
    }

    #[test]
    fn forms_are_read() {
        let form = |path: &str| {
            let found = FIELDS.iter().find(|field| field.path.join(".") == path);
            found.map(|field| (field.key, field.form))
        };
        assert_eq!(form("tlsSan"), Some(("tls-san", Form::Copied)));
        assert_eq!(form("cniMultusEnable"), Some(("cni", Form::Multus)));
        assert_eq!(form("pods.cidrBlocks"), Some(("cluster-cidr", Form::Ranges)));
        assert_eq!(form("pauseImage"), None, "the provider writes it nowhere");
        let cloud = form("disableComponents.kubernetesComponents");
        assert_eq!(cloud, Some(("disable-cloud-controller", Form::Item("cloudController"))));
    }
}
