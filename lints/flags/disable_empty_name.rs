use crate::{
    diag::{Confidence, Level},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, Word},
};

pub static LINT: Lint = Lint::new(include_str!("disable-empty-name.md"), Check::Machine(check));

const KEY: &str = "disable";

fn check(machine: &Machine, cx: &mut Cx) {
    let (Read::Set(names), Some(setting)) = (machine.words(KEY), machine.setting(KEY)) else {
        return;
    };
    let Some(name) = names.iter().find(|name| name.text.is_empty()) else { return };
    if machine.role == Role::Agent {
        return;
    }
    // Of a value of its own, older releases take an empty one away; of what
    // they split themselves they don't.
    let arguments = setting.arguments().set().unwrap_or_default();
    let by_comma = arguments.iter().any(|word: &Word| {
        word.text.contains(',') && word.text.split(',').any(|piece| piece.trim().is_empty())
    });
    let gate = facts::gate("empty-value-counts");
    let answer = if by_comma { Answer::Yes } else { machine.releases.answer(gate) };
    if answer == Answer::No {
        return;
    }
    let message = match by_comma {
        true => "a comma without a name behind it puts an empty name on `disable`",
        false => "`disable` without a value holds an empty name",
    };
    let place = if by_comma { name.span } else { name.key };
    let diagnostic = cx.report(place, message);
    diagnostic
        .why("an empty name matches every file in RKE2's manifests folder: the server deletes them all, its own charts and yours, with what they deployed")
        .fix("remove the key or the comma; `disable: []` disables nothing");
    if answer == Answer::Depends {
        let note = format!("this is so from {gate} on; the release isn't known");
        diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
    }
}
