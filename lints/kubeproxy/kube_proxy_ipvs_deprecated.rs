use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("kube-proxy-ipvs-deprecated.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(mode) = machine.component_arg("kube-proxy-arg", "proxy-mode") else { return };
    let deprecated = machine.releases.answer(facts::gate("ipvs-deprecated"));
    if mode.text != "ipvs" || deprecated != Answer::Yes {
        return;
    }
    cx.report(mode.span, "kube-proxy's mode `ipvs` is deprecated")
        .why("from v1.35 on kube-proxy says so in its log; a later release won't have it")
        .fix("leave `proxy-mode` out, which means `iptables`");
}
