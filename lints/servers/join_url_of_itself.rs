use crate::{
    diag::Confidence,
    facts::defaults,
    lint::{Check, Cx, Lint},
    model::Machine,
};

pub static LINT: Lint = Lint::new(include_str!("join-url-of-itself.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Some(url) = machine.asks() else { return };
    let itself = url.is_loopback() || machine.is_server() && machine.is_called(&url.host);
    // A load balancer on the machine would take another port.
    if !itself || url.port != Some(defaults::number("join-port")) {
        return;
    }
    let diagnostic = cx.report(url.span, format!("`{}` is this machine itself", url.text));
    if !url.is_loopback()
        && let Some(span) = machine.key_span("node-ip").or(machine.key_span("node-name"))
    {
        diagnostic.label(span, "its own address or name");
    }
    diagnostic
        .why("nothing answers there until the machine has joined, so it never does: \"failed to get CA certs\"")
        .fix("write the address of another server, or of all of them; leave `server` out on the first one")
        .assume(Confidence::Medium, "the machine is new: a server that has its data starts without an answer");
}
