use crate::{
    diag::{Confidence, Level},
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("kube-proxy-disabled-without-replacement.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if !machine.is_server() || machine.flag("disable-kube-proxy") != Some(true) {
        return;
    }
    let Some(key) = machine.key_span("disable-kube-proxy") else { return };
    let Some(plugin) = machine.cni().selected() else { return };
    // With its chart disabled, some other plugin does the work.
    let disabled = match machine.words("disable") {
        Read::Set(words) => {
            words.iter().any(|word| word.text.trim() == format!("rke2-{}", plugin.name))
        }
        Read::Default => false,
        Read::Unknown => true,
    };
    if cni::cni(&plugin.name).is_none_or(|cni| cni.replaces_kube_proxy) || disabled {
        return;
    }
    let message =
        format!("kube-proxy is disabled, and `{}` has nothing to put in its place", plugin.name);
    let diagnostic = cx.report(key, message);
    diagnostic
        .why("no node programs the addresses of Services: pods reach neither the API server nor DNS")
        .fix("remove `disable-kube-proxy`, or use Cilium or Calico with their replacement of kube-proxy");
    match plugin.span {
        Some(span) => {
            diagnostic.label(span, "this plugin has nothing in place of kube-proxy");
        }
        None => {
            let note = format!("no `cni` here, so it is RKE2's default, `{}`", plugin.name);
            diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
        }
    }
}
