use super::CHART;
use crate::{
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster},
};

pub static LINT: Lint =
    Lint::new(include_str!("whereabouts-image-floating-tag.md"), Check::Cluster(check));

/// Tags that are pushed again.
const FLOATING: [&str; 7] = ["latest", "snapshot", "stable", "master", "main", "edge", "nightly"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let path = ["rke2-whereabouts", "image", "tag"];
    let ChartValue::Set(entry) = cluster.value(CHART, &path) else { return };
    let Some(tag) = entry.value.as_str() else { return };
    let stem = tag.split('-').next().unwrap_or(tag);
    if !FLOATING.contains(&stem) {
        return;
    }
    let diagnostic = cx.report(entry.value.span(), format!("`{tag}` is whatever was pushed last"));
    let policy = cluster.value(CHART, &["rke2-whereabouts", "image", "pullPolicy"]);
    diagnostic.why(match policy.is_default() {
        true => "each machine keeps the image that it pulled first: they may run different versions, and none that the chart was made for",
        false => "machines may run different versions, and none that the chart was made for",
    });
    if tag.ends_with("-amd64") || tag.ends_with("-arm64") {
        diagnostic.why("it is of one architecture: machines of another can't run it");
    }
    diagnostic.fix("leave `image` out: the chart names the image of its release");
}
