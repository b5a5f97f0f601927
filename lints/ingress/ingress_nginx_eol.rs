use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("ingress-nginx-eol.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words("ingress-controller") else { return };
    let gate = facts::gate("ingress-nginx-deprecated");
    let old = words.iter().find(|word| word.text == "ingress-nginx");
    // Both at once are on their way to one.
    let alone = words.iter().all(|word| word.text != "traefik");
    let deprecated = machine.is_server() && machine.releases.answer(gate) == Answer::Yes;
    let Some(word) = old.filter(|_| alone && deprecated) else { return };
    cx.report(word.span, "`ingress-nginx` is deprecated, and gets no fixes since March 2026")
        .why("from v1.36 on RKE2 still deploys it, with the images that there are; a later release won't")
        .fix("`traefik`, beside it as long as Ingresses move");
}
