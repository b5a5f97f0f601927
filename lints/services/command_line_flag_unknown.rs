use crate::{
    facts::{
        Answer,
        flags::{self, FlagRole},
    },
    lint::{Check, Cx, Lint, release_words},
    model::{Machine, Refused, Role},
    text::nearest,
};

pub static LINT: Lint =
    Lint::new(include_str!("command-line-flag-unknown.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let command = match machine.role {
        Role::Server => "rke2 server",
        Role::Agent => "rke2 agent",
        Role::Unknown => return,
    };
    for Refused { name, span } in &machine.refused {
        let flag = flags::flag(name);
        // A newer release may have flags of its own.
        if flag.is_none() && machine.releases.beyond_tables() && flags::dropped(name).is_none() {
            continue;
        }
        let own = flag.is_some_and(|flag| flag.accepted(machine.role.flags()).is_some());
        let message = match own {
            true => format!(
                "`{command}` of {} has no flag `--{name}`",
                release_words(&machine.releases)
            ),
            false => format!("`{command}` has no flag `--{name}`"),
        };
        let role = machine.role.flags();
        let taken = flags::all().filter(|flag| flag.answer(role, &machine.releases) != Answer::No);
        let meant = nearest(name, taken.map(|flag| flag.key)).filter(|_| flag.is_none());
        let fix = match (flags::dropped(name), meant, flag.map(|flag| flag.role())) {
            (_, _, Some(FlagRole::Server)) if !own => "set it on the servers".to_owned(),
            (Some(dropped), _, None) => dropped.instead.to_owned(),
            (_, Some(meant), _) => format!("write `--{meant}`"),
            _ => "remove it".to_owned(),
        };
        let printed = format!("flag provided but not defined: -{name}");
        cx.report(*span, message).why(format!("it exits at start: \"{printed}\"")).fix(fix);
    }
}
