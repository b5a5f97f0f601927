use crate::{
    facts::charts,
    lint::{Check, Cx, Lint},
    model::{Chart, Repo},
    yaml::Lookup,
};

pub static LINT: Lint = Lint::new(include_str!("helmchart-without-chart.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        for chart in &cluster.helm_charts {
            let file = chart.object.name.span.file;
            let file = repo.files.iter().find(|other| other.source.id == file);
            let path = file.map_or("", |file| file.source.path.as_str());
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // Kustomize may put the rest to it, and RKE2 has its own of these.
            let part = repo.is_kustomized(folder) || charts::packaged(chart.name()).is_some();
            let runs = cluster
                .servers()
                .all(|server| server.flag("disable-helm-controller") == Some(false));
            if !part && runs && lacks_chart(chart) {
                let name = chart.name();
                cx.report(
                    chart.object.name.span,
                    format!("HelmChart `{name}` has neither `chart` nor `chartContent`"),
                )
                .why("the Helm controller skips it without a word: nothing is installed")
                .fix("`spec.chart`, with `repo` and `version`; for values of a chart that RKE2 packages, a HelmChartConfig");
            }
        }
    }
}

fn lacks_chart(chart: &Chart) -> bool {
    let node = &chart.object.node;
    let absent = |field| match node.at(&["spec", field]) {
        Lookup::Found(entry) => entry.value.is_null() || entry.value.as_str() == Some(""),
        Lookup::Absent => true,
        Lookup::Unknown => false,
    };
    !node.is_unknown() && ["chart", "chartContent"].into_iter().all(absent)
}
