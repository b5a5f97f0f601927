use crate::{
    diag::Confidence,
    facts::flags,
    lint::{Check, Cx, Lint},
    model::Machine,
    yaml::{Kind, Node, is_blank},
};
use std::net::Ipv4Addr;

pub static LINT: Lint =
    Lint::new(include_str!("placeholder-left-in-config.md"), Check::Machine(check));

const WHY: &str = "RKE2 takes the text as it stands";

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key) else { continue };
        for write in setting.effective() {
            let values: Vec<Node> = match write.value.kind() {
                Kind::Seq => write.value.items().collect(),
                Kind::Scalar | Kind::Map => vec![write.value.clone()],
            };
            values.iter().for_each(|value| wrapped_address(key, value, cx));
            let blank = values.into_iter().find(|value| value.raw().is_some_and(is_blank));
            let Some(blank) = blank.filter(|_| machine.placed) else { continue };
            let message = match blank.raw().filter(|_| !flag.secret) {
                Some(text) => format!("`{key}` is still to be filled in: `{text}`"),
                None => format!("`{key}` is still to be filled in"),
            };
            cx.report(blank.span(), message)
                .why(WHY)
                .fix("write the value")
                .assume(Confidence::Low, "a program may fill it in on the way to the machine");
        }
    }
}

/// `${10.0.0.1}`, which is no name of a variable to any program.
fn wrapped_address(key: &str, value: &Node, cx: &mut Cx) {
    let Some(text) = value.raw() else { return };
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let Some(address) = inner.filter(|inner| inner.parse::<Ipv4Addr>().is_ok()) else { return };
    cx.report(value.span(), format!("`{text}` in `{key}` is an address, and no variable's name"))
        .why(WHY)
        .fix(format!("write `{address}`"));
}
