use crate::{
    facts::{self, Answer, values},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
    text::nearest,
};

pub static LINT: Lint =
    Lint::new(include_str!("secrets-encryption-provider-unknown.md"), Check::Machine(check));

const KEY: &str = "secrets-encryption-provider";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    let Some(word) = words.last().filter(|word| !word.text.is_empty()) else { return };
    let exists = machine.takes(KEY) != Answer::No;
    let known = values::answer(KEY, &word.text, &machine.releases) != Answer::No;
    if machine.role == Role::Agent || !exists || known {
        return;
    }
    let text = &word.text;
    let providers = values::allowed(KEY, &machine.releases);
    let near = nearest(text, providers.iter().copied())
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let printed = match machine.releases.answer(facts::gate("secrets-provider-message")) {
        Answer::Yes => format!("\"unsupported secrets-encryption-provider {text}\""),
        _ => "a line that begins \"unsupported secrets-encryption-\"".to_owned(),
    };
    cx.report(word.span, format!("`{text}` is no provider of secrets encryption{near}"))
        .why(format!("`rke2 server` exits at start: {printed}"))
        .fix(format!("write one of {}", providers.join(", ")));
}
