//! Texts that have no tree since something is still to be filled in.

use super::{
    file::File,
    path::{self, Path},
};
use crate::{facts::flags, yaml};

impl File {
    /// A text that isn't YAML, since something is still to be filled in.
    pub(super) fn is_broken_template(&self) -> bool {
        let filled_in = |error: &yaml::SyntaxError| {
            let line = self.source.line_range(self.source.line(error.span.start));
            line.is_some_and(|line| yaml::has_percent_name(&self.source.text[line]))
        };
        let errors = &self.tree.errors;
        let is_template = self.tree.template || path::is_template(&self.path);
        !errors.is_empty() && (is_template || errors.iter().any(filled_in))
    }

    /// Whether a file that has no tree to judge by is one of ours.
    pub(super) fn looks_ours(&self) -> bool {
        const MARKS: [&str; 6] = [
            "HelmChartConfig",
            "NetworkAttachmentDefinition",
            "machineGlobalConfig",
            "RKE2ControlPlane",
            "RKE2ConfigTemplate",
            "helm.cattle.io",
        ];
        let text = self.tree.text();
        if MARKS.iter().any(|mark| text.contains(mark)) {
            return true;
        }
        let path = Path::of(&self.path);
        if path.is_unread_drop_in {
            return false;
        }
        let mut keys = text.lines().filter(|line| {
            let key = line.split(':').next().unwrap_or("").trim().trim_end_matches('+');
            flags::flag(key).is_some_and(|flag| flag.specific)
        });
        let placed = path.is_etc_rancher() || path.is_config_drop_in();
        let named = path.is_rke2_folder() || path.names_config();
        !path.is_k3s() && (placed || named && keys.next().is_some())
    }
}
