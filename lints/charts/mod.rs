//! HelmChart and HelmChartConfig, and the folder of manifests: names,
//! namespaces, fields, values.

pub mod addon_name_collision;
pub mod addon_name_invalid;
pub mod chart_list_replaces_default;
pub mod chart_name_nested_in_values;
pub mod chart_refuses_values;
pub mod chart_value_not_allowed;
pub mod chart_value_string_is_true;
pub mod chart_value_unsupported_by_version;
pub mod chart_value_wrong_type;
pub mod dotted_values_key;
pub mod duplicate_helmchartconfig;
pub mod helm_field_invalid_value;
pub mod helm_field_unknown;
pub mod helm_field_unsupported_by_version;
pub mod helmchart_instead_of_helmchartconfig;
pub mod helmchart_without_chart;
pub mod helmchartconfig_for_unselected_chart;
pub mod helmchartconfig_name_mismatch;
pub mod helmchartconfig_namespace_mismatch;
pub mod helmchartconfig_wrong_api_version;
pub mod injected_global_overridden;
pub mod manifest_disabled;
pub mod manifest_without_kind;
pub mod removed_chart_value;
pub mod reserved_manifest_name;
pub mod unknown_chart_value;
pub mod values_content_invalid_yaml;

use crate::{
    diag::{Confidence, Diagnostic, Level},
    facts::{self, Answer, paths::Row},
    lint::Lint,
    model::{ChartEntry, Cluster, Manifest},
};

pub(super) static LINTS: &[&Lint] = &[
    &addon_name_collision::LINT,
    &addon_name_invalid::LINT,
    &chart_list_replaces_default::LINT,
    &chart_name_nested_in_values::LINT,
    &chart_refuses_values::LINT,
    &chart_value_not_allowed::LINT,
    &chart_value_string_is_true::LINT,
    &chart_value_unsupported_by_version::LINT,
    &chart_value_wrong_type::LINT,
    &dotted_values_key::LINT,
    &duplicate_helmchartconfig::LINT,
    &helm_field_invalid_value::LINT,
    &helm_field_unknown::LINT,
    &helm_field_unsupported_by_version::LINT,
    &helmchart_instead_of_helmchartconfig::LINT,
    &helmchart_without_chart::LINT,
    &helmchartconfig_for_unselected_chart::LINT,
    &helmchartconfig_name_mismatch::LINT,
    &helmchartconfig_namespace_mismatch::LINT,
    &helmchartconfig_wrong_api_version::LINT,
    &injected_global_overridden::LINT,
    &manifest_disabled::LINT,
    &manifest_without_kind::LINT,
    &removed_chart_value::LINT,
    &reserved_manifest_name::LINT,
    &unknown_chart_value::LINT,
    &values_content_invalid_yaml::LINT,
];

/// What the servers apply of their folder, those files aside that they skip.
/// A folder that is only declared, and made for Kustomize, Fleet or Helm, is
/// none of the servers'.
fn applied(cluster: &Cluster) -> impl Iterator<Item = &Manifest> {
    const OTHERS: [&str; 4] =
        ["kustomization.yaml", "kustomization.yml", "fleet.yaml", "Chart.yaml"];
    let skipped = |manifest: &Manifest| {
        let mut skips = cluster.folder.iter().filter(|other| other.base == manifest.base);
        skips.any(|skip| skip.skips() == Some(manifest.name.as_str()))
    };
    let is_others = |manifest: &Manifest| {
        let mut beside = cluster.folder.iter().filter(|other| other.base == manifest.base);
        !manifest.in_data_dir && beside.any(|other| OTHERS.contains(&other.name.as_str()))
    };
    let folder = cluster.folder.iter().filter(|manifest| manifest.skips().is_none());
    folder.filter(move |manifest| !skipped(manifest) && !is_others(manifest))
}

/// What is only declared may reach the cluster by another way.
fn weigh(diagnostic: &mut Diagnostic, manifest: &Manifest) {
    if !manifest.in_data_dir {
        let note = "what is declared as manifests was taken to lie in the servers' own folder";
        diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
    }
}

/// Minors before the newest that somebody may run who doesn't say the release.
const RECENT: u16 = 6;

/// Whether it is so in each version that the cluster may have. Where nobody
/// says the release, in each that has the value, those of recent releases
/// among them.
fn holds(cluster: &Cluster, entry: &ChartEntry, is_so: impl Fn(&'static Row) -> bool) -> bool {
    let recent = || {
        let newest = cluster.releases.iter().map(|release| release.minor).max()?;
        let accepted = entry.view.paths.releases(entry.view.having(&entry.path))?;
        let mut recent = cluster.releases.iter().filter(|it| it.minor + RECENT >= newest);
        Some(recent.all(|release| accepted.holds(release)))
    };
    let nobody_says = cluster.releases.is_supported_set();
    entry.said(is_so) == Some(true)
        && (entry.is_everywhere() || nobody_says && recent() == Some(true))
}

/// Why a chart isn't installed with a value that a schema doesn't take.
fn refused(entry: &ChartEntry, says: Option<String>) -> String {
    let who = if entry.is_of_api() {
        "the API server refuses the object that the chart makes of it"
    } else {
        "Helm holds the values against the chart's schema"
    };
    let says = says.map_or(String::new(), |says| format!(": \"{says}\""));
    format!("{who}, so the chart can't be installed or upgraded{says}")
}

/// How Helm names a value of which its schema's validator says something: the
/// validator is another since Helm 3.18.5. `None` if it may be either.
fn helm_says(cluster: &Cluster, entry: &ChartEntry, old: &str, new: &str) -> Option<String> {
    // Whose keys hold dots or slashes can't be told from its name.
    if entry.path.contains(['\\', '/', '~']) {
        return None;
    }
    let name = entry.name.replace('[', ".").replace(']', "");
    match cluster.releases.answer(facts::gate("helm-schema-pointers")) {
        Answer::Yes => Some(format!("at '/{}': {new}", name.replace('.', "/"))),
        Answer::No => Some(format!("{name}: {old}")),
        Answer::Depends => None,
    }
}

/// On what release it rests; see [`holds`].
fn rest_on_release(cluster: &Cluster, entry: &ChartEntry, diagnostic: &mut Diagnostic) {
    if !entry.is_everywhere() {
        let note = "nobody says the release; old ones, whose chart has no such value, ignore it";
        diagnostic.assume(Confidence::Medium, note);
    }
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
