use super::program;
use crate::{
    lint::{Check, Cx, Lint},
    model::Machine,
};

pub static LINT: Lint = Lint::new(include_str!("merge-key-ignored.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Some(setting) = machine.setting("<<") else { return };
    for write in &setting.writes {
        let lost: Vec<String> = write
            .value
            .entries()
            .filter_map(|entry| entry.key.as_str().map(|key| format!("`{key}`")))
            .collect();
        let keys = if lost.is_empty() { "its keys".to_owned() } else { lost.join(", ") };
        cx.report(write.key.span(), "`<<` merges nothing in RKE2's configuration")
            .text("lost")
            .why(format!("{} starts without {keys}, and says nothing", program(machine)))
            .fix("write the keys themselves, or put them into a file of `config.yaml.d`");
    }
}
