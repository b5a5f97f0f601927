use super::{has_fatal_dashes, program, written};
use crate::{
    facts::flags,
    lint::{Check, Cx, Lint},
    model::Machine,
};

pub static LINT: Lint = Lint::new(include_str!("dashes-in-config-key.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let name = key.trim_start_matches('-');
        let Some(write) = written(setting).filter(|_| has_fatal_dashes(key, machine)) else {
            continue;
        };
        let flag = flags::flag(name);
        let arguments = setting.arguments().set().unwrap_or_default();
        let shown = flag.is_none_or(|flag| !flag.secret);
        let value = arguments.first().filter(|_| shown).map(|word| format!("={}", word.text));
        let printed = format!("bad flag syntax: --{key}{}", value.unwrap_or_default());
        cx.report(
            write.key.span(),
            format!("`{key}` is written with the dashes of the command line"),
        )
        .why(format!("{} exits at start: \"{printed}\"", program(machine)))
        .fix(if flag.is_some() {
            format!("write `{name}`")
        } else {
            "remove it".to_owned()
        });
    }
}
