use super::refusal_of_list;
use crate::{
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("multus-not-first.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(cni) = machine.cni() else { return };
    let [first, second] = cni.words.as_slice() else { return };
    if !machine.is_server() || second.text != cni::MULTUS || first.text == cni::MULTUS {
        return;
    }
    cx.report(
        second.span,
        format!("`multus` must be the first entry of `cni`, not the second after `{}`", first.text),
    )
    .text("move it to the front")
    .label(first.span, "this entry is first")
    .why(refusal_of_list(
        "may only provide multiple values if multus is the first value",
        &machine.releases,
    ))
    .fix(format!("`cni: [multus, {}]`", first.text));
}
