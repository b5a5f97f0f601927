use super::{skipped, written};
use crate::{
    facts::{Answer, flags},
    lint::{Check, Cx, Lint},
    model::Machine,
};

pub static LINT: Lint = Lint::new(include_str!("k3s-only-config-key.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::dropped(key) else { continue };
        let Some(write) = written(setting) else { continue };
        // RKE2 may take it in some of the releases, or K3s may not have it yet.
        if flags::flag(key).is_some() && flag.dropped.answer(&machine.releases) != Answer::Yes {
            continue;
        }
        cx.report(write.key.span(), format!("`{key}` is K3s', and RKE2 leaves it out"))
            .text("skipped")
            .why(skipped(key, machine))
            .fix(flag.instead);
    }
}
