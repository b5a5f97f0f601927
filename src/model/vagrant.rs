//! What a Vagrantfile gives to RKE2's plugin and to shells.
//!
//! Source: rancher/vagrant-rke2 `lib/vagrant-rke2/config.rb`, `provisioner.rb`:
//! `config` is written to `/etc/rancher/rke2/config.yaml`, and `env` is the
//! environment of the install script.

use super::{
    carrier::{Carried, Carrier, Container, Content},
    machine::Role,
    path,
};
use crate::lang::ruby::{self, Assigned, Given};

pub(super) fn is_vagrantfile(path: &str) -> bool {
    path::name(path).starts_with("Vagrantfile")
}

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    if !is_vagrantfile(container.path) {
        return Vec::new();
    }
    let all = ruby::assigned(container.text);
    let of_plugin = |one: &Assigned| one.name.text.ends_with("rke2.config");
    let several = all.iter().filter(|one| of_plugin(one)).count() > 1;
    let mut found = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let Given::Text(text) = &one.value else { continue };
        let line = container.source.line(u32::try_from(one.span.start).unwrap_or(u32::MAX)) + 1;
        let name = if several { format!("line-{line}") } else { String::new() };
        if of_plugin(one) {
            let before = all[..index].iter().rev().take_while(|one| !of_plugin(one));
            let role = before.filter(|one| one.name.text.ends_with("rke2.env")).find_map(role);
            found.push(Carried {
                path: container.inside(&name, "/etc/rancher/rke2/config.yaml"),
                content: Content::Text(text.clone()),
                carrier: Carrier { role, ..Carrier::new("Vagrant", one.name.text.clone()) },
            });
        } else if ["inline", "script"].contains(&&*one.name.text) {
            found.push(Carried {
                path: container.inside("", &format!("/line-{line}.sh")),
                content: Content::Text(text.clone()),
                carrier: Carrier::new("Vagrant", one.name.text.clone()),
            });
        }
    }
    found
}

/// What the install script is told.
fn role(variables: &Assigned) -> Option<Role> {
    let Given::Words(words) = &variables.value else { return None };
    words.iter().find_map(|word| match word.text.as_str() {
        "INSTALL_RKE2_TYPE=server" => Some(Role::Server),
        "INSTALL_RKE2_TYPE=agent" => Some(Role::Agent),
        _ => None,
    })
}
