use super::{is_fatal, skipped, written};
use crate::{
    diag::{Fix, Level},
    facts::flags::{self, FlagRole},
    lint::{Check, Cx, Lint},
    model::{Machine, Role, Write},
};

pub static LINT: Lint = Lint::new(include_str!("server-key-on-agent.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role != Role::Agent {
        return;
    }
    let is_servers =
        |key: &str| flags::flag(key).is_some_and(|flag| flag.role() == FlagRole::Server);
    let mut keys: Vec<(&str, &Write)> = machine
        .settings
        .iter()
        .filter(|(key, _)| is_servers(key))
        .filter_map(|(key, setting)| Some((key.as_str(), written(setting)?)))
        .collect();
    keys.sort_by_key(|(_, write)| write.key.span());
    let [(first, write), rest @ ..] = keys.as_slice() else { return };
    let names: Vec<String> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
    let message = match rest {
        [] => format!("{} is a key of servers, and this is an agent's configuration", names[0]),
        _ => format!(
            "{} are keys of servers, and this is an agent's configuration",
            names.join(", ")
        ),
    };
    let diagnostic = cx.report(write.key.span(), message);
    diagnostic.text("skipped").why(skipped(first, machine)).fix(match rest {
        [] => "set it on the servers, and remove it here",
        _ => "set them on the servers, and remove them here",
    });
    if is_fatal(machine) {
        diagnostic.level(Level::Error);
    }
    for (_, write) in rest {
        diagnostic.label(write.key.span(), "skipped too");
    }
    let removals = keys.iter().map(|(_, write)| write.entry().removal());
    let removals: Option<Vec<_>> = removals.collect();
    diagnostic.repair(Fix::safe(
        match rest {
            [] => "remove it: the agent doesn't read it",
            _ => "remove them: the agent doesn't read them",
        },
        removals.unwrap_or_default(),
    ));
}
