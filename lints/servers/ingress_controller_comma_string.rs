use crate::{
    diag::Level,
    facts::{self, Answer, values},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
};

pub static LINT: Lint =
    Lint::new(include_str!("ingress-controller-comma-string.md"), Check::Machine(check));

const KEY: &str = "ingress-controller";

fn check(machine: &Machine, cx: &mut Cx) {
    let Some(Read::Set(arguments)) = machine.setting(KEY).map(|setting| setting.arguments()) else {
        return;
    };
    // Only the first says the class.
    let Some(word) = arguments.first().filter(|word| word.text.contains(',')) else { return };
    let releases = &machine.releases;
    let names: Vec<&str> = word.text.split(',').collect();
    let known = |name: &&str| values::answer(KEY, name, releases) != Answer::No;
    if machine.role == Role::Agent || machine.takes(KEY) == Answer::No || !names.iter().all(known) {
        return;
    }
    let text = &word.text;
    let diagnostic = cx.report(word.span, format!("`{text}` is one string, not a list"));
    let class = format!("the class `{text}` becomes the default, and no controller has it");
    let none = "the string is taken for one name, and no ingress controller is deployed";
    match releases.answer(facts::gate("ingress-controller-unchecked")) {
        Answer::No => {
            diagnostic.level(Level::Warning).why(format!("the charts are deployed, but {class}"))
        }
        Answer::Yes => diagnostic.why(format!("from v1.36, {none}")),
        Answer::Depends => diagnostic
            .level(Level::Warning)
            .why(format!("before v1.36, the charts are deployed, but {class}"))
            .why(format!("from v1.36 on, {none}")),
    };
    diagnostic.fix(format!("`{KEY}: [{}]`", names.join(", ")));
}
