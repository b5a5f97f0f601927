//! `cni`: which plugins, and in which order.

pub mod cis_canal_comma_string;
pub mod cni_malformed_list;
pub mod cni_too_many_values;
pub mod cni_unknown_value;
pub mod cni_unsupported_by_version;
pub mod multus_not_first;
pub mod multus_standalone;
pub mod redundant_cni_disable;
pub mod selected_cni_disabled;

use crate::{
    facts::{self, Answer, Releases, cni},
    lint::Lint,
};

pub(super) static LINTS: &[&Lint] = &[
    &cis_canal_comma_string::LINT,
    &cni_malformed_list::LINT,
    &cni_too_many_values::LINT,
    &cni_unknown_value::LINT,
    &cni_unsupported_by_version::LINT,
    &multus_not_first::LINT,
    &multus_standalone::LINT,
    &redundant_cni_disable::LINT,
    &selected_cni_disabled::LINT,
];

/// What `rke2 server` says of a value that it doesn't take, before it exits.
fn refusal(value: &str, releases: &Releases) -> String {
    let taken = |cni: &cni::Cni| releases.answer(&cni.gate);
    let names: Vec<&str> =
        cni::all().filter(|cni| taken(cni) == Answer::Yes).map(|cni| cni.name).collect();
    let sure = cni::all().all(|cni| taken(cni) != Answer::Depends);
    let list = if sure { format!(": must be one of {}", names.join(",")) } else { String::new() };
    let new = format!("Invalid value {value} for --cni flag{list}");
    let old = "invalid value provided for --cni flag";
    exits(&new, old, releases)
}

/// What `rke2 server` says of a list, before it exits: the same of each release
/// but for how it begins.
fn refusal_of_list(problem: &str, releases: &Releases) -> String {
    let new = format!("Failed to validate --cni flag: {problem}");
    exits(&new, &format!("invalid values provided for --cni flag: {problem}"), releases)
}

/// That it exits, with the words of the cluster's releases, or of newer ones
/// if they aren't known.
fn exits(new: &str, old: &str, releases: &Releases) -> String {
    match releases.answer(facts::gate("cni-message")) {
        Answer::Yes => format!("`rke2 server` exits at start: \"{new}\""),
        Answer::No => format!("`rke2 server` exits at start: \"{old}\""),
        Answer::Depends => {
            format!("`rke2 server` exits at start, in newer releases with \"{new}\"")
        }
    }
}
