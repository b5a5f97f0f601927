//! The rules: each a page and a function, side by side, in folders by subject.

pub mod addressing;
pub mod calico;
pub mod charts;
pub mod cilium;
pub mod cni;
pub mod dns;
pub mod files;
pub mod flags;
pub mod flannel;
pub mod ingress;
pub mod kubeproxy;
pub mod machines;
pub mod meta;
pub mod multus;
pub mod releases;
pub mod servers;
pub mod services;
pub mod syntax;
pub mod windows;

use crate::lint::Lint;

pub use meta::{
    allow_invalid::LINT as ALLOW_INVALID, allow_unused::LINT as ALLOW_UNUSED,
    baseline_stale::LINT as BASELINE_STALE, config_invalid::LINT as CONFIG_INVALID,
    unreadable_file::LINT as UNREADABLE_FILE,
};

/// In the order of the docs.
static GROUPS: [&[&Lint]; 19] = [
    cni::LINTS,
    charts::LINTS,
    flannel::LINTS,
    calico::LINTS,
    cilium::LINTS,
    multus::LINTS,
    addressing::LINTS,
    windows::LINTS,
    kubeproxy::LINTS,
    ingress::LINTS,
    dns::LINTS,
    servers::LINTS,
    services::LINTS,
    machines::LINTS,
    releases::LINTS,
    flags::LINTS,
    files::LINTS,
    syntax::LINTS,
    meta::LINTS,
];

pub fn all() -> impl Iterator<Item = &'static Lint> {
    GROUPS.iter().copied().flatten().copied()
}

pub fn find(id: &str) -> Option<&'static Lint> {
    all().find(|lint| lint.id() == id)
}

/// The rule, or those of the group, of this name.
pub fn named(name: &str) -> impl Iterator<Item = &'static Lint> {
    all().filter(move |lint| lint.id() == name || lint.meta().group == name)
}

/// It speaks of this tool's own work, and not of RKE2.
pub fn is_meta(rule: &str) -> bool {
    meta::LINTS.iter().any(|lint| lint.id() == rule)
}
