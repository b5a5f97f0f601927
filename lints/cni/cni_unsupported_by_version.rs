use super::refusal;
use crate::{
    facts::{Answer, cni},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("cni-unsupported-by-version.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(found) = machine.cni() else { return };
    let releases = &machine.releases;
    for word in &found.words {
        let Some(plugin) = cni::cni(&word.text) else { continue };
        if !machine.is_server() || releases.answer(&plugin.gate) != Answer::No {
            continue;
        }
        let (name, gate) = (plugin.name, &plugin.gate);
        cx.report(word.span, format!("{releases} doesn't have `{name}` as a plugin yet"))
            .why(refusal(&word.text, releases))
            .fix(format!(
                "use {}, or one of the releases that have it: from {gate}",
                cni::names(releases)
            ));
    }
}
