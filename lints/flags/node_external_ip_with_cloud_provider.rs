use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("node-external-ip-with-cloud-provider.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let first = |key: &str| match machine.words(key) {
        Read::Set(words) => words.into_iter().next(),
        Read::Default | Read::Unknown => None,
    };
    let Some(address) = first("node-external-ip") else { return };
    let keys = ["cloud-provider-name", "cloud-provider-config"];
    let Some((key, provider)) = keys.iter().find_map(|key| Some((key, first(key)?))) else {
        return;
    };
    cx.report(address.key, format!("`node-external-ip` is refused beside `{key}`"))
        .label(provider.key, "a cloud provider")
        .why("RKE2 exits at start: \"can't set node-external-ip while using cloud provider\"")
        .fix("leave `node-external-ip` out: the cloud provider finds the machine's addresses");
}
