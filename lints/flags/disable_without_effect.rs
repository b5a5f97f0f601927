use crate::{
    diag::{Fix, Level},
    facts::{
        self, Answer,
        charts::{self, On},
    },
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, Word},
    text::Edit,
};

pub static LINT: Lint = Lint::new(include_str!("disable-without-effect.md"), Check::Machine(check));

const KUBE_PROXY: &str = "rke2-kube-proxy";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words("disable") else { return };
    if machine.role == Role::Agent {
        return;
    }
    for word in &words {
        if word.text == KUBE_PROXY {
            kube_proxy(machine, word, cx);
        } else {
            without_prefix(machine, word, cx);
        }
    }
}

fn kube_proxy(machine: &Machine, word: &Word, cx: &mut Cx) {
    let removed = charts::packaged(KUBE_PROXY).and_then(|chart| chart.removed.as_ref());
    let Some(gate) = removed.filter(|gate| machine.releases.are_past(gate)) else { return };
    let message = format!("RKE2 has no chart `{KUBE_PROXY}` since {gate}");
    let diagnostic = cx.report(word.span, message);
    match machine.flag("disable-kube-proxy") {
        Some(true) => {
            diagnostic.level(Level::Note).fix("remove it: `disable-kube-proxy` does the work");
        }
        _ => {
            diagnostic
                .why("kube-proxy is a static pod, which `disable` doesn't reach")
                .fix("`disable-kube-proxy: true`, if another program is to do its work");
        }
    }
}

/// A packaged chart's name without `rke2-`.
fn without_prefix(machine: &Machine, word: &Word, cx: &mut Cx) {
    let full = format!("rke2-{}", word.text);
    let Some(chart) = charts::packaged(&full) else { return };
    let releases = &machine.releases;
    let gone = chart.removed.as_ref().is_some_and(|gate| releases.answer(gate) != Answer::No);
    let named = |words: Vec<Word>| words.iter().any(|word| word.text == full);
    let Read::Set(disabled) = machine.words("disable") else { return };
    if gone || releases.answer(&chart.gate) == Answer::No || named(disabled) {
        return;
    }
    // A chart that isn't deployed anyway needs no name.
    let deployed = match chart.on {
        On::Always => true,
        On::Cni(plugin) => machine.cni().selected().is_some_and(|cni| cni.name == plugin),
        On::Ingress(controller) => is_deployed(machine, controller),
        On::Multus | On::CloudProvider(_) => false,
    };
    if deployed {
        let message = format!("`{}` disables no chart of RKE2's: it is called `{full}`", word.text);
        cx.report(word.span, message)
            .why(format!(
                "names that fit no file are skipped without a word, and `{full}` is deployed"
            ))
            .fix(format!("write `{full}`"))
            .repair(Fix::unsure(
                format!("write `{full}`, which takes the chart off a running cluster"),
                vec![Edit::new(word.span, &*word.text, &*full)],
            ));
    }
}

fn is_deployed(machine: &Machine, controller: &str) -> bool {
    match machine.words("ingress-controller") {
        Read::Set(words) => words.iter().any(|word| word.text == controller),
        Read::Default => match machine.releases.answer(facts::gate("default-ingress-traefik")) {
            Answer::Yes => controller != charts::default_ingress(),
            Answer::No => controller == charts::default_ingress(),
            Answer::Depends => false,
        },
        Read::Unknown => false,
    }
}
