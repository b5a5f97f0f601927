use crate::{
    facts::{Answer, values},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
    text::nearest,
};

pub static LINT: Lint =
    Lint::new(include_str!("egress-selector-mode-unknown.md"), Check::Machine(check));

const KEY: &str = "egress-selector-mode";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    let Some(word) = words.last() else { return };
    let exists = machine.takes(KEY) != Answer::No;
    let known = values::answer(KEY, &word.text, &machine.releases) != Answer::No;
    if machine.role == Role::Agent || !exists || known {
        return;
    }
    let text = &word.text;
    let modes = values::allowed(KEY, &machine.releases);
    let near = nearest(text, modes.iter().copied())
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let (span, message) = if text.is_empty() {
        (word.key, format!("`{KEY}` has no value, which is an empty one and not the default"))
    } else {
        (word.span, format!("`{text}` is no mode of `{KEY}`{near}"))
    };
    cx.report(span, message)
        .why(format!("`rke2 server` exits at start: \"invalid egress-selector-mode {text}\""))
        .fix(format!("write one of {}", modes.join(", ")));
}
