use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Word},
};

pub static LINT: Lint = Lint::new(include_str!("node-taint-malformed.md"), Check::Machine(check));

const KEY: &str = "node-taint";
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

fn check(machine: &Machine, cx: &mut Cx) {
    let Some(setting) = machine.setting(KEY) else { return };
    let each = machine.releases.answer(facts::gate("node-taint-each"));
    let (Read::Set(pieces), Read::Set(arguments)) = (setting.words(), setting.arguments()) else {
        return;
    };
    // What is no taint after a split is none before it either.
    let words = if each == Answer::Yes { arguments } else { pieces };
    for word in words.iter().filter(|word| !word.text.is_empty() && !is_taint(&word.text)) {
        report(word, each, cx);
    }
}

fn report(word: &Word, each: Answer, cx: &mut Cx) {
    let text = &word.text;
    let diagnostic = cx.report(word.span, format!("`{text}` is no taint"));
    diagnostic.why(match each {
        Answer::Yes => "RKE2 exits: \"failed to parse node taints\"",
        Answer::No => {
            "the kubelet exits, since it can't parse its taints, and the node never joins"
        }
        Answer::Depends => {
            "RKE2 or the kubelet exits, since it can't parse the taints, and the node never joins"
        }
    });
    let pieces: Vec<String> = text.split(',').map(|piece| format!("\"{piece}\"")).collect();
    if text.contains(',') && text.split(',').all(is_taint) {
        diagnostic
            .fix(format!("`{KEY}: [{}]`: from v1.32 each item is one taint", pieces.join(", ")));
    } else {
        diagnostic
            .fix(format!("`key=value:effect`, where the effect is one of {}", EFFECTS.join(", ")));
    }
}

/// As far as its form goes. One that ends with `-` takes a taint away, and is
/// read as none.
///
/// Source: kubernetes `pkg/util/taints/taints.go`, `ParseTaints`.
fn is_taint(text: &str) -> bool {
    if text.ends_with('-') {
        return true;
    }
    let Some((label, effect)) = text.split_once(':') else { return false };
    let (key, value) = label.split_once('=').unwrap_or((label, ""));
    !key.is_empty() && !value.contains('=') && EFFECTS.contains(&effect)
}
