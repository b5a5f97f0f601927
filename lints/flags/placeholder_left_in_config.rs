use crate::{
    diag::Confidence,
    facts::flags,
    lint::{Check, Cx, Lint},
    model::Machine,
    yaml::{Kind, Node, is_blank},
};

pub static LINT: Lint =
    Lint::new(include_str!("placeholder-left-in-config.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if !machine.placed {
        return;
    }
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key) else { continue };
        for write in setting.effective() {
            let values: Vec<Node> = match write.value.kind() {
                Kind::Seq => write.value.items().collect(),
                Kind::Scalar | Kind::Map => vec![write.value.clone()],
            };
            let blank = values.into_iter().find(|value| value.raw().is_some_and(is_blank));
            let Some(blank) = blank else { continue };
            let message = match blank.raw().filter(|_| !flag.secret) {
                Some(text) => format!("`{key}` is still to be filled in: `{text}`"),
                None => format!("`{key}` is still to be filled in"),
            };
            cx.report(blank.span(), message)
                .why("RKE2 takes the text as it stands")
                .fix("write the value")
                .assume(Confidence::Low, "a program may fill it in on the way to the machine");
        }
    }
}
