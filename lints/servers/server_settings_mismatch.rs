use super::both_say;
use crate::{
    diag::Level,
    facts::{
        Answer,
        shared::{self, SharedSetting, Verdict},
    },
    lint::{Check, Cx, Lint},
    model::{Cluster, Join, Machine},
};

pub static LINT: Lint =
    Lint::new(include_str!("server-settings-mismatch.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    // Machines that run etcd alone write no manifests and answer no requests.
    let serves = |machine: &Machine| machine.flag("disable-apiserver") == Some(false);
    for join in cluster.joins() {
        if !serves(join.joiner) || !serves(join.first) {
            continue;
        }
        for setting in shared::of(Verdict::Own) {
            compare(&join, setting, cx);
        }
    }
}

fn compare(join: &Join, setting: &SharedSetting, cx: &mut Cx) {
    let (Some(own), Some(other)) = (join.joiner.shared(setting), join.first.shared(setting)) else {
        return;
    };
    if join.joiner.releases.answer(&setting.gate) != Answer::Yes || !own.differs(&other) {
        return;
    }
    let Some(diagnostic) = both_say(join, setting.key, &own, &other, cx) else { return };
    let why = match setting.key {
        "cni" => {
            diagnostic.level(Level::Error);
            "no server compares it: each writes the manifests of its own plugin and deletes those of the others at every start, so machines get two plugins, or the network goes with a restart"
        }
        "disable" | "ingress-controller" => {
            "no server compares it: each writes the manifests of the charts it wants and deletes those it doesn't at every start, so the one that started last decides"
        }
        "profile" => "no server compares it: each is hardened, or not, by its own",
        _ => "no server compares it: each API server goes by its own",
    };
    diagnostic.why(why).fix("write the same value on all servers");
}
