use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
};

pub static LINT: Lint =
    Lint::new(include_str!("cluster-reset-with-server.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let refuses = machine.releases.answer(facts::gate("cluster-reset-refuses-server"));
    let (Some(true), Some(reset)) =
        (machine.flag("cluster-reset"), machine.key_span("cluster-reset"))
    else {
        return;
    };
    let Read::Set(servers) = machine.words("server") else { return };
    let Some(server) = servers.last().filter(|server| !server.text.is_empty()) else { return };
    if machine.role == Role::Agent || refuses != Answer::Yes {
        return;
    }
    cx.report(reset, "`cluster-reset` and `server` exclude each other")
        .label(server.span, "the server that it would join")
        .why("`rke2 server` exits at start: \"cannot perform cluster-reset while server URL is set - remove server from configuration before resetting\"")
        .fix("remove `server` for the reset, and `cluster-reset` after it");
}
