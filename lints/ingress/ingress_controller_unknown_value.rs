use crate::{
    diag::Level,
    facts::{self, Answer, values},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, Word},
    text::nearest,
};

pub static LINT: Lint =
    Lint::new(include_str!("ingress-controller-unknown-value.md"), Check::Machine(check));

const KEY: &str = "ingress-controller";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    if machine.role == Role::Agent || machine.takes(KEY) == Answer::No {
        return;
    }
    // A comma that nobody splits at is for another rule to say.
    let counts = machine.releases.answer(facts::gate("empty-value-counts")) == Answer::Yes;
    let reads = |word: &&Word| !word.text.contains(',') && (counts || !word.text.is_empty());
    for word in words.iter().filter(reads) {
        if values::answer(KEY, &word.text, &machine.releases) == Answer::No {
            report(machine, word, cx);
        }
    }
}

fn report(machine: &Machine, word: &Word, cx: &mut Cx) {
    let text = &word.text;
    let allowed = values::allowed(KEY, &machine.releases);
    let near = allowed.iter().copied().find(|name| name.ends_with(text) || text.ends_with(name));
    let near = near.filter(|_| !text.is_empty());
    let near = near.or_else(|| nearest(text, allowed.iter().copied()));
    let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let (span, message) = if text.is_empty() {
        (word.key, format!("`{KEY}` has no value, which is an empty one and not the default"))
    } else {
        (word.span, format!("`{text}` is no ingress controller of RKE2's{near}"))
    };
    let diagnostic = cx.report(span, message);
    diagnostic.fix(format!("write one of {}", allowed.join(", ")));
    let fatal = format!("`rke2 server` exits at start: {}", printed(machine, text));
    let silent = "nobody checks the name: no chart is deployed for it, and nothing says so";
    match machine.releases.answer(facts::gate("ingress-controller-unchecked")) {
        Answer::No => diagnostic.why(fatal),
        Answer::Yes => diagnostic.level(Level::Warning).why(silent),
        Answer::Depends => {
            diagnostic.why(format!("before v1.36, {fatal}")).why(format!("from v1.36 on, {silent}"))
        }
    };
}

fn printed(machine: &Machine, text: &str) -> String {
    let known = |name: &&&str| **name != "none";
    let allowed = values::allowed(KEY, &machine.releases);
    let names: Vec<&str> = allowed.iter().filter(known).copied().collect();
    let sure = |name: &&str| values::answer(KEY, name, &machine.releases) != Answer::Depends;
    let list = if names.iter().all(sure) { names.join(",") } else { "…".to_owned() };
    format!("\"Invalid value {text} for --{KEY} flag: must be one of {list}\"")
}
