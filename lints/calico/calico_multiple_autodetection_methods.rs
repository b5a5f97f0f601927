use super::{DEGRADED, PLUGIN};
use crate::{
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint =
    Lint::new(include_str!("calico-multiple-autodetection-methods.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for key in ["nodeAddressAutodetectionV4", "nodeAddressAutodetectionV6"] {
        let methods = cluster.calico_methods(key);
        let [first, second, ..] = methods.as_slice() else { continue };
        if !cluster.may_deploy(PLUGIN) {
            continue;
        }
        let names: Vec<String> =
            methods.iter().filter_map(|entry| Some(format!("`{}`", entry.key.raw()?))).collect();
        let message = format!("`{key}` takes one method, and has {}", names.join(" and "));
        cx.report(second.key.span(), message)
            .label(first.key.span(), "one method")
            .why(format!("{DEGRADED}: \"no more than one node address autodetection method can be specified per-family\""))
            .fix("keep one of them");
    }
}
