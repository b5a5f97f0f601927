use super::refusal_of_list;
use crate::{
    diag::{Fix, Safety},
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
    text::Edit,
};

pub static LINT: Lint = Lint::new(include_str!("multus-not-first.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(cni) = machine.cni() else { return };
    let [first, second] = cni.words.as_slice() else { return };
    if !machine.is_server() || second.text != cni::MULTUS || first.text == cni::MULTUS {
        return;
    }
    let swap = vec![
        Edit::new(first.span, &*first.text, cni::MULTUS),
        Edit::new(second.span, cni::MULTUS, &*first.text),
    ];
    // A drop-in that adds a plugin may be there for its own sake.
    let safety = match first.key == second.key {
        true => Safety::Safe,
        false => Safety::Unsafe,
    };
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
    .fix(format!("`cni: [multus, {}]`", first.text))
    .repair(Fix::new("put `multus` first", safety, swap));
}
