use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Setting, Word},
};

pub static LINT: Lint =
    Lint::new(include_str!("control-plane-resource-malformed.md"), Check::Machine(check));

const KEYS: [(&str, &str); 2] =
    [("control-plane-resource-requests", "request"), ("control-plane-resource-limits", "limit")];

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, noun) in KEYS {
        check_key(machine, key, noun, cx);
    }
    check_probes(machine, cx);
}

fn check_probes(machine: &Machine, cx: &mut Cx) {
    const KEY: &str = "control-plane-probe-configuration";
    let Some(Read::Set(pieces)) = machine.setting(KEY).map(Setting::words) else { return };
    if machine.windows || machine.takes(KEY) == Answer::No {
        return;
    }
    for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
        let text = &piece.text;
        let (message, printed) = match text.split_once('=') {
            None => (
                format!("`{text}` has no `=` and no number"),
                "incorrectly formatted control probe config specified",
            ),
            Some((_, number)) if number.parse::<i32>().is_ok_and(|number| number >= 0) => continue,
            Some((_, number)) => (
                format!("`{number}` in `{text}` is no number of seconds or times"),
                "invalid control plane probe config value specified",
            ),
        };
        cx.report(piece.span, message)
            .why(format!("RKE2 exits at start: \"{printed}: {text}\""))
            .fix(format!("`{KEY}: [kube-apiserver-startup-failure-threshold=40]`, for example"));
    }
}

fn check_key(machine: &Machine, key: &str, noun: &str, cx: &mut Cx) {
    let Some(setting) = machine.setting(key) else { return };
    let (Read::Set(pieces), Read::Set(arguments)) = (setting.words(), setting.arguments()) else {
        return;
    };
    let releases = &machine.releases;
    let Some(last) = arguments.last().filter(|_| !machine.windows) else { return };
    if machine.takes(key) == Answer::No {
        return;
    }
    // Before it took lists, of several strings the last counted.
    let lists = releases.answer(facts::gate("control-plane-resource-lists")) == Answer::Yes;
    let is_read = |piece: &&Word| lists || last.span.contains(piece.span);
    let counts = releases.answer(facts::gate("empty-value-counts")) == Answer::Yes;
    let is_empty = arguments.iter().all(|argument| argument.text.is_empty());
    let is_wrong = |piece: &&Word| {
        !piece.text.contains('=') && (!piece.text.is_empty() || counts || !is_empty)
    };
    let printed = match releases.answer(facts::gate("control-plane-limit-message")) {
        Answer::Yes => noun,
        Answer::No => "request",
        Answer::Depends if noun == "request" => noun,
        Answer::Depends => "…",
    };
    for piece in pieces.iter().filter(is_read).filter(is_wrong) {
        let text = &piece.text;
        cx.report(piece.span, format!("`{text}` has no `=` and no amount"))
            .why(format!("RKE2 exits at start: \"incorrectly formatted control plane resource {printed} specified: {text}\""))
            .fix(format!("`{key}: [kube-apiserver-cpu=500m]`, for example"));
    }
}
