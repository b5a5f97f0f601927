//! HelmChart and HelmChartConfig: names, namespaces, values.

pub mod duplicate_helmchartconfig;
pub mod helmchartconfig_for_unselected_chart;
pub mod helmchartconfig_name_mismatch;
pub mod helmchartconfig_namespace_mismatch;
pub mod values_content_invalid_yaml;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &duplicate_helmchartconfig::LINT,
    &helmchartconfig_for_unselected_chart::LINT,
    &helmchartconfig_name_mismatch::LINT,
    &helmchartconfig_namespace_mismatch::LINT,
    &values_content_invalid_yaml::LINT,
];
