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

pub use meta::{config_invalid::LINT as CONFIG_INVALID, unreadable_file::LINT as UNREADABLE_FILE};

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
