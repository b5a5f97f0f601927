use crate::{
    facts::Answer,
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
};

pub static LINT: Lint = Lint::new(include_str!("config-keys-conflict.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role == Role::Agent {
        return;
    }
    for key in ["disable-apiserver", "disable-etcd"] {
        exclude(machine, key, cx);
    }
    if machine.role != Role::Server {
        return;
    }
    if let (Some(true), Read::Default) = (machine.flag("disable-etcd"), machine.words("server")) {
        let printed = "invalid flag use; --server is required with --disable-etcd";
        let fix = "write `server`, or let this server run etcd";
        report(machine, "disable-etcd", "needs `server`", printed, fix, cx);
    }
    let restores = machine.words("cluster-reset-restore-path").set();
    let restores = restores.and_then(|words| words.last().map(|word| !word.text.is_empty()));
    if let (Some(true), Some(false)) = (restores, machine.flag("cluster-reset")) {
        let printed =
            "invalid flag use; --cluster-reset required with --cluster-reset-restore-path";
        let fix = "write `cluster-reset: true` for the time of the reset, or take the path out";
        let key = "cluster-reset-restore-path";
        report(machine, key, "needs `cluster-reset`", printed, fix, cx);
    }
}

/// What is of the embedded etcd excludes an external datastore.
fn exclude(machine: &Machine, key: &str, cx: &mut Cx) {
    const STORE: &str = "datastore-endpoint";
    let store = machine.words(STORE).set();
    let is_set = store.is_some_and(|words| words.last().is_some_and(|word| !word.text.is_empty()));
    if !is_set || machine.takes(STORE) == Answer::No || machine.flag(key) != Some(true) {
        return;
    }
    let printed = format!("invalid flag use; cannot use --{key} with --{STORE}");
    let fix = "take one of them out";
    report(machine, key, "excludes `datastore-endpoint`", &printed, fix, cx);
}

fn report(machine: &Machine, key: &str, what: &str, printed: &str, fix: &str, cx: &mut Cx) {
    let Some(span) = machine.key_span(key) else { return };
    cx.report(span, format!("`{key}` {what}"))
        .why(format!("`rke2 server` exits at start: \"{printed}\""))
        .fix(fix);
}
