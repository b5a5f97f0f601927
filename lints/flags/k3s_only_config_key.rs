use super::{is_fatal, skipped, written};
use crate::{
    diag::Level,
    facts::{Answer, flags},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
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
        let diagnostic =
            cx.report(write.key.span(), format!("`{key}` is K3s', and RKE2 leaves it out"));
        diagnostic.text("skipped").why(skipped(key, machine)).fix(flag.instead);
        // Nothing is lost where RKE2 does the same without it.
        let asks = matches!(setting.arguments(), Read::Set(words)
            if words.last().map(|word| word.text.as_str()) == flag.forced);
        if asks && !is_fatal(machine) {
            diagnostic.level(Level::Warning);
        }
    }
}
