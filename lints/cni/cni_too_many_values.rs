use super::{exits, refusal, refusal_of_list};
use crate::{
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("cni-too-many-values.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(found) = machine.cni() else { return };
    let words = found.words.as_slice();
    // An empty piece is a comma too many, which `cni-malformed-list` reports.
    if !machine.is_server() || words.iter().any(|word| word.text.trim().is_empty()) {
        return;
    }
    let (at, message) = match words {
        [] | [_] => return,
        [first, second] if first.text == cni::MULTUS && second.text == cni::MULTUS => {
            (second, "`cni` names `multus` twice, and no plugin".to_owned())
        }
        [first, second] if first.text == cni::MULTUS || second.text == cni::MULTUS => return,
        [_, second] => (
            second,
            format!("`cni` names 2 plugins ({}), and RKE2 deploys one", list(&found.names())),
        ),
        [_, _, third, ..] => {
            let count = words.len();
            (
                third,
                format!(
                    "`cni` has {count} entries ({}), and RKE2 takes 1 or 2",
                    list(&found.names())
                ),
            )
        }
    };
    let two = "may only provide multiple values if multus is the first value";
    let releases = &machine.releases;
    let why = match words {
        [first, second] if first.text == second.text && first.text == cni::MULTUS => {
            refusal(&second.text, releases)
        }
        [_, _] => refusal_of_list(two, releases),
        _ => exits(
            "Failed to validate --cni flag: must specify 1 or 2 values",
            "invalid values provided for --cni flag: may not provide more than two values",
            releases,
        ),
    };
    cx.report(at.span, message)
        .label(words[0].span, "the first")
        .why(why)
        .fix("name one plugin, or `multus` and one plugin");
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
