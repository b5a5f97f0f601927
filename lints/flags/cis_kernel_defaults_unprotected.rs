use crate::{
    diag::Fix,
    facts::{Answer, values},
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("cis-kernel-defaults-unprotected.md"), Check::Machine(check));

const KEY: &str = "protect-kernel-defaults";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(profiles) = machine.words("profile") else { return };
    let Some(profile) = profiles.last().filter(|word| word.text.starts_with("cis")) else { return };
    let known = values::answer("profile", &profile.text, &machine.releases) != Answer::No;
    let (Read::Set(words), Some(false)) = (machine.words(KEY), machine.flag(KEY)) else { return };
    let Some(word) = words.last().filter(|_| known && !machine.windows) else { return };
    let name = &profile.text;
    let write = machine.settings.get(KEY).and_then(|setting| setting.writes.last());
    let removal = write.and_then(|write| write.entry().removal());
    cx.report(word.span, format!("`{KEY}` is off, and the profile `{name}` needs it"))
        .label(profile.span, "the profile")
        .why(format!("RKE2 exits at start: \"--{KEY} must be true when using --profile={name}\""))
        .fix(format!("remove `{KEY}`: the profile turns it on"))
        .repair(Fix::safe(format!("remove `{KEY}`: the profile turns it on"), removal));
}
