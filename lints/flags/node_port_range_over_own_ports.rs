use crate::{
    facts::ports,
    lint::{Check, Cx, Lint},
    model::{Machine, Read, net::parse_ports},
};

pub static LINT: Lint =
    Lint::new(include_str!("node-port-range-over-own-ports.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words("service-node-port-range") else { return };
    let Some(word) = words.last().filter(|_| machine.is_server()) else { return };
    let Some((low, high)) = parse_ports(&word.text) else { return };
    let taken = ports::all().filter(|(port, _)| (low..=high).contains(&u64::from(*port)));
    let taken: Vec<String> = taken.map(|(port, program)| format!("{port} ({program})")).collect();
    if taken.is_empty() {
        return;
    }
    let message = format!("`{}` has ports that RKE2 itself needs", word.text);
    cx.report(word.span, message)
        .why(format!(
            "a Service may get one of them on every node, and who asks there reaches the Service: {}",
            taken.join(", ")
        ))
        .fix("a range above 10250, such as `30000-32767`");
}
