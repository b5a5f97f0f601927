use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, net::parse_ports},
};

pub static LINT: Lint =
    Lint::new(include_str!("node-port-range-invalid.md"), Check::Machine(check));

const KEY: &str = "service-node-port-range";

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words(KEY) else { return };
    let Some(word) = words.last().filter(|word| !word.text.is_empty()) else { return };
    if machine.role == Role::Agent {
        return;
    }
    let text = &word.text;
    let (problem, printed) = match parse_ports(text) {
        None => (
            format!("`{text}` is no range of ports, which is written low-high"),
            "unable to parse port range".to_owned(),
        ),
        Some((low, high)) if low > MAX || high > MAX => (
            format!("`{text}` goes above port {MAX}"),
            format!("the port range cannot be greater than 65535: {text}"),
        ),
        Some((low, high)) if high < low => (
            format!("`{text}` ends before it begins"),
            format!("end port cannot be less than start port: {text}"),
        ),
        Some(_) => return,
    };
    cx.report(word.span, problem)
        .why(format!("`rke2 server` exits at start: \"invalid port range {text}: {printed}\""))
        .fix("`service-node-port-range: 30000-32767`, for example");
}

const MAX: u64 = 65535;
