use super::program;
use crate::{
    facts::flags,
    lint::{Check, Cx, Lint},
    model::Machine,
};

pub static LINT: Lint = Lint::new(include_str!("dashes-in-config-key.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let name = key.trim_start_matches('-');
        let Some(write) = setting.effective().last().filter(|_| name.len() < key.len()) else {
            continue;
        };
        let Some(flag) = flags::flag(name) else { continue };
        let arguments = setting.arguments().set().unwrap_or_default();
        let value =
            arguments.first().filter(|_| !flag.secret).map(|word| format!("={}", word.text));
        let printed = format!("bad flag syntax: --{key}{}", value.unwrap_or_default());
        cx.report(
            write.key.span(),
            format!("`{key}` is written with the dashes of the command line"),
        )
        .why(format!("{} exits at start: \"{printed}\"", program(machine)))
        .fix(format!("write `{name}`"));
    }
}
