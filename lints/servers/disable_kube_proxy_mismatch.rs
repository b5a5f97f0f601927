use super::both_say;
use crate::{
    facts::shared::{self, Verdict},
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint =
    Lint::new(include_str!("disable-kube-proxy-mismatch.md"), Check::Cluster(check));

const KEY: &str = "disable-kube-proxy";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(setting) = shared::of(Verdict::Documented).find(|setting| setting.key == KEY) else {
        return;
    };
    for join in cluster.joins() {
        let (Some(own), Some(other)) = (join.joiner.shared(setting), join.first.shared(setting))
        else {
            continue;
        };
        if !own.differs(&other) {
            continue;
        }
        let Some(diagnostic) = both_say(&join, KEY, &own, &other, cx) else { continue };
        diagnostic
            .why("no server compares it: a server follows its own value, and an agent that of the server it asks, so kube-proxy runs on some machines only")
            .fix("write the same value on all servers");
    }
}
