use super::both_say;
use crate::{
    diag::Confidence,
    facts::{
        self, Answer,
        shared::{self, SharedSetting, Verdict},
    },
    lint::{Check, Cx, Lint},
    model::{Cluster, Join},
};

pub static LINT: Lint =
    Lint::new(include_str!("critical-config-mismatch.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for join in cluster.joins() {
        for setting in shared::of(Verdict::Compared) {
            compare(&join, setting, cx);
        }
    }
}

fn compare(join: &Join, setting: &SharedSetting, cx: &mut Cx) {
    let releases = &join.joiner.releases;
    let compared = releases.answer(&setting.gate);
    let (Some(own), Some(other)) = (join.joiner.shared(setting), join.first.shared(setting)) else {
        return;
    };
    if compared == Answer::No || !own.differs(&other) {
        return;
    }
    let Some(diagnostic) = both_say(join, setting.key, &own, &other, cx) else { return };
    let why = match releases.answer(facts::gate("servers-compared-by-name")) {
        Answer::No => {
            "the server that joins exits: \"critical configuration value mismatch\"".to_owned()
        }
        _ => format!(
            "the server that joins exits: \"critical configuration mismatched: {}\", \"failed to validate server configuration: critical configuration value mismatch between servers\"",
            setting.printed
        ),
    };
    diagnostic
        .why(why)
        .fix("write the value of the cluster's first server on all of them")
        .note("a server that has joined isn't compared again; the difference comes out when it is replaced");
    if compared == Answer::Depends {
        diagnostic.assume(
            Confidence::Medium,
            format!("the release isn't known; one that compares `{}` is assumed", setting.key),
        );
    }
}
