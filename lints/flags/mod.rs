//! The keys of `config.yaml`: which there are, for whom, and what they take.

pub mod cis_kernel_defaults_unprotected;
pub mod cloud_provider_config_without_name;
pub mod cluster_reset_with_server;
pub mod component_arg_not_split;
pub mod config_extra_document;
pub mod config_keys_conflict;
pub mod config_list_overwritten;
pub mod config_not_a_mapping;
pub mod control_plane_resource_malformed;
pub mod dashes_in_config_key;
pub mod deprecated_config_key;
pub mod disable_empty_name;
pub mod disable_without_effect;
pub mod duplicate_config_key;
pub mod egress_selector_mode_unknown;
pub mod flag_in_two_forms;
pub mod flag_value_invalid;
pub mod flag_value_repeated;
pub mod flag_value_shapeless;
pub mod forbidden_node_label;
pub mod k3s_only_config_key;
pub mod merge_key_ignored;
pub mod node_external_ip_with_cloud_provider;
pub mod node_port_range_invalid;
pub mod node_port_range_over_own_ports;
pub mod node_taint_malformed;
pub mod placeholder_left_in_config;
pub mod profile_unsupported_value;
pub mod secrets_encryption_provider_unknown;
pub mod server_key_on_agent;
pub mod snapshot_reconcile_interval_not_positive;
pub mod unknown_config_key;
pub mod unquoted_value_rewritten;

use crate::{
    facts::{self, Answer},
    lint::Lint,
    model::{Machine, Read, Role, Setting, Write},
};

pub(super) static LINTS: &[&Lint] = &[
    &cis_kernel_defaults_unprotected::LINT,
    &cloud_provider_config_without_name::LINT,
    &cluster_reset_with_server::LINT,
    &component_arg_not_split::LINT,
    &config_extra_document::LINT,
    &config_keys_conflict::LINT,
    &config_list_overwritten::LINT,
    &config_not_a_mapping::LINT,
    &control_plane_resource_malformed::LINT,
    &dashes_in_config_key::LINT,
    &deprecated_config_key::LINT,
    &disable_empty_name::LINT,
    &disable_without_effect::LINT,
    &duplicate_config_key::LINT,
    &egress_selector_mode_unknown::LINT,
    &flag_in_two_forms::LINT,
    &flag_value_invalid::LINT,
    &flag_value_repeated::LINT,
    &flag_value_shapeless::LINT,
    &forbidden_node_label::LINT,
    &k3s_only_config_key::LINT,
    &merge_key_ignored::LINT,
    &node_external_ip_with_cloud_provider::LINT,
    &node_port_range_invalid::LINT,
    &node_port_range_over_own_ports::LINT,
    &node_taint_malformed::LINT,
    &placeholder_left_in_config::LINT,
    &profile_unsupported_value::LINT,
    &secrets_encryption_provider_unknown::LINT,
    &server_key_on_agent::LINT,
    &snapshot_reconcile_interval_not_positive::LINT,
    &unknown_config_key::LINT,
    &unquoted_value_rewritten::LINT,
];

/// Who reads the configuration, as the subject of a sentence.
fn program(machine: &Machine) -> &'static str {
    match machine.role {
        Role::Server => "`rke2 server`",
        Role::Agent => "`rke2 agent`",
        Role::Unknown => "RKE2",
    }
}

/// What becomes of a key that the command doesn't take.
fn skipped(key: &str, machine: &Machine) -> String {
    let program = program(machine);
    let dashes = if key.len() == 1 { "-" } else { "--" };
    let key = key.split('=').next().unwrap_or(key);
    if is_fatal(machine) && key.is_empty() {
        return format!(
            "{program} exits at start, with a line that begins \"bad flag syntax: --=\""
        );
    }
    if is_fatal(machine) {
        return format!("{program} exits at start: \"flag provided but not defined: -{key}\"");
    }
    format!(
        "{program} starts without it: \"Unknown flag {dashes}{key} found in config.yaml, skipping\""
    )
}

/// A key whose own dashes make RKE2 exit: one that it takes without them, or,
/// where it takes out none, any.
fn has_fatal_dashes(key: &str, machine: &Machine) -> bool {
    let name = key.trim_start_matches('-');
    let dashes = name.len() < key.len() && !name.is_empty();
    dashes && (machine.takes(name) == Answer::Yes || is_fatal(machine))
}

/// The write of a key that counts: none if it is an empty list, of which RKE2
/// makes nothing.
fn written(setting: &Setting) -> Option<&Write> {
    let empty = setting.arguments() == Read::Default;
    setting.effective().last().filter(|_| !empty)
}

/// Whether a key that the command doesn't take ends its start.
fn is_fatal(machine: &Machine) -> bool {
    machine.releases.answer(facts::gate("unknown-flag-skipped")) == Answer::No
}
