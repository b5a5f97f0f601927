use super::exits;
use crate::{
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("multus-standalone.md"), Check::Machine(check));

const PROBLEM: &str = "multus must be used alongside another primary cni selection";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(found) = machine.cni() else { return };
    let [only] = found.words.as_slice() else { return };
    if !machine.is_server() || only.text != cni::MULTUS {
        return;
    }
    let diagnostic = cx.report(
        only.span,
        "`multus` alone is no choice for `cni`: it needs another plugin beside it",
    );
    diagnostic
        .why(exits(
            &format!("Failed to validate --cni flag: {PROBLEM}"),
            &format!("invalid value provided for --cni flag: {PROBLEM}"),
            &machine.releases,
        ))
        .fix("add the plugin that gives pods their first interface: `cni: [multus, canal]`");
    let setting = machine.setting("cni");
    for write in setting.map_or(&[][..], |setting| setting.overwritten()) {
        diagnostic.label(write.key.span(), "replaced by the later key, which has no `+`");
    }
}
