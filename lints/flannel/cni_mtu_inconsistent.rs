use crate::{
    diag::Confidence,
    facts::{self, Answer, defaults},
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster},
    text::Span,
    yaml::Scalar,
};

pub static LINT: Lint = Lint::new(include_str!("cni-mtu-inconsistent.md"), Check::Cluster(check));

const CHART: &str = "rke2-canal";
const PODS: [&str; 2] = ["calico", "vethuMTU"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let gate = facts::gate("canal-mtu-of-flannel");
    if !cluster.may_deploy("canal") || cluster.releases.answer(gate) != Answer::Yes {
        return;
    }
    let Some((outer, Some(outer_span))) = number(cluster, &["flannel", "mtu"]) else { return };
    let Some((pods, pods_span)) = number(cluster, &PODS) else { return };
    let backend = match cluster.value(CHART, &["flannel", "backend"]) {
        ChartValue::Set(entry) => entry.value.as_str().unwrap_or_default().to_owned(),
        ChartValue::Default(defaults) => defaults.concat(),
        ChartValue::Unknown => return,
    };
    let overhead: i64 = match backend.as_str() {
        "vxlan" => defaults::number("flannel-overhead-vxlan"),
        "wireguard" => defaults::number("flannel-overhead-wireguard"),
        _ => return,
    };
    let tunnel = outer - overhead;
    if outer == 0 || pods <= tunnel {
        return;
    }
    let message = format!("pods have an MTU of {pods}, and Flannel's tunnel one of {tunnel}");
    let diagnostic = cx.report(outer_span, message);
    diagnostic
        .why(format!("`{backend}` takes {overhead} bytes of `flannel.mtu`: larger packets between nodes are cut or sent back, and connections hang where that doesn't work"))
        .fix(format!("`calico.vethuMTU: {tunnel}`"));
    match pods_span {
        Some(span) => {
            diagnostic.label(span, "of pods");
        }
        None => {
            let note = format!("nothing sets `calico.vethuMTU`, which is {pods} by default");
            diagnostic.assume(Confidence::Medium, note);
        }
    }
}

/// A number that values set, or the chart's default, and where it is set.
fn number(cluster: &Cluster, path: &[&str]) -> Option<(i64, Option<Span>)> {
    match cluster.value(CHART, path) {
        ChartValue::Set(entry) => {
            let text = match entry.value.scalar()? {
                Scalar::Int(number) => number.to_string(),
                _ => entry.value.as_str()?.to_owned(),
            };
            Some((text.parse().ok()?, Some(entry.value.span())))
        }
        ChartValue::Default(values) => match values.as_slice() {
            [only] => Some((only.parse().ok()?, None)),
            _ => None,
        },
        ChartValue::Unknown => None,
    }
}
