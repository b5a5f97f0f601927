use crate::{
    facts::Answer,
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, Word, go},
};

pub static LINT: Lint =
    Lint::new(include_str!("snapshot-reconcile-interval-not-positive.md"), Check::Machine(check));

const KEY: &str = "etcd-snapshot-reconcile-interval";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    let Some(word) = words.last().filter(is_not_positive) else { return };
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

fn is_not_positive(word: &&Word) -> bool {
    go::parse_duration(&word.text).is_some_and(|nanoseconds| nanoseconds <= 0)
}
