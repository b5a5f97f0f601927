use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("cloud-provider-config-without-name.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words("cloud-provider-config") else { return };
    let Some(config) = words.last().filter(|word| !word.text.is_empty()) else { return };
    let unnamed = match machine.words("cloud-provider-name") {
        Read::Default => true,
        Read::Set(words) => words.last().is_some_and(|word| word.text.is_empty()),
        Read::Unknown => false,
    };
    if !unnamed {
        return;
    }
    cx.report(config.key, "`cloud-provider-config` is set, and no `cloud-provider-name`")
        .why("RKE2 exits at start: \"--cloud-provider-config requires --cloud-provider-name to be provided\"")
        .fix("write `cloud-provider-name`, or leave the file out");
}
