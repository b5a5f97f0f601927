use crate::{
    facts::Answer,
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
};

pub static LINT: Lint =
    Lint::new(include_str!("snapshot-reconcile-interval-not-positive.md"), Check::Machine(check));

const KEY: &str = "etcd-snapshot-reconcile-interval";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    let Some(word) = words.last().filter(|word| is_not_positive(&word.text)) else { return };
    // Without snapshots nobody looks.
    let used = machine.flag("etcd-disable-snapshots") == Some(false)
        || machine.flag("cluster-reset") == Some(true);
    if machine.role == Role::Agent || machine.takes(KEY) == Answer::No || !used {
        return;
    }
    cx.report(word.span, format!("`{}` is no interval: it has to be longer than 0s", word.text))
        .why(format!("`rke2 server` exits at start: \"{KEY} must be greater than 0s\""))
        .fix(format!("remove `{KEY}`, or turn snapshots off by `etcd-disable-snapshots`"));
}

/// A duration as Go writes it, which is zero or negative.
///
/// Source: Go `time.ParseDuration`.
fn is_not_positive(text: &str) -> bool {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return true;
    }
    let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
    let mut zero = true;
    let mut left = rest;
    while !left.is_empty() {
        let number = left.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(left.len());
        let (digits, tail) = left.split_at(number);
        let unit = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        if digits.parse::<f64>().is_err() || !units.contains(&&tail[..unit]) {
            return false;
        }
        zero &= digits.chars().all(|c| matches!(c, '0' | '.'));
        left = &tail[unit..];
    }
    !rest.is_empty() && (zero || negative)
}
