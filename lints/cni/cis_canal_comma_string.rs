use crate::{
    diag::Confidence,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("cis-canal-comma-string.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let gate = facts::gate("cis-policies-of-canal-alone");
    if machine.releases.answer(gate) != Answer::Yes {
        return;
    }
    let Read::Set(profile) = machine.words("profile") else { return };
    let Some(profile) = profile.last().filter(|word| word.text.starts_with("cis")) else { return };
    let Some(Read::Set(arguments)) = machine.setting("cni").map(|setting| setting.arguments())
    else {
        return;
    };
    let has_element = arguments.iter().any(|word| word.text == "canal");
    let hidden = arguments.iter().find(|word| word.text.split(',').any(|piece| piece == "canal"));
    let starts = matches!(machine.cni(), Read::Set(cni) if cni.is_in_order());
    let Some(word) = hidden.filter(|_| machine.is_server() && starts && !has_element) else {
        return;
    };
    cx.report(word.span, format!("`{}` is one element to RKE2's CIS controller, and not `canal`", word.text))
        .label(profile.span, "a CIS profile")
        .why("the controller that removes Canal's network policies runs in place of the one that writes them")
        .fix("write a list: `cni: [multus, canal]`")
        .assume(Confidence::Medium, "concluded from the source; not tried on a cluster");
}
