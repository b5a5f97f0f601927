use super::{CHART, Switch, multus, switch};
use crate::{
    diag::Level,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::Cluster,
    yaml::Entry,
};

pub static LINT: Lint =
    Lint::new(include_str!("multus-thick-options-inconsistent.md"), Check::Cluster(check));

const THICK: &[&str] = &["thickPlugin", "enabled"];
const CONTROLLER: &[&str] = &["dynamicNetworksController", "enabled"];
const CONFIG_MAP: &[&str] = &["manifests", "configMap"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    if multus(cluster).is_none() {
        return;
    }
    let gate = facts::gate("multus-with-thick");
    let (thick, controller) = (switch(cluster, THICK), switch(cluster, CONTROLLER));
    match cluster.releases.answer(gate) {
        Answer::Depends => {}
        Answer::No => {
            for (switch, path) in [(&thick, THICK), (&controller, CONTROLLER)] {
                let Some(Switch::On(on)) = switch else { continue };
                let message =
                    format!("{CHART} of {} knows no `{}`", cluster.releases, path.join("."));
                let diagnostic = cx.report(on.value.span(), message);
                diagnostic
                    .level(Level::Warning)
                    .why("Helm takes a value that no template reads: nothing comes of it")
                    .why(format!("the chart has it from {gate}"));
                if let Some(span) = cluster.release_source {
                    diagnostic.label(span, "the release is said here");
                }
            }
        }
        Answer::Yes => {
            if let Some(Switch::On(on)) = &thick {
                without_config(cluster, on, cx);
            }
            if let Some(Switch::On(on)) = &controller {
                without_daemon(thick.as_ref(), on, cx);
            }
        }
    }
}

/// The daemon reads what `manifests.configMap` brings.
fn without_config(cluster: &Cluster, thick: &Entry, cx: &mut Cx) {
    let Some(Switch::Off(off)) = switch(cluster, CONFIG_MAP) else { return };
    cx.report(off.value.span(), "the daemon of Multus has no configuration")
        .label(thick.value.span(), "Multus as a daemon")
        .why("its pods stay in ContainerCreating, since their ConfigMap isn't there, and no pod gets further networks")
        .fix("leave `manifests.configMap` out: it is on by default");
}

fn without_daemon(thick: Option<&Switch>, controller: &Entry, cx: &mut Cx) {
    let off = match thick {
        Some(Switch::Default) => None,
        Some(Switch::Off(off)) => Some(off),
        Some(Switch::On(_)) | None => return,
    };
    let message = "the controller of dynamic networks needs Multus as a daemon";
    let diagnostic = cx.report(controller.value.span(), message);
    if let Some(off) = off {
        diagnostic.label(off.value.span(), "no daemon");
    }
    diagnostic
        .why("it talks to `/run/multus/multus.sock`, and its pods stay in ContainerCreating without: `hostPath type check failed`")
        .fix("`thickPlugin.enabled: true` beside it");
}
