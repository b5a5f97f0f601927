use crate::{
    lint::{Check, Cx, Lint},
    model::File,
};

pub static LINT: Lint = Lint::new(include_str!("script-removes-iptables.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    let Some(span) = file.removes_iptables else { return };
    cx.report(span, "iptables is removed where RKE2 is installed")
        .why("Canal and Calico need iptables or xtables-nft on the machine: the plugin that opens `hostPort`s of pods calls it, and the ingress controller has such ports")
        .fix("leave the package installed, or install `iptables-nft`");
}
