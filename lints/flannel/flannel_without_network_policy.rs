use crate::{
    facts::{Answer, cni},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("flannel-without-network-policy.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Some(plugin) = machine.cni().selected().filter(|plugin| plugin.name == "flannel") else {
        return;
    };
    let Read::Set(words) = machine.words("profile") else { return };
    let Some(profile) = words.last().filter(|word| word.text.starts_with("cis")) else { return };
    // Before RKE2 had Flannel, a server with it doesn't start.
    let came = cni::cni(&plugin.name).map(|cni| machine.releases.answer(&cni.gate));
    if !machine.is_server() || came == Some(Answer::No) {
        return;
    }
    let message =
        format!("`profile: {}` with Flannel, which enforces no NetworkPolicy", profile.text);
    let diagnostic = cx.report(profile.span, message);
    diagnostic
        .why("the API server takes NetworkPolicies, and nothing acts on them: every pod reaches every other")
        .fix("use `canal`, `calico` or `cilium`");
    if let Some(span) = plugin.span {
        diagnostic.label(span, "no NetworkPolicy is enforced");
    }
}
