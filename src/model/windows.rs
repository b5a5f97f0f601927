//! How a repository shows that a cluster has Windows machines.

use super::{
    group,
    machine::{Machine, Role},
    object::Object,
    setting::Read,
};
use crate::text::Span;

/// One place that shows it.
#[derive(Clone, Debug)]
pub struct Sign {
    pub span: Span,
    /// A clause for a label.
    pub text: String,
    /// Why it may be none, for a note.
    pub doubt: Option<&'static str>,
}

impl Sign {
    fn sure(span: Span, text: &str) -> Sign {
        Sign { span, text: text.to_owned(), doubt: None }
    }
}

const OS_LABELS: [&str; 2] = ["kubernetes.io/os", "beta.kubernetes.io/os"];

pub(super) fn in_object(object: &Object) -> Vec<Sign> {
    match object.kind.as_str() {
        "Node" => selector(object, &["metadata", "labels"])
            .map(|span| Sign::sure(span, "this node runs Windows")),
        // Not DaemonSets: drivers and exporters ship one for each system.
        "Deployment" | "StatefulSet" | "ReplicaSet" | "Job" => {
            selector(object, &["spec", "template", "spec", "nodeSelector"]).map(workload)
        }
        "Pod" => selector(object, &["spec", "nodeSelector"]).map(workload),
        _ => None,
    }
    .into_iter()
    .collect()
}

/// Pools of machines that Rancher provisions.
///
/// Source: rancher/rancher `pkg/apis/provisioning.cattle.io/v1/cluster_types.go`,
/// `machineOS`, and `pkg/capr/common.go`, `CattleOSLabel`.
pub(super) fn in_pools(object: &Object) -> Vec<Sign> {
    if object.kind != "Cluster" || !object.api_version.starts_with("provisioning.cattle.io/") {
        return Vec::new();
    }
    let pools = object.node.at(&["spec", "rkeConfig", "machinePools"]).found();
    let pools = pools.iter().flat_map(|entry| entry.value.items());
    let system = |pool: crate::yaml::Node| {
        let paths: [&[&str]; 2] = [&["machineOS"], &["labels", "cattle.io/os"]];
        let mut found = paths.iter().filter_map(|path| pool.at(path).found());
        let windows = found.find(|entry| entry.value.as_str() == Some("windows"))?;
        Some(Sign::sure(windows.value.span(), "the machines of this pool run Windows"))
    };
    pools.into_iter().filter_map(system).collect()
}

fn workload(span: Span) -> Sign {
    Sign {
        span,
        text: "this workload asks for a Windows node".to_owned(),
        doubt: Some("no machine is known to be a Windows one; a workload asks for one"),
    }
}

fn selector(object: &Object, path: &[&str]) -> Option<Span> {
    let labels = object.node.at(path).found()?.value;
    let os = OS_LABELS.iter().find_map(|label| labels.get(label).found())?;
    (os.value.as_str() == Some("windows")).then(|| os.value.span())
}

/// What `.rke2lint.yaml` says.
pub(super) fn declared(machine: &Machine) -> Sign {
    Sign::sure(machine.head, "declared to be a Windows machine's")
}

/// A label, a Windows path, or a folder or file called after the system.
pub(super) fn in_machine(machine: &Machine) -> Option<Sign> {
    if machine.role == Role::Server {
        return None;
    }
    let is_os_label = |text: &str| {
        text.split_once('=')
            .is_some_and(|(label, value)| OS_LABELS.contains(&label) && value == "windows")
    };
    if let Read::Set(words) = machine.words("node-label")
        && let Some(word) = words.iter().find(|word| is_os_label(&word.text))
    {
        return Some(Sign::sure(word.span, "this label is a Windows node's"));
    }
    let is_windows_path = |text: &str| {
        let mut chars = text.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':')
    };
    for key in ["data-dir", "log-file", "private-registry"] {
        if let Read::Set(words) = machine.words(key)
            && let Some(word) = words.iter().find(|word| is_windows_path(&word.text))
        {
            return Some(Sign::sure(word.span, "this is a path of a Windows machine"));
        }
    }
    let path = group::within(&machine.path).to_ascii_lowercase();
    let named = path.split('/').any(|part| {
        let words: Vec<&str> = part.split(['-', '_', '.']).collect();
        let numbered = |pair: &[&str]| pair[0] == "win" && pair[1].parse::<u32>().is_ok();
        words.contains(&"windows") || words == ["win"] || words.windows(2).any(numbered)
    });
    named.then(|| Sign {
        span: machine.head,
        text: "by its path, this is a Windows machine's".to_owned(),
        doubt: Some("only the name of a folder or file says that a machine runs Windows"),
    })
}
