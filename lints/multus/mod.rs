//! Multus and NetworkAttachmentDefinitions.

pub mod dhcp_ipam_without_daemon;
pub mod host_local_ipam_multi_node;
pub mod multus_annotation_malformed;
pub mod multus_annotation_not_on_pod_template;
pub mod multus_annotation_unknown_nad;
pub mod multus_annotation_without_multus;
pub mod multus_cilium_exclusive;
pub mod multus_thick_options_inconsistent;
pub mod nad_cni_version_unsupported;
pub mod nad_config_invalid_json;
pub mod nad_ipam_range_invalid;
pub mod nad_name_not_dns_label;
pub mod nad_plugin_not_available;
pub mod nad_range_overlap;
pub mod sriov_nad_missing_resource_name;
pub mod sriov_nic_not_supported;
pub mod sriov_node_label_malformed;
pub mod whereabouts_image_floating_tag;
pub mod whereabouts_not_enabled;
pub mod whereabouts_slices_without_controller;
pub mod whereabouts_unsupported_option;

use crate::{
    diag::{Confidence, Diagnostic, Level},
    facts::{self, Answer, Gate},
    lint::Lint,
    model::{ChartValue, Cluster, Read, Word},
    yaml::Entry,
};

pub(super) static LINTS: &[&Lint] = &[
    &dhcp_ipam_without_daemon::LINT,
    &host_local_ipam_multi_node::LINT,
    &multus_annotation_malformed::LINT,
    &multus_annotation_not_on_pod_template::LINT,
    &multus_annotation_unknown_nad::LINT,
    &multus_annotation_without_multus::LINT,
    &multus_cilium_exclusive::LINT,
    &multus_thick_options_inconsistent::LINT,
    &nad_cni_version_unsupported::LINT,
    &nad_config_invalid_json::LINT,
    &nad_ipam_range_invalid::LINT,
    &nad_name_not_dns_label::LINT,
    &nad_plugin_not_available::LINT,
    &nad_range_overlap::LINT,
    &sriov_nad_missing_resource_name::LINT,
    &sriov_nic_not_supported::LINT,
    &sriov_node_label_malformed::LINT,
    &whereabouts_image_floating_tag::LINT,
    &whereabouts_not_enabled::LINT,
    &whereabouts_slices_without_controller::LINT,
    &whereabouts_unsupported_option::LINT,
];

const CHART: &str = "rke2-multus";

/// What the values of Multus' chart say of a switch that is off by default.
enum Switch {
    On(Entry),
    Off(Entry),
    /// Nobody sets it, in any of the cluster's HelmChartConfigs.
    Default,
}

/// A part of Multus' chart that is off by default, and stays off.
struct Missing {
    multus: Word,
    /// In the values, with dots.
    path: String,
    gate: &'static Gate,
    /// The releases have no such part.
    lacks: bool,
    /// What sets it, to no avail.
    entry: Option<Entry>,
}

impl Missing {
    /// `None` if the part is on, or it isn't known.
    fn of(cluster: &Cluster, path: &[&str], gate: &str) -> Option<Missing> {
        let gate = facts::gate(gate);
        let lacks = cluster.releases.answer(gate) == Answer::No;
        let entry = match switch(cluster, path)? {
            Switch::On(_) if !lacks => return None,
            Switch::On(entry) | Switch::Off(entry) => Some(entry),
            Switch::Default => None,
        };
        Some(Missing { multus: multus(cluster)?, path: path.join("."), gate, lacks, entry })
    }

    /// Adds the places that take part, and what the verdict rests on.
    fn explain(&self, cluster: &Cluster, diagnostic: &mut Diagnostic) {
        diagnostic.label(self.multus.span, "Multus");
        match &self.entry {
            Some(entry) => {
                let text = if self.lacks { "these releases don't have it" } else { "turned off" };
                diagnostic.label(entry.value.span(), text);
            }
            None => {
                for config in cluster.configs_of(CHART) {
                    let text = format!("doesn't set `{}`", self.path);
                    diagnostic.label(config.chart.object.name.span, text);
                }
                // What the chart hasn't is brought from elsewhere; so may be a
                // HelmChartConfig.
                if self.lacks || cluster.configs_of(CHART).next().is_none() {
                    diagnostic.level(Level::Warning);
                }
            }
        }
        if !self.lacks {
            let fix = format!("set `{}: true` in the HelmChartConfig `{CHART}`", self.path);
            diagnostic.fix(fix);
        }
        diagnostic.assume(Confidence::Medium, "nothing outside of this repository brings it");
    }
}

/// The word that selects Multus, beside a plugin.
fn multus(cluster: &Cluster) -> Option<Word> {
    let Read::Set((_, cni)) = cluster.cni() else { return None };
    cni.primary()?;
    cni.multus().cloned()
}

/// `None` if it isn't known.
fn switch(cluster: &Cluster, path: &[&str]) -> Option<Switch> {
    if cluster.open {
        return None;
    }
    match cluster.value(CHART, path) {
        ChartValue::Default(_) => Some(Switch::Default),
        ChartValue::Unknown => None,
        // Helm's templates take any string for true, and conditions of charts
        // only booleans.
        ChartValue::Set(entry) => Some(match entry.value.as_bool()? {
            true => Switch::On(entry),
            false => Switch::Off(entry),
        }),
    }
}
