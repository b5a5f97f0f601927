use crate::{
    facts::{Answer, values},
    lint::{Check, Cx, Lint, release_words},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("profile-unsupported-value.md"), Check::Machine(check));

const KEY: &str = "profile";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    let Some(word) = words.last().filter(|word| !word.text.is_empty()) else { return };
    let releases = &machine.releases;
    if machine.windows || values::answer(KEY, &word.text, releases) != Answer::No {
        return;
    }
    let text = &word.text;
    let allowed = values::allowed(KEY, releases);
    let on = release_words(releases);
    cx.report(word.span, format!("`{text}` is no profile of {on}"))
        .why("RKE2 exits at start: \"invalid value provided for --profile flag\"")
        .fix(format!("write one of {}", allowed.join(", ")));
}
