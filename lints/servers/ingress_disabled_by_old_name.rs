use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("ingress-disabled-by-old-name.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(disabled) = machine.words("disable") else { return };
    let old = disabled.iter().find(|word| word.text == "rke2-ingress-nginx");
    let new = disabled.iter().any(|word| word.text == "rke2-traefik");
    let traefik = machine.releases.answer(facts::gate("default-ingress-traefik"));
    let Some(word) = old.filter(|_| !new && machine.is_server() && traefik == Answer::Yes) else {
        return;
    };
    if machine.words("ingress-controller") != Read::Default {
        return;
    }
    cx.report(word.span, "only `rke2-ingress-nginx` is disabled, and new clusters get Traefik")
        .why("from v1.36 a new cluster deploys `rke2-traefik`, which takes ports 80 and 443 of the nodes; a cluster that had ingress-nginx before its upgrade gets none")
        .fix("`ingress-controller: none`");
}
