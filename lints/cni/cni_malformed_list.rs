use super::{refusal, refusal_of_list};
use crate::{
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
    yaml::Kind,
};

pub static LINT: Lint = Lint::new(include_str!("cni-malformed-list.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(found) = machine.cni() else { return };
    if !machine.is_server() {
        return;
    }
    let value = machine.value("cni");
    if let Some(value) = value.filter(|value| value.kind() == Kind::Map) {
        cx.report(value.span(), "`cni` is a mapping, and RKE2 takes a name or a list")
            .why(
                "RKE2 takes the mapping, as Go prints it, for a name; `rke2 server` exits at start",
            )
            .fix("write a list: `cni: [multus, canal]`");
        return;
    }
    for word in &found.words {
        let text = &word.text;
        let problem = if text.trim().is_empty() && found.words.len() > 1 {
            "a comma in `cni` has no plugin on one side".to_owned()
        } else if text.trim().is_empty() {
            continue;
        } else if text.trim() != text {
            format!(
                "`cni` asks for a plugin called `{text}`: the blank beside the comma is a part of the name"
            )
        } else if let Some(sign) = text.chars().find(|c| c.is_whitespace() || "+;/|&".contains(*c))
        {
            format!(
                "`{text}` is one name to RKE2: entries of `cni` are split on commas, not on `{sign}`"
            )
        } else {
            continue;
        };
        cx.report(word.span, problem)
            .why("RKE2 splits on `,` and trims nothing")
            .why(match found.words.len() {
                2 if found.words[0].text != cni::MULTUS => refusal_of_list(
                    "may only provide multiple values if multus is the first value",
                    &machine.releases,
                ),
                1 | 2 => refusal(text, &machine.releases),
                _ => "`rke2 server` exits at start".to_owned(),
            })
            .fix("write a list: `cni: [multus, canal]`");
        return;
    }
}
