use super::program;
use crate::{
    facts::{Answer, flags},
    lint::{Check, Cx, Lint},
    model::{Machine, Origin, Read, Setting, Write},
};

pub static LINT: Lint = Lint::new(include_str!("flag-in-two-forms.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in machine.settings.iter().filter(|(_, setting)| !setting.veiled) {
        let flag = flags::flag(key).filter(|_| machine.takes(key) == Answer::Yes);
        for alias in flag.map_or(&[][..], |flag| &flag.aliases) {
            let (Some(long), Some(short)) = (argument(setting, key), argument(setting, alias))
            else {
                continue;
            };
            cx.report(
                short.key.span(),
                format!("`{alias}` and `{key}` are one flag, and both are set"),
            )
            .label(long.key.span(), "the other form")
            .why(format!(
                "{} exits at start: \"Cannot use two forms of the same flag: {alias} {key}\"",
                program(machine)
            ))
            .fix(format!("write `{key}` alone"));
        }
    }
}

/// The write of a form that becomes an argument: an empty list doesn't.
fn argument<'a>(setting: &'a Setting, form: &str) -> Option<&'a Write> {
    let is_of_form = |write: &&Write| {
        let name = write.key.as_str().map(|key| key.trim().trim_end_matches('+'));
        write.origin != Origin::Environment && name == Some(form)
    };
    let writes: Vec<&Write> = setting.writes.iter().filter(is_of_form).collect();
    let own = Setting { writes: writes.iter().copied().cloned().collect(), ..Setting::default() };
    matches!(own.arguments(), Read::Set(_)).then(|| writes.last().copied()).flatten()
}
