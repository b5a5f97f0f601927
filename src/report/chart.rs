//! A packaged chart on a terminal: what deploys it, its version in each
//! release, and its values at the top.

use super::{
    children::{inner, write_rows},
    history::{History, bundled_by},
    wrap,
};
use crate::facts::{
    self, Release, Releases, chart_values,
    charts::{self, On, PackagedChart},
    cni,
    paths::{self, CALICO, CRDS, Row, Shape, View},
};
use std::io::{self, Write};

/// # Errors
/// If `out` can't be written to.
pub fn write_chart(
    chart: &PackagedChart,
    releases: Option<&Releases>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = chart.name;
    writeln!(out, "{name} (packaged chart)")?;
    wrap(out, "", &format!("RKE2 deploys it {}.", deployed(chart)))?;
    writeln!(out)?;
    match releases {
        Some(releases) => {
            let versions = chart_values::versions(name, releases).join(", ");
            wrap(out, "  ", &format!("Version: {versions}{}", bundled_by(releases)))?;
        }
        None => write_versions(chart, out)?,
    }
    let view = paths::of(name).filter(|_| name != CRDS).and_then(|paths| {
        let history = History::of(paths);
        let scope = releases.map_or_else(|| paths.newest(), |it| paths::view(name, it));
        history
            .newest(scope?.versions)
            .map(|(version, bit)| (version, View { paths, versions: bit }))
    });
    let Some((version, view)) = view else {
        return match name {
            CRDS => writeln!(
                out,
                "Values: none; `rke2lint explain {CALICO}:installation` lists what its API takes"
            ),
            _ => writeln!(out, "Values: none that are known"),
        };
    };
    let (maps, others): (Vec<&'static Row>, Vec<&'static Row>) = view
        .children("")
        .filter(|row| row.is_real())
        .partition(|row| holds(inner(name, view, row).1));
    writeln!(out, "Sections, in {version}:")?;
    write_rows(name, view, &maps, out)?;
    writeln!(out, "Other values:")?;
    write_rows(name, view, &others, out)?;
    writeln!(out)?;
    let some = maps.first().or(others.first()).map_or(String::new(), |row| row.key());
    let text = format!(
        "`rke2lint explain {name}:{some}` tells more of a value, and lists what stands below; `--rke2-version V` says what holds for a release. Set values in `spec.valuesContent` of a HelmChartConfig `{name}` in `{}`.",
        charts::NAMESPACE
    );
    wrap(out, "", &text)
}

fn holds(row: &Row) -> bool {
    matches!(row.shape(), Shape::Closed | Shape::Keyed)
}

fn deployed(chart: &PackagedChart) -> String {
    let gate = facts::gate("default-ingress-traefik");
    let said = match chart.on {
        On::Always => "unless `disable` names it".to_owned(),
        On::Cni(name) if name == cni::default() => {
            format!("with `cni: {name}`, and if `cni` isn't set")
        }
        On::Cni(name) => format!("with `cni: {name}`"),
        On::Multus => format!("if `cni` lists `{}` before another plugin", cni::MULTUS),
        On::Ingress(name) if name == charts::default_ingress() => {
            format!("if `ingress-controller` names `{name}`, and before {gate} if it isn't set")
        }
        On::Ingress(name) => {
            format!(
                "if `ingress-controller` names `{name}`, and from {gate} on in new clusters if it isn't set"
            )
        }
        On::CloudProvider(name) => format!("with `cloud-provider-name: {name}`"),
    };
    match &chart.removed {
        Some(removed) => format!("{said}; no longer from {removed} on"),
        None => said,
    }
}

/// The version in the newest release of each minor that bundles one, the
/// newest first.
fn write_versions(chart: &PackagedChart, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Version, in the newest release of each minor:")?;
    let releases: Vec<Release> = Releases::supported().iter().collect();
    for of_minor in releases.chunk_by(|a, b| a.minor == b.minor).rev() {
        let bundled = |release: &Release| Some((*release, charts::version(chart.name, *release)?));
        if let Some((release, version)) = of_minor.iter().rev().find_map(bundled) {
            writeln!(out, "  {:15}  {version}", release.to_string())?;
        }
    }
    Ok(())
}
