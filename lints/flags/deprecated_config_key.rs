use super::program;
use crate::{
    facts::{Answer, flags},
    lint::{Check, Cx, Lint},
    model::Machine,
};

pub static LINT: Lint = Lint::new(include_str!("deprecated-config-key.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let flag = flags::deprecated(key, machine.role.flags(), &machine.releases);
        let (Some(flag), Some(write)) = (flag, setting.effective().last()) else { continue };
        if machine.takes(key) == Answer::No {
            continue;
        }
        let program = program(machine);
        let diagnostic = match flag.works {
            true => cx
                .report(write.key.span(), format!("`{key}` is deprecated"))
                .why(format!("{program} still does as it says; a later release may skip it")),
            false => cx
                .report(write.key.span(), format!("`{key}` does nothing here"))
                .why(format!("{program} takes it, and has no use for it")),
        };
        diagnostic.fix(flag.instead);
    }
}
