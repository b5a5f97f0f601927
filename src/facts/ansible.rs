//! What variables of Ansible's come to in RKE2's configuration, by the roles
//! that make it.
//!
//! Where several roles have a variable of one name, they mean the same by it.

use super::table::rows;
use std::sync::LazyLock;

/// Whose configuration a variable is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    Server,
    Agent,
    Both,
}

/// How a role turns a variable into configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// As it stands.
    Value,
    /// The items of a list, with commas between them.
    Joined,
    /// Only if it is true.
    Switch,
    /// Only if something is in it.
    UnlessEmpty,
    /// A list of `key: value`, each a string or a mapping.
    Lines,
    /// A mapping of RKE2's keys.
    Keys,
    /// A mapping of RKE2's keys over that of the level before it; lists go in
    /// front of its lists.
    Merged,
    /// Paths of manifests, or of a folder of them.
    Manifests,
    /// Whether the machine is a server or an agent.
    Machine,
    /// The name of the group that holds such machines.
    Group,
}

/// A variable of a role's.
#[derive(Debug)]
pub struct Variable {
    pub name: &'static str,
    /// The key that it sets; none where the value has the keys.
    pub key: Option<&'static str>,
    pub machine: For,
    pub form: Form,
}

static VARIABLES: LazyLock<Vec<Variable>> = LazyLock::new(|| {
    let variable = |row: Vec<&'static str>| Variable {
        name: row[0],
        key: (row[1] != "-").then_some(row[1]),
        machine: machine(row[2]),
        form: match row[3] {
            "joined" => Form::Joined,
            "switch" => Form::Switch,
            "unless-empty" => Form::UnlessEmpty,
            "lines" => Form::Lines,
            "keys" => Form::Keys,
            "merged" => Form::Merged,
            "manifests" => Form::Manifests,
            "machine" => Form::Machine,
            "group" => Form::Group,
            _ => Form::Value,
        },
    };
    rows(include_str!("tables/ansible_variables.tsv")).map(variable).collect()
});

static GROUPS: LazyLock<Vec<(&str, For)>> = LazyLock::new(|| {
    let rows = rows(include_str!("tables/ansible_groups.tsv"));
    rows.map(|row| (row[0], machine(row[1]))).collect()
});

fn machine(cell: &str) -> For {
    match cell {
        "server" => For::Server,
        "agent" => For::Agent,
        _ => For::Both,
    }
}

/// Sorted by name.
pub fn variables() -> &'static [Variable] {
    &VARIABLES
}

pub fn variable(name: &str) -> Option<&'static Variable> {
    let at = VARIABLES.binary_search_by(|variable| variable.name.cmp(name)).ok()?;
    VARIABLES.get(at)
}

/// What the machines of a group are, if it is called as the roles call theirs.
pub fn group(name: &str) -> Option<For> {
    GROUPS.iter().find(|(group, _)| *group == name).map(|(_, machine)| *machine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::flags::{self, FlagRole};

    #[test]
    fn keys_are_those_of_the_machines_that_get_them() {
        for variable in variables() {
            let (Some(key), name) = (variable.key, variable.name) else { continue };
            let role = flags::flag(key).unwrap_or_else(|| panic!("{name}: no {key}")).role();
            let fits = match variable.machine {
                For::Server => role != FlagRole::Agent,
                For::Agent => role != FlagRole::Server,
                For::Both => role == FlagRole::Both,
            };
            assert!(fits, "{name} gives {key} to {:?}", variable.machine);
        }
    }

    #[test]
    fn forms_with_keys_of_their_own_name_none() {
        for variable in variables() {
            let sets_one = matches!(
                variable.form,
                Form::Value | Form::Joined | Form::Switch | Form::UnlessEmpty
            );
            assert_eq!(variable.key.is_some(), sets_one, "{}", variable.name);
        }
        assert_eq!(variable("rke2_cluster_cidr").map(|found| found.form), Some(Form::Joined));
        assert!(variable("cluster_cidr").is_none());
        assert_eq!(group("masters"), Some(For::Server));
    }
}
