//! HelmChart and HelmChartConfig, and the folder of manifests: names,
//! namespaces, fields, values.

pub mod chart_name_nested_in_values;
pub mod dotted_values_key;
pub mod duplicate_helmchartconfig;
pub mod helm_field_invalid_value;
pub mod helm_field_unknown;
pub mod helm_field_unsupported_by_version;
pub mod helmchartconfig_for_unselected_chart;
pub mod helmchartconfig_name_mismatch;
pub mod helmchartconfig_namespace_mismatch;
pub mod helmchartconfig_wrong_api_version;
pub mod reserved_manifest_name;
pub mod values_content_invalid_yaml;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &chart_name_nested_in_values::LINT,
    &dotted_values_key::LINT,
    &duplicate_helmchartconfig::LINT,
    &helm_field_invalid_value::LINT,
    &helm_field_unknown::LINT,
    &helm_field_unsupported_by_version::LINT,
    &helmchartconfig_for_unselected_chart::LINT,
    &helmchartconfig_name_mismatch::LINT,
    &helmchartconfig_namespace_mismatch::LINT,
    &helmchartconfig_wrong_api_version::LINT,
    &reserved_manifest_name::LINT,
    &values_content_invalid_yaml::LINT,
];
