use super::{has_fatal_dashes, is_fatal, skipped, written};
use crate::{
    diag::{Fix, Level},
    facts::{
        Answer, Gate,
        flags::{self, Flag},
    },
    lint::{Check, Cx, Lint, release_words},
    lints::files::invisible_character::is_disguised,
    model::{Machine, Setting, Write},
    text::{Edit, nearest},
};

pub static LINT: Lint = Lint::new(include_str!("unknown-config-key.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        match flags::flag(key) {
            Some(flag) => not_at_this_release(flag, setting, machine, cx),
            None => never(key, setting, machine, cx),
        }
    }
}

fn never(key: &str, setting: &Setting, machine: &Machine, cx: &mut Cx) {
    // Merge keys, keys with dashes and look-alikes have rules of their own.
    let depends = |key: &str| machine.takes(key.trim_start_matches('-')) == Answer::Depends;
    let dashes = key.starts_with('-') && (has_fatal_dashes(key, machine) || depends(key));
    let sets = key.split_once('=').is_some_and(|(name, _)| machine.takes(name) != Answer::No);
    let other = key == "<<" || is_disguised(key) || dashes || sets || flags::dropped(key).is_some();
    let Some(write) = written(setting).filter(|_| !other) else { return };
    let known = flags::all()
        .filter(|flag| flag.answer(machine.role.flags(), &machine.releases) != Answer::No);
    let meant = nearest(key, known.map(|flag| flag.key));
    // What another program reads, or a newer release, may have keys of its own.
    if meant.is_none() && (!machine.placed || machine.releases.beyond_tables()) {
        return;
    }
    let name = if key.is_empty() { "an empty text".to_owned() } else { format!("`{key}`") };
    let diagnostic = cx.report(write.key.span(), format!("{name} is no key of RKE2's"));
    diagnostic.text("skipped").why(skipped(key, machine));
    diagnostic.fix(match meant {
        Some(meant) => format!("write `{meant}`"),
        None => "remove it, or comment it out".to_owned(),
    });
    // Twice the same key would be another mistake.
    if let Some(meant) = meant.filter(|meant| !machine.settings.contains_key(*meant)) {
        diagnostic.repair(rename(write, meant));
    }
    if meant.is_none() && !is_fatal(machine) {
        diagnostic.level(Level::Warning);
    }
}

fn rename(write: &Write, meant: &str) -> Fix {
    let old = write.key.raw().unwrap_or_default();
    let sign = if old.ends_with('+') { "+" } else { "" };
    let edit = Edit::new(write.key.span(), old, format!("{meant}{sign}"));
    Fix::unsure(format!("write `{meant}`"), vec![edit])
}

/// RKE2 knows the key, but not in this release.
fn not_at_this_release(flag: &Flag, setting: &Setting, machine: &Machine, cx: &mut Cx) {
    let role = machine.role.flags();
    let Some(write) = written(setting) else { return };
    let Some(accepted) = flag.accepted(role) else { return };
    let dropped = flags::dropped(flag.key).map(|flag| flag.dropped.answer(&machine.releases));
    if flag.answer(role, &machine.releases) != Answer::No || dropped == Some(Answer::Yes) {
        return;
    }
    let (key, releases) = (flag.key, release_words(&machine.releases));
    let gone = |gate: &&Gate| machine.releases.answer(gate) == Answer::Yes;
    let diagnostic = cx.report(write.key.span(), format!("{releases} doesn't know `{key}`"));
    diagnostic.text("skipped").why(skipped(key, machine));
    match accepted.removed.as_ref().filter(gone) {
        Some(gate) => diagnostic.fix(format!("remove it: RKE2 has no `{key}` from {gate} on")),
        None => diagnostic
            .fix(format!("remove it, or move to a release that has it: {}", accepted.since)),
    };
}
